"""Which steps there are for all profiles at once, and which profiles a suite needs to cover its goals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from fsm.engine.pairings import Profiles
from fsm.engine.program import Config
from fsm.engine.together import Case, Sends, Together
from fsm.notation import Composition, Row
from fsm.testing.goals import Goal, Goals
from fsm.testing.votes import counted


class Edge(NamedTuple):
    """What an event or a change of the pairing comes to at a place, for the profiles of ``mask``.

    Of a change, these are the profiles after it, and ``sends`` says which of the change rows apply.
    """

    source: Config
    to: Config
    mask: int
    case: Case
    sends: Sends | None


class Reach:
    """Every place that any pairing can come to, by events and by changes, and every step from there.

    Args:
        composition: the tables.
        profiles: every pairing, by profile.
    """

    def __init__(self, composition: Composition, profiles: Profiles) -> None:
        self.composition = composition
        self.profiles = profiles
        self.together = Together(composition, profiles)
        self.start: Config = tuple(each.initial for each in composition.lifecycles.values())
        self.places: dict[Config, int] = {self.start: profiles.everyone}
        """The profiles that can be at each place."""
        self._cases: dict[Config, tuple[tuple[Case, Config], ...]] = {}
        open_ = dict(self.places)
        while open_:
            found: dict[Config, int] = defaultdict(int)
            for config, mask in open_.items():
                for edge in (*self.events(config, mask, refused=False), *self.changes(config, mask)):
                    new = edge.mask & ~self.places.get(edge.to, 0)
                    if new:
                        self.places[edge.to] = self.places.get(edge.to, 0) | new
                        found[edge.to] |= new
            open_ = found

    def steps(self) -> Iterator[Edge]:
        """Every step from every place, for those who can be there."""
        for config, mask in self.places.items():
            yield from self.events(config, mask)
            yield from self.changes(config, mask)

    def events(self, config: Config, mask: int, refused: bool = True) -> Iterator[Edge]:
        """What events come to at a place, for those of ``mask`` who are there; one that breaks off is no step."""
        cases = self._cases.get(config)
        if cases is None:
            found = (case for event in self.composition.events for case in self.together.cases(config, event))
            cases = self._cases[config] = tuple((case, case.leads(config)) for case in found if not case.lost)
        for case, to in cases:
            if case.mask & mask and (refused or case.refusal is None):
                yield Edge(config, to, case.mask & mask, case, None)

    def changes(self, config: Config, mask: int) -> Iterator[Edge]:
        """Every change of the pairing at a place, for those of ``mask`` who are there."""
        found: dict[Sends, int] = defaultdict(int)
        for members, becomes in zip(self.profiles.classes, self.profiles.becomes, strict=True):
            if mask & members:
                for sends, targets in becomes.items():
                    found[sends] |= targets
        for sends, targets in found.items():
            for case in self.together.changed(config, sends):
                if case.mask & targets and not case.lost:
                    yield Edge(config, case.leads(config), case.mask & targets, case, sends)

    def goals(self, goals: Goals) -> dict[Goal, int]:
        """Every goal that some pairing reaches, by the row that its step follows, with the profiles that do; for a
        change of the pairing, those after it.
        """
        found: dict[Goal, int] = defaultdict(int)
        for name in sorted(goals.start()):
            found["", name] |= self.profiles.everyone
        known: dict[object, list[str]] = {}
        following = self._following(goals)
        for edge in self.steps():
            key = goals.key(edge.source, edge.case, edge.sends)
            names = known.get(key)
            if names is None:
                names = known[key] = sorted(goals.reached(edge.source, edge.case, edge.sends))
            for row, here in following[edge.source].items() if names else ():
                mask = self._takes(edge, here)
                for name in names if mask else ():
                    found[row, name] |= mask
        return found

    def _following(self, goals: Goals) -> Mapping[Config, Mapping[str, int]]:
        """For each place, the rows that its steps follow, with the profiles for which they do."""
        if goals.strength != "pairs":
            return {config: {"": mask} for config, mask in self.places.items()}
        found: dict[Config, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for edge in self.steps():
            row = goals.follows(edge.case)
            if row:
                found[edge.to][row] |= edge.mask
        return found

    def _takes(self, edge: Edge, here: int) -> int:
        """The profiles that take ``edge`` among those who are ``here``."""
        if edge.sends is None or here == self.places[edge.source]:
            return edge.mask & here if edge.sends is None else edge.mask
        pairs = zip(self.profiles.classes, self.profiles.becomes, strict=True)
        return edge.mask & _any(becomes.get(edge.sends, 0) for members, becomes in pairs if members & here)


def _any(masks: Iterator[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def fewest(goals: Mapping[Goal, int], count: int) -> list[int]:
    """Few profiles, of ``count``, such that each goal has one of those that reach it; most goals first."""
    found, everyone = [], (1 << count) - 1
    left = dict(goals)
    while left:
        _, best = counted(left.values()).most(everyone, 0)
        found.append(best)
        left = {name: mask for name, mask in left.items() if not mask >> best & 1}
    return found


def chosen(goals: Mapping[Goal, int], reach: Reach) -> Iterator[list[int]]:
    """Sets of profiles to reach goals with, one after another, for as long as ``goals`` holds some.

    Each set has a profile that reaches each goal. Whether it can be come to from the others shows only as one goes: a
    menu that is refused needs somebody who was offered it. So the profile of each kind that fires most rows comes with
    them, where kinds are what changes of the pairing tell apart, and with each set after that twice as many.
    """
    profiles, rows = reach.profiles, reach.composition.rows
    fired = {goal: mask for goal, mask in goals.items() if _fires(goal[1].partition(" by ")[0], rows)}
    votes = counted(fired.values())
    ranked = [sorted(_bits(kind), key=lambda n: -votes.of(n)) for kind in profiles.classes]
    most = 1
    while goals and most < 2 * len(profiles.keys):
        yield list(dict.fromkeys((*fewest(goals, len(profiles.keys)), *(n for kind in ranked for n in kind[:most]))))
        most *= 2


def _fires(name: str, rows: Mapping[str, Row]) -> bool:
    return name in rows and not rows[name].refused


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
