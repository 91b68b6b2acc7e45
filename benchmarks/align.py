"""Measure alignments: ``python benchmarks/align.py [--events N] [--pm4py PYTHON] [--write]``.

All runs on one core, and times are those of the processor. ``--pm4py`` names a Python that has pm4py, which is given
the automaton of a small profile as a Petri net, and traces; it runs this file anew, without ``fsm``.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
PROFILES = 200
NOISE = (0.0, 0.01, 0.05)
ALGORITHMS = {"Dijkstra": "VERSION_DIJKSTRA_NO_HEURISTICS", "Dijkstra in less memory": "VERSION_DIJKSTRA_LESS_MEMORY"}
"""Of pm4py's; the A* that it takes if not asked for another does not come to an end here."""
WORST = 10_000
"""What pm4py takes for one edit."""


class Row(NamedTuple):
    """One log: how noisy, how large, how much of it departs, and how fast it is aligned."""

    noise: float
    events: int
    conversations: int
    departs: int
    cost: int
    first: float
    again: float
    variants: float


def words(tables: Any, events: int, noise: float, seed: int = 1) -> tuple[list[int], list[list[int]]]:
    """Conversations that wander through the tables, profile by profile; of their events so many are any there are."""
    import bulk_log
    import numpy as np

    wanderer, random = bulk_log.Wanderer(tables, seed), np.random.default_rng(seed)
    size = events // bulk_log.LENGTH
    lengths = -np.sort(-random.geometric(1 / bulk_log.LENGTH, size))
    rows = tables.start(random.integers(0, len(tables), size))
    start: list[int] = rows.tolist()
    found: list[list[int]] = [[] for _ in range(size)]
    for n in (size - np.searchsorted(lengths[::-1], np.arange(lengths[0]), side="right")).tolist():
        for who, symbol in enumerate(wanderer.step(rows[:n], noise).tolist()):
            found[who].append(symbol)
    order = sorted(range(size), key=start.__getitem__)
    return [start[n] for n in order], [found[n] for n in order]


def alphabet(tables: Any, plain: bool = False) -> Any:
    """Every event there is, as letters, numbered as symbols are."""
    from fsm.replay.align.letters import WAYS, Alphabet, Letter

    found = Alphabet(tables, plain)
    for way in WAYS:
        found.number(Letter((way,)))
    return found


def measured(tables: Any, events: int, noise: float) -> Row:
    """Align a log in which hardly two conversations are alike, twice, and once with each of them ten times."""
    from fsm.replay.align.search import Search

    starts, log = words(tables, events, noise)
    count = sum(map(len, log))
    search = Search(alphabet(tables))
    seconds, costs = [], []
    gc.collect()
    gc.freeze()
    for _ in range(2):
        began = time.process_time()
        costs = [search.align(start, word).cost for start, word in zip(starts, log, strict=True)]
        seconds.append(time.process_time() - began)
    search = Search(alphabet(tables))
    began = time.process_time()
    known: dict[tuple[int, bytes], int] = {}
    for _ in range(10):
        for start, word in zip(starts, log, strict=True):
            key = start, bytes(word)
            if key not in known:
                known[key] = search.align(*key).cost
    tenfold = time.process_time() - began
    gc.unfreeze()
    departs = sum(map(bool, costs))
    first, again = (count / each for each in seconds)
    return Row(noise, count, len(log), departs, sum(costs), first, again, 10 * count / tenfold)


def against_pm4py(python: str, traces: int) -> dict[str, Any]:
    """The same traces of one small profile, aligned by both, with unit costs."""
    import bulk_log
    import numpy as np

    import fsm
    from fsm.replay.align.search import Search
    from fsm.space.arrays import Tables
    from fsm.space.minimal import NOTHING, SYMBOLS, WIDTH

    people = [fsm.Participant(f"{name}@x.example", "TeamsOnly") for name in ("amy", "bob")]
    tables = Tables.between([fsm.Pairing(*people)])
    table, names = tables.table, [f"{event} {by}" for event, by in SYMBOLS]
    cells = [cell for cell in np.flatnonzero(~table.refused).tolist() if cell % WIDTH != NOTHING]
    steps = [(cell // WIDTH, names[cell % WIDTH], int(table.to[cell]) // WIDTH) for cell in cells]
    starts, log = words(tables, traces * bulk_log.LENGTH, 0.1)
    search = Search(alphabet(tables, plain=True))
    began = time.process_time()
    costs = [search.align(start, word).cost for start, word in zip(starts, log, strict=True)]
    seconds = time.process_time() - began
    case = {"steps": steps, "start": starts[0] // WIDTH, "traces": [[names[n] for n in word] for word in log]}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.json"
        path.write_text(json.dumps(case), "utf-8")
        ran = subprocess.run(
            [python, str(HERE / "align.py"), "--case", str(path)], check=True, stdout=subprocess.PIPE, text=True
        )
    theirs = json.loads(ran.stdout.splitlines()[-1])
    events = sum(map(len, log))
    return {
        "version": theirs["version"],
        "traces": len(log),
        "events": events,
        "cost": sum(costs),
        "ours": seconds / events,
        "theirs": {
            name: (took / events, sum(one == other for one, other in zip(costs, found, strict=True)))
            for name, (took, found) in ((name, theirs[name]) for name in ALGORITHMS)
        },
    }


def by_pm4py(case: dict[str, Any]) -> None:
    """Align the traces of a case, and print what each costs."""
    import pm4py
    from pm4py.algo.conformance.alignments.petri_net import algorithm
    from pm4py.objects.petri_net.obj import Marking, PetriNet
    from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to
    from pm4py_replay import log_of, net_of

    net, _ = net_of(case["steps"])
    places = {place.name: place for place in net.places}
    end = PetriNet.Place("end")
    net.places.add(end)
    # a conversation may end anywhere, which costs nothing
    for name, place in places.items():
        silent = PetriNet.Transition(f"end at {name}", None)
        net.transitions.add(silent)
        add_arc_from_to(place, silent, net)
        add_arc_from_to(silent, end, net)
    log = log_of(case["traces"])
    start = Marking({places[f"row {case['start']}"]: 1})
    told = {"version": pm4py.__version__}
    for name, variant in ALGORITHMS.items():
        began = time.process_time()
        found = [
            algorithm.apply(trace, net, start, Marking({end: 1}), variant=getattr(algorithm.Variants, variant))
            for trace in log
        ]
        told[name] = time.process_time() - began, [each["cost"] // WORST for each in found]
    print(json.dumps(told))


def page(rows: list[Row], made: float, places: int, theirs: dict[str, Any] | None) -> str:
    """What was measured, as a page."""
    told = "\n".join(
        f"| {each.noise:.0%} | {each.events:,} | {each.departs / each.conversations:.0%} | "
        f"{each.cost:,} | {each.first / 1e6:.2f} | {each.again / 1e6:.2f} | {each.variants / 1e6:.2f} |"
        for each in rows
    )
    compared = "pm4py was not at hand."
    if theirs is not None:
        took = "; ".join(
            f"{name} {each * 1e3:.2f} ms an event, the same cost in {same:,} of {theirs['traces']:,} traces"
            for name, (each, same) in theirs["theirs"].items()
        )
        compared = (
            f"pm4py {theirs['version']} was given the automaton of two TeamsOnly users as a Petri net that may end "
            f"anywhere, and {theirs['traces']:,} traces with {theirs['events']:,} events, a tenth of them any. "
            f"An event by the wrong party is two edits there, so it is for us too: {theirs['cost']:,} edits in all. "
            f"{took}; `fsm.replay.align` {theirs['ours'] * 1e6:.1f} µs, with all that it works out on the way. "
            "pm4py's usual A* with the state equation was given up after 25 s of one trace of 165 events."
        )
    compared = textwrap.fill(compared, 120, break_on_hyphens=False)
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    return f"""# Alignments

`python benchmarks/align.py --pm4py PYTHON --traces 10000 --write`; {machine}, one
core, time of the processor.

Conversations of {PROFILES} profiles wander through the tables at random, so that hardly two are alike: a log in which
people do the same over and over is easier. Of their events a part is any that there are, which most often departs.
What is counted is the alignment alone, with all its edits and places, of conversations that are read and numbered.
The tables of these profiles have {places:,} rows and took {made:.1f} s to make, which is not counted; what was made
before is kept from the collector of garbage (`gc.freeze`), which here takes more time than all else.

- **first**: nothing is known of any letter at any row, and most of the time goes into that; the longer a log is, the
  less of it.
- **again**: the same conversations once more, each aligned anew, with the jumps that are known then.
- **variants**: each conversation ten times in the log, and aligned once.

| noise | events | conversations that depart | edits | first, million events a second | again | variants |
|---:|---:|---:|---:|---:|---:|---:|
{told}

{compared}
"""


def main() -> None:
    """Measure, and tell."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=2_000_000)
    asked.add_argument("--pm4py", metavar="PYTHON")
    asked.add_argument("--traces", type=int, default=100, help="how many pm4py is given; 10,000 take half an hour")
    asked.add_argument("--write", action="store_true")
    asked.add_argument("--case", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.case:
        by_pm4py(json.loads(given.case.read_text("utf-8")))
        return
    sys.path[:0] = [str(HERE.parent), str(HERE)]
    import bulk_log

    from fsm.space.arrays import Tables

    people = bulk_log.pairings(PROFILES)
    began = time.process_time()
    tables = Tables.between(people)
    made = time.process_time() - began
    rows = [measured(tables, given.events, noise) for noise in NOISE]
    theirs = against_pm4py(given.pm4py, given.traces) if given.pm4py else None
    told = page(rows, made, len(tables.table), theirs)
    print(told)
    if given.write:
        (HERE / "align.md").write_text(told, "utf-8")


if __name__ == "__main__":
    main()
