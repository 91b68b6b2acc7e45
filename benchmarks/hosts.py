"""Measure ``fsm.hosts.sql`` beside its floor: ``python benchmarks/hosts.py [--rounds N] [--events N] [--write]``.

The floor is what any host that remembers has to do at least: an INSERT and an UPDATE of the same rows, in one
transaction, by the driver itself. Both are measured in turn, round after round in one run, so that a busy machine slows
both alike; ratios are medians of the quotients within a round. Nothing here fails because of a time.
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from threading import Barrier, Thread
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import alembic  # noqa: E402, F401  # the checkout comes first
import psycopg  # noqa: E402
import sqlalchemy  # noqa: E402
from byhand import PEERS, TABLES, by_hand  # noqa: E402

from fsm import Mode, Pairing, Participant  # noqa: E402
from fsm.hosts.sql import Host  # noqa: E402
from tests.hosts.sql.killed import ROUND  # noqa: E402
from tests.hosts.sql.server import Server, programs  # noqa: E402

PAIRING = Pairing(Participant("ann@contoso.com", Mode.TEAMS_ONLY), Participant("bob@contoso.com", Mode.SFB_ONLY))
WRITERS = (1, 8)
PROTOTYPE_US = 1210
"""CPU of an event in the prototype, whose floor took 225, in microseconds."""
INSERT = (
    "INSERT INTO fsm_event (conversation, key, seq, after, event, by, accepted, answer, at, specification) "
    "VALUES (%s, %s, %s, 0, %s, %s, %s, %s, %s, %s)"
)
UPDATE = "UPDATE fsm_conversation SET version = %s, snapshot = %s WHERE id = %s"

Fire = Callable[[str, int], None]
"""Fires the event of a number at a conversation."""


@dataclass
class Block:
    """So many writers, each firing so many events at a conversation of its own."""

    seconds: float = 0.0
    cpu: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Events a second."""
        return len(self.latencies) / self.seconds

    @property
    def cpu_us(self) -> float:
        """Processor time of this process an event, in microseconds."""
        return self.cpu / len(self.latencies) * 1e6


def block(made: Callable[[], Fire], names: list[str], events: int) -> Block:
    """Fire from a thread for each name."""
    done, together = Block(), Barrier(len(names) + 1)

    def write(name: str) -> None:
        fire, own = made(), []
        for n in range(len(ROUND)):
            fire(name, n)  # connections, prepared statements, the automaton
        together.wait()
        for n in range(len(ROUND), len(ROUND) + events):
            began = time.perf_counter()
            fire(name, n)
            own.append(time.perf_counter() - began)
        done.latencies.extend(own)

    threads = [Thread(target=write, args=(name,)) for name in names]
    for each in threads:
        each.start()
    together.wait()
    began, cpu = time.perf_counter(), time.process_time()
    for each in threads:
        each.join()
    done.seconds, done.cpu = time.perf_counter() - began, time.process_time() - cpu
    return done


def by_host(host: Host) -> Callable[[], Fire]:
    """Events by the host."""

    def fire(name: str, n: int) -> None:
        host.fire(name, *ROUND[n % len(ROUND)], key=f"k{n}")

    return lambda: fire


def connected(url: sqlalchemy.URL, by_itself: bool = False) -> Any:
    """A connection of the driver; whether each statement of PostgreSQL is its own transaction."""
    if not url.drivername.startswith("sqlite"):
        return psycopg.connect(url.set(drivername="postgresql").render_as_string(False), autocommit=by_itself)
    connection = sqlite3.connect(str(url.database), isolation_level=None)
    for each in ("busy_timeout = 60000", "journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {each}")
    return connection


def bare(host: Host) -> Callable[[], Fire]:
    """The floor: the two statements, by a connection of the driver for each thread."""
    url = host.engine.url
    with host.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT answer FROM fsm_event WHERE key = 'k1'").scalar()
        snapshot = connection.exec_driver_sql("SELECT snapshot FROM fsm_conversation").scalar()

    def made() -> Fire:
        sqlite = url.drivername.startswith("sqlite")
        connection = connected(url)
        insert, update = (each.replace("%s", "?") if sqlite else each for each in (INSERT, UPDATE))

        def fire(name: str, n: int) -> None:
            event, by = ROUND[n % len(ROUND)]
            if sqlite:
                connection.execute("BEGIN IMMEDIATE")
            connection.execute(insert, (name, f"k{n}", n + 1, event, by, True, found, time.time(), "f" * 16))
            connection.execute(update, (n + 2, snapshot, name))
            connection.commit()

        return fire

    return made


def measured(host: Host, writers: int, rounds: int, events: int) -> tuple[list[Block], list[Block]]:
    """The host and its floor, in turn."""
    ours, floor = [], []
    for n in range(rounds):
        for blocks, kind in ((floor, "floor"), (ours, "host")):
            names = [f"{kind} {writers} {n} {each}" for each in range(writers)]
            for name in names:
                host.open(name, PAIRING, key="open")
            blocks.append(block(bare(host) if kind == "floor" else by_host(host), names, events))
    return ours, floor


def peers(name: str, host: Host, rounds: int, events: int) -> list[str]:
    """A line for each library of others, kept by hand, of one writer."""
    url, found = host.engine.url, []
    with host.engine.begin() as connection:
        for each in TABLES:
            connection.exec_driver_sql(each)
    for kind in PEERS:
        peer = kind()
        made = by_hand(peer, lambda: connected(url, True), url.drivername.startswith("sqlite"))
        ours, floor = [], []
        for n in range(rounds):
            floors = f"{peer.name} floor {n}"
            host.open(floors, PAIRING, key="open")
            floor.append(block(bare(host), [floors], events))
            ours.append(block(made, [f"{peer.name} {n}"], events))
        found.append(line(f"{name}, 1 writer, {peer.name} {peer.version()} by hand", ours, floor))
        print(found[-1], flush=True)
    return found


def line(what: str, blocks: list[Block], floor: list[Block]) -> str:
    """A line of the table: blocks, and their quotients by those of the floor of the same round."""
    latencies = sorted(each for some in blocks for each in some.latencies)
    p50, p99 = (latencies[int(len(latencies) * share)] * 1e3 for share in (0.5, 0.99))
    rate, cpu = median(each.rate for each in blocks), median(each.cpu_us for each in blocks)
    of_it = spread([a.rate / b.rate for a, b in zip(blocks, floor, strict=True)])
    of_its_cpu = spread([a.cpu_us / b.cpu_us for a, b in zip(blocks, floor, strict=True)])
    return f"| {what} | {rate:,.0f} | {of_it} | {p50:.1f} | {p99:.1f} | {cpu:,.0f} | {of_its_cpu} |"


def spread(quotients: list[float]) -> str:
    low, high = min(quotients), max(quotients)
    return "1" if low == high == 1 else f"{median(quotients):.2f} ({low:.2f} - {high:.2f})"


def rows(name: str, host: Host, rounds: int, events: int) -> list[str]:
    """Two lines for each number of writers."""
    found = []
    host.open("first", PAIRING, key="open")
    host.fire("first", *ROUND[0], key="k1")
    for writers in WRITERS:
        ours, floor = measured(host, writers, rounds, events)
        found.append(line(f"{name}, {writers} writer{'s' * (writers > 1)}", ours, floor))
        found.append(line("its floor", floor, floor))
        print(*found[-2:], sep="\n", flush=True)
    return found + peers(name, host, rounds, events)


PAGE = """# Hosts in a database

Written by `python benchmarks/hosts.py --write`; not edited by hand.

Python {python}, SQLAlchemy {sqlalchemy}, psycopg {psycopg}, SQLite {sqlite}, {postgresql}; {cores} processors, load
{before} before and {after} after; {rounds} rounds of {events} events a writer.

| | events a second | of the floor | p50, ms | p99, ms | CPU an event, µs | of the floor |
|---|---:|---:|---:|---:|---:|---:|
{rows}

- The floor is an INSERT and an UPDATE of the same rows in one transaction, by the driver itself: what any host that
  remembers has to do at least. It reads nothing, knows no key and no state, and asks for no effect.
- Floor and host are measured in turn, round after round in one run; the ratio is the median of the quotients within a
  round, and in brackets the least and the most. Absolute rates are those of this machine and of what else it does,
  which the load tells: one process is 1. Most of the time of one writer is the disk's, which takes every transaction.
- Writers are threads of one process, each with a conversation of its own. CPU is that of this process; a server of
  PostgreSQL takes as much again on the same processors.
- By hand: a library of others, its state in a column, kept as safely: a lock, the key of a retry, a version, a line of
  history and an outbox in one transaction (`byhand.py`). It runs a part of the call with two guards, and knows no
  timer, no answer to an effect and no way to replay its history.
- The prototype took {prototype} µs of CPU an event where its floor took 225: 5.4 times as much.
"""


def load() -> str:
    return " ".join(f"{each:.1f}" for each in os.getloadavg())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--write", action="store_true", help="write hosts.md")
    given = parser.parse_args()
    before, found, postgresql = load(), [], "no PostgreSQL"
    with tempfile.TemporaryDirectory(prefix="hosts-") as at:
        Path(at).chmod(0o755)
        with Host(f"sqlite:///{at}/talks.db") as host:
            found += rows("SQLite", host, given.rounds, given.events)
        if where := programs():
            server = Server(Path(at) / "server", where)
            with Host(server.database()) as host:
                with host.engine.connect() as connection:
                    postgresql = f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar()}"
                found += rows("PostgreSQL", host, given.rounds, given.events)
            server.stop()
    if given.write:
        page = PAGE.format(
            python=platform.python_version(), sqlalchemy=sqlalchemy.__version__, psycopg=psycopg.__version__,
            sqlite=sqlite3.sqlite_version, postgresql=postgresql, cores=os.cpu_count(), before=before, after=load(),
            rounds=given.rounds, events=given.events, rows="\n".join(found), prototype=f"{PROTOTYPE_US:,}",
        )  # fmt: skip
        (HERE / "hosts.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
