"""Events out of SIP: conversations by Ms-Conversation-ID, and what their dialogs say of them.

Traces are taken to be in one time zone, UTC. A conversation is put in order once its trace has gone on for two hours
after it, or has ended; so two traces of it are read as one if they are given together.
"""

from __future__ import annotations

from collections.abc import Iterator

from fsm.notation.echo import plain
from fsm.readers.notes import Noted
from fsm.readers.opening import Line, Part
from fsm.readers.sip.dialogs import seconds
from fsm.readers.sip.messages import Message, messages
from fsm.readers.sip.signs import SIGNS
from fsm.readers.sip.story import story

__all__ = ["SIGNS", "looks", "read"]
OPEN, AFTER, EVERY = 20_000, 7200.0, 1000
"""Messages of a conversation that are kept; seconds after which it is over; messages from one look to the next."""


class Talk:
    """The messages of a conversation."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.last = ""


def looks(head: bytes) -> bool:
    """Whether the beginning of a file is of a trace."""
    return head.lstrip(b" \t\r\n")[:1] not in (b"<", b"{") and b"SIP/2.0" in head


def read(parts: Iterator[Part], noted: Noted) -> Iterator[Line]:
    """The rows of the conversations in some traces, one after the other."""
    talks: dict[str, Talk] = {}
    named: dict[str, str] = {}
    count = 0
    for part in parts:
        for message in messages(part):
            count += 1
            call = message.headers.get("call-id", "")
            if not call:
                noted.add("without Call-ID, and set aside", plain(message.method or str(message.status)), "message")
                continue
            name = message.headers.get("ms-conversation-id", "") or named.get(call, "")
            name = name or f"call {call}"
            if named.setdefault(call, name) != name and f"call {call}" == named[call]:
                talks.setdefault(name, Talk()).messages += talks.pop(named[call], Talk()).messages
                named[call] = name
            talk = talks.setdefault(name, Talk())
            if len(talk.messages) < OPEN:
                talk.messages.append(message)
            else:
                noted.add(f"of a conversation of more than {OPEN:,}, and set aside", name, "message")
            talk.last = max(talk.last, message.time)
            if count % EVERY == 0:
                over = [each for each, known in talks.items() if seconds(known.last, message.time) > AFTER]
                for each in over:
                    yield from story(each, talks.pop(each).messages, noted)
                named = {key: each for key, each in named.items() if each in talks}
    for each, talk in talks.items():
        yield from story(each, talk.messages, noted)
