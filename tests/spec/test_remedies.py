"""What a refusal says would help is done, and helps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

import fsm
from fsm import CONVERSATION, Conversation, Mode, Pairing, Participant, Party, Refusal
from fsm.engine import known
from fsm.notation import PARTIES, Remedy, guards_of
from fsm.spec import remedies
from fsm.spec.parties import Client, Homing, IslandsInterop, Platform, Scope, Topology
from fsm.spec.remedies import applied
from tests.people import PAIRS, standing
from tests.spec.tables import parse
from tests.strategies import pairings, walks

GUARDS = {guard.name: guard for guard in guards_of(CONVERSATION)}


def person(words: str, name: str) -> Participant:
    """Who "Islands sfb-current on-prem" is."""
    mode, *others = words.split()
    who = Participant(name, Mode(mode), homing=Homing.ON_PREM if "on-prem" in others else Homing.ONLINE)
    return next((replace(who, client=Client(each)) for each in others if each in list(Client)), who)


def around(words: str) -> dict[str, object]:
    """What "federated as-routed closed" says of a pairing."""
    found: dict[str, object] = {}
    for word in words.split():
        if word in list(Scope):
            found["scope"] = Scope(word)
        elif word in list(Topology):
            found["topology"] = Topology(word)
        elif word in list(IslandsInterop):
            found["islands_interop"] = IslandsInterop(word)
        else:
            assert word == "closed"
            found["federation_allowed"] = False
    return found


ROUTES = """
    originator                | recipient         | around               | rule  | instead
    Islands                   | TeamsOnly         | federated            | INT-4 | an admin moves the originator out of Islands mode
    Islands sfb-current       | TeamsOnly         | federated            | INT-4 | an admin moves the originator out of Islands mode
    Islands sfb-current       | TeamsOnly         |                      | INT-4 | the originator uses Teams, or an admin moves the originator out of Islands mode
    Islands                   | SfBOnly           |                      | INT-4 | the originator uses SfB, or an admin moves the originator out of Islands mode
    Islands                   | SfBOnly           | on-prem              | INT-4 | the originator uses SfB, or an admin moves the originator to an SfB mode
    Islands sfb-current       | TeamsOnly         | on-prem              | INT-4 | the originator uses Teams, or an admin moves the originator to TeamsOnly
    TeamsOnly                 | Islands           | federated            | INT-3 | an admin moves the recipient out of Islands mode
    Islands                   | Islands           | federated            | INT-3 | the originator uses SfB, or an admin moves the originator to an SfB mode
    TeamsOnly                 | SfBOnly           | on-prem              | RTE-8 | an admin sets up hybrid with Office 365
    Islands on-prem           | SfBOnly           | on-prem as-routed    | RTE-8 | the originator uses SfB, or an admin moves the originator to an SfB mode
    Islands on-prem           | SfBOnly           | as-routed            | RTE-6 | the originator uses SfB, or an admin moves the originator out of Islands mode, or an admin moves the originator's SfB account online
    TeamsOnly                 | TeamsOnly         | federated closed     | RTE-9 | both organisations allow each other's domain
    TeamsOnly                 | Islands           | federated closed     | RTE-9 | both organisations allow each other's domain, and then an admin moves the recipient out of Islands mode
    Islands                   | Islands           | federated closed     | RTE-9 | both organisations allow each other's domain, and then the originator uses SfB, or an admin moves the originator to an SfB mode
"""  # fmt: skip  # noqa: E501


@pytest.mark.parametrize("cells", parse(ROUTES), ids=lambda cells: f"{cells['originator']} to {cells['recipient']}")
def test_an_impossible_route_names_what_makes_it_possible_and_nothing_else(cells: dict[str, str]) -> None:
    two = person(cells["originator"], "a"), person(cells["recipient"], "b")
    refusal = fsm.route(Pairing(*two, **around(cells["around"]))).refusal  # type: ignore[arg-type]  # by name
    assert refusal
    assert (refusal.rule, refusal.instead) == (cells["rule"], cells["instead"])


def test_every_remedy_for_a_route_is_named_for_some_pairing() -> None:
    told = " ".join(row["instead"] for row in parse(ROUTES)) + "."
    for remedy in (each for group in remedies.FOR_A_ROUTE for each in group):
        assert f"{remedy.says}," in told or f"{remedy.says} " in told or f"{remedy.says}." in told


@given(pairings())
def test_every_remedy_can_be_tried_on_anyone_and_comes_to_nothing_where_it_does_not_fit(pairing: Pairing) -> None:
    for remedy in (each for each in vars(remedies).values() if isinstance(each, Remedy)):
        for party in PARTIES:
            for after in applied([remedy], pairing, party):
                assert after.originator.address == pairing.originator.address
                if remedy is remedies.UPDATE_SFB:
                    assert getattr(pairing, party).client.platform is Platform.SFB


@given(pairings(), walks)
def test_what_would_help_is_done_and_the_answer_is_another(pairing: Pairing, walk: list[tuple[str, Any]]) -> None:
    conversation = Conversation(pairing)
    for kind, what in walk:
        if kind == "change":
            conversation.change(what)
        elif kind == "step" and (ways := conversation.available()):
            conversation.fire(*ways[what % len(ways)])
    for event in CONVERSATION.events:
        for by in Party:
            refusal = conversation.why_not(known.event(event), by)
            for after in would_help(refusal, conversation.pairing) if refusal else ():
                then = Conversation.at(conversation.pairing, conversation.places)
                then.change(after)
                again = then.why_not(known.event(event), by)
                assert again is None or (again.rule, again.guard, again.message) != (
                    refusal.rule,  # type: ignore[union-attr]  # there is one
                    refusal.guard,  # type: ignore[union-attr]
                    refusal.message,  # type: ignore[union-attr]
                )


def would_help(refusal: Refusal, pairing: Pairing) -> list[Pairing]:
    """Everything that the remedies which a refusal names may make of a pairing."""
    named = [each for each in refusal.reasons if each.remedy]
    best = [each for each in named if each.guard == refusal.guard and each.remedy in refusal.instead]
    found: list[Pairing] = []
    for each in best[:1]:
        done = applied([GUARDS[each.guard].remedy], pairing, Party(each.about or Party.ORIGINATOR))
        assert done, f"{each.remedy}: does not apply to {pairing}"
        found += done
    return found


@pytest.mark.parametrize(
    ("name", "given", "event", "by", "helps"),
    [
        ("no-chat>sfb", "", "open_chat", Party.ORIGINATOR, "an admin assigns a messaging policy"),
        ("no-calls>sfb", "", "call_audio", Party.ORIGINATOR, "an admin assigns a calling policy"),
        ("no-meet-now>sfb", "chat=interop", "share_desktop", Party.ORIGINATOR, "an admin assigns a meeting policy"),
        ("teams>legacy", "chat=interop", "share_desktop", Party.RECIPIENT, "update the SfB client"),
        ("mobile>sfb", "chat=interop", "share_desktop", Party.ORIGINATOR, "use Teams on Windows, on a Mac"),
        ("federation off", "", "open_chat", Party.ORIGINATOR, "both organisations allow each other's domain"),
    ],
)
def test_after_what_would_help_the_event_is_possible(name: str, given: str, event: str, by: Party, helps: str) -> None:
    pairing = PAIRS[name]
    refusal = standing(pairing, given).why_not(known.event(event), by)
    assert refusal
    assert helps in refusal.instead
    after = would_help(refusal, pairing)
    assert after
    for each in after:
        assert standing(each, given).may(known.event(event), by)


def test_who_is_moved_out_of_islands_keeps_what_fits() -> None:
    islander = Participant("a", Mode.ISLANDS, client=Client.TEAMS_MAC, homing=Homing.ON_PREM)
    pairing = Pairing(islander, Participant("b", Mode.SFB_ONLY))
    moved = [each.originator for each in applied([remedies.MOVE_ORIGINATOR], pairing)]
    assert [(who.mode, who.client, who.homing) for who in moved] == [
        (Mode.TEAMS_ONLY, Client.TEAMS_MAC, Homing.ONLINE),
        (Mode.SFB_ONLY, Client.SFB_CURRENT, Homing.ON_PREM),
        (Mode.SFB_WITH_TEAMS_COLLAB, Client.SFB_CURRENT, Homing.ON_PREM),
        (Mode.SFB_WITH_TEAMS_COLLAB_AND_MEETINGS, Client.SFB_CURRENT, Homing.ON_PREM),
    ]


@pytest.mark.parametrize("remedy", [remedies.MOVE_ORIGINATOR, remedies.USE_TEAMS, remedies.USE_SFB])
def test_a_remedy_for_islands_is_for_nobody_else(remedy: Remedy) -> None:
    pairing = PAIRS["teams>sfb"]
    assert applied([remedy], pairing) == []
    assert applied([remedies.MOVE_RECIPIENT], pairing) == []
    islands = replace(pairing, originator=Participant("a", Mode.ISLANDS), recipient=Participant("b", Mode.ISLANDS))
    assert applied([remedy], islands)
    assert applied([remedies.MOVE_RECIPIENT, remedy], islands)
