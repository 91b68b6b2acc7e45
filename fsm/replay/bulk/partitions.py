"""Events by conversation, in bounded memory: what does not fit goes to files that are gone when the process is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
from numpy.typing import NDArray

from fsm.readers.csvfile import cause
from fsm.readers.faults import LogError

HELD = 1 << 21
"""Events that are kept in memory; partitions are to be of about so many."""
MOST = 256
"""Partitions there are at most, for each is an open file."""
MOST_EVENTS = 1 << 24
"""Events of a partition at most, for it has to fit in memory."""
USUAL = 64
"""Partitions where nobody knows how long the log is."""
ODD = np.uint64(0x9E3779B97F4A7C15)
"""A multiplier that spreads numbers over the high bits (Knuth's, 2^64 over the golden ratio)."""


class Partitions:
    """Batches of events, to be had again with all events of a conversation in one table, in the order they came.

    Args:
        expected: how many events there will be; None if nobody knows.
        held: how many are kept in memory before any go to a file.
    """

    def __init__(self, expected: int | None, held: int = HELD) -> None:
        wanted = USUAL if expected is None else -(-expected // held)
        self._bits = (min(max(wanted, 2), MOST) - 1).bit_length()
        self._held = held
        self._batches: list[pa.RecordBatch] = []
        """What is held, as long as there are no files."""
        self._parts: list[list[pa.RecordBatch]] = [[] for _ in range(1 << self._bits)]
        """What is held and goes to files, by file."""
        self._rows = 0
        """How many are held."""
        self._stack = ExitStack()
        self._files: list[IO[bytes]] = []
        self._writers: list[Any] = []
        self._counts = np.zeros(1 << self._bits, np.int64)

    def __enter__(self) -> Partitions:
        return self

    def __exit__(self, *error: object) -> None:
        with suppress(OSError):  # what could not be written is not asked for any more
            self._stack.close()

    def add(self, batch: pa.RecordBatch) -> None:
        """Take a batch with a column ``conversation``.

        Raises:
            LogError: there is no room for temporary files, or a conversation has too many events.
        """
        self._rows += batch.num_rows
        if self._files:
            self._distribute(batch)
        else:
            self._batches.append(batch)
        if self._rows > self._held:
            self._spill()

    def __iter__(self) -> Iterator[pa.Table]:
        """The partitions; each is gone from memory when the next one is asked for.

        Raises:
            LogError: there is no room for temporary files.
        """
        if not self._files:
            if self._rows:
                yield pa.Table.from_batches(self._batches)
            return
        self._spill()
        for file, writer in zip(self._files, self._writers, strict=True):
            with _temporary_files():
                writer.close()
                file.seek(0)
                with pa.ipc.open_stream(file) as reader:
                    table = reader.read_all()
            if table.num_rows:
                yield table
            file.close()

    def _spill(self) -> None:
        """Everything that is held goes to files."""
        for batch in self._batches:
            self._distribute(batch)
        with _temporary_files():
            for n, batches in enumerate(self._parts):
                if batches:
                    self._write(n, batches)
        self._batches, self._parts, self._rows = [], [[] for _ in self._parts], 0

    def _write(self, n: int, batches: list[pa.RecordBatch]) -> None:
        while len(self._files) < len(self._parts):
            self._files.append(self._stack.enter_context(TemporaryFile()))  # noqa: SIM115  # the stack closes it
            self._writers.append(pa.ipc.new_stream(self._files[-1], batches[0].schema))
        self._writers[n].write_table(pa.Table.from_batches(batches).combine_chunks())

    def _distribute(self, batch: pa.RecordBatch) -> None:
        part = (spread(batch.column("conversation")) >> np.uint64(64 - self._bits)).astype(np.uint8)
        counts = np.bincount(part, minlength=len(self._parts))
        self._counts += counts
        if self._counts.max() > MOST_EVENTS:
            raise LogError(
                f"more than {MOST_EVENTS:,} events of one conversation, or of those that are held in memory with it; "
                "replay the log in parts"
            )
        ends = np.cumsum(counts).tolist()
        batch = batch.take(pa.array(np.argsort(part, kind="stable")))
        for n, (low, high) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
            if high > low:
                self._parts[n].append(batch.slice(low, high - low))


@contextmanager
def _temporary_files() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LogError(
            f"temporary files: {cause(error, 'make room for them, or name another place (TMPDIR)')}"
        ) from None


def spread(conversations: pa.Array) -> NDArray[np.uint64]:
    """A number for each conversation, evenly spread, the same for the same conversation."""
    if pa.types.is_integer(conversations.type):
        found: NDArray[np.uint64] = conversations.to_numpy().view(np.uint64) * ODD
        return found
    _, offsets, data = conversations.buffers()
    ends = np.frombuffer(offsets, np.int32)[conversations.offset :][: len(conversations) + 1].astype(np.int64) + 8
    letters = np.concatenate([np.zeros(8, np.uint8), np.frombuffer(data or b"", np.uint8)])
    # eight letters at a time, ending at each letter of the data: numpy reads them where they lie
    words = np.ndarray(len(letters) - 7, "<u8", letters, 0, (1,))
    ends, starts = ends[1:], ends[:-1]
    sizes = ends - starts
    found = sizes.astype(np.uint64)
    for low in range(0, int(sizes.max(initial=0)), 8):
        end = np.minimum(starts + low + 8, ends)
        # what of the last eight letters is before the string is shifted out
        outside = np.maximum(8 - sizes, 0).astype(np.uint64) * np.uint64(8)
        word = words[end - 8] >> np.minimum(outside, np.uint64(63))
        found = np.where(sizes > low, (found ^ word) * ODD, found)
    return found ^ (found >> np.uint64(32)) * ODD
