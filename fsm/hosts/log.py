"""Histories as an event log, which ``fsm replay`` and everything else that reads logs takes (``fsm.readers.columns``).

with open("talks.jsonl", "w") as file:
    file.writelines(json.dumps(row) + "\\n" for row in rows("c1", host.history("c1")))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from fsm.engine.outcome import RefusalKind
from fsm.hosts.host import OPEN, Line
from fsm.spec.facts import facts
from fsm.spec.parties import Pairing


def rows(conversation: str, lines: Iterable[Line]) -> Iterator[dict[str, Any]]:
    """The rows of a log that a history comes to, as JSON-able data.

    What the conversation was opened with stands on the first of them. What was stale is left out: a log does not say
    which step an event answers.

    Args:
        conversation: its id.
        lines: its history, in order.
    """
    opened: dict[str, Any] = {}
    for line in lines:
        known = {} if line.pairing is None else facts(msgspec.convert(line.pairing, Pairing))
        if line.event == OPEN:
            opened = known
        elif line.accepted or line.answer["kind"] != RefusalKind.STALE:
            time = datetime.fromtimestamp(line.at, UTC).isoformat()
            row = {"conversation": conversation, "time": time, "event": line.event, "by": line.by}
            yield {**row, **opened, **known, **_came(line)}
            opened = {}


def _came(line: Line) -> dict[str, Any]:
    """What came of it."""
    if line.accepted:
        effects = [[each["name"], each["to"]] for each in line.answer["effects"]]
        return {"accepted": True, **line.answer["state"], "effects": effects}
    return {"accepted": False, **({"rule": line.answer["rule"]} if line.answer["rule"] else {})}
