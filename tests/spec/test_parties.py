"""Participants and pairings that contradict themselves, and strings for enumerations."""

from __future__ import annotations

import pickle
import re
from typing import Any, cast

import numpy as np
import pytest

import fsm
from fsm import Client, Homing, IslandsInterop, Mode, Pairing, Participant, Platform, Scope, Topology
from fsm.spec import parties
from fsm.spec.editions import named
from fsm.spec.parties import LONGEST_ADDRESS

CLIENTS = ", ".join(Client)
TEAMS_CLIENTS = "teams-windows, teams-mac, teams-web, teams-web-no-sharing, teams-mobile"
MODES = "Islands, SfBOnly, SfBWithTeamsCollab, SfBWithTeamsCollabAndMeetings, TeamsOnly"


def someone(mode: Any, **more: Any) -> Participant:
    return Participant("ann@contoso.com", mode, **more)


def someone_else(mode: Any, **more: Any) -> Participant:
    return Participant("bob@contoso.com", mode, **more)


@pytest.mark.rules("MODE-1", "MODE-2", "MODE-3")
@pytest.mark.parametrize(
    ("mode", "more", "message"),
    [
        ("Teams", {}, f"mode: 'Teams' is not accepted; use one of {MODES}"),
        (None, {}, f"mode: None is not accepted; use one of {MODES}"),
        ("TeamsOnly", {"client": "teams"}, f"client: 'teams' is not accepted; use one of {CLIENTS}"),
        ("TeamsOnly", {"homing": "cloud"}, "homing: 'cloud' is not accepted; use one of online, on-prem"),
        ("TeamsOnly", {"homing": "on-prem"}, "homing: on-prem does not fit mode TeamsOnly"),
        ("TeamsOnly", {"client": "sfb-current"}, "client: sfb-current does not fit mode TeamsOnly"),
        ("TeamsOnly", {"client": "sfb-legacy"}, f"use one of {TEAMS_CLIENTS}"),
        ("SfBOnly", {"client": "teams-web"}, "client: teams-web does not fit mode SfBOnly"),
        ("SfBWithTeamsCollab", {"client": "teams-mac"}, "client: teams-mac does not fit mode SfBWithTeamsCollab"),
        ("SfBWithTeamsCollabAndMeetings", {"client": "teams-mobile"}, "use one of sfb-current, sfb-legacy"),
        ("TeamsOnly", {"has_teams_account": False}, "has_teams_account: False does not fit mode TeamsOnly"),
        ("Islands", {"has_teams_account": False}, "has_teams_account: False does not fit mode Islands"),
        ("Islands", {"has_sfb_client": False}, "has_sfb_client: False does not fit mode Islands"),
        ("SfBOnly", {"has_sfb_client": False}, "has_sfb_client: False does not fit mode SfBOnly"),
        ("SfBWithTeamsCollab", {"has_sfb_client": False}, "has_sfb_client: False does not fit mode SfBWithTeamsCollab"),
        ("TeamsOnly", {"allow_private_meet_now": "yes"}, "allow_private_meet_now: 'yes' is not accepted"),
        ("TeamsOnly", {"allow_user_chat": 1}, "allow_user_chat: 1 is not accepted"),
        ("TeamsOnly", {"allow_private_calling": None}, "allow_private_calling: None is not accepted"),
        ("SfBOnly", {"has_teams_account": "no"}, "has_teams_account: 'no' is not accepted"),
        ("TeamsOnly", {"has_sfb_client": 0}, "has_sfb_client: 0 is not accepted"),
    ],
)
def test_inconsistent_participant(mode: Any, more: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        someone(mode, **more)


@pytest.mark.parametrize("address", ["", None, 7])
def test_address_is_needed(address: Any) -> None:
    with pytest.raises(ValueError, match=f"address: {address!r} is not accepted; give a non-empty string"):
        Participant(address, Mode.TEAMS_ONLY)


@pytest.mark.parametrize(
    ("around", "message"),
    [
        ({"scope": "global"}, "scope: 'global' is not accepted; use one of in-tenant, federated"),
        ({"topology": "cloud"}, "topology: 'cloud' is not accepted; use one of online, hybrid, on-prem"),
        ({"islands_interop": "always"}, "islands_interop: 'always' is not accepted; use one of never, as-routed"),
        ({"federation_allowed": "yes"}, "federation_allowed: 'yes' is not accepted"),
        ({"same_cloud": None}, "same_cloud: None is not accepted"),
        ({"same_cloud": False}, "same_cloud: False does not fit scope in-tenant"),
    ],
)
def test_inconsistent_pairing(around: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Pairing(someone("TeamsOnly"), someone_else("SfBOnly"), **around)


@pytest.mark.rules("MODE-2")
@pytest.mark.parametrize("side", ["originator", "recipient"])
def test_nobody_is_homed_on_premises_in_an_online_organisation(side: str) -> None:
    homing: dict[str, dict[str, Any]] = {"originator": {}, "recipient": {}, side: {"homing": "on-prem"}}
    with pytest.raises(ValueError, match=f"topology: online does not fit {side} homed on-prem; use hybrid or on-prem"):
        Pairing(
            someone("SfBOnly", **homing["originator"]),
            someone_else("SfBOnly", **homing["recipient"]),
            topology=Topology.ONLINE,
        )


@pytest.mark.parametrize("side", ["originator", "recipient"])
@pytest.mark.parametrize("found", [None, "ann@contoso.com"])
def test_a_pairing_is_of_two_participants(side: str, found: Any) -> None:
    both: dict[str, Any] = {"originator": someone("TeamsOnly"), "recipient": someone_else("SfBOnly"), side: found}
    with pytest.raises(ValueError, match=f"{side}: {found!r} is not accepted; give a Participant"):
        Pairing(**both)


def test_nobody_talks_to_themselves() -> None:
    with pytest.raises(ValueError, match=r"recipient: 'ann@contoso\.com' is the originator too"):
        Pairing(someone("TeamsOnly"), someone("SfBOnly"))


@pytest.mark.parametrize(
    ("mode", "more"),
    [
        ("TeamsOnly", {"has_sfb_client": False}),
        ("SfBOnly", {"has_teams_account": False}),
        ("SfBWithTeamsCollab", {"homing": "on-prem"}),
        ("SfBWithTeamsCollabAndMeetings", {"client": "sfb-legacy"}),
        ("Islands", {"homing": "on-prem"}),
        ("Islands", {"client": "sfb-legacy"}),
        ("Islands", {"client": "teams-mobile"}),
        ("SfBOnly", {"allow_user_chat": False, "allow_private_calling": False, "allow_private_meet_now": False}),
    ],
)
def test_consistent_participant(mode: str, more: dict[str, Any]) -> None:
    found = someone(mode, **more)
    assert {name: getattr(found, name) for name in more} == more


def test_facts_of_a_pairing_that_decide_nothing_are_free() -> None:
    two = someone("SfBOnly", homing="on-prem"), someone_else("TeamsOnly")
    assert Pairing(*two, scope=Scope.FEDERATED, topology=Topology.ONLINE).topology is Topology.ONLINE
    assert Pairing(*two, federation_allowed=False).scope is Scope.IN_TENANT


def test_strings_serve_as_enumerations() -> None:
    spelled = Participant(
        "ann@contoso.com",
        "Islands",
        client="sfb-legacy",
        homing="on-prem",
    )
    assert spelled == Participant("ann@contoso.com", Mode.ISLANDS, client=Client.SFB_LEGACY, homing=Homing.ON_PREM)
    assert isinstance(spelled.mode, Mode)
    assert isinstance(spelled.client, Client)
    assert isinstance(spelled.homing, Homing)
    bob = someone_else("TeamsOnly")
    around = {"scope": "federated", "topology": "on-prem", "islands_interop": "as-routed"}
    pairing = Pairing(spelled, bob, **around)  # type: ignore[arg-type]
    same = {"scope": Scope.FEDERATED, "topology": Topology.ON_PREM, "islands_interop": IslandsInterop.AS_ROUTED}
    assert pairing == Pairing(spelled, bob, **same)  # type: ignore[arg-type]
    assert isinstance(pairing.scope, Scope)
    assert isinstance(pairing.topology, Topology)
    assert isinstance(pairing.islands_interop, IslandsInterop)


@pytest.mark.rules("MODE-1", "MODE-3")
def test_defaults() -> None:
    for mode in Mode:
        found = someone(mode)
        on_sfb = mode not in (Mode.TEAMS_ONLY, Mode.ISLANDS)
        assert found.client is (Client.SFB_CURRENT if on_sfb else Client.TEAMS_WINDOWS)
        assert found.homing is Homing.ONLINE
        assert found.allow_private_meet_now
        assert found.allow_user_chat
        assert found.allow_private_calling
    pairing = Pairing(someone("TeamsOnly"), someone_else("SfBOnly"))
    assert (pairing.scope, pairing.topology) == (Scope.IN_TENANT, Topology.HYBRID)
    assert pairing.federation_allowed
    assert pairing.same_cloud
    assert pairing.islands_interop is IslandsInterop.NEVER


@pytest.mark.rules("MODE-1")
def test_platforms() -> None:
    assert {mode: mode.platform for mode in Mode} == {
        Mode.ISLANDS: None,
        Mode.SFB_ONLY: Platform.SFB,
        Mode.SFB_WITH_TEAMS_COLLAB: Platform.SFB,
        Mode.SFB_WITH_TEAMS_COLLAB_AND_MEETINGS: Platform.SFB,
        Mode.TEAMS_ONLY: Platform.TEAMS,
    }
    assert {client for client in Client if client.platform is Platform.SFB} == {Client.SFB_CURRENT, Client.SFB_LEGACY}


def test_other_party() -> None:
    assert fsm.Party.ORIGINATOR.other is fsm.Party.RECIPIENT
    assert fsm.Party.RECIPIENT.other is fsm.Party.ORIGINATOR
    with pytest.raises(fsm.DeclarationError, match="the service has no other party"):
        _ = fsm.Party.SERVICE.other


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (
            "a\nb@contoso.com",
            r"address: 'a\\nb@contoso.com' is not accepted; use printable characters, without line breaks",
        ),
        ("\x1b[2J", r"address: '\\x1b[2J' is not accepted; use printable"),
        ("a\ud800", r"address: 'a\\ud800' is not accepted; use printable"),
        ("a\u202eb", r"address: 'a\\u202eb' is not accepted; use printable"),
        ("a" * 1025, "(1,025 characters) is not accepted; use at most 1,024 characters"),
    ],
)
def test_an_address_is_text_that_can_be_shown(address: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message.replace("\\\\", "\\"))) as said:
        Participant(address, Mode.TEAMS_ONLY)
    assert str(said.value).isprintable()


def test_the_longest_address_and_one_in_any_script_are_taken() -> None:
    for address in ("a" * LONGEST_ADDRESS, "дмитрий@контосо.рф", "O'Neil, Ann <ann@contoso.com>"):
        assert Participant(address, Mode.TEAMS_ONLY).address == address


class Shouted(str):
    """Text of a class of somebody's own."""


def test_an_address_of_another_class_of_text_is_plain_text() -> None:
    assert type(someone("TeamsOnly").address) is type(Participant(Shouted("ann"), Mode.TEAMS_ONLY).address) is str


class Guest(Participant):
    """A class of somebody's own."""


@pytest.mark.parametrize("who", [None, "ann@contoso.com", Guest("bob@contoso.com", Mode.TEAMS_ONLY)])
def test_a_pairing_is_of_two_participants_and_of_no_other_class(who: Any) -> None:
    with pytest.raises(ValueError, match=r"^recipient: .* is not accepted; give a Participant$"):
        Pairing(someone("TeamsOnly"), who)


def test_no_presence_is_of_nobody() -> None:
    with pytest.raises(ValueError, match=r"^publisher: None is not accepted; give a Participant$"):
        fsm.presence(None, "teams", "in-tenant")  # type: ignore[arg-type]


def test_whoever_is_no_one_is_in_no_edition() -> None:
    base = fsm.EDITIONS["base"]
    with pytest.raises(ValueError, match=r"^who: None is not accepted; give a Participant or a Pairing$"):
        base.problems(None)  # type: ignore[arg-type]
    for odd in (["base"], 7, "b" * 5000):
        with pytest.raises(ValueError, match=r"^edition: .* is not accepted; use one of base, 2021-08, 2022-10$"):
            named(odd)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("odd", "message"),
    [
        ({"allow_user_chat": 1}, "allow_user_chat: 1 is not accepted; use true or false"),
        ({"homing": ["online"]}, "homing: ['online'] is not accepted; use one of online, on-prem"),
        ({"address": ""}, "address: '' is not accepted; give a non-empty string"),
    ],
)
def test_what_only_equals_facts_that_are_known_to_fit_is_checked_as_ever(odd: dict[str, Any], message: str) -> None:
    assert someone("TeamsOnly") == someone(Mode.TEAMS_ONLY)
    with pytest.raises(ValueError, match=re.escape(message)):
        Participant(**{"address": "ann@contoso.com", "mode": Mode.TEAMS_ONLY, **odd})
    with pytest.raises(ValueError, match=r"^federation_allowed: 1 is not accepted; use true or false$"):
        Pairing(someone("TeamsOnly"), someone_else("TeamsOnly"), federation_allowed=1)  # type: ignore[arg-type]


def test_of_facts_that_fit_only_their_own_values_are_kept() -> None:
    someone("TeamsOnly", client=cast("Any", np.str_("teams-mac")))
    Pairing(someone("TeamsOnly"), someone_else("SfBOnly"), scope=cast("Any", np.str_("federated")))
    kinds = {tuple(map(type, each)) for each in parties._KEPT}
    assert kinds <= {parties._KINDS_OF_A_USER, parties._KINDS_AROUND}


def test_people_whose_facts_nobody_checked_here_are_routed_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    pairing = Pairing(someone("TeamsOnly"), someone_else("SfBOnly"))
    kept = pickle.dumps(pairing)
    monkeypatch.setattr(parties, "_KEPT", {})
    assert parties.decisive(pickle.loads(kept)) == parties.decisive(pairing)
    assert fsm.Conversation(pickle.loads(kept)).available() == fsm.Conversation(pairing).available()
    assert parties._KEPT == {}


def test_people_of_a_class_of_ones_own_decide_nothing_for_others() -> None:
    class Own(Participant):
        pass

    pairing = Pairing(someone("TeamsOnly"), someone_else("SfBOnly"))
    object.__setattr__(pairing, "originator", Own("ann@contoso.com", Mode.TEAMS_ONLY))  # nobody checked it
    assert parties.decisive(pairing) is None
