"""What a format shows of a conversation, and what it means: the row of a table that every reader of traces has."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, NamedTuple, TypeAlias

__all__ = ["Meaning", "Sign", "Who", "sign"]


class Who(StrEnum):
    """By whom an event is, as a record tells it."""

    SENDER = "sender"
    """Whom the record names as its own: the From of a message, the caller of a call, the sender of a chat message."""
    OTHER = "other"
    """The other of the two."""
    EITHER = "either"
    """One of the two, whoever may; the record does not tell which."""
    SERVICE = "service"


Sure: TypeAlias = Literal["high", "medium"]


class Meaning(NamedTuple):
    """An event that a sign may stand for, and by whom."""

    event: str
    by: Who


class Sign(NamedTuple):
    """What a format shows, and what it means.

    Args:
        name: what the reader calls it.
        shows: what is in the data, in words.
        means: what it stands for: one event, or one of several; nothing where it is only set aside.
        sure: how sure that is.
        open: what the data does not tell, in words; empty where nothing is open.
        accepted: whether the event took place; false where the sign is that it was refused.
    """

    name: str
    shows: str
    means: tuple[Meaning, ...]
    sure: Sure = "high"
    open: str = ""
    accepted: bool = True


def sign(name: str, shows: str, *means: str, sure: Sure = "high", open: str = "", accepted: bool = True) -> Sign:
    """A sign, where what it means is written as ``"hang_up by either"``."""
    meanings = (each.partition(" by ") for each in means)
    return Sign(name, shows, tuple(Meaning(event, Who(by)) for event, _, by in meanings), sure, open, accepted)
