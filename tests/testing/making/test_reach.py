"""Suites begin from who can be where and what happens to them there, as one conversation at a time has it."""

from __future__ import annotations

from itertools import product

import pytest

from fsm.engine.outcome import Outcome
from fsm.engine.program import Config
from fsm.notation import Composition, Party
from fsm.space.places import low
from fsm.space.reachable import Space
from fsm.testing.making.play import Player
from fsm.testing.making.reach import Reach
from tests.testing.conftest import profiles
from tests.testing.machines import CALM, LAMP, PHONE

Came = tuple[Config, str, Party, bool, Config, int]
"""Where, what, by whom, whether it was accepted, where it leads, and for which profile."""


def one_by_one(composition: Composition) -> set[Came]:
    """Every step of every conversation, its pairing changed at every place to every other."""
    every, player = profiles(composition).pairing, Player(composition)
    first = player.under(every[0]).initial.config
    found: set[Came] = set()
    open_ = [(first, n) for n in range(len(every))]
    seen = set(open_)
    while open_:
        config, n = open_.pop()
        here = player.under(every[n]).at(config)
        steps = [(event, by, here[event, by], n) for event, by in product(composition.events, Party)]
        steps += [("change", Party.SERVICE, player.changed(here, every[n], new), m) for m, new in enumerate(every)]
        for event, by, result, m in steps:
            accepted = isinstance(result, Outcome)
            to = result.to.config if isinstance(result, Outcome) else config
            found.add((config, event, by, accepted, to, m))
            if (to, m) not in seen:
                seen.add((to, m))
                open_.append((to, m))
    return found


@pytest.mark.parametrize("composition", [LAMP, PHONE, CALM], ids=["lamp", "phone", "calm"])
def test_the_steps_are_those_of_one_conversation_at_a_time(composition: Composition) -> None:
    steps: set[Came] = set()
    for edge in Reach(Space(composition, profiles(composition))).steps():
        mask = edge.mask
        while mask:
            n = low(mask)
            mask ^= 1 << n
            steps.add((edge.source, edge.case.event, edge.case.by, edge.case.refusal is None, edge.to, n))
    assert steps == one_by_one(composition)
