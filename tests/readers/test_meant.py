"""Rows out of signs: who the two are, the event and by whom, and times."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fsm import Party
from fsm.readers.meant import Side, at, between, event, two, written
from fsm.readers.signs import Meaning, Sign, Who
from fsm.spec.parties import Client, Platform

NINE, TEN = (datetime(2020, 3, 2, hour, tzinfo=UTC) for hour in (9, 10))
WAYS = Sign("a", "b", tuple(Meaning(f"e{n}", who) for n, who in enumerate(Who)))


def test_modes_are_assumed_from_the_platform() -> None:
    found = two(Side("a", Platform.TEAMS, Client.TEAMS_WEB, False), Side("b", Platform.SFB, Client.SFB_LEGACY))
    assert found == {
        "originator.address": "a",
        "originator.mode": "TeamsOnly",
        "originator.client": "teams-web",
        "recipient.address": "b",
        "recipient.mode": "SfBOnly",
        "recipient.client": "sfb-legacy",
        "assumed": ["originator.mode", "originator.client", "recipient.mode"],
    }


def test_where_the_platform_is_not_told_the_usual_one_is_taken() -> None:
    assert two(Side(), Side())["recipient.mode"] == "TeamsOnly"
    assert two(Side(), Side(), Platform.SFB)["originator.mode"] == "SfBOnly"


@pytest.mark.parametrize(("a", "b", "scope"), [("x", "y", "federated"), ("x", "X", None), ("x", "", None)])
def test_two_tenants_federate(a: str, b: str, scope: str | None) -> None:
    assert two(Side("a", tenant=a), Side("b", tenant=b)).get("scope") == scope


@pytest.mark.parametrize(
    ("sender", "ours", "theirs"),
    [
        (Party.ORIGINATOR, "originator", "recipient"),
        (Party.RECIPIENT, "recipient", "originator"),
        (None, "unknown", "unknown"),
    ],
)
def test_a_sign_of_several_events_has_each_with_its_party(sender: Party | None, ours: object, theirs: object) -> None:
    either = "unknown"
    assert event(WAYS, sender) == {"event": [["e0", ours], ["e1", theirs], ["e2", either], ["e3", "service"]]}
    assert event(WAYS._replace(means=WAYS.means[:1]), sender, "t") == {"time": "t", "event": "e0", "by": ours}


@pytest.mark.parametrize(
    ("text", "is_"),
    [
        ("2020-03-02T09:00:00Z", NINE),
        ("2020-03-02 09:00:00.000", NINE),
        ("2020-03-02T10:00:00.0000000+01:00", NINE),
        ("3/2/2020 9:00:00 AM", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("", None),
        (None, None),
    ],
)
def test_a_time_is_of_utc(text: str | None, is_: datetime | None) -> None:
    assert at(text) == is_


@pytest.mark.parametrize(
    ("first", "last", "is_"),
    [
        (NINE, TEN, "2020-03-02T09:00:00.000Z/2020-03-02T10:00:00.000Z"),
        (NINE, None, "2020-03-02T09:00:00.000Z/.."),
        (None, TEN, "../2020-03-02T10:00:00.000Z"),
        (None, None, ""),
        (NINE, NINE, "2020-03-02T09:00:00.000Z"),
        (TEN, NINE, "2020-03-02T10:00:00.000Z"),
    ],
)
def test_between_two_times(first: datetime | None, last: datetime | None, is_: str) -> None:
    assert between(first, last) == is_


def test_no_time_is_empty() -> None:
    assert written(None) == ""
