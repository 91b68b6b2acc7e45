"""How a command ends: with a status that means something, and whatever stands in its way in one line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from fsm.cli.statuses import INTERRUPTED, NONE, UNHEARD
from fsm.notation.echo import plain
from fsm.notation.text import short

LONGEST = 2_000
"""Characters of a line of an error that are told."""


class InputError(ValueError):
    """Something given on the command line or in a file is not accepted; one message a line."""


class Commands(TyperGroup):
    """The commands, which end as ``ended`` says."""

    def main(self, *args: Any, **given: Any) -> Any:
        """Run a command.

        Raises:
            SystemExit: always, with the exit status.
        """
        sys.exit(ended(lambda: super(Commands, self).main(*args, **{**given, "standalone_mode": False})))


def ended(run: Callable[[], Any]) -> int:
    """The exit status of a command; what stands in its way is told on standard error.

    Raises:
        Exception: something is wrong with this program.
    """
    try:
        status: int = run() or 0
        with output():
            sys.stdout.flush()
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BrokenPipeError:
        return UNHEARD
    except SystemExit as stopped:
        if isinstance(stopped.__context__, BrokenPipeError):  # typer says 1, which means no
            return UNHEARD
        raise
    except typer.TyperException as error:
        _usage(error)
        return NONE
    except Exception as error:
        lines = _told(error)
        if not lines:
            raise
        tell(lines)
        return NONE
    if status == INTERRUPTED:
        tell(["Interrupted"])
    return status


@contextmanager
def output() -> Iterator[None]:
    """Whatever cannot be written is standard output."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, "standard output") from None


@contextmanager
def writing_to(option: str, path: Path | None = None, give: str = "a file that can be written") -> Iterator[None]:
    """What cannot be written is told with the option that names it.

    Raises:
        InputError: a file cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise InputError(f"{option}: {named(path or error.filename)}: {error.strerror}; give {give}") from None


def named(path: object) -> str:
    """A file in words."""
    return plain(str(path))


def tell(lines: Iterable[str]) -> None:
    """Tell lines on standard error: cut, and safe in any terminal."""
    with suppress(OSError):
        for line in lines:
            typer.echo(short(line, LONGEST), err=True)


def _told(error: Exception) -> list[str]:
    """An error in words; none where it is this program's own."""
    from fsm.readers.answers import TenantError  # a command that ends well needs no readers

    match error:
        case InputError() | TenantError():
            return [f"Error: {line}" for line in str(error).split("\n")]
        case OSError(strerror=str(says)):
            return [f"Error: {error.filename}: {says}" if error.filename is not None else f"Error: {says}"]
        case RecursionError():
            return ["Error: what was given is nested too deeply"]
        case MemoryError():
            return ["Error: there is not enough memory for what was given"]
    return []


def _usage(error: Any) -> None:
    """Tell how a command is used; what was given instead is told on one line."""
    if error.ctx is None or error.message != error.ctx.get_help():
        error.message = plain(error.message)
    with suppress(OSError):
        error.show()
