"""The schema: migrations lead to the tables, by any number at once, and never back from a newer release."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from fsm.hosts.sql import Host, SchemaError
from fsm.hosts.sql.migrate import revision
from fsm.hosts.sql.schema import METADATA, REVISION, VERSION_TABLE
from tests.hosts.sql.conftest import PAIRING, Making, kept

OPTIONS = {"version_table": VERSION_TABLE, "compare_type": True, "compare_server_default": True}


def ours(name: str | None, kind: str, _: Any) -> bool:
    return kind != "table" or bool(name and name.startswith("fsm_"))


def test_migrations_lead_to_the_tables(host: Host) -> None:
    host.migrate()
    with host.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={**OPTIONS, "include_name": ours})
        assert compare_metadata(context, METADATA) == []
        assert revision(connection) == REVISION


def test_tables_are_made_when_they_are_first_needed(host: Host) -> None:
    assert list(host.conversations()) == []
    host.migrate()
    assert kept(host, f"SELECT version_num FROM {VERSION_TABLE}") == [(REVISION,)]


def test_whoever_starts_does_not_wait_for_those_who_write(making: Making) -> None:
    host = making()
    host.open("c1", PAIRING, key="o")
    with host.engine.begin():  # SQLite lets nobody else write until this ends
        assert list(making().conversations()) == ["c1"]


def test_any_number_may_start_at_once(making: Making) -> None:
    hosts = [making() for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        done = list(threads.map(lambda n: hosts[n].open(f"c{n}", PAIRING, key="o").seq, range(6)))
    assert done == [0] * 6
    assert list(hosts[0].conversations()) == [f"c{n}" for n in range(6)]


def test_tables_can_be_left_to_somebody_else(making: Making) -> None:
    careful = making(migrate=False)
    with pytest.raises(SchemaError, match=r"^schema: None is there, and '0001' has to be; call migrate\(\)$"):
        careful.open("c1", PAIRING, key="o")
    careful.migrate()
    assert careful.open("c1", PAIRING, key="o").seq == 0
    assert making(migrate=False).read("c1").pairing == PAIRING


@pytest.mark.parametrize("migrate", [True, False])
def test_a_newer_schema_is_refused(making: Making, migrate: Literal[True, False]) -> None:
    making().migrate()
    kept(making(), f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    wrong = "of a newer release than this one; install that" if migrate else r"call migrate\(\)"
    with pytest.raises(SchemaError, match=f"^schema: '9999' is .*{wrong}$"):
        making(migrate=migrate).read("c1")


def test_tables_of_others_are_left_alone(making: Making) -> None:
    engine = create_engine(making().engine.url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('theirs')"))
    engine.dispose()
    host = making()
    host.migrate()
    assert kept(host, "SELECT * FROM alembic_version") == [("theirs",)]
