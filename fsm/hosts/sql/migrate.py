"""The schema of a database: which it has, and bringing it to ours, by Alembic."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, column, inspect, select, table, text

from fsm.hosts.sql.connections import READS
from fsm.hosts.sql.schema import REVISION, VERSION_TABLE
from fsm.notation.echo import echo

LOCK = 0x66736D
"""What PostgreSQL locks while somebody migrates: a number of our own."""


class SchemaError(RuntimeError):
    """The tables in a database are not those of this release; the message says what to do."""


def see_to(engine: Engine, migrate: bool = True) -> None:
    """See that a database has our tables, and make or migrate them if need be. Any number may do so at once.

    Args:
        engine: the database.
        migrate: whether to; else they have to be there.

    Raises:
        SchemaError: the tables are of a newer release, or are not there and are not to be made.
    """
    with engine.connect().execution_options(**{READS: True}) as connection:
        there = revision(connection)
    if there == REVISION:
        return
    if not migrate:
        raise SchemaError(f"schema: {echo(there)} is there, and {REVISION!r} has to be; call migrate()")
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        _upgrade(connection)


def see_there(connection: Connection) -> None:
    """See that a database has our tables, by a connection that is in a transaction already.

    Raises:
        SchemaError: they are not there, or not those of this release.
    """
    there = revision(connection)
    if there != REVISION:
        raise SchemaError(f"schema: {echo(there)} is there, and {REVISION!r} has to be; call migrate() before")


def revision(connection: Connection) -> str | None:
    """The migration that the tables in a database are of; None where there are none."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))
    return found


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "fsm.hosts.sql:migrations")
    config.set_main_option("path_separator", "os")
    there = revision(connection)
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    if there is not None and there not in known:
        raise SchemaError(f"schema: {echo(there)} is of a newer release than this one; install that")
    command.upgrade(config, "head")
