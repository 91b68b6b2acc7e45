"""Files of what is accepted, and of what was reported before, are read whole or refused in words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from fsm.replay import LogError
from fsm.replay.align import Accepted, Edit, Kind, accepted, align, earlier, given

EDIT = {"kind": "extra", "event": "hold", "by": "originator", "instead": "", "observed": "", "rule": None}
ROW = {"originator.mode": "TeamsOnly", "recipient.mode": "TeamsOnly", "event": "hold", "by": "originator"}


def test_deviations_are_read(tmp_path: Path) -> None:
    file = tmp_path / "accepted.json"
    file.write_text(json.dumps([EDIT, {"kind": "missing", "event": "change", "why": "never told"}]), "utf-8")
    assert accepted(file) == (Accepted(EDIT), Accepted({"kind": "missing", "event": "change"}, "never told"))
    assert accepted(file)[0].takes(Edit(Kind.EXTRA, "hold", "originator"))
    assert not accepted(file)[0].takes(Edit(Kind.EXTRA, "hold", "originator", rule="LIM-6"))


def test_a_report_is_read(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    report = align([ROW], set_aside=[Accepted({"kind": "missing"})])
    file.write_text(json.dumps({"alignment": report.as_dict()}), "utf-8")
    assert earlier(file) == {Edit(Kind.EXTRA, "hold", "originator"): 1}


WRONG: dict[str, tuple[Any, str]] = {
    "no array": ({"kind": "extra"}, '{"kind":"extra"} is not accepted; give an array of edits'),
    "no edit": (["extra"], '1: "extra" is not accepted; give an array of edits'),
    "no kind": ([{"event": "hold"}], "1: kind: missing; use one of wrong party, seen otherwise, missing, extra"),
    "another kind": ([{**EDIT, "kind": "xtra"}], "1: kind: \"xtra\" is not known; did you mean 'extra'?"),
    "another event": ([EDIT, {**EDIT, "event": "held"}], "2: event: \"held\" is not known; did you mean 'hold'?"),
    "another field": (
        [{**EDIT, "who": "me"}],
        "1: 'who' is not known; use kind, event, by, instead, observed, rule, why",
    ),
    "a number": ([{**EDIT, "by": 7}], "1: by: 7 is not accepted; give text"),
    "no text": ("[", "is not read as JSON: Input data was truncated; give an array of edits"),
    "a field twice": ('[{"kind":"extra","kind":"extra"}]', "is not read as JSON: 'kind' is given twice in one object"),
    "not there": (None, "No such file or directory; give an array of edits"),
}


@pytest.mark.parametrize(("content", "says"), WRONG.values(), ids=WRONG)
def test_what_is_no_array_of_edits_is_refused(content: Any, says: str, tmp_path: Path) -> None:
    file = tmp_path / "accepted.json"
    if content is not None:
        file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    with pytest.raises(LogError, match=re.escape(says)) as caught:
        accepted(file)
    assert str(caught.value).startswith(str(file))


GROUP = {**EDIT, "times": 1}


@pytest.mark.parametrize(
    "content",
    [
        [],
        {"alignment": {"groups": []}},
        {"alignment": {"groups": [{**GROUP, "times": "1"}], "accepted": []}},
        {"alignment": {"groups": [{**GROUP, "by": 1}], "accepted": []}},
        {"alignment": {"groups": [{**GROUP, "rule": 1}], "accepted": []}},
        {"alignment": {"groups": [{**GROUP, "kind": "odd"}], "accepted": []}},
        {"alignment": None},
    ],
)
def test_what_is_no_report_is_refused(content: Any, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(json.dumps(content), "utf-8")
    with pytest.raises(LogError, match="this is no report of alignments; give what fsm replay --align --json wrote"):
        earlier(file)


def test_a_file_that_is_too_long_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given, "MOST_BYTES", 10)
    file = tmp_path / "accepted.json"
    file.write_text(json.dumps([EDIT]), "utf-8")
    with pytest.raises(LogError, match="has more than 10 bytes"):
        accepted(file)
