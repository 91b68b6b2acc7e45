"""Records of Microsoft Graph out of a file: JSON Lines, JSON documents, arrays, and pages with their ``value``.

A file whose first line is a whole object or array is read line by line. Any other is split into its records as it is
read, so that an array or a page of any length is never held whole: what is held is one record, of at most LONGEST
bytes. A page is an object with an array ``value``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import BinaryIO, Generic, NamedTuple, TypeVar, cast

import msgspec

from fsm.notation.echo import plain
from fsm.readers.opening import in_utf8

T = TypeVar("T", bound="Record")
LONGEST = 1 << 24
"""Bytes that a record may have."""
PIECE = 1 << 20
"""Bytes read at once where a document is split."""
TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]]|"', re.DOTALL)
"""What tells where a record ends: strings and brackets; and a quote that is not closed yet."""
QUOTE, OPENING, BETWEEN = 0x22, (b"{", b"["), b" \t\r\n,"
TOO_LONG = f"a record of more than {LONGEST:,} bytes is not accepted; split it"


class Record(msgspec.Struct, gc=False):
    """What a record may be instead: a page of them."""

    value: list[msgspec.Raw] | None = None


class Found(NamedTuple, Generic[T]):
    """A record, the line it is on or its number in a document, and its pointer where that cannot tell.

    Where it cannot be read, ``record`` is what is wrong with it.
    """

    line: int
    record: T | str
    pointer: str = ""


def records(file: BinaryIO, kind: type[T], pages: bool = True) -> Iterator[Found[T]]:
    """The records of a file.

    Args:
        file: the file.
        kind: what a record is.
        pages: whether an object with an array ``value`` is a page, and not a record itself.
    """
    file = cast("BinaryIO", in_utf8(file))
    first = file.readline(LONGEST + 1)
    blank = 0
    while first.isspace():
        blank += 1
        first = file.readline(LONGEST + 1)
    begins, ends = first.strip()[:1], first.strip()[-1:]
    decoder = msgspec.json.Decoder(kind)
    if begins + ends in (b"{}", b"[]") or begins not in (b"{", b"["):
        yield from _lines(file, first, blank, decoder, pages)
        return
    for number, (pointer, piece) in enumerate(_split(file, first, pages), 1):
        if isinstance(piece, str):
            yield Found(number, piece, pointer)
        else:
            yield from _read(number, piece, decoder, pointer, pages)


def _lines(
    file: BinaryIO, first: bytes, blank: int, decoder: msgspec.json.Decoder[T], pages: bool
) -> Iterator[Found[T]]:
    decode = decoder.decode
    for number, line in enumerate(chain((first,), iter(partial(file.readline, LONGEST + 1), b"")), blank + 1):
        if len(line) > LONGEST:
            yield Found(number, TOO_LONG)
            while len(line) > LONGEST and not line.endswith(b"\n"):
                line = file.readline(LONGEST + 1)
            continue
        try:
            record = decode(line)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            if not line.isspace() and line:
                yield from _read(number, line, decoder, "", pages)
            continue
        if pages and record.value is not None:
            yield from _inner(number, record.value, decoder, "/value")
        else:
            yield Found(number, record)


def _read(number: int, piece: bytes, decoder: msgspec.json.Decoder[T], pointer: str, pages: bool) -> Iterator[Found[T]]:
    try:
        if piece.lstrip()[:1] == b"[":
            yield from _inner(number, msgspec.json.decode(piece, type=list[msgspec.Raw]), decoder, pointer)
            return
        record = decoder.decode(piece)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        yield Found(number, f"no record that can be read: {plain(str(error))}", pointer)
        return
    if pages and record.value is not None:
        yield from _inner(number, record.value, decoder, f"{pointer}/value")
    else:
        yield Found(number, record, pointer)


def _inner(number: int, given: list[msgspec.Raw], decoder: msgspec.json.Decoder[T], pointer: str) -> Iterator[Found[T]]:
    for n, each in enumerate(given):
        place = f"{pointer}/{n}"
        try:
            yield Found(number, decoder.decode(each), place)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            yield Found(number, f"no record that can be read: {plain(str(error))}", place)


def _split(file: BinaryIO, buffer: bytes, pages: bool) -> Iterator[tuple[str, bytes | str]]:
    """The records of documents one after another, each with its pointer; or what is wrong there.

    Args:
        file: the file.
        buffer: what is read of it already.
        pages: whether an object with an array ``value`` is a page.
    """
    place = _Place(pages)
    ended = False
    while not ended:
        more = file.read(PIECE)
        ended = not more
        buffer += more
        for token in TOKEN.finditer(buffer, place.scanned):
            if len(token[0]) == 1 and token[0] == b'"':
                break
            yield from place.take(buffer, token)
            place.scanned = token.end()
        done = place.scanned if place.begins is None else place.begins
        if len(buffer) - done > LONGEST:
            yield place.pointer, f"{TOO_LONG}; what comes after it is not read"
            return
        buffer = buffer[done:]
        place.moved(done)
    if place.depth or buffer.strip(BETWEEN):
        yield place.pointer, "the document ends before it is closed; save it again"


class _Place:
    """Where in a document one is.

    Args:
        pages: whether an object with an array ``value`` is a page.
    """

    def __init__(self, pages: bool) -> None:
        self._pages = pages
        self._array = 0
        """How deep the array is whose elements are records; 0 in none."""
        self._inside = ""
        self._number = 0
        self._named = False
        self.depth = 0
        self.scanned = 0
        self.begins: int | None = None

    @property
    def pointer(self) -> str:
        """The pointer of the record that begins here, or that one is in."""
        return f"{self._inside}/{self._number}" if self._array else ""

    @property
    def outside(self) -> bool:
        """Whether one is in no record."""
        return self.begins is None and self.depth == self._array

    def moved(self, by: int) -> None:
        """So many bytes are gone from the buffer."""
        self.scanned -= by
        self.begins = None if self.begins is None else self.begins - by

    def take(self, buffer: bytes, token: re.Match[bytes]) -> Iterator[tuple[str, bytes | str]]:
        """One token further: the record that ends with it, or what is wrong."""
        before, text = buffer[self.scanned : token.start()], token[0]
        named, self._named = self._named, False
        if self.outside and (before.strip(BETWEEN) or text[0] == QUOTE):
            yield self.pointer, "what stands here is no record; give objects"
        if text[0] == QUOTE:
            self._named = self._pages and text == b'"value"' and self.depth == 1 and self.begins is not None
        elif text in OPENING:
            if named and text == b"[" and before.strip() == b":":
                self._array, self._inside, self._number, self.begins = 2, "/value", 0, None
            elif text == b"[" and not self.depth:
                self._array, self._inside, self._number = 1, "", 0
            elif self.outside:
                self.begins = token.start()
            self.depth += 1
        else:
            yield from self._closed(buffer, token.end())

    def _closed(self, buffer: bytes, end: int) -> Iterator[tuple[str, bytes | str]]:
        if not self.depth:
            yield "", "a bracket closes here that was never opened; save it again"
            return
        self.depth -= 1
        if self.depth == self._array and self.begins is not None:
            yield self.pointer, buffer[self.begins : end]
            self.begins = None
            self._number += 1
        elif self.depth < self._array:
            self._array = 0
