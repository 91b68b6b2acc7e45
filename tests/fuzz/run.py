"""Throwing malformed input at a door, and telling what got past it. ``python -m tests.fuzz`` does so for long."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.doors import CORPUS, Door, corpus
from tests.fuzz.mutate import mutate

LONGEST = 4000
"""Characters that an error may have; what is echoed is cut."""
FORKED = 200
"""How many inputs a process takes where one of them may end it."""


class Finding(NamedTuple):
    """An input, and what it came to that it should not have."""

    data: bytes
    says: str


def outcome(door: Door, data: bytes) -> Finding | None:
    """What an input comes to that it should not; None where it is taken or refused in words."""
    try:
        door.enter(data)
    except door.says as error:
        wrong = unfit(str(error))
        return Finding(data, f"{type(error).__name__} {wrong}: {str(error)[:300]!r}") if wrong else None
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return Finding(data, f"{type(error).__name__}: {str(error)[:300]} ({Path(last.filename).name}:{last.lineno})")
    return None


def unfit(message: str) -> str:
    """What is wrong with a message; empty where it can be shown to anybody."""
    if not message.strip():
        return "says nothing"
    if len(message) > LONGEST:
        return f"has {len(message)} characters"
    if odd := {each for each in message if not (each.isprintable() or each == "\n")}:
        return f"has {sorted(odd)}"
    return ""


def findings(door: Door, number: int, seed: int = 0) -> Iterator[Finding]:
    """Everything that gets past a door: the corpus, and then ``number`` inputs from a seed."""
    good = list(door.good())
    some = [*corpus(door), *good]
    chance = random.Random(f"{door.name} {seed}")
    inputs = [*some, *(mutate(some, chance) for _ in range(number))] if door.native else None
    if inputs is not None:
        for n in range(0, len(inputs), FORKED):
            yield from _forked(door, inputs[n : n + FORKED])
        return
    for data in some:
        if found := outcome(door, data):
            yield found
    for _ in range(number):
        if found := outcome(door, mutate(some, chance)):
            yield found


def _forked(door: Door, inputs: list[bytes]) -> Iterator[Finding]:
    """The same in a process of its own; one that ends it is a finding, and the others go on."""
    first = 0
    while first < len(inputs):
        told, tells = os.pipe()
        child = os.fork()
        if not child:
            os.close(told)
            for n in range(first, len(inputs)):
                os.write(tells, f"{n}\n".encode())
                if found := outcome(door, inputs[n]):
                    os.write(tells, f"{n} {' '.join(found.says.split())}\n".encode())
            os._exit(0)
        os.close(tells)
        with open(told, encoding="utf-8", errors="replace") as lines:
            said = [line.rstrip("\n").split(" ", 1) for line in lines]
        _, status = os.waitpid(child, 0)
        for number, *says in said:
            if says:
                yield Finding(inputs[int(number)], says[0])
        last = int(said[-1][0])
        if not status:
            return
        ended = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else f"exit {status}"
        yield Finding(inputs[last], f"the process ended: {ended}")
        first = last + 1


def keep(door: Door, found: Finding) -> Path:
    """Put a finding into the corpus."""
    path = CORPUS / door.name / hashlib.sha256(found.data).hexdigest()[:16]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(found.data)
    return path
