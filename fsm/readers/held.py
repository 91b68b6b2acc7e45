"""What is held back for a while, as more of it may come: newer versions, other parts, what follows soon after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
HELD = 4096
"""How many are held back."""
LATE = "it comes after {many:,} others, and what came before it is written out already; put the records in order of id"


class Held(Generic[T]):
    """Things by name, in the order they came in; of those that were let go, only their names are known.

    Args:
        most: how many to hold.
    """

    def __init__(self, most: int = HELD) -> None:
        self._most = most
        self._held: dict[str, T] = {}
        self._gone: set[int] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._held

    def __getitem__(self, name: str) -> T:
        return self._held[name]

    def __setitem__(self, name: str, thing: T) -> None:
        self._held[name] = thing

    def gone(self, name: str) -> bool:
        """Whether it was let go; of some two names in 2^60 it would be said of the wrong one."""
        return hash(name) in self._gone

    def over(self) -> Iterator[T]:
        """Let go of the oldest, as long as there are too many."""
        while len(self._held) > self._most:
            yield self._let_go(next(iter(self._held)))

    def rest(self) -> Iterator[T]:
        """Let go of all of them."""
        while self._held:
            yield self._let_go(next(iter(self._held)))

    def _let_go(self, name: str) -> T:
        self._gone.add(hash(name))
        return self._held.pop(name)
