"""Conversations asked, fired at and changed, and pairings made, by what comes as JSON."""

from __future__ import annotations

import json
from typing import Any

import fsm
from fsm.spec.facts import facts, from_facts
from tests.fuzz.doors import Door
from tests.people import PAIRS, places

STANDING = [
    fsm.Conversation.at(PAIRS[name], places(given))
    for name, given in (("teams>sfb", ""), ("teams>sfb", "call=connected"), ("sfb>teams", "chat=interop"))
]


def _read(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _fire(data: bytes) -> None:
    given = _read(data)
    given = given if isinstance(given, dict) else {"event": given}
    for talk in STANDING:
        before = talk.pairing, talk.places
        own = fsm.Conversation.at(*before)
        asks: tuple[Any, ...] = (own.may, own.why_not, own.fire)
        for ask in asks:
            try:
                ask(given.get("event"), given.get("by"))
            except fsm.Refused as error:
                str(error)
        assert (talk.pairing, talk.places) == before
        assert repr(own).isprintable()


def _pairing(data: bytes) -> None:
    pairing = from_facts(_read(data))
    talk = fsm.Conversation(pairing)
    fsm.route(pairing)
    assert repr(talk).isprintable()
    assert from_facts(json.loads(json.dumps(facts(pairing)))) == pairing
    assert fsm.Conversation.restore(json.loads(json.dumps(talk.snapshot()))).pairing == pairing


def _ways() -> list[bytes]:
    ways = [way for talk in STANDING for way in talk.available()]
    return [json.dumps({"event": event, "by": by}).encode() for event, by in ways]


def _facts() -> list[bytes]:
    return [json.dumps(facts(pairing)).encode() for pairing in PAIRS.values()]


DOORS = (
    Door("fire", _fire, (fsm.UnknownEvent,), _ways),
    Door("pairing", _pairing, (ValueError,), _facts),
)
