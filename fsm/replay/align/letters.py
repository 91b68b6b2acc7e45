"""What a line of a log says, as a letter; and what a letter, or an event that the log does not have, does to a row.

Rows are those of ``fsm.space.arrays``: rows that no event can tell apart are one, of whatever profile they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fsm.engine.program import Config
from fsm.notation import Party
from fsm.readers.columns import ACCEPTED, CHANGE, Observed
from fsm.readers.unsure import Way
from fsm.replay.align.edits import Edit, Kind
from fsm.replay.departure import departure
from fsm.replay.pairings import Under
from fsm.space.arrays import Integers, Tables
from fsm.space.minimal import NOTHING, SYMBOLS, WIDTH

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyOutcome, AnyRefusal

WAYS: tuple[Way, ...] = tuple((event, Party(by)) for event, by in SYMBOLS)
"""Event and actor of each symbol."""
OTHERS = tuple(tuple(SYMBOLS[event, other.value] for other in Party if other.value != by) for event, by in WAYS)
"""The same event by others, of each symbol."""


class Letter(NamedTuple):
    """What a line says, wherever it is.

    Args:
        ways: all that may have happened.
        observed: what was seen of it.
        before: the pairing before it; None where neither a change nor anything that was seen asks for it.
        after: the pairing after it; None as well.
    """

    ways: tuple[Way, ...]
    observed: Observed = ACCEPTED
    before: Under | None = None
    after: Under | None = None


class Move(NamedTuple):
    """One thing that a letter may be taken for, at a row.

    Args:
        cost: how many edits that is.
        to: the row that it leads to.
        symbol: the event of the tables that it is then; NOTHING where it is none.
        kind: of an edit, what is wrong.
        way: the event as the log has it.
        said: of one that was seen otherwise, what the log says and what the tables say.
        rule: the rule that refuses it, of one that was seen otherwise.
    """

    cost: int
    to: int
    symbol: int
    kind: Kind | None
    way: Way
    said: tuple[str, str] = ("", "")
    rule: str | None = None


class Alphabet:
    """The letters of a log, by number, and what they do.

    Args:
        tables: the automata.
        plain: whether an event by the wrong party is two edits, one that is extra and one that is missing.
    """

    def __init__(self, tables: Tables, plain: bool = False) -> None:
        self.tables, self.plain = tables, plain
        self.letters: list[Letter] = []
        self._numbers: dict[object, int] = {}
        self._unders: dict[int, Under] = {}
        self._moves: dict[tuple[int, int], tuple[Move, ...]] = {}
        self._steps: dict[int, tuple[tuple[int, int], ...]] = {}
        self.symbols: list[int | None] = []
        """For each letter the one event that it is, if it is one and nothing else was seen."""
        self.changing: set[int] = set()
        """Letters after which the pairing is another."""
        self._leads: dict[tuple[int, int], dict[int, list[int]]] = {}
        self._rows: dict[int, Integers] = {}
        self._take()

    def expect(self, begins: Iterable[Under]) -> None:
        """Take in together all pairings that words begin under, and those that letters tell of."""
        told = (each.after for each in self.letters if each.after is not None)
        for under in (*begins, *told):
            self._unders.setdefault(id(under), under)
        self.tables.add((each.program, each.view) for each in self._unders.values())
        self._take()

    def start(self, under: Under) -> int:
        """The row where conversations of a pairing begin, which was expected."""
        return self.tables.table.start(under.program.profile)

    def number(self, letter: Letter) -> int:
        """The number of a letter, the same for equal ones."""
        ways, seen, before, after = letter
        key: object = ways
        if seen is not ACCEPTED or after is not None:
            key = ways, (*seen[:2], tuple(sorted(seen.states.items())), seen.effects), id(before), id(after)
        found = self._numbers.setdefault(key, len(self.letters))
        if found == len(self.letters):
            self.letters.append(letter)
            if before is not after:
                self.changing.add(found)
            plain = len(ways) == 1 and ways[0][0] != CHANGE and seen is ACCEPTED and after is None
            self.symbols.append(SYMBOLS[ways[0][0], ways[0][1].value] if plain else None)
        return found

    def steps(self, row: int) -> tuple[tuple[int, int], ...]:
        """The other rows that one event leads to, each once, and the first event that does."""
        found = self._steps.get(row)
        if found is None:
            table = self.tables.table
            to = table.to[row : row + NOTHING].tolist()
            goes = np.flatnonzero(~table.refused[row : row + NOTHING]).tolist()
            first: dict[int, int] = {}
            for symbol in goes:
                first.setdefault(to[symbol], symbol)
            first.pop(row, None)
            found = self._steps[row] = tuple(first.items())
        return found

    def place(self, cell: int) -> Config:
        """Where the lifecycles stand at the row of a cell."""
        found: Config = self.tables.table.places[self.tables.table.place[cell // WIDTH]]
        return found

    def possible(self, row: int) -> int:
        """How many events are possible at a row."""
        return NOTHING - int(self.tables.table.refused[row : row + NOTHING].sum())

    def moves(self, row: int, letter: int, cost: int) -> Sequence[Move]:
        """All that a letter may be taken for at a row, for so much, which is 0 or 1."""
        symbol = self.symbols[letter]
        if symbol is None:
            found = self._moves.get((row, letter))
            if found is None:
                found = self._moves[row, letter] = tuple(self._moved(row, self.letters[letter]))
            return [each for each in found if each.cost == cost]
        to, refused = self._to, self._refused
        if not cost:
            return () if refused[row + symbol] else (Move(0, to[row + symbol], symbol, None, WAYS[symbol]),)
        some = (
            [
                Move(1, to[row + other], other, Kind.WRONG_PARTY, WAYS[symbol])
                for other in OTHERS[symbol]
                if not refused[row + other]
            ]
            if not self.plain
            else []
        )
        return [*some, Move(1, row, NOTHING, Kind.EXTRA, WAYS[symbol])]

    def step(self, row: int, letter: int) -> tuple[int, int] | None:
        """Where a letter that is one event leads from a row, and the cell; None where it is refused, or no such one."""
        symbol = self.symbols[letter]
        if symbol is None or self._refused[row + symbol]:
            return None
        return self._to[row + symbol], row + symbol

    def before(self, start: int, symbol: int, rows: frozenset[int] | None) -> frozenset[int]:
        """The rows, of those that conversations come to from ``start``, where an event is possible and leads to one of
        ``rows``; to any, if it is None.
        """
        known = self._leads.get((start, symbol))
        if known is None:
            every, table = self._every(start), self.tables.table
            goes = every[~table.refused[every + symbol]]
            known = {}
            for row, to in zip(goes.tolist(), table.to[goes + symbol].tolist(), strict=True):
                known.setdefault(to, []).append(row)
            self._leads[start, symbol] = known
        wanted = known.keys() if rows is None else known.keys() & rows
        return frozenset([row for to in wanted for row in known[to]])

    def _every(self, start: int) -> Integers:
        """The rows that conversations come to from one."""
        found = self._rows.get(start)
        if found is None:
            to, symbols = self.tables.table.to, np.arange(NOTHING)
            seen = np.zeros(len(to) // WIDTH, np.bool_)
            new = np.array([start])
            while len(new):
                seen[new // WIDTH] = True
                further = np.unique(to[new[:, None] + symbols])
                new = further[~seen[further // WIDTH]]
            found = self._rows[start] = np.flatnonzero(seen) * WIDTH
        return found

    def edit(self, row: int, move: Move) -> Edit:
        """A move that is an edit, made at a row."""
        assert move.kind is not None
        event, by = move.way
        if move.kind is Kind.SEEN:
            return Edit(move.kind, event, by, move.said[1], move.said[0], move.rule)
        instead = WAYS[move.symbol][1] if move.kind is Kind.WRONG_PARTY else ""
        return Edit(move.kind, event, by, instead, "", self._refuses(row, move.way))

    def missing(self, row: int, symbol: int, way: Way) -> Edit:
        """An event that has to have happened at a row, for ``way`` to follow."""
        return Edit(Kind.MISSING, *WAYS[symbol], rule=self._refuses(row, way))

    def _refuses(self, row: int, way: Way) -> str | None:
        symbol = SYMBOLS.get((way[0], str(way[1])))
        if symbol is None:
            return None
        table = self.tables.table
        return table.answers[table.answer[row + symbol]].rule or None

    def _moved(self, row: int, letter: Letter) -> list[Move]:
        found: list[Move] = []
        event = letter.ways[0][0]
        if event == CHANGE or letter.before is not letter.after:
            row, change = self._changed(row, letter)
            if event == CHANGE:
                return [self._seen(row, row, NOTHING, letter, letter.ways[0], change)]
        for way in letter.ways:
            found += self._fired(row, letter, way)
        return [*found, Move(1, row, NOTHING, Kind.EXTRA, letter.ways[0])]

    def _fired(self, row: int, letter: Letter, way: Way) -> Iterator[Move]:
        """What one event may be taken for: itself, or one by somebody else."""
        table, symbol = self.tables.table, SYMBOLS[way[0], way[1].value]
        refused, to = bool(table.refused[row + symbol]), int(table.to[row + symbol])
        if letter.observed is not ACCEPTED:
            assert letter.after is not None
            result = letter.after.program.at(self.place(row))[way]
            if refused != letter.observed.accepted:
                yield self._seen(row, to, NOTHING if refused else symbol, letter, way, result)
            elif not refused:
                yield self._seen(row, row, NOTHING, letter, way, result)
        elif not refused:
            yield Move(0, to, symbol, None, way)
        if self.plain or not letter.observed.accepted:
            return
        for other in Party:
            instead = SYMBOLS[way[0], other.value]
            if (way[0], other) in letter.ways or table.refused[row + instead]:
                continue
            if letter.observed is not ACCEPTED:
                assert letter.after is not None
                result = letter.after.program.at(self.place(row))[way[0], other]
                if self._seen(row, row, NOTHING, letter, way, result).cost:
                    continue  # two edits, as which it is found: one that is extra and one that is missing
            yield Move(1, int(table.to[row + instead]), instead, Kind.WRONG_PARTY, way)

    def _seen(self, row: int, to: int, symbol: int, letter: Letter, way: Way, result: AnyOutcome | AnyRefusal) -> Move:
        """A step that is made, held against what was seen of it."""
        at = self.place(row) if result.to is None else result.to.config
        parted = departure("", 0, result, at, letter.observed)
        if parted is None:
            return Move(0, to, symbol, None, way)
        return Move(1, to, symbol, Kind.SEEN, way, (parted.observed, parted.expected), parted.rule)

    def _changed(self, row: int, letter: Letter) -> tuple[int, AnyOutcome]:
        """Where a change of the pairing leads from a row, and what it comes to."""
        before, after = letter.before, letter.after
        assert before is not None
        assert after is not None
        change = after.program.change(self.place(row), before.program, before.view, after.view)
        row = self.tables.table.rows([(after.program.profile, change.to.config)])[0]
        self._take()
        return row, change

    def _take(self) -> None:
        """Look at the tables anew, which have grown."""
        self._to: Any = memoryview(self.tables.table.to)  # type: ignore[arg-type]  # an array is a buffer
        self._refused: Any = memoryview(self.tables.table.refused)  # type: ignore[arg-type]
