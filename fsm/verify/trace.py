"""The shortest way to a place, told with people, and played again on the engine to confirm it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from fsm.engine.outcome import LostSignal
from fsm.engine.program import Config, Programs
from fsm.notation import Composition, Pairings, Party, stands
from fsm.space.places import low
from fsm.space.profiles import Profiles
from fsm.space.reachable import Edge, Space
from fsm.spec.facts import facts, from_facts
from fsm.spec.parties import Pairing
from fsm.spec.users import USERS, whose


class Move(NamedTuple):
    """One step of a trace: an event, or a change of the pairing to ``pairing``.

    ``places`` are where the lifecycles stand after it, those that are where they began left out.
    """

    event: str
    by: Party
    pairing: Pairing | None
    changed: str
    places: str
    effects: tuple[str, ...]

    def __str__(self) -> str:
        what = f"change: {self.changed}" if self.pairing else f"{self.event} by {self.by}"
        return f"{what}  ->  {self.places or 'as at the start'}"


@dataclass(frozen=True)
class Trace:
    """A way from the start: a pairing, and what happens then. ``confirmed`` says that the engine goes the same way, and
    ``of`` what pairings it is one of.
    """

    pairing: Pairing
    moves: tuple[Move, ...]
    confirmed: bool
    of: Pairings = USERS

    def __str__(self) -> str:
        told = f"   {self.of.describe(self.pairing)}"
        return "\n".join([told, *(f"{n:2} {move}" for n, move in enumerate(self.moves, 1))])

    def as_dict(self) -> dict[str, Any]:
        """The trace as JSON-able data."""
        facts_of = self.of.facts_of
        moves = [
            {
                **move._asdict(),
                "pairing": facts_of(move.pairing) if move.pairing else None,
                "effects": list(move.effects),
            }
            for move in self.moves
        ]
        return {"pairing": facts_of(self.pairing), "moves": moves, "confirmed": self.confirmed}


def nearest(profiles: Profiles, old: Pairing, number: int) -> Pairing:
    """A pairing of profile ``number`` that differs from ``old`` in few facts."""
    between = profiles.whose
    if between is not USERS:
        alike = (each for each in between.every if profiles.of(each) == number)
        return min(alike, key=lambda each: len(between.facts_of(each).items() ^ between.facts_of(old).items()))  # type: ignore[no-any-return]
    before, after = facts(old), facts(profiles.pairing[number])
    for name in [name for name in before if before[name] != after[name]]:
        try:
            closer = from_facts({**after, name: before[name]})
        except ValueError:
            continue
        if profiles.of(closer) == number:
            after = facts(closer)
    return from_facts(after)


class Via(NamedTuple):
    """A step of one profile, before it is told: from what place, by which edge, under which profile after it."""

    edge: Edge
    number: int


def steps_to(space: Space, config: Config, mask: int) -> int | None:
    """How many steps it takes for the first of ``mask`` to come to a place; None if none can."""
    return next((steps for steps, layer in enumerate(space.layers) if layer.get(config, 0) & mask), None)


def way(space: Space, config: Config, mask: int) -> tuple[int, list[Via]]:
    """A shortest way to a place for one of ``mask``: the profile it starts under, and the steps."""
    arrival = next(each for each in space.arrivals(config) if each.mask & mask)
    number = low(arrival.mask & mask)
    if arrival.edge is None:
        return number, []
    start, before = way(space, arrival.edge.source, sources(space, arrival.edge, arrival.sources, 1 << number))
    return start, [*before, Via(arrival.edge, number)]


def sources(space: Space, edge: Edge, within: int, mask: int) -> int:
    """Those of ``within`` whom ``edge`` may lead to one of ``mask``."""
    if edge.sends is None:
        return within & mask
    profiles = space.profiles
    found = 0
    for members, becomes in zip(profiles.classes, profiles.becomes, strict=True):
        if becomes.get(edge.sends, 0) & mask:
            found |= members & within
    return found


def trace(space: Space, config: Config, mask: int, last: Edge | None = None) -> Trace:
    """A shortest way to a place for one of ``mask``, or along ``last`` to where one of ``mask`` is after it."""
    if last is None:
        return tell(space, *way(space, config, mask))
    start, steps = way(space, config, sources(space, last, space.places[config], mask))
    here = steps[-1].number if steps else start
    return tell(space, start, [*steps, Via(last, low(mask & leads(space, last, here)))])


def leads(space: Space, edge: Edge, number: int) -> int:
    """The profiles that ``edge`` may lead profile ``number`` to."""
    if edge.sends is None:
        return 1 << number
    profiles = space.profiles
    return next(
        becomes[edge.sends]
        for members, becomes in zip(profiles.classes, profiles.becomes, strict=True)
        if members >> number & 1
    )


def tell(space: Space, start: int, steps: list[Via]) -> Trace:
    """The trace of these steps, played on the engine as it is told."""
    composition, profiles = space.composition, space.profiles
    first = pairing = profiles.pairing[start]
    moves = []
    for edge, number in steps:
        case, becomes, changed = edge.case, None, ""
        if edge.sends is not None:
            becomes = nearest(profiles, pairing, number)
            changed = profiles.whose.difference(pairing, becomes) or "nothing that shows"
            pairing = becomes
        said = tuple(f"{name} to the {to}" for name, to in case.effects)
        moves.append(Move(case.event, case.by, becomes, changed, _standing(composition, edge.to), said))
    return Trace(first, tuple(moves), replays(composition, first, moves), profiles.whose)


def _standing(composition: Composition, config: Config) -> str:
    where = zip(composition.lifecycles.values(), config, strict=True)
    return stands((each.name, at) for each, at in where if at != each.initial)


def replays(composition: Composition, pairing: Pairing, moves: list[Move]) -> bool:
    """Whether the engine, event by event, comes to the same places and asks for the same effects."""
    programs, views = Programs(composition), whose(composition).views
    program = programs.under(views(pairing))
    row = program.initial
    for move in moves:
        try:
            if move.pairing:
                new = programs.under(views(move.pairing))
                result = new.change(row.config, program, views(pairing)[0], views(move.pairing)[0])
                program, pairing = new, move.pairing
            else:
                answer = row[move.event, move.by]
                if answer.to is None:
                    return False
                result = answer
        except LostSignal:
            return move is moves[-1]
        row = result.to
        said = tuple(f"{name} to the {to}" for name, to in result.effects)
        if (_standing(composition, row.config), said) != (move.places, move.effects):
            return False
    return True
