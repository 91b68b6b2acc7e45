"""A service in a process of its own: started when needed, killed when it does not answer or is no longer needed.

One line is asked and one is answered, in turn. Nothing is read that was not asked for, so that a service that talks
without end waits by itself. Whoever gets no proper answer in time kills the service, with all that it has started: what
it would have said later is never taken for the answer to the next question.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from time import monotonic
from typing import IO

from fsm.notation.echo import echo

HERE = Path(__file__).parent
STARTING = 30
"""How many seconds a service has for its first line, at least."""
LONGEST = 1 << 20
"""Bytes that a line may have that a service says."""
GRACE = 1.0
"""How many seconds are waited for what a service said last, and for its end, once it is clear that it ends."""
GLANCE = 0.05
"""How many seconds pass between two looks at whether it still runs."""


class Process:
    """A Python script, of this directory where its path is not absolute, and what it says line by line.

    Args:
        script: the script and its arguments.
        timeout: how many seconds to wait for a line.
    """

    def __init__(self, script: Sequence[str], timeout: float) -> None:
        self.timeout = timeout
        command = [sys.executable, "-u", str(HERE / script[0]), *script[1:]]
        pipe = subprocess.PIPE  # a session of its own is killed as one
        self.popen = subprocess.Popen(command, stdin=pipe, stdout=pipe, start_new_session=True)
        assert self.popen.stdin
        assert self.popen.stdout
        self._asked: Queue[bytes | None] = Queue()
        self._answers: Queue[bytes] = Queue()
        self._heard = False
        self.killed = False
        self._speaker = Thread(target=self._speak, args=(self.popen.stdin, self.popen.stdout), daemon=True)
        self._speaker.start()

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.popen.poll() is None

    def ask(self, line: str) -> str:
        """What it answers to a line. Raises what ``hear`` raises."""
        return self._answer(line.encode() + b"\n")

    def hear(self) -> str:
        """The next line it says.

        Raises:
            ConnectionError: it has died.
            TimeoutError: it says nothing; it is killed.
            ValueError: it says what is no text, or does not end its line; it is killed.
        """
        return self._answer(b"")

    def kill(self) -> None:
        """End it, and what it has started, if they still run."""
        if not self.killed:
            self.killed = True
            with suppress(ProcessLookupError, PermissionError):
                if hasattr(os, "killpg"):
                    os.killpg(self.popen.pid, signal.SIGKILL)
                else:
                    self.popen.kill()
            self.popen.wait()
            self._asked.put(None)
        self._speaker.join(GRACE)  # not for ever: what left the session may keep the pipe

    def _answer(self, line: bytes) -> str:
        timeout = self.timeout if self._heard else max(self.timeout, STARTING)
        try:
            self._asked.put(line)
            answer = self._within(timeout)
            if len(answer) > LONGEST:
                raise ValueError(f"the service says more than {LONGEST:,} bytes in one line: {echo(answer)}")
            if not answer.endswith(b"\n"):
                raise ConnectionError(self.ended() or "the service closed its output and went on; it was killed")
            try:
                text = answer.decode()
            except UnicodeDecodeError:
                raise ValueError(f"the service says what is invalid UTF-8: {echo(answer)}") from None
        except BaseException:  # an interrupt, too, leaves an answer that would be taken for the next
            self.kill()
            raise
        self._heard = True
        return text

    def _within(self, timeout: float) -> bytes:
        """What it says; nothing where it has died."""
        end = monotonic() + timeout
        while (left := end - monotonic()) > 0:
            dead = not self.alive  # before the look, not after: it may say something and die
            with suppress(Empty):
                return self._answers.get(timeout=GRACE if dead else min(left, GLANCE))
            if dead:
                return b""
        raise TimeoutError(f"no answer within {timeout:g} s; the service was killed")

    def ended(self) -> str:
        """How it ended; nothing where it does not end."""
        with suppress(subprocess.TimeoutExpired):
            return f"the service died with exit code {self.popen.wait(GRACE)}"
        return ""

    def _speak(self, into: IO[bytes], out: IO[bytes]) -> None:
        """Say each line that is asked, and hear one; that may take as long as it takes, as this is a thread."""
        for line in iter(self._asked.get, None):
            with suppress(OSError):
                into.write(line)
                into.flush()
            self._answers.put(out.readline(LONGEST + 1))
        out.close()
        with suppress(OSError):
            into.close()
