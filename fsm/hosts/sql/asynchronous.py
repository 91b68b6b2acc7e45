"""The face for asyncio."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from fsm.hosts.host import (
    ATTEMPTS,
    CHANGE,
    Awaited,
    Done,
    Line,
    Stuck,
    admitted,
    asked,
    checked,
    checked_id,
    moment,
)
from fsm.hosts.log import rows
from fsm.hosts.sql.connections import address, async_engine, set_up
from fsm.hosts.sql.core import SERVICE, Asked, Overtaken, Steps
from fsm.hosts.sql.delivery import Plan, Transaction, Work
from fsm.hosts.sql.sync import LEASE, REST, Host, accepted, counted
from fsm.notation import Party
from fsm.notation.echo import echo
from fsm.spec.parties import Pairing

if TYPE_CHECKING:
    from fsm.engine.conversation import Conversation
    from fsm.spec.names import Event, PartyName

T = TypeVar("T")
READERS = 8
"""Threads that use SQLite, which knows nothing of asyncio. One at a time writes."""
LOG = logging.getLogger(__name__)


class AsyncHost:
    """``Host`` under asyncio, of one event loop. It keeps to ``fsm.hosts.host.AsyncHost``.

    PostgreSQL is spoken to by psycopg's own asyncio; SQLite in threads. A call that is cancelled has happened or not:
    asking again with the same key tells.

    Args:
        database: as of ``Host``; an engine is an ``AsyncEngine``.
        migrate: as of ``Host``.
        attempts: as of ``Host``.
        secret: as of ``Host``.
        clock: as of ``Host``.

    Raises:
        ValueError: as ``Host``.
    """

    def __init__(
        self,
        database: str | URL | AsyncEngine,
        *,
        migrate: bool = True,
        attempts: int = ATTEMPTS,
        secret: bytes | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        theirs = isinstance(database, AsyncEngine)
        url = address(database.url if isinstance(database, AsyncEngine) else database)
        self.engine = database if isinstance(database, AsyncEngine) else async_engine(url)
        set_up(self.engine.sync_engine)
        self._theirs = theirs
        self._idle: list[tuple[AsyncConnection, Any]] = []
        self._host = Host(url, migrate=migrate, attempts=attempts, secret=secret, clock=clock)
        self.core = self._host.core
        self._threads = ThreadPoolExecutor(READERS, "fsm") if url.drivername.startswith("sqlite") else None

    async def __aenter__(self) -> AsyncHost:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; those of an engine that it was given are its owner's."""
        if self._threads:
            self._threads.shutdown()
        self._host.close()
        while self._idle:
            lent, connection = self._idle.pop()
            await connection.set_autocommit(False)
            await lent.close()
        if not self._theirs:
            await self.engine.dispose()

    async def migrate(self) -> None:
        """As ``Host.migrate``."""
        await asyncio.to_thread(self._host.migrate)

    async def open(
        self, conversation: str, pairing: Pairing, *, key: str, within: AsyncConnection | None = None
    ) -> Done:
        """As ``Host.open``."""
        name, key = checked(conversation, key)
        return await self._transact(self.core.open(name, key, admitted(pairing)), within)

    async def fire(
        self,
        conversation: str,
        event: Event,
        by: Party | PartyName,
        *,
        key: str,
        of: int | None = None,
        within: AsyncConnection | None = None,
    ) -> Done:
        """As ``Host.fire``."""
        name, key = checked(conversation, key)
        event, by = asked(event, by, of)
        return await self._asked(Asked(name, key, event, by.value, of), within)

    async def change(
        self, conversation: str, pairing: Pairing, *, key: str, within: AsyncConnection | None = None
    ) -> Done:
        """As ``Host.change``."""
        name, key = checked(conversation, key)
        return await self._asked(Asked(name, key, CHANGE, SERVICE, None, admitted(pairing)), within)

    async def read(self, conversation: str) -> Conversation:
        """As ``Host.read``."""
        return await self._look(self.core.read(checked_id(conversation)))

    async def awaited(self, conversation: str) -> tuple[Awaited, ...]:
        """As ``Host.awaited``."""
        return await self._look(self.core.awaited(checked_id(conversation)))

    async def history(self, conversation: str) -> tuple[Line, ...]:
        """As ``Host.history``."""
        return await self._look(self.core.history(checked_id(conversation)))

    async def check(self, conversation: str) -> None:
        """As ``Host.check``."""
        await self._transact(self.core.check(checked_id(conversation)))

    async def log(self, conversation: str) -> tuple[dict[str, Any], ...]:
        """As ``Host.log``."""
        return tuple(rows(conversation, await self.history(conversation)))

    async def conversations(self) -> AsyncIterator[str]:
        """As ``Host.conversations``."""
        after = ""
        while names := await self._look(self.core.names(after)):
            for each in names:
                yield each
            after = names[-1]

    async def work(
        self,
        deliver: Callable[[Any], Awaitable[object] | object],
        *,
        now: float | None = None,
        lease: float = LEASE,
        source: str | None = None,
    ) -> int:
        """As ``Host.work``."""
        return await self._worked(self._host.working(lease, source), deliver, now)

    async def run(
        self,
        deliver: Callable[[Any], Awaitable[object] | object],
        *,
        workers: int = 1,
        lease: float = LEASE,
        source: str | None = None,
        stop: asyncio.Event | None = None,
        rest: float = REST,
    ) -> None:
        """As ``Host.run``; workers are tasks, and ``stop`` an event of asyncio."""
        flag = asyncio.Event() if stop is None else stop
        work = self._host.working(lease, source, lambda: not flag.is_set())

        async def working() -> None:
            while not flag.is_set():
                wait = await self._tried(work, deliver, rest)
                with suppress(TimeoutError):
                    await asyncio.wait_for(flag.wait(), wait)

        async with asyncio.TaskGroup() as group:
            for _ in range(counted("workers", workers)):
                group.create_task(working())

    async def stuck(self) -> tuple[Stuck, ...]:
        """As ``Host.stuck``."""
        return await self._look(self.core.stuck())

    async def retry(self, conversation: str) -> bool:
        """As ``Host.retry``."""
        return await self._transact(self.core.retry(checked_id(conversation)))

    async def purge(self, *, before: float) -> int:
        """As ``Host.purge``."""
        return await asyncio.to_thread(partial(self._host.purge, before=before))

    async def vacuum(self) -> None:
        """As ``Host.vacuum``."""
        await asyncio.to_thread(self._host.vacuum)

    async def _tried(self, work: Work, deliver: Callable[[Any], object], rest: float) -> float:
        try:
            return 0.0 if await self._worked(work, deliver, None) else rest
        except Exception:
            LOG.exception("a worker goes on after %s s", 10 * rest)
            return 10 * rest

    async def _worked(self, work: Work, deliver: Callable[[Any], object], now: float | None) -> int:
        plan: Plan[int] = work.once(self.core.clock() if now is None else moment(now))
        answer: Any = None
        try:
            while True:
                each = plan.send(answer)
                if isinstance(each, Transaction):
                    answer = await (self._transact(each.steps) if each.writes else self._look(each.steps))
                else:
                    answer = await _raised(deliver, each.what)
        except StopIteration as done:
            return int(done.value)

    async def _asked(self, request: Asked, within: AsyncConnection | None) -> Done:
        if within is None and self._host.alone(request.conversation):
            with suppress(Overtaken):
                return accepted(await self._taken(self.core.ask(request, lock=False)))
            self._host.overtaken(request.conversation)
        return accepted(await self._transact(self.core.ask(request), within))

    async def _look(self, steps: Steps[T]) -> T:
        """Take a step that only reads."""
        if self._threads:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._host.look, steps)
        return await self._taken(steps)

    async def _transact(self, steps: Steps[T], within: AsyncConnection | None = None) -> T:
        """Take steps in a transaction of their own, or the caller's."""
        if within is not None:
            if not isinstance(within, AsyncConnection):
                raise ValueError(f"within: {echo(within)} is not accepted; give a connection of host.engine")
            return await within.run_sync(self._host.joining, steps)
        if self._threads:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._host.transact, steps)
        return await self._taken(steps, "BEGIN")

    async def _taken(self, steps: Steps[T], begin: str = "") -> T:
        """What steps come to over psycopg, each a transaction by itself or all in one, as in ``Host``."""
        if not self._host.seen_to:
            await asyncio.to_thread(self._host.see_to)
        lent, connection = await self._lent()
        try:
            cursor = connection.cursor()
            if begin:
                await cursor.execute(begin)
            result = await _taken(steps, cursor)
            if begin:
                await connection.commit()
        except BaseException:
            with suppress(Exception):  # a connection that is gone has nothing to undo
                await connection.rollback()
            await (self._cut(lent) if connection.closed else self._back(lent, connection))
            raise
        await self._back(lent, connection)
        return result

    async def _lent(self) -> tuple[AsyncConnection, Any]:
        """A connection that the engine's pool has lent, and psycopg's in it."""
        with suppress(IndexError):
            return self._idle.pop()
        lent = await self.engine.connect()
        connection: Any = (await lent.get_raw_connection()).driver_connection
        await connection.set_autocommit(True)
        return lent, connection

    async def _back(self, lent: AsyncConnection, connection: Any) -> None:
        if self._theirs:
            await connection.set_autocommit(False)
            await lent.close()
        else:
            self._idle.append((lent, connection))

    async def _cut(self, lent: AsyncConnection) -> None:
        for each in (lent, *(each for each, _ in self._idle)):
            await each.invalidate()
            await each.close()
        self._idle.clear()
        await self.engine.dispose()


async def _taken(steps: Steps[T], cursor: Any) -> T:
    """What steps come to, taken over a cursor of psycopg, as in ``Host``."""
    found: Any = None
    ask: Any = steps.send
    try:
        while True:
            (text, always, finds), given = ask(found)
            try:
                if isinstance(given, list):
                    await cursor.executemany(text, [always | each for each in given])
                else:
                    await cursor.execute(text, always | given)
                found, ask = await cursor.fetchall() if finds else cursor.rowcount, steps.send
            except Exception as error:
                found, ask = error, steps.throw
    except StopIteration as done:
        result: T = done.value
        return result


async def _raised(deliver: Callable[[Any], object], what: Any) -> Exception | None:
    """What delivering raises, if anything."""
    try:
        found = deliver(what)
        if isawaitable(found):
            await found
    except Exception as error:
        return error
    return None
