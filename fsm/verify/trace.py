"""The shortest way to a place, told with people, and played again on the engine to confirm it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from fsm.engine.outcome import LostSignal
from fsm.engine.program import Config, Programs
from fsm.notation import Composition, Party
from fsm.space.places import low
from fsm.space.profiles import Profiles
from fsm.space.reachable import Edge, Space
from fsm.spec.parties import Pairing, Participant
from fsm.spec.routing import views

SIDES = ("originator", "recipient")


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
    """A way from the start: a pairing, and what happens then. ``confirmed`` says that the engine goes the same way."""

    pairing: Pairing
    moves: tuple[Move, ...]
    confirmed: bool

    def __str__(self) -> str:
        return "\n".join([f"   {describe(self.pairing)}", *(f"{n:2} {move}" for n, move in enumerate(self.moves, 1))])

    def as_dict(self) -> dict[str, Any]:
        """The trace as JSON-able data."""
        moves = [
            {**move._asdict(), "pairing": facts(move.pairing) if move.pairing else None, "effects": list(move.effects)}
            for move in self.moves
        ]
        return {"pairing": facts(self.pairing), "moves": moves, "confirmed": self.confirmed}


Facts = dict[str, str | bool]


def facts(pairing: Pairing) -> Facts:
    """Every fact of a pairing by its path, such as originator.mode."""
    around = {each.name: getattr(pairing, each.name) for each in fields(pairing) if each.name not in SIDES}
    return {
        f"{side}.{each.name}": getattr(getattr(pairing, side), each.name)
        for side in SIDES
        for each in fields(Participant)
    } | around


def from_facts(given: Facts) -> Pairing:
    """The pairing that has these facts.

    Raises:
        ValueError: they contradict each other.
    """
    sides: dict[str, Facts] = {side: {} for side in (*SIDES, "")}
    for path, value in given.items():
        side, _, name = path.rpartition(".")
        sides[side][name] = value
    first, second = (Participant(**sides[side]) for side in SIDES)  # type: ignore[arg-type]  # by name, as facts() gave
    return Pairing(first, second, **sides[""])  # type: ignore[arg-type]


def describe(pairing: Pairing) -> str:
    """A pairing in one line: the two modes, and whatever is not as usual."""
    usual = facts(Pairing(*(Participant(who.address, who.mode) for who in (pairing.originator, pairing.recipient))))
    odd = (f"{name} {value}" for name, value in facts(pairing).items() if usual[name] != value)
    return "; ".join([f"{pairing.originator.mode} to {pairing.recipient.mode}", *odd])


def difference(old: Pairing, new: Pairing) -> str:
    """What a change of the pairing changes."""
    before, after = facts(old), facts(new)
    return ", ".join(f"{name} {before[name]} to {after[name]}" for name in before if before[name] != after[name])


def nearest(profiles: Profiles, old: Pairing, number: int) -> Pairing:
    """A pairing of profile ``number`` that differs from ``old`` in few facts."""
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
            changed = difference(pairing, becomes) or "nothing that shows"
            pairing = becomes
        said = tuple(f"{name} to the {to}" for name, to in case.effects)
        moves.append(Move(case.event, case.by, becomes, changed, _standing(composition, edge.to), said))
    return Trace(first, tuple(moves), replays(composition, first, moves))


def _standing(composition: Composition, config: Config) -> str:
    where = zip(composition.lifecycles.values(), config, strict=True)
    return ", ".join(f"{each.name} {at}" for each, at in where if at != each.initial)


def replays(composition: Composition, pairing: Pairing, moves: list[Move]) -> bool:
    """Whether the engine, event by event, comes to the same places and asks for the same effects."""
    programs = Programs(composition)
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
