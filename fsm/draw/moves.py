"""What changes between groups of people who move, or stay, as a grid: who begins to the left, with whom at the top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fsm.draw.cited import OURS
from fsm.draw.matrix import CORNER, SIGNS
from fsm.draw.picture import Cell, Grid, Picture

KINDS = {"skype": "native", "native-federated": "native", "interop-federated": "interop"}
"""How a route is drawn, where not by its own name."""


class Met(NamedTuple):
    """What people of one group come to with people of another.

    Args:
        was: the route before.
        now: the route after.
        lost: what is lost, by the names of questions.
        gained: what is gained.
        pairs: how many ordered pairs of people it is about.
        rules: the rules behind it.
        alike: whether it is so of all of them; else of most.
    """

    was: str
    now: str
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    pairs: int
    rules: tuple[str, ...]
    alike: bool = True


def moves(name: str, title: str, says: str, groups: Sequence[str], met: Mapping[tuple[int, int], Met]) -> Picture:
    """The grid of some groups.

    Args:
        name: of the picture.
        title: what stands above it.
        says: the sentence under that.
        groups: what each is called.
        met: what two come to, by their places in ``groups``; where there is nobody, nothing.
    """
    rows = tuple(tuple(_cell(met.get((n, m))) for m in range(len(groups))) for n in range(len(groups)))
    present = [kind for kind in SIGNS if kind != "nobody" and any(cell.kind == kind for row in rows for cell in row)]
    return Picture(
        name, title, says, grid=Grid(CORNER, tuple(groups), tuple(groups), rows), legend=tuple(present), **OURS
    )


def _cell(met: Met | None) -> Cell:
    if met is None:
        return Cell("nobody", (f"{SIGNS['nobody']} nobody",), ())
    kind = "removed" if met.lost else "added" if met.gained else KINDS.get(met.now, met.now)
    now, was = (KINDS.get(each, each) for each in (met.now, met.was))
    lines = [f"{SIGNS[KINDS.get(met.now, met.now)]} {now}" + (f", was {was}" if was != now else "")]
    if met.lost:
        lines.append(f"{SIGNS['removed']} {', '.join(met.lost)}")
    if met.gained:
        lines.append(f"{SIGNS['added']} {', '.join(met.gained)}")
    lines.append(f"{met.pairs:,} pairs" + ("" if met.alike else ", most of them"))
    return Cell(kind, tuple(lines), met.rules)
