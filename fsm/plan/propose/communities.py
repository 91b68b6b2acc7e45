"""Communities of people who talk to each other, small enough to be put into waves."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from fsm.plan.kinds import Numbers
from fsm.plan.propose.units import Board

FINEST = 16.0
"""The resolution from which on people who are one community are cut into pieces."""


def communities(single: Board, limit: int, chance: random.Random) -> Numbers:
    """People who talk much to each other, no more together than ``limit``; who is pinned is alone.

    Raises:
        ImportError: igraph is missing.
    """
    try:
        import igraph  # type: ignore[import-untyped]
    except ModuleNotFoundError as error:
        raise ImportError(f"proposing waves needs {error.name}; pip install 'interop-fsm[plan]'") from None

    people = len(single.free)
    low, high, weight = single.edges
    some = (low < people) & (high < people) & (weight > 0)
    graph = igraph.Graph(n=people, edges=np.stack((low[some], high[some]), axis=1).astype(np.int64))
    graph.es["weight"] = weight[some]
    labels: Numbers = np.full(len(single.size), -1, dtype=np.int64)
    alone = np.array(graph.degree(), dtype=np.int64) == 0
    made = 0
    igraph.set_random_number_generator(random.Random(chance.random()))
    try:
        waiting = [(np.flatnonzero(~alone), 1.0)] if not alone.all() else []
        while waiting:
            members, resolution = waiting.pop()
            parts = _parts(graph, members, resolution, limit)
            for part in parts:
                if len(part) <= limit:
                    labels[part] = made
                    made += 1
                else:
                    waiting.append((part, resolution * 2 if len(parts) == 1 else 1.0))
    finally:
        igraph.set_random_number_generator(random)
    rest = np.flatnonzero(alone)
    rest = rest[np.argsort(single.slope[rest], kind="stable")]
    piece = max(1, limit // 8)
    labels[rest] = made + np.arange(len(rest)) // piece
    pinned = np.flatnonzero(labels < 0)
    labels[pinned] = int(labels.max(initial=-1)) + 1 + np.arange(len(pinned))
    return labels


def _parts(graph: Any, members: Numbers, resolution: float, limit: int) -> list[Numbers]:
    """Communities among some of a graph; pieces of them where they are one."""
    inner = graph if len(members) == graph.vcount() else graph.induced_subgraph(members.tolist())
    found = inner.community_leiden(objective_function="modularity", weights="weight", resolution=resolution)
    codes = np.array(found.membership, dtype=np.int64)
    parts = np.split(members[np.argsort(codes, kind="stable")], np.cumsum(np.bincount(codes))[:-1])
    if len(parts) > 1 or resolution < FINEST:
        return parts
    return [*np.array_split(members, -(-len(members) // limit))]
