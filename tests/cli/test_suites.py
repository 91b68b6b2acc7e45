"""``fsm suite``."""

from __future__ import annotations

from pathlib import Path

import pytest

from fsm.testing import coverage, generate, read
from tests.cli.conftest import Fsm
from tests.people import PAIRS

BETWEEN = ("--between", "TeamsOnly", "SfBOnly")


def test_a_suite_for_two_says_what_it_goes_through(fsm: Fsm) -> None:
    answer = fsm("suite", "states", "--lifecycle", "call", *BETWEEN)
    made = generate("states", PAIRS["teams>sfb"], "call")
    rows = coverage(made).rows
    assert answer.status == 0
    for words in (
        f"scenarios {len(made.scenarios)}",
        f"goals {len(made.goals)} of {len(made.goals)}",
        f"rows {rows.covered} of {rows.total}",
        "rules ",
    ):
        assert words in answer.words
    assert "file" not in answer.words


def test_a_suite_goes_to_a_file(fsm: Fsm) -> None:
    answer = fsm("suite", "complete", "--lifecycle", "terminated_call", *BETWEEN, "--out", "suite.jsonl")
    assert answer.status == 0
    assert "file suite.jsonl" in answer.words
    made = read(Path("suite.jsonl").read_bytes().splitlines())
    assert made == generate("complete", made.scenarios[0].pairing, "terminated_call")


def test_the_answer_in_json(fsm: Fsm) -> None:
    answer = fsm("suite", "walks", *BETWEEN, "--count", "2", "--length", "5", "--seed", "7", "-o", "w.jsonl", "--json")
    states, rows = answer.data.pop("states"), answer.data.pop("rows")
    assert states["covered"] <= states["total"]
    assert rows["covered"] <= rows["total"]
    found = {key: answer.data[key] for key in ("strength", "lifecycle", "scenarios", "events", "goals", "file")}
    assert found == {
        "strength": "walks",
        "lifecycle": None,
        "scenarios": 2,
        "events": 10,
        "goals": {"covered": 0, "total": 0},
        "file": "w.jsonl",
    }
    made = read(Path("w.jsonl").read_bytes().splitlines())
    assert {each.name for each in made.scenarios} == {"walk 1 of seed 7", "walk 2 of seed 7"}


def test_walks_have_no_goals_to_speak_of(fsm: Fsm) -> None:
    assert "goals" not in fsm("suite", "walks", *BETWEEN, "--count", "1").words


def test_extra_states_make_a_longer_suite(fsm: Fsm) -> None:
    arguments = ("suite", "complete", "--lifecycle", "terminated_call", *BETWEEN, "--json")
    assert fsm(*arguments, "--extra", "1").data["events"] > fsm(*arguments).data["events"]


def test_help_names_every_strength(fsm: Fsm) -> None:
    words = fsm("suite", "--help").words
    assert "states, rows, guards, sneak, pairs, profiles, walks or complete." in words


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("all",), ["STRENGTH: 'all' is not one; use one of states, rows,"]),
        (("states", "--lifecycle", "talk"), ["--lifecycle: 'talk' is not one; use one of chat, call,"]),
        (("walks", "--count", "0"), ["--count: 0 is not accepted; use 1 or more"]),
        (("walks", "--length", "-1"), ["--length: -1 is not accepted; use 1 or more"]),
        (("complete", "--extra", "-1"), ["--extra: -1 is not accepted; use 0 or more"]),
        (("rows", "--seed", "1"), ["--seed: rows has none; leave it out, or make walks"]),
        (("walks", "--extra", "1"), ["--extra: walks has none; leave it out, or make complete"]),
        (("states", "--between", "TeamsOnly", "Nobody"), ["Nobody"]),
        (
            ("walks", *BETWEEN, "--count", "1", "--out", "no/such/suite.jsonl"),
            ["--out: no/such/suite.jsonl: No such file", "give a file that can be written"],
        ),
    ],
)
def test_what_cannot_be_made_says_why(fsm: Fsm, arguments: tuple[str, ...], says: list[str]) -> None:
    answer = fsm("suite", *arguments)
    assert (answer.status, answer.out) == (2, "")
    assert [words for words in says if words not in answer.err] == []
