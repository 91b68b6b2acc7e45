"""Databases for the tests: files of SQLite, and a real PostgreSQL if there is one on this machine."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from sqlalchemy import URL, text

from fsm.hosts.sql import Host
from tests.hosts.sql.server import Server, programs
from tests.people import PAIRS

DATABASES = ("sqlite", "postgresql")
Making: TypeAlias = Callable[..., Host]
PAIRING = PAIRS["teams>sfb"]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL that is there until the tests end."""
    found = programs()
    if found is None:
        pytest.skip("no PostgreSQL on this machine: install Debian's package postgresql, or put initdb on the path")
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as at:
        Path(at).chmod(0o755)
        server = Server(Path(at) / "server", found, "-c fsync=off")  # nothing here loses power
        yield server
        server.stop()


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """The address of a new database, of either kind."""
    if request.param == "sqlite":
        return URL.create("sqlite", database=str(tmp_path / "talks.db"))
    made: URL = request.getfixturevalue("server").database()
    return made


class Clock:
    """A clock that tests set."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The clock of ``host``."""
    return Clock()


@pytest.fixture
def making(database: URL) -> Iterator[Making]:
    """Makes hosts in one new database."""
    with ExitStack() as stack:

        def make(**given: Any) -> Host:
            return stack.enter_context(Host(database, **given))

        yield make


@pytest.fixture
def host(making: Making, clock: Clock) -> Host:
    """A host in a new database."""
    return making(clock=clock)


def kept(host: Host, statement: str, **given: object) -> list[tuple[Any, ...]]:
    """What a statement of SQL finds in the database, or does to it."""
    with host.engine.begin() as connection:
        done = connection.execute(text(statement), given)
        return [tuple(row) for row in done] if done.returns_rows else []
