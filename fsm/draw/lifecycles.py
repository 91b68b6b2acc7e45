"""The picture of a lifecycle, and whatever story is told on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from fsm.draw import phrasing
from fsm.draw.cited import cited
from fsm.draw.picture import Arrow, Kind, Line, Mark, Node, Part, Picture, merged
from fsm.notation import Composition, Lifecycle, Row, State, Timer

GATHER = 3
"""From this many sources on, one box stands for all that an event leads from to the same state."""

DETAILS = ("full", "brief")
Lines = dict[str, Line]
Arrows = dict[tuple[str, str], list[Line]]


@dataclass(frozen=True, slots=True)
class Story:
    """What a picture says of a lifecycle.

    Args:
        name: what to call a file of it.
        title: its title.
        says: that in a sentence.
        dress: marks the line of a row.
        state: the mark of a state.
        more: lines of a state that are no rows of it, which stand first.
        notes: small print.
        legend: keys of the legend, beside those that any lifecycle needs.
        detail: "full" shows every row in words; "brief" the events on arrows, and only what is marked as run in boxes.
        folds: a state that is dim shows nothing but its name.
    """

    name: str
    title: str
    says: str
    dress: Callable[[Line], Line] = lambda line: line
    state: Callable[[State], Mark] = lambda state: Mark.PLAIN
    more: Callable[[State], tuple[Line, ...]] = lambda state: ()
    notes: tuple[str, ...] = ()
    legend: tuple[str, ...] = ()
    detail: str = "full"
    folds: bool = False

    @property
    def brief(self) -> bool:
        """Whether rows are told by their events only."""
        return self.detail == "brief"


def lifecycle(lifecycle: Lifecycle, *, detail: str = "full", composition: Composition | None = None) -> Picture:
    """A lifecycle, whole.

    Args:
        lifecycle: what to draw.
        detail: "full" shows every row in words; "brief" shows states, and on each arrow the events.
        composition: what the lifecycle is part of; default: what it was wired into first.

    Raises:
        ValueError: the detail is neither.
    """
    name = f"{lifecycle.name}-brief" if detail == "brief" else lifecycle.name
    says = f"{len(lifecycle.states)} states, {len(lifecycle.rows)} rows"
    story = Story(name, lifecycle.label, says, detail=detail)
    return build(tuple(lifecycle), story, composition or lifecycle.composition)


def build(states: tuple[State, ...], story: Story, composition: Composition | None) -> Picture:
    """The picture of a table of states that tells ``story``.

    Raises:
        ValueError: there is no such detail.
    """
    if story.detail not in DETAILS:
        raise ValueError(f"detail: {story.detail!r} is not accepted; use one of {', '.join(DETAILS)}")
    lines = {row.id: story.dress(phrasing.line(row, state, composition)) for state in states for row in state.rows}
    leaving = [(state.name, row) for state in states for row in state.rows if row.to not in (None, state.name)]
    gathered = _gathered(leaving)
    arrows: Arrows = {}
    boxes: dict[str, Arrows] = {}
    for source, row in leaving:
        target = str(row.to)
        if (row.event, target) in gathered:
            boxes.setdefault(target, {}).setdefault((row.event, source), []).append(lines[row.id])
        else:
            arrows.setdefault((source, target), []).append(lines[row.id])
    order = [state.name for state in states]
    nodes = [_state(state, lines, gathered, story) for state in states]
    folded = {node.id for node in nodes if story.folds and node.mark is Mark.DIM}
    drawn = [
        _arrow(source, target, each, story.brief or source in folded)
        for (source, target), each in _once(arrows).items()
    ]
    for target, found in boxes.items():
        gather = _gather(target, found, story.brief)
        earlier = [source for _, source in found if order.index(source) < order.index(target)]
        after = max(earlier, key=order.index, default="")
        hangs = overall(line.mark for (_, source), each in found.items() if source == after for line in each)
        nodes.append(gather)
        drawn.append(Arrow(gather.id, target, mark=gather.mark, after=after, hangs=hangs))
    reachable = not story.brief and any("reachable" in line.guards for line in lines.values())
    return Picture(
        story.name,
        story.title,
        story.says,
        tuple(nodes),
        tuple(drawn),
        notes=((phrasing.REACHABLE_NOTE,) if reachable else ()) + story.notes,
        legend=_legend(lines.values(), nodes, story.brief) + story.legend,
        brief=story.brief,
        **cited(composition),
    )


def _gathered(leaving: Iterable[tuple[str, Row]]) -> set[tuple[str, str]]:
    sources: dict[tuple[str, str], set[str]] = {}
    for source, row in leaving:
        sources.setdefault((row.event, str(row.to)), set()).add(source)
    return {key for key, found in sources.items() if len(found) >= GATHER}


def _state(state: State, lines: Lines, gathered: set[tuple[str, str]], story: Story) -> Node:
    mark = story.state(state)
    parts: dict[str, list[Line]] = {"stays here": [], "refused": [], "leads on": []}
    for row in state.rows:
        line = lines[row.id]
        if row.refused:
            parts["refused"].append(line)
        elif row.to in (None, state.name):
            parts["stays here"].append(line)
        elif (row.event, row.to) in gathered and not story.brief:
            parts["leads on"].append(replace(line, guards=(), effects=(), to=str(row.to)))
    if story.brief:
        parts = {name: [line for line in found if line.mark is Mark.RUN] for name, found in parts.items()}
    if story.folds and mark is Mark.DIM:
        parts = {}
    more = story.more(state)
    return Node(
        state.name,
        state.name,
        state.label,
        state.group,
        (
            *([Part("edited", more)] if more else []),
            *(Part(name, merged(found)) for name, found in parts.items() if found),
        ),
        () if story.brief or (story.folds and mark is Mark.DIM) else _small_print(state),
        state.initial,
        state.final,
        mark=mark,
    )


def _small_print(state: State) -> tuple[str, ...]:
    owned = (f"remembers: {state.owner}",) if state.owner else ()
    ignored = (f"ignores: {', '.join(state.ignores)}",) if state.ignores else ()
    return owned + tuple(_timer(timer, state) for timer in state.timers) + ignored


def _timer(timer: Timer, state: State) -> str:
    guards = f" [{', '.join(phrasing.guard_words(timer.when, state))}]" if timer.when else ""
    return f"after {timer.seconds} s: {timer.event}{guards}"


def _once(arrows: Arrows) -> Arrows:
    """The arrows; one that says in every word what an earlier one into the same state says just names that."""
    said: dict[tuple[str, tuple[Line, ...]], str] = {}
    short = {}
    for (source, target), lines in arrows.items():
        key = target, tuple(replace(line, rows=()) for line in lines)
        first = said.setdefault(key, source)
        if first != source:
            lines = [replace(line, guards=(), effects=(), same=first) for line in lines]
        short[source, target] = lines
    return short


def _arrow(source: str, target: str, lines: list[Line], brief: bool) -> Arrow:
    told = _told(lines, brief)
    return Arrow(source, target, told, overall(line.mark for line in told))


def _told(lines: list[Line], brief: bool) -> tuple[Line, ...]:
    """The lines put together; in brief, by event alone."""
    if brief:
        lines = [replace(line, guards=(), effects=(), same="") for line in lines]
    return merged(lines)


def _gather(target: str, found: Arrows, brief: bool) -> Node:
    """One box for what leads to ``target`` from many states, in blocks with the same sources and the same words."""
    sharing: dict[tuple[Line, ...], list[tuple[str, tuple[Line, ...]]]] = {}
    for (_, source), lines in found.items():
        told = _told(lines, brief)
        same = tuple(replace(line, rows=(), rules=()) for line in told)
        sharing.setdefault(same, []).append((source, told))
    blocks: dict[tuple[str, ...], list[Line]] = {}
    for each in sharing.values():
        sources = tuple(source for source, _ in each)
        blocks.setdefault(sources, []).extend(
            line for column in zip(*(told for _, told in each), strict=True) for line in merged(column)
        )
    parts = tuple(Part(", ".join(sources), merged(lines)) for sources, lines in blocks.items())
    mark = overall(line.mark for part in parts for line in part.lines)
    return Node(f"to_{target}", f"ways to {target}", parts=parts, gathers=True, mark=mark)


def overall(marks: Iterable[Mark]) -> Mark:
    """What is said of several things together."""
    found = set(marks) - {Mark.DIM}
    if Mark.RUN in found:
        return Mark.RUN
    if len(found) > 1:
        return Mark.CHANGED
    return found.pop() if found else Mark.DIM


def _legend(lines: Iterable[Line], nodes: Iterable[Node], brief: bool) -> tuple[str, ...]:
    kinds = {line.kind: None for line in lines if not (brief and line.kind is Kind.REFUSAL)}
    phrase = () if brief else ("phrase", "sends")
    gather = ("gather",) if any(node.gathers for node in nodes) else ()
    return (*map(str, kinds), *phrase, "start", "final", *gather)
