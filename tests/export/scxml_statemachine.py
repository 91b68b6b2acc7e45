"""Plays SCXML documents in python-statemachine.

Each line of standard input is a conversation: {"document": path, "events": [name or {name of data: value}]}. Each line
of standard output is what came of it: for each event, what was logged, as pairs of label and text, and the ids of the
states it left active.
"""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from functools import cache
from importlib import import_module
from io import StringIO
from typing import Any


class Machine:
    """A document's machine, set back for each conversation: to make another one takes it longer than to play one."""

    def __init__(self, path: str) -> None:
        with open(path, encoding="utf-8") as file:
            self._machine: Any = import_module("statemachine.io").load(file.read(), format="scxml")()
        self._start = self._machine.configuration

    def play(self, events: list[Any]) -> list[Any]:
        """What each event comes to."""
        self._machine.configuration = type(self._start)(self._start)
        heard = []
        for event in events:
            if isinstance(event, str):
                heard.append(self._step(event))
                continue
            for name, value in event.items():
                setattr(self._machine.model, name, value)
        return heard

    def _step(self, event: str) -> list[Any]:
        with redirect_stdout(StringIO()) as printed:
            self._machine.send(event)
        logged = [line.split(": ", 1) for line in printed.getvalue().splitlines()]
        return [
            [[label, text.strip("'")] for label, text in logged],
            [state.id for state in self._machine.configuration],
        ]


machine = cache(Machine)

if __name__ == "__main__":
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(machine(asked["document"]).play(asked["events"])))
