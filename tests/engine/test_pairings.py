"""The pairings, and that taking them apart for counting loses none."""

from __future__ import annotations

import random
from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings

from fsm import CONVERSATION, Homing, Pairing, Participant, Topology
from fsm.engine.conversation import PROGRAMS
from fsm.engine.pairings import ADDRESSES, Profiles, consistent, everyone
from fsm.notation import Party
from fsm.spec.routing import views
from tests.strategies import pairings
from tests.verify.machines import always


def test_every_pairing_is_counted(profiles: Profiles) -> None:
    first, second = everyone()
    federated = len(Topology) * 2 * 2 * 2
    by_homing = Counter((a.homing, b.homing) for a, b in product(first, second))
    fits = {at: len(Topology) - (Homing.ON_PREM in at) for at in by_homing}
    assert profiles.pairings == sum(count * (federated + fits[at] * 2 * 2) for at, count in by_homing.items())
    assert len(profiles.pairing) == len(profiles.counts) == len(profiles.keys) >= profiles.profiles


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


@given(pairings(*ADDRESSES))
@settings(max_examples=200)
def test_the_pairing_kept_for_a_profile_behaves_as_any_of_it(profiles: Profiles, pairing: Pairing) -> None:
    kept = profiles.pairing[profiles.of(pairing)]
    assert PROGRAMS.under(views(kept)) is PROGRAMS.under(views(pairing))


@given(pairings(*ADDRESSES), pairings(*ADDRESSES))
@settings(max_examples=200)
def test_what_a_change_sends_is_told_by_the_profiles(profiles: Profiles, old: Pairing, new: Pairing) -> None:
    before, after = (1 << profiles.of(each) for each in (old, new))
    sends = tuple(change.when(views(old)[0], views(new)[0]) for change in CONVERSATION.changes)
    [becomes] = [into for members, into in zip(profiles.classes, profiles.becomes, strict=True) if members & before]
    assert [each for each, mask in becomes.items() if mask & after] == [sends]


def test_people_are_consistent() -> None:
    assert len({who.mode for who in consistent(Participant, address="ann@contoso.com")}) == 5


def test_an_unknown_guard_is_named(profiles: Profiles) -> None:
    with pytest.raises(ValueError, match=r"guard: 'always' for originator .* use one of can_share_content, carries"):
        profiles.holding(always, Party.ORIGINATOR)
