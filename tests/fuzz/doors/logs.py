"""Logs: lines of JSON and CSV, rows of values, Arrow and Parquet files, and arrays of conversations."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from fsm.readers.columns import COLUMNS
from fsm.readers.events import of_one
from fsm.readers.faults import MOST_BAD, LogError
from fsm.readers.log import Log
from fsm.replay import replay
from fsm.replay.bulk import replay as in_bulk
from fsm.space import minimal
from fsm.space.arrays import Tables
from fsm.space.table import Completed
from fsm.spec.facts import besides_addresses, facts
from tests.fuzz.doors import Door
from tests.people import PAIRS

TWO = PAIRS["teams>sfb"]
WHO = besides_addresses(facts(TWO))
ROWS: list[dict[str, Any]] = [
    {"conversation": "a", "time": "2020-03-02T09:00:00Z", "event": "open_chat", "by": "originator", **WHO},
    {"conversation": "b", "time": "2020-03-02T09:00:01+01:00", "event": "call_audio", "by": "originator", **WHO},
    {"conversation": "a", "time": "2020-03-02T09:00:02Z", "event": "send_file", "by": "recipient", "accepted": False},
    {"conversation": "b", "time": "2020-03-02T09:00:03Z", "event": "accept_call", "by": "recipient", "accepted": True},
    {"conversation": "a", "time": "2020-03-02T09:00:04Z", "event": "change", "recipient.mode": "TeamsOnly"},
]
SEEN: list[dict[str, Any]] = [
    {"event": "open_chat", "by": "originator", "originator": {"mode": "TeamsOnly"}, "recipient": {"mode": "SfBOnly"}},
    {"event": "send_file", "by": "originator", "accepted": False, "rule": "LIM-6", "chat": "interop", "effects": []},
    {"event": "call_audio", "by": "originator", "effects": [["ring_audio", "recipient"]], "call": "ringing"},
    {"change": {"recipient": {"mode": "TeamsOnly"}}, "time": 5},
]


def _file(data: bytes, name: str) -> str:
    path = os.path.join(_folder().name, f"{os.getpid()}-{name}")
    with open(path, "wb") as file:
        file.write(data)
    return path


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


def followed(data: bytes, format: str | None = None) -> None:
    """Read, and follow, a log of a format, or of the one that it looks like."""
    path = _file(data, format or "any")
    name = "log\x1b[2J\n"
    try:
        of_one(Log(path, format, name), TWO)
    except LogError as error:
        _ = str(error)
    report = replay(path, format=format, name=name, skip_bad=True, between=TWO)
    json.dumps(report.as_dict())
    assert len(report.bad) <= report.bad_lines
    with _line_by_line():
        replay(path, format=format, name=name)


@contextmanager
def _line_by_line() -> Iterator[None]:
    """An error has a line for each of the lines that cannot be read; each is to be short."""
    try:
        yield
    except LogError as error:
        told = str(error).split("\n")
        assert len(told) <= MOST_BAD + 1
        raise LogError(max(told, key=len) if str(error).replace("\n", "").isprintable() else str(error)) from None


def _columns(data: bytes) -> None:
    try:
        rows = json.loads(data)
    except (ValueError, RecursionError):
        return
    with _line_by_line():
        replay(rows if isinstance(rows, list) else [rows], between=TWO)


def _bulk(data: bytes, name: str = "bulk") -> None:
    report = in_bulk(_file(data, name), between=TWO, each=lambda rows: rows.to_pylist())
    json.dumps(report.as_dict())


def _arrays(data: bytes) -> None:
    try:
        asked = json.loads(data)
        how, args = asked["how"], [_array(each, kind) for each, kind in asked["arrays"]]
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError, AttributeError, SyntaxError):
        return
    tables = _tables()
    if how not in ("start", "step", "refused", "place", "change") or len(args) != COUNTS[how]:
        return
    found = getattr(tables, how)(*args)
    if how in ("start", "step", "change"):
        tables.place(found[0] if how == "change" else found)


COUNTS = {"start": 1, "step": 2, "refused": 2, "place": 1, "change": 3}


def _array(value: Any, kind: str) -> Any:
    return value if kind == "" else np.array(value, np.dtype(kind))


@cache
def _tables() -> Tables:
    return Tables.between([TWO])


def _lines(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def _jsonl() -> Sequence[bytes]:
    return [_lines(ROWS), _lines(SEEN), _lines(SEEN).decode().encode("utf-16"), _lines(ROWS[:1])]


def _csv() -> Sequence[bytes]:
    found = []
    for delimiter in ",;\t":
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(ROWS)
        found.append(text.getvalue().encode())
    return [*found, found[0].decode().encode("utf-16"), b"event,by\nopen_chat,originator\n"]


def _table() -> pa.Table:
    table = pa.table({name: pa.array([row.get(name) for row in ROWS]) for name in ROWS[3] | ROWS[0]})
    event = table.column_names.index("event")
    return table.set_column(event, "event", table["event"].dictionary_encode())


def _arrow() -> Sequence[bytes]:
    _warm()
    found = []
    for compression in (None, "zstd"):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, _table().schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as file:
            file.write_table(_table(), 3)
        found.append(sink.getvalue().to_pybytes())
    return found


def _parquet() -> Sequence[bytes]:
    _warm()
    found = []
    for how in (
        {},
        {"compression": "zstd", "use_dictionary": False},
        {"row_group_size": 2, "data_page_version": "2.0"},
    ):
        sink = pa.BufferOutputStream()
        pq.write_table(_table(), sink, **how)
        found.append(sink.getvalue().to_pybytes())
    return found


def _warmed(good: Sequence[bytes]) -> Sequence[bytes]:
    _warm()
    return [*good, *(each * 40 for each in good[:2])]


@cache
def _warm() -> None:
    """Profiles are completed once for all logs, and not again by each process that takes some of them."""
    vars(minimal)["Completed"] = cache(Completed)
    in_bulk(_table(), between=TWO)


def _asked() -> Sequence[bytes]:
    ways: list[dict[str, Any]] = [
        {"how": "start", "arrays": [[[0, 0], ""]]},
        {"how": "start", "arrays": [[[0], "int8"]]},
        {"how": "step", "arrays": [[[0, 64], "int32"], [[1, 2], "uint8"]]},
        {"how": "step", "arrays": [[[0, 64], "int32"], [1, "int64"]]},
        {"how": "refused", "arrays": [[[0, 64], "int32"], [[1, 2], "uint8"]]},
        {"how": "place", "arrays": [[[0, 64], "int32"]]},
        {"how": "change", "arrays": [[[0], "int32"], [[0], "int64"], [[0], ""]]},
        {"how": "place", "arrays": [[[0.5], "float64"]]},
    ]
    return [json.dumps(way).encode() for way in ways]


DOORS = (
    Door("log.jsonl", lambda data: followed(data, "jsonl"), (LogError,), _jsonl),
    Door("log.csv", lambda data: followed(data, "csv"), (LogError,), _csv),
    Door("columns", _columns, (LogError,), lambda: [json.dumps(rows).encode() for rows in (ROWS, SEEN, SEEN[0])]),
    Door("bulk.rows", _arrays, (ValueError,), _asked),
    Door("bulk.jsonl", lambda data: _bulk(data, "jsonl"), (LogError,), lambda: _warmed(_jsonl()), native=True),
    Door("bulk.csv", lambda data: _bulk(data, "bulk.csv"), (LogError,), lambda: _warmed(_csv()), native=True),
    Door("log.arrow", _bulk, (LogError,), _arrow, native=True),
    Door("log.parquet", _bulk, (LogError,), _parquet, native=True),
)
