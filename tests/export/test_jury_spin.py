"""SPIN, which nobody here wrote, explores the Promela models: it comes to the same places, and to the same verdicts."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest

from fsm import CONVERSATION, Pairing
from fsm.engine.profile import Profile
from fsm.engine.program import Config
from fsm.export.promela import text
from fsm.export.promela.model import written
from fsm.export.promela.record import Record
from fsm.export.promela.tables import Tables
from fsm.notation import PARTIES, Composition, Guard, Party, Place, Step, guards_of
from fsm.space.table import Completed
from fsm.spec.routing import View, views
from fsm.verify import PROPERTIES, check
from fsm.verify.faults import KINDS, ONE_IN, Seed, faults, seeds
from tests.export import jury
from tests.people import PAIRS

pytestmark = pytest.mark.external
ENDING = [each.name for each in PROPERTIES if each.ends]


class Verdict(NamedTuple):
    """What SPIN found: how many states and steps there are, and what is wrong."""

    states: int
    steps: int
    wrong: str


class Model:
    """A model in a directory, as C once SPIN has read it."""

    def __init__(self, put: Path, promela: str) -> None:
        self.put = put
        (put / "model.pml").write_text(promela, encoding="utf-8")
        said = self._run("spin", "-a", "model.pml")
        assert "Error" not in said, said

    def explored(self) -> Verdict:
        """Every state, and every assertion."""
        self._run("gcc", "-w", "-DSAFETY", "-DNOREDUCE", "-DNOCLAIM", "-o", "pan", "pan.c")
        return self._verdict("-n")

    def ends(self, name: str) -> bool:
        """Whether a formula holds, if timers go off."""
        if not (self.put / "fair").exists():
            self._run("gcc", "-w", "-DNOREDUCE", "-DNFAIR=3", "-o", "fair", "pan.c")
        return not self._verdict("-n", "-a", "-f", "-N", name.replace("-", "_"), program="./fair").wrong

    def replayed(self) -> str:
        """The comments by the assertions that fail when the steps that lead there are taken again."""
        found = re.findall(r"model.pml:(\d+), Error: assertion violated", self._run("spin", "-t", "model.pml"))
        lines = (self.put / "model.pml").read_text(encoding="utf-8").splitlines()
        by = (reversed(lines[: int(line)]) for line in found)
        return "\n".join(next(each.strip() for each in above if "/*" in each) for above in by)

    def _verdict(self, *options: str, program: str = "./pan") -> Verdict:
        said = self._run(program, "-m100000", *options)
        assert "max search depth too small" not in said
        states, steps = (int(re.findall(rf"(\d+) {what}", said)[0]) for what in ("states, stored", "transitions"))
        wrong = re.findall(r"pan:\d+: (.*?) \(at depth", said)
        assert bool(wrong) == ("errors: 0" not in said), said
        return Verdict(states, steps - 1, "; ".join(wrong))  # SPIN counts coming to the first state as a step

    def _run(self, *command: str) -> str:
        run = subprocess.run(command, cwd=self.put, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout


@pytest.fixture(scope="module", autouse=True)
def version() -> str:
    """The version of SPIN that is installed."""
    for tool, package in (("spin", "spin"), ("gcc", "gcc")):
        if not shutil.which(tool):
            pytest.skip(f"no {tool}: apt-get install {package}")
    said = subprocess.run(["spin", "-V"], capture_output=True, text=True, check=True).stdout
    return str(re.findall(r"Version ([\d.]+)", said)[0])


def completed(pairing: Pairing, composition: Composition = CONVERSATION) -> Completed:
    """The verifier's automaton of a pairing."""
    return Completed(composition, [Profile(guards_of(composition), views(pairing))])


def by_the_verifier(pairing: Pairing) -> Verdict:
    """How many places and steps there are."""
    table = completed(pairing)
    return Verdict(len(table.rows), sum(table.cases[case].refusal is None for case in table.case), "")


@pytest.mark.parametrize("one_in", [6, pytest.param(1, marks=pytest.mark.exhaustive)])
def test_it_comes_to_the_same_places_by_as_many_steps_and_nothing_is_wrong(
    one_in: int, version: str, tmp_path: Path
) -> None:
    """One pairing of each size."""
    some = list(PAIRS.values())[::one_in]
    expected = {verdict: pairing for pairing in some for verdict in [by_the_verifier(pairing)]}
    found = {each: Model(tmp_path, text(CONVERSATION, pairing)).explored() for each, pairing in expected.items()}
    different = {each: verdict for each, verdict in found.items() if verdict != each}
    jury.record("Promela: places and steps of a pairing", "SPIN", version, len(found), len(different))
    assert not different
    assert len(found) * one_in > 12
    assert max(found) == Verdict(1395, 17339, "")


@pytest.mark.parametrize("pairing", ["teams>sfb", "sfb>teams", "sfb>sfb"])
def test_waiting_ends_if_timers_go_off(pairing: str, tmp_path: Path) -> None:
    model = Model(tmp_path, text(CONVERSATION, PAIRS[pairing]))
    assert [model.ends(name) for name in ENDING] == [True] * len(ENDING)


class Here(Place):
    """A place of a completed table."""

    def __init__(self, composition: Composition, seen: tuple[View, View], at: Config, possible: set[str]) -> None:
        self.at = dict(zip(composition.lifecycles, at, strict=True))
        self.composition, self.seen, self.events_here = composition, seen, possible

    def asked(self, guard: Guard, party: Party) -> bool:
        """Whether a guard holds."""
        return guard.test(self.seen[PARTIES.index(party)])

    def refused(self, event: str, by: Party) -> str:
        """The rule that refuses an event; a model has none."""
        raise NotImplementedError

    def may(self, event: str, by: Party) -> bool:
        """Whether an event is possible."""
        return f"{event} by {by}" in self.events_here


def broken(pairing: Pairing, record: Record) -> Iterator[str]:
    """What is wrong with a conversation, as the engine has it: what the model asserts, and signals that are lost."""
    composition = record.tables.composition
    table = completed(pairing, composition)
    seen = views(pairing)
    names = tuple(composition.lifecycles)
    possible: dict[int, set[str]] = defaultdict(set)
    for n, number in enumerate(table.case):
        case = table.cases[number]
        here = n // len(table.symbols)
        before, after = (dict(zip(names, table.rows[row][1], strict=True)) for row in (here, table.to[n]))
        if case.lost:
            yield "a signal is lost"
        elif case.refusal is None:
            possible[here].add(f"{case.event} by {case.by}")
            if any(composition.rows[row].refused for row in case.rows):
                yield "a signal is refused"
            holds = lambda guard, who: guard.test(seen[PARTIES.index(who)])  # noqa: E731
            step = Step(case.event, before, after, case.effects, holds, case.by, case.rows)
            yield from (each.name for each in record.steps if each.step and not each.step(step))
    for row, found in possible.items():
        place = Here(composition, seen, table.rows[row][1], found)
        yield from (each.name for each in record.places for who in PARTIES if each.place and not each.place(place, who))


@pytest.fixture(scope="module")
def seeded() -> dict[str, Seed]:
    return {seed.name: seed for seed in seeds()}


FOUND = {
    "row redirected: call.escalating.meeting_ready.1 to stay": ("never-in-two-places", "/* never-in-two-places: "),
    "ignored signal dropped: chat.interop meeting_over": ("no-signal-is-lost", "/* the signal is lost */"),
}


@pytest.mark.parametrize("name", FOUND)
def test_a_fault_is_found_by_both(name: str, seeded: dict[str, Seed], tmp_path: Path) -> None:
    faulty = seeded[name].put()
    stated, said = FOUND[name]
    report = check(faulty, [each for each in PROPERTIES if each.name == stated])
    assert not report.ok
    model = Model(tmp_path, text(faulty, PAIRS["teams>sfb"]))
    assert model.explored().wrong
    assert said in model.replayed()


def test_a_timer_that_is_missing_is_found_by_both(seeded: dict[str, Seed], tmp_path: Path) -> None:
    faulty = seeded["timer dropped: meeting.open join_timed_out"].put()
    report = check(faulty, [each for each in PROPERTIES if each.ends])
    model = Model(tmp_path, text(faulty, PAIRS["teams>sfb"]))
    found = {name: model.ends(name) for name in ENDING}
    assert found == {result.checked.name: result.ok for result in report.results}
    assert set(found.values()) == {True, False}


@pytest.mark.parametrize("one_in", [6, pytest.param(1, marks=pytest.mark.exhaustive)])
def test_any_fault_is_found_by_both_or_by_neither(one_in: int, version: str, tmp_path: Path) -> None:
    """Some of the faults, and what the engine and SPIN find wrong with the conversations of one pairing.

    Not rows added: some are fired by the service where properties speak of the party on the other end.
    """
    few, pairing = {kind: 400 * ONE_IN.get(kind, 1) for kind in KINDS}, PAIRS["teams>sfb"]
    found = {}
    for fault in islice(faults(one_in=few), 0, None, one_in):
        if fault.kind == "row added":
            continue
        record = Record(Tables(fault.composition, pairing), PROPERTIES)
        found[fault.name] = any(broken(pairing, record)), bool(Model(tmp_path, written(record)).explored().wrong)
    different = [name for name, (one, other) in found.items() if one != other]
    jury.record("Promela: faults found or not", "SPIN", version, len(found), len(different))
    assert not different
    assert set(found.values()) == {(True, True), (False, False)}
