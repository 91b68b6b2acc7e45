"""What a property is asked about: a step, or a place with the two people in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce
from itertools import compress
from operator import or_
from typing import Any, Generic, TypeVar

from fsm.engine.program import Config
from fsm.notation import PARTIES, At, Guard, Party, Place, Step
from fsm.space.cases import Narrowing
from fsm.space.places import low, numbers
from fsm.space.reachable import Edge, Space
from fsm.space.spreads import Spread

Look = str | int | tuple[str, ...]
"""What is looked at: a fact, by its name; where a lifecycle, by its number, stands; whom effects of some names went to;
whether an event by somebody is possible, or what refuses it.
"""


class _Unread(Exception):
    """A look at something by which things are not told apart so far."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.look = look


class _Told(dict[Look, Any]):
    """What is known of a thing: that by which things are told apart so far."""

    def __missing__(self, look: Look) -> Any:
        raise _Unread(look)


class _Standing(Mapping[str, At]):
    """Where lifecycles stand, asked by name only, so that it shows which are asked."""

    def __init__(self, names: tuple[str, ...], ask: Callable[[int], At]) -> None:
        self._names, self._ask = names, ask

    def __getitem__(self, name: str) -> At:
        return self._ask(_numbered(self._names, name))

    def _by_name(self) -> Any:
        raise TypeError("where a step began and ended is asked by name: step.before['chat'], step.after['chat']")

    __iter__ = __len__ = _by_name


def _fact(name: str) -> Any:
    return property(lambda step: step.told[name])


class _ToldStep(Step):
    """A step that is known as far as it is told."""

    event, by, effects, rows, changes = map(_fact, ("event", "by", "effects", "rows", "changes"))

    def __init__(self, told: _Told, before: _Standing, after: _Standing, holds: Callable[[Guard, Party], bool]) -> None:
        self.told, self.before, self.after, self.holds = told, before, after, holds

    def sent(self, *names: str) -> list[str]:
        """Whom the effects of these names went to."""
        return list(self.told["sent", *names])


T = TypeVar("T")
"""What is asked about: a step, or a place."""
S = TypeVar("S")
"""A set of them."""


class _Kind(Generic[T, S]):
    """Things that are alike in what is told of them, and for whom they are."""

    __slots__ = ("apart", "mask", "thing", "told", "which")

    def __init__(self, told: _Told, thing: T, which: S, mask: int) -> None:
        self.told, self.thing, self.which, self.mask = told, thing, which, mask
        self.apart: dict[Look, list[_Kind[T, S]]] = {}
        """The same by what one more look shows."""


class _Things(ABC, Generic[T, S]):
    """Everything of a space that a check is asked about, told apart as far as it asks: a check is asked once about all
    that it sees no difference between.
    """

    def __init__(self, space: Space, everything: S) -> None:
        self.space = space
        self.narrowing = Narrowing(space.profiles)
        self.all = self._kind(_Told(), everything)

    def where_not(self, kind: _Kind[T, S], holds: Callable[[T], bool]) -> Iterator[tuple[S, int]]:
        """The things of a kind of which ``holds`` is not so, and for whom."""
        try:
            asked = list(self.narrowing.each(kind.mask, partial(holds, kind.thing)))
        except _Unread as unread:
            for part in self.apart(kind, unread.look):
                yield from self.where_not(part, holds)
            return
        for mask, so in asked:
            if not so:
                yield kind.which, mask

    def apart(self, kind: _Kind[T, S], look: Look) -> list[_Kind[T, S]]:
        """The things of a kind, told apart by one more look."""
        found = kind.apart.get(look)
        if found is None:
            parted = self.shown(kind.which, look)
            found = kind.apart[look] = [self._kind(_Told({**kind.told, look: shown}), some) for shown, some in parted]
        return found

    def _kind(self, told: _Told, which: S) -> _Kind[T, S]:
        return _Kind(told, self.thing(told), which, self.whom(which))

    @abstractmethod
    def shown(self, which: S, look: Look) -> Iterable[tuple[Any, S]]:
        """What a look shows of some, and of which of them."""

    @abstractmethod
    def thing(self, told: _Told) -> T:
        """A thing of which this is told."""

    @abstractmethod
    def whom(self, which: S) -> int:
        """For whom these are."""


Parts = list[tuple[int, int]]
"""Steps: spreads by number, each with the places that it happens in."""


class _Steps(_Things[Step, Parts]):
    """Every step of a space."""

    def __init__(self, space: Space) -> None:
        self.spreads = [spread for spread in space.happens if not spread.case.lost]
        self._masks = [space.whom(spread, spread.places) for spread in self.spreads]
        self._changes = [(change.event, change.by) for change in space.composition.changes]
        self._seen: dict[Look, tuple[list[Any], list[Parts]]] = {}
        super().__init__(space, [(n, spread.places) for n, spread in enumerate(self.spreads)])

    def shown(self, which: Parts, look: Look) -> Iterable[tuple[Any, Parts]]:
        if isinstance(look, tuple):
            return self._sent(which, look[1:])
        values, parts = self._looked(look)
        found: dict[int, Parts] = defaultdict(list)
        for n, places in which:
            if len(parts[n]) == 1:
                found[parts[n][0][0]].append((n, places))
            else:
                for shown, there in parts[n]:
                    if places & there:
                        found[shown].append((n, places & there))
        return [(values[shown], some) for shown, some in found.items()]

    def _sent(self, which: Parts, names: Sequence[str]) -> Iterable[tuple[Any, Parts]]:
        found: dict[tuple[str, ...], Parts] = defaultdict(list)
        for effects, some in self.shown(which, "effects"):
            found[tuple([to for name, to in effects if name in names])] += some
        return found.items()

    def _looked(self, look: str | int) -> tuple[list[Any], list[Parts]]:
        """What a look can show, and which of that it shows of each spread and at which of its places."""
        seen = self._seen.get(look)
        if seen is None:
            known: dict[Any, int] = {}
            parts = [
                [(known.setdefault(shown, len(known)), there) for shown, there in self._shows(spread, look)]
                for spread in self.spreads
            ]
            seen = self._seen[look] = list(known), parts
        return seen

    def _shows(self, spread: Spread, look: str | int) -> Iterable[tuple[Any, int]]:
        """What a look shows of a spread, and at which of its places."""
        if look == "changes":
            return [(tuple(compress(self._changes, spread.sends or ())), spread.places)]
        if not isinstance(look, int):
            return [(getattr(spread.case, look), spread.places)]
        moved = dict(spread.case.moves).get(look)
        if moved is not None:
            return [((self.space.numbered.configs[low(spread.places)][look], moved), spread.places)]
        return [((at, at), there) for at, there in self.space.numbered.apart(spread.places, look)]

    def thing(self, told: _Told) -> Step:
        names = self.space.names
        before, after = _Standing(names, lambda n: told[n][0]), _Standing(names, lambda n: told[n][1])
        return _ToldStep(told, before, after, self.narrowing.holds)

    def whom(self, which: Parts) -> int:
        return reduce(or_, [self._masks[n] for n, _ in which], 0)


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
    kinds = [every.all]
    if events:
        kinds = [kind for kind in every.apart(every.all, "event") if kind.told["event"] in events]
    found: dict[tuple[int, int], int] = defaultdict(int)
    for kind in kinds:
        for parts, mask in every.where_not(kind, holds):
            for n, places in parts:
                for place in numbers(places):
                    found[place, n] |= mask & space.at(every.spreads[n], place)
    for (place, n), mask in sorted(found.items()):
        if mask:
            yield space.edge(every.spreads[n], place), mask


class _ToldPlace(Place):
    """A place, for some of those who can be there, known as far as it is told."""

    def __init__(self, space: Space, told: _Told, narrowing: Narrowing) -> None:
        self.composition = space.composition
        self.at = _Standing(space.names, told.__getitem__)
        self._told = told
        self._narrowing = narrowing

    def asked(self, guard: Guard, party: Party) -> bool:
        """Whether a guard holds for somebody."""
        return self._narrowing.holds(guard, party)

    def may(self, event: str, by: Party) -> bool:
        """Whether ``by`` may fire ``event`` here."""
        return self._narrowing.divide(self._told["may", event, by])

    def refused(self, event: str, by: Party) -> str:
        """The rule that refuses ``event`` by ``by`` here; empty where it is possible, or no rule decides."""
        refusals: tuple[tuple[int, str], ...] = self._told["refused", event, by]
        return next((rule for mask, rule in refusals if self._narrowing.divide(mask)), "")


class _Places(_Things[Place, int]):
    """Every place of a space, a set of them being an integer."""

    def __init__(self, space: Space) -> None:
        self._shown: dict[Look, list[tuple[Any, int]]] = {}
        super().__init__(space, space.numbered.all)

    def shown(self, which: int, look: Look) -> Iterable[tuple[Any, int]]:
        found = self._shown.get(look)
        if found is None:
            found = self._shown[look] = list(self._looked(look))
        return [(shown, some & which) for shown, some in found if some & which]

    def _looked(self, look: Look) -> Iterable[tuple[Any, int]]:
        if isinstance(look, int):
            return self.space.numbered.standing[look].items()
        assert isinstance(look, tuple)
        what, event, by = look
        if what == "may":
            return self.space.able(event, Party(by)).crowds.items()
        return self._refused(event, Party(by)).items()

    def _refused(self, event: str, by: Party) -> dict[tuple[tuple[int, str], ...], int]:
        """The rules that refuse an event, each with those whom it does, and at which places."""
        found: dict[tuple[tuple[int, str], ...], int] = {(): self.all.which}
        for case, _, there in self.space.asked[event, by]:
            if case.refusal:
                then: dict[tuple[tuple[int, str], ...], int] = defaultdict(int)
                for rules, some in found.items():
                    then[*rules, (case.mask, case.refusal.rule or "")] |= some & there
                    then[rules] |= some & ~there
                found = {rules: some for rules, some in then.items() if some}
        return found

    def thing(self, told: _Told) -> Place:
        return _ToldPlace(self.space, told, self.narrowing)

    def whom(self, which: int) -> int:
        return self.space.crowds.who(which)


def places_where_not(
    space: Space, holds: Callable[[Place, Party], bool], states: Mapping[int, Sequence[str]]
) -> Iterator[tuple[Config, Party, int]]:
    """Every place where these lifecycles, by number, are in these states and of which ``holds`` is not so, of which of
    the two people in it and for whom, in the space's order.
    """
    every: _Places = space.kept.get(_Places) or space.kept.setdefault(_Places, _Places(space))
    kinds = [every.all]
    for n, names in states.items():
        kinds = [part for kind in kinds for part in every.apart(kind, n) if part.told[n].state in names]
    found = [
        (place, side, mask & space.crowds.at[place])
        for side, who in enumerate(PARTIES)
        for kind in kinds
        for places, mask in every.where_not(kind, partial(_of, holds, who))
        for place in numbers(places)
        if mask & space.crowds.at[place]
    ]
    for place, side, mask in sorted(found, key=lambda broken: broken[:2]):
        yield space.numbered.configs[place], PARTIES[side], mask


def _of(holds: Callable[[Place, Party], bool], who: Party, place: Place) -> bool:
    return holds(place, who)
