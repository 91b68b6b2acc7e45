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


class Failure(msgspec.Struct, gc=False):
    """Why a session failed."""

    stage: str | None = None


class Stream(msgspec.Struct, gc=False):
    """Media one way."""

    streamDirection: str | None = None
    startDateTime: str | None = None
    endDateTime: str | None = None


class Media(msgspec.Struct, gc=False):
    """Media of a segment."""

    label: str | None = None
    streams: list[Stream] | None = None


class Segment(msgspec.Struct, gc=False):
    """A part of a session."""

    startDateTime: str | None = None
    endDateTime: str | None = None
    media: list[Media] | None = None


class Session(msgspec.Struct, gc=False):
    """Two ends that communicate."""

    caller: Endpoint | None = None
    callee: Endpoint | None = None
    startDateTime: str | None = None
    endDateTime: str | None = None
    failureInfo: Failure | None = None
    isTest: bool | None = None
    modalities: list[str] | None = None
    segments: list[Segment] | None = None


class Participant(msgspec.Struct, gc=False):
    """Somebody in the call."""

    identity: Identities | None = None
    id: str | None = None


class CallRecord(Record, gc=False):
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
    """A session as it is understood.

    Args:
        number: its number in the record.
        caller: one end.
        callee: the other end.
        begins: from when it was.
        ends: until when.
        failed: the stage at which it failed, in small letters; empty where it did not.
        taken_by: the service that took it; empty for a person.
        lasted: whether it was set up and took some time.
        session: what Graph has of it.
    """

    number: int
    caller: End
    callee: End
    begins: datetime | None
    ends: datetime | None
    failed: str
    taken_by: str
    lasted: bool
    session: Session


class Understood(NamedTuple):
    """Who is in a record, its legs in order of time, and from when to when it was."""

    people: dict[str, Side]
    legs: list[Leg]
    begins: datetime | None
    ends: datetime | None


def understood(record: CallRecord) -> Understood:
    """What is found in a record."""
    legs: list[Leg] = []
    for number, each in enumerate(record.sessions or ()):
        failed = (each.failureInfo.stage or "unknown").casefold() if each.failureInfo else ""
        begins, ends = at(each.startDateTime), at(each.endDateTime)
        lasted = begins is not None and ends is not None and begins < ends and failed != "callsetup"
        caller, callee = end(each.caller), end(each.callee)
        taken = callee.what if callee.what in FOR_A_PERSON else caller.what if caller.what in FOR_A_PERSON else ""
        legs.append(Leg(number, caller, callee, begins, ends, failed, taken, lasted, each))
    if len(legs) > 1:
        legs.sort(key=lambda leg: leg.begins or NEVER)
    people: dict[str, Side] = {}
    for leg in legs:
        for each_end in (leg.caller, leg.callee):
            if each_end.key and (each_end.key not in people or not people[each_end.key].platform):
                people[each_end.key] = each_end.side
    first, last = [leg.begins for leg in legs if leg.begins], [leg.ends for leg in legs if leg.ends]
    return Understood(
        people,
        legs,
        min(first) if first else at(record.startDateTime),
        max(last) if last else at(record.endDateTime),
    )


def named(record: CallRecord) -> list[End]:
    """Whom a record names besides its sessions: its organizer and its participants."""
    identities = [user(each.identity) for each in record.participants_v2 or ()]
    identities += [user(each) for each in record.participants or ()]
    host = record.organizer_v2
    if host:
        identities.append(user(host.identity) or Identity(host.id))
    identities.append(user(record.organizer))
    return [found for each in identities if (found := person(each)) is not NOBODY]


def organizer(record: CallRecord) -> str:
    """Who organized it, by their key; empty where it is not told."""
    of = record.organizer_v2
    identity = (user(of.identity) or Identity(of.id)) if of else user(record.organizer)
    return person(identity).key
