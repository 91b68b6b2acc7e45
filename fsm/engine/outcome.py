"""What an event comes to: an outcome, or a refusal that explains itself. Shared, immutable values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from fsm.notation import At, Party

if TYPE_CHECKING:
    from fsm.engine.program import Row


class Sent(NamedTuple):
    """An effect asked of the outside: its name, and the party or service it is addressed to."""

    name: str
    to: str


class Started(NamedTuple):
    """A timer to start: after ``seconds``, fire ``event`` by the service. One that runs already starts afresh."""

    event: str
    seconds: int


class Timers(NamedTuple):
    """The timers that a step starts, and the events of those it cancels."""

    start: tuple[Started, ...] = ()
    cancel: tuple[str, ...] = ()


class Way(NamedTuple):
    """An event that is possible from here, and who may fire it."""

    event: str
    by: Party


class RefusalKind(StrEnum):
    """Why an event is refused, in one word: it means nothing here, it is somebody else's, or a rule stands against it.

    - NOT_APPLICABLE: the state has no row for the event, whoever fires it.
    - NOT_YOURS: the state has rows for it, and none of them is for this party: it is the service's, say, or the peer's.
    - REFUSED: a row or a dispatch row declares the refusal, or the guards of a row that is for this party fail.
    """

    NOT_APPLICABLE = "not-applicable"
    NOT_YOURS = "not-yours"
    REFUSED = "refused"

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
}


class Reason(NamedTuple):
    """Why one row did not hold: its id, the first guard that failed, whom it is about, and the rule behind it."""

    row: str
    guard: str
    about: str
    rule: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """An accepted event.

    Args:
        event: the event.
        by: who fired it.
        at: where each lifecycle stands now, by name.
        effects: what is asked of the outside, in order.
        timers: what to start and cancel.
        rows: ids of the rows that fired, the event's own first, then those of the signals it set off.
        rules: ids of the rules those rows keep.
    """

    event: str
    by: Party
    at: tuple[tuple[str, At], ...]
    effects: tuple[Sent, ...]
    timers: Timers
    rows: tuple[str, ...]
    rules: tuple[str, ...]
    to: Row = field(repr=False, compare=False)

    @property
    def state(self) -> dict[str, str]:
        """The state of each lifecycle, by its name."""
        return {name: place.state for name, place in self.at}


@dataclass(frozen=True, slots=True)
class Refusal:
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

    event: str
    by: Party
    kind: RefusalKind
    rule: str | None
    guard: str | None
    message: str
    instead: str
    ways: tuple[Way, ...]
    reasons: tuple[Reason, ...]
    row: str | None
    rules: tuple[str, ...]
    to: None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        rule = f" [{self.rule}]" if self.rule else ""
        instead = f" Instead: {self.instead}." if self.instead else ""
        return f"{self.event} by {self.by} is {self.kind.says}{rule}: {self.message}{instead}"


class Refused(Exception):
    """Raised by ``fire`` for a refused event; ``refusal`` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class UnknownEvent(ValueError):
    """An event or a party that the specification does not know; the message names it and what is accepted."""


class LostSignal(RuntimeError):
    """A signal that the receiving lifecycle had no row for: a fault of the tables, never of the caller."""


class SnapshotError(ValueError):
    """A snapshot that cannot be restored: damaged, or made by another specification."""
