"""The client somebody had in hand, by User-Agent, product family and platform."""

from __future__ import annotations

import pytest

from fsm.readers.clients import Known, client, known, platform
from fsm.spec.parties import Client, Platform

OC = "UCCAPI/16.0.{0} OC/16.0.{0} (Skype for Business)"


@pytest.mark.parametrize(
    ("agent", "is_"),
    [
        (OC.format("4849.1000"), "sfb-legacy"),
        (OC.format("4999.9"), "sfb-legacy"),
        (OC.format("5000.0"), None),
        (OC.format("11900.20000"), None),
        (OC.format("11901.20176"), "sfb-current"),
        (OC.format("12527.20194"), "sfb-current"),
        ("UCCAPI/15.0.5059.1000 OC/15.0.5059.1000 (Skype for Business)", "sfb-legacy"),
        ("UCCAPI/4.0.7577.4446 OC/4.0.7577.4446 (Microsoft Lync 2010)", "sfb-legacy"),
        (OC.format("3999.0"), None),
        ("DOC/16.0.12527.1", None),
        ("RTCC/7.0.0.0", None),
        ("", None),
        ("x" * 5000 + OC.format("12527.20194"), None),
    ],
)
def test_a_build_tells_the_skype_for_business_client(agent: str, is_: str | None) -> None:
    assert client(agent) == is_


@pytest.mark.parametrize(
    ("agent", "is_"),
    [
        (OC.format("12527.20194"), Platform.SFB),
        ("RTCC/7.0.0.0 UCWA/7.0.0.0 AndroidLync/6.25.0.27", Platform.SFB),
        ("RTCC/7.0.0.0", Platform.TEAMS),
        ("Teams/1.0", Platform.TEAMS),
        ("Polycom/5.9", None),
        ("", None),
    ],
)
def test_a_user_agent_tells_the_platform(agent: str, is_: Platform | None) -> None:
    assert platform(agent) is is_


@pytest.mark.parametrize(
    ("family", "system", "agent", "is_"),
    [
        ("teams", "windows", "", Known(Platform.TEAMS, Client.TEAMS_WINDOWS)),
        ("teams", "macOS", "", Known(Platform.TEAMS, Client.TEAMS_MAC)),
        ("teams", "iOS", "", Known(Platform.TEAMS, Client.TEAMS_MOBILE)),
        ("teams", "web", "", Known(Platform.TEAMS, Client.TEAMS_WEB, sure=False)),
        ("teams", "ipPhone", "", Known(Platform.TEAMS)),
        ("skypeForBusiness", "windows", OC.format("4849.1"), Known(Platform.SFB, Client.SFB_LEGACY)),
        ("skypeForBusiness", "macOS", "", Known(Platform.SFB)),
        ("lync", "", "", Known(Platform.SFB)),
        ("unknown", "", OC.format("12527.1"), Known(Platform.SFB, Client.SFB_CURRENT)),
        ("azureCommunicationServices", "", "", Known()),
    ],
)
def test_graph_tells_the_client(family: str, system: str, agent: str, is_: Known) -> None:
    assert known(family, system, agent) == is_
