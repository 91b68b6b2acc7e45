"""A call record in the shape that Microsoft Graph gives it, and the two people and legs that are found in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from fsm.readers.graph.people import NOBODY, End, Endpoint, Identities, Identity, end, person, user
from fsm.readers.graph.records import Record
from fsm.readers.meant import Side, at
from fsm.spec.parties import Platform

NEVER = datetime.max.replace(tzinfo=UTC)
FOR_A_PERSON = ("voicemail", "voice service")
"""Services that take a call that was to somebody."""
ACROSS = {Platform.TEAMS: Platform.SFB, Platform.SFB: Platform.TEAMS, None: None}
EXPAND = "ask for $expand=sessions($expand=segments)"


class Failure(msgspec.Struct):
    """Why a session failed."""

    stage: str | None = None


class Stream(msgspec.Struct):
    """Media one way."""

    streamDirection: str | None = None
    startDateTime: str | None = None
    endDateTime: str | None = None


class Media(msgspec.Struct):
    """Media of a segment."""

    label: str | None = None
    streams: list[Stream] | None = None


class Segment(msgspec.Struct):
    """A part of a session."""

    startDateTime: str | None = None
    endDateTime: str | None = None
    media: list[Media] | None = None


class Session(msgspec.Struct):
    """Two ends that communicate."""

    caller: Endpoint | None = None
    callee: Endpoint | None = None
    startDateTime: str | None = None
    endDateTime: str | None = None
    failureInfo: Failure | None = None
    isTest: bool | None = None
    modalities: list[str] | None = None
    segments: list[Segment] | None = None


class Participant(msgspec.Struct):
    """Somebody in the call."""

    identity: Identities | None = None
    id: str | None = None


class CallRecord(Record):
    """A call or a meeting."""

    id: str | None = None
    version: int | None = None
    type: str | None = None
    startDateTime: str | None = None
    endDateTime: str | None = None
    sessions: list[Session] | None = None
    more: str | None = msgspec.field(name="sessions@odata.nextLink", default=None)
    organizer_v2: Participant | None = None
    organizer: Identities | None = None
    participants_v2: list[Participant] | None = None
    participants: list[Identities] | None = None


class Leg(NamedTuple):
    """A session as it is understood: its number in the record, its ends, and from when to when it was."""

    number: int
    caller: End
    callee: End
    begins: datetime | None
    ends: datetime | None
    failed: str
    session: Session

    @property
    def taken_by(self) -> str:
        """What took it that is no person; empty for a person."""
        return next((each.what for each in (self.callee, self.caller) if each.what in FOR_A_PERSON), "")

    @property
    def lasted(self) -> bool:
        """Whether it was set up and took some time."""
        return (
            self.begins is not None and self.ends is not None and self.begins < self.ends and self.failed != "callsetup"
        )


class Understood(NamedTuple):
    """Who is in a record, its legs in order of time, and from when to when it was."""

    people: dict[str, Side]
    legs: list[Leg]
    begins: datetime | None
    ends: datetime | None
    organizer: str


def understood(record: CallRecord) -> Understood:
    """What is found in a record."""
    legs: list[Leg] = []
    for number, each in enumerate(record.sessions or ()):
        failed = ((each.failureInfo.stage or "unknown") if each.failureInfo else "").casefold()
        begins, ends = at(each.startDateTime), at(each.endDateTime)
        legs.append(Leg(number, end(each.caller), end(each.callee), begins, ends, failed, each))
    if len(legs) > 1:
        legs.sort(key=lambda leg: leg.begins or NEVER)
    people: dict[str, Side] = {}
    for leg in legs:
        for each_end in (leg.caller, leg.callee):
            if each_end.key and (each_end.key not in people or not people[each_end.key].platform):
                people[each_end.key] = each_end.side
    organizer = _organizer(record)
    begins = min((leg.begins for leg in legs if leg.begins), default=None) or at(record.startDateTime)
    ends = max((leg.ends for leg in legs if leg.ends), default=None) or at(record.endDateTime)
    return Understood(people, legs, begins, ends, organizer)


def named(record: CallRecord) -> list[End]:
    """Whom a record names besides its sessions: its organizer and its participants."""
    identities = [user(each.identity) for each in record.participants_v2 or ()]
    identities += [user(each) for each in record.participants or ()]
    organizer = record.organizer_v2
    if organizer:
        identities.append(user(organizer.identity) or Identity(organizer.id))
    identities.append(user(record.organizer))
    return [found for each in identities if (found := person(each)) is not NOBODY]


def _organizer(record: CallRecord) -> str:
    of = record.organizer_v2
    identity = (user(of.identity) or Identity(of.id)) if of else user(record.organizer)
    return person(identity).key
