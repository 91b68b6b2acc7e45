"""Traces, records and logs in the shape of public samples, each read as it has to be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fsm.readers.log import Log
from fsm.replay import Report, replay
from tests.readers.reading import CASES, Read, of

EXPECTED = {
    "sip/30-client.UccApilog": "follows",
    "sip/33-limits.UccApilog": "departs",
    "graph/40-callrecord-interop.json": "follows",
    "graph/41-callrecord-midcall-failure.json": "follows",
    "graph/45-bot-notifications.jsonl": "follows",
    "cdr/50-session-details.csv": "follows",
}
NAMES = {"originator": 0, "recipient": 1}


def case(name: str) -> Read:
    return of(Log(CASES / name))


def expected(name: str) -> list[dict[str, Any]]:
    path = (CASES / name).with_suffix("")
    return [json.loads(line) for line in Path(f"{path}.expected.jsonl").read_text(encoding="utf-8").splitlines()]


def means(row: dict[str, Any], two: list[str]) -> set[tuple[str, str]]:
    """What a row may mean: events, each by a party."""
    event = row["event"]
    ways = [(event, row.get("by", "unknown"))] if isinstance(event, str) else event
    return {(name, who) for name, by in ways for who in _who(by, two)}


def _who(by: Any, two: list[str]) -> list[str]:
    some = ["originator", "recipient", "service"] if by == "unknown" else by if isinstance(by, list) else [by]
    return [("originator", "recipient")[two.index(each)] if each in two else each for each in some]


def by_conversation(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["conversation"], []).append(row)
    return list(found.values())


def two_of(rows: list[dict[str, Any]]) -> list[str]:
    first = rows[0]
    return [first.get(f"{each}.address") or first.get(each, {}).get("address") or each for each in NAMES]


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_expected_is_among_the_readings_and_nothing_else_is_there(name: str) -> None:
    ours, theirs = by_conversation(case(name).rows), by_conversation(expected(name))
    assert len(ours) == len(theirs)
    for mine, wanted in zip(ours, theirs, strict=True):
        two, others = two_of(mine), two_of(wanted)
        assert len(mine) == len(wanted)
        for row, want in zip(mine, wanted, strict=True):
            assert means(want, others) <= means(row, two)
            assert row.get("accepted", True) == want.get("accepted", True)
            assert row.get("effects") == want.get("effects")
        for party in NAMES:
            who = wanted[0][party]
            assert who["mode"] == mine[0][f"{party}.mode"]
            assert who.get("client") in (None, mine[0].get(f"{party}.client"))


@pytest.mark.parametrize(("name", "answer"), EXPECTED.items())
def test_it_follows_or_departs_as_it_should(name: str, answer: str) -> None:
    report = replay(CASES / name)
    assert {each.answer for each in report} == {answer}
    assert report.supplied == {"originator.mode": len(report), "recipient.mode": len(report)}


def test_a_desktop_shared_across_the_gateway_departs() -> None:
    (departure,) = replay(CASES / "sip/33-limits.UccApilog").departures
    assert (departure.event, departure.rule) == ("share_desktop", "SFB-1")


def test_what_the_record_does_not_tell_is_left_open() -> None:
    rows = case("graph/40-callrecord-interop.json").rows
    assert rows[1]["time"] == "2020-03-02T09:00:00.000Z/2020-03-02T09:05:00.000Z"
    assert rows[2]["by"] == "unknown"


def test_of_voicemail_the_callee_is_not_in_the_session() -> None:
    rows = case("graph/43-callrecord-voicemail.json").rows
    assert [each["event"] for each in rows][:2] == ["call_audio", "voicemail_answered"]
    assert "recipient.address" not in rows[0]
    assert answer_of("graph/43-callrecord-voicemail.json") == ["follows"]


def answer_of(name: str) -> list[str]:
    return [each.answer for each in replay(CASES / name)]


def test_columns_of_process_mining() -> None:
    report = replay(CASES / "logs/60-pm4py.csv")
    assert [(each.conversation, each.answer) for each in report] == [("c1", "follows"), ("c2", "departs")]
    assert report.by_rule == {"LIM-6": 1}
    assert [str(each).partition(": ")[2] for each in report.notes] == [
        "1 column (Costs): none of ours, and set aside; --column event=NAME takes one for ours"
    ]


def test_objects_of_a_conversation() -> None:
    rows = case("logs/62-ocel2.json").rows
    assert [(each["event"], each["by"]) for each in rows] == [
        ("open_chat", "adele.vance@contoso.com"),
        ("send_text", "grady.archie@contoso.com"),
    ]
    assert rows[1]["source"].endswith("62-ocel2.json#/events/1")
    assert answer_of("logs/62-ocel2.json") == ["follows"]


def test_columns_that_are_not_ours_are_set_aside() -> None:
    found = case("logs/63-extra-columns.jsonl")
    assert [sorted(each) for each in found.rows][1] == ["by", "conversation", "event", "time"]
    (note,) = found.notes
    assert note.partition(": ")[2].startswith("2 columns (trace_id, host): none of ours, and set aside")


def test_a_folder_is_read_file_by_file_and_each_says_where_it_is_from(tmp_path: Path) -> None:
    for name in ("sip/30-client.UccApilog", "sip/33-limits.UccApilog", "graph/40-callrecord-interop.json"):
        (tmp_path / Path(name).name).write_bytes((CASES / name).read_bytes())
    report: Report = replay(tmp_path)
    assert sorted(each.answer for each in report) == ["departs", "follows", "follows"]
    assert report.where(report.departures[0].line) == f"{tmp_path}/33-limits.UccApilog:79"
