"""What the benchmarks of growth go through: a chat, a call and a meeting, from beginning to end."""

from __future__ import annotations

from collections.abc import Sequence

from fsm import Conversation, Mode, Pairing, Party

ORIGINATOR, RECIPIENT, SERVICE = Party
Walk = tuple[tuple[str, Party], ...]
MODES = tuple(mode for mode in Mode if mode is not Mode.ISLANDS)
"""Modes whose users can reach each other."""
STORY: Walk = (
    ("open_chat", ORIGINATOR),
    ("send_text", RECIPIENT),
    ("call_audio", ORIGINATOR),
    ("accept_call", RECIPIENT),
    ("hold", ORIGINATOR),
    ("resume", ORIGINATOR),
    ("share_desktop", ORIGINATOR),
    ("accept_meeting", ORIGINATOR),
    ("meeting_created", SERVICE),
    ("join_meeting", RECIPIENT),
    ("end_meeting", ORIGINATOR),
    ("hang_up", RECIPIENT),
    ("close_chat", ORIGINATOR),
)


def accepted(pairing: Pairing) -> Walk:
    """What two people can do of the story."""
    conversation, found = Conversation(pairing), []
    for event, by in STORY:
        if conversation.may(event, by):
            conversation.fire(event, by)
            found.append((event, by))
    return tuple(found)


def told(pairings: Sequence[tuple[Pairing, Walk]]) -> None:
    """Go through it, one conversation after the other."""
    for pairing, walk in pairings:
        conversation = Conversation(pairing)
        for event, by in walk:
            conversation.fire(event, by)
