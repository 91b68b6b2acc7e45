"""The pairings that tests speak of, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from fsm import At, Conversation, Mode, Pairing, Participant
from fsm.spec.conversation import CONVERSATION, LIFECYCLES

if TYPE_CHECKING:
    from fsm.spec.names import LifecycleName


Facts = dict[str, Any]

TEAMS = Mode.TEAMS_ONLY
SFB = Mode.SFB_ONLY
COLLAB = Mode.SFB_WITH_TEAMS_COLLAB
MEETINGS = Mode.SFB_WITH_TEAMS_COLLAB_AND_MEETINGS
ISLANDS = Mode.ISLANDS
LEGACY: Facts = {"client": "sfb-legacy"}
MOBILE: Facts = {"client": "teams-mobile"}
ON_SFB: Facts = {"client": "sfb-current"}
NO_MEET_NOW: Facts = {"allow_private_meet_now": False}
NO_CHAT: Facts = {"allow_user_chat": False}
NO_CALLS: Facts = {"allow_private_calling": False}
NO_TEAMS: Facts = {"has_teams_account": False}
NO_SFB: Facts = {"has_sfb_client": False}
FEDERATED: Facts = {"scope": "federated"}
AS_ROUTED: Facts = {"islands_interop": "as-routed"}


def pair(first: Mode, second: Mode, a: Facts | None = None, b: Facts | None = None, **around: Any) -> Pairing:
    """A pairing of Ann, the originator, and Bob, the recipient."""
    ann, bob = Participant("ann@contoso.com", first, **(a or {})), Participant("bob@contoso.com", second, **(b or {}))
    return Pairing(ann, bob, **around)


PAIRS = {
    "teams>sfb": pair(TEAMS, SFB),
    "sfb>teams": pair(SFB, TEAMS),
    "teams>legacy": pair(TEAMS, SFB, {}, LEGACY),
    "legacy>teams": pair(SFB, TEAMS, LEGACY),
    "mobile>sfb": pair(TEAMS, SFB, MOBILE),
    "no-meet-now>sfb": pair(TEAMS, SFB, NO_MEET_NOW),
    "sfb>no-meet-now": pair(SFB, TEAMS, {}, NO_MEET_NOW),
    "no-chat>sfb": pair(TEAMS, SFB, NO_CHAT),
    "sfb>no-chat": pair(SFB, TEAMS, {}, NO_CHAT),
    "no-calls>sfb": pair(TEAMS, SFB, NO_CALLS),
    "sfb>no-calls": pair(SFB, TEAMS, {}, NO_CALLS),
    "teams>no-account": pair(TEAMS, SFB, {}, NO_TEAMS),
    "sfb>no-sfb-client": pair(SFB, TEAMS, {}, NO_SFB),
    "teams>collab": pair(TEAMS, COLLAB),
    "teams>meetings": pair(TEAMS, MEETINGS),
    "teams>teams": pair(TEAMS, TEAMS),
    "sfb>sfb": pair(SFB, SFB),
    "legacy>sfb": pair(SFB, SFB, LEGACY),
    "federated teams>sfb": pair(TEAMS, SFB, **FEDERATED),
    "federated sfb>teams": pair(SFB, TEAMS, **FEDERATED),
    "federated teams>teams": pair(TEAMS, TEAMS, **FEDERATED),
    "federated sfb>sfb": pair(SFB, SFB, **FEDERATED),
    "clouds teams>teams": pair(TEAMS, TEAMS, **FEDERATED, same_cloud=False),
    "clouds no-meet-now>no-meet-now": pair(TEAMS, TEAMS, NO_MEET_NOW, NO_MEET_NOW, **FEDERATED, same_cloud=False),
    "federation off": pair(TEAMS, SFB, **FEDERATED, federation_allowed=False),
    "on-prem teams>sfb": pair(TEAMS, SFB, {}, {"homing": "on-prem"}, topology="on-prem"),
    "islands>sfb": pair(ISLANDS, SFB),
    "islands>sfb as routed": pair(ISLANDS, SFB, **AS_ROUTED),
    "islands on-prem>sfb as routed": pair(ISLANDS, SFB, {"homing": "on-prem"}, **AS_ROUTED),
    "islands on sfb>teams": pair(ISLANDS, TEAMS, ON_SFB),
    "islands on sfb>teams as routed": pair(ISLANDS, TEAMS, ON_SFB, **AS_ROUTED),
    "teams>islands": pair(TEAMS, ISLANDS),
    "sfb>islands": pair(SFB, ISLANDS),
    "federated teams>islands": pair(TEAMS, ISLANDS, **FEDERATED),
    "federated teams>islands as routed": pair(TEAMS, ISLANDS, **FEDERATED, **AS_ROUTED),
    "federated islands>teams as routed": pair(ISLANDS, TEAMS, **FEDERATED, **AS_ROUTED),
}


def places(given: str) -> dict[LifecycleName, At]:
    """What "call=offered:originator chat=interop" says; a state that remembers more remembers the originator."""
    words = given.replace(",", " ").split()
    found = CONVERSATION.standing(" ".join(word if word in WRITTEN else f"{word}:originator" for word in words))
    return cast("dict[LifecycleName, At]", found)


WRITTEN = {f"{name}={at}" for name, each in LIFECYCLES.items() for at in each.places}


def standing(pairing: Pairing | str, given: str = "") -> Conversation:
    """A conversation that stands as ``given`` says."""
    return Conversation.at(PAIRS[pairing] if isinstance(pairing, str) else pairing, places(given))
