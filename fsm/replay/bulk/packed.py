"""How much a file unpacks to, looked at before it is unpacked: a few bytes can come to gigabytes.

pyarrow allocates what the headers of a file claim. So these are read first, from the same places as pyarrow reads them:
those of the pages of a Parquet file, and those of the batches of an Arrow file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from struct import Struct, error
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations

MOST_PAGE = 1 << 26
"""Bytes that a page of a Parquet file may unpack to; writers make them a hundredth of that."""
MOST_BATCH = 1 << 28
"""Bytes that a packed batch of an Arrow file may unpack to, with all dictionaries."""
MOST_HEADER = 1 << 16
"""Bytes that the header of a page may have."""
VALUE = 1 << 10
"""Bytes that the values of a page may have each, on average, and a value that stands for a conversation or a time."""
SPARE = 1 << 12
"""Bytes that a page may have besides."""
PREFIXED = 7
"""The encoding in which a value repeats the beginning of the one before."""
NONSENSE = (IndexError, OverflowError, ValueError, error)
"""What comes of reading headers that are none."""

I64, U32, U16 = Struct("<q"), Struct("<I"), Struct("<H")


def parquet(file: Any, stream: Any, columns: Collection[str]) -> None:
    """Check the pages of a Parquet file.

    Args:
        file: the pyarrow.parquet.ParquetFile.
        stream: where it is read from.
        columns: those that are looked at.

    Raises:
        pyarrow.ArrowInvalid: a page unpacks to too much, or what its values come to cannot be known.
    """
    schema = file.metadata.schema
    for n in range(len(schema)):
        name = schema.column(n).path.partition(".")[0]
        if name not in columns:
            continue
        if schema.column(n).max_repetition_level:
            raise pa.ArrowInvalid(f"{name} has many values in a row; give a column of plain values")
        for group in range(file.metadata.num_row_groups):
            for size, values, encoding in _pages(file.metadata.row_group(group).column(n), stream, name):
                if max(size, 4 * values) > min(MOST_PAGE, SPARE + VALUE * values):
                    raise pa.ArrowInvalid(
                        f"a page of {name} unpacks to {size:,} bytes for {values:,} values; "
                        f"give pages of {MOST_PAGE:,} bytes or less, {VALUE:,} or less a value"
                    )
                if encoding == PREFIXED:
                    raise pa.ArrowInvalid(
                        f"a page of {name} is encoded as DELTA_BYTE_ARRAY, which may unpack to "
                        "anything; write it plainly or with a dictionary"
                    )


def _pages(chunk: Any, stream: Any, name: str) -> Iterator[tuple[int, int, int]]:
    """Of each page: the bytes it unpacks to, how many values it has, and how they are encoded."""
    at = min(filter(None, (chunk.dictionary_page_offset, chunk.data_page_offset)), default=0)
    end = at + chunk.total_compressed_size
    while at < end:
        header = Thrift(stream.read_at(min(MOST_HEADER, end - at), at))
        try:
            page = header.struct()
            kind = next(page[n] for n in (5, 7, 8) if n in page)
            size, packed, found = page[2], page[3], (page[2], kind[1], kind[4 if 8 in page else 2])
        except (*NONSENSE, KeyError, StopIteration, TypeError):
            raise pa.ArrowInvalid(f"a page of {name} has no header") from None
        at += header.at + packed
        if min(size, packed, kind[1]) < 0 or at > end:
            raise pa.ArrowInvalid(f"a page of {name} is not as long as its header says")
        yield found


class Thrift:
    """Reads what Thrift's compact protocol wrote; raises one of NONSENSE where it is something else."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        """How much has been read."""

    def _varint(self) -> int:
        found = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            found |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return found

    def _integer(self) -> int:
        found = self._varint()
        return found >> 1 ^ -(found & 1)

    def struct(self, depth: int = 0) -> dict[int, Any]:
        """Its fields by number."""
        if depth > 8:
            raise ValueError("nested too deeply")
        fields: dict[int, Any] = {}
        number = 0
        while (byte := self._varint()) != 0:
            number = number + (byte >> 4) if byte >> 4 else self._integer()
            fields[number] = self._value(byte & 15, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Any:
        if kind in (1, 2):
            return kind == 1
        if kind in (4, 5, 6):
            return self._integer()
        if kind == 12:
            return self.struct(depth + 1)
        if kind not in (3, 7, 8):  # headers of pages have no collections
            raise ValueError(f"no type: {kind}")
        length = self._varint() if kind == 8 else 1 if kind == 3 else 8
        self.at += length
        return None


def arrow(stream: Any, at: int) -> None:
    """Check the batches of an Arrow file.

    Args:
        stream: where it is read from.
        at: where the first message is.

    Raises:
        pyarrow.ArrowInvalid: a batch unpacks to too much.
    """
    kept = 0
    for kind, size in _batches(stream, at):
        if kept + size > MOST_BATCH:
            raise pa.ArrowInvalid(
                f"a batch unpacks to {kept + size:,} bytes, and {MOST_BATCH:,} are accepted; "
                "write it in smaller batches"
            )
        kept += size if kind == DICTIONARY else 0


DICTIONARY, RECORDS = 2, 3
"""Kinds of message."""


def _batches(stream: Any, at: int) -> Iterator[tuple[int, int]]:
    """Of each message that has data: its kind, and how many bytes it unpacks to."""
    while True:
        start = stream.read_at(8, at)
        (size,) = U32.unpack_from(start.ljust(8, b"\0"))
        skip = 4
        if size == 0xFFFFFFFF:
            (size,), skip = U32.unpack_from(start.ljust(8, b"\0"), 4), 8
        if not size:
            return
        data = stream.read_at(min(size, MOST_BATCH), at + skip)
        try:
            message = Flat(data, U32.unpack_from(data)[0])
            kind = data[message.field(1)] if message.field(1) else 0
            length = I64.unpack_from(data, message.field(3))[0] if message.field(3) else 0
            packed = 0
            if kind in (DICTIONARY, RECORDS):
                batch = message.table(2)
                packed = sum(_sizes(batch.table(1) if kind == DICTIONARY else batch, stream, at + skip + size))
        except NONSENSE:
            raise pa.ArrowInvalid("a batch has no header") from None
        if length < 0:
            raise pa.ArrowInvalid("a batch is not as long as its header says")
        yield kind, packed
        at += skip + size + length


def _sizes(batch: Flat, stream: Any, body: int) -> Iterator[int]:
    """What each packed buffer unpacks to."""
    if not batch.field(3):
        return
    for offset, length in batch.buffers():
        claimed = stream.read_at(8, body + offset) if length >= 8 and offset >= 0 else b""
        yield max(I64.unpack(claimed)[0], 0) if len(claimed) == 8 else 0


class Flat:
    """A table in FlatBuffers; raises one of NONSENSE where it is something else."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at
        self._fields = at - Struct("<i").unpack_from(data, at)[0]

    def field(self, number: int) -> int:
        """Where a field is; 0 if it is not there."""
        if 4 + 2 * number >= U16.unpack_from(self.data, self._fields)[0]:
            return 0
        offset: int = U16.unpack_from(self.data, self._fields + 4 + 2 * number)[0]
        return offset and self.at + offset

    def table(self, number: int) -> Flat:
        """The table that a field is."""
        at = self.field(number)
        return Flat(self.data, at + U32.unpack_from(self.data, at)[0])

    def buffers(self) -> Iterator[tuple[int, int]]:
        """Of a batch: where its buffers are, and how long."""
        at = self.field(2) or len(self.data)  # where nothing is
        at += U32.unpack_from(self.data, at)[0]
        for n in range(U32.unpack_from(self.data, at)[0]):
            yield Struct("<qq").unpack_from(self.data, at + 4 + 16 * n)
