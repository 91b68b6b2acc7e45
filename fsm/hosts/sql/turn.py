"""Taking turns, first come, first served: SQLite has one writer at a time, and its own waiting starves some."""

from __future__ import annotations

from collections import deque
from threading import Lock


class Turn:
    """A lock that goes to whoever has waited longest."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()

    def __enter__(self) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        try:
            mine.acquire()
        except BaseException:  # such as an interrupt, while it waits or when it has just been handed over
            with self._lock:
                handed = mine not in self._waiting
                if not handed:
                    self._waiting.remove(mine)
            if handed:
                self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
