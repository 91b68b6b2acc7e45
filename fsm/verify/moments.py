"""What a property is asked about: a step, or a place with the two people in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial, reduce
from itertools import compress
from operator import or_
from typing import Any, NamedTuple

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


Look = str | int
"""What is looked at of a step: a fact, by its name, or where a lifecycle, by its number, stands before and after it."""


class _Unread(Exception):
    """A look at something by which steps are not told apart so far."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.look = look


class _Told(dict[Look, Any]):
    """What is known of a step: that by which steps are told apart so far."""

    def __missing__(self, look: Look) -> Any:
        raise _Unread(look)


class _Standing(Mapping[str, At]):
    """Where lifecycles stand before a step or after it, asked by name only, so that it shows which are asked."""

    def __init__(self, told: _Told, names: tuple[str, ...], after: bool) -> None:
        self._told, self._names, self._after = told, names, after

    def __getitem__(self, name: str) -> At:
        stands: tuple[At, At] = self._told[_numbered(self._names, name)]
        return stands[self._after]

    def _by_name(self) -> Any:
        raise TypeError("where a step began and ended is asked by name: step.before['chat'], step.after['chat']")

    __iter__ = __len__ = _by_name


def _fact(name: str) -> Any:
    return property(lambda step: step.told[name])


class _ToldStep(Step):
    """A step that is known as far as it is told."""

    told: _Told
    event, by, effects, rows, changes = map(_fact, ("event", "by", "effects", "rows", "changes"))


class _Kind(NamedTuple):
    """Steps, by number, that are alike in what is told of them, and for whom they are."""

    step: _ToldStep
    numbers: Sequence[int]
    mask: int
    apart: dict[Look, list[_Kind]]
    """The same steps by what one more look shows."""


class _Steps:
    """Every step of a space, told apart as far as a check asks."""

    def __init__(self, space: Space) -> None:
        self.edges = [edge for edge in space.edges if not edge.case.lost]
        self._masks = [edge.mask for edge in self.edges]
        self._names = space.names
        self._changes = [(change.event, change.by) for change in space.composition.changes]
        self._seen: dict[Look, tuple[list[Any], list[int]]] = {}
        self._narrowing = Narrowing(space.profiles)
        self.all = self._kind(_Told(), range(len(self.edges)))

    def where_not(self, kind: _Kind, holds: Callable[[Step], bool]) -> Iterator[tuple[int, int]]:
        """The steps of a kind of which ``holds`` is not so, by number, and for whom."""
        broken = 0
        try:
            for some, so in self._narrowing.each(kind.mask, partial(holds, kind.step)):
                if not so:
                    broken |= some
        except _Unread as unread:
            for each in self.apart(kind, unread.look):
                yield from self.where_not(each, holds)
            return
        if broken:
            for n in kind.numbers:
                if self._masks[n] & broken:
                    yield n, self._masks[n] & broken

    def apart(self, kind: _Kind, look: Look) -> list[_Kind]:
        """The steps of a kind, told apart by one more look."""
        found = kind.apart.get(look)
        if found is None:
            values, seen = self._looked(look)
            parted: dict[int, list[int]] = defaultdict(list)
            for n in kind.numbers:
                parted[seen[n]].append(n)
            told = kind.step.told
            found = kind.apart[look] = [
                self._kind(_Told({**told, look: values[value]}), numbers) for value, numbers in parted.items()
            ]
        return found

    def _looked(self, look: Look) -> tuple[list[Any], list[int]]:
        """What a look can show, and which of that it shows of each step."""
        found = self._seen.get(look)
        if found is None:
            known: dict[Any, int] = {}
            seen = [known.setdefault(self._shows(edge, look), len(known)) for edge in self.edges]
            found = self._seen[look] = list(known), seen
        return found

    def _shows(self, edge: Edge, look: Look) -> Any:
        if isinstance(look, int):
            return edge.source[look], edge.to[look]
        return tuple(compress(self._changes, edge.sends or ())) if look == "changes" else getattr(edge.case, look)

    def _kind(self, told: _Told, numbers: Sequence[int]) -> _Kind:
        before, after = (_Standing(told, self._names, is_after) for is_after in (False, True))
        step = _ToldStep("", before, after, (), self._narrowing.holds)
        step.told = told
        return _Kind(step, numbers, reduce(or_, map(self._masks.__getitem__, numbers), 0), {})


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
    """Every step, or every one by these events, of which ``holds`` is not so, and for whom, in the space's order."""
    every: _Steps = space.kept.get(_Steps) or space.kept.setdefault(_Steps, _Steps(space))
    kinds = [kind for kind in every.apart(every.all, "event") if kind.step.event in events] if events else [every.all]
    for n, mask in sorted(found for kind in kinds for found in every.where_not(kind, holds)):
        yield every.edges[n], mask


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
