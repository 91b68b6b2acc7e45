"""Measure fsm against its peers: ``python benchmarks/run.py [--rounds N] [--write]``.

Everything is measured in turn, round after round in one run, so that a busy machine slows all alike; ratios are
medians of the quotients within a round. Nothing here fails because of a time.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from textwrap import fill
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import contenders  # noqa: E402  # the checkout comes first
from contenders import PAIRING, Contender, Fsm, Go, XState, asking, bare_dicts, one_lookup  # noqa: E402
from lifecycle import CYCLE, REFUSED  # noqa: E402

import fsm  # noqa: E402

PEERS = (contenders.Transitions, contenders.PythonStateMachine, contenders.Automat, contenders.Sismic)
NS_A_BATCH = 10_000_000
EVENT, REFUSAL, CREATE, MEMORY = "One event, ns", "A refused event, ns", "Creating a conversation, µs", "Memory, bytes"
LIMIT = "one dict lookup, the limit"
SNAPSHOT, PROCESS = "Snapshot", "A fresh process, ms"
IMPORT = "import time; t = time.perf_counter_ns(); import {}; print((time.perf_counter_ns() - t) / 1e6)"
FIRST = """
import fsm
amy = fsm.Participant("amy@contoso.example", fsm.Mode.TEAMS_ONLY)
bob = fsm.Participant("bob@contoso.example", fsm.Mode.SFB_ONLY)
call = fsm.Conversation(fsm.Pairing(amy, bob))
call.fire("call_audio", fsm.Party.ORIGINATOR)
"""


@dataclass
class Measurement:
    """What is measured, and a sample a round."""

    section: str
    label: str
    take: Callable[[], float]
    once: bool = False
    samples: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return median(self.samples)

    @property
    def spread(self) -> str:
        """The middle half of the samples."""
        if len(self.samples) < 2:
            return ""
        low, _, high = quantiles(self.samples, n=4, method="inclusive")
        return f"{figure(low)} - {figure(high)}"

    def over(self, other: Measurement) -> float:
        if self.once or other.once:
            return self.median / other.median
        return median(a / b for a, b in zip(self.samples, other.samples, strict=True))


def timed(go: Go, operations: int, unit: float = 1.0) -> Callable[[], float]:
    """How long one of the ``operations`` of a ``go`` takes, in units of so many nanoseconds."""

    def take(times: int) -> float:
        gc.collect()
        gc.disable()
        start = time.perf_counter_ns()
        for _ in range(times):
            go()
        took = time.perf_counter_ns() - start
        gc.enable()
        return took / (times * operations)

    take(1)
    times = max(1, round(NS_A_BATCH / (take(1) * operations)))
    return lambda: take(times) / unit


def repeated(times: int, action: Callable[[], object]) -> Go:
    def go() -> None:
        for _ in range(times):
            action()

    return go


def held(create: Callable[[], object], number: int) -> Callable[[], float]:
    """The bytes that one of ``number`` live objects holds, beyond what they share."""

    def take() -> float:
        create()
        gc.collect()
        tracemalloc.start()
        kept: list[object] = [None] * number
        before = tracemalloc.get_traced_memory()[0]
        for n in range(number):
            kept[n] = create()
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return (after - before) / number

    return take


def ours() -> Iterator[Measurement]:
    us = Fsm()
    call, other = us.connected(), fsm.Conversation(PAIRING)
    events, snapshot = CYCLE * 100, call.snapshot()

    def refused(event: str, by: fsm.Party) -> None:
        try:
            call.fire(event, by)
        except fsm.Refused:
            return

    def fresh() -> fsm.Conversation:
        return fsm.Conversation(fsm.Pairing(PAIRING.originator, PAIRING.recipient))

    yield Measurement(EVENT, "fsm, fire", timed(us.firing(call, events), len(events)))
    yield Measurement(EVENT, LIMIT, timed(one_lookup(events), len(events)))
    yield Measurement(EVENT, "bare dicts, at = at[event, by]", timed(bare_dicts(events), len(events)))
    yield Measurement(REFUSAL, "fsm, may", timed(asking(call.may, [REFUSED] * 1000), 1000))
    yield Measurement(REFUSAL, "fsm, fire and catch Refused", timed(asking(refused, [REFUSED] * 1000), 1000))
    yield Measurement(CREATE, "fsm", timed(repeated(1000, us.create), 1000, 1e3))
    yield Measurement(CREATE, "fsm, new Pairing of known facts", timed(repeated(100, fresh), 100, 1e3))
    yield Measurement(MEMORY, "fsm, beyond the pairing", held(us.create, 100_000), once=True)
    yield Measurement(MEMORY, "fsm, with its own Pairing", held(fresh, 10_000), once=True)
    yield Measurement(SNAPSHOT, "as JSON, bytes", lambda: len(json.dumps(snapshot)), once=True)
    yield Measurement(SNAPSHOT, "taking one, µs", timed(repeated(100, other.snapshot), 100, 1e3))
    restore = repeated(100, lambda: fsm.Conversation.restore(snapshot))
    yield Measurement(SNAPSHOT, "restoring one, µs", timed(restore, 100, 1e3))


def of_peer(peer: Contender) -> Iterator[Measurement]:
    call = peer.connected()
    yield Measurement(EVENT, peer.name, timed(peer.firing(call, CYCLE * 10), 10 * len(CYCLE)))
    if isinstance(peer, contenders.Transitions):
        may = getattr(call, f"may_{REFUSED}")
        yield Measurement(REFUSAL, "transitions, may", timed(repeated(100, may), 100))
    yield Measurement(CREATE, peer.name, timed(repeated(10, peer.create), 10, 1e3))
    yield Measurement(MEMORY, peer.name, held(peer.create, 1000), once=True)


def of_xstate(peer: XState) -> Iterator[Measurement]:
    create = peer.ask("create")
    yield Measurement(EVENT, peer.name, peer.ask("event"))
    yield Measurement(REFUSAL, "XState on V8, can", peer.ask("may"))
    yield Measurement(CREATE, peer.name, lambda: create() / 1e3)
    yield Measurement(MEMORY, peer.name, peer.ask("bytes"), once=True)


def processes(cache: str, peers: dict[str, str]) -> Iterator[Measurement]:
    """Fresh processes with bytecode in place, as after an installation; the first run of each puts it there."""
    env = {**os.environ, "PYTHONPATH": str(HERE.parent), "PYTHONPYCACHEPREFIX": cache}
    env.pop("PYTHONDONTWRITEBYTECODE", None)

    def python(code: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", code], env=env, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def whole(code: str) -> Callable[[], float]:
        def take() -> float:
            start = time.perf_counter_ns()
            python(code)
            return (time.perf_counter_ns() - start) / 1e6

        take()
        return take

    def importing(module: str) -> Callable[[], float]:
        code = IMPORT.format(module)
        python(code)
        return lambda: float(python(code))

    yield Measurement(PROCESS, "import fsm", importing("fsm"))
    for name, module in peers.items():
        yield Measurement(PROCESS, f"import {name}", importing(module))
    yield Measurement(PROCESS, "Python alone, start to exit", whole("pass"))
    yield Measurement(PROCESS, "first outcome, start to exit", whole(FIRST))
    yield Measurement(PROCESS, "first snapshot, start to exit", whole(f"{FIRST}\ncall.snapshot()"))


def gather(rounds: int, cache: str) -> tuple[list[Measurement], list[str], list[str]]:
    """Every measurement, the versions of those who took part, and a line for each who did not."""
    found, versions, missing = list(ours()), [f"Python {platform.python_version()}"], []
    modules: dict[str, str] = {}
    for kind in PEERS:
        try:
            peer = kind()
        except ImportError:
            missing.append(f"{kind.name}: not installed; pip install -r benchmarks/requirements.txt")
            continue
        found += of_peer(peer)
        versions.append(f"{kind.package} {peer.version()}")
        modules[kind.package] = type(peer).module
    xstate = None
    try:
        xstate = XState()
        found += of_xstate(xstate)
        versions.append(f"XState {xstate.version()}")
    except ImportError as error:
        missing.append(f"XState: {error}; install Node and run npm install --prefix benchmarks")
    found += processes(cache, modules)
    for n in range(rounds):
        for each in found:
            if n == 0 or not each.once:
                each.samples.append(each.take())
    if xstate:
        xstate.close()
    return found, versions, missing


def figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table(found: list[Measurement]) -> dict[str, list[tuple[str, ...]]]:
    """For each section: label, best, median, spread and the ratio to the section's first line."""
    sections: dict[str, list[tuple[str, ...]]] = {}
    first: dict[str, Measurement] = {}
    for each in found:
        ratio = "" if each.section == SNAPSHOT else figure(each.over(first.setdefault(each.section, each)))
        line = each.label, figure(min(each.samples)), figure(each.median), each.spread, ratio
        sections.setdefault(each.section, []).append(line)
    return sections


def bars(found: list[Measurement]) -> list[tuple[str, str, str]]:
    """Each bar, what was measured, and whether it is met."""
    by = {(each.section, each.label): each for each in found}

    def value(section: str, label: str, against: str = "") -> float | None:
        mine, other = by.get((section, label)), by.get((section, against))
        if mine is None or (against and other is None):
            return None
        return mine.over(other) if other else mine.median

    fire, mine = "fsm, fire", "fsm, beyond the pairing"
    wanted: list[tuple[str, float | None, float, bool]] = [
        ("an event: at most 250 ns", value(EVENT, fire), 250, True),
        ("an event: at most 4 x a dict lookup", value(EVENT, fire, LIMIT), 4, True),
        ("an event: at least 30 x faster than transitions", value(EVENT, "transitions", fire), 30, False),
        ("an event: at least 10 x faster than XState", value(EVENT, "XState on V8", fire), 10, False),
        ("a conversation: at most 200 bytes", value(MEMORY, mine), 200, True),
        ("a conversation: at least 30 x smaller than transitions'", value(MEMORY, "transitions", mine), 30, False),
        ("creating a conversation: at most 1 µs", value(CREATE, "fsm"), 1, True),
        ("import fsm: at most 30 ms", value(PROCESS, "import fsm"), 30, True),
        (
            "a cold process to its first outcome: at most 80 ms",
            value(PROCESS, "first outcome, start to exit"),
            80,
            True,
        ),
    ]
    return [
        (text, "-", "not measured")
        if got is None
        else (text, figure(got), "met" if (got <= limit) is at_most or got == limit else "NOT MET")
        for text, got, limit, at_most in wanted
    ]


def plain(found: list[Measurement], heading: str, missing: list[str]) -> str:
    """For a terminal of 80 columns."""
    lines = [fill(heading, 80)]
    for section, rows in table(found).items():
        lines += ["", f"{section:<37}{'best':>9}{'median':>9}{'middle half':>18}{'ratio':>7}"]
        lines += [f"  {label:<35}{best:>9}{mid:>9}{spread:>18}{ratio:>7}" for label, best, mid, spread, ratio in rows]
    lines += ["", "The bars"]
    lines += [f"  {text:<59}{got:>8}  {verdict}" for text, got, verdict in bars(found)]
    return "\n".join([*lines, *([""] if missing else []), *(f"not measured: {line}" for line in missing)])


def markdown(found: list[Measurement], heading: str, missing: list[str]) -> str:
    lines = ["# Benchmarks", "", "Written by `python benchmarks/run.py --write`; not edited by hand.", "", heading]
    lines += ["", "## The bars", "", "| bar | measured | |", "|---|---:|---|"]
    lines += [f"| {text} | {got} | {verdict} |" for text, got, verdict in bars(found)]
    for section, rows in table(found).items():
        lines += ["", f"## {section}", "", "| | best | median | middle half | ratio |", "|---|---:|---:|---:|---:|"]
        lines += [f"| {' | '.join(row)} |" for row in rows]
    lines += ["", *(f"Not measured: {line}.  " for line in missing), *([""] if missing else []), NOTES]
    return "\n".join(lines)


NOTES = """\
## Measured besides

- [How cost grows](growth.md): conversations, profiles, what comes first, instructions; `python benchmarks/growth.py`
- [Paths beside their limits](paths.md): first events, restoring, logs, exports, processes, suites;
  `python benchmarks/paths.py`
- [Bulk replay](bulk.md): events a second, logs of up to 100 million events, pm4py; `python benchmarks/bulk.py`
- [From the file to the answer](file.md): JSON Lines, CSV and Parquet, beside merely parsing them, DuckDB and pm4py;
  `python benchmarks/file.py`
- [Logs on Spark](spark.md): beside one process, the shares, 10^12 events on paper; `python benchmarks/spark.py`
- [Alignments](align.md): events a second over 200 profiles, pm4py; `python benchmarks/align.py`
- [Planning](plan.md): from 10^3 to 10^6 people, waves and contacts; `python benchmarks/plan.py`
- [Proposing waves](propose.md): beside waves by department; `python benchmarks/propose.py`
- [The explorer](explorer.md): its first picture, a click, ten thousand events; `python benchmarks/explorer.py`
- [Traces and records of others](traces.md): a million SIP messages, a million call records, and what parsing alone
  takes; `python benchmarks/traces.py`
- [Stored conversations](stored.md): a million in a database: size, an event; `python benchmarks/stored.py`
- [Hosts in a database](hosts.md): events a second and CPU an event, beside the floor; `python benchmarks/hosts.py`
- [Conversations on Temporal](temporal.md): events a second beside an empty update; `python benchmarks/temporal.py`
- [What the suites find](mutation.md): faults seeded into the specification; `python benchmarks/mutation.py`
- [Mutants of the engine](engine-mutants.md): what its tests notice, the score by module, and why each survivor survives

## How it is measured

- Everything is measured in turn, round after round in one run. The middle half is what half of the rounds fell into; a
  ratio, to the first line of its table, is the median of the quotients within a round, so a busy machine slows both
  alike. The bars are judged by the median, or by that ratio.
- Everybody runs the part of the call lifecycle in `lifecycle.py`, with the same guards on the same two rows (Automat
  has none), and proves it before being timed. An event is one of a run of seven accepted events, two of them guarded.
- The peers run this part alone, with no actions and no actors. fsm runs all four lifecycles, says who acts, and
  returns the effects, the timers and the rules of every event.
- Garbage collection is off while timing. Memory is what tracemalloc sees, and for XState the heap of V8 after a
  collection. Adding a model to transitions' machine searches the list of all its models; that search is left out.
- An import is timed inside a fresh process, bytecode in place; a whole process from outside, start and exit included.

To repeat it: `pip install -r benchmarks/requirements.txt`, `npm install --prefix benchmarks`,
`python benchmarks/run.py --write`. Peers that are not there are left out.
"""


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Measure fsm against its peers.")
    parser.add_argument("--rounds", type=int, default=15, help="how often everything is measured (default: 15)")
    parser.add_argument("--write", action="store_true", help="write benchmarks/README.md as well")
    given: Any = parser.parse_args(argv)
    if given.rounds < 2:
        parser.error(f"--rounds: {given.rounds} is not accepted; give 2 or more")
    with tempfile.TemporaryDirectory() as cache:
        found, versions, missing = gather(given.rounds, cache)
    heading = f"{', '.join(versions)}; {given.rounds} rounds."
    print(plain(found, heading, missing))
    if given.write:
        (HERE / "README.md").write_text(markdown(found, heading, missing), encoding="utf-8")


if __name__ == "__main__":
    main()
