"""The events of a log in columns as rows, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations

from fsm.readers.faults import LogError
from fsm.replay.bulk.source import BROKEN, Log, Source, said


class Rows:
    """Rows of values by column, as often as they are asked for. Of times there is their order: numbers.

    Args:
        log: as of Source.

    Raises:
        LogError: it cannot be read.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self.name = Source(log).name
        """What messages call it."""

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Every row.

        Raises:
            LogError: a file is damaged, is of lines, or has a value that Python has none for.
        """
        source = Source(self._log)
        for batch in source.batches(source.columns):
            if not isinstance(batch, pa.RecordBatch):
                raise LogError(f"{self.name}: this is neither Parquet nor Arrow; name the file for what it is")
            plain = pa.RecordBatch.from_arrays(list(map(_plain, batch.columns)), batch.schema.names)
            try:
                rows = plain.to_pylist()
            except (*BROKEN, ValueError, OverflowError) as error:
                raise LogError(f"{self.name}: cannot be read: {said(error)}") from None
            yield from rows


def _plain(column: pa.Array) -> pa.Array:
    return column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
