"""The shortest sequence that still fails.

The specification knows what any sequence of events comes to, so any part of a failing test is a test as well, with
outcomes worked out anew. Parts are taken out, large ones first, and detours are replaced by a shortest way between the
same two places, until neither helps. What is left is minimal: without any one of its steps it passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from functools import cache
from itertools import combinations, product
from typing import Any, NamedTuple

from fsm.engine.outcome import Outcome
from fsm.engine.program import Answers
from fsm.notation import Composition, Party
from fsm.spec.conversation import CONVERSATION
from fsm.testing.making.complete import whole
from fsm.testing.making.play import Move, Player
from fsm.testing.making.single import Input, inputs
from fsm.testing.running.driver import Driver
from fsm.testing.running.run import Departure, check
from fsm.testing.suite import Scenario, Step

RUNS = 500
"""How many times a service is run, at most, to shorten one failure."""


class Shrunk(NamedTuple):
    """A departure after shrinking.

    Args:
        departure: the shortest that was found.
        runs: how many times the service was run for it.
        minimal: whether it passes without any one of its steps.
        why: why shrinking came to an end.
    """

    departure: Departure
    runs: int
    minimal: bool
    why: str

    def __str__(self) -> str:
        return f"{self.departure}\n\n{self.why}"


def shrink(driver: Driver[Any], departure: Departure, limit: int = RUNS) -> Shrunk:
    """The shortest departure of the service that can be made of this one.

    Args:
        driver: the service; it is started anew for every run.
        departure: what ``check`` found.
        limit: how many runs to make at most.

    Raises:
        ValueError: the limit is no whole number, or less than 0.
    """
    whole("limit", limit, 0)
    if not departure.scenario.steps:
        return Shrunk(departure, 0, True, "The service did not start.")
    search = _Search(driver, departure, limit)
    try:
        if not search.fails(moves(departure.scenario)):
            return Shrunk(departure, 1, False, "It passed when it was run again: the service does not answer alike.")
        search.shortcut([(0, len(search.best.scenario.steps) - 1)])
        while search.without_part() or search.shortcut(search.spans()):
            continue
    except _Stopped as stopped:
        return Shrunk(search.best, search.runs, False, str(stopped))
    return Shrunk(search.best, search.runs, True, f"Shortest of {search.runs} tried: without any one step it passes.")


def moves(scenario: Scenario) -> tuple[Move, ...]:
    """What is done in a scenario."""
    return tuple(step.pairing or (step.event, step.by) for step in scenario.steps)


@cache
def player(lifecycle: str | None, composition: Composition = CONVERSATION) -> Player:
    """Who plays conversations, or one lifecycle of them alone."""
    return Player(composition, lifecycle)


@cache
def events(lifecycle: str | None, composition: Composition = CONVERSATION) -> frozenset[Input]:
    """Everything that may be fired at a conversation, or at one lifecycle of it alone."""
    if lifecycle:
        return frozenset(inputs(composition, lifecycle))
    return frozenset(product(composition.events, Party))


class _Stopped(Exception):
    """No more runs can be made."""


class _Search:
    """Runs candidates, each once, and keeps the last that failed, which is the shortest."""

    def __init__(self, driver: Driver[Any], departure: Departure, limit: int) -> None:
        self.driver, self.best, self.limit = driver, departure, limit
        what = departure.scenario.lifecycle, departure.scenario.composition
        self.player: Player = player(*what)
        self.known = events(*what)
        self.runs = 0
        self._tried: set[tuple[Move, ...]] = set()

    def fails(self, candidate: tuple[Move, ...]) -> bool:
        """Whether the service departs in a candidate that was not tried before; one of no steps cannot.

        Raises:
            _Stopped: no more runs can be made.
        """
        if not candidate or candidate in self._tried:
            return False
        if self.runs == self.limit:
            raise _Stopped(f"Stopped after {self.runs} runs: there may be a shorter one.")
        self._tried.add(candidate)
        self.runs += 1
        scenario = self.best.scenario
        departure = check(self.driver, self.player.scenario(scenario.name, scenario.pairing, candidate)).departure
        if departure is None:
            return False
        if not departure.scenario.steps:
            raise _Stopped(f"Stopped after {self.runs} runs: the service no longer starts: {departure.error}")
        self.best = departure
        return True

    def without_part(self) -> bool:
        """Whether anything can be left out; as much is left out as can be."""
        shorter = False
        size = len(self.best.scenario.steps)
        while size:
            n = 0
            while n < len(now := moves(self.best.scenario)):
                if self.fails(now[:n] + now[n + size :]):
                    shorter = True
                else:
                    n += size
            size //= 2
        return shorter

    def spans(self) -> list[tuple[int, int]]:
        """Every part before the last step, from where to where, the longest first."""
        steps = len(self.best.scenario.steps)
        return sorted(combinations(range(steps), 2), key=lambda span: span[0] - span[1])

    def shortcut(self, spans: Iterable[tuple[int, int]]) -> bool:
        """Whether one of these parts can be replaced by a shorter way: to where the next step is decided by the same
        row, to where it goes by the same rows, or else to the same place.
        """
        scenario, now, places = self.best.scenario, moves(self.best.scenario), self._places()
        for i, j in spans:
            for goal in (_same_rows(scenario.steps[j], 1), _same_rows(scenario.steps[j]), places[j].__eq__):
                way = _way(places[i], goal, j - i, self.known) if places[i].program is places[j].program else None
                if way is not None and self.fails(now[:i] + way + now[j:]):
                    return True
        return False

    def _places(self) -> list[Answers]:
        scenario = self.best.scenario
        program = self.player.under(scenario.pairing)
        places = [program.initial]
        for step in scenario.steps:
            program = self.player.under(step.pairing) if step.pairing else program
            places.append(program.at(tuple(at for _, at in step.expected.at)))
        return places


def _same_rows(step: Step, count: int | None = None) -> Callable[[Answers], bool]:
    """Whether a step, fired at a place, goes by the rows that it went by, or by the first of them. No place is known to
    do so for a change of the pairing.
    """

    def holds(place: Answers) -> bool:
        if step.pairing:
            return False
        result = place[step.event, step.by]
        if isinstance(result, Outcome):
            rows, refused = result.rows, None
        else:
            rows, refused = (result.row,) if result.row else (), result.kind
        return (rows[:count], refused) == (step.rows[:count], step.expected.refused)

    return holds


def _way(start: Answers, goal: Callable[[Answers], bool], limit: int, known: Set[Input]) -> tuple[Move, ...] | None:
    """A shortest sequence of fewer than ``limit`` of the known events from a place to a goal; None if there is none."""
    ways: dict[Answers, tuple[Move, ...]] = {start: ()}
    newest = [start]
    for length in range(limit):
        for each in newest:
            if goal(each):
                return ways[each]
        if length < limit - 1:
            newest = [to for each in newest for to in _next(each, ways, known)]
    return None


def _next(place: Answers, ways: dict[Answers, tuple[Move, ...]], known: Set[Input]) -> Iterator[Answers]:
    """Places one event further that there is no way to yet; the ways are noted."""
    for way in place.available:
        to = place[way].to
        if to is not None and to not in ways and way in known:
            ways[to] = (*ways[place], (way.event, way.by))
            yield to
