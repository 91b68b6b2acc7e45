"""Where the events of a log are: Parquet and Arrow files, tables, streams and data sets, read batch by batch."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.dataset as ds  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from fsm.readers.log import LogError

Path: TypeAlias = str | os.PathLike[str]
Log: TypeAlias = Any
"""Paths, a pyarrow Table, RecordBatchReader or Dataset; pyarrow has no annotations."""
ROWS = 1 << 17
"""Rows of a batch: enough that the cost of a batch does not count, few enough to stay in a cache."""
BUFFER = 1 << 20
"""Bytes of a column that are read ahead, so that a large row group is not read whole."""


class Source:
    """A log.

    Args:
        log: the path of a Parquet or Arrow file, or several; a table, a stream of batches, or a data set.

    Raises:
        LogError: it cannot be read.
    """

    def __init__(self, log: Log) -> None:
        self._parts: list[Any] = [log]
        self.name = "log"
        """What messages call it."""
        if isinstance(log, str | os.PathLike):
            self.name, self._parts = os.fspath(log), [_opened(os.fspath(log))]
        elif isinstance(log, Sequence) and log and all(isinstance(each, str | os.PathLike) for each in log):
            self._parts = [_opened(os.fspath(each)) for each in log]
        elif not isinstance(log, pa.Table | pa.RecordBatchReader | ds.Dataset):
            raise LogError(f"log: {log!r} is not accepted; give paths, a Table, a RecordBatchReader or a Dataset")
        schemas = [_schema(each) for each in self._parts]
        self.columns: tuple[str, ...] = tuple(schemas[0].names)
        for schema in schemas[1:]:
            if set(schema.names) != set(self.columns) or _kinds(schema) != _kinds(schemas[0]):
                raise LogError("log: its files differ in their columns, or in the types of conversation or time")
        counts = [_count(each) for each in self._parts]
        self.rows = None if None in counts else sum(counts)  # type: ignore[arg-type]  # none is None
        """How many events there are, where that can be known beforehand."""

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The batches, with these columns.

        Raises:
            LogError: a file is damaged.
        """
        try:
            for part in self._parts:
                for batch in _batches(part, list(columns)):
                    for low in range(0, batch.num_rows, ROWS):
                        yield batch.slice(low, ROWS)
        except (pa.ArrowException, OSError) as error:
            raise LogError(f"cannot be read: {error}") from None


def _opened(path: str) -> Any:
    try:
        with open(path, "rb") as file:
            magic = file.read(6)
        if magic == b"ARROW1":
            return pa.ipc.open_file(pa.memory_map(path))
        if magic[:4] != b"PAR1":
            raise LogError(f"{path}: this is no Parquet and no Arrow file; fsm.replay reads JSON Lines and CSV")
        schema = pq.read_schema(path)
        # dictionaries are read as they are written: each of their values is then looked at once
        named = [name for name in schema.names if name not in ("conversation", "time")]
        return pq.ParquetFile(path, read_dictionary=named, buffer_size=BUFFER, pre_buffer=False)
    except OSError as error:
        raise LogError(f"{path}: {error.strerror or error}; give a Parquet or Arrow file of events") from None
    except pa.ArrowException as error:
        raise LogError(f"{path}: cannot be read: {error}") from None


def _schema(part: Any) -> pa.Schema:
    return part.schema_arrow if isinstance(part, pq.ParquetFile) else part.schema


def _kinds(schema: pa.Schema) -> list[pa.DataType]:
    return [schema.field(name).type for name in ("conversation", "time") if name in schema.names]


def _count(part: Any) -> int | None:
    if isinstance(part, pq.ParquetFile):
        return int(part.metadata.num_rows)
    if isinstance(part, ds.Dataset):
        return int(part.count_rows())
    return part.num_rows if isinstance(part, pa.Table) else None


def _batches(part: Any, columns: list[str]) -> Iterable[pa.RecordBatch]:
    if isinstance(part, pq.ParquetFile):
        return part.iter_batches(ROWS, columns=columns, use_threads=False)  # type: ignore[no-any-return]
    if isinstance(part, ds.Dataset):
        return part.to_batches(  # type: ignore[no-any-return]
            columns=columns, batch_size=ROWS, batch_readahead=0, fragment_readahead=0, use_threads=False
        )
    if isinstance(part, pa.RecordBatchFileReader):
        read: Iterable[Any] = (part.get_batch(n) for n in range(part.num_record_batches))
    else:
        read = part.to_batches(ROWS) if isinstance(part, pa.Table) else part
    return (batch.select(columns) for batch in read)
