"""Few event sequences for everyone that ask in every place, under whichever pairings that takes.

A change of the pairing that sends nothing leaves everything where it is. So in every place, everyone who can be there
is put there by a change: the one first under whom most goals are reached that are left, until none is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from operator import and_, itemgetter
from typing import NamedTuple

from fsm.engine.program import Config
from fsm.notation import Party
from fsm.space.cases import Case, Sends
from fsm.space.places import low
from fsm.space.profiles import Profiles
from fsm.spec.parties import Pairing
from fsm.testing.making.facets import Facets
from fsm.testing.making.goals import Goals
from fsm.testing.making.play import Move
from fsm.testing.making.votes import Votes

LONGEST = 60
"""After so many steps a sequence begins anew, so that what goes wrong in it can still be read."""


class Node(NamedTuple):
    """A place, and a kind of profiles, by number: those that changes of the pairing do not tell apart."""

    config: Config
    kind: int


class Arc(NamedTuple):
    """What may be done at a node by the profiles of ``mask``, where it leads, and the goals it reaches, by number. A
    change of the pairing has no event; its profiles are those that it may be to.
    """

    event: str
    by: Party
    mask: int
    to: Node
    goals: tuple[int, ...]


_Drawn = tuple[Case, int, Config, tuple[int, ...]]
"""What is done, for whom, the place it leads to, and the goals it reaches."""


class Asking:
    """Everything that everyone can reach, and walks that reach it.

    Args:
        goals: the goals of a strength in which it does not matter what goes before.
        profiles: everyone.

    Raises:
        ValueError: some change of the pairing sends something where nothing has changed that it looks at.
    """

    def __init__(self, goals: Goals, profiles: Profiles) -> None:
        self._goals = goals
        self._profiles = profiles
        self._together = goals.engine(goals.composition, profiles)
        self._facets = Facets(goals.composition, profiles)
        self._sends = tuple(
            tuple(next(sends for sends, to in becomes.items() if to & kind) for kind in profiles.classes)
            for becomes in profiles.becomes
        )
        for n, each in enumerate(self._sends):
            for change, sent in zip(goals.composition.changes, each[n], strict=True):
                if sent:
                    raise ValueError(f"change {change.event}: is sent where nothing changed; let it look at what did")
        self._numbers: dict[str, int] = {}
        self._asks: list[int] = []
        """By the number of a goal, what it is to be reached with, as far as it can be."""
        self._left: list[int] = []
        self._known: dict[object, tuple[int, ...]] = {}
        self._fired: dict[Config, list[_Drawn]] = {}
        self._changed: dict[tuple[Config, Sends], list[_Drawn]] = {}
        first = tuple(each.initial for each in goals.composition.lifecycles.values())
        starts = [Node(first, kind) for kind in range(len(profiles.classes))]
        self._came: dict[Node, tuple[Node, Arc] | None] = dict.fromkeys(starts)
        open_ = deque(starts)
        while open_:
            node = open_.popleft()
            here = self._facets.of_place(node.config)
            for step in self._steps(node):
                some = here | self._facets.of_some(step.mask)
                for n in step.goals:
                    self._left[n] |= self._asks[n] & some
                if step.to not in self._came:
                    self._came[step.to] = node, step
                    open_.append(step.to)
        self.names = tuple(
            f"{name}{self._facets.names[n]}"
            for name, mask in zip(self._numbers, self._left, strict=True)
            for n in _bits(mask)
        )
        """The name of every goal."""
        self._count = len(self.names)

    def walks(self, tell: Callable[[int, int], None]) -> Iterator[tuple[Pairing, tuple[Move, ...]]]:
        """Walks that reach all of it, each with the pairing it begins under.

        Args:
            tell: is told how many goals are reached, and how many there are.
        """
        total = len(self.names)
        for node in self._came:
            while steps := self._open(node):
                yield self._walk(node, steps)
                tell(total - self._count, total)

    def _walk(self, node: Node, steps: list[Arc]) -> tuple[Pairing, tuple[Move, ...]]:
        way, start = [], node
        while came := self._came[start]:
            start, step = came
            way.append(step)
        trail = _Trail(self._profiles.classes[start.kind])
        for step in reversed(way):
            trail.take(step)
        while steps and len(trail.moves) < LONGEST:
            node = self._go_on(trail, node, steps)
            steps = self._open(node)
        return trail.told(self._profiles.pairing)

    def _go_on(self, trail: _Trail, node: Node, steps: list[Arc]) -> Node:
        """Reach what there is to reach here for whom there is most, and go on if that reaches more. The next node."""
        stays = [step for step in steps if step.to == node]
        votes, here = self._votes(node, stays), self._profiles.classes[node.kind]
        choices: list[tuple[int, int, Arc | None]] = [(*votes.most(here, trail.now), None)] if stays else []
        for step in steps:
            if step.event and step.to != node:
                choices.append((*self._votes(node, [step], votes).most(step.mask, trail.now), step))
        if not choices:
            choices = [(*self._votes(node, [step]).most(step.mask, trail.now), step) for step in steps]
        _, number, last = max(choices, key=itemgetter(0))
        if last is None or last.event:
            trail.sit(number)
            for step in stays:
                if step.mask >> number & 1 and self._reach(node, step, number):
                    trail.take(step)
        if last is None or not self._reach(node, last, number):
            return node
        trail.take(last)
        trail.sit(number)
        return last.to

    def _open(self, node: Node) -> list[Arc]:
        """The steps at a node that reach something that is left, for somebody."""
        here, some, left = self._facets.of_place(node.config), self._facets.of_some, self._left
        return [
            step for step in self._steps(node) if any(left[n] & (here | some(step.mask)) for n in step.goals if left[n])
        ]

    def _votes(self, node: Node, steps: list[Arc], more: Votes | None = None) -> Votes:
        """How many goals that are left each profile reaches by these steps, and by those that were counted already."""
        votes = Votes(more)
        here, facets = self._facets.of_place(node.config), self._facets
        for step in steps:
            found = here | facets.of_some(step.mask)
            for n in step.goals:
                for facet in _bits(self._left[n] & found):
                    votes.add(step.mask & facets.holding(facet))
        return votes

    def _reach(self, node: Node, step: Arc, number: int) -> bool:
        """Whether a step under a profile reaches something that was left; it no longer is."""
        found = self._facets.of_place(node.config) | self._facets.of_some(1 << number)
        useful = False
        for n in step.goals:
            reached = self._left[n] & found
            self._left[n] ^= reached
            self._count -= reached.bit_count()
            useful = useful or reached > 0
        return useful

    def _steps(self, node: Node) -> Iterator[Arc]:
        """Everything that may be done at a node, changes last."""
        config, kind = node
        fired = self._fired.get(config)
        if fired is None:
            events = self._goals.composition.events
            fired = self._fired[config] = [
                drawn
                for event in events
                for case in self._together.cases(config, event)
                if not case.lost
                for drawn in self._drawn(config, case, None)
            ]
        members = self._profiles.classes[kind]
        for case, mask, to, goals in fired:
            if mask & members:
                yield Arc(case.event, case.by, mask & members, Node(to, kind), goals)
        for other, members in enumerate(self._profiles.classes):
            if other != kind:
                sends = self._sends[kind][other]
                changed = self._changed.get((config, sends))
                if changed is None:
                    cases = self._together.changed(config, sends)
                    changed = [drawn for case in cases if not case.lost for drawn in self._drawn(config, case, sends)]
                    self._changed[config, sends] = changed
                for case, mask, to, goals in changed:
                    if mask & members:
                        yield Arc("", case.by, mask & members, Node(to, other), goals)

    def _drawn(self, config: Config, case: Case, sends: Sends | None) -> Iterator[_Drawn]:
        """A case, for those for whom the same row would decide it otherwise, and its goals."""
        for otherwise, mask in self._otherwise(config, case).items():
            key = self._goals.key(config, case, sends), otherwise
            goals = self._known.get(key)
            if goals is None:
                decisions = self._goals.decisions(config, case, otherwise)
                asks = {name: self._facets.of_decision(row, row in case.rows) for name, row in decisions}
                names = sorted(self._goals.reached(config, case, sends, otherwise))
                goals = self._known[key] = tuple(self._number(name, asks.get(name, 1)) for name in names)
            yield case, mask, case.leads(config), goals

    def _otherwise(self, config: Config, case: Case) -> dict[str, int]:
        """The rows that would decide a case if the one that does were not there, and for whom; none, for the rest."""
        found, left = {}, case.mask
        for row, here in self._goals.after(config, case):
            holding = reduce(and_, (self._profiles.holding(each, each.whose(case.by, here)) for each in row.when), left)
            if holding:
                found[row.id] = holding
                left &= ~holding
        return {**found, "": left} if left else found

    def _number(self, name: str, asks: int) -> int:
        n = self._numbers.setdefault(name, len(self._numbers))
        if n == len(self._asks):
            self._asks.append(asks)
            self._left.append(0)
        return n


class _Trail:
    """Moves in the making. Under which profile they are made is left open for as long as there is a choice."""

    def __init__(self, kind: int) -> None:
        self.moves: list[tuple[str, Party] | int] = []
        """Events, and changes to one of some profiles, by number."""
        self._chosen = [kind]

    @property
    def now(self) -> int:
        """Which profile it may be."""
        return self._chosen[-1]

    def take(self, step: Arc) -> None:
        """Do as a step says."""
        if step.event:
            self._among(step.mask)
            self.moves.append((step.event, step.by))
        else:
            self._change(step.mask)

    def sit(self, number: int) -> None:
        """It is to be this profile from now on."""
        self._among(1 << number)

    def _among(self, mask: int) -> None:
        if self._chosen[-1] & mask:
            self._chosen[-1] &= mask
        else:
            self._change(mask)

    def _change(self, mask: int) -> None:
        self.moves.append(len(self._chosen))
        self._chosen.append(mask)

    def told(self, pairings: Sequence[Pairing]) -> tuple[Pairing, tuple[Move, ...]]:
        """The pairing that it begins under, and the moves."""
        first, *_ = chosen = [pairings[low(mask)] for mask in self._chosen]
        return first, tuple(chosen[each] if isinstance(each, int) else each for each in self.moves)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
