"""Reading a log of events: one JSON object a line, all of it checked before any of it is played."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from fsm.cli.ask.people import InputError, altered
from fsm.cli.play import Event
from fsm.engine import known
from fsm.engine.conversation import Conversation
from fsm.engine.outcome import UnknownEvent
from fsm.notation import PARTIES, Party
from fsm.spec.editions import Edition
from fsm.spec.parties import Pairing, bare

ACCEPTED = 'use {"event": NAME, "by": PARTY OR ADDRESS}, or {"change": {"originator" OR "recipient": {FIELD: VALUE}}}'


class Fired(msgspec.Struct, forbid_unknown_fields=True):
    """A line for an event; ``by`` is a party or a user's address."""

    event: str
    by: str


class Sides(msgspec.Struct, forbid_unknown_fields=True):
    """What becomes different of either user, by the names of a Participant's fields."""

    originator: dict[str, Any] = {}
    recipient: dict[str, Any] = {}


class Changed(msgspec.Struct, forbid_unknown_fields=True):
    """A line for a change of mode, policy or client."""

    change: Sides


def read(lines: Iterable[bytes], name: str, pairing: Pairing, edition: Edition | None = None) -> list[Event]:
    """The events in a log of a conversation that starts under ``pairing``. Blank lines are nothing.

    With ``edition``, what becomes of the two has to exist in it as well.

    Raises:
        InputError: lines cannot be read; it has a message for each, with line, field, value and what is accepted.
    """
    events: list[Event] = []
    wrong: list[str] = []
    for number, line in enumerate(lines, 1):
        line = line.removeprefix(BOM_UTF8).strip()
        if line:
            try:
                event = _event(number, line, pairing, edition)
            except ValueError as error:
                wrong.append(f"{name}:{number}: {error}")
            else:
                events.append(event)
                pairing = event.pairing or pairing
    if wrong:
        raise InputError("\n".join(wrong))
    return events


def _event(number: int, line: bytes, pairing: Pairing, edition: Edition | None) -> Event:
    try:
        raw = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise InputError(f"not JSON: {error}; {ACCEPTED}") from None
    if not isinstance(raw, dict):
        raise InputError(f"{_written(raw)} is not accepted; {ACCEPTED}")
    try:
        if "change" in raw:
            return _changed(number, msgspec.convert(raw, Changed).change, pairing, edition)
        return _fired(number, msgspec.convert(raw, Fired), pairing)
    except msgspec.ValidationError as error:
        raise InputError(_complaint(str(error), raw)) from None


def _fired(number: int, line: Fired, pairing: Pairing) -> Event:
    address = {bare(getattr(pairing, party).address): party for party in PARTIES}
    by = address.get(bare(line.by), line.by)
    try:
        Conversation(pairing).may(known.event(line.event), known.party(by))
    except UnknownEvent as error:
        raise InputError(f"{error}, or a user's address" if str(error).startswith("by") else str(error)) from None
    return Event(number, line.event, Party(by))


def _changed(number: int, sides: Sides, pairing: Pairing, edition: Edition | None) -> Event:
    changed, words = pairing, []
    for party in PARTIES:
        values: Mapping[str, Any] = getattr(sides, party)
        if "address" in values:
            raise InputError(f"change.{party}.address: a conversation stays between the same two; leave it out")
        try:
            who = altered(values, getattr(pairing, party), edition)
        except ValueError as error:
            raise InputError(f"change.{party}: {error}") from None
        changed = replace(changed, originator=who) if party is Party.ORIGINATOR else replace(changed, recipient=who)
        words += [f"{party} {name}={value}" for name, value in values.items()]
    return Event(number, f"change {', '.join(words)}", Party.SERVICE, changed)


def _complaint(problem: str, raw: Any) -> str:
    """What msgspec says, with the field and the value first, and what is accepted last."""
    what, _, path = problem.partition(" - at `$.")
    if not path:
        return f"{what}; {ACCEPTED}"
    field = path.rstrip("`")
    for key in field.split("."):
        raw = raw[key]
    return f"{field}: {_written(raw)} is not accepted: {what}; {ACCEPTED}"


def _written(value: object) -> str:
    return msgspec.json.encode(value).decode()
