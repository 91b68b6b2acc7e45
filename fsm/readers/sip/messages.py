"""Finding SIP messages in a file, whatever stands around them.

A client's log (``.UccApilog``) has a line of its own before and after each message, and the time and a thread before
the first line of one. A server's trace (SIPStack, by the centralised logging service) has a block of ``Name: value``
lines, one of which is the time, before the message. In plain text messages follow each other. Lines may end in LF
alone, and headers may be folded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from fsm.readers.opening import Part, in_utf8

LONGEST = 1 << 16
"""Characters of a line; more of one are passed over."""
MOST_HEADERS = 400
"""Lines of headers that a message may have."""
LARGEST = 1 << 20
"""Characters of a body that are kept."""
REQUEST = re.compile(r"\b([A-Z]{3,15}) (sips?:\S+|tel:\S+) SIP/2\.0\s*$")
RESPONSE = re.compile(r"\bSIP/2\.0 ([1-6]\d\d)(?: [^\r\n]*)?$")
TIMES = (
    re.compile(r"^(?P<month>\d\d)/(?P<day>\d\d)/(?P<year>\d{4})\|(?P<time>\d\d:\d\d:\d\d\.\d{1,6})"),
    re.compile(r"(?:^|\s)(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)[T ](?P<time>\d\d:\d\d:\d\d(?:\.\d{1,6})?)"),
    re.compile(r"(?:^|[\]|:])(?P<month>\d\d)/(?P<day>\d\d)/(?P<year>\d{4})[-| ](?P<time>\d\d:\d\d:\d\d(?:\.\d{1,6})?)"),
)
HEADER = re.compile(r"^([A-Za-z][A-Za-z0-9.!%*_+`'~-]*)[ \t]*:[ \t]*(.*)$")
LOG_LINE = re.compile(r"^\d\d/\d\d/\d{4}\||^TL_|^\$\$|^\[\d+\]|^\d{4}-\d\d-\d\d[T ]")
SHORT = {"i": "call-id", "f": "from", "t": "to", "m": "contact", "c": "content-type", "l": "content-length", "v": "via"}
"""Headers by their short names."""


class Message(NamedTuple):
    """A message.

    Args:
        line: where it begins.
        time: when, as ISO 8601; empty where nothing told.
        method: of a request, what it asks; of a response, what was asked.
        uri: of a request, whom.
        status: of a response; 0 of a request.
        headers: by name in small letters; of those that are there often, the first.
        body: what it holds.
    """

    line: int
    time: str
    method: str
    uri: str
    status: int
    headers: dict[str, str]
    body: str


def messages(part: Part) -> Iterator[Message]:
    """The messages of a file, in the order in which they stand there."""
    yield from _Finder(part).messages()


class _Finder:
    """Goes through a file line by line."""

    def __init__(self, part: Part) -> None:
        self._file = in_utf8(part.file)
        self._offset = part.offset
        self._number = 0
        self._time = ""

    def _lines(self) -> Iterator[str]:
        """Lines without their ends; of a long one its beginning."""
        passing = False
        while raw := self._file.readline(LONGEST):
            if not passing:
                yield raw.decode("utf-8", "replace").rstrip("\r\n")
            passing = not raw.endswith(b"\n")

    def messages(self) -> Iterator[Message]:
        """What is found."""
        open_: _Open | None = None
        blank = framed = False
        for line in self._lines():
            self._number += 1
            logged = LOG_LINE.match(line) is not None
            framed = framed or logged
            begins = None
            if open_ is None or logged or open_.whole or not (framed or (open_.in_body and not blank)):
                begins = self._begins(line)
            if open_ is not None and (begins is not None or logged or (open_.whole and not line)):
                yield self._message(open_)
                open_ = None
            if open_ is None:
                self._seen(line)
            if begins is not None:
                open_ = _Open(begins, self._time)
            elif open_ is not None:
                open_.add(line)
            blank = not line
        if open_ is not None:
            yield self._message(open_)

    def _begins(self, line: str) -> tuple[int, str, str, int] | None:
        """Whether a message begins: its line, what is asked of whom, and the status."""
        if "SIP/2.0" not in line or line.startswith(("Via", "v:", "Start-Line")):
            return None
        if (found := REQUEST.search(line)) is not None:
            return self._number, found[1], found[2], 0
        if (answered := RESPONSE.search(line)) is not None:
            return self._number, "", "", int(answered[1])
        return None

    def _seen(self, line: str) -> None:
        """Take the time of a line, if it has one."""
        for each in TIMES:
            if (found := each.search(line[:200])) is not None:
                self._time = f"{found['year']}-{found['month']}-{found['day']}T{found['time']}Z"
                return

    def _message(self, found: _Open) -> Message:
        line, method, uri, status = found.begins
        if status:
            method = found.headers.get("cseq", "").rpartition(" ")[2].upper()
        body = "\n".join(found.body)[:LARGEST]
        return Message(self._offset + line, found.time, method, uri, status, found.headers, body)


class _Open:
    """A message that is read."""

    def __init__(self, begins: tuple[int, str, str, int], time: str) -> None:
        self.begins, self.time = begins, time
        self.headers: dict[str, str] = {}
        self.body: list[str] = []
        self.in_body = False
        self._left = LARGEST
        self._last = ""

    @property
    def whole(self) -> bool:
        """Whether all of its body is there."""
        return self.in_body and self._left <= 0

    def add(self, line: str) -> None:
        """Take in a line."""
        if self.in_body:
            self._left -= len(line.encode("utf-8", "replace")) + 2
            if len(self.body) < LARGEST // 64:
                self.body.append(line)
        elif not line.strip():
            self.in_body = True
            length = self.headers.get("content-length", "")
            if length.isascii() and length.isdigit() and len(length) < 10:
                self._left = min(int(length), LARGEST)
        elif line[0] in " \t" and self._last:
            self.headers[self._last] = f"{self.headers[self._last]} {line.strip()}"[:LONGEST]
        elif (found := HEADER.match(line)) is not None and len(self.headers) < MOST_HEADERS:
            name = found[1].casefold()
            name = SHORT.get(name, name)
            self._last = "" if name in self.headers else name
            self.headers.setdefault(name, found[2].strip())
