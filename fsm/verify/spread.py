"""What events and changes of the pairing come to at many places at once.

Most of what can happen happens alike in many places, for the same profiles. So it is worked out once for all of them:
one **spread** is what comes of one case, with the set of places where it does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from fsm.engine.places import Places, each, low
from fsm.engine.together import Asked, Case, Ignored, Sends, Together


class Spread(NamedTuple):
    """A case, and the set of places where somebody is to whom it happens. Of a change, ``sends`` says which of the
    change rows apply; of an event, it is None.

    Every lifecycle that the case moves stands in all of these places alike.
    """

    case: Case
    sends: Sends | None
    places: int


class Crowds:
    """Who is where: the profiles at each place, and the places by who is there.

    Args:
        at: those who are at each place, in the order of its number.
    """

    def __init__(self, at: Iterable[int]) -> None:
        self.at = tuple(at)
        """Those who are at each place."""
        crowds: dict[int, int] = defaultdict(int)
        for n, who in enumerate(self.at):
            crowds[who] |= 1 << n
        self._crowds = tuple(crowds.items())
        self._where: dict[int, int] = {}
        self._who: dict[int, int] = {}

    def where(self, profiles: int) -> int:
        """The places where one of these profiles is."""
        found = self._where.get(profiles)
        if found is None:
            found = 0
            for who, places in self._crowds:
                if who & profiles:
                    found |= places
            self._where[profiles] = found
        return found

    def who(self, places: int) -> int:
        """The profiles that are at one of these places."""
        found = self._who.get(places)
        if found is None:
            found = 0
            for who, there in self._crowds:
                if there & places:
                    found |= who
            self._who[places] = found
        return found

    def of(self, spread: Spread) -> Spread:
        """A spread, kept to the places where somebody is to whom it happens."""
        return spread._replace(places=spread.places & self.where(spread.case.mask))

    def without(self, others: Crowds) -> Crowds:
        """Those who are not among others who are there."""
        return Crowds(who & ~those for who, those in zip(self.at, others.at, strict=True))


@dataclass(slots=True)
class _Alike:
    """Spreads that show no difference: the first, everywhere they are, and what is asked and ignored in one of them."""

    spread: Spread
    places: int
    asked: frozenset[Asked]
    ignored: frozenset[Ignored]


def alike(places: Places, spreads: Iterable[Spread]) -> Iterator[Spread]:
    """The same with those as one that show no difference."""
    found: dict[object, _Alike] = {}
    for spread in spreads:
        case, sends, there = spread
        config = places.configs[low(there)]
        shown = case[:-2], sends, tuple([config[n] for n, _ in case.moves])
        first = found.get(shown)
        if first is None:
            found[shown] = _Alike(spread, there, case.asked, case.ignored)
        else:
            first.places |= there
            first.asked |= case.asked
            first.ignored |= case.ignored
    for one in found.values():
        case = one.spread.case._replace(asked=one.asked, ignored=one.ignored)
        yield Spread(case, one.spread.sends, one.places)


def answers(program: Together, event: str, places: Places, some: int) -> Iterator[tuple[Case, int]]:
    """What an event comes to at some of these places, whoever fires it, and at which of them."""
    for question, asked in program.questions(event, places, some):
        for cases, there in program.answers(question, places, asked):
            for case in cases:
                yield case, there


def changes(program: Together, sends: Sends, places: Places, some: int) -> Iterator[tuple[Case, int]]:
    """What a change of the pairing comes to at some of these places, and at which of them."""
    for cases, there in program.changes(sends, places, some):
        for case in cases:
            yield case, there


def by_place(spreads: Iterable[Spread]) -> Iterator[tuple[int, Spread]]:
    """Spreads place by place, each by the number of the place."""
    found: dict[int, list[Spread]] = defaultdict(list)
    for spread in spreads:
        for n in each(spread.places):
            found[n].append(spread)
    return ((n, spread) for n in sorted(found) for spread in found[n])
