"""What cannot be replayed is refused with the row, the column, the value and what is accepted."""

from __future__ import annotations

import importlib
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.dataset as ds  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

import fsm.replay.bulk
from fsm.replay import LogError
from fsm.replay.bulk import replay
from tests.fuzz.doors import every
from tests.fuzz.run import FORKED, _forked
from tests.replay.bulk.logs import Row, table

GOOD: Row = {
    "conversation": 1,
    "time": 5,
    "event": "open_chat",
    "by": "originator",
    "originator.mode": "SfBOnly",
    "recipient.mode": "SfBOnly",
}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"event": "open_chats"},
            "log:3: event: \"open_chats\" is not known; did you mean 'open_chat'? use one of open",
        ),
        ({"event": None}, "log:3: event: missing; give every event one"),
        ({"by": "caller"}, 'log:3: by: "caller" is not known; use one of originator, recipient, service'),
        ({"by": None}, "log:3: by: missing; use one of originator, recipient, service"),
        ({"conversation": None}, "log:3: conversation: missing; give it to every event, or leave the column out"),
        ({"time": None}, "log:3: time: missing; give it to every event, or leave the column out"),
        (
            {"originator.mode": "Isles"},
            "log:3: originator.mode: 'Isles' is not accepted; use one of Islands, ",
        ),
        ({"recipient.allow_user_chat": "maybe"}, "log:3: recipient.allow_user_chat: 'maybe' is not accepted; use true"),
        ({"accepted": "perhaps"}, "log:3: accepted: 'perhaps' is not accepted; use true or false"),
        (
            {"conversation": 8, "originator.client": "teams-web"},
            "log: conversation 8: originator.client: teams-web does not fit mode SfBOnly, which chats",
        ),
        (
            {"originator.client": "teams-web"},
            "log: conversation 1: originator.client: teams-web does not fit mode SfBOnly, which chats",
        ),
        (
            {"conversation": 8, "recipient.mode": None},
            "log: conversation 8: recipient.mode: missing; give it",
        ),
    ],
    ids=str,
)
def test_values(wrong: Row, message: str) -> None:
    log = table([GOOD, GOOD, GOOD | wrong, GOOD])
    with pytest.raises(LogError) as raised:
        replay(log)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("topolgy", ["hybrid"], "log: column 'topolgy' is not known; did you mean 'topology'? use one of"),
        ("conversation", [1.5], "log: conversation: double is not accepted; give strings or integers"),
        ("conversation", pa.array([2**63], pa.uint64()), "log: conversation: Integer value 9223372036854775808 not in"),
        ("time", ["noon"], "log: time: Failed to parse string: 'noon' as a scalar of type timestamp[us]"),
        ("time", [True], "log: time: bool is not accepted; give timestamps, ISO 8601 or numbers"),
        ("event", [5], "log:1: event: 5 is not known; use one of"),
        ("by", [5], "log:1: by: 5 is not known; use one of"),
        ("originator.mode", [5], "log:1: originator.mode: 5 is not accepted; use one of"),
        ("scope", [{"in": "tenant"}], "log: scope: struct<in: string> is not accepted; give a column of plain values"),
        ("event", None, "log: column 'event' is missing; give every event one"),
        ("by", None, "log: column 'by' is missing; give every event one"),
    ],
)
def test_columns(column: str, values: Any, message: str) -> None:
    log = table([GOOD])
    if column in log.column_names:
        log = log.drop_columns(column)
    with pytest.raises(LogError) as raised:
        replay(log if values is None else log.append_column(column, pa.array(values)))
    assert str(raised.value).startswith(message)


def test_a_time_that_is_no_number() -> None:
    log = table([GOOD, GOOD | {"time": 6}]).drop_columns("time").append_column("time", pa.array([1.0, float("nan")]))
    with pytest.raises(LogError, match=r"^log:2: time: missing; give it to every event"):
        replay(log)


def test_a_value_that_no_row_has_is_no_mistake() -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([1, 1]), pa.array(["rubbish", "open_chat"]))
    log = table([GOOD, GOOD]).drop_columns("event").append_column("event", column)
    assert replay(log).events == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file or directory; give a file of events"),
        (b"PAR1 and no more", "cannot be read: Parquet magic bytes not found in footer"),
        (b"ARROW1 and no more", "cannot be read: "),
    ],
)
def test_files(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "log"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LogError) as raised:
        replay(path)
    assert str(raised.value).startswith(f"{path}: {message}")


def test_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "log"
    pq.write_table(table([GOOD] * 1000), path, compression="zstd", use_dictionary=False)
    damaged = bytearray(path.read_bytes())
    damaged[20:120] = bytes(100)
    path.write_bytes(damaged)
    with pytest.raises(LogError, match=rf"^{path}: cannot be read: "):
        replay(path)


@pytest.mark.parametrize("differs", [{"time": 1.5}, {"conversation": "a"}, {"accepted": True}], ids=str)
def test_files_that_differ(tmp_path: Path, differs: Row) -> None:
    pq.write_table(table([GOOD]), tmp_path / "a")
    pq.write_table(table([GOOD | differs]), tmp_path / "b")
    with pytest.raises(LogError, match="log: its files differ in their columns, or in the types of conversation or"):
        replay([tmp_path / "a", tmp_path / "b"])


def test_a_column_that_is_there_twice() -> None:
    log = table([GOOD])
    with pytest.raises(LogError, match="log: column 'by' is there twice; give it once"):
        replay(log.append_column("by", log["by"]))


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"held": 0}, "held: 0 is not accepted; give 1 or more"),
        ({"topolgy": "hybrid"}, "surroundings: .topolgy. is not known; did you mean 'topology'"),
    ],
)
def test_arguments(how: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replay(table([GOOD]), **how)


@pytest.mark.parametrize("log", [5, [], [5]])
def test_what_is_no_log(log: Any) -> None:
    with pytest.raises(LogError, match="is not accepted; give paths, a Table, a RecordBatchReader or a Dataset"):
        replay(log)


ENCODED = pa.array(["open_chat"] * 2).dictionary_encode()
ODD = pa.DictionaryArray.from_arrays(pa.array([5, 5], pa.int32()), pa.array(["open_chat"]), safe=False)


def arrow(path: Path, log: pa.Table) -> Path:
    """A log as an Arrow file."""
    with pa.ipc.new_file(path, log.schema) as file:
        file.write_table(log)
    return path


def test_a_number_of_a_word_that_there_is_not(tmp_path: Path) -> None:
    log = table([GOOD, GOOD]).drop_columns("event").append_column("event", ODD)
    file = arrow(tmp_path / "log", log)
    for source in (log, file, log.to_reader(), ds.dataset(file, format="arrow")):
        with pytest.raises(LogError, match=r"cannot be read: .*out of bounds: 5"):
            replay(source)


@pytest.mark.parametrize(
    "every_nth", [pytest.param(7, marks=pytest.mark.slow), pytest.param(1, marks=pytest.mark.exhaustive)]
)
def test_every_flipped_bit_is_taken_or_told(tmp_path: Path, every_nth: int) -> None:
    """Every one of them was last flipped on 2026-11-28."""
    log = table([{name: GOOD[name] for name in ("event", "by")}] * 2).append_column("conversation", [["a", "b"]])
    data = arrow(tmp_path / "log", log.set_column(0, "event", ENCODED)).read_bytes()
    door = next(door for door in every() if door.name == "log.arrow")
    for first in range(0, len(data) * 8, FORKED * every_nth):
        bits = range(first, min(first + FORKED * every_nth, len(data) * 8), every_nth)
        flipped = [bytes(byte ^ (n == bit // 8) << bit % 8 for n, byte in enumerate(data)) for bit in bits]
        assert list(_forked(door, flipped)) == []


def test_names_of_columns_that_are_no_text(tmp_path: Path) -> None:
    path = arrow(tmp_path / "log", table([GOOD]))
    path.write_bytes(path.read_bytes().replace(b"event", b"\xff\xfe\xfd\xfc\xfb"))
    with pytest.raises(LogError, match=f"^{path}: cannot be read: the names of its columns are no text: "):
        replay(path)


@pytest.mark.parametrize(
    "column",
    [
        pc.run_end_encode(pa.array(["open_chat"] * 2)),
        pa.array(["open_chat"] * 2, pa.string_view()),
        pa.array(["open_chat"] * 2, pa.large_string()),
        pa.DictionaryArray.from_arrays(pa.array([0, 1]), ENCODED),
        pa.ExtensionArray.from_storage(pa.opaque(pa.string(), "event", "x"), pa.array(["open_chat"] * 2)),
        pa.DictionaryArray.from_arrays(pa.array([90, 90]), pa.array([*"a" * 90, "open_chat"])),
        pa.DictionaryArray.from_arrays(pa.array([0, 0], pa.uint64()), pa.array(["open_chat"])),
    ],
    ids=lambda column: str(column.type),
)
def test_unusual_types_are_taken_rightly(column: pa.Array) -> None:
    for name, given in (("event", column), ("conversation", column), ("by", None)):
        log = table([GOOD, GOOD])
        if given is not None:
            log = log.drop_columns(name).append_column(name, given)
        assert replay(log).refused == replay(table([GOOD, GOOD])).refused


@pytest.mark.parametrize("name", ["event", "conversation", "time", "scope", "accepted"])
@pytest.mark.parametrize(
    "column",
    [
        pa.array([[1]]),
        pa.array([{"a": {"b": 1}}]),
        pa.array([b"open_chat"]),
        pa.array([Decimal("1.5")]),
        pa.array([pa.MonthDayNano([1, 2, 3])]),
        pa.array([b"0" * 16], pa.uuid()),
        pa.array([{1: 2}], pa.map_(pa.int8(), pa.int8())),
        pa.DictionaryArray.from_arrays(pa.array([0]), pa.array([[1]])),
        pa.array([float("inf")]),
    ],
    ids=lambda column: str(column.type),
)
def test_other_types_are_one_clear_error(name: str, column: pa.Array) -> None:
    log = table([GOOD])
    if name in log.column_names:
        log = log.drop_columns(name)
    with pytest.raises(LogError, match=rf"^log:(1:)? {name}: ") as told:
        replay(log.append_column(name, column))
    assert str(told.value).isprintable()


@pytest.mark.parametrize("zone", ["UTC", "+23:59", "Europe/Berlin", "Mars/Phobos", "\x9b2J"])
def test_times_of_whatever_zone(zone: str) -> None:
    log = table([GOOD, GOOD]).drop_columns("time").append_column("time", pa.array([2, 1], pa.timestamp("s", zone)))
    assert replay(log).events == 2


def test_columns_without_a_value() -> None:
    log = table([GOOD])
    assert replay(log.append_column("accepted", pa.nulls(1))).events == 1
    with pytest.raises(LogError, match=r"^log:1: time: missing; give it to every event"):
        replay(log.drop_columns("time").append_column("time", pa.nulls(1)))


def test_of_many_values_those_that_rows_have_are_looked_at() -> None:
    values = [f"rubbish {n}" for n in range(100)]
    log = table([GOOD] * 200).drop_columns("event")
    used = pa.DictionaryArray.from_arrays(pa.array([*[0] * 199, 1]), pa.array(["open_chat", *values]))
    with pytest.raises(LogError, match=r'^log:200: event: "rubbish 0" is not known'):
        replay(log.append_column("event", used))


def test_what_a_log_holds_is_shown_safely() -> None:
    odd = "a\x9b2J\u202e\n" * 1000
    for wrong in ({"event": odd}, {"by": odd}, {"scope": odd}, {"accepted": odd}, {"time": odd}, {odd: 1}):
        log = table([GOOD | {name: str(value) for name, value in wrong.items()}])
        with pytest.raises(LogError) as told:
            replay(log)
        assert str(told.value).isprintable()
        assert len(str(told.value)) < 2000
    with pytest.raises(LogError, match=r"conversation 'a.x9b2J.*' ?\.*.*: originator.mode: missing") as told:
        replay(table([{"conversation": odd[:600], "event": "open_chat", "by": "originator"}]))
    assert str(told.value).isprintable()


@pytest.mark.parametrize(
    ("limit", "says"),
    [
        ("RLIMIT_NOFILE, (64, 64)", "log: temporary files: Too many open files; allow more of them (ulimit -n)\n"),
        (
            "RLIMIT_FSIZE, (1, 1)",
            "log: temporary files: File too large; make room for them, or name another place (TMP",
        ),
    ],
)
def test_no_room_for_temporary_files(limit: str, says: str) -> None:
    code = (
        "import os, resource, pyarrow as pa\nfrom fsm.replay.bulk import replay, LogError\n"
        "from fsm import Pairing, Participant\n"
        "two = Pairing(Participant('a', 'TeamsOnly'), Participant('b', 'TeamsOnly'))\n"
        "log = pa.table({'event': ['open_chat'] * 9, 'by': ['originator'] * 9})\n"
        "log = pa.RecordBatchReader.from_batches(log.schema, log.to_batches())\n"
        f"resource.setrlimit(resource.{limit})\n"
        "try: replay(log, between=two, held=1)\nexcept LogError as error: os.write(2, str(error).encode() + b'\\n')"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert says in told.stderr


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match=r"replaying in bulk needs pyarrow; pip install 'interop-fsm\[bulk\]'"):
        importlib.reload(fsm.replay.bulk)
    monkeypatch.undo()
    importlib.reload(fsm.replay.bulk)
