"""Alignments sought without a thought, by what a program answers: nothing of ``fsm.replay.align`` is used."""

from __future__ import annotations

import random
from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import count

from fsm import Party
from fsm.engine.program import Answers, Program
from fsm.spec.conversation import CONVERSATION
from fsm.spec.routing import View

Way = tuple[str, str]
Known = tuple[Program, View]
Word = Sequence[Way | tuple[Known, Known]]
PARTIES = [party.value for party in Party]
STEPS: dict[Answers, list[tuple[Way, Answers]]] = {}


def steps(place: Answers) -> list[tuple[Way, Answers]]:
    """All that is possible at a place, and where it leads."""
    found = STEPS.get(place)
    if found is None:
        found = STEPS[place] = []
        for way in place.available:
            outcome = place[way.event, way.by.value]
            assert outcome.to is not None
            found.append(((way.event, way.by.value), outcome.to))
    return found


def cost(start: Answers, word: Word, plain: bool = False) -> int:
    """The fewest edits: Dijkstra over how many events are done and every place."""
    number = count()
    heap = [(0, next(number), 0, start)]
    done = set()
    while True:
        paid, _, n, place = heappop(heap)
        if n == len(word):
            return paid
        if (n, place) in done:
            continue
        done.add((n, place))
        first, second = word[n]
        if isinstance(first, tuple):
            assert isinstance(second, tuple)
            change = second[0].change(place.config, *first, second[1])
            heappush(heap, (paid, next(number), n + 1, change.to))
        else:
            heappush(heap, (paid + 1, next(number), n + 1, place))
        for (event, by), to in steps(place):
            heappush(heap, (paid + 1, next(number), n, to))
            if event == first and by == second:
                heappush(heap, (paid, next(number), n + 1, to))
            elif event == first and not plain:
                heappush(heap, (paid + 1, next(number), n + 1, to))


def walk(start: Answers, length: int, chance: random.Random) -> list[Way]:
    """Events that follow each other from a place, chosen at random."""
    found, place = [], start
    for _ in range(length):
        ways = steps(place)
        if not ways:
            break
        way, place = chance.choice(ways)
        found.append(way)
    return found


def noisy(word: Sequence[Way], edits: int, chance: random.Random) -> list[Way]:
    """Events of which some are missing, too many, or by somebody else."""
    found = list(word)
    for _ in range(edits):
        n = chance.randrange(len(found) + 1)
        what = chance.randrange(3)
        if what == 0 or n == len(found):
            found.insert(n, (chance.choice(CONVERSATION.events), chance.choice(PARTIES)))
        elif what == 1:
            del found[n]
        else:
            found[n] = found[n][0], chance.choice(PARTIES)
    return found
