"""The events of a partition by conversation and in order of time, and their pairings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
from numpy.typing import NDArray

from fsm.replay.bulk.partitions import MOST, spread

Integers = NDArray[np.int64]


class Grouped:
    """Events by conversation, within one by time, and else as they came.

    Args:
        table: events of whole conversations, as ``Numbers`` makes them and in the order they came.
    """

    def __init__(self, table: pa.Table) -> None:
        order, begins = _order(table)
        self.first: Integers = np.flatnonzero(begins)
        """For each conversation, where its events begin."""
        self.count: Integers = np.diff(self.first, append=len(order))
        """For each conversation, how many events it has."""
        self.who: Integers = np.repeat(np.arange(len(self.first)), self.count)
        """For each event, which conversation."""
        self.came: Integers = order[self.first]
        """For each conversation, where its first event came."""
        self.ids: pa.Array = _column(table, "conversation").take(pa.array(self.came))
        """The conversations."""
        self.symbols: NDArray[np.uint8] = _ordered(table, "symbol", order)
        self.accepted: NDArray[np.bool_] | None = None
        """For each event, whether the log has it accepted; None where it always is."""
        if "accepted" in table.column_names:
            self.accepted = _ordered(table, "accepted", order)
        facts = _ordered(table, "facts", order)
        if not facts.all():
            said = facts != 0
            said[self.first] = True
            facts = facts.take(np.maximum.accumulate(np.where(said, np.arange(len(facts)), 0)))
        self.facts: NDArray[np.int32] = facts
        """For each event, what was last said of the pairing."""
        self._begins: Integers = np.flatnonzero(begins | _differ(facts))

    def stretches(self) -> list[tuple[Integers, Integers, Integers]]:
        """Conversations in stretches of which the same is said: the first of each, then the second of those that
        have one, and so on. Each is the conversations, where they begin and how many events they have.
        """
        first = self._begins
        if len(first) == len(self.first):
            return [(np.arange(len(first)), first, self.count)]
        count = np.diff(first, append=len(self.facts))
        who = self.who[first]
        nth = np.arange(len(first)) - np.searchsorted(who, who)
        ends = np.cumsum(np.bincount(nth))[:-1]
        found = np.split(np.argsort(nth, kind="stable"), ends)
        return [(who[these], first[these], count[these]) for these in found]


def _order(table: pa.Table) -> tuple[Integers, NDArray[np.bool_]]:
    """The rows by conversation and time, and, in this order, which of them is a conversation's first."""
    column, came = _column(table, "conversation"), None
    if "time" in table.column_names:
        time = _column(table, "time").to_numpy()
        if np.any(time[1:] < time[:-1]):
            came = np.argsort(time, kind="stable")
    if pa.types.is_integer(column.type):
        # the high bits that all of a partition share are left out
        order, begins, exact = _sorted(column.to_numpy(), spread(column) << np.uint64(MOST.bit_length() - 1), came)
        if exact:
            return order, begins
    who = column.dictionary_encode().indices.to_numpy().astype(np.int64)
    order, begins, _ = _sorted(who, who.astype(np.uint64) << np.uint64(64 - len(who).bit_length()), came)
    return order, begins


def _sorted(who: Integers, key: NDArray[np.uint64], came: Integers | None) -> tuple[Integers, NDArray[np.bool_], bool]:
    """The rows by the high bits of a key, which of them is the first of a conversation in this order, and whether no
    two conversations share those bits.
    """
    # a conversation and a position in one number: sorting these takes a tenth of the time of a stable argsort
    position = np.uint64((1 << len(who).bit_length()) - 1)
    both = (key if came is None else key.take(came)) & ~position
    both |= np.arange(len(who), dtype=np.uint64)
    both.sort()
    order = (both & position).view(np.int64)
    order = order if came is None else came.take(order)
    begins, apart = _differ(who.take(order)), _differ(both & ~position)
    return order, begins, bool(np.count_nonzero(begins) == np.count_nonzero(apart))


def _differ(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each value is another than the one before it; the first is."""
    found = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=found[1:])
    return found


def _column(table: pa.Table, name: str) -> pa.Array:
    return table.column(name).combine_chunks()


def _ordered(table: pa.Table, name: str, order: Integers) -> Any:
    return table.column(name).to_numpy().take(order)
