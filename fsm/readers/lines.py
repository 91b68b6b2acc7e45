"""Our own logs: an event a line, in JSON Lines or CSV; see ``fsm.readers.columns``."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, NamedTuple

import msgspec

from fsm.notation.echo import plain
from fsm.readers.columns import NESTED, flat
from fsm.readers.csvfile import LONGEST_LINE, TOO_LONG, Header, encoding, header, lines, pass_over, rows
from fsm.readers.faults import LogError
from fsm.readers.jsontext import GivenTwice, decode, once, written
from fsm.readers.mapping import Columns, Values
from fsm.readers.opening import Line, Part

EXAMPLE = 'give a line such as {"conversation": "a", "event": "open_chat", "by": "originator"}'
TEXT = (bytes, str)


def jsonl(part: Part, columns: Columns) -> Iterator[Line]:
    """The rows of a file of JSON Lines."""
    binary = part.file
    written_in = encoding(binary)
    if written_in == "utf-8-sig":
        binary.read(len(BOM_UTF8) if binary.peek(3).startswith(BOM_UTF8) else 0)
        yield from parsed(lines(binary), columns, binary)
        return
    with io.TextIOWrapper(binary, written_in) as text:
        yield from parsed(lines(text), columns, text)


def table(part: Part, columns: Columns) -> Iterator[Line]:
    """The rows of a file of comma-separated values.

    Raises:
        LogError: its header cannot be understood.
    """
    with io.TextIOWrapper(part.file, encoding(part.file), "replace", newline="") as text:
        above = named(text, part.name, columns)
        yield from below(text, above, columns)


class Above(NamedTuple):
    """What is above the rows of a table: its header, and the names in it."""

    header: Header
    names: list[str]


def named(text: IO[str], name: str, columns: Columns) -> Above:
    """The names of the columns of a table; ``text`` goes on after them.

    Args:
        text: the file.
        name: what messages call it.
        columns: how columns are taken.

    Raises:
        LogError: they cannot be understood.
    """
    try:
        above = header(text)
    except csv.Error as error:
        raise LogError(f"{name}: {error}; give the names of the columns there") from None
    names = [cell.strip().strip('"') for cell in above.text.split(above.delimiter)]
    where = f"{name}:{above.line or 1}"
    try:
        ours = {name: columns.of(name) for name in names}
    except ValueError as error:
        raise LogError(f"{where}: {error}") from None
    if "event" not in ours.values():
        raise LogError(f"{where}: column event is missing; found {plain(above.text.strip()[:1000])!r}")
    for each in names:
        if each and names.count(each) > 1:
            raise LogError(f"{where}: column {each!r} is there twice; give it once")
    return Above(above, names)


def below(text: IO[str], above: Above, columns: Columns) -> Iterator[Line]:
    """The rows of a table below the names of its columns."""
    header, names = above
    for number, cells in rows(text, header, len(names)):
        if isinstance(cells, str):
            yield number, f"row: {cells!r} is not accepted; give {len(names)} fields, and close every quote"
        elif "\ufffd" in "".join(cells):
            yield number, "row: not all of it is text; save the file as UTF-8"
        else:
            values = {name: cell for name, cell in zip(names, map(str.strip, cells), strict=False) if cell}
            found = _taken(values, columns)
            if found is not None:
                yield number, found


def parsed(
    given: Iterable[bytes | str | Mapping[str, Any]], columns: Columns, file: IO[Any] | None = None
) -> Iterator[Line]:
    """Rows from lines of JSON, or from rows.

    Args:
        given: the lines, or rows.
        columns: how columns are taken.
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
        else:
            found = _taken(values, columns)
            if found is not None:
                yield number, found


def _taken(values: dict[str, Any], columns: Columns) -> Values | str | None:
    """The row as columns take it, or what is wrong with it; None where nothing is left of it."""
    try:
        found = columns.taken(values)
        return found if found is None or NESTED.keys().isdisjoint(found) else flat(found)
    except ValueError as error:
        return str(error)
