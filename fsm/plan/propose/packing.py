"""Where to begin: orders of units in which neighbours talk most, and ways to fit units into waves."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np

from fsm.plan.kinds import Numbers
from fsm.plan.propose.units import DENSE, Board

NODES = 200_000
"""Ways that are tried to fit units into waves."""


Loads: TypeAlias = "list[int]"
"""How many people are in each wave."""


def beginnings(board: Board, chance: random.Random) -> Iterator[Numbers]:
    """Waves to begin with: along the order that lies in who talks to whom, one unit after the other where it costs
    least, and by chance."""
    if not len(board.free):
        yield board.pinned.copy()
        return
    along = _along(board)
    even = int(board.size[board.free].sum()) // board.count + 1
    for order in (along, along[::-1]):
        for target in (board.cap, even):
            yield any_packing(board, order, target)
    yield _cheapest(board)
    for _ in range(10 if len(board.free) <= DENSE // 4 else 1):
        order = board.free.tolist()
        chance.shuffle(order)
        yield any_packing(board, np.array(order), board.cap)


def _along(board: Board) -> Numbers:
    """Free units in an order in which neighbours talk most: by the Fiedler vector of who talks to whom."""
    size = len(board.size)
    low, high, weight = board.edges
    weight = np.maximum(weight, 0)
    degree = np.bincount(low, weight, size) + np.bincount(high, weight, size)
    root = np.sqrt(degree + 1e-9 * (1 + degree.max(initial=0)))
    scaled = weight / (root[low] * root[high])
    if size <= DENSE:
        matrix = np.zeros((size, size))
        matrix[low, high] = matrix[high, low] = scaled
        vector = np.linalg.eigh(matrix)[1][:, -2] if size > 1 else np.zeros(1)
    else:
        first = root / np.linalg.norm(root)
        vector = np.random.default_rng(size).standard_normal(size)
        for _ in range(300):
            vector -= (first @ vector) * first
            spread = np.bincount(low, scaled * vector[high], size) + np.bincount(high, scaled * vector[low], size)
            vector = vector + spread
            vector /= np.linalg.norm(vector)
    return board.free[np.argsort((vector / root)[board.free], kind="stable")]


def _cheapest(board: Board) -> Numbers:
    """Units, those who talk most first, each in the wave that costs least beside those before it."""
    if len(board.free) > DENSE:
        return any_packing(board, board.free)
    board.index()
    low, high, weight = board.edges
    strong = np.bincount(low, np.abs(weight), len(board.size)) + np.bincount(high, np.abs(weight), len(board.size))
    at, loads = board.pinned.copy(), board.loads(np.where(board.pinned < 0, board.count, board.pinned))
    steps = np.arange(board.count)
    for unit in board.free[np.argsort(-strong[board.free], kind="stable")].tolist():
        here = slice(int(board.around[unit]), int(board.around[unit + 1]))
        near, weights = board.near[here], board.weight[here]
        there = at[near] >= 0
        cost = weights[there] @ np.abs(at[near[there]][:, None] - steps) + board.slope[unit] * steps
        cost[loads + board.size[unit] > board.cap] = np.inf
        at[unit] = int(cost.argmin())
        if not np.isfinite(cost[at[unit]]):
            return any_packing(board, board.free)
        loads[at[unit]] += board.size[unit]
    return at


def packed(board: Board, order: Numbers, target: int) -> Numbers | None:
    """Units in an order, wave after wave filled up; None where some fit nowhere then."""
    at, sizes = board.pinned.copy(), board.size.tolist()
    loads = board.loads(np.where(board.pinned < 0, board.count, board.pinned)).tolist()
    wave, left = 0, []
    for unit in order.tolist():
        while wave < board.count and loads[wave] + sizes[unit] > target:
            wave += 1
        if wave == board.count:
            left.append(unit)
            wave -= 1
            continue
        at[unit] = wave
        loads[wave] += sizes[unit]
    for unit in sorted(left, key=lambda each: -sizes[each]):
        room = [n for n in range(board.count) if loads[n] + sizes[unit] <= board.cap]
        if not room:
            return None
        at[unit] = room[-1]
        loads[room[-1]] += sizes[unit]
    return at


def any_packing(board: Board, order: Numbers, target: int | None = None) -> Numbers:
    """Units in an order, wave after wave; where that does not fit, in any way that does."""
    found = packed(board, order, board.cap if target is None else min(target, board.cap))
    if found is None:
        loads = board.loads(np.where(board.pinned < 0, board.count, board.pinned)).tolist()
        waves = fitted(board.size[board.free].tolist(), loads, board.cap)
        assert waves is not None, "seen to before"
        found = board.pinned.copy()
        found[board.free] = waves
    return found


def even(sizes: Sequence[int], loads: Loads) -> tuple[list[int], Loads]:
    """Units put where there is most room, the largest first: the wave of each, and how many are in each wave then."""
    at, loads = [0] * len(sizes), list(loads)
    for n in sorted(range(len(sizes)), key=lambda each: -sizes[each]):
        at[n] = loads.index(min(loads))
        loads[at[n]] += sizes[n]
    return at, loads


def fitted(sizes: Sequence[int], loads: Loads, cap: int) -> list[int] | None:
    """Waves of units such that none has too many; None where none were found."""
    found, full = even(sizes, loads)
    if max(full) <= cap:
        return found
    order = sorted(range(len(sizes)), key=lambda each: -sizes[each])
    full, spare = list(loads), cap * len(loads) - sum(loads) - sum(sizes)
    if spare < 0:
        return None
    ways: list[Iterator[int]] = [_ways(sizes[order[0]], full, cap)]
    for _ in range(NODES):
        n = len(ways) - 1
        wave = next(ways[-1], None)
        if wave is None:
            ways.pop()
            if not ways:
                return None
            full[found[order[n - 1]]] -= sizes[order[n - 1]]
            continue
        found[order[n]] = wave
        full[wave] += sizes[order[n]]
        if n + 1 == len(order):
            return found
        ways.append(_ways(sizes[order[n + 1]], full, cap))
    return None


def _ways(size: int, loads: Loads, cap: int) -> Iterator[int]:
    """Waves with room, the fullest first; of those equally full, one."""
    alike = {load: n for n, load in enumerate(loads) if load + size <= cap}
    return iter([alike[load] for load in sorted(alike, reverse=True)])
