"""Reading CSV files as admins export them: their encoding, their header, and rows with the line they are on."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from errno import EFBIG, EINVAL, EMFILE, ENFILE
from functools import partial
from typing import IO, AnyStr, NamedTuple, TypeAlias

Progress: TypeAlias = Callable[[int, int], object]
"""Called with bytes done and bytes in all."""
PROGRESS_EVERY = 4096
"""Rows from one call to the next."""
LONGEST_LINE = 1 << 20
"""Characters that a line may have, those that end it included; in UTF-8 JSON Lines, bytes. More are no event and no
user, and are passed over a piece at a time."""
ENDLESS = 1 << 30
"""Characters of a line after which nobody waits for its end, as of /dev/zero; in UTF-8 JSON Lines, bytes."""
TOO_LONG = f"a line of more than {LONGEST_LINE:,} characters"
Line: TypeAlias = tuple[int, list[str] | str]
"""Its first physical line, and its fields or what is wrong with it."""


class Header(NamedTuple):
    """The line that names the columns, the number of that line, 0 if there is none, and what separates fields."""

    text: str
    line: int
    delimiter: str


def opened(path: str) -> io.BufferedReader:
    """A file to read.

    Raises:
        OSError: it cannot be opened, or no file can be called so.
    """
    try:
        return open(path, "rb")
    except ValueError:  # a NUL, or what is no text
        raise OSError(EINVAL, "no file can be called so") from None


def cause(error: Exception, give: str) -> str:
    """What went wrong with a file, without its name, and what to do about it."""
    many = isinstance(error, OSError) and error.errno in (EMFILE, ENFILE)
    return f"{getattr(error, 'strerror', None) or error}; {'allow more of them (ulimit -n)' if many else give}"


def lines(file: IO[AnyStr]) -> Iterator[AnyStr]:
    """The lines of a file; of one longer than LONGEST_LINE so much that this is seen: ``pass_over`` the rest."""
    return iter(partial(file.readline, LONGEST_LINE + 1), file.read(0))


def pass_over(file: IO[AnyStr], line: AnyStr) -> None:
    """Read on to the end of a line that is too long.

    Args:
        file: the file.
        line: what is read of it.

    Raises:
        OSError: it does not end.
    """
    size = len(line)
    while len(line) > LONGEST_LINE and line[-1:] not in ("\n", "\r", b"\n"):
        line = file.readline(LONGEST_LINE + 1)
        size += len(line)
        if size > ENDLESS:
            raise OSError(EFBIG, f"a line has more than {ENDLESS:,} characters")


def encoding(binary: io.BufferedReader) -> str:
    """UTF-16 where a byte order mark says so, else UTF-8, with or without one."""
    return "utf-16" if binary.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"


def header(text: IO[str]) -> Header:
    """The first line that is neither blank nor the ``#TYPE`` of Export-Csv; ``text`` goes on after it.

    Raises:
        csv.Error: it is too long.
    """
    named = (pair for pair in enumerate(lines(text), 1) if pair[1].strip() and not pair[1].startswith("#TYPE"))
    number, line = next(named, (0, ""))
    if len(line) > LONGEST_LINE:
        raise csv.Error(f"line {number} is {TOO_LONG}")
    return Header(line, number, max(",;\t", key=line.count))


class _Lines:
    """The lines below a header, counted as an editor counts them, and where a quote was opened in a row.

    Args:
        text: the file, from there on.
        line: the number of the last line above.
    """

    def __init__(self, text: IO[str], line: int) -> None:
        self._text = text
        self.line = line
        self.quote = 0
        """The line of the quote that is open; 0 if none is."""

    def __iter__(self) -> Iterator[str]:
        for line in lines(self._text):
            self.line += 1
            if len(line) > LONGEST_LINE:
                pass_over(self._text, line)
                raise csv.Error(TOO_LONG)
            if '"' in line and line.count('"') % 2:
                self.quote = 0 if self.quote else self.line
            yield line


def rows(text: IO[str], above: Header, width: int) -> Iterator[Line]:
    """The rows below a header; each with one more field, which is empty, for columns that are not there.

    Args:
        text: the file, from the line after the header on.
        above: the header.
        width: how many fields a row has; blank rows are nothing.
    """
    below = _Lines(text, above.line)
    reader = csv.reader(below, delimiter=above.delimiter, strict=True)
    while True:
        line = below.line + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            opens = f"; a quote opens on line {below.quote}" if 0 < below.quote < below.line else ""
            yield line, f"{error}, up to line {below.line}{opens}"
            below.quote = 0
            reader = csv.reader(below, delimiter=above.delimiter, strict=True)
            continue
        if len(row) == width:
            yield line, [*row, ""]
        elif row:
            yield line, f"{len(row)} fields"
