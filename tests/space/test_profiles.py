"""The pairings, and that taking them apart for counting loses none."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, product

import pytest
from hypothesis import given, settings

from fsm import CONVERSATION, EDITIONS, Client, Homing, Pairing, Participant, Topology
from fsm.engine.conversation import PROGRAMS
from fsm.notation import Party, guard
from fsm.space.places import low
from fsm.space.profiles import ADDRESSES, Profiles, consistent, everyone, oddity
from fsm.spec.routing import View, route, views
from tests.people import PAIRS
from tests.strategies import pairings
from tests.verify.machines import always, compose


def test_every_pairing_is_counted(profiles: Profiles) -> None:
    first, second = everyone()
    federated = len(Topology) * 2 * 2 * 2
    by_homing = Counter((a.homing, b.homing) for a, b in product(first, second))
    fits = {at: len(Topology) - (Homing.ON_PREM in at) for at in by_homing}
    assert profiles.pairings == sum(count * (federated + fits[at] * 2 * 2) for at, count in by_homing.items())
    assert profiles.everyone.bit_count() == profiles.everyone.bit_length() == len(profiles.keys)
    assert len(profiles.pairing) == len(profiles.counts) == len(profiles.keys) >= profiles.profiles


def test_profiles_are_those_that_the_engine_tells_apart(profiles: Profiles) -> None:
    assert profiles.profiles == len({PROGRAMS.under(views(pairing)) for pairing in profiles.pairing})


def test_routes_are_those_of_the_pairings(profiles: Profiles) -> None:
    assert len(profiles.routed) > len(profiles.pairing)
    assert all(found == route(pairing) for pairing, found in profiles.routed)


def test_brute_force_over_some_people_agrees() -> None:
    chance = random.Random(7)
    first, second = (chance.sample(side, 14) for side in everyone())
    counted = Profiles(CONVERSATION, (first, second))
    listed = Counter(
        counted.key(pairing)
        for ann, bob in product(first, second)
        for pairing in consistent(Pairing, originator=ann, recipient=bob)
    )
    assert counted.counts == listed
    assert counted.pairings == listed.total()


@pytest.mark.rules("ED-1", "ED-2", "ED-3")
def test_how_many_pairings_each_edition_holds(profiles: Profiles) -> None:
    """Counted otherwise: people by whether they are TeamsOnly, times the surroundings that two such people fit in."""
    around = len(Topology) * 2 * 2 * 2 + len(Topology) * 2 * 2
    with_sfb = around - 2 * 2
    for name, edition in EDITIONS.items():
        there = [who for who in everyone()[0] if not edition.problems(who)]
        online, on_prem = (sum(who.homing is homing for who in there) for homing in Homing)
        assert profiles.editions[name] == online**2 * around + ((online + on_prem) ** 2 - online**2) * with_sfb
    assert list(profiles.editions) == list(EDITIONS)
    assert profiles.editions["base"] == profiles.pairings
    assert profiles.pairings > profiles.editions["2021-08"] > profiles.editions["2022-10"] > 0


def test_the_count_by_edition_agrees_with_brute_force_over_some_people() -> None:
    chance = random.Random(12)
    first, second = (chance.sample(side, 14) for side in everyone())
    listed = [
        pairing for ann, bob in product(first, second) for pairing in consistent(Pairing, originator=ann, recipient=bob)
    ]
    held = {name: sum(not edition.problems(each) for each in listed) for name, edition in EDITIONS.items()}
    assert Profiles(CONVERSATION, (first, second)).editions == held
    assert len(listed) > held["2021-08"] > held["2022-10"] > 0


@given(pairings(*ADDRESSES))
@settings(max_examples=100)
def test_the_pairing_kept_for_a_profile_behaves_as_any_of_it(profiles: Profiles, pairing: Pairing) -> None:
    kept = profiles.pairing[profiles.of(pairing)]
    assert PROGRAMS.under(views(kept)) is PROGRAMS.under(views(pairing))


@given(pairings(*ADDRESSES), pairings(*ADDRESSES))
@settings(max_examples=100)
def test_what_a_change_sends_is_told_by_the_profiles(profiles: Profiles, old: Pairing, new: Pairing) -> None:
    before, after = (1 << profiles.of(each) for each in (old, new))
    sends = tuple(change.when(views(old)[0], views(new)[0]) for change in CONVERSATION.changes)
    [becomes] = [into for members, into in zip(profiles.classes, profiles.becomes, strict=True) if members & before]
    assert [each for each, mask in becomes.items() if mask & after] == [sends]


def test_a_change_that_changes_nothing_sends_nothing(profiles: Profiles) -> None:
    """Suites put somebody else into a place by such a change, and leave everything where it is."""
    changes = CONVERSATION.changes
    for members, becomes in zip(profiles.classes, profiles.becomes, strict=True):
        [sends] = [sends for sends, into in becomes.items() if into & members]
        assert [change.event for change, sent in zip(changes, sends, strict=True) if sent] == []


def differs(fact: str) -> Callable[[View, View], bool]:
    """Whether a change of the pairing changes one fact."""
    return lambda old, new: bool(getattr(old, fact) != getattr(new, fact))


def test_profiles_differ_in_all_that_changes_look_at() -> None:
    facts = "client", "has_sfb_client", "mode", "on"
    assert len(facts) < len(CONVERSATION.changes)
    changes = (change._replace(when=differs(fact)) for change, fact in zip(CONVERSATION.changes, cycle(facts)))
    asked = compose(*CONVERSATION.lifecycles.values(), changes=changes, **CONVERSATION.dispatch)
    found = Profiles(asked, ([PAIRS["teams>sfb"].originator], [PAIRS["teams>sfb"].recipient]))
    assert {key.facts for key in found.keys} == {("teams-windows", True, "TeamsOnly", "teams")}


def test_guards_of_ones_own_tell_pairings_apart_but_not_what_the_engine_does() -> None:
    on_a_mac = guard(
        "on_a_mac", lambda view: view.client is Client.TEAMS_MAC, "is on a Mac", "is not on a Mac", "INT-1"
    )
    ann = PAIRS["teams>sfb"].originator
    people = [ann, replace(ann, client=Client.TEAMS_MAC)], [PAIRS["teams>sfb"].recipient]
    found, told_apart = Profiles(CONVERSATION, people), Profiles(CONVERSATION, people, guards=[on_a_mac])
    assert len(told_apart.keys) > len(found.keys)
    assert told_apart.profiles == found.profiles
    assert 0 < told_apart.holding(on_a_mac, Party.ORIGINATOR) < told_apart.everyone


@pytest.mark.parametrize(("mask", "number"), [(0b1, 0), (0b110, 1), (0b1000, 3)])
def test_the_first_profile_of_a_set(mask: int, number: int) -> None:
    assert low(mask) == number


ODD = {
    "teams>sfb": 0,
    "teams>legacy": 1,
    "no-meet-now>sfb": 1,
    "sfb>no-meet-now": 1,
    "federation off": 2,
    "on-prem teams>sfb": 2,
    "clouds no-meet-now>no-meet-now": 4,
}


@pytest.mark.parametrize("name", ODD)
def test_how_odd_a_pairing_is(name: str) -> None:
    assert oddity(PAIRS[name]) == ODD[name]


def test_people_are_consistent() -> None:
    assert len({who.mode for who in consistent(Participant, address="ann@contoso.com")}) == 5


def test_an_unknown_guard_is_named(profiles: Profiles) -> None:
    accepted = ", ".join(sorted(guard.name for guard in profiles.guards))
    with pytest.raises(ValueError, match=f"guard: 'always' for originator .* use one of {accepted}, or name it"):
        profiles.holding(always, Party.ORIGINATOR)
