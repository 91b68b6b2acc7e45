"""Records that are broken in every way: one answer each, never a traceback, and nobody who is not there."""

from __future__ import annotations

import json
import random
from types import ModuleType

import msgspec
import pytest

from fsm.readers import cdr
from fsm.readers.columns import EVENTS
from fsm.readers.graph import callrecords, chats, notifications
from fsm.spec.facts import KINDS

from ..fuzz.mutate import mutate
from .graph.making import SFB, at, failed, lines, record, service, session, time
from .graph.test_chats import TEAMS as MEMBER
from .graph.test_chats import chat, message, system
from .graph.test_notifications import call, delivered, ended, people
from .readings import CASES, options, read
from .test_cdr import table

A, B = at("adele"), at("grady", SFB)
SHARED = {"media": [{"label": "applicationsharing-video", "streams": [{"streamDirection": "calleeToCaller"}]}]}
RECORDS = [
    record(session(A, B, segments=[SHARED, {"startDateTime": time(9), "endDateTime": time(99)}])),
    record(session(A, B, **failed("midcall")), version=2),
    record(session(A, B, 0, 0), session(A, service("voicemail"), 9, 30), name="v", organizer_v2={"id": "id-grady"}),
    record(session(A, B, 0, 300), name="d"),
    record(session(A, None, 300, 900), session(B, None, 310, 800), name="g", type="groupCall"),
]
MESSAGES = [
    chat(("a", MEMBER), ("b", "skypeForBusinessUserConversationMember")),
    message("m", "<p>hi<b>x</b></p>"),
    message("n", '<emoji id="x"/>', "b", 9, attachments=[{"contentType": "reference"}]),
    system("e", "callEnded", 90, callId="1", callDuration="PT9S"),
]
CALLS = [
    delivered(call("incoming", **people()), call("established"), after=0),
    delivered(call("hold"), after=9),
    delivered(ended(200), call("incoming", name="d"), ended(603, name="d")),
]
GOOD: list[tuple[ModuleType, list[bytes]]] = [
    (callrecords, [lines(*RECORDS), json.dumps({"value": RECORDS[:2]}, indent=1).encode(), lines(RECORDS[2])]),
    (chats, [lines(*MESSAGES), json.dumps(MESSAGES, indent=1).encode()]),
    (notifications, [lines(*CALLS), json.dumps(CALLS[0], indent=1).encode()]),
    (
        cdr,
        [(CASES / "cdr" / "50-session-details.csv").read_bytes(), table({}, separator=";").decode().encode("utf-16")],
    ),
]
PARTIES = {"originator", "recipient", "service", "unknown"}
NAMED = ("originator.address", "recipient.address")


def check(module: ModuleType, data: bytes) -> int:
    """What is read of a file can be written out, and is of people who are in it."""
    module.looks(data)
    found, _ = read(module, data)
    for line, values in found:
        assert line > 0
        if isinstance(values, str):
            assert values.isprintable(), values
            assert len(values) < 1000
            continue
        msgspec.json.encode(values)
        assert values["conversation"]
        assert values.keys() <= {*KINDS, "conversation", "time", "event", "by", "effects", "assumed", "source"}
        assert {event for event, _ in options(values)} <= set(EVENTS)
        assert {by for _, by in options(values)} <= PARTIES
        two = [values[name] for name in NAMED if name in values]
        assert len(set(two)) == len(two)
    return len(found)


@pytest.mark.parametrize(("module", "good"), GOOD, ids=lambda each: getattr(each, "__name__", ""))
@pytest.mark.parametrize("count", [5000, pytest.param(75_000, marks=pytest.mark.exhaustive)])
def test_mutants(module: ModuleType, good: list[bytes], count: int) -> None:
    for each in good:
        assert check(module, each) > 1
    chance = random.Random(count)
    for _ in range(count):
        data = mutate(good, chance)
        try:
            check(module, data)
        except Exception as error:
            raise AssertionError(data) from error


@pytest.mark.parametrize("module", [module for module, _ in GOOD])
def test_what_is_of_another_format_has_no_events(module: ModuleType) -> None:
    for other, good in GOOD:
        for each in good if other is not module else ():
            assert all(isinstance(values, str) for _, values in read(module, each)[0])
            assert not module.looks(each)
