"""Putting a page where it is asked for, with the explorer beside it, which it leads to."""

from __future__ import annotations

from pathlib import Path

from fsm.cli.ending import InputError, named, writing_to
from fsm.notation.files import ready, write

EXPLORER = "explorer.html"


def room(option: str, out: Path) -> None:
    """See that a page can be written, and the explorer beside it.

    Raises:
        InputError: they cannot.
    """
    if str(out) == "-":
        raise InputError(f"{option}: - is not accepted; give a file")
    if out.resolve() == out.with_name(EXPLORER).resolve():
        raise InputError(f"{option}: {named(out)} is where the explorer goes; give another")
    for each in (out, out.with_name(EXPLORER)):
        with writing_to(option, each):
            ready(each)


def put(option: str, out: Path, page: str) -> list[Path]:
    """Write a page, and the explorer beside it.

    Raises:
        InputError: one cannot be written.
    """
    from fsm.explore import page as explorer

    beside = out.with_name(EXPLORER)
    for path, text in ((out, page), (beside, explorer())):
        with writing_to(option, path):
            write(path, text.encode())
    return [out, beside]
