"""Groups of people that move as a whole, and what it costs to put them into different waves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fsm.plan.kinds import Numbers
from fsm.plan.people import added_up

DENSE = 1200
"""Units up to which every swap of two is looked at; of more, the best of each two waves."""


class Edges(NamedTuple):
    """Pairs of units, each once, and what it costs to have them a wave apart."""

    low: Numbers
    high: Numbers
    weight: Numbers


def merged(first: Numbers, second: Numbers, weight: Numbers, size: int) -> Edges:
    """Pairs in any order and direction, those of the same two added up."""
    some = first != second
    first, second = first[some], second[some]
    return Edges(*added_up(np.minimum(first, second), np.maximum(first, second), weight[some], size))


class Board:
    """Units to be put into waves.

    Args:
        size: how many people each has.
        slope: what it costs to have it a wave later, others aside.
        pinned: the wave of those that stay where they are, from 0; -1 of others.
        edges: what it costs to have two of them a wave apart.
        count: how many waves; those who never move are in a wave after the last.
        cap: how many people a wave may have.
    """

    def __init__(self, size: Numbers, slope: Numbers, pinned: Numbers, edges: Edges, count: int, cap: int) -> None:
        self.size, self.slope, self.pinned, self.edges = size, slope, pinned, edges
        self.count, self.cap = count, cap
        self.free: Numbers = np.flatnonzero(pinned < 0)
        self.around: Numbers = np.empty(0)

    def index(self) -> None:
        """Lay out the neighbours of each unit side by side."""
        low, high, weight = self.edges
        if not len(self.around):
            source, target = np.concatenate((low, high)), np.concatenate((high, low))
            order = np.argsort(source.astype(np.int64) * len(self.size) + target, kind="stable")
            self.near, self.weight = target[order], np.concatenate((weight, weight))[order]
            self.around = np.concatenate(([0], np.cumsum(np.bincount(source, minlength=len(self.size)))))

    def joined(self, labels: Numbers) -> Board:
        """The same with units joined to larger ones."""
        size = int(labels.max()) + 1
        pinned: Numbers = np.full(size, -1, dtype=np.int64)
        pinned[labels] = self.pinned
        low, high, weight = self.edges
        return Board(
            np.bincount(labels, self.size, size).astype(np.int64), np.bincount(labels, self.slope, size), pinned,
            merged(labels[low], labels[high], weight, size), self.count, self.cap,
        )  # fmt: skip

    def loads(self, at: Numbers) -> Numbers:
        """How many people are in each wave; of those who never move, nobody."""
        return np.bincount(at, self.size, self.count + 1).astype(np.int64)[: self.count]

    def filled(self, at: Numbers) -> Numbers:
        """The same waves, each with somebody in it as far as there are units enough: the smallest go there."""
        at, loads = at.copy(), self.loads(at)
        for wave in np.flatnonzero(loads == 0).tolist():
            some = self.free[loads[at[self.free]] > self.size[self.free]]
            if not len(some):
                break
            unit = int(some[self.size[some].argmin()])
            loads[at[unit]] -= self.size[unit]
            loads[wave] += self.size[unit]
            at[unit] = wave
        return at

    def cost(self, at: Numbers) -> float:
        """What waves cost, but for what no wave changes."""
        low, high, weight = self.edges
        return float(weight @ np.abs(at[low] - at[high]) + self.slope @ at)
