"""The tables of the public coexistence guidance, edition by edition.

Of new conversations: who starts, from which client and homed where, and where it lands with a recipient of each mode.
"Teams" and "SfB" are where; between asterisks it is an interop conversation; "no" is not possible. They hold as the
edition's tables were published; "barred" means that under the reading of the coexistence document, which is the default
one, there is none, as an Islands user has no interop (INT-3, INT-4, ISL-1). "SfB" as a mode is each of the three SfB
modes. The guidance does not tell recipients apart by where they are homed, and so a cell holds wherever they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from typing import Any, NamedTuple

import pytest

import fsm
from fsm import EDITIONS, Homing, IslandsInterop, Mode, Pairing, Participant, Platform, RouteKind
from fsm.engine import known
from fsm.notation import PARTIES
from fsm.spec.editions import named
from tests.spec.tables import parse

ON = {"Islands on Teams": "teams-windows", "Islands on SfB": "sfb-current"}
MODES = {
    "Islands": (Mode.ISLANDS,),
    "SfB": (Mode.SFB_ONLY, Mode.SFB_WITH_TEAMS_COLLAB, Mode.SFB_WITH_TEAMS_COLLAB_AND_MEETINGS),
    "TeamsOnly": (Mode.TEAMS_ONLY,),
}
KINDS_ACROSS = (RouteKind.INTEROP, RouteKind.INTEROP_FEDERATED)

ROUTING = """
# base, in-tenant
originator       | homed   | Islands      | SfB          | TeamsOnly
Islands on Teams | online  | Teams        | *SfB* barred | Teams
Islands on SfB   | online  | SfB          | SfB          | *Teams* barred
Islands on Teams | on-prem | Teams        | no barred    | Teams
Islands on SfB   | on-prem | SfB          | SfB          | *Teams* barred
SfB              | online  | SfB          | SfB          | *Teams*
SfB              | on-prem | SfB          | SfB          | *Teams*
TeamsOnly        | online  | Teams        | *SfB*        | Teams

# base, federated
originator       | homed   | Islands      | SfB          | TeamsOnly
Islands on Teams | online  | *SfB* barred | *SfB* barred | Teams barred
Islands on SfB   | online  | SfB          | SfB          | *Teams* barred
Islands on Teams | on-prem | no barred    | no barred    | no barred
Islands on SfB   | on-prem | SfB          | SfB          | *Teams* barred
SfB              | online  | SfB          | SfB          | *Teams*
SfB              | on-prem | SfB          | SfB          | *Teams*
TeamsOnly        | online  | *SfB* barred | *SfB*        | Teams

# 2021-08, in-tenant; 2022-10, in-tenant
originator       | homed   | Islands      | SfB          | TeamsOnly
Islands on Teams | on-prem | Teams        | no barred    | Teams
Islands on SfB   | on-prem | SfB          | SfB          | *Teams* barred
SfB              | on-prem | SfB          | SfB          | *Teams*
TeamsOnly        | online  | Teams        | *SfB*        | Teams

# 2021-08, federated; 2022-10, federated
originator       | homed   | Islands      | SfB          | TeamsOnly
Islands on Teams | on-prem | no barred    | no barred    | no barred
Islands on SfB   | on-prem | SfB          | SfB          | *Teams* barred
SfB              | on-prem | SfB          | SfB          | *Teams*
TeamsOnly        | online  | *SfB* barred | *SfB*        | Teams
"""
NOT_CALLED_INTEROP = {
    "base, federated: Islands on Teams homed online to TeamsOnly": (
        "the table of before August 2021 has it land in Teams and does not call it interop; ours lands there and is "
        "interop federated, for native federation takes two TeamsOnly users (RTE-7), as the page itself says since"
    ),
}
"""Cells where our routing and the published table differ: in the kind, not in where it lands."""


def somebody(edition: fsm.Edition, address: str, mode: Mode, **facts: Any) -> Iterator[Participant]:
    """A user, unless they contradict themselves."""
    with suppress(ValueError):
        yield edition.participant(address, mode, **facts)


class Published(NamedTuple):
    """A cell of a published table."""

    edition: str
    scope: str
    originator: str
    homed: str
    recipient: str
    cell: str

    def __str__(self) -> str:
        return f"{self.edition}, {self.scope}: {self.originator} homed {self.homed} to {self.recipient}"

    @property
    def lands(self) -> str | None:
        """The platform it lands on."""
        found = re.match(r"\*?(Teams|SfB)\*?", self.cell)
        return found[1].lower() if found else None

    @property
    def interop(self) -> bool:
        """Whether the table calls it interop."""
        return self.cell.startswith("*")

    @property
    def barred(self) -> bool:
        """Whether the coexistence document bars it."""
        return self.cell.endswith(" barred")

    def pairings(self, reading: IslandsInterop) -> Iterator[Pairing]:
        """Everybody the cell is about: each mode, and recipients homed wherever the edition has them."""
        edition = named(self.edition)
        for one, two, homing in product(MODES[self.originator.split()[0]], MODES[self.recipient], Homing):
            client: dict[str, Any] = {"client": ON[self.originator]} if self.originator in ON else {}
            first = edition.participant("ann@contoso.com", one, homing=Homing(self.homed), **client)
            for second in somebody(edition, "bob@contoso.com", two, homing=homing):
                pairing = Pairing(first, second, scope=fsm.Scope(self.scope), islands_interop=reading)
                if not edition.problems(pairing):
                    yield pairing


def published() -> Iterator[Published]:
    """Every cell."""
    for part in re.split(r"^# ", ROUTING, flags=re.MULTILINE)[1:]:
        heading, _, table = part.partition("\n")
        for where, row in product(heading.split("; "), parse(table)):
            edition, scope = where.split(", ")
            for recipient in MODES:
                yield Published(edition, scope, row["originator"], row["homed"], recipient, row[recipient])


CELLS = list(published())


def landed(found: fsm.Route) -> str | None:
    """The platform that a conversation lands on."""
    return found.recipient_on and found.recipient_on.value


@pytest.mark.rules("RTE-2", "RTE-3", "RTE-4", "RTE-5", "RTE-6", "RTE-7", "ISL-1", "ED-2", "ED-4")
@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_routing_as_published(cell: Published) -> None:
    pairings = list(cell.pairings(named(cell.edition).islands))
    assert pairings, "nobody in this edition"
    for pairing in pairings:
        found = fsm.route(pairing)
        assert landed(found) == cell.lands
        assert (found.kind in KINDS_ACROSS) == (cell.interop or str(cell) in NOT_CALLED_INTEROP)
        if found.refusal:
            assert found.refusal.rule == "RTE-6"
            assert "the originator uses SfB" in found.refusal.instead


@pytest.mark.rules("INT-3", "INT-4", "ISL-1")
@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_routing_as_the_document_has_it(cell: Published) -> None:
    pairings = list(cell.pairings(IslandsInterop.NEVER))
    assert pairings, "nobody in this edition"
    for pairing in pairings:
        found = fsm.route(pairing)
        if cell.barred:
            assert found.refusal
            assert found.refusal.rule in ("INT-3", "INT-4")
            assert Mode.ISLANDS in (pairing.originator.mode, pairing.recipient.mode)
        else:
            assert landed(found) == cell.lands
            assert (found.kind in KINDS_ACROSS) == cell.interop


def test_the_tables_are_of_everybody_there_is() -> None:
    """No originator of an edition is missing, and none is there who does not exist in it."""
    for name, edition in EDITIONS.items():
        there = {
            (who.mode, who.client.platform, who.homing)
            for mode, homing, client in product(Mode, Homing, (None, "teams-windows", "sfb-current"))
            for who in somebody(edition, "ann@contoso.com", mode, homing=homing, client=client)
            if not edition.problems(who)
        }
        for scope in fsm.Scope:
            told = {
                (pairing.originator.mode, pairing.originator.client.platform, pairing.originator.homing)
                for cell in CELLS
                if (cell.edition, cell.scope) == (name, scope)
                for pairing in cell.pairings(edition.islands)
            }
            assert told == there


def test_each_exception_is_of_a_cell() -> None:
    assert set(NOT_CALLED_INTEROP) <= {str(cell) for cell in CELLS if not cell.interop}


PRESENCE = """
# in-tenant
watcher | Islands | SfB | TeamsOnly
SfB     | SfB     | SfB | Teams
Teams   | Teams   | SfB | Teams

# federated
watcher | Islands | SfB | TeamsOnly
SfB     | SfB     | SfB | Teams
Teams   | SfB     | SfB | Teams
"""


@pytest.mark.rules("PRS-1", "PRS-2", "PRS-3", "ED-4")
@pytest.mark.parametrize("edition", EDITIONS.values(), ids=str)
@pytest.mark.parametrize("table", re.split(r"^# ", PRESENCE, flags=re.MULTILINE)[1:], ids=lambda it: it.split()[0])
def test_presence_as_published(table: str, edition: fsm.Edition) -> None:
    scope, _, body = table.partition("\n")
    for row, (publisher, modes) in product(parse(body), MODES.items()):
        for mode in modes:
            who = edition.participant("ann@contoso.com", mode)
            shown = fsm.presence(who, Platform(row["watcher"].lower()), fsm.Scope(scope))
            assert shown == row[publisher].lower(), f"{mode} to a watcher on {row['watcher']}"


ANOTHER_CLOUD = """
event       | what comes of it
send_text   | chat=interop
call_audio  | call=ringing
call_video  | call=ringing
"""


@pytest.mark.rules("RTE-10", "ESC-2", "ESC-9")
@pytest.mark.parametrize("starts", ["TeamsOnly", "SfBOnly"])
def test_with_sfb_online_by_21vianet_as_published(starts: str) -> None:
    """Chat, calls and video work, and sharing by a meeting on the platform of whoever shares.

    The page still has this table after August 2021, of SfB users homed online in that cloud, whom ED-2 says there are
    none of: it speaks of SfB Online as a whole. So they exist here in the base only.
    """
    teams, sfb = Participant("ann@contoso.com", Mode.TEAMS_ONLY), Participant("bob@contoso.example", Mode.SFB_ONLY)
    two = (teams, sfb) if starts == "TeamsOnly" else (sfb, teams)
    pairing = Pairing(*two, scope=fsm.Scope.FEDERATED, same_cloud=False)
    assert EDITIONS["base"].problems(pairing) == ()
    assert {problem.rule for problem in EDITIONS["2021-08"].problems(pairing)} == {"ED-2"}
    for row in parse(ANOTHER_CLOUD):
        talk = fsm.Conversation(pairing)
        if row["event"] == "send_text":
            talk.fire("open_chat", "originator")
        talk.fire(known.event(row["event"]), "originator")
        name, _, state = row["what comes of it"].partition("=")
        assert talk.places[known.lifecycle(name)].state == state
    for sharer, platform in zip(PARTIES, (who.client.platform for who in two), strict=True):
        talk = fsm.Conversation(pairing)
        talk.fire("open_chat", "originator")
        talk.fire("share_desktop", sharer)
        made = talk.fire("accept_meeting", sharer)
        assert [sent.name for sent in made.effects if sent.to == "meeting-service"] == [f"create_{platform}_meeting"]
