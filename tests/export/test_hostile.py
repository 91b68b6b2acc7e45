"""Words of a specification of somebody's own change nothing of what an export is, and tools of others read it."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fsm import Specification
from fsm.export import FORMATS, What, export
from tests.export.test_typescript import STRICT
from tests.export.xstate import home
from tests.fuzz.doors.writers import ODD, expected, shape, written
from tests.hostile import WORDS, specification

NASTY = [*((word,) for word in WORDS), WORDS, WORDS[::-1]]
hostile = pytest.mark.parametrize("words", NASTY, ids=lambda words: ascii(words)[:40])


def between(of: Specification) -> Any:
    """Two of its parties."""
    assert of.pairings
    return of.pairings.every[0]


@hostile
def test_an_export_is_what_it_is_whatever_its_words(words: tuple[str, ...]) -> None:
    for name, format, make in written(specification(words)):
        text = make()
        text.encode()
        assert not ODD.search(text), name
        if len(words) == 1 and len(words[0]) < 200:
            assert shape(format, text) == expected()[name], name


def strings(text: str) -> list[str]:
    """What an SCXML document tells its host, as the host hears it."""
    logs = ET.fromstring(text).iter("{http://www.w3.org/2005/07/scxml}log")
    return [heard(ast.literal_eval(each.attrib["expr"])) for each in logs]


def heard(text: str) -> str:
    """A text as languages have it whose characters are those of UTF-16: halves that meet are one."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def values(found: Any) -> Iterator[Any]:
    """Every value in a JSON document."""
    yield found
    for each in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        yield from values(each)


@hostile
def test_names_arrive_as_they_are(words: tuple[str, ...]) -> None:
    made = specification(words)
    service = next(effect.effect.service for row in made.rows.values() for effect in row.effects if effect.to is None)
    assert f"note_down.{heard(service)}" in strings(export("scxml", made))
    assert {*map(heard, made.rules)} & set(strings(export("scxml", made))), "the rules that refuse"
    assert service in values(json.loads(export("xstate", made)))
    ids = {each["id"] for each in json.loads(export("json", made))["rules"]}
    assert {*map(heard, ids)} == {*map(heard, made.rules)}
    names: dict[str, object] = {}
    exec(export("python", made), names)
    assert service in names["Addressee"].__args__  # type: ignore[attr-defined]  # a Literal


@pytest.mark.external
def test_typescript_compiles(tmp_path: Path) -> None:
    tools = home("typescript", "xstate")
    for n, words in enumerate(NASTY):
        made = specification(words)
        whats: list[What] = [made, *made.lifecycles.values()]
        for what in whats:
            (tmp_path / f"{what.name}{n}.ts").write_text(export("typescript", what, between(made)))
    (tmp_path / "tsconfig.json").write_text(STRICT)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "node_modules").symlink_to(tools / "node_modules")
    command: list[str | Path] = ["node", tools / "node_modules" / "typescript" / "bin" / "tsc", "-p", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.external
def test_plantuml_reads_it(tmp_path: Path) -> None:
    if not shutil.which("plantuml"):
        pytest.skip("no plantuml: apt-get install --no-install-recommends plantuml")
    files: list[Path] = []
    for n, words in enumerate(NASTY):
        made = specification(words)
        whats: list[What] = [made, *made.lifecycles.values()]
        for what in whats:
            files.append(tmp_path / f"{what.name}{n}.puml")
            files[-1].write_text(export("plantuml", what, between(made)))
    done = subprocess.run(["plantuml", "-checkonly", *map(str, files)], capture_output=True, text=True, check=False)
    assert "errors" not in done.stdout + done.stderr
    assert done.returncode == 0


@pytest.mark.external
def test_spin_reads_it(tmp_path: Path) -> None:
    if not shutil.which("spin"):
        pytest.skip("no spin: apt-get install --no-install-recommends spin")
    for words in NASTY:
        made = specification(words)
        (tmp_path / "model.pml").write_text(export("promela", made, between(made)))
        done = subprocess.run(
            ["spin", "-a", "model.pml"], capture_output=True, text=True, check=False, cwd=tmp_path, errors="replace"
        )
        assert (done.returncode, re.findall(r".*[Ee]rror.*", done.stdout + done.stderr)) == (0, []), ascii(words)


def test_every_format_is_tried() -> None:
    names = {format for _, format, _ in written(specification(("word",)))}
    assert names == FORMATS.keys() - {"json-schema"} | {"dot", "mermaid"}
