"""Group calls of two, which may be the meeting that their call across platforms was escalated to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from fsm.notation import Party
from fsm.readers.graph.calls import Call, told
from fsm.readers.graph.sessions import CallRecord, Understood, organizer, understood
from fsm.readers.mapping import Values
from fsm.readers.meant import between, written

SOON = timedelta(minutes=2)
"""How far from the end of a call the meeting begins that it was escalated to."""


class Group(NamedTuple):
    """A group call of two."""

    name: str
    line: int
    found: Understood
    organizer: str

    @property
    def pair(self) -> frozenset[str]:
        """The two by their keys."""
        return frozenset(self.found.people)


def group(record: CallRecord, name: str, line: int) -> Group | str:
    """The group call that a record is of, or why it is set aside."""
    found = understood(record)
    if len(found.people) != 2 or any(leg.session.isTest for leg in found.legs):
        return "group calls of other than two people are set aside"
    return Group(name, line, found, organizer(record))


class Groups:
    """Those that are held back, by the two they are of."""

    def __init__(self) -> None:
        self._by_pair: dict[frozenset[str], dict[str, Group]] = {}

    def add(self, of: Group) -> None:
        """Take one in, in place of an older version."""
        self._by_pair.setdefault(of.pair, {})[of.name] = of

    def remove(self, of: Group) -> bool:
        """Take one out; whether it was there, and no call had it."""
        held = self._by_pair.get(of.pair, {})
        if held.get(of.name) is not of:
            return False
        del held[of.name]
        if not held:
            del self._by_pair[of.pair]
        return True

    def after(self, of: Call) -> Group | None:
        """The first that a call across platforms was escalated to; it is taken out."""
        if not of.across:
            return None
        fits = [each for each in self._by_pair.get(of.pair, {}).values() if _follows(of, each)]
        found = min(fits, key=lambda each: (each.found.begins, each.name), default=None)
        if found:
            self.remove(found)
        return found


def _follows(of: Call, meeting: Group) -> bool:
    begins, ends = of.found.begins, of.found.ends
    starts = meeting.found.begins
    return bool(begins and ends and starts and begins < starts and ends - SOON <= starts <= ends + SOON)


def rows(of: Call, meeting: Group) -> Iterator[Values]:
    """What happened in the meeting that a call was escalated to."""
    found = meeting.found
    parties = dict(zip((of.originator[0], of.recipient[0]), (Party.ORIGINATOR, Party.RECIPIENT), strict=True))
    initiator = parties.get(meeting.organizer)
    yield told(of, "escalated", None, initiator, between(of.found.begins, found.begins))
    yield told(of, "created", None, None, written(found.begins))
    host = meeting.organizer if initiator else next(iter(found.people))
    moments: list[tuple[datetime, str, Party, datetime | None]] = []
    for key, party in parties.items():
        times = [(leg.begins, leg.ends) for leg in found.legs if key in (leg.caller.key, leg.callee.key)]
        for begins, ends in times:
            if begins and (key != host or begins != times[0][0]):
                moments.append((begins, "joined", party, None))
            if ends:
                moments.append((ends, "left", party, None))
    linked = False
    for time, sign, party, _ in sorted(moments, key=lambda each: (each[0], each[1])):
        if sign == "joined" and not linked:
            linked = True
            yield told(of, "linked", None, None, between(found.begins, time))
        yield told(of, sign, None, party, written(time))
