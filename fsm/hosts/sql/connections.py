"""Connections to the two databases: which are accepted, and how they are set up."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from fsm.hosts.sql.statements import DialectName
from fsm.notation.echo import echo

SYNC = {"sqlite": "sqlite+pysqlite", "sqlite+pysqlite": "sqlite+pysqlite", "sqlite+aiosqlite": "sqlite+pysqlite"} | {
    name: "postgresql+psycopg" for name in ("postgresql", "postgresql+psycopg", "postgresql+psycopg_async")
}
"""The drivers that are accepted in an address, and which is meant."""
PATIENCE_MS = 30_000
"""For how long SQLite waits for another process that writes, in milliseconds."""

READS = "fsm_reads"
"""The option of a connection of SQLAlchemy that only reads: it need not wait for those who write."""


def address(given: str | URL) -> URL:
    """An address of a database that a host can live in, with the driver that it is spoken to by.

    Raises:
        ValueError: it is none; the message says what is accepted.
    """
    accepted = "give sqlite:///talks.db or postgresql+psycopg://user@server/database"
    try:
        url = make_url(given)
    except ArgumentError:
        raise ValueError(f"address: {echo(given)} is not accepted; {accepted}") from None
    if url.drivername not in SYNC:
        raise ValueError(f"address: {echo(url.drivername)} is not accepted; {accepted}")
    if url.drivername.startswith("sqlite") and url.database in (None, "", ":memory:"):
        raise ValueError(f"address: {echo(url.render_as_string())} is in memory and would not be shared; {accepted}")
    return url.set(drivername=SYNC[url.drivername])


def sync_engine(url: URL) -> Engine:
    """An engine of SQLAlchemy for an address, set up."""
    made = create_engine(url, pool_size=20, max_overflow=-1)
    set_up(made)
    return made


def async_engine(url: URL) -> AsyncEngine:
    """An engine of SQLAlchemy under asyncio for an address, set up."""
    driver = {"sqlite+pysqlite": "sqlite+aiosqlite"}.get(url.drivername, url.drivername)
    made = create_async_engine(url.set(drivername=driver), pool_size=20, max_overflow=-1)
    set_up(made.sync_engine)
    return made


def set_up(engine: Engine) -> None:
    """See that SQLite writes ahead, to the disk, and one at a time; of an engine that is set up already, again."""
    if engine.dialect.name == "sqlite" and not event.contains(engine, "begin", _begin):
        event.listen(engine, "connect", _connected)
        event.listen(engine, "begin", _begin)


def dialect(engine: Engine) -> DialectName:
    """What an engine speaks."""
    return cast("DialectName", engine.dialect.name)


def _connected(connection: Any, _: object) -> None:
    connection.isolation_level = None  # sqlite3 begins transactions late by itself; ``_begin`` does at once
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN" if READS in connection.get_execution_options() else "BEGIN IMMEDIATE")
