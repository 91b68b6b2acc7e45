"""What tasks do, inside the engine's executors: from events to parcels, and from parcels to reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations

from fsm.readers.faults import LogError
from fsm.replay.bulk.grouped import Grouped
from fsm.replay.bulk.numbers import Numbers
from fsm.replay.bulk.pairings import Known
from fsm.replay.bulk.partitions import Partitions
from fsm.replay.bulk.report import Report
from fsm.replay.bulk.source import ROWS
from fsm.replay.bulk.totals import Totals
from fsm.replay.pairings import Pairings
from fsm.replay.spark.files import Part, source
from fsm.replay.spark.parcels import Packer, row, unpacked
from fsm.replay.spark.said import Codes, Said
from fsm.spec.parties import Pairing

Batches: TypeAlias = Iterable[Any]
"""Arrow record batches; pyarrow has no annotations."""
RESULT = "place long, error string, report string"
"""What a bucket comes to, as Spark calls it: a report; or what is wrong with the log, and where that comes in it."""
RESULTS = pa.schema([("place", pa.int64()), ("error", pa.string()), ("report", pa.string())])
LATER = 1 << 62
"""What is wrong with a conversation comes after what is wrong with a row, as in one process."""


class Under(NamedTuple):
    """What is known of pairings besides the log.

    Args:
        between: the two where the log names no mode.
        surroundings: what a Pairing takes besides its two, by name.
    """

    between: Pairing | None
    surroundings: tuple[tuple[str, Any], ...]


class Packing(NamedTuple):
    """Into how many buckets events go, and how many are kept before parcels are made."""

    buckets: int
    held: int


class Stepping(NamedTuple):
    """How conversations are stepped.

    Args:
        under: what is known of pairings besides.
        held: events that are kept in memory.
        passed_over: columns of the log that are not looked at.
    """

    under: Under
    held: int
    passed_over: tuple[str, ...]


class Numbered(NamedTuple):
    """Events as ``Numbers`` makes them, and what the numbers of facts mean."""

    numbers: Numbers
    batches: Iterator[Any]


@cache
def known(under: Under) -> tuple[Said, Known]:
    """The pairings that this process knows: their tables are made once, and grow by what further tasks meet."""
    said = Said()
    return said, Known(said, Pairings(under.between, {}, dict(under.surroundings)))


def pack_files(parts: Sequence[Part], packing: Packing, ids: Batches) -> Iterator[Any]:
    """The parcels of parts of files.

    Args:
        parts: all parts that there are.
        packing: how to.
        ids: batches of one column: which parts to read here.
    """
    for n in _numbers(ids):
        yield from _packed(n, packing, partial(_file, parts[n]))


def pack_frame(columns: Sequence[str], packing: Packing, rows: Batches) -> Iterator[Any]:
    """The parcels of a partition of a DataFrame with these columns."""
    n = partition()
    yield from _packed(n, packing, partial(_frame, columns, rows, n))


def replay_parcels(stepping: Stepping, parcels: Batches) -> Iterator[Any]:
    """What whole buckets come to, whose parcels these are, in order."""
    said, _ = known(stepping.under)
    wrong: list[Any] = []
    yield _result(LATER, stepping, lambda: _events(parcels, said, wrong))
    yield from wrong


def replay_files(parts: Sequence[Part], stepping: Stepping, ids: Batches) -> Iterator[Any]:
    """What parts of files come to, each of which holds whole conversations.

    Args:
        parts: all parts that there are.
        stepping: how to.
        ids: batches of one column: which parts to replay here.
    """
    for n in _numbers(ids):
        yield _result(n, stepping, lambda n=n: _here(_file(parts[n]), stepping))  # type: ignore[misc]  # n is a number


def replay_frame(columns: Sequence[str], stepping: Stepping, rows: Batches) -> Iterator[Any]:
    """What a partition of a DataFrame with these columns comes to, which holds whole conversations."""
    n = partition()
    yield _result(n, stepping, lambda: _here(_frame(columns, rows, n), stepping))


def _numbers(ids: Batches) -> Iterator[int]:
    for batch in ids:
        yield from batch.column(0).to_pylist()


def partition() -> int:
    """Which of the engine's partitions this task is for."""
    from pyspark import TaskContext

    task = TaskContext.get()
    return task.partitionId() if task else 0


def _file(part: Part) -> Numbered:
    read = source(part)
    numbers = Numbers(read.columns)
    return Numbered(numbers, _numbered(numbers, read.batches(numbers.read), part.first, part.path))


def _frame(columns: Sequence[str], rows: Batches, partition: int) -> Numbered:
    numbers = Numbers(columns)
    return Numbered(numbers, _numbered(numbers, gathered(rows, columns), 0, f"partition {partition}"))


def _numbered(numbers: Numbers, batches: Iterable[Any], first: int, name: str) -> Iterator[Any]:
    try:
        for batch in batches:
            yield numbers.of(batch, first + 1)
            first += batch.num_rows
    except LogError as error:
        where = "" if str(error)[:1].isdigit() else " "
        raise LogError(f"{name}:{where}{error}") from None


def gathered(batches: Batches, columns: Sequence[str]) -> Iterator[Any]:
    """Batches of about ROWS rows with these names of columns: the engine's are smaller, and the cost of each counts."""
    some: list[Any] = []
    for batch in batches:
        some.append(batch.rename_columns(list(columns)))
        if sum(each.num_rows for each in some) >= ROWS:
            yield from _together(some)
            some = []
    yield from _together(some)


def _together(batches: list[Any]) -> Iterator[Any]:
    if batches:
        yield from pa.Table.from_batches(batches).combine_chunks().to_batches()


def _packed(part: int, packing: Packing, opened: Callable[[], Numbered]) -> Iterator[Any]:
    try:
        numbers, batches = opened()
        packer = Packer(part, packing.buckets, packing.held, numbers)
        for batch in batches:
            yield from packer.add(batch)
        yield from packer.flush()
    except LogError as error:
        yield row(0, part, 0, error=str(error))


def _events(parcels: Batches, said: Said, wrong: list[Any]) -> Iterator[Any]:
    """The events of parcels; what is wrong with parts goes to ``wrong``."""
    for batch in parcels:
        for part, error, events in zip(*(batch.column(n) for n in (1, 3, 4)), strict=True):
            if error.is_valid:
                wrong.append(_row(part.as_py(), error.as_py(), None))
            else:
                yield unpacked(events.as_buffer(), said)


def _here(numbered: Numbered, stepping: Stepping) -> Iterator[Any]:
    """Events, with the numbers that facts have in this process."""
    said, _ = known(stepping.under)
    codes = Codes(numbered.numbers)
    for batch in numbered.batches:
        here = np.array([said.number(code) for code in codes.all()], np.int32)
        at = batch.schema.get_field_index("facts")
        yield batch.set_column(at, "facts", pa.array(here.take(batch.column(at).to_numpy())))


def _result(place: int, stepping: Stepping, events: Callable[[], Iterator[Any]]) -> Any:
    try:
        report = _stepped(stepping, events())
    except LogError as error:
        return _row(place, str(error), None)
    return _row(place, None, json.dumps(report.as_dict()))


def _row(place: int, error: str | None, report: str | None) -> Any:
    values: dict[str, Any] = {"place": place, "error": error, "report": report}
    return pa.RecordBatch.from_pydict({name: [value] for name, value in values.items()}, RESULTS)


def _stepped(stepping: Stepping, events: Iterator[Any]) -> Report:
    _, pairings = known(stepping.under)
    totals = Totals(pairings)
    with Partitions(None, stepping.held) as partitions:
        for batch in events:
            partitions.add(batch)
        pairings.expect()
        for table in partitions:
            totals.take(Grouped(table))
    return Report.of(totals, stepping.passed_over)
