"""A picture as DOT."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from fsm.draw import phrasing, style
from fsm.draw.formats.layout import NoLayoutEngine
from fsm.draw.picture import Arrow, Cell, Grid, Kind, Line, Mark, Node, Part, Picture
from fsm.notation.text import printable

Run = tuple[str, str]
"""A piece of text, and its ink and faces."""

BREAK = '<br align="left"/>'


def write(picture: Picture, theme: str = "light") -> str:
    """The picture as DOT, in the colours of ``theme``."""
    return Writer(picture, theme).write()


def escape(text: str) -> str:
    """Text from anywhere, safe between the tags of an HTML-like label."""
    return html.escape(printable(text).replace(phrasing.NBSP, " ")).replace("\\", "&#92;&#92;")


def table(rows: str, **attributes: object) -> str:
    """An HTML-like table."""
    given = {"border": 0, "cellborder": 0, "cellspacing": 0, "cellpadding": 0, **attributes}
    written = " ".join(f'{name}="{value}"' for name, value in given.items())
    return f"<table {written}>{rows}</table>"


class Writer:
    """Writes one picture."""

    def __init__(self, picture: Picture, theme: str) -> None:
        self.picture = picture
        self.theme = theme

    def ink(self, name: str) -> str:
        """The colour for a meaning, in this theme."""
        return style.ink(name, self.theme)

    def write(self) -> str:
        """The DOT."""
        try:
            from graphviz import Digraph  # type: ignore[import-untyped]  # it has no annotations
        except ModuleNotFoundError:
            raise NoLayoutEngine(
                "DOT is written by the package graphviz; pip install graphviz. Mermaid needs none"
            ) from None

        picture = self.picture
        graph = Digraph("picture")
        graph.attr("graph", label=f"<{self.head()}>", bgcolor=self.ink("canvas"), **style.GRAPH)
        graph.attr("node", fontcolor=self.ink("ink"), **style.NODE)
        graph.attr("edge", color=self.ink("line"), **style.EDGE)
        with graph.subgraph(name="cluster_picture") as whole:
            whole.attr(label=f"<{self.foot()}>", labelloc="b", labeljust="l", pencolor=self.ink("canvas"), margin="0")
            if picture.grid:
                whole.node("grid", label=f"<{self.grid(picture.grid)}>")
            for node in picture.nodes:
                if node.initial:
                    black = self.ink("ink")
                    whole.node(f"start_{node.id}", fillcolor=black, color=black, **style.START)
                    whole.edge(f"start_{node.id}", node.id)
                whole.node(node.id, label=f"<{self.box(node)}>", id=f"state-{node.id}")
            for level in picture.beside:
                with whole.subgraph() as same:
                    same.attr(rank="same")
                    for name in level:
                        same.node(name)
            order = {node.id: n for n, node in enumerate(picture.nodes) if not node.gathers}
            for edge in picture.arrows:
                self.arrow(whole, edge, order)
        return str(graph.source)

    def head(self) -> str:
        """Title and sentence."""
        title = self.font(self.runs([(self.picture.title, "ink/b")]), style.TITLE)
        says = self.font(self.runs([(self.picture.says, "muted")]), style.SIZE)
        return table(f'<tr><td align="left">{title}</td></tr><tr><td align="left">{says}</td></tr>', cellpadding=1)

    def foot(self) -> str:
        """Legend, notes, stamp."""
        picture = self.picture
        cells = [
            [(f"{style.KINDS[kind].glyph} ", f"{kind}/b"), (style.KINDS[kind].legend, "muted")]
            for kind in Kind
            if kind in picture.legend
        ]
        cells += [style.LEGEND[key] for key in picture.legend if key in style.LEGEND]
        rows = "".join(
            "<tr>"
            + "".join(
                f'<td align="left">{self.font(self.runs(cell))}</td>' for cell in cells[n : n + style.LEGEND_WIDE]
            )
            + "</tr>"
            for n in range(0, len(cells), style.LEGEND_WIDE)
        )
        legend = table(rows, cellspacing=6) if rows else ""
        small = "".join(
            f'<tr><td align="left">{self.font(self.runs(line))}</td></tr>'
            for note in (*picture.notes, f"picture {picture.stamp}")
            for line in wrap([(note, "muted")], style.FOOT_WRAP)
        )
        return table(f'<tr><td align="left">{legend}</td></tr>{small}', cellpadding=1)

    def box(self, node: Node) -> str:
        """A box."""
        if node.gathers:
            return self.gather(node)
        dim = node.mark is Mark.DIM
        marked = node.mark is not Mark.PLAIN
        tint = style.tint(node.group)
        edge = self.ink(node.mark if marked else f"{tint} edge" if node.group else "line")
        fill = self.ink("panel" if dim or not node.group else tint)
        sign = f"{style.MARKS[node.mark]} " if node.mark in style.MARKS else ""
        title = [(sign, node.mark if sign else ""), (node.title, "dim/b" if dim else "ink/b")]
        name = self.font(self.runs(title), style.HEAD)
        group = self.font(self.runs([(node.group, "dim/i" if dim else f"{tint} edge/i")])) if node.group else ""
        small = [*wrap([(node.says, "dim" if dim else "muted")], style.WRAP - 2)]
        small += [line for note in node.notes for line in wrap([(note, "dim/i" if dim else "muted/i")], style.WRAP)]
        says = BREAK.join(filter(None, (self.font(self.runs(line)) for line in small)))
        head = table(
            f'<tr><td align="left">{name}</td><td align="right">{group}</td></tr>'
            + (f'<tr><td colspan="2" align="left" balign="left">{says}</td></tr>' if says else ""),
            cellpadding=2,
        )
        rows = f"<tr><td>{head}</td></tr>"
        rows += "".join(f"<tr><td>{self.phase(*phase, node.here)}</td></tr>" for phase in node.phases)
        rows += "".join(f"<tr><td>{self.part(part)}</td></tr>" for part in node.parts)
        border = "rounded,dashed" if dim else "rounded"
        inner = table(
            rows, border=3 if marked and not dim else 1, cellspacing=3, style=border, color=edge, bgcolor=fill
        )
        if not node.final:
            return inner
        return table(f"<tr><td>{inner}</td></tr>", border=1, cellpadding=3, style=border, color=edge)

    def phase(self, group: str, states: tuple[str, ...], here: str) -> str:
        """The states of a phase, on its tint."""
        tint = style.tint(group)
        runs = [(f"{group}: ", f"{tint} edge/i")] if group else []
        for n, state in enumerate(states):
            comma = "" if n == len(states) - 1 else ", "
            runs.append((f"{style.HERE}{state}{comma}", "run/b") if state == here else (f"{state}{comma}", "ink"))
        text = BREAK.join(self.font(self.runs(line)) for line in wrap(runs, style.WRAP, indent="    "))
        return table(f'<tr><td align="left" balign="left">{text}</td></tr>', cellpadding=3, bgcolor=self.ink(tint))

    def gather(self, node: Node) -> str:
        """A box that stands for many states."""
        rows = "".join(
            f'<tr><td align="left" balign="left" cellpadding="2">{self.sources(part)}</td></tr>'
            f'<tr><td align="left">{self.lines(part.lines, style.WRAP)}</td></tr>'
            for part in node.parts
        )
        color = self.ink("line" if node.mark is Mark.PLAIN else node.mark)
        border = "rounded,dashed"
        return table(rows, border=1, cellspacing=2, style=border, color=color, bgcolor=self.ink("canvas"))

    def sources(self, part: Part) -> str:
        """The states that a block stands for."""
        dim = all(line.mark is Mark.DIM for line in part.lines)
        runs = [("from ", "dim/i"), (part.title, "dim")] if dim else [("from ", "muted/i"), (part.title, "muted/b")]
        lines = wrap(runs, style.WRAP - 2)
        return BREAK.join(self.font(self.runs(line)) for line in lines)

    def part(self, part: Part) -> str:
        """A compartment."""
        return self.lines(part.lines, style.WRAP, bgcolor=self.ink("panel"))

    def lines(self, lines: tuple[Line, ...], width: int, **attributes: object) -> str:
        """Lines, one under the other; badges, if there are any, in a column of their own."""
        badges = any(phrasing.badge(line) for line in lines)
        return table("".join(self.line(line, width, badges) for line in lines), cellpadding=2, **attributes)

    def line(self, line: Line, width: int, badges: bool) -> str:
        """A line, as a table row."""
        dim = line.mark in (Mark.DIM, Mark.REMOVED)
        gone = "s" if line.mark is Mark.REMOVED else ""
        runs = []
        for text, tells in phrasing.pieces(line, brief=self.picture.brief):
            face = style.TELLS[tells].format(kind=line.kind)
            faces = face.partition("/")[2].replace("b", "")
            runs.append((text, f"dim/{faces}{gone}" if dim else face))
        text = BREAK.join(self.font(self.runs(each)) for each in wrap(runs, width, indent="    "))
        badge = self.badge(line) if badges else ""
        beside = style.BESIDE if badge else ""
        leads = f" {self.leads(line)}" if line.rows else ""
        return f'<tr>{badge}<td {beside}align="left" balign="left"{leads}>{text}</td></tr>'

    def leads(self, line: Line) -> str:
        """Which rows a line tells of, where it leads, and what is told of it on request."""
        picture = self.picture
        return (
            f'id="{escape(" ".join(line.rows))}" href="{escape(anchor(line.rules, picture))}" '
            f'title="{tip(line, picture)}"'
        )

    def badge(self, line: Line) -> str:
        """A number, a count or a sign before a line."""
        text = phrasing.badge(line)
        if not text:
            return "<td></td>"
        shown = self.font(self.runs([(f" {text} ", "canvas/b")]))
        return f'<td valign="top" bgcolor="{self.ink(line.mark.value)}">{shown}</td>'

    def runs(self, runs: Iterable[Run]) -> str:
        """Pieces of text with their tags."""
        return "".join(self.run(text, face) for text, face in runs if text)

    def run(self, text: str, style: str) -> str:
        """A piece of text with its tags."""
        out = escape(text)
        name, _, faces = style.partition("/")
        for face in faces:
            out = f"<{face}>{out}</{face}>"
        return f'<font color="{self.ink(name)}">{out}</font>' if name else out

    def font(self, text: str, size: int = style.SMALL) -> str:
        """Text of a size."""
        return f'<font point-size="{size}">{text}</font>' if text else ""

    def arrow(self, graph: object, edge: Arrow, order: dict[str, int]) -> None:
        """An arrow. One that leads back is declared the other way round, so that the ranks follow the table."""
        given = {"id": f"edge-{edge.source}-{edge.target}"}
        if edge.lines:
            given["label"] = f"<{self.lines(edge.lines, style.ARROW_WRAP, bgcolor=self.ink('canvas'))}>"
            kind = style.KINDS[edge.lines[0].kind]
            given |= {"style": kind.dash, "arrowhead": kind.head, "arrowtail": kind.head}
            given["color"] = self.ink(edge.lines[0].kind)
        if edge.mark is not Mark.PLAIN:
            given |= {"color": self.ink(edge.mark), "penwidth": style.PEN.get(edge.mark, "2")}
        if edge.after:
            color = self.ink("dim" if edge.hangs is Mark.PLAIN else edge.hangs)
            graph.edge(edge.after, edge.source, color=color, penwidth=style.PEN.get(edge.hangs, "1.2"), **style.HANGS)  # type: ignore[attr-defined]
        if order.get(edge.source, -1) > order[edge.target]:
            graph.edge(edge.target, edge.source, **style.BACK, **given)  # type: ignore[attr-defined]
        else:
            graph.edge(edge.source, edge.target, **given)  # type: ignore[attr-defined]

    def grid(self, grid: Grid) -> str:
        """A table of cells."""
        names = [(each, "ink/b") for each in grid.columns]
        head = "".join(f"<td>{self.cell_text([each], style.CELL_WRAP)}</td>" for each in names)
        rows = [f"<tr><td>{self.cell_text([(grid.corner, 'muted/i')], style.CELL_WRAP)}</td>{head}</tr>"]
        for name, cells in zip(grid.rows, grid.cells, strict=True):
            first = f'<td align="right">{self.cell_text([(name, "ink/b")], style.CELL_WRAP)}</td>'
            rows.append(f"<tr>{first}{''.join(map(self.cell, cells))}</tr>")
        return table("".join(rows), cellspacing=4, cellpadding=3)

    def cell_text(self, runs: list[Run], width: int) -> str:
        """Text in a cell."""
        return "<br/>".join(self.font(self.runs(line)) for line in wrap(runs, width))

    def cell(self, cell: Cell) -> str:
        """A cell of a grid."""
        fill, edge, border = style.CELLS[cell.kind]
        first, *rest = cell.text
        lines = [self.font(self.runs([(first, f"{edge}/b")]), style.SIZE)]
        lines += [self.font(self.runs([(each, "ink")])) for each in rest]
        tips = "&#10;".join(escape(f"{rule}: {self.picture.rules[rule].says}") for rule in cell.rules)
        leads = escape(anchor(cell.rules, self.picture))
        inner = (
            f'<tr><td align="left" balign="left" valign="top" href="{leads}" title="{tips}">'
            f"{BREAK.join(lines)}</td></tr>"
        )
        given = {"border": 1, "cellpadding": 5, "style": border, "color": self.ink(edge), "bgcolor": self.ink(fill)}
        return f'<td cellpadding="0">{table(inner, width=112, height=46, **given)}</td>'


def anchor(rules: tuple[str, ...], picture: Picture) -> str:
    """Where a line leads: to its first rule."""
    return "#".join([picture.page, *(quote(rule.lower(), errors="replace") for rule in rules[:1])])


def tip(line: Line, picture: Picture) -> str:
    """What is told of a line on request: its rows, and what its rules say."""
    said = picture.rules
    rules = [f"{rule}: {said[rule].says}" if rule in said else rule for rule in line.rules]
    return "&#10;".join(map(escape, [", ".join(line.rows), *rules]))


def wrap(runs: Iterable[Run], width: int, indent: str = "") -> Iterator[list[Run]]:
    """The pieces over lines of ``width`` characters, broken between words."""
    out: list[Run] = []
    length = 0
    for text, face in runs:
        for word in re.findall(r" *[^ ]+ *$| *[^ ]+", text):
            if length and length + len(word.rstrip(" ")) > width:
                yield out
                out, length = [(indent, "")] if indent else [], len(indent)
                word = word.lstrip(" ")
            if out and out[-1][1] == face:
                out[-1] = (out[-1][0] + word, face)
            else:
                out.append((word, face))
            length += len(word)
    yield out
