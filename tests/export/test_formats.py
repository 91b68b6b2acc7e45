"""The formats: each is written lazily, the same every time, and refuses what it cannot hold."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from fsm import CONVERSATION, LIFECYCLES, Pairing
from fsm.export import FORMATS, What, export
from tests.export import jury
from tests.export.conftest import written
from tests.people import PAIRS

TWO = PAIRS["no-calls>sfb"]
ALONE = """
import json, sys
from tests.export.test_formats import digest
print(json.dumps({name: digest(name) for name in sys.argv[1:]}))
"""
LONG = {"json", "promela"}
"""Formats that take long to write; ``places`` are held against those that are shipped."""


def pairing_for(format: str) -> Pairing | None:
    """A pairing where the format needs one."""
    return TWO if FORMATS[format].pairing == "must" else None


def digest(format: str) -> str:
    """The conversation in a format, in short."""
    return hashlib.sha256(written(format, CONVERSATION, pairing_for(format)).encode()).hexdigest()


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_writes_what_it_says_it_can(name: str) -> None:
    chosen = FORMATS[name]
    for pairing in (None, TWO):
        if {None: "must", TWO: "never"}[pairing] != chosen.pairing:
            for what in (CONVERSATION,) * chosen.conversation + (LIFECYCLES["call"],) * chosen.lifecycle:
                text = written(name, what, pairing)
                assert text.endswith("\n")
                assert "\r" not in text


def test_places_are_those_that_another_process_wrote() -> None:
    shipped = files("fsm").joinpath("data", "places.json").read_text(encoding="utf-8")
    assert shipped == written("places", CONVERSATION, None), "run fsm export places -o fsm/data/places.json"


@pytest.mark.parametrize(
    "names", [FORMATS.keys() - LONG - {"places"}, pytest.param(LONG, marks=pytest.mark.slow)], ids=["short", "long"]
)
def test_exports_are_the_same_bytes_in_every_process(names: set[str]) -> None:
    env = {**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", ALONE, *names]
    said = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
    assert json.loads(said) == {name: digest(name) for name in names}


def test_an_unknown_format_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"format: 'visio' is not accepted; use one of .*xstate"):
        export("visio", CONVERSATION)


@pytest.mark.parametrize(
    ("format", "what", "pairing", "says"),
    [
        ({"lifecycle": False}, LIFECYCLES["call"], None, "holds the whole conversation, not 'call' alone"),
        ({"conversation": False}, CONVERSATION, None, "holds one lifecycle; use one of chat, call"),
        ({"pairing": "must"}, CONVERSATION, None, "pairing: .* resolves the guards; say between which two users"),
        ({"pairing": "never"}, CONVERSATION, TWO, "pairing: .* holds every pairing; leave the two users out"),
    ],
)
def test_what_a_format_cannot_hold_is_refused(
    format: dict[str, Any], what: What, pairing: Pairing | None, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FORMATS, "xstate", FORMATS["xstate"]._replace(**format))
    with pytest.raises(ValueError, match=says):
        export("xstate", what, pairing)


def test_the_record_keeps_one_row_for_each_format_and_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "JURY.md"
    jury.record("b", "tool", "1", 10, 0, table)
    assert not table.exists()
    monkeypatch.setenv("FSM_RECORD_JURY", "1")
    for row in (("b", "tool", "1", 10, 0), ("a", "tool", "1", 10_000, 0), ("b", "tool", "2", 20, 1)):
        jury.record(*row, table)
    assert table.read_text().endswith(
        "|---|---|---|---|---|\n| a | tool | 1 | 10,000 | 0 |\n| b | tool | 2 | 20 | 1 |\n"
    )


def test_the_record_of_another_specification_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "JURY.md"
    table.write_text("of specification `0123456789abcdef`\n\n| a | tool | 1 | 10 | 0 |\n")
    monkeypatch.setenv("FSM_RECORD_JURY", "1")
    jury.record("b", "tool", "1", 20, 0, table)
    assert "| a |" not in table.read_text()


def test_nobody_on_record_disagrees() -> None:
    rows = [line.split(" | ") for line in jury.TABLE.read_text().splitlines() if line.startswith("| ")][1:]
    assert rows
    assert [row for row in rows if row[-1] != "0 |"] == []
