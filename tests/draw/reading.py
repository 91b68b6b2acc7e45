"""Reads pictures back: SVG by an XML parser, Mermaid by a strict reader of the part of it that is written."""

from __future__ import annotations

import html
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field

from fsm.draw.style import INKS

SVG = "{http://www.w3.org/2000/svg}"
Box = tuple[float, float, float, float]


def squeezed(text: str) -> str:
    """Text without the spaces, by which line breaks differ."""
    return re.sub(r"\s+", "", text)


class Drawing:
    """An SVG, read."""

    def __init__(self, svg: bytes) -> None:
        self.root = ET.fromstring(svg)

    def groups(self, kind: str) -> Iterator[ET.Element]:
        """The groups of a class."""
        return (g for g in self.root.iter(f"{SVG}g") if g.get("class") == kind)

    @property
    def states(self) -> set[str]:
        """The names of the boxes."""
        ids = {str(g.get("id")).removeprefix("state-") for g in self.groups("node")}
        return {name for name in ids if not name.startswith(("to_", "node"))}

    @property
    def rows(self) -> dict[str, list[str]]:
        """For each row, the texts of the lines that tell of it."""
        found: dict[str, list[str]] = {}
        for g in self.root.iter(f"{SVG}g"):
            for row in (g.get("data-rows") or "").split():
                found.setdefault(row, []).append(squeezed("".join(t.text or "" for t in g.iter(f"{SVG}text"))))
        return found

    @property
    def links(self) -> list[tuple[str, str]]:
        """Where lines lead, and what they tell when pointed at."""
        return [(str(a.get("href")), a.findtext(f"{SVG}title") or "") for a in self.root.iter(f"{SVG}a")]

    @property
    def text(self) -> str:
        """All text, as shown."""
        return " ".join(t.text or "" for t in self.root.iter(f"{SVG}text")).replace("\u00a0", " ")

    def boxes(self) -> dict[str, Box]:
        """Where each box is."""
        return {str(g.get("id")): _extent(g) for g in self.groups("node")}

    def labels(self) -> dict[str, Box]:
        """Where each arrow's text is: on a ground in the colour of the canvas."""
        grounds = {
            str(g.get("id")): [p for p in g.iter(f"{SVG}polygon") if p.get("fill") == INKS["canvas"].light]
            for g in self.groups("edge")
        }
        return {name: _span(found) for name, found in grounds.items() if found}

    def arrows(self) -> dict[str, list[tuple[float, float]]]:
        """Points along each arrow."""
        return {
            str(g.get("id")): _along(str(path.get("d")))
            for g in self.groups("edge")
            for path in g.findall(f"{SVG}path")
        }


def _numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]


def _span(shapes: list[ET.Element]) -> Box:
    numbers = [n for shape in shapes for n in _numbers(shape.get("points") or shape.get("d") or "")]
    return min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])


def _extent(group: ET.Element) -> Box:
    for ellipse in group.iter(f"{SVG}ellipse"):
        x, y, r = (float(ellipse.get(name) or 0) for name in ("cx", "cy", "rx"))
        return x - r, y - r, x + r, y + r
    return _span([*group.iter(f"{SVG}polygon"), *group.iter(f"{SVG}path")])


def _along(path: str) -> list[tuple[float, float]]:
    numbers = _numbers(path)
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    found = []
    for n in range(0, len(points) - 1, 3):
        a, b, c, d = points[n : n + 4]
        for step in range(21):
            t = step / 20
            u = 1 - t
            weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
            x, y = (sum(w * p[axis] for w, p in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1))
            found.append((x, y))
    return found


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes overlap."""
    return one[0] + 1 < other[2] and other[0] + 1 < one[2] and one[1] + 1 < other[3] and other[1] + 1 < one[3]


def inside(point: tuple[float, float], box: Box) -> bool:
    """Whether a point is well within a box."""
    return box[0] + 2 < point[0] < box[2] - 2 and box[1] + 2 < point[1] < box[3] - 2


@dataclass
class Diagram:
    """A ``stateDiagram-v2``, read."""

    title: str = ""
    states: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)
    arrows: list[tuple[str, str, str]] = field(default_factory=list)
    rows: dict[str, list[str]] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)


ID, TEXT = r"(\w+)", r'([^"<>;:{}|`\\%~&]*)'
STATE = re.compile(rf'state "{TEXT}" as {ID}')
LINE = re.compile(rf"{ID} : {TEXT}")
ARROW = re.compile(rf"(\[\*\]|\w+) --> (\[\*\]|\w+)(?: : {TEXT})?")
STYLE = re.compile(r"classDef \w+ [\w:#,\- ]+|class \w+ \w+|direction TB")


def decoded(text: str) -> str:
    """Mermaid text with its character references resolved."""
    assert "#" not in re.sub(r"#\d+", "", text), text
    return re.sub(r"#(\d+)\x00", lambda found: chr(int(found[1])), text)


def mermaid(source: bytes) -> Diagram:
    """Read a diagram; anything that is not exactly what ours may contain is an error."""
    lines = re.sub(r"#(\d+);", "#\\1\x00", source.decode()).splitlines()
    assert lines[0] == lines[2] == "---"
    assert lines[3] == "stateDiagram-v2"
    assert lines[1].startswith("title: ")
    title = json.loads(source.decode().splitlines()[1].removeprefix("title: "))
    diagram = Diagram(title)
    rows: list[str] = []
    for line in (line.strip() for line in lines[4:]):
        text = ""
        if line.startswith("%% rows "):
            rows = line.removeprefix("%% rows ").split()
            continue
        if line.startswith("%%"):
            diagram.comments.append(line)
        elif found := STATE.fullmatch(line):
            diagram.states[found[2]] = decoded(found[1])
        elif found := LINE.fullmatch(line):
            text = decoded(found[2])
            diagram.lines.setdefault(found[1], []).append(text)
        elif found := ARROW.fullmatch(line):
            text = decoded(found[3] or "")
            diagram.arrows.append((found[1], found[2], text))
        else:
            assert STYLE.fullmatch(line), line
        for row in rows:
            diagram.rows.setdefault(row, []).append(squeezed(text))
        rows = []
    known = {*diagram.states, "[*]"}
    assert set(diagram.lines) <= known
    assert {end for arrow in diagram.arrows for end in arrow[:2]} <= known
    return diagram


def unescaped(source: bytes) -> str:
    """DOT with the character references of its labels resolved."""
    return html.unescape(source.decode())
