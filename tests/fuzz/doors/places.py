"""Conversations put somewhere: snapshots to restore, and places by name."""

from __future__ import annotations

import json

import fsm
from fsm import SnapshotError
from tests.fuzz.doors import Door
from tests.people import PAIRS


def _restore(data: bytes) -> None:
    try:
        snapshot = json.loads(data)
    except (ValueError, RecursionError):
        return
    fsm.Conversation.restore(snapshot)


def _snapshots() -> list[bytes]:
    found = []
    for name in ("teams>sfb", "teams>teams", "sfb>teams"):
        talk = fsm.Conversation(PAIRS[name])
        found.append(json.dumps(talk.snapshot()).encode())
        while len(found) % 4 and (way := next((w for w in talk.available() if w.event != "close_chat"), None)):
            talk.fire(way.event, way.by)
            found.append(json.dumps(talk.snapshot()).encode())
    return found


DOORS = (Door("snapshot", _restore, (SnapshotError,), _snapshots),)
