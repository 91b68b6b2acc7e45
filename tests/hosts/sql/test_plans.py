"""How PostgreSQL finds rows: what a host asks reads as much of a long conversation as of a short one.

PostgreSQL plans a statement once for a connection, by what it knows of the tables then; of new ones it knows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count

import pytest
from sqlalchemy import Connection, text

from fsm import Refused
from fsm.hosts.sql import Host
from fsm.hosts.sql.core import Settled
from tests.hosts.sql.conftest import PAIRING, kept
from tests.hosts.sql.killed import ROUND
from tests.hosts.sql.server import Server

LONG = 400
"""Calls of a long conversation."""
READ = text("SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relid = 'fsm_event'::regclass")


@pytest.fixture
def host(server: Server) -> Iterator[Host]:
    """A host in a new database, which nobody gathers statistics of."""
    with Host(server.database()) as host:
        host.open("c", PAIRING, key="o")
        for table in ("fsm_conversation", "fsm_event"):
            kept(host, f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
        yield host


class Talk:
    """A conversation that goes on, all of it over one connection."""

    def __init__(self, host: Host, connection: Connection) -> None:
        self._host, self._connection, self._keys = host, connection, count()

    def read(self, what: Callable[[Talk], None]) -> int:
        """How many rows of the history are read by something."""
        with self._connection.begin():
            before = self._connection.execute(READ).scalar_one()
            what(self)
            return int(self._connection.execute(READ).scalar_one() - before)

    def call(self) -> None:
        """A call, from its ring to its end."""
        for event, by in ROUND:
            self._host.fire("c", event, by, key=f"k{next(self._keys)}", within=self._connection)

    def refused(self) -> None:
        """What is refused."""
        with suppress(Refused):
            self._host.fire("c", "hang_up", "recipient", key=f"k{next(self._keys)}", within=self._connection)

    def again(self) -> None:
        """What was asked before."""
        assert self._host.fire("c", *ROUND[0], key="k0", within=self._connection).again

    def delivered(self) -> None:
        """A call, and all that was asked of the outside since the last one."""
        self.call()
        asks, now = self._host.core, self._host.core.clock()
        while True:
            claimed, steps = self._host.joining(self._connection, asks.claim("w", now, now + 9))
            if not claimed:
                break
            self._host.joining(
                self._connection, asks.settle("w", [Settled("c", steps[-1].done.seq + 1, 0, 0, None, False, now)])
            )


@pytest.mark.parametrize("what", [Talk.call, Talk.refused, Talk.again, Talk.delivered], ids=lambda each: each.__name__)
def test_as_much_is_read_of_a_long_conversation(host: Host, what: Callable[[Talk], None]) -> None:
    with host.engine.connect() as connection:
        talk = Talk(host, connection)
        for _ in range(20):  # statements are planned for good by then
            for each in (Talk.delivered, Talk.refused, Talk.again):
                talk.read(each)
        before = talk.read(what)
        for _ in range(LONG):
            talk.read(Talk.call)
        talk.read(Talk.delivered)
        assert talk.read(what) == before <= len(ROUND) + 1
