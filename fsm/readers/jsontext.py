"""JSON that others wrote: no key is there twice; and values as messages show them."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from fsm.notation.echo import LONGEST, echo, plain

decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class GivenTwice(ValueError):
    """A key is twice in one object. The message names it."""


def once(text: bytes | str, value: dict[str, Any] | list[Any]) -> None:
    """Check that every object of a JSON text has each key once; where it does not, parsers take the last.

    Args:
        text: the text.
        value: what ``decode`` makes of it.

    Raises:
        GivenTwice: a key is there twice.
        RecursionError: the text is nested too deeply.
    """
    # What is dropped takes a colon with it: of an object with as many as keys nothing is. Those within strings stay as
    # they are, unless they are written as escapes.
    colons = text.count(b":") if isinstance(text, bytes) else text.count(":")
    if type(value) is dict and colons == len(value):
        return
    if (text.find(b"\\") if isinstance(text, bytes) else text.find("\\")) < 0:
        time = value.get("time") if isinstance(value, dict) else None  # has colons, in logs
        if isinstance(time, str) and colons == len(value) + time.count(":"):
            return
        if colons == _encode(value).count(b":"):
            return
    json.loads(text, object_pairs_hook=_members)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise GivenTwice(f"{echo(name)} is given twice in one object; give it once")
        found[name] = value
    return found


def written(value: object) -> str:
    """A value as a message shows it: as JSON has it if it is short and JSON has it, else as ``echo`` does."""
    if isinstance(value, (str, bool, int, list, dict)) or value is None:
        try:
            text = _encode(value).decode()
        except (TypeError, ValueError, RecursionError):
            return echo(value)
        if len(text) <= LONGEST:
            return plain(text)
    return echo(value)
