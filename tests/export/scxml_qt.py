"""Plays SCXML documents in Qt, which is written in C++; asked and answering as scxml_statemachine is."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

CORE: Any = import_module("PySide6.QtCore")
SCXML: Any = import_module("PySide6.QtScxml")


def play(app: Any, document: str, events: list[Any]) -> list[Any]:
    """What each event comes to."""
    machine = SCXML.QScxmlStateMachine.fromFile(document)
    if errors := [each.toString() for each in machine.parseErrors()]:
        raise ValueError(f"{document}: {errors}")
    logged: list[Any] = []
    stable: list[bool] = []
    machine.log.connect(lambda label, text: logged.append([label, text]))
    machine.reachedStableState.connect(lambda: stable.append(True))

    def settle() -> list[Any]:
        while not stable:
            app.processEvents()
        app.processEvents()
        said = [list(logged), machine.activeStateNames(False)]
        logged.clear()
        stable.clear()
        return said

    machine.start()
    settle()
    heard = []
    for event in events:
        if isinstance(event, str):
            machine.submitEvent(event)
            heard.append(settle())
            continue
        for name, value in event.items():
            machine.dataModel().setScxmlProperty(name, value, "host")
    return heard


if __name__ == "__main__":
    CORE.QLoggingCategory.setFilterRules("*=false")
    application = CORE.QCoreApplication([])
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(play(application, asked["document"], asked["events"])))
