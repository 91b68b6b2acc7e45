"""XES, the event log of process mining in XML: a trace is a conversation, and what is said of it is of that.

``concept:name`` of a trace is the conversation, of an event what happened; ``org:resource`` is by whom, and
``time:timestamp`` when. Of ``lifecycle:transition`` only what is complete happened. Other attributes are columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any
from xml.parsers import expat

from fsm.notation.echo import plain
from fsm.readers.faults import Refused
from fsm.readers.mapping import Columns
from fsm.readers.notes import Noted
from fsm.readers.opening import Line

BEGINS = re.compile(rb"\s*(?:<\?xml|<!--|<(?:\w+:)?log\b).*?<(?:\w+:)?log\b", re.DOTALL)
CHUNK = 1 << 16
LARGEST = 1 << 22
"""Characters that what is said of a trace or an event may have, and bytes of one element."""
DEEPEST = 64
"""Elements within each other."""
VALUES = ("string", "date", "int", "float", "boolean", "id")
"""The elements that say something: a key and a value."""


def looks(head: bytes) -> bool:
    """Whether the beginning of a file is of such a log."""
    return BEGINS.match(head) is not None


def read(file: IO[bytes], noted: Noted) -> Iterator[Line]:
    """The rows of a log.

    Raises:
        Refused: it is no XML, declares entities, or says too much of one thing.
    """
    columns = Columns({}, noted)
    for number, said in _Parser().events(file):
        try:
            row = columns.taken(said)
        except ValueError as error:
            yield number, str(error)
            continue
        if row is not None:
            yield number, row


class _Parser:
    """Goes through a log an element at a time, and keeps what is said of the trace and the event that it is in."""

    def __init__(self) -> None:
        self._within: list[str] = []
        self._said: dict[str, dict[str, Any]] = {"trace": {}, "event": {}}
        self._usual: dict[str, dict[str, Any]] = {"trace": {}, "event": {}}
        self._scope = ""
        self._size = self._traces = self._line = 0
        self._found: list[tuple[int, dict[str, Any]]] = []
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._entity

    def events(self, file: IO[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
        """Every event: its line, and all that is said of it and of its trace, as a table of them would have it."""
        try:
            fed = 0
            while data := file.read(CHUNK):
                self._parser.Parse(data, False)
                fed += len(data)
                if fed - self._parser.CurrentByteIndex > LARGEST:
                    raise ValueError(f"an element has more than {LARGEST:,} bytes")
                yield from self._found
                self._found.clear()
            self._parser.Parse(b"", True)
            yield from self._found
        except (expat.ExpatError, ValueError) as error:
            raise Refused(
                f":{self._parser.CurrentLineNumber}: no XES log: {plain(str(error))}; give traces and "
                "their events, in XML"
            ) from None

    def _start(self, tag: str, given: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        parent = self._within[-1] if self._within else ""
        self._within.append(name)
        if len(self._within) > DEEPEST:
            raise ValueError(f"more than {DEEPEST} elements within each other")
        if not parent and name != "log":
            raise ValueError(f"it begins with {plain(tag[:100])}")
        if name == "global":
            self._scope = given.get("scope", "")
        elif name in self._said:
            self._said[name] = dict(self._usual[name])
            self._size = 0 if name == "trace" else self._size
            self._traces += name == "trace"
            self._line = self._parser.CurrentLineNumber
        elif name in VALUES and "key" in given:
            table = self._said.get(parent) if parent != "global" else self._usual.get(self._scope)
            if table is not None:
                self._size += len(given["key"]) + len(given.get("value", ""))
                if self._size > LARGEST:
                    raise ValueError(f"what is said of a trace has more than {LARGEST:,} characters")
                table[given["key"]] = given.get("value", "")

    def _end(self, tag: str) -> None:
        if self._within.pop() == "event":
            trace, event = self._said["trace"], self._said["event"]
            named = {"concept:name": f"trace {self._traces}", **trace}
            self._found.append((self._line, {f"case:{key}": value for key, value in named.items()} | event))
            self._size -= sum(len(key) + len(value) for key, value in event.items())

    def _entity(self, *given: Any) -> None:
        raise ValueError("it declares an entity, which no log needs")
