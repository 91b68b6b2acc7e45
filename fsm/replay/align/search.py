"""Alignments of the least cost, sought from where a conversation first departs, by what is left to edit at least.

A **state** is how many letters of a conversation are done, and the row that it is at. From a state a letter leads on by
**jumps**: what it costs to take it for something there, with the events before it that the log does not have. A jump is
the same wherever a row and a letter meet, so each is worked out once.

How much is left to edit at least is found from the end back: letters that follow each other from no row at all have an
edit among them. States are looked at in the order of what they cost and will cost at least (A*), and among those in the
order of the log, a letter that needs no edit first: of alignments that cost the same, one that follows the log long.

What is missing stands right before the letter that needs it, for put earlier it costs no less. A jump is left out where
another comes to its row for no more, by an event that is missing after it: that one may as well be missing later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

from fsm.replay.align.edits import Edit, Kind
from fsm.replay.align.letters import Alphabet, Move
from fsm.space.minimal import NOTHING, SYMBOLS

ORDER = {Kind.WRONG_PARTY: 0, Kind.SEEN: 1, None: 2, Kind.EXTRA: 3}
"""Of jumps that cost the same, which is tried first; one of None has cost events that are missing."""
Missing = tuple[tuple[int, int], ...]
"""Events that the log does not have: the row where each has to have happened, and which."""
Reached = tuple[int, Missing]
"""A row, and the events that lead there."""
NONE: Missing = ()


class Jump(NamedTuple):
    """What a letter may be taken for from a row, and what that costs.

    Args:
        to: the row that it leads to.
        cell: the row where it is taken for something, and the event of the tables that this is: their sum.
        missing: events that have to have happened before it.
        move: what the letter is taken for there.
    """

    to: int
    cell: int
    missing: Missing
    move: Move


class Placed(NamedTuple):
    """An edit, and where it is made.

    Args:
        letter: at which letter, from 0; what is missing is missing right before it.
        edit: what is edited.
        cell: the row where it is made and the event that it is about, as the log has it or as it is missing: their sum.
    """

    letter: int
    edit: Edit
    cell: int


class Alignment(NamedTuple):
    """A cheapest alignment.

    Args:
        cost: what its edits cost.
        edits: its edits, in order.
        cells: for each letter, where it is taken for which event: a row and a symbol, as a sum.
    """

    cost: int
    edits: tuple[Placed, ...]
    cells: list[int]


State = tuple[int, int, int]
"""How many letters are done, the row, and what it has cost."""
FURTHEST = itemgetter(0)
Back = tuple[int, Jump]
"""The row of the state before, and how one comes from there."""
Found = tuple[int, int, int, Back | None]
"""A state, and how it is come to."""


class Follows:
    """The rows from which some letters follow each other; None for all rows, where there are no letters.

    ``before`` says the same for a letter more, and whether there had to be an edit; ``known`` has all that end where
    this one ends.
    """

    __slots__ = ("before", "known", "rows")

    def __init__(self, rows: frozenset[int] | None) -> None:
        self.rows = rows
        self.before: dict[int | None, tuple[Follows, bool]] = {}
        self.known: dict[frozenset[int], Follows] = {}


class Search:
    """Finds alignments of the words of an alphabet.

    Args:
        alphabet: the letters.
    """

    def __init__(self, alphabet: Alphabet) -> None:
        self.alphabet = alphabet
        self._one: dict[int, dict[int, tuple[int, int]]] = {}
        self._jumps: dict[tuple[int, int, int], tuple[Jump, ...]] = {}
        self._next: dict[int, frozenset[int]] = {}
        self._reached: dict[int, list[list[Reached]]] = {}
        self._ends: dict[int, Follows] = {}

    def align(self, start: int, word: Sequence[int]) -> Alignment:
        """A cheapest alignment of a word.

        Args:
            start: the row where the conversation begins.
            word: the letters of its events, in order.
        """
        row, rows = start, [start]
        cells: list[int] = []
        one = self._one
        for letter in word:
            try:
                row, cell = one[letter][row]
            except LookupError:
                step = self.free(row, letter)
                if step is None:
                    return self._search(start, word, rows, cells)
                row, cell = step
            cells.append(cell)
            rows.append(row)
        return Alignment(0, (), cells)

    def _search(self, start: int, word: Sequence[int], rows: list[int], cells: list[int]) -> Alignment:
        """A cheapest alignment of a word that follows up to the last of ``rows``, through ``cells``."""
        seek = Seek(self, word, self._rest(start, word), rows)
        goal, cost, came = seek.goal()
        n, row = goal
        edits: list[Placed] = []
        found: list[int] = []
        while (back := came[n].get(row)) is not None:
            n, (row, jump) = n - 1, back
            found.append(jump.cell)
            if jump.missing or jump.move.kind:
                edits += [Placed(n, *each) for each in reversed(self._edits(jump))]
        found = [*cells[:n], *reversed(found)]
        n, row = goal
        for letter in word[n:]:
            step = self.free(row, letter)
            assert step is not None
            row, cell = step
            found.append(cell)
        return Alignment(cost, tuple(reversed(edits)), found)

    def _edits(self, jump: Jump) -> list[tuple[Edit, int]]:
        """What has to be edited for a jump, in order, and the cells."""
        alphabet, move = self.alphabet, jump.move
        found = [(alphabet.missing(row, symbol, move.way), row + symbol) for row, symbol in jump.missing]
        if move.kind:
            row = jump.cell - move.symbol
            found.append((alphabet.edit(row, move), row + SYMBOLS.get((move.way[0], str(move.way[1])), NOTHING)))
        return found

    def _rest(self, start: int, word: Sequence[int]) -> Rest:
        ends = self._ends.get(start)
        if ends is None:
            ends = self._ends[start] = Follows(None)
        return Rest(self.alphabet, start, word, ends)

    def free(self, row: int, letter: int) -> tuple[int, int] | None:
        """Where a letter leads that leads from a row to one other and needs no edit, and its cell."""
        known = self._one.setdefault(letter, {})
        found = known.get(row) or self.alphabet.step(row, letter)
        if found is None and self.alphabet.symbols[letter] is None:
            jumps = self.jumps(row, letter, 0)
            found = jumps[0][:2] if len(jumps) == 1 else None
        if found is not None:
            known[row] = found
        return found

    def jumps(self, row: int, letter: int, cost: int) -> tuple[Jump, ...]:
        """The jumps from a row by a letter that cost so much, and no less."""
        found = self._jumps.get((row, letter, cost))
        if found is None:
            found = self._jumps[row, letter, cost] = tuple(self._jumped(row, letter, cost))
        return found

    def _jumped(self, row: int, letter: int, cost: int) -> Iterable[Jump]:
        moves = self.alphabet.moves
        some = [
            Jump(move.to, at + move.symbol, missing, move)
            for depth in range(max(0, cost - 1), cost + 1)
            for at, missing in self._reach(row, depth)
            for move in moves(at, letter, cost - depth)
        ]
        some.sort(key=_order)
        found: dict[int, Jump] = {}
        for jump in some:
            found.setdefault(jump.to, jump)
        for other in self.jumps(row, letter, cost - 1) if cost and found else ():
            for to in self._after(other.to) & found.keys():
                del found[to]
        return found.values()

    def _reach(self, row: int, depth: int) -> list[Reached]:
        """The rows that so many events lead to, and no fewer."""
        found = self._reached.setdefault(row, [[(row, NONE)]])
        while len(found) <= depth:
            known = {at for some in found for at, _ in some}
            further: list[Reached] = []
            for at, missing in found[-1]:
                for to, symbol in self.alphabet.steps(at):
                    if to not in known:
                        known.add(to)
                        further.append((to, (*missing, (at, symbol))))
            found.append(further)
        return found[depth]

    def _after(self, row: int) -> frozenset[int]:
        """A row, and those that one event leads to."""
        found = self._next.get(row)
        if found is None:
            found = self._next[row] = frozenset((row, *(to for to, _ in self.alphabet.steps(row))))
        return found


def _order(jump: Jump) -> int:
    return ORDER[jump.move.kind]


class Rest:
    """How many edits what is left of a word has at least.

    From the end back, letters are put together while they follow each other from some row. Where none is left there is
    an edit among them; else there is one from every row but those. Where the pairing changes nothing is known.

    Args:
        alphabet: the letters.
        start: where the word begins.
        word: the word.
        ends: where it ends.
    """

    def __init__(self, alphabet: Alphabet, start: int, word: Sequence[int], ends: Follows) -> None:
        self._alphabet, self._start, self._word, self._ends = alphabet, start, word, ends
        self.edits = [0] * (len(word) + 1)
        self.rows: list[frozenset[int] | None] = [None] * (len(word) + 1)
        self._last, self._n = ends, len(word)
        self.whole = True
        """Whether all is known of it: then what may be left without an edit is."""
        if not alphabet.changing.isdisjoint(word):
            self.whole, self._n = False, 0

    def look(self, until: int) -> int:
        """Look back until there has to be an edit after so many letters or fewer; how many, or 0."""
        symbols, word, last = self._alphabet.symbols, self._word, self._last
        edits, rows, total = self.edits, self.rows, self.edits[self._n]
        for n in range(self._n - 1, -1, -1):
            symbol = symbols[word[n]]
            try:
                last, more = last.before[symbol]
            except KeyError:
                last, more = self._before(last, symbol)
            if symbol is None:
                self.whole = False
            total += more
            edits[n], rows[n] = total, last.rows
            if more and n <= until:
                self._last, self._n = last, n
                return n
        self._n = 0
        return 0

    def _before(self, last: Follows, symbol: int | None) -> tuple[Follows, bool]:
        ends = self._ends
        found = ends, False
        if symbol is not None:
            rows = self._alphabet.before(self._start, symbol, last.rows)
            found = (ends.known.setdefault(rows, Follows(rows)), False) if rows else (ends, True)
        last.before[symbol] = found
        return found

    def least(self, n: int, row: int) -> int:
        """How many edits are left at least after so many letters, at a row."""
        rows = self.rows[n]
        return self.edits[n] if rows is None or row in rows else self.edits[n] + 1


class Seek:
    """Seeks the cheapest alignment of one word.

    Args:
        search: what the letters do.
        word: the word.
        rest: what is left of it.
        rows: where it stands after each letter, as far as it follows in one way.
    """

    def __init__(self, search: Search, word: Sequence[int], rest: Rest, rows: list[int]) -> None:
        self._search, self._word, self._rest, self._rows = search, word, rest, rows
        self._came: list[dict[int, Back | None]] = [{} for _ in range(len(word) + 1)]
        self._again: list[State] = []
        self._waiting: dict[int, list[Found]] = {}

    def goal(self) -> tuple[tuple[int, int], int, list[dict[int, Back | None]]]:
        """The state from which no more is to be edited, what it cost, and how each state was come to."""
        rest, rows, word, again = self._rest, self._rows, self._word, self._again
        came, jumps, put = self._came, self._search.jumps, self._put
        first = rest.look(len(rows) - 1)
        stack: list[Found] = [(first, rows[first], 0, None)]
        most = fewest = rest.least(first, rows[first])
        while True:  # to an end: every letter may be extra, or is a change
            if most == fewest + 1:
                rest.look(-1)
                for n, row in enumerate(rows[:first]):
                    came[n][row] = None
                    again.append((n, row, 0))
            for n, row, cost in sorted(again, key=FURTHEST):
                put(n, row, cost, most - cost - rest.edits[n + 1], most, stack)
            stack += reversed(self._waiting.pop(most, []))
            while stack:
                n, row, cost, back = stack.pop()
                while row not in came[n]:
                    came[n][row] = back
                    if n == len(word) or (rest.whole and not rest.least(n, row)):
                        return (n, row), cost, came
                    again.append((n, row, cost))
                    for dear in range(most - cost - rest.edits[n + 1], 0, -1):
                        put(n, row, cost, dear, most, stack)
                    free = jumps(row, word[n], 0)
                    if len(free) != 1 or cost + rest.least(n + 1, free[0].to) != most:
                        put(n, row, cost, 0, most, stack)
                        break
                    n, row, back = n + 1, free[0].to, (row, free[0])
            most += 1

    def _put(self, n: int, row: int, cost: int, dear: int, most: int, stack: list[Found]) -> None:
        """Put what jumps of a cost lead to where it goes on: now, or once so much is looked at."""
        for jump in reversed(self._search.jumps(row, self._word[n], dear)):
            whole = cost + dear + self._rest.least(n + 1, jump.to)
            further = stack if whole == most else self._waiting.setdefault(whole, [])
            further.append((n + 1, jump.to, cost + dear, (row, jump)))
