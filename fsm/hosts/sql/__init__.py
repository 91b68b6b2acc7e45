"""Hosts that remember in a database: SQLite in a file, or PostgreSQL by changing the address.

    from fsm.hosts.sql import Host

    host = Host("sqlite:///talks.db")                  # or postgresql+psycopg://user@server/database
    host.open("c1", pairing, key="o-17")
    done = host.fire("c1", "call_audio", by="originator", key="req-42")
    with host.engine.begin() as connection:            # with what else you write, or not at all
        host.fire("c1", "hang_up", by="originator", key="req-43", within=connection)
    host.run(deliver, workers=4, stop=stop)            # effects and timers, until stopped

It takes the extra ``sql``.

A step is one transaction: its line of history, which holds the effects that it asks for, and what becomes of its
conversation, timers included. So a crash loses no step and no effect, and does nothing twice; what makes it so is in
``fsm.hosts.sql.core``. Effects are delivered at least once, in order within a conversation, each under an id that never
changes: receivers drop what they have had.
"""

from __future__ import annotations

try:
    from fsm.hosts.sql import needs  # noqa: F401
except ModuleNotFoundError as error:
    raise ImportError(f"a host in a database needs {error.name}; pip install 'interop-fsm[sql]'") from None

from fsm.hosts.sql.asynchronous import AsyncHost
from fsm.hosts.sql.migrate import SchemaError
from fsm.hosts.sql.sync import Host

__all__ = ["AsyncHost", "Host", "SchemaError"]
