"""Many stored conversations: ``python benchmarks/stored.py [--most N] [--write]``.

A host opens one conversation in a database and lets it come to a chat; its rows are then copied until there are so many
conversations, each with a name of its own. Measured for each number: how large the database is, what an event at a
random conversation takes, and what it takes a worker to find that nothing is due. ``--write`` writes ``stored.md``.
"""

from __future__ import annotations

import argparse
import platform
import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from hosts import PAIRING  # noqa: E402  # the checkout comes first

from fsm.hosts.sql import Host  # noqa: E402
from tests.hosts.sql.server import Server, programs  # noqa: E402

SIZES = (1_000, 10_000, 100_000, 1_000_000)
EVENTS = 300
COPY = """
    INSERT INTO {table} ({columns}) {with_}
    SELECT {values} FROM {table} CROSS JOIN numbers WHERE {name} = 'first'
"""
NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT {low} UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {high})",
    "postgresql": "WITH numbers AS (SELECT generate_series({low}, {high} - 1) AS n)",
}


def copied(host: Host, low: int, high: int) -> None:
    """Conversations c<low> to c<high - 1>, like the first."""
    kind = host.engine.dialect.name
    with host.engine.begin() as connection:
        for table, name in (("fsm_conversation", "id"), ("fsm_event", "conversation")):
            columns = [each.name for each in _table(table).columns]
            written = [f'"{each}"' for each in columns]
            values = ["'c' || n" if each == name else f'"{each}"' for each in columns]
            statement = COPY.format(
                **{"table": table, "columns": ", ".join(written), "values": ", ".join(values), "name": name},
                with_=NUMBERS[kind].format(low=low, high=high),
            )
            connection.exec_driver_sql(statement)
    if kind == "postgresql":
        with host.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _table(name: str):  # type: ignore[no-untyped-def]  # of SQLAlchemy
    from fsm.hosts.sql.schema import METADATA

    return METADATA.tables[name]


def size(host: Host) -> int:
    """Bytes of the database."""
    with host.engine.connect() as connection:
        if host.engine.dialect.name == "sqlite":
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            return int(pages) * int(connection.exec_driver_sql("PRAGMA page_size").scalar())  # type: ignore[arg-type]
        return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar() or 0)


def rows(name: str, host: Host) -> list[str]:
    """A line for each number of conversations."""
    host.open("first", PAIRING, key="open")
    host.fire("first", "open_chat", "originator", key="k1")
    host.work(lambda effect: None)
    found, before, chance = [], 0, random.Random(1)
    empty = size(host)
    for number in SIZES:
        if number > MOST:
            break
        copied(host, before, number)
        before = number
        for n in range(20):
            host.fire(f"c{chance.randrange(number)}", "send_text", "originator", key=f"w{number} {n}")
        host.work(lambda effect: None)
        took = []
        for n in range(EVENTS):
            began = time.perf_counter()
            host.fire(f"c{chance.randrange(number)}", "send_text", "recipient", key=f"e{number} {n}")
            took.append(time.perf_counter() - began)
        host.work(lambda effect: None)
        idle = []
        for _ in range(20):
            began = time.perf_counter()
            host.work(lambda effect: None)
            idle.append(time.perf_counter() - began)
        took.sort()
        each = (size(host) - empty) / number
        found.append(
            f"| {name}, {number:,} | {each:,.0f} | {median(took) * 1e3:.2f} | {took[int(EVENTS * 0.99)] * 1e3:.1f} "
            f"| {median(idle) * 1e3:.2f} |"
        )
        print(found[-1], flush=True)
    return found


MOST = SIZES[-1]


def main() -> None:
    """Measure, and tell."""
    global MOST
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--most", type=int, default=MOST)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    MOST, found = given.most, []
    with tempfile.TemporaryDirectory(prefix="stored-") as at:
        Path(at).chmod(0o755)
        with Host(f"sqlite:///{at}/talks.db") as host:
            found += rows("SQLite", host)
        if where := programs():
            server = Server(Path(at) / "server", where)
            with Host(server.database()) as host:
                found += rows("PostgreSQL", host)
            server.stop()
    if given.write:
        (HERE / "stored.md").write_text(
            "# Stored conversations\n\nWritten by `python benchmarks/stored.py --write`; not edited by hand.\n\n"
            f"Python {platform.python_version()}; a conversation with two lines of history, copied.\n\n"
            "| conversations | bytes each, with history and indexes | an event, ms | p99, ms | nothing is due, ms |\n"
            "|---|---:|---:|---:|---:|\n" + "\n".join(found) + "\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
