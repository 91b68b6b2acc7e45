"""Which goals everything that can happen reaches, and which profiles a suite needs to cover them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from fsm.engine.program import Config
from fsm.notation import Row
from fsm.space.places import low
from fsm.space.reachable import Edge, Space
from fsm.testing.making.goals import Goal, Goals
from fsm.testing.making.votes import counted


class Reach:
    """Which goals there are in everything that can happen, who reaches them, and on what ways.

    Args:
        space: everything that can happen.
    """

    def __init__(self, space: Space) -> None:
        self.space = space
        self.profiles = space.profiles
        self.places = space.places

    def steps(self) -> Iterator[Edge]:
        """Every step from every place, refusals among them; one that breaks off is none."""
        yield from (edge for edge in self.space.edges if not edge.case.lost)
        for config, mask, case in self.space.refused:
            yield Edge(config, config, mask, case, None)

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

    def ways(self, goals: Goals, wanted: Iterable[Goal]) -> Iterator[list[int]]:
        """For each goal that is wanted and can be reached, the profiles on some way to it."""
        left = set(wanted)
        followed: dict[tuple[Config, str], list[Edge]] = defaultdict(list)
        for edge in self.steps():
            row = goals.follows(edge.case)
            if row and any(row == each for each, _ in left):
                followed[edge.to, row].append(edge)
        for edge in self.steps():
            names = goals.reached(edge.source, edge.case, edge.sends)
            for row, name in [goal for goal in left if goal[1] in names]:
                firsts = [[each] for each in followed.get((edge.source, row), ())] if row else [[]]
                for first in firsts:
                    mask = self._takes(edge, first[0].mask if first else self.places[edge.source])
                    if mask:
                        left.discard((row, name))
                        yield self._along(low(mask), [edge, *first])
                        break

    def _along(self, number: int, last: list[Edge]) -> list[int]:
        """The profiles on some way whose last steps are these, the last first, and which ends under this one."""
        amongs = [*(each.mask for each in last[1:]), self.places[last[-1].source]]
        found = [number]
        for edge, among in zip(last, amongs, strict=True):
            found.append(self._before(edge, found[-1], among))
        config = last[-1].source
        while config != self.space.start:
            came = next(each for each in self.space.arrivals(config) if each.mask >> found[-1] & 1)
            assert came.edge is not None
            found.append(self._before(came.edge, found[-1], came.sources))
            config = came.edge.source
        return found

    def _before(self, edge: Edge, number: int, among: int) -> int:
        """A profile among some under which a step may be taken that leads on under this one."""
        if edge.sends is None:
            return number
        pairs = zip(self.profiles.classes, self.profiles.becomes, strict=True)
        return low(among & _any(members for members, becomes in pairs if becomes.get(edge.sends, 0) >> number & 1))

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


def chosen(left: Mapping[Goal, int], reach: Reach, goals: Goals) -> Iterator[list[int]]:
    """Two sets of profiles to reach goals with, the second for those of which ``left`` still holds some then.

    The first has a profile that reaches each goal. Whether it can be come to from the others shows only as one goes: a
    menu that is refused needs somebody who was offered it. So the profile of each kind that fires most rows comes with
    them, where kinds are what changes of the pairing tell apart. The second has those on some way to each goal.
    """
    profiles, rows = reach.profiles, reach.space.composition.rows
    fired = counted(mask for goal, mask in left.items() if _fires(goal[1].partition(" by ")[0], rows))
    most = [fired.most(kind, 0)[1] for kind in profiles.classes]
    yield list(dict.fromkeys((*fewest(left, len(profiles.keys)), *most)))
    if left:
        yield list(dict.fromkeys(chain.from_iterable(reach.ways(goals, left))))


def _fires(name: str, rows: Mapping[str, Row]) -> bool:
    return name in rows and not rows[name].refused
