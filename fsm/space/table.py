"""The lazy automaton forced to completion: one table of integers for any number of profiles.

A **row** is a place under one profile, a **symbol** an event with its actor. At ``row * len(symbols) + symbol`` stand
the row that the event leads to, which is the same row where it is refused, and the number of what it comes to.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from fsm.engine.profile import Profile
from fsm.engine.program import Config
from fsm.notation import Composition, Party
from fsm.space.cases import Case, These, Together


class Answered(NamedTuple):
    """What every symbol comes to at one place, for profiles that are answered alike."""

    cases: array[int]
    targets: tuple[Config, ...]
    """The places that symbols lead to, each once."""
    leads: tuple[int, ...]
    """For each symbol, which of ``targets``."""


class Everyone(NamedTuple):
    """One place under all profiles."""

    symbols: list[list[tuple[int, int, Config]]]
    """For each symbol: sets of profiles, what it comes to for them, and where it leads."""
    divides: tuple[int, ...]
    """Every set of profiles by which answers differ here."""
    known: dict[tuple[bool, ...], Answered]
    """What was answered, by which of ``divides`` a profile is in."""


class Completed:
    """The product automata of some profiles, without changes of the pairing.

    Args:
        composition: the tables.
        profiles: the profiles; all of them are worked out together.
        start: places to begin from, besides the one where every conversation begins.
    """

    def __init__(self, composition: Composition, profiles: Sequence[Profile], start: Iterable[Config] = ()) -> None:
        self.symbols = tuple((event, party) for event in composition.events for party in Party)
        self.number = {symbol: n for n, symbol in enumerate(self.symbols)}
        """Symbols by number."""
        self.rows: list[tuple[int, Config]] = []
        """Each row's profile, by number, and place. A profile's rows stand together, but for those asked for later."""
        self.at: dict[tuple[int, Config], int] = {}
        """Rows by profile and place."""
        self.starts: list[int] = []
        """The row where a conversation begins, by profile."""
        self.cases: list[Case] = []
        """What events come to, each once; ``mask`` is not meant for use."""
        self.to = array("i")
        self.case = array("i")
        self._together = Together(composition, These(profiles))
        self._places: dict[Config, Everyone] = {}
        self._cases: dict[Case, int] = {}
        first = tuple(each.initial for each in composition.lifecycles.values())
        start = tuple(start)
        for n in range(len(profiles)):
            self.starts.append(self.row(n, first))
            for config in start:
                self.row(n, config)

    def case_of(self, row: int, event: str, by: Party) -> Case:
        """What an event comes to."""
        return self.cases[self.case[row * len(self.symbols) + self.number[event, by]]]

    def row(self, profile: int, config: Config) -> int:
        """The number of the row of a place under a profile; it is completed, and all that it leads to."""
        wanted = self._row(profile, config)
        n = len(self.to) // len(self.symbols)
        while n < len(self.rows):
            self._complete(*self.rows[n])
            n += 1
        return wanted

    def _row(self, profile: int, config: Config) -> int:
        found = self.at.setdefault((profile, config), len(self.rows))
        if found == len(self.rows):
            self.rows.append((profile, config))
        return found

    def _complete(self, profile: int, config: Config) -> None:
        place = self._places.get(config)
        if place is None:
            place = self._places[config] = self._place(config)
        bit = 1 << profile
        within = tuple([mask & bit != 0 for mask in place.divides])
        answers = place.known.get(within)
        if answers is None:
            answers = place.known[within] = _answers(place, bit)
        rows = [self._row(profile, to) for to in answers.targets]
        self.to.extend([rows[n] for n in answers.leads])
        self.case.extend(answers.cases)

    def _place(self, config: Config) -> Everyone:
        symbols = list(self._symbols(config))
        return Everyone(symbols, tuple({mask: None for each in symbols for mask, _, _ in each}), {})

    def _symbols(self, config: Config) -> Iterator[list[tuple[int, int, Config]]]:
        for event in dict.fromkeys(event for event, _ in self.symbols):
            by: dict[Party, list[tuple[int, int, Config]]] = {party: [] for party in Party}
            for case in self._together.cases(config, event):
                known = self._cases.setdefault(case._replace(mask=0), len(self.cases))
                if known == len(self.cases):
                    self.cases.append(case)
                by[case.by].append((case.mask, known, case.leads(config)))
            yield from by.values()


def _answers(place: Everyone, bit: int) -> Answered:
    chosen = [next((case, to) for mask, case, to in each if mask & bit) for each in place.symbols]
    targets = {to: n for n, to in enumerate(dict.fromkeys(to for _, to in chosen))}
    return Answered(array("i", [case for case, _ in chosen]), tuple(targets), tuple(targets[to] for _, to in chosen))
