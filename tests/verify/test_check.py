"""The specification has every property; and what a report says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fsm import EDITIONS, RULES
from fsm.verify import PROPERTIES, Report, check, in_every_place, kept_by, properties_from
from tests.verify.machines import LOSING, WAITING


def test_the_specification_has_every_property(report: Report) -> None:
    failing = [f"{each.checked.name}: {each.counterexample}" for each in report.results if not each.ok]
    assert not failing, "\n\n".join(failing)
    assert report.ok


def test_the_report_says_how_much_was_checked(report: Report) -> None:
    assert report.pairings > 4_000_000
    assert list(report.editions) == list(EDITIONS)
    assert report.as_dict()["editions"] == report.editions
    assert report.editions["base"] == report.pairings
    assert 1_000 < report.profiles < 10_000
    assert report.places > 1_000
    assert report.transitions > 10_000_000
    assert len(report.results) == len(PROPERTIES) > 100
    assert report.seconds >= sum(result.seconds for result in report.results)


def test_every_rule_is_kept_by_a_property() -> None:
    assert [rule for rule, names in kept_by().items() if not names] == []
    assert {rule for each in PROPERTIES for rule in each.cites} <= set(RULES)


def test_properties_have_names_of_their_own() -> None:
    names = [each.name for each in PROPERTIES]
    assert len(set(names)) == len(names)
    assert all(name == name.lower() and " " not in name for name in names)
    assert all(each.says for each in PROPERTIES)


MINE = """
from fsm.verify import at_every_step, of_every_pairing, of_the_space

PROPERTIES = (
    at_every_step("never-b", "nothing ever comes to b", "", lambda step: not step.now("left", "b")),
    of_every_pairing("all-native", "everyone is native", "", lambda pairing, at: at.kind == "native"),
    of_the_space("fine", "all is well", "", lambda space: ()),
)
"""


def test_an_embedder_adds_properties(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    told: list[tuple[str, int, int]] = []
    report = check(WAITING, properties_from(tmp_path / "mine.py"), progress=lambda *each: told.append(each))
    assert [(each.checked.name, each.ok) for each in report.results] == [
        ("never-b", False),
        ("all-native", False),
        ("fine", True),
    ]
    assert [what for what, _, _ in told] == ["pairings", "places", "never-b", "all-native", "fine", "done"]
    assert told[-1][1:] == (5, 5)
    b, native, fine = json.loads(json.dumps(report.as_dict()))["properties"]
    assert b["counterexample"]["trace"]["confirmed"]
    assert [move["event"] for move in b["counterexample"]["trace"]["moves"]] == ["go"]
    assert native["counterexample"]["trace"]["moves"] == []
    assert fine["counterexample"] is None
    assert not report.ok


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "No such file or directory; give a Python file"),
        ("", "PROPERTIES is None; declare a list"),
        ("PROPERTIES = []", "declare a list"),
        ("PROPERTIES = [1]", "declare a list"),
    ],
)
def test_a_file_without_properties_is_named(tmp_path: Path, text: str | None, message: str) -> None:
    path = tmp_path / "mine.py"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ValueError, match=message) as caught:
        properties_from(path)
    assert str(path) in str(caught.value)


def test_a_place_that_breaks_a_property_ends_the_trace() -> None:
    [result] = check(LOSING, [in_every_place("x", "no", "", lambda here, who: here.may("go", who))]).results
    assert result.counterexample
    assert str(result.counterexample).startswith("no: not so of the originator\n")
    assert result.counterexample.trace
    assert [move.event for move in result.counterexample.trace.moves] == ["go"], "a second signal would be lost"
