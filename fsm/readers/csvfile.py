"""Reading CSV files as admins export them: their encoding, their header, and rows with the line they are on."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

Progress: TypeAlias = Callable[[int, int], object]
"""Called with bytes done and bytes in all."""
PROGRESS_EVERY = 4096
"""Rows from one call to the next."""
Line: TypeAlias = tuple[int, list[str] | str]
"""Its first physical line, and its fields or what is wrong with it."""


class Header(NamedTuple):
    """The line that names the columns, the number of that line, 0 if there is none, and what separates fields."""

    text: str
    line: int
    delimiter: str


def encoding(binary: io.BufferedReader) -> str:
    """UTF-16 where a byte order mark says so, else UTF-8, with or without one."""
    return "utf-16" if binary.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"


def header(text: io.TextIOBase) -> Header:
    """The first line that is neither blank nor the ``#TYPE`` of Export-Csv; ``text`` goes on after it."""
    lines = ((number, line) for number, line in enumerate(text, 1) if line.strip() and not line.startswith("#TYPE"))
    number, line = next(lines, (0, ""))
    return Header(line, number, max(",;\t", key=line.count))


def rows(text: io.TextIOBase, above: Header, width: int) -> Iterator[Line]:
    """The rows below a header; each with one more field, which is empty, for columns that are not there.

    Args:
        text: the file, from the line after the header on.
        above: the header.
        width: how many fields a row has; blank rows are nothing.
    """
    reader = csv.reader(text, delimiter=above.delimiter, strict=True)
    while True:
        line = above.line + reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, f"{error}, up to line {above.line + reader.line_num}"
            continue
        if len(row) == width:
            yield line, [*row, ""]
        elif row:
            yield line, f"{len(row)} fields"
