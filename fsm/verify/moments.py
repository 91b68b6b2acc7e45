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


class _Kind:
    """Steps that somebody cannot tell apart who looks at ``reads`` only: one of them, and for whom they are."""

    __slots__ = ("_apart", "edges", "mask", "reads", "step")

    def __init__(self, reads: tuple[str, ...], edges: list[Edge], step: Step) -> None:
        self.reads = reads
        self.edges = edges
        self.step = step
        self.mask = 0
        for edge in edges:
            self.mask |= edge.mask
        self._apart: dict[str, list[_Kind]] = {}


class _Steps:
    """Every step of a space, told apart as far as a check asks."""

    def __init__(self, space: Space) -> None:
        self.names = space.names
        self.changes = space.composition.changes
        self.narrowing = Narrowing(space.profiles)
        said: dict[object, list[Edge]] = {}
        for edge in space.edges:
            case = edge.case
            if not case.lost:
                said.setdefault((case.event, case.by, case.effects, case.rows, edge.sends), []).append(edge)
        self.kinds = [self._kind((), edges) for edges in said.values()]

    def where_not(self, kind: _Kind, holds: Callable[[Step], bool]) -> Iterator[tuple[_Kind, int]]:
        """The kinds of step within one of which ``holds`` is not so, and for whom."""
        broken = 0
        try:
            for some, so in self.narrowing.each(kind.mask, partial(holds, kind.step)):
                if not so:
                    broken |= some
        except _Unread as unread:
            for each in self._apart(kind, str(unread)):
                yield from self.where_not(each, holds)
            return
        if broken:
            yield kind, broken

    def _apart(self, kind: _Kind, lifecycle: str) -> list[_Kind]:
        """The steps of a kind, told apart by where one more lifecycle stands before and after."""
        found = kind._apart.get(lifecycle)
        if found is None:
            n = _numbered(self.names, lifecycle)
            parted: dict[tuple[At, At], list[Edge]] = {}
            for edge in kind.edges:
                parted.setdefault((edge.source[n], edge.to[n]), []).append(edge)
            reads = (*kind.reads, lifecycle)
            found = kind._apart[lifecycle] = [self._kind(reads, edges) for edges in parted.values()]
        return found

    def _kind(self, reads: tuple[str, ...], edges: list[Edge]) -> _Kind:
        edge = edges[0]
        case = edge.case
        before, after = (
            _Standing({name: config[self.names.index(name)] for name in reads}) for config in (edge.source, edge.to)
        )
        step = Step(case.event, before, after, case.effects, self.narrowing.holds)
        step.by, step.rows = case.by, case.rows
        sent = (self.changes[n] for n, is_sent in enumerate(edge.sends or ()) if is_sent)
        step.changes = tuple((change.event, change.by) for change in sent)
        return _Kind(reads, edges, step)


def numbered(space: Space, lifecycle: str) -> int:
    """The number of a lifecycle.

    Raises:
        ValueError: there is no such lifecycle.
    """
    return _numbered(space.names, lifecycle)


def _numbered(names: tuple[str, ...], lifecycle: str) -> int:
    if lifecycle not in names:
        raise ValueError(f"{lifecycle!r} is not a lifecycle; use one of {', '.join(names)}")
    return names.index(lifecycle)


def steps_where_not(
    space: Space, holds: Callable[[Step], bool], events: Sequence[str] = ()
) -> Iterator[tuple[Edge, int]]:
    """Every step, or every one by these events, of which ``holds`` is not so, and for whom."""
    every: _Steps = space.kept.get(_Steps) or space.kept.setdefault(_Steps, _Steps(space))
    for kind in every.kinds:
        if not events or kind.step.event in events:
            for broken, mask in every.where_not(kind, holds):
                for edge in broken.edges:
                    if edge.mask & mask:
                        yield edge, edge.mask & mask


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
