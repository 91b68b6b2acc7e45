"""Faults of every kind, and that properties catch what they speak of."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import cast

import pytest

from fsm import CONVERSATION
from fsm.notation import Composition, Role
from fsm.space.profiles import Profiles
from fsm.verify import Space, breaches
from fsm.verify.equivalence import touched
from fsm.verify.faults import KINDS, ONE_IN, Seed, faults, seeds
from fsm.verify.operators import MISTAKEN, drawn
from fsm.verify.properties import PROPERTIES
from tests.people import PAIRS
from tests.testing.machines import PHONE
from tests.verify.machines import IDLE, REFUSING, WAITING


def test_there_are_faults_of_every_kind(seeded: dict[str, Seed]) -> None:
    assert {seed.kind for seed in seeded.values()} == set(KINDS)
    assert len(seeded) > 50_000


def test_everybody_may_be_mistaken_for_somebody_else() -> None:
    assert set(MISTAKEN) == set(Role)
    assert [role for role, other in MISTAKEN.items() if role is other] == []


@pytest.mark.parametrize("composition", [IDLE, REFUSING, WAITING, PHONE])
def test_every_fault_has_a_name_of_its_own(composition: Composition) -> None:
    names = [seed.name for seed in seeds(composition)]
    assert len(names) == len(set(names)) > 10


def test_of_kinds_that_there_are_many_of_some_are_drawn_and_of_the_others_all() -> None:
    there = Counter(seed.kind for seed in seeds(PHONE))
    every, some = (Counter(fault.kind for fault in faults(PHONE, one_in)) for one_in in ({}, ONE_IN))
    assert all(every[kind] <= there[kind] for kind in KINDS)
    assert {kind for kind in KINDS if some[kind] < every[kind]} <= set(ONE_IN)
    assert some["row added"] < every["row added"] / 4
    assert some["guard negated"] == every["guard negated"] > 0


def test_the_same_faults_are_drawn_each_time() -> None:
    assert [fault.name for fault in faults(WAITING)] == [fault.name for fault in faults(WAITING)]
    assert {fault.name for fault in faults(PHONE)} < {fault.name for fault in faults(PHONE, {})}
    assert drawn("something", "abcdef") == drawn("something", "abcdef")
    assert {drawn(str(n), "abcdef") for n in range(100)} == set("abcdef")


@pytest.mark.parametrize("composition", [IDLE, WAITING, PHONE])
def test_a_fault_is_one_change_in_one_place(composition: Composition) -> None:
    for fault in faults(composition, {}):
        assert fault.composition is not composition
        places = set(touched(composition, fault.composition))
        changed = fault.composition.changes != composition.changes
        assert len(places) + changed == 1, fault.name


def test_a_fault_leaves_the_specification_as_it_was(seeded: dict[str, Seed]) -> None:
    original = {id(each) for each in CONVERSATION.lifecycles.values()}
    for name in ("row added", "guard added", "dispatch state added", "change's sender mistaken"):
        faulty = next(seed for seed in seeded.values() if seed.kind == name).put()
        copied = {id(each) for each in faulty.lifecycles.values()}
        assert len(original - copied) <= 1, "one lifecycle differs, or the wiring"


KNOWN = (
    "row added: call.none.answer by recipient to stay",
    "row added: call.up.answer by originator to ",
    "row added: chat.open.say by service to stay",
    "refusal lifted: call.ringing.answer.2 to up",
    "rule replaced: call.ringing.answer.2 by DEC-6",
    "row redirected: call.ringing.timeout.1 to up",
    "row redirected: chat.quiet.say.1 to away",
    "row redirected: call.up.hang_up.1 to ringing",
    "guard added: call.up.hang_up.1 other on_teams",
    "guard's party mistaken: call.ringing.answer.1 other for actor on_teams",
    "effect's guards dropped: call.none.dial.1 ring",
    "effect added: call.up.hang_up.1 ring to other",
    "signal added: call.none.dial.1 chat.hush by actor",
    "ignored signal heeded: chat.quiet hush to open",
    "timer's guard dropped: call.ringing timeout originator on_teams",
    "timer's guard negated: call.ringing timeout originator on_teams",
    "dispatch state added: say.1 call.up",
    "dispatch row added: dial while chat is quiet",
    "dispatch's actor mistaken: say.1 originator for both",
    "change's sender mistaken: moved by originator: service",
)


@pytest.mark.parametrize("name", KNOWN)
def test_a_fault_is_there_and_can_be_declared(name: str) -> None:
    known = {seed.name: seed for seed in seeds(PHONE)}
    assert [each for each in known if each.startswith(name)], name
    assert next(seed for each, seed in known.items() if each.startswith(name)).put()


def test_a_row_that_is_added_accepts_what_was_refused() -> None:
    """By everyone for whom there is no row, staying or going on, silently or not."""
    names = [fault.name for fault in faults(PHONE, {}) if fault.kind == "row added"]
    assert not [name for name in names if name.startswith("row added: call.up.hang_up by originator")]
    here = [name.partition(" by ")[2] for name in names if name.startswith("row added: call.up.answer ")]
    assert {each.partition(" ")[0] for each in here} == {"originator", "recipient", "service"}
    assert {" with " in each for each in here} == {" to stay" in each for each in here} == {True, False}


CAUGHT = {
    "guard dropped: chat.interop.share_desktop.1 may_meet_now": "sharing-offers-a-meeting",
    "timer dropped: meeting.open join_timed_out": "an-escalation-ends",
}


@pytest.mark.parametrize("name", CAUGHT)
def test_a_fault_is_caught_by_the_property_that_speaks_of_it(seeded: dict[str, Seed], name: str) -> None:
    [spoken_of] = [each for each in PROPERTIES if each.name == CAUGHT[name]]
    faulty = seeded[name].put()
    two = [PAIRS[each] for each in ("teams>sfb", "no-meet-now>sfb")]
    people = [each.originator for each in two], [two[0].recipient]
    assert any(breaches(spoken_of, Space(faulty, Profiles(faulty, people))))


def test_a_session_that_idles_on_is_caught(seeded: dict[str, Seed]) -> None:
    faulty = seeded["row redirected: chat.interop.send_text.1 to stay"].put()
    [keeps] = [each for each in PROPERTIES if each.name == "activity-keeps-the-session"]
    [broken] = breaches(keeps, cast(Space, SimpleNamespace(composition=faulty)))
    assert broken.says == "row chat.interop.send_text.1 carries something, and the session idles on"
