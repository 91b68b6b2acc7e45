"""How cost grows: ``python benchmarks/growth.py [--write]``.

Live conversations from one to a million, profiles in use from one to all there are, a million conversations from
beginning to end in one process, what comes first in a fresh process, and instructions. Nothing here fails because of
a time.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import random
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from statistics import median
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import run  # noqa: E402  # the checkout comes first
from instructions import counted  # noqa: E402
from stories import MODES, ORIGINATOR, RECIPIENT, STORY, Walk, accepted, told  # noqa: E402

from fsm import CONVERSATION, Conversation, Pairing, Participant  # noqa: E402
from fsm.engine import conversation as engine  # noqa: E402
from fsm.engine.program import Programs  # noqa: E402
from fsm.space.profiles import Profiles  # noqa: E402
from fsm.spec.routing import views  # noqa: E402

FIRES = 200_000
SPREAD = 10_000


class Table(NamedTuple):
    """A part of the report; ``plots`` are the columns that are drawn, each with its unit."""

    title: str
    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    notes: str
    plots: tuple[tuple[int, str], ...] = ()


def taken(action: Callable[[], object]) -> int:
    """The nanoseconds an action takes, without garbage collection."""
    gc.collect()
    gc.disable()
    start = time.perf_counter_ns()
    action()
    took = time.perf_counter_ns() - start
    gc.enable()
    return took


def held(make: Callable[[], object]) -> int:
    """The bytes that what ``make`` makes, or leaves behind, holds."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = make()
    gc.collect()
    after = tracemalloc.get_traced_memory()[0] - (sys.getsizeof(kept) if isinstance(kept, list) else 0)
    tracemalloc.stop()
    return after - before


def across() -> list[Pairing]:
    """Pairings of several profiles, whose users can call each other."""
    first, second = ([Participant(f"{mode}@{at}.example", mode) for mode in MODES] for at in "ab")
    return [Pairing(a, b) for a, b in product(first, second)]


def live_conversations() -> Table:
    """Firing at one of so many, in an order that no cache can foresee, and what each of them holds."""
    pairings, rows = across(), []

    def created(number: int) -> list[Conversation]:
        return [Conversation(pairings[n % len(pairings)]) for n in range(number)]

    def fired(conversations: list[Conversation], rounds: int) -> None:
        for event in ("hold", "resume") * rounds:
            for each in conversations:
                each.fire(event, ORIGINATOR)

    for number in (10**n for n in range(7)):
        conversations = created(number)
        for each in conversations:
            each.fire("call_audio", ORIGINATOR)
            each.fire("accept_call", RECIPIENT)
        random.Random(0).shuffle(conversations)
        rounds = max(1, FIRES // (2 * number))
        took = median(taken(partial(fired, conversations, rounds)) for _ in range(3))
        del conversations
        size = held(partial(created, number)) / number
        rows.append((f"{number:,}", run.figure(took / (2 * rounds * number)), run.figure(size)))
    notes = (
        "Each round fires once at every conversation, in shuffled order. What is fired at is no longer in the "
        "processor's caches once there are many, and fetching it is then most of what an event costs."
    )
    header = ("live conversations", "one event, ns", "bytes each, beyond the pairing")
    return Table("Live conversations", header, rows, notes, ((1, "ns"),))


def profiles_in_use() -> Table:
    """The same number of conversations, spread over so many profiles, going through the story in step."""
    pairings = Profiles(CONVERSATION).pairing
    programs = {engine.PROGRAMS.under(views(pairing)): pairing for pairing in pairings}
    everyone = [(pairing, walk) for pairing in programs.values() if (walk := accepted(pairing))]
    rows = []
    for number in (*(10**n for n in range(4) if 10**n < len(everyone)), len(everyone)):
        chosen = [everyone[n * len(everyone) // number] for n in range(number)]
        engine.PROGRAMS = Programs(CONVERSATION)
        built = held(partial(told, chosen))
        engine.PROGRAMS = Programs(CONVERSATION)
        first = taken(partial(told, chosen)) / sum(len(walk) for _, walk in chosen)
        warm = median(spread(chosen) for _ in range(3))
        rows.append((f"{number:,}", run.figure(warm), run.figure(first / 1e3), run.figure(built / 1024)))
    notes = (
        f"{SPREAD:,} conversations that take turns, whichever their profiles. Of {len(programs):,} profiles, "
        f"{len(everyone):,} accept something. What an event comes to is worked out when it is first fired under a "
        "profile, and looked up ever after; the last column is what all that was worked out holds."
    )
    header = ("profiles in use", "one event, ns", "the first time, µs", "what they share, KiB")
    return Table("Profiles in use", header, rows, notes, ((1, "ns"), (3, "KiB")))


def spread(chosen: Sequence[tuple[Pairing, Walk]]) -> float:
    """Nanoseconds an event, when conversations of these profiles take turns."""
    using = [chosen[n % len(chosen)] for n in range(SPREAD)]
    random.Random(0).shuffle(using)
    conversations = [(Conversation(pairing), walk) for pairing, walk in using]
    turns = [
        (conversation.fire, *walk[n])
        for n in range(len(STORY))
        for conversation, walk in conversations
        if n < len(walk)
    ]

    def go() -> None:
        for fire, event, by in turns:
            fire(event, by)

    return taken(go) / len(turns)


def a_million() -> Table:
    found = subprocess.run(
        (sys.executable, str(HERE / "million.py")), check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    phases = [json.loads(line) for line in found.splitlines()]
    rows = [
        (
            each["phase"],
            f"{each['times']:,}",
            f"{each['seconds']:.1f}",
            run.figure(each["seconds"] / each["times"] * 1e6),
            run.figure(each["peak"]),
        )
        for each in phases
    ]
    total = sum(each["seconds"] for each in phases)
    notes = (
        "Every conversation has a Pairing of its own, of two of 20,000 users, and all are live at once. "
        f"{total:.0f} s in all, on one core, garbage collection as Python has it."
    )
    return Table(
        "A million conversations in one process", ("phase", "how many", "s", "µs each", "peak so far, MiB"), rows, notes
    )


def what_comes_first() -> Table:
    with tempfile.TemporaryDirectory() as cache:
        samples = {each.label: [each.take() for _ in range(10)] for each in run.processes(cache, {})}
    samples |= dict(in_a_profile(across()[3]))
    rows = [(label, run.figure(min(each)), run.figure(median(each))) for label, each in samples.items()]
    notes = (
        "Ten of each. The first lines are fresh processes, with bytecode in place; the last two are in a process that "
        "has imported everything, and has worked out nothing yet."
    )
    return Table("What comes first, ms", ("", "best", "median"), rows, notes)


def in_a_profile(pairing: Pairing) -> Iterator[tuple[str, list[float]]]:
    """How long a profile takes that was never used, in milliseconds."""
    walk = accepted(pairing)
    begin, go_on = [], []
    for _ in range(10):
        engine.PROGRAMS = Programs(CONVERSATION)
        fresh = Pairing(pairing.originator, pairing.recipient)
        begin.append(taken(partial(Conversation, fresh)) / 1e6)
        go_on.append(taken(partial(told, [(fresh, walk)])) / 1e6)
    yield "a profile's first conversation", begin
    yield f"its first {len(walk)} events", go_on


def instructions() -> Table | None:
    each = counted()
    if not each:
        return None
    empty = min(each.values())
    rows = [(name, f"{count:,.0f}", f"{count - empty:,.0f}") for name, count in each.items()]
    notes = "Counted by valgrind, by the difference of a short run and a long one: see `benchmarks/instructions.py`."
    return Table("Instructions", ("operation", "with the loop", "without"), rows, notes)


def chart(table: Table, column: int, unit: str) -> list[str]:
    """A Mermaid chart of one column, a point for each row."""
    values = [float(row[column].replace(",", "")) for row in table.rows]
    along = ", ".join(json.dumps(row[0]) for row in table.rows)
    return [
        "```mermaid",
        "xychart-beta",
        f'  title "{table.header[column]}"',
        f'  x-axis "{table.header[0]}" [{along}]',
        f'  y-axis "{unit}" 0 --> {max(values) * 1.1:.0f}',
        f"  line [{', '.join(f'{value:g}' for value in values)}]",
        "```",
        "",
    ]


def markdown(tables: Sequence[Table], heading: str) -> str:
    lines = ["# How cost grows", "", "Written by `python benchmarks/growth.py --write`; not edited by hand.", ""]
    lines += [heading, ""]
    for table in tables:
        rule = "|---" + "|---:" * (len(table.header) - 1) + "|"
        lines += [f"## {table.title}", "", f"| {' | '.join(table.header)} |", rule]
        lines += [f"| {' | '.join(row)} |" for row in table.rows]
        lines += ["", table.notes, ""]
        lines += [line for column, unit in table.plots for line in chart(table, column, unit)]
    return "\n".join(lines).rstrip() + "\n"


def plain(table: Table) -> str:
    """For a terminal of 80 columns: a line for each row, and one for what its figures are."""
    first = max(len(row[0]) for row in table.rows)
    lines = [f"{table.title}: {' | '.join(filter(None, table.header))}"]
    lines += [f"  {row[0]:<{first}}{''.join(f'{cell:>11}' for cell in row[1:])}" for row in table.rows]
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Measure how the cost of conversations grows.")
    parser.add_argument("--write", action="store_true", help="write benchmarks/growth.md as well")
    write = parser.parse_args(argv).write
    start, tables = time.perf_counter(), []
    for measure in (live_conversations, profiles_in_use, a_million, what_comes_first, instructions):
        table = measure()
        if table is None:
            print("Instructions: not counted; install valgrind\n")
            continue
        tables.append(table)
        print(f"{plain(table)}\n", flush=True)
    took = time.perf_counter() - start
    heading = f"Python {platform.python_version()}, {platform.machine()}; {took:.0f} s in all, on one core."
    print(heading)
    if write:
        (HERE / "growth.md").write_text(markdown(tables, heading), encoding="utf-8")


if __name__ == "__main__":
    main()
