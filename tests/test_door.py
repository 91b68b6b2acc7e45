"""The example of a specification of one's own, run for real, and what it writes read by tools of others."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import jsonschema  # type: ignore[import-untyped]  # it has no annotations
import msgspec
import pytest

from fsm.testing import generate, read
from fsm.testing.running.driver import Observation, Reference
from fsm.testing.running.run import check as run
from fsm.testing.running.shrink import shrink
from fsm.verify import check, properties_from

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyOutcome

EXAMPLE = Path(__file__).parents[1] / "examples" / "door"
SAID = """\
turn_key by recipient is refused [H-2]: the recipient has no key. Instead: lend a key.
open_door by recipient is refused [H-3]: A locked door does not open: whoever has the key unlocks it, or whoever \
stands outside rings. Instead: turn_key by the originator.
waits for StartTimer(event='silence', seconds=30)
goes on as <Conversation has_key, not other_has_key - not has_key, other_has_key: door=rung:recipient bolt=out>
without any key: bolt.out.lost.1 door.rung.freed.2
16 claims, 4 pairings, 5 places: True
"""


@pytest.fixture(scope="module")
def door() -> Any:
    """The example as a module."""
    sys.path.insert(0, str(EXAMPLE))
    try:
        import door  # type: ignore[import-not-found]  # it is an example
    finally:
        sys.path.remove(str(EXAMPLE))
    return door


@pytest.fixture(scope="module")
def house(door: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the example writes."""
    folder = tmp_path_factory.mktemp("door") / "house"
    door.main(folder)
    return folder


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "house").write_text("a file")
    command = [sys.executable, str(EXAMPLE / "door.py"), str(tmp_path / "house")]
    env = {**os.environ, "PYTHONPATH": str(EXAMPLE.parents[1])}
    told = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert (told.returncode, told.stderr) == (
        1,
        f"{tmp_path / 'house'}: File exists; give a folder that can be written\n",
    )


def test_the_example_says_what_it_does(door: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    door.main(tmp_path)
    said = capsys.readouterr().out
    assert said.startswith(SAID)
    assert said.endswith(f"by specification {door.HOUSE.fingerprint}\n")


def test_what_the_example_writes_can_be_read(door: Any, house: Path) -> None:
    for picture in house.glob("*.svg"):
        assert ElementTree.parse(picture).getroot().tag.endswith("svg")
    assert {each.stem for each in house.glob("*.svg")} == {"house", "door", "bolt", "door-pairing", "door-path"}
    document, schema = (json.loads((house / name).read_text()) for name in ("json.json", "json-schema.schema.json"))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert {each["id"] for each in document["rules"]} == set(door.RULES)
    assert document["fingerprint"] == door.HOUSE.fingerprint
    machine = json.loads((house / "xstate.json").read_text())
    assert set(machine["states"]) == set(door.HOUSE.lifecycles)
    regions = ElementTree.parse(house / "scxml.scxml").getroot().findall("{*}parallel/{*}state")
    assert {each.get("id") for each in regions} == {"dispatch", *door.HOUSE.lifecycles}
    suite = read((house / "suite.jsonl").read_bytes().splitlines(), door.HOUSE)
    assert suite.covered == suite.goals
    assert not any(run(Reference(door.HOUSE), each).departure for each in suite.scenarios)


def test_what_is_claimed_of_the_example_can_fail(door: Any, tmp_path: Path) -> None:
    claims = tmp_path / "claims.py"
    claims.write_text(
        "from fsm.verify import at_every_step\n"
        'PROPERTIES = [at_every_step("mute", "nobody rings", "H-5", lambda step: not step.sent("hear_bell"))]\n'
    )
    report = check(door.HOUSE, [*door.HOUSE.claims, *properties_from(claims)])
    assert [result.ok for result in report.results] == [True, False]
    [shown] = [str(result.counterexample) for result in report.results if not result.ok]
    assert shown.splitlines() == [
        "nobody rings",
        "   has_key, other_has_key to has_key, other_has_key",
        " 1 turn_key by originator  ->  door=shut bolt=out",
        " 2 ring by originator  ->  door=rung:originator bolt=out",
    ]


class Deaf(Reference):
    """A house whose bell is broken."""

    def _seen(self, outcome: AnyOutcome | None, rule: str | None = None) -> Observation:
        seen = super()._seen(outcome, rule)
        assert seen.effects is not None
        return msgspec.structs.replace(seen, effects=tuple(each for each in seen.effects if "bell" not in each[0]))


def test_what_departs_from_the_example_is_shown_as_short_as_can_be(door: Any) -> None:
    suite = generate("guards", composition=door.HOUSE)
    departures = [run(Deaf(door.HOUSE), each).departure for each in suite.scenarios]
    first = next(each for each in departures if each)
    shown = shrink(Deaf(door.HOUSE), first)
    assert shown.minimal
    assert [step.event for step in shown.departure.scenario.steps] == ["turn_key", "ring"]
    assert "effects\n   expected  hear_bell to the recipient\n   seen      none\n" in str(shown)


@pytest.mark.external
@pytest.mark.skipif(not (shutil.which("spin") and shutil.which("gcc")), reason="apt install spin gcc")
def test_spin_finds_the_same_places(door: Any, house: Path) -> None:
    for command in (
        ["spin", "-a", "promela.pml"],
        ["gcc", "-w", "-DSAFETY", "-DNOREDUCE", "-DNOCLAIM", "-o", "pan", "pan.c"],
    ):
        subprocess.run(command, cwd=house, check=True, capture_output=True)
    said = subprocess.run(["./pan"], cwd=house, check=True, capture_output=True, text=True).stdout
    assert "errors: 0" in said
    assert f"{check(door.HOUSE, []).places} states, stored" in said


@pytest.mark.external
@pytest.mark.skipif(not shutil.which("plantuml"), reason="apt install plantuml")
def test_plantuml_draws_it(house: Path) -> None:
    done = subprocess.run(["plantuml", "-checkonly", "plantuml.puml"], cwd=house, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.external
@pytest.mark.skipif(not shutil.which("dot"), reason="apt install graphviz")
def test_graphviz_draws_it(door: Any) -> None:
    for each in (door.lifecycle(door.DOOR), door.conversation(door.HOUSE)):
        assert ElementTree.fromstring(door.render(each, "svg", engine="dot")).tag.endswith("svg")
