"""Instructions an operation takes, counted by valgrind: ``python benchmarks/instructions.py``.

The difference of two processes that do it so many times, and so many more: what comes before and after falls out, and
a busy machine makes no difference.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

LOOPS = {
    "an empty loop": "for key in keys: pass",
    "one dict lookup": "for key in keys: table[key]",
    "fire": "for event, by in keys: fire(event, by)",
    "may, of a refused event": "for event, by in refused: may(event, by)",
}
CODE = """
import sys
sys.path.insert(0, {path!r})
import fsm
talk = fsm.Conversation(fsm.Pairing(fsm.Participant("a", "TeamsOnly"), fsm.Participant("b", "SfBOnly")))
talk.fire("call_audio", fsm.Party.ORIGINATOR)
talk.fire("accept_call", fsm.Party.RECIPIENT)
def go(fire, may, rounds):
    keys = [("hold", fsm.Party.ORIGINATOR), ("resume", fsm.Party.ORIGINATOR)] * 500
    refused = [("accept_call", fsm.Party.RECIPIENT)] * 1000
    table = dict.fromkeys(keys, 1)
    for _ in range(rounds):
        {loop}
go(talk.fire, talk.may, {rounds})
"""
TOOL = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")
FEW, MANY = 2, 22
"""Thousands of times."""


def counted() -> dict[str, float]:
    """Instructions for each operation, the loop around it included; empty where valgrind is not there."""
    if not shutil.which(TOOL[0]):
        return {}
    return {name: (_process(loop, MANY) - _process(loop, FEW)) / (1000 * (MANY - FEW)) for name, loop in LOOPS.items()}


def _process(loop: str, rounds: int) -> int:
    code = CODE.format(path=str(Path(__file__).resolve().parents[1]), loop=loop, rounds=rounds)
    env = {**os.environ, "PYTHONHASHSEED": "0"}
    found = subprocess.run((*TOOL, sys.executable, "-c", code), check=True, stderr=subprocess.PIPE, text=True, env=env)
    [line] = [line for line in found.stderr.splitlines() if "Collected" in line]
    return int(line.rpartition(":")[2])


if __name__ == "__main__":
    for name, count in counted().items() or [("valgrind is not there", 0.0)]:
        print(f"{name:<30}{count:>10,.0f}")
