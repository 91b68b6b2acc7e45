"""Chats and chat messages in the shape that Microsoft Graph gives them, and what each message shows."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from fsm.readers.graph.markup import kind
from fsm.readers.graph.people import Identities
from fsm.readers.graph.records import Record

CALLS = {
    "callStartedEventMessageDetail": "started",
    "callEndedEventMessageDetail": "ended",
}
CARDS = ("application/vnd.microsoft.card", "messageReference", "forwardedMessageReference")
"""How the contentType of attachments begins that are richer than text."""


class Body(msgspec.Struct, gc=False):
    """What a message says."""

    contentType: str | None = None
    content: str | None = None


class Attachment(msgspec.Struct, gc=False):
    """What is attached to a message."""

    contentType: str | None = None


class Detail(msgspec.Struct, gc=False):
    """What a system message tells."""

    kind: str | None = msgspec.field(name="@odata.type", default=None)
    callId: str | None = None
    callEventType: str | None = None
    callDuration: str | None = None
    initiator: Identities | None = None


class Member(msgspec.Struct, gc=False):
    """A member of a chat."""

    kind: str | None = msgspec.field(name="@odata.type", default=None)
    userId: str | None = None
    email: str | None = None
    tenantId: str | None = None


class Message(Record, gc=False):
    """A chat message; or a chat, which has a ``chatType``, with its members."""

    id: str | None = None
    chatId: str | None = None
    messageType: str | None = None
    createdDateTime: str | None = None
    lastEditedDateTime: str | None = None
    deletedDateTime: str | None = None
    sender: Identities | None = msgspec.field(name="from", default=None)
    body: Body | None = None
    attachments: list[Attachment] | None = None
    eventDetail: Detail | None = None
    chatType: str | None = None
    members: list[Member] | None = None
    messages: list[Message] | None = None


class Shown(NamedTuple):
    """What a message shows: its sign and, of a call, which one."""

    sign: str
    call: str = ""
    lasted: bool = False


def shown(message: Message) -> Shown | str:
    """What a message shows, or why it is set aside."""
    detail = message.eventDetail
    if detail or message.messageType == "systemEventMessage":
        return _told(detail or Detail())
    if message.messageType not in (None, "message"):
        return "messages of a type that is not known are set aside"
    attached = [each.contentType or "" for each in message.attachments or ()]
    body = message.body or Body()
    if message.deletedDateTime and not attached and not _text(body):
        return Shown("deleted")
    if "reference" in attached:
        return Shown("file")
    if any(each.startswith(CARDS) for each in attached):
        return Shown("rich")
    return Shown(kind(body.content or "") if body.contentType == "html" else "text")


def _text(body: Body) -> str:
    return (body.content or "").strip()


def _told(detail: Detail) -> Shown | str:
    sign = CALLS.get((detail.kind or "").rpartition(".")[2])
    if not sign:
        return "system messages that are not of calls are set aside"
    if detail.callEventType not in (None, "call"):
        return "system messages of meetings and of sharing are set aside"
    if not detail.callId:
        return "system messages of calls that do not tell which are set aside"
    duration = (detail.callDuration or "").strip("PTHMS0.")
    return Shown(sign, detail.callId, bool(duration))
