"""A conversation in memory that can be put away as JSON-able data, to go on elsewhere: what a workflow holds.

All that it does is ``fsm.hosts.memory``'s: keys, stale answers, timers, effects in order, attempts. Here is only how
it is put away and taken up again.
"""

from __future__ import annotations

import asyncio
import base64
import json
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import copy
from math import inf
from typing import TYPE_CHECKING, Any, cast

import msgspec

import fsm.engine.earlier
import fsm.engine.snapshot  # noqa: F401  # both are needed later: workflows import nothing once they run
from fsm.engine.awaiting import refusal
from fsm.engine.conversation import Conversation
from fsm.hosts.host import Done, Effect, Line, Stuck, admitted, asked
from fsm.hosts.memory import AsyncMemoryHost, Entry, Record
from fsm.spec.parties import Pairing

if TYPE_CHECKING:
    from fsm.engine.earlier import Carried
    from fsm.engine.outcome import AnyRefusal

MOST = 100
"""Effects after which no further step's are delivered at the same time."""
REMEMBERED = 1000
"""Lines that are put away with a conversation beside its opening: so far back a key gives its first answer."""
Asked = tuple[Effect, float]
"""An effect, and when it was asked for."""
Send = Callable[[list[Asked]], Awaitable[int]]
"""Delivers effects."""


def packed(lines: Sequence[Line]) -> str:
    """Lines of history as a short text: they are much alike."""
    text = json.dumps([line.to_json() for line in lines], separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode())).decode()


def unpacked(text: str) -> tuple[Line, ...]:
    """The lines that ``packed`` was given."""
    return tuple(map(Line.from_json, json.loads(zlib.decompress(base64.b64decode(text)))))


class Undelivered(Exception):
    """An effect was not delivered; the message says what was raised instead.

    Args:
        says: that message.
        delivered: how many effects were delivered before it.
    """

    def __init__(self, says: str, delivered: int) -> None:
        super().__init__(says)
        self.delivered = delivered


class Kept(AsyncMemoryHost):
    """A host in memory of one conversation.

    Args:
        name: its id.
        clock: the time, in seconds since the epoch.
        more: whether another effect may be delivered.
    """

    def __init__(self, name: str, clock: Callable[[], float], more: Callable[[], bool]) -> None:
        super().__init__(clock=clock)
        self.name = name
        self._more = more

    def _goes_on(self, record: Record, now: float) -> bool:
        return self._more() and super()._goes_on(record, now)

    @property
    def record(self) -> Record:
        """The conversation."""
        return self._records[self.name]

    @property
    def is_stuck(self) -> bool:
        """Whether an effect cannot be delivered, and nobody tries any more."""
        return self.record.attempts >= self._attempts

    def begin(self, pairing: Mapping[str, Any], key: str) -> None:
        """Open the conversation."""
        self._published(self.name, msgspec.convert(pairing, Pairing), key, asyncio.Lock())

    def refusal(self, event: str, by: str, of: int | None) -> AnyRefusal | None:
        """Why an event would be refused; None if it would not.

        Raises:
            UnknownEvent: there is no such event or party.
            ValueError: ``of`` is not accepted, or is missing.
        """
        asked(event, by, of)
        last = self.record.last
        stale = refusal(event, by, of, last.awaited)
        return stale or cast("AnyRefusal | None", last.talk.why_not(event, by))

    def admits(self, pairing: Pairing) -> None:
        """See that the conversation can go on under a pairing.

        Raises:
            ValueError: it is none, or between other people.
        """
        copy(self.record.last.talk).change(admitted(pairing))

    def due(self) -> float | None:
        """When the first timer is due."""
        return min(self.record.last.due.values(), default=None)

    async def expire(self, now: float) -> int:
        """Fire the timers that are due; how many."""
        return sum([await self._expire(self.record, event, now) for event in tuple(self.record.last.due)])

    async def deliver(self, send: Send, now: float) -> int:
        """Deliver what is pending of the steps so far, unless somebody does already or it is to wait; how many effects.

        Args:
            send: delivers effects in order, and maybe such as follow; says how many, or raises ``Undelivered``.
            now: the time.
        """
        did, record, steps, claim = 0, self.record, self.record.last.line.seq, self.record.claim()
        try:
            while claim and self._goes_on(record, now) and (effects := self._pending(steps)):
                wrong = None
                try:
                    count = await send(effects)
                except Undelivered as error:
                    count, wrong = error.delivered, error
                for _ in range(count):
                    record.pending()  # goes past what is delivered
                    record.delivered()
                did += count
                if wrong:
                    record.failed(cast("Effect", record.pending()), wrong, now)
        finally:
            del claim  # what is raised holds on to this frame
        return did

    def _pending(self, steps: int) -> list[Asked]:
        first = self.record.pending()
        return self.following(first.seq, first.n - 1, steps) if first else []

    def following(self, seq: int, n: int, steps: float = inf) -> list[Asked]:
        """The effects that come after one: those of steps up to a number, and some hundred at a time."""
        found: list[Asked] = []
        first, _ = self.record._delivered
        for entry in self.record.entries[first:]:
            if len(found) >= MOST or entry.line.seq > steps:
                break
            found += [(each, entry.line.at) for each in entry.effects if (each.seq, each.n) > (seq, n)]
        return found

    def put_away(self) -> dict[str, Any]:
        """The conversation as JSON-able data, with its last lines and what is still to be delivered."""
        record, last = self.record, self.record.last
        record.pending()  # goes past what is delivered
        at, n = record._delivered
        first = max(1, min(len(record.entries) - REMEMBERED, at))
        failure = record.failure
        return {
            "snapshot": last.talk.snapshot(),
            "lines": packed([entry.line for entry in (record.entries[0], *record.entries[first:])]),
            "awaited": dict(last.awaited),
            "due": dict(last.due),
            "delivered": [max(0, at - first + 1), n],
            "attempts": record.attempts,
            "error": failure.error if failure else "",
            "not_before": record.not_before,
        }

    def take_up(self, left: Mapping[str, Any]) -> Carried | None:
        """Go on with a conversation that was put away; what differs if that was by another release.

        Raises:
            SnapshotError: it cannot be restored.
        """
        talk, carried = Conversation.carry_over(left["snapshot"])
        entries = [
            Entry(
                line,
                Done.from_json(line.answer).effects if line.accepted else (),
                talk,
                left["awaited"],
                left["due"],
            )
            for line in unpacked(left["lines"])
        ]
        record = Record(self.name, asyncio.Lock(), entries[0])
        record.entries += entries[1:]
        at, n = left["delivered"]
        record._delivered = at, n
        if left["attempts"]:
            record.failure = Stuck(entries[at].effects[n], left["attempts"], left["error"])
            record.not_before = left["not_before"]
        self._records[self.name] = record
        return carried

    async def fired(self, given: Mapping[str, Any]) -> Done:
        """What an event comes to.

        Raises:
            Refused: it is refused.
        """
        return await self.fire(self.name, given["event"], given["by"], key=given["key"], of=given.get("of"))

    async def changed(self, given: Mapping[str, Any]) -> Done:
        """What a change of the pairing comes to."""
        return await self.change(self.name, msgspec.convert(given["pairing"], Pairing), key=given["key"])
