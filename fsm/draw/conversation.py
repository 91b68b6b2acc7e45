"""The picture of a conversation: its lifecycles, the signals between them, and where each event goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fsm.draw.cited import cited
from fsm.draw.picture import Arrow, Kind, Line, Node, Part, Picture, merged
from fsm.engine.conversation import Conversation
from fsm.notation import BOTH, SERVICE, Composition, Dispatch, Lifecycle, Party
from fsm.spec.conversation import CONVERSATION
from fsm.spec.users import whose

DISPATCH = "dispatch"
BESIDE = (("chat", "call"),)


def conversation(composition: Composition = CONVERSATION) -> Picture:
    """The lifecycles side by side, with the signals between them."""
    lifecycles = composition.lifecycles
    refused = _parts(
        _line(row, event, composition) for event, rows in composition.dispatch.items() for row in rows if row.refused
    )
    first = Node(DISPATCH, "first of all", "refused before any lifecycle is asked", parts=refused)
    nodes = [
        *(_box(each, (*_takes(each, composition), *_hears(each, composition))) for each in lifecycles.values()),
        *([first] if refused else []),
    ]
    arrows: dict[tuple[str, str], list[Line]] = {}
    for row in composition.rows.values():
        sender = row.lifecycle
        for signal in row.signals:
            if signal.lifecycle != sender:
                line = Line(Kind.SIGNAL, (signal.event,), (row.id,), rules=row.cites, effects=(row.event,))
                arrows.setdefault((sender, signal.lifecycle), []).append(line)
    counts = f"{len(lifecycles)} lifecycles, {sum(len(each.states) for each in lifecycles.values())} states"
    return Picture(
        composition.name,
        composition.name.replace("_", " ").capitalize(),
        f"{counts}, {len(composition.rows)} rows, {len(composition.events)} events",
        tuple(nodes),
        tuple(Arrow(*ends, tuple(_by_event(found))) for ends, found in arrows.items()),
        beside=tuple(level for level in BESIDE if set(level) <= set(lifecycles)),
        legend=(*Kind, "taken", "while"),
        **cited(composition),
    )


def standing(conversation: Conversation) -> Picture:
    """Where a conversation stands, and what can happen next."""
    composition = conversation.composition
    ways = [(way, Kind.SERVICE if way.by is Party.SERVICE else Kind.PARTY) for way in conversation.available()]
    possible = (Line(kind, (way.event,), (), "" if kind is Kind.SERVICE else str(way.by)) for way, kind in ways)
    nodes = [_box(composition.lifecycles[name], (), at.state) for name, at in conversation.places.items()]
    return Picture(
        "standing",
        " to ".join(whose(composition).names(conversation.pairing)),
        "where the conversation stands, and what can happen next",
        (*nodes, Node("next", "possible now", "", parts=_parts(possible))),
        legend=(Kind.PARTY, Kind.SERVICE, "here"),
        **cited(composition),
    )


def _box(lifecycle: Lifecycle, takes: tuple[Line, ...], here: str = "") -> Node:
    phases: dict[str, tuple[str, ...]] = {}
    for state in lifecycle:
        phases[state.group] = (*phases.get(state.group, ()), state.name)
    title = lifecycle.name.replace("_", " ")
    return Node(lifecycle.name, title, parts=_parts(takes), phases=tuple(phases.items()), here=here)


def _parts(lines: Iterable[Line]) -> tuple[Part, ...]:
    found = merged(lines)
    return (Part("", found),) if found else ()


def _takes(lifecycle: Lifecycle, composition: Composition) -> Iterator[Line]:
    """The events that the dispatch table sends to a lifecycle, and when."""
    for event in composition.events:
        for row in composition.dispatch[event]:
            if row.lifecycle == lifecycle.name:
                yield _line(row, event, composition)


def _hears(lifecycle: Lifecycle, composition: Composition) -> Iterator[Line]:
    """The changes of the pairing that a lifecycle hears of."""
    for change in composition.changes:
        heard = tuple(row.id for row in lifecycle.rows.values() if row.event == change.event)
        if heard:
            yield Line(Kind.CHANGE, (change.event,), heard, rules=change.cites)


def _line(row: Dispatch, event: str, composition: Composition) -> Line:
    """A row of the dispatch table in words."""
    guards = tuple(f"{name} {' or '.join(states)}" for name, states in row.while_.items())
    who = "" if row.by is BOTH else str(row.by)
    if row.refused:
        return Line(Kind.REFUSAL, (event,), (f"dispatch {row.id}",), who, guards, rules=row.cites, instead=row.instead)
    own = [each for each in composition.lifecycles[row.lifecycle].rows.values() if each.event == event]
    kind = Kind.SERVICE if all(each.by is SERVICE for each in own) else Kind.PARTY
    return Line(kind, (event,), tuple(each.id for each in own), who, guards, rules=row.cites or own[0].cites)


def _by_event(lines: list[Line]) -> Iterator[Line]:
    """One line for each signal, with the events that set it off."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.events[0], []).append(line)
    for event, each in found.items():
        causes = dict.fromkeys(cause for line in each for cause in line.effects)
        rows = tuple(dict.fromkeys(row for line in each for row in line.rows))
        rules = tuple(dict.fromkeys(rule for line in each for rule in line.rules))
        yield Line(each[0].kind, (event,), rows, rules=rules, effects=(f"on {', '.join(causes)}",))
