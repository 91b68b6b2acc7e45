"""The documents and sections that rules come from."""

from __future__ import annotations

import re

import pytest

from fsm import RULES
from fsm.spec import sources
from fsm.spec.sources import DECISIONS, INTEROPERABILITY, Document, Section

DOCUMENTS = [each for each in vars(sources).values() if isinstance(each, Document)]
SECTIONS = [each for each in vars(sources).values() if isinstance(each, Section)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.id)
def test_a_document_says_what_it_is_and_what_was_confirmed(document: Document) -> None:
    assert [each.id for each in DOCUMENTS].count(document.id) == 1
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", document.id)
    assert all(document), "nothing about it is left open"
    assert document.confirmed.endswith(".")
    assert document == DECISIONS or re.fullmatch(r"https://learn\.microsoft\.com/en-us/[a-z/-]+", document.address)


def test_every_document_and_section_is_the_source_of_a_rule() -> None:
    assert {rule.document for rule in RULES.values()} == set(DOCUMENTS)
    assert {(rule.document, rule.section) for rule in RULES.values()} == set(SECTIONS)
    assert len(SECTIONS) == len(set(SECTIONS))


def test_no_document_stands_for_guidance_at_large() -> None:
    assert [each.title for each in DOCUMENTS if "guidance" in each.title.lower()] == []
    assert [each for each in SECTIONS if not each.heading] == []


def test_the_sections_of_the_document_that_the_project_follows() -> None:
    assert [each.heading for each in SECTIONS if each.document == INTEROPERABILITY] == [
        "(before the first heading)",
        "Native interoperability and interoperability escalation",
        "Native interoperability experiences",
        "Native interoperability experience limitations",
        "Interoperability escalation experiences",
        "Interoperability escalation from Skype for Business",
        "Interoperability escalation from Teams",
    ]
