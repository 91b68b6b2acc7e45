"""Where a new conversation lands, and whose presence is shown.

``route`` tries the rows of ROUTES from the top; the first whose conditions all hold decides, as in a lifecycle.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from fsm.notation import Guard, Party, Remedy, guard
from fsm.notation.echo import echo
from fsm.spec.parties import (
    DEFAULT_CLIENT,
    Client,
    Homing,
    IslandsInterop,
    Mode,
    Pairing,
    Participant,
    Platform,
    Scope,
    Topology,
    choose,
    decisive,
)
from fsm.spec.remedies import (
    ALLOW_FEDERATION,
    FOR_A_ROUTE,
    HOME_ONLINE,
    MOVE_ORIGINATOR,
    MOVE_RECIPIENT,
    SET_UP_HYBRID,
)
from fsm.spec.rules import RULES

if TYPE_CHECKING:
    from fsm.spec.names import PlatformName, ScopeName


class RouteKind(StrEnum):
    """What a conversation is (RTE-7)."""

    NATIVE = "native"
    INTEROP = "interop"
    NATIVE_FEDERATED = "native-federated"
    INTEROP_FEDERATED = "interop-federated"
    SKYPE = "skype"
    IMPOSSIBLE = "impossible"


class RouteRefusal(NamedTuple):
    """Why no conversation is possible: the rule, what it means for these two, and what would help."""

    rule: str
    message: str
    instead: str


class Route(NamedTuple):
    """Where a conversation lands. ``recipient_on`` is None and ``refusal`` is set when it is impossible."""

    kind: RouteKind
    originator_on: Platform
    recipient_on: Platform | None
    refusal: RouteRefusal | None
    rules: tuple[str, ...]


def shown_on(mode: Mode, other_on: Platform, scope: Scope) -> Platform:
    """The platform a user of ``mode`` is met on by somebody who uses ``other_on``.

    It decides both where they receive (RTE-2 to RTE-5) and the presence they show (PRS-1 to PRS-3).
    """
    return mode.platform or (other_on if scope is Scope.IN_TENANT else Platform.SFB)


def presence(publisher: Participant, watcher_on: Platform | PlatformName, scope: Scope | ScopeName) -> Platform:
    """The platform whose presence ``publisher`` shows to a watcher (PRS-1, PRS-2, PRS-3).

    Raises:
        ValueError: ``publisher``, ``watcher_on`` or ``scope`` is not accepted.
    """
    if not isinstance(publisher, Participant):
        raise ValueError(f"publisher: {echo(publisher)} is not accepted; give a Participant")
    return shown_on(publisher.mode, choose(Platform, watcher_on, "watcher_on"), choose(Scope, scope, "scope"))


PRESENCE_RULES = {Platform.TEAMS: "PRS-1", Platform.SFB: "PRS-2", None: "PRS-3"}
"""The rule behind the presence a mode shows, by the platform the mode is tied to."""


class Leg(NamedTuple):
    """What routing looks at of one party."""

    mode: Mode
    on: Platform
    homing: Homing


class Landing(NamedTuple):
    """What routing looks at."""

    originator: Leg
    recipient: Leg
    scope: Scope
    topology: Topology
    federation_allowed: bool
    same_cloud: bool
    islands_interop: IslandsInterop


def landing(pairing: Pairing) -> Landing:
    """The facts of a pairing that routing looks at, each party on the platform it would be on.

    Raises:
        ValueError: it is no pairing of users.
    """
    return _landing(*_decisive(pairing))


def _decisive(pairing: Pairing) -> tuple[Any, Any, Any]:
    found = decisive(pairing)
    if found is None:
        raise ValueError(f"pairing: {echo(pairing)} is not accepted; give a Pairing, or ask the specification it is of")
    return found


def _landing(first: Any, second: Any, around: Any) -> Landing:
    starts_on = first.client.platform
    return Landing(
        Leg(first.mode, starts_on, first.homing),
        Leg(second.mode, shown_on(second.mode, starts_on, around.scope), second.homing),
        *around,
    )


def _if(name: str, test: Callable[[Any], bool], says: str, cites: str, remedy: Remedy | None = None) -> Guard:
    """A condition; the remedy of one that bars is what would make it fail."""
    return guard(name, test, says, f"not {says}", cites, remedy or Remedy(), None)


FEDERATED = _if("federated", lambda at: at.scope is Scope.FEDERATED, "two organisations", "RTE-9")
IN_TENANT = _if("in_tenant", lambda at: at.scope is Scope.IN_TENANT, "one organisation", "RTE-7")
FEDERATION_OFF = _if(
    "federation_off",
    lambda at: not at.federation_allowed,
    "the organisations do not both allow federation",
    "RTE-9",
    ALLOW_FEDERATION,
)
BOTH_ON_SFB = _if(
    "both_on_sfb",
    lambda at: at.originator.on is at.recipient.on is Platform.SFB,
    "both on SfB",
    "MODE-1 RTE-3 RTE-5",
)
BOTH_ON_TEAMS = _if(
    "both_on_teams", lambda at: at.originator.on is at.recipient.on is Platform.TEAMS, "both on Teams", "RTE-2 RTE-4"
)
BOTH_TEAMS_ONLY = _if(
    "both_teams_only", lambda at: at.originator.mode is at.recipient.mode is Mode.TEAMS_ONLY, "both TeamsOnly", "RTE-7"
)
SAME_CLOUD = _if("same_cloud", lambda at: at.same_cloud, "both in one cloud", "RTE-10")
AS_DOCUMENTED = _if(
    "as_documented",
    lambda at: at.islands_interop is IslandsInterop.NEVER,
    "Islands users have no interop under the default reading",
    "ISL-1",
)
TO_ISLANDS = _if(
    "to_islands",
    lambda at: at.recipient.mode is Mode.ISLANDS,
    "the recipient is in Islands mode",
    "INT-3",
    MOVE_RECIPIENT,
)
FROM_ISLANDS = _if(
    "from_islands",
    lambda at: at.originator.mode is Mode.ISLANDS,
    "the originator is in Islands mode",
    "INT-4",
    MOVE_ORIGINATOR,
)
NOT_HYBRID = _if(
    "not_hybrid",
    lambda at: at.topology is Topology.ON_PREM,
    "the organisation's SfB is on-premises and not hybrid",
    "RTE-8 NAT-8",
    SET_UP_HYBRID,
)
TEAMS_SIDE_ON_PREM = _if(
    "teams_side_on_prem",
    lambda at: any(leg.on is Platform.TEAMS and leg.homing is Homing.ON_PREM for leg in (at.originator, at.recipient)),
    "the user on Teams has SfB homed on-premises",
    "RTE-6",
    HOME_ONLINE,
)


class RouteRow(NamedTuple):
    """One row of the routing table: a kind, or impossible by a rule."""

    kind: RouteKind
    when: tuple[Guard, ...]
    cites: tuple[str, ...]
    refused: str = ""


def _refuse(rule: str, *when: Guard, cites: str = "") -> RouteRow:
    return RouteRow(RouteKind.IMPOSSIBLE, when, (rule, *cites.split()), rule)


def _lands(kind: RouteKind, *when: Guard, cites: str) -> RouteRow:
    return RouteRow(kind, when, tuple(cites.split()))


ROUTES = (
    _refuse("RTE-9", FEDERATED, FEDERATION_OFF),
    _lands(RouteKind.SKYPE, BOTH_ON_SFB, cites="RTE-7 RTE-3"),
    _lands(RouteKind.NATIVE, BOTH_ON_TEAMS, IN_TENANT, cites="RTE-7 RTE-2 RTE-4 RTE-6"),
    _lands(RouteKind.NATIVE_FEDERATED, BOTH_TEAMS_ONLY, SAME_CLOUD, cites="RTE-7 RTE-2"),
    _refuse("INT-3", TO_ISLANDS, AS_DOCUMENTED, cites="INT-4 ISL-1"),
    _refuse("INT-4", FROM_ISLANDS, AS_DOCUMENTED, cites="ISL-1"),
    _refuse("RTE-8", IN_TENANT, NOT_HYBRID, cites="NAT-8"),
    _refuse("RTE-6", TEAMS_SIDE_ON_PREM, cites="ISL-1"),
    _lands(RouteKind.INTEROP, IN_TENANT, cites="INT-1 INT-2 INT-4 RTE-7"),
    _lands(RouteKind.INTEROP_FEDERATED, cites="INT-1 INT-2 INT-4 RTE-7 RTE-10"),
)
"""Tried from the top; the first row whose conditions all hold decides."""


PLATFORMS_ASIDE = tuple(row for row in ROUTES if row.refused and row.refused != "RTE-6")
"""The rows that bar two people from each other across platforms, whatever platforms they are met on (THR-6)."""


@cache
def barred(at: Landing) -> str:
    """The rule that lets nothing pass between the two across platforms now; empty where something may (THR-6)."""
    return next((row.refused for row in PLATFORMS_ASIDE if all(guard.test(at) for guard in row.when)), "")


@cache
def decide(at: Landing) -> RouteRow:
    """The row of ROUTES that decides."""
    return next(row for row in ROUTES if all(guard.test(at) for guard in row.when))


class Cure(NamedTuple):
    """What makes an impossible conversation possible: all of ``first``, in this order, and then any of ``then``."""

    first: tuple[Remedy, ...]
    then: tuple[Remedy, ...]

    def __str__(self) -> str:
        return ", and then ".join((*(each.says for each in self.first), ", or ".join(each.says for each in self.then)))


_CURES: dict[Landing, Cure] = {}


def cure(pairing: Pairing) -> Cure:
    """What makes a conversation of this pairing possible, where it is not: by one remedy, if one will do."""
    at = landing(pairing)
    found = _CURES.get(at)
    if found is None:
        found = _CURES[at] = _cure(pairing, decide(at))
    return found


def _cure(pairing: Pairing, row: RouteRow) -> Cure:
    helping = (next((each for each in group if _helps(each, pairing)), None) for group in FOR_A_ROUTE)
    found = tuple(each for each in helping if each)
    if found:
        return Cure((), found)
    own = next(guard.remedy for guard in row.when if guard.remedy.says)
    first, then = cure(_applied(own, pairing)[0])
    return Cure((own, *first), then)


def _helps(remedy: Remedy, pairing: Pairing) -> bool:
    after = _applied(remedy, pairing)
    return bool(after) and not any(decide(landing(each)).refused for each in after)


def _applied(remedy: Remedy, pairing: Pairing) -> tuple[Pairing, ...]:
    assert remedy.apply
    return tuple(remedy.apply(pairing, Party.ORIGINATOR))


def route(pairing: Pairing) -> Route:
    """Where a new conversation of this pairing lands (RTE-1 to RTE-10, INT-1 to INT-4, ISL-1).

    Raises:
        ValueError: it is no pairing of users.
    """
    at = landing(pairing)
    row = decide(at)
    rules = row.cites
    if not row.refused:
        return Route(row.kind, at.originator.on, at.recipient.on, None, rules)
    because = "; ".join(guard.says for guard in row.when)
    refusal = RouteRefusal(row.refused, f"{because}. {RULES[row.refused].says}", str(cure(pairing)))
    return Route(row.kind, at.originator.on, None, refusal, rules)


class View(NamedTuple):
    """A pairing as one party sees it: everything that guards look at."""

    kind: RouteKind
    refused: str
    originator_on: Platform
    mode: Mode
    on: Platform
    client: Client
    allow_private_meet_now: bool
    allow_user_chat: bool
    allow_private_calling: bool
    has_teams_account: bool
    has_sfb_client: bool
    other_mode: Mode
    other_on: Platform
    same_cloud: bool
    barred: str
    lands_here: bool


def views(pairing: Pairing) -> tuple[View, View]:
    """The originator's and the recipient's view.

    A party met on the platform that their stated client is not of has that platform's default client (DEC-7).

    Raises:
        ValueError: it is no pairing of users.
    """
    found: tuple[View, View] | None = getattr(pairing, "routed", None) if type(pairing) is Pairing else None
    if found is None:
        found = _views(*_decisive(pairing))
        object.__setattr__(pairing, "routed", found)
    return found


@lru_cache(maxsize=1 << 14)
def _views(first: Any, second: Any, around: Any) -> tuple[View, View]:
    """The two views, by what decides of a pairing. Some are kept: there are millions, and few at a time are in use."""
    at = _landing(first, second, around)
    row = decide(at)
    return (
        _view(row, at, first, at.originator, at.recipient, True),
        _view(row, at, second, at.recipient, at.originator, _lands_here(at)),
    )


def _lands_here(at: Landing) -> bool:
    """Whether what the recipient begins reaches the originator on the platform they are on in this conversation."""
    return shown_on(at.originator.mode, at.recipient.on, at.scope) is at.originator.on


def _view(row: RouteRow, at: Landing, who: Any, leg: Leg, other: Leg, lands_here: bool) -> View:
    return settled(
        View(
            row.kind,
            row.refused,
            at.originator.on,
            leg.mode,
            leg.on,
            Participant.client_on(who, leg.on),
            who.allow_private_meet_now,
            who.allow_user_chat,
            who.allow_private_calling,
            who.has_teams_account,
            who.has_sfb_client,
            other.mode,
            other.on,
            at.same_cloud,
            barred(at),
            lands_here,
        )
    )


KINDS_ACROSS = (RouteKind.INTEROP, RouteKind.INTEROP_FEDERATED)


@cache
def settled(view: View) -> View:
    """The view with every fact that its route makes moot set to its default, so that pairings which differ only there
    share a profile: policies rule Teams only (MODE-3, POL-3), clients differ across platforms and in SfB (SFB-1 to
    SFB-4), an account matters where the other's meeting would be (ESC-6, ESC-7), and nothing where no route is.
    Kept, as millions of pairings come down to few views and then share them.
    """
    across = view.kind in KINDS_ACROSS
    ruled = view.on is Platform.TEAMS and view.kind is not RouteKind.IMPOSSIBLE
    return view._replace(
        client=view.client if across or view.kind is RouteKind.SKYPE else DEFAULT_CLIENT[view.on],
        allow_private_meet_now=view.allow_private_meet_now or not (ruled and across),
        allow_user_chat=view.allow_user_chat or not ruled,
        allow_private_calling=view.allow_private_calling or not ruled,
        has_teams_account=view.has_teams_account or view.other_on is not Platform.TEAMS,
        has_sfb_client=view.has_sfb_client or view.other_on is not Platform.SFB,
        same_cloud=view.same_cloud or not across,
        lands_here=view.lands_here or not across,
    )


_FLAG = (False, True)
_LEG = {"mode": tuple(Mode), "on": tuple(Platform), "homing": tuple(Homing)}
FACTS: dict[str, tuple[object, ...]] = {
    "kind": tuple(RouteKind),
    "refused": ("", *dict.fromkeys(row.refused for row in ROUTES if row.refused)),
    "originator_on": tuple(Platform),
    "client": tuple(Client),
    "mode": tuple(Mode),
    "on": tuple(Platform),
    **dict.fromkeys(("allow_private_meet_now", "allow_user_chat", "allow_private_calling"), _FLAG),
    **dict.fromkeys(("has_teams_account", "has_sfb_client"), _FLAG),
    "other_mode": tuple(Mode),
    "other_on": tuple(Platform),
    "same_cloud": _FLAG,
    "barred": ("", *dict.fromkeys(row.refused for row in PLATFORMS_ASIDE)),
    "lands_here": _FLAG,
}
"""Every fact of a View and the values it can have."""
LANDING_FACTS: dict[str, tuple[object, ...]] = {
    **{f"{side}.{name}": values for side in ("originator", "recipient") for name, values in _LEG.items()},
    "scope": tuple(Scope),
    "topology": tuple(Topology),
    "federation_allowed": _FLAG,
    "same_cloud": _FLAG,
    "islands_interop": tuple(IslandsInterop),
}
"""Every fact of a Landing and the values it can have."""
