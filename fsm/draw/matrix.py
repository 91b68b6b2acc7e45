"""The modes against each other: what a conversation is, and who can escalate it. The engine is asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fsm.draw.cited import OURS
from fsm.draw.picture import Cell, Grid, Picture
from fsm.engine import matrix as engine
from fsm.engine.matrix import Start
from fsm.notation import PARTIES
from fsm.spec.editions import Edition, Problem
from fsm.spec.parties import Homing, IslandsInterop, Mode, Platform, Scope, choose
from fsm.spec.routing import KINDS_ACROSS, RouteKind

if TYPE_CHECKING:
    from fsm.spec.names import IslandsInteropName, ScopeName


SIGNS = {"native": "≡", "interop": "↔", "impossible": "\u00d7", "nobody": "\u2013", "removed": "\u2212", "added": "+"}
NAMES = {Platform.TEAMS: "Teams", Platform.SFB: "SfB"}
HOMED = {Homing.ONLINE: "online", Homing.ON_PREM: "on-premises"}
READINGS = {
    IslandsInterop.NEVER: "Islands users have no interop (INT-3, INT-4)",
    IslandsInterop.AS_ROUTED: "Islands users interoperate as routed (ISL-1)",
}
CORNER = "originator / recipient"
KINDS = ("native", "interop", "impossible")


def matrix(
    *,
    scope: Scope | ScopeName = Scope.IN_TENANT,
    islands_interop: IslandsInterop | IslandsInteropName = IslandsInterop.NEVER,
    edition: Edition | None = None,
) -> Picture:
    """Each ordered pair of modes: native, interop or impossible, and who can escalate.

    Everything else is as by default: current clients, no policy off, accounts online, a hybrid organisation. With
    ``edition``, originators are told apart by where they are homed, recipients are as it takes them, and who does not
    exist is said to.

    Raises:
        ValueError: scope or reading is not accepted.
    """
    scope = choose(Scope, scope, "scope")
    reading = choose(IslandsInterop, islands_interop, "islands_interop")
    cells = engine.matrix(edition, scope=scope, islands_interop=reading)
    name = f"matrix-{scope}" + ("" if reading is IslandsInterop.NEVER else f"-{reading}")
    return Picture(
        f"{name}-{edition}" if edition else name,
        f"Who reaches whom, {scope}" + (f", edition {edition}" if edition else ""),
        READINGS[reading],
        grid=_grid({key: _cell(cell) for key, cell in cells.items()}, homed=edition is not None),
        legend=(*KINDS, "nobody") if any(cell.problems for cell in cells.values()) else KINDS,
        **OURS,
    )


def editions(before: Edition, after: Edition, *, scope: Scope | ScopeName = Scope.IN_TENANT) -> Picture:
    """What differs between two editions: who is there in one of them only. Nothing else can (ED-4).

    Originators are told apart by where they are homed. Islands users are read as the tables published for the later
    edition have them.

    Raises:
        ValueError: scope is not accepted.
    """
    scope = choose(Scope, scope, "scope")
    reading = after.islands
    old, new = (engine.matrix(each, scope=scope, islands_interop=reading) for each in (before, after))
    cells = {}
    for key, now in new.items():
        was = old[key]
        if bool(was.problems) == bool(now.problems):
            cells[key] = _cell(now)
        else:
            cells[key] = _marked("removed", was, now) if now.problems else _marked("added", now, was)
    present = {cell.kind for cell in cells.values()}
    return Picture(
        f"difference-{scope}-{before}-{after}",
        f"Who reaches whom, {scope}: from edition {before} to {after}",
        f"{after.says}. {READINGS[reading]}",
        grid=_grid(cells, homed=True),
        legend=(*KINDS, *(kind for kind in ("nobody", "removed", "added") if kind in present)),
        **OURS,
    )


def _grid(cells: dict[tuple[Start, Mode], Cell], *, homed: bool) -> Grid:
    starts = tuple(dict.fromkeys(start for start, _ in cells))
    rows = tuple(_name(start) + (f" homed {HOMED[start.homing]}" if homed else "") for start in starts)
    return Grid(CORNER, tuple(map(_split, Mode)), rows, tuple(tuple(cells[s, mode] for mode in Mode) for s in starts))


def _name(start: Start) -> str:
    return _split(start.mode) if start.mode.platform else f"{start.mode} on {NAMES[start.on]}"


def _split(mode: Mode) -> str:
    return re.sub(r"(?<=Teams)(?=Collab)|(?<=Collab)(?=And)", " ", mode)


def _cell(cell: engine.Cell) -> Cell:
    if cell.problems:
        return Cell("nobody", (f"{SIGNS['nobody']} nobody", *_rules(cell.problems)), _rules(cell.problems))
    found = cell.route
    if found.refusal is not None:
        return Cell("impossible", (f"{SIGNS['impossible']} impossible", found.refusal.rule), found.rules)
    kind = "interop" if found.kind in KINDS_ACROSS else "native"
    ends = " to ".join(NAMES[on] for on in (found.originator_on, found.recipient_on) if on)
    more = (_escalates(cell),) if kind == "interop" else ()
    return Cell(kind, (f"{SIGNS[kind]} {_word(cell)}", ends, *more), found.rules)


def _marked(mark: str, there: engine.Cell, gone: engine.Cell) -> Cell:
    """A cell of people who are there in one edition only."""
    rules = _rules(gone.problems)
    said = f"{'was' if mark == 'removed' else 'now'} {_word(there)}"
    return Cell(
        mark, (f"{SIGNS[mark]} nobody" if mark == "removed" else f"{SIGNS[mark]} somebody", said, *rules), rules
    )


def _word(cell: engine.Cell) -> str:
    kind = cell.route.kind
    return "native" if kind is RouteKind.NATIVE else str(kind).replace("-federated", "")


def _rules(problems: tuple[Problem, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(problem.rule for problem in problems))


def _escalates(cell: engine.Cell) -> str:
    who = cell.shares
    return f"escalates: {'both' if len(who) == len(PARTIES) else who[0] if who else 'nobody'}"
