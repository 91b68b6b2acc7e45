"""Every mode against every mode: where the conversation lands, and who can then share their desktop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from fsm.engine.conversation import Conversation
from fsm.notation import PARTIES, Party
from fsm.spec.parties import DEFAULT_CLIENT, Client, Mode, Pairing, Participant, Platform
from fsm.spec.routing import Route, route


class Start(NamedTuple):
    """A mode, and the platform that a user of it starts from: either one in Islands mode (MODE-1)."""

    mode: Mode
    on: Platform


class Cell(NamedTuple):
    """Where a conversation lands, and who can share: natively on one platform, by escalation across."""

    route: Route
    shares: tuple[Party, ...]


STARTS = tuple(Start(mode, on) for mode in Mode for on in Platform if mode.platform in (None, on))


def matrix(clients: Mapping[Platform, Client], **surroundings: Any) -> dict[tuple[Start, Mode], Cell]:
    """A cell for everybody who can start a conversation with everybody who can receive it.

    Args:
        clients: the client of a platform's users, where it is not the default one.
        surroundings: what else a Pairing takes.
    """
    clients = {**DEFAULT_CLIENT, **clients}
    found = {}
    for start in STARTS:
        for mode in Mode:
            first = Participant("originator", start.mode, client=clients[start.on])
            landed = route(Pairing(first, Participant("recipient", mode), **surroundings))
            client = clients[landed.recipient_on or mode.platform or Platform.TEAMS]
            second = Participant("recipient", mode, client=client)
            found[start, mode] = Cell(landed, _sharers(Pairing(first, second, **surroundings)))
    return found


def _sharers(pairing: Pairing) -> tuple[Party, ...]:
    conversation = Conversation(pairing)
    if not conversation.may("open_chat", Party.ORIGINATOR):
        return ()
    conversation.fire("open_chat", Party.ORIGINATOR)
    return tuple(party for party in PARTIES if conversation.may("share_desktop", party))
