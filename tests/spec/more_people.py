"""More pairings, for tests of the specification only."""

from __future__ import annotations

from tests.people import (
    FEDERATED,
    ISLANDS,
    LEGACY,
    MOBILE,
    NO_CALLS,
    NO_CHAT,
    NO_MEET_NOW,
    ON_SFB,
    SFB,
    TEAMS,
    pair,
)

MORE = {
    "mac>sfb": pair(TEAMS, SFB, {"client": "teams-mac"}),
    "web>sfb": pair(TEAMS, SFB, {"client": "teams-web"}),
    "web without sharing>sfb": pair(TEAMS, SFB, {"client": "teams-web-no-sharing"}),
    "sfb>mobile": pair(SFB, TEAMS, {}, MOBILE),
    "sfb, policies off>teams": pair(SFB, TEAMS, NO_MEET_NOW | NO_CHAT | NO_CALLS),
    "teams>sfb, policies off": pair(TEAMS, SFB, {}, NO_MEET_NOW | NO_CHAT | NO_CALLS),
    "no-chat>teams": pair(TEAMS, TEAMS, NO_CHAT),
    "no-calls>teams": pair(TEAMS, TEAMS, NO_CALLS),
    "federated no-chat>teams": pair(TEAMS, TEAMS, NO_CHAT, **FEDERATED),
    "islands on sfb>sfb": pair(ISLANDS, SFB, ON_SFB),
    "islands>teams": pair(ISLANDS, TEAMS),
    "federated teams>legacy": pair(TEAMS, SFB, {}, LEGACY, **FEDERATED),
    "on-prem sfb>teams": pair(SFB, TEAMS, {"homing": "on-prem"}, topology="on-prem"),
    "clouds no-meet-now>teams": pair(TEAMS, TEAMS, NO_MEET_NOW, **FEDERATED, same_cloud=False),
    "clouds teams>sfb": pair(TEAMS, SFB, **FEDERATED, same_cloud=False),
}

NOW_TEAMS = ("federated teams>sfb", "federated teams>teams")
CHAINS = {
    "federated teams>sfb now teams": NOW_TEAMS,
    "federated teams>sfb now teams, no chat": (*NOW_TEAMS, "federated no-chat>teams"),
}
"""Pairings that became others in mid-conversation, where "X then Y" would be long."""
