"""The lazy automaton forced to completion: one table of integers for any number of profiles.

A **row** is a place under one profile, a **symbol** an event with its actor. At ``row * len(symbols) + symbol`` stand
the row that the event leads to, which is the same row where it is refused, and the number of what it comes to.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

from fsm.engine.profile import Profile
from fsm.engine.program import Config
from fsm.engine.together import Case, These, Together
from fsm.notation import Composition, Party


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
        """Each row's profile, by number, and place. A profile's rows stand together."""
        self.at: dict[tuple[int, Config], int] = {}
        """Rows by profile and place."""
        self.starts: list[int] = []
        """The row where a conversation begins, by profile."""
        self.cases: list[Case] = []
        """What events come to, each once; ``mask`` is not meant for use."""
        self.to = array("i")
        self.case = array("i")
        self._together = Together(composition, These(profiles))
        self._places: dict[Config, list[tuple[tuple[int, int, Config], ...]]] = {}
        self._cases: dict[Case, int] = {}
        first = tuple(each.initial for each in composition.lifecycles.values())
        for n in range(len(profiles)):
            self.starts.append(len(self.rows))
            self._complete(n, [first, *start])

    def case_of(self, row: int, event: str, by: Party) -> Case:
        """What an event comes to."""
        return self.cases[self.case[row * len(self.symbols) + self.number[event, by]]]

    def _complete(self, profile: int, start: Iterable[Config]) -> None:
        bit = 1 << profile
        for config in start:
            self._row(profile, config)
        n = self.starts[profile]
        while n < len(self.rows):
            for each in self._place(self.rows[n][1]):
                case, to = next((case, to) for mask, case, to in each if mask & bit)
                self.to.append(self._row(profile, to))
                self.case.append(case)
            n += 1

    def _row(self, profile: int, config: Config) -> int:
        found = self.at.setdefault((profile, config), len(self.rows))
        if found == len(self.rows):
            self.rows.append((profile, config))
        return found

    def _place(self, config: Config) -> list[tuple[tuple[int, int, Config], ...]]:
        """For each symbol: sets of profiles, what it comes to for them, and where it leads."""
        found = self._places.get(config)
        if found is None:
            found = self._places[config] = [tuple(each) for each in self._symbols(config)]
        return found

    def _symbols(self, config: Config) -> Iterator[list[tuple[int, int, Config]]]:
        for event in dict.fromkeys(event for event, _ in self.symbols):
            by: dict[Party, list[tuple[int, int, Config]]] = {party: [] for party in Party}
            for case in self._together.cases(config, event):
                known = self._cases.setdefault(case._replace(mask=0), len(self.cases))
                if known == len(self.cases):
                    self.cases.append(case)
                by[case.by].append((case.mask, known, case.leads(config)))
            yield from by.values()
