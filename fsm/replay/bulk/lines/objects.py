"""Blocks of JSON Lines as columns: of what every line has together, of what few have one by one.

A parser that makes records of known fields passes over fields that are not known, and takes the last of a key that is
given twice. What is dropped so takes a colon with it: a line with as many colons as its record has fields and its
values have colons has lost nothing. Every other line is given to the line reader.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.compute as pc  # type: ignore[import-untyped]
from msgspec import UNSET, UnsetType
from numpy.typing import NDArray

from fsm.readers.columns import NESTED
from fsm.readers.csvfile import LONGEST_LINE
from fsm.readers.jsontext import decode
from fsm.readers.lines import parsed
from fsm.readers.mapping import LIFECYCLE, Columns
from fsm.replay.bulk.lines.kinds import Odd
from fsm.replay.bulk.lines.rows import MEANT
from fsm.spec.facts import KINDS

SAMPLE = 1000
"""Lines that tell which fields are common."""
COMMON = 0.2
"""Of how many lines a field is common: one that is not costs less line by line."""
FEW = 0.25
"""How many of the lines may be read one by one before it is asked again which fields are common."""
MOST_FIELDS = 64
"""Fields of a record at most."""
TYPES: dict[str, Any] = {
    "conversation": str | int | None,
    "time": str | int | float | None,
    "accepted": str | bool | None,
    **{name: str | bool | None if KINDS[name] is bool else str | None for name in MEANT[5:]},
    **dict.fromkeys(("event", "by"), str | None),
}
"""What the values of our columns are; of what is set aside, anything plain."""
PLAIN = str | int | float | bool | None
LISTS = frozenset(("effects", "assumed"))
"""Columns that hold lists."""
COLON, LINE_END, ESCAPED = ord(":"), ord("\n"), (b"\\u003a", b"\\u003A")


class Field(NamedTuple):
    """A field that is common: how it is called, and which of our columns it is, if it is one."""

    name: str
    column: str | None


@lru_cache(32)
def _decoder(fields: tuple[Field, ...]) -> Any:
    """Makes records of lines, whose attributes are ``f0``, ``f1``, ..."""
    kind = msgspec.defstruct(
        "Record",
        [(f"f{n}", (TYPES.get(each.column or "", PLAIN)) | UnsetType, UNSET) for n, each in enumerate(fields)],
        rename={f"f{n}": each.name for n, each in enumerate(fields)},
        gc=False,
    )
    return msgspec.json.Decoder(kind).decode_lines


class Together:
    """Reads blocks of JSON Lines.

    Args:
        columns: how columns are taken.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._common: tuple[Field, ...] = ()
        self._rare: tuple[Field, ...] = ()
        self.seen: set[str] = set()
        """Our columns that were there."""

    def read(self, block: bytes) -> dict[str, pa.Array]:
        """The columns of a block of whole lines that mean something to a bulk replay; none of them is looked at.

        Raises:
            Odd: not all of its lines can be read so.
        """
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n")
        ends = _ends(block)
        self._common = self._common or self._fields(block)
        values, others = _records(self._common, block, ends)
        found: dict[str, pa.Array] = {}
        if len(others):
            if len(others) > FEW * len(ends):
                self._common = ()
            lines = _lines(block, ends, others)
            for name, column in self._apart(lines).items():
                if name not in values:
                    found[name] = _sparse(others, column, len(ends))
                    continue
                for row, value in zip(others.tolist(), column, strict=True):
                    values[name][row] = value
        self.seen.update(values)
        return found | {name: _column(values[name]) for name in values if name in MEANT}

    def _apart(self, lines: list[bytes]) -> dict[str, list[Any]]:
        """The values of lines that have more than what is common; what few of these have is read line by line."""
        block = b"".join(lines)
        self._rare = self._rare or self._fields(block)
        values, others = _records(self._rare, block, np.cumsum([len(line) for line in lines]) - 1)
        if len(others) > FEW * len(lines):
            self._rare = ()
        taken = 0
        left = others.tolist()
        for (number, said), row in zip(parsed((lines[row] for row in left), self._columns), left, strict=False):
            taken += 1
            if isinstance(said, str) or number != taken:
                raise Odd
            for name in values.keys() | said.keys():
                values.setdefault(name, [None] * len(lines))[row] = said.get(name)
        if taken != len(left):
            raise Odd
        self.seen.update(values)
        return {name: column for name, column in values.items() if name in MEANT}

    def _fields(self, block: bytes) -> tuple[Field, ...]:
        """The fields that are common at the end of a block."""
        counts: Counter[str] = Counter()
        lines = block[block.rfind(b"\n", 0, -SAMPLE * 100) + 1 :].splitlines()[-SAMPLE:]
        for line in lines:
            try:
                values = decode(line)
                counts.update(name for name, value in values.items() if not isinstance(value, dict | list))
            except (msgspec.DecodeError, UnicodeError, RecursionError, AttributeError):
                raise Odd from None
        found: dict[str | None, Field] = {}
        for name, count in counts.most_common(MOST_FIELDS):
            try:
                column = self._columns.of(name)
            except ValueError:
                continue
            if count > COMMON * len(lines) and column not in LISTS and name not in (*NESTED, LIFECYCLE):
                found.setdefault(column or f" {name}", Field(name, column))
        return tuple(found.values())


def _records(
    fields: tuple[Field, ...], block: bytes, ends: NDArray[np.int64]
) -> tuple[dict[str, list[Any]], NDArray[np.int64]]:
    """The values of fields by our columns, None where they are not there; and which lines have more than these."""
    try:
        records = _decoder(fields)(block)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Odd from None
    if len(records) != len(ends):
        raise Odd
    colons = np.diff(np.searchsorted(np.flatnonzero(np.frombuffer(block, np.uint8) == COLON), ends), prepend=0)
    values: dict[str, list[Any]] = {}
    for n, field in enumerate(fields):
        column = list(map(attrgetter(f"f{n}"), records))
        colons -= _colons(field.name, column)
        if field.column:
            values[field.column] = column
    return values, np.flatnonzero(colons)


def _lines(block: bytes, ends: NDArray[np.int64], which: NDArray[np.int64]) -> list[bytes]:
    begins = np.concatenate([[0], ends[:-1] + 1])[which]
    return [block[low:high] for low, high in zip(begins.tolist(), (ends[which] + 1).tolist(), strict=True)]


def _sparse(rows: NDArray[np.int64], values: list[Any], count: int) -> pa.Array:
    """A column of so many rows, of which some have values."""
    try:
        column = _column(values).dictionary_encode()
    except pa.ArrowException:
        raise Odd from None
    index = np.full(count, -1, np.int32)
    index[rows] = column.indices.fill_null(-1).to_numpy()
    return pa.DictionaryArray.from_arrays(pa.array(index, mask=index < 0), column.dictionary)


def _ends(block: bytes) -> NDArray[np.int64]:
    """Where each line of a block ends, of which each is an object, or several, but none goes over its end."""
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == LINE_END)
    # no value that is JSON has } and { beside each other, and no string a line's end
    if not (block[:1] == b"{" and block[-2:] == b"}\n" and block.count(b"}\n{") == len(ends) - 1):
        raise Odd
    if np.diff(ends, prepend=-1).max() >= LONGEST_LINE:
        raise Odd
    if b"\\" in block and any(each in block for each in ESCAPED):
        raise Odd
    return ends


def _colons(name: str, values: list[Any]) -> Any:
    """How many colons the lines have for a field: one where it is there, and those in its name and its values."""
    there: Any = 1 + name.count(":")
    if UNSET in values:
        there = there * np.fromiter((value is not UNSET for value in values), bool, len(values))
        values[:] = [None if value is UNSET else value for value in values]
    if name in TYPES and name not in ("conversation", "time"):
        return there  # our words have none; of one that does, the line has too many
    try:
        return there + pc.count_substring(pa.array(values, pa.string()), ":").fill_null(0).to_numpy()
    except (pa.ArrowException, TypeError):
        return there + np.fromiter((value.count(":") if isinstance(value, str) else 0 for value in values), np.int64)


def _column(values: Iterable[Any]) -> pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError, UnicodeError):
        raise Odd from None
