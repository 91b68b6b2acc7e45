"""Asking XState, where npm has installed it, what it makes of an export."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from fsm import CONVERSATION, Conversation, Pairing
from fsm.engine import known
from fsm.engine.outcome import Timers
from fsm.export import What, names
from fsm.export.xstate import config
from fsm.notation import PARTIES, guards_of
from fsm.space.resolved import Condition
from tests.export import jury

SCRIPT = Path(__file__).with_name("xstate.mjs")
CONDITIONS = [Condition(guard, party) for guard in guards_of(CONVERSATION) for party in PARTIES]


def home(*tools: str) -> Path:
    """Where npm put these tools; skips the test where it did not."""
    found = Path(os.environ.get("JURY_HOME", "."))
    if not shutil.which("node") or not all((found / "node_modules" / each).is_dir() for each in tools):
        pytest.skip(f"not found: {', '.join(tools)}; npm install --prefix DIR {' '.join(tools)}, and JURY_HOME=DIR")
    return found.resolve()


def holding(pairing: Pairing) -> list[str]:
    """The conditions that hold for a pairing."""
    profile = names.profile(pairing)
    assert profile is not None
    return [each.name for each in CONDITIONS if profile.holds(*each)]


def machine(what: What, pairing: Pairing | None = None, module: Path | None = None) -> Any:
    """A line that tells which machine the lines after it are about."""
    conditions = [each.name for each in CONDITIONS]
    return {"config": config(what, pairing), "conditions": conditions, "module": module and str(module)}


def steps(sequence: jury.Sequence) -> Any:
    """A line that tells a sequence and what the engine makes of it, timers included."""
    talk, trace = Conversation(sequence.pairing), []
    for heard in sequence.trace:
        timers = talk.fire(known.event(heard.event), known.party(heard.by)).timers if heard.accepted else Timers()
        start = sorted((f"{each.event}.service", each.seconds) for each in timers.start)
        cancel = sorted(f"{event}.service" for event in timers.cancel)
        trace.append((f"{heard.event}.{heard.by}", heard.accepted, heard.places, heard.effects, start, cancel))
    return {"number": sequence.number, "holds": holding(sequence.pairing), "trace": trace}


def verdict(lines: Iterable[Any]) -> Any:
    """What XState makes of these lines."""
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    done = subprocess.run(["node", SCRIPT, home("xstate")], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
