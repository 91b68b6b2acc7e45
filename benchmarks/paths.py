"""Every path of a conversation beside its limit: ``python benchmarks/paths.py [--before FOLDER] [--write]``.

The limit is what the same job has to do at least, by the best library there is, in the same run and in turn with it:
short bursts, and of each the one that takes least of the processor, for a busy machine only ever adds. ``--before``
names a checkout of an earlier commit, to make a complete suite there as well. ``--write`` writes ``paths.md``.
"""

from __future__ import annotations

import argparse
import csv
import gc
import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import msgspec  # noqa: E402  # the checkout comes first
import run  # noqa: E402
from stories import MODES, accepted  # noqa: E402

from fsm import Client, Conversation, Homing, Mode, Pairing, Participant, Party  # noqa: E402
from fsm.engine import conversation as engine  # noqa: E402
from fsm.engine import people  # noqa: E402
from fsm.engine.program import Programs  # noqa: E402
from fsm.replay import pairings, replay  # noqa: E402
from fsm.spec import routing  # noqa: E402
from fsm.spec.conversation import CONVERSATION  # noqa: E402
from fsm.tenant import load  # noqa: E402

ROUNDS, PROCESSES, SUITES = 40, 6, 3
ACCEPTED = 3.0
"""How many times its limit a path may cost without saying why."""
FIRST, MANY, USERS, TALKS, LIVE, OFTEN = 4, 20, 1_000, 64, 60_000, 20
SUITE = """
import sys, time
sys.path.insert(0, sys.argv[1])
from fsm import Pairing, Participant, testing
pairing = Pairing(Participant("amy@x.example", "TeamsOnly"), Participant("bob@x.example", "SfBOnly"))
start = time.process_time()
made = testing.generate("complete", pairing)
print(time.process_time() - start, len(made.scenarios), made.events)
"""


class Way(NamedTuple):
    """A path: what it does and what its limit does, each so many times in a burst, and why it is above if it is."""

    what: str
    limit: str
    ours: Callable[[], object]
    least: Callable[[], object]
    times: int = 1
    least_times: int = 0
    unit: str = "µs"
    why: str = ""
    before: Callable[[], object] = lambda: None
    rounds: int = ROUNDS


class Row(NamedTuple):
    """What was measured of a path."""

    what: str
    ours: float
    limit: str
    least: float
    unit: str
    why: str

    @property
    def ratio(self) -> float:
        return self.ours / self.least


PER = {"µs": 1e3, "ms": 1e6}


def spent() -> float:
    """The time of the processor, in ns, that this thread and the processes that it started have had so far."""
    theirs = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.thread_time_ns() + (theirs.ru_utime + theirs.ru_stime) * 1e9


def measured(path: Way) -> Row:
    """The shortest of its bursts, and of its limit's, which take turns."""
    best = [float("inf")] * 2
    gc.collect()
    gc.freeze()
    for n in range(path.rounds + 1):
        for which, go in enumerate((path.ours, path.least)):
            path.before()
            gc.collect()
            gc.disable()
            start = spent()
            go()
            took = spent() - start
            gc.enable()
            if n:
                best[which] = min(best[which], took)
    ours, least = best[0] / path.times, best[1] / (path.least_times or path.times)
    ours, least = ours / PER[path.unit], least / PER[path.unit]
    gc.unfreeze()
    return Row(path.what, ours, path.limit, least, path.unit, path.why)


def repeated(times: int, action: Callable[[], object]) -> Callable[[], None]:
    def go() -> None:
        for _ in range(times):
            action()

    return go


def fresh() -> None:
    """As in a process that has worked out nothing yet."""
    engine.PROGRAMS = pairings.PROGRAMS = Programs(CONVERSATION)
    for each in (routing._views, routing.settled, routing.decide, routing.barred):
        each.cache_clear()


@dataclass(frozen=True, slots=True)
class Person:
    """A user, with nothing checked."""

    address: str
    mode: Mode
    client: Client = Client.TEAMS_WINDOWS
    homing: Homing = Homing.ONLINE
    allow_private_meet_now: bool = True
    allow_user_chat: bool = True
    allow_private_calling: bool = True
    has_teams_account: bool = True
    has_sfb_client: bool = True


@dataclass(frozen=True, slots=True)
class Two:
    """A pairing, with nothing checked."""

    originator: Person
    recipient: Person
    scope: str = "in-tenant"
    topology: str = "hybrid"
    federation_allowed: bool = True
    same_cloud: bool = True
    islands_interop: str = "never"


class Plain:
    """A conversation that does nothing."""

    __slots__ = ("at", "pairing")

    def __init__(self, pairing: Two) -> None:
        self.at, self.pairing = 0, pairing


AMY, BOB = Participant("amy@contoso.example", Mode.TEAMS_ONLY), Participant("bob@contoso.example", Mode.SFB_ONLY)


def steps() -> Iterator[Way]:
    """What is worked out when an event is first fired, and what is asked of an outcome."""
    places = {}
    for first in MODES:
        talk = Conversation(Pairing(Participant("amy@x.example", first), BOB))
        for event, by in accepted(talk.pairing):
            places[talk._at.program.profile, talk._at.config] = talk._at
            talk.fire(event, by)
    ways = [(each.program, each.config, each.available) for each in places.values()]
    every = [(event, by) for event in CONVERSATION.events for by in Party]
    ways = ways[:: max(1, len(ways) // FIRST)][:FIRST]
    takes = [(program, config, way) for program, config, ways in ways for way in ways]
    refuses = [(program, config, way) for program, config, ways in ways for way in every if way not in ways]
    first = [(program, config, next(way for way in every if way not in ways)) for program, config, ways in ways]

    def anew(asked: list[Any]) -> Callable[[], None]:
        def go() -> None:
            forgotten()
            for program, config, (event, by) in asked:
                program.compute(config, event, by)

        return go

    def forgotten() -> None:
        for program, _, _ in ways:
            program.places.clear()

    limit = "an event that is accepted there for the first time"
    first_of_all = "what is possible at the place is worked out, which all refusals there tell"
    yield Way(
        "a refusal, the first time, of all at a place", limit, anew(refuses), anew(takes), len(refuses), len(takes)
    )
    yield Way("the very first at a place", limit, anew(first), anew(takes), len(first), len(takes), why=first_of_all)
    outcome = Conversation(Pairing(AMY, BOB)).fire("call_audio", "originator")
    yield Way(
        "Outcome.state",
        "Outcome.at, an attribute",
        repeated(1000, lambda: outcome.state),
        repeated(1000, lambda: outcome.at),
        1000,
        why="a property is a call",
    )


def conversations() -> Iterator[Way]:
    """Conversations that begin, and those that are restored."""
    numbers = count()

    def new() -> None:
        n = next(numbers)
        talk = Pairing(Participant(f"a{n}@x.example", Mode.TEAMS_ONLY), Participant(f"b{n}@x.example", Mode.SFB_ONLY))
        Conversation(talk)

    def least() -> None:
        n = next(numbers)
        Plain(Two(Person(f"a{n}@x.example", Mode.TEAMS_ONLY), Person(f"b{n}@x.example", Mode.SFB_ONLY)))

    yield Way(
        "a conversation with new people",
        "the same as plain frozen dataclasses, nothing checked",
        repeated(MANY, new),
        repeated(MANY, least),
        MANY,
    )
    kept = [_snapshot(n) for n in range(MANY)]
    written = [msgspec.json.encode(each) for each in kept]
    bodies = [{name: value for name, value in each.items() if name != "checksum"} for each in kept]
    held = [Conversation.restore(each) for each in kept]

    def restored() -> None:
        for each in written:
            Conversation.restore(msgspec.json.decode(each))

    def checked() -> None:
        for each, body in zip(written, bodies, strict=True):
            msgspec.json.decode(each)
            hashlib.sha256(msgspec.json.encode(body, order="sorted")).hexdigest()

    def decoded() -> None:
        for each in written:
            msgspec.json.decode(each)

    def strangers() -> None:
        people._PEOPLE.clear()
        people._between.cache_clear()

    limit = "its JSON decoded, its checksum worked out"
    seen = "besides, that every fact is the one that is known, and that the pairing comes to the place"
    yield Way("restore, of its JSON, lately seen", limit, restored, checked, MANY, why=seen)
    yield Way(
        "restore, people who are known",
        limit,
        restored,
        checked,
        MANY,
        why="the pairing is made, checked and routed",
        before=people._between.cache_clear,
    )
    yield Way(
        "restore, of strangers",
        limit,
        restored,
        checked,
        MANY,
        why="both users and the pairing are made and checked, fact by fact, and routed",
        before=strangers,
    )
    yield Way(
        "restore, lately seen, beside a decode alone",
        "its JSON decoded by msgspec",
        restored,
        decoded,
        MANY,
        why="the checksum over all of it, in an order that is fixed, is more than a decode",
    )
    del held


def _snapshot(n: int) -> dict[str, Any]:
    two = Pairing(Participant(f"a{n}@x.example", Mode.TEAMS_ONLY), Participant(f"b{n}@x.example", Mode.SFB_ONLY))
    talk = Conversation(two)
    talk.fire("call_audio", "originator")
    talk.fire("accept_call", "recipient")
    return talk.snapshot()


def files(folder: Path) -> Iterator[Way]:
    """Logs and exports."""
    log, lines = folder / "log.jsonl", []
    for n in range(TALKS):
        first, second = MODES[n % len(MODES)], MODES[n // len(MODES) % len(MODES)]
        two = Pairing(Participant(f"a{n}@x.example", first), Participant(f"b{n}@x.example", second))
        facts = {"originator": {"address": two.originator.address, "mode": first}}
        facts["recipient"] = {"address": two.recipient.address, "mode": second}
        addresses = {Party.ORIGINATOR: two.originator.address, Party.RECIPIENT: two.recipient.address}
        for m, (event, by) in enumerate(accepted(two)):
            line = {"conversation": f"c{n}", "event": event, "by": addresses.get(by, by.value)}
            lines.append(json.dumps({**line, **facts} if m == 0 else line))
    log.write_text("\n".join(lines) + "\n", "utf-8")

    def parse() -> None:
        with log.open("rb") as file:
            for line in file:
                msgspec.json.decode(line)

    def follow() -> None:
        assert sum(1 for _ in replay(os.fspath(log))) == TALKS

    limit = f"each of {len(lines):,} lines decoded by msgspec"
    yield Way("replay of JSON Lines, warm", limit, follow, parse, len(lines), why=WHY_LINES)
    cold = "replay of JSON Lines, nothing known"
    yield Way(cold, limit, follow, parse, len(lines), why=WHY_COLD, before=fresh)

    export = folder / "users.csv"
    with (HERE.parent / "fsm/data/contoso/users.csv").open(encoding="utf-8-sig", newline="") as file:
        kind, *rows = file.read().splitlines()
    header, *people_ = csv.reader(rows)
    told = [header]
    for n in range(USERS):
        row = list(people_[n % len(people_)])
        told.append([cell.replace("@", f".{n}@") for cell in row])
    with export.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(f"{kind}\r\n")
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(told)

    def read() -> None:
        with export.open(encoding="utf-8-sig", newline="") as file:
            for _ in csv.reader(file):
                pass

    policies = sorted((HERE.parent / "fsm/data/contoso").glob("*-policies.json"))

    def take() -> None:
        assert len(load(export, policies)) > USERS / 2

    yield Way("tenant.load, of CSV", "csv.reader, a user", take, read, USERS, why=WHY_TENANT)


WHY_LINES = (
    "each line is looked at for keys that are there twice, columns, time, conversation and who, in Python; "
    "`fsm.replay.bulk` does it in arrays"
)
WHY_COLD = "the same, and what each pairing comes to is worked out for the first time"
WHY_TENANT = (
    "addresses are checked and found to be nobody else's, every name of a user is put in the index, and what is "
    "assumed of whom is noted"
)


def processes(cache: str) -> Iterator[Way]:
    """Processes of their own, with bytecode in place."""
    env = {**os.environ, "PYTHONPATH": str(HERE.parent), "PYTHONPYCACHEPREFIX": cache}
    env.pop("PYTHONDONTWRITEBYTECODE", None)

    def alone(*arguments: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, *arguments], env=env, check=True, stdout=subprocess.DEVNULL)

    yield Way(
        "fsm --version",
        "python -c pass",
        alone("-m", "fsm", "--version"),
        alone("-c", "pass"),
        unit="ms",
        why=WHY_VERSION,
        rounds=PROCESSES,
    )


WHY_VERSION = "typer, which the commands are declared with, takes more than Python itself, and so does `import fsm`"


def held(make: Callable[[int], object]) -> float:
    """The bytes that one of so many conversations holds, with its people and what they are found by."""
    make(0)
    gc.collect()
    tracemalloc.start()
    kept: list[object] = [None] * LIVE
    before = tracemalloc.get_traced_memory()[0]
    for n in range(LIVE):
        kept[n] = make(n)
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return (after - before) / LIVE


def memory() -> Row:
    """Conversations that are restored beside live ones, of people of whom each has OFTEN."""
    number = 2 * LIVE // OFTEN
    everyone: list[Participant] = []

    def two(n: int, who: Callable[[int], Participant]) -> Pairing:
        first = n * 7919 % number
        return Pairing(who(first), who((first + 1 + n // number) % number))

    def somebody(n: int) -> Participant:
        return Participant(f"user-{n}@contoso.example", MODES[n % len(MODES)])

    def live(n: int) -> Conversation:
        if n == 0:
            everyone[:] = map(somebody, range(number))
        return Conversation(two(n, everyone.__getitem__))

    least = held(lambda n: live(n))
    everyone.clear()
    ours = held(lambda n: Conversation.restore(json.loads(json.dumps(Conversation(two(n, somebody)).snapshot()))))
    return Row(
        f"memory of a restored conversation, of {LIVE:,}, each user in {OFTEN}",
        ours,
        "of a live one",
        least,
        "bytes",
        "",
    )


def suites(before: str) -> list[float]:
    """How long a complete suite takes, here and in an earlier checkout, the best of SUITES in turn, in s."""
    best = [float("inf")] * 2
    for _ in range(SUITES):
        for n, checkout in enumerate((str(HERE.parent), before)):
            ran = [sys.executable, "-c", SUITE, checkout]
            found = subprocess.run(ran, check=True, stdout=subprocess.PIPE, text=True, cwd=checkout).stdout.split()
            best[n] = min(best[n], float(found[0]))
    return [*best, float(found[1]), float(found[2])]


def told(row: Row) -> str:
    """A row of the page."""
    why = row.why if row.ratio > ACCEPTED else ""
    ours, least = run.figure(row.ours), run.figure(row.least)
    return f"| {row.what} | {ours} {row.unit} | {row.limit} | {least} | {row.ratio:.2g} | {why} |"


def page(rows: list[Row], load: tuple[float, ...], suite: list[float] | None) -> str:
    """What was measured, as a page."""
    lines = [
        "# Paths beside their limits",
        "",
        "Written by `python benchmarks/paths.py --write`; not edited by hand.",
        "",
        f"Python {platform.python_version()}, {platform.machine()}; load of the machine while it was measured "
        f"{load[0]:.1f}, on {os.cpu_count()} processors.",
        "",
        "A limit is what the same job has to do at least, by the best library there is. A path and its limit take",
        f"turns in {ROUNDS} short bursts each, processes in {PROCESSES}, without garbage collection; what counts is",
        "the burst of each that takes least of the processor, and the ratio is of these two. Where a path takes more",
        f"than {ACCEPTED:.0f} times its limit, the last column says why.",
        "",
        "| path | takes | its limit | takes | ratio | why more |",
        "|---|---:|---|---:|---:|---|",
        *map(told, rows),
    ]
    if suite:
        now, before, tests, events = suite
        lines += [
            "",
            "## A complete suite",
            "",
            f"Between a TeamsOnly and an SfBOnly user: {tests:,.0f} tests, {events:,.0f} events. It is made in "
            f"{now:.1f} s of the processor;",
            f"before what is possible at a place was worked out once, it took {before:.1f} s, in turn with it in the "
            f"same minutes: {before / now:.1f} times as long.",
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, and tell."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--before", metavar="FOLDER", help="a checkout of an earlier commit, to make a suite there too")
    asked.add_argument("--write", action="store_true", help="write benchmarks/paths.md as well")
    given = asked.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for part in (steps(), conversations(), files(Path(folder)), processes(folder)):
            for path in part:
                rows.append(measured(path))
                print(f"{rows[-1].what:<60}{rows[-1].ours:>10.2f} {rows[-1].unit}  x {rows[-1].ratio:.2f}", flush=True)
    rows.append(memory())
    text = page(rows, os.getloadavg(), suites(given.before) if given.before else None)
    print(text)
    if given.write:
        (HERE / "paths.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
