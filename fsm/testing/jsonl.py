"""Suites as JSON Lines, for those outside Python: one JSON object a line.

The first line is about all of them:

- ``format``: "interop-fsm suite 2".
- ``fingerprint``: names the specification that the outcomes are of.
- ``strength``: states, rows, guards, sneak, pairs, profiles, walks or complete.
- ``goals``: what is to be covered; ``covered``: what is, as places in that list, from 0.
- ``scenarios``, ``events``: how many there are.
- ``pairings``: every pairing that occurs, with all its facts; elsewhere a pairing is its place in this list, from 0.

Every other line is one scenario, to be run on a conversation that begins anew:

- ``name``; ``pairing``: whom it begins under; ``lifecycle``: the one that is tested alone, or null.
- ``steps``, each an object:

  - ``event`` and ``by``: what to fire, and who does; ``pairing``, where it is given, makes it a change to this one.
  - ``expected``: ``at``, where each lifecycle stands after it, as [state, owner or null, opener or null] by name;
    ``effects``, in order, as [name, addressee]; ``start``, the timers that it starts, as [event, seconds], and
    ``cancel``, the events of those that it cancels; ``refused``, how it is refused, not-applicable, not-yours or
    refused, or null; ``rule``, the rule that refuses it, or null.
  - ``rows`` and ``rules``: what decided it.
  - Whatever is empty or null in ``expected`` and beyond ``by`` may be left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import IO, Any, Generic, TypeVar

import msgspec

from fsm.engine.fingerprint import fingerprint
from fsm.engine.outcome import RefusalKind, Sent, StartTimer, Timers
from fsm.notation import At, Composition, Party
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import Pairing
from fsm.spec.users import whose
from fsm.testing.suite import Expected, Scenario, Step, Suite

FORMAT = "interop-fsm suite 2"
P = TypeVar("P")


class SuiteError(ValueError):
    """Lines that are no suite; the message names line and field, and says what is accepted."""


class Header(msgspec.Struct, Generic[P], forbid_unknown_fields=True):
    """The first line."""

    format: str
    fingerprint: str
    strength: str
    goals: tuple[str, ...]
    covered: tuple[int, ...]
    scenarios: int
    events: int
    pairings: tuple[P, ...]


class Outcome(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """What a step should come to."""

    at: dict[str, tuple[str, Party | None, Party | None]]
    effects: tuple[tuple[str, str], ...] = ()
    start: tuple[tuple[str, int], ...] = ()
    cancel: tuple[str, ...] = ()
    refused: RefusalKind | None = None
    rule: str | None = None


class Fired(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """A step."""

    event: str
    by: Party
    expected: Outcome
    pairing: int | None = None
    rows: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


class Line(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """A scenario."""

    name: str
    pairing: int
    steps: tuple[Fired, ...]
    lifecycle: str | None = None


def lines(suite: Suite) -> Iterator[bytes]:
    """The lines of a suite, without line ends."""
    pairings: dict[Pairing, int] = {}
    for scenario in suite.scenarios:
        for pairing in (scenario.pairing, *(step.pairing for step in scenario.steps if step.pairing)):
            pairings.setdefault(pairing, len(pairings))
    goals = {goal: n for n, goal in enumerate(suite.goals)}
    yield msgspec.json.encode(
        Header(
            FORMAT,
            fingerprint(suite.composition),
            suite.strength,
            suite.goals,
            tuple(goals[goal] for goal in suite.covered),
            len(suite.scenarios),
            suite.events,
            tuple(pairings),
        )
    )
    steps: dict[int, msgspec.Raw] = {}
    for each in suite.scenarios:
        told = [steps.get(id(step)) or steps.setdefault(id(step), _step(step, pairings)) for step in each.steps]
        line = {"name": each.name, "pairing": pairings[each.pairing], "lifecycle": each.lifecycle, "steps": told}
        yield msgspec.json.encode(line)


def write(suite: Suite, file: IO[bytes]) -> None:
    """Write a suite to a file that is open for bytes."""
    file.writelines(line + b"\n" for line in lines(suite))


def read(lines: Iterable[bytes | str], composition: Composition = CONVERSATION) -> Suite:
    """The suite that was written as these lines. Blank lines are nothing.

    Args:
        lines: the lines.
        composition: the tables that it was made of.

    Raises:
        SuiteError: a line cannot be read, another specification made them, or some are missing.
    """
    numbered = ((n, line) for n, line in enumerate(lines, 1) if line.strip())
    number, first = next(numbered, (1, b"{}"))
    mine, stamped = fingerprint(composition), _stamped(first)
    if stamped and stamped != mine:
        raise SuiteError(
            f"line {number}, fingerprint: {stamped!r} is another specification's, this one is {mine!r}; "
            "make the suite anew"
        )
    header: Header[Any] = _decoded(number, first, _header(composition))
    if header.format != FORMAT:
        raise SuiteError(f"line {number}, format: {header.format!r} is not accepted; use {FORMAT!r}")
    if any(not 0 <= n < len(header.goals) for n in header.covered):
        raise SuiteError(f"line {number}, covered: there are {len(header.goals)} goals, counted from 0")
    reading = _Reading(header.pairings, composition)
    scenarios = tuple(reading.scenario(n, _decoded(n, line, LINE)) for n, line in numbered)
    for name, told, found in (
        ("scenarios", header.scenarios, len(scenarios)),
        ("events", header.events, sum(len(each.steps) for each in scenarios)),
    ):
        if told != found:
            raise SuiteError(f"line {number}, {name}: {told} are announced and {found} are there; lines are missing")
    return Suite(header.strength, scenarios, header.goals, tuple(header.goals[n] for n in header.covered), composition)


LINE = msgspec.json.Decoder(Line)


class Stamp(msgspec.Struct):
    """What tells of the first line whose it is."""

    format: str = ""
    fingerprint: str = ""


def _stamped(first: bytes | str) -> str:
    """The fingerprint on the first line; empty where there is none, or none of this format."""
    try:
        found = msgspec.json.decode(first, type=Stamp)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return ""  # what is wrong is said where all of the line is read
    return found.fingerprint if found.format == FORMAT else ""


@cache
def _header(composition: Composition) -> msgspec.json.Decoder[Any]:
    """What reads the first line of a suite of some tables."""
    return msgspec.json.Decoder(Header[whose(composition).kind])  # type: ignore[misc]  # by the class of its pairings


def _decoded(number: int, line: bytes | str, decoder: msgspec.json.Decoder[Any]) -> Any:
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        what, _, path = str(error).partition(" - at `$.")
        field = f", {path.rstrip('`')}" if path else ""
        raise SuiteError(f"line {number}{field}: {what}; give what fsm suite --out wrote") from None


def _step(step: Step, pairings: dict[Pairing, int]) -> msgspec.Raw:
    expected = step.expected
    at = {name: (place.state, place.owner, place.opener) for name, place in expected.at}
    start, cancel = expected.timers
    outcome = Outcome(at, expected.effects, start, cancel, expected.refused, expected.rule)
    pairing = pairings[step.pairing] if step.pairing else None
    return msgspec.Raw(msgspec.json.encode(Fired(step.event, step.by, outcome, pairing, step.rows, step.rules)))


class _Reading:
    """Lines on their way back to scenarios. Equal steps are one value."""

    def __init__(self, pairings: tuple[Pairing, ...], composition: Composition) -> None:
        self._pairings = pairings
        self._composition = composition
        self._steps: dict[Step, Step] = {}

    def scenario(self, number: int, line: Line) -> Scenario:
        """The scenario on a line."""
        steps = tuple(self._step(f"line {number}, steps[{n}].pairing", step) for n, step in enumerate(line.steps))
        pairing = self._pairing(f"line {number}, pairing", line.pairing)
        return Scenario(line.name, pairing, steps, line.lifecycle, self._composition)

    def _step(self, where: str, told: Fired) -> Step:
        outcome = told.expected
        expected = Expected(
            tuple((name, At(*place)) for name, place in outcome.at.items()),
            tuple(Sent(*each) for each in outcome.effects),
            Timers(tuple(StartTimer(*each) for each in outcome.start), outcome.cancel),
            outcome.refused,
            outcome.rule,
        )
        pairing = None if told.pairing is None else self._pairing(where, told.pairing)
        step = Step(told.event, told.by, expected, pairing, told.rows, told.rules)
        return self._steps.setdefault(step, step)

    def _pairing(self, where: str, number: int) -> Pairing:
        if not 0 <= number < len(self._pairings):
            raise SuiteError(f"{where}: {number} is not one; there are {len(self._pairings)}, counted from 0")
        return self._pairings[number]
