"""Services that listen: in a thread of the tests, or as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import httpx2
import pytest

from fsm.hosts.host import Host
from fsm.hosts.memory import MemoryHost
from fsm.hosts.sql.sync import Host as SqlHost
from fsm.serve.app import service
from fsm.serve.server import Server, bound
from fsm.serve.settings import Settings

ROOT = Path(__file__).parents[2]
ADELE = {"address": "adele@contoso.com", "mode": "TeamsOnly"}
GRADY = {"address": "grady@contoso.com", "mode": "SfBOnly"}
TWO = {"originator": ADELE, "recipient": GRADY}
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"""The secret of the examples of Standard Webhooks."""


class Client(httpx2.Client):
    """A client that gives each request that writes a key of its own."""

    def __init__(self, url: str, **given: Any) -> None:
        super().__init__(base_url=url, timeout=120, trust_env=False, **given)
        self._keys = count(1)

    def write(self, path: str, body: Any, *, method: str = "POST", key: str | None = None) -> httpx2.Response:
        """A request with a key."""
        headers = {"idempotency-key": key or f"key-{next(self._keys)}"}
        return self.request(method, path, json=body, headers=headers)

    def open(self, conversation: str = "c1", pairing: Any = TWO, key: str | None = None) -> httpx2.Response:
        """Open a conversation."""
        return self.write("/v1/conversations", {"conversation": conversation, "pairing": pairing}, key=key)

    def fire(
        self, event: str, by: str, conversation: str = "c1", *, of: int | None = None, key: str | None = None
    ) -> httpx2.Response:
        """Fire an event."""
        body = {"event": event, "by": by} | ({} if of is None else {"of": of})
        return self.write(f"/v1/conversations/{conversation}/events", body, key=key)


@contextmanager
def listening(host: Host, /, *, count: Callable[[], int] | None = None, **settings: Any) -> Iterator[Client]:
    """A service in a thread of its own, and a client of it."""
    given = Settings(**{"port": 0, **settings})
    urls: Queue[str] = Queue()
    server = Server(service(host, given, count=count), given, urls.put)
    thread = Thread(target=server.run, args=([bound(given)],))
    thread.start()
    try:
        with Client(urls.get(timeout=120)) as client:
            client.server = server  # type: ignore[attr-defined]
            yield client
    finally:
        server.should_exit = True
        thread.join(timeout=120)
        assert not thread.is_alive()


class Process:
    """A service as a process of its own."""

    def __init__(self, *arguments: str, at: Path, environment: dict[str, str] | None = None) -> None:
        command = [sys.executable, "-m", "fsm", "serve", "--port", "0", *arguments]
        known = {**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})}
        self.errors = at / "errors"
        with self.errors.open("wb") as errors:
            self._process = subprocess.Popen(
                command, cwd=at, env=known, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
            )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().decode().strip()
        assert self.url.startswith("http://"), self.errors.read_text()
        self.address = ("127.0.0.1", int(self.url.rpartition(":")[2]))
        self.pid = self._process.pid

    def client(self, **given: Any) -> Client:
        """A client of it."""
        return Client(self.url, **given)

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Tell it to stop; its exit status."""
        self._process.send_signal(how)
        return self._process.wait(timeout=180)

    def end(self) -> None:
        """End it, whatever it is at."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture(params=["memory", "sqlite"])
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Host]:
    """A host of each kind."""
    if request.param == "memory":
        yield MemoryHost()
        return
    with SqlHost(f"sqlite:///{tmp_path}/talks.db") as kept:
        yield kept


@pytest.fixture
def client(host: Host) -> Iterator[Client]:
    """A client of a service that anybody here may ask, with a conversation that is open."""
    with listening(host) as found:
        assert found.open().status_code == 201
        yield found


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    """A service as a process of its own, on a database of its own."""
    found = Process(at=tmp_path)
    yield found
    found.end()
