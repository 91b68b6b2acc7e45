"""The formats that are read, and how each is recognised: by what is in a file, whatever it is called."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from importlib import import_module
from typing import Any, NamedTuple

from fsm.readers.faults import LogError, Refused
from fsm.readers.mapping import Columns
from fsm.readers.notes import Noted
from fsm.readers.opening import HEAD, Line, Part
from fsm.readers.signs import Sign


class Format(NamedTuple):
    """A format of others.

    Args:
        says: what it is, in words.
        reader: the module of ``fsm.readers`` that has ``looks``, ``read``, and ``SIGNS`` where it tells what its signs
            mean.
        unknown: what its files do not tell.
        sample: where there is one.
        together: whether several files may tell of one conversation, and are read as one.
    """

    says: str
    reader: str
    unknown: str
    sample: str
    together: bool = False

    def looks(self, head: bytes) -> bool:
        """Whether a file that begins so has this format."""
        return bool(self._module.looks(head))

    def read(self, parts: Iterator[Part], noted: Noted) -> Iterator[Line]:
        """The rows of some files, one after the other."""
        if self.together:
            yield from self._module.read(parts, noted)
            return
        for part in parts:
            try:
                for line, values in self._module.read(part.file, noted):
                    yield part.offset + line, values
            except Refused as error:
                raise LogError(f"{part.name}{error}") from None

    @property
    def signs(self) -> tuple[Sign, ...]:
        """What its signs mean."""
        return getattr(self._module, "SIGNS", ())

    @property
    def _module(self) -> Any:
        return import_module(f"fsm.readers.{self.reader}")


CASES = "tests/readers/cases"
FORMATS = {
    "xes": Format("XES, the event log of process mining", "xes", "", f"{CASES}/logs"),
    "ocel": Format("OCEL 2 in JSON, the object-centric event log", "ocel", "", f"{CASES}/logs"),
    "callrecords": Format(
        "Call records of Microsoft Graph",
        "graph.callrecords",
        "when a call was accepted, and who ended it; which way one failed; what was written",
        f"{CASES}/graph",
    ),
    "chats": Format(
        "Chats and chat messages of Microsoft Graph",
        "graph.chats",
        "on which client; what was refused; whether somebody formatted a text",
        f"{CASES}/graph",
    ),
    "notifications": Format(
        "Notifications of calls to a bot of Microsoft Graph",
        "graph.notifications",
        "who held a call, and who ended it; times, but for when each was received",
        f"{CASES}/graph",
    ),
    "sip": Format(
        "SIP: what a client of SfB logs, what a server traces, or plain text",
        "sip.read",
        "menus and warnings; modes and policies; what a client hides",
        f"{CASES}/sip",
        together=True,
    ),
    "cdr": Format(
        "Session details of SfB monitoring (CDR), in CSV",
        "cdr",
        "who hung up; when messages were sent, and what they held",
        f"{CASES}/cdr",
    ),
}
"""Every format of others, by its name, in the order in which they are tried."""
OWN = ("jsonl", "csv")
"""Our own logs, line by line."""
COLUMNAR = (b"PAR1", b"ARROW1")
"""How files begin that are replayed in bulk."""
EVENT = re.compile(rb'\s*\{[^\n]*"(event|change|concept:name)"\s*:')
HEADER = re.compile(rb"\s*(?:#TYPE[^\n]*\n\s*)?([^\n]+)")


def recognised(part: Part, columns: Columns) -> str:
    """Which format a file has, by how it begins; where that does not tell, a log of ours by its name.

    Args:
        part: the file.
        columns: how columns are taken.

    Raises:
        LogError: it has none that is known.
    """
    head = part.file.peek(HEAD)[:HEAD]
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        head = head[: len(head) & ~1].decode("utf-16", "replace").encode()
    head = head.removeprefix(b"\xef\xbb\xbf")
    if head.startswith(COLUMNAR):
        raise LogError(f"{part.name}: is columnar; give it alone to fsm replay, or to fsm.replay.bulk")
    name = part.name.lower()
    if EVENT.match(head):
        return "jsonl"
    for known, each in FORMATS.items():
        if each.looks(head):
            return known
    if name.endswith(".csv") or _has_events(head, columns):
        return "csv"
    if head.lstrip().startswith(b"{") or not head.strip():
        return "jsonl"
    raise LogError(f"{part.name}: its format is not known; it is none of {', '.join((*OWN, *FORMATS))}")


def _has_events(head: bytes, columns: Columns) -> bool:
    above = HEADER.match(head)
    cells = re.split(r"[,;\t]", above[1].decode("utf-8", "replace")) if above else []
    return any(columns.known(cell.strip().strip('"')) == "event" for cell in cells)
