"""A host whose time is told, as the suite for hosts has it: by ``work``, and effects are delivered then as well."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any

from temporalio import activity

from fsm.hosts.host import Done, Effect, Stuck, moment
from fsm.hosts.temporal import AsyncHost
from fsm.spec.parties import Pairing

HOSTS: dict[str, ToldHost] = {}
"""The hosts whose conversations a worker delivers for, by the prefix of their workflows."""


async def deliver(effect: Effect) -> None:
    """Deliver as the host does at the moment whose conversation it is."""
    prefix = (activity.info().workflow_id or "").partition("/")[0]
    found = HOSTS[f"{prefix}/"].deliver(effect)
    if isawaitable(found):
        await found


class ToldHost(AsyncHost):
    """A host that keeps to all of ``fsm.hosts.host.AsyncHost``."""

    told = True

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.names: dict[str, None] = {}
        self.deliver: Callable[[Effect], Awaitable[object] | object]
        HOSTS[self.prefix] = self

    async def open(self, conversation: str, pairing: Pairing, *, key: str) -> Done:
        done = await super().open(conversation, pairing, key=key)
        self.names[done.conversation] = None
        return done

    async def work(self, deliver: Callable[[Effect], Awaitable[object] | object], *, now: float | None = None) -> int:
        """As ``AsyncHost.work``."""
        self.deliver = deliver
        at, did = time.time() if now is None else moment(now), 0
        for name in tuple(self.names):
            did += await self._executed(name, "advance", at)
        return did

    async def stuck(self) -> tuple[Stuck, ...]:
        return tuple([each for name in self.names for each in await self.stuck_at(name)])
