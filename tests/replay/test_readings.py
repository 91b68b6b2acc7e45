"""What a log leaves open is read in every way there is, and held against all of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm import Conversation, Party, Refused
from fsm.replay import Report, readings, replay
from fsm.tenant import contoso
from tests.people import PAIRS

PAIR = PAIRS["teams>sfb"]
ANN, BOB = "originator", "recipient"
EVENTS = ("open_chat", "send_text", "send_file", "call_audio", "accept_call", "decline_call", "hang_up", "no_answer")
Row = dict[str, Any]


def row(event: Any, by: Any = None, **seen: Any) -> Row:
    return {"event": event, **({"by": by} if by else {}), **seen}


def told(*rows: Row, **around: Any) -> Report:
    return replay(list(rows), between=PAIR, **around)


def answer(*rows: Row) -> tuple[str, tuple[str, ...]]:
    (result,) = told(*rows)
    return result.answer, result.assumed


CALL, ANSWER = row("call_audio", ANN), row("accept_call", BOB)


def test_whoever_hung_up_it_follows() -> None:
    assert answer(CALL, ANSWER, row("hang_up", [ANN, BOB])) == ("follows", ())
    assert answer(CALL, ANSWER, row("hang_up")) == ("follows", ())


def test_whoever_may_is_who_it_was() -> None:
    held = CALL, ANSWER, row("hold"), row("resume")
    assert answer(*held) == ("follows", ())
    assert answer(*held[:3], row("resume", [ANN, BOB]))[0] == "may follow"
    assert answer(CALL, row("accept_call")) == ("follows", ())
    assert answer(CALL, row([["accept_call"], ["no_answer"]])) == ("follows", ())
    assert answer(CALL, ANSWER, row("resume"))[0] == "departs"


def test_it_may_follow_where_somebody_could_have_done_so() -> None:
    assert answer(CALL, row("accept_call", [ANN, BOB])) == ("may follow", ("line 2: accept_call by recipient",))
    failed = row([["decline_call", BOB], ["hang_up", BOB], ["no_answer"]])
    assert answer(CALL, failed)[0] == "may follow"


def test_it_departs_where_nobody_could() -> None:
    report = told(row("open_chat", ANN), row("send_file", [ANN, BOB]))
    assert [each.answer for each in report] == ["departs"]
    assert (report.departures[0].line, report.departures[0].rule, report.by_rule) == (2, "LIM-6", {"LIM-6": 1})
    assert (report.follow, report.may_follow, report.ok) == (0, 0, False)


def test_a_later_event_tells_what_an_earlier_one_was() -> None:
    held = row("hold", [ANN, BOB])
    assert answer(CALL, ANSWER, held, row("resume", BOB)) == ("may follow", ("line 3: hold by recipient",))
    assert answer(CALL, ANSWER, held) == ("follows", ())
    used = [told(CALL, ANSWER, each, row("resume", BOB)).rows for each in (held, row("hold", BOB))]
    assert used[0] == used[1]


def test_times_between_two_may_be_in_any_order() -> None:
    at = "2026-11-27T09:00:00Z", "2026-11-27T09:05:00Z"
    rows = {**CALL, "time": at[0]}, row("hang_up", ANN, time=at[1]), {**ANSWER, "time": "/".join(at)}
    assert answer(*rows) == ("follows", ())
    open_ = {**CALL, "time": f"{at[0]}/.."}, row("hang_up", ANN, time=at[1]), {**ANSWER, "time": f"../{at[1]}"}
    assert answer(*open_) == ("may follow", ("line 1, line 3, line 2, in this order",))


def test_what_has_no_time_comes_after_what_is_before_it_in_the_log() -> None:
    rows = {**CALL, "time": 5}, row("hang_up", ANN, time=7), {**ANSWER, "time": 6}, row("hold", ANN), row("resume", ANN)
    assert answer(*rows) == ("follows", ())
    spans = {**CALL, "time": "1/9"}, {**ANSWER}, row("hold", ANN), row("resume", ANN, time="1/9")
    assert answer(*spans)[0] == "may follow"


def test_what_happened_often_is_followed_once() -> None:
    chat = [row("open_chat", ANN, time=1), *(row("send_text", by, time="1/99") for by in (ANN, BOB) * 40)]
    assert answer(*chat) == ("follows", ())


def test_of_too_many_orders_that_of_the_log_is_assumed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "MOST", 1)
    rows = [
        row("open_chat", ANN, time=1),
        *(row(event, ANN, time="1/9") for event in ("call_audio", "cancel_call", "send_text")),
    ]
    assert answer(*rows) == ("may follow", ("line 2 to line 4, in the order of the log",))
    rows.insert(1, row("accept_call", BOB, time="1/9"))
    assert answer(*rows)[0] == "departs"


def test_in_any_order_the_first_says_who_they_are() -> None:
    rows = [
        {**CALL, "time": "1/3", "originator.mode": "TeamsOnly", "recipient.mode": "SfBOnly"},
        {**ANSWER, "time": "1/3"},
        {**ANSWER, "time": "1/3", "recipient.mode": "no"},
    ]
    assert [each.answer for each in replay(rows[:2])] == ["may follow"]
    report = replay(rows, skip_bad=True)
    assert [(each.answer, each.unread) for each in report] == [("unread", 3)]


def test_a_change_may_have_come_before_or_after() -> None:
    change = {"change": {"recipient": {"mode": "SfBOnly"}}, "time": "1/9"}
    opened = row("open_chat", ANN, time=1, **{"originator.mode": "TeamsOnly", "recipient.mode": "TeamsOnly"})
    assert answer(opened, change, row("send_file", ANN, time="1/9"))[0] == "may follow"
    assert answer(opened, change, row("send_file", ANN, time=9))[0] == "departs"


def test_what_is_assumed_of_a_user_yields_to_what_is_known() -> None:
    who = {"originator": {"address": "adele.vance@contoso.com", "mode": "SfBOnly"}, "assumed": ["originator.mode"]}
    first = {**row("open_chat", ANN), **who, "recipient": {"address": "x@contoso.com", "mode": "SfBOnly"}}
    file = row("send_file", ANN)
    assert replay([first, file]).departures == ()
    known = replay([first, file], users=contoso())
    assert [each.rule for each in known.departures] == ["LIM-6"]
    assert (known.supplied, known.as_dict()["supplied"]) == ({"originator.mode": 1}, {"originator.mode": 1})
    assert replay([first, file], between=PAIR).departures != ()


def test_a_departure_cites_where_its_line_comes_from() -> None:
    report = told(row("open_chat", ANN, source="a.log:7"), row("send_file", ANN, source="a.log:9"))
    assert [each.source for each in report.departures] == ["a.log:9"]
    assert answer(CALL, row("accept_call", [ANN, BOB], source="a.log:9"))[1] == ("a.log:9: accept_call by recipient",)


ways = st.sampled_from([(event, by) for event in EVENTS for by in (ANN, BOB, "service")])
times = st.one_of(
    st.integers(1, 4),
    st.lists(st.integers(1, 4), min_size=2, max_size=2).map(lambda ends: f"{min(ends)}/{max(ends)}"),
    st.integers(1, 4).map("{}/..".format),
    st.integers(1, 4).map("../{}".format),
)
lines = st.builds(lambda some, time: row(some, time=time), st.lists(ways, min_size=1, max_size=2), times)


def every(rows: list[Row]) -> Iterator[list[tuple[str, str]]]:
    """Every way to read a log, by its definition."""
    ends = [str(each["time"]).split("/") for each in rows]
    spans = [(float(each[0].replace("..", "-inf")), float(each[-1].replace("..", "inf"))) for each in ends]
    order = range(len(rows))
    for way in permutations(order):
        if all(
            not (spans[j][1] <= spans[i][0] and (spans[i][1] > spans[j][0] or j < i))
            for n, i in enumerate(way)
            for j in way[n + 1 :]
        ):
            yield from map(list, product(*(rows[n]["event"] for n in way)))


def accepted(reading: list[tuple[str, str]]) -> bool:
    talk = Conversation(PAIR)
    try:
        for event, by in reading:
            talk.fire(event, by)  # type: ignore[arg-type]
    except Refused:
        return False
    return True


@settings(max_examples=150)
@given(st.lists(lines, min_size=1, max_size=4))
def test_the_answer_is_that_of_all_readings_tried_one_by_one(rows: list[Row]) -> None:
    verdicts = {accepted(each) for each in every(rows)}
    expected = {(True,): "follows", (False, True): "may follow", (False,): "departs"}[tuple(sorted(verdicts))]
    assert answer(*rows)[0] == expected


@given(st.lists(st.tuples(st.sampled_from(EVENTS), st.sampled_from(Party)), max_size=6), st.data())
def test_to_leave_more_open_never_makes_it_depart(walk: list[tuple[str, Party]], data: st.DataObject) -> None:
    certain = [row(event, by.value) for event, by in walk if accepted([(event, by.value)]) or True]
    open_ = [{**each, "by": data.draw(st.sampled_from([each["by"], [ANN, BOB, "service"]]))} for each in certain]
    for before, after in zip(told(*certain), told(*open_), strict=True):
        assert after.answer != "departs" or before.answer == "departs"
