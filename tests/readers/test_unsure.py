"""A line may leave open which event it was, by whom, and when."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm import CONVERSATION, Party
from fsm.readers.columns import Span, time_of
from fsm.readers.events import cited, supplied
from fsm.readers.unsure import FIRED_BY, ways

TWO = ("ann@contoso.com", "bob@contoso.com")
ANN, BOB, SERVICE = Party
DECLINED = (("decline_call", BOB), ("cancel_call", ANN), ("no_answer", SERVICE))


@pytest.mark.parametrize(
    ("event", "by", "means"),
    [
        ("hold", "originator", [("hold", ANN)]),
        ("hold", "BOB@contoso.com", [("hold", BOB)]),
        ("hold", ["originator", "bob@contoso.com"], [("hold", ANN), ("hold", BOB)]),
        ("hold", "recipient|originator", [("hold", BOB), ("hold", ANN)]),
        ("hold", ["originator", "originator"], [("hold", ANN)]),
        ("hold", None, [("hold", ANN), ("hold", BOB)]),
        ("hold", "unknown", [("hold", ANN), ("hold", BOB)]),
        ("no_answer", "", [("no_answer", SERVICE)]),
        ("change", None, [("change", SERVICE)]),
        ([["decline_call", "recipient"], ["cancel_call", "originator"], ["no_answer"]], None, DECLINED),
        ("decline_call>recipient|cancel_call>originator|no_answer", None, DECLINED),
        ([["hang_up", ["originator", "recipient"]]], "", [("hang_up", ANN), ("hang_up", BOB)]),
        ("hang_up>originator,recipient|no_answer>service", "", [("hang_up", ANN), ("hang_up", BOB), DECLINED[2]]),
    ],
)
def test_what_a_line_may_mean(event: Any, by: Any, means: Any) -> None:
    assert list(ways(event, by, TWO)) == list(means)


@pytest.mark.parametrize(
    ("event", "by", "says"),
    [
        ("hang", None, 'event: "hang" is not known; did you mean'),
        ([["hang"]], None, 'event: "hang" is not known; did you mean'),
        ([["change"]], None, 'event: "change" is not known; did you mean'),
        ([], None, r"event: \[\] is not accepted; give a name, or pairs such as"),
        (["hold"], None, "is not accepted; give a name, or pairs such as"),
        ([["hold", "originator", 1]], None, "is not accepted; give a name, or pairs such as"),
        ([["hold", "eve"]], None, 'by: "eve" is not accepted; use one of originator'),
        ("hold", [], r"by: \[\] is not accepted"),
        ([["hold"]], "originator", 'by: "originator" stands beside several events; say by whom with each'),
    ],
)
def test_what_it_cannot_mean_is_refused(event: Any, by: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        ways(event, by, TWO)


def test_whoever_may_fire_an_event_does_so_by_some_row() -> None:
    assert FIRED_BY.keys() == {*CONVERSATION.events, "change"}
    assert {by for by in FIRED_BY.values() if len(by) == 3} == set()
    assert all(FIRED_BY.values())


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(CONVERSATION.events)), st.sets(st.sampled_from([ANN, BOB]), min_size=1)),
        min_size=1,
    )
)
def test_json_and_csv_say_the_same(some: list[tuple[str, set[Party]]]) -> None:
    listed = [[event, sorted(by)] for event, by in some]
    cell = "|".join(f"{event}>{','.join(by)}" for event, by in listed)
    assert ways(json.loads(json.dumps(listed)), None, TWO) == ways(cell, "", TWO)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("1/2", Span(1, 2)),
        ("1/..", Span(1, None)),
        ("../2", Span(None, 2)),
        ("1/", Span(1, None)),
        ("2/2", 2),
        ("2026-11-27/2026-11-28", Span(datetime(2026, 11, 27, tzinfo=UTC), datetime(2026, 11, 28, tzinfo=UTC))),
    ],
)
def test_a_time_may_lie_between_two(text: str, time: object) -> None:
    assert time_of(text) == time


@pytest.mark.parametrize("text", ["2/1", "1/2026-11-27", "../..", "/", "1/2/3", "soon/2"])
def test_two_times_have_to_fit(text: str) -> None:
    with pytest.raises(ValueError, match=r"^time: .* is not accepted; "):
        time_of(text)


def test_which_columns_were_supplied() -> None:
    assert supplied(["originator.mode", "by"]) == supplied("originator.mode by") == ("originator.mode", "by")
    assert supplied(None) == ()
    with pytest.raises(ValueError, match='assumed: "mode" is not known; use one of'):
        supplied(["mode"])
    with pytest.raises(ValueError, match="assumed: 5 is not accepted; give columns such as"):
        supplied(5)


def test_where_it_comes_from_is_a_text() -> None:
    assert (cited("a.log:1"), cited(None)) == ("a.log:1", "")
    with pytest.raises(ValueError, match="source: 5 is not accepted"):
        cited(5)
