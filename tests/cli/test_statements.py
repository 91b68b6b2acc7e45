"""The page of the document's statements."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fsm import LIFECYCLES, RULES
from fsm.cli.show import statements
from fsm.cli.show.evidence import of_rules
from fsm.spec.statements import STATEMENTS

from .conftest import Fsm

ROOT = Path(__file__).parents[2]
HERE = ROOT / statements.FILE
PART = re.compile(r"^\*\*(\d+)\.\*\* (.*)\n\n((?:- .*\n)+)", re.MULTILINE)


@pytest.fixture(scope="module")
def page() -> str:
    return statements.page()


def test_the_committed_page_is_fresh(page: str) -> None:
    assert HERE.read_text(encoding="utf-8") == page, "run: fsm source"


def test_it_says_what_makes_it(page: str) -> None:
    assert page.startswith(f"<!-- {statements.MADE} -->\n")


def test_every_statement_is_on_it_with_its_rules(page: str) -> None:
    parts = PART.findall(page)
    assert [(int(number), words) for number, words, _ in parts] == [
        (number, each.words) for number, each in enumerate(STATEMENTS, 1)
    ]
    for (_, _, evidence), statement in zip(parts, STATEMENTS, strict=True):
        lines = dict(line.removeprefix("- ").split(": ", 1) for line in evidence.splitlines())
        assert re.findall(r"\[([A-Z]+-\d+)\]", lines["rules"]) == list(statement.rules)
        assert lines.get("beyond the tables", "") == statement.beyond
        assert set(lines) - {"beyond the tables"} == {"rules", "kept by", "claims", "tests"}


def test_what_is_evidence_for_more_of_its_rules_comes_first(page: str) -> None:
    (words,) = [each.words for each in STATEMENTS if each.rules == ("ESC-2", "SFB-5")]
    (evidence,) = [found for _, said, found in PART.findall(page) if said == words]
    both = set(of_rules()["ESC-2"].kept_by) & set(of_rules()["SFB-5"].kept_by)
    assert {where for where in both if where.startswith("effect ")} == {"effect create_sfb_meeting"}
    assert "[effects](effects.py) `create_sfb_meeting`, " in evidence


def test_what_the_values_keep_themselves_comes_after_the_tables(page: str) -> None:
    (evidence,) = [found for _, words, found in PART.findall(page) if "depends on their modes" in words]
    kept = next(line for line in evidence.splitlines() if line.startswith("- kept by: "))
    assert kept.startswith("- kept by: [chat](chat.py) ")
    assert kept.endswith("; Participant: the client must fit the mode")


def test_long_lists_are_cut_and_counted(page: str) -> None:
    (evidence,) = [found for _, words, found in PART.findall(page) if words == STATEMENTS[6].words]
    tests = of_rules()["NAT-2"].tested_by
    assert STATEMENTS[6].rules == ("NAT-2",)
    assert evidence.count(".py::test_") == statements.FEW
    assert f" and {len(tests) - statements.FEW} more\n" in evidence


def test_its_links_lead_somewhere(page: str) -> None:
    targets = set(re.findall(r"\]\(([^)]+)\)", page))
    files = {target.partition("#")[0] for target in targets if not target.startswith("https://")}
    assert {f"{name}.py" for name in (*LIFECYCLES, "guards", "effects", "routing", "conversation")} <= files
    assert [name for name in files if not (HERE.parent / name).is_file()] == []
    anchors = {target.partition("#")[2] for target in targets if "#" in target}
    assert anchors <= {rule.lower() for rule in RULES}


def test_all_rules_are_listed_with_their_documents(page: str) -> None:
    listed = re.findall(r"\b[A-Z]+-\d+\b", " ".join(re.findall(r"^- .*?((?: [A-Z]+-\d+)+)$", page, re.MULTILINE)))
    assert sorted(listed) == sorted(RULES)


class TestTheCommand:
    """``fsm source``."""

    def test_writes_the_page(self, fsm: Fsm, page: str) -> None:
        answer = fsm("source", "here.md")
        assert (answer.status, answer.out) == (0, "here.md\n")
        assert Path("here.md").read_text(encoding="utf-8") == page
        assert fsm("source", "here.md", "--json").data == {"file": "here.md", "fresh": True}

    def test_checks_it_and_writes_nothing(self, fsm: Fsm) -> None:
        assert fsm("source", "here.md", "--check") == (1, "here.md is stale; run fsm source\n", "")
        assert not Path("here.md").exists()
        fsm("source", "here.md")
        assert fsm("source", "here.md", "--check") == (0, "here.md is fresh\n", "")
        Path("here.md").write_text("old")
        assert fsm("source", "here.md", "--check", "--json").data == {"file": "here.md", "fresh": False}
        assert Path("here.md").read_text(encoding="utf-8") == "old"

    @pytest.mark.parametrize("options", [(), ("--check",)])
    def test_a_place_that_is_no_file(self, fsm: Fsm, options: tuple[str, ...]) -> None:
        Path("there").mkdir()
        answer = fsm("source", "there", *options)
        assert (answer.status, answer.out) == (2, "")
        assert answer.err == "Error: FILE: there: Is a directory; give a file that can be written\n"
