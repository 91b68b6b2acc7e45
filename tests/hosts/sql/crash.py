"""``python -m tests.hosts.sql.crash sqlite --kills 1000 --seed 1`` kills what runs a host, and sees what is left.

Eight writers ask two hundred conversations, two workers deliver effects and fire timers, and a receiver takes what is
delivered, or fails. Each is a process. Meanwhile a writer, a worker or the database is killed by SIGKILL, again and
again; of SQLite, that is every process that has it open. Who was killed is started anew and goes on where its log ends:
what it had asked and not heard of, it asks again. In the end all that is pending is done, and the database is held
against what the clients were told and what the receiver got (``tests.hosts.sql.evidence``).

``--without SAFEGUARD`` takes one of the host's safeguards away (``tests.hosts.sql.unsafe``): then there are faults.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random
from subprocess import CalledProcessError
from typing import Any, NamedTuple

import sqlalchemy

from fsm.hosts.sql import Host
from tests.hosts.sql.evidence import PROPERTIES, Evidence, Fault, faults
from tests.hosts.sql.load import Setting, delivering, forking, receiver, worker, writer
from tests.hosts.sql.server import Server, programs
from tests.hosts.sql.unsafe import SAFEGUARDS, prepare

WRITERS, WORKERS = 8, 2
PATIENCE = 300.0
"""Seconds after which what has come no further hangs."""


class Report(NamedTuple):
    """What was done, and what is wrong."""

    database: str
    kills: Mapping[str, int]
    seconds: float
    evidence: Evidence
    faults: tuple[Fault, ...]

    def __str__(self) -> str:
        found = self.evidence
        kills = ", ".join(f"{count} of the {name}" for name, count in self.kills.items())
        told = [
            f"{self.database}: {sum(self.kills.values())} kills ({kills}) in {self.seconds:.0f} s",
            f"  {found.events:,} events acknowledged, {found.refusals:,} refusals, {found.again:,} asked again",
            f"  {found.steps:,} steps, {found.timers:,} timers fired, {found.stale:,} refused as stale",
            f"  {found.effects:,} effects, {found.delivered_again:,} delivered again",
            f"  {len(self.faults)} faults",
        ]
        for name in PROPERTIES:
            here = [each for each in self.faults if each.property == name]
            told += [f"    {len(here)} x {name}: {PROPERTIES[name]}"] * bool(here) + [
                f"      {each}" for each in here[:5]
            ]
        return "\n".join(told)


class Crowd:
    """The processes that run, and those who kill them.

    Args:
        setting: what they are told.
    """

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self._context = forking()
        self.running: dict[str, ForkServerProcess] = {}

    def start(self, target: Callable[..., None], *given: str) -> None:
        """Start a process of a name."""
        process = self._context.Process(target=target, args=(self.setting, *given), daemon=True)
        process.start()
        self.running[given[0] if given else target.__name__] = process

    def kill(self, *names: str) -> None:
        """Kill processes at once, and start them anew.

        Raises:
            AssertionError: one had ended by itself.
        """
        for each in names:
            assert self.running[each].exitcode is None, f"{each} has ended: {self.running[each].exitcode}"
            self.running[each].kill()
        for each in names:
            self.running[each].join()
            self.start(worker if each.startswith("worker") else writer, each)

    def stop(self, *names: str) -> None:
        """Tell processes to stop, and wait until they have.

        Raises:
            AssertionError: one has not, or had ended by itself.
        """
        for each in names:
            self.running[each].terminate()
        for each in names:
            self.running[each].join(PATIENCE)
            code = self.running.pop(each).exitcode
            assert code in (0, -signal.SIGTERM), f"{each} has not stopped well: {code}"


def run(
    address: str, at: Path, kills: int, seed: int, without: str | None = None, server: Server | None = None
) -> Report:
    """Start all of it, kill some of it again and again, and see what is left.

    Args:
        address: the database; new.
        at: a directory for the logs.
        kills: how many.
        seed: of all that is chosen.
        without: which safeguard the host is without.
        server: the server of the database, if it has one.
    """
    setting, rng, began = Setting(address, str(at), seed, time.time(), without), Random(seed), time.monotonic()
    with setting.host() as host:
        host.migrate()
        prepare(host, without)
    crowd = Crowd(setting)
    crowd.start(receiver)
    port = at / "port"
    _wait(port.exists)
    crowd.setting = setting = setting._replace(port=int(port.read_text()))
    writers, workers = [f"writer{n}" for n in range(WRITERS)], [f"worker{n}" for n in range(WORKERS)]
    for each in writers:
        crowd.start(writer, each)
    for each in workers:
        crowd.start(worker, each)
    killed = dict.fromkeys(("writer", "worker", "database"), 0)
    logs = [at / f"{each}.log" for each in writers]

    def written() -> int:
        return sum(each.stat().st_size for each in logs if each.exists())

    def further(events: int) -> None:
        wanted = written() + events * 250
        _wait(lambda: written() >= wanted)

    try:
        further(200)
        for _ in range(kills):
            further(rng.randrange(1, 60))
            time.sleep(rng.random() / 50)
            [what] = rng.choices([*killed], weights=[3, 4, 2])
            killed[what] += 1
            if what == "writer":
                crowd.kill(rng.choice(writers))
            elif what == "worker":
                crowd.kill(rng.choice(workers))
            elif server is None:
                crowd.kill(*writers, *workers)
            else:
                server.kill()
                started(server)
        further(100)
        crowd.stop(*writers, *workers)
        (at / "calm").touch()
        stop = threading.Event()
        with setting.host() as host, delivering(setting, "worker-last", host, stop) as deliver:
            wrong = list(drain(host, deliver))
            evidence = Evidence.of(host, at)
        crowd.stop("receiver")
    finally:
        for process in crowd.running.values():
            process.kill()
            process.join()
    name = sqlalchemy.make_url(address).get_backend_name()
    return Report(name, killed, time.monotonic() - began, evidence, (*wrong, *faults(evidence)))


def started(server: Server) -> None:
    """Start a server that was killed, as soon as what it had started has seen that and is gone."""
    for _ in range(50):
        with suppress(CalledProcessError):
            server.start()
            return
        time.sleep(0.1)
    raise AssertionError("the server does not start again")


def drain(host: Host, deliver: Callable[[Any], None]) -> Iterator[Fault]:
    """Do all that there is to do, whenever it would be due; what goes wrong."""
    now, idle = host.core.clock(), 0
    while idle < 3:
        now += 1e6
        try:
            idle = 0 if host.work(deliver, now=now, lease=1e5, source="/crash") else idle + 1
        except Exception as error:
            yield Fault("no error", "some", None, f"at work: {type(error).__name__}: {error}")
            idle += 1


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < end, f"nothing has happened for {PATIENCE:.0f} s"
        time.sleep(0.002)


@contextmanager
def database(kind: str, at: Path) -> Iterator[tuple[str, Server | None]]:
    """The address of a new database, and its server if it has one."""
    if kind == "sqlite":
        yield f"sqlite:///{at}/talks.db", None
        return
    found = programs()
    if found is None:
        sys.exit("no PostgreSQL on this machine: install Debian's package postgresql, or put initdb on the path")
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as directory:
        Path(directory).chmod(0o755)
        server = Server(
            Path(directory) / "server", found, "-c recovery_init_sync_method=syncfs"
        )  # file by file is slow
        try:
            yield server.database().render_as_string(), server
        finally:
            server.stop()


def main() -> int:
    """Do it; 1 where there are faults."""
    parser = argparse.ArgumentParser(prog="python -m tests.hosts.sql.crash", description=__doc__)
    parser.add_argument("database", choices=("sqlite", "postgresql"))
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--without", choices=SAFEGUARDS, help="a safeguard to take away")
    parser.add_argument("--keep", metavar="DIRECTORY", type=Path, help="for the logs; default: none is kept")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        at = asked.keep or Path(temporary)
        at.mkdir(parents=True, exist_ok=True)
        with database(asked.database, at) as (address, server):
            report = run(address, at, asked.kills, asked.seed, asked.without, server)
    print(report)
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
