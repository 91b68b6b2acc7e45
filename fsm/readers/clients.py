"""Which side somebody is on, and with which client, by what their client calls itself."""

from __future__ import annotations

import re
from typing import Any

from fsm.spec.parties import Client, Mode, Platform

OC = re.compile(r"\b(?:OC|LYNC)/(\d+)\.(\d+)\.(\d+)", re.ASCII | re.IGNORECASE)
SFB = re.compile(r"\b(UCCAPI|OC|CPE|UCWA)\b|Skype for Business|Lync", re.IGNORECASE)
TEAMS = re.compile(r"\b(Teams|SkypeSpaces|RTCC/7|InteropGateway|MicrosoftTeams)", re.IGNORECASE)
CURRENT = (16, 0, 11901)
"""The July 2019 monthly build, version 1907 (SFB-1)."""
ON = {Platform.TEAMS: Mode.TEAMS_ONLY, Platform.SFB: Mode.SFB_ONLY}
"""The mode that is assumed of whoever is seen on a side."""
VOICEMAIL = re.compile(r"ExUM|voicemail|UnifiedMessaging", re.IGNORECASE)


def client(agent: str) -> Client | None:
    """The client of SfB that a User-Agent names; None where it does not tell."""
    found = OC.search(agent)
    if found is None:
        return None
    return Client.SFB_CURRENT if tuple(map(int, found.groups())) >= CURRENT else Client.SFB_LEGACY


def platform(agent: str) -> Platform | None:
    """The side that a User-Agent is on; None where it does not tell."""
    if SFB.search(agent):
        return Platform.SFB
    return Platform.TEAMS if TEAMS.search(agent) else None


def columns(party: str, address: str, on: Platform | None, has: Client | None) -> tuple[dict[str, Any], list[str]]:
    """What is known of a user as columns, and which of them are assumed: the mode, which no client tells.

    Args:
        party: the originator or the recipient.
        address: theirs, if it is known.
        on: the side that they were seen on, if any.
        has: their client, if it is known.
    """
    found: dict[str, Any] = {f"{party}.address": address} if address else {}
    if on is not None:
        found[f"{party}.mode"] = ON[on].value
    if has is not None:
        found[f"{party}.client"] = has.value
    return found, [f"{party}.mode"] if on is not None else []
