"""Notifications that Microsoft Graph sends a bot of its calls, as JSON Lines: one delivery a line, several in each.

They have no times of their own. A delivery that was stored with its ``receivedDateTime`` has that; in others events
stay in the order of the file. They may come out of order: whatever order they were received in, a call is placed first
and terminated last, and what had to be moved for that has no time. A call is kept while it is open, and HELD of those
that are over, as something late may come of them; what comes even later is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO, NamedTuple

import msgspec

from fsm.notation.echo import echo, plain
from fsm.readers.codes import CODES
from fsm.readers.graph.people import NOBODY, Endpoint, Identities, Identity, person
from fsm.readers.graph.records import Record, records
from fsm.readers.graph.signs import CALL
from fsm.readers.held import LATE, Held
from fsm.readers.mapping import Values
from fsm.readers.meant import OF_WHOM, alike, at, between, event, two, written
from fsm.readers.notes import Noted
from fsm.readers.opening import Line

__all__ = ["SIGNS", "looks", "read"]

SIGNS = tuple(CALL.values())
LOOKS = re.compile(rb"microsoft\.graph\.commsNotification|\"resource(?:Url)?\"\s*:\s*\"/?communications/calls/")
OF_A_CALL = re.compile(r"/?(?:app/|v1\.0/|beta/)*communications/calls/([^/?]+)")
BEFORE, LAST = ("incoming", "establishing", "ringing"), ("terminated",)
"""States that come before all others, and after."""
STATES = (*BEFORE, "established", "hold", *LAST)
SET_ASIDE = ("terminating", "transferring", "transferAccepted", "redirecting")
FAILED = 400
"""The code from which on a result is an error."""
OTHERS = "notifications of something else than the state of a call are set aside"
STATE = "states that tell nothing of a conversation are set aside"
UNKNOWN = "states that are not known are set aside"
ONESELF = "calls to oneself are set aside"
UNPLACED = "nothing was received of how the call began; it is taken to be placed by its source before what was received"
UNENDED = "nothing was received of the end of the call"


class Result(msgspec.Struct, gc=False):
    """How a call ended."""

    code: int | None = None


class Call(msgspec.Struct, gc=False):
    """A call as it is now."""

    id: str | None = None
    state: str | None = None
    source: Endpoint | None = None
    targets: list[Endpoint] | None = None
    requestedModalities: list[str] | None = None
    resultInfo: Result | None = None


class Notification(msgspec.Struct, gc=False):
    """Of which call, and what of it."""

    resourceUrl: str | None = None
    resource: str | None = None
    resourceData: msgspec.Raw = msgspec.Raw(b"null")


class Delivery(Record, gc=False):
    """Notifications that were received together; or one by itself."""

    receivedDateTime: str | None = None
    resourceUrl: str | None = None
    resource: str | None = None
    resourceData: msgspec.Raw = msgspec.Raw(b"null")


class _Seen(NamedTuple):
    """A state that a call was seen in."""

    state: str
    time: datetime | None
    line: int
    pointer: str
    code: int


class _Known:
    """A call while it is read."""

    __slots__ = ("ended", "name", "seen", "source", "target", "video")

    def __init__(self, name: str) -> None:
        self.name = name
        self.seen: list[_Seen] = []
        self.source = self.target = NOBODY
        self.video = self.ended = False


def looks(head: bytes) -> bool:
    """Whether the beginning of a file is of notifications to a bot."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and LOOKS.search(head) is not None


def read(file: BinaryIO, noted: Noted) -> Iterator[Line]:
    """The events of calls.

    Args:
        file: JSON Lines, or a JSON document, of deliveries.
        noted: what is set aside or assumed.
    """
    reading = _Reading(noted)
    for line, record, pointer in records(file, Delivery, pages=False):
        if isinstance(record, str):
            yield line, record
            continue
        received = at(record.receivedDateTime)
        for place, given in _notifications(record, pointer):
            wrong = given if isinstance(given, str) else reading.take(given, received, line, place)
            if wrong:
                yield line, wrong
            for known in reading.over.over():
                yield from reading.lines(known)
    for known in (*reading.over.rest(), *reading.open.values()):
        yield from reading.lines(known)


def _notifications(record: Delivery, pointer: str) -> Iterator[tuple[str, Notification | str]]:
    if record.value is None:
        yield pointer, Notification(record.resourceUrl, record.resource, record.resourceData)
        return
    for n, raw in enumerate(record.value):
        try:
            yield f"{pointer}/value/{n}", msgspec.json.decode(raw, type=Notification)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            yield "", f"value: {n}: no notification that can be read: {plain(str(error))}"


class _Reading:
    """Calls while they are read.

    Args:
        noted: what is set aside or assumed.
    """

    def __init__(self, noted: Noted) -> None:
        self.open: dict[str, _Known] = {}
        self.over: Held[_Known] = Held()
        self._noted = noted

    def take(self, given: Notification, received: datetime | None, line: int, pointer: str) -> str:
        """Take in a notification; what is wrong with it."""
        of = OF_A_CALL.fullmatch(given.resourceUrl or given.resource or "")
        if not of:
            self._noted.add(OTHERS, given.resourceUrl or given.resource or f"line {line}")
            return ""
        try:
            call = msgspec.json.decode(given.resourceData, type=Call | None) or Call()
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            return f"resourceData: no call that can be read: {plain(str(error))}"
        name, state = call.id or of[1], call.state or ""
        if self.over.gone(name):
            return f"id: {echo(name)}: {LATE}"
        if state not in STATES:
            self._noted.add(STATE if state in SET_ASIDE or not state else UNKNOWN, name)
            return ""
        known = self.over[name] if name in self.over else self.open.setdefault(name, _Known(name))
        code = (call.resultInfo.code or 0) if call.resultInfo else 0
        known.seen.append(_Seen(state, received, line, pointer, code))
        known.video |= "video" in (call.requestedModalities or ())
        known.source = person(_who(call.source.identity)) if call.source and not known.source.key else known.source
        if call.targets and not known.target.key:
            known.target = person(_who(call.targets[0].identity))
        if state in LAST and name in self.open:
            self.over[name] = self.open.pop(name)
        return ""

    def lines(self, of: _Known) -> Iterator[Line]:
        """What is written out of a call."""
        seen = _ordered(of.seen)
        sides = of.source.side, of.target.side
        if alike(*sides):
            self._noted.add(ONESELF, of.name)
            return
        for side in sides:
            self._noted.add(OF_WHOM.format(platform="Teams"), side.address or of.name)
        if seen[0].state not in BEFORE:
            self._noted.add(UNPLACED, of.name)
        if seen[-1].state not in LAST:
            self._noted.add(UNENDED, of.name)
        facts = two(*sides)
        for each, values in _rows(seen, "video" if of.video else "audio"):
            where = {"source": f"#{each.pointer}"} if each.pointer else {}
            yield each.line, {"conversation": of.name, **values, **facts, **where}
            facts = {}


def _who(of: Identities | None) -> Identity | None:
    return (of.user or of.onPremises or of.application or of.applicationInstance) if of else None


def _ordered(seen: list[_Seen]) -> list[_Seen]:
    """States in the order in which a call goes through them; what had to be moved for that has no time."""
    timed = all(each.time for each in seen)
    received = sorted(seen, key=lambda each: each.time or datetime.min) if timed else seen
    ordered = sorted(received, key=lambda each: -1 if each.state in BEFORE else each.state in LAST)
    return [
        each if each is before else each._replace(time=None) for each, before in zip(ordered, received, strict=True)
    ]


def _rows(seen: list[_Seen], placed: str) -> Iterator[tuple[_Seen, Values]]:
    first = seen[0]
    yield first, event(CALL[placed], time=written(first.time) if first.state in BEFORE else between(None, first.time))
    now = ""
    for each in seen:
        sign = _sign(now, each)
        if sign:
            yield each, event(CALL[sign], time=written(each.time))
            now = each.state
        if now in LAST:
            return


def _sign(now: str, seen: _Seen) -> str:
    """What a state shows after another; empty for what shows nothing new."""
    if seen.state in BEFORE or seen.state == now or (seen.state == "hold" and not now):
        return ""
    if seen.state in LAST:
        if now:
            return "failed" if seen.code >= FAILED else "over"
        return CODES.get(seen.code, "not taken")
    if seen.state == "hold":
        return "hold"
    return "resumed" if now == "hold" else "established"
