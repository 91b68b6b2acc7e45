"""Logs of an event a line, in JSON Lines or CSV, as the record batches of a bulk replay.

A file is read a block at a time. What of a block can be read at once, and is sure to be what the line reader makes of
it, is read at once. Any other block goes to the line reader, which takes it or says what is wrong with which line. So
both accept the same, except for what a column cannot hold: what nobody recorded, names or times of several kinds.
"""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from collections.abc import Collection, Iterable, Iterator, Mapping
from io import BytesIO, TextIOWrapper
from itertools import islice
from typing import TypeAlias

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations

from fsm.notation.echo import echo
from fsm.readers.columns import COLUMNS
from fsm.readers.csvfile import cause, encoding, opened
from fsm.readers.csvfile import lines as physical
from fsm.readers.faults import LogError
from fsm.readers.formats import OWN, recognised
from fsm.readers.lines import Above, below, jsonl, named, parsed, table
from fsm.readers.mapping import LIFECYCLE, Columns
from fsm.readers.notes import Noted
from fsm.readers.opening import GIVE, HEAD, PACKED, ZIP, Line, Part, parts
from fsm.replay.bulk.lines import objects, tables
from fsm.replay.bulk.lines.blocks import BLOCK, Blocks, after, line_ends
from fsm.replay.bulk.lines.kinds import Kinds, Odd
from fsm.replay.bulk.lines.rows import MEANT, Rows, accepted

Path: TypeAlias = str | os.PathLike[str]
ROWS = 1 << 15
"""Rows of a batch that are taken one by one."""
MOST_SET_ASIDE = 100
"""Columns that are set aside of which it is told which they are."""
SAMPLES = 4
"""Places of a file where it is looked at how long its lines are."""
LARGEST_ROW = 8 * BLOCK
"""Bytes of a row after which nobody waits for its end."""
UNENDED = "row: 'unexpected end of data"
"""How the line reader begins what it says of a row that goes on after the end of a block."""


class Told(LogError):
    """A log that cannot be read. The message says of which file."""


class Aside(Noted):
    """The columns that are set aside, the first MOST_SET_ASIDE of them; nothing else is."""

    def __init__(self) -> None:
        super().__init__("", "column")
        self.names: list[str] = []

    def add(self, says: str, which: str, of: str = "") -> None:
        """Take in one more.

        Raises:
            ValueError: it is no column.
        """
        if of != "column":
            raise ValueError(f"{LIFECYCLE}: {echo(which)} is of no event that is complete; fsm.replay sets such aside")
        self.names += [which] * (len(self.names) < MOST_SET_ASIDE)


class Lines:
    """A log of lines.

    Args:
        paths: its files, which may be packed.
    """

    schema = pa.schema([(name, pa.string()) for name in MEANT])
    """The columns that it may have."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = [os.fspath(path) for path in paths]
        self._kinds = Kinds()
        self._aside = Aside()
        self._columns = Columns({}, self._aside)
        self._seen: set[str] = set()
        expected = [_expected(path) for path in self._paths]
        self.rows = None if None in expected else sum(expected)  # type: ignore[arg-type]  # none is None
        """How many lines there are, about, where that can be known beforehand."""

    @property
    def passed_over(self) -> tuple[str, ...]:
        """The columns that were there and were not looked at."""
        return (*(name for name in COLUMNS if name in self._seen and name not in MEANT), *self._aside.names)

    def batches(self, columns: Collection[str]) -> Iterator[pa.RecordBatch]:
        """The batches, with these columns; without a time where no line has one.

        Raises:
            Told: a file cannot be read, or a line of one.
        """
        for path in self._paths:
            name = path
            try:
                with parts(path) as members:
                    for part in members:
                        name = part.name
                        for found in self._read(part):
                            yield _batch(found, columns)
            except OSError as error:
                raise Told(f"{name}: {cause(error, GIVE)}") from None
            except UnicodeError:
                raise Told(f"{name}: not all of it is text; save the file as UTF-8") from None
            except LogError as error:
                raise Told(str(error)) from None

    def _read(self, part: Part) -> Iterator[dict[str, pa.Array]]:
        form = recognised(part, self._columns)
        if form not in OWN:
            raise LogError(f"{part.name}: {form} is not replayed in bulk; fsm.replay follows it")
        if encoding(part.file) == "utf-16":
            yield from self._one_by_one(part.name, (jsonl if form == "jsonl" else table)(part, self._columns))
            return
        part.file.read(len(BOM_UTF8) if part.file.peek(len(BOM_UTF8)).startswith(BOM_UTF8) else 0)
        yield from (self._objects if form == "jsonl" else self._table)(part)

    def _objects(self, part: Part) -> Iterator[dict[str, pa.Array]]:
        """The columns of a file of JSON Lines."""
        together, before = objects.Together(self._columns), 0
        for block in Blocks(part.file):
            try:
                found = self._taken(together.read(block if block.endswith(b"\n") else block + b"\n"))
            except Odd:
                file = BytesIO(block)
                yield from self._one_by_one(part.name, parsed(physical(file), self._columns, file), before)
            else:
                self._seen |= together.seen
                yield found
            before += block.count(b"\n")

    def _table(self, part: Part) -> Iterator[dict[str, pa.Array]]:
        """The columns of a file of comma-separated values."""
        blocks = Blocks(part.file, returns=True)
        first = next(iter(blocks), b"")
        header, names = named(_text(first), part.name, self._columns)
        together = tables.Together(Above(header, names), self._columns)
        self._seen |= together.seen
        blocks.give_back(first[after(first, header.line) :])
        before = header.line
        for block in blocks:
            try:
                yield self._taken(together.read(block))
            except Odd:
                lines = below(_text(block), Above(header._replace(line=before), names), self._columns)
                yield from self._one_by_one(part.name, _ended(lines, block, before, blocks))
            before += line_ends(block[: len(block) - blocks.given_back])

    def _taken(self, columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
        """Columns that were read together, looked at together.

        Raises:
            Odd: not all are accepted.
        """
        if "event" not in columns:
            raise Odd
        rows = len(columns["event"])
        words = {"by": pa.nulls(rows, pa.string()), **columns}
        conversations, times = words.pop("conversation", None), words.pop("time", None)
        coded = accepted(words)
        return self._kinds.taken(conversations, times, rows) | coded

    def _one_by_one(self, name: str, lines: Iterator[Line], before: int = 0) -> Iterator[dict[str, pa.Array]]:
        """The columns of lines that the line reader gives, some at a time.

        Args:
            name: what messages call their file.
            lines: the lines.
            before: how many lines are before them that they do not count.
        """
        while True:
            rows = Rows(self._kinds)
            for line, values in islice(lines, ROWS):
                try:
                    if isinstance(values, str):
                        raise ValueError(values)
                    rows.add(values)
                except ValueError as error:
                    raise LogError(f"{name}:{before + line}: {error}") from None
                self._seen.update(values)
            if not len(rows):
                return
            yield rows.columns()


def _text(block: bytes) -> TextIOWrapper:
    return TextIOWrapper(BytesIO(block), "utf-8", "replace", newline="")


def _ended(lines: Iterator[Line], block: bytes, before: int, blocks: Blocks) -> Iterator[Line]:
    """The lines of a block up to a row that goes on after its end; that one begins the next block."""
    for line, values in lines:
        if isinstance(values, str) and values.startswith(UNENDED) and not blocks.last and len(block) < LARGEST_ROW:
            blocks.give_back(block[after(block, line - 1 - before) :])
            return
        yield line, values


def _batch(found: Mapping[str, pa.Array], columns: Collection[str]) -> pa.RecordBatch:
    rows = len(found["event"])
    there = [name for name in columns if name != "time" or name in found]
    return pa.RecordBatch.from_arrays([found.get(name, pa.nulls(rows)) for name in there], names=there)


def _expected(path: str) -> int | None:
    """About how many lines a file has; None of one that is packed, or cannot be looked at beforehand."""
    if not os.path.isfile(path):
        return None
    with opened(path) as file:
        if file.peek(len(ZIP)).startswith((ZIP, *(each.magic for each in PACKED))):
            return None
        size = os.path.getsize(path)
        most = 0
        for n in range(SAMPLES):
            file.seek(size * n // SAMPLES)
            most = max(most, file.read(HEAD).count(b"\n"))
    return 1 + most * size // min(HEAD, max(size, 1))
