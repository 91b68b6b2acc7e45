"""Properties of where things lead: a conversation can be closed, and what is begun comes to an end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from fsm.engine.places import low, numbers
from fsm.engine.program import Config
from fsm.notation import Lifecycle, Party, Timer
from fsm.spec.conversation import ALONE
from fsm.verify.properties.lasting import RINGING
from fsm.verify.property import Broken, Property
from fsm.verify.space import Space
from fsm.verify.spread import Spread

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
    ways, inside = _ways(space), dict[int, int]()
    for place, (config, mask) in enumerate(space.places.items()):
        timer = timers.get(config[n].state)
        if timer is None:
            continue
        for guard in timer.when:
            mask &= space.profiles.holding(guard, guard.whose(Party.SERVICE, None))
        mask &= ~goal[place]
        going_off = 0
        for spread, to in ways[place] if mask else ():
            case = space.happens[spread].case
            if case.event == timer.event and case.by is Party.SERVICE and not case.lost:
                going_off |= case.mask & goal[to]
        if mask & going_off:
            inside[place] = mask & going_off
    restarts = _restarting(space, n)
    shrinks = bool(inside)
    while shrinks:
        shrinks = False
        for place in list(inside):
            for spread, to in ways[place]:
                kept = goal[to] if restarts[spread] else goal[to] | inside.get(to, 0)
                if space.crowds.at[to] & ~kept:
                    away = _leads(space, space.happens[spread], inside[place]) & ~kept
                    if away:
                        shrinks = True
                        inside[place] &= ~away if space.happens[spread].sends is None else 0
            if not inside[place]:
                del inside[place]
    return inside


def _ways(space: Space) -> Sequence[Sequence[tuple[int, int]]]:
    """By place: what happens there and leads on, if only into the same state anew, by its number, and to where."""
    found: list[list[tuple[int, int]]] | None = space.kept.get("ways")
    if found is None:
        found = space.kept["ways"] = [[] for _ in space.places]
        anew = {row.id for row in space.composition.rows.values() if row.to == row.id.split(".")[1]}
        for spread, (case, sends, places) in enumerate(space.happens):
            if case.moves or sends is not None or not anew.isdisjoint(case.rows):
                for n in numbers(places):
                    found[n].append((spread, space.leads(case, n)))
    return found


def _leads(space: Space, spread: Spread, mask: int) -> int:
    """Whom something that happens makes of those of ``mask``."""
    return spread.case.mask & (mask if spread.sends is None else space.changes(mask).get(spread.sends, 0))


def _restarting(space: Space, n: int) -> Sequence[bool]:
    """Whether each thing that happens enters the state anew that a lifecycle is in."""
    found: Sequence[bool] | None = space.kept.get(("restarting", n))
    if found is None:
        configs, rows = space.numbered.configs, space.composition.rows
        found = space.kept["restarting", n] = [
            any(
                rows[row].to == configs[low(spread.places)][n].state
                for row in spread.case.rows
                if row.startswith(f"{space.names[n]}.")
            )
            for spread in space.happens
        ]
    return found


def _ends(name: str, says: str, cites: str, lifecycle: str, waiting: str, forever: str) -> Property:
    """A property that a lifecycle does not stay in these states for ever."""
    states = waiting.split()

    def check(space: Space) -> Iterator[Broken]:
        n = space.names.index(lifecycle)
        goal = {config: mask for config, mask in space.places.items() if config[n].state not in states}
        sure = must_reach(space, goal)
        for config, mask in space.places.items():
            stuck = mask & ~sure.get(config, 0)
            if stuck:
                yield Broken(forever, config, stuck)

    said = f"{says}, whatever anybody does, if timers go off"
    return Property(name, said, cites, check, ends=(lifecycle, waiting))


LIVENESS = (
    Property(
        "can-be-closed",
        "from every place events lead to one where chat, call and meeting are over or never began",
        "",
        _closes,
    ),
    Property(
        "there-is-a-way-on",
        "from every state that is not final events lead to one where its lifecycle may rest",
        "",
        _goes_on,
    ),
    _ends(
        "an-escalation-ends",
        "an accepted escalation ends: the two are together in the meeting, or it failed or is abandoned",
        "DEC-19 ESC-1",
        "meeting",
        f"creating {ALONE}",
        "the meeting can wait for ever",
    ),
    _ends(
        "a-superseded-call-is-settled",
        "a call that ended for a meeting goes on in it or is abandoned",
        "DEC-16 DEC-19",
        "terminated_call",
        "superseded",
        "the call can wait for ever",
    ),
    _ends(
        "ringing-ends",
        "a call that rings is answered or over",
        "DEC-19 DEC-27",
        "call",
        " ".join(RINGING),
        "the call can ring for ever",
    ),
)
