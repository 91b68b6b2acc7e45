"""``fsm export``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fsm import CONVERSATION, LIFECYCLES
from fsm.export import FORMATS, export
from tests.cli.conftest import ADELE, GRADY, Fsm


def test_the_conversation_goes_to_standard_output(fsm: Fsm) -> None:
    answer = fsm("export", "plantuml")
    assert (answer.status, answer.out, answer.err) == (0, export("plantuml", CONVERSATION), "")


def test_a_lifecycle_goes_to_a_file(fsm: Fsm) -> None:
    answer = fsm("export", "xstate", "call", "--out", "call.json")
    assert (answer.status, answer.out) == (0, "call as xstate: call.json\n")
    assert Path("call.json").read_bytes() == export("xstate", LIFECYCLES["call"]).encode()


def test_the_answer_in_json(fsm: Fsm) -> None:
    answer = fsm("export", "typescript", "chat", "--out", "chat.ts", "--json")
    assert answer.data == {
        "file": "chat.ts",
        "format": "typescript",
        "what": "chat",
        "bytes": Path("chat.ts").stat().st_size,
    }


def test_between_two_users_guards_are_resolved(fsm: Fsm) -> None:
    answer = fsm("export", "xstate", "call", "--between", ADELE, GRADY)
    exported = json.loads(answer.out)
    assert exported["description"].startswith(f"One-to-one call between {ADELE} (TeamsOnly) and {GRADY} (")
    assert exported["meta"]["guards"] == {}


def test_mermaid_is_as_drawn(fsm: Fsm) -> None:
    drawn = fsm("draw", "call", "--format", "mermaid")
    assert fsm("export", "mermaid", "call").out == drawn.out


def test_help_names_every_format(fsm: Fsm) -> None:
    words = fsm("export", "--help").words
    assert [name for name in (*FORMATS, "mermaid") if name not in words] == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("visio",), ["FORMAT: 'visio' is not accepted", "xstate", "mermaid"]),
        (("xstate", "matrix"), ["WHAT: 'matrix' is not accepted", "conversation"]),
        (("xstate", "call", "--json"), ["--json: the export itself goes to standard output", "--out FILE"]),
        (
            ("xstate", "call", "--out", "no/such/call.json"),
            ["--out: no/such/call.json: No such file", "can be written"],
        ),
        (("xstate", "--between", "TeamsOnly", "Nobody"), ["Nobody"]),
        (("promela",), ["--between: promela resolves the guards"]),
        (("mermaid", "--between", "TeamsOnly", "SfBOnly"), ["WHAT: 'conversation' is drawn whole"]),
    ],
)
def test_what_cannot_be_exported_says_why(fsm: Fsm, arguments: tuple[str, ...], says: list[str]) -> None:
    answer = fsm("export", *arguments)
    assert (answer.status, answer.out) == (2, "")
    assert [words for words in says if words not in answer.err] == []
