"""Which client somebody had in hand, as traces and records tell: by User-Agent, product family and platform.

A Skype for Business client tells its build after ``OC/``. Of 16.0 those before 5000 are the ones installed once and for
all, which are legacy; those from 11901 on, of July 2019, are current (SFB-1); of those between, nothing is known. The
gateway of Teams calls itself RTCC and nothing else.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from fsm.spec.parties import Client, Platform

BUILD = re.compile(r"(?<![A-Za-z])OC/([0-9]{1,4})\.([0-9]{1,4})\.([0-9]{1,6})(?![0-9])")
BUILDS: tuple[tuple[tuple[int, int, int], tuple[int, int, int], Client], ...] = (
    ((0, 0, 0), (16, 0, 0), Client.SFB_LEGACY),
    ((16, 0, 4000), (16, 0, 5000), Client.SFB_LEGACY),
    ((16, 0, 11901), (10000, 0, 0), Client.SFB_CURRENT),
)
"""From which build on, up to which, and what such a client is."""
AGENTS: tuple[tuple[re.Pattern[str], Platform], ...] = (
    (re.compile(r"\bOC/|UCCAPI|Lync|Skype for Business|\bSfB", re.IGNORECASE), Platform.SFB),
    (re.compile(r"Teams|^RTCC/[0-9.]+$", re.IGNORECASE), Platform.TEAMS),
)
"""What a User-Agent of a platform has in it; the first that fits."""
FAMILIES = {"teams": Platform.TEAMS, "skypeForBusiness": Platform.SFB, "lync": Platform.SFB}
"""Product families of Microsoft Graph, and their platforms."""
TEAMS = {
    "windows": Client.TEAMS_WINDOWS,
    "macOS": Client.TEAMS_MAC,
    "web": Client.TEAMS_WEB,
    "iOS": Client.TEAMS_MOBILE,
    "android": Client.TEAMS_MOBILE,
}
"""Platforms of Microsoft Graph, and the Teams client there."""
LONGEST_AGENT = 1000
"""Characters of a User-Agent that are looked at."""


class Known(NamedTuple):
    """What is known of a client: its platform, which one it is, and whether that is sure."""

    platform: Platform | None = None
    client: Client | None = None
    sure: bool = True


def client(user_agent: str) -> str | None:
    """The Skype for Business client that a User-Agent names; None where its build says nothing of that."""
    found = BUILD.search(user_agent[:LONGEST_AGENT])
    if not found:
        return None
    build = (int(found[1]), int(found[2]), int(found[3]))
    return next((kind.value for first, end, kind in BUILDS if first <= build < end), None)


def platform(user_agent: str) -> Platform | None:
    """The platform that a User-Agent is of; None where it does not say."""
    return next((each for pattern, each in AGENTS if pattern.search(user_agent[:LONGEST_AGENT])), None)


def known(family: str, system: str, user_agent: str) -> Known:
    """What Microsoft Graph tells of a client. Whether a browser shares content is not told, so that is not sure.

    Args:
        family: the product family; empty where it is not told.
        system: the platform it runs on, as Graph calls it; empty where it is not told.
        user_agent: the header; empty where it is not told.
    """
    of = FAMILIES.get(family) or platform(user_agent)
    if of is Platform.TEAMS:
        return Known(of, TEAMS.get(system), system != "web")
    named = client(user_agent) if of is Platform.SFB else None
    return Known(of, Client(named) if named else None)
