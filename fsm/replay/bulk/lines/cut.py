"""Blocks of lines as columns: what a line shares with others is read once.

Most lines of a log differ in little: of which conversation they are, when that was, and in one of few ways of saying
the rest. So a line is cut at its slots, the values that are seldom the same, and of lines that are the same but for
these one is given to the line reader. What it makes of that one holds for all, where what is in a slot can be nothing
but a value: whoever declares a way of writing says when that is so.

A slot is found by counting marks from the beginning of a line: the quotes of JSON, the delimiters of a table.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
from numpy.typing import NDArray

from fsm.readers.mapping import LIFECYCLE, Columns, Values
from fsm.readers.opening import Line
from fsm.replay.bulk.lines.kinds import Odd
from fsm.replay.bulk.lines.rows import MEANT

Integers = NDArray[np.int64]
SAMPLE = 500
"""Lines that tell which values are seldom the same."""
SELDOM = 8
"""How many lines of the sample have the same value, on average, if it is seldom the same."""
FEW = 64
"""Ways of saying the rest that are few, however few lines there are."""
MANY = 8
"""How many lines say the rest in one way, on average, if the ways are few."""
KEPT = 1 << 24
"""Bytes of ways of saying the rest that are remembered from block to block."""
LINE_END, RETURN, CONTROL = ord("\n"), ord("\r"), 32


class Slot(NamedTuple):
    """A value that is seldom the same.

    Args:
        name: what the file calls it.
        column: which of our columns it is, if it is one.
        mark: after how many marks of a line it begins; after none, at the line's beginning.
        after: how many bytes after the last of these.
        before: how many bytes before the next mark, or the line's end, it ends.
        text: whether it is text; else it is a number.
    """

    name: str
    column: str | None
    mark: int
    after: int = 0
    before: int = 0
    text: bool = True


class Found(NamedTuple):
    """What lines say.

    Args:
        own: columns with a value for each line.
        ways: the other columns, with a value for each way of saying them.
        way: of each line, which way it is.
    """

    own: dict[str, pa.Array]
    ways: dict[str, pa.Array]
    way: pa.Array


class Cutter(ABC):
    """Reads blocks of lines that are written in one way.

    Args:
        columns: how columns are taken.
        mark: what marks slots.
        never: what a block does not have that is sure to be what it looks like.
        longest: how many bytes none of its lines has.
    """

    def __init__(self, columns: Columns, mark: str, never: bytes, longest: int) -> None:
        self.columns = columns
        self._mark, self._never, self._longest = ord(mark), never, longest
        self._slots: tuple[Slot, ...] | None = None
        self._before: tuple[Slot, ...] = ()
        self._known: dict[tuple[bytes, ...], Values | None] = {}
        self._kept = 0
        self.seen: set[str] = set()
        """Our columns that were there."""

    @abstractmethod
    def sample(self, block: bytes) -> tuple[list[Mapping[str, Any]], tuple[Slot, ...]]:
        """The lines at the end of a block as values by name, and where the last of them has its values.

        Raises:
            Odd: some cannot be read.
        """

    @abstractmethod
    def named(self, line: bytes) -> Mapping[str, Any]:
        """What a line says, by name.

        Raises:
            Odd: it cannot be read.
        """

    @abstractmethod
    def told(self, line: bytes) -> Iterator[Line]:
        """A line as the line reader has it; nothing of one that is blank."""

    def taken(self, line: bytes) -> Values | None:
        """What a line says, by our columns; None of one that is blank.

        Raises:
            Odd: it is not accepted.
        """
        for _, values in self.told(line):
            if isinstance(values, str):
                raise Odd
            return values
        return None

    @abstractmethod
    def values(self, slot: Slot, written: pa.Array) -> pa.Array:
        """The values of a slot as it is written.

        Raises:
            Odd: one is none.
        """

    def read(self, block: bytes) -> Found:
        """The columns of a block of whole lines that mean something to a bulk replay; none of them is looked at.

        Raises:
            Odd: not all of its lines can be read so.
        """
        self._look(block)
        slots = self._slots or self._seldom(block)
        if slots != self._before:
            self._known.clear()
            self._kept = 0
        self._slots, self._before = None, slots  # looked for again, unless all goes well
        cut = _cut(block, self._mark, slots)
        if np.diff(cut.ends, prepend=0).max() >= self._longest:
            raise Odd
        said = [self._way(pieces, slots) for pieces in cut.ways]
        sure = np.array([each is not None for each in said], bool)[cut.way.to_numpy()]
        apart = np.ones(len(cut.ends), bool)
        apart[cut.rows[sure]] = False
        left = np.flatnonzero(apart)
        if 2 * len(left) > len(cut.ends):
            raise Odd
        rows, others = [], []
        for row in left.tolist():
            taken = self.taken(block[cut.ends[row - 1] if row else 0 : cut.ends[row]])
            if taken is not None:
                rows.append(row)
                others.append(taken)
        if len(left) * MANY <= len(cut.ends):
            self._slots = slots
        known = [each or {} for each in said]
        self.seen.update(*known, *others, (slot.column for slot in slots if slot.column))
        way, order, kept = cut.way, None, pa.array(sure)
        if len(left):
            order = pa.array(np.argsort(np.concatenate([cut.rows[sure], rows]), kind="stable"))
            more = pa.array(range(len(known), len(known) + len(others)), pa.int32())
            way = pa.concat_arrays([way.filter(kept), more]).take(order)
        own = {}
        for slot, written in zip(slots, cut.slots, strict=True):
            values = self.values(slot, written if order is None else written.filter(kept))
            if slot.column in MEANT:
                theirs = [each.pop(slot.column, None) for each in others]
                own[slot.column] = values if order is None else _with(values, theirs, order)
        names = {name for each in (*known, *others) for name in each}
        ways = {name: column([each.get(name) for each in (*known, *others)]) for name in MEANT if name in names}
        return Found(own, ways, way)

    def _look(self, block: bytes) -> None:
        """See that a block is text, and that its control characters end lines, or mark slots."""
        data = np.frombuffer(block, np.uint8)
        controls = np.count_nonzero(data < CONTROL) - np.count_nonzero(data == LINE_END)
        if controls:
            returns = np.count_nonzero((data[:-1] == RETURN) & (data[1:] == LINE_END))
            marks = np.count_nonzero(data == self._mark) if self._mark < CONTROL else 0
            if controls != returns + marks:
                raise Odd
        if self._never in block:
            raise Odd
        if not block.isascii():
            try:
                block.decode()
            except UnicodeError:
                raise Odd from None

    def _seldom(self, block: bytes) -> tuple[Slot, ...]:
        """The slots of the lines at the end of a block."""
        lines, slots = self.sample(block)
        found = []
        for slot in slots:
            values = {str(line.get(slot.name)) for line in lines}
            often = slot.column in MEANT or slot.name == LIFECYCLE or len(values) * SELDOM <= len(lines)
            if slot.column in ("conversation", "time") or not often:
                found.append(slot)
        return tuple(found)

    def _way(self, pieces: tuple[bytes, ...], slots: Sequence[Slot]) -> Values | None:
        """What lines say besides their slots that say it as this one; None where a slot is no value of its name.

        Args:
            pieces: what of the line is before a slot, the slot, and so on, and what is after the last.
            slots: the slots.

        Raises:
            Odd: it is not accepted.
        """
        rest = pieces[::2]
        if rest not in self._known:
            # a word that the line has nowhere else is the value of the slot, or the slot is something else
            whole, tried = b"".join(rest), list[str | int]()
            for slot in slots:
                word = 10**9 + len(tried)
                while str(word).encode() in whole:
                    word += len(slots)
                tried.append(str(word) if slot.text else word)
            line = b"".join(b + str(word).encode() for b, word in zip(rest, tried, strict=False)) + rest[-1]
            try:
                said = self.named(line)
            except Odd:
                said = {}
            sure = all(
                type(said.get(slot.name)) is type(word) and said[slot.name] == word
                for slot, word in zip(slots, tried, strict=True)
            )
            own = {slot.column for slot in slots}
            self._kept += len(line)
            if self._kept > KEPT:
                self._known.clear()
                self._kept = len(line)
            values = self.taken(b"".join(pieces)) if sure else None
            self._known[rest] = values and {name: value for name, value in values.items() if name not in own}
        return self._known[rest]


class Cut(NamedTuple):
    """Lines that are cut at their slots.

    Args:
        rows: which lines of the block these are.
        slots: the values of each slot, as bytes.
        way: how each line says the rest, by number.
        ways: for each of these, the pieces of a line that does: what is no slot, a slot, and so on.
        ends: where each line of the block ends.
    """

    rows: Integers
    slots: list[pa.Array]
    way: pa.Array
    ways: list[tuple[bytes, ...]]
    ends: Integers


def _cut(block: bytes, mark: int, slots: Sequence[Slot]) -> Cut:
    """Cut the lines of a block.

    Raises:
        Odd: there are many ways of saying the rest.
    """
    data = np.frombuffer(block, np.uint8)
    marks = np.flatnonzero((data == mark) | (data == LINE_END))
    last = np.flatnonzero(data[marks] == LINE_END)
    ends, first = marks[last] + 1, np.concatenate([[0], last[:-1] + 1])
    begins = np.concatenate([[0], ends[:-1]])
    bounds, fits = [begins], np.ones(len(ends), bool)
    for slot in slots:
        at = first + slot.mark
        fits &= at <= last
        at = np.minimum(at, last)
        low = (marks[np.maximum(at - 1, 0)] if slot.mark else begins) + slot.after
        high = marks[at] - slot.before
        fits &= (bounds[-1] <= low) & (low <= high)
        bounds += [low, high]
    width = len(bounds)
    offsets = np.stack(bounds, axis=1).astype(np.int32)
    offsets[~fits] = offsets[~fits, :1]
    rows = np.flatnonzero(fits)
    buffers = [None, pa.py_buffer(np.append(offsets, np.int32(len(block)))), pa.py_buffer(block)]
    pieces = pa.Array.from_buffers(pa.binary(), width * len(ends), buffers)
    every = [pieces.take(pa.array(rows * width + n)) for n in range(width)]
    numbered = pa.array(np.zeros(len(rows), np.int64)).dictionary_encode()
    for each in every[::2]:
        coded = each.dictionary_encode()
        both = numbered.indices.to_numpy().astype(np.int64) * len(coded.dictionary) + coded.indices.to_numpy()
        numbered = pa.array(both).dictionary_encode()
    if len(numbered.dictionary) > max(FEW, len(rows) // MANY):
        raise Odd
    some = np.zeros(len(numbered.dictionary), np.int64)
    some[numbered.indices.to_numpy()] = np.arange(len(rows))
    found = list(zip(*(each.take(pa.array(some)).to_pylist() for each in every), strict=True))
    return Cut(rows, every[1::2], numbered.indices, found, ends)


def column(values: Iterable[Any]) -> pa.Array:
    """A column of values.

    Raises:
        Odd: they are of several kinds, or of none that a column has.
    """
    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError, UnicodeError):
        raise Odd from None


def _with(values: pa.Array, others: list[Any], order: pa.Array) -> pa.Array:
    """Values and others, in an order."""
    more = column(others)
    if pa.types.is_string(more.type) != pa.types.is_string(values.type) and more.null_count < len(more):
        raise Odd
    try:
        return pa.concat_arrays([values, more.cast(values.type)]).take(order)
    except pa.ArrowException:
        raise Odd from None
