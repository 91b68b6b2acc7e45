"""The database of a service: opened by its address, and how many conversations are in it."""

from __future__ import annotations

from sqlalchemy import Engine, func, select

from fsm.hosts.sql.schema import CONVERSATION
from fsm.hosts.sql.sync import Host


def opened(address: str) -> Host:
    """A host in a database, whose tables are made or migrated.

    Raises:
        ValueError: the address is not accepted.
        SchemaError: the tables are of a newer release.
        SQLAlchemyError: the database cannot be opened.
    """
    host = Host(address)
    host.migrate()
    return host


def conversations(engine: Engine) -> int:
    """How many conversations there are."""
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(CONVERSATION)) or 0
