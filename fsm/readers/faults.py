"""What is wrong with a log: of the whole, and of its lines, of which the first are told and the others counted."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable
from typing import NamedTuple

MOST_BAD = 100
"""Lines that cannot be read of which it is told what is wrong; of those after them it is told how many there are."""


class LogError(ValueError):
    """A log that cannot be read. The message has a line for each thing wrong, with where it is and what is accepted."""


class Refused(ValueError):
    """A file that cannot be read as what it is taken for. The message goes on after its name, as ``: no XES log``."""


class Bad(NamedTuple):
    """A line that cannot be read, and why."""

    line: int
    message: str


class BadLines:
    """Lines that cannot be read: the first MOST_BAD, by line, and how many there are."""

    def __init__(self) -> None:
        self.first: list[Bad] = []
        self.count = 0

    def add(self, line: int, error: ValueError | str) -> None:
        """Take in one more."""
        self.count += 1
        if self.count <= MOST_BAD or line < self.first[-1].line:
            insort(self.first, Bad(line, str(error)))
            del self.first[MOST_BAD:]

    def error(self, where: Callable[[int], str]) -> LogError:
        """What is said of them, where a line is called so."""
        more = self.count - len(self.first)
        told = [f"{where(line)}: {message}" for line, message in self.first]
        return LogError("\n".join([*told, *([f"and {more:,} line{'s' * (more > 1)} more"] if more else [])]))
