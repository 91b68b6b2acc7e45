"""What a host in a database makes of what makes no sense: one error, the same on both, and nothing written."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from fsm import Refused, SnapshotError
from fsm.hosts.host import AlreadyOpen, KeyReused, NoConversation
from fsm.hosts.sql import AsyncHost, Host
from tests.hosts.sql.conftest import PAIRING, Making, kept
from tests.people import PAIRS

EVERYTHING = "SELECT * FROM fsm_conversation LEFT JOIN fsm_event ON conversation = id"
OTHERS = PAIRS["sfb>teams"]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("talks.db", "'talks.db' is not accepted"),
        (7, "7 is not accepted"),
        ("mysql://localhost/talks", "'mysql' is not accepted"),
        ("postgresql+asyncpg://localhost/talks", r"'postgresql\+asyncpg' is not accepted"),
        ("sqlite://", "'sqlite://' is in memory and would not be shared"),
        ("sqlite:///:memory:", "'sqlite:.*memory.*' is in memory"),
    ],
)
@pytest.mark.parametrize("kind", [Host, AsyncHost])
def test_other_databases_are_refused(kind: type[Host | AsyncHost], address: Any, why: str) -> None:
    accepted = "give sqlite:///talks.db or postgresql\\+psycopg://user@server/database$"
    with pytest.raises(ValueError, match=f"^address: {why}.*{accepted}"):
        kind(address)


def test_engines_of_others_are_refused() -> None:
    with pytest.raises(ValueError, match="'sqlite://' is in memory"):
        Host(create_engine("sqlite://"))
    with pytest.raises(ValueError, match="'sqlite\\+aiosqlite://' is in memory"):
        AsyncHost(create_async_engine("sqlite+aiosqlite://"))


@pytest.mark.parametrize("number", [0, -1, True, 1.5, "3"])
def test_numbers_are_from_one(number: Any) -> None:
    with pytest.raises(ValueError, match=r"^attempts: .* is not accepted; give a number from 1$"):
        Host("sqlite:///talks.db", attempts=number)


@pytest.mark.parametrize(("name", "value"), [("lease", 0), ("lease", "1"), ("lease", True), ("lease", float("nan"))])
def test_a_lease_is_of_seconds(host: Host, name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"^{name}: .* is not accepted; give seconds$"):
        host.work(print, **{name: value})


@pytest.mark.parametrize("before", ["2026-01-01", True, float("inf"), None])
def test_what_is_forgotten_is_before_a_time(host: Host, before: Any) -> None:
    with pytest.raises(ValueError, match=r"^before: .* is not accepted; give seconds since the epoch$"):
        host.purge(before=before)


@pytest.mark.parametrize("needed", ["alembic", "greenlet"])
def test_an_extra_that_is_missing_is_named_in_one_line(needed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, needed, None)
    for name in ("fsm.hosts.sql", "fsm.hosts.sql.needs"):
        monkeypatch.delitem(sys.modules, name)
    said = rf"^a host in a database needs {needed}; pip install 'interop-fsm\[sql\]'$"
    with pytest.raises(ImportError, match=said):
        import_module("fsm.hosts.sql")


def test_importing_fsm_imports_no_database() -> None:
    code = "import sys, fsm, fsm.hosts.host; print([each for each in ('sqlalchemy', 'psycopg') if each in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("bad", [7, "", "a\0b", "lone \ud800", "two\nlines", "x" * 201, None])
def test_a_key_that_is_none_is_refused_before_any_sql(tmp_path: Path, bad: Any) -> None:
    host = Host(f"sqlite:///{tmp_path}/not/there.db")  # which any SQL would find out
    with pytest.raises(ValueError, match=r"^key: .* is not accepted; give 1 to 200 printable characters$"):
        host.fire("c1", "call_audio", "originator", key=bad)
    with pytest.raises(ValueError, match=r"^conversation: .* is not accepted; give 1 to 200 printable characters$"):
        host.open(bad, PAIRING, key="o")


def test_nothing_is_written_of_what_makes_no_sense(host: Host) -> None:
    host.open("c1", PAIRING, key="o")
    before = kept(host, EVERYTHING)
    calls: dict[str, Callable[[], object]] = {
        "events are": lambda: host.fire("c1", "call_adio", "originator", key="k"),  # type: ignore[arg-type]
        "by: 'ann'": lambda: host.fire("c1", "call_audio", "ann", key="k"),  # type: ignore[arg-type]
        "there is no 'c2'": lambda: host.fire("c2", "call_audio", "originator", key="k"),
        "pairing: 7": lambda: host.change("c1", 7, key="k"),  # type: ignore[arg-type]
        "no_answer answers": lambda: host.fire("c1", "no_answer", "service", key="k"),
        "the host's own": lambda: host.fire("c1", "call_audio", "originator", key="timer/1/no_answer"),
        "is open already": lambda: host.open("c1", PAIRING, key="other"),
        "was given for open": lambda: host.open("c1", OTHERS, key="o"),
        "and now for call_audio": lambda: host.fire("c1", "call_audio", "originator", key="o"),
        "there is no 'c3'": lambda: host.history("c3"),
        "there is no 'c4'": lambda: host.read("c4"),
        "there is no 'c5'": lambda: host.awaited("c5"),
        "there is no 'c6'": lambda: host.retry("c6"),
        "there is no 'c7'": lambda: host.check("c7"),
    }
    for error, call in calls.items():
        with pytest.raises((ValueError, LookupError), match=error) as raised:
            call()
        assert len(str(raised.value).splitlines()) == 1
    assert kept(host, EVERYTHING) == before


def test_errors_are_of_their_kinds(host: Host) -> None:
    host.open("c1", PAIRING, key="o")
    with pytest.raises(AlreadyOpen):
        host.open("c1", PAIRING, key="p")
    with pytest.raises(KeyReused):
        host.open("c1", OTHERS, key="o")
    with pytest.raises(NoConversation):
        host.read("c2")
    with pytest.raises(Refused):
        host.fire("c1", "hang_up", "originator", key="k")


def test_a_snapshot_that_cannot_be_restored_says_so_and_is_left_as_it_is(making: Making) -> None:
    host = making()
    host.open("c1", PAIRING, key="o")
    kept(host, 'UPDATE fsm_conversation SET snapshot = replace(snapshot, \'"call":"none"\', \'"call":"ended"\')')
    before = kept(host, EVERYTHING)
    calls: tuple[Callable[[], object], ...] = (
        lambda: host.read("c1"),
        lambda: host.check("c1"),
        lambda: host.fire("c1", "call_audio", "originator", key="k"),
    )
    for call in calls:
        with pytest.raises(SnapshotError, match="checksum"):
            call()
    assert kept(host, EVERYTHING) == before


def test_snapshots_can_be_signed(making: Making) -> None:
    signing, other = making(secret=b"k" * 32), making(secret=b"x" * 32)
    signing.open("c1", PAIRING, key="o")
    signing.fire("c1", "call_audio", "originator", key="k1")
    assert making(secret=b"k" * 32).fire("c1", "accept_call", "recipient", key="k2").seq == 2
    for unable in (other, making()):
        with pytest.raises(SnapshotError, match="signature"):
            unable.fire("c1", "hang_up", "recipient", key="k3")


def test_a_database_that_is_gone_is_told_by_its_driver(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="unable to open database file"):
        Host(f"sqlite:///{tmp_path}/not/there.db").open("c1", PAIRING, key="o")

    async def asked() -> None:
        async with AsyncHost("postgresql://postgres@/talks?host=/not/there&connect_timeout=1") as host:
            await host.open("c1", PAIRING, key="o")

    with pytest.raises(Exception, match="connection is bad"):
        asyncio.run(asked())
