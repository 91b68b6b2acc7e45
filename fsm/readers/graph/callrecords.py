"""Call records of Microsoft Graph, expanded with their sessions and segments: what became of calls of two.

A record is of a whole call, so its events are written out together. Sessions of one record are one call, however many
endpoints rang. Records are held back, HELD of them, as a newer version of one takes its place, and a group call of the
same two across platforms that begins as their call ends is the meeting that it was escalated to. A record that comes
again after that is an error, never twice in the log. What is shown and what it means is told in ``signs``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from fsm.notation.echo import echo
from fsm.readers.graph import calls, meetings
from fsm.readers.graph.records import records
from fsm.readers.graph.sessions import CallRecord
from fsm.readers.graph.signs import CALL_RECORD
from fsm.readers.held import LATE, Held
from fsm.readers.meant import OF_WHOM
from fsm.readers.notes import Noted
from fsm.readers.opening import Line

__all__ = ["SIGNS", "looks", "read"]

SIGNS = tuple(CALL_RECORD.values())
LOOKS = re.compile(rb'"type"\s*:\s*"(?:peerToPeer|groupCall)"|#?microsoft\.graph\.callRecords\.')
NO_ADDRESS = "the record does not tell who the other one is; they are called by their party: name them with between"
ALONE = "group calls that no call across platforms between the same two led to are set aside"
OLDER = "older versions of records are set aside"
KINDS = "records of another type than peerToPeer and groupCall are set aside"
MORE = "sessions go on on another page, which is not read; follow sessions@odata.nextLink and put them into the record"


def looks(head: bytes) -> bool:
    """Whether the beginning of a file is of call records."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and LOOKS.search(head) is not None


class _Reading:
    """What is held back while records are read, and what is noted.

    Args:
        noted: what is set aside or assumed.
    """

    def __init__(self, noted: Noted) -> None:
        self.held: Held[tuple[int, calls.Call | meetings.Group | None]] = Held()
        self.alone: Held[meetings.Group] = Held()
        """Group calls whose call may still come."""
        self._groups = meetings.Groups()
        self._noted = noted

    def take(self, record: CallRecord, line: int, pointer: str) -> str:
        """Take in a record; what is wrong with it."""
        name = record.id
        if not name:
            return "id: missing; a call record has one"
        if self.held.gone(name):
            return f"id: {echo(name)}: {LATE}"
        version = record.version or 0
        if name in self.held:
            before, old = self.held[name]
            self._noted.add(OLDER, name)
            if version < before:
                return ""
            if isinstance(old, meetings.Group):
                self._groups.remove(old)
        self.held[name] = (version, self._kept(record, name, line, pointer))
        return ""

    def _kept(self, record: CallRecord, name: str, line: int, pointer: str) -> calls.Call | meetings.Group | None:
        if record.more:
            self._noted.add(MORE, name)
        found: calls.Call | meetings.Group | str = KINDS
        if record.type == "peerToPeer":
            found = calls.call(record, name, line, pointer)
        elif record.type == "groupCall":
            found = meetings.group(record, name, line)
        if isinstance(found, str):
            self._noted.add(found, name)
            return None
        if isinstance(found, meetings.Group):
            self._groups.add(found)
        return found

    def lines(self, kept: calls.Call | meetings.Group | None) -> Iterator[Line]:
        """What is written out of what was held back."""
        if isinstance(kept, meetings.Group):
            self.alone[kept.name] = kept
            for each in self.alone.over():
                self.without(each)
        elif kept:
            self._assumed(kept)
            meeting = self._groups.after(kept)
            for values in calls.rows(kept, escalated=meeting is not None):
                yield kept.line, values
            for values in meetings.rows(kept, meeting) if meeting else ():
                yield kept.line, values

    def without(self, group: meetings.Group) -> None:
        """Set a group call aside unless a call had it."""
        if self._groups.remove(group):
            self._noted.add(ALONE, group.name)

    def _assumed(self, of: calls.Call) -> None:
        for _, side in (of.originator, of.recipient):
            if not side.address:
                self._noted.add(NO_ADDRESS, of.name)
            if not side.platform:
                self._noted.add(OF_WHOM.format(platform="Teams"), side.address or of.name)
        if why := calls.unclear(of):
            self._noted.add(why, of.name)


def read(file: BinaryIO, noted: Noted) -> Iterator[Line]:
    """The events of calls.

    Args:
        file: JSON Lines, a JSON document, or pages of records.
        noted: what is set aside or assumed.
    """
    reading = _Reading(noted)
    for line, record, pointer in records(file, CallRecord):
        wrong = record if isinstance(record, str) else reading.take(record, line, pointer)
        if wrong:
            yield line, wrong
        for _, kept in reading.held.over():
            yield from reading.lines(kept)
    for _, kept in reading.held.rest():
        yield from reading.lines(kept)
    for group in reading.alone.rest():
        reading.without(group)
