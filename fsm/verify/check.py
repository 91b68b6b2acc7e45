"""The check: every place, every property, and for each that fails the shortest way to break it."""

from __future__ import annotations

import gc
import runpy
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fsm.notation import Claim, Composition
from fsm.notation.echo import echo, plain
from fsm.space.profiles import Profiles
from fsm.space.reachable import Space
from fsm.spec.conversation import CONVERSATION
from fsm.verify.broken import Broken, breaches
from fsm.verify.properties import claimed
from fsm.verify.trace import Trace, sources, steps_to, trace

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class Counterexample:
    """The shortest way in which a property is broken.

    ``trace`` ends with the step, or at the place, that breaks it. It is None where the tables do by themselves.
    """

    says: str
    trace: Trace | None

    def __str__(self) -> str:
        return f"{self.says}\n{self.trace}" if self.trace else self.says


@dataclass(frozen=True)
class Result:
    """What became of one property: ``broken`` is in how many ways it fails."""

    checked: Claim
    broken: int
    says: tuple[str, ...]
    counterexample: Counterexample | None
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether it holds."""
        return not self.broken


@dataclass(frozen=True)
class Report:
    """What was checked, and what came of it.

    ``transitions`` are events that are possible, each counted for each profile and place it is possible in, and
    ``editions`` how many of the pairings each edition holds.
    """

    pairings: int
    editions: Mapping[str, int]
    profiles: int
    places: int
    transitions: int
    results: tuple[Result, ...]
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether every property holds."""
        return all(result.ok for result in self.results)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-able data."""
        return {
            "ok": self.ok,
            "pairings": self.pairings,
            "editions": dict(self.editions),
            "profiles": self.profiles,
            "places": self.places,
            "transitions": self.transitions,
            "seconds": round(self.seconds, 3),
            "properties": [
                {
                    "name": result.checked.name,
                    "says": result.checked.says,
                    "rules": list(result.checked.cites),
                    "ok": result.ok,
                    "broken": result.broken,
                    "counterexample": {
                        "says": result.counterexample.says,
                        "trace": result.counterexample.trace.as_dict() if result.counterexample.trace else None,
                    }
                    if result.counterexample
                    else None,
                    "seconds": round(result.seconds, 3),
                }
                for result in self.results
            ],
        }


def check(
    composition: Composition = CONVERSATION,
    properties: Sequence[Claim] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check properties for every pairing there is, in every place that it can come to.

    Args:
        composition: the tables.
        properties: what to check; default: what is claimed of every composition, and all that is claimed of this one.
        progress: told how far it is.
    """
    with _uncollected():
        return _check(composition, properties, progress)


def _check(composition: Composition, properties: Sequence[Claim] | None, progress: Progress | None) -> Report:
    began = time.perf_counter()
    chosen = claimed(composition) if properties is None else tuple(properties)
    tell = progress or (lambda what, done, of: None)
    tell("pairings", 0, len(chosen) + 2)
    profiles = Profiles(composition, guards=[guard for each in chosen for guard in each.asks])
    tell("places", 1, len(chosen) + 2)
    space = Space(composition, profiles)
    results = []
    for n, each in enumerate(chosen, 2):
        tell(each.name, n, len(chosen) + 2)
        results.append(_result(space, each))
    space.kept.clear()
    tell("done", len(chosen) + 2, len(chosen) + 2)
    editions = profiles.editions
    seconds = time.perf_counter() - began
    return Report(
        profiles.pairings,
        editions,
        profiles.profiles,
        len(space.places),
        space.transitions,
        tuple(results),
        seconds,
    )


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection: little here goes round in circles, and looking for it takes a third of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        (gc.enable if collects else gc.disable)()


def _result(space: Space, checked: Claim) -> Result:
    began = time.perf_counter()
    found = list(breaches(checked, space))
    worst = min(found, key=lambda each: _distance(space, each), default=None)
    said = tuple(dict.fromkeys(each.says for each in found))
    shown = _counterexample(space, worst) if worst else None
    return Result(checked, len(found), said, shown, time.perf_counter() - began)


def _distance(space: Space, broken: Broken) -> int:
    if broken.config is None:
        return 0
    mask = broken.mask
    if broken.edge is not None:
        mask = sources(space, broken.edge, space.places[broken.config], mask)
    return (steps_to(space, broken.config, mask) or 0) + (broken.edge is not None)


def _counterexample(space: Space, broken: Broken) -> Counterexample:
    if broken.config is not None:
        return Counterexample(broken.says, trace(space, broken.config, broken.mask, broken.edge))
    told = Trace(broken.pairing, (), True, space.profiles.whose) if broken.pairing else None
    return Counterexample(broken.says, told)


def properties_from(path: str | Path) -> tuple[Claim, ...]:
    """The claims that a Python file declares: ``PROPERTIES = [at_every_step(...), ...]``.

    Raises:
        ValueError: the file is not there, fails, or does not declare properties; the message says what it should.
    """
    name = plain(str(path))
    try:
        with open(path, "rb"):
            pass
    except OSError as error:
        raise ValueError(f"{name}: {error.strerror}; give a Python file that declares PROPERTIES") from None
    try:
        declared = runpy.run_path(str(path)).get("PROPERTIES")
    except (Exception, SystemExit) as error:
        why = plain(f"{type(error).__name__}: {error}")
        raise ValueError(f"{name}: running it ends in {why}; give a Python file that declares PROPERTIES") from error
    listed = declared if isinstance(declared, list | tuple) else ()
    if not listed or not all(isinstance(each, Claim) for each in listed):
        raise ValueError(
            f"{name}: PROPERTIES is {echo(declared)}; declare a list of claims, made by at_every_step and the like"
        )
    return tuple(listed)
