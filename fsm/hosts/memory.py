"""Hosts that remember in memory: for tests, for services whose conversations may end with the process, and as the
plainest reading of the contract in ``fsm.hosts.host``.

    from fsm.hosts.memory import MemoryHost

    host = MemoryHost()
    host.open("c1", pairing, key="o-17")
    done = host.fire("c1", "call_audio", by="originator", key="req-42")
    host.work(deliver)                       # from time to time: delivers effects, fires what is due

``Hosting`` and ``AsyncHosting`` are the two faces over one core, which is told who runs a step: the engine here, the
machines of a ``Talk`` in ``fsm.hosts.transitions``. What the core does is written once, as generators that yield
whatever may have to be awaited, as the talks do.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from inspect import isawaitable
from threading import Lock, get_ident
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast
from weakref import ref

from fsm.engine.awaiting import awaiting, refusal
from fsm.engine.conversation import Conversation
from fsm.engine.fingerprint import fingerprint
from fsm.engine.outcome import Outcome, Refusal, Refused
from fsm.hosts.host import (
    ATTEMPTS,
    CHANGE,
    OPEN,
    Awaited,
    Done,
    Effect,
    Line,
    Stuck,
    admitted,
    already_open,
    asked,
    checked,
    checked_id,
    moment,
    no_conversation,
    pairing_json,
    pause,
    refusal_json,
    timer_key,
)
from fsm.notation import Party
from fsm.notation.echo import echo
from fsm.spec.facts import same_two
from fsm.spec.parties import Pairing

if TYPE_CHECKING:
    from fsm.spec.names import Event, PartyName

__all__ = ["AsyncMemoryHost", "MemoryHost"]

T = TypeVar("T")
Step = Generator[Any, Any, T]
"""Something that the core does; what it yields is awaited where it can be, and comes back."""


class Runs(Protocol):
    """What runs a step. Each may return an awaitable where the host is an asynchronous one."""

    def begin(self, pairing: Pairing) -> Any:
        """A conversation that begins."""
        ...

    def fire(self, talk: Any, event: Event, by: Party) -> Any:
        """The conversation after an event, and what came of it: an outcome or a refusal."""
        ...

    def change(self, talk: Any, pairing: Pairing) -> Any:
        """The conversation after a change of the pairing, and its outcome."""
        ...

    def read(self, talk: Any) -> Conversation:
        """A conversation of the engine that stands where this one does."""
        ...


class Engine:
    """The engine runs a step."""

    def begin(self, pairing: Pairing) -> Conversation:
        """A conversation that begins."""
        return Conversation(pairing)

    def fire(self, talk: Conversation, event: Event, by: Party) -> tuple[Conversation, Outcome | Refusal]:
        """The conversation after an event, and what came of it."""
        after = self.read(talk)
        try:
            return after, after.fire(event, by)
        except Refused as refused:
            return talk, refused.refusal

    def change(self, talk: Conversation, pairing: Pairing) -> tuple[Conversation, Outcome]:
        """The conversation after a change of the pairing, and its outcome."""
        after = self.read(talk)
        return after, after.change(pairing)

    def read(self, talk: Conversation) -> Conversation:
        """Another conversation that stands where this one does."""
        return copy(talk)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of history, and how the conversation stands after it."""

    line: Line
    effects: tuple[Effect, ...]
    talk: Any
    awaited: Mapping[str, int]
    due: Mapping[str, float]


class Claim:
    """Held by whoever delivers, and gone with them, however they end."""

    __slots__ = ("__weakref__",)


class Record:
    """A conversation as the core remembers it. Adding an entry is all that a step does to it, so it is never half-done.

    Args:
        name: the id of the conversation.
        lock: who holds it takes a step.
        first: the opening.
    """

    def __init__(self, name: str, lock: Any, first: Entry) -> None:
        self.name = name
        self.lock = lock
        self.entries = [first]
        self.taking: object = None
        self._claiming = Lock()
        self._claim: Callable[[], Claim | None] = lambda: None
        self._by_key: dict[str, Entry] = {}
        self._delivered = (0, 0)
        self.failure: Stuck | None = None
        self.not_before = 0.0

    @property
    def last(self) -> Entry:
        """How it stands."""
        return self.entries[-1]

    def under(self, key: str) -> Entry | None:
        """What was asked under a key."""
        for entry in self.entries[len(self._by_key) :]:
            self._by_key[entry.line.key] = entry
        return self._by_key.get(key)

    def claim(self) -> Claim | None:
        """For as long as what this gives is held, nobody else delivers; None while somebody does."""
        mine = Claim()
        with self._claiming:
            if self._claim():
                return None
            self._claim = ref(mine)
        return mine

    def pending(self) -> Effect | None:
        """The effect that is to be delivered next. Only who delivers asks."""
        at, n = self._delivered
        while n == len(self.entries[at].effects):
            if at + 1 == len(self.entries):
                return None
            at, n = at + 1, 0
        self._delivered = at, n
        return self.entries[at].effects[n]

    def delivered(self) -> None:
        """The effect that was pending is not any more."""
        at, n = self._delivered
        self._delivered, self.failure = (at, n + 1), None

    def failed(self, effect: Effect, error: Exception, now: float) -> None:
        """The effect that is pending could not be delivered."""
        attempts = self.attempts + 1
        self.not_before = now + pause(attempts)
        self.failure = Stuck(effect, attempts, f"{type(error).__name__}: {error}")

    @property
    def attempts(self) -> int:
        """How often it was tried to deliver what is pending."""
        return self.failure.attempts if self.failure else 0


class Core:
    """What both faces do.

    Args:
        runs: what runs a step.
        clock: the time, in seconds since the epoch.
        attempts: how often an effect is tried before its conversation is stuck.

    Raises:
        ValueError: ``attempts`` is no number from 1.
    """

    def __init__(self, runs: Runs, clock: Callable[[], float] = time.time, attempts: int = ATTEMPTS) -> None:
        if isinstance(attempts, bool) or not isinstance(attempts, int) or attempts < 1:
            raise ValueError(f"attempts: {echo(attempts)} is not accepted; give a number from 1")
        self._runs, self._clock, self._attempts = runs, clock, attempts
        self._records: dict[str, Record] = {}
        self._lock = Lock()
        self._specification = fingerprint()

    def forget(self, conversation: str) -> None:
        """Forget a conversation, its history and what is still to be delivered of it.

        Raises:
            NoConversation: there is none of this id.
            ValueError: the id is not accepted.
        """
        name = checked_id(conversation)
        with self._lock:
            if self._records.pop(name, None) is None:
                raise no_conversation(name)

    def _record(self, name: str) -> Record:
        found = self._records.get(name)
        if found is None:
            raise no_conversation(name)
        return found

    def _all(self) -> tuple[Record, ...]:
        with self._lock:
            return tuple(self._records.values())

    def _published(self, name: str, pairing: Pairing, key: str, lock: Any) -> tuple[Record, Done | None]:
        """The record of a conversation, and step 0 if that has just been taken."""
        done = Done.opening(name, key, pairing)
        line = self._line(done.seq, key, OPEN, Party.SERVICE, done.to_json(), self._clock(), pairing=pairing)
        new = Record(name, lock, Entry(line, (), self._runs.begin(pairing), {}, {}))
        with self._lock:
            found = self._records.setdefault(name, new)
        return found, done if found is new else None

    def _line(
        self,
        seq: int,
        key: str,
        event: str,
        by: Party,
        answer: Mapping[str, Any],
        at: float,
        *,
        accepted: bool = True,
        of: int | None = None,
        pairing: Pairing | None = None,
    ) -> Line:
        facts = None if pairing is None else pairing_json(pairing)
        return Line(seq, key, event, by.value, accepted, answer, at, self._specification, of, facts)

    def _opening(self, record: Record, pairing: Pairing, key: str) -> Step[Done]:
        """What an opening comes to of what is open already."""
        yield from ()
        if found := record.under(key):
            return found.line.again(OPEN, Party.SERVICE, None, pairing)
        raise already_open(record.name)

    def _firing(self, record: Record, event: Event, by: Party, key: str, of: int | None, now: float) -> Step[Done]:
        if found := record.under(key):
            return found.line.again(event, by, of)
        before = record.last
        stale = refusal(event, by, of, before.awaited)
        talk, came = (before.talk, stale) if stale else (yield self._runs.fire(before.talk, event, by))
        if isinstance(came, Outcome):
            return self._keep(record, talk, came, key, now, of=of)
        answer = refusal_json(came)
        line = self._line(before.line.seq, key, event, by, answer, now, accepted=False, of=of)
        due = {each: at for each, at in before.due.items() if key != timer_key(before.awaited[each], each)}
        record.entries.append(Entry(line, (), talk, before.awaited, due))
        raise Refused(came)

    def _changing(self, record: Record, pairing: Pairing, key: str) -> Step[Done]:
        if found := record.under(key):
            return found.line.again(CHANGE, Party.SERVICE, None, pairing)
        same_two(self._runs.read(record.last.talk).pairing, pairing)
        talk, outcome = yield self._runs.change(record.last.talk, pairing)
        return self._keep(record, talk, outcome, key, self._clock(), pairing=pairing)

    def _keep(
        self,
        record: Record,
        talk: Any,
        outcome: Outcome,
        key: str,
        now: float,
        of: int | None = None,
        pairing: Pairing | None = None,
    ) -> Done:
        before = record.last
        seq = before.line.seq + 1
        done = Done.of(outcome, record.name, key, seq)
        awaited = awaiting(before.awaited, outcome, seq)
        gone = {outcome.event, *outcome.timers.cancel}
        due = {event: at for event, at in before.due.items() if event in awaited and event not in gone}
        due |= {timer.event: now + timer.seconds for timer in outcome.timers.start}
        line = self._line(seq, key, outcome.event, outcome.by, done.to_json(), now, of=of, pairing=pairing)
        record.entries.append(Entry(line, done.effects, talk, awaited, due))
        return done

    def _expiring(self, record: Record, event: str, now: float) -> Step[int]:
        """Fire a timer's event, unless it is not due any more; how many were fired."""
        last = record.last
        if last.due.get(event, now + 1) > now:
            return 0
        seq = last.awaited[event]
        with suppress(Refused):
            yield from self._firing(record, cast("Event", event), Party.SERVICE, timer_key(seq, event), seq, now)
        return 1

    def _reading(self, record: Record) -> Step[Conversation]:
        yield from ()
        return self._runs.read(record.last.talk)

    def _working(self, deliver: Callable[[Effect], object], given: float | None) -> Step[int]:
        now = self._clock() if given is None else moment(given)
        did, wrong = 0, None
        for record in self._all():
            for event, at in record.last.due.items():
                if at <= now:
                    fired, error = yield self._tried(self._expire, record, event, now)
                    did, wrong = did + (fired or 0), wrong or error
            did += yield from self._delivering(record, deliver, now)
        if wrong:
            raise wrong
        return did

    def _delivering(self, record: Record, deliver: Callable[[Effect], object], now: float) -> Step[int]:
        """Deliver what is pending of a conversation, unless somebody does already; how many were delivered."""
        did, steps, claim = 0, record.last.line.seq, record.claim()
        try:
            while claim and self._goes_on(record, now) and (effect := record.pending()) and effect.seq <= steps:
                _, error = yield self._tried(deliver, effect)
                if error:
                    record.failed(effect, error, now)
                    break
                record.delivered()
                did += 1
        finally:
            del claim
        return did

    def _goes_on(self, record: Record, now: float) -> bool:
        return record.attempts < self._attempts and (not record.attempts or record.not_before <= now)

    def _awaited(self, conversation: str) -> tuple[Awaited, ...]:
        last = self._record(checked_id(conversation)).last
        return tuple(Awaited(event, seq, last.due.get(event)) for event, seq in last.awaited.items())

    def _history(self, conversation: str) -> tuple[Line, ...]:
        return tuple(entry.line for entry in tuple(self._record(checked_id(conversation)).entries))

    def _stuck(self) -> tuple[Stuck, ...]:
        failures = (record.failure for record in self._all())
        return tuple(each for each in failures if each and each.attempts >= self._attempts)

    def _retry(self, conversation: str) -> bool:
        record = self._record(checked_id(conversation))
        stuck = record.attempts >= self._attempts
        if stuck:
            record.failure = None
        return stuck

    def _not_within(self, record: Record, me: object) -> None:
        if record.taking == me and record.lock.locked():
            raise RuntimeError(
                f"conversation: {echo(record.name)} is taking a step, and a callback within it asks for another; "
                "ask once that returns"
            )

    def _tried(self, call: Callable[..., Any], *given: Any) -> Any:
        """What a call returns and None, or None and what it raises."""
        ...

    def _expire(self, record: Record, event: str, now: float) -> Any:
        """``_expiring``, as the only one who takes a step."""
        ...


class Hosting(Core):
    """A host. Threads may share it: the steps of a conversation are taken one at a time."""

    def open(self, conversation: str, pairing: Pairing, *, key: str) -> Done:
        """As ``Host.open``."""
        name, key = checked(conversation, key)
        record, done = self._published(name, admitted(pairing), key, Lock())
        return done if done else self._taken(record, self._opening(record, pairing, key))

    def fire(self, conversation: str, event: Event, by: Party | PartyName, *, key: str, of: int | None = None) -> Done:
        """As ``Host.fire``."""
        name, key = checked(conversation, key)
        event, by = asked(event, by, of)
        record = self._record(name)
        return self._taken(record, self._firing(record, event, by, key, of, self._clock()))

    def change(self, conversation: str, pairing: Pairing, *, key: str) -> Done:
        """As ``Host.change``."""
        name, key = checked(conversation, key)
        pairing = admitted(pairing)
        record = self._record(name)
        return self._taken(record, self._changing(record, pairing, key))

    def read(self, conversation: str) -> Conversation:
        """As ``Host.read``."""
        record = self._record(checked_id(conversation))
        return self._taken(record, self._reading(record))

    def awaited(self, conversation: str) -> tuple[Awaited, ...]:
        """As ``Host.awaited``."""
        return self._awaited(conversation)

    def history(self, conversation: str) -> tuple[Line, ...]:
        """As ``Host.history``."""
        return self._history(conversation)

    def work(self, deliver: Callable[[Effect], object], *, now: float | None = None) -> int:
        """As ``Host.work``. What a step raises that a timer takes is raised once all else is done."""
        return _driven(self._working(deliver, now))

    def stuck(self) -> tuple[Stuck, ...]:
        """As ``Host.stuck``."""
        return self._stuck()

    def retry(self, conversation: str) -> bool:
        """As ``Host.retry``."""
        return self._retry(conversation)

    def _taken(self, record: Record, step: Step[T]) -> T:
        me = get_ident()
        self._not_within(record, me)
        with record.lock:
            try:
                record.taking = me
                return _driven(step)
            finally:
                record.taking = None

    def _expire(self, record: Record, event: str, now: float) -> int:
        return self._taken(record, self._expiring(record, event, now))

    def _tried(self, call: Callable[..., T], *given: Any) -> tuple[T | None, Exception | None]:
        try:
            return call(*given), None
        except Exception as error:
            return None, error


def _driven(step: Step[T]) -> T:
    answer = None
    try:
        while True:
            answer = step.send(answer)
    except StopIteration as done:
        return cast("T", done.value)
    finally:
        step.close()


class AsyncHosting(Core):
    """A host under asyncio, of one event loop. Tasks may share it: the steps of a conversation are taken one at a time.
    A step that is cancelled has not happened."""

    async def open(self, conversation: str, pairing: Pairing, *, key: str) -> Done:
        """As ``Host.open``."""
        name, key = checked(conversation, key)
        record, done = self._published(name, admitted(pairing), key, asyncio.Lock())
        return done if done else await self._taken(record, self._opening(record, pairing, key))

    async def fire(
        self, conversation: str, event: Event, by: Party | PartyName, *, key: str, of: int | None = None
    ) -> Done:
        """As ``Host.fire``."""
        name, key = checked(conversation, key)
        event, by = asked(event, by, of)
        record = self._record(name)
        return await self._taken(record, self._firing(record, event, by, key, of, self._clock()))

    async def change(self, conversation: str, pairing: Pairing, *, key: str) -> Done:
        """As ``Host.change``."""
        name, key = checked(conversation, key)
        pairing = admitted(pairing)
        record = self._record(name)
        return await self._taken(record, self._changing(record, pairing, key))

    async def read(self, conversation: str) -> Conversation:
        """As ``Host.read``."""
        record = self._record(checked_id(conversation))
        return await self._taken(record, self._reading(record))

    async def awaited(self, conversation: str) -> tuple[Awaited, ...]:
        """As ``Host.awaited``."""
        return self._awaited(conversation)

    async def history(self, conversation: str) -> tuple[Line, ...]:
        """As ``Host.history``."""
        return self._history(conversation)

    async def work(self, deliver: Callable[[Effect], Awaitable[object] | object], *, now: float | None = None) -> int:
        """As ``Host.work``. What a step raises that a timer takes is raised once all else is done."""
        return await _awaited(self._working(deliver, now))

    async def stuck(self) -> tuple[Stuck, ...]:
        """As ``Host.stuck``."""
        return self._stuck()

    async def retry(self, conversation: str) -> bool:
        """As ``Host.retry``."""
        return self._retry(conversation)

    async def _taken(self, record: Record, step: Step[T]) -> T:
        me = asyncio.current_task()
        self._not_within(record, me)
        async with record.lock:
            try:
                record.taking = me
                return await _awaited(step)
            finally:
                record.taking = None

    async def _expire(self, record: Record, event: str, now: float) -> int:
        return await self._taken(record, self._expiring(record, event, now))

    async def _tried(self, call: Callable[..., Any], *given: Any) -> tuple[Any, Exception | None]:
        try:
            found = call(*given)
            return (await found if isawaitable(found) else found), None
        except Exception as error:
            return None, error


async def _awaited(step: Step[T]) -> T:
    answer = None
    try:
        while True:
            answer = step.send(answer)
            if isawaitable(answer):
                answer = await answer
    except StopIteration as done:
        return cast("T", done.value)
    finally:
        step.close()


class MemoryHost(Hosting):
    """A host that remembers in memory. It keeps to ``fsm.hosts.host.Host``.

    Args:
        clock: the time, in seconds since the epoch.
        attempts: how often an effect is tried before its conversation is stuck.

    Raises:
        ValueError: ``attempts`` is no number from 1.
    """

    def __init__(self, *, clock: Callable[[], float] = time.time, attempts: int = ATTEMPTS) -> None:
        super().__init__(Engine(), clock, attempts)


class AsyncMemoryHost(AsyncHosting):
    """``MemoryHost`` under asyncio. It keeps to ``fsm.hosts.host.AsyncHost``."""

    def __init__(self, *, clock: Callable[[], float] = time.time, attempts: int = ATTEMPTS) -> None:
        super().__init__(Engine(), clock, attempts)
