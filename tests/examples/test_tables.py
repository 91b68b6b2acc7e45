"""The programs in JavaScript answer whatever they are sent, and say what they cannot read."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from fsm import CONVERSATION
from fsm.export.json.write import text
from tests.people import PAIRS

pytestmark = [
    pytest.mark.external,
    pytest.mark.skipif(not shutil.which("node"), reason="no node: install Node.js 18 or later"),
]

EXAMPLE = Path(__file__).parents[2] / "examples" / "tables"
STORY = (EXAMPLE / "story.jsonl").read_text(encoding="utf-8").splitlines()
OPENS = '{"event": "open_chat", "by": "originator"}'


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What the two programs read."""
    folder = tmp_path_factory.mktemp("json")
    made = {"serve.mjs": text(CONVERSATION), "lookup.mjs": text(CONVERSATION, PAIRS["teams>sfb"])}
    for name, document in made.items():
        (folder / name).write_text(document, encoding="utf-8")
    return {name: folder / name for name in made}


def answers(program: str, document: Path, *lines: str) -> list[Any]:
    """What it answers to these lines, each with one."""
    asked = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")
    run = subprocess.run(["node", str(EXAMPLE / program), str(document)], input=asked, capture_output=True, check=False)
    assert (run.returncode, run.stderr) == (0, b"")
    found = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(found) == len(lines)
    return found


ODD = {
    "": "Unexpected end of JSON input",
    "{": "JSON",
    "null": "",
    "5": "",
    "[]": "",
    "[" * 50_000: "",
    '{"event": "__proto__", "by": "originator"}': "__proto__ by originator: not known",
    '{"event": "constructor", "by": "originator"}': "constructor by originator: not known",
    '{"event": "toString", "by": "originator"}': "toString by originator: not known",
    '{"event": null, "by": "originator"}': "null by originator: not known",
    '{"event": ["open_chat"], "by": ["originator"]}': '["open_chat"] by ["originator"]: not known',
    '{"event": "open_chat", "by": "both"}': "open_chat by both: not known",
    '{"event": "open_chat", "by": "__proto__"}': "open_chat by __proto__: not known",
    '{"event": "\\u001b[2J\\u202e", "by": "originator"}': r'"\u001b[2J\u202e" by originator: not known',
    '{"event": "' + "a" * 5000 + '", "by": "originator"}': "(5000 characters) by originator: not known",
    '{"by": "originator"}': "undefined by originator: not known",
}


@pytest.mark.parametrize("program", ["serve.mjs", "lookup.mjs"])
def test_a_line_that_makes_no_sense_is_answered_and_changes_nothing(program: str, documents: dict[str, Path]) -> None:
    begins = STORY[:1] if program == "serve.mjs" else []
    found = answers(program, documents[program], *begins, *ODD, OPENS)[len(begins) :]
    for (line, says), answer in zip(ODD.items(), found, strict=False):
        assert says in answer["error"], line[:80]
    assert found[-1]["state"]["chat"] == "interop"


@pytest.mark.parametrize("program", ["serve.mjs", "lookup.mjs"])
def test_a_line_that_is_too_long_is_not_kept(program: str, documents: dict[str, Path]) -> None:
    begins = STORY[:1] if program == "serve.mjs" else []
    long, fits = '"' + "a" * (1 << 20) + '"', '"' + "a" * ((1 << 20) - 2) + '"'
    found = answers(program, documents[program], *begins, long, fits, f"{OPENS}\r", long * 30)[len(begins) :]
    assert [each.get("error", "").startswith("the line: is longer than 1048576") for each in found] == [1, 0, 0, 1]
    assert found[2]["state"]["chat"] == "interop"


@pytest.mark.parametrize("program", ["serve.mjs", "lookup.mjs"])
def test_the_last_line_may_have_no_end(program: str, documents: dict[str, Path]) -> None:
    run = subprocess.run(
        ["node", str(EXAMPLE / program), str(documents[program])], input=b"\n[", capture_output=True, check=True
    )
    assert run.stdout.count(b'{"error":') == 2


def test_memory_does_not_grow_with_a_line(documents: dict[str, Path]) -> None:
    """200 MB in one line, with 60 MB of memory for what is kept."""
    command = ["node", "--max-old-space-size=60", str(EXAMPLE / "serve.mjs"), str(documents["serve.mjs"])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as run:
        assert run.stdin
        assert run.stdout
        for _ in range(200):
            run.stdin.write(b"a" * (1 << 20))
        run.stdin.close()
        assert b"is longer than" in run.stdout.read()


@pytest.mark.parametrize("pairing", ["null", "5", "[]", "{}", '{"originator": {"mode": "__proto__"}}'])
def test_a_pairing_that_is_none_is_refused_and_the_conversation_goes_on(
    documents: dict[str, Path], pairing: str
) -> None:
    odd = (f'{{"pairing": {pairing}}}', f'{{"change": {pairing}}}')
    _, *refused, accepted = answers("serve.mjs", documents["serve.mjs"], STORY[0], *odd, OPENS)
    assert all(each["error"].startswith("pairing: originator.mode ") or pairing == "null" for each in refused)
    assert accepted["accepted"]


@pytest.mark.parametrize("program", ["serve.mjs", "lookup.mjs"])
@pytest.mark.parametrize("content", [None, "", "{", "null", "5", "[]", "{}", '{"tables": null}', '{"tables": 5}'])
def test_a_document_that_is_none_is_said(program: str, content: str | None, tmp_path: Path) -> None:
    document = tmp_path / "document.json"
    if content is not None:
        document.write_text(content)
    run = subprocess.run(
        ["node", str(EXAMPLE / program), str(document)], input="", capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert "give a file that fsm export json" in run.stderr
    assert "    at " not in run.stderr
