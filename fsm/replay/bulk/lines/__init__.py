"""Logs of an event a line, in JSON Lines or CSV, as the record batches of a bulk replay.

A file is read a block at a time. What of a block can be read at once, and is sure to be what the line reader makes of
it, is read at once. Any other block goes to the line reader, which takes it or says what is wrong with which line. So
both accept the same, except for what a column cannot hold: what nobody recorded, names or times of several kinds.
"""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from collections.abc import Callable, Collection, Iterable, Iterator
from io import BytesIO
from itertools import islice
from typing import NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations

from fsm.notation.echo import echo
from fsm.readers.columns import COLUMNS
from fsm.readers.csvfile import cause, encoding, opened
from fsm.readers.csvfile import lines as physical
from fsm.readers.faults import LogError
from fsm.readers.formats import OWN, recognised
from fsm.readers.lines import below, jsonl, named, parsed, table
from fsm.readers.mapping import LIFECYCLE, Columns
from fsm.readers.notes import Noted
from fsm.readers.opening import GIVE, HEAD, PACKED, ZIP, Line, Part, parts
from fsm.replay.bulk.lines.blocks import BLOCK, LF, Blocks, after, line_ends
from fsm.replay.bulk.lines.cut import Cutter
from fsm.replay.bulk.lines.kinds import Kinds, Odd
from fsm.replay.bulk.lines.objects import Objects
from fsm.replay.bulk.lines.rows import MEANT, Rows, accepted
from fsm.replay.bulk.lines.tables import Fields, headed
from fsm.replay.bulk.lines.tables import opened as text

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


class Shared(NamedTuple):
    """What lines say.

    Args:
        own: columns with a value for each line: conversations, and times.
        words: the other columns, with a value for each way of saying them.
        way: of each line, which way it is.
    """

    own: dict[str, pa.Array]
    words: dict[str, pa.Array]
    way: pa.Array

    @property
    def num_rows(self) -> int:
        """How many lines there are."""
        return len(self.way)

    def slice(self, low: int, rows: int) -> Shared:
        """So many of the lines from one on."""
        own = {name: values.slice(low, rows) for name, values in self.own.items()}
        return self._replace(own=own, way=self.way.slice(low, rows))

    def with_columns(self, columns: Collection[str]) -> Shared:
        """The same with these columns, of nulls where nothing says them; without a time where no line has one."""
        ways = len(self.words["event"])
        names = [name for name in columns if name not in ("conversation", "time")]
        return self._replace(words={name: self.words.get(name, pa.nulls(ways)) for name in names})

    def numbered(self, number: Callable[[pa.RecordBatch], pa.RecordBatch]) -> pa.RecordBatch:
        """The lines as numbers, by what makes numbers of a batch; each way of saying them is looked at once."""
        made = number(pa.RecordBatch.from_arrays(list(self.words.values()), names=list(self.words)))
        each = {name: made.column(name).take(self.way) for name in made.schema.names if name != "conversation"}
        found = {**self.own, **each}
        return pa.RecordBatch.from_arrays(list(found.values()), names=list(found))


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

    def batches(self, columns: Collection[str]) -> Iterator[Shared]:
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
                        for each in self._read(part):
                            yield each.with_columns(columns)
            except OSError as error:
                raise Told(f"{name}: {cause(error, GIVE)}") from None
            except UnicodeError:
                raise Told(f"{name}: not all of it is text; save the file as UTF-8") from None
            except LogError as error:
                raise Told(str(error)) from None

    def _read(self, part: Part) -> Iterator[Shared]:
        form = recognised(part, self._columns)
        if form not in OWN:
            raise LogError(f"{part.name}: {form} is not replayed in bulk; fsm.replay follows it")
        if encoding(part.file) == "utf-16":
            yield from self._one_by_one(part.name, (jsonl if form == "jsonl" else table)(part, self._columns))
            return
        part.file.read(len(BOM_UTF8) if part.file.peek(len(BOM_UTF8)).startswith(BOM_UTF8) else 0)
        yield from (self._objects if form == "jsonl" else self._table)(part)

    def _objects(self, part: Part) -> Iterator[Shared]:
        """What a file of JSON Lines says."""
        cutter, before = Objects(self._columns), 0
        for block in Blocks(part.file):
            try:
                found = self._together(cutter, block)
            except Odd:
                file = BytesIO(block)
                yield from self._one_by_one(part.name, parsed(physical(file), self._columns, file), before)
            else:
                yield found
            before += int(np.count_nonzero(np.frombuffer(block, np.uint8) == LF))

    def _table(self, part: Part) -> Iterator[Shared]:
        """What a file of comma-separated values says."""
        blocks = Blocks(part.file, returns=True)
        first = b""
        for block in blocks:
            first += block
            if headed(first) or len(first) > LARGEST_ROW:
                break
        above = named(text(first), part.name, self._columns)
        cutters = [Fields(above, self._columns, quoted) for quoted in (False, True)]
        blocks.give_back(first[after(first, above.header.line) :])
        self._seen.update(ours for name in above.names if (ours := self._columns.of(name)))
        before = above.header.line
        for block in blocks:
            try:
                found = self._together(cutters[b'"' in block], block)
            except Odd:
                rows = below(text(block), above._replace(header=above.header._replace(line=before)), self._columns)
                yield from self._one_by_one(part.name, _ended(rows, block, before, blocks))
            else:
                yield found
            before += line_ends(block[: len(block) - blocks.given_back])

    def _together(self, cutter: Cutter, block: bytes) -> Shared:
        """What a block says, read together.

        Raises:
            Odd: it may be that not all of its lines are read so, or accepted.
        """
        own, ways, way = cutter.read(block if block.endswith(b"\n") else block + b"\n")
        if "event" not in ways:
            raise Odd
        for name in ("conversation", "time"):
            if name in ways:
                own[name] = ways.pop(name).take(way)
        words = accepted({"by": pa.nulls(len(ways["event"]), pa.string()), **ways})
        found = Shared(self._kinds.taken(own.get("conversation"), own.get("time"), len(way)), words, way)
        self._seen |= cutter.seen
        return found

    def _one_by_one(self, name: str, lines: Iterator[Line], before: int = 0) -> Iterator[Shared]:
        """What lines say that the line reader gives, some at a time.

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
            yield Shared(*rows.columns(), pa.array(range(len(rows)), pa.int32()))


def _ended(lines: Iterator[Line], block: bytes, before: int, blocks: Blocks) -> Iterator[Line]:
    """The lines of a block up to a row that goes on after its end; that one begins the next block."""
    for line, values in lines:
        if isinstance(values, str) and values.startswith(UNENDED) and not blocks.last and len(block) < LARGEST_ROW:
            blocks.give_back(block[after(block, line - 1 - before) :])
            return
        yield line, values


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
