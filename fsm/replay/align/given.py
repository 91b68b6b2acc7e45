"""Files that a report is held against: deviations that are accepted, and an earlier report."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from fsm.notation.echo import echo, plain
from fsm.readers.columns import EVENTS, among
from fsm.readers.csvfile import cause, opened
from fsm.readers.faults import LogError
from fsm.readers.jsontext import decode, once, written
from fsm.replay.align.edits import Edit, Kind

MOST_BYTES = 1 << 28
"""Bytes that such a file may have."""
FIELDS = Edit._fields
WHY = "why"
ACCEPT = 'give an array of edits, such as [{"kind": "extra", "event": "send_file", "why": "until the new client"}]'
REPORT = "give what fsm replay --align --json wrote"


class Accepted(NamedTuple):
    """A deviation that is accepted.

    Args:
        edit: what is said of it, by field; a field that is left out may be anything.
        why: why it is.
    """

    edit: Mapping[str, str | None]
    why: str = ""

    def takes(self, edit: Edit) -> bool:
        """Whether an edit is one of these."""
        return all(getattr(edit, name) == value for name, value in self.edit.items())

    def as_dict(self) -> dict[str, Any]:
        """The deviation as JSON-able data, as a file has it."""
        return {**self.edit, **({WHY: self.why} if self.why else {})}


def accepted(path: str | os.PathLike[str]) -> tuple[Accepted, ...]:
    """The deviations that a file accepts.

    Raises:
        LogError: it cannot be read; the message has which of them, field, value and what is accepted.
    """
    name, data = _read(path, ACCEPT)
    if not isinstance(data, list):
        raise LogError(f"{name}: {written(data)} is not accepted; {ACCEPT}")
    return tuple(_accepted(f"{name}: {n}", each) for n, each in enumerate(data, 1))


def _accepted(where: str, given: Any) -> Accepted:
    if not isinstance(given, dict):
        raise LogError(f"{where}: {written(given)} is not accepted; {ACCEPT}")
    for name, value in given.items():
        if name not in (*FIELDS, WHY):
            raise LogError(f"{where}: {echo(name)} is not known; use {', '.join((*FIELDS, WHY))}")
        if not isinstance(value, str) and not (name == "rule" and value is None):
            raise LogError(f"{where}: {name}: {written(value)} is not accepted; give text")
    try:
        among("kind", given.get("kind"), [each.value for each in Kind])
        among("event", given.get("event"), EVENTS)
    except ValueError as error:
        raise LogError(f"{where}: {error}") from None
    return Accepted({name: value for name, value in given.items() if name != WHY}, given.get(WHY, ""))


def earlier(path: str | os.PathLike[str]) -> dict[Edit, int]:
    """The edits that an earlier report has, and how often, those that it accepted too.

    Raises:
        LogError: it cannot be read, or is no such report.
    """
    name, data = _read(path, REPORT)
    try:
        told = data["alignment"]
        return {_edit(each): _times(each) for each in (*told["groups"], *told["accepted"])}
    except (KeyError, TypeError, ValueError):
        raise LogError(f"{name}: this is no report of alignments; {REPORT}") from None


def _edit(given: dict[str, Any]) -> Edit:
    kind, *others = (given[name] for name in FIELDS)
    if not all(isinstance(each, str) for each in others[:-1]) or not isinstance(others[-1], str | None):
        raise TypeError
    return Edit(Kind(kind), *others)


def _times(given: dict[str, Any]) -> int:
    if type(given["times"]) is not int:
        raise TypeError
    return given["times"]


def _read(path: str | os.PathLike[str], give: str) -> tuple[str, Any]:
    name = plain(os.fspath(path))
    try:
        with opened(os.fspath(path)) as file:
            text = file.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            raise LogError(f"{name}: has more than {MOST_BYTES:,} bytes; {give}")
        data = decode(text)
        once(text, data)
    except OSError as error:
        raise LogError(f"{name}: {plain(cause(error, give))}") from None
    except LogError:
        raise
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise LogError(f"{name}: is not read as JSON: {plain(str(error))}; {give}") from None
    return name, data
