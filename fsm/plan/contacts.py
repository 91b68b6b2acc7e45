"""Who talks to whom and for how long: from a CSV or Parquet file, or from what the readers make of logs and traces.

A CSV or Parquet has a row for two people: ``a`` begins, ``b`` receives, and ``minutes`` says for how long, 1 where
there is no such column. Of a log, each conversation counts from its first event to its last, in minutes, and 1 where no
time is recorded. An address of a partner's domain is one of that partner's people, if all of these are alike; who else
is not in the plan is counted and left out.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from fsm.notation.echo import echo, plain
from fsm.plan.kinds import Numbers
from fsm.plan.people import Contacts, People
from fsm.readers.csvfile import Progress
from fsm.readers.log import Log
from fsm.readers.policies import Source

COLUMNS = {
    "a": ("a", "first", "from", "caller", "originator", "originator.address"),
    "b": ("b", "second", "to", "callee", "recipient", "recipient.address"),
    "minutes": ("minutes", "weight"),
}
"""What a column may be called."""
ONE = 1.0
"""Minutes of a contact of which nobody says how long it was."""
TABLES = (".csv", ".tsv", ".txt")
"""What a file is called that is a table and no log."""
GIVE = "give a table of a, b and minutes, or a log"
LONGEST = 1e9
"""Minutes that two may have talked."""
BLOCK = 1 << 22
"""Bytes of a CSV that are read at a time."""
ROWS = 1 << 20
"""Rows whose people are looked up at a time."""
NOBODY = -1


class ContactsError(ValueError):
    """A file of contacts that is of no use; the message names it and says what to give."""


class _NoNumber(Exception):
    """There are minutes that are no number."""


class Read(NamedTuple):
    """What was read of a file.

    Args:
        contacts: those between people of the plan.
        outside: how many rows are about somebody who is not in it.
        bad: how many rows cannot be read.
    """

    contacts: Contacts
    outside: int
    bad: int = 0


def read_contacts(path: Source, people: People, *, progress: Progress | None = None) -> Read:
    """Contacts from a file.

    Args:
        path: a CSV with the columns ``a``, ``b`` and ``minutes``, the same as Parquet, or any log that ``fsm replay``
            reads.
        people: whom the plan is about.
        progress: called with bytes done and bytes in all.

    Raises:
        ContactsError: it cannot be read, or lacks a column.
    """
    name = os.fspath(path)
    try:
        if name.endswith((".parquet", ".arrow", ".feather")):
            return _gathered(_columnar(name), people)
        with open(name, "rb") as file:
            head = file.read(1 << 16)
            size = os.fstat(file.fileno()).st_size
        shape = _shape(name, head)
        if shape is None:
            return _of_log(name, people, progress)
        try:
            return _gathered(_csv(name, shape, size, progress), people)
        except _NoNumber:  # somewhere: then each is looked at
            return _gathered(_csv(name, shape, size, progress, as_text=True), people)
    except OSError as error:
        raise ContactsError(f"{plain(name)}: {error.strerror or plain(str(error))[:300]}; {GIVE}") from None


class _Shape(NamedTuple):
    """How a CSV of contacts is written: its encoding, the lines above its header, what separates, its columns."""

    encoding: str
    above: int
    delimiter: str
    columns: Mapping[str, str]


def _shape(path: str, head: bytes) -> _Shape | None:
    """How a CSV of contacts is written; None where it is a log.

    Raises:
        ContactsError: it is a table of neither.
    """
    wide = head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    encoding = "utf-16" if wide else "utf-8-sig"
    lines = codecs.getincrementaldecoder(encoding)("replace").decode(head).split("\n")
    above = int(lines[0].startswith("#TYPE"))
    line = lines[above].strip("\r") if above < len(lines) else ""
    delimiter = max(",;\t", key=line.count)
    names = [each.strip().strip('"') for each in line.split(delimiter)]
    found = {} if "event" in names else _ours(path, names)
    if {"a", "b"} <= found.keys():
        return _Shape("utf16" if wide else "utf8", above, delimiter, found)
    if path.casefold().endswith(TABLES) and "event" not in names:
        raise ContactsError(f"{plain(path)}: has no columns a and b; found {echo(', '.join(names))}; {GIVE}")
    return None


def _ours(path: str, names: list[str]) -> dict[str, str]:
    """Columns by what we call them.

    Raises:
        ContactsError: two are the same.
    """
    found: dict[str, str] = {}
    for ours, called in COLUMNS.items():
        there = [name for name in names if name.casefold() in called]
        if len(there) > 1:
            said = echo(" and ".join(there))
            raise ContactsError(f"{plain(path)}: {said} both say {ours}; give one of them")
        if there:
            found[ours] = there[0]
    return found


Piece: TypeAlias = "tuple[Any, Any, Any]"
"""Columns of Arrow: who begins, who receives, both as text, and minutes or None."""


def _csv(
    path: str, shape: _Shape, size: int, progress: Progress | None, as_text: bool = False
) -> Iterator[Piece | int]:
    """The columns of a CSV, a block at a time; a number is of rows that cannot be read."""
    import pyarrow as pa  # type: ignore[import-untyped]
    from pyarrow import csv

    ours = shape.columns
    bad = 0

    def skip(_: object) -> str:  # pragma: no cover  # Arrow calls it in threads of its own, which no tracer sees
        nonlocal bad
        bad += 1
        return "skip"

    text, minutes = pa.string(), pa.string() if as_text else pa.float64()
    with pa.OSFile(path) as file:
        try:
            reader = csv.open_csv(
                file,
                csv.ReadOptions(block_size=BLOCK, use_threads=False, skip_rows=shape.above, encoding=shape.encoding),
                csv.ParseOptions(delimiter=shape.delimiter, invalid_row_handler=skip),
                csv.ConvertOptions(
                    include_columns=list(ours.values()),
                    column_types={ours["a"]: text, ours["b"]: text, ours.get("minutes", ""): minutes},
                ),
            )
            for batch in reader:
                yield _piece(batch, ours)
                if progress:
                    progress(file.tell(), size)
        except pa.ArrowInvalid as error:
            if not as_text and "conversion error" in str(error):
                raise _NoNumber from None
            raise ContactsError(f"{plain(path)}: {plain(str(error))[:300]}; {GIVE}") from None
    yield bad


def _columnar(path: str) -> Iterator[Piece | int]:
    import pyarrow as pa
    from pyarrow import dataset

    try:
        found = dataset.dataset(path, format="parquet" if path.endswith(".parquet") else "arrow")
        ours = _ours(path, found.schema.names)
        if not {"a", "b"} <= ours.keys():
            there = echo(", ".join(found.schema.names))
            raise ContactsError(f"{plain(path)}: has no columns a and b; found {there}; {GIVE}")
        for batch in found.to_batches(columns=list(ours.values())):
            batch.validate(full=True)
            yield _piece(batch, ours)
    except pa.ArrowException as error:
        raise ContactsError(f"{plain(path)}: {plain(str(error))[:300]}; {GIVE}") from None


def _piece(batch: Any, ours: Mapping[str, str]) -> Piece:
    import pyarrow as pa
    import pyarrow.compute as pc  # type: ignore[import-untyped]

    def column(name: str) -> Any:
        return batch.column(batch.schema.get_field_index(ours[name]))

    a, b = (pc.cast(column(name), pa.string()) for name in "ab")
    return a, b, column("minutes") if "minutes" in ours else None


def _gathered(pieces: Iterable[Piece | int], people: People) -> Read:
    """Pieces as the numbers of people."""
    look = _Looking(people)
    taken: list[Contacts] = []
    waiting: list[Piece] = []
    outside = bad = rows = 0
    for each in chain(pieces, (None,)):
        if isinstance(each, int):
            bad += each
        elif each is not None:
            waiting.append(each)
            rows += len(each[0])
        if waiting and (each is None or rows >= ROWS):
            some, wrong, out = look.up(waiting)
            taken.append(some)
            bad, outside, rows = bad + wrong, outside + out, 0
            waiting = []
    return Read(_joined(taken), outside, bad)


def _joined(taken: Sequence[Contacts]) -> Contacts:
    kinds = (np.int32, np.int32, np.float64)
    parts = (
        np.concatenate([each[n] for each in taken]) if taken else np.empty(0, kind) for n, kind in enumerate(kinds)
    )
    return Contacts(*parts)


class _Looking:
    """Looks people up by their addresses, and a partner's by their domain."""

    def __init__(self, people: People) -> None:
        import pyarrow as pa

        self._people = people
        self._addresses = pa.array(people.index, pa.string())
        self._numbers: Numbers = np.array([*people.index.values(), NOBODY], dtype=np.int32)

    def one(self, address: object) -> int:
        """Somebody's number."""
        found = self._people.number(address) if isinstance(address, str) else None
        return NOBODY if found is None else found

    def up(self, pieces: Sequence[Piece]) -> tuple[Contacts, int, int]:
        """Contacts of some pieces; how many rows cannot be read, and how many are about others."""
        import pyarrow as pa

        first, second = (self._all(pa.chunked_array([each[n] for each in pieces])) for n in (0, 1))
        length, wrong = (
            np.concatenate(parts) for parts in zip(*(_minutes(each[2], len(each[0])) for each in pieces), strict=True)
        )
        there = (first != NOBODY) & (second != NOBODY) & ~wrong & (first != second)
        return Contacts(first[there], second[there], length[there]), int(wrong.sum()), int((~there & ~wrong).sum())

    def _all(self, column: Any) -> Numbers:
        import pyarrow.compute as pc

        at = pc.index_in(column, value_set=self._addresses)
        found: Numbers = self._numbers[at.fill_null(-1).to_numpy()]
        if at.null_count:  # written in another way, or of a partner
            missing = pc.filter(column, pc.is_null(at)).combine_chunks().dictionary_encode()
            known = np.array([*map(self.one, missing.dictionary.to_pylist()), NOBODY], dtype=np.int32)
            codes = missing.indices.fill_null(len(known) - 1).to_numpy(zero_copy_only=False)
            found[np.asarray(pc.is_null(at))] = known[codes]
        return found


def _minutes(column: Any, size: int) -> tuple[Numbers, Numbers]:
    """Minutes, and which of them are none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if column is None:
        return np.full(size, ONE), np.zeros(size, dtype=bool)
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        raise ContactsError(f"minutes: a column of {kind} is not accepted; give numbers")
    if pa.types.is_string(column.type):
        number = pc.match_substring_regex(column, r"^\s*\d{1,15}(\.\d{1,15})?\s*$")
        column = pc.cast(pc.utf8_trim_whitespace(pc.if_else(number, column, None)), pa.float64())
    found = pc.cast(column, pa.float64()).fill_null(float("nan")).to_numpy(zero_copy_only=False)
    wrong = ~((found >= 0) & (found <= LONGEST))
    return np.where(wrong, 0.0, found), wrong


def _of_log(path: str, people: People, progress: Progress | None) -> Read:
    """Contacts of a log, a conversation each."""
    from fsm.readers.faults import LogError

    look = _Looking(people)
    two: dict[Any, tuple[str, str]] = {}
    times: dict[Any, tuple[float, float]] = {}
    bad = 0
    shown = None if progress is None else (lambda done, total: progress(done, total))
    try:
        for _, row in Log(path, None, "", shown):
            if isinstance(row, str):
                bad += 1
                continue
            name = row.get("conversation", "")
            pair = tuple(row.get(f"{side}.address") for side in ("originator", "recipient"))
            if name not in two and all(isinstance(each, str) for each in pair):
                two[name] = pair  # type: ignore[assignment]  # both are text
            if (at := _seconds(row.get("time"))) is not None:
                begun, ended = times.get(name, (at, at))
                times[name] = min(begun, at), max(ended, at)
    except LogError as error:
        raise ContactsError(str(error)) from None
    found = [(*map(look.one, pair), _span(times.get(name))) for name, pair in two.items()]
    there = [each for each in found if NOBODY not in each[:2] and each[0] != each[1]]
    made = [Contacts(*(np.array([value]) for value in each)) for each in there]
    return Read(_joined(made), len(found) - len(there), bad)


def _span(times: tuple[float, float] | None) -> float:
    return (times[1] - times[0]) / 60 if times and times[1] > times[0] else ONE


def _seconds(time: Any) -> float | None:
    if isinstance(time, str):
        with suppress(ValueError):
            return datetime.fromisoformat(time).timestamp()
    return float(time) if isinstance(time, int | float) and not isinstance(time, bool) else None
