"""A file in blocks of whole lines, so that memory does not grow with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

import numpy as np

from fsm.readers.csvfile import LONGEST_LINE

BLOCK = 1 << 23
"""Bytes that are read at a time."""
LONGEST = 4 * LONGEST_LINE
"""Bytes from which on a line has too many characters, whatever they are."""
LF, CR = ord("\n"), ord("\r")
LINE_END = re.compile(rb"\r\n|\n|\r")


class Blocks:
    """A file in blocks. Each ends where a line does, or has no line's end and more bytes than a line may have.

    Args:
        file: the file.
        returns: whether a carriage return ends a line, too.
    """

    def __init__(self, file: IO[bytes], returns: bool = False) -> None:
        self._file = file
        self._returns = returns
        self._left: list[bytes] = []
        self.last = False
        """Whether the block that was given last ends the file."""
        self.given_back = 0
        """How many of its bytes are to begin the next one."""

    def __iter__(self) -> Iterator[bytes]:
        while not self.last or any(self._left):
            data = self._file.read(BLOCK)
            self.last = not data
            block = b"".join((*self._left, data))
            end = len(block) if self.last else self._end(block)
            self._left, self.given_back = [block[end:]], 0
            if end:
                yield block[:end]

    def give_back(self, data: bytes) -> None:
        """The end of a block is to begin the next one."""
        self._left.insert(0, data)
        self.given_back = len(data)

    def _end(self, block: bytes) -> int:
        end = block.rfind(b"\n") + 1
        if self._returns:
            last = block.rfind(b"\r", end, -1) + 1
            end = last or end
        return end or (len(block) if len(block) > LONGEST else 0)


def line_ends(data: bytes) -> int:
    """How many lines end in some bytes, as an editor counts them."""
    letters = np.frombuffer(data, np.uint8)
    ends, returns = letters == LF, letters == CR
    return int(np.count_nonzero(ends) + np.count_nonzero(returns) - np.count_nonzero(returns[:-1] & ends[1:]))


def after(data: bytes, lines: int) -> int:
    """Where in some bytes the line after so many begins, as an editor counts lines."""
    end = 0
    for _ in range(lines):
        found = LINE_END.search(data, end)
        end = found.end() if found else len(data)
    return end
