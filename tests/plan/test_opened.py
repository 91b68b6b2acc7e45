"""What becomes of open conversations is what ``change`` says at every place where one can stand."""

from __future__ import annotations

from random import Random

import pytest

from fsm import Conversation, Pairing, Participant
from fsm.engine.reach import standings
from fsm.plan.opened import Turn, turns
from fsm.spec.conversation import LIFECYCLES
from fsm.spec.parties import Mode
from tests.plan.organisations import KINDS

SCOPES = ("in-tenant", "federated")


def changed(before: Pairing, after: Pairing) -> set[tuple[str, str, str]]:
    """Every lifecycle that comes to another state, at every place."""
    found: set[tuple[str, str, str]] = set()
    for config in standings(before):
        talk = Conversation.at(before, dict(zip(LIFECYCLES, config, strict=True)))
        outcome = talk.change(after)
        for at, (name, to) in zip(config, outcome.at, strict=True):
            if at.state != to.state:
                found.add((name, at.state, to.state))
    return found


def pairings(chance: Random) -> tuple[Pairing, Pairing]:
    scope = chance.choice(SCOPES)
    three = [chance.choice(KINDS) for _ in range(3)]
    other = three[2].called("b@contoso.com")
    first, then = (Pairing(each.called("a@contoso.com"), other, scope=scope) for each in three[:2])  # type: ignore[arg-type]
    return first, then


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(n, marks=pytest.mark.slow) for n in range(3, 24))])
def test_at_every_place_it_is_what_change_says(seed: int) -> None:
    before, after = pairings(Random(seed))
    found = turns(before, after)
    assert {(each.lifecycle, each.was, each.now) for each in found if each.was != each.now} == changed(before, after)


def test_what_looks_the_same_to_a_change_is_worked_out_once() -> None:
    chance = Random(8)
    for _ in range(40):
        before, after = pairings(chance)
        assert turns(before, after) == turns(before, after)
    for seed in range(2):  # and what was kept of others is right
        before, after = pairings(Random(seed))
        found = turns(before, after)
        assert {(each.lifecycle, each.was, each.now) for each in found if each.was != each.now} == changed(
            before, after
        )


def test_a_thread_that_was_opened_from_sfb_drains_and_a_call_that_rings_fails() -> None:
    both = [Participant(f"{name}@contoso.com", Mode.SFB_ONLY) for name in "ab"]
    moved = Participant("a@contoso.com", Mode.TEAMS_ONLY)
    found = turns(Pairing(*both), Pairing(moved, both[1]))
    assert Turn("chat", "native", "draining", ("THR-3",), ()) in found
    assert Turn("call", "connected", "draining", ("DEC-9",), ()) in found
    ends = next(each for each in found if each.lifecycle == "call" and each.was == "ringing")
    assert (ends.now, ends.rules) == ("ended", ("DEC-25",))
    assert "report_failure:recipient" in ends.effects


def test_nothing_becomes_of_one_whose_two_stay() -> None:
    two = [Participant(f"{name}@contoso.com", Mode.SFB_ONLY) for name in "ab"]
    assert turns(Pairing(*two), Pairing(*two)) == frozenset()
