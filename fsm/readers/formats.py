"""The formats that are read, and how each is recognised: by what is in a file, whatever it is called."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import NamedTuple, cast

from fsm.readers.faults import LogError
from fsm.readers.mapping import Columns
from fsm.readers.notes import Noted
from fsm.readers.opening import HEAD, Line, Part
from fsm.readers.signs import Sign

Reader = Callable[[Iterator[Part], Noted], Iterator[Line]]


class Format(NamedTuple):
    """A format of others.

    Args:
        says: what it is, in words.
        looks: what its files begin with, within HEAD bytes.
        reader: the module of ``fsm.readers`` that has ``read``, and ``SIGNS`` where it tells what its signs mean.
        unknown: what its files do not tell.
        sample: where there is one.
    """

    says: str
    looks: re.Pattern[bytes]
    reader: str
    unknown: str
    sample: str

    def read(self, parts: Iterator[Part], noted: Noted) -> Iterator[Line]:
        """The rows of some files, one after the other."""
        return cast("Reader", import_module(f"fsm.readers.{self.reader}").read)(parts, noted)

    @property
    def signs(self) -> tuple[Sign, ...]:
        """What its signs mean."""
        return cast("tuple[Sign, ...]", getattr(import_module(f"fsm.readers.{self.reader}"), "SIGNS", ()))


def _of(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL)


FORMATS: dict[str, Format] = {
    "xes": Format(
        "XES, the event log of process mining",
        _of(rb"\s*(<\?xml|<!--|<(\w+:)?log\b).*?<(\w+:)?log\b"),
        "xes",
        "",
        "tests/readers/cases/logs",
    ),
    "ocel": Format(
        "OCEL 2 in JSON, the object-centric event log",
        _of(rb'\s*\{.*?"(objectTypes|eventTypes|objects)"\s*:'),
        "ocel",
        "",
        "tests/readers/cases/logs",
    ),
    "callrecords": Format(
        "Call records of Microsoft Graph",
        _of(rb'\s*[\[{].*?("sessions"\s*:|callRecords\.|"(peerToPeer|groupCall)")'),
        "graph.callrecords",
        "when a call was accepted, and who ended it; which way one failed; what was written",
        "tests/readers/cases/graph",
    ),
    "notifications": Format(
        "Notifications of calls that a bot of Microsoft Graph wrote down",
        _of(rb'\s*[\[{].*?(commsNotification|"resourceData"\s*:)'),
        "graph.notifications",
        "who held a call, and who ended it; times, but for when each was received",
        "tests/readers/cases/graph",
    ),
    "sip": Format(
        "SIP: what a client of SfB logs, what a server traces, or plain text",
        _of(rb"(?:(?!\n\s*[<{]).)*?\bSIP/2\.0\b"),
        "sip.read",
        "menus and warnings; modes and policies; what a client hides",
        "tests/readers/cases/sip",
    ),
    "cdr": Format(
        "Session details of Skype for Business monitoring, in CSV",
        _of(rb"[^\n]*\b(SessionIdTime|InviteTime)\b[^\n]*\bFromUri\b"),
        "cdr",
        "who hung up; when messages were sent, and what they held",
        "tests/readers/cases/cdr",
    ),
}
"""Every format of others, by its name, in the order in which they are tried."""
OWN = ("jsonl", "csv")
"""Our own logs, line by line."""
COLUMNAR = (b"PAR1", b"ARROW1")
"""How files begin that are replayed in bulk."""
EVENT = _of(rb'\s*\{[^\n]*"(event|change|concept:name)"\s*:')
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
        if each.looks.match(head):
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
