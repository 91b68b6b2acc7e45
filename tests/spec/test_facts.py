"""Facts make the pairing that they are of, and say what differs in another."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm import Client, Mode, Pairing, Participant, Scope
from fsm.spec.facts import KINDS, around, changed, described, difference, facts, from_facts, of_the_same, read, unusual
from fsm.spec.parties import FLAGS, PERSONAL
from tests.people import LEGACY, PAIRS, SFB, TEAMS, pair
from tests.strategies import pairings

MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"originator.client": "sfb-current"}, "originator.client: sfb-current does not fit mode TeamsOnly"),
    ({"recipient.mode": "Teams"}, "recipient.mode: 'Teams' is not accepted; use one of Islands, SfBOnly"),
    ({"recipient.address": ""}, "recipient.address: '' is not accepted; give a non-empty string"),
    ({"recipient.address": "ann@contoso.com"}, "recipient: 'ann@contoso.com' is the originator too"),
    ({"scope": "global"}, "scope: 'global' is not accepted; use one of in-tenant, federated"),
    ({"same_cloud": "no"}, "same_cloud: 'no' is not accepted; use true or false"),
    ({"skope": "federated"}, "'skope' is not known of a pairing; use one of originator.address, "),
]


@given(pairings())
def test_facts_make_the_pairing(pairing: Pairing) -> None:
    assert from_facts(facts(pairing)) == pairing
    assert changed(pairing, {}) == pairing
    assert list(facts(pairing)) == list(KINDS)


@given(pairings())
def test_facts_are_plain_data(pairing: Pairing) -> None:
    assert from_facts(json.loads(json.dumps(facts(pairing)))) == pairing


@given(pairings())
def test_facts_are_read_as_they_are_written(pairing: Pairing) -> None:
    for write in (str, lambda value: str(value).upper() if isinstance(value, bool) else str(value)):
        assert {name: read(name, write(value)) for name, value in facts(pairing).items()} == facts(pairing)


@given(pairings(), pairings("cy@contoso.com"))
def test_a_pairing_with_the_facts_of_another_is_the_other(pairing: Pairing, other: Pairing) -> None:
    assert changed(pairing, facts(other)) == other
    told = difference(pairing, other)
    differing = [name for name, value in facts(other).items() if facts(pairing)[name] != value]
    assert [each.split(" ")[0] for each in told.split(", ")] == differing
    assert difference(pairing, pairing) == ""


@given(pairings())
def test_what_is_not_as_usual_and_the_modes_make_the_pairing(pairing: Pairing) -> None:
    said = {name: facts(pairing)[name] for name in KINDS if name.endswith((".address", ".mode"))}
    assert from_facts({**said, **unusual(pairing)}) == pairing


@given(st.sampled_from(list(PAIRS.values())), st.sampled_from(Mode))
def test_a_client_goes_with_its_mode(pairing: Pairing, mode: Mode) -> None:
    moved = changed(pairing, {"recipient.mode": mode, "recipient.homing": "online", "recipient.has_sfb_client": True})
    usual = Participant(pairing.recipient.address, mode).client
    assert moved.recipient.client is (pairing.recipient.client if pairing.recipient.mode is mode else usual)
    assert moved.originator == pairing.originator


def test_unless_another_is_given() -> None:
    moved = changed(PAIRS["teams>teams"], {"recipient.mode": "SfBOnly", "recipient.client": "sfb-legacy"})
    assert moved == pair(TEAMS, SFB, {}, LEGACY)


def test_what_is_not_given_is_as_usual() -> None:
    made = from_facts({"originator.mode": "TeamsOnly", "recipient.mode": "SfBOnly", "scope": "federated"})
    assert made == Pairing(Participant("originator", TEAMS), Participant("recipient", SFB), scope=Scope.FEDERATED)
    assert around(made)["scope"] is Scope.FEDERATED
    with pytest.raises(ValueError, match=r"^originator\.mode: None is not accepted; use one of Islands"):
        from_facts({"recipient.mode": "SfBOnly"})


@pytest.mark.parametrize(("given", "says"), MISTAKES)
def test_a_fact_that_is_not_accepted_is_named_with_its_value_and_what_is(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match="^" + says.replace("(", r"\(").replace(".", r"\.")):
        changed(PAIRS["teams>sfb"], given)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("client", "telephone", "client: 'telephone' is not accepted; use one of teams-windows"),
        ("allow_user_chat", "maybe", "allow_user_chat: 'maybe' is not accepted; use true or false"),
        ("allow_user_chat", None, "allow_user_chat: None is not accepted; use true or false"),
        ("address", 7, "address: 7 is not accepted; give a non-empty string"),
        ("colour", "red", "'colour' is not known of a user; use one of address, mode, client"),
    ],
)
def test_so_is_one_that_is_read_of_a_user(name: str, value: Any, says: str) -> None:
    with pytest.raises(ValueError, match=f"^{says}"):
        read(name, value, PERSONAL)


def test_a_pairing_in_words() -> None:
    assert described(PAIRS["teams>sfb"]) == "TeamsOnly to SfBOnly"
    assert described(PAIRS["teams>legacy"]) == "TeamsOnly to SfBOnly; recipient.client sfb-legacy"
    assert difference(PAIRS["teams>sfb"], PAIRS["federated teams>sfb"]) == "scope in-tenant to federated"


def test_flags_are_the_facts_that_are_true_or_false() -> None:
    assert {name for name in facts(Participant("ann@contoso.com", TEAMS)) if name in FLAGS} == set(FLAGS)
    assert PERSONAL["client"] is Client


@pytest.mark.parametrize("odd", [None, ["originator.mode"], "scope"])
def test_facts_are_values_by_name(odd: Any) -> None:
    for ask in (from_facts, lambda given: changed(PAIRS["teams>sfb"], given)):
        with pytest.raises(
            ValueError, match=r"^facts: .* is not accepted; give values by name, such as originator.mode"
        ):
            ask(odd)
    with pytest.raises(ValueError, match=r"^of: .* is not accepted; give a Pairing or a Participant$"):
        facts(odd)


def test_what_is_no_fact_is_shown_cut() -> None:
    for odd in ("a" * 5000, 7, None):
        for ask in (from_facts, lambda given: changed(PAIRS["teams>sfb"], given)):
            with pytest.raises(ValueError, match=r"is not known of a pairing; use one of originator.address") as said:
                ask({odd: True})  # type: ignore[dict-item]
            assert len(str(said.value)) < 1000
    with pytest.raises(ValueError, match=r"^originator.address: 7 is not who the conversation is with"):
        of_the_same({"originator.address": 7}, ("ann@contoso.com", "bob@contoso.com"))
