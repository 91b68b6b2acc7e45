"""A step is one transaction, of its own or the caller's: it happens as a whole, once, or not at all."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import pytest
from sqlalchemy import URL, create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine

from fsm import Refusal, Refused
from fsm.hosts.conformance import at_once
from fsm.hosts.host import Done
from fsm.hosts.sql import AsyncHost, Host, SchemaError, core
from fsm.hosts.sql.connections import dialect
from fsm.hosts.sql.core import BUSY, Asked, Core, Overtaken, Standing, Steps
from fsm.hosts.sql.statements import Statement
from tests.hosts.sql.conftest import PAIRING, Making, kept
from tests.hosts.sql.server import Server
from tests.people import PAIRS

if TYPE_CHECKING:
    from fsm.spec.names import Event

T = TypeVar("T")
ORDERS = "CREATE TABLE orders (id VARCHAR(9))"


class Lost(Exception):
    """What goes wrong in the caller's transaction."""


def test_a_step_is_kept_with_what_else_is_written(host: Host) -> None:
    kept(host, ORDERS)
    host.open("c1", PAIRING, key="o")
    with host.engine.begin() as connection:
        connection.execute(text("INSERT INTO orders VALUES ('o-1')"))
        assert host.fire("c1", "call_audio", "originator", key="k1", within=connection).seq == 1
        assert host.fire("c1", "accept_call", "recipient", key="k2", within=connection).seq == 2
        assert host.fire("c1", "call_audio", "originator", key="k1", within=connection).again
    assert kept(host, "SELECT id FROM orders") == [("o-1",)]
    assert host.read("c1").state["call"] == "connected"
    assert [line.key for line in host.history("c1")] == ["o", "k1", "k2"]


def test_neither_is_kept_where_that_goes_wrong(host: Host) -> None:
    kept(host, ORDERS)
    host.open("c1", PAIRING, key="o")
    with suppress(Lost), host.engine.begin() as connection:
        connection.execute(text("INSERT INTO orders VALUES ('o-1')"))
        host.fire("c1", "call_audio", "originator", key="k1", within=connection)
        host.open("c2", PAIRING, key="o", within=connection)
        host.change("c2", PAIRING, key="c", within=connection)
        raise Lost
    assert kept(host, "SELECT id FROM orders") == []
    assert list(host.conversations()) == ["c1"]
    assert [line.key for line in host.history("c1")] == ["o"]
    assert host.work(print) == 0


def test_a_refusal_is_kept_if_the_caller_keeps_it(host: Host) -> None:
    host.open("c1", PAIRING, key="o")
    with host.engine.begin() as connection, pytest.raises(Refused):
        host.fire("c1", "hang_up", "originator", key="k1", within=connection)
    with pytest.raises(Refused), host.engine.begin() as connection:
        host.fire("c1", "hang_up", "originator", key="k2", within=connection)
    assert [(line.key, line.accepted) for line in host.history("c1")] == [("o", True), ("k1", False)]


def test_a_connection_has_to_be_in_a_transaction(host: Host) -> None:
    host.open("c1", PAIRING, key="o")
    wrong: Any = "connection"
    with pytest.raises(ValueError, match=r"^within: 'connection' is not accepted; give a connection of host.engine$"):
        host.fire("c1", "call_audio", "originator", key="k", within=wrong)
    with host.engine.connect() as connection, pytest.raises(ValueError, match=r"^within: the connection has no trans"):
        host.fire("c1", "call_audio", "originator", key="k", within=connection)


def test_tables_are_not_made_in_the_middle_of_somebodys_transaction(making: Making) -> None:
    host = making()
    with pytest.raises(SchemaError, match=r"call migrate\(\) before$"), host.engine.begin() as connection:
        host.open("c1", PAIRING, key="o", within=connection)
    making().migrate()
    with host.engine.begin() as connection:
        assert host.open("c1", PAIRING, key="o", within=connection).seq == 0


def test_an_engine_of_the_callers_is_set_up_and_left_open(database: URL) -> None:
    engine = create_engine(database)
    for _ in range(2):  # it is set up once
        with Host(engine) as host:
            host.open("c1", PAIRING, key="o")
    with engine.begin() as connection:
        host.fire("c1", "call_audio", "originator", key="k1", within=connection)
    assert host.read("c1").state["call"] == "ringing"
    engine.dispose()


class Beside(Core):
    """The core of a host, beside which somebody else writes to a conversation so many times once it has been read."""

    left = 0

    def _fire(self, here: Standing, asked: Asked, now: float) -> Steps[Done | Refusal]:
        if self.left:
            self.left -= 1
            yield Statement("UPDATE fsm_conversation SET version = version + 1", {}, False), {}
        return (yield from super()._fire(here, asked, now))


def writing_without_the_lock(host: Host, times: int) -> Beside:
    core = Beside(dialect(host.engine), host.core.clock, None)
    core.left = times
    return core


@pytest.mark.parametrize("event", ["call_audio", "hang_up"])
def test_who_was_overtaken_keeps_nothing(host: Host, event: Event) -> None:
    host.open("c1", PAIRING, key="o")
    host.core = writing_without_the_lock(host, 1000)
    said = "^conversation: 'c1' is written to by others without its lock; stop them, and ask again$"
    with pytest.raises(Overtaken, match=said):
        host.fire("c1", event, "originator", key="k1")
    with pytest.raises(Overtaken, match=said), host.engine.begin() as connection:
        host.fire("c1", event, "originator", key="k1", within=connection)
    assert [line.key for line in host.history("c1")] == ["o"]
    host.check("c1")


def test_where_others_write_at_once_a_conversation_is_locked_for_a_while(server: Server) -> None:
    """On PostgreSQL nothing is locked before it is read, unless somebody was overtaken."""
    with Host(server.database()) as host:
        host.open("c1", PAIRING, key="o")
        host.core = core = writing_without_the_lock(host, 1)
        assert [host.alone("c1"), host.fire("c1", "call_audio", "originator", key="k1").seq] == [True, 1]
        assert [host.alone("c1") for _ in range(BUSY + 1)] == [False] * BUSY + [True]
        core.left = 1
        assert host.fire("c1", "accept_call", "recipient", key="k2").seq == 2
        host.check("c1")


CALLS: list[tuple[Event, Literal["originator", "recipient"]]] = [
    ("call_audio", "originator"),
    ("accept_call", "recipient"),
    ("hold", "originator"),
    ("resume", "originator"),
    ("hang_up", "recipient"),
]


def statements_of(host: Host) -> list[str]:
    """Which statements a host takes from now on: see, step, refuse."""
    says, heard = host.core.says, list[str]()
    names = {says.see.text: "see", says.step[0].text: "step", says.refuse[0].text: "refuse"}

    class Listening(Core):
        def ask(self, asked: Asked, lock: bool = True) -> Steps[Done | Refusal]:
            return (yield from listening(super().ask(asked, lock)))

    def listening(steps: Steps[T]) -> Steps[T]:
        found = None
        try:
            while True:
                statement, given = steps.send(found)
                heard.append(names[statement.text])
                found = yield statement, given
        except StopIteration as done:
            return cast("T", done.value)

    host.core.__class__ = Listening
    return heard


def test_a_conversation_that_stands_as_its_host_left_it_is_not_read(server: Server) -> None:
    with Host(server.database()) as host:
        host.open("c1", PAIRING, key="o")
        heard = statements_of(host)
        for n, each in enumerate(CALLS):
            host.fire("c1", *each, key=f"k{n}")
        with suppress(Refused):
            host.fire("c1", "hang_up", "recipient", key="k5")
        assert heard == ["see", "step", "see", "step", "step", "step", "step", "refuse"]
        assert host.fire("c1", *CALLS[1], key="k1").again  # which would be refused now
        host.check("c1")


def test_a_conversation_that_another_process_writes_to_is_read(server: Server) -> None:
    database = server.database()
    with Host(database) as host, Host(database) as other:
        host.open("c1", PAIRING, key="o")
        for n, each in enumerate(CALLS[:4]):
            host.fire("c1", *each, key=f"k{n}")
        other.fire("c1", "hang_up", "originator", key="k4")
        heard = statements_of(host)
        with pytest.raises(Refused):
            host.fire("c1", "hang_up", "recipient", key="k5")
        host.fire("c1", *CALLS[0], key="k6")
        assert heard == ["step", "see", "refuse", "see", "step"]
        host.check("c1")


def test_what_was_forgotten_and_opened_anew_is_another_conversation(server: Server) -> None:
    """Though it be as old, at the same time, with as many lines."""
    database, clock = server.database(), lambda: 1000.0
    with Host(database, clock=clock) as host, Host(database, clock=clock) as other:
        host.open("c1", PAIRING, key="o")
        for n, each in enumerate(CALLS[:4]):
            host.fire("c1", *each, key=f"k{n}")
        kept(other, "DELETE FROM fsm_conversation")
        kept(other, "DELETE FROM fsm_event")
        other.open("c1", PAIRS["sfb>teams"], key="o")
        for n, each in enumerate(CALLS[:4]):
            other.fire("c1", *each, key=f"other {n}")
        host.fire("c1", "hang_up", "recipient", key="k5")
        assert host.read("c1").pairing == PAIRS["sfb>teams"]
        host.check("c1")


def test_of_what_it_left_a_host_does_not_remember_too_much(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "KNOWN", 2)
    with Host(server.database()) as host:
        for name in ("c1", "c2", "c3"):
            host.open(name, PAIRING, key="o")
            host.fire(name, *CALLS[0], key="k1")
        heard = statements_of(host)
        host.fire("c1", *CALLS[1], key="k2")
        host.fire("c3", *CALLS[1], key="k2")
        assert heard == ["see", "step"] * 2


def test_of_those_that_were_overtaken_not_too_many_are_remembered(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fsm.hosts.sql.sync.KNOWN", 2)
    for name in ("c1", "c2", "c3"):
        host.overtaken(name)
    assert not host.alone("c3")


def test_nothing_is_overtaken_for_good_under_asyncio(database: URL) -> None:
    async def asked() -> int:
        async with AsyncHost(database) as host:
            await host.open("c1", PAIRING, key="o")
            with Host(database) as other:
                host.core = writing_without_the_lock(other, 1)
            with suppress(Overtaken):  # of SQLite, which nobody can write to meanwhile
                await host.fire("c1", "call_audio", "originator", key="k1")
            await host.check("c1")
            return (await host.fire("c1", "call_audio", "originator", key="k1")).seq

    assert asyncio.run(asked()) == 1


def test_of_what_was_put_away_not_too_much_is_remembered(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "KNOWN", 2)
    for name in ("c1", "c2", "c3"):
        host.open(name, PAIRS[{"c1": "teams>sfb", "c2": "sfb>teams", "c3": "sfb>sfb"}[name]], key="o")
        host.fire(name, "open_chat", "originator", key="k1")
        host.read(name).fire("close_chat", "originator")  # of a copy of one's own
        assert host.read(name).state["chat"] != "closed"


def test_the_same_key_at_once_is_one_step_in_transactions_of_others_too(host: Host) -> None:
    host.open("c1", PAIRING, key="o")

    def fired() -> bool:
        with host.engine.begin() as connection:
            return host.fire("c1", "call_audio", "originator", key="k1", within=connection).again

    assert sorted(again for again in at_once([fired] * 6) if not isinstance(again, Refused)) == [False] + [True] * 5


def test_an_opening_that_comes_second_is_an_answer(host: Host) -> None:
    host.migrate()
    opened = at_once([lambda: host.open("c1", PAIRING, key="o")] * 8)
    assert sorted(each.again for each in opened if not isinstance(each, Refused)) == [False] + [True] * 7


def test_writers_of_several_processes_and_threads_do_not_disturb_each_other(making: Making) -> None:
    hosts = [making() for _ in range(4)]
    for n in range(4):
        hosts[0].open(f"c{n}", PAIRING, key="o")
    calls = [("call_audio", "originator"), ("accept_call", "recipient"), ("hold", "originator")]

    def played(n: int) -> list[int]:
        return [hosts[n].fire(f"c{n}", *each, key=each[0]).seq for each in calls]  # type: ignore[arg-type]

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(played, range(4))) == [[1, 2, 3]] * 4


def test_the_same_under_asyncio(database: URL) -> None:
    async def asked() -> None:
        async with AsyncHost(database) as host:
            await host.migrate()
            async with host.engine.begin() as connection:
                await connection.execute(text(ORDERS))
            await host.open("c1", PAIRING, key="o")
            async with host.engine.begin() as connection:
                await connection.execute(text("INSERT INTO orders VALUES ('o-1')"))
                assert (await host.fire("c1", "call_audio", "originator", key="k1", within=connection)).seq == 1
            with suppress(Lost):
                async with host.engine.begin() as connection:
                    await connection.execute(text("INSERT INTO orders VALUES ('o-2')"))
                    await host.fire("c1", "accept_call", "recipient", key="k2", within=connection)
                    await host.open("c2", PAIRING, key="o", within=connection)
                    await host.change("c2", PAIRING, key="c", within=connection)
                    raise Lost
            async with host.engine.begin() as connection:
                assert [*(await connection.execute(text("SELECT id FROM orders")))] == [("o-1",)]
            assert [line.key for line in await host.history("c1")] == ["o", "k1"]
            assert [each async for each in host.conversations()] == ["c1"]
            wrong: Any = "connection"
            with pytest.raises(ValueError, match=r"^within: 'connection' is not accepted"):
                await host.fire("c1", "call_audio", "originator", key="k", within=wrong)

    asyncio.run(asked())


def test_an_asynchronous_engine_of_the_callers_is_left_open(database: URL) -> None:
    async def asked() -> str:
        driver = {"sqlite": "sqlite+aiosqlite"}.get(database.drivername, database.drivername)
        engine = create_async_engine(database.set(drivername=driver))
        async with AsyncHost(engine) as host:
            await host.open("c1", PAIRING, key="o")
        async with engine.begin() as connection:
            await host.fire("c1", "call_audio", "originator", key="k1", within=connection)
        async with AsyncHost(engine) as another:
            state = (await another.read("c1")).state["call"]
        await engine.dispose()
        return state

    assert asyncio.run(asked()) == "ringing"


def test_a_call_that_is_cancelled_has_happened_or_not(database: URL) -> None:
    async def asked() -> None:
        async with AsyncHost(database) as host:
            await host.open("c1", PAIRING, key="o")
            for n in range(10):
                call = asyncio.create_task(host.fire("c1", "open_chat", "originator", key="k1"))
                await asyncio.sleep(n / 2000)
                call.cancel()
                await asyncio.gather(call, return_exceptions=True)
            assert (await host.fire("c1", "open_chat", "originator", key="k1")).seq == 1
            await host.check("c1")

    asyncio.run(asked())
