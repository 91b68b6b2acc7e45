"""Every place that a conversation can come to, and for which profiles.

Breadth first from the start, along events and along changes of the pairing, so that the first way to come to a place
is a shortest one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from itertools import chain
from operator import or_
from typing import Any, NamedTuple

from fsm.engine.program import Config
from fsm.notation import At, Composition, Party
from fsm.space.cases import Case, Sends, Together
from fsm.space.places import Places, numbers
from fsm.space.profiles import Profiles
from fsm.space.spreads import Crowds, Spread, alike, by_place, changes, events


class Edge(NamedTuple):
    """A step from one place to another, for the profiles of ``mask``. Of a change, these are the profiles after it,
    and ``sends`` says which of the change rows apply; of an event, it is None.
    """

    source: Config
    to: Config
    mask: int
    case: Case
    sends: Sends | None


class Arrival(NamedTuple):
    """How the profiles of ``mask`` first come to a place: in how many steps, and by which edge.

    ``sources`` are the profiles that stood at the other end of it one step earlier.
    """

    steps: int
    mask: int
    sources: int
    edge: Edge | None


class _Ways(NamedTuple):
    """Where a place leads, by number, and for whom: by events, and by changes that send the same."""

    events: list[tuple[int, int]]
    changes: dict[Sends, list[tuple[int, int]]]


class Space:
    """All places of a composition, with the set of profiles that can be in each.

    Args:
        composition: the tables.
        profiles: the profiles that it is under.
    """

    def __init__(self, composition: Composition, profiles: Profiles) -> None:
        self.composition = composition
        self.profiles = profiles
        self.program = Together(composition, profiles)
        self.names = self.program.names
        self.start: Config = tuple(each.initial for each in composition.lifecycles.values())
        self.kept: dict[object, Any] = {}
        """What checks have worked out of this space, for other checks to use."""
        self.layers = self._explore()
        """Who first comes to which place, step by step."""
        self.places: dict[Config, int] = {}
        """Who can be at which place."""
        for layer in self.layers:
            self.places |= {config: mask | self.places.get(config, 0) for config, mask in layer.items()}
        self.numbered = Places(len(self.names), self.places)
        """The same places by number, in the same order."""
        self.crowds = Crowds.by_place(self.places.values())
        """Who can be where."""
        self.changed = {sends: self.crowds.becoming(partial(self._after, sends)) for sends in profiles.example}
        """By which change rows apply: who can be there after the change, by the place that it is made at."""

    def _explore(self) -> list[dict[Config, int]]:
        """Who first comes to which place, step by step."""
        seen, ways = self._opened()
        frontier = {0: self.profiles.everyone}
        who: dict[int, int] = defaultdict(int, frontier)
        layers = []
        while frontier:
            layers.append({seen.configs[n]: mask for n, mask in frontier.items()})
            found: dict[int, int] = defaultdict(int)
            for n, mask in frontier.items():
                events, changes = ways[n]
                on = [(to, some & mask) for to, some in events]
                for sends, targets in self.changes(mask).items():
                    on += [(to, some & targets) for to, some in changes[sends]]
                for to, some in on:
                    first = some & ~who[to]
                    if first:
                        who[to] |= first
                        found[to] |= first
            frontier = found
        return layers

    def _opened(self) -> tuple[Places, Mapping[int, _Ways]]:
        """Where everything leads, whoever can be there: by events from the places found so far, until there are no
        more, and then by changes of the pairing.
        """
        seen = Places(len(self.names), [self.start])
        ways: dict[int, _Ways] = defaultdict(lambda: _Ways([], defaultdict(list)))
        leads: dict[tuple[tuple[int, At], ...], dict[int, int]] = defaultdict(dict)
        opened = changed = 0
        while seen.all != changed:
            new = seen.all & ~opened or seen.all & ~changed
            crowds = Crowds({self.profiles.everyone: new})
            if new & ~opened:
                opened |= new
                found = events(self.program, seen, crowds)
            else:
                changed |= new
                found = changes(self.program, seen, crowds, self.changes)
            for case, sends, there in found:
                if not case.lost and (case.moves or sends is not None):
                    to = leads[case.moves]
                    for n in numbers(there):
                        if n not in to:
                            to[n] = seen.number(case.leads(seen.configs[n]))
                        (ways[n].events if sends is None else ways[n].changes[sends]).append((to[n], case.mask))
        return seen, ways

    def _after(self, sends: Sends, mask: int) -> int:
        return self.changes(mask).get(sends, 0)

    def changes(self, mask: int) -> Mapping[Sends, int]:
        """For each way a change may go: the profiles that one of ``mask`` may change to and it goes that way."""
        return self.profiles.changed(mask)

    @cached_property
    def _events(self) -> tuple[Spread, ...]:
        return tuple(events(self.program, self.numbered, self.crowds))

    @cached_property
    def happens(self) -> tuple[Spread, ...]:
        """Everything that happens: what events come to where they are possible, then what changes come to."""
        possible = alike(self.numbered, (spread for spread in self._events if spread.case.refusal is None))
        order = {sends: n for n, sends in enumerate(self.changed)}
        changed = changes(self.program, self.numbered, self.crowds, self.changes)
        return (*possible, *sorted(changed, key=lambda spread: order[spread.sends or ()]))

    @cached_property
    def refuses(self) -> tuple[Spread, ...]:
        """Everything that is refused, each answer by itself: a refusal speaks of where it is given."""
        return tuple(spread for spread in self._events if spread.case.refusal is not None)

    @cached_property
    def asked(self) -> Mapping[tuple[str, Party], list[Spread]]:
        """What each event by each party comes to, possible or refused."""
        found: dict[tuple[str, Party], list[Spread]] = defaultdict(list)
        for spread in chain(self.happens, self.refuses):
            if spread.sends is None:
                found[spread.case.event, spread.case.by].append(spread)
        return found

    @cached_property
    def possible_events(self) -> frozenset[str]:
        """The events that are possible somewhere, a change of the pairing among them."""
        return frozenset(spread.case.event for spread in self.happens)

    def whom(self, spread: Spread, places: int) -> int:
        """The profiles to whom it happens at one of these places."""
        crowds = self.crowds if spread.sends is None else self.changed[spread.sends]
        return spread.case.mask & crowds.who(places)

    def at(self, spread: Spread, n: int) -> int:
        """The profiles to whom it happens at place ``n``."""
        crowds = self.crowds if spread.sends is None else self.changed[spread.sends]
        return spread.case.mask & crowds.at[n]

    def leads(self, case: Case, n: int) -> int:
        """The number of the place to which it leads from place ``n``."""
        return self.numbered.number(case.leads(self.numbered.configs[n])) if case.moves else n

    def edge(self, spread: Spread, n: int) -> Edge:
        """The step that it is from place ``n``."""
        config = self.numbered.configs[n]
        return Edge(config, spread.case.leads(config), self.at(spread, n), spread.case, spread.sends)

    def steps(self, spreads: Iterable[Spread]) -> Iterator[Edge]:
        """The steps that these are, place by place."""
        return (self.edge(spread, n) for n, spread in by_place(spreads))

    def refusals_of(self, spreads: Iterable[Spread]) -> Iterator[tuple[Config, int, Case]]:
        """The refusals that these are, place by place, and for whom."""
        for n, spread in by_place(spreads):
            yield self.numbered.configs[n], spread.case.mask & self.crowds.at[n], spread.case

    @cached_property
    def into(self) -> tuple[Mapping[int, int], ...]:
        """By place: from which others events lead there, and whom."""
        alike: dict[tuple[tuple[int, At], ...], list[Spread]] = defaultdict(list)
        for spread in self.happens:
            if spread.sends is None and spread.case.moves:
                alike[spread.case.moves].append(spread)
        found: list[dict[int, int]] = [defaultdict(int) for _ in self.numbered.configs]
        for spreads in alike.values():
            for mask, places in self._together(spreads).crowds.items():
                for n in numbers(places) if mask else ():
                    found[self.leads(spreads[0].case, n)][n] |= mask & self.crowds.at[n]
        return tuple(found)

    def _together(self, spreads: Iterable[Spread]) -> Crowds:
        """Everybody to whom one of these happens, where it does."""
        found = Crowds({0: self.numbered.all})
        for spread in spreads:
            found = found.join(Crowds({spread.case.mask: spread.places, 0: self.numbered.all & ~spread.places}), or_)
        return found

    def able(self, event: str, by: Party) -> Crowds:
        """For whom an event is possible, by place, whether they can be there or not."""
        found: Crowds | None = self.kept.get((event, by))
        if found is None:
            possible = (each for each in self.asked[event, by] if not (each.case.refusal or each.case.lost))
            found = self.kept[event, by] = self._together(possible)
        return found

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Every step from every place, for those who can be there; events first, then changes, place by place."""
        return tuple(self.steps(self.happens))

    @property
    def transitions(self) -> int:
        """How many events are possible, each counted for each profile and place it is possible in."""
        events = (spread for spread in self.happens if spread.sends is None)
        return sum(self.at(spread, n).bit_count() for spread in events for n in numbers(spread.places))

    @property
    def refused(self) -> Iterator[tuple[Config, int, Case]]:
        """Every refusal in every place, for those who can be there."""
        return self.refusals_of(self.refuses)

    def refusals(self, config: Config, event: str, by: Party) -> list[Case]:
        """Every refusal of ``event`` by ``by`` at a place."""
        return [case for case in self.program.cases(config, event) if case.by is by and case.refusal is not None]

    @cached_property
    def _into(self) -> Mapping[Config, Mapping[Config, list[Edge]]]:
        found: dict[Config, dict[Config, list[Edge]]] = defaultdict(lambda: defaultdict(list))
        for edge in self.edges:
            if not edge.case.lost:
                found[edge.to][edge.source].append(edge)
        return found

    def arrivals(self, config: Config) -> Iterator[Arrival]:
        """How those who can be at a place first come there, the fewest steps first."""
        for steps, layer in enumerate(self.layers):
            left = layer.get(config, 0)
            if left and not steps:
                yield Arrival(0, left, 0, None)
                continue
            for source, mask in self.layers[steps - 1].items() if left else ():
                for edge in self._into[config].get(source, ()):
                    there = edge.case.mask & (mask if edge.sends is None else self.changes(mask).get(edge.sends, 0))
                    if there & left:
                        yield Arrival(steps, there & left, mask, edge._replace(mask=there))
                        left &= ~there
