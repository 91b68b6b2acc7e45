"""What a picture is: boxes, arrows and lines of text. Every format is written from this, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256

from fsm.notation.composition import Fact
from fsm.notation.shown import Shown


class Kind(StrEnum):
    """What a line tells of."""

    PARTY = "party"
    SERVICE = "service"
    SIGNAL = "signal"
    CHANGE = "change"
    REFUSAL = "refusal"


class Mark(StrEnum):
    """What a picture says about something it draws."""

    PLAIN = "plain"
    RUN = "run"
    DIM = "dim"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table in words, or several that differ in their event only.

    Args:
        kind: what it tells of.
        events: the events.
        rows: the ids of the rows.
        who: who may fire it, where not either party.
        guards: what must hold.
        effects: what is asked of the outside, and the signals sent.
        rules: the rules kept, the deciding one first.
        instead: the ways out, of a refusal.
        to: the state it leads to, where no arrow of its own tells.
        same: the state whose row of the same words tells guards and effects.
        mark: what the picture says about it.
        note: a number in a run, a count, what is edited and how often, or the rule that takes it away.
    """

    kind: Kind
    events: tuple[str, ...]
    rows: tuple[str, ...]
    who: str = ""
    guards: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    to: str = ""
    same: str = ""
    mark: Mark = Mark.PLAIN
    note: str = ""


def merged(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines, those that differ in event only put together."""
    found: dict[Line, Line] = {}
    for line in lines:
        deciding = line.rules[:1] if line.kind is Kind.REFUSAL else ()
        key = replace(line, events=(), rows=(), rules=deciding)
        have = found.get(key, key)
        found[key] = replace(
            line,
            events=tuple(dict.fromkeys(have.events + line.events)),
            rows=tuple(dict.fromkeys(have.rows + line.rows)),
            rules=tuple(dict.fromkeys(have.rules + line.rules)),
        )
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Part:
    """A compartment of a box: a heading, and lines."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A box.

    Args:
        id: its name, unique in the picture.
        title: what stands at its top.
        says: the sentence under that.
        group: the phase it is drawn in.
        parts: its compartments.
        notes: small print: who owns it, timers, what it ignores.
        initial: the lifecycle starts here.
        final: the lifecycle may rest here.
        gathers: it stands for the states named in it, from which its lines lead on.
        phases: its states by phase, of a box that stands for a lifecycle.
        here: the one of them that it stands in.
        mark: what the picture says about it.
    """

    id: str
    title: str
    says: str = ""
    group: str = ""
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()
    initial: bool = False
    final: bool = False
    gathers: bool = False
    phases: tuple[tuple[str, tuple[str, ...]], ...] = ()
    here: str = ""
    mark: Mark = Mark.PLAIN


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow, with the lines it stands for.

    From a gathering box, ``after`` is the last state that it stands for, and ``hangs`` the mark of what leads from it.
    """

    source: str
    target: str
    lines: tuple[Line, ...] = ()
    mark: Mark = Mark.PLAIN
    after: str = ""
    hangs: Mark = Mark.PLAIN


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid."""

    kind: str
    text: tuple[str, ...]
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: what its rows and columns are, and its cells row by row."""

    corner: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture(Shown):
    """Something to draw.

    Args:
        name: what to call a file of it.
        title: what it shows.
        says: that in a sentence.
        nodes: its boxes.
        arrows: its arrows.
        beside: boxes to stand side by side.
        grid: a table in place of boxes.
        notes: abbreviations and remarks, under the picture.
        legend: the keys of the legend that apply.
        brief: lines show their events only.
        rules: what the rules say, for those who point at a line; no part of what is shown.
        page: where they stand, for those who follow it; empty where it is the page that the picture is on.
    """

    name: str
    title: str
    says: str
    nodes: tuple[Node, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    beside: tuple[tuple[str, ...], ...] = ()
    grid: Grid | None = None
    notes: tuple[str, ...] = ()
    legend: tuple[str, ...] = ()
    brief: bool = False
    rules: Mapping[str, Fact] = field(default_factory=dict, repr=False, compare=False)
    page: str = field(default="", repr=False, compare=False)

    @property
    def stamp(self) -> str:
        """Tells it from every other picture, and from itself once something else is shown."""
        return sha256(repr(self).encode()).hexdigest()[:16]

    def lines(self) -> Iterator[Line]:
        """Every line, in boxes and on arrows."""
        for node in self.nodes:
            for part in node.parts:
                yield from part.lines
        for edge in self.arrows:
            yield from edge.lines
