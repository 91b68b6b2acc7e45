"""Records in JSON as services write them: one a line, a document with one or many, or pages of ``value``."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, Any, TypeAlias

import msgspec

from fsm.notation.echo import plain
from fsm.readers.csvfile import encoding
from fsm.readers.faults import LogError
from fsm.readers.jsontext import GivenTwice, decode, once
from fsm.readers.opening import Part

LARGEST = 1 << 28
"""Bytes of a document that is not written line by line; it is in memory as a whole."""
LONGEST = 1 << 24
"""Bytes of a record that is alone on its line."""
PAGE = {"value", "@odata.context", "@odata.count", "@odata.nextLink", "@odata.deltaLink"}
"""Members of a page of records."""
Record: TypeAlias = tuple[int, Any]
"""The line it is on, or in a document which of them it is; and the record, or as a text what is wrong there."""


def records(part: Part) -> Iterator[Record]:
    """The records of a file.

    Raises:
        LogError: it is a document that is too large, or damaged.
    """
    file: IO[bytes] = part.file
    if encoding(part.file) == "utf-16":
        file = io.BytesIO(part.file.read(LARGEST).decode("utf-16").encode())
    first = file.readline(LONGEST + 1).removeprefix(b"\xef\xbb\xbf")
    try:
        if len(first) > LONGEST:
            raise msgspec.DecodeError
        found = decode(first)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        yield from _document(part.name, first + file.read(LARGEST + 1))
        return
    if isinstance(found, list):
        yield from _document(part.name, first + file.read(LARGEST + 1))
        return
    yield from _line(1, first, found)
    for number, line in enumerate(iter(lambda: file.readline(LONGEST + 1), b""), 2):
        if len(line) > LONGEST:
            raise LogError(f"{part.name}:{number}: a record has more than {LONGEST:,} bytes; give each its own line")
        if not line.strip():
            continue
        try:
            found = decode(line)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            yield number, f"not JSON: {plain(str(error))}; give a record a line"
            continue
        yield from _line(number, line, found)


def _line(number: int, line: bytes, found: Any) -> Iterator[Record]:
    try:
        if isinstance(found, dict | list):
            once(line, found)
    except GivenTwice as error:
        yield number, str(error)
        return
    for each in _inner(found):
        yield number, each


def _document(name: str, text: bytes) -> Iterator[Record]:
    if len(text) > LARGEST:
        raise LogError(f"{name}: a document of more than {LARGEST:,} bytes; give its records one a line")
    try:
        found = decode(text)
        if isinstance(found, dict | list):
            once(text, found)
    except (GivenTwice, msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise LogError(f"{name}: not JSON: {plain(str(error))}; give a document, or a record a line") from None
    yield from enumerate(_inner(found), 1)


def _inner(found: Any) -> Iterator[Any]:
    """A record; or those of an array, or of a page, whose other members say how to get the next one."""
    page = isinstance(found, dict) and "value" in found and found.keys() <= PAGE
    inner = found["value"] if page else found
    if isinstance(inner, list):
        yield from inner
    else:
        yield found
