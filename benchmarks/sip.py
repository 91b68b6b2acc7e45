"""SIP traces in bulk: ``python benchmarks/sip.py [NUMBER]``.

Writes so many messages of conversations as a client logs them, reads them as conversations, and beside that reads the
lines of the file alone and finds the messages alone, in the same run: what reading costs beside its floor. A line of
JSON a phase; each phase in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from million import peak  # the checkout comes first

from fsm.readers.log import Log
from fsm.readers.opening import parts
from fsm.readers.sip.messages import messages
from fsm.replay import replay
from tests.readers.sip.writing import conversation, trace


def write(path: Path, number: int) -> int:
    """A trace of so many messages or a few more; how many."""
    count = n = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        while count < number:
            sent = conversation(random.Random(n), f"c{n}", 500.0 * n)[0]
            file.write(trace(sent))
            count, n = count + len(sent), n + 1
    return count


def lines(path: Path) -> int:
    """Read the lines alone."""
    with path.open("rb") as file:
        return sum(1 for _ in file)


def found(path: Path) -> int:
    """Find the messages alone."""
    with parts(str(path)) as some:
        return sum(1 for each in some for _ in messages(each))


def read(path: Path) -> int:
    """Read conversations."""
    return sum(1 for _ in Log(path))


def followed(path: Path) -> int:
    """Read and follow conversations."""
    return len(replay(path))


PHASES: dict[str, Callable[[Path], int]] = {"lines": lines, "messages": found, "events": read, "followed": followed}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--phase", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.phase:
        begun = time.perf_counter()
        count = PHASES[given.phase[0]](Path(given.phase[1]))
        print(json.dumps({"count": count, "seconds": round(time.perf_counter() - begun, 2), "MiB": round(peak())}))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.UccApilog"
        count = write(path, given.number)
        print(json.dumps({"messages": count, "MiB": path.stat().st_size >> 20}), flush=True)
        for phase in PHASES:
            run = [sys.executable, __file__, "--phase", phase, str(path)]
            told = json.loads(subprocess.run(run, capture_output=True, text=True, check=True).stdout)
            told["messages a second"] = round(count / told["seconds"])
            print(json.dumps({"phase": phase, **told}), flush=True)


if __name__ == "__main__":
    main()
