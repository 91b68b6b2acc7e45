"""Effects and timers: what a host has to do, done while the service runs, and effects posted to a webhook."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any

import httpx2
import msgspec
from anyio import CapacityLimiter, from_thread, to_thread

from fsm.hosts.cloudevents import cloudevent
from fsm.hosts.host import Effect, Host
from fsm.serve import webhooks
from fsm.serve.measures import Measures, span

SOURCE = "urn:interop-fsm"
"""The source of the CloudEvents."""
PATIENCE = 10.0
"""Seconds that a receiver has to answer."""
IDLE = 0.5
"""Seconds between two looks at what is due, where there is nothing to do."""
AFTER_A_FAULT = 5.0
"""Seconds after which a worker goes on that the database has failed."""

log = logging.getLogger("fsm.serve")
Post = Callable[[Effect], Awaitable[None]]


class Undelivered(Exception):
    """A receiver has not taken an effect. The message says what it did instead."""


class Webhook:
    """Where effects are posted to.

    Args:
        url: the address.
        keys: what deliveries are signed with.
        patience: seconds that the receiver has to answer.
    """

    def __init__(self, url: str, keys: Sequence[bytes], patience: float = PATIENCE) -> None:
        self._url = url
        self._keys = tuple(keys)
        self._patience = patience
        self._client = httpx2.AsyncClient(timeout=patience, trust_env=False)

    async def post(self, effect: Effect) -> None:
        """Deliver an effect.

        Raises:
            Undelivered: it was not taken: no answer in time, or one that is not 2xx.
        """
        body = msgspec.json.encode(cloudevent(effect, None, SOURCE))
        headers = webhooks.headers(self._keys, effect.id, int(time.time()), body)
        try:
            async with asyncio.timeout(self._patience):
                async with self._client.stream("POST", self._url, content=body, headers=headers) as answer:
                    status = answer.status_code  # what is in the answer is not read
        except TimeoutError:
            raise Undelivered(f"the receiver has not answered in {self._patience:g} seconds") from None
        except httpx2.HTTPError as error:
            raise Undelivered(f"the receiver cannot be reached: {type(error).__name__}") from None
        if not 200 <= status < 300:
            raise Undelivered(f"the receiver answered {status}")

    async def close(self) -> None:
        """Let go of its connections."""
        await self._client.aclose()


class Workers:
    """What does a host's work: fires timers that are due, and delivers effects.

    Args:
        host: the host.
        post: how an effect is delivered; None where nobody is told, and whoever fires reads effects in the answer.
        told: called with the conversation that something has happened to.
        measures: where it is counted.
        number: how many work at once.
    """

    def __init__(
        self, host: Host, post: Post | None, told: Callable[[str], object], measures: Measures, number: int
    ) -> None:
        self._host = host
        self._post = post
        self._told = told
        self._measures = measures
        self._number = number
        self._threads = CapacityLimiter(number)
        self._news: asyncio.Queue[None] = asyncio.Queue(maxsize=1)
        self._stopped = asyncio.Event()

    def wake(self) -> None:
        """There is something to deliver: one of those that rest sees to it."""
        if self._post is not None and self._news.empty():
            self._news.put_nowait(None)

    def stop(self) -> None:
        """Finish what is being done, and begin nothing."""
        self._stopped.set()

    async def run(self) -> None:
        """Work until stopped."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._number):
                group.create_task(self._work())

    async def _work(self) -> None:
        while not self._stopped.is_set():
            try:
                done = await to_thread.run_sync(partial(self._host.work, self._deliver), limiter=self._threads)
            except Exception:
                log.exception("work: the host failed; it goes on in %g seconds", AFTER_A_FAULT)
                await _first(AFTER_A_FAULT, self._stopped.wait())
                continue
            if not done:
                await _first(IDLE, self._stopped.wait(), self._news.get())

    def _deliver(self, effect: Effect) -> None:
        from_thread.run(self._delivered, effect)

    async def _delivered(self, effect: Effect) -> None:
        self._told(effect.conversation)
        if self._post is None:
            return
        attributes = {"fsm.conversation": effect.conversation, "fsm.effect": effect.name, "fsm.effect.id": effect.id}
        with span("deliver", attributes):
            try:
                await self._post(effect)
            except Undelivered:
                self._measures.undelivered.inc()
                raise
        self._measures.delivered.inc()


async def _first(seconds: float, *waited: Coroutine[Any, Any, object]) -> None:
    """Wait for the first of these, for so long at most."""
    tasks = [asyncio.create_task(each) for each in waited]
    await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
