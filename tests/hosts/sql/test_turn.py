"""Turns at SQLite: first come, first served among threads, one at a time among processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from fsm.hosts.sql.turn import Turn

HOLDS = """
import sys
from pathlib import Path
from fsm.hosts.sql.turn import Turn
with Turn(Path(sys.argv[1])):
    print("has it", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def turn(tmp_path: Path) -> Iterator[Turn]:
    made = Turn(tmp_path / "turn")
    yield made
    made.close()


def waiting(turn: Turn, number: int) -> bool:
    return len(turn.waiting) == number


def test_who_has_waited_longest_is_next(turn: Turn) -> None:
    order: list[int] = []

    def wait(n: int) -> None:
        with turn:
            order.append(n)

    threads = []
    with turn:
        for n in range(5):
            threads.append(Thread(target=wait, args=(n,)))
            threads[-1].start()
            while not waiting(turn, n + 1):
                pass
    for each in threads:
        each.join()
    assert order == [0, 1, 2, 3, 4]


class Interrupted(BaseException):
    """What comes in the middle of waiting."""


class Waits:
    """A lock at which waiting is interrupted, perhaps once it has been handed over."""

    def __init__(self, handed: Any) -> None:
        self.handed, self.times = handed, 0

    def acquire(self) -> None:
        self.times += 1
        if self.times == 2:
            self.handed()
            raise Interrupted

    def release(self) -> None: ...


@pytest.mark.parametrize("handed", [False, True])
def test_who_is_interrupted_while_waiting_holds_up_nobody(
    turn: Turn, monkeypatch: pytest.MonkeyPatch, handed: bool
) -> None:
    turn.__enter__()
    monkeypatch.setattr("fsm.hosts.sql.turn.Lock", lambda: Waits(turn._next if handed else lambda: None))
    with pytest.raises(Interrupted), turn:
        pass
    monkeypatch.undo()
    turn.__exit__()
    with turn:
        assert waiting(turn, 0)


def test_another_process_waits_and_one_that_is_killed_has_had_its_turn(tmp_path: Path) -> None:
    file, had = tmp_path / "turn", Event()
    turn = Turn(file)
    holds = subprocess.Popen([sys.executable, "-c", HOLDS, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holds.stdout
    assert holds.stdout.readline() == b"has it\n"

    def wait() -> None:
        with turn:
            had.set()

    waits = Thread(target=wait)
    waits.start()
    assert not had.wait(0.2)
    os.kill(holds.pid, signal.SIGKILL)
    holds.communicate()
    waits.join()
    assert had.is_set()
    turn.close()


def test_where_nothing_can_be_locked_that_is_told_every_time(tmp_path: Path) -> None:
    turn = Turn(tmp_path / "not" / "there")
    for _ in range(2):
        with pytest.raises(FileNotFoundError), turn:
            pass
    turn.close()
