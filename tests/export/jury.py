"""Event sequences for tools that nobody here wrote, what the engine makes of them, and the record of who agreed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from fsm import Conversation, Pairing, Party, Refused
from fsm.verify import Space

PER_PROFILE = 7
"""Sequences for each profile; with some 1,450 profiles that is more than 10,000."""
LENGTH = 14


class Heard(NamedTuple):
    """What one event came to: whether it was accepted, where each lifecycle stands, and the effects, in order.

    A place is written state, or state_owner where the state has an owner.
    """

    event: str
    by: str
    accepted: bool
    places: dict[str, str]
    effects: list[tuple[str, str]]


class Sequence(NamedTuple):
    """A conversation of one profile, and what the engine said of each event."""

    number: int
    pairing: Pairing
    trace: list[Heard]


def sequences(space: Space, each: int = PER_PROFILE, seed: int = 1) -> Iterator[Sequence]:
    """Random sequences for every profile: three events of four are possible ones, the fourth is any event of anyone."""
    anything = [(event, by) for event in space.composition.events for by in Party]
    number = 0
    for n, pairing in enumerate(space.profiles.pairing):
        for m in range(each):
            chance = random.Random(f"{seed} {n} {m}")
            talk = Conversation(pairing)
            trace = []
            for _ in range(LENGTH):
                here = tuple(talk.places.values())
                possible = [way for way, mask in space.possible(here).items() if mask >> n & 1]
                event, by = chance.choice(possible if possible and chance.random() < 0.75 else anything)
                trace.append(heard(talk, event, by))
            yield Sequence(number, pairing, trace)
            number += 1


def heard(talk: Conversation, event: str, by: Party) -> Heard:
    """What the engine says of one event, which is fired."""
    try:
        effects = [(sent.name, sent.to) for sent in talk.fire(event, by).effects]
        accepted = True
    except Refused:
        accepted, effects = False, []
    return Heard(event, by.value, accepted, {name: written(talk, name) for name in talk.places}, effects)


def written(talk: Conversation, lifecycle: str) -> str:
    """Where a lifecycle stands, in one word."""
    at = talk.places[lifecycle]
    return f"{at.state}_{at.owner}" if at.owner else at.state
