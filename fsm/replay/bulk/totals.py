"""Stepping the conversations of a log through the tables, and counting what they come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
from numpy.typing import NDArray

from fsm.engine.outcome import RefusalKind
from fsm.readers.columns import CHANGE
from fsm.replay.bulk.grouped import Grouped, Integers
from fsm.replay.bulk.pairings import Known
from fsm.space.kept import Answer
from fsm.space.minimal import NOTHING, SYMBOLS, WIDTH
from fsm.spec.conversation import LIFECYCLES

EVENTS, ACTORS = [*(event for event, _ in SYMBOLS), CHANGE], [*(by for _, by in SYMBOLS), ""]
"""Event and actor of each symbol."""


class Parting(NamedTuple):
    """How conversations first depart from the specification.

    Args:
        event: the event.
        by: who fired it.
        kind: how the specification refuses what the log has accepted; None where it is the other way round.
        rule: of a refusal, its rule; empty where no rule decides.
    """

    event: str
    by: str
    kind: RefusalKind | None
    rule: str


class Ends(NamedTuple):
    """What the conversations of a partition come to.

    Args:
        events: the partition.
        places: for each conversation, the place where it ends, by number.
        refused: for each event, whether it is refused.
        departs: where in ``events`` conversations first depart, for those that do.
        partings: the ways in which these depart.
        way: for each of these, which of ``partings``.
    """

    events: Grouped
    places: NDArray[np.int32]
    refused: NDArray[np.bool_]
    departs: Integers
    partings: list[Parting]
    way: Integers


class Totals:
    """What the conversations of a log come to, partition by partition.

    Args:
        known: the pairings of the log.
    """

    def __init__(self, known: Known) -> None:
        self.conversations = 0
        self.changes = 0
        """How often a pairing changed in mid-conversation."""
        self.partings: Counter[Parting] = Counter()
        """How conversations first depart, for those that do."""
        self._known, self._table = known, known.tables.table
        self._uses: Integers = np.zeros(0, np.int64)
        """For each answer, how often an event came to it."""
        self._nothing = 0
        """How often there was none, which comes to the first."""
        self._ended: Integers = np.zeros(0, np.int64)
        self._fired: Counter[str] = Counter()

    def take(self, events: Grouped) -> Ends:
        """Step a partition through the tables, and count it in.

        Raises:
            LogError: a pairing cannot be made out, or contradicts itself.
        """
        rows, cells = self._step(events)
        self.conversations += len(rows)
        answer = self._table.answer.take(cells)
        self._uses = _plus(self._uses, np.bincount(answer))
        self._nothing += int(np.count_nonzero(events.symbols == NOTHING))
        places = self._known.tables.place(rows)
        self._ended = _plus(self._ended, np.bincount(places))
        refused = np.array([each.refused for each in self._table.answers]).take(answer)
        departs = np.flatnonzero(refused if events.accepted is None else refused == events.accepted)
        departs = departs[np.diff(events.who[departs], prepend=-1) != 0]
        partings, way = self._part(cells[departs])
        return Ends(events, places, refused, departs, partings, way)

    def _part(self, cells: Integers) -> tuple[list[Parting], Integers]:
        answers = self._table.answers
        both = cells % WIDTH * len(answers) + self._table.answer[cells]
        kinds, way, times = np.unique(both, return_inverse=True, return_counts=True)
        found = []
        for symbol, answer in zip(*(each.tolist() for each in np.divmod(kinds, len(answers))), strict=True):
            found.append(Parting(EVENTS[symbol], ACTORS[symbol], answers[answer].kind, answers[answer].rule))
        for parting, often in zip(found, times.tolist(), strict=True):
            self.partings[parting] += often
        return found, way

    @property
    def answers(self) -> Iterator[tuple[Answer, int]]:
        """What events came to, and how often."""
        times = self._uses.copy()
        times[:1] -= self._nothing
        yield from zip(self._table.answers, times.tolist(), strict=False)

    @property
    def rows(self) -> Counter[str]:
        """How often each row of the tables was used."""
        found = self._fired.copy()
        for answer, times in self.answers:
            for row in answer.rows if times else ():
                found[row] += times
        return found

    @property
    def final(self) -> dict[str, Counter[str]]:
        """How many conversations ended in each state, by lifecycle."""
        found: dict[str, Counter[str]] = {name: Counter() for name in LIFECYCLES}
        for config, times in zip(self._table.places, self._ended.tolist(), strict=False):
            for name, at in zip(LIFECYCLES, config, strict=True):
                found[name][at.state] += times
        return {name: +counts for name, counts in found.items()}

    def _step(self, events: Grouped) -> tuple[NDArray[np.int32], Integers]:
        """Where each conversation ends, and where in the table each event was looked up."""
        tables, cells = self._known.tables, np.empty(len(events.symbols), np.int64)
        (_, first, count), *later = events.stretches()
        under = self._known.begin(events.facts[first], events.ids)
        rows = tables.start(under)
        tables.run(rows, events.symbols, first, count, cells)
        for who, first, count in later:
            after = self._known.go_on(under[who], events.facts[first], events.ids.take(pa.array(who)))
            now, moved = rows[who], np.flatnonzero(under[who] != after)
            now[moved], fired = tables.change(now[moved], under[who][moved], after[moved])
            self._fired += fired
            self.changes += len(moved)
            tables.run(now, events.symbols, first, count, cells)
            rows[who], under[who] = now, after
        return rows, cells


def _plus(some: Integers, more: Integers) -> Integers:
    """The sum of two arrays, the shorter of which goes on with zeros."""
    if len(some) < len(more):
        some, more = more.copy(), some
    some[: len(more)] += more
    return some
