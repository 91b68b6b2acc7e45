"""Who somebody is in Microsoft Graph, and with what they call."""

from __future__ import annotations

from typing import Any

import msgspec

from fsm.readers import clients
from fsm.spec.parties import Client, Platform

FAMILIES = {"teams": Platform.TEAMS, "skypeforbusiness": Platform.SFB, "lync": Platform.SFB}
"""The side of a product family."""
TEAMS_ON = {
    "windows": Client.TEAMS_WINDOWS,
    "macos": Client.TEAMS_MAC,
    "ios": Client.TEAMS_MOBILE,
    "android": Client.TEAMS_MOBILE,
}
"""The client of Teams on a platform; of a browser it is not told whether it shares content."""
VOICEMAIL, GATEWAY = "voicemail", "skypeForBusinessMicrosoftTeamsGateway"
"""Roles of a service that takes part in a call."""


class User(msgspec.Struct):
    """An identity: of a user, an application or a telephone."""

    id: str | None = None
    userPrincipalName: str | None = None  # as Graph calls it
    displayName: str | None = None


class IdentitySet(msgspec.Struct):
    """One of several kinds of identity."""

    user: User | None = None
    phone: User | None = None
    application: User | None = None


class Agent(msgspec.Struct):
    """With what somebody takes part."""

    headerValue: str | None = None
    platform: str | None = None
    productFamily: str | None = None
    role: str | None = None


class Endpoint(msgspec.Struct):
    """Somebody, or a service, at an end of a session."""

    userAgent: Agent | None = None
    associatedIdentity: User | None = None
    identity: IdentitySet | None = None

    @property
    def address(self) -> str:
        """The address of the user, or the object id; empty where it is no user."""
        return named(self.associatedIdentity) or named(self.identity.user if self.identity else None)

    @property
    def role(self) -> str:
        """As what a service takes part; empty where it does not say."""
        return (self.userAgent.role if self.userAgent else None) or ""

    @property
    def platform(self) -> Platform | None:
        """The side they are on."""
        agent = self.userAgent or Agent()
        found = FAMILIES.get((agent.productFamily or "").casefold())
        return found if found is not None else clients.platform(agent.headerValue or "")

    @property
    def client(self) -> Client | None:
        """Their client."""
        agent = self.userAgent or Agent()
        if self.platform is Platform.TEAMS:
            return TEAMS_ON.get((agent.platform or "").casefold())
        return clients.client(agent.headerValue or "")


def named(user: User | None) -> str:
    """The address of a user, or the object id; empty where there is neither."""
    return (user.userPrincipalName or user.id or "") if user else ""


def facts(
    party: str, address: str, end: Endpoint | None, assume: Platform | None = None
) -> tuple[dict[str, Any], list[str]]:
    """What is known of a user as columns, and which of them are assumed."""
    on = end.platform if end else None
    return clients.columns(party, address, assume if on is None else on, end.client if end else None)
