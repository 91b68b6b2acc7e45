"""Who talks to whom, on what, under which policies. Values only; what follows from them is in ``routing``."""

from __future__ import annotations

from collections import deque, namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from itertools import repeat
from operator import attrgetter, is_
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from fsm.notation import PARTIES
from fsm.notation import Party as Party
from fsm.notation.echo import echo

if TYPE_CHECKING:
    from typing import Unpack

    from fsm.spec.names import Facts, ModeName, Surroundings

V = TypeVar("V", bound=str | bool)
LONGEST_ADDRESS = 1024
"""Characters of an address; a mail address has 254 at most."""


class Platform(StrEnum):
    """The two platforms."""

    TEAMS = "teams"
    SFB = "sfb"


class Mode(StrEnum):
    """Coexistence mode, spelled as TeamsUpgradeEffectiveMode spells it (MODE-1)."""

    ISLANDS = "Islands"
    SFB_ONLY = "SfBOnly"
    SFB_WITH_TEAMS_COLLAB = "SfBWithTeamsCollab"
    SFB_WITH_TEAMS_COLLAB_AND_MEETINGS = "SfBWithTeamsCollabAndMeetings"
    TEAMS_ONLY = "TeamsOnly"

    @property
    def platform(self) -> Platform | None:
        """The platform the mode ties chat and calls to; None for Islands, which runs both (MODE-1)."""
        if self is Mode.ISLANDS:
            return None
        return Platform.TEAMS if self is Mode.TEAMS_ONLY else Platform.SFB


class Client(StrEnum):
    """The client a user has in hand. SFB_CURRENT is the July 2019 monthly build or later (SFB-1)."""

    TEAMS_WINDOWS = "teams-windows"
    TEAMS_MAC = "teams-mac"
    TEAMS_WEB = "teams-web"
    TEAMS_WEB_NO_SHARING = "teams-web-no-sharing"
    TEAMS_MOBILE = "teams-mobile"
    SFB_CURRENT = "sfb-current"
    SFB_LEGACY = "sfb-legacy"

    @property
    def platform(self) -> Platform:
        """The platform this client belongs to."""
        return Platform.SFB if self in (Client.SFB_CURRENT, Client.SFB_LEGACY) else Platform.TEAMS


DEFAULT_CLIENT = {Platform.TEAMS: Client.TEAMS_WINDOWS, Platform.SFB: Client.SFB_CURRENT}
_USUAL = {mode: DEFAULT_CLIENT[mode.platform or Platform.TEAMS] for mode in Mode}


class Homing(StrEnum):
    """Where a user's SfB account lives (MODE-2)."""

    ONLINE = "online"
    ON_PREM = "on-prem"


class Topology(StrEnum):
    """The organisation's SfB deployment (RTE-8, NAT-8). It matters in-tenant only."""

    ONLINE = "online"
    HYBRID = "hybrid"
    ON_PREM = "on-prem"


class Scope(StrEnum):
    """One organisation, or two that federate."""

    IN_TENANT = "in-tenant"
    FEDERATED = "federated"


class IslandsInterop(StrEnum):
    """The two readings of interop for Islands users (ISL-1)."""

    NEVER = "never"
    AS_ROUTED = "as-routed"


def exact(text: str) -> str:
    """Text as plain text, where it is of a class that is more than that."""
    return str.__str__(text)


def choose(kind: type[V], value: Any, name: str) -> V:
    """``value`` as one of ``kind``: an enumeration, of which strings serve as well, bool, or str, which is text that
    can be shown: not empty, on one line, printable, and no longer than LONGEST_ADDRESS.

    Raises:
        ValueError: the value is not one; the message names the field, the value and what is accepted.
    """
    if type(value) is kind and kind is not str:
        return value
    value = exact(value) if isinstance(value, str) and type(value) is not kind else value
    if kind is bool:
        accepted = "use true or false"
    elif kind is str:
        if not (isinstance(value, str) and value):
            accepted = "give a non-empty string"
        elif not value.isprintable():
            accepted = "use printable characters, without line breaks"
        elif len(value) > LONGEST_ADDRESS:
            accepted = f"use at most {LONGEST_ADDRESS:,} characters"
        else:
            return value  # type: ignore[return-value]  # V is str
    else:
        try:
            if isinstance(value, str):
                return kind(value)
        except ValueError:
            pass
        accepted = f"use one of {', '.join(every(kind))}"
    raise ValueError(f"{name}: {echo(value)} is not accepted; {accepted}")


def every(kind: Any) -> tuple[Any, ...]:
    """Every value of an enumeration, or of bool."""
    return (True, False) if kind is bool else tuple(kind)


def _check(value: object, kinds: Mapping[str, Any]) -> None:
    for name, kind in kinds.items():
        given = getattr(value, name)
        if type(given) is not kind or kind is str:
            object.__setattr__(value, name, choose(kind, given, name))


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Participant:
    """One user of an organisation.

    Args:
        address: the user's address; a label only, it decides nothing. Text that can be shown: not empty, on one line,
            printable, at most LONGEST_ADDRESS characters.
        mode: coexistence mode.
        client: the client in hand. Default: Teams on Windows for TeamsOnly and Islands, current SfB otherwise.
        homing: where the SfB account lives.
        allow_private_meet_now: CsTeamsMeetingPolicy AllowPrivateMeetNow (POL-3).
        allow_user_chat: CsTeamsMessagingPolicy AllowUserChat (POL-1).
        allow_private_calling: CsTeamsCallingPolicy AllowPrivateCalling (POL-2).
        has_teams_account: can sign in to Teams (ESC-6).
        has_sfb_client: has an SfB account and client (ESC-7).

    Strings are accepted for the enumerations.

    Raises:
        ValueError: a value is not accepted, or two of them contradict each other (MODE-1, MODE-2, MODE-3).
    """

    address: str
    mode: Mode
    client: Client = field(default=None, kw_only=True)  # type: ignore[assignment]  # filled in below
    homing: Homing = field(default=Homing.ONLINE, kw_only=True)
    allow_private_meet_now: bool = field(default=True, kw_only=True)
    allow_user_chat: bool = field(default=True, kw_only=True)
    allow_private_calling: bool = field(default=True, kw_only=True)
    has_teams_account: bool = field(default=True, kw_only=True)
    has_sfb_client: bool = field(default=True, kw_only=True)

    if TYPE_CHECKING:

        def __init__(self, address: str, mode: Mode | ModeName, **facts: Unpack[Facts]) -> None: ...

    def __post_init__(self) -> None:
        if self.client is None:
            object.__setattr__(self, "client", _USUAL[choose(Mode, self.mode, "mode")])
        if kept(_DECIDES(self)):
            object.__setattr__(self, "address", choose(str, self.address, "address"))
            return
        _check(self, PERSONAL)
        home = self.mode.platform
        if home and self.client.platform is not home:
            fitting = ", ".join(c for c in Client if c.platform is home)
            raise ValueError(
                f"client: {self.client} does not fit mode {self.mode}, which chats and calls "
                f"on {home} (MODE-1, MODE-3); use one of {fitting}"
            )
        if self.mode is Mode.TEAMS_ONLY and self.homing is Homing.ON_PREM:
            raise ValueError("homing: on-prem does not fit mode TeamsOnly, which is homed online (MODE-2); use online")
        if home is not Platform.SFB and not self.has_teams_account:
            raise ValueError(f"has_teams_account: False does not fit mode {self.mode}, which uses Teams (MODE-1)")
        if home is not Platform.TEAMS and not self.has_sfb_client:
            raise ValueError(f"has_sfb_client: False does not fit mode {self.mode}, which uses SfB (MODE-1)")
        _keep(Decides(*_DECIDES(self)))

    def called(self, address: str) -> Participant:
        """Somebody with the same facts and another address; nothing but the address is checked.

        Raises:
            ValueError: the address is not accepted.
        """
        other = object.__new__(Participant)
        deque(map(object.__setattr__, repeat(other), Decides._fields, _DECIDES(self)), 0)
        object.__setattr__(other, "address", choose(str, address, "address"))
        return other

    def client_on(self, platform: Platform) -> Client:
        """The client they have on a platform: the stated one, or that platform's default one (DEC-7)."""
        return self.client if self.client.platform is platform else DEFAULT_CLIENT[platform]


class Routed:
    """Room for what routing makes of a pairing, so that it is worked out once."""

    __slots__ = ("routed",)
    routed: Any


@dataclass(frozen=True, slots=True)
class Pairing(Routed):
    """Two participants and what surrounds them.

    Args:
        originator: who starts the conversation.
        recipient: who receives it.
        scope: one organisation or two.
        topology: the organisation's SfB deployment; decides nothing when federated.
        federation_allowed: both organisations allow it (RTE-9); decides nothing in-tenant.
        same_cloud: both organisations are in one cloud (RTE-10); always so in-tenant.
        islands_interop: the reading of interop for Islands users (ISL-1).

    Strings are accepted for the enumerations.

    Raises:
        ValueError: a value is not accepted, or two of them contradict each other.
    """

    originator: Participant
    recipient: Participant
    scope: Scope = field(default=Scope.IN_TENANT, kw_only=True)
    topology: Topology = field(default=Topology.HYBRID, kw_only=True)
    federation_allowed: bool = field(default=True, kw_only=True)
    same_cloud: bool = field(default=True, kw_only=True)
    islands_interop: IslandsInterop = field(default=IslandsInterop.NEVER, kw_only=True)

    if TYPE_CHECKING:

        def __init__(
            self, originator: Participant, recipient: Participant, **surroundings: Unpack[Surroundings]
        ) -> None: ...

    def __post_init__(self) -> None:
        for party in PARTIES:
            if type(getattr(self, party)) is not Participant:
                raise ValueError(f"{party}: {echo(getattr(self, party))} is not accepted; give a Participant")
        if not kept(_AROUND(self)):
            _check(self, AROUND)
            _keep(Around(*_AROUND(self)))
        if self.originator.address == self.recipient.address:
            raise ValueError(
                f"recipient: {echo(self.recipient.address)} is the originator too; a conversation needs two"
            )
        if self.scope is Scope.IN_TENANT:
            if not self.same_cloud:
                raise ValueError("same_cloud: False does not fit scope in-tenant; one organisation is in one cloud")
            if self.topology is Topology.ONLINE:
                for party in PARTIES:
                    if getattr(self, party).homing is Homing.ON_PREM:
                        raise ValueError(f"topology: online does not fit {party} homed on-prem; use hybrid or on-prem")


PERSONAL: Mapping[str, Any] = get_type_hints(Participant)
"""The facts of a user, and what each is: an enumeration, bool or str."""
FLAGS = tuple(name for name, kind in PERSONAL.items() if kind is bool)
AROUND: Mapping[str, Any] = {
    each.name: get_type_hints(Pairing)[each.name] for each in fields(Pairing) if each.name not in PARTIES
}
"""The facts of what surrounds two users, and what each is."""
_named: Any = namedtuple
Decides = _named("Decides", [name for name, kind in PERSONAL.items() if kind is not str])
"""What decides of a user: every fact but the address."""
Around = _named("Around", AROUND)
"""What surrounds two users."""
_DECIDES: Callable[[Any], Any] = attrgetter(*Decides._fields)
_AROUND: Callable[[Any], Any] = attrgetter(*AROUND)
_KINDS_OF_A_USER, _KINDS_AROUND = tuple(PERSONAL[name] for name in Decides._fields), tuple(AROUND.values())
_KEPT: dict[Any, Any] = {}


def _keep(fitting: Any) -> None:
    """Keep facts of a user or of surroundings that were found to fit. There are some hundreds of them."""
    _KEPT.setdefault(fitting, fitting)


def fitting(given: Any) -> Any:
    """Facts that are known to fit and equal these, as everybody shares them; None where there are none."""
    try:
        return _KEPT.get(given)
    except TypeError:  # what cannot be looked up equals none
        return None


def kept(given: Any) -> Any:
    """Facts as everybody shares them, if they are known to fit; None where they are not, or are only equal to such, as
    1 is to true.
    """
    found = fitting(given)
    return found if found and all(map(is_, found, given)) else None


def decisive(pairing: Any) -> tuple[Any, Any, Any] | None:
    """What decides of a pairing, of either user and around them, as everybody shares it.

    None where it is no Pairing of two Participants as these classes make them: of no class of somebody's own, and each
    fact of its kind. What everybody shares is worked out of such alone.
    """
    if type(pairing) is not Pairing:
        return None
    first, second = pairing.originator, pairing.recipient
    if not type(first) is type(second) is Participant:
        return None
    found = kept(_DECIDES(first)), kept(_DECIDES(second)), kept(_AROUND(pairing))
    if None in found:  # nobody checked them here, such as those of a pickle
        found = Decides(*_DECIDES(first)), Decides(*_DECIDES(second)), Around(*_AROUND(pairing))
        kinds = _KINDS_OF_A_USER, _KINDS_OF_A_USER, _KINDS_AROUND
        return found if all(tuple(map(type, each)) == kind for each, kind in zip(found, kinds, strict=True)) else None
    return found


def bare(address: str) -> str:
    """The form in which addresses are compared."""
    return address.strip().casefold().removeprefix("sip:")
