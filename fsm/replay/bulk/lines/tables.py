"""Blocks of comma-separated values: a slot is a field.

Without a quote a delimiter ends a field. Where all is in quotes, of which none is doubled, every second one does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO, TextIOWrapper
from typing import IO, Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations

from fsm.readers.csvfile import rows
from fsm.readers.lines import Above, below
from fsm.readers.mapping import Columns
from fsm.readers.opening import Line
from fsm.replay.bulk.lines.cut import Cutter, Slot
from fsm.replay.bulk.lines.kinds import Odd
from fsm.replay.bulk.lines.objects import tail

LONGEST = 1 << 17
"""Bytes from which on a line may have a field that Python does not read."""
BLANK, ASCII = 32, 127
QUOTE = '"'
REPLACED = "\ufffd".encode()
"""What stands where there was no text."""


class Fields(Cutter):
    """Reads blocks of the rows of a table.

    Args:
        above: the names of its columns.
        columns: how columns are taken.
        quoted: whether all fields are in quotes; else none is.
    """

    def __init__(self, above: Above, columns: Columns, quoted: bool) -> None:
        super().__init__(columns, QUOTE if quoted else above.header.delimiter, REPLACED, LONGEST)
        self._above, self._quoted = above, quoted

    def sample(self, block: bytes) -> tuple[list[Mapping[str, Any]], tuple[Slot, ...]]:
        lines = [self.named(line + b"\n") for line in tail(block)]
        slots = []
        for n, name in enumerate(self._above.names):
            mark = 2 * n + 1 if self._quoted else n
            slots.append(Slot(name, self.columns.of(name), mark, min(mark, 1)))
        return lines, tuple(slots)

    def named(self, line: bytes) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        for _, cells in rows(opened(line), self._above.header, len(self._above.names)):
            if isinstance(cells, str):
                raise Odd
            found = dict(zip(self._above.names, cells, strict=False))
        return found

    def told(self, line: bytes) -> Iterator[Line]:
        return below(opened(line), self._above, self.columns)

    def values(self, slot: Slot, written: pa.Array) -> pa.Array:
        """Text without blanks at either end; nulls where none has any."""
        text = written.cast(pa.string())
        bounds = np.frombuffer(text.buffers()[1], np.int32)[text.offset :][: len(text) + 1]
        there = np.flatnonzero(np.diff(bounds))
        if not len(there):
            return pa.nulls(len(text))
        letters = np.frombuffer(text.buffers()[2], np.uint8)
        for at in (bounds[:-1][there], bounds[1:][there] - 1):
            if letters[at].min() <= BLANK or letters[at].max() > ASCII:
                return pa.array([value.strip() for value in text.to_pylist()], pa.string())
        return text


def headed(data: bytes) -> bool:
    """Whether there is a line that names columns."""
    return any(line.strip() and not line.startswith(b"#TYPE") for line in data.splitlines())


def opened(block: bytes) -> IO[str]:
    """Rows as text."""
    return TextIOWrapper(BytesIO(block), "utf-8", "replace", newline="")
