"""A host that does not answer, in time or at all, is no reason not to answer."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from pathlib import Path
from threading import Event as Flag

import pytest

from fsm.hosts.memory import MemoryHost
from fsm.hosts.sql.sync import Host as SqlHost
from fsm.serve.desk import Desk
from fsm.serve.problems import Trouble
from fsm.serve.store import conversations, opened
from tests.serve.conftest import listening


def test_a_host_that_takes_too_long_is_not_waited_for() -> None:
    done = Flag()
    desk = Desk(MemoryHost(), streams=1, life=1, most=1, patience=0.05)
    with pytest.raises(Trouble, match="the answer takes too long") as trouble:
        asyncio.run(desk.ask(done.wait, 20))
    done.set()
    assert trouble.value.kind == "busy"


def test_a_database_that_is_gone_is_said_and_comes_back(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with SqlHost(f"sqlite:///{tmp_path}/talks.db") as host, listening(host) as client:
        client.open()
        with sqlite3.connect(tmp_path / "talks.db") as other:
            other.execute("ALTER TABLE fsm_conversation RENAME TO away")
        lost = client.fire("call_audio", "originator", key="k")
        assert (lost.status_code, lost.json()["type"].rpartition(":")[2]) == (503, "no-store")
        assert "fsm_conversation" not in lost.text
        assert client.get("/ready").status_code == 503
        assert client.get("/health").status_code == 200
        with sqlite3.connect(tmp_path / "talks.db") as other:
            other.execute("ALTER TABLE away RENAME TO fsm_conversation")
        assert client.fire("call_audio", "originator", key="k").json()["again"] is False
        assert client.get("/ready").status_code == 200
    assert "the database does not answer" in caplog.text


def test_there_are_so_many_conversations_and_no_more(tmp_path: Path) -> None:
    with (
        opened(f"sqlite:///{tmp_path}/talks.db") as host,
        listening(host, conversations=2, count=lambda: conversations(host.engine)) as client,
    ):
        assert [client.open(name).status_code for name in ("a", "b", "c")] == [201, 201, 507]
        assert client.open("c").json()["detail"] == "there are 2 conversations, and 2 there may be; purge old ones"
        assert client.open("a", key="key-1").json()["again"] is True
        host.purge(before=time.time() + 1)
        assert client.open("c").status_code == 201


def test_a_service_that_is_being_stopped_is_not_ready(tmp_path: Path) -> None:
    with listening(MemoryHost()) as client:
        client.server._app.state.desk.streams.stop()  # type: ignore[attr-defined]
        assert client.get("/ready").status_code == 503
