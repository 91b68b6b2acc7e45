"""Suites as JSON Lines: what is written is read again, and what is no suite is refused with line and field."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from fsm.engine.fingerprint import fingerprint
from fsm.testing import Suite, SuiteError, generate, read, write
from fsm.testing.jsonl import lines
from tests.people import PAIRS
from tests.testing.machines import PHONE

Json = Any


@pytest.fixture
def made(few_people: None) -> Suite:
    """A suite with everything that a line may hold: refusals, owners, effects, timers and changes."""
    return generate("rows", composition=PHONE)


@pytest.fixture
def told(made: Suite) -> list[Json]:
    """Its lines, as JSON."""
    return [json.loads(line) for line in lines(made)]


@pytest.mark.usefixtures("few_people")
@pytest.mark.parametrize("strength", ["rows", "pairs", "walks", "complete"])
@pytest.mark.parametrize("lifecycle", [None, "call"])
def test_what_is_written_is_read_again(strength: str, lifecycle: str | None) -> None:
    made = generate(strength, lifecycle=lifecycle, count=5, composition=PHONE)
    assert read(lines(made)) == made


def test_a_file_holds_one_object_a_line(made: Suite) -> None:
    file = io.BytesIO()
    write(made, file)
    written = file.getvalue().decode()
    assert written.endswith("}\n")
    assert len(written.splitlines()) == len(made.scenarios) + 1
    assert read(written.splitlines()) == made


def test_blank_lines_are_nothing(made: Suite) -> None:
    assert read(line for each in lines(made) for line in (b"", each, b" \n")) == made


def test_the_first_line_is_about_all_of_them(made: Suite, told: list[Json]) -> None:
    header = {key: value for key, value in told[0].items() if key not in ("goals", "covered", "pairings")}
    assert header == {
        "format": "interop-fsm suite 2",
        "fingerprint": fingerprint(),
        "strength": "rows",
        "scenarios": len(made.scenarios),
        "events": made.events,
    }
    assert told[0]["covered"] == list(range(len(made.goals)))
    assert told[0]["pairings"][0]["originator"]["mode"] == made.scenarios[0].pairing.originator.mode


def test_a_refused_step_says_so_and_leaves_out_what_is_empty(told: list[Json]) -> None:
    steps = [step for line in told[1:] for step in line["steps"] if step.get("rows") == ["say.1"]]
    assert steps[0] == {
        "event": "say",
        "by": "originator",
        "expected": {"at": steps[0]["expected"]["at"], "refused": "refused", "rule": "DEC-6"},
        "rows": ["say.1"],
        "rules": ["DEC-6"],
    }


def test_equal_steps_are_one_value_when_read(made: Suite) -> None:
    steps = [step for each in read(lines(made)).scenarios for step in each.steps]
    assert len({id(step) for step in steps}) == len(set(steps)) < len(steps)


def _with(key: str, value: Json) -> Callable[[Json], None]:
    return lambda line: line.update({key: value})


def _step(key: str, value: Json) -> Callable[[Json], None]:
    return lambda line: line["steps"][1].update({key: value})


@pytest.mark.parametrize(
    ("line", "change", "says"),
    [
        (0, _with("format", "interop-fsm suite 1"), "line 1, format: 'interop-fsm suite 1' is not accepted; use"),
        (0, _with("fingerprint", "other"), "line 1, fingerprint: 'other' is another specification's, this one is"),
        (0, _with("covered", [999]), "line 1, covered: there are"),
        (0, _with("covered", [-1]), "line 1, covered: there are"),
        (0, _with("scenarios", 99), "line 1, scenarios: 99 are announced and"),
        (0, _with("events", 0), "line 1, events: 0 are announced and"),
        (0, _with("goals", "all"), "line 1, goals: Expected `array`, got `str`; give what fsm suite --out wrote"),
        (0, _with("more", 1), "line 1: Object contains unknown field `more`; give what"),
        (1, _with("pairing", 99), "line 2, pairing: 99 is not one; there are"),
        (1, _with("pairing", -1), "line 2, pairing: -1 is not one; there are"),
        (1, _with("name", 1), "line 2, name: Expected `str`, got `int`"),
        (1, _step("by", "ann"), "line 2, steps[1].by: Invalid enum value 'ann'"),
        (1, _step("pairing", 99), "line 2, steps[1].pairing: 99 is not one; there are"),
        (1, _step("expected", {}), "line 2, steps[1].expected: Object missing required field `at`"),
        (1, _step("surprise", 1), "line 2, steps[1]: Object contains unknown field `surprise`"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(
    told: list[Json], line: int, change: Callable[[Json], None], says: str
) -> None:
    change(told[line])
    with pytest.raises(SuiteError) as error:
        read(json.dumps(each) for each in told)
    assert says.replace("steps[1]", "steps[...]") in str(error.value).replace("steps[1]", "steps[...]")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([], "line 1: Object missing required field `format`; give what fsm suite --out wrote"),
        ([b"", b"nonsense"], "line 2: JSON is malformed: "),
        ([b"[]"], "line 1: Expected `object`, got `array`"),
        ([b"\xff"], "line 1: "),
        ([b'{"format": "\xff"}'], "line 1"),
        ([b"[" * 100_000], "line 1"),
    ],
)
def test_what_is_no_suite_is_one_clear_error(given: list[bytes], says: str) -> None:
    with pytest.raises(SuiteError) as error:
        read(given)
    assert str(error.value).startswith(says)
    assert str(error.value).endswith("give what fsm suite --out wrote")


def test_a_line_that_is_missing_is_noticed(made: Suite) -> None:
    with pytest.raises(SuiteError, match="lines are missing"):
        read(list(lines(made))[:-1])


def test_a_suite_for_two_names_one_pairing() -> None:
    made = generate("states", PAIRS["teams>sfb"], composition=PHONE)
    assert len(json.loads(next(lines(made)))["pairings"]) == 1
