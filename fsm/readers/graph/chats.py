"""Chat messages of Microsoft Graph, with or without the chats they are of: what two people wrote each other.

A chat is open as long as its file goes on, and messages come in any order, the newest first as a rule: what is needed
of them is kept until the end, a few words a message. Who the two are is told by the members of the chat where it is in
the file, else by its identifier and by who wrote. Chats of groups and of meetings are set aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO, NamedTuple

from fsm.notation import Party
from fsm.readers.graph.messages import Member, Message, Shown, shown
from fsm.readers.graph.people import other, user
from fsm.readers.graph.records import records
from fsm.readers.graph.signs import CHAT
from fsm.readers.mapping import Values
from fsm.readers.meant import OF_WHOM, Side, alike, at, between, event, two, written
from fsm.readers.notes import Noted
from fsm.readers.opening import Line
from fsm.spec.parties import Platform

__all__ = ["SIGNS", "looks", "read"]

SIGNS = tuple(CHAT.values())
LOOKS = re.compile(
    rb'"messageType"\s*:\s*"|"chatType"\s*:\s*"|#?microsoft\.graph\.(?:chatMessage|chat)"|"chatId"\s*:\s*"19:'
)
OF_TWO = re.compile(r"19:([0-9A-Fa-f-]{36})_([0-9A-Fa-f-]{36})@unq\.gbl\.spaces")
MEMBERS = {
    "aadUserConversationMember": Platform.TEAMS,
    "skypeForBusinessUserConversationMember": Platform.SFB,
    "onPremisesUserConversationMember": Platform.SFB,
}
"""Kinds of members, and the platform they use; others are no users of the two."""
USERS = {"aadUser": Platform.TEAMS, "onPremiseAadUser": Platform.SFB, "federatedUser": None, None: None}
"""Kinds of senders, and the platform they use; others are no users of the two."""
GROUPS = "chats of groups and of meetings are set aside"
STRANGERS = "chats with somebody who is no user of Teams or Skype for Business are set aside"
NOT_TWO = "chats in which more than two people wrote are set aside"
ALONE = "only one of the two is told; the other is called recipient: add the chat with its members, or use between"
EDITED = "messages that were edited are read as they were left"
DELETED = "messages that were deleted may have been of any kind"
ONESELF = "chats with oneself are set aside"
TIMELESS = "messages without createdDateTime are set aside"


def looks(head: bytes) -> bool:
    """Whether the beginning of a file is of chat messages."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and LOOKS.search(head) is not None


class _Kept(NamedTuple):
    """What is needed of a message."""

    time: datetime
    line: int
    pointer: str
    sender: str
    shown: Shown


class _Chat:
    """A chat while it is read: its messages by identifier, who is in it, and why it is set aside."""

    __slots__ = ("aside", "created", "messages", "sides")

    def __init__(self, name: str) -> None:
        found = OF_TWO.fullmatch(name)
        self.sides: dict[str, Side] = {each.casefold(): Side(each) for each in found.groups()} if found else {}
        self.messages: dict[str, _Kept] = {}
        self.created: datetime | None = None
        self.aside = ""

    def seen(self, key: str, side: Side) -> None:
        """Somebody is in it."""
        before = self.sides.get(key)
        if before is None or not before.platform:
            self.sides[key] = side._replace(address=before.address if before else side.address)


class _Reading:
    """What is kept while messages are read.

    Args:
        noted: what is set aside or assumed.
    """

    def __init__(self, noted: Noted) -> None:
        self.chats: dict[str, _Chat] = {}
        self._noted = noted

    def take(self, record: Message, line: int, pointer: str) -> Iterator[Line]:
        """Take in a message or a chat; what is wrong with it."""
        name = record.id if record.chatType else record.chatId
        if not name:
            yield line, f"{'id' if record.chatType else 'chatId'}: missing; a message has the id of its chat"
            return
        chat = self.chats.get(name)
        if chat is None:
            chat = self.chats[name] = _Chat(name)
        if record.chatType:
            self._chat(chat, record)
        elif not record.id:
            yield line, "id: missing; a message has one"
        else:
            self._message(chat, record, line, pointer)
        for n, each in enumerate(record.messages or ()):
            each.chatId, each.messages = each.chatId or name, None
            yield from self.take(each, line, f"{pointer}/messages/{n}")

    def _chat(self, chat: _Chat, record: Message) -> None:
        chat.created = at(record.createdDateTime)
        if record.chatType != "oneOnOne":
            chat.aside = GROUPS
        for each in record.members or ():
            kind = (each.kind or "aadUserConversationMember").rpartition(".")[2]
            if kind not in MEMBERS:
                chat.aside = chat.aside or STRANGERS
            elif each.userId or each.email:
                chat.seen((each.userId or each.email or "").casefold(), _member(each, MEMBERS[kind]))

    def _message(self, chat: _Chat, record: Message, line: int, pointer: str) -> None:
        name = record.id or ""
        found, time = shown(record), at(record.createdDateTime)
        if time is None or isinstance(found, str):
            self._noted.add(TIMELESS if time is None else str(found), name)
            return
        by = record.eventDetail.initiator if record.eventDetail else record.sender
        of = user(by)
        if other(by) or (of and of.userIdentityType not in USERS):
            chat.aside = chat.aside or STRANGERS
            return
        key = (of.id or of.userPrincipalName or "").casefold() if of else ""
        if of and key:
            address = of.userPrincipalName or of.id or ""
            chat.seen(key, Side(address, USERS[of.userIdentityType], tenant=of.tenantId or ""))
        if record.lastEditedDateTime:
            self._noted.add(EDITED, name)
        if found.sign == "deleted":
            self._noted.add(DELETED, name)
        chat.messages[name] = _Kept(time, line, pointer, key, found)

    def lines(self) -> Iterator[Line]:
        """What is written out at the end."""
        for name, chat in self.chats.items():
            if len(chat.sides) > 2:
                chat.aside = chat.aside or NOT_TWO
            if len(chat.sides) == 2 and alike(*chat.sides.values()):
                chat.aside = chat.aside or ONESELF
            if chat.aside:
                self._noted.add(chat.aside, name)
            elif chat.messages:
                yield from self._told(name, chat)

    def _told(self, name: str, chat: _Chat) -> Iterator[Line]:
        messages = sorted(chat.messages.values(), key=lambda each: (each.time, each.line))
        opener = next((each.sender for each in messages if each.sender), "")
        order = sorted(chat.sides, key=lambda key: key != opener)
        ours, theirs, *_ = (*(chat.sides[key] for key in order), Side(), Side())
        parties = dict(zip(order, Party, strict=False)) if opener else {}
        if len(order) < 2:
            self._noted.add(ALONE, name)
        for side in (ours, theirs):
            if not side.platform:
                self._noted.add(OF_WHOM.format(platform="Teams"), side.address or name)
        facts = two(ours, theirs)
        for line, values in _rows(messages, parties, chat.created):
            yield line, {"conversation": name, **values, **facts}
            facts = {}


def _member(of: Member, platform: Platform) -> Side:
    return Side(of.email or of.userId or "", platform, tenant=of.tenantId or "")


def _rows(messages: list[_Kept], parties: dict[str, Party], created: datetime | None) -> Iterator[tuple[int, Values]]:
    """What happened in a chat, in order of time."""
    opened = False
    started: dict[str, tuple[datetime, Party | None]] = {}
    for each in messages:
        sender = parties.get(each.sender)
        where = {"source": f"#{each.pointer}"} if each.pointer else {}
        sign, call, lasted = each.shown
        if not call:
            if not opened:
                opened = True
                first = min(created, each.time) if created else None
                yield each.line, event(CHAT["opened"], sender, written(first) or between(None, each.time)) | where
            yield each.line, event(CHAT[sign], sender, written(each.time)) | where
            continue
        if call not in started:
            time = written(each.time) if sign == "started" else between(None, each.time)
            started[call] = (each.time, sender)
            yield each.line, event(CHAT["started"], sender, time) | where
        if sign == "ended":
            begun, caller = started[call]
            if lasted:
                yield each.line, event(CHAT["taken"], caller, between(begun, each.time)) | where
            yield each.line, event(CHAT["ended" if lasted else "missed"], caller, written(each.time)) | where


def read(file: BinaryIO, noted: Noted) -> Iterator[Line]:
    """The events of chats.

    Args:
        file: JSON Lines, a JSON document, or pages of messages and chats.
        noted: what is set aside or assumed.
    """
    reading = _Reading(noted)
    for line, record, pointer in records(file, Message):
        if isinstance(record, str):
            yield line, record
        else:
            yield from reading.take(record, line, pointer)
    yield from reading.lines()
