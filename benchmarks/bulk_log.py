"""Event logs of any length: conversations between people of all kinds, one event in eleven of them refused.

Conversations come in waves of fifty thousand, their events mixed in order of time. Each wanders through the tables
themselves: nine events in ten are chosen from those that are possible, the tenth from all there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fsm import CONVERSATION, Conversation, Pairing, Party
from fsm.space.arrays import Tables
from fsm.space.minimal import NOTHING, WIDTH
from fsm.space.profiles import Profiles
from fsm.spec.facts import besides_addresses, facts

WAVE = 50_000
LENGTH = 20
HOUR = 3_600_000_000
BEGIN = (("open_chat", "originator"), ("call_audio", "originator"))
PARTIES = [party.value for party in Party]


def pairings(number: int | None = None, seed: int = 1) -> list[Pairing]:
    """A pairing of each profile whose conversations can begin at all; so many of them, chosen at random."""
    every = [each for each in Profiles(CONVERSATION).pairing if any(Conversation(each).may(*way) for way in BEGIN)]
    chosen = np.random.default_rng(seed).permutation(len(every))[:number]
    return [every[n] for n in sorted(chosen.tolist())]


class Wanderer:
    """Chooses events for arrays of conversations, by the tables."""

    def __init__(self, tables: Tables, seed: int = 1) -> None:
        self.tables = tables
        self.random = np.random.default_rng(seed)
        possible = ~tables.table.refused.reshape(-1, WIDTH)[:, :NOTHING]
        self._first = np.argsort(~possible, axis=1, kind="stable").astype(np.uint8)
        self._count = possible.sum(axis=1)

    def step(self, rows: Any, odd: float = 0.1) -> Any:
        """The next event of each conversation, whose rows go on in place."""
        at, count = rows // WIDTH, len(rows)
        symbols = self._first[at, (self.random.random(count) * self._count[at]).astype(np.int64)]
        chance = (self.random.random(count) < odd) | (self._count[at] == 0)
        symbols[chance] = self.random.integers(0, NOTHING, chance.sum())
        self.tables.step(rows, symbols, out=rows)
        return symbols


def waves(tables: Tables, events: int, seed: int = 1) -> Iterator[tuple[Any, Any, Any, Any]]:
    """Conversation, time, symbol and pairing of events, wave by wave, in order of time."""
    wanderer, random = Wanderer(tables, seed), np.random.default_rng(seed)
    done = begun = 0
    while done < events:
        size = max(1, min(WAVE, (events - done) // LENGTH))
        lengths = -np.sort(-random.geometric(1 / LENGTH, size))
        pairing = random.integers(0, len(tables), size)
        rows, clock = tables.start(pairing), random.integers(0, HOUR, size) + begun // WAVE * HOUR
        found = []
        for n in (size - np.searchsorted(lengths[::-1], np.arange(lengths[0]), side="right")).tolist():
            clock[:n] += random.integers(1, 60_000_000, n)
            found.append((np.arange(n), clock[:n].copy(), wanderer.step(rows[:n])))
        who, time, symbol = (np.concatenate(each) for each in zip(*found, strict=True))
        order = np.argsort(time, kind="stable")[: events - done]
        who, time, symbol = who[order], time[order], symbol[order]
        yield who + begun, time, symbol, pairing[who]
        done, begun = done + len(who), begun + size


def columns(people: Sequence[Pairing]) -> dict[str, list[Any]]:
    """Every column that says who the two of a conversation are, and its value for each pairing."""
    told = [besides_addresses(facts(pairing)) for pairing in people]
    return {name: [each[name] for each in told] for name in told[0]}


def write(path: Path, events: int, people: Sequence[Pairing], names: str = "integers", mixed: bool = False) -> None:
    """A log as a Parquet file.

    Args:
        path: the file.
        events: how many events.
        people: whom conversations are between.
        names: ``integers`` or ``strings``: what conversations are called.
        mixed: whether the events of a wave are in no order at all.
    """
    told, writer, random = columns(people), None, np.random.default_rng(1)
    for who, time, symbol, pairing in waves(Tables.between(people), events):
        order = random.permutation(len(who)) if mixed else np.arange(len(who))
        who, time, symbol, pairing = who[order], time[order], symbol[order], pairing[order]
        # spread over all integers, as identifiers are
        number = who.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(1)
        call = pa.array(number.view(np.int64) if names == "integers" else [f"{each:032x}" for each in number.tolist()])
        made = {"conversation": call, "time": pa.array(time, pa.timestamp("us", "UTC"))}
        made["event"] = _named(CONVERSATION.events, symbol // len(PARTIES))
        made["by"] = _named(PARTIES, symbol % len(PARTIES))
        for name, values in told.items():
            kinds = list(dict.fromkeys(values))
            code = np.array([kinds.index(value) for value in values])[pairing]
            made[name] = pa.array(np.array(kinds)[code]) if isinstance(kinds[0], bool) else _named(kinds, code)
        table = pa.table(made)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer:
        writer.close()


def _named(names: Sequence[str], numbers: Any) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(numbers.astype(np.int32)), pa.array([str(name) for name in names]))
