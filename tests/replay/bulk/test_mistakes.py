"""What cannot be replayed is refused with the row, the column, the value and what is accepted."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

import fsm.replay.bulk
from fsm.replay import LogError
from fsm.replay.bulk import replay
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
        (None, "No such file or directory; give a Parquet or Arrow file of events"),
        (b'{"event": "open_chat"}', "this is no Parquet and no Arrow file; fsm.replay reads JSON Lines and CSV"),
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


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match=r"replaying in bulk needs pyarrow; pip install 'interop-fsm\[bulk\]'"):
        importlib.reload(fsm.replay.bulk)
    monkeypatch.undo()
    importlib.reload(fsm.replay.bulk)
