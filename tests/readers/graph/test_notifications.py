"""Notifications to a bot: calls by their states, in whatever order they were received."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest

from fsm.readers import held
from fsm.readers.graph import notifications

from ..readings import CASES, accepted, events, is_reading, read, rows, wrong
from .making import lines, time

EITHER = "unknown"
PLACED, ACCEPTED, OVER = ("call_audio", "originator"), ("accept_call", "recipient"), ("hang_up", EITHER)
CASE = CASES / "graph" / "45-bot-notifications.jsonl"


def call(state: str | None, name: str = "c", **more: Any) -> dict[str, Any]:
    """A notification of a call."""
    return {
        "resourceUrl": f"/communications/calls/{name}",
        "resourceData": {"id": name, "state": state, **more},
    }


def people(**more: Any) -> dict[str, Any]:
    """Who is in a call."""
    return {
        "source": {"identity": {"user": {"id": "a"}}},
        "targets": [{"identity": {"application": {"id": "b"}}}],
        **more,
    }


def ended(code: int | None = None, **more: Any) -> dict[str, Any]:
    """That a call is over."""
    return call("terminated", resultInfo={"code": code}, **more)


def delivered(*given: Any, after: float | None = None) -> dict[str, Any]:
    """A delivery."""
    return {"value": list(given), **({} if after is None else {"receivedDateTime": time(after)})}


def happened(*given: Any) -> list[Any]:
    """The events of notifications, each delivered by itself."""
    found = rows(notifications, lines(*map(delivered, given)))
    assert accepted(found)
    return events(found)


def test_45_the_expectation_is_one_of_the_readings() -> None:
    found = rows(notifications, CASE.read_bytes())
    assert notifications.looks(CASE.read_bytes())
    assert is_reading(CASES / "graph" / "45-bot-notifications.expected.jsonl", found)
    assert accepted(found)
    assert [row["by"] for row in found[2:]] == [EITHER] * 3


class TestStates:
    def test_who_calls_whom(self) -> None:
        (row, *_) = rows(notifications, lines(delivered(call("incoming", **people()))))
        assert (row["originator.address"], row["recipient.address"]) == ("a", "b")

    def test_video_that_was_asked_for(self) -> None:
        assert happened(call("incoming", requestedModalities=["audio", "video"])) == [("call_video", "originator")]

    @pytest.mark.parametrize(("code", "last"), [(None, OVER), (0, OVER), (200, OVER)])
    def test_the_end(self, code: int | None, last: Any) -> None:
        assert happened(call("incoming"), call("established"), ended(code)) == [PLACED, ACCEPTED, last]

    def test_an_error_after_it_was_established(self) -> None:
        *_, last = happened(call("incoming"), call("established"), ended(580))
        assert last == [["media_failed", "service"], ["hang_up", EITHER]]

    @pytest.mark.parametrize(
        ("code", "last"),
        [
            (603, ("decline_call", "recipient")),
            (486, ("decline_call", "recipient")),
            (487, ("cancel_call", "originator")),
            (480, ("no_answer", "service")),
        ],
    )
    def test_a_code_before_it_was_established(self, code: int, last: Any) -> None:
        assert happened(call("incoming"), call("establishing"), ended(code)) == [PLACED, last]

    def test_another_code_may_be_many_things(self) -> None:
        found = rows(notifications, lines(delivered(call("incoming"), ended(500))))
        assert accepted(found) == 4

    def test_hold_and_back_by_either(self) -> None:
        states = ["incoming", "established", "established", "hold", "hold", "established", "terminated"]
        assert happened(*map(call, states)) == [PLACED, ACCEPTED, ("hold", EITHER), ("resume", EITHER), OVER]

    def test_hold_before_it_was_established_tells_nothing(self) -> None:
        assert happened(call("incoming"), call("hold")) == [PLACED]


class TestOrder:
    def test_whatever_the_order_it_is_placed_first_and_over_last(self) -> None:
        given = [call("incoming", **people()), call("established"), ended(200)]
        for order in permutations(given):
            for batch in (False, True):
                found = rows(notifications, lines(delivered(*order)) if batch else lines(*map(delivered, order)))
                assert events(found) == [PLACED, ACCEPTED, OVER]
                assert found[0]["originator.address"] == "a"

    def test_received_times_are_kept_where_nothing_was_moved(self) -> None:
        given = [(call("incoming"), 0), (ended(200), 5), (call("established"), 9)]
        found = rows(notifications, lines(*(delivered(each, after=after) for each, after in reversed(given))))
        assert events(found) == [PLACED, ACCEPTED, OVER]
        assert [row.get("time") for row in found] == ["2020-03-02T09:00:00.000Z", None, None]

    def test_what_comes_after_the_end_and_long_after(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(held.Held.__init__, "__defaults__", (1,))
        first = [call("incoming"), ended(200), call("established")]
        late = [ended(200, name="d"), call("hold", name="c")]
        found, noted = read(notifications, lines(*map(delivered, [*first, *late])))
        assert [line for line, values in found if isinstance(values, str)] == [5]
        assert [says for says in noted if says == notifications.UNPLACED]

    def test_a_call_that_goes_on(self) -> None:
        found, noted = read(notifications, lines(delivered(call("established"), after=5)))
        assert [values["time"] for _, values in found if not isinstance(values, str)] == [
            "../2020-03-02T09:00:05.000Z",
            "2020-03-02T09:00:05.000Z",
        ]
        assert notifications.UNENDED in noted
        assert notifications.UNPLACED in noted


class TestShapes:
    def test_one_by_itself(self) -> None:
        alone = {**call("incoming"), "receivedDateTime": time(0)}
        found = rows(notifications, lines(alone))
        assert (events(found), "source" in found[0]) == ([PLACED], False)

    def test_a_document(self) -> None:
        data = json.dumps(delivered(call("incoming"), call("established"), after=0), indent=1).encode()
        assert [row["source"] for row in rows(notifications, data)] == ["#/value/0", "#/value/1"]

    def test_by_resource_and_without_an_id(self) -> None:
        given = {"resource": "communications/calls/x", "resourceData": {"state": "incoming"}}
        assert rows(notifications, lines(delivered(given)))[0]["conversation"] == "x"

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"resourceUrl": "/communications/calls/c/participants", "resourceData": []}, notifications.OTHERS),
            ({}, notifications.OTHERS),
            (call("transferring"), notifications.STATE),
            (call(None), notifications.STATE),
            ({"resourceUrl": "/communications/calls/c"}, notifications.STATE),
            (call("incoming", source=people()["source"], targets=[people()["source"]]), notifications.ONESELF),
            (call("dancing"), notifications.UNKNOWN),
        ],
    )
    def test_what_is_set_aside(self, given: Any, says: str) -> None:
        assert read(notifications, lines(delivered(given))) == ([], {says: 1})

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            (delivered(5), "value: 0: no notification that can be read"),
            (delivered(call(5)), "resourceData: no call that can be read"),  # type: ignore[arg-type]
            ({"value": 5}, "no record that can be read"),
        ],
    )
    def test_what_cannot_be_read_is_an_error(self, given: Any, says: str) -> None:
        assert wrong(notifications, lines(given))[0].startswith(says)

    def test_what_looks_otherwise(self) -> None:
        assert not notifications.looks(b"")
        assert not notifications.looks(b'{"resource": "chats/x"}')
