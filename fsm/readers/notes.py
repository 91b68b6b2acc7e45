"""What a reader assumed or set aside: said once, of how many, of which, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fsm.notation.echo import LONGEST, echo, plain

MOST_WHICH = 5
"""Of how many it is told which they are."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something assumed or set aside.

    Args:
        path: the file.
        says: what is assumed, and what to do about it.
        of: what it is said of, such as ``user``.
        count: of how many.
        which: the first MOST_WHICH of them.
    """

    path: str
    says: str
    of: str
    count: int
    which: tuple[str, ...]

    def __str__(self) -> str:
        shown = [plain(each) if len(each) <= LONGEST else echo(each) for each in self.which]
        more = f" and {self.count - len(shown):,} more" if self.count > len(shown) else ""
        many = f"{self.count:,} {self.of}{'s' * (self.count > 1)}"
        return f"{plain(self.path)}: {many} ({', '.join(shown)}{more}): {self.says}"


class Noted:
    """Notes while they are taken; only the first of each are kept by name.

    Args:
        path: the file.
        of: what they are said of.
    """

    def __init__(self, path: str, of: str) -> None:
        self._path, self._of = path, of
        self._taken: dict[tuple[str, str], list[str]] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def add(self, says: str, which: str, of: str = "") -> None:
        """Say something of one more; of another kind of thing, if that is given."""
        key = says, of or self._of
        self._counts[key] = self._counts.get(key, 0) + 1
        names = self._taken.setdefault(key, [])
        if len(names) < MOST_WHICH:
            names.append(which)

    def __iter__(self) -> Iterator[Note]:
        for (says, of), names in self._taken.items():
            yield Note(self._path, says, of, self._counts[says, of], tuple(names))
