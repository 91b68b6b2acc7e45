"""A report is a value: those of parts add up to that of the whole, and it says the same wherever it is read."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm.replay.bulk import Report, replay
from tests.replay.bulk.logs import Event, table
from tests.replay.bulk.test_replay import SOME, logs

WHOLE = replay(table([event.row() for event in SOME]))


@given(logs(), st.data())
@settings(max_examples=10)
def test_parts_add_up_to_the_whole(events: list[Event], data: st.DataObject) -> None:
    whole = replay(table([event.row() for event in events]))
    names = sorted({event.conversation for event in events}, key=str)
    part = dict(zip(names, data.draw(st.lists(st.integers(0, 2), min_size=4, max_size=4)), strict=False))
    parts = [[event for event in events if part[event.conversation] == n] for n in range(3)]
    reports = [replay(table([event.row() for event in some])) for some in parts if some]
    added = sum(data.draw(st.permutations(reports)), Report())
    assert added == whole
    assert json.dumps(added.as_dict()) == json.dumps(whole.as_dict())  # in the same order, too
    assert (added.accepted, added.departed, added.ok) == (whole.accepted, whole.departed, whole.ok)


def test_a_part_that_holds_nothing_adds_nothing() -> None:
    assert WHOLE + Report() == Report() + WHOLE == WHOLE
    assert WHOLE != WHOLE + WHOLE


def test_columns_that_one_part_did_not_look_at_were_not_looked_at() -> None:
    one, other = Report(passed_over=("rule", "chat")), Report(passed_over=("chat", "call"))
    assert (one + other).passed_over == ("rule", "chat", "call")


def test_only_reports_add_up() -> None:
    with pytest.raises(TypeError):
        WHOLE + 1


def test_it_is_written_and_read() -> None:
    assert Report.from_dict(json.loads(json.dumps(WHOLE.as_dict()))) == WHOLE
    assert Report.from_dict(Report().as_dict() | {"pictures": []}) == Report()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"events": "8"}, "Expected `int`, got `str` - at `$.events`"),
        ({"partings": [{"event": "send_file"}]}, "Object missing required field `by` - at `$.partings[0]`"),
        ({"rows": {"a": None}}, "Expected `int`, got `null` - at `$.rows[...]`"),
    ],
    ids=["events", "partings", "rows"],
)
def test_what_is_no_report(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"report: {said}; give what as_dict() returned")):
        Report.from_dict(WHOLE.as_dict() | wrong)
