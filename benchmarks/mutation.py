"""How many faulty copies of the specification its suites find: ``python benchmarks/mutation.py [--write]``.

A fault is one change in one place of the tables (``fsm.verify.faults``). Copies that come out the same count once, and
copies that are proven to do the same as the original are no faults (``fsm.verify.equivalence``). A suite finds a fault
when some step of it comes to something else: another state, effect, timer, refusal or rule, or no result at all.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from rich.progress import Progress  # noqa: E402  # the checkout comes first

from fsm import CONVERSATION, LIFECYCLES, Mode, Pairing, Participant  # noqa: E402
from fsm.engine.outcome import Outcome, Refusal  # noqa: E402
from fsm.engine.pairings import Profiles  # noqa: E402
from fsm.engine.profile import guards_of  # noqa: E402
from fsm.notation import Composition, State  # noqa: E402
from fsm.testing import Scenario, Suite, generate  # noqa: E402
from fsm.testing.play import Player  # noqa: E402
from fsm.verify.equivalence import Comparison  # noqa: E402
from fsm.verify.faults import Fault, faults  # noqa: E402
from fsm.verify.space import Space  # noqa: E402

T = TypeVar("T")
COVERING = ("rows", "guards", "pairs")
COLUMNS = (*COVERING, "complete", "rows, effects only", "guards, effects only")
TALKS = tuple(
    Pairing(Participant("ann@contoso.com", first), Participant("bob@contoso.com", second))
    for first, second in (
        (Mode.TEAMS_ONLY, Mode.SFB_ONLY),
        (Mode.SFB_ONLY, Mode.TEAMS_ONLY),
        (Mode.TEAMS_ONLY, Mode.TEAMS_ONLY),
    )
)
"""Whole conversations with a complete suite each; between them they decide every dispatch row."""


class Result(NamedTuple):
    """What became of a fault: which suites found it; equivalent where none can."""

    fault: Fault
    found: frozenset[str]
    equivalent: bool


def tables(composition: Composition) -> object:
    """What two compositions that are the same have in common."""
    states = tuple(tuple(each.states.values()) for each in composition.lifecycles.values())
    dispatch = tuple(
        (event, tuple(row._replace(while_=tuple(row.while_.items())) for row in rows))  # type: ignore[arg-type]
        for event, rows in composition.dispatch.items()
    )
    return states, dispatch, composition.changes


def departs(player: Player, scenario: Scenario, effects_only: bool = False) -> bool:
    """Whether some step of a scenario comes to something else than it should."""
    now = scenario.pairing
    try:
        here = player.under(now).initial
        for step in scenario.steps:
            wanted = step.expected
            result: Outcome | Refusal
            if step.pairing:
                result = player.changed(here, now, step.pairing)
                now = step.pairing
            else:
                result = here[step.event, step.by]
            if result.to is None:
                if not wanted.refused or (result.rule != wanted.rule and not effects_only):
                    return True
                continue
            if wanted.refused or result.effects != wanted.effects:
                return True
            if not effects_only and (result.timers, result.at) != (wanted.timers, wanted.at):
                return True
            here = result.to
    except Exception:  # whatever a faulty table breaks with shows that it is faulty
        return True
    return False


def finds(composition: Composition, scenarios: Iterable[Scenario], lifecycle: str | None, blind: bool = False) -> bool:
    """Whether some of the scenarios departs."""
    player = Player(composition, lifecycle)
    return any(departs(player, each, blind) for each in scenarios)


Asked = tuple[str, str, str]
"""A lifecycle, one of its states, and an event that is fired there."""


class Complete:
    """The complete suites: of each lifecycle alone in all its behaviours, and of whole conversations."""

    def __init__(self, progress: Progress) -> None:
        self.asking: dict[Asked, list[Scenario]] = defaultdict(list)
        self.events = 0
        for name in working(progress, "complete suites", list(LIFECYCLES)):
            made = generate("complete", lifecycle=name)
            self.events += made.events
            for scenario in made.scenarios:
                for asked in self._asks(name, scenario):
                    self.asking[asked].append(scenario)
        self.talks: dict[str, list[Scenario]] = defaultdict(list)
        for talk in working(progress, "whole conversations", TALKS):
            made = generate("complete", talk)
            self.events += made.events
            for scenario in made.scenarios:
                for event in {step.event for step in scenario.steps}:
                    self.talks[event].append(scenario)

    def finds(self, fault: Fault) -> bool:
        """Whether the complete suites find a fault. Tests that do not ask what was changed cannot, and are not run."""
        for name, lifecycle in LIFECYCLES.items():
            for state in lifecycle:
                faulty = fault.composition.lifecycles[name].states[state.name]
                if state != faulty:
                    asked = [(name, state.name, event) for event in differing(state, faulty)]
                    return finds(fault.composition, [test for each in asked for test in self.asking[each]], name)
        dispatch = fault.composition.dispatch.items()
        events = [event for event, rows in dispatch if rows != CONVERSATION.dispatch[event]]
        return finds(fault.composition, [test for event in events for test in self.talks[event]], None)

    @staticmethod
    def _asks(name: str, scenario: Scenario) -> set[Asked]:
        standing = LIFECYCLES[name].initial.state
        found = set()
        for step in scenario.steps:
            found.add((name, standing, step.event))
            [(_, at)] = step.expected.at
            standing = at.state
            found.add((name, standing, ""))
        return found


def differing(state: State, faulty: State) -> Iterator[str]:
    """The events that a state does not treat as it did; one without a name where timers are not what they were."""
    for event in dict.fromkeys((*(row.event for row in state.rows), *state.ignores)):
        was, now = ([row._replace(id="") for row in each.rows_for(event)] for each in (state, faulty))
        if was != now or (event in state.ignores) != (event in faulty.ignores):
            yield event
    if state.timers != faulty.timers:
        yield ""


def working(progress: Progress, what: str, items: Sequence[T]) -> Iterator[T]:
    """The items, with a bar that shows how far it is."""
    yield from progress.track(items, description=f"{what:20}")


def measure(progress: Progress) -> tuple[list[Fault], list[Result], dict[str, int]]:
    """Every fault seeded, what became of each distinct one, and how many events the suites have."""
    seeded = list(faults())

    distinct = list({tables(each.composition): each for each in reversed(seeded)}.values())[::-1]
    suites: dict[str, Suite] = {each: generate(each) for each in working(progress, "suites", COVERING)}
    complete = Complete(progress)
    negated = [~guard for guard in guards_of(CONVERSATION)]
    comparison = Comparison(Space(CONVERSATION, Profiles(CONVERSATION, guards=negated)))
    results = []
    for fault in working(progress, "faults", distinct):
        found = {each for each in COVERING[:2] if finds(fault.composition, suites[each].scenarios, None)}
        if "rows" in found or finds(fault.composition, suites["pairs"].scenarios, None):
            found.add("pairs")  # which begins with all of rows
        for each in COVERING[:2]:
            if each in found and finds(fault.composition, suites[each].scenarios, None, True):
                found.add(f"{each}, effects only")
        equivalent = not found and comparison.difference(fault.composition) is None
        if complete.finds(fault):
            found.add("complete")
        results.append(Result(fault, frozenset(found), equivalent))
    events = {each: suites[each].events for each in COVERING} | {"complete": complete.events}
    return seeded, results, events


def told(seeded: list[Fault], results: list[Result], events: dict[str, int], seconds: float) -> Iterator[str]:
    """The report, as Markdown."""
    left = [each for each in results if not each.equivalent]
    yield "# What the suites find"
    yield ""
    yield "Written by `python benchmarks/mutation.py --write`; not edited by hand."
    yield ""
    yield (
        f"{len(seeded):,} faults were seeded, one at a time. {len(seeded) - len(results):,} are the same as another "
        f"and {len(results) - len(left):,} are proven to do what the original does. **{len(left):,} are left.**"
    )
    yield ""
    yield "| suite | events | found | score |"
    yield "|---|---:|---:|---:|"
    for column in COLUMNS:
        found = sum(column in each.found for each in left)
        size = f"{events[column.partition(',')[0]]:,}"
        yield f"| {column} | {size} | {found:,} | {found / len(left):.2%} |"
    yield ""
    yield (
        "States, effects, timers, refusals and their rules are observed, or, where it says so, effects and whether an "
        "event is refused. The complete suites are those of each lifecycle alone in all its behaviours, for faults of "
        f"a lifecycle, and those of {len(TALKS)} whole conversations, for faults of the wiring. A change of the "
        "pairing is no input of theirs."
    )
    yield ""
    yield "| kind of fault | seeded | same as another | equivalent | left | " + " | ".join(COLUMNS[:4]) + " |"
    yield "|---|" + "---:|" * 8
    seeds = Counter(each.kind for each in seeded)
    for kind in sorted(seeds):
        mine = [each for each in results if each.fault.kind == kind]
        open_ = [each for each in mine if not each.equivalent]
        counts = [sum(column in each.found for each in open_) for column in COLUMNS[:4]]
        cells = [seeds[kind], seeds[kind] - len(mine), len(mine) - len(open_), len(open_), *counts]
        yield f"| {kind} | " + " | ".join(f"{cell:,}" for cell in cells) + " |"
    for column in COLUMNS[:4]:
        missed = sorted(each.fault.name for each in left if column not in each.found)
        yield ""
        yield f"## Not found by {column}: {len(missed)}"
        yield ""
        yield from (f"- {name}" for name in missed)
    yield ""
    yield f"Measured in {seconds / 60:.0f} minutes on one core."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write mutation.md beside this file")
    write = parser.parse_args().write
    began = time.perf_counter()
    with Progress(transient=True) as progress:
        measured = measure(progress)
    text = "\n".join(told(*measured, time.perf_counter() - began)) + "\n"
    print(text)
    if write:
        (HERE / "mutation.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
