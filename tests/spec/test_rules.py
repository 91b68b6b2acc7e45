"""The catalogue is whole, and no rule is decoration."""

from __future__ import annotations

import pytest

import fsm
from fsm.engine import enforcement

PER_GROUP = {
    "INT": 5,
    "NAT": 8,
    "LIM": 8,
    "ESC": 9,
    "SFB": 7,
    "TMS": 11,
    "MODE": 3,
    "POL": 3,
    "RTE": 10,
    "ISL": 1,
    "THR": 3,
    "PRS": 4,
    "MTG": 2,
    "ED": 4,
    "DEC": 5,
}
"""How many rules each group of the list agreed on has, numbered from 1; DEC goes on with this project's own."""
AGREED = [f"{group}-{n}" for group, count in PER_GROUP.items() for n in range(1, count + 1)]


def test_every_agreed_rule_is_in_the_catalogue() -> None:
    assert [rule for rule in AGREED if rule not in fsm.RULES] == []


def test_only_decisions_go_beyond_it_and_they_are_numbered_on() -> None:
    own = [rule for rule in fsm.RULES if rule not in AGREED]
    assert own == [f"DEC-{n}" for n in range(6, 6 + len(own))]


@pytest.mark.parametrize("rule", fsm.RULES)
def test_rule_says_something_of_its_own(rule: str) -> None:
    found = fsm.RULES[rule]
    assert found.id == rule
    assert found.group == rule.partition("-")[0]
    assert found.says.endswith(".")
    assert [other.id for other in fsm.RULES.values() if other.says == found.says] == [rule]


@pytest.mark.parametrize("rule", fsm.RULES)
def test_rule_names_where_it_comes_from(rule: str) -> None:
    source = fsm.RULES[rule].source
    group = fsm.RULES[rule].group
    sections = {
        "INT": "Native interoperability and interoperability escalation",
        "NAT": "Native interoperability experiences",
        "LIM": "Native interoperability experience limitations",
        "ESC": "Interoperability escalation experiences",
        "SFB": "Interoperability escalation from Skype for Business",
        "TMS": "Interoperability escalation from Teams",
        "DEC": "Decided by this project",
    }
    assert source == sections.get(group, "Public coexistence guidance")


@pytest.mark.parametrize("rule", fsm.RULES)
def test_rule_is_enforced(rule: str) -> None:
    assert enforcement.enforced_by()[rule]


@pytest.mark.parametrize("rule", fsm.RULES)
def test_rule_is_tested(rule: str) -> None:
    """As the suite itself last recorded: run pytest --record-rules."""
    assert enforcement.tested_by()[rule]
