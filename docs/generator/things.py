"""Everything in the tables that has an address of its own, and which rules it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from fsm.notation import Change, Effect, Guard, effects_of, guards_of
from fsm.spec.conversation import CONVERSATION
from fsm.spec.editions import EDITIONS
from fsm.spec.routing import ROUTES
from fsm.spec.rules import RULES
from fsm.spec.statements import STATEMENTS
from fsm.verify import PROPERTIES

KINDS = {
    "rule": "rules",
    "lifecycle": "lifecycles",
    "state": "states",
    "row": "rows",
    "timer": "timers",
    "guard": "guards",
    "guards": "groups of guards",
    "effect": "effects",
    "event": "events",
    "dispatch": "dispatch rows",
    "change": "changes",
    "route": "routes",
    "condition": "conditions of routes",
    "edition": "editions",
    "claim": "claims",
    "statement": "statements",
}
"""Every kind of thing, and what several are called."""


class Thing(NamedTuple):
    """Something with an address.

    Args:
        kind: one of KINDS.
        name: what it is called; no two of a kind are called the same.
        page: the page it stands on.
        cites: the rules it cites.
    """

    kind: str
    name: str
    page: str
    cites: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Where on the page it is."""
        name = self.name.lower() if self.kind == "rule" else re.sub(r"[^\w.-]", "-", self.name)
        return name if self.kind not in ("route", "statement") else f"{self.kind}-{name}"


def conditions() -> tuple[Guard, ...]:
    """Every condition of the routing table, once."""
    return tuple({guard.name: guard for row in ROUTES for guard in row.when}.values())


def changes() -> Iterator[tuple[str, Change]]:
    """Every signal that a change of the pairing sends, numbered where several have one name."""
    seen: dict[str, int] = {}
    for each in CONVERSATION.changes:
        seen[each.event] = n = seen.get(each.event, 0) + 1
        yield f"{each.event}.{n}", each


def _things() -> Iterator[Thing]:
    for rule in RULES:
        yield Thing("rule", rule, "standard/rules")
    for lifecycle in CONVERSATION.lifecycles.values():
        page = f"standard/{lifecycle.name}"
        yield Thing("lifecycle", lifecycle.name, page)
        for state in lifecycle:
            place = f"{lifecycle.name}.{state.name}"
            yield Thing("state", place, page)
            for row in state.rows:
                yield Thing("row", row.id, page, row.cites)
            for timer in state.timers:
                yield Thing("timer", f"{place}.{timer.event}", page, timer.cites)
    for guard in guards_of(CONVERSATION):
        yield Thing("guard", guard.name, "standard/guards", guard.cites)
    yield Thing("guards", "reachable", "standard/guards")
    for effect in used_effects():
        yield Thing("effect", effect.name, "standard/effects", effect.cites)
    for event in CONVERSATION.events:
        yield Thing("event", event, "standard/events")
        for dispatch in CONVERSATION.dispatch[event]:
            yield Thing("dispatch", dispatch.id, "standard/events", dispatch.cites)
    for signal in signals():
        yield Thing("event", signal, "standard/events")
    for name, change in changes():
        yield Thing("change", name, "standard/events", change.cites)
    for n, route in enumerate(ROUTES, 1):
        yield Thing("route", str(n), "standard/routing", route.cites)
    for guard in conditions():
        yield Thing("condition", guard.name, "standard/routing", guard.cites)
    for edition in EDITIONS.values():
        rules = tuple(dict.fromkeys(row.rule for row in edition.nobody))
        yield Thing("edition", edition.name, "standard/editions", rules)
    for claim in PROPERTIES:
        yield Thing("claim", claim.name, "standard/claims", claim.cites)
    for n, statement in enumerate(STATEMENTS, 1):
        yield Thing("statement", str(n), "standard/source", statement.rules)


def used_effects() -> tuple[Effect, ...]:
    """Every effect that a row asks for, by name."""
    found = effects_of(CONVERSATION)
    return tuple(found[name] for name in sorted(found))


def signals() -> tuple[str, ...]:
    """Every signal that a lifecycle hears, and no party can fire."""
    heard = dict.fromkeys(signal for each in CONVERSATION.lifecycles.values() for signal in each.signals)
    return tuple(signal for signal in heard if signal not in CONVERSATION.events)


@cache
def things() -> dict[tuple[str, str], Thing]:
    """Every one, by kind and name."""
    return {(each.kind, each.name): each for each in _things()}


@cache
def citing() -> dict[str, dict[str, tuple[str, ...]]]:
    """For each rule and kind, the names of the things that cite it."""
    found: dict[str, dict[str, list[str]]] = {rule: {} for rule in RULES}
    for each in things().values():
        for rule in each.cites:
            found[rule].setdefault(each.kind, []).append(each.name)
    return {rule: {kind: tuple(names) for kind, names in kinds.items()} for rule, kinds in found.items()}
