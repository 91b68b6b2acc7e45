"""The events of one conversation, out of a log that names it or does not."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm import CONVERSATION, EDITIONS, Pairing, Party
from fsm.readers.columns import COLUMNS
from fsm.readers.events import Event, of_one
from fsm.readers.faults import LogError
from fsm.readers.log import Log
from fsm.spec.facts import changed, difference, facts
from fsm.spec.names import EditionName
from tests.people import MOBILE, PAIRS, SFB, TEAMS, pair
from tests.strategies import pairings

Row = dict[str, Any]
TWO = PAIRS["teams>sfb"]
OPEN: Row = {"event": "open_chat", "by": "originator"}
SAY: Row = {"event": "send_text", "by": "recipient"}


def read(*rows: Row | str, pairing: Pairing = TWO, edition: EditionName | None = None) -> tuple[Pairing, list[Event]]:
    """What there is in these lines."""
    return of_one(Log(rows), pairing, EDITIONS[edition] if edition else None)


def wrong(*rows: Row | str, **asked: Any) -> list[str]:
    """What is said of lines that cannot be read."""
    with pytest.raises(LogError) as caught:
        read(*rows, **asked)
    return str(caught.value).splitlines()


def test_each_has_the_line_that_it_is_on() -> None:
    assert read(json.dumps(OPEN), "", json.dumps({**SAY, "by": "SIP:Bob@contoso.com"})) == (
        TWO,
        [Event(1, "open_chat", Party.ORIGINATOR), Event(3, "send_text", Party.RECIPIENT)],
    )


def test_the_first_says_what_it_begins_under_and_a_later_one_changes_that_before() -> None:
    begins, events = read({**OPEN, "originator": {"client": "teams-mobile"}}, {**SAY, "recipient.mode": "TeamsOnly"})
    assert begins == pair(TEAMS, SFB, MOBILE)
    after = changed(begins, {"recipient.mode": TEAMS})
    told = "recipient.mode SfBOnly to TeamsOnly, recipient.client sfb-current to teams-windows"
    assert events == [
        Event(1, "open_chat", Party.ORIGINATOR),
        Event(2, "change", Party.SERVICE, after, told),
        Event(2, "send_text", Party.RECIPIENT),
    ]


def test_a_change_is_one_wherever_it_stands_and_whatever_it_changes() -> None:
    begins, events = read({"change": {"recipient": {"mode": "TeamsOnly"}}}, {"event": "change", "change": {}}, OPEN)
    assert begins == TWO
    assert [(each.line, each.event, each.changes[:14]) for each in events] == [
        (1, "change", "recipient.mode"),
        (2, "change", ""),
        (3, "open_chat", ""),
    ]


def test_what_is_as_it_was_is_no_change() -> None:
    assert len(read(OPEN, {**SAY, **facts(TWO)})[1]) == 2


def test_they_are_put_in_order_of_time() -> None:
    rows = [{**row, "time": time} for row, time in ((SAY, "2020-03-02T10:00Z"), (OPEN, "2020-03-02"), (SAY, "2020-03"))]
    assert [each.line for each in read(*rows[:2])[1]] == [2, 1]
    assert wrong(*rows) == ['log:3: time: "2020-03" is not accepted; use ISO 8601 or a number']


def test_what_was_seen_is_passed_over() -> None:
    seen = {"accepted": False, "rule": "LIM-6", "chat": "interop", "effects": "none", "conversation": 7}
    assert read({**OPEN, "conversation": 7}, {**SAY, **seen}) == read(OPEN, SAY)


def test_those_of_another_conversation_are_refused() -> None:
    assert wrong({**OPEN, "conversation": "a"}, {**SAY, "conversation": 7}, {**SAY, "conversation": "a"}) == [
        "log:2: conversation: 7, and earlier lines are of 'a'; give those of one"
    ]


def test_whoever_a_change_makes_has_to_exist_in_the_edition() -> None:
    change = {"change": {"recipient": {"homing": "online"}}}
    two = pair(TEAMS, SFB, {"has_sfb_client": False}, {"homing": "on-prem"})
    assert read(change, pairing=two)[1]
    (told,) = wrong(change, pairing=two, edition="2022-10")
    assert told.startswith("log:1: recipient.mode: SfBOnly does not fit edition 2022-10, in which whoever")


def test_all_that_is_wrong_is_told_by_line() -> None:
    open_ = {**SAY, "time": "1/2"}, {**SAY, "time": 4, "by": ["originator", "recipient"]}
    told = wrong({**OPEN, "time": 2}, "{", {**SAY, "time": 1, "by": "eve"}, {**SAY, "time": 3, "scope": "all"}, *open_)
    assert [each[:11] for each in told] == ["log:2: not ", "log:3: by: ", "log:4: scop", "log:5: time", "log:6: even"]
    assert told[3].endswith(
        "time: lies between two; give what it was, or follow the log with fsm replay, which tries all"
    )
    assert told[4].startswith("log:6: event: may be send_text by originator or send_text by recipient; give what it")


def test_of_one_who_alone_fires_an_event_nothing_is_open() -> None:
    expired = {**OPEN, "event": "session_expired", "by": None}
    assert [(each.event, each.by) for each in read(OPEN, expired)[1]][1:] == [("session_expired", "service")]


def test_of_no_lines_there_are_none() -> None:
    assert read() == (TWO, [])


moves = st.one_of(
    st.tuples(st.sampled_from(CONVERSATION.events), st.sampled_from(Party)).map(
        lambda move: {"event": move[0], "by": move[1]}
    ),
    pairings().map(lambda after: {"event": "change", **facts(after)}),
)


def expected(pairing: Pairing, rows: list[Row]) -> list[Event]:
    """What rows say, which are of these moves."""
    events = []
    for line, row in enumerate(rows, 1):
        if row["event"] == "change":
            after = changed(pairing, {name: value for name, value in row.items() if name != "event"})
            events.append(Event(line, "change", Party.SERVICE, after, difference(pairing, after)))
            pairing = after
        else:
            events.append(Event(line, row["event"], row["by"]))
    return events


@given(pairings(), st.lists(moves, min_size=1, max_size=12))
def test_events_are_read_from_json_lines_as_they_were_written(pairing: Pairing, rows: list[Row]) -> None:
    assert of_one(Log([json.dumps(row) for row in rows]), pairing) == (pairing, expected(pairing, rows))


def nested(row: Row) -> Row:
    """The same, with the facts of each party inside one value."""
    found: Row = {}
    for name, value in row.items():
        party, dot, fact = name.partition(".")
        found[party] = {**found.get(party, {}), fact: value} if dot else value
    return found


@given(pairings(), st.lists(moves, min_size=1, max_size=12))
def test_and_where_facts_are_nested(pairing: Pairing, rows: list[Row]) -> None:
    assert of_one(Log([json.dumps(nested(row)) for row in rows]), pairing) == (pairing, expected(pairing, rows))


@given(pairings(), st.lists(moves, min_size=1, max_size=12), st.sampled_from(",;\t"))
def test_and_from_csv(
    tmp_path_factory: pytest.TempPathFactory, pairing: Pairing, rows: list[Row], delimiter: str
) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    path = tmp_path_factory.getbasetemp() / "events.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    begins, events = of_one(Log(path), pairing)
    assert begins == pairing
    assert [each._replace(line=each.line - 1) for each in events] == expected(pairing, rows)


@pytest.mark.parametrize("name", ["events.jsonl", "events.csv"])
def test_every_error_names_file_line_field_value_and_what_is_accepted(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    row = {"event": "open_chat", "by": "originator", "recipient.client": "telephone"}
    path.write_text(json.dumps(row) if name.endswith("jsonl") else "\n".join((",".join(row), ",".join(row.values()))))
    with pytest.raises(LogError) as caught:
        of_one(Log(path), TWO)
    line = 1 if name.endswith("jsonl") else 2
    assert str(caught.value).startswith(
        f"{path}:{line}: recipient.client: 'telephone' is not accepted; use one of teams-windows"
    )
