"""SIP dialogs out of messages: requests with their answers, each once, in order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from fsm.readers.sip.messages import Message
from fsm.readers.sip.signs import CHALLENGES

TAG = re.compile(r";\s*tag=([^;>\s]+)", re.IGNORECASE)
URI = re.compile(r"<\s*([^<>]*)>|^\s*([^<>;\s]+)")
NAME = re.compile(r'\s*"(?:[^"\\]++|\\.)*+"?')
NUMBER = re.compile(r"^\s*(\d{1,10})\s+([A-Za-z]+)")
EMPTY: dict[str, str] = {}


class Answer(NamedTuple):
    """An answer to a request."""

    time: str
    status: int
    headers: dict[str, str]


class Request(NamedTuple):
    """A request, and how it was answered.

    Args:
        line: where it is.
        time: when.
        number: its CSeq.
        answer: the final answer, of several the first that accepts.
        message: what it says.
    """

    line: int
    time: str
    number: int
    answer: Answer | None
    message: Message

    @property
    def status(self) -> int:
        """How it was answered; 0 if it was not, or nobody saw it."""
        return self.answer.status if self.answer else 0


@lru_cache(4096)
def address(header: str) -> str:
    """The address in a From or To header, without its scheme and parameters, in small letters."""
    found = URI.search(_unquoted(header))
    uri = ((found[1] if found[1] is not None else found[2]) or "") if found else ""
    return uri.strip().partition(";")[0].partition("?")[0].casefold().partition(":")[2]


def uri(header: str) -> str:
    """The whole address in a header, with its parameters."""
    found = URI.search(_unquoted(header))
    return (found[1] or found[2] or "") if found else ""


@lru_cache(4096)
def tag(header: str) -> str:
    """The tag of a From or To header."""
    found = TAG.search(_unquoted(header))
    return found[1] if found else ""


def _unquoted(header: str) -> str:
    """A header without the name in quotes before an address, which may hold anything."""
    return header[found.end() :] if (found := NAME.match(header)) else header


def number(message: Message) -> tuple[int, str]:
    """The CSeq: its number and method; 0 where it has none."""
    found = NUMBER.match(message.headers.get("cseq", ""))
    return (int(found[1]), found[2].upper()) if found else (0, message.method)


def requests(messages: Iterable[Message]) -> list[Request]:
    """The requests of a conversation in order of time, each once however often it was sent or seen, with its answer."""
    asked: dict[tuple[str, str, int, str], Message] = {}
    answers: dict[tuple[str, str, int, str], Answer] = {}
    for each in sorted(messages, key=lambda each: (each.time, number(each)[0], each.status > 0, each.line)):
        count, method = number(each)
        key = each.headers.get("call-id", ""), tag(each.headers.get("from", "")), count, method
        if not each.status:
            asked.setdefault((*key[:3], each.method), each)
        elif each.status >= 200 and each.status not in CHALLENGES:
            known = answers.get(key)
            if known is None or (known.status >= 300 > each.status):
                answers[key] = Answer(each.time, each.status, each.headers)
    found = [Request(each.line, each.time, key[2], answers.get(key), each) for key, each in asked.items()]
    return sorted(found, key=lambda each: (each.time, each.number))


def seconds(first: str, last: str) -> float:
    """How long it is from one time to another."""
    try:
        return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()
    except ValueError:
        return 0.0
