"""Every mode against every mode: where the conversation lands, and who can then share their desktop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from fsm.engine.conversation import Conversation
from fsm.notation import PARTIES, Party
from fsm.spec.editions import EDITIONS, Edition, Problem, named
from fsm.spec.parties import DEFAULT_CLIENT, Client, Homing, Mode, Pairing, Platform, Scope, Topology
from fsm.spec.routing import Route, route

if TYPE_CHECKING:
    from typing import Unpack

    from fsm.spec.names import Facts, Surroundings


class Start(NamedTuple):
    """A mode, the platform that a user of it starts from, either one in Islands mode (MODE-1), and their homing."""

    mode: Mode
    on: Platform
    homing: Homing


class Cell(NamedTuple):
    """Where a conversation lands, and who can share: natively on one platform, by escalation across.

    With ``problems``, one of the two does not exist in the edition, and ``shares`` is empty.
    """

    route: Route
    shares: tuple[Party, ...]
    problems: tuple[Problem, ...] = ()


Cells = Mapping[tuple[Start, Mode], Cell]


def matrix(
    edition: Edition | None = None,
    clients: Mapping[Platform, Client] | None = None,
    **surroundings: Unpack[Surroundings],
) -> dict[tuple[Start, Mode], Cell]:
    """A cell for everybody who can start a conversation with everybody who can receive it.

    Args:
        edition: with it, those who start are told apart by where they are homed, and recipients are as it takes them;
            without, all are as the base takes them.
        clients: the client of a platform's users, where it is not the default one.
        surroundings: what else a Pairing takes.

    Raises:
        ValueError: the surroundings are not accepted.
    """
    has = {**DEFAULT_CLIENT, **(clients or {})}
    at = named(edition or EDITIONS["base"])
    online = (
        surroundings.get("topology") == Topology.ONLINE
        and surroundings.get("scope", Scope.IN_TENANT) == Scope.IN_TENANT
    )
    homed: Facts = {"homing": Homing.ONLINE} if online else {}
    found = {}
    for start in starts(split=edition is not None and not online):
        for mode in Mode:
            first = at.participant("originator", start.mode, client=has[start.on], homing=start.homing)
            landed = route(Pairing(first, at.participant("recipient", mode, **homed), **surroundings))
            client = has[landed.recipient_on or mode.platform or Platform.TEAMS]
            pairing = Pairing(first, at.participant("recipient", mode, **homed | {"client": client}), **surroundings)
            problems = at.problems(pairing)
            found[start, mode] = Cell(landed, () if problems else _sharers(pairing), problems)
    return found


def starts(*, split: bool) -> tuple[Start, ...]:
    """Everybody who can start a conversation, homed online; with ``split``, on-premises too (MODE-2)."""
    return tuple(
        Start(mode, on, homing)
        for mode in Mode
        for on in Platform
        if mode.platform in (None, on)
        for homing in (Homing if split and mode is not Mode.TEAMS_ONLY else (Homing.ONLINE,))
    )


def _sharers(pairing: Pairing) -> tuple[Party, ...]:
    conversation = Conversation(pairing)
    if not conversation.may("open_chat", Party.ORIGINATOR):
        return ()
    conversation.fire("open_chat", Party.ORIGINATOR)
    return tuple(party for party in PARTIES if conversation.may("share_desktop", party))
