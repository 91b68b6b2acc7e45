"""How pictures look: colours, type, glyphs. The one place to change it.

A colour stands for a meaning and has a light and a dark value; nothing is told by colour alone, so each meaning has a
glyph, a dash or a word as well. Glyphs are ones that every sans-serif font has (WGL4).
"""

from __future__ import annotations

from typing import NamedTuple

from fsm.draw.picture import Kind, Mark

FONT = "Helvetica"
FONT_STACK = "Arimo, Helvetica, Arial, 'Liberation Sans', sans-serif"
"""Fonts of one width, the one that the layout engine measures with first."""

SIZE, SMALL, HEAD, TITLE = 11, 10, 13, 17
WRAP = 40
ARROW_WRAP = 26
"""Characters of small type on a line: in boxes, and on arrows."""


class Ink(NamedTuple):
    """A colour by its meaning: on light, and on dark."""

    light: str
    dark: str


INKS = {
    "canvas": Ink("#ffffff", "#0d1117"),
    "panel": Ink("#fefefe", "#10161e"),
    "ink": Ink("#1f2328", "#e6edf3"),
    "muted": Ink("#57606a", "#9aa5b1"),
    "line": Ink("#424a53", "#b1bac4"),
    "faint": Ink("#d0d7de", "#30363d"),
    "dim": Ink("#6e7680", "#767f89"),
    "nothing yet": Ink("#eceff3", "#21262d"),
    "nothing yet edge": Ink("#6e7781", "#8b949e"),
    "talking": Ink("#dcf3ee", "#0f2f2b"),
    "talking edge": Ink("#0f766e", "#2dd4bf"),
    "escalating": Ink("#fff0cf", "#3a2a06"),
    "escalating edge": Ink("#9a6700", "#e3b341"),
    "over": Ink("#ece8fb", "#261f45"),
    "over edge": Ink("#6639ba", "#b79cf7"),
    "party": Ink("#0a4b9c", "#79b8ff"),
    "service": Ink("#8f4700", "#f0a35e"),
    "signal": Ink("#65359e", "#c8a6ff"),
    "change": Ink("#94256a", "#f591cd"),
    "refusal": Ink("#b42318", "#ff8b81"),
    "run": Ink("#c2410c", "#ff9e64"),
    "run fill": Ink("#ffe4d1", "#4a2208"),
    "added": Ink("#1a7f37", "#56d364"),
    "removed": Ink("#cf222e", "#ff7b72"),
    "changed": Ink("#8250df", "#d2a8ff"),
}
"""Every colour there is; light values are distinct, since a theme is told by them."""
SHARED = {"edited": "refusal"}
"""Meanings that have the colour of another: what a log has to be edited in is refused as it is."""


GROUPS = ("nothing yet", "talking", "escalating", "over")


class Style(NamedTuple):
    """How a kind of line is told apart: glyph, arrow, legend."""

    glyph: str
    dash: str
    head: str
    legend: str


KINDS = {
    Kind.PARTY: Style("►", "solid", "normal", "event by a party"),
    Kind.SERVICE: Style("◊", "dashed", "normal", "event by a service, or a timer"),
    Kind.SIGNAL: Style("»", "dotted", "vee", "signal from a sibling lifecycle"),
    Kind.CHANGE: Style("∆", "dotted", "vee", "the pairing changes"),
    Kind.REFUSAL: Style("\u00d7", "solid", "normal", "refused, by the rule named"),
}
MARKS = {Mark.ADDED: "+", Mark.REMOVED: "\u2212", Mark.CHANGED: "≈"}
TELLS = {
    "glyph": "{kind}",
    "who": "muted/i",
    "event": "{kind}/b",
    "guards": "ink",
    "effects": "muted",
    "rule": "{kind}/b",
    "instead": "muted",
    "same": "muted/i",
    "to": "ink/b",
    "why": "dim/i",
}
"""The ink and the face of each piece of a line."""


def ink(name: str, theme: str = "light") -> str:
    """The colour for a meaning."""
    return getattr(INKS[SHARED.get(name, name)], theme)  # type: ignore[no-any-return]  # a field of Ink


def tint(group: str) -> str:
    """The meaning that a phase is coloured by: itself, or the plainest where it has no colour of its own."""
    return group if group in GROUPS else GROUPS[0]


GRAPH = {
    "labelloc": "t",
    "labeljust": "l",
    "pad": "0.25",
    "nodesep": "0.2",
    "ranksep": "0.38",
    "fontname": FONT,
}
NODE = {"shape": "plain", "fontname": FONT, "fontsize": str(SIZE)}
EDGE = {"fontname": FONT, "fontsize": str(SMALL), "arrowsize": "0.7", "penwidth": "1.2"}
START = {
    "shape": "circle",
    "style": "filled",
    "label": "",
    "width": "0.16",
    "height": "0.16",
    "fixedsize": "true",
}
BACK = {"dir": "back", "weight": "0"}
HANGS = {"weight": "2", "arrowhead": "none"}
"""The line by which a box that gathers states hangs from the last of them."""
PEN = {Mark.RUN: "2.6", Mark.DIM: "0.8"}
CELLS = {
    "native": ("talking", "talking edge", "rounded"),
    "interop": ("escalating", "escalating edge", "rounded"),
    "impossible": ("panel", "dim", "rounded,dashed"),
    "nobody": ("canvas", "dim", "dotted"),
    "removed": ("canvas", "removed", "dotted"),
    "added": ("panel", "added", "rounded"),
}
LEGEND: dict[str, list[tuple[str, str]]] = {
    "phrase": [("[guard] ", "ink/b"), ("/ effect → addressee", "muted")],
    "sends": [("/ » a.b ", "signal/b"), ("sends a signal", "muted")],
    "gather": [("- - - ", "line/b"), ("any of the states named in a dashed box", "muted")],
    "final": [("double frame ", "ink/b"), ("may rest here", "muted")],
    "start": [("● ", "ink/b"), ("starts here", "muted")],
    "dim": [("grey ", "dim/b"), ("not for these two, by the rule in brackets", "muted")],
    "run": [("1 ", "run/b"), ("step of the run", "muted")],
    "count": [("7 ", "run/b"), ("times used", "muted")],
    "not run": [("grey ", "dim/b"), ("not in this run", "muted")],
    "neither": [("grey ", "dim/b"), ("in neither", "muted")],
    "unused": [("grey ", "dim/b"), ("never used", "muted")],
    "taken": [("[name state] ", "ink/b"), ("taken while the lifecycle named stands so", "muted")],
    "while": [("/ on ", "ink/b"), ("the events that set a signal off", "muted")],
    "here": [("● ", "run/b"), ("stands here now", "muted")],
    "native": [("≡ ", "talking edge/b"), ("one platform: everything it offers", "muted")],
    "interop": [("↔ ", "escalating edge/b"), ("across: plain text, calls, escalation", "muted")],
    "impossible": [("\u00d7 ", "dim/b"), ("no conversation, by the rule named", "muted")],
    "nobody": [("\u2013 ", "dim/b"), ("nobody: no such user, by the rule named", "muted")],
    "added": [("+ ", "added/b"), ("added", "muted")],
    "removed": [("\u2212 ", "removed/b"), ("removed", "muted")],
    "changed": [("≈ ", "changed/b"), ("changed", "muted")],
    "edited": [("7 extra ", "edited/b"), ("edits there that make the log follow, and how many", "muted")],
}
HERE = "● "
BESIDE = 'colspan="40" '
"""Makes the column of badges narrow: a table that has room to spare gives every column the same."""
CELL_WRAP = 16
LEGEND_WIDE = 3
FOOT_WRAP = 130
