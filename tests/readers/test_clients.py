"""A client says which side somebody is on."""

from __future__ import annotations

import pytest

from fsm.readers.clients import client, columns, platform
from fsm.spec.parties import Client, Platform

CURRENT = "UCCAPI/16.0.12527.20122 OC/16.0.12527.20194 (Skype for Business)"


@pytest.mark.parametrize(
    ("agent", "on", "has"),
    [
        (CURRENT, Platform.SFB, Client.SFB_CURRENT),
        ("UCCAPI/16.0.4417.1000 OC/16.0.4417.1000 (Skype for Business)", Platform.SFB, Client.SFB_LEGACY),
        ("OC/16.0.11901.20018", Platform.SFB, Client.SFB_CURRENT),
        ("OC/16.0.11727.20244", Platform.SFB, Client.SFB_LEGACY),
        ("UCCAPI/15.0.5000.1000 OC/15.0.5000.1000 (Microsoft Lync)", Platform.SFB, Client.SFB_LEGACY),
        ("RTCC/7.0.0.0", Platform.TEAMS, None),
        ("Teams/1.0", Platform.TEAMS, None),
        ("RTCC/6.0.0.0 MediationServer", None, None),
        ("", None, None),
    ],
)
def test_what_a_user_agent_tells(agent: str, on: Platform | None, has: Client | None) -> None:
    assert (platform(agent), client(agent)) == (on, has)


def test_the_mode_is_assumed_from_the_side() -> None:
    assert columns("recipient", "a@b", Platform.SFB, Client.SFB_LEGACY) == (
        {"recipient.address": "a@b", "recipient.mode": "SfBOnly", "recipient.client": "sfb-legacy"},
        ["recipient.mode"],
    )
    assert columns("originator", "", Platform.TEAMS, None) == ({"originator.mode": "TeamsOnly"}, ["originator.mode"])
    assert columns("originator", "a@b", None, None) == ({"originator.address": "a@b"}, [])
