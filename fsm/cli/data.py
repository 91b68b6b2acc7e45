"""Everything the command line can tell, as JSON-able data, by the names that the library has for it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fsm.cli.play import Played
from fsm.engine.outcome import Outcome, Refusal
from fsm.notation import Effect, Lifecycle, Row, Signal, State
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import Pairing
from fsm.spec.routing import Route, route

Data = dict[str, Any]
EFFECTS: dict[str, Effect] = {
    emit.effect.name: emit.effect for row in CONVERSATION.rows.values() for emit in row.effects
}
"""Every effect by name."""


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
    told = {"line": step.event.number, **result(step.result)}
    return {**told, **between(step.pairing)} if step.event.pairing else told


def row(each: Row) -> Data:
    """One row of a table."""
    return {
        "id": each.id,
        "event": each.event,
        "by": each.by,
        "signal": each.internal,
        "when": [{"guard": guard.name, "about": guard.about} for guard in each.when],
        "to": each.to,
        "owner": each.owner,
        "does": [
            {"signal": str(item), "by": item.by}
            if isinstance(item, Signal)
            else {"effect": item.effect.name, "to": item.to or item.effect.service}
            for item in each.does
        ],
        "refused": each.refused or None,
        "instead": list(each.instead),
        "rules": list(each.cites),
    }


def state(each: State) -> Data:
    """One state and its rows."""
    return {
        "name": each.name,
        "label": each.label,
        "initial": each.initial,
        "final": each.final,
        "owner": each.owner or None,
        "timers": [
            {"event": timer.event, "seconds": timer.seconds, "when": [guard.name for guard in timer.when]}
            for timer in each.timers
        ],
        "ignores": list(each.ignores),
        "rows": [row(one) for one in each.rows],
    }


def lifecycle(each: Lifecycle, only: str = "") -> Data:
    """The table of a lifecycle, or of one of its states."""
    states = [state(one) for one in each if only in ("", one.name)]
    return {"lifecycle": each.name, "label": each.label, "states": states}
