"""What an event comes to: an outcome, or a refusal that explains itself. Shared, immutable values.

For type checkers, the classes know the words of the specification: ``Outcome`` is one of ours, and a misspelt event or
effect is found. One of another machine is an ``AnyOutcome``, whose words are any strings.
"""

from __future__ import annotations

from dataclasses import InitVar, dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, NamedTuple, NoReturn, cast

from fsm.notation import At, Party

if TYPE_CHECKING:
    from typing_extensions import TypeVar  # a default is what a type checker takes where nothing is said

    from fsm.engine.program import Answers
    from fsm.spec.names import Addressee, EffectName, Event, GuardName, LifecycleName, RuleId, States, TimerEvent

    # events, those of timers, effects, addressees, lifecycles, the state of each, rules, guards
    E = TypeVar("E", default=Event, covariant=True)
    T = TypeVar("T", default=TimerEvent, covariant=True)
    N = TypeVar("N", default=EffectName, covariant=True)
    A = TypeVar("A", default=Addressee, covariant=True)
    L = TypeVar("L", default=LifecycleName, covariant=True)
    S = TypeVar("S", default=States, covariant=True)
    R = TypeVar("R", default=RuleId, covariant=True)
    G = TypeVar("G", default=GuardName, covariant=True)
else:
    from typing import TypeVar

    E, T, N, A, L, S, R, G = map(TypeVar, "ETNALSRG")


class Sent(NamedTuple, Generic[N, A]):
    """An effect asked of the outside: its name, and the party or service it is addressed to."""

    name: N
    to: A


class StartTimer(NamedTuple, Generic[T]):
    """A timer to start: after ``seconds``, fire ``event`` by the service. One that runs already starts afresh."""

    event: T
    seconds: int


class Timers(NamedTuple, Generic[T]):
    """The timers that a step starts, and the events of those it cancels."""

    start: tuple[StartTimer[T], ...] = ()
    cancel: tuple[T, ...] = ()


class Way(NamedTuple, Generic[E]):
    """An event that is possible from here, and who may fire it."""

    event: E
    by: Party


class RefusalKind(StrEnum):
    """Why an event is refused, in one word: it means nothing here, it is somebody else's, or a rule stands against it.

    - NOT_APPLICABLE: the state has no row for the event, whoever fires it.
    - NOT_YOURS: the state has rows for it, and none of them is for this party: it is the service's, say, or the peer's.
    - REFUSED: a row or a dispatch row declares the refusal, or the guards of a row that is for this party fail.
    - STALE: it answers a step that nothing waits for any more; a host says so, for it knows which.
    """

    NOT_APPLICABLE = "not-applicable"
    NOT_YOURS = "not-yours"
    REFUSED = "refused"
    STALE = "stale"

    @property
    def says(self) -> str:
        """What the event is, in words to follow "is"."""
        return SAYS[self]

    def by(self, rule: str | None) -> str:
        """What the event is and by which rule, if by one."""
        return f"{self.says} by {rule}" if rule else self.says


SAYS = {
    RefusalKind.NOT_APPLICABLE: "not applicable here",
    RefusalKind.NOT_YOURS: "not theirs to fire",
    RefusalKind.REFUSED: "refused",
    RefusalKind.STALE: "stale",
}


class Reason(NamedTuple, Generic[R, G]):
    """Why one row did not hold: its id, the first guard that failed, whom it is about, and the rule behind it."""

    row: str
    guard: G | Literal[""]
    about: str
    rule: R | Literal[""]
    message: str
    remedy: str


class Standing(dict[str, str]):
    """The state of each lifecycle, by its name: everybody reads the same one, and a copy is a dict of one's own.

    Raises:
        TypeError: somebody writes to it.
    """

    __slots__ = ()

    def _fixed(self, *given: object, **named: object) -> NoReturn:
        raise TypeError("state: everybody has the same one, and it cannot be written to; write to a copy, dict(state)")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _fixed

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


class _Leading:
    """What is no field of an outcome: where it leads, which is part of the automaton that all share, and no value; and
    the states, once somebody has asked for them.
    """

    __slots__ = ("_state", "to")
    _state: Standing
    to: Answers


@dataclass(frozen=True, slots=True)
class Outcome(_Leading, Generic[E, T, N, A, L, S, R]):
    """An accepted event.

    Args:
        event: the event; ``change`` where the pairing changed.
        by: who fired it.
        at: where each lifecycle stands now, by name.
        effects: what is asked of the outside, in order.
        timers: what to start and cancel.
        rows: ids of the rows that fired, the event's own first, then those of the signals it set off.
        rules: ids of the rules those rows keep.
    """

    event: E | Literal["change"]
    by: Party
    at: tuple[tuple[L, At], ...]
    effects: tuple[Sent[N, A], ...]
    timers: Timers[T]
    rows: tuple[str, ...]
    rules: tuple[R, ...]
    to: InitVar[Answers]

    def __post_init__(self, to: Answers) -> None:
        object.__setattr__(self, "to", to)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (*(getattr(self, each.name) for each in fields(self)), self.to)

    @property
    def state(self) -> S:
        """The state of each lifecycle, by its name; read-only, for the outcome is everybody's."""
        try:
            found = self._state
        except AttributeError:
            found = Standing((name, place.state) for name, place in cast("tuple[tuple[str, At], ...]", self.at))
            object.__setattr__(self, "_state", found)
        return cast("S", found)


@dataclass(frozen=True, slots=True)
class Refusal(Generic[E, R, G]):
    """A refused event: it changed nothing.

    Args:
        event: the event.
        by: who fired it.
        kind: whether it does not apply, is not theirs to fire, or is refused by a rule.
        rule: the rule that refused it, or that keeps it to somebody else; None where it does not apply, and where it is
            the service's and not a party's, or the other way round.
        guard: the guard that failed, if one did.
        message: what refused it, in words.
        instead: what to do instead, in words; empty where there is nothing.
        ways: the events named by ``instead``, each possible now.
        reasons: for each row that might have held, why it did not.
        row: the id of the declared refusal, if it was one.
        rules: every rule involved, the deciding one first.
    """

    event: E
    by: Party
    kind: RefusalKind
    rule: R | None
    guard: G | None
    message: str
    instead: str
    ways: tuple[Way[E], ...]
    reasons: tuple[Reason[R, G], ...]
    row: str | None
    rules: tuple[R, ...]
    to: ClassVar[None] = None

    def __str__(self) -> str:
        rule = f" [{self.rule}]" if self.rule else ""
        instead = f" Instead: {self.instead}." if self.instead else ""
        return f"{self.event} by {self.by} is {self.kind.says}{rule}: {self.message}{instead}"


if TYPE_CHECKING:
    AnyOutcome = Outcome[str, str, str, str, str, Any, str]
    AnyRefusal = Refusal[str, str, str]
    AnySent = Sent[str, str]
    AnyTimers = Timers[str]
    AnyWay = Way[str]
    AnyReason = Reason[str, str]


class Refused(Exception):
    """Raised by ``fire`` for a refused event; ``refusal`` says why."""

    def __init__(self, refusal: AnyRefusal) -> None:
        super().__init__(refusal)
        self.refusal = cast("Refusal", refusal)


class UnknownEvent(ValueError):
    """An event or a party that the specification does not know; the message names it and what is accepted."""


class LostSignal(RuntimeError):
    """A signal that the receiving lifecycle had no row for: a fault of the tables, never of the caller."""


class SnapshotError(ValueError):
    """A snapshot that cannot be restored: damaged, or made by another specification."""
