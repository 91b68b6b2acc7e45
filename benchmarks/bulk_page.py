"""What bulk.py measured, as tables for a terminal and for a page."""

from __future__ import annotations

from statistics import median
from textwrap import wrap
from typing import Any, NamedTuple

MB = 1e6
EVENTS_A_SECOND, MEGABYTES, RATIO = 100e6, 1000, 100
SECONDS = {10**7: 1.5, 10**8: 12}
"""That logs of so many events are to take at most."""


class Steps(NamedTuple):
    """Events a second, round by round.

    Args:
        stepped: by number of profiles.
        gathered: numpy's gather alone, of all profiles.
        observed: with refusals, of all profiles.
        named: with refusals, from names of events and parties, of all profiles.
    """

    stepped: dict[int, list[float]]
    gathered: list[float]
    observed: list[float]
    named: list[float]


class Size(NamedTuple):
    """How large the tables of some profiles are, and how long they take to make."""

    profiles: int
    seconds: float
    completed: int
    rows: int
    megabytes: float


class Replay(NamedTuple):
    """A log, and what replaying it took."""

    log: str
    events: int
    conversations: int
    seconds: float
    cpu: float
    megabytes: float
    departed: int


class Read(NamedTuple):
    """A log, who read it without asking anything of it, and what that took."""

    by: str
    events: int
    seconds: float
    cpu: float


class Found(NamedTuple):
    """Everything that was measured.

    Args:
        steps: stepping.
        sizes: tables.
        logs: logs replayed.
        reads: logs read.
        pm4py: seconds an event of pm4py and of fsm, or why not.
    """

    steps: Steps
    sizes: list[Size]
    logs: list[Replay]
    reads: list[Read]
    pm4py: dict[str, Any]


class Table(NamedTuple):
    """A table: its title, its columns but the first, and its rows."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]


def tables(found: Found) -> list[Table]:
    limit = median(found.steps.gathered)
    biggest = max(found.logs, key=lambda log: log.events)
    whole = {
        "numpy's gather: the limit": found.steps.gathered,
        "stepping, all profiles mixed": found.steps.stepped[max(found.steps.stepped)],
        "with refusals observed": found.steps.observed,
        "the same from names": found.steps.named,
        f"from a file of {biggest.events:,} on": [biggest.events / biggest.seconds],
    }
    kinds = [(name, *rates(each, limit)) for name, each in whole.items()]
    steps = [(profiles(count), *rates(each, limit)) for count, each in found.steps.stepped.items()]
    sizes = [
        (profiles(each.profiles), figure(each.seconds), *map("{:,}".format, each[2:4]), figure(each.megabytes))
        for each in found.sizes
    ]
    logs = [
        (
            f"{each.events:,}{', ' + each.log if each.log else ''}",
            figure(each.seconds),
            figure(each.cpu),
            figure(each.seconds / each.events * 1e9),
            figure(each.megabytes),
        )
        for each in found.logs
    ]
    took = {each.events: each.cpu for each in found.logs if not each.log}
    reads = [
        (f"{each.events:,}, {each.by}", figure(each.seconds), figure(each.cpu), figure(took[each.events] / each.cpu))
        for each in found.reads
    ]
    made = [
        Table("What an event costs, million events/s", ("best", "median", "of limit"), kinds),
        Table("Stepping a million conversations, million events/s", ("best", "median", "of limit"), steps),
        Table("Tables", ("seconds", "rows", "merged", "MB"), sizes),
        Table("Replaying Parquet", ("seconds", "CPU s", "ns/event", "peak MB"), logs),
        Table("Reading the same columns, and nothing more", ("seconds", "CPU s", "fsm of it"), reads),
    ]
    if "ours" in found.pm4py:
        ours, theirs = found.pm4py["ours"], found.pm4py["theirs"]
        rows = [
            ("fsm, from the file on", figure(ours * 1e6), "1"),
            (f"pm4py {found.pm4py['version']}, token replay", figure(theirs * 1e6), figure(theirs / ours)),
        ]
        made.append(Table("The same log", ("µs/event", "ratio"), rows))
    return made


def bars(found: Found) -> list[tuple[str, str, str]]:
    """Each bar, what was measured, and whether it is met."""
    mixed = median(found.steps.stepped[max(found.steps.stepped)])
    biggest = max(found.logs, key=lambda log: log.events)
    made = [
        ("all profiles mixed: at least 100 million events/s", figure(mixed / MB), mixed >= EVENTS_A_SECOND),
        (f"{biggest.events:,} events: at most 1 GB", figure(biggest.megabytes), biggest.megabytes <= MEGABYTES),
    ]
    for each in found.logs:
        if not each.log and (most := SECONDS.get(each.events)):
            made.append((f"{each.events:,} events: at most {most:g} s", figure(each.seconds), each.seconds <= most))
    if "ours" in found.pm4py:
        ratio = found.pm4py["theirs"] / found.pm4py["ours"]
        made.append(("the same log: at least 100 x faster than pm4py", figure(ratio), ratio >= RATIO))
    return [(bar, got, "met" if met else "NOT MET") for bar, got, met in made]


def plain(found: Found, heading: str) -> str:
    """For a terminal of 80 columns."""
    lines = wrap(heading, 80)
    for title, columns, rows in tables(found):
        lines += ["", title, " " * 38 + "".join(f"{name:>10}" for name in columns)]
        lines += [f"  {first:<36}" + "".join(f"{cell:>10}" for cell in cells) for first, *cells in rows]
    lines += ["", "The bars", *(f"  {bar:<58}{got:>10}  {verdict}" for bar, got, verdict in bars(found))]
    return "\n".join([*lines, *missing(found)])


def markdown(found: Found, heading: str, notes: str) -> str:
    lines = ["# Bulk replay", "", "Written by `python benchmarks/bulk.py --write`; not edited by hand.", "", heading]
    lines += ["", "## The bars", "", "| bar | measured | |", "|---|---:|---|"]
    lines += [f"| {' | '.join(each)} |" for each in bars(found)]
    for title, columns, rows in tables(found):
        lines += ["", f"## {title}", "", f"| | {' | '.join(columns)} |", f"|---|{'---:|' * len(columns)}"]
        lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([*lines, "", "![Time and memory by events](bulk.svg)", *missing(found), "", notes])


def missing(found: Found) -> list[str]:
    return ["", f"Not measured: {found.pm4py['missing']}."] if "missing" in found.pm4py else []


def rates(each: list[float], limit: float) -> tuple[str, str, str]:
    return figure(max(each) / MB), figure(median(each) / MB), f"{median(each) / limit:.0%}"


def profiles(count: int) -> str:
    return "one profile" if count == 1 else f"{count:,} profiles"


def figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
