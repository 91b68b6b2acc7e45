"""Taking turns, first come, first served: SQLite has one writer at a time, and its own waiting starves some."""

from __future__ import annotations

import os
import sys
from collections import deque
from pathlib import Path
from threading import Lock

if sys.platform == "win32":  # pragma: no cover  # between processes, SQLite's own waiting has to do there

    def locked(descriptor: int, on: bool) -> None: ...

else:
    from fcntl import LOCK_EX, LOCK_UN, flock

    def locked(descriptor: int, on: bool) -> None:
        """Lock a file, once nobody else does, or let go of it."""
        flock(descriptor, LOCK_EX if on else LOCK_UN)


class Turn:
    """Whose turn it is to write: among threads the one's that has waited longest, among processes whoever the system
    wakes, at once. A process that is killed has had its turn.

    Args:
        file: what processes lock; it is made, holds nothing, and stays.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = Lock()
        self._taken = False
        self.waiting: deque[Lock] = deque()
        self._descriptor: int | None = None

    def __enter__(self) -> None:
        with self._lock:
            mine = None
            if self._taken:
                mine = Lock()
                mine.acquire()
                self.waiting.append(mine)
            self._taken = True
        try:
            if mine is not None:
                mine.acquire()
            locked(self._opened(), True)
        except BaseException:  # such as an interrupt, while it waits or when it has just been handed over
            with self._lock:
                waits = mine is not None and mine in self.waiting
                if waits:
                    self.waiting.remove(mine)  # type: ignore[arg-type]  # it is one
            if not waits:
                self._next()
            raise

    def __exit__(self, *_: object) -> None:
        try:
            locked(self._opened(), False)
        finally:
            self._next()

    def _next(self) -> None:
        with self._lock:
            if self.waiting:
                self.waiting.popleft().release()
            else:
                self._taken = False

    def close(self) -> None:
        """Close what processes lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _opened(self) -> int:
        """What processes lock."""
        if self._descriptor is None:
            self._descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        return self._descriptor
