"""Few and short event sequences that reach every goal that some pairings can reach."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import islice
from operator import or_
from typing import NamedTuple, TypeVar

from fsm.engine.program import Config
from fsm.space.cases import Case, Sends, Together
from fsm.spec.parties import Pairing
from fsm.spec.users import whose
from fsm.testing.making.goals import Goal, Goals
from fsm.testing.making.play import Move

T = TypeVar("T")
NEAR = 100
"""How many nodes around it a tour looks for its next goal."""
LONGEST = 60
"""After so many steps a tour begins anew, so that what goes wrong in it can still be read."""


class Node(NamedTuple):
    """A place under one of the pairings, by number."""

    number: int
    config: Config


class Arc(NamedTuple):
    """What can be done at a node: the move, where it leads, the goals it reaches, bit n being goal n, and the row that
    the next step then follows, where that matters; None where it is the one that it was.
    """

    move: Move
    to: Node
    goals: int
    row: str | None


_Drawn = tuple[Case, Config, int, str | None]
"""What a step comes to, for whichever profiles, the place it leads to, and its goals and row as in an Arc."""

Sent = tuple[Sends, ...]
"""Which change rows apply at a change of a pairing to each of the pairings."""

Reached = dict[str, int]
"""Goals by the row that the step which reaches them follows, where that matters."""


class Tour(NamedTuple):
    """A sequence of moves from the start of a pairing, and the goals it reaches."""

    number: int
    moves: tuple[Move, ...]
    goals: frozenset[Goal]


class Graph:
    """What some pairings can do, changes from each to each included.

    Args:
        goals: the goals of a strength.
        together: the engine, under profiles that the pairings are among.
        pairings: the pairings, by the number of their profile.
    """

    def __init__(self, goals: Goals, together: Together, pairings: Mapping[int, Pairing]) -> None:
        self.goals = goals
        self.pairings = pairings
        self.pairs = goals.strength == "pairs"
        self.names: dict[str, int] = {}
        """The number of each goal met so far; of a pair, of its second row."""
        first = tuple(each.initial for each in goals.composition.lifecycles.values())
        self.starts = [Node(number, first) for number in pairings]
        self._together = together
        self._leading: dict[Config, list[_Drawn]] = {}
        self._ways: dict[Node, tuple[Arc, ...]] = {}
        self._turns: dict[tuple[Config, Sent], tuple[Arc, ...]] = {}
        self._alike: dict[object, tuple[Arc, ...]] = {}
        self._within: dict[Node, int] = {}
        self._around: dict[Config, int] = {}
        self._known: dict[object, int] = {}
        self._fired: dict[Config, list[_Drawn]] = {}
        self._changed: dict[tuple[Config, Sends], list[_Drawn]] = {}
        views = whose(goals.composition).views
        looks = {number: views(pairing)[0] for number, pairing in pairings.items()}
        self._sends = {
            (old, new): tuple(change.when(looks[old], looks[new]) for change in goals.composition.changes)
            for old in pairings
            for new in pairings
        }
        self._sendings = tuple(dict.fromkeys(self._sends.values()))
        self._sent = {old: tuple(self._sends[old, new] for new in pairings) for old in pairings}

    def bits(self, names: Iterable[str]) -> int:
        """Goals as an integer."""
        return reduce(or_, (1 << self.names.setdefault(name, len(self.names)) for name in names), 0)

    def steps(self, node: Node) -> Iterator[Arc]:
        """Everything that can be done at a node, events before changes."""
        return (Arc(move, Node(number, to), goals, row) for move, number, (_, to, goals, row) in self._all(node))

    def ways(self, node: Node) -> tuple[Arc, ...]:
        """The events at a node after which something is not as it was."""
        found = self._ways.get(node)
        if found is None:
            number, config = node
            leading = self._leading.get(config)
            if leading is None:
                every = self._events(config)
                leading = self._leading[config] = [each for each in every if each[3] is not None or each[1] != config]
            found = self._ways[node] = tuple(
                Arc((case.event, case.by), Node(number, to), goals, row)
                for case, to, goals, row in leading
                if case.mask >> number & 1
            )
        return found

    def turns(self, node: Node) -> tuple[Arc, ...]:
        """The changes of the pairing at a node, those to the pairing that it is already left out by whoever takes them.
        One tuple wherever they are the same.
        """
        key = node.config, self._sent[node.number]
        found = self._turns.get(key)
        if found is None:
            changes = self._changes(node.config, zip(self.pairings.items(), key[1], strict=True))
            made = tuple(Arc(move, Node(number, to), goals, row) for move, number, (_, to, goals, row) in changes)
            found = self._turns[key] = self._alike.setdefault(tuple(step[1:] for step in made), made)
        return found

    def around(self, node: Node) -> int:
        """Every goal that some step from where a node is reaches, whoever is there and whatever the pairing was."""
        config = node.config
        found = self._around.get(config)
        if found is None:
            fired = self._events(config)
            changed = (drawn for sends in self._sendings for drawn in self._change(config, sends))
            found = self._around[config] = reduce(or_, (drawn[2] for each in (fired, changed) for drawn in each), 0)
        return found

    def within(self, node: Node) -> int:
        """Every goal that some step from a node reaches."""
        found = self._within.get(node)
        if found is None:
            found = self._within[node] = reduce(or_, (drawn[2] for _, _, drawn in self._all(node)), 0)
        return found

    def reachable(self) -> list[Goal]:
        """Every goal that a tour can reach."""
        found: dict[str, int] = defaultdict(int)
        seen = {(node, "") for node in self.starts}
        open_ = deque(seen)
        while open_:
            node, row = open_.popleft()
            found[row] |= self.within(node)
            for step in (*self.ways(node), *self.turns(node)):
                then = step.to, step.row or ""
                if then not in seen:
                    seen.add(then)
                    open_.append(then)
        names = list(self.names)
        reached = ((row, names[n]) for row, mask in found.items() for n in _bits(mask) if row or not self.pairs)
        return list(dict.fromkeys((*(("", name) for name in sorted(self.goals.start())), *reached)))

    def _all(self, node: Node) -> Iterator[tuple[Move, int, _Drawn]]:
        """Every step from a node: the move, under which pairing it leads on, and what it comes to."""
        number, config = node
        for drawn in self._events(config):
            case = drawn[0]
            if case.mask >> number & 1:
                yield (case.event, case.by), number, drawn
        others = ((each, self._sends[number, each[0]]) for each in self.pairings.items() if each[0] != number)
        yield from self._changes(config, others)

    def _events(self, config: Config) -> list[_Drawn]:
        """What events come to at a place, whoever is there."""
        fired = self._fired.get(config)
        if fired is None:
            events = self.goals.composition.events
            cases = (case for event in events for case in self._together.cases(config, event))
            fired = self._fired[config] = [self._drawn(config, case, None) for case in cases if not case.lost]
        return fired

    def _changes(
        self, config: Config, to: Iterable[tuple[tuple[int, Pairing], Sends]]
    ) -> Iterator[tuple[Move, int, _Drawn]]:
        for (number, pairing), sends in to:
            for drawn in self._change(config, sends):
                if drawn[0].mask >> number & 1:
                    yield pairing, number, drawn

    def _change(self, config: Config, sends: Sends) -> list[_Drawn]:
        changed = self._changed.get((config, sends))
        if changed is None:
            outcomes = self._together.changed(config, sends)
            changed = [self._drawn(config, case, sends) for case in outcomes if not case.lost]
            self._changed[config, sends] = changed
        return changed

    def _drawn(self, config: Config, case: Case, sends: Sends | None) -> _Drawn:
        key = self.goals.key(config, case, sends)
        goals = self._known.get(key)
        if goals is None:
            goals = self._known[key] = self.bits(sorted(self.goals.reached(config, case, sends)))
        return case, case.leads(config), goals, self.goals.follows(case)


def tours(graph: Graph, wanted: Iterable[Goal], tell: Callable[[int, int], None]) -> list[Tour]:
    """Tours that reach all of ``wanted`` that can be: each goes on to a near goal that is left, or else begins anew.

    Args:
        graph: what can be done.
        wanted: the goals; those that every conversation reaches as it begins take no tour.
        tell: is told how many goals are reached, and how many there are.
    """
    begun = {("", name) for name in graph.goals.start()}
    every: Reached = defaultdict(int)
    for row, name in wanted:
        if (row, name) not in begun:
            every[row] |= graph.bits([name])
    left, names = dict(every), list(graph.names)
    total = _count(every)
    found = []
    anew = _Search(graph, graph.starts)
    while way := anew.nearest(left):
        number, row = way.origin.number, ""
        moves: list[Move] = []
        goals: set[Goal] = set()
        while way:
            for step in way.steps:
                reached = step.goals & every.get(row, 0)
                goals |= {(row, names[n]) for n in _bits(reached)}
                left[row] = left.get(row, 0) & ~reached
                row = row if step.row is None else step.row
                moves.append(step.move)
            tell(total - _count(left), total)
            near = _Search(graph, [way.steps[-1].to], row, NEAR)
            way = near.nearest(left) if len(moves) < LONGEST else None
            if way and anew.nearest(left, len(way.steps) - 1):
                break
        found.append(Tour(number, tuple(moves), frozenset(goals)))
    return _needed(found)


def _count(goals: Reached) -> int:
    return sum(mask.bit_count() for mask in goals.values())


class _Way(NamedTuple):
    """A way to a goal."""

    origin: Node
    steps: tuple[Arc, ...]


class _Look(NamedTuple):
    """A node that a search comes to, from which node and by which step, and how far from where it began."""

    node: Node
    row: str
    via: tuple[Node, Arc] | None
    depth: int


class _Search:
    """Breadth first from some nodes. What was looked at in vain is not looked at again, since goals only become fewer.

    Args:
        graph: what can be done.
        origins: where it begins.
        row: the row that steps from there follow.
        most: how many nodes to go on from at most.
    """

    def __init__(self, graph: Graph, origins: Sequence[Node], row: str = "", most: int | None = None) -> None:
        self._graph = graph
        self._came: dict[Node, tuple[Node, Arc] | None] = dict.fromkeys(origins)
        self._ahead = self._looks(row, most)
        self._now = next(self._ahead, None)

    def nearest(self, left: Reached, within: int | None = None) -> _Way | None:
        """The way to the nearest step that reaches some goal of ``left``, if there is one ``within`` so many steps."""
        while self._now and (within is None or self._now.depth < within):
            look = self._now
            here = left.get(look.row, 0)
            goals = here and self._graph.around(look.node) & here and self._graph.within(look.node) & here
            if goals:
                return self._way(look, _best(self._graph, look.node, goals))
            self._now = next(self._ahead, None)
        return None

    def _looks(self, row: str, most: int | None) -> Iterator[_Look]:
        order = [(node, 1) for node in self._came]
        yield from (_Look(node, row, None, 0) for node, _ in order)
        looked = {(node, row) for node in self._came}
        turned: set[int] = set()
        for node, depth in islice(_growing(order), most):
            steps, turns = self._graph.ways(node), self._graph.turns(node)
            if id(turns) not in turned:
                turned.add(id(turns))
                steps += tuple(step for step in turns if step.to.number != node.number)
            for step in steps:
                then = step.to, step.row or ""
                if then not in looked:
                    looked.add(then)
                    yield _Look(*then, (node, step), depth)
                if step.to not in self._came:
                    self._came[step.to] = node, step
                    order.append((step.to, depth + 1))

    def _way(self, look: _Look, last: Arc) -> _Way:
        node, via, steps = look.node, look.via, [last]
        while via is not None:
            node, step = via
            steps.append(step)
            via = self._came[node]
        return _Way(node, tuple(reversed(steps)))


def _growing(items: list[T]) -> Iterator[T]:
    """The items of a list to which more are added meanwhile."""
    n = 0
    while n < len(items):
        yield items[n]
        n += 1


def _best(graph: Graph, node: Node, left: int) -> Arc:
    """The step that reaches a goal of ``left``: one that leads nowhere else first, then the one that reaches most."""
    fitting = [step for step in graph.steps(node) if step.goals & left]
    return max(fitting, key=lambda step: (step.to == node, (step.goals & left).bit_count()))


def _needed(found: list[Tour]) -> list[Tour]:
    """The tours without those whose goals the others reach, the ones with fewest goals tried first."""
    times = Counter(goal for tour in found for goal in tour.goals)
    kept = list(found)
    for tour in sorted(found, key=lambda each: len(each.goals)):
        if all(times[goal] > 1 for goal in tour.goals):
            kept.remove(tour)
            times.subtract(tour.goals)
    return kept


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
