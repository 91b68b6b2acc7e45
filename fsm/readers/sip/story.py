"""What the requests of a conversation, in order, say that happened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from fsm.notation import PARTIES
from fsm.notation.echo import plain
from fsm.readers.clients import client, platform
from fsm.readers.meant import Side, event, two
from fsm.readers.notes import Noted
from fsm.readers.opening import Line
from fsm.readers.sip.dialogs import Request, address, requests, seconds, tag, uri
from fsm.readers.sip.messages import Message
from fsm.readers.sip.signs import ANSWERS, CANCELLED, IDLE, SHOWN, SIGN
from fsm.spec.parties import Client, Platform

VOICEMAIL = re.compile(r"ExUM|voicemail|UnifiedMessaging", re.IGNORECASE)
"""What agents of voicemail call themselves."""
GATEWAY = re.compile(r"isGateway|\blgw\.skype\.com\b", re.IGNORECASE)
CONFERENCE = re.compile(r"opaque=app:conf:([a-z-]+)", re.IGNORECASE)
MEDIA = re.compile(r"^m=([a-z]+) (\d+)", re.MULTILINE | re.IGNORECASE)
HELD = re.compile(r"^a=(?:inactive|sendonly)\s*$", re.MULTILINE | re.IGNORECASE)
JOIN = re.compile(r"https?://(?:meet\.|[\w.-]+/meet/|teams\.microsoft\.com/l/meetup-join)", re.IGNORECASE)
USUAL = re.compile(r"</?(?:html|head|body|div|p|br|span)\b[^>]*>", re.IGNORECASE)
MEDIA_CODE = re.compile(r"^\s*(?:2\d|3\d)\s*;", re.ASCII)
"""Codes of ms-client-diagnostics that say that media could not be had any more."""
SESSIONS = {"message": "chat", "audio": "call", "video": "call", "data": "file", "applicationsharing": "desktop"}


NOTHING: Mapping[str, Any] = MappingProxyType({})


class Told(NamedTuple):
    """Something that happened: where it is told, when, which sign tells it, by whom, and what else was seen."""

    line: int
    time: str
    sign: str
    sender: str
    more: Mapping[str, Any] = NOTHING


class Dialog:
    """What is known of a dialog so far.

    Args:
        kind: what it is for: chat, call, file, desktop, or the part of a conference.
        begun: the request that began it.
    """

    def __init__(self, kind: str, begun: Request) -> None:
        self.kind = kind
        self.begun = begun
        self.sender = _from(begun.message)
        self.last = begun.time
        self.live = _live(begun.message)
        self.held = self.over = self.mail = False


def story(name: str, messages: Iterable[Message], noted: Noted) -> Iterator[Line]:
    """The rows of a conversation."""
    asked = requests(messages)
    people = _people(asked)
    if len(people) < 2:
        noted.add("not between two people, and set aside", plain(name), "conversation")
        return
    told = sorted(_Story(people, noted).told(asked), key=lambda each: each.time)
    row = two(*_sides(people, asked))
    for each in told:
        sender = PARTIES[each.sender != people[0]]
        yield each.line, {"conversation": name, **row, **event(SIGN[each.sign], sender, each.time), **each.more}
        row = {}


def _from(message: Message) -> str:
    return address(message.headers.get("from", ""))


def _to(message: Message) -> str:
    return address(message.headers.get("to", ""))


def _live(message: Message) -> set[str]:
    """The media that a description offers."""
    return {kind.casefold() for kind, port in MEDIA.findall(message.body) if port != "0"}


def _conference(message: Message) -> str:
    """The part of a conference that a request goes to; empty where it goes to a person."""
    found = CONFERENCE.search(message.uri) or CONFERENCE.search(uri(message.headers.get("to", "")))
    return found[1].casefold() if found else ""


def _people(asked: list[Request]) -> tuple[str, ...]:
    """Who the two are: the sender of the first request between people, and whom it went to; then who else sends."""
    found: dict[str, None] = {}
    for each in asked:
        if each.message.method in ("INVITE", "MESSAGE") and not _conference(each.message):
            found |= dict.fromkeys((_from(each.message), _to(each.message)))
    for each in asked:
        found.setdefault(_from(each.message))
    return tuple(each for each in found if each)[:2]


def _sides(people: tuple[str, ...], asked: list[Request]) -> tuple[Side, Side]:
    """On which side the two were seen, and with which client; without a sign of a gateway both are on SfB's."""
    on: dict[str, Platform] = {}
    has: dict[str, str] = {}
    for each in asked:
        ends = [(_from(each.message), each.message.headers)]
        ends += [(_to(each.message), each.answer.headers)] if each.answer else []
        for who, headers in ends:
            agent = headers.get("user-agent", "") or headers.get("server", "")
            if GATEWAY.search(headers.get("contact", "")):
                on[who] = Platform.TEAMS
            elif (side := platform(agent)) is not None:
                on.setdefault(who, side)
            if (build := client(agent)) is not None:
                has.setdefault(who, build)
    first, second = (_side(each, on.get(each, Platform.SFB), has.get(each)) for each in people)
    return first, second


def _side(address: str, on: Platform, build: str | None) -> Side:
    return Side(address, on, Client(build) if build and on is Platform.SFB else None)


class _Story:
    """Goes through the requests, and tells what each says."""

    def __init__(self, people: tuple[str, ...], noted: Noted) -> None:
        self._people, self._noted = people, noted
        self._dialogs: dict[str, Dialog] = {}
        self._meets = ""

    def told(self, asked: Iterable[Request]) -> Iterator[Told]:
        """All that is told."""
        for each in asked:
            message = each.message
            call = message.headers.get("call-id", "")
            if _from(message) not in self._people:
                self._noted.add("of somebody else, and set aside", message.method, "request")
                continue
            do = getattr(self, f"_{message.method.casefold()}", None)
            if do is None:
                self._noted.add("of no meaning here, and set aside", message.method, "request")
            else:
                yield from do(each, self._dialogs.get(call))

    def _invite(self, each: Request, dialog: Dialog | None) -> Iterator[Told]:
        message = each.message
        if dialog is not None and (tag(message.headers.get("to", "")) or each.number > dialog.begun.number):
            yield from self._again(each, dialog)
            return
        part = _conference(message)
        content = message.headers.get("content-type", "").casefold()
        live = _live(message)
        kind = part or next((SESSIONS[name] for name in SESSIONS if name in live), "")
        if "ms-conf-invite" in content or "<conferencing" in message.body.casefold():
            kind = "invitation"
        self._dialogs[message.headers.get("call-id", "")] = dialog = Dialog(kind, each)
        if kind == "chat":
            yield from self._chat(each, dialog)
        elif kind == "call":
            yield from self._call(each, dialog)
        elif kind == "invitation":
            yield Told(each.line, each.time, "link", dialog.sender)
        elif kind == "focus":
            if dialog.sender != self._meets and each.status < 300:
                yield Told(each.line, each.time, "joined", dialog.sender)
        elif kind == "applicationsharing":
            yield Told(each.line, each.time, "sharing", dialog.sender)
        elif kind == "file":
            yield Told(each.line, each.time, "no-file" if each.status >= 400 else "file", dialog.sender)
        elif kind == "desktop" and each.status == 200:
            other = PARTIES[dialog.sender == self._people[0]].value
            yield Told(each.line, each.time, "desktop", dialog.sender, {"effects": [[SHOWN[0][0], other]]})
        else:
            self._noted.add("to a session of a kind that is not read, or that was refused", kind or "none", "INVITE")

    def _chat(self, each: Request, dialog: Dialog) -> Iterator[Told]:
        if each.status >= 300:
            dialog.over = True
            self._noted.add("to a chat, and refused", str(each.status), "INVITE")
            return
        yield Told(each.line, each.time, "chat", dialog.sender)
        if "ms-body=" in each.message.headers.get("ms-text-format", "").casefold():
            yield Told(each.line, each.time, "first", dialog.sender)

    def _call(self, each: Request, dialog: Dialog) -> Iterator[Told]:
        yield Told(each.line, each.time, "video" if "video" in dialog.live else "audio", dialog.sender)
        if each.answer is None:
            return
        headers = each.answer.headers
        if each.status < 300:
            agent = headers.get("server", "") + headers.get("user-agent", "")
            dialog.mail = VOICEMAIL.search(agent) is not None
            yield Told(each.line, each.answer.time, "voicemail" if dialog.mail else "accepted", dialog.sender)
            return
        dialog.over = each.status != CANCELLED
        found = ANSWERS.get(each.status, "failed" if each.status >= 400 else "")
        if found:
            yield Told(each.line, each.answer.time, found, dialog.sender)

    def _again(self, each: Request, dialog: Dialog) -> Iterator[Told]:
        """A dialog is invited to anew: put on hold, taken up, or given video."""
        if dialog.kind != "call" or dialog.over or each.status >= 300 or not each.message.body:
            return
        sender, held = _from(each.message), HELD.search(each.message.body) is not None
        if held and not dialog.held:
            yield Told(each.line, each.time, "held", sender)
        elif dialog.held and not held:
            yield Told(each.line, each.time, "resumed", sender)
        elif "video" in _live(each.message) - dialog.live:
            yield Told(each.line, each.time, "video-added", sender)
        dialog.held, dialog.live = held, dialog.live | _live(each.message)

    def _message(self, each: Request, dialog: Dialog | None) -> Iterator[Told]:
        message = each.message
        if dialog is not None:
            dialog.last = each.time
        content = message.headers.get("content-type", "text/plain").casefold()
        more = {"accepted": False} if each.status >= 400 else {}
        if JOIN.search(message.body):
            yield Told(each.line, each.time, "link", _from(message), more)
        elif content.startswith("text/plain"):
            yield Told(each.line, each.time, "text", _from(message), more)
        elif content.startswith(("text/html", "text/rtf", "application/rtf")):
            plainly = content.startswith("text/html") and "<" not in USUAL.sub("", message.body)
            yield Told(each.line, each.time, "text" if plainly else "rich", _from(message), more)
        else:
            self._noted.add("of no text, and set aside", content.partition(";")[0], "MESSAGE")

    def _cancel(self, each: Request, dialog: Dialog | None) -> Iterator[Told]:
        elsewhere = "completed elsewhere" in each.message.headers.get("reason", "").casefold()
        if dialog is not None and dialog.kind == "call" and not dialog.over | elsewhere:
            dialog.over = True
            yield Told(each.line, each.time, "cancelled", _from(each.message))

    def _bye(self, each: Request, dialog: Dialog | None) -> Iterator[Told]:
        if dialog is None:
            self._noted.add("of a dialog whose beginning is not there, and set aside", "BYE", "request")
        elif not dialog.over:
            dialog.over = True
            sign = self._ends(each, dialog)
            if sign:
                yield Told(each.line, each.time, sign, _from(each.message))

    def _ends(self, each: Request, dialog: Dialog) -> str:
        """What the end of a dialog says; nothing where it is the effect of something else."""
        if dialog.kind == "chat":
            return "expired" if seconds(dialog.last, each.time) >= IDLE else "closed"
        if dialog.kind == "call" and not self._meets:
            if MEDIA_CODE.match(each.message.headers.get("ms-client-diagnostics", "")):
                return "broken"
            return "ended-by-service" if dialog.mail and _from(each.message) != dialog.sender else "hung-up"
        return "left" if dialog.kind == "focus" and dialog.sender != self._meets else ""

    def _service(self, each: Request, dialog: Dialog | None) -> Iterator[Told]:
        if "addconference" not in each.message.body.casefold():
            self._noted.add("that sets up no conference, and set aside", "SERVICE", "request")
            return
        self._meets = sender = _from(each.message)
        yield Told(each.line, each.time, "meet", sender)
        if each.answer is not None:
            yield Told(each.line, each.answer.time, "meeting" if each.status < 300 else "no-meeting", sender)

    def _ack(self, each: Request, dialog: Dialog | None) -> Iterator[Told]:
        yield from ()

    _info = _options = _notify = _ack
