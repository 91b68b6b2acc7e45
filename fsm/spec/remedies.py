"""What would help where a guard or a route refuses: in words, and as what then becomes of the pairing.

A remedy may be read in several ways, such as a move to any SfB mode; each of them has to help wherever it is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from fsm.notation import Party, Remedy
from fsm.spec.facts import changed
from fsm.spec.parties import DEFAULT_CLIENT, Client, Homing, Mode, Pairing, Platform, Topology

Apply = Callable[[Any, Party], Iterator[Pairing]]
SHARING_CLIENTS = (Client.TEAMS_WINDOWS, Client.TEAMS_MAC, Client.TEAMS_WEB)
SFB_MODES = tuple(mode for mode in Mode if mode.platform is Platform.SFB)


def _allowed(flag: str) -> Apply:
    def apply(pairing: Pairing, party: Party) -> Iterator[Pairing]:
        yield changed(pairing, {f"{party}.{flag}": True})

    return apply


def _using(*clients: Client) -> Apply:
    """Other clients of the platform that somebody is on; nothing for those on the other."""

    def apply(pairing: Pairing, party: Party) -> Iterator[Pairing]:
        on = getattr(pairing, party).client.platform
        yield from (changed(pairing, {f"{party}.client": each}) for each in clients if each.platform is on)

    return apply


def _put(fact: str, value: object) -> Apply:
    def apply(pairing: Pairing, _: Party) -> Iterator[Pairing]:
        yield changed(pairing, {fact: value})

    return apply


def _moved(party: Party, *modes: Mode) -> Apply:
    """Out of Islands mode; nothing for those who are not in it."""

    def apply(pairing: Pairing, _: Party) -> Iterator[Pairing]:
        who = getattr(pairing, party)
        for mode in modes if who.mode is Mode.ISLANDS else ():
            homing = Homing.ONLINE if mode is Mode.TEAMS_ONLY else who.homing
            moved = {"mode": mode, "client": who.client_on(mode.platform), "homing": homing}
            yield changed(pairing, {f"{party}.{name}": value for name, value in moved.items()})

    return apply


def _turned(to: Platform) -> Apply:
    """An originator in Islands mode takes up their client on a platform."""

    def apply(pairing: Pairing, _: Party) -> Iterator[Pairing]:
        if pairing.originator.mode is Mode.ISLANDS:
            yield changed(pairing, {"originator.client": DEFAULT_CLIENT[to]})

    return apply


def applied(remedies: Iterable[Remedy], pairing: Pairing, party: Party = Party.ORIGINATOR) -> list[Pairing]:
    """Everything that a pairing may become by remedies, one after the other; nothing where one does not apply."""
    found = [pairing]
    for remedy in remedies:
        after = [list(remedy.apply(each, party)) if remedy.apply else [] for each in found]
        found = list(chain.from_iterable(after)) if all(after) else []
    return found


ASSIGN_CHAT = Remedy("an admin assigns a messaging policy with AllowUserChat true", _allowed("allow_user_chat"))
ASSIGN_CALLING = Remedy(
    "an admin assigns a calling policy with AllowPrivateCalling true", _allowed("allow_private_calling")
)
ASSIGN_MEET_NOW = Remedy(
    "an admin assigns a meeting policy with AllowPrivateMeetNow true", _allowed("allow_private_meet_now")
)
SHARE_FROM = Remedy(
    "use Teams on Windows, on a Mac, or on the web in a browser that shares content", _using(*SHARING_CLIENTS)
)
UPDATE_SFB = Remedy("update the SfB client", _using(Client.SFB_CURRENT))

ALLOW_FEDERATION = Remedy("both organisations allow each other's domain", _put("federation_allowed", True))
SET_UP_HYBRID = Remedy("an admin sets up hybrid with Office 365", _put("topology", Topology.HYBRID))
HOME_ONLINE = Remedy("an admin moves the originator's SfB account online", _put("originator.homing", Homing.ONLINE))
MOVE_RECIPIENT = Remedy(
    "an admin moves the recipient out of Islands mode",
    _moved(Party.RECIPIENT, Mode.TEAMS_ONLY, *SFB_MODES),
)
MOVE_ORIGINATOR = Remedy(
    "an admin moves the originator out of Islands mode",
    _moved(Party.ORIGINATOR, Mode.TEAMS_ONLY, *SFB_MODES),
)
TO_TEAMS_ONLY = Remedy("an admin moves the originator to TeamsOnly", _moved(Party.ORIGINATOR, Mode.TEAMS_ONLY))
TO_AN_SFB_MODE = Remedy("an admin moves the originator to an SfB mode", _moved(Party.ORIGINATOR, *SFB_MODES))
USE_TEAMS = Remedy("the originator uses Teams", _turned(Platform.TEAMS))
USE_SFB = Remedy("the originator uses SfB", _turned(Platform.SFB))

FOR_A_ROUTE = (
    (ALLOW_FEDERATION,),
    (USE_TEAMS,),
    (USE_SFB,),
    (MOVE_RECIPIENT,),
    (MOVE_ORIGINATOR, TO_TEAMS_ONLY, TO_AN_SFB_MODE),
    (SET_UP_HYBRID,),
    (HOME_ONLINE,),
)
"""What may make a conversation possible; of each group, the first that does."""
