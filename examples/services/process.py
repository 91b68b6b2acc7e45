"""A service in a process of its own: started when needed, killed when it does not answer or is no longer needed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO

HERE = Path(__file__).parent
STARTING = 30
"""How many seconds a service has for its first line, at least."""


class Process:
    """A Python script of this directory, and what it says line by line.

    Args:
        script: the script and its arguments.
        timeout: how many seconds to wait for a line.
    """

    def __init__(self, script: Sequence[str], timeout: float) -> None:
        self.timeout = timeout
        command = [sys.executable, "-u", str(HERE / script[0]), *script[1:]]
        self.popen = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        self._lines: Queue[str] = Queue()
        self._heard = False
        self._listener = Thread(target=self._listen, args=(self.popen.stdout,), daemon=True)
        self._listener.start()

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.popen.poll() is None

    def say(self, line: str) -> None:
        """Send a line.

        Raises:
            ConnectionError: it has died.
        """
        assert self.popen.stdin
        try:
            self.popen.stdin.write(line + "\n")
            self.popen.stdin.flush()
        except OSError:
            raise ConnectionError(self._died()) from None

    def hear(self) -> str:
        """The next line it says.

        Raises:
            ConnectionError: it has died.
            TimeoutError: it says nothing; it is killed.
        """
        timeout = self.timeout if self._heard else max(self.timeout, STARTING)
        try:
            line = self._lines.get(timeout=timeout)
        except Empty:
            self.kill()
            raise TimeoutError(f"no answer within {timeout:g} s; the service was killed") from None
        self._heard = True
        if not line:
            raise ConnectionError(self._died())
        return line

    def kill(self) -> None:
        """End it, if it still runs."""
        self.popen.kill()
        self.popen.wait()
        self._listener.join()
        for stream in (self.popen.stdin, self.popen.stdout):
            with suppress(OSError):
                stream.close() if stream else None

    def _died(self) -> str:
        return f"the service died with exit code {self.popen.wait(self.timeout)}"

    def _listen(self, stream: IO[str]) -> None:
        for line in stream:
            self._lines.put(line)
        self._lines.put("")
