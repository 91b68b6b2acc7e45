"""Notifications that a bot gets of calls, as it wrote them down: each its own line of JSON, or pages of them.

They come in batches and out of order; when one was received is all that is told of time. Those of a call are put in
order once it has ended. Who held or ended a call is not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from fsm.notation.echo import plain
from fsm.readers.clients import ON
from fsm.readers.graph.identities import IdentitySet, named
from fsm.readers.notes import Noted
from fsm.readers.opening import Line, Part
from fsm.readers.records import records
from fsm.readers.signs import said, sign
from fsm.spec.parties import Platform

SIGNS = (
    sign("audio", "state incoming", "call_audio by sender"),
    sign("video", "the same, with video among its modalities", "call_video by sender"),
    sign("accepted", "the first state established", "accept_call by other"),
    sign("held", "state hold", "hold by either", sure="medium", open="by whom"),
    sign("resumed", "state established after hold", "resume by either", sure="medium", open="by whom"),
    sign(
        "ended", "state terminated, of a call that was established", "hang_up by either", sure="medium", open="by whom"
    ),
    sign("declined", "terminated before that, code 603 or 486", "decline_call by other", sure="medium"),
    sign("cancelled", "code 487", "cancel_call by sender", sure="medium"),
    sign("unanswered", "code 408 or 480", "no_answer by service", sure="medium"),
    sign(
        "failed",
        "any other code",
        "decline_call by other",
        "cancel_call by sender",
        "no_answer by service",
        "media_failed by service",
        sure="medium",
        open="which of these",
    ),
)
SIGN = {each.name: each for each in SIGNS}
CODES = {603: "declined", 486: "declined", 487: "cancelled", 408: "unanswered", 480: "unanswered"}
ORDER = ("incoming", "establishing", "ringing", "established", "hold", "transferring", "transferaccepted", "terminated")
"""States of a call, where times do not tell their order."""


class Target(msgspec.Struct):
    """Who calls or is called."""

    identity: IdentitySet | None = None


class ResultInfo(msgspec.Struct):
    """Why a call ended."""

    code: int | None = None


class CallState(msgspec.Struct):
    """A call as a notification shows it."""

    id: str = ""
    state: str = ""
    requestedModalities: list[str] | None = None
    source: Target | None = None
    targets: list[Target] | None = None
    resultInfo: ResultInfo | None = None


class Notification(msgspec.Struct):
    """A notification."""

    resourceUrl: str = ""
    resourceData: CallState | None = None


class Seen(msgspec.Struct):
    """A state that a call was seen in."""

    time: str
    number: int
    call: CallState


class Batch(msgspec.Struct):
    """What was received at once."""

    value: list[Notification]
    receivedDateTime: str = ""


def read(parts: Iterator[Part], noted: Noted) -> Iterator[Line]:
    """The rows of the calls."""
    calls: dict[str, list[Seen]] = {}
    for part in parts:
        for number, record in records(part):
            try:
                if isinstance(record, str):
                    raise ValueError(record)
                batch = msgspec.convert(record, Batch)
            except (msgspec.ValidationError, ValueError) as error:
                yield part.offset + number, f"notification: {plain(str(error))}"
                continue
            for each in batch.value:
                call = each.resourceData or CallState()
                name = call.id or each.resourceUrl.rstrip("/").rpartition("/")[2]
                if not name or not call.state:
                    noted.add("of no state of a call, and set aside", each.resourceUrl, "notification")
                    continue
                calls.setdefault(name, []).append(Seen(batch.receivedDateTime, part.offset + number, call))
                if len(calls[name]) > MOST:
                    yield part.offset + number, f"notification: a call has more than {MOST:,} of them"
                    calls[name].clear()
    for name, seen in calls.items():
        yield from _rows(name, seen, noted)


MOST = 10_000
"""Notifications of a call that are kept to be put in order."""


def _rows(name: str, seen: list[Seen], noted: Noted) -> Iterator[Line]:
    seen.sort(key=lambda each: (each.time, _rank(each.call.state)))
    first = next((each.call for each in seen if each.call.source), None)
    ends = [first.source if first else None, *((first.targets if first else None) or [])][:2]
    sender, other = ((*(named(each.identity.user if each and each.identity else None) for each in ends), "", ""))[:2]
    mode = ON[Platform.TEAMS].value
    row: dict[str, Any] = {"originator.mode": mode, "recipient.mode": mode}
    row |= {"assumed": list(row)} | {
        f"{party}.address": each for party, each in (("originator", sender), ("recipient", other)) if each
    }
    before = ""
    for each in seen:
        sign = _sign(each.call, before)
        if sign is None:
            continue
        before = each.call.state.casefold()
        columns = {"conversation": name, **row, **({"time": each.time} if each.time else {})}
        yield each.number, {**columns, **said(SIGN[sign], sender or "originator", other or "recipient")}
        row = {}
    if not before:
        noted.add("of which no beginning is told, and set aside", name, "call")


def _rank(state: str) -> int:
    return ORDER.index(state.casefold()) if state.casefold() in ORDER else -1


def _sign(call: CallState, before: str) -> str | None:
    """What the state of a call says, after what it was in before."""
    state = call.state.casefold()
    if state == "incoming" and not before:
        return "video" if "video" in (call.requestedModalities or []) else "audio"
    if not before:
        return None
    if state == "established" and before != "established":
        return "resumed" if before == "hold" else "accepted"
    if state == "hold" and before == "established":
        return "held"
    if state == "terminated":
        if before != "incoming":
            return "ended"
        code = call.resultInfo.code if call.resultInfo else None
        return CODES.get(code or 0, "failed")
    return None
