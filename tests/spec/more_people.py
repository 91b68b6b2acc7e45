"""More pairings, for tests of the specification only."""

from __future__ import annotations

from tests.people import (
    AS_ROUTED,
    FEDERATED,
    ISLANDS,
    LEGACY,
    MEETINGS,
    MOBILE,
    NO_CALLS,
    NO_CHAT,
    NO_MEET_NOW,
    ON_SFB,
    SFB,
    TEAMS,
    pair,
)

OFF = {**FEDERATED, "federation_allowed": False}
CLOUDS = {**FEDERATED, "same_cloud": False}

MORE = {
    "mac>sfb": pair(TEAMS, SFB, {"client": "teams-mac"}),
    "web>sfb": pair(TEAMS, SFB, {"client": "teams-web"}),
    "web without sharing>sfb": pair(TEAMS, SFB, {"client": "teams-web-no-sharing"}),
    "sfb>mobile": pair(SFB, TEAMS, {}, MOBILE),
    "sfb, policies off>teams": pair(SFB, TEAMS, NO_MEET_NOW | NO_CHAT | NO_CALLS),
    "teams>sfb, policies off": pair(TEAMS, SFB, {}, NO_MEET_NOW | NO_CHAT | NO_CALLS),
    "no-chat>teams": pair(TEAMS, TEAMS, NO_CHAT),
    "no-chat>legacy": pair(TEAMS, SFB, NO_CHAT, LEGACY),
    "legacy>no-chat": pair(SFB, TEAMS, LEGACY, NO_CHAT),
    "no-calls>teams": pair(TEAMS, TEAMS, NO_CALLS),
    "teams>no-calls": pair(TEAMS, TEAMS, {}, NO_CALLS),
    "no-meet-now, mobile>sfb": pair(TEAMS, SFB, NO_MEET_NOW | MOBILE),
    "federated no-chat>teams": pair(TEAMS, TEAMS, NO_CHAT, **FEDERATED),
    "federated no-calls>teams": pair(TEAMS, TEAMS, NO_CALLS, **FEDERATED),
    "federated no-chat>sfb": pair(TEAMS, SFB, NO_CHAT, **FEDERATED),
    "federated sfb>no-chat": pair(SFB, TEAMS, {}, NO_CHAT, **FEDERATED),
    "federated teams>legacy": pair(TEAMS, SFB, {}, LEGACY, **FEDERATED),
    "federated islands>sfb": pair(ISLANDS, SFB, **FEDERATED),
    "federated sfb>islands": pair(SFB, ISLANDS, **FEDERATED),
    "federated islands on sfb>teams": pair(ISLANDS, TEAMS, ON_SFB, **FEDERATED),
    "federation off sfb>teams": pair(SFB, TEAMS, **OFF),
    "federation off sfb>sfb": pair(SFB, SFB, **OFF),
    "federation off teams>teams": pair(TEAMS, TEAMS, **OFF),
    "islands on sfb>sfb": pair(ISLANDS, SFB, ON_SFB),
    "islands>teams": pair(ISLANDS, TEAMS),
    "teams>sfb as routed": pair(TEAMS, SFB, **AS_ROUTED),
    "sfb>islands as routed": pair(SFB, ISLANDS, **AS_ROUTED),
    "islands>legacy as routed": pair(ISLANDS, SFB, {}, LEGACY, **AS_ROUTED),
    "federated islands, no meet now>teams as routed": pair(ISLANDS, TEAMS, NO_MEET_NOW, **FEDERATED, **AS_ROUTED),
    "islands, no meet now>sfb as routed": pair(ISLANDS, SFB, NO_MEET_NOW, **AS_ROUTED),
    "on-prem sfb>teams": pair(SFB, TEAMS, {"homing": "on-prem"}, topology="on-prem"),
    "clouds no-meet-now>teams": pair(TEAMS, TEAMS, NO_MEET_NOW, **CLOUDS),
    "clouds no-chat>teams": pair(TEAMS, TEAMS, NO_CHAT, **CLOUDS),
    "clouds no-calls>teams": pair(TEAMS, TEAMS, NO_CALLS, **CLOUDS),
    "clouds teams>sfb": pair(TEAMS, SFB, **CLOUDS),
    "clouds teams>meetings": pair(TEAMS, MEETINGS, **CLOUDS),
    "clouds sfb>teams": pair(SFB, TEAMS, **CLOUDS),
}

NOW_TEAMS = ("federated teams>sfb", "federated teams>teams")
CHAINS = {
    "federated teams>sfb now teams": NOW_TEAMS,
    "federated teams>sfb now teams, no chat": (*NOW_TEAMS, "federated no-chat>teams"),
    "federated teams>sfb now teams, no calls": (*NOW_TEAMS, "federated no-calls>teams"),
    "federated sfb>teams, teams, and back": ("federated sfb>teams", "federated teams>teams", "federated sfb>teams"),
    "federated sfb>sfb now teams": ("federated sfb>sfb", "federated sfb>teams"),
    "federated now no chat": ("federated sfb>teams", "federated teams>teams", "federated sfb>no-chat"),
    "sfb>teams now both, no calls": ("sfb>teams", "teams>teams", "no-calls>teams"),
    "sfb>sfb now teams, no calls": ("sfb>sfb", "sfb>teams", "sfb>no-calls"),
    "sfb>sfb now teams, no chat": ("sfb>sfb", "sfb>teams", "sfb>no-chat"),
    "teams>sfb barred, now as routed": ("teams>sfb", "islands>sfb", "islands>sfb as routed"),
    "sfb>sfb, teams, and back": ("sfb>sfb", "sfb>teams", "sfb>sfb"),
    "sfb>sfb now both teams": ("sfb>sfb", "sfb>teams", "teams>teams"),
    "federated teams>teams, islands, clouds": (
        "federated teams>teams",
        "federated teams>islands",
        "clouds teams>teams",
    ),
}
"""Pairings that became others in mid-conversation, where "X then Y" would be long."""
