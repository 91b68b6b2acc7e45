"""Logs in files: which parts tasks read, each by itself and without the engine."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.dataset as ds  # type: ignore[import-untyped]
import pyarrow.fs as pfs  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from fsm.notation.echo import plain
from fsm.readers.csvfile import cause
from fsm.readers.faults import LogError
from fsm.replay.bulk.source import BROKEN, Path, Source, said

EVENTS = 1 << 22
"""Events of a part, about, if its file is in row groups of less."""
GIVE = "give Parquet or Arrow files of events"
ABREAST = 16
"""Files of which it is looked up together how long they are."""


class Part(NamedTuple):
    """What one task reads.

    Args:
        path: the file, as tasks find it: a path, or a URI such as ``s3://bucket/log.parquet``.
        groups: row groups of a Parquet file; None for all of a file.
        first: rows of the file before these.
        rows: how many these are.
    """

    path: str
    groups: tuple[int, ...] | None
    first: int
    rows: int


class Files(NamedTuple):
    """A log in files: its columns, and its parts in order."""

    columns: tuple[str, ...]
    parts: list[Part]

    @property
    def events(self) -> int:
        """How many rows there are."""
        return sum(part.rows for part in self.parts)


def files(paths: Sequence[Path], events: int = EVENTS) -> Files:
    """The log in files, and in the files of folders.

    Args:
        paths: paths or URIs.
        events: how many a part is to have; 0 for a part a file.

    Raises:
        LogError: one cannot be read, or they differ in their columns.
    """
    found = [file for path in paths for file in _files(os.fspath(path))]
    with ThreadPoolExecutor(ABREAST) as pool:
        fragments = list(pool.map(_looked_at, found))
        parts = list(pool.map(partial(_parts, events=events), found, fragments))
    kinds = [_kinds(each.physical_schema) for each in fragments]
    for path, kind in zip(found, kinds, strict=True):
        if kind != kinds[0]:
            raise LogError(
                f"{plain(path)}: its columns, or the types of conversation or time, are not those of {plain(found[0])}"
            )
    return Files(tuple(fragments[0].physical_schema.names), [part for some in parts for part in some])


def source(part: Part) -> Source:
    """What a task reads.

    Raises:
        LogError: it cannot be read.
    """
    with _reading(part.path):
        fragment = _fragment(part.path)
        if part.groups is not None:
            fragment = fragment.subset(row_group_ids=part.groups)
        return Source(ds.FileSystemDataset([fragment], fragment.physical_schema, fragment.format, fragment.filesystem))


def _looked_at(path: str) -> Any:
    """A file, of which it is known what it has."""
    with _reading(path):
        fragment = _fragment(path)
        fragment.physical_schema.names  # noqa: B018  # text, or an error
        return fragment


def _kinds(schema: Any) -> tuple[list[str], list[Any]]:
    """What files of a log have in common."""
    return sorted(schema.names), [schema.field(name).type for name in ("conversation", "time") if name in schema.names]


def _parts(path: str, fragment: Any, events: int) -> list[Part]:
    with _reading(path):
        if not isinstance(fragment, ds.ParquetFileFragment) or not events:
            return [Part(path, None, 0, fragment.count_rows())]
        found: list[Part] = []
        groups: list[int] = []
        first = rows = 0
        for group in fragment.row_groups:
            if groups and rows + group.num_rows > events:
                found.append(Part(path, tuple(groups), first, rows))
                groups, first, rows = [], first + rows, 0
            groups.append(group.id)
            rows += group.num_rows
        return [*found, Part(path, tuple(groups), first, rows)]


def _fragment(path: str) -> Any:
    system, inner = _found(path)
    with system.open_input_file(inner) as stream:
        magic = stream.read(6)
        if magic == b"ARROW1":
            form = ds.IpcFileFormat()
        elif magic[:4] == b"PAR1":
            # dictionaries are read as they are written: each of their values is then looked at once
            named = [field.name for field in pq.read_schema(stream) if not pa.types.is_nested(field.type)]
            form = ds.ParquetFileFormat(read_options=ds.ParquetReadOptions(dictionary_columns=named))
        else:
            raise LogError("this is no Parquet and no Arrow file; fsm.replay reads JSON Lines and CSV")
    return form.make_fragment(inner, system)


def _files(path: str) -> list[str]:
    """A file, or the files of a folder and of those in it, by name; what begins with . or _ is not of the log."""
    with _reading(path):
        system, inner = _found(path)
        if system.get_file_info(inner).type != pfs.FileType.Directory:
            return [path]
        inside = [each for each in system.get_file_info(pfs.FileSelector(inner, recursive=True)) if each.is_file]
    names = sorted(each.path[len(inner) :].lstrip("/") for each in inside)
    found = [f"{path.rstrip('/')}/{name}" for name in names if not re.search(r"(^|/)[._]", name)]
    if not found:
        raise LogError(f"{plain(path)}: there is nothing in it; {GIVE}")
    return found


def _found(path: str) -> tuple[Any, str]:
    """Where a file is, and what it is called there."""
    if "://" in path:
        return pfs.FileSystem.from_uri(path)  # type: ignore[no-any-return]  # both
    return pfs.LocalFileSystem(), os.path.abspath(path)


@contextmanager
def _reading(path: str) -> Iterator[None]:
    try:
        yield
    except LogError as error:
        raise LogError(f"{plain(path)}: {error}") from None
    except BROKEN as error:
        raise LogError(f"{plain(path)}: cannot be read: {said(error)}") from None
    except OSError as error:
        raise LogError(f"{plain(path)}: {plain(cause(error, GIVE))}") from None
