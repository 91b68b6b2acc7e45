"""No picture and no export of two people shows a way alive that they can never take, and each shows all they can."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from fsm import CONVERSATION, LIFECYCLES, Pairing, Party
from fsm.draw.possible import reach
from fsm.engine.conversation import PROGRAMS
from fsm.export import names
from fsm.export.plantuml import text as plantuml
from fsm.export.scxml import text as scxml
from fsm.export.xstate import config
from fsm.space.profiles import Profiles
from fsm.space.two import Decision, happening
from fsm.spec.routing import views

PLACES = {(name, names.place(at)): at for name, each in LIFECYCLES.items() for at in each.places}
NAMESPACE = "{http://www.w3.org/2005/07/scxml}"


def of_xstate(pairing: Pairing) -> Iterator[Decision]:
    for name, region in config(CONVERSATION, pairing)["states"].items():
        for place, state in region["states"].items():
            for event, ways in state["on"].items():
                for row in (way["meta"]["row"] for way in ways):
                    if row in CONVERSATION.rows:
                        yield Decision(row, PLACES[name, place], Party(event.rpartition(".")[2]))


def of_scxml(pairing: Pairing) -> Iterator[tuple[str, str, str]]:
    for state in ElementTree.fromstring(scxml(CONVERSATION, pairing)).iter(f"{NAMESPACE}state"):
        lifecycle, _, place = str(state.get("id")).partition(".")
        for each in state.findall(f"{NAMESPACE}transition") if place else ():
            *_, event, by = str(each.get("event")).split(".")
            yield f"{lifecycle}.{place}", event, by


@pytest.mark.parametrize(
    "share",
    [
        pytest.param(200, id="some"),
        pytest.param(20, marks=pytest.mark.slow, id="more"),
        pytest.param(1, marks=pytest.mark.exhaustive, id="all"),
    ],
)
def test_what_is_shown_alive_is_what_can_happen(profiles: Profiles, share: int) -> None:
    """All of them last ran on 27 November 2026."""
    for pairing in profiles.pairing[::share]:
        possible = happening(CONVERSATION, PROGRAMS.under(views(pairing)).profile)
        rows = {each.row for each in possible.decisions}
        assert set(of_xstate(pairing)) == possible.decisions
        assert set(of_scxml(pairing)) == {
            (f"{CONVERSATION.rows[row].lifecycle}.{names.place(at)}", CONVERSATION.rows[row].event, by.value)
            for row, at, by in possible.decisions
        }
        drawn = re.findall(r"^' rows (.*)$", plantuml(CONVERSATION, pairing), re.MULTILINE)
        assert {row for line in drawn for row in line.split()} == rows
        assert set(reach(pairing).fired) == rows
