"""What mutation.py found, as a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from fsm.engine.fingerprint import fingerprint
from fsm.verify.faults import KINDS

SUITES = {
    "rows": "asks for every row, under one pairing each. Where no row speaks of an event nobody asks for it, and what "
    "shows under some pairings only may not show under the one that was chosen.",
    "guards": "asks every guard both ways where rows are tried in turn, and not each where it alone decides; nor for "
    "what no row speaks of.",
    "pairs": "asks for two rows in turn, and with that for rows in many places, but for nothing that no row speaks of.",
    "sneak": "asks for what must be refused. What is accepted it goes through on its way only.",
    "profiles": "asks for every decision under pairings that tell any two profiles apart. Each is asked for once, in "
    "one place of the whole conversation.",
    "complete": "is profiles, and each lifecycle alone in every behaviour that it has, one pairing for each.",
}
"""What each suite asks for, and so what it cannot find."""
EFFECTS_ONLY = ("rows", "guards", "sneak", "profiles")
"""The suites that are also measured by those who see nothing but effects and refusals."""
BAR = 0.999
"""Of every kind, so much is to be found by ``complete``."""


class Result(NamedTuple):
    """What became of a fault.

    Args:
        name: its name.
        kind: its kind.
        found: the suites that find it.
        unasked: the suites that ask nothing at all where it is.
        equivalent: whether it is proven that there is nothing to find.
        seconds: how long it took.
    """

    name: str
    kind: str
    found: frozenset[str]
    unasked: frozenset[str]
    equivalent: bool
    seconds: float


class Drawn(NamedTuple):
    """The faults that are drawn.

    Args:
        there: how many there are, by kind.
        refused: of those drawn, how many are refused as soon as they are declared, by kind.
        same: of those drawn, how many come out the same as another, by kind.
        names: those that are left.
        seconds: how long it took.
    """

    there: Mapping[str, int]
    refused: Mapping[str, int]
    same: Mapping[str, int]
    names: tuple[str, ...]
    seconds: float


def told(drawn: Drawn, results: list[Result], events: Mapping[str, int], seconds: float) -> Iterator[str]:
    """The report, as Markdown, line by line."""
    left = [each for each in results if not each.equivalent]
    refused, same = sum(drawn.refused.values()), sum(drawn.same.values())
    yield "# What the suites find"
    yield ""
    yield f"Of specification `{fingerprint()}`. Written by `python benchmarks/mutation.py --write`; not edited by hand."
    yield ""
    yield (
        f"There are {sum(drawn.there.values()):,} ways to put one fault into the tables, of {len(KINDS)} kinds. Of the "
        f"kinds that there are most of, some are drawn, by their names and so the same ones each time; "
        f"{len(results) + refused + same:,} were drawn. {refused:,} are refused as soon as they are declared, {same:,} "
        f"are the same as another, and {len(results) - len(left):,} are proven to do what the original does. "
        f"**{len(left):,} are left.**"
    )
    yield ""
    yield "| suite | events | found | score | effects only |"
    yield "|---|---:|---:|---:|---:|"
    for suite in SUITES:
        counted = sum(suite in each.found for each in left)
        only = share(sum(f"{suite}, effects only" in each.found for each in left), len(left))
        only = only if suite in EFFECTS_ONLY else ""
        yield f"| {suite} | {events[suite]:,} | {counted:,} | {share(counted, len(left))} | {only} |"
    yield ""
    yield (
        "States, effects, timers, refusals and their rules are observed, or, under effects only, effects and whether "
        "an event is refused. A suite is that for everyone, of the whole conversation; `complete` is that of each "
        "lifecycle alone as well. The score is that of the faults drawn: kinds that there are few of weigh as much "
        "as those that there are many of."
    )
    yield ""
    yield from _by_kind(drawn, results)
    yield ""
    yield from verdict(results)
    for suite, asks_for in SUITES.items():
        missed = [each for each in left if suite not in each.found]
        yield ""
        yield f"## Not found by {suite}: {len(missed):,}"
        yield ""
        yield f"`{suite}` {asks_for}"
        if missed:
            yield ""
            yield from classes(suite, missed, Counter(each.kind for each in left))
    yield ""
    yield f"Measured in {seconds / 60:.0f} minutes on one core."


def _by_kind(drawn: Drawn, results: list[Result]) -> Iterator[str]:
    yield "| kind of fault | there are | drawn | refused | same as another | equivalent | left | " + (
        " | ".join(SUITES) + " |"
    )
    yield "|---|" + "---:|" * (6 + len(SUITES))
    empty = []
    for kind in KINDS:
        mine = [each for each in results if each.kind == kind]
        open_ = [each for each in mine if not each.equivalent]
        refused, same = drawn.refused.get(kind, 0), drawn.same.get(kind, 0)
        counts = [drawn.there.get(kind, 0), len(mine) + refused + same, refused, same, len(mine) - len(open_)]
        shares = [share(sum(suite in each.found for each in open_), len(open_)) for suite in SUITES]
        cells = *(f"{count:,}" for count in (*counts, len(open_))), *shares
        yield f"| {kind} | " + " | ".join(cells) + " |"
        if not open_:
            empty.append(f"- {kind}, {counts[1]:,} drawn: {_gone(*counts[1:])}")
    if empty:
        yield ""
        yield "Of these kinds nothing is left to find:"
        yield ""
        yield from empty


def _gone(there: int, refused: int, same: int, equivalent: int) -> str:
    """Why nothing of a kind is left to find."""
    if not there:
        return "the tables have no place for one"
    why = {"refused as soon as they are declared": refused, "the same as another": same, "equivalent": equivalent}
    return ", ".join(f"{count:,} {what}" for what, count in why.items() if count)


def verdict(results: list[Result]) -> Iterator[str]:
    """Whether ``complete`` finds enough of every kind; where it does not, of which."""
    left = [each for each in results if not each.equivalent]
    of, found = (Counter(each.kind for each in some) for some in (left, (r for r in left if "complete" in r.found)))
    short = [f"{kind} ({share(found[kind], of[kind])})" for kind in KINDS if found[kind] < BAR * of[kind]]
    bar = f"{BAR * 100:.1f} %"
    if short:
        yield f"`complete` finds less than {bar} of {', '.join(short)}."
    else:
        yield f"`complete` finds at least {bar} of every kind of which something is left."


def classes(suite: str, missed: list[Result], of: Counter[str]) -> Iterator[str]:
    """The kinds of faults that are missed, most first, in words, with one of each; for ``complete`` with every one."""
    for kind, count in Counter(each.kind for each in missed).most_common():
        mine = [each for each in missed if each.kind == kind]
        unasked = sum(suite in each.unasked for each in mine)
        names = [each.name.partition(": ")[2] for each in mine]
        yield f"- {kind}, {count:,} of {of[kind]:,} ({_why(unasked, count)}): {KINDS[kind]}, such as {names[0]}"
        if suite == "complete":
            yield from (f"  - {name}" for name in names)


def _why(unasked: int, count: int) -> str:
    """Why so many are missed: nothing is asked there, or not of those, or not where, it makes a difference."""
    elsewhere = "asked where or of whom it makes no difference"
    if unasked == count:
        return "nothing is asked there"
    return f"{unasked:,} where nothing is asked, {count - unasked:,} {elsewhere}" if unasked else elsewhere


def share(part: int, whole: int) -> str:
    """So much of so many, never rounded up to all."""
    if not whole:
        return ""
    return "100 %" if part == whole else f"{int(part / whole * 1000) / 10:.1f} %"
