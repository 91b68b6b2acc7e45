"""Every mode against every mode, in the base and in an edition."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from fsm import EDITIONS, Client, Edition, Homing, IslandsInterop, Mode, Pairing, Participant, Platform, Scope, route
from fsm.engine.matrix import matrix

PEOPLE = len(Mode) + 1
"""Modes, and the second client of an Islands user."""


def test_without_an_edition_everybody_is_homed_online_and_exists() -> None:
    cells = matrix()
    assert len(cells) == PEOPLE * len(Mode)
    assert {start.homing for start, _ in cells} == {Homing.ONLINE}
    assert not any(cell.problems for cell in cells.values())


@pytest.mark.rules("MODE-2")
@pytest.mark.parametrize("edition", EDITIONS.values(), ids=str)
def test_with_one_they_are_told_apart_by_where_they_are_homed(edition: Edition) -> None:
    starts = list(dict.fromkeys(start for start, _ in matrix(edition)))
    assert len(starts) == 2 * PEOPLE - 1, "nobody is TeamsOnly and homed on-premises"
    assert {start.mode for start in starts if start.homing is Homing.ON_PREM} == set(Mode) - {Mode.TEAMS_ONLY}


@pytest.mark.rules("ED-2", "ED-4")
@pytest.mark.parametrize("edition", EDITIONS.values(), ids=str)
@pytest.mark.parametrize(("scope", "reading"), list(product(Scope, IslandsInterop)))
def test_a_cell_is_what_the_edition_and_routing_say(edition: Edition, scope: Scope, reading: IslandsInterop) -> None:
    for (start, mode), cell in matrix(edition, scope=scope, islands_interop=reading).items():
        gone = edition is not EDITIONS["base"] and start.homing is Homing.ONLINE and start.mode is not Mode.TEAMS_ONLY
        assert [problem.rule for problem in cell.problems] == ["ED-2"] * gone
        assert not (gone and cell.shares)
        client = {"teams": "teams-windows", "sfb": "sfb-current"}[start.on]
        first = Participant("a", start.mode, homing=start.homing, client=Client(client))
        second = Participant("b", mode, homing=edition.taken(mode).homing)
        assert cell.route == route(Pairing(first, second, scope=scope, islands_interop=reading))


@pytest.mark.rules("ED-2")
@pytest.mark.parametrize("topology", ["online"])
def test_where_all_are_homed_online_only_teams_only_users_are_left(topology: Any) -> None:
    cells = matrix(EDITIONS["2022-10"], topology=topology)
    assert {start.homing for start, _ in cells} == {Homing.ONLINE}
    assert {(start.mode, mode) for (start, mode), cell in cells.items() if not cell.problems} == {
        (Mode.TEAMS_ONLY, Mode.TEAMS_ONLY)
    }
    assert not any(cell.problems for cell in matrix(EDITIONS["base"], topology=topology).values())


def test_between_two_organisations_their_topology_decides_nothing() -> None:
    around: dict[str, Any] = {"scope": "federated"}
    assert matrix(EDITIONS["2022-10"], topology="online", **around) == matrix(EDITIONS["2022-10"], **around)


def test_clients_are_those_of_a_platform() -> None:
    cells = matrix(EDITIONS["2022-10"], {Platform.SFB: Client.SFB_LEGACY})
    shares = {(start.mode, mode): cell.shares for (start, mode), cell in cells.items() if cell.shares}
    assert shares[Mode.TEAMS_ONLY, Mode.SFB_ONLY] == ("originator",)
    assert shares[Mode.SFB_ONLY, Mode.TEAMS_ONLY] == ("recipient",)
