"""A picture as Mermaid, for Markdown that draws it."""

from __future__ import annotations

import json
import re

from fsm.draw import phrasing, style
from fsm.draw.picture import Arrow, Line, Mark, Node, Picture
from fsm.notation.text import printable

SYNTAX = re.compile(r"[^A-Za-z0-9_ .,/()\[\]\u00a0→►◊»∆\u00d7\u2212≈●≡↔…+-]")


def write(picture: Picture) -> str:
    """The picture as a ``stateDiagram-v2``."""
    lines = ["---", f"title: {title(picture.title)}", "---", "stateDiagram-v2", "    direction TB"]
    lines.append(f"    %% {escape(picture.says)}; picture {picture.stamp}")
    for node in picture.nodes:
        lines += _node(node, picture)
    for edge in picture.arrows:
        lines += _arrow(edge, picture)
    if picture.grid:
        lines += _grid(picture)
    lines += [f"    classDef {name} {style}" for name, style in CLASSES.items()]
    for node in picture.nodes:
        name = "dim" if node.mark is Mark.DIM else "gather" if node.gathers else node.group.replace(" ", "")
        if name in CLASSES:
            lines.append(f"    class {node.id} {name}")
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """Text from anywhere, with all that Mermaid or HTML could take for syntax as a character reference."""
    return SYNTAX.sub(lambda found: f"#{ord(found[0])};", printable(text))


def title(text: str) -> str:
    """Text from anywhere, safe as a title: Mermaid resolves no character references there, and takes away tags."""
    return json.dumps(printable(text).translate(str.maketrans("<>", "\u2039\u203a")), ensure_ascii=False)


def _class(fill: str, edge: str) -> str:
    light = {name: inks.light for name, inks in style.INKS.items()}
    return f"fill:{light[fill]},stroke:{light[edge]},color:{light['ink']}"


CLASSES = {
    **{group.replace(" ", ""): _class(group, f"{group} edge") for group in style.GROUPS},
    "gather": f"{_class('canvas', 'line')},stroke-dasharray:4 3",
    "dim": f"{_class('panel', 'dim')},stroke-dasharray:4 3",
}


def _line(line: Line, picture: Picture) -> str:
    return escape(phrasing.text(line, brief=picture.brief))


def _rows(line: Line) -> str:
    return f"    %% rows {' '.join(line.rows) or 'none'}"


def _node(node: Node, picture: Picture) -> list[str]:
    says = f" - {node.says}" if node.says else ""
    lines = [f'    state "{escape(node.title + says)}" as {node.id}']
    lines += [f"    {node.id} : {escape(note)}" for note in node.notes]
    for group, states in node.phases:
        names = (f"{style.HERE}{state}" if state == node.here else state for state in states)
        told = ": ".join(filter(None, (group, ", ".join(names))))
        lines.append(f"    {node.id} : {escape(told)}")
    for part in node.parts:
        if node.gathers:
            lines.append(f"    {node.id} : {escape(part.title)}")
        for line in part.lines:
            lines += [_rows(line), f"    {node.id} : {_line(line, picture)}"]
    if node.initial:
        lines.append(f"    [*] --> {node.id}")
    if node.final:
        lines.append(f"    {node.id} --> [*]")
    return lines


def _arrow(edge: Arrow, picture: Picture) -> list[str]:
    if not edge.lines:
        hangs = [f"    {edge.after} --> {edge.source}"] if edge.after else []
        return [*hangs, f"    {edge.source} --> {edge.target}"]
    return [
        text
        for line in edge.lines
        for text in (_rows(line), f"    {edge.source} --> {edge.target} : {_line(line, picture)}")
    ]


def _grid(picture: Picture) -> list[str]:
    grid = picture.grid
    assert grid is not None
    names = {name: f"m{n}" for n, name in enumerate(dict.fromkeys(grid.rows + grid.columns))}
    lines = [f'    state "{escape(name)}" as {id}' for name, id in names.items()]
    for row, cells in zip(grid.rows, grid.cells, strict=True):
        for column, cell in zip(grid.columns, cells, strict=True):
            lines.append(f"    {names[row]} --> {names[column]} : {escape(', '.join(cell.text))}")
    return lines
