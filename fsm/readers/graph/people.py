"""Who is at an end of a call, or wrote a message, as identities of Microsoft Graph tell."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import msgspec

from fsm.readers.clients import known
from fsm.readers.meant import Side


class Identity(msgspec.Struct, gc=False):
    """Somebody, or something."""

    id: str | None = None
    userPrincipalName: str | None = None
    tenantId: str | None = None
    userIdentityType: str | None = None


class Identities(msgspec.Struct, gc=False):
    """An identitySet: one of these is there."""

    user: Identity | None = None
    onPremises: Identity | None = None
    application: Identity | None = None
    applicationInstance: Identity | None = None
    phone: Identity | None = None
    guest: Identity | None = None
    encrypted: Identity | None = None
    acsUser: Identity | None = None


class UserAgent(msgspec.Struct, gc=False):
    """What somebody used."""

    headerValue: str | None = None
    platform: str | None = None
    productFamily: str | None = None
    role: str | None = None


class Endpoint(msgspec.Struct, gc=False):
    """An end of a session."""

    userAgent: UserAgent | None = None
    associatedIdentity: Identity | None = None
    identity: Identities | None = None


class End(NamedTuple):
    """Who is at an end: a person, whose ``key`` is the same in all records; or else what it is."""

    side: Side = Side()
    key: str = ""
    what: str = ""


NOBODY = End()
NOTHING = UserAgent()
OTHERS = {
    "application": "bot",
    "applicationInstance": "bot",
    "phone": "PSTN",
    "guest": "guest",
    "encrypted": "guest",
    "acsUser": "guest",
}
"""Identities that are no user of the two, and what they are."""
ROLES = {
    "voicemail": "voicemail",
    "exchangeUnifiedMessagingService": "voicemail",
    "skypeForBusinessMicrosoftTeamsGateway": "gateway",
    "customBot": "bot",
    "mediationServer": "PSTN",
    "mediationServerCloudConnectorEdition": "PSTN",
    "gateway": "PSTN",
    "skypeForBusinessCallQueues": "voice service",
    "skypeForBusinessAutoAttendant": "voice service",
    "skypeForBusinessAttendant": "voice service",
    "responseGroupService": "voice service",
    "responseGroupServiceAnnouncementService": "voice service",
    "skypeForBusinessAudioVideoMcu": "conference",
    "skypeForBusinessApplicationSharingMcu": "conference",
    "conferencingAnnouncementService": "conference",
    "conferencingAttendant": "conference",
    "audioTeleconferencerController": "conference",
    "mediaController": "conference",
    "skypeTranslator": "bot",
    "skypeForBusinessUnifiedCommunicationApplicationPlatform": "bot",
}
"""Roles of services, and what they are. Others are set aside by name."""


def user(of: Identities | None) -> Identity | None:
    """The user of an identity set; None where it is somebody else."""
    return (of.user or of.onPremises) if of else None


def other(of: Identities | None) -> str:
    """What somebody is who is no user; empty where nothing tells."""
    return next((what for name, what in OTHERS.items() if getattr(of, name)), "") if of else ""


def person(of: Identity | None, agent: UserAgent | None = None) -> End:
    """Somebody as one of the two; NOBODY where the identity has no name that users are found by."""
    if not of:
        return NOBODY
    agent = agent or NOTHING
    return _person(
        of.id, of.userPrincipalName, of.tenantId, agent.productFamily, agent.platform, (agent.headerValue or "")[:1000]
    )


@lru_cache(1 << 14)
def _person(
    id: str | None, name: str | None, tenant: str | None, family: str | None, system: str | None, header: str
) -> End:
    address = (name or id or "").strip()
    if not address:
        return NOBODY
    return End(Side(address, *known(family or "", system or "", header), tenant or ""), (id or address).casefold())


def end(of: Endpoint | None) -> End:
    """Who is at an end of a session."""
    if of is None:
        return NOBODY
    if of.userAgent and of.userAgent.role and of.userAgent.role != "unknown":
        return End(what=ROLES.get(of.userAgent.role, "unknown service"))
    return (
        person(of.associatedIdentity or user(of.identity), of.userAgent)
        if not other(of.identity)
        else End(what=other(of.identity))
    )
