"""Stories told on a lifecycle: what two people can do, a run, how often rows were used, what differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from fsm.draw import phrasing
from fsm.draw.lifecycles import Story, build
from fsm.draw.picture import Kind, Line, Mark, Picture
from fsm.draw.possible import People, Reach, reach, told
from fsm.engine.outcome import Outcome
from fsm.notation import Composition, Lifecycle, Party, Row, State
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import Pairing
from fsm.spec.users import whose

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyOutcome, AnyRefusal


def for_pairing(lifecycle: Lifecycle, pairing: Pairing | Any, *, detail: str = "full") -> Picture:
    """What these two can do while their pairing stays as it is.

    What is refused to them is grey, with the rule that refuses it.

    Raises:
        ValueError: there is no such detail, or the lifecycle is part of no composition.
    """
    composition = lifecycle.whole
    found = reach(pairing, composition)

    def dress(line: Line) -> Line:
        (row,) = line.rows
        if row not in found.fired:
            return _idle(line, found.why_not(lifecycle.name, lifecycle.rows[row]))
        return replace(line, who=_who(line, found.fired[row]))

    names = " to ".join(whose(composition).names(pairing))
    story = Story(
        f"{lifecycle.name}-pairing",
        f"{lifecycle.label}: {names}",
        told(pairing, composition),
        dress,
        lambda state: Mark.PLAIN if _reached(found, lifecycle, state) else Mark.DIM,
        legend=("dim",),
        detail=detail,
        folds=True,
    )
    return build(tuple(lifecycle), story, composition)


def _reached(found: Reach, lifecycle: Lifecycle, state: State) -> bool:
    return any(place in found.places[lifecycle.name] for place in state.places)


def _idle(line: Line, rule: str = "") -> Line:
    """The line of a row that never decides: its guards stay where they tell why."""
    return replace(line, mark=Mark.DIM, note=rule, guards=line.guards if rule else (), effects=())


def _who(line: Line, actors: set[Party]) -> str:
    if len(actors) > 1 or Party.SERVICE in actors:
        return line.who
    (actor,) = actors
    return f"{line.who}, the {actor}" if line.who else str(actor)


def path(
    lifecycle: Lifecycle, run: Iterable[AnyOutcome | AnyRefusal | str], *, title: str = "a run", detail: str = "brief"
) -> Picture:
    """A run, its steps numbered.

    Args:
        lifecycle: what to draw it on.
        run: outcomes and refusals as the engine gives them, or ids of rows; what falls to siblings is passed over.
        title: what the run is.
        detail: "brief" or "full".

    Raises:
        ValueError: an id is no row's, or there is no such detail.
    """
    steps: dict[str, list[int]] = {}
    actors: dict[str, set[Party]] = {}
    visited = {lifecycle.initial.state}
    composition = lifecycle.whole
    count = 0
    for count, each in enumerate(run, 1):
        for n, row in enumerate(_rows(each, composition)):
            _check(row, composition)
            if row in lifecycle.rows:
                if n == 0 and not isinstance(each, str):
                    actors.setdefault(row, set()).add(each.by)
                steps.setdefault(row, []).append(count)
                visited |= {lifecycle.rows[row].state, lifecycle.rows[row].to or lifecycle.rows[row].state}

    def dress(line: Line) -> Line:
        (row,) = line.rows
        if row not in steps:
            return replace(line, mark=Mark.DIM)
        who = _who(line, actors[row]) if row in actors else line.who
        return replace(line, mark=Mark.RUN, note=", ".join(map(str, steps[row])), who=who)

    story = Story(
        f"{lifecycle.name}-path",
        f"{lifecycle.label}: {title}",
        f"{count} events; those that reach the {lifecycle.name.replace('_', ' ')} are numbered",
        dress,
        lambda state: Mark.RUN if state.name in visited else Mark.DIM,
        legend=("run", "not run"),
        detail=detail,
    )
    return build(tuple(lifecycle), story, composition)


def _rows(each: AnyOutcome | AnyRefusal | str, composition: Composition) -> tuple[str, ...]:
    if isinstance(each, str):
        return (each,)
    if isinstance(each, Outcome):
        return each.rows
    return (each.row,) if each.row in composition.rows else ()


def _check(row: str, composition: Composition) -> None:
    if row not in composition.rows:
        raise ValueError(f"row: {row!r} is no row of the specification; ids read like {next(iter(composition.rows))!r}")


class Edited(NamedTuple):
    """An edit that makes a log follow, to be drawn where it is made.

    Args:
        lifecycle: the lifecycle.
        state: its state.
        says: what is wrong, in a word or two.
        event: with which event.
        by: whose.
        times: how often.
    """

    lifecycle: str
    state: str
    says: str
    event: str
    by: str
    times: int


def coverage(
    lifecycle: Lifecycle, counts: Mapping[str, int], edits: Iterable[Edited] | None = None, *, detail: str = "full"
) -> Picture:
    """How often each row was used, in a test run or an event log; and what has to be edited of it, in which state.

    Args:
        lifecycle: what to draw it on.
        counts: uses by row id; a row that is not in it was not used, and rows of siblings are passed over.
        edits: edits of the log, if it was held against the tables; those of siblings are passed over.
        detail: "brief" or "full".

    Raises:
        ValueError: an id is no row's, or there is no such detail.
    """
    composition = lifecycle.whole
    for row in counts:
        _check(row, composition)
    used = {row: counts[row] for row in lifecycle.rows if counts.get(row)}

    def dress(line: Line) -> Line:
        count = used.get(line.rows[0])
        return replace(line, mark=Mark.RUN, note=f"{count:,}") if count else replace(line, mark=Mark.DIM)

    touched = {lifecycle.rows[row].state for row in used} | {lifecycle.rows[row].to for row in used}
    says = f"{len(used)} of {len(lifecycle.rows)} rows used, {sum(used.values()):,} times in all"
    found: dict[str, list[Line]] = {}
    total = 0
    for each in edits or ():
        if each.lifecycle == lifecycle.name:
            total += each.times
            found.setdefault(each.state, []).append(_edited(each))
    if edits is not None:
        says += f"; {total:,} edits"

    def mark(state: State) -> Mark:
        if state.name in found:
            return Mark.EDITED
        return Mark.PLAIN if state.name in touched else Mark.DIM

    story = Story(
        f"{lifecycle.name}-coverage",
        f"{lifecycle.label}: rows used" if edits is None else f"{lifecycle.label}: rows used, and edits",
        says,
        dress,
        mark,
        lambda state: tuple(found.get(state.name, ())),
        legend=("count", "unused", *(("edited",) if found else ())),
        detail=detail,
    )
    return build(tuple(lifecycle), story, composition)


def _edited(edit: Edited) -> Line:
    kind = Kind.SERVICE if edit.by == Party.SERVICE else Kind.PARTY
    who = "" if kind is Kind.SERVICE else edit.by
    return Line(kind, (edit.event,), (), who, mark=Mark.EDITED, note=f"{edit.times:,} {edit.says}")


def difference(
    before: People | Composition | Any,
    after: People | Composition | Any,
    *,
    lifecycle: str = "chat",
    composition: Composition = CONVERSATION,
) -> Picture:
    """What is added, removed and changed, on one lifecycle.

    Args:
        before: a pairing, a profile or a composition.
        after: another one.
        lifecycle: the name of the lifecycle to draw it on.
        composition: what the two pairings are of.

    Raises:
        ValueError: one is a composition and the other is not, or there is no such lifecycle.
    """
    if isinstance(before, Composition) and isinstance(after, Composition):
        return _between_tables(before, after, lifecycle)
    if isinstance(before, Composition) or isinstance(after, Composition):
        raise ValueError("after: a composition differs from a composition only; give two of a kind")
    return _between_people(before, after, _named(composition, lifecycle), composition)


def _named(composition: Composition, name: str) -> Lifecycle:
    if name not in composition.lifecycles:
        raise ValueError(f"lifecycle: {name!r} is not accepted; use one of {', '.join(composition.lifecycles)}")
    return composition.lifecycles[name]


DIFFERS = ("added", "removed", "changed")


def _between_people(before: People, after: People, lifecycle: Lifecycle, composition: Composition) -> Picture:
    old, new = reach(before, composition), reach(after, composition)

    def dress(line: Line) -> Line:
        (row,) = line.rows
        was, now = old.fired.get(row), new.fired.get(row)
        if not was and not now:
            return _idle(line)
        if not now:
            return replace(line, mark=Mark.REMOVED, note=new.why_not(lifecycle.name, lifecycle.rows[row]))
        line = replace(line, who=_who(line, now))
        if not was:
            return replace(line, mark=Mark.ADDED)
        if was != now:
            return replace(line, mark=Mark.CHANGED, note=f"was {', '.join(sorted(was))}")
        return line

    def state(each: State) -> Mark:
        was, now = _reached(old, lifecycle, each), _reached(new, lifecycle, each)
        return {(True, False): Mark.REMOVED, (False, True): Mark.ADDED, (False, False): Mark.DIM}.get(
            (was, now), Mark.PLAIN
        )

    story = Story(
        f"{lifecycle.name}-difference",
        f"{lifecycle.label}: what differs",
        "what two people can do, before and after",
        dress,
        state,
        notes=(f"before: {told(before, composition)}", f"after: {told(after, composition)}"),
        legend=(*DIFFERS, "neither"),
        folds=True,
    )
    return build(tuple(lifecycle), story, composition)


def _between_tables(before: Composition, after: Composition, name: str) -> Picture:
    old, new = _named(before, name), _named(after, name)
    marks: dict[str, tuple[Mark, str]] = {}
    states = []
    for state in dict.fromkeys([*new.states, *old.states]):
        shown = new.states.get(state) or old.states[state]
        rows = [*new.states[state].rows] if state in new.states else []
        had = [*old.states[state].rows] if state in old.states else []
        for row in list(rows):
            same = next((each for each in had if each._replace(id=row.id) == row), None)
            if same:
                had.remove(same)
            else:
                marks[row.id] = Mark.ADDED, ""
        for row in rows:
            was = next((each for each in had if each.event == row.event), None)
            if row.id in marks and was:
                had.remove(was)
                marks[row.id] = Mark.CHANGED, f"was {_words(was, old.states[state], before)}"
        gone = [row._replace(id=f"{row.id} before") for row in had]
        marks |= {row.id: (Mark.REMOVED, "") for row in gone}
        states.append(shown._replace(rows=(*rows, *gone)))

    def dress(line: Line) -> Line:
        mark, note = marks.get(line.rows[0], (line.mark, ""))
        return replace(line, mark=mark, note=note)

    def mark(state: State) -> Mark:
        if state.name not in old.states:
            return Mark.ADDED
        return Mark.PLAIN if state.name in new.states else Mark.REMOVED

    counts = [
        f"{sum(mark is each for mark, _ in marks.values())} {each}" for each in (Mark.ADDED, Mark.REMOVED, Mark.CHANGED)
    ]
    story = Story(f"{name}-difference", f"{new.label}: what differs", ", ".join(counts), dress, mark, legend=DIFFERS)
    return build(tuple(states), story, after)


def _words(row: Row, state: State, composition: Composition) -> str:
    line = phrasing.line(row, state, composition)
    return phrasing.text(line) + ("" if line.kind is Kind.REFUSAL or not row.to else f" → {row.to}")
