"""Every place that a conversation can come to, and for which profiles.

Breadth first from the start, along events and along changes of the pairing, so that the first way to come to a place
is a shortest one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from fsm.engine.pairings import Profiles
from fsm.engine.program import Config
from fsm.engine.together import Case, Sends, Together
from fsm.notation import Composition, Party


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
        self.places: dict[Config, int] = {}
        self.arrivals: dict[Config, list[Arrival]] = {}
        self._possible: dict[Config, tuple[tuple[Case, Config], ...]] = {}
        self._refused: dict[Config, tuple[Case, ...]] = {}
        self._changed: dict[Config, dict[Sends, tuple[tuple[Case, Config], ...]]] = defaultdict(dict)
        self._classes: dict[int, Mapping[Sends, int]] = {}
        self.kept: dict[object, Any] = {}
        """What checks have worked out of this space, for other checks to use."""
        self._explore()

    def _explore(self) -> None:
        frontier = {self.start: self.profiles.everyone}
        self.places.update(frontier)
        self.arrivals[self.start] = [Arrival(0, self.profiles.everyone, 0, None)]
        steps = 0
        while frontier:
            steps += 1
            found: dict[Config, int] = defaultdict(int)
            for config, mask in frontier.items():
                for edge in self._from(config, mask):
                    new = edge.mask & ~self.places.get(edge.to, 0)
                    if new and not edge.case.lost:
                        self.places[edge.to] = self.places.get(edge.to, 0) | new
                        self.arrivals.setdefault(edge.to, []).append(Arrival(steps, new, mask, edge))
                        found[edge.to] |= new
            frontier = found

    def _from(self, config: Config, mask: int) -> Iterator[Edge]:
        for case, to in self._cases(config):
            if case.mask & mask:
                yield Edge(config, to, case.mask & mask, case, None)
        known = self._changed[config]
        for sends, targets in self._changes(mask).items():
            cases = known.get(sends)
            if cases is None:
                changed = self.program.changed(config, sends)
                cases = known[sends] = tuple([(case, case.leads(config)) for case in changed])
            for case, to in cases:
                if case.mask & targets:
                    yield Edge(config, to, case.mask & targets, case, sends)

    def _changes(self, mask: int) -> Mapping[Sends, int]:
        """For each way a change may go: the profiles that one of ``mask`` may change to and it goes that way."""
        within = sum([1 << n for n, members in enumerate(self.profiles.classes) if mask & members])
        found = self._classes.get(within)
        if found is None:
            new: dict[Sends, int] = defaultdict(int)
            for n, becomes in enumerate(self.profiles.becomes):
                if within >> n & 1:
                    for sends, targets in becomes.items():
                        new[sends] |= targets
            found = self._classes[within] = new
        return found

    def _cases(self, config: Config) -> tuple[tuple[Case, Config], ...]:
        found = self._possible.get(config)
        if found is None:
            cases = [case for event in self.composition.events for case in self.program.cases(config, event)]
            possible = [case for case in cases if case.refusal is None]
            found = self._possible[config] = tuple((case, case.leads(config)) for case in possible)
            self._refused[config] = tuple(case for case in cases if case.refusal is not None)
        return found

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Every step from every place, for those who can be there; events first, then changes, place by place."""
        return tuple(edge for config, mask in self.places.items() for edge in self._from(config, mask))

    @property
    def refused(self) -> Iterator[tuple[Config, int, Case]]:
        """Every refusal in every place, for those who can be there."""
        for config, mask in self.places.items():
            for case in self._refused[config]:
                if case.mask & mask:
                    yield config, case.mask & mask, case

    def possible(self, config: Config) -> Mapping[tuple[str, Party], int]:
        """For each event and party, the profiles for which it is possible at a place."""
        found: dict[tuple[str, Party], int] | None = self.kept.get(config)
        if found is None:
            found = self.kept[config] = defaultdict(int)
            for case, _ in self._cases(config):
                if not case.lost:
                    found[case.event, case.by] |= case.mask
        return found

    def refusals(self, config: Config, event: str, by: Party) -> list[Case]:
        """Every refusal of ``event`` by ``by`` at a place."""
        self._cases(config)
        return [case for case in self._refused[config] if case.event == event and case.by is by]
