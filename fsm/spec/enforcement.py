"""Where each rule is enforced, and which tests exercise it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from fsm.notation import guards_of
from fsm.spec.claims.always import ALWAYS
from fsm.spec.conversation import CONVERSATION
from fsm.spec.editions import EDITIONS
from fsm.spec.routing import ROUTES
from fsm.spec.rules import RULES

ELSEWHERE = {
    "MODE-1": "Participant: the client must fit the mode",
    "MODE-2": "Participant: TeamsOnly is homed online",
    "MODE-3": "Participant: an SfB mode has an SfB client",
    "RTE-2": "routing: shown_on",
    "RTE-3": "routing: shown_on",
    "RTE-4": "routing: shown_on",
    "RTE-5": "routing: shown_on",
    "PRS-1": "routing: shown_on, presence",
    "PRS-2": "routing: shown_on, presence",
    "PRS-3": "routing: shown_on, presence",
    "PRS-4": "Conversation.presence: the states marked routed",
    "ED-1": "editions: EDITIONS",
    "ED-4": "editions: Edition",
    "DEC-7": "Participant.client_on",
    "DEC-39": "awaiting: awaiting, refusal",
}
"""Rules kept by the values themselves rather than by a table."""

EVIDENCE = Path(__file__).parents[2] / "tests" / "tests_by_rule.json"
"""What ``pytest --record-rules`` recorded; in a checkout only, for it speaks of tests that are not installed."""


def _citations() -> Iterator[tuple[str, str]]:
    for row in CONVERSATION.rows.values():
        for rule in row.cites:
            yield rule, f"row {row.id}"
        for emit in row.effects:
            for rule in emit.effect.cites:
                yield rule, f"effect {emit.effect.name}"
    for guard in guards_of(CONVERSATION):
        for rule in guard.cites:
            yield rule, f"guard {guard.name}"
    for lifecycle in CONVERSATION.lifecycles.values():
        for each in lifecycle:
            for timer in each.timers:
                for rule in timer.cites:
                    yield rule, f"timer {lifecycle.name}.{each.name}.{timer.event}"
    for event, rows in CONVERSATION.dispatch.items():
        for dispatch in rows:
            for rule in dispatch.cites:
                yield rule, f"dispatch {event}"
    for change in CONVERSATION.changes:
        for rule in change.cites:
            yield rule, f"change {change.event}"
    for n, route in enumerate(ROUTES, 1):
        for rule in route.cites:
            yield rule, f"route {n}: {route.kind}"
        for guard in route.when:
            for rule in guard.cites:
                yield rule, f"route condition {guard.name}"
    for edition in EDITIONS.values():
        for missing in edition.nobody:
            yield missing.rule, f"edition {edition.name}: {missing.field}"
    for invariant in ALWAYS:
        for rule in invariant.cites:
            yield rule, f"invariant {invariant.name}"
    yield from ELSEWHERE.items()


@cache
def enforced_by() -> dict[str, tuple[str, ...]]:
    """For each rule, what enforces it: rows, guards, effects, dispatch, routing, invariants."""
    found: dict[str, dict[str, None]] = {rule: {} for rule in RULES}
    for rule, where in _citations():
        found[rule][where] = None
    return {rule: tuple(where) for rule, where in found.items()}


@cache
def tested_by() -> dict[str, tuple[str, ...]]:
    """For each rule, the tests in which it decided something, as the test suite itself last recorded; none where the
    tests are not at hand.
    """
    recorded = json.loads(EVIDENCE.read_text(encoding="utf-8"))["tests"] if EVIDENCE.is_file() else {}
    return {rule: tuple(recorded.get(rule, ())) for rule in RULES}
