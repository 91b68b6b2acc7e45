"""Conversations and times are of one kind; looked at together they are what they are one by one."""

from __future__ import annotations

from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm.replay.bulk.lines.kinds import Kinds, Odd

DATES = st.sampled_from(
    [
        *(
            "2026-11-27",
            "2026-11-27T09:00",
            "2026-11-27 09:00:00.5",
            "2026-11-27T09:00:00Z",
            "2026-11-27T09:00:00+01:30",
        ),
        *("2026-11-27T09:00:00.1234567Z", "20261127T09", "0001-01-01", "0000-01-01", "2026-02-30", "noon", ""),
        *("2026-11-27T09:00Z/2026-11-27T10:00Z", "2026-11-27T09:00:00.123456-0800"),
    ]
)
TEXTS = st.sampled_from(["5", "+5", "-05", "5.", "5.25", "0x5", "1e5", "9" * 17, "9" * 400 + ".0", ""])
WHOLE = st.sampled_from([0, 5, -7, 2**53, 2**53 + 1, 2**63 - 1])
FRACTIONS = st.sampled_from([0.0, 5.0, 5.25, -1e300, float(2**53), float(2**60)])
TIMES = st.one_of(
    *(st.lists(each, min_size=1, max_size=4) for each in (DATES, TEXTS, WHOLE, FRACTIONS, st.none())),
    st.lists(st.one_of(WHOLE, FRACTIONS, st.none()), min_size=1, max_size=4),
)


def one_by_one(kinds: Kinds, times: list[Any]) -> list[Any]:
    names = [kinds.conversation("a") for _ in times]
    found = kinds.of(names, [kinds.moment(time) for time in times])
    return found["time"].to_pylist() if "time" in found else []


def together(kinds: Kinds, times: list[Any]) -> list[Any]:
    found = kinds.taken(pa.array(["a"] * len(times)), pa.array(times), len(times))
    return found["time"].to_pylist() if "time" in found else []


@given(st.lists(TIMES, min_size=1, max_size=3))
@settings(max_examples=400)
def test_times(every: list[list[Any]]) -> None:
    kinds, others = Kinds(), Kinds()
    for times in every:
        try:
            expected = one_by_one(kinds, times)
        except ValueError:
            with pytest.raises((Odd, pa.ArrowInvalid, pa.ArrowTypeError)):
                together(others, times)
            return
        try:
            assert together(others, times) == expected
        except (Odd, pa.ArrowInvalid, pa.ArrowTypeError):
            assert one_by_one(others, times) == expected


@pytest.mark.parametrize(
    ("times", "message"),
    [
        (["2026-11-27T09:00Z/.."], "time: lies between two; give what it was, or follow the log with fsm replay"),
        ([2**63], "time: 9223372036854775808 is not accepted; give integers of 64 bits, or ISO 8601"),
        ([5, "2026-11-27"], 'time: "2026-11-27" is of another kind than before; use ISO 8601 for all, or numbers'),
        ([5.5, 2**53 + 1], "time: 9007199254740993 has no place in one column with those before; give all times a fr"),
        ([5, None], "time: missing; give it to every event, or leave the column out"),
        ([None, 5], "time: earlier events have none; give it to every event, or leave the column out"),
    ],
)
def test_times_that_are_refused(times: list[Any], message: str) -> None:
    with pytest.raises(ValueError, match=r"^time: ") as raised:
        one_by_one(Kinds(), times)
    assert str(raised.value).startswith(message)


def test_a_fraction_after_whole_numbers() -> None:
    kinds = Kinds()
    one_by_one(kinds, [5])
    assert one_by_one(kinds, [6.0]) == [6]
    with pytest.raises(ValueError, match=r"^time: 6\.5 has no place in one column with those before"):
        one_by_one(kinds, [6.5])


@pytest.mark.parametrize(
    ("first", "then", "message"),
    [
        (
            7,
            "7",
            'conversation: "7", and earlier lines have integers; give all as one, or follow the log with fsm.repl',
        ),
        ("7", 7, "conversation: 7, and earlier lines have strings; give all as one, or follow the log with fsm.replay"),
        (7, 2**63, "conversation: 9223372036854775808 is not accepted; give integers of 64 bits, or strings"),
        ("a", None, "conversation: missing; give it on every line, or on none"),
        (None, "a", "conversation: 'a', and earlier lines have none; give it on every line, or on none"),
    ],
)
def test_conversations_that_are_refused(first: Any, then: Any, message: str) -> None:
    kinds = Kinds()
    kinds.conversation(first)
    with pytest.raises(ValueError, match=r"^conversation: ") as raised:
        kinds.conversation(then)
    assert str(raised.value).startswith(message)
    others = Kinds()
    others.taken(pa.array([first]), None, 1)
    if then != 2**63:
        with pytest.raises(Odd):
            others.taken(pa.array([then]), None, 1)


@pytest.mark.parametrize("names", [["a", None], ["a", ""], ["x" * 1025], [1.5], [True], [["a"]]])
def test_conversations_that_are_looked_at_one_by_one(names: list[Any]) -> None:
    with pytest.raises(Odd):
        Kinds().taken(pa.array(names), None, len(names))
