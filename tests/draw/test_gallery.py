"""The gallery is what the tables say, looks as it should, and is read by others' parsers."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from itertools import combinations
from pathlib import Path

import pytest

from fsm import EDITIONS, LIFECYCLES, RULES
from fsm.draw import check_gallery, gallery
from fsm.draw.exhibits.gallery import CHAPTERS, TOTAL, files
from fsm.draw.exhibits.pages import MADE
from tests.draw.reading import Drawing, inside, meet, mermaid

HERE = Path(__file__).parents[2] / "diagrams"
EXHIBITS = [exhibit for _, exhibits in CHAPTERS for exhibit in exhibits]


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return dict(files())


@pytest.fixture
def drawn_before(made: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """What the gallery has is drawn once for several tests."""
    monkeypatch.setattr("fsm.draw.exhibits.gallery.files", lambda: iter(made.items()))


@pytest.mark.usefixtures("drawn_before")
def test_the_committed_gallery_is_fresh() -> None:
    assert check_gallery(HERE) == [], "run: fsm diagrams"


def test_it_is_written_the_same_twice_with_progress(tmp_path: Path, made: dict[str, bytes]) -> None:
    told: list[tuple[int, int, str]] = []
    names = gallery(tmp_path / "out", lambda *step: told.append(step))
    assert told == [(n, TOTAL, name) for n, name in enumerate(names, 1)]
    assert {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()} == made


@pytest.mark.usefixtures("drawn_before")
def test_what_is_stale_is_named_and_what_is_not_ours_is_left_alone(tmp_path: Path, made: dict[str, bytes]) -> None:
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "chat.svg").write_text("changed")
    (tmp_path / "call.mmd").unlink()
    (tmp_path / "old.svg").write_text(f"<!-- {MADE} --><svg/>")
    (tmp_path / "mine.svg").write_text("<svg/>")
    assert sorted(check_gallery(tmp_path)) == ["call.mmd", "chat.svg", "old.svg"]
    gallery(tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {*made, "mine.svg"}
    assert (tmp_path / "chat.svg").read_bytes() == made["chat.svg"]


def test_each_file_says_what_makes_it(made: dict[str, bytes]) -> None:
    assert [name for name, content in made.items() if MADE.encode() not in content] == []


def test_the_pages_show_every_picture_and_lead_somewhere(made: dict[str, bytes]) -> None:
    page = made["README.md"].decode()
    assert re.findall(r"!\[.*?\]\((.*?)\.svg\)", page) == [exhibit.name for exhibit in EXHIBITS]
    for name in ("README.md", "comparison.md", "editions.md"):
        for target in re.findall(r'(?:\]\(|src="|href=")([^)"#]+)', made[name].decode()):
            assert target in made, f"{name}: {target}"
    anchors = set(re.findall(r'<a id="(.*?)">', made["RULES.md"].decode()))
    assert anchors == {rule.lower() for rule in RULES}
    assert all(f"peer-{name}.svg" in made["comparison.md"].decode() for name in LIFECYCLES)
    assert [name for name in EDITIONS if f"| {name} | " not in made["editions.md"].decode()] == []


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.name)
def test_nothing_overlaps_and_no_arrow_crosses_a_box(exhibit: object, made: dict[str, bytes]) -> None:
    drawing = Drawing(made[f"{exhibit.name}.svg"])  # type: ignore[attr-defined]
    boxes, labels, arrows = drawing.boxes(), drawing.labels(), drawing.arrows()
    placed = [*boxes.items(), *((f"label of {name}", box) for name, box in labels.items())]
    assert [(one, other) for (one, a), (other, b) in combinations(placed, 2) if meet(a, b)] == []
    for arrow, points in arrows.items():
        for name, box in placed:
            within = [point for point in points[2:-2] if inside(point, box)]
            assert len(within) < 2 or name == f"label of {arrow}", f"{arrow} runs through {name}"
    if exhibit.draw().grid:  # type: ignore[attr-defined]
        assert (len(boxes), labels) == (1, {})
    else:
        assert len(boxes) > 4
        assert labels


def test_the_check_for_overlap_sees_one() -> None:
    assert meet((0, 0, 10, 10), (5, 5, 15, 15))
    assert not meet((0, 0, 10, 10), (10, 0, 20, 10))
    assert inside((5, 5), (0, 0, 10, 10))
    assert not inside((1, 5), (0, 0, 10, 10))


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.name)
def test_pictures_are_as_wide_as_a_page(exhibit: object, made: dict[str, bytes]) -> None:
    assert float(Drawing(made[f"{exhibit.name}.svg"]).root.get("width") or 0) <= 1850  # type: ignore[attr-defined]


def test_mermaid_is_read_by_our_reader(made: dict[str, bytes]) -> None:
    for name, content in made.items():
        if name.endswith(".mmd"):
            assert mermaid(content).arrows


@pytest.mark.external
def test_mermaid_is_read_by_its_own_parser(tmp_path: Path, made: dict[str, bytes]) -> None:
    home = os.environ.get("JURY_HOME")
    node = shutil.which("node")
    if not home or not node:
        pytest.skip("needs node, and JURY_HOME: where npm installed mermaid and jsdom")
    for name, content in made.items():
        if name.endswith(".mmd"):
            (tmp_path / name).write_bytes(content)
    script = Path(__file__).with_name("parse.mjs")
    files = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run([node, str(script), home, *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == ["stateDiagram"] * len(files)
