"""One flat table of integers for any number of profiles, in which rows that no event can tell apart are one.

Two rows are merged if they are of one place, every symbol gets the same answer at both, and leads from both to rows
that are merged themselves. Which profile a row is of is then lost; where it stands is not. What is left of every
profile there is fits a processor's cache.

A **row** is the number of its first cell, so that row + symbol is the cell of a symbol there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fsm.engine.outcome import RefusalKind
from fsm.engine.profile import Profile
from fsm.engine.program import Config
from fsm.notation import Party
from fsm.space.cases import Case
from fsm.space.table import Completed
from fsm.spec.conversation import CONVERSATION

Numbers = NDArray[np.int32]

SYMBOLS = {each: n for n, each in enumerate((event, by.value) for event in CONVERSATION.events for by in Party)}
"""Events with their actors, by number."""
NOTHING = len(SYMBOLS)
"""The number after the last: no event, which changes nothing and is never refused, to fill arrays up with."""
WIDTH = NOTHING + 1


class Answer(NamedTuple):
    """What an event comes to, as far as replays count it.

    Args:
        rows: ids of the table rows that fired, or of the one that declares the refusal.
        kind: of a refusal, which kind; None where the event is accepted.
        rule: of a refusal, its rule; empty where no rule decides.
    """

    rows: tuple[str, ...]
    kind: RefusalKind | None = None
    rule: str = ""

    @property
    def refused(self) -> bool:
        """Whether it is refused, of whatever kind."""
        return self.kind is not None


class Part:
    """Profiles completed together, and what became of them in the table."""

    def __init__(self, profiles: tuple[Profile, ...]) -> None:
        self.completed = Completed(CONVERSATION, profiles)
        self.answers: list[int] = []
        """For each of its cases, which answer of the table it is."""
        self.rows: list[int] = []
        """For each of its rows, which row of the table it is."""


class Merged:
    """The table; it starts empty, and grows by profiles and by places that they are not expected in."""

    def __init__(self) -> None:
        self.to: Numbers = np.empty(0, np.int32)
        """For each cell, the row that it leads to."""
        self.answer: NDArray[np.uint16] = np.empty(0, np.uint16)
        """For each cell, which of ``answers`` it has."""
        self.refused: NDArray[np.bool_] = np.empty(0, np.bool_)
        """For each cell, whether it is a refusal."""
        self.place: Numbers = np.empty(0, np.int32)
        """For each row, divided by WIDTH, which of ``places`` it is of."""
        self.answers = [Answer(())]
        """What events come to, each once; NOTHING comes to the first."""
        self.places: list[Config] = []
        self.parts: list[Part] = []
        """What was completed together, in the order it came."""
        self._answers = {self.answers[0]: 0}
        self._places: dict[Config, int] = {}
        self._at: dict[Profile, tuple[Part, int]] = {}

    def __len__(self) -> int:
        return len(self.place)

    def add(self, profiles: Iterable[Profile]) -> None:
        """Take profiles in; all that are new are worked out together."""
        new = tuple(dict.fromkeys(each for each in profiles if each not in self._at))
        if new:
            part = Part(new)
            self.parts.append(part)
            self._at.update((profile, (part, n)) for n, profile in enumerate(new))
            self._take(part)

    def start(self, profile: Profile) -> int:
        """The row where conversations of a profile begin."""
        part, n = self._at[profile]
        return part.rows[part.completed.starts[n]]

    def rows(self, wanted: Iterable[tuple[Profile, Config]]) -> list[int]:
        """The rows of places under profiles, whether or not the profile can come there by itself."""
        found = []
        for profile, config in wanted:
            part, n = self._at[profile]
            found.append((part, part.completed.row(n, config)))
        for part in {id(part): part for part, _ in found}.values():
            self._take(part)
        return [part.rows[row] for part, row in found]

    def _take(self, part: Part) -> None:
        """Merge the rows that were completed since the last time, among themselves."""
        completed, known = part.completed, len(part.rows)
        part.answers += [self._answer(case) for case in completed.cases[len(part.answers) :]]
        if known == len(completed.rows):
            return
        places = np.array([self._place(config) for _, config in completed.rows[known:]], np.int32)
        to = np.array(completed.to[known * NOTHING :], np.int32).reshape(-1, NOTHING)
        case = np.array(completed.case[known * NOTHING :], np.int32).reshape(-1, NOTHING)
        answer = np.array(part.answers, np.uint16)[case]
        before = np.array([*part.rows, 0], np.int32)[np.minimum(to, known)]
        classes = merged(places, answer, to - known, before)
        first = np.unique(classes, return_index=True)[1]
        part.rows += ((len(self) + classes) * WIDTH).tolist()
        rows = np.array(part.rows, np.int32)
        self.place = np.concatenate([self.place, places[first]])
        self.to = np.concatenate([self.to, np.column_stack([rows[to[first]], rows[known + first]]).ravel()])
        whole = np.column_stack([answer[first], np.zeros(len(first), np.uint16)])
        self.answer = np.concatenate([self.answer, whole.ravel()])
        self.refused = np.array([each.refused for each in self.answers])[self.answer]

    def _answer(self, case: Case) -> int:
        answer, refusal = Answer(case.rows), case.refusal
        if refusal is not None:
            answer = Answer((refusal.row,) if refusal.row else (), refusal.kind, refusal.rule or "")
        found = self._answers.setdefault(answer, len(self.answers))
        if found == len(self.answers):
            self.answers.append(answer)
        return found

    def _place(self, config: Config) -> int:
        found = self._places.setdefault(config, len(self.places))
        if found == len(self.places):
            self.places.append(config)
        return found


def merged(places: Numbers, answer: NDArray[np.uint16], to: Numbers, before: Numbers) -> Numbers:
    """The class of each row, in order of first appearance: the coarsest that keeps apart what can be told apart.

    Args:
        places: of each row.
        answer: of each row to each symbol.
        to: the row that each leads to; below zero, it is one of those there were before.
        before: that row then.
    """
    classes = numbered(np.column_stack([places, answer]))
    count = 0
    while count <= classes.max():
        count = int(classes.max()) + 1
        classes = numbered(np.column_stack([classes, np.where(to < 0, ~before, classes[np.maximum(to, 0)])]))
    return classes


def numbered(rows: Numbers) -> Numbers:
    """A number for each row of an array, the same for equal rows, in order of first appearance."""
    known: dict[bytes, int] = {}
    whole = np.ascontiguousarray(rows, np.int32).view(f"V{4 * rows.shape[1]}").ravel()
    return np.array([known.setdefault(row, len(known)) for row in whole.tolist()], np.int32)
