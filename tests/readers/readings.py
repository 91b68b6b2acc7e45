"""What the rows that a reader yields may mean: every reading of them, followed through the specification."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from fsm import Conversation, Party, Refused
from fsm.readers.columns import flat, moment
from fsm.readers.notes import Noted
from fsm.readers.opening import Line
from fsm.readers.unsure import FIRED_BY, UNKNOWN
from fsm.spec.facts import KINDS, from_facts

CASES = Path(__file__).parent / "cases"


def read(module: ModuleType, data: bytes) -> tuple[list[Line], dict[str, int]]:
    """What a reader makes of a file, and what it noted, with of how many."""
    noted = Noted("file", "record")
    lines = list(module.read(io.BytesIO(data), noted))
    return lines, {note.says: note.count for note in noted}


def rows(module: ModuleType, data: bytes) -> list[dict[str, Any]]:
    """The rows of a file in which nothing is wrong."""
    lines, _ = read(module, data)
    found = [values for _, values in lines if not isinstance(values, str)]
    assert len(found) == len(lines), lines
    return found


def wrong(module: ModuleType, data: bytes) -> list[str]:
    """What is wrong in a file."""
    return [values for _, values in read(module, data)[0] if isinstance(values, str)]


def events(found: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Events and by whom, as the rows have them."""
    return [(row["event"], row["by"]) if "by" in row else row["event"] for row in found]


def options(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each event that a row may be, and by whom."""
    members = [(row["event"], row["by"])] if isinstance(row["event"], str) else row["event"]
    for event, by in members:
        yield from ((event, each.value) for each in (FIRED_BY[event] if by == UNKNOWN else [Party(by)]))


def accepted(found: Sequence[Mapping[str, Any]]) -> int:
    """How many readings of one conversation, in the order of its rows, the specification accepts."""
    given = {name: value for name, value in found[0].items() if name in KINDS}
    alive = [Conversation(from_facts(given))]
    for row in found:
        after = []
        for one in alive:
            for event, by in options(row):
                copy = Conversation.restore(one.snapshot())
                try:
                    copy.fire(cast(Any, event), Party(by))
                except Refused:
                    continue
                after.append(copy)
        alive = after
    return len(alive)


def within(time: str, of: str) -> bool:
    """Whether a time is one that a row may have."""
    first, _, last = of.partition("/")
    at = moment(time)
    if not last:
        return at == moment(first)
    return (first == ".." or moment(first) <= at) and (last == ".." or at <= moment(last))  # type: ignore[operator]


def is_reading(expected: Path, found: Sequence[Mapping[str, Any]]) -> bool:
    """Whether an expectation is one of the readings of rows."""
    wanted = [flat(json.loads(line)) for line in expected.read_text().splitlines()]
    addresses: dict[str, str] = {}
    for want, row in zip(wanted, found, strict=True):
        for party in ("originator", "recipient"):
            if f"{party}.address" in want:
                addresses[want[f"{party}.address"]] = party
        by = want["by"]
        if (want["event"], addresses.get(by, by) if by not in ("originator", "recipient") else by) not in options(row):
            return False
        if "time" in row and not within(want["time"], row["time"]):
            return False
        if any(want[name] != row.get(name) for name in want if name in KINDS):
            return False
    return True


def conversations(found: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Rows by the conversation they are of."""
    by_name: dict[str, list[Mapping[str, Any]]] = {}
    for row in found:
        by_name.setdefault(row["conversation"], []).append(row)
    return by_name
