"""One flat table of integers for any number of profiles, in which rows that no event can tell apart are one.

Two rows are merged if they are of one place, every symbol gets the same answer at both, and leads from both to rows
that are merged themselves. Which profile a row is of is then lost; where it stands is not. What is left of every
profile there is fits a processor's cache.

A **row** is the number of its first cell, so that row + symbol is the cell of a symbol there.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fsm.engine.profile import Profile
from fsm.engine.program import Config
from fsm.notation import Party
from fsm.space import kept
from fsm.space.cases import Case
from fsm.space.kept import Answer
from fsm.space.table import Completed
from fsm.spec.conversation import CONVERSATION

Numbers = NDArray[np.int32]

SYMBOLS = {each: n for n, each in enumerate((event, by.value) for event in CONVERSATION.events for by in Party)}
"""Events with their actors, by number."""
NOTHING = len(SYMBOLS)
"""The number after the last: no event, which changes nothing and is never refused, to fill arrays up with."""
WIDTH = NOTHING + 1
BEGINNING: Config = tuple(each.initial for each in CONVERSATION.lifecycles.values())
"""Where every conversation begins."""


class Part:
    """Profiles completed together, and what became of them in the table."""

    def __init__(self, profiles: tuple[Profile, ...]) -> None:
        self.profiles = profiles
        self.answers: list[int] = []
        """For each of its cases, which answer of the table it is."""
        self.rows: list[int] = []
        """For each of its completed rows, which row of the table it is."""
        self.at: dict[tuple[int, Config], int] = {}
        """The same by profile, by number, and place."""

    @cached_property
    def completed(self) -> Completed:
        """Its profiles, completed."""
        found = Completed(CONVERSATION, self.profiles)
        self.rows = [self.at[each] for each in found.rows] if self.at else []
        return found


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
            if not self.places:
                self._begin(part)
            else:
                self._take(part)

    def start(self, profile: Profile) -> int:
        """The row where conversations of a profile begin."""
        part, n = self._at[profile]
        return part.at[n, BEGINNING]

    def rows(self, wanted: Iterable[tuple[Profile, Config]]) -> list[int]:
        """The rows of places under profiles, whether or not the profile can come there by itself."""
        found = []
        for profile, config in wanted:
            part, n = self._at[profile]
            found.append((part, (n, config)))
        new = [(part, at) for part, at in found if at not in part.at]
        for part, at in new:
            part.completed.row(*at)
        for part in {id(part): part for part, _ in new}.values():
            self._take(part)
        return [part.at[at] for part, at in found]

    def _begin(self, part: Part) -> None:
        """Take in the first part: what was kept of it, or else what it comes to, which is then kept."""
        path = kept.name(profile.bits for profile in part.profiles)
        found = kept.load(path) if path else None
        if found:
            self.places, self.answers = found.told.places, found.told.answers
            self._places = {place: n for n, place in enumerate(self.places)}
            self._answers = {answer: n for n, answer in enumerate(self.answers)}
            to = np.column_stack([found.to, np.arange(len(found.to), dtype=np.int32)])
            self._append(found.place, to * np.int32(WIDTH), found.answer)
            where = zip(found.profile.tolist(), found.at.tolist(), (found.row * WIDTH).tolist(), strict=True)
            part.at = {(n, self.places[place]): row for n, place, row in where}
            return
        self._take(part)
        if path and len(part.at) >= kept.FEWEST:
            self._keep(part, path)

    def _keep(self, part: Part, path: Path) -> None:
        numbers, places = zip(*part.at, strict=True)
        kept.keep(
            path,
            kept.Kept(
                kept.Told(self.places, self.answers),
                self.place,
                self.answer.reshape(-1, WIDTH)[:, :NOTHING],
                self.to.reshape(-1, WIDTH)[:, :NOTHING] // np.int32(WIDTH),
                np.array(numbers, np.int32),
                np.array([self._places[place] for place in places], np.int32),
                np.array(list(part.at.values()), np.int32) // np.int32(WIDTH),
            ),
        )

    def _take(self, part: Part) -> None:
        """Merge the rows that were completed since the last time, among themselves."""
        completed, known = part.completed, len(part.rows)
        part.answers += [self._answer(case) for case in completed.cases[len(part.answers) :]]
        places = np.array([self._place(config) for _, config in completed.rows[known:]], np.int32)
        to = np.array(completed.to[known * NOTHING :], np.int32).reshape(-1, NOTHING)
        case = np.array(completed.case[known * NOTHING :], np.int32).reshape(-1, NOTHING)
        answer = np.array(part.answers, np.uint16)[case]
        before = np.array([*part.rows, 0], np.int32)[np.minimum(to, known)]
        classes = merged(places, answer, to - known, before)
        first = np.unique(classes, return_index=True)[1]
        part.rows += ((len(self) + classes) * WIDTH).tolist()
        rows = np.array(part.rows, np.int32)
        part.at.update(zip(completed.rows[known:], part.rows[known:], strict=True))
        self._append(places[first], np.column_stack([rows[to[first]], rows[known + first]]), answer[first])

    def _append(self, place: Numbers, to: Numbers, answer: NDArray[np.uint16]) -> None:
        """Rows at the end of the table: their places, where each symbol leads and where none does, and the answers."""
        self.place = np.concatenate([self.place, place])
        self.to = np.concatenate([self.to, to.ravel()])
        whole = np.column_stack([answer, np.zeros(len(answer), np.uint16)])
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
