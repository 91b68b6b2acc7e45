"""InterpretedUserType, part by part: where a user is homed, in which mode, with which licences.

A value is put together of parts: perhaps states, where the account comes from, a place, a kind of user, a licence, and
states again; such as Hybrid, Online, SfBUser, WithTeamsLicense, NeedsPublishingToAAD. Each is a row of a table here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from fsm.readers.answers import folded
from fsm.spec.parties import Homing, Mode


class Part(NamedTuple):
    """What one part says; None and empty where it says nothing.

    Args:
        says: what it means.
        homing: where the user is homed.
        mode: the mode it is said of.
        teams: whether there is a Teams account.
        sfb: whether there is an SfB account.
        cannot: why such a user cannot converse.
    """

    says: str
    homing: Homing | None = None
    mode: Mode | None = None
    teams: bool | None = None
    sfb: bool | None = None
    cannot: str = ""


UNLICENSED, APPLICATION, LEAVING = "not licensed for the service", "an application", "being deleted"
SOURCES = {
    "Pure": Part("made in the cloud"),
    "Hybrid": Part("synchronised with a directory that knows SfB"),
    "DirSyncEnabled": Part("synchronised with a directory that does not know SfB"),
    "DirSyncDisabled": Part("no longer synchronised"),
    "DirSync": Part("synchronised, in older exports"),
    "AADConnectEnabled": Part("the former name of DirSyncEnabled"),
    "AADConnectDisabled": Part("the former name of DirSyncDisabled"),
    "AADConnect": Part("synchronised, in older exports"),
}
PLACES = {
    "Online": Part("homed in the cloud", homing=Homing.ONLINE),
    "Onprem": Part("homed on a server of the organisation's own", homing=Homing.ON_PREM),
}
KINDS = {
    "TeamsOnlyUser": Part("Teams and nothing else", mode=Mode.TEAMS_ONLY, teams=True, sfb=False),
    "TeamsUser": Part("licensed for Teams and not for SfB Online", teams=True),
    "FreemiumUser": Part("has a free licence of Teams", teams=True),
    "SfBUser": Part("licensed for SfB; of Teams only a licence after it tells", sfb=True),
    "EnabledUser": Part("an account; the licence after it tells the rest"),
    "UserNotLicensedForService": Part("has no licence", cannot=UNLICENSED),
    "NoService": Part("has no service", cannot="without service"),
    "ActiveDirectoryDisabledUser": Part("the account is disabled", cannot="disabled in Active Directory"),
    "DisabledUser": Part("the user is disabled", cannot="disabled"),
    "AppEndpoint": Part("a bot", cannot=APPLICATION),
    "ApplicationInstance": Part("a resource account", cannot=APPLICATION),
}
LICENCES = {
    "WithTeamsLicense": Part("licensed for Teams", teams=True),
    "WithSfBAndTeamsLicense": Part("licensed for both", teams=True, sfb=True),
    "WithNoService": Part("licensed for neither", cannot="without service"),
}
STATES = {
    "NotLicensedForService": Part("has lost the licence", cannot=UNLICENSED),
    "WithDeletedLicenses": Part("licences were removed", cannot="licences removed"),
    "PendingDeletionFromAD": Part("is about to be deleted", cannot=LEAVING),
    "PendingAttributeRemovalFromAD": Part("is about to be cleared away", cannot=LEAVING),
    "WithMCOValidationError": Part("an attribute is wrong; the user works"),
    "NeedsProvisioningToAD": Part("waits to be set up"),
    "NeedsProvisioning": Part("waits to be set up"),
    "NeedsPublishingToAAD": Part("changes wait to be published"),
    "NeedsPublishing": Part("changes wait to be published"),
    "PendingXForestMove": Part("is about to move between forests"),
    "NotInPDL": Part("not where their data should be"),
    "InPDL": Part("where their data should be"),
}
"""States before and after; beside them whatever starts with Failed, which is tried again."""


def _any(names: Iterable[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_STATE = re.compile(_any(STATES), re.IGNORECASE)
_PARTS = re.compile(
    rf"(?P<before>(?:{_any(STATES)})*)(?P<source>{_any(SOURCES)})?(?P<place>{_any(PLACES)})?(?P<kind>{_any(KINDS)})"
    rf"(?P<licence>{_any(LICENCES)})?(?P<after>(?:{_any(STATES)})*)(?:Failed\w*)?",
    re.IGNORECASE,
)
_TABLES: tuple[tuple[str, Mapping[str, Part]], ...] = tuple(
    (name, folded(table))
    for name, table in (("source", SOURCES), ("place", PLACES), ("kind", KINDS), ("licence", LICENCES))
)
_STATES = folded(STATES)


class UserType(NamedTuple):
    """What the parts say together.

    Args:
        part: the first that says something of each, and of accounts the surest: one that says yes.
        licensed: whether a licence is named; without one, an export from before they were says nothing of it.
        whole: whether the kind alone says of both accounts what there is.
    """

    part: Part
    licensed: bool
    whole: bool


@lru_cache(maxsize=1024)
def user_type(text: str) -> UserType | None:
    """What an InterpretedUserType says, whatever the case; None where a part is not known."""
    found = _PARTS.fullmatch(text)
    if not found:
        return None
    parts = [table[found[name].casefold()] for name, table in _TABLES if found[name]]
    states = _STATE.findall(f"{found['before']}{found['after']}")
    parts += [_STATES[state.casefold()] for state in states]

    def first(name: str) -> object:
        return next((getattr(part, name) for part in parts if getattr(part, name) is not None), None)

    def surest(name: str) -> bool | None:
        said = [getattr(part, name) for part in parts if getattr(part, name) is not None]
        return any(said) if said else None

    part = Part(
        text,
        homing=first("homing"),  # type: ignore[arg-type]  # what a Part has under that name
        mode=first("mode"),  # type: ignore[arg-type]
        teams=surest("teams"),
        sfb=surest("sfb"),
        cannot=next((part.cannot for part in parts if part.cannot), ""),
    )
    kind = KINDS_FOLDED[found["kind"].casefold()]
    return UserType(part, bool(found["licence"]), None not in (kind.teams, kind.sfb))


KINDS_FOLDED = folded(KINDS)
