"""What is read of logs, traces and records, as JSON Lines of our own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.readers.reading import CASES

from .conftest import Fsm

SIP, MINED = str(CASES / "sip" / "33-limits.UccApilog"), str(CASES / "logs" / "60-pm4py.csv")
OPEN = '{"event": "open_chat", "by": "originator", "originator.mode": "TeamsOnly", "recipient.mode": "SfBOnly"}\n'


def test_each_line_says_where_it_comes_from(fsm: Fsm) -> None:
    answer = fsm("events", SIP)
    rows = [json.loads(line) for line in answer.out.splitlines()]
    assert answer.status == 0
    assert [(each["source"].rpartition("/")[2], each["event"]) for each in rows] == [
        ("33-limits.UccApilog:2", "open_chat"),
        ("33-limits.UccApilog:46", "send_file"),
        ("33-limits.UccApilog:79", "share_desktop"),
    ]


def test_what_is_read_is_followed_as_it_was(fsm: Fsm, tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    log.write_text(fsm("events", SIP).out, encoding="utf-8")
    told = [fsm("replay", path, "--json").data["departures"] for path in (SIP, str(log))]
    assert [(each[0]["event"], each[0]["rule"]) for each in told] == [("share_desktop", "SFB-1")] * 2
    assert fsm("replay", str(log)).words.count("33-limits.UccApilog:79: ✗ share_desktop by originator") == 1


def test_what_was_set_aside_is_told_apart(fsm: Fsm) -> None:
    answer = fsm("events", MINED)
    assert answer.status == 0
    assert "1 column (Costs): none of ours, and set aside" in answer.err
    assert "1 column (Costs): none of ours" in fsm("replay", MINED).words


def test_lines_that_cannot_be_read_are_told_unless_they_are_passed_over(fsm: Fsm) -> None:
    answer = fsm("events", "-", stdin=f"{OPEN}5\n")
    assert (answer.status, len(answer.out.splitlines())) == (1, 1)
    assert "stdin:2: 5 is not accepted; give a line such as" in answer.err
    assert fsm("events", "-", "--skip-bad", stdin=f"{OPEN}5\n").status == 0


def test_several_files_are_read_as_one_log(fsm: Fsm, tmp_path: Path) -> None:
    shutil.copy(SIP, tmp_path)
    (tmp_path / "b.jsonl").write_text(OPEN.replace("{", '{"conversation": "x", ', 1))
    report = fsm("replay", str(tmp_path), "--json").data
    assert (report["conversations"], report["depart"]) == (2, 1)
    two = fsm("replay", str(tmp_path / "b.jsonl"), SIP)
    assert "conversations 2" in two.words


def test_columns_and_the_format_may_be_named(fsm: Fsm) -> None:
    log = "activity,who,originator.mode,recipient.mode\nopen_chat,originator,TeamsOnly,SfBOnly\n"
    named = ("--column", "event=activity", "--column", "by=who")
    assert fsm("replay", "-", *named, "--format", "csv", stdin=log).status == 0
    assert json.loads(fsm("events", "-", *named, stdin=log).out)["event"] == "open_chat"


@pytest.mark.parametrize(
    ("how", "says"),
    [
        (("--column", "event"), "--column: event is not accepted; give ours and theirs, as event=activity"),
        (("--column", "evnt=a"), 'column: "evnt" is not known; did you mean'),
        (("--format", "xml"), "format: 'xml' is not accepted; use one of jsonl, csv, xes"),
    ],
)
def test_what_there_is_not_is_said(fsm: Fsm, how: tuple[str, str], says: str) -> None:
    for command in ("events", "replay"):
        answer = fsm(command, SIP, *how)
        assert (answer.status, says in answer.err) == (2, True)


def test_a_file_of_nothing_that_is_known_is_said(fsm: Fsm, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\0")
    for command in ("events", "replay"):
        answer = fsm(command, str(tmp_path / "a.png"))
        assert (answer.status, "its format is not known; it is none of" in answer.err) == (2, True)


def test_of_many_that_may_follow_the_first_are_told(fsm: Fsm) -> None:
    left_open = "".join(
        json.dumps({"conversation": n, "event": event, "by": by}) + "\n"
        for n in range(3)
        for event, by in (("call_audio", "originator"), ("accept_call", ["originator", "recipient"]))
    )
    answer = fsm("replay", "-", "--between", "TeamsOnly", "SfBOnly", "--first", "1", stdin=left_open)
    assert "and 2 more; --first or --json tells them" in answer.words
