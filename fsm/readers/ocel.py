"""OCEL 2 in JSON, the object-centric event log of process mining.

A conversation is an object; what is said of it are its attributes, which may change, and its two are related to it as
``originator`` and ``recipient``. An event is related to its conversation, and to whoever fired it as ``by``; what else
is said of it are its attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

import msgspec

from fsm.notation import PARTIES
from fsm.notation.echo import echo, plain
from fsm.readers.columns import COLUMNS
from fsm.readers.faults import Refused
from fsm.readers.notes import Noted
from fsm.readers.opening import Line, in_utf8

CONVERSATION = "conversation"
BEGINS = re.compile(rb'\s*\{.*?"(?:objectTypes|eventTypes|objects)"\s*:', re.DOTALL)
LARGEST = 1 << 28
"""Bytes of a log, which is in memory as a whole."""


class Attribute(msgspec.Struct):
    """What is said of something, for an object from some time on."""

    name: str
    value: Any
    time: str = ""


class Related(msgspec.Struct):
    """An object that something is related to, and as what."""

    objectId: str  # as the format has it
    qualifier: str = ""


class Thing(msgspec.Struct):
    """An object, or an event."""

    id: str
    type: str
    time: str = ""
    attributes: list[Attribute] = []
    relationships: list[Related] = []


class Ocel(msgspec.Struct):
    """A log."""

    objects: list[Thing]
    events: list[Thing]


def looks(head: bytes) -> bool:
    """Whether the beginning of a file is of such a log."""
    return BEGINS.match(head) is not None


def read(file: IO[bytes], noted: Noted) -> Iterator[Line]:
    """The rows of a log.

    Raises:
        Refused: it is too large, or is none.
    """
    text = in_utf8(file).read(LARGEST + 1)
    if len(text) > LARGEST:
        raise Refused(f": a document of more than {LARGEST:,} bytes; give it in parts")
    try:
        log = msgspec.json.decode(text, type=Ocel)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Refused(f": no OCEL 2 log in JSON: {plain(str(error))}") from None
    yield from _rows(log, noted)


def _rows(log: Ocel, noted: Noted) -> Iterator[Line]:
    talks = {each.id: each for each in log.objects if each.type == CONVERSATION}
    known = {each.id: each.type for each in log.objects}
    left = {name: sorted(each.attributes, key=lambda said: said.time) for name, each in talks.items()}
    begun: set[str] = set()
    for number, event in sorted(enumerate(log.events, 1), key=lambda each: each[1].time):
        of = {each.objectId for each in event.relationships if each.objectId in talks}
        lost = [each.objectId for each in event.relationships if each.objectId not in known]
        if lost:
            yield number, f"event {echo(event.id)}: {echo(lost[0])} is related to it, and is none of the objects"
        elif len(of) > 1:
            yield number, f"event {echo(event.id)}: {', '.join(map(echo, sorted(of)))} are related to it; give one"
        elif not of:
            noted.add("related to no conversation, and set aside", event.id, "event")
        else:
            (name,) = of
            yield (
                number,
                {
                    "conversation": name,
                    "time": event.time,
                    "event": event.type,
                    "source": f"#/events/{number - 1}",
                    **_begins(talks[name], begun),
                    **_changed(left[name], event.time),
                    **_said(event, noted),
                },
            )


def _begins(talk: Thing, begun: set[str]) -> dict[str, Any]:
    """The two of a conversation, with its first event."""
    if talk.id in begun:
        return {}
    begun.add(talk.id)
    return {f"{each.qualifier}.address": each.objectId for each in talk.relationships if each.qualifier in PARTIES}


def _changed(left: list[Attribute], time: str) -> dict[str, Any]:
    """What is said of a conversation since its last event; it goes from what is left."""
    found = {}
    while left and left[0].time <= time:
        said = left.pop(0)
        found[said.name] = said.value
    return found


def _said(event: Thing, noted: Noted) -> dict[str, Any]:
    """By whom an event is, and what is said of it."""
    by = [each.objectId for each in event.relationships if each.qualifier == "by"]
    found: dict[str, Any] = {"by": by[0] if len(by) == 1 else by} if by else {}
    for each in event.attributes:
        if each.name in COLUMNS:
            found[each.name] = each.value
        else:
            noted.add("none of our columns, and set aside", each.name, "attribute")
    return found
