"""One conversation, aligned: what the log has beside what the tables have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fsm.engine.address import Fires, address
from fsm.engine.address import Step as Plays
from fsm.readers.columns import ACCEPTED, CHANGE
from fsm.readers.unsure import Way
from fsm.replay.align.edits import Edit, Kind
from fsm.replay.align.gather import Trail
from fsm.replay.align.letters import WAYS, Alphabet, Letter
from fsm.replay.align.search import Alignment, Placed
from fsm.replay.departure import seen
from fsm.space.minimal import NOTHING, WIDTH
from fsm.spec.facts import from_facts

MOST_WAYS = 3
"""Events of several that one may have been, which are told."""


class Step(NamedTuple):
    """An event of the log, of the tables, or of both.

    Args:
        line: its line in the log; of one that is missing, the line before which it is.
        logged: the event as the log has it; empty where it is missing.
        by_tables: the event as the tables have it; empty where it is extra.
        edit: what is edited, if anything is.
    """

    line: int
    logged: str
    by_tables: str
    edit: Edit | None = None


class Example(NamedTuple):
    """A conversation that needs an edit.

    Args:
        steps: all of it.
        at: the step with the edit.
        address: the same up to there as the explorer's address: as the tables have it, and then the event of the log.
    """

    steps: tuple[Step, ...]
    at: int
    address: str


def example(trail: Trail, found: Alignment, alphabet: Alphabet, edit: Edit, line: int) -> Example:
    """The conversation of an edit that is made at a line."""
    steps: list[Step] = []
    plays: list[Plays] = []
    at, played = -1, list[Plays]()
    edits: dict[int, list[Placed]] = {}
    for each in found.edits:
        edits.setdefault(each.letter, []).append(each)
    for n, (where, number, cell) in enumerate(zip(trail.lines, trail.letters, found.cells, strict=True)):
        letter, own = alphabet.letters[number], None
        for each in edits.get(n, ()):
            if (each.edit, where) == (edit, line) and at < 0:
                at, played = len(steps), [*plays, *_told(letter)]
            if each.edit.kind is Kind.MISSING:
                way = WAYS[each.cell % WIDTH]
                steps.append(Step(where, "", _words(way), each.edit))
                plays.append(Fires(*way))
            else:
                own = each.edit
        steps.append(Step(where, _logged(letter), _by_tables(letter, cell % WIDTH, own), own))
        plays += _changed(letter)
        if cell % WIDTH != NOTHING:
            plays.append(Fires(*WAYS[cell % WIDTH]))
    return Example(tuple(steps), at, address(from_facts(trail.begins.facts), played))


def _words(way: Way) -> str:
    event, by = way
    return event if event == CHANGE else f"{event} by {by}"


def _logged(letter: Letter) -> str:
    ways = " or ".join(map(_words, letter.ways[:MOST_WAYS])) + " or others" * (len(letter.ways) > MOST_WAYS)
    return ": ".join((ways, ", ".join(seen(letter.observed)))) if letter.observed is not ACCEPTED else ways


def _by_tables(letter: Letter, symbol: int, edit: Edit | None) -> str:
    if edit is not None and edit.kind is Kind.EXTRA:
        return ""
    told = _words(letter.ways[0] if symbol == NOTHING else WAYS[symbol])
    if edit is not None and edit.kind is Kind.SEEN:
        return f"{told}: {edit.instead}"
    return f"{told}: refused" if symbol == NOTHING and letter.ways[0][0] != CHANGE else told


def _changed(letter: Letter) -> Iterator[Plays]:
    """The change of the pairing that a line tells of."""
    if letter.after is not None and letter.after is not letter.before:
        yield from_facts(letter.after.facts)


def _told(letter: Letter) -> Iterator[Plays]:
    """What a line tells, as the log has it."""
    yield from _changed(letter)
    if letter.ways[0][0] != CHANGE:
        yield Fires(*letter.ways[0])
