"""Where the events of a log are: files, tables, streams and data sets, read batch by batch."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeAlias

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.dataset as ds  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from fsm.notation.echo import echo, plain
from fsm.readers.csvfile import cause, opened
from fsm.readers.faults import LogError
from fsm.readers.formats import COLUMNAR
from fsm.readers.opening import GIVE
from fsm.replay.bulk import packed
from fsm.replay.bulk.lines import Lines
from fsm.spec.facts import KINDS

Path: TypeAlias = str | os.PathLike[str]
Log: TypeAlias = Any
"""Paths, a pyarrow Table, RecordBatchReader or Dataset; pyarrow has no annotations."""
ROWS = 1 << 17
"""Rows of a batch: enough that the cost of a batch does not count, few enough to stay in a cache."""
BUFFER = 1 << 20
"""Bytes of a column that are read ahead, so that a large row group is not read whole."""
MOST_SAID = 300
"""Characters that a message has of what pyarrow says."""
BROKEN = (pa.ArrowException, UnicodeError)
"""What pyarrow raises where bytes are not what their file says they are."""


BEGINS = 8
"""Bytes before the first message of an Arrow file."""


class Paged(NamedTuple):
    """A Parquet file, and what it is read from."""

    file: Any
    stream: Any


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
            self.name, self._parts = plain(os.fspath(log)), _files([os.fspath(log)])
        elif isinstance(log, Sequence) and log and all(isinstance(each, str | os.PathLike) for each in log):
            self._parts = _files([os.fspath(each) for each in log])
        elif not isinstance(log, pa.Table | pa.RecordBatchReader | ds.Dataset):
            raise LogError(f"log: {echo(log)} is not accepted; give paths, a Table, a RecordBatchReader or a Dataset")
        schemas = [_schema(each) for each in self._parts]
        try:
            names = [tuple(schema.names) for schema in schemas]
        except UnicodeError as error:
            raise LogError(f"{self.name}: cannot be read: the names of its columns are no text: {error}") from None
        self.columns: tuple[str, ...] = names[0]
        for schema, others in zip(schemas[1:], names[1:], strict=True):
            if sorted(others) != sorted(self.columns) or _kinds(schema) != _kinds(schemas[0]):
                raise LogError("log: its files differ in their columns, or in the types of conversation or time")
        counts = [_count(each) for each in self._parts]
        self.rows = None if None in counts else sum(counts)  # type: ignore[arg-type]  # none is None
        """How many events there are, where that can be known beforehand."""

    @property
    def passed_over(self) -> tuple[str, ...]:
        """Columns of lines that were there and were not looked at, after they were read."""
        return self._parts[0].passed_over if isinstance(self._parts[0], Lines) else ()

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The batches, with these columns. Each is checked to be what it says it is: numbers of words that there are
        not, for one, would be read as words.

        Raises:
            LogError: a file is damaged.
        """
        try:
            for part in self._parts:
                for batch in _batches(part, list(columns)):
                    for low in range(0, batch.num_rows, ROWS):
                        yield batch.slice(low, ROWS)
        except (*BROKEN, OSError) as error:
            raise LogError(f"cannot be read: {said(error)}") from None


def said(words: object) -> str:
    """What pyarrow says of bytes, values or types, on one line and cut."""
    return plain(" ".join(str(words).split())[:MOST_SAID])


def _files(paths: Sequence[str]) -> list[Any]:
    """Files as parts of a log; those of lines are one."""
    return [_opened(path) for path in paths] if any(map(_columnar, paths)) else [Lines(paths)]


def _columnar(path: str) -> bool:
    """Whether a file begins as Parquet or Arrow do; what can be read once only does not."""
    if not os.path.isfile(path):
        return False
    try:
        with opened(path) as file:
            return file.read(BEGINS).startswith(COLUMNAR)
    except OSError as error:
        raise LogError(f"{plain(path)}: {plain(cause(error, GIVE))}") from None


def _opened(path: str) -> Any:
    try:
        with opened(path) as file:
            magic = file.read(6)
        # not mapped into memory: a file that is cut meanwhile would end the process
        stream = pa.OSFile(path)
        if magic == b"ARROW1":
            # batch after batch, as they are checked; its end could say that they are elsewhere
            packed.arrow(stream, BEGINS)
            stream.seek(BEGINS)
            return pa.ipc.open_stream(stream)
        if magic[:4] != b"PAR1":
            raise LogError(f"{plain(path)}: this is neither Parquet nor Arrow, and others are; give one kind at a time")
        # dictionaries are read as they are written: each of their values is then looked at once
        named = [field.name for field in pq.read_schema(stream) if not pa.types.is_nested(field.type)]
        return Paged(pq.ParquetFile(stream, read_dictionary=named, buffer_size=BUFFER, pre_buffer=False), stream)
    except BROKEN as error:
        raise LogError(f"{plain(path)}: cannot be read: {said(error)}") from None
    except OSError as error:
        raise LogError(f"{plain(path)}: {plain(cause(error, GIVE))}") from None


def _schema(part: Any) -> pa.Schema:
    return part.file.schema_arrow if isinstance(part, Paged) else part.schema


def _kinds(schema: pa.Schema) -> list[pa.DataType]:
    return [schema.field(name).type for name in ("conversation", "time") if name in schema.names]


def _count(part: Any) -> int | None:
    if isinstance(part, Lines):
        return part.rows
    if isinstance(part, Paged):
        return int(part.file.metadata.num_rows)
    if isinstance(part, ds.Dataset):
        return int(part.count_rows())
    return part.num_rows if isinstance(part, pa.Table) else None


def _batches(part: Any, columns: list[str]) -> Iterable[pa.RecordBatch]:
    if isinstance(part, Lines):
        return part.batches(columns)
    if isinstance(part, Paged):
        constant = _constant(part.file, columns)
        varies = [name for name in columns if name not in constant]
        packed.parquet(part.file, part.stream, varies)
        read = part.file.iter_batches(ROWS, columns=varies, use_threads=False)
        return (_with(batch, constant) for batch in _ahead(map(_checked, read)))
    if isinstance(part, ds.Dataset):
        for fragment in part.get_fragments():
            if isinstance(fragment, ds.FileFragment):
                _unpacks(fragment.open(), columns)
        read = part.to_batches(
            columns=columns, batch_size=ROWS, batch_readahead=0, fragment_readahead=0, use_threads=False
        )
        return map(_checked, read)
    if isinstance(part, pa.Table):
        return _checked(part.select(columns)).to_batches(ROWS)  # type: ignore[no-any-return]
    return (_checked(batch.select(columns)) for batch in part)


def _constant(file: Any, columns: Sequence[str]) -> dict[str, pa.Array]:
    """Facts of the pairing that are the same throughout, as the file says of each of its parts, for the rows of a
    batch; their pages are not read. Of a tenant's log that is most of them.
    """
    metadata, kinds = file.metadata, {field.name: field.type for field in file.schema_arrow}
    places = {metadata.schema.column(n).path: n for n in range(metadata.num_columns)}
    found = {}
    for name in columns:
        plain_values = name in places and (pa.types.is_boolean(kinds[name]) or pa.types.is_dictionary(kinds[name]))
        if name not in KINDS or not plain_values:
            continue
        groups = (metadata.row_group(n).column(places[name]).statistics for n in range(metadata.num_row_groups))
        values = {
            (each.min, each.max) if each and each.has_min_max and each.has_null_count and not each.null_count else None
            for each in groups
        }
        if len(values) == 1 and (both := values.pop()) and both[0] == both[1]:
            words = pa.array([both[0]])
            found[name] = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int8()), ROWS), words)
    return found


def _ahead(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches, each unpacked while the one before it is looked at."""
    with ThreadPoolExecutor(1, "fsm reader") as reader:
        later = reader.submit(next, batches, None)
        while (batch := later.result()) is not None:
            later = reader.submit(next, batches, None)
            yield batch


def _with(batch: pa.RecordBatch, constant: Mapping[str, pa.Array]) -> pa.RecordBatch:
    """A batch, and columns that have one value throughout."""
    for name, column in constant.items():
        batch = batch.append_column(name, column.slice(0, len(batch)))
    return batch


def _unpacks(stream: Any, columns: list[str]) -> None:
    """Check what a file of a data set unpacks to."""
    magic = stream.read_at(6, 0)
    if magic == b"ARROW1":
        packed.arrow(stream, BEGINS)
    elif magic[:4] == b"PAR1":
        packed.parquet(pq.ParquetFile(stream), stream, columns)


def _checked(data: Any) -> Any:
    data.validate(full=True)
    return data
