"""Whether a changed composition still does the same: for every pairing, in every place, at every event and change.

Two compositions that have done the same so far stand in the same place. So as long as no step differs, the places that
the changed one can come to are those of the original, and it is enough to look at the steps of the original's space
that depend on what was changed. If none differs the two are equivalent; otherwise the one that takes the fewest steps
to come to is a shortest way to tell them apart.

A step is all that it comes to: whether it is refused and by which rule, where each lifecycle stands after it, the
effects in order, the timers started and cancelled, whether a signal is lost. Why a rule decides is not compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import and_
from typing import NamedTuple

from fsm.engine.program import Config
from fsm.notation import Composition, Party, State, stands
from fsm.space.cases import CHANGE, Case, Sends, Together
from fsm.space.reachable import Edge, Space
from fsm.verify.trace import Trace, sources, steps_to, trace

Touched = tuple[str, str, str]
"""A lifecycle, one of its states, and what is asked there: an event, a signal, or TIMERS. For dispatch, no lifecycle
and no state.
"""
TIMERS = "timers"
LOST: tuple[Touched, ...] = (("", "", "lost"),)
"""Steps that break off in the original: they are looked at whatever was changed."""


class Difference(NamedTuple):
    """Where the changed composition does something else.

    Args:
        trace: a shortest way there, as the original goes it; along the step that differs, unless that is refused.
        was: what the step comes to in the original; None where only the timers that run differ.
        becomes: what it comes to in the changed one; None where only the timers differ.
        says: the two in words.
    """

    trace: Trace
    was: Case | None
    becomes: Case | None
    says: str

    def __str__(self) -> str:
        return f"{self.trace}\n{self.says}"


Asking = tuple[Config, str | Sends]
"""A place, and an event or which changes a change of the pairing sends."""


class _Found(NamedTuple):
    """A place where the two differ, for whom, and the step by which they do, if it is one."""

    config: Config
    mask: int
    edge: Edge | None
    becomes: Case | None


class Comparison:
    """Changed compositions against one that has been explored.

    Args:
        space: the places and steps of the original. Its profiles must tell apart by every guard that the changed ones
            ask: ``Profiles(composition, guards=...)``.
    """

    def __init__(self, space: Space) -> None:
        self.space = space
        self._edges: dict[Asking, list[Edge]] = defaultdict(list)
        self._touching: dict[Touched, dict[Asking, None]] = defaultdict(dict)
        refused = (Edge(config, config, mask, case, None) for config, mask, case in space.refused)
        for edge in (*space.edges, *refused):
            asking = edge.source, edge.case.event if edge.sends is None else edge.sends
            self._edges[asking].append(edge)
            for place in LOST if edge.case.lost else self._touches(edge):
                self._touching[place][asking] = None

    def difference(self, changed: Composition) -> Difference | None:
        """The shortest way to tell ``changed`` from the original; None where nothing tells them apart.

        Raises:
            ValueError: the two do not have the same lifecycles, states, events and changes of the pairing, or the
                changed one asks a guard by which profiles are not told apart.
        """
        for what, was, now in zip(SHAPE, _shape(self.space.composition), _shape(changed), strict=True):
            if was != now:
                raise ValueError(
                    f"{what}: the changed composition has others than the original; give one with the same"
                )
        found = min(self._found(changed), key=self._distance, default=None)
        if found is None:
            return None
        was = found.edge.case if found.edge else None
        along = found.edge if was and not was.refusal else None
        return Difference(
            trace(self.space, found.config, found.mask, along), was, found.becomes, self._says(was, found.becomes)
        )

    def _found(self, changed: Composition) -> Iterator[_Found]:
        original, program = self.space.composition, Together(changed, self.space.profiles)
        places = tuple(touched(original, changed))
        asked = dict.fromkeys(asking for each in (*places, *LOST) for asking in self._touching[each])
        same: dict[tuple[int, int], bool] = {}
        for config, what in asked:
            now = tuple(program.cases(config, what)) if isinstance(what, str) else program.changed(config, what)
            for edge in self._edges[config, what]:
                for case in now:
                    key = id(edge.case), id(case)
                    mask = case.mask & edge.mask
                    if mask and case.by is edge.case.by:
                        if key not in same:
                            same[key] = _outcome(original, edge.case) == _outcome(changed, case)
                        if not same[key]:
                            yield _Found(config, mask, edge, case)
        for name, state, what in places:
            if what == TIMERS:
                yield from self._waits(changed, name, state)

    def _waits(self, changed: Composition, name: str, state: str) -> Iterator[_Found]:
        """Where timers run in one of the two only: in the step that led there, or that leads on."""
        was, now = (self._running(each.lifecycles[name].states[state]) for each in (self.space.composition, changed))
        n = self.space.names.index(name)
        for event in dict.fromkeys((*was, *now)):
            differs = was.get(event, 0) ^ now.get(event, 0)
            for config, mask in self.space.places.items():
                if config[n].state == state and mask & differs:
                    yield _Found(config, mask & differs, None, None)

    def _running(self, state: State) -> dict[str, int]:
        profiles = self.space.profiles
        return {
            timer.event: reduce(
                and_,
                (profiles.holding(guard, guard.whose(Party.SERVICE, None)) for guard in timer.when),
                profiles.everyone,
            )
            for timer in state.timers
        }

    def _distance(self, found: _Found) -> int:
        if found.edge is None:
            return steps_to(self.space, found.config, found.mask) or 0
        here = sources(self.space, found.edge, self.space.places[found.config], found.mask)
        return 1 + (steps_to(self.space, found.config, here) or 0)

    def _says(self, was: Case | None, becomes: Case | None) -> str:
        if was is None or becomes is None:
            return "other timers run then"
        names = self.space.names
        return f"original: {in_words(names, was)}\nchanged: {in_words(names, becomes)}"

    def _touches(self, edge: Edge) -> Iterator[Touched]:
        case, names = edge.case, self.space.names
        if edge.sends is None:
            standing = dict(zip(names, edge.source, strict=True))
            row = next(row for row in self.space.composition.dispatch[case.event] if row.applies(standing, case.by))
            yield "", "", case.event
            if row.lifecycle:
                yield row.lifecycle, standing[row.lifecycle].state, case.event
        rows = self.space.composition.rows
        for each in (*case.rows, *(asked.row for asked in case.asked)):
            yield rows[each].lifecycle, rows[each].state, rows[each].event
        yield from case.ignored
        for each in case.rows:
            yield rows[each].lifecycle, rows[each].state, TIMERS
        for n, at in case.moves:
            yield names[n], at.state, TIMERS


def in_words(names: Sequence[str], case: Case) -> str:
    """What a case comes to, in words; ``names`` are those of the lifecycles."""
    what = f"{case.event} by {case.by}"
    if case.lost:
        return f"{what} loses a signal: {case.lost}"
    if case.refusal:
        return f"{what} is {case.refusal.kind.by(case.refusal.rule)}"
    moved = stands((names[n], at) for n, at in case.moves)
    to = f"to {moved}" if moved else "nowhere else"
    effects = ", ".join(f"{name} to the {party}" for name, party in case.effects) or "none"
    timers = ", ".join((*(f"{e} in {s} s" for e, s in case.timers.start), *(f"no {e}" for e in case.timers.cancel)))
    return f"{what} leads {to}; effects: {effects}; timers: {timers or 'none'}"


def _outcome(composition: Composition, case: Case) -> object:
    refused = (case.refusal.rule,) if case.refusal else None
    anew = _reentered(composition, case) if case.event == CHANGE else ()
    return refused, bool(case.lost), sorted(case.moves), case.effects, case.timers, anew


def _reentered(composition: Composition, case: Case) -> tuple[str, ...]:
    """The timers that a change of the pairing starts afresh; for an event, its case lists them."""
    rows = [composition.rows[each] for each in case.rows]
    states = (composition.lifecycles[row.lifecycle].states[row.state] for row in rows)
    return tuple(t.event for row, state in zip(rows, states, strict=True) if row.to == state.name for t in state.timers)


SHAPE = ("lifecycles", "places", "initial states", "events", "changes")


def _shape(composition: Composition) -> tuple[object, ...]:
    lifecycles = composition.lifecycles.values()
    return (
        list(composition.lifecycles),
        [each.places for each in lifecycles],
        [each.initial for each in lifecycles],
        set(composition.events),
        composition.changes,
    )


def touched(original: Composition, changed: Composition) -> Iterator[Touched]:
    """Where two compositions of one shape do not have the same tables."""
    for name, lifecycle in original.lifecycles.items():
        for was in lifecycle:
            now = changed.lifecycles[name].states[was.name]
            events = (*(row.event for row in (*was.rows, *now.rows)), *was.ignores, *now.ignores)
            for event in dict.fromkeys(events):
                if was.rows_for(event) != now.rows_for(event) or (event in was.ignores) != (event in now.ignores):
                    yield name, was.name, event
            if was.timers != now.timers:
                yield name, was.name, TIMERS
    for event, rows in original.dispatch.items():
        if rows != changed.dispatch.get(event):
            yield "", "", event
