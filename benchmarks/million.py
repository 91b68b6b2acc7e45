"""Many conversations in one process: ``python benchmarks/million.py [NUMBER]``.

Each has a Pairing of its own; all are live at once, are driven to their end and snapshotted. A line of JSON a phase.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from stories import MODES, STORY  # the checkout comes first

from fsm import LIFECYCLES, Conversation, Pairing, Participant

USERS = 20_000
STATUS = Path("/proc/self/status")


def peak() -> float:
    """The most memory that this process has held, in MiB; as Linux tells it, or else as POSIX does."""
    if STATUS.exists():
        return int(STATUS.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    import resource  # not on Windows

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def phases(number: int) -> Iterator[dict[str, Any]]:
    """What was done, how often, in what time, and the peak of memory so far."""
    start = time.perf_counter()

    def phase(name: str, times: int) -> dict[str, Any]:
        nonlocal start
        seconds = time.perf_counter() - start
        found = {"phase": name, "times": times, "seconds": seconds, "peak": peak()}
        start = time.perf_counter()
        return found

    users = [Participant(f"user{n}@contoso.example", MODES[n % len(MODES)]) for n in range(USERS)]
    yield phase("users", USERS)
    chance = random.Random(0)
    pairings = [Pairing(*chance.sample(users, 2)) for _ in range(number)]
    yield phase("pairings", number)
    conversations = [Conversation(pairing) for pairing in pairings]
    yield phase("conversations, each pairing routed", number)
    fired = 0
    for event, by in STORY:
        for each in conversations:
            if each.may(event, by):
                each.fire(event, by)
                fired += 1
    yield phase("events, to the end of all of them", fired)
    for each in conversations:
        for name, at in each.places.items():
            state = LIFECYCLES[name].states[at.state]
            assert state.final or state.initial or name == "terminated_call", f"{name} goes on in {at}"
    start, size = time.perf_counter(), 0
    with tempfile.TemporaryFile() as file:
        for each in conversations:
            size += file.write(json.dumps(each.snapshot()).encode() + b"\n")
    yield phase(f"snapshots, to a file of {size / 2**20:,.0f} MiB", number)


if __name__ == "__main__":
    for found in phases(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000):
        print(json.dumps(found), flush=True)
