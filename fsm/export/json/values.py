"""What a conversation answers, as JSON: outcomes, refusals, effects, timers, snapshots, and the schema of each.

    json.dumps(to_json(conversation.fire("call_audio", by="originator")))

The published schema is made of the types here, so their docstrings are its descriptions. Each effect comes with what it
says, for people; which events answer it stands in the exported specification.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import new_class
from typing import Any, Literal, cast

import msgspec

from fsm.engine import outcome, snapshot
from fsm.engine.outcome import RefusalKind
from fsm.export.json import shape
from fsm.notation import Composition, Party, effects_of
from fsm.notation.echo import echo
from fsm.spec.conversation import CONVERSATION
from fsm.spec.users import whose

__all__ = ["refusal", "says", "schema", "to_json"]
SNAPSHOT = "Where a conversation stands, to be restored; one that is signed has a signature too."
Value = outcome.Outcome | outcome.Refusal | outcome.Sent | outcome.StartTimer | outcome.Timers


class Effect(shape.Shape):
    """An effect: its name, the party or service it is for, and what happens to them, in words."""

    name: str
    to: str
    says: str


class Outcome(shape.Shape):
    """An accepted event, and what it came to: where each lifecycle stands, what is asked of the outside, in order."""

    accepted: Literal[True]
    event: str
    by: Party
    at: shape.Place
    effects: list[Effect]
    timers: shape.Timers
    rows: list[str]
    rules: list[str]


class Way(shape.Shape):
    """An event that is possible, and who may fire it."""

    event: str
    by: Party


class Reason(shape.Shape):
    """Why one row did not hold: the first guard that failed, whom it is about, the rule behind it, and what helps."""

    row: str
    guard: str
    about: str
    rule: str
    message: str
    remedy: str


class Refusal(shape.Shape):
    """A refused event, which changed nothing: by which rule, and what to do instead."""

    accepted: Literal[False]
    event: str
    by: Party
    kind: RefusalKind
    rule: str | None
    guard: str | None
    message: str
    instead: str
    ways: list[Way]
    reasons: list[Reason]
    row: str | None
    rules: list[str]


def to_json(value: Value) -> dict[str, Any]:
    """A value that a conversation gave, as JSON-able data.

    Args:
        value: an outcome, a refusal, an effect, a timer to start, or the timers of a step.

    Raises:
        ValueError: it is none of these.
    """
    if isinstance(value, outcome.Outcome):
        return {
            "accepted": True,
            "event": value.event,
            "by": value.by.value,
            "at": {
                "state": {name: at.state for name, at in value.at},
                "owners": {name: at.owner.value for name, at in value.at if at.owner},
                "openers": {name: at.opener.value for name, at in value.at if at.opener},
            },
            "effects": [to_json(each) for each in value.effects],
            "timers": to_json(value.timers),
            "rows": list(value.rows),
            "rules": list(value.rules),
        }
    if isinstance(value, outcome.Refusal):
        return {
            "accepted": False,
            "event": value.event,
            "by": value.by.value,
            "kind": value.kind.value,
            "rule": value.rule,
            "guard": value.guard,
            "message": value.message,
            "instead": value.instead,
            "ways": [{"event": way.event, "by": way.by.value} for way in value.ways],
            "reasons": [{**reason._asdict(), "about": str(reason.about)} for reason in value.reasons],
            "row": value.row,
            "rules": list(value.rules),
        }
    if isinstance(value, outcome.Sent):
        return {**value._asdict(), "says": says(value.name)}
    if isinstance(value, outcome.StartTimer):
        return value._asdict()
    if isinstance(value, outcome.Timers):
        return {"start": [to_json(each) for each in value.start], "cancel": list(value.cancel)}
    raise ValueError(f"value: {echo(value)} is not accepted; give an outcome, a refusal, an effect or timers")


def says(effect: str) -> str:
    """What an effect comes to for whom it is addressed to, in words to follow their name; empty for one of others."""
    found = effects_of(CONVERSATION).get(effect)
    return found.says if found else ""


def refusal(given: Mapping[str, Any]) -> outcome.Refusal:
    """The refusal that ``to_json`` was given.

    Raises:
        ValueError: it is no refusal as JSON; the message says where it is not.
    """
    try:
        msgspec.convert(given, Refusal)
    except msgspec.ValidationError as error:
        raise ValueError(f"refusal: {error}") from None
    found: Any = {name: each for name, each in given.items() if name != "accepted"} | {
        "by": Party(given["by"]),
        "kind": RefusalKind(given["kind"]),
        "ways": tuple(outcome.Way(way["event"], Party(way["by"])) for way in given["ways"]),
        "reasons": tuple(outcome.Reason(**reason) for reason in given["reasons"]),
        "rules": tuple(given["rules"]),
    }
    return cast("outcome.Refusal", outcome.Refusal(**found))


def schema(what: Composition = CONVERSATION, pairing: object = None) -> str:
    """The JSON Schema of the values: any of them is valid by it, and each by its own part.

    Those of every specification are the same, but that a snapshot has its pairing.
    """
    generic: Any = snapshot.Snapshot
    named = new_class(
        "Snapshot",
        (generic[whose(what).kind],),
        exec_body=lambda body: body.update(__doc__=SNAPSHOT, __module__=__name__),
    )
    every = (Outcome, Refusal, Effect, shape.StartTimer, shape.Timers, named)
    found, parts = msgspec.json.schema_components(every, ref_template="#/$defs/{name}")
    for each in parts.values():
        each["description"] = " ".join(each.get("description", "").split())
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:interop-fsm:{'' if what is CONVERSATION else 'own-'}values:{shape.VERSION}",
        "title": "What a conversation answers, and its snapshot",
        "anyOf": list(found),
        "$defs": parts,
    }
    return json.dumps(described, indent=1) + "\n"
