"""Whatever cites a rule is listed under it, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from fsm import CONVERSATION, EDITIONS, LIFECYCLES, RULES, Conversation, Participant, tenant
from fsm.engine import awaiting
from fsm.notation import guards_of
from fsm.spec import editions, enforcement, routing
from fsm.spec.claims.always import ALWAYS

STATES = [(lifecycle.name, each) for lifecycle in LIFECYCLES.values() for each in lifecycle]
ROWS = CONVERSATION.rows.values()
CITED = {
    **{f"row {row.id}": row.cites for row in ROWS},
    **{f"effect {emit.effect.name}": emit.effect.cites for row in ROWS for emit in row.effects},
    **{f"guard {guard.name}": guard.cites for guard in guards_of(CONVERSATION)},
    **{f"timer {name}.{at.name}.{timer.event}": timer.cites for name, at in STATES for timer in at.timers},
    **{f"dispatch {event}": [c for row in rows for c in row.cites] for event, rows in CONVERSATION.dispatch.items()},
    **{f"route {n}: {row.kind}": row.cites for n, row in enumerate(routing.ROUTES, 1)},
    **{f"route condition {g.name}": g.cites for row in routing.ROUTES for g in row.when},
    **{f"edition {at}: {row.field}": [row.rule] for at in EDITIONS.values() for row in at.nobody},
    **{f"invariant {each.name}": each.cites for each in ALWAYS},
}
CHANGES = {(f"change {each.event}", rule) for each in CONVERSATION.changes for rule in each.cites}


def test_each_rule_lists_what_cites_it() -> None:
    cited = {(where, rule) for where, rules in CITED.items() for rule in rules}
    listed = [(where, rule) for rule, places in enforcement.enforced_by().items() for where in places]
    assert set(listed) == cited | CHANGES | {(where, rule) for rule, where in enforcement.ELSEWHERE.items()}
    assert len(listed) == len(set(listed)), "each place once"


MODULES: dict[str, object] = {"routing": routing, "editions": editions, "tenant": tenant, "awaiting": awaiting}
HOUSES: dict[str, object] = {**MODULES, "Participant": Participant, "Conversation": Conversation}


@pytest.mark.parametrize("rule", enforcement.ELSEWHERE)
def test_what_no_table_keeps_is_kept_by_something_there_is(rule: str) -> None:
    where, _, parts = enforcement.ELSEWHERE[rule].partition(": ")
    house, _, part = where.partition(".")
    assert house in HOUSES
    named = [part] if part else parts.split(", ") if house in MODULES else []
    assert rule in RULES
    assert [name for name in named if not hasattr(HOUSES[house], name)] == []


def test_without_the_tests_none_are_listed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(enforcement, "EVIDENCE", tmp_path / "none.json")
    assert enforcement.tested_by.__wrapped__() == dict.fromkeys(RULES, ())


def test_tests_are_listed_by_rule() -> None:
    found = enforcement.tested_by()
    assert list(found) == list(RULES)
    assert any(test.startswith("tests/spec/test_stories.py::") for test in found["TMS-11"])
