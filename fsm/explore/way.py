"""How two users come to a place: what a page that begins at the beginning has to play first."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fsm.engine.address import Fires
from fsm.engine.conversation import PROGRAMS
from fsm.notation import At, Party
from fsm.spec.parties import Pairing
from fsm.spec.routing import views

if TYPE_CHECKING:
    from fsm.engine.program import Answers
    from fsm.spec.names import LifecycleName


def way_to(pairing: Pairing, places: Mapping[LifecycleName, At]) -> list[Fires] | None:
    """The fewest events after which two users stand there; None where none lead there, without a change.

    Args:
        pairing: the two.
        places: where each lifecycle stands.
    """
    program, sought = PROGRAMS.under(views(pairing)), tuple(places.values())
    ways: dict[Answers, list[Fires]] = {program.initial: []}
    queue = deque(ways)
    while queue:
        here = queue.popleft()
        if here.config == sought:
            return ways[here]
        for party in Party:
            for way in program.ways(here.config, party, program.composition.events):
                to = here[way.event, way.by].to
                if to is not None and to not in ways:
                    ways[to] = [*ways[here], Fires(way.event, way.by)]
                    queue.append(to)
    return None
