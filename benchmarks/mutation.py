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
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from fsm.testing import Scenario, generate  # noqa: E402
from fsm.testing.play import Player  # noqa: E402
from fsm.verify.equivalence import Comparison  # noqa: E402
from fsm.verify.faults import Fault, faults  # noqa: E402
from fsm.verify.space import Space  # noqa: E402

T = TypeVar("T")
COVERING = ("rows", "guards", "pairs")
COLUMNS = (*COVERING, "complete", "rows, effects only", "guards, effects only")
ANN, BOB = (f"{name}@contoso.com" for name in ("ann", "bob"))
TALK = Pairing(Participant(ANN, Mode.SFB_ONLY), Participant(BOB, Mode.TEAMS_ONLY))
BECOMES = (
    Pairing(TALK.originator, Participant(BOB, Mode.TEAMS_ONLY, allow_user_chat=False)),
    Pairing(Participant(ANN, Mode.TEAMS_ONLY), Participant(BOB, Mode.TEAMS_ONLY)),
    Pairing(Participant(ANN, Mode.TEAMS_ONLY), Participant(BOB, Mode.SFB_ONLY)),
)
"""What the whole conversation with a complete suite may change to; it decides every dispatch row and every change."""


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


Asked = tuple[str, str, str]
"""A lifecycle, one of its states, and an event that is fired there; no event for all of them. For dispatch, no
lifecycle and no state.
"""


class Tests:
    """Scenarios by what they ask. Those that do not ask what was changed cannot find it, and are not run.

    Args:
        scenarios: the scenarios, all of them of the whole conversation, or of this lifecycle alone.
    """

    def __init__(self, scenarios: Iterable[Scenario], lifecycle: str | None = None) -> None:
        self.lifecycle = lifecycle
        self._asking: dict[Asked, list[Scenario]] = defaultdict(list)
        begins = {name: each.initial.state for name, each in LIFECYCLES.items() if lifecycle in (None, name)}
        for scenario in scenarios:
            for asked in dict.fromkeys(asks(begins, scenario)):
                self._asking[asked].append(scenario)

    def find(self, fault: Fault, effects_only: bool = False) -> bool:
        """Whether some scenario departs."""
        player = Player(fault.composition, self.lifecycle)
        tests = {id(test): test for asked in self._changed(fault.composition) for test in self._asking[asked]}
        return any(departs(player, test, effects_only) for test in tests.values())

    def _changed(self, composition: Composition) -> Iterator[Asked]:
        for name, lifecycle in LIFECYCLES.items():
            for state in lifecycle:
                for event in differing(state, composition.lifecycles[name].states[state.name]):
                    heard = self.lifecycle is None and event in lifecycle.signals
                    yield name, state.name, "" if heard else event
        for event, rows in CONVERSATION.dispatch.items():
            if rows != composition.dispatch.get(event):
                yield "", "", event
        if composition.changes != CONVERSATION.changes:
            yield "", "", "change"


def asks(begins: Mapping[str, str], scenario: Scenario) -> Iterator[Asked]:
    """What a scenario asks."""
    standing = dict(begins)
    for step in scenario.steps:
        yield "", "", step.event
        yield from ((name, state, step.event) for name, state in standing.items())
        yield from ((*row.split(".")[:2], "") for row in step.rows if row.count(".") == 3)  # type: ignore[misc]
        standing = {name: at.state for name, at in step.expected.at}
        yield from ((name, state, "") for name, state in standing.items())


def differing(state: State, faulty: State) -> Iterator[str]:
    """The events that a state does not treat as it did; one without a name where timers are not what they were."""
    for event in dict.fromkeys((*(row.event for row in state.rows), *state.ignores)):
        was, now = ([row._replace(id="") for row in each.rows_for(event)] for each in (state, faulty))
        if was != now or (event in state.ignores) != (event in faulty.ignores):
            yield event
    if state.timers != faulty.timers:
        yield ""


class Complete:
    """The complete suites: of each lifecycle alone in all its behaviours, and of one whole conversation."""

    def __init__(self, progress: Progress) -> None:
        names = list(LIFECYCLES)
        alone = {each: generate("complete", lifecycle=each) for each in working(progress, "complete suites", names)}
        [talk] = (generate("complete", each, becomes=BECOMES) for each in working(progress, "conversation", [TALK]))
        self.events = sum(each.events for each in (*alone.values(), talk))
        self._alone = {name: Tests(each.scenarios, name) for name, each in alone.items()}
        self._talk = Tests(talk.scenarios)

    def find(self, fault: Fault) -> bool:
        """Whether they find a fault: those of the lifecycle it is in, or, in the wiring, that of a conversation."""
        for name, lifecycle in LIFECYCLES.items():
            if list(lifecycle) != list(fault.composition.lifecycles[name]):
                return self._alone[name].find(fault)
        return self._talk.find(fault)


def working(progress: Progress, what: str, items: Sequence[T]) -> Iterator[T]:
    """The items, with a bar that shows how far it is."""
    yield from progress.track(items, description=f"{what:20}")


def measure(progress: Progress) -> tuple[list[Fault], list[Result], dict[str, int]]:
    """Every fault seeded, what became of each distinct one, and how many events the suites have."""
    seeded = list(faults())

    distinct = list({tables(each.composition): each for each in reversed(seeded)}.values())[::-1]
    suites = {each: generate(each) for each in working(progress, "suites", COVERING)}
    tests = {name: Tests(each.scenarios) for name, each in suites.items()}
    complete = Complete(progress)
    negated = [~guard for guard in guards_of(CONVERSATION)]
    comparison = Comparison(Space(CONVERSATION, Profiles(CONVERSATION, guards=negated)))
    results = []
    for fault in working(progress, "faults", distinct):
        found = {each for each in COVERING if tests[each].find(fault)}
        found |= {f"{each}, effects only" for each in COVERING[:2] if tests[each].find(fault, effects_only=True)}
        equivalent = not found and comparison.difference(fault.composition) is None
        if complete.find(fault):
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
        f"a lifecycle, and that of a whole conversation, from {TALK.originator.mode} to {TALK.recipient.mode} and "
        f"changing to {len(BECOMES)} other pairings on the way, for faults of the wiring."
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
