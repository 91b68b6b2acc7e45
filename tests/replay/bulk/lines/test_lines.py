"""A log of lines comes to what its rows come to in a table; what the line reader refuses is refused, with its line."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm.readers.csvfile import LONGEST_LINE
from fsm.replay import LogError
from fsm.replay import replay as follow
from fsm.replay.bulk import replay
from fsm.replay.bulk.lines import Lines, blocks
from fsm.replay.bulk.lines.cut import Cutter
from fsm.replay.bulk.lines.kinds import Odd
from fsm.replay.bulk.packed import VALUE
from tests.fuzz.doors.logs import ROWS, TWO, WHO
from tests.fuzz.mutate import mutate
from tests.people import PAIRS
from tests.replay.bulk.lines.writing import OBJECTS, TABLES, Written, lines, table
from tests.replay.bulk.logs import Event, Expected, Row
from tests.replay.bulk.logs import table as columns
from tests.replay.bulk.test_replay import conversations, replayed, same

WAYS = [*OBJECTS.values(), *TABLES.values()]
SMALL = 800
"""Bytes of a block that has few lines."""
NAMES = ["a", "a longer name", "ä", "a:b"]
OPEN: Row = {"conversation": "a", "event": "open_chat", "by": "originator", **WHO}
SAY: Row = {"conversation": "a", "event": "send_text", "by": "recipient"}


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", SMALL)


def mixed(draw: st.DrawFn, names: list[Any]) -> list[Event]:
    left = [draw(conversations(name)) for name in names[: draw(st.integers(1, 4))]]
    found = []
    while left:
        found.append(left[draw(st.integers(0, len(left) - 1))].pop(0))
        left = [each for each in left if each]
    return found


@st.composite
def logs(draw: st.DrawFn, numbers: bool = False) -> list[Event]:
    """Some conversations, their events mixed, those of each in order."""
    return mixed(draw, [3, 1, 2**40, -7] if numbers else NAMES)


@st.composite
def clocks(draw: st.DrawFn) -> Any:
    """What tells a time of what is the n-th of a log: none has, or all in one way."""
    return draw(
        st.sampled_from(
            [
                lambda n: None,
                lambda n: n,
                lambda n: n / 2,
                lambda n: f"2026-11-27T09:{n // 60:02}:{n % 60:02}Z",
                lambda n: f"2026-11-27 09:{n // 60:02}:{n % 60:02}.5",
                lambda n: f"2026-11-27T{n // 60:02}{n % 60:02}+0100",
            ]
        )
    )


@pytest.mark.parametrize("size", [SMALL, blocks.BLOCK])
@given(logs(), clocks(), st.sampled_from(WAYS), st.sampled_from([3, 1000]))
@settings(max_examples=10)
def test_any_log(tmp_path_factory: Any, size: int, events: list[Event], clock: Any, way: Written, held: int) -> None:
    path = tmp_path_factory.mktemp("lines") / ("log.csv" if way in TABLES.values() else "log.jsonl")
    path.write_bytes(way([event.row(clock(n)) for n, event in enumerate(events)]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK", size)
        same(*replayed(path, held=held), Expected(events))


@given(logs(numbers=True), st.sampled_from(list(OBJECTS.values())))
@settings(max_examples=10)
def test_any_log_of_numbers(tmp_path_factory: Any, events: list[Event], way: Written) -> None:
    path = tmp_path_factory.mktemp("lines") / "log.jsonl"
    path.write_bytes(way([event.row() for event in events]))
    same(*replayed(path), Expected(events))


def test_a_long_log(tmp_path: Path, small_blocks: None) -> None:
    rows = [row for n in range(12) for row in ({**OPEN, "conversation": f"c{n}", "time": n}, {**SAY, "time": n})]
    rows[1::2] = [{**row, "conversation": f"c{n}"} for n, row in enumerate(rows[1::2])]
    found = []
    for way in WAYS:
        path = tmp_path / ("log.csv" if way in TABLES.values() else "log.jsonl")
        path.write_bytes(way(rows))
        found.append({**replay(path).as_dict(), "passed_over": ()})
    pq.write_table(columns(rows), tmp_path / "log")
    assert all(each == found[0] for each in found)
    assert {**replay(tmp_path / "log").as_dict()} == found[0]
    assert found[0]["conversations"] == 12


def outcome(path: Path) -> Any:
    """What a log comes to, or what is said of it."""
    rows: list[Any] = []
    try:
        return replay(path, between=TWO, each=lambda each: rows.extend(each.to_pylist())).as_dict(), rows
    except LogError as error:
        return str(error)


def line_by_line(path: Path) -> Any:
    """The same, of which no line is read together with others."""

    def read(self: Cutter, block: bytes) -> None:
        raise Odd

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cutter, "read", read)
        return outcome(path)


def first_wrong(path: Path) -> str:
    """What the line reader says of the first line that it refuses; nothing if it takes all."""
    try:
        follow(path, between=TWO)
    except LogError as error:
        return str(error).split("\n")[0]
    return ""


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_damaged_logs(tmp_path: Path, form: str) -> None:
    ways = OBJECTS if form == "jsonl" else TABLES
    packed = ("gzip", "bzip2", "xz")
    good = [way(ROWS * 3) for name, way in ways.items() if name not in packed]
    chance, path, same_words = random.Random(form), tmp_path / f"log.{form}", 0
    for _ in range(60):
        path.write_bytes(mutate(good, chance))
        found = outcome(path)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(blocks, "BLOCK", chance.choice([SMALL, 2 * SMALL]))
            assert outcome(path) == found == line_by_line(path), path.read_bytes()
        wrong = first_wrong(path)
        assert isinstance(found, str) or not wrong, path.read_bytes()
        same_words += wrong == found
    assert same_words > 15


def wrong(path: Path) -> str:
    with pytest.raises(LogError) as raised:
        replay(path, between=TWO)
    return str(raised.value)


GOOD = json.dumps({"event": "open_chat", "by": "originator", "conversation": "a"})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            '{"event": "open_chat", "event": "open_chat", "by": "originator"}',
            "'event' is given twice in one object; giv",
        ),
        (
            '{"event": "open_chat", "by": "originator", "topolgy": "hybrid"}',
            "column 'topolgy' is not known; did you me",
        ),
        ('{A"event": "open_chat", "by": "originator", "originator": 5}', "originator: 5 is not accepted; give"),
        (
            '{A"event": "open_chats", "by": "originator"}',
            "event: \"open_chats\" is not known; did you mean 'open_chat'?",
        ),
        ('{A"by": "originator"}', "event: missing; use one of open_chat"),
        ('{A"event": "open_chat"}', "by: missing; use one of originator, recipient, service"),
        ('{A"event": "open_chat", "by": "unknown"}', 'by: "unknown" is not known; use one of originator, reci'),
        ('{A"event": "open_chat", "by": ["originator"]}', 'by: ["originator"] is not known; use one of origin'),
        ('{A"event": "open_chat", "by": "ann@contoso.com"}', 'by: "ann@contoso.com" is not known; use one of '),
        ('{A"event": [["open_chat"]]}', 'event: [["open_chat"]] is not known; use one of open_chat'),
        ('{A"event": "open_chat", "by": "originator", "accepted": 1}', "accepted: 1 is not accepted; use true"),
        (
            '{A"event": "open_chat", "by": "originator", "scope": "all"}',
            "scope: 'all' is not accepted; use one of in-ten",
        ),
        (
            '{"event": "open_chat", "by": "originator", "conversation": true}',
            "conversation: true is not accepted; give",
        ),
        (
            '{"event": "open_chat", "by": "originator", "conversation": 7}',
            "conversation: 7, and earlier lines have stri",
        ),
        ('{"event": "open_chat", "by": "originator", "conversation": 1.0}', "conversation: 1.0 is not accepte"),
        (
            json.dumps({**SAY, "conversation": "x" * (VALUE + 1)}),
            "conversation: 1,025 bytes of text are not accepted; give 1,024 or less",
        ),
        (
            '{"event": "send_text", "by": "originator", "time": 5, "conversation": "a"}',
            "time: earlier events have none;",
        ),
        ('{"event": "open_chat", "by": "originator"}', "conversation: missing; give it on every line, or on n"),
        (
            '{"lifecycle:transition": "start", "event": "open_chat"}',
            "lifecycle:transition: 'start' is of no event that",
        ),
        ('{A"event": "open_chat", "by": "originator"', "not JSON: Input data was truncated; give a line such "),
        ('{A"event": "open_chat", "by": "origin\\ud800"}', "not JSON: Input data was truncated"),
        ('{A"event": "open_chat"} {"by": "originator"}', "not JSON: JSON is malformed: trailing characters"),
        ("[]", "[] is not accepted; give a line such as"),
        ("\ufeff" + GOOD, "not JSON: JSON is malformed: invalid character (byte 0)"),
        (
            '{"event": "open_chat", "by": "' + "o" * LONGEST_LINE + '"}',
            "a line of more than 1,048,576 characters is not ",
        ),
    ],
)
@pytest.mark.parametrize("size", [60, 1 << 23])
def test_lines_that_are_refused(tmp_path: Path, line: str, message: str, size: int) -> None:
    path = tmp_path / "log.jsonl"
    line = line.replace("{A", '{"conversation": "a", ')
    path.write_text("\n".join([GOOD, "", GOOD, line, GOOD]), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK", size)
        assert wrong(path).startswith(f"{path}:4: {message}")


def test_what_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(f"{GOOD}\n".encode() + GOOD.encode().replace(b'"a"', b'"\xff"'))
    assert wrong(path).startswith(f"{path}:2: not JSON: 'utf-8' codec can't decode byte 0xff")
    path.write_bytes(f"{GOOD}\n".encode("utf-16")[:-1])
    assert wrong(path) == f"{path}: not all of it is text; save the file as UTF-8"
    path = tmp_path / "log.csv"
    path.write_bytes(b"event,by,conversation\nopen_chat,originator,\xff\n")
    assert wrong(path) == f"{path}:2: row: not all of it is text; save the file as UTF-8"
    path.write_text("event,by,conversation\nopen_chat,originator,\ufffd\n", encoding="utf-8")
    assert wrong(path) == f"{path}:2: row: not all of it is text; save the file as UTF-8"


TOP = "conversation,event,by,accepted"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a,open_chat", "row: '2 fields' is not accepted; give 4 fields, and close every quote"),
        ("a,open_chat,originator,,", "row: '5 fields' is not accepted; give 4 fields"),
        ('a,"open_chat"x,originator,', "row: '\\',\\' expected after \\'\"\\', up to line 3' is not accepted"),
        ('a,open_chat,"originator,', "row: 'unexpected end of data, up to line 4; a quote opens on line 3' is not"),
        ("a,open_chats,originator,", "event: \"open_chats\" is not known; did you mean 'open_chat'?"),
        ("a,open_chat,originator,1", "accepted: '1' is not accepted; use true or false"),
        ("a,open_chat,originator|recipient,", 'by: "originator|recipient" is not known; did you mean'),
        ("a,open_chat,,", "by: missing; use one of originator, recipient, service"),
        (",open_chat,originator,", "conversation: missing; give it on every line, or on none"),
        ("a" * LONGEST_LINE, "row: 'a line of more than 1,048,576 characters, up to line 3' is not accepted"),
        ("a" * (1 << 17) + "b,open_chat,originator,", "row: 'field larger than field limit (131072), up to line 3' is"),
    ],
)
@pytest.mark.parametrize("size", [40, 1 << 23])
def test_rows_that_are_refused(tmp_path: Path, row: str, message: str, size: int) -> None:
    path = tmp_path / "log.csv"
    path.write_text("\n".join([TOP, "a,open_chat,originator,TRUE", row, "a,open_chat,originator,"]), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK", size)
        assert wrong(path).startswith(f"{path}:3: {message}")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("log.csv", "conversation,by\na,originator\n", ":1: column event is missing; found 'conversation,by'"),
        ("log.csv", "event,event,by\n", ":1: column 'event' is there twice; give it once"),
        ("log.csv", "event,topolgy\n", ":1: column 'topolgy' is not known; did you mean 'topology'?"),
        ("log.csv", "", ":1: column event is missing; found ''"),
        (
            "log.csv",
            "event,concept:name,by\nopen_chat,open_chat,originator\n",
            ":2: column 'concept:name' is event",
        ),
        ("log.txt", "nothing of ours", ": its format is not known; it is none of jsonl, csv"),
        ("log.xes", '<?xml version="1.0"?><log xes.version="1.0"/>', ": xes is not replayed in bulk; fsm.replay follo"),
        ("log.gz", "\x1f\x08 no gzip", ": its format is not known"),
    ],
)
def test_files_that_are_refused(tmp_path: Path, name: str, content: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert wrong(path).startswith(f"{path}{message}")


def test_a_file_that_is_packed_and_damaged(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl.gz"
    path.write_bytes(OBJECTS["gzip"]([OPEN] * 1000)[:-20])
    assert wrong(path).startswith(f"{path}: not all of it can be unpacked: ")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert wrong(tmp_path) == f"{tmp_path}: Is a directory; give a file of events"


def test_several_files_are_one_log(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_bytes(lines([OPEN]))
    (tmp_path / "two.csv").write_bytes(table([SAY]))
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("three.jsonl", lines([SAY]))
        archive.writestr("four.jsonl", lines([{**SAY, "conversation": "b"}]))
    paths = [tmp_path / name for name in ("one.jsonl", "two.csv", "more.zip")]
    report = replay(paths, between=TWO)
    assert (report.conversations, report.events) == (2, 4)
    paths[1].write_bytes(table([{**SAY, "by": "nobody"}]))
    with pytest.raises(LogError, match=rf'^{paths[1]}:2: by: "nobody" is not known'):
        replay(paths)


def test_lines_and_columns_are_no_one_log(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(lines([OPEN]))
    pq.write_table(pa.Table.from_pylist([OPEN]), tmp_path / "two")
    with pytest.raises(LogError, match=rf"^{tmp_path / 'one'}: this is neither Parquet nor Arrow, and others are"):
        replay([tmp_path / "one", tmp_path / "two"])


def test_who_the_two_are_is_said_of_a_conversation(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(GOOD, encoding="utf-8")
    with pytest.raises(LogError, match=rf"^{path}: conversation 'a': originator.mode: missing; give it"):
        replay(path)


def test_what_is_not_looked_at_is_told(tmp_path: Path) -> None:
    seen = {"rule": "LIM-6", "chat": "rubbish", "effects": [], "source": "a:1", "originator.address": "x", "mood": 5}
    (tmp_path / "log.jsonl").write_bytes(lines([{**OPEN, **seen}] + [OPEN] * 3))
    told = ("originator.address", "rule", "chat", "effects", "source", "mood")
    assert replay(tmp_path / "log.jsonl").passed_over == told
    (tmp_path / "log.csv").write_bytes(table([{**OPEN, **seen}] + [OPEN] * 3))
    assert replay(tmp_path / "log.csv").passed_over == told


def test_no_more_columns_are_told_than_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_bytes(lines([{**OPEN, f"mood {n}": n} for n in range(300)]))
    assert len(replay(tmp_path / "log.jsonl").passed_over) == 100


LONG: list[Row] = [(SAY if n else OPEN) | {"n": n} for n in range(80)]
ODD: list[tuple[str, str]] = [
    ("", ""),
    (json.dumps(SAY | {"n": 0, "time": 6.5}), ""),
    (json.dumps(SAY | {"n": 0, "time": -0.0}), ""),
    ('{"time": -0, "conversation": "a", "event": "send_text", "by": "recipient"}', ""),
    (json.dumps({"event": "change", "time": 7, "conversation": "a"}), ""),
    (json.dumps({"event": "change", "time": 7, "conversation": "a", "scope": None, "topology": ""}), ""),
    (json.dumps({"time": "7", "conversation": "a", "by": "recipient", "event": "send_text"}), ""),
    (json.dumps(SAY | {"n": 0, "time": 5}).replace("5", "05"), "not JSON: JSON is malformed: invalid number"),
    (json.dumps(SAY | {"n": 0, "time": 5}).replace("5", "1e999"), "not JSON: Number out of range"),
    (json.dumps(SAY | {"n": 0, "time": 5}).replace("5", "5]"), "not JSON: JSON is malformed"),
    ('{"time": 5}', "conversation: missing; give it on every line, or on none"),
]


@pytest.mark.parametrize(("line", "message"), ODD)
@pytest.mark.parametrize("sort", [False, True])
@pytest.mark.parametrize("time", [5, "2026-11-27", None])
def test_a_line_that_is_otherwise_than_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, message: str, sort: bool, time: Any
) -> None:
    monkeypatch.setattr("fsm.replay.bulk.lines.objects.SAMPLE", 20)
    rows = [row if time is None else row | {"time": time} for row in LONG]
    path = tmp_path / "log.jsonl"
    path.write_bytes(lines(rows[:9], sort_keys=sort) + line.encode() + b"\n" + lines(rows[9:], sort_keys=sort))
    assert outcome(path) == line_by_line(path)
    if message and time == 5:
        assert outcome(path).startswith(f"{path}:10: {message}")


def test_nothing_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text('{"conversation": "a"}\n', encoding="utf-8")
    assert wrong(path).startswith(f"{path}:1: event: missing; use one of open_chat")


def test_ways_of_saying_the_rest_are_forgotten_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fsm.replay.bulk.lines.cut.KEPT", 1)
    (tmp_path / "log.jsonl").write_bytes(lines(LONG))
    assert replay(tmp_path / "log.jsonl").events == 80


def test_names_of_columns_far_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 10)
    path = tmp_path / "log.csv"
    path.write_bytes(b"#TYPE Log\n" * 9 + table([OPEN, SAY]))
    assert replay(path).events == 2
    path.write_bytes(b"#TYPE Log\n" * 9)
    assert wrong(path).startswith(f"{path}:1: column event is missing; found ''")


def test_a_line_without_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fsm.readers.csvfile.ENDLESS", 2 * LONGEST_LINE)
    path = tmp_path / "log.jsonl"
    path.write_bytes(("{" + " " * 3 * LONGEST_LINE).encode("utf-16"))
    assert wrong(path).startswith(f"{path}: a line has more than 2,097,152 characters; give a file of events")


@pytest.mark.parametrize("rows", [[], [{}]])
def test_nothing(tmp_path: Path, rows: list[Row]) -> None:
    (tmp_path / "log.jsonl").write_bytes(b"\n" * len(rows))
    assert replay(tmp_path / "log.jsonl").conversations == 0
    (tmp_path / "log.csv").write_bytes(b"event,by\n" + b"\n" * len(rows))
    assert replay(tmp_path / "log.csv").conversations == 0


def test_how_long_a_log_is(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(lines([OPEN] * 500) + lines([SAY] * 5000))
    expected = Lines([path]).rows
    assert expected is not None
    assert 5500 <= expected < 12_000
    (tmp_path / "packed").write_bytes(OBJECTS["gzip"]([OPEN]))
    assert Lines([path, tmp_path / "packed"]).rows is None
    assert Lines([tmp_path / "none"]).rows is None


def test_progress(tmp_path: Path, small_blocks: None) -> None:
    (tmp_path / "log.jsonl").write_bytes(lines([OPEN] * 30))
    told: list[tuple[int, int, str]] = []
    replay(tmp_path / "log.jsonl", progress=lambda *each: told.append(each))
    assert [each for each in told if each[0] > each[1]] == []
    assert told[-1] == (60, 60, "replaying")


def test_blocks(tmp_path: Path) -> None:
    def every(data: bytes, size: int, returns: bool) -> Iterator[bytes]:
        (tmp_path / "log").write_bytes(data)
        with pytest.MonkeyPatch.context() as patch, (tmp_path / "log").open("rb") as file:
            patch.setattr(blocks, "BLOCK", size)
            yield from blocks.Blocks(file, returns)

    for data in (b"", b"a", b"a\nbb\r\nccc\rdddd\n\n", b"a\rb\rc", b"\n\n\n", b"abc\r\n" * 9):
        for size in range(1, 12):
            for returns in (False, True):
                found = list(every(data, size, returns))
                assert b"".join(found) == data
                assert all(each.endswith((b"\n", b"\r") if returns else b"\n") for each in found[:-1])
                assert not any(b.startswith(b"\n") and a.endswith(b"\r") for a, b in pairwise(found))


def test_memory_does_not_grow_with_a_line(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    with path.open("wb") as file:
        file.write(b'{"event": "')
        file.truncate(200_000_000)
    before = pa.default_memory_pool().max_memory()
    assert wrong(path).startswith(f"{path}:1: a line of more than 1,048,576 characters is not accepted")
    assert pa.default_memory_pool().max_memory() - before < 50_000_000


def test_words_that_a_line_is_tried_by_may_stand_in_it(tmp_path: Path) -> None:
    rows: list[Row] = [
        Event(n, "open_chat", "originator", PAIRS["sfb>sfb"]).row() | {"source": "1000000000 1000000001"}
        for n in range(60)
    ]
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(row, default=str) + "\n" for row in rows))
    assert replay(path) == replay(columns(rows))
