"""Reading an event log: rows of values by column from JSON Lines or CSV, each with the line it is on."""

from __future__ import annotations

import csv
import io
import os
from bisect import insort
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, Literal, NamedTuple, TypeAlias, get_args

import msgspec

from fsm.notation.echo import echo, plain
from fsm.readers.columns import COLUMNS, NESTED, flat, unknown
from fsm.readers.csvfile import (
    LONGEST_LINE,
    PROGRESS_EVERY,
    TOO_LONG,
    Progress,
    cause,
    encoding,
    header,
    lines,
    opened,
    pass_over,
    rows,
)
from fsm.readers.jsontext import GivenTwice, decode, once, written

Format: TypeAlias = Literal["jsonl", "csv"]
Values: TypeAlias = dict[str, Any]
Line: TypeAlias = tuple[int, Values | str]
"""The line it is on, and its values by column or what is wrong with it."""
Source: TypeAlias = str | os.PathLike[str] | Iterable[bytes | str | Mapping[str, Any]]
EXAMPLE = 'give a line such as {"conversation": "a", "event": "open_chat", "by": "originator"}'


TEXT = (bytes, str)
GIVE = "give a file of events"
MOST_BAD = 100
"""Lines that cannot be read of which it is told what is wrong; of those after them it is told how many there are."""


class LogError(ValueError):
    """A log that cannot be read. The message has a line for each thing wrong, with where it is and what is accepted."""


class Bad(NamedTuple):
    """A line that cannot be read, and why."""

    line: int
    message: str


class BadLines:
    """Lines that cannot be read: the first MOST_BAD, by line, and how many there are."""

    def __init__(self) -> None:
        self.first: list[Bad] = []
        self.count = 0

    def add(self, line: int, error: ValueError | str) -> None:
        """Take in one more."""
        self.count += 1
        if self.count <= MOST_BAD or line < self.first[-1].line:
            insort(self.first, Bad(line, str(error)))
            del self.first[MOST_BAD:]

    def error(self, name: str) -> LogError:
        """What is said of them, where the log is called so."""
        more = self.count - len(self.first)
        told = [f"{plain(name)}:{line}: {message}" for line, message in self.first]
        return LogError("\n".join([*told, *([f"and {more:,} line{'s' * (more > 1)} more"] if more else [])]))


class Log:
    """The rows of a log, as often as they are asked for; blank lines are nothing.

    Args:
        source: the path of a file; or lines of JSON, or rows of values by column.
        format: how the file is written. Default: CSV if its name ends so, else JSON Lines.
        name: what messages call it. Default: the path.
        progress: called with bytes done and bytes in all of the file, every few thousand rows and at the end.

    Raises:
        ValueError: there is no such format; or the source is nothing that could be a log, which is a LogError.
    """

    def __init__(
        self, source: Source, format: Format | None = None, name: str = "", progress: Progress | None = None
    ) -> None:
        self._path = ""
        self._rows: Iterable[Any] = ()
        if format is not None and format not in get_args(Format):
            raise ValueError(f"format: {echo(format)} is not accepted; use one of {', '.join(get_args(Format))}")
        if isinstance(source, str | os.PathLike):
            self._path = os.fspath(source)
        elif isinstance(source, Iterable) and not isinstance(source, bytes | Mapping):
            self._rows = source
        if not self._path and self._rows is not source:
            raise LogError(f"log: {echo(source)} is not accepted; give the path of a file, lines of JSON, or rows")
        self._csv = (format or ("csv" if self._path.lower().endswith(".csv") else "jsonl")) == "csv"
        self._progress = progress
        self.name = name or self._path or "log"

    @property
    def once(self) -> bool:
        """Whether it can be read once only."""
        return isinstance(self._rows, Iterator) or (bool(self._path) and not os.path.isfile(self._path))

    def __iter__(self) -> Iterator[Line]:
        """Every row.

        Raises:
            LogError: the file cannot be read, or has no header that can be understood.
        """
        if not self._path:
            yield from parsed(self._rows)
            return
        try:
            with opened(self._path) as binary:
                total = os.fstat(binary.fileno()).st_size
                progress = self._progress or (lambda done, total: None)
                for count, row in enumerate(self._read(binary)):
                    if total and not count % PROGRESS_EVERY:
                        progress(binary.tell(), total)
                    yield row
                progress(total, total)
        except OSError as error:
            raise LogError(f"{plain(self.name)}: {cause(error, GIVE)}") from None
        except UnicodeError:
            raise LogError(f"{plain(self.name)}: not all of it is text; save the file as UTF-8") from None

    def _read(self, binary: io.BufferedReader) -> Iterator[Line]:
        written_in = encoding(binary)
        if not self._csv and written_in == "utf-8-sig":
            binary.read(len(BOM_UTF8) if binary.peek(3).startswith(BOM_UTF8) else 0)
            yield from parsed(lines(binary), binary)
            return
        with io.TextIOWrapper(
            binary, written_in, "replace" if self._csv else "strict", newline="" if self._csv else None
        ) as text:
            yield from self._table(text) if self._csv else parsed(lines(text), text)

    def _table(self, text: io.TextIOWrapper) -> Iterator[Line]:
        try:
            above = header(text)
        except csv.Error as error:
            raise LogError(f"{plain(self.name)}: {error}; give the names of the columns there") from None
        where = f"{plain(self.name)}:{above.line or 1}"
        names = [cell.strip().strip('"') for cell in above.text.split(above.delimiter)]
        if "event" not in names:
            raise LogError(f"{where}: column event is missing; found {above.text.strip()[:1000]!r}")
        for name in names:
            if name not in COLUMNS:
                raise LogError(f"{where}: {unknown(name)}")
            if names.count(name) > 1:
                raise LogError(f"{where}: column {echo(name)} is there twice; give it once")
        for number, cells in rows(text, above, len(names)):
            if isinstance(cells, str):
                yield number, f"row: {cells!r} is not accepted; give {len(names)} fields, and close every quote"
            elif "\ufffd" in "".join(cells):
                yield number, "row: not all of it is text; save the file as UTF-8"
            else:
                yield number, {name: cell for name, cell in zip(names, map(str.strip, cells), strict=False) if cell}


def parsed(given: Iterable[bytes | str | Mapping[str, Any]], file: IO[Any] | None = None) -> Iterator[Line]:
    """Rows from lines of JSON, or from rows.

    Args:
        given: the lines, or rows.
        file: the file that they come from, if they come from one.
    """
    for number, line in enumerate(given, 1):
        values: Any = line
        if isinstance(line, TEXT):
            if len(line) > LONGEST_LINE:
                if file:
                    pass_over(file, line)
                yield number, f"{TOO_LONG} is not accepted; {EXAMPLE}"
                continue
            try:
                values = decode(line)
                if type(values) is dict:
                    once(line, values)
            except GivenTwice as error:
                yield number, str(error)
                continue
            except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
                if line.strip():
                    yield number, f"not JSON: {error}; {EXAMPLE}"
                continue
        elif isinstance(line, Mapping):
            values = dict(line)
        if type(values) is not dict:
            yield number, f"{written(values)} is not accepted; {EXAMPLE}"
        elif NESTED.keys().isdisjoint(values):
            yield number, values
        else:
            try:
                yield number, flat(values)
            except ValueError as error:
                yield number, str(error)
