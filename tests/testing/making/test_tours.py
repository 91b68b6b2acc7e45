"""Tours of a suite: which of them are needed."""

from __future__ import annotations

from fsm.notation import Party, on, state
from fsm.space.cases import Together
from fsm.space.profiles import Profiles
from fsm.testing.making.goals import Goals
from fsm.testing.making.play import Player
from fsm.testing.making.tours import Graph, tours
from tests.people import PAIRS
from tests.testing.machines import CALM
from tests.verify.machines import compose, few, lifecycle

FORK = compose(
    lifecycle(
        "way",
        state("start", "", on("left", to="hill", cites="RTE-1"), on("right", to="pond", cites="RTE-1"), initial=True),
        state("hill", "", on("on", to="top", cites="RTE-1")),
        state("pond", ""),
        state("top", "", on("look", cites="RTE-1")),
    )
)


def test_a_tour_whose_goals_a_later_one_reaches_on_its_way_is_left_out() -> None:
    """Up the hill alone, since the pond is nearer from the start than the top is from the hill; to the pond; then to
    the top, which leads up the hill.
    """
    goals, profiles = Goals(FORK, "rows"), Profiles(FORK, few(200))
    graph = Graph(goals, Together(FORK, profiles), {0: profiles.pairing[0]})
    wanted = [("", f"way.{row}.1 by originator") for row in ("start.left", "start.right", "top.look")]
    pond, top = tours(graph, wanted, lambda done, of: None)
    assert pond.moves == (("right", Party.ORIGINATOR),)
    assert top.moves == tuple((event, Party.ORIGINATOR) for event in ("left", "on", "look"))
    assert pond.goals | top.goals == set(wanted)


def test_a_change_of_the_pairing_leads_where_it_leads_those_two() -> None:
    two = PAIRS["teams>sfb"], PAIRS["sfb>teams"]
    profiles = Profiles(CALM, ([each.originator for each in two], [each.recipient for each in two]))
    graph = Graph(Goals(CALM, "rows"), Together(CALM, profiles), {profiles.pairing.index(each): each for each in two})
    player = Player(CALM)
    led = set()
    for node in graph.starts:
        before = profiles.pairing[node.number]
        for step in graph.turns(node):
            after = profiles.pairing[step.to.number]
            if after != before:
                came = player.changed(player.under(before).at(node.config), before, after).to
                assert came is not None
                assert came.config == step.to.config
                led.add(step.to.config[0].state)
    assert led == {"open", "away"}
