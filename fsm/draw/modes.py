"""The modes against each other: what a conversation is, and who can escalate it. The engine is asked."""

from __future__ import annotations

import re

from fsm.draw.picture import Cell, Grid, Picture
from fsm.engine.conversation import Conversation
from fsm.engine.fingerprint import fingerprint
from fsm.notation import PARTIES
from fsm.spec.parties import DEFAULT_CLIENT, Client, IslandsInterop, Mode, Pairing, Participant, Platform, Scope, choose
from fsm.spec.routing import ACROSS, RouteKind, route

SIGNS = {"native": "≡", "interop": "↔", "impossible": "\u00d7"}
NAMES = {Platform.TEAMS: "Teams", Platform.SFB: "SfB"}
READINGS = {
    IslandsInterop.NEVER: "Islands users have no interop (INT-3, INT-4)",
    IslandsInterop.AS_ROUTED: "Islands users interoperate as routed (ISL-1)",
}


def matrix(*, scope: Scope = Scope.IN_TENANT, islands_interop: IslandsInterop = IslandsInterop.NEVER) -> Picture:
    """Each ordered pair of modes: native, interop or impossible, and who can escalate.

    Everything else is as by default: current clients, no policy off, accounts online, a hybrid organisation.

    Raises:
        ValueError: scope or reading is not accepted.
    """
    scope = choose(Scope, scope, "scope")
    reading = choose(IslandsInterop, islands_interop, "islands_interop")
    starts = [(mode, DEFAULT_CLIENT[on]) for mode in Mode for on in Platform if mode.platform in (None, on)]
    rows = tuple(
        f"{_split(mode)} on {NAMES[client.platform]}" if not mode.platform else _split(mode) for mode, client in starts
    )
    cells = tuple(tuple(_cell(mode, client, other, scope, reading) for other in Mode) for mode, client in starts)
    name = f"matrix-{scope}" + ("" if reading is IslandsInterop.NEVER else f"-{reading}")
    return Picture(
        name,
        f"Who reaches whom, {scope}",
        READINGS[reading],
        fingerprint(),
        grid=Grid("originator / recipient", tuple(map(_split, Mode)), rows, cells),
        legend=("native", "interop", "impossible"),
    )


def _split(mode: Mode) -> str:
    return re.sub(r"(?<=Teams)(?=Collab)|(?<=Collab)(?=And)", " ", mode)


def _cell(mode: Mode, client: Client, other: Mode, scope: Scope, reading: IslandsInterop) -> Cell:
    first, second = Participant("originator", mode, client=client), Participant("recipient", other)
    pairing = Pairing(first, second, scope=scope, islands_interop=reading)
    found = route(pairing)
    if found.refusal is not None:
        return Cell("impossible", (f"{SIGNS['impossible']} impossible", found.refusal.rule), found.rules)
    kind = "interop" if found.kind in ACROSS else "native"
    word = "native" if found.kind is RouteKind.NATIVE else str(found.kind).replace("-federated", "")
    ends = " to ".join(NAMES[on] for on in (found.originator_on, found.recipient_on) if on)
    more = (_escalates(pairing),) if kind == "interop" else ()
    return Cell(kind, (f"{SIGNS[kind]} {word}", ends, *more), found.rules)


def _escalates(pairing: Pairing) -> str:
    conversation = Conversation(pairing)
    conversation.fire("open_chat", PARTIES[0])
    who = [party for party in PARTIES if conversation.may("share_desktop", party)]
    return f"escalates: {'both' if len(who) > 1 else who[0] if who else 'nobody'}"
