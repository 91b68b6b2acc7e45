"""What is claimed of where things lead: a conversation can be closed, and no lifecycle is stuck."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fsm.engine.program import Config
from fsm.notation import Lifecycle, of_the_space
from fsm.space.reachable import Space
from fsm.verify.broken import Broken
from fsm.verify.liveness import can_reach


def _rests(space: Space, *lifecycles: Lifecycle) -> Callable[[Config], bool]:
    numbered = [(space.names.index(each.name), each) for each in lifecycles]
    return lambda config: all(each.states[config[n].state].final or config[n] == each.initial for n, each in numbered)


def _cannot(space: Space, goal: Callable[[Config], bool], says: str) -> Iterator[Broken]:
    able = can_reach(space, goal)
    for config, mask in space.places.items():
        stuck = mask & ~able.get(config, 0)
        if stuck:
            yield Broken(says, config, stuck)


def _closes(space: Space) -> Iterator[Broken]:
    return _cannot(space, _rests(space, *space.composition.lifecycles.values()), "no events close it from here")


def _goes_on(space: Space) -> Iterator[Broken]:
    for each in space.composition.lifecycles.values():
        yield from _cannot(space, _rests(space, each), f"no events bring the {each.name} to rest")


LIVENESS = (
    of_the_space(
        "can-be-closed",
        "from every place events lead to one where every lifecycle is over or never began",
        "",
        _closes,
    ),
    of_the_space(
        "there-is-a-way-on",
        "from every state that is not final events lead to one where its lifecycle may rest",
        "",
        _goes_on,
    ),
)
