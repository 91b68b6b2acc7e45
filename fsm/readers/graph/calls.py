"""Calls of two out of a call record, and what of them is told as events."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from fsm.notation import Party
from fsm.readers.graph.sessions import ACROSS, EXPAND, CallRecord, Leg, Understood, named, understood
from fsm.readers.graph.signs import CALL_RECORD
from fsm.readers.mapping import Values
from fsm.readers.meant import OTHER, Side, alike, at, between, event, two, written

ASIDE = {
    "PSTN": "calls with a telephone number are none of two users; they are set aside",
    "bot": "calls with a bot are none of two users; they are set aside",
    "guest": "calls with a guest are none of two users; they are set aside",
    "conference": "calls with a conference are none of two users; they are set aside",
    "unknown service": "calls with a service whose role is not known are set aside",
}
TAKEN = {"voicemail": ("voicemail", "voicemail over"), "voice service": ("voice service", "voicemail over")}
"""What takes a call that is no person, and the signs of that and of its end."""
SHARING = re.compile("sharing|screen", re.IGNORECASE)
STAGES = ("", "callsetup", "midcall")
WAYS: dict[str, tuple[bool, ...]] = {"callertocallee": (False,), "calleetocaller": (True,)}
"""Whether a stream goes from the callee, by its direction."""


class Call(NamedTuple):
    """A call of two: its name, who they are by ``key``, empty where it is not told, and its record as understood."""

    name: str
    line: int
    pointer: str
    originator: tuple[str, Side]
    recipient: tuple[str, Side]
    found: Understood

    @property
    def pair(self) -> frozenset[str]:
        """The two by their keys."""
        return frozenset((self.originator[0], self.recipient[0]))

    @property
    def across(self) -> bool:
        """Whether the two are on two platforms."""
        ours, theirs = self.originator[1].platform, self.recipient[1].platform
        return ours is not None and theirs is not None and ours is not theirs


def call(record: CallRecord, name: str, line: int, pointer: str) -> Call | str:
    """The call of two that a record is of, or why it is set aside."""
    found = understood(record)
    if not found.legs:
        return f"records without sessions say nothing of the call; {EXPAND}"
    services: set[str] = set()
    for leg in found.legs:
        if leg.session.isTest:
            return "test calls are set aside"
        services |= {leg.caller.what, leg.callee.what}
    if aside := services & ASIDE.keys():
        return ASIDE[min(aside)]
    if len(found.people) > 2:
        return "calls of more than two people are set aside"
    first = found.legs[0]
    people = dict(found.people)
    for each in named(record) if len(people) < 2 else ():
        people.setdefault(each.key, each.side)
    if not found.people or len(people) > 2:
        return "records that do not tell the two people are set aside"
    caller = first.caller.key or next((key for key in people if key != first.callee.key), "")
    callee = next((key for key in people if key != caller), "")
    if not callee and "voice service" in services:
        return "calls to a voice service are none of two users; they are set aside"
    if not callee and services <= {""}:
        return "records that do not tell the two people are set aside"
    sides = [people.get(key, Side()) for key in (caller, callee)]
    if alike(*sides):
        return "records in which one person has two identifiers are set aside"
    if "gateway" in services:
        sides = [
            side._replace(platform=side.platform or ACROSS[peer.platform])
            for side, peer in zip(sides, reversed(sides), strict=True)
        ]
    return Call(name, line, pointer, (caller, sides[0]), (callee, sides[1]), found)


def rows(of: Call, escalated: bool) -> Iterator[Values]:
    """What happened in a call.

    Args:
        of: the call.
        escalated: whether a meeting ended it.
    """
    found, time = of.found, written(of.found.ends)
    answered, taken, video, known = [], None, False, True
    for leg in found.legs:
        video = video or "video" in (leg.session.modalities or ())
        known = known and leg.failed in STAGES
        if not leg.taken_by and leg.lasted:
            answered.append(leg)
        elif leg.lasted:
            taken = taken or leg
    first = told(of, "video" if video else "audio", found.legs[0], time=written(found.begins))
    first.update(two(of.originator[1], of.recipient[1]))
    yield first
    if not known:
        return
    if answered:
        leg = answered[0]
        yield told(of, "answered", leg, time=between(found.begins, leg.ends))
        for leg in answered:
            yield from _within(of, leg)
        last = max(answered, key=lambda leg: leg.ends or found.ends)  # type: ignore[arg-type, return-value]
        if any(leg.failed for leg in answered):
            yield told(of, "midcall", last, time=written(last.ends))
        elif not escalated:
            yield told(of, "over", last, time=written(last.ends))
    elif taken:
        begins, over = TAKEN[taken.taken_by]
        yield told(of, begins, taken, time=between(found.begins, taken.ends))
        yield told(of, over, taken, time=written(taken.ends))
    elif all(leg.failed or (leg.begins and leg.ends) for leg in found.legs if not leg.taken_by):
        yield told(of, "callSetup", found.legs[-1], time=time or written(found.begins))


def unclear(of: Call) -> str:
    """Why a record does not tell how its call ended; empty where it does."""
    if any(leg.failed not in STAGES for leg in of.found.legs):
        return "how the call ended cannot be told, as it failed at a stage that is not known"
    if any(not leg.failed and not (leg.begins and leg.ends) for leg in of.found.legs):
        return "how the call ended cannot be told without startDateTime and endDateTime"
    return ""


def told(of: Call, sign: str, leg: Leg | None, sender: Party | None = Party.ORIGINATOR, time: str = "") -> Values:
    """A row of a call.

    Args:
        of: the call.
        sign: what is shown.
        leg: where, if in a session of it.
        sender: by whom, where the sign leaves that to the record.
        time: when.
    """
    values = event(CALL_RECORD[sign], sender, time)
    values["conversation"] = of.name
    if of.pointer and leg:
        values["source"] = f"#{of.pointer}/sessions/{leg.number}"
    return values


def _within(of: Call, leg: Leg) -> Iterator[Values]:
    """What was shared and held in a leg."""
    segments = leg.session.segments or ()
    shared: dict[tuple[bool, ...], list[datetime | None]] = {}
    for segment in segments:
        for media in segment.media or ():
            if SHARING.search(media.label or ""):
                for stream in media.streams or ():
                    way = WAYS.get((stream.streamDirection or "").casefold(), (False, True))
                    shared.setdefault(way, [at(stream.startDateTime), at(stream.endDateTime)])
    if len(shared) > 1:
        shared = {(False, True): [None, None]}
    for way, (begins, ends) in shared.items():
        sender = None if len(way) > 1 else _party(of, leg, of_callee=way[0])
        values = told(of, "shared", leg, sender, between(begins or leg.begins, ends or leg.ends))
        if sender:
            values["effects"] = [["show_screen", OTHER[sender].value]]
        yield values
    if len(segments) > 1:
        times = sorted((a, b) for each in segments if (a := at(each.startDateTime)) and (b := at(each.endDateTime)))
        for (_, pause), (again, _) in pairwise(times):
            if pause < again:
                yield told(of, "held", leg, None, written(pause))
                yield told(of, "resumed", leg, None, written(again))


def _party(of: Call, leg: Leg, of_callee: bool) -> Party | None:
    """Who is at an end of a leg; None where it is not told."""
    end, peer = (leg.callee, leg.caller) if of_callee else (leg.caller, leg.callee)
    for party, (key, _) in zip(OTHER, (of.originator, of.recipient), strict=True):
        if end.key and end.key == key:
            return party
        if not end.key and peer.key and peer.key == key:
            return OTHER[party]
    return None
