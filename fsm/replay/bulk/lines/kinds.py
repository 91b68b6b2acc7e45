"""Of what kind the conversations and the times of a log are: in bulk all are of one, as in a column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.compute as pc  # type: ignore[import-untyped]

from fsm.notation.echo import echo
from fsm.readers.columns import NUMBER, Span, time_of
from fsm.readers.events import ONE, ConversationId, named
from fsm.readers.jsontext import written
from fsm.replay.bulk.packed import VALUE

Number: TypeAlias = int | float
LARGEST = 1 << 63
"""Integers from here on are no column's."""
EXACT = 1 << 53
"""Up to here every integer is a number that may have a fraction, too."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND_YEAR = (datetime(2, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
"""Microseconds, from which on Arrow and Python read the same ISO 8601."""
FOLLOW = "or follow the log with fsm.replay, which takes both"
NUMBERED = rf"^{NUMBER.pattern}$"


class Odd(Exception):
    """Some lines cannot be read together: one by one they are accepted, or said to be wrong."""


class Kinds:
    """Of what kind conversations and times are, from what was read so far."""

    def __init__(self) -> None:
        self._names: tuple[ConversationId, ...] = ()
        self._timed: bool | None = None
        self._dated = False
        self._fractions = False
        self._large = False
        self._settled = False

    def conversation(self, value: Any) -> ConversationId:
        """The conversation that a line says.

        Raises:
            ValueError: it is no name, of another kind than before, or there where earlier lines have none.
        """
        name = named(value, self._names)
        if self._names and type(name) is not type(self._names[0]):
            kind = "strings" if isinstance(name, int) else "integers"
            raise ValueError(f"conversation: {written(name)}, and earlier lines have {kind}; give all as one, {FOLLOW}")
        if isinstance(name, int) and not -LARGEST <= name < LARGEST:
            raise ValueError(f"conversation: {echo(name)} is not accepted; give integers of 64 bits, or strings")
        if isinstance(name, str) and (size := len(name.encode())) > VALUE:
            raise ValueError(f"conversation: {size:,} bytes of text are not accepted; give {VALUE:,} or less")
        self._names = self._names or (name,)
        return name

    def moment(self, value: Any) -> Number | None:
        """The time that a line says: microseconds since 1970, or its number; None where the log has none.

        Raises:
            ValueError: it is no time, of another kind than before, or missing or there where it is not before.
        """
        if value in (None, ""):
            if self._timed:
                raise ValueError("time: missing; give it to every event, or leave the column out")
            self._timed = False
            return None
        at = time_of(value)
        if isinstance(at, Span):
            raise ValueError(f"time: lies between two; {ONE}")
        if self._timed is False:
            raise ValueError("time: earlier events have none; give it to every event, or leave the column out")
        dated = isinstance(at, datetime)
        if self._timed and dated != self._dated:
            raise ValueError(f"time: {written(value)} is of another kind than before; use ISO 8601 for all, or numbers")
        self._timed, self._dated = True, dated
        return (at - EPOCH) // timedelta(microseconds=1) if isinstance(at, datetime) else self._number(at)

    def _number(self, at: Number) -> Number:
        if isinstance(at, int) and not -LARGEST <= at < LARGEST:
            raise ValueError(f"time: {echo(at)} is not accepted; give integers of 64 bits, or ISO 8601")
        exact = -EXACT <= at <= EXACT
        if self._settled and not self._fractions and isinstance(at, float) and exact and at.is_integer():
            return int(at)
        if isinstance(at, float) if self._settled and not self._fractions else self._mixed(at, exact):
            raise ValueError(
                f"time: {echo(at)} has no place in one column with those before; give all times a fraction, as 5.0, or "
                f"none, {FOLLOW}"
            )
        return at

    def _mixed(self, at: Number, exact: bool) -> bool:
        self._fractions = self._fractions or isinstance(at, float)
        self._large = self._large or not exact
        return self._fractions and self._large

    def of(self, conversations: list[ConversationId], times: list[Any]) -> dict[str, pa.Array]:
        """The columns of what ``conversation`` and ``moment`` gave; there is no other kind afterwards."""
        self._settled = True
        found = {"conversation": pa.array(conversations, pa.int64() if type(self._names[0]) is int else pa.string())}
        if self._timed:
            found["time"] = pa.array(times, pa.float64() if self._fractions and not self._dated else pa.int64())
        return found

    def taken(self, conversations: pa.Array | None, times: pa.Array | None, rows: int) -> dict[str, pa.Array]:
        """The columns of lines that say so, looked at together; there is no other kind afterwards.

        Args:
            conversations: what they say; None if none does.
            times: the same.
            rows: how many lines.

        Raises:
            Odd: not all are accepted, or for certain of one kind; nothing is settled then.
        """
        conversations = _present(conversations, rows, pa.types.is_string, pa.types.is_integer)
        name: ConversationId = "" if conversations is None else _one(conversations)
        if self._names and (type(name) is not type(self._names[0]) or (name == "") != (self._names[0] == "")):
            raise Odd
        times = _present(times, rows, pa.types.is_string, pa.types.is_integer, pa.types.is_floating)
        if self._timed not in (None, times is not None):
            raise Odd
        found = {"conversation": pa.repeat("", rows) if conversations is None else conversations}
        if times is not None:
            found["time"] = self._times(times)
        self._names, self._timed, self._settled = self._names or (name,), times is not None, True
        return found

    def _times(self, times: pa.Array) -> pa.Array:
        read, dated = _read(times) if pa.types.is_string(times.type) else (times, False)
        if self._timed and dated != self._dated:
            raise Odd
        if not dated:
            largest = max(map(abs, pc.min_max(read).as_py().values()))
            fractions = self._fractions if self._settled else not pa.types.is_integer(read.type)
            if (pa.types.is_floating(read.type) and not fractions) or (fractions and largest > EXACT):
                raise Odd
            self._fractions = fractions
            read = read.cast(pa.float64() if fractions else pa.int64())
        self._dated = dated
        return read


def _present(column: pa.Array | None, rows: int, *kinds: Callable[[pa.DataType], bool]) -> pa.Array | None:
    """A column of one of some kinds of which every row has a value; None where none has."""
    if column is None or column.null_count == rows:
        return None
    if column.null_count or not any(each(column.type) for each in kinds):
        raise Odd
    return column


def _one(conversations: pa.Array) -> ConversationId:
    """A conversation of a column of them."""
    if pa.types.is_string(conversations.type):
        sizes = pc.min_max(pc.binary_length(conversations)).as_py()
        if not 0 < sizes["min"] <= sizes["max"] <= VALUE:
            raise Odd
    name: ConversationId = conversations[0].as_py()
    return name


def _read(times: pa.Array) -> tuple[pa.Array, bool]:
    """Times that are text as numbers, and whether they are in ISO 8601."""
    try:
        if NUMBER.fullmatch(times[0].as_py()):
            if not pc.all(pc.match_substring_regex(times, NUMBERED)).as_py():
                raise Odd
            whole = pc.any(pc.match_substring(times, ".")).as_py()
            return times.cast(pa.float64() if whole else pa.int64()), False
        try:
            read = times.cast(pa.timestamp("us", "UTC"))
        except pa.ArrowInvalid:  # without an offset it is UTC
            read = times.cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        raise Odd from None
    read = read.cast(pa.int64())
    if np.min(read.to_numpy()) < SECOND_YEAR:
        raise Odd
    return read, True
