"""How two users come to a place: what a page that begins at the beginning has to play first."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fsm.engine.address import Fires
from fsm.engine.conversation import PROGRAMS
from fsm.notation import At
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
        for event, by in here.available:
            to = here[event, by].to
            if to is not None and to not in ways:
                ways[to] = [*ways[here], Fires(event, by)]
                queue.append(to)
    return None
