"""A departure from the specification in words, for somebody who has seen neither the suite nor the specification."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import NamedTuple

from fsm.engine.address import address, steps
from fsm.notation import At, stands
from fsm.notation.echo import plain
from fsm.spec.parties import Pairing
from fsm.spec.users import whose
from fsm.testing.suite import Scenario, Step

WIDTH = 80
LONGEST = 1000
"""Characters of one part of a report that are shown, such as all effects that were seen of a step."""
MOST = 20
"""Differences of one step that are shown."""
BLANK = str.maketrans("\t\n\v\f\r", "     ")


class Facet(NamedTuple):
    """One thing about a step: what is expected of it and what was seen, in words; None was not observed."""

    what: str
    expected: tuple[str, ...]
    seen: tuple[str, ...] | None

    @property
    def differs(self) -> bool:
        """Whether it was observed and is not as expected."""
        return self.seen is not None and self.seen != self.expected


def departed(scenario: Scenario, differences: Sequence[Facet], error: str) -> str:
    """What was done, what should have come of the last step, and what did."""
    lines = [*wrapped("", _headline(scenario, differences, error)), "", *wrapped("", who(scenario))]
    lines += [*_sequence(scenario), ""]
    for each in differences[:MOST]:
        lines += [*wrapped("", each.what), *_compared(each.expected, each.seen or ())]
    if len(differences) > MOST:
        lines.append(f"and {len(differences) - MOST:,} more that differ")
    if error:
        lines += wrapped("the driver    " if scenario.steps else "at the start  ", error)
    if scenario.steps:
        last = scenario.steps[-1]
        lines += [*wrapped("rows   ", " ".join(last.rows)), *wrapped("rules  ", " ".join(last.rules))]
    if isinstance(scenario.pairing, Pairing) and not scenario.lifecycle:
        told = address(scenario.pairing, steps(scenario.steps))
        lines += ["see it with", *_command(f"fsm explore '{told}'")] if len(told) <= LONGEST else []
    return "\n".join(lines)


def _command(text: str) -> Iterator[str]:
    """A command that ends in a word in quotes, in lines that a shell takes for one."""
    for n in range(0, len(text), WIDTH - 3):
        part = text[n : n + WIDTH - 3]
        more = n + WIDTH - 3 < len(text)
        yield f"{chr(39) * (n > 0)}{part}{chr(39) + chr(92) if more else ''}"


def _headline(scenario: Scenario, differences: Sequence[Facet], error: str) -> str:
    what = ", ".join(each.what for each in differences) or error.partition(":")[0]
    if not scenario.steps:
        return f"Departs at the start: {what}"
    last = scenario.steps[-1]
    return f"Departs at {'the change' if last.pairing else f'{last.event} by {last.by}'}: {what}"


def _compared(expected: tuple[str, ...], seen: tuple[str, ...]) -> Iterator[str]:
    yield from wrapped("   expected  ", ", ".join(expected) or "none")
    yield from wrapped("   seen      ", ", ".join(seen) or "none")
    if len(expected) > 1:
        yield from wrapped("   missing   ", ", ".join((Counter(expected) - Counter(seen)).elements()))
        yield from wrapped("   too many  ", ", ".join((Counter(seen) - Counter(expected)).elements()))


def in_one_line(scenario: Scenario) -> str:
    """The events of a scenario."""
    return ", ".join(_done(scenario, pairing, step) for pairing, step in _under(scenario)) or "nothing"


def who(scenario: Scenario) -> str:
    """Whose conversation it is, in a line, and which lifecycle of it alone."""
    alone = f"; the {scenario.lifecycle} alone" if scenario.lifecycle else ""
    return f"{whose(scenario.composition).describe(scenario.pairing)}{alone}"


def _sequence(scenario: Scenario) -> Iterator[str]:
    before: dict[str, At] = {name: each.initial for name, each in scenario.composition.lifecycles.items()}
    for n, (pairing, step) in enumerate(_under(scenario), 1):
        yield from wrapped(f"{n:3}. ", f"{_done(scenario, pairing, step)}{_leads(before, step)}")
        before.update(step.expected.at)


def _leads(before: dict[str, At], step: Step) -> str:
    if step.expected.refused:
        return f"  -> {step.expected.refused.by(step.expected.rule)}"
    moved = stands((name, at) for name, at in step.expected.at if at != before[name])
    return f"  -> {moved}" if moved else ""


def _under(scenario: Scenario) -> Iterator[tuple[Pairing, Step]]:
    pairing = scenario.pairing
    for step in scenario.steps:
        yield pairing, step
        pairing = step.pairing or pairing


def _done(scenario: Scenario, pairing: Pairing, step: Step) -> str:
    if not step.pairing:
        return f"{step.event} by {step.by}"
    return f"change {whose(scenario.composition).difference(pairing, step.pairing) or 'of nothing'}"


def wrapped(first: str, text: str) -> list[str]:
    """``text`` after ``first``, within the width; nothing where there is no text. What is too long is cut, and what
    cannot be printed is escaped: some of it was said by the service.
    """
    shown = plain(text[:LONGEST].translate(BLANK))
    if len(text) > LONGEST:
        shown += f"... ({len(text):,} characters)"
    return wrap(shown, WIDTH, initial_indent=first, subsequent_indent=" " * len(first), break_on_hyphens=False)
