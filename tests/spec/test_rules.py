"""The catalogue is whole, and no rule is decoration."""

from __future__ import annotations

from itertools import groupby

import pytest

import fsm
from fsm.spec import enforcement
from fsm.spec.rules import GROUPS
from fsm.spec.sources import DECISIONS, INTEROPERABILITY

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
    "THR": 6,
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


def test_they_are_in_order_of_group_and_number() -> None:
    assert list(fsm.RULES) == [
        f"{group}-{n}" for group in GROUPS for n in range(1, len(fsm.RULES) + 1) if f"{group}-{n}" in fsm.RULES
    ]
    assert [group for group, _ in groupby(rule.group for rule in fsm.RULES.values())] == list(GROUPS) == list(PER_GROUP)


@pytest.mark.parametrize("rule", fsm.RULES)
def test_rule_names_the_document_it_comes_from(rule: str) -> None:
    """The user's document says what the groups INT to TMS say, and what it is of; we decide; the rest is published."""
    found = fsm.RULES[rule]
    if found.group in ("INT", "NAT", "LIM", "ESC", "SFB", "TMS") or rule == "ED-1":
        assert found.document == INTEROPERABILITY
    elif found.group == "DEC" or rule == "ED-4":
        assert found.document == DECISIONS
    else:
        assert found.document not in (INTEROPERABILITY, DECISIONS)
        assert found.document.publisher == "Microsoft Learn"


@pytest.mark.parametrize("group", ["LIM", "SFB", "TMS"])
def test_these_groups_are_a_section_each(group: str) -> None:
    assert len({rule.section for rule in fsm.RULES.values() if rule.group == group}) == 1


@pytest.mark.parametrize("rule", fsm.RULES)
def test_rule_is_enforced(rule: str) -> None:
    assert enforcement.enforced_by()[rule]


@pytest.mark.parametrize("rule", fsm.RULES)
def test_rule_is_tested(rule: str) -> None:
    """As the suite itself last recorded: run pytest --record-rules."""
    assert enforcement.tested_by()[rule]
