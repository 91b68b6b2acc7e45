"""What a host in a database does, as steps of its own: which statement comes next, given what the last one found.

Nothing here waits for a database. A face runs the steps, one over a connection of its own or the caller's, with or
without ``await``, in one transaction:

1. A step is one transaction: its line and what becomes of the conversation are there together or not at all.
2. The key of the line admits one answer. A retry reads it, a refusal too.
3. What was seen of a conversation is a fence: who has not seen its last line, or asks by a key that was given, writes
   nothing, and begins anew: who went by memory reads, and who had read locks the conversation first.
4. A timer fires in the transaction that takes it out of what its conversation awaits, so that it is fired or cancelled.
5. Effects are delivered at least once, in order within a conversation, under an id that never changes. A conversation
   is claimed as a whole; the claim lapses, and settling it takes its token.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar, cast

import msgspec

from fsm.engine.awaiting import awaiting, refusal
from fsm.engine.conversation import Conversation
from fsm.engine.fingerprint import fingerprint
from fsm.engine.outcome import Refusal, Refused
from fsm.hosts.host import (
    OPEN,
    Awaited,
    Done,
    Line,
    Stuck,
    already_open,
    no_conversation,
    pairing_json,
    refusal_json,
    replayed,
    timer_key,
)
from fsm.hosts.sql.statements import DialectName, Parameters, Statement, statements
from fsm.notation import Party
from fsm.notation.echo import echo
from fsm.spec.parties import Pairing

if TYPE_CHECKING:
    from fsm.engine.outcome import Outcome
    from fsm.spec.names import Event

T = TypeVar("T")
Rows: TypeAlias = Any
"""What a statement found: a list of tuples; how many rows it wrote, where it finds none."""
Steps: TypeAlias = Generator[tuple[Statement, Parameters | list[Parameters]], Rows, T]
"""Statements with their parameters, one after the other, and what they come to. A list is a statement for each."""
Waits: TypeAlias = dict[str, tuple[int, float | None]]
"""What is awaited: by event, the step that asked and when the timer is due that fires it."""

SERVICE = Party.SERVICE.value
BUSY = 50
"""How many requests of a conversation lock it before they read, once one was overtaken."""
MOST = 50
"""Conversations that are claimed at once."""
KNOWN = 4096
"""Snapshots whose conversations are remembered: a process that goes on with one need not restore it."""
MOST_STEPS = 500
"""Steps whose effects are delivered in one claim."""


class Overtaken(RuntimeError):
    """Somebody else has written to a conversation since it was read: nothing is kept."""

    def __str__(self) -> str:
        return f"conversation: {echo(self.args[0])} is written to by others without its lock; stop them, and ask again"


class Asked(NamedTuple):
    """What somebody asks of a conversation: an event by somebody, or a new pairing."""

    conversation: str
    key: str
    event: str
    by: str
    of: int | None = None
    pairing: Pairing | None = None


class Standing(NamedTuple):
    """What a conversation's row says, read for writing."""

    version: int
    seq: int
    refused: int
    snapshot: str
    awaited: str
    asked: int


class Left(NamedTuple):
    """How a host left a conversation, and whether it had found it as it had left it: then it need not look again."""

    standing: Standing
    found_so: bool


class Claimed(NamedTuple):
    """A conversation whose effects a worker delivers: from which on, and how often that one was tried."""

    conversation: str
    next_seq: int
    next_n: int
    attempts: int


class Step(NamedTuple):
    """A step that asks for effects, of a conversation that is claimed, and when it was."""

    conversation: str
    done: Done
    at: float


class Settled(NamedTuple):
    """How far a worker came: what is delivered next, how often that was tried, what was raised, when to go on."""

    conversation: str
    next_seq: int
    next_n: int
    attempts: int
    error: str | None
    stuck: bool
    again: float | None


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


_read = msgspec.json.decode


class Core:
    """The steps, in the words of a database.

    Args:
        dialect: whose words.
        clock: the time, in seconds since the epoch.
        secret: signs the snapshots, if given.
    """

    def __init__(self, dialect: DialectName, clock: Callable[[], float], secret: bytes | None) -> None:
        self.says = statements(dialect)
        self.clock = clock
        self.secret = secret
        self._known: dict[str, Conversation] = {}
        self._left: dict[str, Left] = {}

    def open(self, name: str, key: str, pairing: Pairing) -> Steps[Done]:
        """Open a conversation.

        Raises:
            AlreadyOpen: it is open under another key.
            KeyReused: the key was given for something else.
            ValueError: the pairing is none.
        """
        done, now = Done.opening(name, key, pairing), self.clock()
        asked = Asked(name, key, OPEN, SERVICE, None, pairing)
        snapshot = _json(Conversation(pairing).snapshot(key=self.secret))
        if (yield self.says.add, {"_conversation": name, "_snapshot": snapshot, "_at": now}):
            yield self.says.line, self._line(asked, 0, 0, done.to_json(), True, now)
            return done
        _, line = yield from self._see(name, key)
        if line is None:
            raise already_open(name)
        return line.again(OPEN, SERVICE, None, pairing)

    def ask(self, asked: Asked, lock: bool = True) -> Steps[Done | Refusal]:
        """Let an event be fired, or a pairing change; what is refused is kept and returned.

        Args:
            asked: what is asked.
            lock: whether to lock the conversation before it is read. On PostgreSQL what writes is one statement, a
                transaction of its own that locks it as well: where nobody else writes, that is all there has to be,
                and a conversation that was found as this host had left it is not read either.

        Raises:
            Overtaken: somebody else has written to it since it was read; nothing is kept.
            NoConversation: it is not open.
            KeyReused: the key was given for something else.
            ValueError: ``of`` is missing, or the pairing is between other people; nothing is kept.
            SnapshotError: it cannot be restored; nothing is kept.
        """
        if not lock and (done := (yield from self._from_memory(asked))) is not None:
            return done
        here, line = yield from self._see(asked.conversation, asked.key, lock)
        if line is not None:
            return line.again(asked.event, asked.by, asked.of, asked.pairing)
        return (yield from self._fire(here, asked, self.clock()))

    def _from_memory(self, asked: Asked) -> Steps[Done | Refusal | None]:
        """What is asked, done to a conversation that stands as this host left it; None if it has to be read first."""
        left = self._left.get(asked.conversation)
        if left is None or not left.found_so:
            return None
        try:
            return (yield from self._fire(left.standing, asked, self.clock()))
        except (Overtaken, ValueError):  # it stands elsewhere, or that is what another answer to the same key hides
            self._left.pop(asked.conversation, None)
            return None

    def expire(self, now: float) -> Steps[tuple[str, Exception | None] | None]:
        """Fire the first timer that is due, of a conversation that nobody else has at hand.

        Returns:
            the conversation, and what went wrong if something did; None if no timer is due.
        """
        rows = yield self.says.due, {"_now": now}
        if not rows:
            return None
        *here, name = rows[0]
        standing = Standing(*here)
        yield self.says.mark, {}
        try:
            _, event, seq = min(
                (at, event, seq) for event, (seq, at) in _waits(standing.awaited).items() if at is not None
            )
            yield from self._fire(standing, Asked(name, timer_key(seq, event), event, SERVICE, seq), now)
        except Exception as error:  # whatever it is, the database's too: others' timers go on
            yield self.says.undo, {}
            yield self.says.postpone, {"_conversation": name, "_now": now, "_again": now + 60}
            return name, error
        return name, None

    def _see(self, name: str, key: str, lock: bool = True) -> Steps[tuple[Standing, Line | None]]:
        """A conversation, and its line under a key if there is one.

        Locking comes first: who waits for a lock sees the row as it is then, and others as they were before.

        Raises:
            NoConversation: it is not open.
        """
        if lock and self.says.lock is not None:
            yield self.says.lock, {"_conversation": name}
        rows = yield self.says.see, {"_conversation": name, "_key": key}
        if not rows:
            raise no_conversation(name)
        here, line = rows[0][:6], rows[0][6:]
        return Standing(*here), None if line[0] is None else _line(line)

    def _fire(self, here: Standing, asked: Asked, now: float) -> Steps[Done | Refusal]:
        """What is asked, done to a conversation that stands here."""
        name, event, by, of = asked.conversation, asked.event, asked.by, asked.of
        awaited = _waits(here.awaited)
        before = {each: seq for each, (seq, _) in awaited.items()}
        stale = refusal(event, by, of, before) if asked.pairing is None else None
        if stale is not None:
            return (yield from self._refuse(here, asked, cast("Refusal", stale), now))
        talk = self._restored(here.snapshot)
        try:
            outcome = (
                talk.change(asked.pairing) if asked.pairing is not None else talk.fire(cast("Event", event), Party(by))
            )
        except Refused as refused:
            return (yield from self._refuse(here, asked, refused.refusal, now))
        seq, snapshot = here.seq + 1, _json(talk.snapshot(key=self.secret))
        done = Done.of(outcome, name, asked.key, seq)
        waits = _waiting(awaited, awaiting(before, outcome, seq), outcome, seq, now)
        last_asked = seq if done.effects else here.asked
        there = Standing(here.version + 1, seq, 0, snapshot, _json(waits), last_asked)
        line = self._line(asked, seq, 0, done.to_json(), True, now)
        written = {"_snapshot": snapshot, "_asked": last_asked, "_asks": bool(done.effects), "_now": now}
        yield from self._write(self.says.step, here, there, {**line, **written, "_due": _first(waits)})
        self._remembered(snapshot, talk)
        return done

    def _refuse(self, here: Standing, asked: Asked, why: Refusal, now: float) -> Steps[Refusal]:
        """Keep a refusal. A timer whose expiry is refused is due no more."""
        waits = _waits(here.awaited)
        if asked.of is not None and asked.key == timer_key(asked.of, asked.event):
            waits[asked.event] = (asked.of, None)
        there = here._replace(version=here.version + 1, refused=here.refused + 1, awaited=_json(waits))
        line = self._line(asked, here.seq, there.refused, refusal_json(why), False, now)
        yield from self._write(self.says.refuse, here, there, {**line, "_due": _first(waits)})
        return why

    def _write(self, texts: tuple[Statement, ...], here: Standing, there: Standing, given: Parameters) -> Steps[None]:
        """Write what takes a conversation from where it was seen to where it stands then.

        Raises:
            Overtaken: it does not stand where it was seen.
        """
        name = given["_conversation"]
        seen = {f"_seen_{what}": value for what, value in here._asdict().items()}
        for each in texts:
            if not (yield each, {**given, **seen, "_awaited": there.awaited}):
                raise Overtaken(name)
        left = self._left.get(name)
        if left is None and len(self._left) >= KNOWN:
            self._left.clear()
        self._left[name] = Left(there, left is not None and left.standing == here)

    def _line(
        self, asked: Asked, seq: int, after: int, answer: Mapping[str, Any], accepted: bool, now: float
    ) -> Parameters:
        return {
            "_conversation": asked.conversation,
            "_key": asked.key,
            "_seq": seq,
            "_after": after,
            "_event": asked.event,
            "_by": asked.by,
            "_of": asked.of,
            "_pairing": None if asked.pairing is None else _json(pairing_json(asked.pairing)),
            "_accepted": accepted,
            "_answer": _json(answer),
            "_at": now,
            "_specification": fingerprint(),
        }

    def _restored(self, snapshot: str) -> Conversation:
        """A conversation of one's own; what was put away or restored here lately is copied."""
        known = self._known.get(snapshot)
        return copy(
            self._remembered(snapshot, Conversation.restore(_read(snapshot), key=self.secret))
            if known is None
            else known
        )

    def _remembered(self, snapshot: str, talk: Conversation) -> Conversation:
        if len(self._known) >= KNOWN:
            self._known.clear()
        self._known[snapshot] = talk
        return talk

    def read(self, name: str) -> Steps[Conversation]:
        """A conversation as it stands.

        Raises:
            NoConversation: it is not open.
            SnapshotError: it cannot be restored.
        """
        return self._restored((yield from self._found(self.says.snapshot, name))[0][0])

    def awaited(self, name: str) -> Steps[tuple[Awaited, ...]]:
        """What a conversation awaits.

        Raises:
            NoConversation: it is not open.
        """
        waits = _waits((yield from self._found(self.says.awaited, name))[0][0])
        return tuple(Awaited(event, seq, due) for event, (seq, due) in waits.items())

    def history(self, name: str) -> Steps[tuple[Line, ...]]:
        """The lines of a conversation.

        Raises:
            NoConversation: it is not open.
        """
        return tuple(map(_line, (yield from self._found(self.says.history, name))))

    def check(self, name: str) -> Steps[None]:
        """See that the history of a conversation leads to where it stands.

        Raises:
            NoConversation: it is not open.
            SnapshotError: it cannot be restored.
            ValueError: it does not.
        """
        here, _ = yield from self._see(name, "")
        lines = yield from self.history(name)
        stored, told = self._restored(here.snapshot), replayed(lines)
        if (stored.pairing, stored.places) != (told.pairing, told.places):
            raise ValueError(f"history: it leads to {told}, and {name!r} is kept as {stored}")

    def _found(self, statement: Statement, name: str) -> Steps[list[Any]]:
        rows: list[Any] = yield statement, {"_conversation": name}
        if not rows:
            raise no_conversation(name)
        return rows

    def names(self, after: str) -> Steps[tuple[str, ...]]:
        """The next conversations by their ids, after one."""
        rows = yield self.says.names, {"_after": after, "_most": MOST_STEPS}
        return tuple(name for (name,) in rows)

    def soonest(self) -> Steps[tuple[float | None, float | None]]:
        """When the first timer is due, and when the first effect is to be delivered."""
        rows = yield self.says.soonest, {}
        return tuple(rows[0])

    def claim(self, lease: str, now: float, until: float) -> Steps[tuple[list[Claimed], list[Step]]]:
        """Claim conversations that have effects to deliver, and the steps that ask for them, in order."""
        latest = max(now, self.clock())
        rows = yield self.says.claim, _named(lease=lease, now=now, latest=latest, until=until, most=MOST)
        steps = rows and (yield self.says.effects, {"_lease": lease, "_until": until, "_most": MOST_STEPS})
        return [Claimed(*row) for row in rows], [
            Step(name, Done.from_json(_read(answer)), at) for name, answer, at in steps
        ]

    def settle(self, lease: str, settled: list[Settled]) -> Steps[None]:
        """Say how far conversations that were claimed are delivered, and let go of them."""
        yield self.says.settle, [_named(lease=lease, **each._asdict()) for each in settled]

    def stuck(self) -> Steps[tuple[Stuck, ...]]:
        """What cannot be delivered."""
        rows = yield self.says.stuck, {}
        return tuple(Stuck(Done.from_json(_read(answer)).effects[n], tried, error) for n, tried, error, answer in rows)

    def retry(self, name: str) -> Steps[bool]:
        """Deliver anew what could not be; whether there was such.

        Raises:
            NoConversation: it is not open.
        """
        yield from self._found(self.says.awaited, name)
        return bool((yield self.says.retry, {"_conversation": name, "_now": self.clock()}))

    def forget(self, before: float, after: str) -> Steps[tuple[int, str | None]]:
        """Forget some conversations that nothing has happened to since; how many, and after which to go on.

        What has a timer that runs, or an effect to deliver, is kept.
        """
        given = {"_before": before, "_after": after, "_most": MOST_STEPS}
        rows = yield self.says.idle, given
        gone = 0
        for (name,) in rows:
            conversation, lines = self.says.forget
            if (yield conversation, {**given, "_conversation": name}):
                gone += 1
                yield lines, {"_conversation": name}
        return gone, rows[-1][0] if rows else None

    def vacuum(self) -> Steps[None]:
        """Give back the room of what was forgotten; in no transaction."""
        for each in self.says.vacuum:
            yield each, {}


def _named(**given: Any) -> Parameters:
    return {f"_{name}": value for name, value in given.items()}


def _waits(awaited: str) -> Waits:
    return {event: (seq, due) for event, (seq, due) in _read(awaited).items()}


def _first(waits: Waits) -> float | None:
    """When the first of the timers is due."""
    return min((due for _, due in waits.values() if due is not None), default=None)


def _waiting(before: Waits, awaited: Mapping[str, int], outcome: Outcome, seq: int, now: float) -> Waits:
    """What is awaited after a step; a timer that neither started nor was cancelled goes on."""
    gone = {outcome.event, *outcome.timers.cancel}
    due = {event: at for event, (_, at) in before.items() if event not in gone}
    due |= {timer.event: now + timer.seconds for timer in outcome.timers.start}
    return {event: (step, due.get(event)) for event, step in awaited.items()}


def _line(row: tuple[Any, ...]) -> Line:
    seq, key, event, by, accepted, answer, at, specification, of, pairing = row
    facts = None if pairing is None else _read(pairing)
    return Line(seq, key, event, by, bool(accepted), _read(answer), at, specification, of, facts)
