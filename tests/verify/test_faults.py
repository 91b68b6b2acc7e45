"""Faults of every kind, and that properties catch what they speak of."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from fsm import CONVERSATION
from fsm.verify import Space
from fsm.verify.faults import Fault, faults
from fsm.verify.properties import PROPERTIES
from tests.verify.machines import WAITING, explored


def test_there_are_faults_of_every_kind(seeded: dict[str, Fault]) -> None:
    assert len(seeded) > 2_900
    assert {fault.kind for fault in seeded.values()} == {
        "row dropped",
        "row redirected",
        "rows swapped",
        "actor mistaken",
        "guard dropped",
        "guard negated",
        "effect dropped",
        "signal dropped",
        "addressee mistaken",
        "effect repeated",
        "effects out of order",
        "owner mistaken",
        "change dropped",
        "timer changed",
        "timer dropped",
        "ignored signal dropped",
        "dispatch row dropped",
        "dispatch rows swapped",
    }


def test_every_fault_has_a_name_of_its_own() -> None:
    names = [fault.name for fault in faults(WAITING)]
    assert len(names) == len(set(names)) > 10


def test_a_fault_leaves_the_specification_as_it_was(seeded: dict[str, Fault]) -> None:
    original = {id(each) for each in CONVERSATION.lifecycles.values()}
    for fault in seeded.values():
        copied = {id(each) for each in fault.composition.lifecycles.values()}
        assert fault.composition is not CONVERSATION
        assert len(original - copied) <= 1, "one lifecycle differs, or the dispatch table"


CAUGHT = {
    "guard dropped: chat.interop.share_desktop.1 may_meet_now": "sharing-offers-a-meeting",
    "timer dropped: meeting.open join_timed_out": "an-escalation-ends",
}


@pytest.mark.parametrize("name", CAUGHT)
def test_a_fault_is_caught_by_the_property_that_speaks_of_it(seeded: dict[str, Fault], name: str) -> None:
    fault = seeded[name]
    [spoken_of] = [each for each in PROPERTIES if each.name == CAUGHT[name]]
    assert any(spoken_of.check(explored(fault.composition)))


def test_a_session_that_idles_on_is_caught(seeded: dict[str, Fault]) -> None:
    fault = seeded["row redirected: chat.interop.send_text.1 to stay"]
    [keeps] = [each for each in PROPERTIES if each.name == "activity-keeps-the-session"]
    [broken] = keeps.check(cast(Space, SimpleNamespace(composition=fault.composition)))
    assert broken.says == "row chat.interop.send_text.1 carries something, and the session idles on"
