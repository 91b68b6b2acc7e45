"""The door for logs: files, folders, archives, whatever their format; or lines and rows that are there already."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from typing import Any, TypeAlias

from fsm.notation.echo import echo, plain
from fsm.readers.csvfile import PROGRESS_EVERY, Progress, cause
from fsm.readers.faults import LogError
from fsm.readers.formats import FORMATS, OWN, recognised
from fsm.readers.lines import jsonl, parsed, table
from fsm.readers.mapping import Columns
from fsm.readers.notes import Note, Noted
from fsm.readers.opening import GIVE, Line, Part, files, parts

__all__ = ["Log"]
Path: TypeAlias = str | os.PathLike[str]
Source: TypeAlias = Path | Iterable[bytes | str | Mapping[str, Any]]
STRIDE = 10**12
"""By how much the numbers of lines of a file and of the next one differ."""
READERS = {"jsonl": jsonl, "csv": table}


class Log:
    """The rows of a log, as often as they are asked for; blank lines are nothing.

    Lines are numbered through all its files; ``where`` says which line of which file one is.

    Args:
        source: the path of a file or a folder; or lines of JSON, or rows of values by column.
        format: how it is written. Default: as its files begin.
        name: what messages call it. Default: the path.
        progress: called with bytes done and bytes in all, every few thousand rows and at the end.
        columns: what the file calls columns of ours, as ``{"event": "activity"}``.
        more: further files and folders.

    Raises:
        ValueError: there is no such format, or no such column; or the source is nothing that could be a log, which is
            a LogError.
    """

    def __init__(
        self,
        source: Source,
        format: str | None = None,
        name: str = "",
        progress: Progress | None = None,
        columns: Mapping[str, str] | None = None,
        more: Iterable[Path] = (),
    ) -> None:
        self._paths: list[str] = []
        self._rows: Iterable[Any] = ()
        if format is not None and format not in (*OWN, *FORMATS):
            raise ValueError(f"format: {echo(format)} is not accepted; use one of {', '.join((*OWN, *FORMATS))}")
        if isinstance(source, str | os.PathLike):
            self._paths = [path for each in (source, *more) if (path := os.fspath(each))]
        elif isinstance(source, Iterable) and not isinstance(source, bytes | Mapping):
            self._rows = source
        if not self._paths and self._rows is not source:
            raise LogError(f"log: {echo(source)} is not accepted; give the path of a file, lines of JSON, or rows")
        self._format = format
        self._progress: Progress = progress or (lambda done, total: None)
        self._given = {theirs: ours for ours, theirs in (columns or {}).items()}
        self._called = name
        self.name = name or (self._paths[0] if self._paths else "log")
        self._noted = Noted(self.name, "line")
        Columns(self._given, self._noted)
        self._names: list[str] = []
        self._done: Callable[[], int] = int

    @property
    def once(self) -> bool:
        """Whether it can be read once only."""
        return isinstance(self._rows, Iterator) or any(map(_piped, self._paths))

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was set aside or assumed, after it was read."""
        return tuple(self._noted)

    def where(self, line: int) -> str:
        """Which line of which file a line is."""
        file, line = divmod(line, STRIDE)
        return f"{plain(self._called or (self._names[file] if self._names else self.name))}:{line}"

    def __iter__(self) -> Iterator[Line]:
        """Every row.

        Raises:
            LogError: a file cannot be read, or is of no format that is known.
        """
        self._noted, self._names = Noted(self.name, "line"), []
        columns = Columns(self._given, self._noted)
        if not self._paths:
            yield from parsed(self._rows, columns)
            return
        every = [each for path in self._paths for each in files(path)]
        total = sum(os.path.getsize(each) for each in every if not _piped(each))
        try:
            for form, some in self._forms(every, columns).items():
                for count, row in enumerate(self._read(form, some, columns)):
                    if total and not count % PROGRESS_EVERY:
                        self._progress(self._done(), total)
                    yield row
        except OSError as error:
            raise LogError(f"{self._last()}: {cause(error, GIVE)}") from None
        except UnicodeError:
            raise LogError(f"{self._last()}: not all of it is text; save the file as UTF-8") from None
        self._progress(total, total)

    def _last(self) -> str:
        return plain(self._called or (self._names[-1] if self._names else self.name))

    def _forms(self, every: list[str], columns: Columns) -> dict[str, list[str]]:
        """The files of each format, in order; one that can be read once only is looked at when it is read."""
        if self._format or any(map(_piped, every)):
            return {self._format or "": every}
        found: dict[str, dict[str, None]] = {}
        for path in every:
            with parts(path) as members:
                for each in members:
                    found.setdefault(recognised(each, columns), {})[path] = None
        return {form: list(some) for form, some in found.items()}

    def _read(self, form: str, paths: list[str], columns: Columns) -> Iterator[Line]:
        """The rows of files of a format."""
        opened = self._opened(form, paths, columns)
        if not form:
            first = next(opened)
            form, opened = recognised(first, columns), chain([first], opened)
        if form in FORMATS:
            for line, values in FORMATS[form].read(opened, self._noted):
                if isinstance(values, dict) and str(values.get("source", "")).startswith("#"):
                    values["source"] = f"{self._names[line // STRIDE]}{values['source']}"
                yield line, values
            return
        for part in opened:
            for line, values in READERS[form](part, columns):
                yield part.offset + line, values

    def _opened(self, form: str, paths: list[str], columns: Columns) -> Iterator[Part]:
        """The files and members of archives that have a format, one after the other."""
        before = 0
        for path in paths:
            with parts(path) as members:
                for each in members:
                    if self._format or not form or recognised(each, columns) == form:
                        self._done = partial(_sum, before, each.done)
                        self._names.append(each.name)
                        yield each._replace(offset=STRIDE * (len(self._names) - 1))
            before += 0 if _piped(path) else os.path.getsize(path)
            self._done = partial(int, before)


def _piped(path: str) -> bool:
    return not os.path.isfile(path) and not os.path.isdir(path)


def _sum(before: int, done: Callable[[], int]) -> int:
    return before + done()
