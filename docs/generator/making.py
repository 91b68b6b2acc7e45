"""Making pieces of a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from docutils import nodes

from generator.domain import ref
from generator.things import KINDS, Thing, things

Inline: TypeAlias = nodes.Node | str
FEW = 6
"""More links than this of one kind are folded away."""


def thing(kind: str, name: str) -> Thing:
    """The thing of this name."""
    return things()[kind, name]


def words(*parts: Inline) -> list[nodes.Node]:
    """Text in which backquotes mark code, and whatever else stands between."""
    found: list[nodes.Node] = []
    for part in parts:
        if isinstance(part, nodes.Node):
            found.append(part)
            continue
        for n, piece in enumerate(re.split("`+", part)):
            if piece:
                found.append(nodes.literal(text=piece) if n % 2 else nodes.Text(piece))
    return found


def paragraph(*parts: Inline, kind: str = "") -> nodes.paragraph:
    """A paragraph."""
    return nodes.paragraph("", "", *words(*parts), classes=[kind] if kind else [])


def section(title: Inline, anchor: str, *content: nodes.Node) -> nodes.section:
    """A section with an address."""
    made = nodes.section("", nodes.title("", "", *words(title)), *content, ids=[anchor])
    made["names"] = [anchor]
    return made


def permalink(each: Thing, label: str = "") -> nodes.reference:
    """The name of a thing, leading to where it stands itself, so that its address can be copied."""
    shown = nodes.literal(text=label or each.name) if each.kind != "rule" else nodes.strong(text=label or each.name)
    return nodes.reference("", "", shown, refuri=f"#{each.anchor}", internal=True, classes=["permalink"])


def separated(parts: Iterable[Sequence[Inline] | Inline], by: str = ", ") -> list[Inline]:
    """Parts with something between."""
    listed = [[part] if isinstance(part, (str, nodes.Node)) else list(part) for part in parts]
    return list(chain.from_iterable([*([by] if n else []), *part] for n, part in enumerate(listed)))


def links(kind: str, names: Iterable[str]) -> list[Inline]:
    """Links to several things of a kind."""
    return separated(ref(kind, name, code=kind != "rule") for name in dict.fromkeys(names))


def rules(ids: Iterable[str]) -> list[Inline]:
    """Links to rules."""
    return separated([ref("rule", each, code=False) for each in ids], " ")


def cell(*content: nodes.Node, label: str = "") -> nodes.entry:
    """A cell of a table."""
    return nodes.entry("", *content, classes=[label] if label else [])


def row(*cells: Sequence[Inline] | nodes.entry, anchor: str = "", kind: str = "") -> nodes.row:
    """A row of a table, with an address if it has one."""
    made = (each if isinstance(each, nodes.entry) else cell(paragraph(*each)) for each in cells)
    return nodes.row("", *made, ids=[anchor] if anchor else [], classes=[kind] if kind else [])


def table(head: str, rows: Iterable[nodes.row], widths: Sequence[int] = (), kind: str = "") -> nodes.table:
    """A table; ``head`` names its columns, separated by bars."""
    columns = [each.strip() for each in head.split("|")]
    group = nodes.tgroup("", cols=len(columns))
    group += [nodes.colspec(colwidth=width) for width in widths or [1] * len(columns)]
    group += nodes.thead("", row(*([each] for each in columns)))
    group += nodes.tbody("", *rows)
    return nodes.table("", group, classes=["things", "colwidths-given", kind] if kind else ["things"])


def entries(items: Iterable[tuple[Thing, Iterable[nodes.Node]]]) -> nodes.definition_list:
    """Things one below the other, each with its address and what is said of it."""
    made = nodes.definition_list(classes=["entries"])
    for each, content in items:
        term = nodes.term("", "", permalink(each), ids=[each.anchor])
        made += nodes.definition_list_item("", term, nodes.definition("", *content))
    return made


def facts(
    *named: tuple[str, Sequence[Inline]], used: Mapping[str, Sequence[str]] | None = None, by: str = ""
) -> list[nodes.Node]:
    """Named facts, those without content left out; then who uses or cites a thing, by kind or called
    ``by``, long lists folded away.
    """
    made = nodes.field_list(classes=["facts"])
    for name, content in named:
        if content:
            made += _fact(name, paragraph(*content))
    for kind, names in (used or {}).items():
        listed, several = paragraph(*links(kind, names)), KINDS[kind]
        if len(names) > FEW:
            folded = _raw(f"<details><summary>{len(names)} {several}</summary>"), listed, _raw("</details>")
            made += _fact(by or several, *folded)
        elif names:
            made += _fact(by or (several if len(names) > 1 else kind), listed)
    return [made] if made.children else []


def _fact(name: str, *content: nodes.Node) -> nodes.field:
    return nodes.field("", nodes.field_name(text=name), nodes.field_body("", *content))


def _raw(html: str) -> nodes.raw:
    return nodes.raw("", html, format="html")
