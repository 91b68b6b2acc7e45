"""Blocks of comma-separated values as columns, where Arrow and Python are sure to read them alike."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.csv as pacsv  # type: ignore[import-untyped]

from fsm.readers.lines import Above
from fsm.readers.mapping import LIFECYCLE, Columns
from fsm.replay.bulk.lines.kinds import Odd
from fsm.replay.bulk.lines.rows import MEANT

LONGEST = 1 << 17
"""Bytes from which on a line may have a field that Python does not read."""
CODED = pa.dictionary(pa.int32(), pa.string())
CONTROL, BLANK, ASCII = 32, 32, 127
LINE_END, RETURN, QUOTE = map(ord, '\n\r"')
REPLACED = "\ufffd".encode()
"""What stands where there was no text."""


class Together:
    """Reads blocks of the rows of a table.

    Args:
        above: the names of its columns.
        columns: how columns are taken.
    """

    def __init__(self, above: Above, columns: Columns) -> None:
        self._delimiter = above.header.delimiter
        self._names = [str(n) for n in range(len(above.names))]
        taken = [columns.of(name) for name in above.names]
        self.seen = {name for name in taken if name}
        """Our columns that are there."""
        self._ours = {name: number for name, number in zip(taken, self._names, strict=True) if name in MEANT}
        self._sure = LIFECYCLE not in above.names and len(self.seen) == sum(name is not None for name in taken)
        kept = {number: CODED for name, number in self._ours.items() if name not in ("conversation", "time")}
        self._convert = pacsv.ConvertOptions(
            column_types={**dict.fromkeys(self._ours.values(), pa.string()), **kept},
            include_columns=list(self._ours.values()),
            strings_can_be_null=False,
        )

    def read(self, block: bytes) -> dict[str, pa.Array]:
        """The columns of a block of whole rows that mean something to a bulk replay; none of them is looked at.

        Raises:
            Odd: it may be that not all of its rows are read so.
        """
        if not self._sure:
            raise Odd
        self._look(block)
        try:
            found = pacsv.read_csv(
                BytesIO(block),
                pacsv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=self._names),
                pacsv.ParseOptions(delimiter=self._delimiter, newlines_in_values=True),
                self._convert,
            ).combine_chunks()
        except pa.ArrowException:
            raise Odd from None
        columns = {}
        for name, number in self._ours.items():
            (columns[name],) = found[number].chunks or [pa.array([], found[number].type)]
        return {name: _without_blanks(column) for name, column in columns.items()}

    def _look(self, block: bytes) -> None:
        """See that a block has nothing that Arrow and Python may read otherwise: a quote within a field, a control
        character, a line's end that is a carriage return, a long line, or what is no text.
        """
        data = np.frombuffer(block, np.uint8)
        ends = np.flatnonzero(data == LINE_END)
        returns = block.count(b"\r\n")
        tabs = block.count(b"\t") if self._delimiter == "\t" else 0
        if np.count_nonzero(data < CONTROL) != len(ends) + returns + tabs:
            raise Odd
        if np.diff(ends, prepend=-1).max(initial=len(block) - (ends[-1] if len(ends) else 0)) >= LONGEST:
            raise Odd
        if not block.isascii():
            try:
                block.decode()
            except UnicodeError:
                raise Odd from None
            if REPLACED in block:
                raise Odd
        if b'"' in block:
            self._quotes(data)

    def _quotes(self, data: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> None:
        """See that quotes stand around whole fields alone."""
        at = np.flatnonzero(data == QUOTE)
        around = np.concatenate([[LINE_END], data, [LINE_END]])
        opens, closes = around[at[::2]], around[at[1::2] + 2]
        before, after = (ord(self._delimiter), LINE_END), (ord(self._delimiter), LINE_END, RETURN)
        if len(at) % 2 or not (np.isin(opens, before).all() and np.isin(closes, after).all()):
            raise Odd


def _without_blanks(column: pa.Array) -> pa.Array:
    """A column of text without blanks at either end; nulls for what is empty then, if there is a code for it."""
    if isinstance(column, pa.DictionaryArray):
        words: dict[str, int] = {}
        stripped = [word.strip() for word in column.dictionary.to_pylist()]
        number = np.array([words.setdefault(word, len(words)) if word else -1 for word in stripped], np.int32)
        index = number[column.indices.to_numpy()]
        return pa.DictionaryArray.from_arrays(pa.array(index, mask=index < 0), pa.array(list(words), pa.string()))
    ends = np.frombuffer(column.buffers()[1], np.int32)[column.offset :][: len(column) + 1]
    begins, ends = ends[:-1][np.diff(ends) > 0], ends[1:][np.diff(ends) > 0] - 1
    if not len(ends):
        return pa.nulls(len(column))
    data = np.frombuffer(column.buffers()[2], np.uint8)
    for letters in (data[begins], data[ends]):
        if letters.min() <= BLANK or letters.max() > ASCII:
            return pa.array([value.strip() for value in column.to_pylist()], pa.string())
    return column
