"""The example in JavaScript runs the JSON tables as the engine runs its own."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from fsm import CONVERSATION, Conversation, Outcome, Refusal, Refused
from fsm.engine import known
from fsm.engine.fingerprint import fingerprint
from fsm.export.json.write import text
from fsm.space.profiles import Profiles
from tests.export import jury
from tests.people import PAIRS

pytestmark = pytest.mark.external

EXAMPLE = Path(__file__).parents[2] / "examples" / "tables"
Line = dict[str, Any]


@pytest.fixture(scope="module")
def version() -> str:
    """The version of node that is installed."""
    if not shutil.which("node"):
        pytest.skip("no node: install Node.js 18 or later")
    return subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()


def answers(program: str, document: Path, lines: Iterable[Line]) -> list[Line]:
    """What a program of the example answers."""
    asked = "".join(f"{json.dumps(each)}\n" for each in lines)
    command = ["node", str(EXAMPLE / program), str(document)]
    run = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.fixture(scope="module")
def specification(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("json") / "specification.json"
    path.write_text(text(CONVERSATION), encoding="utf-8")
    return path


def accepted(outcome: Outcome) -> Line:
    """An outcome as the example writes it."""
    return {
        "accepted": True,
        "rows": list(outcome.rows),
        "effects": [{"effect": sent.name, "to": sent.to} for sent in outcome.effects],
        "timers": {
            "start": [timer._asdict() for timer in outcome.timers.start],
            "cancel": list(outcome.timers.cancel),
        },
    }


def went(outcome: Outcome) -> Line:
    """An outcome, and the rules that it keeps."""
    return {**accepted(outcome), "rules": list(outcome.rules)}


NOTHING: Line = {"accepted": False, "rows": [], "effects": [], "timers": {"start": [], "cancel": []}}


def told(refusal: Refusal) -> Line:
    """A refusal as the example writes it."""
    return {
        "accepted": False,
        "kind": refusal.kind,
        "rule": refusal.rule,
        "guard": refusal.guard,
        "message": refusal.message,
        "instead": refusal.instead,
        "ways": [way._asdict() for way in refusal.ways],
        "reasons": [each._asdict() for each in refusal.reasons],
        "row": refusal.row,
        "rules": list(refusal.rules),
    }


def fired(talk: Conversation, event: str, by: str) -> Line:
    """What the engine says of an event, as the example writes it."""
    try:
        said = went(talk.fire(known.event(event), known.party(by)))
    except Refused as refused:
        said = told(refused.refusal)
    return {**said, **standing(talk)}


def standing(talk: Conversation) -> Line:
    """Where a conversation stands as the example writes it."""
    return {"state": talk.state, "owners": dict(talk.owners), "openers": dict(talk.openers)}


def test_it_says_what_the_engine_says(version: str, specification: Path, sequences: list[jury.Sequence]) -> None:
    lines: list[Line] = []
    expected: list[Line] = []
    for sequence in sequences:
        lines.append({"pairing": msgspec.to_builtins(sequence.pairing)})
        expected.append({"begun": fingerprint()})
        talk = Conversation(sequence.pairing)
        for each in sequence.trace:
            lines.append({"event": each.event, "by": each.by})
            expected.append(fired(talk, each.event, each.by))
    said = answers("serve.mjs", specification, lines)
    size = jury.LENGTH + 1
    different = [n for n in range(0, len(lines), size) if said[n : n + size] != expected[n : n + size]]
    jury.record("JSON", "node, examples/tables", version, len(sequences), len(different))
    assert len(said) == len(expected)
    for n in different[:1]:
        assert said[n : n + size] == expected[n : n + size]


@pytest.mark.parametrize("count", [80, pytest.param(200, marks=pytest.mark.exhaustive)])
def test_it_goes_on_under_a_new_pairing_as_the_engine_does(
    count: int, version: str, specification: Path, profiles: Profiles
) -> None:
    lines: list[Line] = []
    expected: list[Line] = []
    for n in range(count):
        chance = Random(n)
        pairing = chance.choice(profiles.pairing)
        talk = Conversation(pairing)
        lines.append({"pairing": msgspec.to_builtins(pairing)})
        expected.append({"begun": fingerprint()})
        for _ in range(25):
            if chance.random() < 0.15:
                pairing = chance.choice(profiles.pairing)
                lines.append({"change": msgspec.to_builtins(pairing)})
                said = went(talk.change(pairing))
                expected.append({**said, **standing(talk)})
            else:
                tried = chance.sample(jury.ANYTHING, 20)
                event, by = next((way for way in tried if talk.may(*way)), tried[0])
                lines.append({"event": event, "by": by})
                expected.append(fired(talk, event, by))
    assert answers("serve.mjs", specification, lines) == expected


@pytest.mark.parametrize("name", ["teams>sfb", "legacy>teams", "federation off"])
def test_a_completed_table_is_looked_up(version: str, name: str, tmp_path: Path) -> None:
    document = tmp_path / "table.json"
    document.write_text(text(CONVERSATION, PAIRS[name]), encoding="utf-8")
    chance, talk = Random(1), Conversation(PAIRS[name])
    lines, expected = [], []
    for _ in range(400):
        event, by = chance.choice((*talk.available(), *jury.ANYTHING[::5]))
        lines.append({"event": event, "by": by})
        refusal = talk.why_not(known.event(event), by)
        expected.append(
            {**NOTHING, "kind": refusal.kind, "rule": refusal.rule, "message": refusal.message}
            if refusal
            else {**accepted(talk.fire(known.event(event), by)), "kind": None, "rule": None, "message": ""}
        )
        expected[-1] |= standing(talk)
    assert answers("lookup.mjs", document, lines) == expected


def test_it_says_what_it_cannot_do(version: str, specification: Path) -> None:
    pairing = msgspec.to_builtins(PAIRS["teams>sfb"])
    lines: list[Line] = [
        {"event": "send_text", "by": "originator"},
        {"pairing": {**pairing, "scope": "moon"}},
        {"pairing": {**pairing, "recipient": {**pairing["recipient"], "client": "pager"}}},
        {"pairing": {}},
        {"pairing": pairing},
        {"event": "sing", "by": "originator"},
        {"event": "open_chat", "by": "moon"},
        {"event": "open_chat", "by": "originator"},
    ]
    said = answers("serve.mjs", specification, lines)
    assert [each.get("error", "").partition(";")[0] for each in said] == [
        "no conversation has begun",
        'pairing: scope "moon" is not accepted',
        'pairing: recipient.client "pager" is not accepted',
        "pairing: originator.mode undefined is not accepted",
        "",
        "sing by originator: not known",
        "open_chat by moon: not known",
        "",
    ]
    assert said[-1]["state"]["chat"] == "interop"


@pytest.mark.parametrize("program", ["serve.mjs", "lookup.mjs"])
def test_it_asks_for_what_it_needs(version: str, program: str, specification: Path) -> None:
    given = [str(specification)] if program == "lookup.mjs" else []
    run = subprocess.run(["node", str(EXAMPLE / program), *given], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "give a file that fsm export json" in run.stderr


def test_the_story_is_one(version: str, specification: Path) -> None:
    story = (EXAMPLE / "story.jsonl").read_text(encoding="utf-8").splitlines()
    said = answers("serve.mjs", specification, map(json.loads, story))
    assert [each.get("rule") for each in said if not each.get("accepted", True)] == ["LIM-6"]
    assert said[-1]["state"]["meeting"] == "together"
