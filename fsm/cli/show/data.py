"""Everything the command line can tell, as JSON-able data, by the names that the library has for it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import msgspec

from fsm.cli.play import Played
from fsm.cli.show.evidence import Evidence
from fsm.engine.outcome import Outcome, Refusal
from fsm.export.json import write as specification
from fsm.notation import Lifecycle, effects_of
from fsm.spec.conversation import CONVERSATION
from fsm.spec.editions import Problem
from fsm.spec.parties import Pairing
from fsm.spec.routing import Route, route
from fsm.spec.rules import Rule

Data = dict[str, Any]
EFFECTS = effects_of(CONVERSATION)
"""Every effect by name."""


def rule(found: Rule, evidence: Evidence) -> Data:
    """A rule, where it comes from, and what keeps, proves and exercises it."""
    return {
        "id": found.id,
        "says": found.says,
        "document": found.document._asdict(),
        "section": found.section,
        **evidence._asdict(),
    }


def routed(found: Route) -> Data:
    """Where a conversation lands, or why it is impossible."""
    why = found.refusal
    return {
        "kind": found.kind,
        "originator_on": found.originator_on,
        "recipient_on": found.recipient_on,
        "refusal": {"rule": why.rule, "message": why.message, "instead": why.instead} if why else None,
        "rules": list(found.rules),
    }


def problem(found: Problem) -> Data:
    """Why somebody does not exist in an edition."""
    return {**found._asdict(), "says": str(found)}


def between(pair: Pairing) -> Data:
    """Two users, and where their conversation lands."""
    return {"pairing": asdict(pair), "route": routed(route(pair))}


def result(found: Outcome | Refusal) -> Data:
    """What an event came to."""
    if isinstance(found, Outcome):
        return {
            "event": found.event,
            "by": found.by,
            "accepted": True,
            "state": found.state,
            "owners": {name: at.owner for name, at in found.at if at.owner},
            "openers": {name: at.opener for name, at in found.at if at.opener},
            "effects": [
                {"effect": sent.name, "to": sent.to, "says": EFFECTS[sent.name].says} for sent in found.effects
            ],
            "timers": {
                "start": [timer._asdict() for timer in found.timers.start],
                "cancel": list(found.timers.cancel),
            },
            "rows": list(found.rows),
            "rules": list(found.rules),
        }
    return {
        "event": found.event,
        "by": found.by,
        "accepted": False,
        "kind": found.kind,
        "rule": found.rule,
        "guard": found.guard,
        "message": found.message,
        "instead": found.instead,
        "ways": [way._asdict() for way in found.ways],
        "reasons": [reason._asdict() for reason in found.reasons],
        "row": found.row,
        "rules": list(found.rules),
    }


def played(step: Played) -> Data:
    """One step of a play."""
    told = {"line": step.event.line, **result(step.result)}
    return {**told, **between(step.pairing)} if step.event.pairing else told


def lifecycle(each: Lifecycle, only: str = "") -> Data:
    """The table of a lifecycle, or of one of its states, as the specification's JSON has it."""
    found: Data = msgspec.to_builtins(specification.lifecycle(each))
    return {**found, "states": [state for state in found["states"] if only in ("", state["name"])]}
