"""What a run of a suite covered: scenarios, rows, rules, and what was not observed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, TypedDict

from fsm.notation import Composition
from fsm.spec.conversation import CONVERSATION
from fsm.testing.running.report import wrapped
from fsm.testing.running.run import Verdict
from fsm.testing.suite import Scenario


class Tally(TypedDict):
    """What one scenario covered, as JSON-able data.

    Args:
        lifecycle: the one that was tested alone.
        rows: the rows that went as expected.
        rules: the rules that those keep.
        asked: how many times each thing was looked for.
        seen: how many times it was observed.
        unsupported: what the service does not do, if that broke it off.
        departure: the shortest sequence that departs, in one line.
        cited: the rules that each row cites, by its id; None where it is a row of CONVERSATION, as most are.
    """

    lifecycle: str | None
    rows: list[str]
    rules: list[str]
    asked: dict[str, int]
    seen: dict[str, int]
    unsupported: str
    departure: str
    cited: dict[str, list[str]] | None


def tally(scenario: Scenario, verdict: Verdict) -> Tally:
    """What a scenario covered up to where it ended."""
    passed = scenario.steps[: verdict.passed]
    return Tally(
        lifecycle=scenario.lifecycle,
        rows=[row for step in passed for row in step.rows],
        rules=[rule for step in passed for rule in step.rules],
        asked=dict(verdict.asked),
        seen=dict(verdict.seen),
        unsupported=verdict.unsupported,
        departure="",
        cited=None if scenario.composition is CONVERSATION else _cited(scenario.composition),
    )


def summary(tallies: Sequence[Tally], verbose: bool = False) -> Iterator[str]:
    """The lines that sum up a run.

    Args:
        tallies: what each scenario covered.
        verbose: names the rows that did not fire.
    """
    departed = Counter(each["departure"] for each in tallies if each["departure"])
    unsupported = Counter(each["unsupported"] for each in tallies if each["unsupported"])
    counts = [f"{len(tallies)} run", f"{departed.total()} depart", f"{unsupported.total()} not done by the service"]
    yield f"scenarios     {', '.join(counts)}"
    within = {each["lifecycle"] for each in tallies}
    rows = {row for each in tallies for row in each["rows"]}
    table = {
        row: rules
        for cited in ({id(each["cited"]): each["cited"] for each in tallies}).values()
        for row, rules in (_cited(CONVERSATION) if cited is None else cited).items()
        if None in within or row.partition(".")[0] in within
    }
    yield f"rows          {len(rows.intersection(table))} of {len(table)} went as specified"
    if verbose:
        yield from wrapped("   others     ", " ".join(row for row in table if row not in rows))
    rules = {rule for each in tallies for rule in each["rules"]}
    cited = {rule for rules in table.values() for rule in rules}
    yield f"rules         {len(rules & cited)} of {len(cited)} exercised"
    yield from wrapped("not observed  ", "; ".join(_unobserved(tallies)) or "nothing: all was")
    for title, found in (("departs", departed), ("not done", unsupported)):
        for text, times in found.items():
            yield from wrapped(f"{title:12}  ", f"{text} ({times} scenario{'s' * (times > 1)})")


@cache
def _cited(composition: Composition) -> dict[str, list[str]]:
    """The rules that each row cites, by itself, its guards and its effects."""
    return {
        row.id: [
            *row.cites,
            *(rule for guard in row.when for rule in guard.cites),
            *(rule for emit in row.effects for rule in emit.effect.cites),
        ]
        for row in composition.rows.values()
    }


def _unobserved(tallies: Iterable[Any]) -> Iterator[str]:
    asked: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for each in tallies:
        asked.update(each["asked"])
        seen.update(each["seen"])
    for what, times in asked.items():
        if seen[what] < times:
            yield f"{what}, in {times - seen[what]} of {times} steps" if seen[what] else what
