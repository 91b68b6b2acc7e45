"""What a property is asked about: a step, or a place with the two people in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from fsm.engine.program import Config
from fsm.engine.together import Narrowing
from fsm.notation import At, Guard, Party
from fsm.spec.invariants import Moment
from fsm.verify.space import Edge, Space


class Step(Moment):
    """A moment, and what made it: who acted, which rows fired, and which changes a change of the pairing sent. Guards
    are as they are after it.
    """

    by: Party
    rows: tuple[str, ...]
    changes: tuple[tuple[str, Party], ...]

    def was(self, lifecycle: str, states: str) -> bool:
        """Whether a lifecycle was in one of these states before the step."""
        return self.before[lifecycle].state in states.split()

    def now(self, lifecycle: str, states: str) -> bool:
        """Whether a lifecycle is in one of these states after the step."""
        return self.after[lifecycle].state in states.split()

    def stays(self, *lifecycles: str) -> bool:
        """Whether these lifecycles stand where they stood."""
        return all(self.before[name] == self.after[name] for name in lifecycles)


class _Unread(Exception):
    """A lifecycle was looked at that is not among those told apart so far."""


class _Standing(dict[str, At]):
    """Where those lifecycles stand that are told apart so far; asked by name only, so that it shows who is asked."""

    def __missing__(self, name: str) -> At:
        raise _Unread(name)

    def _by_name(self, *_: object) -> Any:
        raise TypeError("where a step began and ended is asked by name: step.before['chat'], step.after['chat']")

    __iter__ = __len__ = __contains__ = __eq__ = get = keys = values = items = _by_name


Alike = tuple[int, ...]
"""What tells two steps apart for somebody who looks at some of the lifecycles only."""


class _Kind:
    """All steps that somebody cannot tell apart: one of them, for whom they are, and the step once it is asked for."""

    __slots__ = ("alike", "edge", "mask", "step")

    def __init__(self, alike: Alike, edge: Edge) -> None:
        self.alike = alike
        self.edge = edge
        self.mask = 0
        self.step: Step | None = None


class _Steps:
    """Every step of a space, for checks that look at some of the lifecycles."""

    def __init__(self, space: Space) -> None:
        self.names = space.names
        self.changes = space.composition.changes
        self.narrowing = Narrowing(space.profiles)
        self.edges = [edge for edge in space.edges if not edge.case.lost]
        said: dict[object, int] = {}
        self._said = [
            said.setdefault((e.case.event, e.case.by, e.case.effects, e.case.rows, e.sends), len(said))
            for e in self.edges
        ]
        numbers: dict[At, int] = {}
        self._numbered = {
            config: tuple(numbers.setdefault(at, len(numbers)) for at in config) for config in space.places
        }
        self._kinds: dict[tuple[int, ...], list[_Kind]] = {}

    def alike(self, reads: tuple[int, ...]) -> Iterator[tuple[Alike, Edge]]:
        """Every edge, with what tells it apart for somebody who looks at these lifecycles."""
        seen = {config: tuple(numbers[n] for n in reads) for config, numbers in self._numbered.items()}
        for said, edge in zip(self._said, self.edges, strict=True):
            yield (said, *seen[edge.source], *seen[edge.to]), edge

    def kinds(self, reads: tuple[int, ...], events: Sequence[str]) -> Iterator[tuple[_Kind, Step]]:
        """The steps there are, or those by these events, for somebody who looks at these lifecycles."""
        if reads not in self._kinds:
            found: dict[Alike, _Kind] = {}
            for alike, edge in self.alike(reads):
                kind = found.get(alike)
                if kind is None:
                    kind = found[alike] = _Kind(alike, edge)
                kind.mask |= edge.mask
            self._kinds[reads] = list(found.values())
        standing: dict[Config, _Standing] = {}
        for kind in self._kinds[reads]:
            if not events or kind.edge.case.event in events:
                if kind.step is None:
                    for config in kind.edge.source, kind.edge.to:
                        if config not in standing:
                            standing[config] = _Standing({self.names[n]: config[n] for n in reads})
                    kind.step = self._step(kind.edge, standing)
                yield kind, kind.step

    def _step(self, edge: Edge, standing: Mapping[Config, _Standing]) -> Step:
        case = edge.case
        step = Step(case.event, standing[edge.source], standing[edge.to], case.effects, self.narrowing.holds)
        step.by, step.rows = case.by, case.rows
        sent = (self.changes[n] for n, is_sent in enumerate(edge.sends or ()) if is_sent)
        step.changes = tuple((change.event, change.by) for change in sent)
        return step


def numbered(space: Space, lifecycle: str) -> int:
    """The number of a lifecycle.

    Raises:
        ValueError: there is no such lifecycle.
    """
    if lifecycle not in space.names:
        raise ValueError(f"{lifecycle!r} is not a lifecycle; use one of {', '.join(space.names)}")
    return space.names.index(lifecycle)


def steps_where_not(
    space: Space, holds: Callable[[Step], bool], events: Sequence[str] = ()
) -> Iterator[tuple[Edge, int]]:
    """Every step, or every one by these events, of which ``holds`` is not so, and for whom."""
    every: _Steps = space.kept.get(_Steps) or space.kept.setdefault(_Steps, _Steps(space))
    reads: tuple[int, ...] = ()
    broken: dict[Alike, int] | None = None
    while broken is None:
        try:
            broken = _broken(every, reads, holds, events)
        except _Unread as unread:
            reads = tuple(sorted({*reads, numbered(space, str(unread))}))
    if broken:
        for alike, edge in every.alike(reads):
            mask = edge.mask & broken.get(alike, 0)
            if mask:
                yield edge, mask


def _broken(
    every: _Steps, reads: tuple[int, ...], holds: Callable[[Step], bool], events: Sequence[str]
) -> dict[Alike, int]:
    found: dict[Alike, int] = {}
    for kind, step in every.kinds(reads, events):
        for some, so in every.narrowing.each(kind.mask, partial(holds, step)):
            if not so:
                found[kind.alike] = found.get(kind.alike, 0) | some
    return found


class Place:
    """A place, for some of those who can be there."""

    def __init__(self, space: Space, config: Config, narrowing: Narrowing) -> None:
        self.config = config
        self.at: Mapping[str, At] = dict(zip(space.names, config, strict=True))
        self._narrowing = narrowing
        self._space = space

    @property
    def events(self) -> tuple[str, ...]:
        """Every event there is."""
        return self._space.composition.events

    def is_in(self, lifecycle: str, states: str) -> bool:
        """Whether a lifecycle is in one of these states."""
        return self.at[lifecycle].state in states.split()

    @property
    def routed(self) -> bool:
        """Whether a lifecycle is in a state in which people are shown as routed."""
        lifecycles = self._space.composition.lifecycles
        return any(lifecycles[name].states[at.state].routed for name, at in self.at.items())

    def holds(self, guard: Guard, who: Party) -> bool:
        """Whether a guard holds for ``who``; one that speaks of the other party is asked of the other."""
        about = guard.whose(who, None)
        return self._narrowing.holds(guard, about)

    def all_hold(self, guards: Sequence[Guard], who: Party) -> bool:
        """Whether all of these guards hold for ``who``."""
        return all(self.holds(guard, who) for guard in guards)

    def may(self, event: str, by: Party) -> bool:
        """Whether ``by`` may fire ``event`` here."""
        return self._narrowing.divide(self._space.possible(self.config).get((event, by), 0))

    def refused(self, event: str, by: Party) -> str:
        """The rule that refuses ``event`` by ``by`` here; empty where it is possible, or no rule decides."""
        for case in self._space.refusals(self.config, event, by):
            if self._narrowing.divide(case.mask):
                assert case.refusal is not None
                return case.refusal.rule or ""
        return ""

    def each(self, mask: int, ask: Callable[[], bool]) -> Iterator[tuple[int, bool]]:
        """Every answer to ``ask`` for those of ``mask``, and for whom it is so."""
        return self._narrowing.each(mask, ask)


def places(space: Space) -> Iterator[tuple[Place, int]]:
    """Every place there is, and who can be there."""
    narrowing = Narrowing(space.profiles)
    for config, mask in space.places.items():
        yield Place(space, config, narrowing), mask
