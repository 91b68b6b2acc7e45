"""How many faulty copies of the specification its suites find: ``python benchmarks/mutation.py [--write] [--jobs N]``.

A fault is one change in one place of the tables (``fsm.verify.faults``). Copies that come out the same count once, and
copies that are proven to do the same as the original are no faults (``fsm.verify.equivalence``). A suite finds a fault
when some step of it comes to something else: another state, effect, timer, refusal or rule, or no result at all.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from rich.progress import Progress  # noqa: E402  # the checkout comes first

from fsm import CONVERSATION, LIFECYCLES, Pairing  # noqa: E402
from fsm.engine.outcome import Outcome, Refusal  # noqa: E402
from fsm.engine.pairings import Profiles  # noqa: E402
from fsm.engine.profile import guards_of  # noqa: E402
from fsm.engine.program import Config  # noqa: E402
from fsm.notation import At, Composition  # noqa: E402
from fsm.testing import Scenario, Step, generate  # noqa: E402
from fsm.testing.play import Player  # noqa: E402
from fsm.verify.equivalence import TIMERS, Comparison, touched  # noqa: E402
from fsm.verify.faults import KINDS, Fault, faults, seeds  # noqa: E402
from fsm.verify.space import Space  # noqa: E402

SUITES = {
    "rows": "asks for every row, under one pairing each. Where no row speaks of an event nobody asks for it, and what "
    "shows under some pairings only may not show under the one that was chosen.",
    "guards": "asks every guard both ways where rows are tried in turn, and not each where it alone decides; nor for "
    "what no row speaks of.",
    "sneak": "asks for what must be refused. What is accepted it goes through on its way only.",
    "pairs": "asks for two rows in turn, and with that for rows in many places, but for nothing that no row speaks of.",
    "profiles": "asks for every decision under pairings that tell any two profiles apart. Each is asked for once, in "
    "one place of the whole conversation.",
    "complete": "is profiles, and each lifecycle alone in every behaviour that it has, one pairing for each.",
}
"""What each suite asks for, and so what it cannot find."""
EFFECTS_ONLY = ("rows", "guards", "sneak", "profiles")
"""The suites that are also measured by those who see nothing but effects and refusals."""


class Result(NamedTuple):
    """What became of a fault: which suites found it; equivalent where none can."""

    name: str
    kind: str
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


class Question(NamedTuple):
    """What a step of a suite asks: an event, or a change, in a place under a pairing; and what it should come to."""

    pairing: Pairing
    config: Config
    step: Step

    def departs(self, player: Player, effects_only: bool) -> bool:
        """Whether it comes to something else."""
        wanted = self.step.expected
        try:
            here = player.under(self.pairing).row(self.config)
            result: Outcome | Refusal
            if self.step.pairing:
                result = player.changed(here, self.pairing, self.step.pairing)
            else:
                result = here[self.step.event, self.step.by]
        except Exception:  # whatever a faulty table breaks with shows that it is faulty
            return True
        if result.to is None or wanted.refused:
            other = result.to is not None or not wanted.refused
            return other or not (effects_only or result.rule == wanted.rule)
        if result.effects != wanted.effects:
            return True
        return not effects_only and (result.timers, result.at) != (wanted.timers, wanted.at)


Asked = tuple[str, str, str]
"""A lifecycle, one of its states, and an event that is fired there; no event for all of them. For dispatch, no
lifecycle and no state.
"""


class Tests:
    """What a suite asks, each question once.

    A faulty copy that has answered as it should so far stands where the original does. So a scenario finds a fault if
    one of its steps would, asked in the place where the original stands then; and only those can that ask something
    that was changed.

    Args:
        scenarios: the scenarios, all of them of the whole conversation, or of this lifecycle alone.
    """

    def __init__(self, scenarios: Iterable[Scenario], lifecycle: str | None = None) -> None:
        self.lifecycle = lifecycle
        self._asking: dict[Asked, list[Question]] = defaultdict(list)
        player = Player(CONVERSATION, lifecycle)
        begins = tuple((name, each.initial) for name, each in player.composition.lifecycles.items())
        known: set[object] = set()
        for scenario in scenarios:
            now, at = scenario.pairing, begins
            for step in scenario.steps:
                asks = (now, at, step.pairing) if step.pairing else (player.under(now), at, step.event, step.by)
                if asks not in known:
                    known.add(asks)
                    question = Question(now, tuple(each for _, each in at), step)
                    for asked in dict.fromkeys(asked_by(at, step)):
                        self._asking[asked].append(question)
                now, at = step.pairing or now, step.expected.at

    def find(self, fault: Fault, effects_only: bool = False) -> bool:
        """Whether some scenario departs."""
        player = Player(fault.composition, self.lifecycle)
        return any(
            question.departs(player, effects_only)
            for asked in self._changed(fault.composition)
            for question in self._asking[asked]
        )

    def _changed(self, composition: Composition) -> Iterator[Asked]:
        for name, state, event in touched(CONVERSATION, composition):
            heard = event == TIMERS or (name and self.lifecycle is None and event in LIFECYCLES[name].signals)
            yield name, state, "" if heard else event
        if composition.changes != CONVERSATION.changes:
            yield "", "", "change"


def asked_by(at: Iterable[tuple[str, At]], step: Step) -> Iterator[Asked]:
    """What a step asks: the event where lifecycles stand, and what signals may arrive on the way."""
    yield "", "", step.event
    for name, (state, *_) in at:
        yield name, state, step.event
        yield name, state, ""
    yield from ((*row.split(".")[:2], "") for row in step.rows if row.count(".") == 3)  # type: ignore[misc]
    yield from ((name, state, "") for name, (state, *_) in step.expected.at)


class Bench:
    """The suites, and what tells a fault that they do not find from no fault."""

    def __init__(self, progress: Progress) -> None:
        bar = progress.add_task("suites", total=len(SUITES))
        made = {}
        for each in SUITES:
            if each != "profiles":
                made[each] = generate(each)
            progress.advance(bar)
        whole = [each for each in made["complete"].scenarios if each.lifecycle is None]
        self.events = {name: each.events for name, each in made.items()}
        self.events["profiles"] = sum(len(each.steps) for each in whole)
        self._tests = {name: Tests(each.scenarios) for name, each in made.items() if name != "complete"}
        self._tests["profiles"] = Tests(whole)
        self._alone = {
            name: Tests((each for each in made["complete"].scenarios if each.lifecycle == name), name)
            for name in LIFECYCLES
        }
        negated = [~guard for guard in guards_of(CONVERSATION)]
        self._comparison = Comparison(Space(CONVERSATION, Profiles(CONVERSATION, guards=negated)))

    def result(self, fault: Fault) -> Result:
        """What becomes of a fault."""
        found = {name for name, tests in self._tests.items() if tests.find(fault)}
        found |= {f"{name}, effects only" for name in found & {*EFFECTS_ONLY} if self._tests[name].find(fault, True)}
        equivalent = not found and self._equivalent(fault.composition)
        if "profiles" in found or (not equivalent and self._found_alone(fault)):
            found.add("complete")
        return Result(fault.name, fault.kind, frozenset(found), equivalent)

    def _equivalent(self, composition: Composition) -> bool:
        return composition.changes == CONVERSATION.changes and self._comparison.difference(composition) is None

    def _found_alone(self, fault: Fault) -> bool:
        return any(
            self._alone[name].find(fault)
            for name, lifecycle in LIFECYCLES.items()
            if list(lifecycle) != list(fault.composition.lifecycles[name])
        )


def measure(progress: Progress, jobs: int) -> tuple[list[Fault], list[Result], dict[str, int]]:
    """Every fault drawn, what became of each distinct one, and how many events the suites have."""
    bench = Bench(progress)
    drawn = list(progress.track(faults(), description="seeding"))
    distinct = list({tables(each.composition): each for each in reversed(drawn)}.values())[::-1]
    bar = progress.add_task("faults", total=len(distinct))
    results = []
    for result in working(bench.result, distinct, jobs):
        results.append(result)
        progress.advance(bar)
    return drawn, results, bench.events


WORK: list[tuple[Callable[[Fault], Result], Sequence[Fault]]] = []
"""What other processes work on: they are copies of this one, since nothing of it can be sent to them."""


def working(ask: Callable[[Fault], Result], each: Sequence[Fault], jobs: int) -> Iterator[Result]:
    """What comes of each fault, in order, by so many processes."""
    if jobs == 1:
        yield from map(ask, each)
        return
    WORK.append((ask, each))
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        yield from pool.imap(_nth, range(len(each)), chunksize=20)


def _nth(n: int) -> Result:
    ask, each = WORK[0]
    return ask(each[n])


def told(drawn: list[Fault], results: list[Result], events: dict[str, int], seconds: float) -> Iterator[str]:
    """The report, as Markdown."""
    left = [each for each in results if not each.equivalent]
    there = Counter(each.kind for each in seeds())
    yield "# What the suites find"
    yield ""
    yield "Written by `python benchmarks/mutation.py --write`; not edited by hand."
    yield ""
    yield (
        f"There are {there.total():,} ways to put one fault into the tables. Of the kinds that there are most of, some "
        f"are drawn, by their names and so the same ones each time; {len(drawn):,} were drawn and are not refused as "
        f"soon as they are declared. {len(drawn) - len(results):,} are the same as another and "
        f"{len(results) - len(left):,} are proven to do what the original does. **{len(left):,} are left.**"
    )
    yield ""
    yield "| suite | events | found | score | effects only |"
    yield "|---|---:|---:|---:|---:|"
    for suite in SUITES:
        found = share(sum(suite in each.found for each in left), len(left))
        only = share(sum(f"{suite}, effects only" in each.found for each in left), len(left))
        counted = sum(suite in each.found for each in left)
        yield f"| {suite} | {events[suite]:,} | {counted:,} | {found} | {only if suite in EFFECTS_ONLY else ''} |"
    yield ""
    yield (
        "States, effects, timers, refusals and their rules are observed, or, under effects only, effects and whether "
        "an event is refused. A suite is that for everyone, of the whole conversation; `complete` is that of each "
        "lifecycle alone as well. The score is that of the faults drawn: kinds that there are few of weigh as much "
        "as those that there are many of."
    )
    yield ""
    yield "| kind of fault | there are | drawn | same as another | equivalent | left | " + " | ".join(SUITES) + " |"
    yield "|---|" + "---:|" * (5 + len(SUITES))
    seeded = Counter(each.kind for each in drawn)
    for kind in KINDS:
        mine = [each for each in results if each.kind == kind]
        open_ = [each for each in mine if not each.equivalent]
        counts = [there[kind], seeded[kind], seeded[kind] - len(mine), len(mine) - len(open_), len(open_)]
        shares = [share(sum(suite in each.found for each in open_), len(open_)) for suite in SUITES]
        yield f"| {kind} | " + " | ".join((*(f"{count:,}" for count in counts), *shares)) + " |"
    for suite, asks_for in SUITES.items():
        missed = [each for each in left if suite not in each.found]
        yield ""
        yield f"## Not found by {suite}: {len(missed):,}"
        yield ""
        yield f"`{suite}` {asks_for}"
        yield ""
        yield from classes(missed, Counter(each.kind for each in left), every=suite == "complete")
    yield ""
    yield f"Measured in {seconds / 60:.0f} minutes."


def classes(missed: list[Result], of: Counter[str], every: bool) -> Iterator[str]:
    """The kinds of faults that are missed, most first, in words, with one of each, or with every one."""
    for kind, count in Counter(each.kind for each in missed).most_common():
        names = [each.name.partition(": ")[2] for each in missed if each.kind == kind]
        yield f"- {kind}, {count:,} of {of[kind]:,}: {KINDS[kind]}, such as {names[0]}"
        yield from (f"  - {name}" for name in names if every)


def share(part: int, whole: int) -> str:
    """So much of so many, never rounded up to all."""
    if not whole:
        return ""
    return "100 %" if part == whole else f"{int(part / whole * 1000) / 10:.1f} %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write mutation.md beside this file")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="try faults in so many processes; default: 1")
    arguments = parser.parse_args()
    began = time.perf_counter()
    with Progress(transient=True) as progress:
        measured = measure(progress, arguments.jobs)
    text = "\n".join(told(*measured, time.perf_counter() - began)) + "\n"
    print(text)
    if arguments.write:
        (HERE / "mutation.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
