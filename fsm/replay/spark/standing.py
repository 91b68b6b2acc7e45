"""Where the conversations of a bucket stand between two batches of a stream: by name, so that it outlives the process,
and the release that kept it.

A conversation is kept as the snapshot of one that stands there; those that stand alike share it. The row of the tables
that it stands for is worked out by the process that steps it on. Of one that was told, because it departed or cannot be
followed, it is kept that it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.compute as pc  # type: ignore[import-untyped]
from numpy.typing import NDArray

from fsm.engine.conversation import Conversation
from fsm.engine.outcome import SnapshotError
from fsm.engine.snapshot import take
from fsm.notation.echo import echo
from fsm.readers.faults import LogError
from fsm.replay.bulk.grouped import Grouped
from fsm.replay.bulk.pairings import Known
from fsm.replay.bulk.totals import ACTORS, EVENTS
from fsm.space.arrays import Rows
from fsm.space.minimal import WIDTH
from fsm.spec.conversation import CONVERSATION
from fsm.spec.facts import besides_addresses, facts, from_facts

Integers = NDArray[np.int64]
TOLD, NEW = -1, -2
"""Instead of the number of a pairing: the conversation was told, or has not begun."""
LATE = (
    "time: this event comes after later ones of its conversation; "
    "number the events of each, and name that column as sequence"
)


class Telling(NamedTuple):
    """How a conversation first departs, or why it cannot be followed.

    Args:
        conversation: which.
        departs_at: which of its events, from 1; None where that is not known.
        event: the event.
        by: who fired it.
        kind: how the specification refuses what the log has accepted; None where it is the other way round.
        rule: of a refusal, its rule.
        error: why it cannot be followed from here on; None where it departs.
    """

    conversation: int | str | None
    departs_at: int | None = None
    event: str | None = None
    by: str | None = None
    kind: str | None = None
    rule: str | None = None
    error: str | None = None


class Spelling:
    """Where conversations stand, in numbers of this process and as text; each is worked out once.

    Args:
        known: the pairings that this process knows.
    """

    def __init__(self, known: Known) -> None:
        self.known = known
        self._texts: dict[tuple[int, int], str] = {}
        self._stands: dict[str, tuple[int, int] | str] = {}

    def text(self, pairing: int, place: int) -> str | None:
        """The snapshot of a conversation under a pairing, at one of the places of the tables; None if it was told."""
        if pairing == TOLD:
            return None
        if (pairing, place) not in self._texts:
            people, places = from_facts(self.known.facts(pairing)), self.known.tables.places[place]
            self._texts[pairing, place] = json.dumps(take(CONVERSATION, people, places))
        return self._texts[pairing, place]

    def read(self, texts: Iterable[str | None]) -> tuple[Integers, Rows, dict[int, str]]:
        """Pairing and row of each snapshot, and what is wrong with those that cannot be restored.

        One that an earlier release took goes on where ``Conversation.restore`` has it go on.
        """
        texts = list(texts)
        found: dict[str, Conversation] = {}
        for text in texts:
            if text is not None and text not in self._stands:
                try:
                    found[text], _ = Conversation.carry_over(json.loads(text))
                except SnapshotError as error:
                    self._stands[text] = f"state: {error}"
        pairings = self.known.having(besides_addresses(facts(each.pairing)) for each in found.values())
        rows = self.known.tables.rows(pairings, [tuple(each.places.values()) for each in found.values()])
        self._stands |= zip(found, zip(pairings.tolist(), rows.tolist(), strict=True), strict=True)
        told = (TOLD, 0)
        stands = [told if text is None else self._stands[text] for text in texts]
        wrong = {n: each for n, each in enumerate(stands) if isinstance(each, str)}
        numbers = [(NEW, 0) if isinstance(each, str) else each for each in stands]
        both = np.array(numbers, np.int64).reshape(-1, 2)
        return both[:, 0].copy(), both[:, 1].astype(np.int32), wrong


class Standing:
    """The conversations of a bucket, and where they stand.

    Args:
        spelling: the pairings that this process knows, and how they are kept.
        kept: what ``dump`` returned; None where nothing is kept yet.
    """

    def __init__(self, spelling: Spelling, kept: bytes | None = None) -> None:
        self._spelling, self._known = spelling, spelling.known
        self.told: list[Telling] = []
        """What there is to tell."""
        self.names: pa.Array | None = None
        self._pairings: Integers = np.zeros(0, np.int64)
        self._rows: Rows = np.zeros(0, np.int32)
        self._seen: Integers = np.zeros(0, np.int64)
        self._last: Any = np.zeros(0, np.int64)
        self._touched: Integers = np.zeros(0, np.int64)
        if kept is not None:
            self._restore(kept)

    def unread(self, wrong: Mapping[Any, str], now: int) -> None:
        """Tell of conversations that they have a row that cannot be read, each once, and why."""
        if None in wrong:  # nobody knows which
            self.told.append(Telling(None, error=wrong[None]))
        some = {name: error for name, error in wrong.items() if name is not None}
        if some:
            at = self._at(pa.array(list(some), self.names.type if self.names is not None else None), now)
            self._tell(at, [Telling(name, error=error) for name, error in some.items()])

    def last(self, names: pa.Array) -> Integers:
        """The number of the last event of each conversation that was stepped; 0 where there is none."""
        if self.names is None:
            return np.zeros(len(names), np.int64)
        at = pc.index_in(names, self.names).fill_null(len(self.names)).to_numpy()
        found: Integers = np.append(self._last, 0).astype(np.int64)[at]
        return found

    def step(self, events: pa.Table, now: int, late: bool = True) -> None:
        """Step conversations on, and tell of those that depart.

        Args:
            events: events as ``Numbers`` makes them.
            now: what time it is, in seconds.
            late: whether an event is too late whose time is before that of one that was stepped.
        """
        grouped = Grouped(events)
        at = self._at(grouped.ids, now)
        self._known.expect()
        if "time" in events.column_names:
            first, last = _span(events, grouped.ids)
            if late:
                behind = (self._pairings[at] >= 0) & (first < self._last[at])
                self._tell(at[behind], [Telling(grouped.ids[n].as_py(), error=LATE) for n in np.flatnonzero(behind)])
            self._last = self._last.astype(last.dtype, copy=False)
            self._last[at] = np.where(self._pairings[at] == NEW, last, np.maximum(last, self._last[at]))
        stepping = Stepping(self._known, grouped, self._pairings[at], self._rows[at])
        stepping.run()
        for n, telling in stepping.tellings(self._seen[at], grouped.ids):
            self._tell(at[[n]], [telling])
        going = self._pairings[at] != TOLD
        self._pairings[at[going]], self._rows[at[going]] = stepping.pairings[going], stepping.rows[going]
        self._seen[at] += grouped.count

    def forget(self, before: int) -> None:
        """Forget conversations to which nothing happened since ``before``, in seconds."""
        if self.names is not None:
            keep = self._touched >= before
            self.names = self.names.filter(pa.array(keep))
            for each in ("_pairings", "_rows", "_seen", "_last", "_touched"):
                setattr(self, each, getattr(self, each)[keep])

    def dump(self) -> bytes | None:
        """All of it, to be kept; None where there is nothing."""
        if self.names is None or not len(self.names):
            return None
        going, places = self._pairings != TOLD, np.zeros(len(self._rows), np.int32)
        places[going] = self._known.tables.place(self._rows[going])
        both, which = np.unique(np.stack([self._pairings, places], axis=1), axis=0, return_inverse=True)
        texts = pa.array([self._spelling.text(pairing, place) for pairing, place in both.tolist()], pa.string())
        columns = {
            "conversation": self.names,
            "stands": pa.DictionaryArray.from_arrays(pa.array(which.reshape(-1), pa.int32()), texts),
            "seen": self._seen,
            "last": self._last,
            "touched": self._touched,
        }
        batch = pa.RecordBatch.from_arrays([pa.array(each) for each in columns.values()], list(columns))
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_batch(batch)
        return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]  # bytes

    def _restore(self, kept: bytes) -> None:
        with pa.ipc.open_stream(kept) as reader:
            batch = reader.read_next_batch()
        self.names = batch.column("conversation")
        stands = batch.column("stands")
        self._seen, self._last, self._touched = (
            batch.column(name).to_numpy().copy() for name in ("seen", "last", "touched")
        )
        pairings, rows, wrong = self._spelling.read(stands.dictionary.to_pylist())
        which = stands.indices.to_numpy()
        self._pairings, self._rows = pairings[which], rows[which]
        for n, error in wrong.items():
            at = np.flatnonzero(which == n)
            self._tell(at, [Telling(name, error=error) for name in self.names.take(pa.array(at)).to_pylist()])

    def _at(self, names: pa.Array, now: int) -> Integers:
        """Where conversations are in these arrays; new ones are added."""
        if self.names is None:
            self.names = names.slice(0, 0)
        at = pc.index_in(names, self.names)
        new = names.filter(at.is_null())
        found: Integers = at.fill_null(-1).to_numpy().astype(np.int64)
        found[found < 0] = len(self.names) + np.arange(len(new))
        self.names = pa.concat_arrays([self.names, new])
        self._pairings = np.append(self._pairings, np.full(len(new), NEW))
        for each in ("_rows", "_seen", "_last", "_touched"):
            here = getattr(self, each)
            setattr(self, each, np.append(here, np.zeros(len(new), here.dtype)))
        self._touched[found] = now
        return found

    def _tell(self, at: Integers, tellings: Iterable[Telling]) -> None:
        for n, telling in zip(at.tolist(), tellings, strict=True):
            if self._pairings[n] != TOLD:
                self.told.append(telling)
                self._pairings[n], self._rows[n] = TOLD, 0


class Stepping:
    """Conversations stepped on through the tables, from where they stand.

    Args:
        known: the pairings that this process knows.
        events: the events, by conversation.
        pairings: for each conversation the number of its pairing, NEW or TOLD; the last are not stepped.
        rows: where each stands.
    """

    def __init__(self, known: Known, events: Grouped, pairings: Integers, rows: Rows) -> None:
        self.pairings, self.rows = pairings, rows
        self._known, self._events = known, events
        self._cells: Integers = np.full(len(events.symbols), -1, np.int64)
        self._wrong: dict[int, tuple[int, str]] = {}
        """Conversations that cannot be followed: from which event on, and why."""

    def run(self) -> None:
        """Step all of them."""
        events, new = self._events, self.pairings == NEW
        (_, first, count), *later = events.stretches()
        who = np.flatnonzero(new)
        self.pairings[who] = self._paired(self._known.begin, who, first[who], events.facts[first[who]])
        begun = who[self.pairings[who] >= 0]
        self.rows[begun] = self._known.tables.start(self.pairings[begun])
        self._go_on(np.flatnonzero(~new), first[~new], count[~new])
        self._run(begun, first[begun], count[begun])
        for who, first, count in later:
            self._go_on(who, first, count)

    def tellings(self, seen: Integers, names: pa.Array) -> Iterable[tuple[int, Telling]]:
        """What there is to tell of conversations, each once: how it departs, or why it cannot be followed."""
        events, table = self._events, self._known.tables.table
        stepped = np.flatnonzero(self._cells >= 0)
        refused = table.refused[self._cells[stepped]]
        departs = stepped[refused if events.accepted is None else refused == events.accepted[stepped]]
        departs = departs[np.diff(events.who[departs], prepend=-1) != 0]
        told = set()
        for at in departs.tolist():
            n = int(events.who[at])
            told.add(n)
            symbol, answer = self._cells[at] % WIDTH, table.answers[table.answer[self._cells[at]]]
            position = int(seen[n] + at - events.first[n] + 1)
            yield (
                n,
                Telling(
                    names[n].as_py(),
                    position,
                    EVENTS[symbol],
                    ACTORS[symbol],
                    str(answer.kind) if answer.kind else None,
                    answer.rule or None,
                ),
            )
        for n, (at, error) in self._wrong.items():
            if n not in told:
                yield n, Telling(names[n].as_py(), int(seen[n] + at - events.first[n] + 1), error=error)

    def _go_on(self, who: Integers, first: Integers, count: Integers) -> None:
        """A stretch of conversations, under the pairing that is said at its beginning."""
        going = self.pairings[who] >= 0
        who, first, count = who[going], first[going], count[going]
        before = self.pairings[who]
        after = self._paired(self._known.go_on, who, first, before, self._events.facts[first])
        fine = after >= 0
        who, first, count, before, after = who[fine], first[fine], count[fine], before[fine], after[fine]
        moved = np.flatnonzero(before != after)
        rows = self.rows[who]
        rows[moved], _ = self._known.tables.change(rows[moved], before[moved], after[moved])
        self.rows[who], self.pairings[who] = rows, after
        self._run(who, first, count)

    def _run(self, who: Integers, first: Integers, count: Integers) -> None:
        rows = self.rows[who]
        self._known.tables.run(rows, self._events.symbols, first, count, self._cells)
        self.rows[who] = rows

    def _paired(self, call: Callable[..., Integers], who: Integers, first: Integers, *given: NDArray[Any]) -> Integers:
        """The pairings of conversations; TOLD for those that have none, of which it is kept why."""
        names = self._events.ids.take(pa.array(who))
        try:
            return call(*given, names)
        except LogError:
            found = np.full(len(who), TOLD, np.int64)
        kinds, which = np.unique(np.stack(given, axis=1), axis=0, return_inverse=True)
        for n, kind in enumerate(kinds):
            alike = np.flatnonzero(which.reshape(-1) == n)
            try:
                found[alike] = call(*kind[:, None], names.take(pa.array(alike[:1])))
            except LogError as error:
                said = str(error).removeprefix(f"conversation {echo(names[int(alike[0])].as_py())}: ")
                self._wrong |= {int(who[m]): (int(first[m]), said) for m in alike}
                self.pairings[who[alike]] = TOLD
        return found


def _span(events: pa.Table, names: pa.Array) -> tuple[Any, Any]:
    """The times of the first and the last event of each conversation."""
    found = events.group_by("conversation").aggregate([("time", "min"), ("time", "max")])
    at = pc.index_in(names, found["conversation"].combine_chunks())
    return tuple(found[name].combine_chunks().take(at).to_numpy() for name in ("time_min", "time_max"))
