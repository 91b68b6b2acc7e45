"""Live streams of conversations, as server-sent events; each goes on after the step that its reader had last.

Those who follow one conversation share what is read of it. What this process does is told to them at once; for what
others do, the conversations that somebody follows are looked at in turn, so many a second and no more.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any

import msgspec
from starlette.responses import StreamingResponse

from fsm.hosts.host import Line, NoConversation
from fsm.serve.problems import Trouble

BEAT = 15.0
"""Seconds after which a stream with nothing to say says that it is there."""
ROUND = 1.0
"""Seconds that a round over all that are followed takes, at least."""
PACE = 200
"""Conversations that are looked at in a second, at most."""
RETRY = 2_000
"""Milliseconds that a reader waits before it comes again."""

Read = Callable[[str], Awaitable[Sequence[Line]]]


class Feed:
    """What those who follow one conversation share."""

    def __init__(self) -> None:
        self.readers = 0
        self.lines = 0
        self.events: list[bytes] = []
        self.more = asyncio.Event()
        self.lock = asyncio.Lock()


class Stream(StreamingResponse):
    """The answer that goes on.

    Args:
        events: what is told.
        left: called once nobody reads any more.
    """

    media_type = "text/event-stream"

    def __init__(self, events: AsyncIterator[bytes], left: Callable[[], None]) -> None:
        super().__init__(events, headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        self._left = left

    async def __call__(self, *asgi: Any) -> None:
        try:
            await super().__call__(*asgi)
        finally:
            self._left()


class Streams:
    """The streams of a service.

    Args:
        read: the history of a conversation.
        most: how many there may be at once.
        life: for how many seconds one lasts; its reader comes again and misses nothing.
    """

    def __init__(self, read: Read, most: int, life: float) -> None:
        self._read = read
        self._most = most
        self._life = life
        self._feeds: dict[str, Feed] = {}
        self.open = 0
        self.stopped = False
        self._told: set[str] = set()
        self._news = asyncio.Event()

    async def follow(self, conversation: str, after: int) -> Stream:
        """The steps of a conversation after this one, as they come.

        Raises:
            Trouble: there are too many streams, or the service stops.
            NoConversation: there is no such conversation.
        """
        if self.stopped or self.open >= self._most:
            raise Trouble(
                "busy", f"{self._most:,} streams at once are all there can be; close one, or come again later"
            )
        feed = self._feeds.setdefault(conversation, Feed())
        self.open += 1
        feed.readers += 1
        left = partial(self._left, conversation, feed)
        try:
            await self._refresh(conversation, feed)
        except BaseException:
            left()
            raise
        return Stream(self._events(feed, after), left)

    async def _events(self, feed: Feed, after: int) -> AsyncIterator[bytes]:
        clock = asyncio.get_running_loop().time
        end = clock() + self._life
        at = after + 1  # steps have no gaps: step n is the nth event
        yield b"retry: %d\n\n" % RETRY
        while True:
            more = feed.more
            for event in feed.events[at:]:
                yield event
                at += 1
            left = end - clock()
            if self.stopped or left <= 0:
                return
            try:
                async with asyncio.timeout(min(BEAT, left)):
                    await more.wait()
            except TimeoutError:
                yield b":\n\n"

    def _left(self, conversation: str, feed: Feed) -> None:
        self.open -= 1
        feed.readers -= 1
        if not feed.readers:
            del self._feeds[conversation]

    async def _refresh(self, conversation: str, feed: Feed) -> None:
        """Read what is new."""
        async with feed.lock:
            lines = await self._read(conversation)
            new = [_event(line) for line in islice(lines, feed.lines, None) if line.accepted]
            feed.lines = len(lines)
            feed.events += new
        if new:
            feed.more.set()
            feed.more = asyncio.Event()

    def told(self, conversation: str) -> None:
        """Something has happened to a conversation."""
        if conversation in self._feeds:
            self._told.add(conversation)
            self._news.set()

    async def keep(self) -> None:
        """Look at those that something has happened to, and at all in turn, until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_up())
            group.create_task(self._go_round())

    async def _keep_up(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            told, self._told = self._told, set()
            for conversation in told:
                await self._look(conversation)

    async def _go_round(self) -> None:
        while True:
            await asyncio.sleep(ROUND)
            for conversation in list(self._feeds):
                await asyncio.sleep(1 / PACE)
                await self._look(conversation)

    async def _look(self, conversation: str) -> None:
        feed = self._feeds.get(conversation)
        if feed is not None:
            with suppress(Trouble, NoConversation):  # the next round may have more luck
                await self._refresh(conversation, feed)

    def stop(self) -> None:
        """End every stream, after what it has still to say."""
        self.stopped = True
        for feed in self._feeds.values():
            feed.more.set()


def _event(line: Line) -> bytes:
    return b"id: %d\nevent: step\ndata: %b\n\n" % (line.seq, msgspec.json.encode(line.to_json()))
