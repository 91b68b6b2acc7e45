"""Columns are ours, ours by another name, set aside, or misspelt."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.readers.reading import Read, read

OPEN = {"event": "open_chat", "by": "originator"}


def row(values: dict[str, Any], **how: Any) -> Read:
    return read(json.dumps(values), format="jsonl", **how)


def test_ours_stay_as_they_are() -> None:
    assert row(OPEN) == ([OPEN], [], [])


def test_those_of_process_mining_are_ours() -> None:
    mined = {
        "case:concept:name": "c",
        "concept:name": "hold",
        "org:resource": "service",
        "time:timestamp": "2026-11-27",
    }
    assert row(mined | {"case:originator.mode": "Islands", "": 3}).rows == [
        {"conversation": "c", "event": "hold", "by": "service", "time": "2026-11-27", "originator.mode": "Islands"}
    ]


def test_only_what_is_complete_happened() -> None:
    started = {"concept:name": "hold", "lifecycle:transition": "start"}
    done = {"concept:name": "hold", "lifecycle:transition": "COMPLETE"}
    found = read("\n".join(map(json.dumps, (started, done))), format="jsonl")
    assert found.told == [("hold", None)]
    assert "1 line (start): no event is complete by it, and it was set aside" in found.notes[0]


def test_a_column_may_be_named() -> None:
    named = {"activity": "hold", "event": "x", "org:resource": "y", "who": "service", "case:event": "z"}
    found = row(named, columns={"event": "activity", "by": "who"})
    assert found.rows == [{"event": "hold", "by": "service"}]
    assert "2 columns (event, case:event): none of ours, and set aside" in found.notes[0]
    assert read("activity,who\nhold,service\n", columns={"event": "activity", "by": "who"}).told == [
        ("hold", "service")
    ]


def test_one_that_there_is_not_is_said() -> None:
    with pytest.raises(ValueError, match=r"evnt. is not known; did you mean .event"):
        row(OPEN, columns={"evnt": "activity"})


@pytest.mark.parametrize("name", ["evnt", "acepted", "originator.colour", "recipient.mod", "case:recipint.mode"])
def test_what_is_misspelt_is_said(name: str) -> None:
    assert f"column {name!r} is not known; " in row({**OPEN, name: "x"}).bad[0]
    assert f"column {name!r} is not known; " in _error(f"event,{name}\n")


def _error(text: str) -> str:
    from fsm.readers.faults import LogError

    with pytest.raises(LogError) as error:
        read(text)
    return str(error.value)


def test_what_is_said_twice_is_said_to_be() -> None:
    assert row({"event": "hold", "concept:name": "hold"}).bad == [
        "0log:1: column 'concept:name' is event, and so is another; give it once"
    ]


def test_others_are_set_aside_and_counted_once() -> None:
    found = read("\n".join([json.dumps({**OPEN, "host": "a", "x" * 200: 1, "\x9b": 1})] * 3))
    assert len(found.rows) == 3
    assert "3 columns" in found.notes[0]
    assert found.notes[0].isprintable()
