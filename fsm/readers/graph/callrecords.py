"""Call records of Microsoft Graph: calls between two, with the sessions that they were made of.

A record tells who called whom, when the first joined, whether and how it failed, and when it ended. It does not tell
when a call was accepted, nor who hung up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from fsm.notation.echo import plain
from fsm.readers.graph.identities import GATEWAY, VOICEMAIL, Endpoint, IdentitySet, facts, named
from fsm.readers.notes import Noted
from fsm.readers.opening import Line, Part
from fsm.readers.records import records
from fsm.readers.signs import said, sign
from fsm.spec.parties import Platform

SIGNS = (
    sign("audio", "peerToPeer, at startDateTime", "call_audio by sender"),
    sign(
        "video",
        "the same, with video among its modalities",
        "call_video by sender",
        "call_audio by sender",
        open="whether video was there from the beginning",
    ),
    sign("accepted", "no failureInfo at callSetup, and it lasted", "accept_call by other", open="when"),
    sign("ended", "endDateTime", "hang_up by either", open="by whom"),
    sign("broken", "failureInfo, stage midCall", "media_failed by service", sure="medium"),
    sign(
        "failed",
        "failureInfo, stage callSetup; or it did not last",
        "decline_call by other",
        "cancel_call by sender",
        "no_answer by service",
        "media_failed by service",
        sure="medium",
        open="which of these",
    ),
    sign("voicemail", "a session with role voicemail", "voicemail_answered by service", open="when"),
    sign("ended-with-service", "its end", "hang_up by sender", "service_hung_up by service", open="by whom"),
    sign(
        "shared", "screenSharing, with a stream from the caller", "share_desktop by sender", sure="medium", open="when"
    ),
    sign("shared-back", "the same, from the callee", "share_desktop by other", sure="medium", open="when"),
    sign(
        "shared-by-one",
        "screenSharing, without a direction",
        "share_desktop by either",
        sure="medium",
        open="when; by whom",
    ),
)
SIGN = {each.name: each for each in SIGNS}


class Failure(msgspec.Struct):
    """How a session failed."""

    stage: str | None = None


class Stream(msgspec.Struct):
    """A stream of media, and its direction."""

    streamDirection: str | None = None


class Media(msgspec.Struct):
    """What was sent."""

    label: str | None = None
    streams: list[Stream] | None = None


class Segment(msgspec.Struct):
    """A part of a session."""

    media: list[Media] | None = None


class Session(msgspec.Struct):
    """A session between two ends."""

    caller: Endpoint | None = None
    callee: Endpoint | None = None
    modalities: list[str] | None = None
    startDateTime: str | None = None
    endDateTime: str | None = None
    isTest: bool | None = None
    failureInfo: Failure | None = None
    segments: list[Segment] | None = None


class Organizer(msgspec.Struct):
    """Who takes part, by the second form of a record."""

    id: str | None = None
    identity: IdentitySet | None = None


class Call(msgspec.Struct):
    """A call record."""

    id: str
    startDateTime: str
    type: str = ""
    endDateTime: str | None = None
    modalities: list[str] | None = None
    sessions: list[Session] | None = None
    participants_v2: list[Organizer] | None = None
    participants: list[IdentitySet] | None = None


def read(parts: Iterator[Part], noted: Noted) -> Iterator[Line]:
    """The rows of the records."""
    for part in parts:
        for number, record in records(part):
            if isinstance(record, str):
                yield part.offset + number, record
                continue
            try:
                call = msgspec.convert(record, Call)
                rows = list(_rows(call, noted))
            except (msgspec.ValidationError, ValueError) as error:
                yield part.offset + number, f"call record: {plain(str(error))}"
                continue
            for row in rows:
                yield part.offset + number, row


def _rows(call: Call, noted: Noted) -> Iterator[dict[str, Any]]:
    if call.type not in ("peerToPeer", "unknown", ""):
        noted.add(f"a {plain(call.type[:40])}, not a call between two, and set aside", call.id, "record")
        return
    sessions = sorted(call.sessions or [], key=lambda each: each.startDateTime or call.startDateTime)
    if not sessions or any(each.isTest for each in sessions):
        noted.add("a test, or without sessions, and set aside", call.id, "record")
        return
    caller, callee = _ends(sessions)
    if caller is None:
        noted.add("with no user at one end, and set aside", call.id, "record")
        return
    sender, other = caller.address, callee.address if callee else _mentioned(call, caller.address)
    if not sender or sender == other:
        noted.add("with no user at one end, and set aside", call.id, "record")
        return
    crosses = any(end.role == GATEWAY for each in sessions for end in (each.caller, each.callee) if end)
    across = {Platform.TEAMS: Platform.SFB, Platform.SFB: Platform.TEAMS}
    mine = caller.platform
    guess = None if mine is None else across[mine] if crosses else mine
    first, assumed = facts("originator", sender, caller)
    second, supplied = facts("recipient", other, callee, guess)
    row = {"conversation": call.id, **first, **second, "assumed": [*assumed, *supplied]}
    for name, time in _said(call, sessions):
        yield {**row, "time": time, **said(SIGN[name], sender, other or "recipient")}
        row = {"conversation": call.id}


def _ends(sessions: list[Session]) -> tuple[Endpoint | None, Endpoint | None]:
    """Who called and who was called, of whom sessions by way of a service tell one each."""
    caller = next((each.caller for each in sessions if each.caller and each.caller.address), None)
    callees = (each.callee for each in sessions if each.callee and each.callee.address)
    callee = next((each for each in callees if caller is None or each.address != caller.address), None)
    return caller, callee


def _mentioned(call: Call, sender: str) -> str:
    """The other who took part, where no session tells."""
    two = [*(each.identity for each in call.participants_v2 or []), *(call.participants or [])]
    others = {named(each.user) for each in two if each and each.user} - {sender, ""}
    return others.pop() if len(others) == 1 else ""


def _said(call: Call, sessions: list[Session]) -> Iterator[tuple[str, str]]:
    begun, over = call.startDateTime, call.endDateTime
    within = f"{begun}/{over or '..'}"
    modalities = {each.casefold() for some in ([call], sessions) for one in some for each in one.modalities or []}
    yield "video" if "video" in modalities else "audio", begun
    stages = {each.failureInfo.stage.casefold() for each in sessions if each.failureInfo and each.failureInfo.stage}
    if any(end.role == VOICEMAIL for each in sessions for end in (each.callee, each.caller) if end):
        yield "voicemail", within
        if over:
            yield "ended-with-service", over
        return
    if "callsetup" in stages or over == begun:
        yield "failed", over or within
        return
    yield "accepted", within
    if "screensharing" in modalities:
        yield _shared(sessions), within
    if "midcall" in stages:
        yield "broken", over or within
    elif over:
        yield "ended", over


def _shared(sessions: list[Session]) -> str:
    """By whom a desktop was shared, by the directions of its streams."""
    shown = {
        (stream.streamDirection or "").casefold()
        for session in sessions
        for segment in session.segments or []
        for media in segment.media or []
        if "sharing" in (media.label or "").casefold()
        for stream in media.streams or []
    }
    if shown == {"callertocallee"}:
        return "shared"
    return "shared-back" if shown == {"calleetocaller"} else "shared-by-one"
