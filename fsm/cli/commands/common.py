"""Arguments that commands share, and reading a file of lines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from fsm.cli.ask.people import InputError

A = Annotated[str, typer.Argument(metavar="A", help="Who starts: an address, or a mode; then ,key=value.")]
B = Annotated[str, typer.Argument(metavar="B", help="Who receives, in the same way.")]
BETWEEN = typer.Option(metavar="A B", help="The two users: an address each, or a mode; then ,key=value.")


def lines(path: Path) -> list[bytes]:
    """The lines of a file, or of stdin for ``-``.

    Raises:
        InputError: it cannot be read.
    """
    if str(path) == "-":
        return sys.stdin.buffer.read().splitlines()
    try:
        return path.read_bytes().splitlines()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; give a file of events, or - for stdin") from None
