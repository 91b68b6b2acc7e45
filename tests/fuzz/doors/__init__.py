"""Ways in for what comes from outside: each module here declares the doors of one room as ``DOORS``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import NamedTuple

CORPUS = Path(__file__).parents[1] / "corpus"


class Door(NamedTuple):
    """A way in.

    Args:
        name: what it is called; its corpus is the folder of this name in ``tests/fuzz/corpus``.
        enter: takes what comes, as bytes, and checks what must be so afterwards; whatever it raises that is not in
            ``says`` is a finding.
        says: the errors that tell a caller what is wrong.
        good: makes good input, to alter.
        native: whether a parser that is not Python's reads it, and may end the process.
    """

    name: str
    enter: Callable[[bytes], object]
    says: tuple[type[BaseException], ...]
    good: Callable[[], Sequence[bytes]]
    native: bool = False


def every() -> list[Door]:
    """All doors."""
    modules = (import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__))
    return [door for module in modules for door in module.DOORS]


def corpus(door: Door) -> list[bytes]:
    """What was once a finding at a door."""
    return [path.read_bytes() for path in sorted((CORPUS / door.name).glob("*"))]
