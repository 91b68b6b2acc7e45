"""What every host of conversations keeps to: how it is asked, what it answers, what it keeps.

A host runs conversations and remembers them: under which key something was asked and what came of it, which events are
awaited (``fsm.engine.awaiting``), which effects are still to be delivered, which timers are due. ``fire`` means the
same on all of them; ``fsm.hosts.conformance`` is the suite that says so, for a host of one's own as well.

- **Keys.** Whoever asks names what they ask by a key of their own. The same key with the same request gives the first
  answer, a refusal too, so that a retry is always safe; with another request it is an error. Keys are a conversation's
  own: another conversation may have the same.
- **Steps.** What is accepted is a step, numbered from 0, the opening, without a gap. A refusal is no step.
- **Effects** are delivered at least once, in order within a conversation, under an id that never changes. One that
  cannot be delivered is tried again, and holds up those after it in its conversation, but no other conversation.
- **Timers** are fired by the host: exactly once, or never where they were cancelled.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Any, Protocol, cast

import msgspec

from fsm.engine.conversation import Conversation
from fsm.engine.outcome import Outcome, Refused, StartTimer, Timers
from fsm.engine.program import acting, fired
from fsm.export.json import values
from fsm.notation import Party, effects_of
from fsm.notation.echo import echo
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import Pairing, exact
from fsm.spec.users import USERS

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyRefusal, Refusal
    from fsm.spec.names import Addressee, EffectName, Event, PartyName

OPEN, CHANGE = "open", "change"
"""What a line of history calls the opening and a change of the pairing, which are no events."""
LONGEST_NAME = 200
"""Characters that a key, or the id of a conversation, may have."""
TIMERS = "timer/"
"""What the keys begin with under which a host fires timers."""
ATTEMPTS = 12
"""How often an effect is tried, unless a host is told otherwise, before its conversation is stuck."""


class KeyReused(ValueError):
    """The key was given for another request of this conversation already; the message names both."""


class AlreadyOpen(ValueError):
    """The conversation was opened under another key."""


class NoConversation(LookupError):
    """There is no conversation of this id."""


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect asked of the outside, with its identity.

    Args:
        conversation: the id of the conversation.
        seq: the number of the step that asked; what answers the effect is fired with ``of=seq``.
        n: which of the step's effects it is, from 0.
        name: what to do.
        to: the party or the service it is addressed to.
    """

    conversation: str
    seq: int
    n: int
    name: EffectName
    to: Addressee

    @property
    def id(self) -> str:
        """What names it, the same however often it is delivered: receivers drop what they have had."""
        return f"{self.conversation}/{self.seq}/{self.n}"

    @property
    def answers(self) -> tuple[Event, ...]:
        """The events of which one answers it."""
        return cast("tuple[Event, ...]", _answers().get(self.name, ()))


@cache
def _answers() -> Mapping[str, tuple[str, ...]]:
    return {name: each.answers for name, each in effects_of(CONVERSATION).items()}


@dataclass(frozen=True, slots=True)
class Done:
    """A step as a host keeps it.

    Args:
        conversation: the id of the conversation.
        key: under which it was asked.
        seq: its number.
        event: the event; ``open`` or ``change`` where the conversation was opened or its pairing changed.
        by: who fired it; ``service`` for an opening and a change.
        state: the state of each lifecycle after it.
        effects: what it asks of the outside, in order.
        timers: what it starts and cancels.
        rows: ids of the rows that fired.
        rules: ids of the rules that those keep.
        again: whether this is an earlier answer, read back.
    """

    conversation: str
    key: str
    seq: int
    event: str
    by: str
    state: dict[str, str]
    effects: tuple[Effect, ...]
    timers: Timers
    rows: tuple[str, ...]
    rules: tuple[str, ...]
    again: bool = False

    @classmethod
    def opening(cls, conversation: str, key: str, pairing: Pairing) -> Done:
        """Step 0: it asks nothing.

        Raises:
            ValueError: the pairing is none.
        """
        state = dict(Conversation(pairing).state.items())
        return cls(conversation, key, 0, OPEN, Party.SERVICE.value, cast("dict[str, str]", state), (), Timers(), (), ())

    @classmethod
    def of(cls, outcome: Outcome, conversation: str, key: str, seq: int) -> Done:
        """A step that an event or a change has come to."""
        return cls(
            conversation,
            key,
            seq,
            outcome.event,
            outcome.by.value,
            {name: at.state for name, at in outcome.at},
            tuple(Effect(conversation, seq, n, each.name, each.to) for n, each in enumerate(outcome.effects)),
            outcome.timers,
            outcome.rows,
            outcome.rules,
        )

    def to_json(self) -> dict[str, Any]:
        """As JSON-able data; each effect with its id and what answers it."""
        return {
            "conversation": self.conversation,
            "key": self.key,
            "seq": self.seq,
            "event": self.event,
            "by": self.by,
            "state": dict(self.state),
            "effects": [
                {"id": each.id, "n": each.n, "name": each.name, "to": each.to, "answers": list(each.answers)}
                for each in self.effects
            ],
            "timers": values.to_json(self.timers),
            "rows": list(self.rows),
            "rules": list(self.rules),
            "again": self.again,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Done:
        """What ``to_json`` was made of."""
        name, seq, timers = kept["conversation"], kept["seq"], kept["timers"]
        return cls(
            name,
            kept["key"],
            seq,
            kept["event"],
            kept["by"],
            dict(kept["state"]),
            tuple(Effect(name, seq, each["n"], each["name"], each["to"]) for each in kept["effects"]),
            Timers(tuple(StartTimer(**each) for each in timers["start"]), tuple(timers["cancel"])),
            tuple(kept["rows"]),
            tuple(kept["rules"]),
            kept["again"],
        )


@dataclass(frozen=True, slots=True)
class Awaited:
    """An event that something waits for.

    Args:
        event: the event.
        seq: the number of the step that asked for it, which it is fired ``of``.
        due: when the timer is due that fires it, in seconds since the epoch (UTC); None for what is an answer alone.
    """

    event: str
    seq: int
    due: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of history: what was asked and what came of it.

    Lines are in the order in which they came. What was an error and no refusal has none.

    Args:
        seq: the number of the step; of a refusal, that of the last step before it.
        key: under which it was asked.
        event: the event; ``open`` or ``change`` where the conversation was opened or its pairing changed.
        by: who fired it.
        accepted: whether it is a step.
        answer: what came of it, as JSON-able data: a ``Done``, or a refusal (``fsm.export.json.values``).
        at: when, in seconds since the epoch (UTC).
        specification: the fingerprint of the specification that decided.
        of: the step that the event was fired ``of``.
        pairing: the pairing of an opening or a change, as JSON-able data.
    """

    seq: int
    key: str
    event: str
    by: str
    accepted: bool
    answer: Mapping[str, Any]
    at: float
    specification: str
    of: int | None = None
    pairing: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """As JSON-able data."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Line:
        """What ``to_json`` was made of."""
        return cls(**kept)

    def again(self, event: str, by: str, of: int | None = None, pairing: Pairing | None = None) -> Done:
        """The answer of this line to whoever asks once more under its key.

        Raises:
            KeyReused: they ask something else.
            Refused: that was the answer.
        """
        facts = None if pairing is None else pairing_json(pairing)
        if (self.event, self.by, self.of, self.pairing) != (event, by, of, facts):
            then, now = _told(self.event, self.by, self.of), _told(event, by, of)
            raise KeyReused(
                f"key: {echo(self.key)} was given for {then} already, "
                f"{'with another pairing' if then == now else f'and now for {now}'}; give each request a key of its own"
            )
        if not self.accepted:
            raise Refused(values.refusal(self.answer))
        return replace(Done.from_json(self.answer), again=True)


def _told(event: str, by: str, of: int | None) -> str:
    return f"{event} by {by}" if of is None else f"{event} by {by} of step {of}"


@dataclass(frozen=True, slots=True)
class Stuck:
    """A conversation whose effects are not delivered any more until somebody retries it.

    Args:
        effect: the effect that could not be delivered; those after it wait.
        attempts: how often it was tried.
        error: what the last attempt raised, in words.
    """

    effect: Effect
    attempts: int
    error: str


def refusal_json(refusal: AnyRefusal) -> dict[str, Any]:
    """A refusal as JSON-able data, as a line of history holds it."""
    return values.to_json(cast("Refusal", refusal))


def pairing_json(pairing: Pairing) -> dict[str, Any]:
    """A pairing as JSON-able data, as snapshots hold it."""
    return cast("dict[str, Any]", msgspec.to_builtins(pairing))


def checked(conversation: str, key: str) -> tuple[str, str]:
    """The id of a conversation and a key as plain text, seen to before anything else is.

    Raises:
        ValueError: one is not accepted; the message says what is.
    """
    name, key = checked_id(conversation), _name("key", key)
    if key.startswith(TIMERS):
        raise ValueError(f"key: {echo(key)} is not accepted; those that begin with {TIMERS} are the host's own")
    return name, key


def checked_id(conversation: str) -> str:
    """The id of a conversation as plain text, seen to before anything else is.

    Raises:
        ValueError: it is not accepted; the message says what is.
    """
    name = _name("conversation", conversation)
    if "/" in name:
        raise ValueError(f"conversation: {echo(name)} is not accepted; give an id without /")
    return name


def _name(what: str, given: object) -> str:
    if isinstance(given, str) and 0 < len(exact(given)) <= LONGEST_NAME and exact(given).isprintable():
        return exact(given)
    raise ValueError(f"{what}: {echo(given)} is not accepted; give 1 to {LONGEST_NAME} printable characters")


def asked(event: str, by: str, of: int | None) -> tuple[Event, Party]:
    """The event and the party of a request as the tables have them, seen to before the conversation is looked up.

    Raises:
        UnknownEvent: there is no such event or party.
        ValueError: ``of`` is no number of a step.
    """
    if of is not None and (isinstance(of, bool) or not isinstance(of, int) or of < 0):
        raise ValueError(f"of: {echo(of)} is not accepted; give the number of the step that asked, or leave it out")
    return cast("Event", fired(event, CONVERSATION)), acting(by)


def admitted(pairing: Pairing) -> Pairing:
    """A pairing, seen to be one.

    Raises:
        ValueError: it is none.
    """
    USERS.admit(pairing)
    return pairing


def no_conversation(name: str) -> NoConversation:
    """What is raised for a conversation that is not there."""
    return NoConversation(f"conversation: there is no {echo(name)}; open it first")


def already_open(name: str) -> AlreadyOpen:
    """What is raised for a conversation that is open under another key."""
    return AlreadyOpen(f"conversation: {echo(name)} is open already; give another id, or the key it was opened with")


def timer_key(seq: int, event: str) -> str:
    """The key under which a host fires the timer that step ``seq`` started."""
    return f"{TIMERS}{seq}/{event}"


def moment(now: float) -> float:
    """A time, in seconds since the epoch.

    Raises:
        ValueError: it is none.
    """
    if isinstance(now, bool) or not isinstance(now, int | float) or not isfinite(now):
        raise ValueError(f"now: {echo(now)} is not accepted; give seconds since the epoch, or leave it out")
    return now


def pause(attempts: int) -> float:
    """For how many seconds an effect waits that could not be delivered so many times: 2, 4, 8, up to five minutes."""
    return min(2.0 ** min(attempts, 10), 300.0)


def replayed(lines: Iterable[Line]) -> Conversation:
    """The conversation that a history leads to by the tables of today.

    Raises:
        ValueError: it does not begin with an opening, or a step is not what these tables make of it.
    """
    talk: Conversation | None = None
    for line in lines:
        if not line.accepted:
            continue
        if line.event == OPEN:
            talk = Conversation(_pairing(line))
        elif talk is None:
            raise ValueError(f"history: {echo(line.event)} comes before the opening; give all of it, in order")
        if _step(talk, line) != Done.from_json(line.answer):
            raise ValueError(f"history: step {line.seq}, {echo(line.event)}, came to something else then")
    if talk is None:
        raise ValueError("history: it has no opening; give all of it")
    return talk


def _step(talk: Conversation, line: Line) -> Done | None:
    """What a step comes to now; None if it is refused."""
    name = line.answer["conversation"]
    if line.event == OPEN:
        return Done.opening(name, line.key, talk.pairing)
    try:
        outcome = (
            talk.change(_pairing(line))
            if line.event == CHANGE
            else talk.fire(cast("Event", line.event), Party(line.by))
        )
    except Refused:
        return None
    return Done.of(outcome, name, line.key, line.seq)


def _pairing(line: Line) -> Pairing:
    return msgspec.convert(line.pairing, Pairing)


class Host(Protocol):
    """A host of conversations.

    All that takes a conversation's id raises ``ValueError`` for one that is not accepted, before anything else, and
    ``NoConversation`` for one that is not open.
    """

    def open(self, conversation: str, pairing: Pairing, *, key: str) -> Done:
        """Open a conversation between two people: step 0.

        Raises:
            AlreadyOpen: it is open under another key.
            KeyReused: the key was given for something else.
            ValueError: id, key or pairing is not accepted.
        """
        ...

    def fire(self, conversation: str, event: Event, by: Party | PartyName, *, key: str, of: int | None = None) -> Done:
        """Let ``by`` fire ``event``.

        Args:
            conversation: the id of the conversation.
            event: the event.
            by: who fires it.
            key: names this request.
            of: the number of the step that asked for the event, where it is an answer.

        Raises:
            Refused: the event is refused, or is stale; nothing has changed. It is kept under the key.
            KeyReused: the key was given for something else.
            UnknownEvent: there is no such event or party; nothing is kept.
            ValueError: id or key is not accepted, or ``of`` is, or is missing; nothing is kept.
        """
        ...

    def change(self, conversation: str, pairing: Pairing, *, key: str) -> Done:
        """Go on under a new pairing.

        Raises:
            KeyReused: the key was given for something else.
            ValueError: id, key or pairing is not accepted, or it is between other people; nothing is kept.
        """
        ...

    def read(self, conversation: str) -> Conversation:
        """The conversation as it stands, to ask: what is fired at it changes nothing here."""
        ...

    def awaited(self, conversation: str) -> tuple[Awaited, ...]:
        """The events that something waits for."""
        ...

    def history(self, conversation: str) -> tuple[Line, ...]:
        """All that was asked of the conversation, in order."""
        ...

    def work(self, deliver: Callable[[Effect], object], *, now: float | None = None) -> int:
        """Fire what is due and deliver what is pending, once, and return how much was fired and delivered.

        Any number of threads or processes may work at once. ``deliver`` may fire at the host, such as the answer.

        Args:
            deliver: carries an effect out. What it raises puts off the conversation, longer each time (``pause``),
                and after a number of attempts the conversation is stuck.
            now: the time, in seconds since the epoch; default: that of the host's clock.
        """
        ...

    def stuck(self) -> tuple[Stuck, ...]:
        """The conversations that are stuck, by what could not be delivered."""
        ...

    def retry(self, conversation: str) -> bool:
        """Try what a stuck conversation could not deliver anew, at once; whether it was stuck."""
        ...


class AsyncHost(Protocol):
    """A host under asyncio: what ``Host`` is, awaited. ``deliver`` may be a coroutine function."""

    async def open(self, conversation: str, pairing: Pairing, *, key: str) -> Done:
        """As ``Host.open``."""
        ...

    async def fire(
        self, conversation: str, event: Event, by: Party | PartyName, *, key: str, of: int | None = None
    ) -> Done:
        """As ``Host.fire``."""
        ...

    async def change(self, conversation: str, pairing: Pairing, *, key: str) -> Done:
        """As ``Host.change``."""
        ...

    async def read(self, conversation: str) -> Conversation:
        """As ``Host.read``."""
        ...

    async def awaited(self, conversation: str) -> tuple[Awaited, ...]:
        """As ``Host.awaited``."""
        ...

    async def history(self, conversation: str) -> tuple[Line, ...]:
        """As ``Host.history``."""
        ...

    async def work(self, deliver: Callable[[Effect], Awaitable[object] | object], *, now: float | None = None) -> int:
        """As ``Host.work``."""
        ...

    async def stuck(self) -> tuple[Stuck, ...]:
        """As ``Host.stuck``."""
        ...

    async def retry(self, conversation: str) -> bool:
        """As ``Host.retry``."""
        ...
