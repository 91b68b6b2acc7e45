"""What a worker does, as a plan of its own: transactions one after the other, and effects to deliver between them.

A face carries the plan out, with or without ``await``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias, TypeVar
from uuid import uuid4

from fsm.hosts.cloudevents import cloudevent
from fsm.hosts.host import Effect, pause
from fsm.hosts.sql.core import MOST, Claimed, Core, Settled, Step, Steps
from fsm.notation.echo import plain

T = TypeVar("T")
LONGEST_ERROR = 1000
"""Characters that are kept of what an attempt raised."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """Steps to take in a transaction; what they come to is the answer."""

    steps: Steps[Any]
    writes: bool = True


@dataclass(frozen=True, slots=True)
class Delivery:
    """An effect to deliver, or the CloudEvent that it is; the answer is what that raised, if anything."""

    what: Any


Plan: TypeAlias = Generator[Transaction | Delivery, Any, T]
"""Transactions, and effects to deliver."""


@dataclass(frozen=True, slots=True)
class Work:
    """How a host works.

    Args:
        core: its steps.
        attempts: how often an effect is tried before its conversation is stuck.
        lease: for how many seconds a conversation is claimed. A worker goes on to the next effect while half of it is
            left, so delivering one must take less than the other half: else another worker delivers it as well.
        source: whose CloudEvents to deliver instead of effects, if given.
        goes_on: whether to; asked before each effect and each transaction that is not to settle one.
    """

    core: Core
    attempts: int
    lease: float
    source: str | None
    goes_on: Callable[[], bool] = lambda: True

    def once(self, now: float) -> Plan[int]:
        """Fire what is due and deliver what is pending; how much that was.

        Raises:
            Exception: what a timer's step raised, once all else is done. It is tried again in a minute.
        """
        did, wrong = 0, None
        due, pending = yield Transaction(self.core.soonest(), writes=False)
        while due is not None and due <= now and self.goes_on():
            found = yield Transaction(self.core.expire(now))
            if found is None:
                break
            did, wrong = did + (found[1] is None), wrong or found[1]
        full = did > 0 or (pending is not None and pending <= max(now, self.core.clock()))
        while full and self.goes_on():
            count, delivered = yield from self._batch(now)
            full, did = count == MOST, did + delivered
        if wrong is not None:
            raise wrong
        return did

    def _batch(self, now: float) -> Plan[tuple[int, int]]:
        """Claim conversations, deliver their effects and settle all at once; how many were claimed, and delivered."""
        began, lease = self.core.clock(), uuid4().hex
        claimed, steps = yield Transaction(self.core.claim(lease, now, now + self.lease))
        asked = {name: list(each) for name, each in groupby(steps, lambda step: step[0])}
        settled, did = [], 0
        for each in claimed:
            count, end = yield from self._deliver(each, asked.get(each.conversation, []), now, began)
            did += count
            settled.append(end)
        if settled:
            yield Transaction(self.core.settle(lease, sorted(settled)))
        return len(claimed), did

    def _deliver(self, here: Claimed, asked: list[Step], now: float, began: float) -> Plan[tuple[int, Settled]]:
        """Deliver the effects of a conversation, in order, up to one that fails; how many, and how it stands then."""
        did, name, attempts = 0, here.conversation, here.attempts
        at = here.next_seq, here.next_n
        for _, done, when in asked:
            for effect in done.effects:
                if (effect.seq, effect.n) < at:
                    continue
                if not self.goes_on() or self.core.clock() - began > self.lease / 2:
                    return did, Settled(name, *at, attempts, None, False, now)
                error = yield Delivery(effect if self.source is None else cloudevent(effect, when, self.source))
                if error is not None:
                    return did, self._failed(effect, attempts + 1, error, now)
                did, attempts, at = did + 1, 0, (effect.seq, effect.n + 1)
            at = done.seq + 1, 0
        return did, Settled(name, *at, attempts, None, False, now)

    def _failed(self, effect: Effect, attempts: int, error: Exception, now: float) -> Settled:
        """How a conversation stands of which an effect could not be delivered."""
        stuck = attempts >= self.attempts
        said = plain(f"{type(error).__name__}: {error}"[:LONGEST_ERROR])
        again = None if stuck else now + pause(attempts)
        return Settled(effect.conversation, effect.seq, effect.n, attempts, said, stuck, again)
