"""Formats, themes, engines; and that names from outside change nothing but the label."""

from __future__ import annotations

import builtins
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import fsm
from fsm import LIFECYCLES, Mode, Pairing, Participant
from fsm.draw import NoLayoutEngine, Picture, for_pairing, lifecycle, render, style
from fsm.draw.formats import layout
from fsm.draw.notebook import svg_of
from fsm.verify.faults import Seed
from tests.draw.reading import Drawing, mermaid

CALL = lifecycle(LIFECYCLES["call"], detail="brief")
BEN = Participant("ben@contoso.example", Mode.SFB_ONLY)
NASTY = [
    '"><script>alert(1)</script>',
    "</svg><svg onload=alert(1)>",
    '"]; evil [label="x',
    "<b>bold</b>&amp;&lt;",
    "\\N \\G \\l \\",
    "%% comment --> evil : x",
    "a --> b; state evil {",
    '%%{init: {"theme": "dark"}}%%',
    "x --- evil: 1",
    "#quot;#35; &#10;",
    "]]> <!-- x --> ${y} `z`",
    "~~s~~ [x](javascript:y) é漢",
]


@pytest.mark.parametrize("format", ["svg", "png", "dot", "mermaid"])
def test_a_picture_is_the_same_twice(format: str) -> None:
    assert render(CALL, format) == render(lifecycle(LIFECYCLES["call"], detail="brief"), format)


def test_formats_are_what_they_say() -> None:
    assert render(CALL, "png").startswith(b"\x89PNG")
    assert render(CALL, "dot").startswith(b"digraph picture {")
    assert b"stateDiagram-v2" in render(CALL, "mermaid")
    ET.fromstring(render(CALL, "svg"))


def test_themes_recolour_and_nothing_else() -> None:
    light, dark, auto = (render(CALL, "svg", theme=theme).decode() for theme in ("light", "dark", "auto"))
    colours = {ink.light: ink.dark for ink in style.INKS.values()}
    assert len(colours) == len(style.INKS)
    recoloured = re.sub("|".join(colours), lambda found: colours[found[0]], light)
    assert recoloured == dark
    media = "@media screen and (prefers-color-scheme:dark)"
    assert media in auto
    assert media not in light
    assert re.sub(r"@media.*?}}", "", auto) == light
    used = set(re.findall(r'(?:fill|stroke)="(#\w+)"', light))
    assert used <= set(colours)
    for colour in used:
        assert f'[fill="{colour}"]{{fill:{colours[colour]}}}' in auto
    assert b'fill="#0d1117"' not in render(CALL, "svg", theme="auto")


def test_nothing_is_told_by_colour_alone() -> None:
    assert len({kind.glyph for kind in style.KINDS.values()}) == len(style.KINDS)
    assert len(set(style.MARKS.values())) == len(style.MARKS)


@pytest.mark.parametrize("name", NASTY)
def test_a_name_changes_nothing_but_the_label(name: str) -> None:
    plain, nasty = (
        for_pairing(LIFECYCLES["terminated_call"], Pairing(Participant(who, Mode.TEAMS_ONLY), BEN))
        for who in ("X", name)
    )
    svg = render(nasty, "svg")
    root, expected = ET.fromstring(svg), ET.fromstring(render(plain, "svg"))
    assert [element.tag for element in root.iter()] == [element.tag for element in expected.iter()]
    assert not [e for e in root.iter() if any(a.startswith("on") for a in e.attrib)]
    shown = Drawing(svg).text
    assert re.sub(r"[\s\ufffd]", "", _clean(name)) in re.sub(r"[\s\ufffd]", "", shown)
    assert _clean(name) in (root.findtext("{http://www.w3.org/2000/svg}title") or "")
    diagram, other = mermaid(render(nasty, "mermaid")), mermaid(render(plain, "mermaid"))
    assert (diagram.states, diagram.arrows, diagram.lines) == (other.states, other.arrows, other.lines)
    assert _clean(name).replace("<", "\u2039").replace(">", "\u203a") in diagram.title
    assert render(nasty, "dot").count(b" -> ") == render(plain, "dot").count(b" -> ")
    assert render(nasty, "png").startswith(b"\x89PNG")


def _clean(name: str) -> str:
    from fsm.notation.text import printable

    return printable(name)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"format": "pdf"}, "format: 'pdf' is not accepted; use one of svg, png, dot, mermaid"),
        ({"format": "svg", "theme": "blue"}, "theme: 'blue' is not accepted; use one of auto, light, dark"),
        ({"format": "svg", "engine": "neato"}, "engine: 'neato' is not accepted; use one of pure, dot"),
    ],
)
def test_what_is_not_accepted_is_named(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        render(CALL, **given)


@pytest.mark.parametrize(("engine", "says"), [("pure", "pip install graphviz-pure"), ("dot", "'dot' is not installed")])
def test_without_an_engine_dot_and_mermaid_still_work(engine: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *args, **given: None)
    for format in ("svg", "png"):
        with pytest.raises(NoLayoutEngine, match=says):
            render(CALL, format, engine=engine)
    assert render(CALL, "dot")
    assert render(CALL, "mermaid")


def test_without_the_graphviz_package_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *args: Any, **given: Any) -> Any:
        if name == "graphviz":
            raise ModuleNotFoundError(name)
        return real(name, *args, **given)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(NoLayoutEngine, match="pip install graphviz"):
        render(CALL, "dot")
    assert render(CALL, "mermaid")


def test_the_engines_own_complaint_is_passed_on() -> None:
    with pytest.raises(RuntimeError, match=r"graphviz-pure: .*syntax error"):
        layout.run("digraph {", "svg")


def test_drawing_is_loaded_only_when_used() -> None:
    code = "import fsm, fsm.draw, sys; print([m for m in ('graphviz', 'transitions') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_notebooks_show_lifecycles_conversations_and_pictures() -> None:
    conversation = fsm.Conversation(Pairing(Participant("anna@contoso.example", Mode.TEAMS_ONLY), BEN))
    conversation.fire("open_chat", "originator")
    shown = Drawing(svg_of(conversation).encode()).text
    assert "● interop" in shown
    assert "anna@contoso.example to ben@contoso.example" in shown
    assert "share_desktop" in shown
    assert CALL._repr_svg_() == svg_of(CALL) == svg_of(LIFECYCLES["call"])
    with pytest.raises(TypeError, match="cannot be drawn; give a Conversation, a Lifecycle or a Picture"):
        svg_of("chat")  # type: ignore[arg-type]


def test_an_empty_picture_can_be_drawn() -> None:
    nothing = Picture("nothing", "Nothing", "")
    assert Drawing(render(nothing, "svg")).text.startswith("Nothing")
    assert mermaid(render(replace(nothing, says="x"), "mermaid")).states == {}


@pytest.mark.skipif(not shutil.which("dot"), reason="no system Graphviz")
def test_the_systems_engine_draws_the_same_rows() -> None:
    assert Drawing(render(CALL, "svg", engine="dot")).rows == Drawing(render(CALL, "svg")).rows


def test_a_picture_can_be_written(tmp_path: Path) -> None:
    file = tmp_path / "call.svg"
    file.write_bytes(render(CALL, "svg"))
    assert ET.parse(file).getroot().get("role") == "graphics-document"


@pytest.mark.parametrize("kind", ["guard dropped", "effect dropped", "rule replaced"])
def test_a_picture_is_stamped_with_what_it_shows_and_nothing_else(kind: str, seeded: dict[str, Seed]) -> None:
    """So a row that changes makes the pictures stale that show it, and no others."""
    seed = next(each for each in seeded.values() if each.kind == kind and each.name.startswith(f"{kind}: call."))
    faulty = seed.put()
    changed = {
        name
        for name, each in LIFECYCLES.items()
        if lifecycle(faulty.lifecycles[name], composition=faulty).stamp != lifecycle(each).stamp
    }
    assert changed == {"call"}
    assert lifecycle(LIFECYCLES["call"]).stamp == lifecycle(LIFECYCLES["call"]).stamp != CALL.stamp
