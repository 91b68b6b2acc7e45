"""Where a pairing can come, and that a conversation is put nowhere else."""

from __future__ import annotations

import json
import runpy
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import fsm
from fsm import CONVERSATION, Conversation, SnapshotError
from fsm.engine.reach import comes, shipped
from fsm.engine.snapshot import _checksum
from fsm.export import export
from fsm.notation import SERVICE, Lifecycle, change, on, on_signal, state
from fsm.space.places import low
from fsm.space.reachable import Space
from fsm.spec.routing import views
from tests.own import GUARDS, PLAYERS, RULES, TOSS, Game
from tests.people import PAIRS, standing


def test_it_says_for_every_profile_and_place_what_the_space_says(space: Space) -> None:
    some = list(enumerate(space.profiles.pairing))[::120]
    for config, who in space.places.items():
        assert [comes(CONVERSATION, pairing, config) for _, pairing in some] == [bool(who >> n & 1) for n, _ in some]


def test_it_says_so_of_every_kind_of_pairing_and_of_no_other_place(space: Space) -> None:
    places = shipped()
    for mask in space.profiles.classes:
        view = views(space.profiles.pairing[low(mask)])[0]
        told = [set(product(*box)) for box in places.kinds[tuple(str(getattr(view, name)) for name in places.facts)]]
        assert set().union(*told) == {config for config, who in space.places.items() if who & mask == mask}
        assert set().union(*told) == {config for config, who in space.places.items() if who & mask}


@pytest.mark.parametrize(
    ("pairing", "places"),
    [
        ("teams>sfb", "chat=none call=escalating:recipient meeting=together:recipient"),  # of nobody's
        ("sfb>sfb", "call=escalating:originator"),  # of others
        ("federation off", "chat=native"),
    ],
)
def test_a_conversation_is_not_put_where_these_two_never_come(pairing: str, places: str) -> None:
    with pytest.raises(
        ValueError, match=r"^places: chat=.* is not where this pairing can come, by events or by change"
    ):
        Conversation.at(PAIRS[pairing], places)
    with pytest.raises(SnapshotError, match=r"^places: chat=.* is not where this pairing can come, by events or by ch"):
        Conversation.restore(forged(Conversation(PAIRS[pairing]).snapshot(), CONVERSATION, places))


def test_the_nearest_place_is_told() -> None:
    with pytest.raises(
        ValueError, match=r"; the nearest where it can is (chat=.* meeting=open:originator .*)$"
    ) as told:
        Conversation.at(PAIRS["teams>sfb"], "meeting=open:originator")
    near = str(told.value).rpartition(" is ")[2]
    assert Conversation.at(PAIRS["teams>sfb"], near).state["meeting"] == "open"


def forged(snapshot: Mapping[str, Any], composition: fsm.Specification | Any, places: str) -> dict[str, Any]:
    """A snapshot altered by somebody who makes its checksum fit."""
    standing = {**{name: each.initial for name, each in composition.lifecycles.items()}, **composition.standing(places)}
    body = {
        **{name: value for name, value in snapshot.items() if name != "checksum"},
        "state": {name: at.state for name, at in standing.items()},
        "owners": {name: at.owner for name, at in standing.items() if at.owner},
        "openers": {name: at.opener for name, at in standing.items() if at.opener},
    }
    return {**body, "checksum": _checksum(body)}


def test_what_a_change_leads_to_is_where_the_new_pairing_can_come() -> None:
    talk = standing("teams>sfb", "chat=interop")
    talk.change(PAIRS["teams>teams"])
    assert talk.state["chat"] == "locked"
    assert (
        Conversation.restore(talk.snapshot()).places == Conversation.at(talk.pairing, talk.places).places == talk.places
    )


def test_places_are_given_by_lifecycle() -> None:
    for odd in (None, 3, ["call=connected"]):
        with pytest.raises(ValueError, match=r"^places: .* is not accepted; give places by lifecycle, or a text$"):
            Conversation.at(PAIRS["teams>sfb"], odd)  # type: ignore[call-overload]
    with pytest.raises(ValueError, match=r"^call: c{120} is not a place of it"):
        Conversation.at(PAIRS["teams>sfb"], {"call": "c" * 5000})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match=r"^call: \['none'\] is not a place of it"):
        Conversation.at(PAIRS["teams>sfb"], {"call": ["none"]})  # type: ignore[dict-item]


def test_a_specification_of_ones_own_works_its_places_out() -> None:
    door = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "door" / "door.py"))
    house, visit = door["HOUSE"], door["Visit"]
    locked = Conversation.at(visit(True, False), "bolt=out door=rung:recipient", house)
    assert locked.change(visit(False, False)).state == {"door": "closed", "bolt": "back"}
    with pytest.raises(ValueError, match=r"^places: door=shut bolt=out is not where this pairing can come"):
        Conversation.at(visit(False, False), "bolt=out door=shut", house)
    with pytest.raises(SnapshotError, match=r"^places: door=closed bolt=out is not where this pairing can come"):
        house.restore(forged(house.conversation(visit(True, True)).snapshot(), house, "bolt=out"))


def test_the_only_place_of_the_smallest_one_is_where_it_begins() -> None:
    game = Game(PLAYERS[0], PLAYERS[1])
    assert Conversation.at(game, "coin=up", TOSS).state == {"coin": "up"}
    with pytest.raises(ValueError, match=r"^of: 'toss' is not accepted; give a Specification$"):
        Conversation(game, "toss")  # type: ignore[call-overload]


def test_kinds_of_pairing_tell_only_where_a_change_of_nothing_moves_nobody() -> None:
    off = state(
        "off", "It is dark", on("press", to="lit", when=[GUARDS[0]], cites="G-1"), initial=True, ignores="moved"
    )
    lit = state("lit", "It is light", on_signal("moved", by=SERVICE, to="off", cites="G-4"))
    restless = fsm.Specification(
        "house",
        "A house with a lamp",
        Lifecycle("lamp", "The lamp", off, lit, rules=RULES),
        rules=RULES,
        pairings=[Game(mine, theirs) for mine, theirs in product(PLAYERS, repeat=2)],
        changes=(change("moved", fsm.Party.SERVICE, lambda old, new: True, "G-4"),),
    )
    with pytest.raises(ValueError, match="has a change of the pairing that changes nothing and moves somebody"):
        export("places", restless)


def test_it_is_json() -> None:
    read = json.loads(export("places", TOSS))
    assert (read["facts"], read["places"]) == ([], [{"pairings": [0], "coin": "up"}])
