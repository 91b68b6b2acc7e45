"""What the document says, statement by statement: nothing of it is without a rule, a row, a claim or a test."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

import pytest

from fsm import RULES
from fsm.spec import enforcement, sources
from fsm.spec.sources import INTEROPERABILITY, Section
from fsm.spec.statements import STATEMENTS, Statement
from fsm.verify import kept_by

HEADINGS = [
    each.heading for each in vars(sources).values() if isinstance(each, Section) and each.document == INTEROPERABILITY
]
every_statement = pytest.mark.parametrize(
    "statement", STATEMENTS, ids=[f"{number}-{'-'.join(each.rules)}" for number, each in enumerate(STATEMENTS, 1)]
)


def test_they_are_in_the_documents_order() -> None:
    assert [section for section, _ in groupby(each.section for each in STATEMENTS)] == HEADINGS


@every_statement
def test_a_statement_is_a_sentence_that_became_rules(statement: Statement) -> None:
    assert statement.rules
    assert [rule for rule in statement.rules if rule not in RULES] == []
    assert statement.words[0].isupper() or statement.words.startswith("(A picture: ")
    assert statement.words.rstrip(")").endswith(".")
    assert statement.beyond == "" or statement.beyond.endswith(".")


@pytest.mark.parametrize("rule", [rule.id for rule in RULES.values() if rule.document == INTEROPERABILITY])
def test_a_rule_of_the_document_is_stated_in_the_section_it_names(rule: str) -> None:
    assert RULES[rule].section in {each.section for each in STATEMENTS if rule in each.rules}


def test_no_statement_became_a_decision_of_ours() -> None:
    assert {RULES[rule].group for each in STATEMENTS for rule in each.rules} & {"DEC"} == set()


@every_statement
def test_nothing_of_a_statement_is_empty(statement: Statement) -> None:
    """Rows and the like, claims and tests, for every rule that it became; an invariant is a claim, not a row."""
    for rule in statement.rules:
        assert [where for where in enforcement.enforced_by()[rule] if not where.startswith("invariant ")], (
            f"{rule} is not kept"
        )
        assert kept_by()[rule], f"nothing is proven of {rule}"
        assert enforcement.tested_by()[rule], f"no test exercises {rule}; run pytest --record-rules"


def test_what_is_beyond_the_tables_is_little_and_said() -> None:
    assert Counter(bool(each.beyond) for each in STATEMENTS)[True] == 3
