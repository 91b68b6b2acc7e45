"""Logs that are damaged, endless, or no logs: one clear error each, in memory that is bounded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from codecs import BOM_UTF16_LE
from pathlib import Path
from typing import Any

import pytest

from fsm.readers import csvfile
from fsm.readers.csvfile import LONGEST_LINE
from fsm.readers.faults import MOST_BAD, LogError
from fsm.readers.log import Log
from fsm.replay import replay
from tests.people import PAIRS

TWO = PAIRS["teams>sfb"]
OPEN = {"event": "open_chat", "by": "originator"}
SAY = {"event": "send_text", "by": "recipient"}


def bad(source: Any, **how: Any) -> dict[int, str]:
    """What is said of lines that cannot be read, by line."""
    return dict(replay(source, between=TWO, skip_bad=True, **how).bad)


def wrong(source: Any, **how: Any) -> str:
    """What is said of a log that cannot be read."""
    with pytest.raises(LogError) as told:
        replay(source, between=TWO, **how)
    return str(told.value)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"event": "open_chat", "event": "call_audio", "by": "originator"}', "'event' is given twice in one object"),
        ('{"originator.mode": "TeamsOnly", "originator": {"mode": "SfBOnly"}}', "'originator.mode' is given twice, ne"),
        ('{"change": {"scope": "federated", "event": "open_chat"}}', "change: 'event' is no fact of a pairing"),
        ('{"change": {"change": {"scope": "federated"}}}', "change: 'change' is no fact of a pairing; use one of"),
        ('{"scope": "federated", "change": {"scope": "in-tenant"}}', "'scope' is given twice, nested and not"),
        ('{"event": "send_text", "change": {}}', 'event: "send_text" stands beside a change; give each its own line'),
        ("\ufeff{}", "not JSON: JSON is malformed"),
        ('{"event": NaN}', "not JSON"),
        ('{"event": "\\ud800"}', "not JSON"),
        ('{"time": 1e999}', "not JSON"),
        ('{"a\0": 1}', "not JSON"),
        ('{"change": ' * 900 + "1" + "}" * 900, "change: 'change' is no fact"),
        ('{"by": ' + "[" * 900 + "]" * 900 + "}", "event: missing"),
        ('{"event": "open_chat", "by": ' + "[" * 900 + "]" * 900 + "}", "by: [[[[...]]]] is not accepted"),
        ('{"event": "open_chat", "by": []}', "by: [] is not accepted"),
        ('{"event": "\\u009b2J\\u202e"}', 'event: "\\x9b2J\\u202e" is not known; use one of'),
        ('{"event": "' + "e" * 100_000 + '"}', f"event: '{'e' * 60}'... (100,000 characters) is not known; use one of"),
        ('{"scope": "' + "e" * 100_000 + '"}', f"scope: '{'e' * 60}'... (100,000 characters) is not accepted; use"),
    ],
)  # fmt: skip
def test_a_line_is_not_guessed_at(line: str, says: str) -> None:
    (told,) = bad([line]).values()
    assert told.startswith(says)
    assert len(told) < 1500
    assert told.isprintable()


@pytest.mark.parametrize(
    "time",
    [float("nan"), float("inf"), "0000-01-01", "2020-01-01T00:00+01:00Z", "9" * 400 + ".0", "9" * 5000, "٣", {}, "inf"],
)
def test_a_time_that_is_none(time: Any) -> None:
    assert bad([{**OPEN, "time": time}])[1].startswith("time: ")


def test_a_conversation_and_an_address_are_shown_safely() -> None:
    odd = "a\x9b2J\u202e\n\r"
    rows = [{"conversation": odd, **OPEN}, {"conversation": odd, **SAY, "by": odd}, {"conversation": None, **SAY}]
    told = bad([*rows, {**OPEN, "conversation": "b", "originator.address": odd, "recipient.address": odd}])
    assert [line for line, says in told.items() if not says.isprintable()] == []
    assert repr(odd) in told[4]


def test_no_more_bad_lines_are_kept_than_are_told() -> None:
    rows = [{**SAY, "event": "x", "time": -n} for n in range(1000)]
    report = replay(rows, between=TWO, skip_bad=True)
    assert [line for line, _ in report.bad] == list(range(1, MOST_BAD + 1))
    assert (report.bad_lines, report.as_dict()["bad_lines"]) == (1000, 1000)
    assert wrong(rows).splitlines()[MOST_BAD:] == ["and 900 lines more"]


def test_the_first_bad_lines_are_kept_in_whatever_order_they_are_found() -> None:
    rows: list[Any] = [{**OPEN, "time": 2}, {"event": "x", "by": "originator", "time": 1}, *["{"] * 150]
    report = replay(rows, between=TWO, skip_bad=True)
    assert (len(report.bad), report.bad_lines, report.bad[0].line) == (MOST_BAD, 151, 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_line_that_is_too_long_is_passed_over(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "log.jsonl"
    long = {"event": "e" * (2 * LONGEST_LINE + 50), "by": "originator"}
    path.write_bytes("\n".join(json.dumps(row) for row in (OPEN, long, {**SAY, "by": "x"}, SAY)).encode(encoding))
    told = bad(path)
    assert told[2].startswith("a line of more than 1,048,576 characters is not accepted; give a line such as")
    assert told.keys() == {2, 3}
    assert bad(["{" + " " * LONGEST_LINE])[1] == told[2]


def test_in_csv_too(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(f"event,by\nopen_chat,originator\n{'a,' * LONGEST_LINE}\nopen_chat,x\nsend_text,recipient\n")
    told = bad(path)
    assert told[3].startswith("row: 'a line of more than 1,048,576 characters, up to line 3' is not accepted; give 2")
    assert told.keys() == {3, 4}
    path.write_text(f"\nevent,by,{' ' * LONGEST_LINE}\nopen_chat,originator\n")
    says = "line 2 is a line of more than 1,048,576 characters; give the names of the columns there"
    assert wrong(path) == f"{path}: {says}"


def test_a_quote_that_is_not_closed_is_told_where_it_opens(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text('event,by\nopen_chat,originator\nsend_text,"recipient\n' + "send_text,recipient\n" * 5000)
    (told,) = bad(path).values()
    assert "unexpected end of data, up to line 5003; a quote opens on line 3" in told


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device here")
def test_a_line_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csvfile, "ENDLESS", 3 * LONGEST_LINE)
    assert wrong("/dev/zero").startswith("/dev/zero: its format is not known; it is none of jsonl, csv")
    assert (
        wrong("/dev/zero", format="jsonl")
        == "/dev/zero: a line has more than 3,145,728 characters; give a file of events"
    )


def test_what_is_no_utf_16(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(BOM_UTF16_LE + json.dumps(OPEN).encode("utf-16-le") + b"\n")
    assert wrong(path) == f"{path}: not all of it is text; save the file as UTF-8"


@pytest.mark.parametrize("source", ["", 5, None, b"log.jsonl", OPEN], ids=str)
def test_what_is_no_log(source: Any) -> None:
    assert wrong(source).endswith("is not accepted; give the path of a file, lines of JSON, or rows")


@pytest.mark.parametrize("row", [5, None, [1], bytearray(b"{}")], ids=str)
def test_a_row_that_is_none(row: Any) -> None:
    assert "is not accepted; give a line such as" in bad([row])[1]


def test_a_format_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="format: 'xml' is not accepted; use one of jsonl, csv"):
        Log([], "xml")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a\0b", "no file can be called so; give a file of events"),
        ("\ud800", "no file can be called so; give a file of events"),
        ("n" * 300, "File name too long; give a file of events"),
        ("a\x1b[2J\n", "No such file or directory; give a file of events"),
    ],
)
def test_a_name_that_no_file_has(tmp_path: Path, name: str, says: str) -> None:
    told = wrong(os.path.join(tmp_path, name))
    assert told.endswith(f": {says}")
    assert told.isprintable()


def test_too_few_files_may_be_open() -> None:
    code = (
        "import resource, fsm.replay\nresource.setrlimit(resource.RLIMIT_NOFILE, (0, 64))\n"
        "try: fsm.replay.replay('log.jsonl')\nexcept fsm.replay.LogError as error: print(error)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert told.stdout == "log.jsonl: Too many open files; allow more of them (ulimit -n)\n"


def test_memory_does_not_grow_with_what_is_bad(tmp_path: Path) -> None:
    path, code = (
        tmp_path / "log.jsonl",
        (
            "import resource, sys, fsm.replay\nbefore = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
            "report = fsm.replay.replay(sys.argv[1], skip_bad=True)\n"
            "print(report.bad_lines, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
        ),
    )
    path.write_text('{"event": "x"}\n' * 100_000)
    told = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    lines, grown = map(int, told.stdout.split())
    unit = 1 if sys.platform == "darwin" else 1024
    assert lines == 100_000
    assert grown * unit < 16 * 2**20


def test_rows_of_what_is_not_complete_are_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("event,by,lifecycle:transition\nopen_chat,originator,start\nopen_chat,originator,complete\n")
    assert len(list(Log(path))) == 1
