"""Every way that one lifecycle alone can behave, whoever the two people are.

Profiles are brought down to the guards that the lifecycle asks; those under which its machine is the same share it.
Some places are only come to when the pairing changes on the way: a thread across the gateway is offered a native one
once both are TeamsOnly. So a behaviour is entered in more than one way: at the start, and at each place that its own
inputs do not lead to, by a shortest way under other pairings and a change to its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fsm.notation import Composition, stands
from fsm.spec.parties import Pairing
from fsm.testing.making.mealy import Mealy, machine
from fsm.testing.making.play import Move, Player
from fsm.testing.making.single import inputs


class Way(NamedTuple):
    """How a place is come to: the pairing that the lifecycle begins under, and the moves."""

    pairing: Pairing
    moves: tuple[Move, ...]


class Behaviour(NamedTuple):
    """One way that a lifecycle behaves.

    Args:
        pairing: a pairing under which it does.
        machine: its machine.
        entries: the states it is entered at, and how.
    """

    pairing: Pairing
    machine: Mealy
    entries: dict[int, Way]


def behaviours(composition: Composition, name: str, pairings: Iterable[Pairing], player: Player) -> list[Behaviour]:
    """The behaviours of the lifecycle ``name`` under ``pairings``, changes from each to each included.

    Args:
        composition: the tables.
        name: the lifecycle.
        pairings: the pairings; the first of those that make it behave alike stands for them.
        player: plays the lifecycle alone.

    Raises:
        ValueError: there is a place that nobody can come to.
    """
    lifecycle = composition.lifecycles[name]
    places = [(at,) for at in (lifecycle.initial, *lifecycle.places)]
    fired = inputs(composition, name)
    programs = {player.under(pairing): pairing for pairing in reversed(tuple(pairings))}
    found: dict[object, tuple[Pairing, Mealy]] = {}
    for program, pairing in reversed(programs.items()):
        made = machine(program, fired, places)
        found.setdefault((made.output, made.to), (pairing, made))
    ways = _ways(list(found.values()))
    lost = stands((name, at) for n, (at,) in enumerate(dict.fromkeys(places)) if n not in ways)
    if lost:
        raise ValueError(f"lifecycle: nobody can come to {lost}; take it out of the tables, or give a pairing")
    return [Behaviour(pairing, made, _entries(pairing, made, ways)) for pairing, made in found.values()]


def _ways(machines: Sequence[tuple[Pairing, Mealy]]) -> dict[int, Way]:
    """A shortest way to each place, under whichever pairings."""
    found: dict[int, Way] = {}
    open_ = deque((n, 0, Way(pairing, ())) for n, (pairing, _) in enumerate(machines))
    seen = {(n, 0) for n, _, _ in open_}
    while open_:
        n, state, way = open_.popleft()
        made = machines[n][1]
        found.setdefault(state, way)
        steps: list[tuple[int, int, Move]] = [(n, to, made.inputs[each]) for each, to in enumerate(made.to[state])]
        if found[state] is way:
            steps += [(other, state, becomes) for other, (becomes, _) in enumerate(machines) if other != n]
        for number, to, move in steps:
            if (number, to) not in seen:
                seen.add((number, to))
                open_.append((number, to, Way(way.pairing, (*way.moves, move))))
    return found


def _entries(pairing: Pairing, made: Mealy, ways: dict[int, Way]) -> dict[int, Way]:
    entries = {0: Way(pairing, ())}
    for state, way in sorted(ways.items(), key=lambda each: len(each[1].moves)):
        if state not in made.reached(entries):
            entries[state] = Way(way.pairing, (*way.moves, pairing))
    return entries
