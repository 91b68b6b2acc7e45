"""From the columns of an Arrow log to numbers: what an event is, and what is said of its pairing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from math import prod
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.compute as pc  # type: ignore[import-untyped]
from numpy.typing import NDArray

from fsm.notation import Party
from fsm.notation.echo import echo
from fsm.readers.columns import CHANGE, COLUMNS, EVENTS, among, unknown
from fsm.readers.faults import LogError
from fsm.replay.bulk.packed import VALUE
from fsm.replay.bulk.source import said
from fsm.space.minimal import NOTHING, SYMBOLS
from fsm.spec import facts
from fsm.spec.conversation import CONVERSATION
from fsm.spec.facts import Facts, truth
from fsm.spec.parties import every

Bytes: TypeAlias = NDArray[np.uint8]
KINDS = {name: kind for name, kind in facts.KINDS.items() if kind is not str}
"""What the facts of a pairing are, by column; addresses decide nothing."""
PARTY_NUMBERS = {party.value: n for n, party in enumerate(Party)}
NO_ONE = len(PARTY_NUMBERS)
EVENT_NUMBERS = {event: SYMBOLS[event, Party.ORIGINATOR.value] for event in CONVERSATION.events} | {CHANGE: NOTHING}
FEW = 64
"""Different values of a column that are told apart, whether or not a row has them."""
ROOM = 1 << 16
"""Combinations of facts that are told apart before those that do not occur are left out."""


class Numbers:
    """What the columns of a log mean, for logs that have these.

    Args:
        columns: the names of the log's columns.

    Raises:
        LogError: one is not known or there twice, or one for the event or its actor is missing.
    """

    def __init__(self, columns: Iterable[str]) -> None:
        columns = tuple(columns)
        for column in columns:
            if column not in COLUMNS:
                raise LogError(unknown(column))
            if columns.count(column) > 1:
                raise LogError(f"column {echo(column)} is there twice; give it once")
        for column in ("event", "by"):
            if column not in columns:
                raise LogError(f"column {column!r} is missing; give every event one")
        self.facts = tuple(name for name in KINDS if name in columns)
        self.read = tuple(
            name for name in columns if name in ("conversation", "time", "event", "by", "accepted", *self.facts)
        )
        """The columns that mean something to a bulk replay."""
        self.passed_over = tuple(name for name in columns if name not in self.read)
        """The columns that do not."""
        nothing = (0,) * len(self.facts)
        self._said = [nothing]
        self._number = {nothing: 0}

    @property
    def kinds(self) -> int:
        """How many different things were said of pairings so far."""
        return len(self._said)

    def said(self, number: int) -> Facts:
        """What is said of the pairing where ``facts`` has this number; nothing is said where it is 0."""
        codes = zip(self.facts, self._said[number], strict=True)
        return {name: every(KINDS[name])[code - 1] for name, code in codes if code}

    def of(self, batch: pa.RecordBatch, row: int) -> pa.RecordBatch:
        """A batch as numbers: ``conversation``, ``time`` and ``accepted`` if it has them, ``symbol`` and ``facts``.

        Args:
            batch: the batch, with the columns of ``read``.
            row: the number of its first row in the log.

        Raises:
            LogError: a value is not accepted; the message begins with the row.
        """
        made: dict[str, Any] = {"conversation": _conversations(batch, row)}
        if "time" in batch.schema.names:
            made["time"] = _times(batch.column("time"), row)
        made["symbol"] = _symbols(batch, row)
        made["facts"] = self._facts(batch, row)
        if "accepted" in batch.schema.names:
            made["accepted"] = _coded(batch, "accepted", _accepted, row).rows.astype(bool)
        return pa.RecordBatch.from_arrays([pa.array(each) for each in made.values()], names=list(made))

    def _facts(self, batch: pa.RecordBatch, row: int) -> NDArray[np.int32]:
        """The number of what each row says of its pairing."""
        key, codes = np.zeros(batch.num_rows, np.int32), np.zeros((1, 0), np.uint8)
        sizes, meanings = [1], list[Bytes]()
        for name in self.facts:
            column = _coded(batch, name, partial(_fact, name), row)
            size = len(column.numbers)
            if prod(sizes) * size > ROOM:
                key, codes = _occurring(key, codes, sizes, meanings)
                sizes, meanings = [len(codes)], []
            if size > 1:
                key *= np.int32(size)
                key += column.which.astype(np.int32, copy=False)
            sizes.append(size)
            meanings.append(column.numbers)
        key, codes = _occurring(key, codes, sizes, meanings)
        return np.array([self._numbered(tuple(each)) for each in codes.tolist()], np.int32)[key]

    def _numbered(self, codes: tuple[int, ...]) -> int:
        found = self._number.setdefault(codes, len(self._said))
        if found == len(self._said):
            self._said.append(codes)
        return found


def _occurring(
    key: NDArray[np.int32], codes: Bytes, sizes: list[int], meanings: list[Bytes]
) -> tuple[NDArray[np.int32], Bytes]:
    """Combinations numbered anew, without those that do not occur, and their codes: those of ``codes``, which the first
    of ``sizes`` counts, and then one by each of ``meanings``.
    """
    occurs = np.zeros(prod(sizes), bool)
    occurs[key] = True
    there = np.flatnonzero(occurs)
    number = np.zeros(len(occurs), np.int32)
    number[there] = np.arange(len(there))
    before, *which = np.unravel_index(there, sizes)
    columns = [numbers[each] for numbers, each in zip(meanings, which, strict=True)]
    return number.take(key), np.column_stack([codes[before], *columns])


def _fact(name: str, value: Any) -> int:
    if value is None or value == "":
        return 0
    return 1 + every(KINDS[name]).index(facts.read(name, value))


def _accepted(value: Any) -> int:
    return value is None or value == "" or truth("accepted", value)


def _event(value: Any) -> int:
    if value is None or value == "":
        raise ValueError("event: missing; give every event one")
    if value not in EVENT_NUMBERS:
        among("event", value, EVENTS)
    return EVENT_NUMBERS[value]


def _by(value: Any) -> int:
    if value is None or value == "":
        return NO_ONE
    if value not in PARTY_NUMBERS:
        among("by", value, list(PARTY_NUMBERS))
    return PARTY_NUMBERS[value]


def _symbols(batch: pa.RecordBatch, row: int) -> Bytes:
    event, by = _coded(batch, "event", _event, row), _coded(batch, "by", _by, row)
    symbols = np.minimum(event.numbers[:, None] + by.numbers, NOTHING)
    nobody = (by.numbers == NO_ONE) & (event.numbers[:, None] != NOTHING)
    both = event.which * np.int32(len(by.numbers)) + by.which
    if nobody.any() and (rows := nobody.ravel()[both]).any():
        raise LogError(f"{row + int(rows.argmax())}: by: missing; use one of {', '.join(Party)}")
    found: Bytes = symbols.ravel().take(both)
    return found


class Coded(NamedTuple):
    """A column as numbers: that of a row is ``numbers[which]``."""

    which: NDArray[Any]
    numbers: Bytes

    @property
    def rows(self) -> Bytes:
        """The number of each row."""
        found: Bytes = self.numbers.take(self.which)
        return found


def _coded(batch: pa.RecordBatch, name: str, number: Callable[[Any], int], row: int) -> Coded:
    """The values of a column as numbers, each value looked at once."""
    column = _plain(batch.column(name))
    if not _has_values(column.type):
        raise LogError(f"{name}: {said(column.type)} is not accepted; give a column of plain values")
    which, values = _valued(column)
    many = len(values) > FEW
    if many:
        used, which = np.unique(which, return_inverse=True)
        values = [values[n] for n in used.tolist()]
    numbers = np.zeros(len(values), np.uint8)
    for n, value in enumerate(values):
        try:
            numbers[n] = number(value)
        except ValueError as error:
            used = np.flatnonzero(which == n)
            if used.size:
                raise LogError(f"{row + used[0]}: {error}") from None
    return Coded(numbers.take(which), np.arange(256, dtype=np.uint8)) if many else Coded(which, numbers)


def _valued(column: pa.Array) -> tuple[NDArray[Any], list[Any]]:
    """Which value each row has, and the values; where there is but one, all rows have it."""
    missing = column.null_count
    if pa.types.is_boolean(column.type) and not missing:
        true = column.true_count
        if true in (0, len(column)):
            return np.zeros(len(column), np.uint8), [bool(true)]
        bits = np.frombuffer(column.buffers()[1], np.uint8)
        return np.unpackbits(bits, count=column.offset + len(column), bitorder="little")[column.offset :], [False, True]
    if not isinstance(column, pa.DictionaryArray):
        column = column.dictionary_encode()
    elif len(column.dictionary) > max(FEW, len(column)):
        used = pc.unique(column.indices).drop_null()
        column = pa.DictionaryArray.from_arrays(pc.index_in(column.indices, used), column.dictionary.take(used))
    values, indices = column.dictionary.to_pylist(), column.indices.cast(pa.int32())
    if missing:
        values.append(None)
        indices = indices.fill_null(len(values) - 1)
    return indices.to_numpy(), values


def _plain(column: pa.Array) -> pa.Array:
    """A column without types of its own, runs of one value, and dictionaries of anything but values."""
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return _plain(column.storage)
    if pa.types.is_run_end_encoded(kind):
        rows = np.arange(column.offset, column.offset + len(column))
        run = np.searchsorted(column.run_ends.to_numpy(), rows, side="right")
        return _plain(pa.DictionaryArray.from_arrays(pa.array(run), column.values))
    if isinstance(column, pa.DictionaryArray) and (
        _coded_again(kind) or isinstance(kind.value_type, pa.BaseExtensionType)
    ):
        words = _plain(column.dictionary)
        if not isinstance(words, pa.DictionaryArray):
            return pa.DictionaryArray.from_arrays(column.indices, words)
        return pa.DictionaryArray.from_arrays(words.indices.take(column.indices), words.dictionary)
    return column


def _coded_again(kind: pa.DataType) -> bool:
    return bool(pa.types.is_dictionary(kind.value_type))


def _has_values(kind: pa.DataType) -> bool:
    """Whether the values of a type can be looked at one by one, to tell which of them is not accepted."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return (
        _string(kind)
        or _integer(kind)
        or bool(pa.types.is_boolean(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind))
    )


def _decoded(name: str, column: pa.Array) -> pa.Array:
    column = _plain(column)
    if not _has_values(column.type):
        return column
    words = column.dictionary if isinstance(column, pa.DictionaryArray) else column
    if _string(words.type):
        longest = pc.max(pc.binary_length(words.cast(pa.large_string()))).as_py() or 0
        if longest > VALUE:
            raise LogError(f"{name}: {longest:,} bytes of text are not accepted; give {VALUE:,} or less")
    return column.dictionary_decode() if words is not column else column


def _conversations(batch: pa.RecordBatch, row: int) -> pa.Array:
    if "conversation" not in batch.schema.names:
        return pa.repeat("", batch.num_rows)
    column = _decoded("conversation", batch.column("conversation"))
    _whole("conversation", column.is_null().to_numpy(zero_copy_only=False), row)
    for fits, to in ((_integer, pa.int64()), (_string, pa.string())):
        if fits(column.type):
            return _cast("conversation", column, to)
    raise LogError(f"conversation: {said(column.type)} is not accepted; give strings or integers")


def _times(column: pa.Array, row: int) -> pa.Array:
    column = _decoded("time", column)
    _whole("time", column.is_null().to_numpy(zero_copy_only=False), row)
    kind = column.type
    if _string(kind):
        column = _cast("time", column, pa.string())
        try:
            return column.cast(pa.timestamp("us", "UTC")).cast(pa.int64())
        except pa.ArrowInvalid:  # without an offset it is UTC
            return _cast("time", column, pa.timestamp("us")).cast(pa.int64())
    if pa.types.is_floating(kind):
        times = column.cast(pa.float64())
        _whole("time", np.isnan(times.to_numpy()), row)
        if (endless := np.isinf(times.to_numpy())).any():
            raise LogError(f"{row + int(endless.argmax())}: time: it has no end; give a number")
        return times
    if not (_integer(kind) or pa.types.is_temporal(kind)):
        raise LogError(f"time: {said(kind)} is not accepted; give timestamps, ISO 8601 or numbers")
    if not _integer(kind) and kind.bit_width == 32:  # Arrow takes no 32 bits to 64 at once
        column = column.cast(pa.int32())
    return _cast("time", column, pa.int64())


def _integer(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind))


def _string(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _cast(name: str, column: pa.Array, to: pa.DataType) -> pa.Array:
    try:
        return column.cast(to)
    except pa.ArrowException as error:
        raise LogError(f"{name}: {said(error)}") from None


def _whole(name: str, missing: NDArray[np.bool_], row: int) -> None:
    if missing.any():
        raise LogError(
            f"{row + int(missing.argmax())}: {name}: missing; give it to every event, or leave the column out"
        )
