"""Arguments that commands share, and finding a log of events."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from fsm.cli.ending import InputError, named
from fsm.readers.csvfile import Progress
from fsm.readers.events import Event, of_one
from fsm.readers.faults import LogError
from fsm.readers.log import Log
from fsm.spec.editions import Edition
from fsm.spec.parties import Pairing

A = Annotated[str, typer.Argument(metavar="A", help="Who starts: an address, or a mode; then ,key=value.")]
B = Annotated[str, typer.Argument(metavar="B", help="Who receives, in the same way.")]
BETWEEN = typer.Option(metavar="A B", help="The two users: an address each, or a mode; then ,key=value.")


@contextmanager
def log_file(path: Path) -> Iterator[Path]:
    """A log as a file: stdin, for ``-``, or a pipe is put into one, for a log may have to be read twice.

    Raises:
        InputError: it cannot be read, or not be put into a file.
    """
    with ExitStack() as until:
        try:
            if str(path) != "-" and not path.is_fifo():
                copy = path
            else:
                pipe = sys.stdin.buffer if str(path) == "-" else until.enter_context(path.open("rb"))
                copy = Path(until.enter_context(TemporaryDirectory())) / path.name
                with copy.open("wb") as file:
                    shutil.copyfileobj(pipe, file)
        except OSError as error:
            raise InputError(f"{called(path)}: {error.strerror}; give a file of events") from None
        yield copy


@contextmanager
def log_files(paths: list[Path], format: str | None, columns: list[str] | None, progress: Progress) -> Iterator[Log]:
    """Logs, of which stdin or a pipe is put into a file.

    Raises:
        InputError: one cannot be read, or there is no such format or column.
    """
    given = columns_of(columns)
    with ExitStack() as until:
        found = [until.enter_context(log_file(each)) for each in paths]
        try:
            name = called(paths[0]) if len(paths) == 1 and found[0] != paths[0] else ""
            log = Log(found[0], format, name, progress, given, found[1:])
        except ValueError as error:
            raise InputError(str(error)) from None
        yield log


def columns_of(given: list[str] | None) -> dict[str, str]:
    """What a log calls columns of ours.

    Raises:
        InputError: one does not say both.
    """
    return dict(map(_pair, given or ()))


def _pair(text: str) -> tuple[str, str]:
    ours, equals, theirs = text.partition("=")
    if not equals or not theirs:
        raise InputError(f"--column: {named(text)} is not accepted; give ours and theirs, as event=activity")
    return ours, theirs


def called(path: Path) -> str:
    """What messages call a log."""
    return "stdin" if str(path) == "-" else named(path)


def talk(path: Path, pairing: Pairing, edition: Edition | None) -> tuple[Pairing, list[Event]]:
    """The events of one conversation in a log, and the pairing that it begins under.

    Raises:
        InputError: the log cannot be read.
    """
    try:
        with log_file(path) as file:
            log = Log(file, name=called(path))
            found = of_one(log, pairing, edition)
    except LogError as error:
        raise InputError(str(error)) from None
    for note in log.notes:
        typer.echo(str(note), err=True)
    return found
