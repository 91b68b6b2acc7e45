"""Where events lead: who can come to somewhere, and who must."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from fsm.engine.program import Config
from fsm.notation import Party, Timer
from fsm.space.places import low, numbers
from fsm.space.reachable import Space
from fsm.space.spreads import Spread

Region = dict[Config, int]


def can_reach(space: Space, goal: Callable[[Config], bool]) -> Region:
    """Who can come, by events alone, from which place to one where ``goal`` is so."""
    found = [mask if goal(config) else 0 for config, mask in space.places.items()]
    open_ = {n: mask for n, mask in enumerate(found) if mask}
    while open_:
        grown: dict[int, int] = defaultdict(int)
        for to, mask in open_.items():
            for source, comes in space.into[to].items():
                new = comes & mask & ~found[source]
                if new:
                    found[source] |= new
                    grown[source] |= new
        open_ = grown
    return dict(zip(space.places, found, strict=True))


def must_reach(space: Space, goal: Region) -> Region:
    """Who must come, from which place, to ``goal``, whatever anybody does, if timers go off that nothing stops.

    Grown step by step: from places where a timer runs, if its going off leads to what is grown so far, and whatever
    else happens leads there too, or to another of these places without starting the timer afresh.
    """
    found = [goal.get(config, 0) for config in space.places]
    grown = True
    while grown:
        grown = False
        for n, lifecycle in enumerate(space.composition.lifecycles.values()):
            running: dict[str, dict[str, Timer]] = defaultdict(dict)
            for state in lifecycle:
                for timer in state.timers:
                    running[timer.event][state.name] = timer
            for timers in running.values():
                for place, mask in _timed(space, found, n, timers).items():
                    found[place] |= mask
                    grown = True
    return {config: mask for config, mask in zip(space.places, found, strict=True) if mask}


def _timed(space: Space, goal: Sequence[int], n: int, timers: Mapping[str, Timer]) -> dict[int, int]:
    """Who is sure to come to ``goal`` by one timer, by the number of the place, given the states that run it."""
    inside = _going_off(space, goal, n, timers)
    restarting = _restarting(space, n) if inside else ()
    shrinks = True
    while shrinks and inside:
        shrinks = False
        for spreads, beside in (restarting, {}), (space.happens, inside):
            lacking = _lacking(space, goal, beside)
            for spread, place, to in _into(space, spreads, inside, lacking):
                away = _leads(space, spread, inside[place]) & ~(goal[to] | beside.get(to, 0))
                if away:
                    shrinks = True
                    inside[place] &= ~away if spread.sends is None else 0
        inside = {place: mask for place, mask in inside.items() if mask}
    return inside


def _going_off(space: Space, goal: Sequence[int], n: int, timers: Mapping[str, Timer]) -> dict[int, int]:
    """Whom a timer brings to ``goal`` where it runs and goes off, by the number of the place."""
    found: dict[int, int] = defaultdict(int)
    for state, timer in timers.items():
        mask = space.profiles.everyone
        for guard in timer.when:
            mask &= space.profiles.holding(guard, guard.whose(Party.SERVICE, None))
        for spread in space.asked[timer.event, Party.SERVICE]:
            if not (spread.case.refusal or spread.case.lost):
                for place in numbers(spread.places & space.numbered.in_state[n][state]):
                    comes = mask & space.at(spread, place) & goal[space.leads(spread.case, place)]
                    found[place] |= comes & ~goal[place]
    return {place: mask for place, mask in found.items() if mask}


def _lacking(space: Space, goal: Sequence[int], inside: Mapping[int, int]) -> int:
    """The places where somebody can be who is neither inside nor at ``goal``."""
    everywhere = enumerate(zip(space.crowds.at, goal, strict=True))
    return sum(1 << place for place, (who, there) in everywhere if who & ~(there | inside.get(place, 0)))


def _into(
    space: Space, spreads: Iterable[Spread], inside: Mapping[int, int], lacking: int
) -> Iterator[tuple[Spread, int, int]]:
    """What may lead from which places inside to which of those that lack somebody."""
    here = sum(1 << place for place in inside)
    for spread in spreads if lacking else ():
        some, there = spread.places & here, lacking
        for n, at in spread.case.moves:
            there &= space.numbered.standing[n].get(at, 0)
        if not spread.case.moves:
            some &= there
        for place in numbers(some) if there else ():
            to = space.leads(spread.case, place)
            if there >> to & 1:
                yield spread, place, to


def _leads(space: Space, spread: Spread, mask: int) -> int:
    """Whom something that happens makes of those of ``mask``."""
    return spread.case.mask & (mask if spread.sends is None else space.changes(mask).get(spread.sends, 0))


def _restarting(space: Space, n: int) -> Sequence[Spread]:
    """Everything that enters the state anew that a lifecycle is in."""
    configs, rows = space.numbered.configs, space.composition.rows
    anew = {id for id, row in rows.items() if row.to and id.startswith(f"{space.names[n]}.")}
    return [
        each
        for each in space.happens
        if any(row in anew and rows[row].to == configs[low(each.places)][n].state for row in each.case.rows)
    ]
