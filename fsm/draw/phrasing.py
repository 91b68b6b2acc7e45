"""How a row is put in words: who: event [guards] / effects."""

from __future__ import annotations

from itertools import groupby

from fsm.draw import style
from fsm.draw.picture import Kind, Line, Mark
from fsm.notation import ACTOR, BOTH, OTHER, OWNER, SERVICE, Composition, Emit, Guard, Role, Row, State
from fsm.spec.guards import REACHABLE

REACHABLE_NOTE = f"reachable: {', '.join(guard.name for guard in REACHABLE)}"
SENDS = "»"
NBSP = "\u00a0"
NOTED = (Mark.RUN, Mark.EDITED)
"""Marks of lines before which their note stands."""


def role_word(role: Role, state: State) -> str:
    """A role, by the word that the state has for it."""
    return state.owner if role is OWNER else str(role)


def guard_words(guards: tuple[Guard, ...], state: State) -> tuple[str, ...]:
    """Guards in words: one that is about both parties is said once, and so is ``reachable``."""
    words: dict[str, None] = {}
    both = {guard.name for guard in guards if guard.about is OTHER} & {
        guard.name for guard in guards if guard.about is ACTOR
    }
    for guard in guards:
        if set(REACHABLE) <= set(guards) and guard in REACHABLE:
            word = "reachable"
        elif guard.name in both:
            word = f"both {guard.name}"
        elif guard.about in (None, ACTOR):
            word = guard.name
        else:
            word = f"{role_word(guard.about, state)} {guard.name}"
        words[word] = None
    return tuple(words)


def effect_words(row: Row, state: State) -> tuple[str, ...]:
    """Effects and signals in words, those with one addressee put together."""
    words = []
    for to, items in groupby(row.does, key=lambda item: _addressee(item, state) if isinstance(item, Emit) else ""):
        if to:
            names = ", ".join(item.effect.name for item in items if isinstance(item, Emit))
            words.append(f"{names} →{NBSP}{to}")
        else:
            words += [f"{SENDS}{NBSP}{item}" for item in items]
    return tuple(words)


def _addressee(item: Emit, state: State) -> str:
    return item.effect.service if item.to is None else role_word(item.to, state)


def line(row: Row, state: State, composition: Composition | None) -> Line:
    """A row in words."""
    if row.refused:
        kind = Kind.REFUSAL
    elif row.internal:
        changes = {change.event for change in composition.changes} if composition else ()
        kind = Kind.CHANGE if row.event in changes else Kind.SIGNAL
    else:
        kind = Kind.SERVICE if row.by is SERVICE else Kind.PARTY
    plain = (BOTH, SERVICE) if kind in (Kind.SERVICE, Kind.CHANGE) else (BOTH,)
    return Line(
        kind,
        (row.event,),
        (row.id,),
        "" if row.by in plain else role_word(row.by, state),
        guard_words(row.when, state),
        effect_words(row, state),
        row.cites,
        row.instead if row.refused else (),
    )


def pieces(line: Line, *, brief: bool = False) -> list[tuple[str, str]]:
    """A line as pieces of text, each with what it tells."""
    found = [(f"{style.KINDS[line.kind].glyph} ", "glyph")]
    if line.who:
        found.append((f"{line.who}: ", "who"))
    found.append((", ".join(line.events), "event"))
    if line.guards and not brief:
        found.append((f" [{', '.join(line.guards)}]", "guards"))
    if line.effects and not brief:
        found.append((f" / {'; '.join(line.effects)}", "effects"))
    if line.kind is Kind.REFUSAL:
        found.append((f" {line.rules[0]}", "rule"))
        if line.instead:
            more = ", …" if len(line.instead) > 2 else ""
            found.append((f" instead: {', '.join(line.instead[:2])}{more}", "instead"))
    if line.same:
        found.append((f" as from {line.same}", "same"))
    if line.to:
        found.append((f" →{NBSP}{line.to}", "to"))
    if line.mark not in NOTED and line.note:
        found.append((f"  ({line.note})", "why"))
    return found


def badge(line: Line) -> str:
    """What stands before a line: a number, a count, what is edited, or what became of it."""
    return line.note if line.mark in NOTED else style.MARKS.get(line.mark, "")


def text(line: Line, *, brief: bool = False) -> str:
    """A line as plain text."""
    before = badge(line)
    return (f"{before} " if before else "") + "".join(piece for piece, _ in pieces(line, brief=brief))
