"""Object-centric logs: conversations are objects, and their events are related to them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fsm.readers import ocel
from fsm.readers.faults import LogError
from tests.readers.reading import Read, answers, read

ANN, BOB = "ann@contoso.com", "bob@contoso.com"
MODES = {"originator.mode": "TeamsOnly", "recipient.mode": "TeamsOnly"}


def related(**to: str) -> list[dict[str, str]]:
    return [{"objectId": each, "qualifier": qualifier} for qualifier, each in to.items()]


def talk(name: str, *later: tuple[str, str, str]) -> dict[str, Any]:
    said = [(key, "1970-01-01T00:00:00Z", value) for key, value in MODES.items()]
    attributes = [{"name": key, "time": time, "value": value} for key, time, value in (*said, *later)]
    return {
        "id": name,
        "type": "conversation",
        "attributes": attributes,
        "relationships": related(originator=ANN, recipient=BOB),
    }


def event(name: str, type: str, time: str, of: str = "c", by: str = ANN, **attributes: Any) -> dict[str, Any]:
    said = [{"name": key, "value": value} for key, value in attributes.items()]
    return {
        "id": name,
        "type": type,
        "time": f"2026-11-27T{time}Z",
        "relationships": related(of=of, by=by),
        "attributes": said,
    }


def log(*events: dict[str, Any], objects: list[dict[str, Any]] | None = None) -> Read:
    people = [{"id": each, "type": "user"} for each in (ANN, BOB)]
    document = {
        "objectTypes": [],
        "eventTypes": [],
        "objects": [*(objects or [talk("c")]), *people],
        "events": list(events),
    }
    return read(json.dumps(document))


OPEN = event("e1", "open_chat", "09:00:00")


def test_events_are_in_order_of_time_and_the_first_says_who_they_are() -> None:
    found = log(event("e2", "send_file", "09:01:00", by=BOB), OPEN)
    assert found.told == [("open_chat", ANN), ("send_file", BOB)]
    assert [each["source"].partition("#")[2] for each in found.rows] == ["/events/1", "/events/0"]
    assert (found.rows[0]["originator.address"], "originator.address" in found.rows[1]) == (ANN, False)
    assert answers(found.rows) == ["follows"]


def test_what_is_said_later_of_a_conversation_is_a_change() -> None:
    moved = talk("c", ("recipient.mode", "2026-11-27T09:00:30Z", "SfBOnly"))
    found = log(OPEN, event("e2", "send_file", "09:01:00"), objects=[moved])
    assert found.rows[1]["recipient.mode"] == "SfBOnly"
    assert answers(found.rows) == ["departs"]
    assert answers(log(OPEN, event("e2", "send_file", "09:00:20"), objects=[moved]).rows) == ["follows"]


def test_what_was_seen_of_an_event_is_its_attribute() -> None:
    found = log(event("e1", "open_chat", "09:00:00", accepted=False, cost=3))
    assert found.rows[0]["accepted"] is False
    assert "1 attribute (cost): none of our columns, and set aside" in found.notes[0]


def test_whoever_did_it_may_be_several_or_nobody_that_is_told() -> None:
    two = {**OPEN, "relationships": [*related(of="c", by=ANN), *related(by=BOB)]}
    nobody = {**OPEN, "relationships": related(of="c")}
    assert [each.get("by") for each in log(two, nobody).rows] == [[ANN, BOB], None]


def test_an_event_is_of_one_conversation() -> None:
    both = {**OPEN, "relationships": related(of="c", to="d")}
    found = log(
        both, event("e2", "x", "09:00:00", of=BOB), event("e3", "x", "09:00:00", of="q"), objects=[talk("c"), talk("d")]
    )
    assert [each.partition(": ")[2] for each in found.bad] == [
        "event 'e1': 'c', 'd' are related to it; give one",
        "event 'e3': 'q' is related to it, and is none of the objects",
    ]
    assert "1 event (e2): related to no conversation, and set aside" in found.notes[0]


@pytest.mark.parametrize("text", ["{", "[]", '{"objects": []}', '{"objects": 5, "events": []}', "\xff"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(LogError, match="0log: no OCEL 2 log in JSON: "):
        read(text, format="ocel")


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocel, "LARGEST", 100)
    with pytest.raises(LogError, match="a document of more than 100 bytes; give it in parts"):
        log(OPEN)
