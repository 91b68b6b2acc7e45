"""What events and changes of the pairing come to at many places at once.

Most of what can happen happens alike in many places, for the same profiles. So it is worked out once for all of them:
one **spread** is what comes of one case, with the set of places where it does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial, reduce
from operator import or_
from typing import NamedTuple

from fsm.space.cases import Asked, Case, Ignored, Question, Sends, Together, both
from fsm.space.places import Places, low, numbers


class Spread(NamedTuple):
    """A case, and the set of places where somebody is to whom it happens. Of a change, ``sends`` says which of the
    change rows apply; of an event, it is None.

    Every lifecycle that the case moves stands in all of these places alike.
    """

    case: Case
    sends: Sends | None
    places: int


class Crowds:
    """Who is where: the places by who is there, as sets of profiles.

    Args:
        crowds: by set of profiles, the places where just these are.
    """

    def __init__(self, crowds: Mapping[int, int]) -> None:
        self.crowds = crowds
        self._where: dict[int, int] = {}
        self._who: dict[int, int] = {}

    @classmethod
    def by_place(cls, who: Iterable[int]) -> Crowds:
        """Those who are at each place, in the order of its number."""
        found: dict[int, int] = defaultdict(int)
        for n, some in enumerate(who):
            found[some] |= 1 << n
        return cls(found)

    @cached_property
    def at(self) -> tuple[int, ...]:
        """Those who are at each place, by its number."""
        found = {n: who for who, places in self.crowds.items() for n in numbers(places)}
        return tuple(found[n] for n in sorted(found))

    @property
    def places(self) -> int:
        """The places where somebody is."""
        return reduce(or_, (places for who, places in self.crowds.items() if who), 0)

    def becoming(self, becomes: Callable[[int], int]) -> Crowds:
        """Others at the same places: those that who is there becomes."""
        found: dict[int, int] = defaultdict(int)
        for who, places in self.crowds.items():
            found[becomes(who)] |= places
        return Crowds(found)

    def where(self, profiles: int) -> int:
        """The places where one of these profiles is."""
        found = self._where.get(profiles)
        if found is None:
            found = 0
            for who, places in self.crowds.items():
                if who & profiles:
                    found |= places
            self._where[profiles] = found
        return found

    def who(self, places: int) -> int:
        """The profiles that are at one of these places."""
        found = self._who.get(places)
        if found is None:
            found = 0
            for who, there in self.crowds.items():
                if there & places:
                    found |= who
            self._who[places] = found
        return found

    def of(self, spread: Spread) -> Spread:
        """A spread, kept to the places where somebody is to whom it happens."""
        return spread._replace(places=spread.places & self.where(spread.case.mask))

    def join(self, others: Crowds, how: Callable[[int, int], int]) -> Crowds:
        """Those who are at each place by what ``how`` makes of the two sets of who is there."""
        found: dict[int, int] = defaultdict(int)
        for who, places in self.crowds.items():
            for those, there in others.crowds.items():
                if places & there:
                    found[how(who, those)] |= places & there
        return Crowds(found)


def alike(places: Places, spreads: Iterable[Spread]) -> list[Spread]:
    """The same with those as one that show no difference: in one of them is asked and ignored what is in any."""
    found: dict[object, list[Spread]] = defaultdict(list)
    for spread in spreads:
        config = places.configs[low(spread.places)]
        found[spread.case[:-2], spread.sends, tuple([config[n] for n, _ in spread.case.moves])].append(spread)
    return [some[0] if len(some) == 1 else _joined(some) for some in found.values()]


def _joined(spreads: Sequence[Spread]) -> Spread:
    first = spreads[0]
    asked = frozenset[Asked]().union(*[spread.case.asked for spread in spreads])
    ignored = frozenset[Ignored]().union(*[spread.case.ignored for spread in spreads])
    everywhere = reduce(or_, [spread.places for spread in spreads])
    return Spread(first.case._replace(asked=asked, ignored=ignored), first.sends, everywhere)


def events(program: Together, places: Places, crowds: Crowds) -> Iterator[Spread]:
    """What events come to, whoever fires them, possible or refused, where these crowds are."""
    for event in program.composition.events:
        for question, asked in program.questions(event, places, crowds.places):
            for cases, there in program.answers(question, places, asked, {}):
                for case in cases:
                    spread = crowds.of(Spread(case, None, there))
                    if spread.places:
                        yield spread


Becomes = Callable[[int], Mapping[Sends, int]]
"""For each way a change of the pairing may go: the profiles that one of a set may become by it."""
Left = Mapping[Sends, tuple[Question, ...]]
"""The signals that each way of a change is still to send."""


def changes(program: Together, places: Places, crowds: Crowds, becomes: Becomes) -> Iterator[Spread]:
    """What changes of the pairing come to where these crowds are: signal by signal, each from where those before it
    led. What comes of the same first signals is worked out once.
    """

    ways = becomes(crowds.who(crowds.places))
    unchanged = Spread(program.unchanged, None, crowds.places)
    return _sent(program, places, partial(_after, crowds, becomes), [unchanged], {s: program.signals(s) for s in ways})


After = Callable[[Iterable[Sends]], Crowds]
"""Who is where once the pairing has changed in one of these ways."""


def _sent(program: Together, places: Places, after: After, so_far: Sequence[Spread], left: Left) -> Iterator[Spread]:
    """What the signals come to that are left, where those sent so far have led."""
    more: dict[Question, dict[Sends, tuple[Question, ...]]] = defaultdict(dict)
    for sends, signals in left.items():
        if signals:
            more[signals[0]][sends] = signals[1:]
        else:
            met = map(after((sends,)).of, so_far)
            yield from (spread._replace(sends=sends) for spread in met if spread.places)
    for signal, then in more.items():
        crowds = after(then)
        heard = (each for spread in so_far for each in _heard(program, signal, places, crowds, spread))
        yield from _sent(program, places, after, alike(places, heard), then)


def _after(crowds: Crowds, becomes: Becomes, ways: Iterable[Sends]) -> Crowds:
    return crowds.becoming(partial(_any, becomes, tuple(ways)))


def _any(becomes: Becomes, ways: Iterable[Sends], who: int) -> int:
    may = becomes(who)
    return reduce(or_, (may.get(sends, 0) for sends in ways))


def _heard(program: Together, signal: Question, places: Places, after: Crowds, spread: Spread) -> Iterator[Spread]:
    """What a signal comes to where a spread has led, for those who are there after the change."""
    case, _, there = spread
    if case.lost:
        yield spread
        return
    for cases, some in program.answers(signal, places, there, dict(case.moves)):
        for more in cases:
            here = some & after.where(case.mask & more.mask)
            if here:
                yield Spread(both(places.configs[low(here)], case, more), None, here)


def by_place(spreads: Iterable[Spread]) -> Iterator[tuple[int, Spread]]:
    """Spreads place by place, each by the number of the place."""
    found: dict[int, list[Spread]] = defaultdict(list)
    for spread in spreads:
        for n in numbers(spread.places):
            found[n].append(spread)
    return ((n, spread) for n in sorted(found) for spread in found[n])
