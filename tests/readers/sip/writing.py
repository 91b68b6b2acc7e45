"""SIP as clients and servers write it down, made of events by the same table, the other way round."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

OC = "UCCAPI/16.0.4417.1000 OC/16.0.4417.1000 (Skype for Business)"
GATEWAY = "<sip:gw1.lgw.skype.com:5061;transport=Tls>;isGateway;text;audio"
ANN, BOB = "ann@contoso.com", "bob@contoso.com"
AT = datetime(2026, 11, 27, 9, tzinfo=UTC)
MEDIA = {
    "chat": "m=message 5060 sip null",
    "audio": "m=audio 15676 RTP/SAVP 104",
    "video": "m=audio 15676 RTP/SAVP 104\r\nm=video 9000 RTP/SAVP 122",
    "file": "m=data 6900 TCP/RTP/SAVP 127",
    "desktop": "m=applicationsharing 27414 TCP/RTP/SAVP 127",
}


class Sent(NamedTuple):
    """A message: when, in seconds, its first line, its headers, its body."""

    at: float
    start: str
    headers: list[tuple[str, str]]
    body: str = ""


def sdp(kind: str, *more: str) -> str:
    """A description of media."""
    return "\r\n".join(["v=0", "o=- 0 0 IN IP4 192.0.2.20", "s=session", "t=0 0", MEDIA[kind], *more, ""])


def message(
    at: float,
    start: str,
    call: str,
    cseq: str,
    people: tuple[str, str],
    tags: tuple[str, str],
    body: str,
    conversation: str,
    **more: str,
) -> Sent:
    """A message between two."""
    headers = [
        ("Via", f"SIP/2.0/TLS 192.0.2.20:50092;branch=z9hG4bK{call}{cseq.replace(' ', '')}"),
        ("From", f'"A \\"SIP/2.0\\" <x>"<sip:{people[0]}>;tag={tags[0]}'),
        ("To", f"<sip:{people[1]}>" + (f";tag={tags[1]}" if tags[1] else "")),
        ("Call-ID", call),
        ("CSeq", cseq),
        *([("Ms-Conversation-ID", conversation)] if conversation else []),
        *((name.replace("_", "-"), value) for name, value in more.items()),
    ]
    if body:
        headers += [] if "Content_Type" in more else [("Content-Type", "application/sdp")]
    return Sent(at, start, [*headers, ("Content-Length", str(len(body.encode())))], body)


class Dialog:
    """A dialog that one began with the other."""

    def __init__(self, call: str, sender: str = ANN, other: str = BOB, conversation: str = "conv") -> None:
        self.call, self.sender, self.other, self.conversation = call, sender, other, conversation
        self.count = 0

    def ask(self, at: float, method: str, by: str = "", body: str = "", to: str = "", **more: str) -> Sent:
        """A request, by whoever began the dialog if by nobody else."""
        by = by or self.sender
        other = self.other if by == self.sender else self.sender
        if method != "CANCEL":
            self.count += 1
        agent = {"User_Agent": OC} if by == ANN else {}
        first = self.count == 1
        tags = ("a" if by == self.sender else "b", "" if first else "b" if by == self.sender else "a")
        start = f"{method} sip:{to or other} SIP/2.0"
        cseq = f"{self.count} {method}"
        return message(at, start, self.call, cseq, (by, to or other), tags, body, self.conversation, **agent, **more)

    def answer(self, to: Sent, after: float, status: int, body: str = "", tag: str = "b", **more: str) -> Sent:
        """What is answered to a request."""
        headers = dict(to.headers)
        kept = [(name, headers[name]) for name in ("Via", "From", "To", "Call-ID", "CSeq")]
        kept = [(name, value if name != "To" or "tag=" in value else f"{value};tag={tag}") for name, value in kept]
        kept += [(name, headers[name]) for name in ("Ms-Conversation-ID",) if name in headers]
        contact = [("Contact", GATEWAY)] if f"sip:{BOB}" in headers["To"] else []
        others = [(name.replace("_", "-"), value) for name, value in more.items()]
        described = [("Content-Type", "application/sdp")] if body else []
        end = [("Content-Length", str(len(body.encode())))]
        return Sent(to.at + after, f"SIP/2.0 {status} Answer", [*kept, *contact, *others, *described, *end], body)


def written(at: float) -> str:
    """A time as a log has it."""
    return f"{AT + timedelta(seconds=at):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


def text(sent: Sent, folds: bool = False) -> str:
    """A message as it goes over the wire."""
    lines = [sent.start]
    for name, value in sent.headers:
        folded = value.replace(";", "\r\n ;", 1) if folds and name in ("From", "To", "Via") else value
        lines.append(f"{name}: {folded}")
    return "\r\n".join([*lines, "", sent.body])


def uccapi(sent: Sent, folds: bool = False) -> str:
    """A message as a client logs it."""
    stamp = f"{AT + timedelta(seconds=sent.at):%m/%d/%Y|%H:%M:%S.%f}"[:-3] + " 1A2C:1F30 INFO  :: "
    where = "Sending Packet - 192.0.2.10:443 (From Local Address: 192.0.2.20:50092) 9 bytes"
    return f"{stamp}{where}:\r\n{stamp}{text(sent, folds)}\r\n{stamp}End of {where}\r\n"


def sipstack(sent: Sent, folds: bool = False) -> str:
    """A message as a server traces it."""
    stamp = f"{AT + timedelta(seconds=sent.at):%m/%d/%Y-%H:%M:%S.%f}"[:-3]
    head = f"TL_INFO(TF_PROTOCOL) [pool\\server]1A2C.1F30::{stamp}.0001A2B3 (SIPStack,SIPAdminLog::Flush:x)"
    block = [
        "Trace-Correlation-Id: 1234",
        "Instance-Id: 1F",
        'Direction: incoming;source="internal edge"',
        "Message-Type: request",
    ]
    start = f"Start-Line: {sent.start}"
    return "\r\n".join([head, *block, start, text(sent, folds), "$$end_record", ""])


def plainly(sent: Sent, folds: bool = False) -> str:
    """A message as text, with the time on a line before it."""
    return f"{written(sent.at).replace('Z', '')} something said\r\n{text(sent, folds)}\r\n"


KINDS = {"uccapi": uccapi, "sipstack": sipstack, "plain": plainly}


def trace(messages: list[Sent], kind: str = "uccapi", folds: bool = False, bare: bool = False) -> str:
    """Messages as a trace of a kind; with bare line feeds if wanted."""
    made = "".join(KINDS[kind](each, folds) for each in messages)
    return made.replace("\r\n", "\n") if bare else made


Event = tuple[float, str, str]


def conversation(chance: random.Random, name: str = "conv", begins: float = 0.0) -> tuple[list[Sent], list[Event]]:
    """A conversation in SIP, and its events: when, which, by whom."""
    sent: list[Sent] = []
    events: list[Event] = []
    for now, part in enumerate(chance.sample(["chat", "call", "file", "call", "chat"], chance.randint(1, 4))):
        at = begins + 1000.0 * now
        sender, other = chance.choice([(ANN, BOB), (BOB, ANN)])
        dialog = Dialog(f"{name}-{now}", sender, other, name)
        for message, event in PARTS[part](dialog, at, chance):
            sent += [message] if message else []
            events += [event] if event else []
    return sent, events


def _chat(dialog: Dialog, at: float, chance: random.Random) -> Iterator[tuple[Sent | None, Event | None]]:
    first = chance.random() < 0.5
    more = {"ms_text_format": "text/plain; charset=UTF-8; ms-body=aGk="} if first else {}
    invite = dialog.ask(at, "INVITE", body=sdp("chat"), **more)
    yield invite, (at, "open_chat", dialog.sender)
    if first:
        yield None, (at, "send_text", dialog.sender)
    yield dialog.answer(invite, 0.1, 180), None
    yield dialog.answer(invite, 0.2, 200, sdp("chat")), None
    for n in range(chance.randint(0, 3)):
        by = chance.choice([dialog.sender, dialog.other])
        said = dialog.ask(at + 10 + n, "MESSAGE", by, "hello\r\nSIP/2.0", Content_Type="text/plain; charset=UTF-8")
        yield said, (at + 10 + n, "send_text", by)
        yield dialog.answer(said, 0.1, 200), None
        yield dialog.ask(at + 10.5 + n, "INFO", by, "<KeyboardActivity/>", Content_Type="application/xml"), None
    idle = chance.random() < 0.5
    over = at + (700 if idle else 100)
    by = chance.choice([dialog.sender, dialog.other])
    bye = dialog.ask(over, "BYE", by)
    yield bye, (over, "session_expired", "service") if idle else (over, "close_chat", by)
    yield dialog.answer(bye, 0.1, 200), None


ENDS = {603: "decline_call", 486: "decline_call", 480: "no_answer", 408: "no_answer"}


def _call(dialog: Dialog, at: float, chance: random.Random) -> Iterator[tuple[Sent | None, Event | None]]:
    kind = chance.choice(["audio", "video"])
    invite = dialog.ask(at, "INVITE", body=sdp(kind))
    yield invite, (at, f"call_{kind}", dialog.sender)
    yield dialog.answer(invite, 0.1, 407), None
    yield dialog.answer(invite, 0.2, 180), None
    end = chance.choice(["accept", "accept", "cancel", *ENDS])
    if end == "cancel":
        yield dialog.ask(at + 3, "CANCEL"), (at + 3, "cancel_call", dialog.sender)
        yield dialog.answer(invite, 3.1, 487), None
        return
    if isinstance(end, int):
        by = dialog.other if end in (603, 486) else "service"
        yield dialog.answer(invite, 5, end), (at + 5, ENDS[end], by)
        return
    yield dialog.answer(invite, 5, 200, sdp(kind)), (at + 5, "accept_call", dialog.other)
    yield dialog.answer(invite, 5.2, 200, sdp(kind), tag="fork"), None
    now = at + 10
    for _ in range(chance.randint(0, 2)):
        by = chance.choice([dialog.sender, dialog.other])
        hold = dialog.ask(now, "INVITE", by, sdp(kind, chance.choice(["a=inactive", "a=sendonly"])))
        yield hold, (now, "hold", by)
        yield dialog.answer(hold, 0.1, 200, sdp(kind)), None
        back = dialog.ask(now + 5, "INVITE", by, sdp(kind))
        yield back, (now + 5, "resume", by)
        yield dialog.answer(back, 0.1, 200, sdp(kind)), None
        now += 10
    if kind == "audio" and chance.random() < 0.5:
        by = chance.choice([dialog.sender, dialog.other])
        added = dialog.ask(now, "INVITE", by, sdp("video"))
        yield added, (now, "add_video", by)
        yield dialog.answer(added, 0.1, 200, sdp("video")), None
    by = chance.choice([dialog.sender, dialog.other])
    broken = chance.random() < 0.3
    bye = dialog.ask(now + 20, "BYE", by, **({"ms_client_diagnostics": '24; reason="Call failed"'} if broken else {}))
    yield bye, (now + 20, "media_failed", "service") if broken else (now + 20, "hang_up", by)
    yield dialog.answer(bye, 0.1, 200), None


def _file(dialog: Dialog, at: float, chance: random.Random) -> Iterator[tuple[Sent | None, Event | None]]:
    invite = dialog.ask(at, "INVITE", body=sdp("file"))
    yield invite, (at, "send_file", dialog.sender)
    yield dialog.answer(invite, 1, chance.choice([200, 488])), None


PARTS = {"chat": _chat, "call": _call, "file": _file}
