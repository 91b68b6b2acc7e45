"""What changes between groups of people who move, or stay, as a grid: who begins to the left, with whom at the top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from fsm.draw.cited import OURS
from fsm.draw.matrix import CORNER, SIGNS
from fsm.draw.picture import Cell, Grid, Picture

KINDS = {"skype": "native", "native-federated": "native", "interop-federated": "interop"}
"""How a route is drawn, where not by its own name."""


class Met(Protocol):
    """What people of one group come to with people of another: the route before and after, what is lost and gained by
    the names of questions, between how many ordered pairs, by which rules, and whether all of them do alike."""

    @property
    def was(self) -> str: ...
    @property
    def now(self) -> str: ...
    @property
    def lost(self) -> tuple[str, ...]: ...
    @property
    def gained(self) -> tuple[str, ...]: ...
    @property
    def pairs(self) -> int: ...
    @property
    def rules(self) -> tuple[str, ...]: ...
    @property
    def alike(self) -> bool: ...


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
