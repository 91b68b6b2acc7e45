"""Properties of where things lead: a conversation can be closed, and what is begun comes to an end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from fsm.engine.program import Config
from fsm.notation import Lifecycle, Party, Timer
from fsm.spec.conversation import ALONE
from fsm.verify.properties.lasting import RINGING
from fsm.verify.property import Broken, Property
from fsm.verify.space import Edge, Space

Region = dict[Config, int]


def can_reach(space: Space, goal: Callable[[Config], bool]) -> Region:
    """Who can come, by events alone, from which place to one where ``goal`` is so."""
    into: dict[Config, list[Edge]] = defaultdict(list)
    for edge in space.edges:
        if edge.sends is None and not edge.case.lost:
            into[edge.to].append(edge)
    found = {config: mask for config, mask in space.places.items() if goal(config)}
    open_ = dict(found)
    while open_:
        to, mask = open_.popitem()
        for edge in into[to]:
            new = edge.mask & mask & ~found.get(edge.source, 0)
            if new:
                found[edge.source] = found.get(edge.source, 0) | new
                open_[edge.source] = open_.get(edge.source, 0) | new
    return found


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
    out: dict[Config, list[Edge]] = defaultdict(list)
    for edge in space.edges:
        out[edge.source].append(edge)
    found = dict(goal)
    grown = True
    while grown:
        grown = False
        for n, lifecycle in enumerate(space.composition.lifecycles.values()):
            running: dict[str, dict[str, Timer]] = defaultdict(dict)
            for state in lifecycle:
                for timer in state.timers:
                    running[timer.event][state.name] = timer
            for timers in running.values():
                for config, mask in _timed(space, out, found, n, timers).items():
                    found[config] = found.get(config, 0) | mask
                    grown = True
    return found


def _timed(space: Space, out: dict[Config, list[Edge]], goal: Region, n: int, timers: Mapping[str, Timer]) -> Region:
    """Who is sure to come to ``goal`` by one timer, given the states of a lifecycle that run it."""
    inside: Region = {}
    for config, mask in space.places.items():
        timer = timers.get(config[n].state)
        if timer is None:
            continue
        for guard in timer.when:
            mask &= space.profiles.holding(guard, guard.whose(Party.SERVICE, None))
        mask &= ~goal.get(config, 0)
        going_off = 0
        for edge in out[config] if mask else ():
            if edge.case.event == timer.event and edge.case.by is Party.SERVICE and not edge.case.lost:
                going_off |= edge.mask & goal.get(edge.to, 0)
        if mask & going_off:
            inside[config] = mask & going_off
    shrinks = True
    while shrinks:
        shrinks = False
        for config in list(inside):
            for edge in out[config]:
                may = _leads(space, edge, inside[config])
                kept = goal.get(edge.to, 0)
                if not _restarts(space, edge, n):
                    kept |= inside.get(edge.to, 0)
                away = may & ~kept
                if away:
                    shrinks = True
                    inside[config] &= ~(away if edge.sends is None else inside[config])
            if not inside[config]:
                del inside[config]
    return inside


def _leads(space: Space, edge: Edge, mask: int) -> int:
    if edge.sends is None:
        return edge.mask & mask
    targets = 0
    for members, becomes in zip(space.profiles.classes, space.profiles.becomes, strict=True):
        if members & mask:
            targets |= becomes.get(edge.sends, 0)
    return edge.case.mask & targets


def _restarts(space: Space, edge: Edge, n: int) -> bool:
    """Whether a step enters the state anew that a lifecycle is in."""
    state = edge.source[n].state
    rows = (space.composition.rows[row] for row in edge.case.rows)
    return any(row.to == state and row.id.startswith(f"{space.names[n]}.") for row in rows)


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
