"""Running a scenario against a service, up to the first step that departs from the specification."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from fsm.notation.echo import echo, plain
from fsm.spec.parties import Pairing
from fsm.testing.running.driver import Driver, Observation, driving
from fsm.testing.running.report import LONGEST, Facet, departed
from fsm.testing.suite import Expected, Scenario

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyTimers


class Departure(NamedTuple):
    """Where a service did something else than the specification says. Its text tells a stranger all of it.

    Args:
        scenario: the scenario up to the step that departs.
        differences: what is not as expected.
        error: what the driver raised, if it did; with no steps in the scenario, on starting.
    """

    scenario: Scenario
    differences: tuple[Facet, ...] = ()
    error: str = ""

    @property
    def kind(self) -> tuple[object, ...]:
        """Departures of one kind are alike: the same rows, the same things that differ, or the same exception."""
        last = self.scenario.steps[-1:]
        rows = [step.rows or (step.event, step.by) for step in last]
        return (*rows, *(each.what for each in self.differences), self.error.partition(":")[0])

    def __str__(self) -> str:
        return departed(self.scenario, self.differences, self.error)


class Verdict(NamedTuple):
    """What came of a scenario.

    Args:
        passed: how many steps went as expected.
        departure: the first that did not.
        unsupported: why the scenario was broken off: the driver says that the service does not do this.
        asked: how many times each facet was looked for.
        seen: how many times it was observed.
    """

    passed: int
    departure: Departure | None = None
    unsupported: str = ""
    asked: Mapping[str, int] = {}
    seen: Mapping[str, int] = {}


def check(driver: Driver[Any], scenario: Scenario) -> Verdict:
    """Run ``scenario`` up to the first step that departs from what it expects.

    A service that shows nothing at all departs too: a check that looks at nothing is none. What the driver is given it
    may keep, and not alter.

    Raises:
        TypeError: it is no driver.
        KeyboardInterrupt: somebody interrupts it. What pytest raises to end a test goes through as well.
    """
    called = driving(driver)
    asked: Counter[str] = Counter()
    seen: Counter[str] = Counter()

    def verdict(passed: int, departure: Departure | None = None, unsupported: str = "") -> Verdict:
        return Verdict(passed, departure, unsupported, asked, seen)

    try:
        _given(f"{called}.start", scenario.pairing, lambda given: driver.start(given, scenario.lifecycle))
    except BaseException as error:
        if goes_through(error):
            raise
        if isinstance(error, NotImplementedError):
            return verdict(0, unsupported=told(error))
        return verdict(0, Departure(scenario._replace(steps=()), error=told(error)))
    for n, step in enumerate(scenario.steps):
        so_far = scenario._replace(steps=scenario.steps[: n + 1])
        try:
            if step.pairing:
                observed = _given(f"{called}.change", step.pairing, driver.change)
            else:
                observed = driver.apply(step.event, step.by.value)
            method = f"{called}.{'change' if step.pairing else 'apply'}"
            facets = tuple(_facets(step.expected, _checked(method, observed)))
        except BaseException as error:
            if goes_through(error):
                raise
            if isinstance(error, NotImplementedError):
                return verdict(n, unsupported=told(error))
            return verdict(n, Departure(so_far, error=told(error)))
        asked.update(each.what for each in facets)
        seen.update(each.what for each in facets if each.seen is not None)
        differing = tuple(each for each in facets if each.differs)
        if differing:
            return verdict(n, Departure(so_far, differing))
        if all(each.seen is None for each in facets):
            return verdict(n, Departure(so_far, error="the driver observed nothing at all of this step"))
    return verdict(len(scenario.steps))


def _given(method: str, pairing: Pairing, call: Callable[[Pairing], Any]) -> Any:
    """What a method of the driver makes of a pairing. It is given a copy, so that what it alters is nobody else's.

    Raises:
        TypeError: it alters it.
    """
    copy = deepcopy(pairing)
    given = copy if copy == pairing else pairing  # one that equals itself alone
    answer = call(given)
    if given != pairing:
        raise TypeError(f"{method} alters the pairing that it is given; let it make one of its own")
    return answer


def _checked(method: str, observed: object) -> Observation:
    """An observation whose fields are what they should be.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(observed, Observation):
        raise TypeError(f"{method} returned {echo(observed)}; it has to return an Observation")
    try:
        return msgspec.convert(msgspec.to_builtins(observed), Observation)
    except (ValueError, TypeError, RecursionError) as error:
        what, _, path = str(error).partition(" - at `$.")
        field = f" in {path.rstrip('`')}" if path else ""
        raise TypeError(f"{method} returned an Observation with the wrong type{plain(field)}: {plain(what)}") from None


def goes_through(error: BaseException) -> bool:
    """Whether what was raised is not the driver's: somebody interrupts, or pytest ends the test, as at a timeout."""
    pytest: Any = sys.modules.get("pytest")
    ending = (pytest.fail.Exception, pytest.skip.Exception, pytest.exit.Exception) if pytest else ()
    return isinstance(error, (KeyboardInterrupt, *ending))


def _facets(expected: Expected, seen: Observation) -> Iterator[Facet]:
    accepted = None if seen.accepted is None else _one("accepted" if seen.accepted else "refused")
    yield Facet("the event", _one("refused" if expected.refused else "accepted"), accepted)
    if expected.refused:
        yield Facet("the rule", _one(expected.rule), None if seen.rule is None else _one(seen.rule))
    yield from _places(expected, seen)
    yield from _effects(expected, seen)
    yield Facet("timers", _timers(expected.timers), None if seen.timers is None else _timers(seen.timers))


def _places(expected: Expected, seen: Observation) -> Iterator[Facet]:
    state = seen.state or {}
    remembered = {"owner": seen.owners, "opener": seen.openers}
    for name, at in expected.at:
        yield Facet(f"state of {name}", _one(at.state), _one(state[name]) if name in state else None)
        for called, parties in remembered.items():
            party = getattr(at, called)
            if party or name in (parties or ()):
                hidden = parties is None or name not in {*state, *parties}
                yield Facet(f"{called} of {name}", _one(party), None if hidden else _one((parties or {}).get(name)))
    for name in dict.fromkeys(chain(state, *(parties or () for parties in remembered.values()))):
        if name not in dict(expected.at):
            yield Facet(f"state of {name}", (), _one("not a lifecycle of this test"))


def _effects(expected: Expected, seen: Observation) -> Iterator[Facet]:
    wanted = expected.effects
    if isinstance(seen.effects, Mapping):
        for to in dict.fromkeys((*seen.effects, *(each.to for each in wanted))):
            mine = tuple(each.name for each in wanted if each.to == to)
            yield Facet(f"effects to the {to}", mine, tuple(seen.effects[to]) if to in seen.effects else None)
    else:
        yield Facet("effects", _sent(wanted), None if seen.effects is None else _sent(seen.effects))


def _sent(effects: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(f"{name} to the {to}" for name, to in effects)


def _timers(timers: AnyTimers) -> tuple[str, ...]:
    started = sorted(f"{event} after {seconds} s" for event, seconds in timers.start)
    return (*started, *sorted(f"{event} cancelled" for event in timers.cancel))


def _one(word: object) -> tuple[str, ...]:
    return (str(word),) if word else ()


def told(error: BaseException) -> str:
    """What was raised, in a line that can be shown."""
    try:
        text = " ".join(str(error).split())
    except Exception:
        text = "it cannot be shown"
    shown = plain(text) if len(text) <= LONGEST else echo(text)
    return f"{type(error).__name__}: {shown}" if text else type(error).__name__
