"""Waves that are bettered by moves and swaps until none helps, and then shaken and bettered again."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

import numpy as np

from fsm.plan.kinds import Numbers
from fsm.plan.propose.packing import beginnings
from fsm.plan.propose.units import DENSE, Board

CELLS = 1 << 25
"""People times waves up to which people are moved one by one, after their communities."""
TURNED = 64
"""Waves up to which their order is bettered as well."""
ROUNDS = 40
"""Rounds of moves and swaps."""
KICKS = 1000
"""How often units are moved at random, to get away from waves that no single move betters."""
WORK = 15_000_000
"""Pairs of units that are looked at for that."""


class Search:
    """Waves of a board, bettered step by step.

    Attributes:
        at: int64 of shape (units,): the wave of each.
        loads: how many people are in each wave.
        costs: float64 of shape (units, waves): what it would cost to have a unit in a wave, others as they are.
        value: what the waves cost.
    """

    def __init__(self, board: Board, at: Numbers) -> None:
        board.index()
        self.board = board
        self._steps = np.abs(np.arange(board.count + 1)[:, None] - np.arange(board.count)[None, :]).astype(np.float64)
        self._least = 1e-9 * (1.0 + float(np.abs(board.edges.weight).sum() + np.abs(board.slope).sum()))
        self._dense: Numbers | None = None
        self.begin(at)

    def begin(self, at: Numbers) -> None:
        """Go on from other waves."""
        board = self.board
        self.at, self.loads = at.copy(), board.loads(at)
        wide = board.count + 1
        source = np.repeat(np.arange(len(at)), np.diff(board.around))
        cells = source * wide + self.at[board.near]
        with_wave = np.bincount(cells, board.weight, len(at) * wide).reshape(len(at), wide)
        self.costs = with_wave @ self._steps + board.slope[:, None] * np.arange(board.count)
        self.value = board.cost(at)

    def keep(self) -> tuple[Numbers, Numbers, Numbers, float]:
        return self.at.copy(), self.loads.copy(), self.costs.copy(), self.value

    def back(self, kept: tuple[Numbers, Numbers, Numbers, float]) -> None:
        self.at, self.loads, self.costs, self.value = kept

    def shift(self, unit: int, wave: int) -> None:
        """Put a unit into another wave."""
        board, old = self.board, int(self.at[unit])
        self.value += float(self.costs[unit, wave] - self.costs[unit, old])
        here = slice(int(board.around[unit]), int(board.around[unit + 1]))
        self.costs[board.near[here]] += board.weight[here, None] * (self._steps[wave] - self._steps[old])
        self.at[unit] = wave
        self.loads[old] -= board.size[unit]
        self.loads[wave] += board.size[unit]

    def _savings(self) -> Numbers:
        """What each move of a unit that is free would cost; negative where it saves."""
        free = self.board.free
        return self.costs[free] - self.costs[free, self.at[free]][:, None]  # type: ignore[no-any-return]

    def _alone(self, units: Any) -> Any:
        """Whether units are alone in their waves, and no other wave is empty: then they stay."""
        return (self.loads[self.at[units]] == self.board.size[units]) & (self.loads > 0).all()

    def moves(self) -> bool:
        """Every move that saves something and fits; whether there was one."""
        board = self.board
        savings = self._savings()
        savings[board.size[board.free][:, None] + self.loads[None, :] > board.cap] = 0
        savings[self._alone(board.free)] = 0
        best = savings.min(axis=1, initial=0)
        some = np.flatnonzero(best < -self._least)
        done = False
        for unit in board.free[some[np.argsort(best[some], kind="stable")]].tolist():
            row = self.costs[unit] - self.costs[unit, self.at[unit]]
            row[self.loads + board.size[unit] > board.cap] = 0
            if self._alone(unit):
                continue
            wave = int(row.argmin())
            if row[wave] < -self._least:
                self.shift(unit, wave)
                done = True
        return done

    def _swap(self, one: int, other: int, weight: float) -> bool:
        """Swap two units if that saves something and fits."""
        board, a, b = self.board, int(self.at[one]), int(self.at[other])
        more = int(board.size[one] - board.size[other])
        if a == b or self.loads[b] + more > board.cap or self.loads[a] - more > board.cap:
            return False
        costs = self.costs
        saved = costs[one, b] - costs[one, a] + costs[other, a] - costs[other, b] + 2 * weight * abs(a - b)
        if saved >= -self._least:
            return False
        self.shift(one, b)
        self.shift(other, a)
        return True

    def _between(self, one: int, other: int) -> float:
        """What it costs to have two units a wave apart."""
        board = self.board
        begin, end = int(board.around[one]), int(board.around[one + 1])
        n = begin + int(np.searchsorted(board.near[begin:end], other))
        return float(board.weight[n]) if n < end and board.near[n] == other else 0.0

    def swaps(self) -> bool:
        """Swaps that save something and fit; whether there was one."""
        pairs = self._every() if len(self.board.free) <= DENSE else self._likely()
        return any([self._swap(one, other, self._between(one, other)) for one, other in pairs])

    def _every(self) -> Iterable[tuple[int, int]]:
        """Every swap of two that saves something, the best first."""
        board, free = self.board, self.board.free
        if self._dense is None:
            place: Numbers = np.full(len(board.size), -1)
            place[free] = np.arange(len(free))
            low, high = place[board.edges.low], place[board.edges.high]
            both = (low >= 0) & (high >= 0)
            self._dense = np.zeros((len(free), len(free)))
            self._dense[low[both], high[both]] = self._dense[high[both], low[both]] = board.edges.weight[both]
        at, size = self.at[free], board.size[free]
        goes = self._savings()[:, at]
        fits = self.loads[at][None, :] + size[:, None] - size[None, :] <= board.cap
        saved = goes + goes.T + 2 * self._dense * np.abs(at[:, None] - at[None, :])
        one, other = np.nonzero((saved < -self._least) & fits & fits.T & np.tri(len(free), k=-1, dtype=bool))
        order = np.argsort(saved[one, other], kind="stable")[: 4 * len(free)]
        return zip(free[one[order]].tolist(), free[other[order]].tolist(), strict=True)

    def _likely(self) -> Iterator[tuple[int, int]]:
        """Those of two waves who save most by going to the other, in pairs."""
        free = self.board.free
        at = self.at[free].copy()
        savings = self._savings()
        within = [np.flatnonzero(at == wave) for wave in range(self.board.count)]
        for a, b in combinations(range(self.board.count), 2):
            one, other = savings[within[a], b], savings[within[b], a]
            first, second = np.argsort(one, kind="stable"), np.argsort(other, kind="stable")
            both = min(len(first), len(second))
            first, second = first[:both], second[:both]
            many = int(np.count_nonzero(one[first] + other[second] < -self._least))
            yield from zip(free[within[a][first[:many]]].tolist(), free[within[b][second[:many]]].tolist(), strict=True)

    def turn(self) -> bool:
        """Exchange what is free in two waves as long as that saves something; whether it did."""
        board, count = self.board, self.board.count
        if count > TURNED or not len(board.free):
            return False
        group = np.where(board.pinned < 0, self.at, count + board.pinned)
        wide = 2 * count + 1
        low, high, weight = board.edges
        between = np.bincount(group[low] * wide + group[high], weight, wide * wide).reshape(wide, wide)
        between = between + between.T
        inner, outer = between[:count, :count] / 2, between[:count, count:]
        sizes, slope = (np.bincount(group[board.free], each[board.free], count) for each in (board.size, board.slope))
        held = self.loads - sizes

        def cost(order: Numbers) -> float:
            steps = self._steps[order]
            return float((inner * steps[:, order]).sum() + (outer * self._steps.T[order]).sum() + slope @ order)

        order, done = np.arange(count), False
        best = cost(order)
        found = True
        while found:
            found = False
            for ways in (combinations(range(count), 2), ((0, 0),)):
                for a, b in ways:
                    other = order.copy()
                    if a == b:
                        other = count - 1 - order
                    else:
                        other[a], other[b] = order[b], order[a]
                    if (value := cost(other)) < best - self._least and (sizes + held[other] <= board.cap).all():
                        order, best, found, done = other, value, True, True
        if done:
            at = self.at.copy()
            at[board.free] = order[at[board.free]]
            self.begin(at)
        return done

    def settle(self, rounds: int = ROUNDS) -> None:
        """Moves and swaps until none saves anything."""
        for _ in range(rounds):
            moved = self.moves()
            if not self.swaps() and not moved:
                break

    def kick(self, chance: random.Random) -> None:
        """Swap or move some units, whatever it costs."""
        board = self.board
        for _ in range(2 + chance.randrange(1 + min(8, len(board.free) // 4))):
            one, other = (int(chance.choice(board.free)) for _ in range(2))
            a, b = int(self.at[one]), int(self.at[other])
            more = int(board.size[one] - board.size[other])
            if a != b and self.loads[b] + more <= board.cap and self.loads[a] - more <= board.cap:
                self.shift(one, b)
                self.shift(other, a)
                continue
            wave = chance.randrange(board.count)
            if wave != a and not self._alone(one) and self.loads[wave] + board.size[one] <= board.cap:
                self.shift(one, wave)


def bettered(board: Board, usual: Numbers | None, chance: random.Random) -> Numbers:
    """The best waves of units that were found.

    Args:
        board: the units.
        usual: waves of these units to begin with as well; None if there are none.
        chance: decides between equals.
    """
    free = len(board.free)
    starts = [board.filled(each) for each in beginnings(board, chance)]
    if not free:
        return starts[0]
    if usual is not None:
        starts.append(board.filled(usual))
    search = Search(board, starts[0])
    best: tuple[float, Numbers] | None = None
    for at in starts:
        search.begin(at)
        search.settle()
        while search.turn():
            search.settle()
        if best is None or search.value < best[0]:
            best = search.value, search.at.copy()
    assert best is not None
    search.begin(best[1])
    for _ in range(min(KICKS, 12 * free, WORK // free**2)):
        kept = search.keep()
        search.kick(chance)
        search.settle()
        if search.value > kept[3]:
            search.back(kept)
    return search.at


def one_by_one(single: Board, found: Numbers, usual: Numbers) -> Numbers:
    """Waves of communities, bettered by moving people one by one; or the usual ones where these come out better."""
    if len(single.size) * (single.count + 1) > CELLS:
        return min(found, usual, key=single.cost)
    search = Search(single, found)
    search.settle()
    best, value = search.at.copy(), search.value
    if len(single.size) <= DENSE or single.cost(usual) < value:
        search.begin(usual)
        search.settle()
        if search.value < value:
            best = search.at.copy()
    return best
