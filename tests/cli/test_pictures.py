"""``fsm draw`` and ``fsm diagrams``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from fsm import LIFECYCLES, Conversation, IslandsInterop, Outcome, Refusal, Scope, draw
from fsm.cli.ending import InputError
from fsm.cli.show import pictures
from fsm.draw.picture import Picture
from tests.cli.conftest import ADELE, GRADY, Fsm
from tests.people import PAIRS

LOG = Path(__file__).parents[2] / "examples" / "desktop-sharing.jsonl"
STORY = ("--between", ADELE, GRADY)
LEGACY = ("TeamsOnly", "SfBOnly,client=sfb-legacy")


@pytest.mark.parametrize("what", ["chat", "call", "meeting", "terminated_call", "conversation", "matrix"])
def test_a_picture_goes_to_standard_output(fsm: Fsm, what: str) -> None:
    answer = fsm("draw", what, "--format", "mermaid")
    assert (answer.status, answer.err) == (0, "")
    assert "stateDiagram-v2" in answer.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("call", *STORY), "adele.vance@contoso.com to grady.archie@contoso.com"),
        (("call", *STORY, "--path", str(LOG)), "a run"),
        (("call", *STORY, "--coverage", str(LOG)), "rows used"),
        (("call", *STORY, "--against", *LEGACY), "what differs"),
        (("matrix", "--scope", "federated", "--islands", "as-routed"), "federated"),
        (("matrix", "--edition", "2022-10"), "edition 2022-10"),
    ],
)
def test_a_picture_goes_to_a_file_and_says_so(fsm: Fsm, arguments: tuple[str, ...], says: str) -> None:
    answer = fsm("draw", *arguments, "--out", "picture.svg", "--json")
    assert answer.status == 0
    assert answer.data["file"] == "picture.svg"
    assert answer.data["format"] == "svg"
    assert answer.data["bytes"] == Path("picture.svg").stat().st_size
    assert says in answer.data["title"]
    assert fsm("draw", *arguments, "-o", "picture.mmd").out.strip().endswith("picture.mmd")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nothing",), ["WHAT: 'nothing' is not accepted", "call", "matrix"]),
        (("conversation", *STORY), ["'conversation' is drawn whole", "terminated_call"]),
        (("matrix", *STORY), ["'matrix' is drawn whole"]),
        (("call", "--path", str(LOG)), ["--between: missing"]),
        (("call", "--coverage", str(LOG)), ["--between: missing"]),
        (("call", "--against", *LEGACY), ["--between: missing"]),
        (("call", "--json"), ["--json", "give --out FILE"]),
        (("call", "--out", "call.pdf"), ["--out: '.pdf' names no format", ".svg", "--format"]),
        (("call", "--out", "no/where.mmd"), ["--out: no/where.mmd: No such file or directory"]),
        (("call", "--format", "pdf"), ["--format", "mermaid"]),
        (("call", "--theme", "pink"), ["--theme", "dark"]),
    ],
)
def test_what_cannot_be_drawn_says_why(fsm: Fsm, arguments: tuple[str, ...], says: list[str]) -> None:
    answer = fsm("draw", *arguments)
    assert (answer.status, answer.out) == (2, "")
    assert [words for words in says if words not in answer.err] == []


def test_a_missing_layout_engine_says_how_to_get_it(fsm: Fsm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    for arguments in (("draw", "call"), ("diagrams", str(tmp_path / "out"))):
        answer = fsm(*arguments)
        assert answer.status == 2
        assert "pip install graphviz-pure" in answer.err


PAIR, OTHER = PAIRS["teams>sfb"], PAIRS["teams>legacy"]
RUN: list[Outcome | Refusal | str] = [Conversation(PAIR).fire("call_audio", "originator")]
RUN += filter(None, [Conversation(PAIR).why_not("hang_up", "originator")])
CALL = LIFECYCLES["call"]


@pytest.mark.parametrize(
    ("asked", "picture"),
    [
        (("call", None, None, None, False, None), draw.lifecycle(CALL)),
        (("call", None, None, None, False, "brief"), draw.lifecycle(CALL, detail="brief")),
        (("call", PAIR, None, None, False, None), draw.for_pairing(CALL, PAIR)),
        (("call", PAIR, None, None, False, "brief"), draw.for_pairing(CALL, PAIR, detail="brief")),
        (("call", PAIR, OTHER, None, False, None), draw.difference(PAIR, OTHER, lifecycle="call")),
        (("call", PAIR, None, RUN, False, None), draw.path(CALL, RUN)),
        (("call", PAIR, None, RUN, False, "full"), draw.path(CALL, RUN, detail="full")),
        (("call", PAIR, None, RUN, True, None), draw.coverage(CALL, {"call.none.call_audio.2": 1})),
        (("conversation", None, None, None, False, None), draw.conversation()),
        (("matrix", None, None, None, False, None), draw.conversation()),
    ],
)
def test_what_is_asked_for_is_what_the_library_draws(asked: Any, picture: Picture) -> None:
    assert pictures.choose(*asked) == picture


@pytest.mark.parametrize("asked", [(PAIR, None, None), (None, OTHER, None), (None, None, RUN), (None, None, [])])
def test_a_whole_is_drawn_for_nobody_in_particular(asked: Any) -> None:
    pairing, against, run = asked
    with pytest.raises(InputError, match="'conversation' is drawn whole"):
        pictures.choose("conversation", pairing, against, run, False, None)


def test_the_matrix_has_a_scope_and_a_reading() -> None:
    for scope in (None, *Scope):
        for islands in IslandsInterop:
            expected = draw.matrix(scope=scope or Scope.IN_TENANT, islands_interop=islands)
            assert pictures.modes(scope, islands, None) == expected


def test_theme_and_engine_are_passed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told: list[object] = []

    def render(picture: Picture, format: str, *, theme: str, engine: str) -> bytes:
        told.append((format, theme, engine))
        return b"drawn"

    monkeypatch.setattr(draw, "render", render)
    for out, format, expected in ((tmp_path / "a.PNG", "png", "png"), (tmp_path / "a.dot", None, "dot")):
        assert pictures.put(draw.lifecycle(CALL), out, format, "dark", "dot") == (expected, 5)
        assert out.read_bytes() == b"drawn"
    assert told == [("png", "dark", "dot"), ("dot", "dark", "dot")]


@pytest.mark.parametrize(
    ("format", "terminal", "goes"),
    [("png", True, False), ("png", False, True), ("svg", True, True), ("dot", True, True)],
)
def test_only_a_png_does_not_go_to_a_terminal(
    format: str, terminal: bool, goes: bool, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(draw, "render", lambda *_, **__: b"drawn")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    if goes:
        assert pictures.put(draw.lifecycle(CALL), None, format, "auto", "pure") == (format, 5)
    else:
        with pytest.raises(InputError, match="png is not for a terminal"):
            pictures.put(draw.lifecycle(CALL), None, format, "auto", "pure")
    assert capsysbinary.readouterr().out == (b"drawn" if goes else b"")


def test_png_does_not_go_to_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = pictures.choose("meeting", None, None, None, False, None)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(InputError, match="png is not for a terminal; give --out"):
        pictures.put(picture, None, "png", "auto", "pure")
    with pytest.raises(InputError, match="--theme: 'pink' is not accepted"):
        pictures.put(picture, None, "svg", "pink", "pure")


def few(monkeypatch: pytest.MonkeyPatch, **instead: Any) -> None:
    """A gallery of one file, or what is given."""

    def gallery(out: Path, progress: Any) -> list[str]:
        progress(1, 1, "call.svg")
        return ["call.svg"]

    monkeypatch.setattr(draw, "gallery", instead.get("gallery", gallery))
    monkeypatch.setattr(draw, "check_gallery", instead.get("check_gallery", lambda out: []))


def test_the_gallery_is_drawn(fsm: Fsm, monkeypatch: pytest.MonkeyPatch) -> None:
    few(monkeypatch)
    assert fsm("diagrams", "out").out == "1 files in out\n"
    assert fsm("diagrams", "out", "--json").data == {"files": ["out/call.svg"]}


def test_the_gallery_is_checked(fsm: Fsm, monkeypatch: pytest.MonkeyPatch) -> None:
    few(monkeypatch)
    answer = fsm("diagrams", "--check")
    assert (answer.status, answer.out) == (0, "the gallery is fresh\n")
    few(monkeypatch, check_gallery=lambda out: ["call.svg"])
    answer = fsm("diagrams", "--check")
    assert answer.status == 1
    assert answer.out == (
        "diagrams/call.svg is not as drawn now\n1 of the gallery's files are stale; run fsm diagrams\n"
    )
    assert fsm("diagrams", "--check", "--json").data == {"stale": ["call.svg"]}


def test_a_gallery_that_cannot_be_written_says_why(fsm: Fsm) -> None:
    Path("taken").write_text("", encoding="utf-8")
    answer = fsm("diagrams", "taken")
    assert answer.status == 2
    assert "DIR: taken: File exists" in answer.err
