"""Session details out of Skype for Business monitoring (CDR), as rows of a query in CSV.

A row is a session: who invited whom, what was answered and when, and when it ended; each is taken for a conversation of
its own. Who hung up, when messages were sent and what they held is not recorded.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from fsm.notation import PARTIES
from fsm.notation.echo import echo
from fsm.readers.clients import VOICEMAIL, client, columns, platform
from fsm.readers.csvfile import encoding, header, rows
from fsm.readers.faults import LogError
from fsm.readers.notes import Noted
from fsm.readers.opening import Line, Part
from fsm.readers.signs import said, sign
from fsm.spec.parties import bare

SIGNS = (
    sign("im", "a session with IM, answered by 200", "open_chat by sender"),
    sign("from-message", "FromMessageCount", "send_text by sender", open="when, and what it held"),
    sign("to-message", "ToMessageCount", "send_text by other", open="when, and what it held"),
    sign("closed", "EndTime of IM, under 10 minutes", "close_chat by either", sure="medium", open="by whom"),
    sign(
        "closed-late",
        "EndTime of IM, after 10 minutes or more",
        "session_expired by service",
        "close_chat by either",
        sure="medium",
        open="whether it was idle so long",
    ),
    sign("audio", "InviteTime of a session with audio", "call_audio by sender"),
    sign("video", "InviteTime of a session with video", "call_video by sender", sure="medium"),
    sign("accepted", "ResponseCode 200 of a call", "accept_call by other"),
    sign("declined", "603", "decline_call by other"),
    sign("busy", "486, 600", "decline_call by other", sure="medium", open="whether by hand"),
    sign("cancelled", "487", "cancel_call by sender", sure="medium"),
    sign("unanswered", "480, 408, 504", "no_answer by service", sure="medium"),
    sign("voicemail", "200 from ExUM", "voicemail_answered by service"),
    sign(
        "failed",
        "any other ResponseCode of 300 or more",
        "decline_call by other",
        "cancel_call by sender",
        "no_answer by service",
        "media_failed by service",
        sure="medium",
        open="which of these",
    ),
    sign("ended", "EndTime of a call", "hang_up by either", open="by whom"),
    sign(
        "ended-with-service",
        "EndTime of a call that voicemail took",
        "hang_up by sender",
        "service_hung_up by service",
        open="by whom",
    ),
    sign("file", "a session with file transfer, answered by 200", "send_file by sender"),
    sign("no-file", "the same, answered by 300 or more", "send_file by sender", accepted=False),
    sign("desktop", "application sharing, answered by 200", "share_desktop by sender", sure="medium"),
)
SIGN = {each.name: each for each in SIGNS}
ANSWERS = {200: "accepted", 603: "declined", 486: "busy", 600: "busy", 487: "cancelled"} | dict.fromkeys(
    (480, 408, 504), "unanswered"
)
IDLE = 600
"""Seconds without a message after which a session of IM ends by itself (THR-3)."""
NEEDED = ("SessionIdTime", "SessionIdSeq", "InviteTime", "FromUri", "ToUri")
MOST = 10_000
"""Messages of a session that are told one by one."""


class Session(NamedTuple):
    """A row, read."""

    name: str
    invited: datetime
    sender: str
    other: str
    answered: datetime | None
    code: int | None
    ended: datetime | None
    media: frozenset[str]
    counts: tuple[int, int]
    agents: tuple[str, str]


def read(parts: Iterator[Part], noted: Noted) -> Iterator[Line]:
    """The rows of the files.

    Raises:
        LogError: a file has no header, or lacks a column that is needed.
    """
    for part in parts:
        with io.TextIOWrapper(part.file, encoding(part.file), "replace", newline="") as text:
            try:
                above = header(text)
            except csv.Error as error:
                raise LogError(f"{part.name}: {error}; give the names of the columns there") from None
            names = [cell.strip().strip('"') for cell in above.text.split(above.delimiter)]
            if lacking := [name for name in NEEDED if name not in names]:
                raise LogError(f"{part.name}:{above.line}: column {lacking[0]} is missing; give {', '.join(NEEDED)}")
            for number, cells in rows(text, above, len(names)):
                if isinstance(cells, str):
                    yield part.offset + number, f"row: {cells!r} is not accepted; give {len(names)} fields"
                    continue
                values = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
                try:
                    session = _session({name: cell for name, cell in values.items() if cell not in ("", "NULL")})
                except ValueError as error:
                    yield part.offset + number, str(error)
                    continue
                if "app:conf" in session.sender + session.other:
                    noted.add("with a conference, not between two, and set aside", session.name, "session")
                    continue
                for row in _rows(session, noted):
                    yield part.offset + number, row


def _session(values: Mapping[str, str]) -> Session:
    for name in NEEDED:
        if name not in values:
            raise ValueError(f"{name}: missing; give it for every session")
    media = values.get("MediaList", "Audio" if "Audio" in values.get("ContentType", "") else "")
    return Session(
        f"{values['SessionIdTime']}/{values['SessionIdSeq']}",
        _time("InviteTime", values),
        _address("FromUri", values),
        _address("ToUri", values),
        _time("ResponseTime", values) if "ResponseTime" in values else None,
        _number("ResponseCode", values) if "ResponseCode" in values else None,
        _time("EndTime", values) if "EndTime" in values else None,
        frozenset(media.casefold().replace(";", ",").replace("|", ",").replace(" ", "").split(",")),
        (_number("FromMessageCount", values), _number("ToMessageCount", values)),
        (values.get("FromClientVersion", ""), f"{values.get('ToClientVersion', '')} {values.get('ToClientType', '')}"),
    )


def _time(name: str, values: Mapping[str, str]) -> datetime:
    text = values[name]
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{name}: {echo(text)} is not accepted; give a time such as 2020-03-02 09:00:00.100") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _number(name: str, values: Mapping[str, str]) -> int:
    text = values.get(name, "0")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValueError(f"{name}: {echo(text)} is not accepted; give a number")
    return int(text)


def _address(name: str, values: Mapping[str, str]) -> str:
    text = values[name]
    found = bare(text.partition(";")[0] if "app:conf" not in text else text)
    if not found:
        raise ValueError(f"{name}: {echo(text)} is not accepted; give an address")
    return found


def _rows(session: Session, noted: Noted) -> Iterator[dict[str, Any]]:
    """What a session says, in order."""
    who: dict[str, Any] = {}
    assumed: list[str] = []
    for party, address, agent in zip(PARTIES, (session.sender, session.other), session.agents, strict=True):
        known, supplied = columns(party, address, platform(agent), client(agent))
        who |= known
        assumed += supplied
    first = {"conversation": session.name, **who, **({"assumed": assumed} if assumed else {})}
    found = [each for each in (_chat(session, noted), _call(session), _others(session)) if each]
    if not found:
        noted.add("with nothing that is read here, and set aside", session.name, "session")
    for name, time in (each for some in found for each in some):
        yield {**first, "time": time, **said(SIGN[name], session.sender, session.other)}
        first = {"conversation": session.name}


def _chat(session: Session, noted: Noted) -> list[tuple[str, str]]:
    if "im" not in session.media or session.code != 200:
        return []
    begun, over = session.answered or session.invited, session.ended
    within = between(begun, over)
    if sum(session.counts) > MOST:
        noted.add(f"with more than {MOST:,} messages, of which the others were set aside", session.name, "session")
    sent = min(session.counts[0], MOST), min(session.counts[1], MOST - min(session.counts[0], MOST))
    found = [("im", written(session.invited))]
    found += [("from-message", within)] * sent[0] + [("to-message", within)] * sent[1]
    if over is not None:
        found.append(("closed-late" if (over - begun).total_seconds() >= IDLE else "closed", written(over)))
    return found


def _call(session: Session) -> list[tuple[str, str]]:
    if not session.media & {"video", "audio"}:
        return []
    found = [("video" if "video" in session.media else "audio", written(session.invited))]
    if session.code is None:
        return found
    answer = ANSWERS.get(session.code, "failed" if session.code >= 300 else "")
    mail = answer == "accepted" and VOICEMAIL.search(session.agents[1])
    if answer:
        answered = written(session.answered) if session.answered else between(session.invited, session.ended)
        found.append(("voicemail" if mail else answer, answered))
    if session.ended is not None and answer == "accepted":
        found.append(("ended-with-service" if mail else "ended", written(session.ended)))
    return found


def _others(session: Session) -> list[tuple[str, str]]:
    found = []
    if session.media & {"filetransfer", "file"} and session.code is not None:
        found.append(("file" if session.code < 300 else "no-file", written(session.invited)))
    if session.media & {"appsharing", "applicationsharing"} and session.code == 200:
        found.append(("desktop", written(session.answered or session.invited)))
    return found


def written(time: datetime) -> str:
    """A time as a log has it."""
    text = time.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00").removesuffix(".000")
    return f"{text}Z"


def between(first: datetime, last: datetime | None) -> str:
    """Between two times, of which the later one may be open, as a log has it."""
    return f"{written(first)}/{'..' if last is None else written(last)}"
