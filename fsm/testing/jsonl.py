"""Suites as JSON Lines, for those outside Python: one JSON object a line.

The first line is about all of them:

- ``checksum``, which comes first: the SHA-256, in hexadecimal, of all that follows it on this line, after the comma.
- ``format``: "interop-fsm suite 2".
- ``lines``: of each of the other lines the first 16 characters of its SHA-256, without its line end.
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

No two scenarios have one name. A file that was altered is refused, with the line that was; so is one that was cut off,
one of another specification, and one without checksums. What was altered on purpose is given them anew by ``stamp``:

    lines = Path("suite.jsonl").read_bytes().splitlines()
    fsm.notation.files.write("suite.jsonl", b"\\n".join(fsm.testing.stamp(lines)) + b"\\n")
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from typing import IO, Any, Generic, NamedTuple, TypeVar

import msgspec

from fsm.engine.fingerprint import fingerprint
from fsm.engine.outcome import RefusalKind, Sent, StartTimer, Timers
from fsm.notation import At, Composition, Party, effects_of
from fsm.notation.echo import echo, plain
from fsm.notation.files import writing
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import Pairing
from fsm.spec.users import whose
from fsm.testing.making.single import alone
from fsm.testing.suite import Expected, Scenario, Step, Suite

FORMAT = "interop-fsm suite 2"
DIGITS = 16
"""Characters of a SHA-256, in hexadecimal, that are kept of each line."""
LONGEST_MESSAGE = 300
"""Characters of what msgspec, or a pairing of somebody's own, says of a line; the rest is cut."""
LONGEST_LINE = 64 << 20
"""Bytes that a line may have. The first line of the largest suite that is made has three million."""
P = TypeVar("P")
_SEALED = re.compile(rb'\{"checksum":"([0-9a-f]{64})",')


class SuiteError(ValueError):
    """Lines that are no suite; the message names line and field, and says what is accepted."""


class Header(msgspec.Struct, Generic[P], forbid_unknown_fields=True, kw_only=True):
    """The first line."""

    checksum: str = ""
    format: str
    lines: tuple[str, ...] = ()
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
    """The lines of a suite, without line ends.

    Raises:
        SuiteError: two of its scenarios have one name, or one has a name that is no text.
    """
    pairings: dict[Pairing, int] = {}
    names: set[str] = set()
    for scenario in suite.scenarios:
        if scenario.name in names:
            raise SuiteError(f"name: {echo(scenario.name)} is the name of two scenarios; give each its own")
        names.add(scenario.name)
        for pairing in (scenario.pairing, *(step.pairing for step in scenario.steps if step.pairing)):
            pairings.setdefault(pairing, len(pairings))
    goals = {goal: n for n, goal in enumerate(suite.goals)}
    steps: dict[int, msgspec.Raw] = {}
    scenarios = []
    for each in suite.scenarios:
        told = [steps.get(id(step)) or steps.setdefault(id(step), _step(step, pairings)) for step in each.steps]
        line = {"name": each.name, "pairing": pairings[each.pairing], "lifecycle": each.lifecycle, "steps": told}
        scenarios.append(_encoded(f"the scenario {echo(each.name)}", line))
    yield _sealed(
        Header(
            format=FORMAT,
            lines=tuple(map(_digest, scenarios)),
            fingerprint=fingerprint(suite.composition),
            strength=suite.strength,
            goals=suite.goals,
            covered=tuple(goals[goal] for goal in suite.covered),
            scenarios=len(suite.scenarios),
            events=suite.events,
            pairings=tuple(pairings),
        )
    )
    yield from scenarios


def write(suite: Suite, file: IO[bytes] | str | os.PathLike[str]) -> None:
    """Write a suite, to a file that is open for bytes or to a path; there, all of it is written or nothing.

    Raises:
        SuiteError: two of its scenarios have one name, or one has a name that is no text.
        OSError: the path cannot be written.
    """
    told = [line + b"\n" for line in lines(suite)]  # whatever is wrong with it shows before a byte is written
    if isinstance(file, (str, os.PathLike)):
        with writing(file) as opened:
            opened.writelines(told)
    else:
        file.writelines(told)


def read(lines: Iterable[bytes | str], composition: Composition = CONVERSATION) -> Suite:
    """The suite that was written as these lines. Blank lines are nothing.

    Args:
        lines: the lines.
        composition: the tables that it was made of.

    Raises:
        SuiteError: a line cannot be read or was altered, another specification made them, some are missing, or two
            scenarios have one name.
    """
    found = _read(lines, composition)
    first, *rest = found.lines
    header = found.header
    sealed = _SEALED.match(first.data)
    if not sealed or sealed[1].decode() != sha256(first.data[sealed.end() :]).hexdigest():
        raise _altered(first.number)
    for line, digest in zip(rest, header.lines, strict=False):
        if _digest(line.data) != digest:
            raise _altered(line.number)
    for name, told, there in (
        ("lines", len(header.lines), len(rest)),
        ("scenarios", header.scenarios, len(rest)),
        ("events", header.events, sum(len(each.steps) for each in found.scenarios)),
    ):
        if told != there:
            raise _missing(first.number, name, told, there)
    covered = tuple(header.goals[n] for n in header.covered)
    return Suite(header.strength, found.scenarios, header.goals, covered, composition)


def stamp(lines: Iterable[bytes | str], composition: Composition = CONVERSATION) -> list[bytes]:
    """The lines of a suite that was altered on purpose, with checksums and counts anew, without line ends.

    The other lines stay as they are. What was not altered on purpose should be made anew, not stamped.

    Args:
        lines: the lines; checksums may be missing.
        composition: the tables that it was made of.

    Raises:
        SuiteError: they are no suite of these tables, whatever their checksums.
    """
    found = _read(lines, composition, sealed=False)
    rest = [line.data for line in found.lines[1:]]
    events = sum(len(each.steps) for each in found.scenarios)
    changes = {"lines": tuple(map(_digest, rest)), "scenarios": len(rest), "events": events}
    return [_sealed(msgspec.structs.replace(found.header, **changes)), *rest]


class _Numbered(NamedTuple):
    """A line, and which it is, from 1."""

    number: int
    data: bytes


class _Read(NamedTuple):
    """What was read, before checksums and counts are looked at."""

    header: Header[Any]
    scenarios: tuple[Scenario, ...]
    lines: Sequence[_Numbered]


def _read(given: Iterable[bytes | str], composition: Composition, sealed: bool = True) -> _Read:
    lines = list(_numbered(given)) or [_Numbered(1, b"{}")]
    number, first = lines[0]
    about = _about(first)
    mine, stamped = fingerprint(composition), about.fingerprint if about.format == FORMAT else ""
    if stamped and stamped != mine:
        raise SuiteError(
            f"line {number}, fingerprint: {echo(stamped)} is another specification's, this one is {mine!r}; "
            "make the suite anew"
        )
    if sealed and about.format == FORMAT and not about.checksum:
        raise SuiteError(
            f"line {number}, checksum: is missing, so nobody knows whether the suite was altered; make it anew, or "
            "look it through and give it to fsm.testing.stamp"
        )
    header: Header[Any] = _decoded(number, first, _header(composition))
    if header.format != FORMAT:
        raise SuiteError(f"line {number}, format: {echo(header.format)} is not accepted; use {FORMAT!r}")
    if any(not 0 <= n < len(header.goals) for n in header.covered):
        raise SuiteError(f"line {number}, covered: there are {len(header.goals)} goals, counted from 0")
    reading = _Reading(header.pairings, composition)
    scenarios = tuple(reading.scenario(n, _decoded(n, line, LINE)) for n, line in lines[1:])
    return _Read(header, scenarios, lines)


def _numbered(given: Iterable[bytes | str]) -> Iterator[_Numbered]:
    if isinstance(given, (str, bytes, bytearray)) or not isinstance(given, Iterable):
        raise SuiteError(f"lines: {echo(given)} is not accepted; give lines, such as a file that is open for bytes")
    for n, line in enumerate(given, 1):
        if not isinstance(line, (bytes, str)):
            raise SuiteError(f"line {n}: {echo(line)} is no line; give bytes or text")
        if len(line) > LONGEST_LINE:
            raise SuiteError(f"line {n}: has {len(line):,} bytes; {LONGEST_LINE:,} are accepted")
        try:
            data = (line.encode() if isinstance(line, str) else line).strip(b" \t\r\n")
        except UnicodeEncodeError:
            raise SuiteError(f"line {n}: {echo(line)} is no text; {GIVE}") from None
        if data:
            yield _Numbered(n, data)


LINE = msgspec.json.Decoder(Line)
GIVE = "give what fsm suite --out wrote"


class About(msgspec.Struct):
    """What tells of the first line whose it is."""

    format: str = ""
    fingerprint: str = ""
    checksum: str = ""


def _about(first: bytes) -> About:
    """What the first line says of itself; nothing where it says nothing of the kind."""
    try:
        return msgspec.json.decode(first, type=About)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return About()  # what is wrong is said where all of the line is read


@cache
def _header(composition: Composition) -> msgspec.json.Decoder[Any]:
    """What reads the first line of a suite of some tables."""
    return msgspec.json.Decoder(Header[whose(composition).kind])  # type: ignore[misc]  # by the class of its pairings


def _decoded(number: int, line: bytes, decoder: msgspec.json.Decoder[Any]) -> Any:
    try:
        return decoder.decode(line)
    except (ValueError, TypeError, RecursionError) as error:  # those of whoever declares the pairings, too
        what, _, path = str(error).partition(" - at `$.")
        field = f", {path.rstrip('`')}" if path else ""
        raise SuiteError(f"line {number}{_short(field)}: {_short(what)}; {GIVE}") from None


def _short(text: str) -> str:
    """A message of somebody else's, which may hold what was given."""
    return plain(text) if len(text) <= LONGEST_MESSAGE else echo(text)


def _encoded(what: str, value: object) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        raise SuiteError(f"{what}: has half a character in its text; take it out") from None


def _digest(line: bytes) -> str:
    return sha256(line).hexdigest()[:DIGITS]


def _sealed(header: Header[Any]) -> bytes:
    """The first line, with the checksum of the rest of it."""
    line = _encoded("the suite", msgspec.structs.replace(header, checksum="0" * 64))
    rest = line[len('{"checksum":"') + 64 + len('",') :]
    return b'{"checksum":"%s",%s' % (sha256(rest).hexdigest().encode(), rest)


def _altered(number: int) -> SuiteError:
    return SuiteError(
        f"line {number}: was altered since it was written; make the suite anew, or, where it was meant, give its lines "
        "to fsm.testing.stamp"
    )


def _missing(number: int, name: str, told: int, there: int) -> SuiteError:
    lines = "lines are missing" if told > there else "there are too many lines"
    return SuiteError(f"line {number}, {name}: {told} are announced and {there} are there; {lines}")


def _step(step: Step, pairings: dict[Pairing, int]) -> msgspec.Raw:
    expected = step.expected
    at = {name: (place.state, place.owner, place.opener) for name, place in expected.at}
    start, cancel = expected.timers
    outcome = Outcome(at, expected.effects, start, cancel, expected.refused, expected.rule)
    pairing = pairings[step.pairing] if step.pairing else None
    return msgspec.Raw(msgspec.json.encode(Fired(step.event, step.by, outcome, pairing, step.rows, step.rules)))


class _Words:
    """What may be named on the lines of a suite: of a whole conversation, or of one lifecycle alone."""

    def __init__(self, composition: Composition, lifecycle: str | None) -> None:
        tables = alone(composition, lifecycle) if lifecycle else composition
        self.events = tables.events
        self.effects = tuple(effects_of(tables))
        self.rows = frozenset((*tables.rows, *(row.id for rows in tables.dispatch.values() for row in rows)))
        self.rules = composition.rules
        self.timers = frozenset(
            wait.event for each in tables.lifecycles.values() for state in each for wait in state.timers
        )
        self.places = {name: frozenset(each.places) for name, each in tables.lifecycles.items()}

    def wrong(self, told: Fired) -> str:
        """The first word of a step that is none, as the end of a message; empty where all are."""
        expected = told.expected
        if told.pairing is None and told.event not in self.events:
            return f"event: {echo(told.event)} is not known; events are {', '.join(self.events)}"
        if odd := [name for name in expected.at if name not in self.places]:
            return f"expected.at: {echo(odd[0])} is no lifecycle of it; use {', '.join(self.places)}"
        if left := [name for name in self.places if name not in expected.at]:
            return f"expected.at: {left[0]} is missing; say of each lifecycle where it stands"
        for name, place in expected.at.items():
            if At(*place) not in self.places[name]:
                return f"expected.at.{name}: {echo(list(place))} is no place; give state, owner and opener"
        for field, known, words in (
            ("expected.effects", self.effects, [name for name, _ in expected.effects]),
            ("expected.start", self.timers, [event for event, _ in expected.start]),
            ("expected.cancel", self.timers, expected.cancel),
            ("expected.rule", self.rules, [expected.rule] if expected.rule is not None else []),
            ("rows", self.rows, told.rows),
            ("rules", self.rules, told.rules),
        ):
            if strange := [word for word in words if word not in known]:
                return f"{field}: {echo(strange[0])} is not known to this specification"
        return ""


_words = cache(_Words)


class _Reading:
    """Lines on their way back to scenarios. Equal steps are one value."""

    def __init__(self, pairings: tuple[Pairing, ...], composition: Composition) -> None:
        self._pairings = pairings
        self._composition = composition
        self._steps: dict[Step, Step] = {}
        self._names: dict[str, int] = {}

    def scenario(self, number: int, line: Line) -> Scenario:
        """The scenario on a line."""
        known, name = self._composition.lifecycles, line.lifecycle
        if name is not None and name not in known:
            raise SuiteError(f"line {number}, lifecycle: {echo(name)} is not one; use one of {', '.join(known)}")
        before = self._names.setdefault(line.name, number)
        if before != number:
            raise SuiteError(f"line {number}, name: {echo(line.name)} is that of line {before}; give each its own")
        words = _words(self._composition, name)
        steps = tuple(self._step(f"line {number}, steps[{n}].", step, words) for n, step in enumerate(line.steps))
        pairing = self._pairing(f"line {number}, pairing", line.pairing)
        return Scenario(line.name, pairing, steps, name, self._composition)

    def _step(self, where: str, told: Fired, words: _Words) -> Step:
        if wrong := words.wrong(told):
            raise SuiteError(f"{where}{wrong}")
        outcome = told.expected
        expected = Expected(
            tuple((name, At(*place)) for name, place in outcome.at.items()),
            tuple(Sent(*each) for each in outcome.effects),
            Timers(tuple(StartTimer(*each) for each in outcome.start), outcome.cancel),
            outcome.refused,
            outcome.rule,
        )
        pairing = None if told.pairing is None else self._pairing(f"{where}pairing", told.pairing)
        step = Step(told.event, told.by, expected, pairing, told.rows, told.rules)
        return self._steps.setdefault(step, step)

    def _pairing(self, where: str, number: int) -> Pairing:
        if not 0 <= number < len(self._pairings):
            raise SuiteError(f"{where}: {number} is not one; there are {len(self._pairings)}, counted from 0")
        return self._pairings[number]
