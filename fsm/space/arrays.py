"""Many conversations at once: numpy steps an array of them through one table, an addition and a look-up each.

    tables = Tables.between([pairing, ...])
    rows = tables.start(numpy.zeros(1_000_000, int))
    rows = tables.step(rows, tables.symbols(["open_chat"], ["originator"]))
    tables.places[tables.place(rows[0])]

It takes the extra ``bulk``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fsm.engine.conversation import PROGRAMS
from fsm.engine.profile import Profile
from fsm.engine.program import Config, Program
from fsm.notation import At
from fsm.notation.echo import echo
from fsm.space.minimal import NOTHING, SYMBOLS, WIDTH, Merged
from fsm.spec.conversation import CONVERSATION, LIFECYCLES
from fsm.spec.parties import Pairing
from fsm.spec.routing import View, views

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyOutcome

__all__ = ["Integers", "Rows", "Symbols", "Tables"]

Rows = NDArray[np.int32]
"""Where conversations stand: what start, step and change return, 32 bits each. A number between two rows is not
noticed."""
Symbols = NDArray[np.uint8]
"""Events with their actors, by number."""
Integers = NDArray[np.int64]

CHUNK = 1 << 14
"""Conversations stepped together: what is read and written of so many stays in the second cache."""
NARROW = 24
"""Fewer conversations than this are stepped one by one: a call of numpy costs as much as so many look-ups."""
BLOCK = 1 << 20
"""Events of one conversation that become Python's own numbers at a time, so that a long one stays small."""
NOBODY = Program(CONVERSATION, Profile((), ()))
"""Asked about events that there are not: it says what is accepted."""


class Tables:
    """The automata of pairings, which are numbered in the order they were given.

    Args:
        under: for each pairing, its program and the originator's view of it.
    """

    def __init__(self, under: Iterable[tuple[Program, View]] = ()) -> None:
        self.table = Merged()
        self._under: list[tuple[Program, View]] = []
        self._start: Rows = np.empty(0, np.int32)
        self._changes: dict[tuple[int, int, int], AnyOutcome] = {}
        self.add(under)

    @classmethod
    def between(cls, pairings: Iterable[Pairing]) -> Tables:
        """The tables of these pairings.

        Raises:
            ValueError: one is no Pairing.
        """
        pairings = tuple(pairings)
        for each in pairings:
            if not isinstance(each, Pairing):
                raise ValueError(
                    f"pairings: {echo(each)} is not accepted; give a Pairing, or ask the specification it is of"
                )
        both = [views(pairing) for pairing in pairings]
        return cls((PROGRAMS.under(each), each[0]) for each in both)

    def __len__(self) -> int:
        return len(self._under)

    def add(self, under: Iterable[tuple[Program, View]]) -> None:
        """Take in more pairings; those there are keep their numbers, and conversations their rows."""
        under = tuple(under)
        self.table.add(program.profile for program, _ in under)
        self._under += under
        start = [self.table.start(program.profile) for program, _ in under]
        self._start = np.concatenate([self._start, np.array(start, np.int32)])

    def start(self, pairings: ArrayLike) -> Rows:
        """The rows where conversations begin.

        Args:
            pairings: the number of each conversation's pairing.

        Raises:
            ValueError: one is no number of a pairing.
        """
        return self._start[self._numbers("pairings", pairings)]

    def rows(self, pairings: ArrayLike, places: Sequence[Config]) -> Rows:
        """The rows of places, whether or not conversations come there by themselves.

        Args:
            pairings: the number of each conversation's pairing.
            places: where the lifecycles of each stand.

        Raises:
            ValueError: one is no number of a pairing, or there are more of the one than of the other.
        """
        numbers = self._numbers("pairings", pairings)
        if len(numbers) != len(places):
            raise ValueError(f"places: {len(places)} for {len(numbers)} pairings are not accepted; give one for each")
        profiles = [self._under[n][0].profile for n in numbers.tolist()]
        return np.array(self.table.rows(zip(profiles, places, strict=True)), np.int32)

    def symbols(self, events: Iterable[str], by: Iterable[str]) -> Symbols:
        """The numbers of events, each with its actor.

        Raises:
            UnknownEvent: there is no such event or party; the message names it.
            ValueError: there are more of the one than of the other.
        """
        events, by = tuple(events), tuple(by)
        if len(events) != len(by):
            raise ValueError(f"by: {len(by)} parties for {len(events)} events are not accepted; give one for each")
        wanted = tuple(zip(events, by, strict=True))
        for event, party in dict.fromkeys(wanted):
            if (event, party) not in SYMBOLS:
                NOBODY.compute((), event, party)
        return np.array([SYMBOLS[each] for each in wanted], np.uint8)

    def step(self, rows: Rows, symbols: Symbols, out: Rows | None = None) -> Rows:
        """Fire one event at each conversation.

        Args:
            rows: where each stands.
            symbols: the event of each; a single one is for all.
            out: where to put the answer; it may be ``rows``. Default: a new array.

        Returns:
            Where each stands now: where it stood, if the event is refused.

        Raises:
            ValueError: a row or a symbol is beyond these tables or no whole number, or arrays do not fit each other.
        """
        symbols = self._checked(rows, symbols)
        if out is None:
            out = np.empty_like(rows)
        elif not isinstance(out, np.ndarray) or out.dtype != np.int32 or out.shape != rows.shape:
            raise ValueError(f"out: {_kind(out)} is not accepted; give int32, as many as rows")
        symbols = np.broadcast_to(symbols, rows.shape)
        cells = np.empty(min(CHUNK, len(rows)), np.int64)
        for low in range(0, len(rows), CHUNK):
            now = rows[low : low + CHUNK]
            cell = np.add(now, symbols[low : low + CHUNK], out=cells[: len(now)])
            # bounds are checked above; without "clip" numpy would check them again, and buffer
            np.take(self.table.to, cell, out=out[low : low + CHUNK], mode="clip")
        return out

    def refused(self, rows: Rows, symbols: Symbols) -> NDArray[np.bool_]:
        """Whether each conversation refuses its event.

        Raises:
            ValueError: a row or a symbol is beyond these tables or no whole number, or arrays do not fit each other.
        """
        symbols = self._checked(rows, symbols)
        return self.table.refused[np.add(rows, symbols, dtype=np.int64)]

    @property
    def places(self) -> list[dict[str, At]]:
        """Every place there is: state and owner of each lifecycle."""
        return [dict(zip(LIFECYCLES, config, strict=True)) for config in self.table.places]

    def place(self, rows: Rows) -> Rows:
        """Which of ``places`` each conversation is in.

        Raises:
            ValueError: a row is beyond these tables, or no whole number.
        """
        self._check_rows(np.asarray(rows))
        return self.table.place[rows // WIDTH]

    def run(self, rows: Rows, symbols: Symbols, first: Integers, count: Integers, cells: Integers) -> None:
        """Fire events at each conversation, one after the other.

        Args:
            rows: where each stands; where it has come to, once this returns.
            symbols: the events, those of a conversation together and in order.
            first: where in ``symbols`` the events of each begin.
            count: how many each has.
            cells: where to put, for each event, where in the table it was looked up.

        Raises:
            ValueError: a row or a symbol is beyond these tables or no whole number, or arrays do not fit each other.
        """
        self._check_rows(rows)
        symbols = self._checked_symbols(symbols)
        ends = first + count
        if len(first) and (first.min() < 0 or count.min() < 0 or ends.max() > len(symbols)):
            raise ValueError(f"first, count: not all are within the {len(symbols)} symbols; give where they are")
        if not len(first) == len(count) == len(rows) or len(cells) != len(symbols):
            raise ValueError("first, count: give one for each row; cells: give one for each symbol")
        for low in range(0, len(rows), CHUNK):
            longest = low + np.argsort(-count[low : low + CHUNK], kind="stable")
            now, at, left = rows[longest], first[longest], count[longest]
            done = int(left[NARROW - 1]) if len(left) >= NARROW else 0
            self._wide(now, at, left, done, symbols, cells)
            for n in range(min(NARROW - 1, len(left))):
                now[n] = self._narrow(int(now[n]), int(at[n]), int(at[n] + left[n] - done), symbols, cells)
            rows[longest] = now

    def change(self, rows: Rows, before: ArrayLike, after: ArrayLike) -> tuple[Rows, Counter[str]]:
        """Change the pairing of conversations (THR-1, THR-2, THR-3, DEC-8 to DEC-11).

        Args:
            rows: where each stands.
            before: the number of each one's pairing.
            after: the number of the pairing that it goes on under.

        Returns:
            Where each stands now, and how often each row of the lifecycles' tables fired.

        Raises:
            ValueError: a row is beyond these tables, or one is no number of a pairing.
        """
        self._check_rows(rows)
        before, after = self._numbers("before", before), self._numbers("after", after)
        for name, given in (("before", before), ("after", after)):
            if rows.ndim != 1 or given.shape not in ((), (1,), rows.shape):
                raise ValueError(f"{name}: {given.shape} for {rows.shape} rows; give one, or one for each")
        asked = np.stack(np.broadcast_arrays(rows, before, after), axis=1)
        kinds, which, times = np.unique(asked, axis=0, return_inverse=True, return_counts=True)
        outcomes = [self._changed(*kind) for kind in kinds.tolist()]
        fired: Counter[str] = Counter()
        for outcome, often in zip(outcomes, times.tolist(), strict=True):
            for row in outcome.rows:
                fired[row] += often
        to = self.table.rows((outcome.to.program.profile, outcome.to.config) for outcome in outcomes)
        return np.array(to, np.int32)[which.reshape(-1)], fired

    def _numbers(self, name: str, given: ArrayLike) -> Integers:
        """Numbers of pairings."""
        numbers = np.asarray(given)
        if numbers.dtype.kind not in "iu" and (numbers.size or numbers.dtype.kind != "f"):  # [] is of floats
            raise ValueError(f"{name}: {_kind(numbers)} is not accepted; give whole numbers")
        wrong = numbers[(numbers < 0) | (numbers >= len(self))]
        if wrong.size:
            raise ValueError(f"{name}: {wrong[0]} is not accepted; there are {len(self)}, numbered from 0")
        return numbers.astype(np.int64)

    def _checked(self, rows: Rows, symbols: Symbols) -> Symbols:
        self._check_rows(rows)
        if np.ndim(rows) != 1 or np.shape(symbols) not in ((), (1,), np.shape(rows)):
            raise ValueError(f"symbols: {np.shape(symbols)} for {np.shape(rows)} rows; give one, or one for each")
        return self._checked_symbols(symbols)

    def _check_rows(self, rows: Rows) -> None:
        if not isinstance(rows, np.ndarray) or rows.dtype != np.int32:
            raise ValueError(f"rows: {_kind(rows)} is not accepted; give what start, step or change returned")
        # below 0 are the highest numbers without a sign
        if rows.size and int(rows.view(np.uint32).max()) > len(self.table.to) - WIDTH:
            raise ValueError("rows: not all are in these tables; give what start, step or change returned")

    def _checked_symbols(self, symbols: Symbols) -> Symbols:
        found = np.asarray(symbols)
        if found.size and found.dtype.kind not in "iu":
            raise ValueError(f"symbols: {_kind(symbols)} is not accepted; give what symbols returned")
        for most in (np.max, np.min) if found.dtype.kind == "i" else (np.max,):
            if found.size and not 0 <= (wrong := most(found)) <= NOTHING:
                raise ValueError(f"symbols: {wrong} is not accepted; give what symbols returned")
        return found.astype(np.uint8, copy=False)

    def _wide(self, now: Rows, at: Integers, left: Integers, deep: int, symbols: Symbols, cells: Integers) -> None:
        """The first ``deep`` events of conversations, the longest of which stand first: so do those that go on."""
        event, cell = np.empty(len(now), np.uint8), np.empty(len(now), np.int64)
        for n in (len(left) - np.searchsorted(left[::-1], np.arange(deep), side="right")).tolist():
            np.take(symbols, at[:n], out=event[:n], mode="clip")
            np.add(now[:n], event[:n], out=cell[:n])
            np.take(self.table.to, cell[:n], out=now[:n], mode="clip")
            cells[at[:n]] = cell[:n]
            at[:n] += 1

    def _narrow(self, row: int, low: int, high: int, symbols: Symbols, cells: Integers) -> int:
        """The events of one conversation from ``low`` on."""
        to: Any = memoryview(self.table.to)  # type: ignore[arg-type]  # an array is a buffer
        for start in range(low, high, BLOCK):
            part, found = slice(start, min(start + BLOCK, high)), []
            for symbol in symbols[part].tolist():
                found.append(row + symbol)
                row = to[found[-1]]
            cells[part] = found
        return row

    def _changed(self, row: int, before: int, after: int) -> AnyOutcome:
        found = self._changes.get((row, before, after))
        if found is None:
            (old, view), (new, new_view) = self._under[before], self._under[after]
            config = self.table.places[self.table.place[row // WIDTH]]
            found = self._changes[row, before, after] = new.change(config, old, view, new_view)
        return found


def _kind(given: object) -> str:
    return f"an array of {given.dtype}" if isinstance(given, np.ndarray) else echo(given)
