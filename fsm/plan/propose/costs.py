"""What it costs that two people are in different waves, by the tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from fsm.plan.kinds import Kinds, Numbers
from fsm.plan.people import Contacts, People
from fsm.plan.questions import QUESTIONS
from fsm.spec.parties import Participant

BLOCK = 1 << 20
"""Contacts that are looked up at a time."""


class Costs:
    """What contacts cost by the waves of the two.

    Attributes:
        first, second: those whose waves matter to each other.
        weight: what it costs to have them a wave apart.
        slope: float64 of shape (everybody,): what it costs to have somebody a wave later.
    """

    def __init__(
        self, people: People, kinds: Kinds, contacts: Contacts, becomes: Sequence[Participant | None], count: int
    ) -> None:
        self._contacts, self._count = contacts, count
        start = people.kinds(kinds).astype(np.int64)
        end = start.copy()
        end[: len(becomes)] = [
            was if after is None else kinds.number(after) for was, after in zip(start.tolist(), becomes, strict=False)
        ]
        codes, self._fates = np.unique(start * len(kinds.kinds) + end, return_inverse=True)
        self._size = len(codes)
        was, now = np.divmod(codes, len(kinds.kinds))
        tables = [kinds.table(one, other) for one in (was, now) for other in (was, now)]
        lost = [self._lost(kinds, tables[0], each) for each in tables]
        alone, both = lost[2] | lost[1].T, lost[3] | lost[3].T
        self._alone, self._behind, self._both = (each.ravel().astype(np.float64) for each in (alone, alone.T, both))
        self.slope: Numbers = np.zeros(len(start))
        apart = (self._alone + self._behind - self._both) / 2
        one, other = (self._behind - self._alone - self._both) / 2, (self._alone - self._behind - self._both) / 2
        kept: list[tuple[Numbers, ...]] = []
        for first, second, minutes, cell in self._blocks():
            self.slope += np.bincount(first, minutes * one[cell], len(start))
            self.slope += np.bincount(second, minutes * other[cell], len(start))
            weight = minutes * apart[cell]
            some = weight != 0
            kept.append((first[some].astype(np.int32), second[some].astype(np.int32), weight[some]))
        parts = (
            zip(*kept, strict=True) if kept else ((np.empty(0, np.int32),), (np.empty(0, np.int32),), (np.empty(0),))
        )
        self.first, self.second, self.weight = (np.concatenate(each) for each in parts)

    @staticmethod
    def _lost(kinds: Kinds, was: Numbers, now: Numbers) -> Numbers:
        """Whether anything ranked is lost, by who begins."""
        found = np.zeros(was.shape, dtype=bool)
        for question in QUESTIONS:
            if question.ranked:
                ranks = [question.values.index(each.answers[question.name].value) for each in kinds.cases]
                rank = np.array([*ranks, 0])  # the last is for nobody
                found |= rank[now] < rank[was]
        return found

    def _blocks(self) -> Iterator[tuple[Numbers, Numbers, Numbers, Numbers]]:
        """Contacts some at a time, with the cell of the two's fates."""
        for begin in range(0, len(self._contacts.first), BLOCK):
            first, second, minutes = (each[begin : begin + BLOCK] for each in self._contacts)
            yield first, second, minutes, self._fates[first] * self._size + self._fates[second]

    def release(self) -> None:
        """Let go of what a board has taken."""
        self.first = self.second = np.empty(0, np.int32)
        self.weight = np.empty(0)

    def of(self, place: Numbers) -> float:
        """What everybody's waves cost.

        Args:
            place: int64 of shape (everybody,): their waves from 0; the number of waves for those who stay.
        """
        cost = 0.0
        for first, second, minutes, cell in self._blocks():
            a, b = place[first], place[second]
            weeks = self._alone[cell] * np.maximum(b - a, 0) + self._behind[cell] * np.maximum(a - b, 0)
            cost += float(minutes @ (weeks + self._both[cell] * (self._count - np.maximum(a, b))))
        return cost
