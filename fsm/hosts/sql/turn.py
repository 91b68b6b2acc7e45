"""Taking turns, first come, first served: SQLite has one writer at a time, and its own waiting starves some."""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path
from threading import Lock

try:
    import fcntl
except ImportError:  # pragma: no cover  # Windows: between processes, SQLite's own waiting has to do
    fcntl = None  # type: ignore[assignment]


class Turn:
    """Whose turn it is to write: among threads the one's that has waited longest, among processes whoever the system
    wakes, at once. A process that is killed has had its turn.

    Args:
        file: what processes lock; it is made, holds nothing, and stays.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()
        self._opened = (0, 0)

    def __enter__(self) -> None:
        with self._lock:
            mine = None
            if self._taken:
                mine = Lock()
                mine.acquire()
                self._waiting.append(mine)
            self._taken = True
        try:
            if mine is not None:
                mine.acquire()
            if fcntl is not None:
                fcntl.flock(self._descriptor(), fcntl.LOCK_EX)
        except BaseException:  # such as an interrupt, while it waits or when it has just been handed over
            with self._lock:
                waits = mine is not None and mine in self._waiting
                if waits:
                    self._waiting.remove(mine)  # type: ignore[arg-type]  # it is one
            if not waits:
                self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        if fcntl is not None:
            fcntl.flock(self._descriptor(), fcntl.LOCK_UN)
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False

    def close(self) -> None:
        """Close what processes lock."""
        process, descriptor = self._opened
        if process == os.getpid():
            os.close(descriptor)
        self._opened = (0, 0)

    def _descriptor(self) -> int:
        """What this process locks: a process that was forked off opens its own."""
        if self._opened[0] != os.getpid():
            self._opened = os.getpid(), os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        return self._opened[1]
