"""What may be wrong in one place of a table: each kind of fault, and every fault of that kind there.

Where something is put in the place of something else, or added, it is one of those that the tables name. Nothing here
asks whether the result can be declared, or does anything else than the original.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar
from zlib import crc32

from fsm.notation import (
    ACTOR,
    ANSWERER,
    BOTH,
    OPENER,
    ORIGINATOR,
    OTHER,
    OWNER,
    PEER,
    RECIPIENT,
    SERVICE,
    Change,
    Composition,
    Dispatch,
    Effect,
    Emit,
    Guard,
    Lifecycle,
    Party,
    Role,
    Row,
    Signal,
    State,
    Timer,
    effects_of,
    on,
    on_signal,
    refuse,
)

T = TypeVar("T")
Mistakes = Iterator[tuple[str, str, T]]
"""The kind of each fault, what is faulty, and what stands there instead."""

MISTAKEN: Mapping[Role, Role] = {
    ACTOR: OTHER,
    OTHER: ACTOR,
    OWNER: PEER,
    PEER: OWNER,
    OPENER: ANSWERER,
    ANSWERER: OPENER,
    BOTH: ORIGINATOR,
    ORIGINATOR: RECIPIENT,
    RECIPIENT: ORIGINATOR,
    SERVICE: BOTH,
}
"""Who may be put in the place of whom."""


class Named(NamedTuple):
    """What the tables name: what may be put in the place of something of its kind."""

    guards: tuple[Guard, ...]
    effects: tuple[Effect, ...]
    signals: tuple[tuple[str, str], ...]
    refusals: tuple[str, ...]
    rule: str
    """What a row cites that is added."""


def named(composition: Composition) -> Named:
    """What the tables of a composition name, by name."""
    rows, dispatch = composition.rows.values(), composition.dispatch.values()
    guards = {guard.name: guard for row in rows for guard in row.when}
    effects = effects_of(composition)
    signals = {(each.lifecycle, each.event) for row in rows for each in row.signals}
    refusals = {row.refused for row in rows} | {row.refused for of_event in dispatch for row in of_event}
    return Named(
        tuple(guards[name] for name in sorted(guards)),
        tuple(effects[name] for name in sorted(effects)),
        tuple(sorted(signals)),
        tuple(sorted(refusals - {""})),
        next(iter(composition.rules)),
    )


def number(text: str) -> int:
    """A number for a text, the same everywhere: what is drawn is drawn by it."""
    return crc32(text.encode())


def drawn(text: str, items: Sequence[T]) -> T:
    """One of some things, the same for the same text."""
    return items[number(text) % len(items)]


def of_state(words: Named, lifecycle: Lifecycle, state: State) -> Mistakes[State]:
    """Everything that may be wrong in a state."""
    for n, row in enumerate(state.rows):
        before, after = state.rows[:n], state.rows[n + 1 :]
        for kind, what, faulty in _of_row(words, lifecycle, state, row):
            yield kind, f"{row.id} {what}".strip(), state._replace(rows=(*before, *faulty, *after))
        if after and after[0].event == row.event:
            swapped = (*before, after[0], row, *after[1:])
            yield "rows swapped", f"{row.id} and {after[0].id}", state._replace(rows=swapped)
    where = f"{lifecycle.name}.{state.name}"
    for event in lifecycle.events:
        for by in (*_people(state), SERVICE):
            for what, row in _accepting(words, lifecycle, state, on(event, by=by, cites=words.rule)):
                yield "row added", f"{where}.{event} by {by} {what}", state._replace(rows=(*state.rows, row))
    for event in state.ignores:
        ignores = tuple(each for each in state.ignores if each != event)
        yield "ignored signal dropped", f"{where} {event}", state._replace(ignores=ignores)
        for to in (None, drawn(f"{where} {event}", [each for each in lifecycle.states if each != state.name])):
            rows = [_heeding(words, lifecycle, state, event, by, to) for by in (BOTH, SERVICE)]
            heeding = state._replace(rows=(*state.rows, *rows), ignores=ignores)
            yield "ignored signal heeded", f"{where} {event} to {to or 'stay'}", heeding
    yield from _of_timers(words, where, state)


def _of_timers(words: Named, where: str, state: State) -> Mistakes[State]:
    for n, timer in enumerate(state.timers):
        for kind, what, faulty in _of_timer(timer):
            timers = (*state.timers[:n], *faulty, *state.timers[n + 1 :])
            yield kind, f"{where} {timer.event} {what}".strip(), state._replace(timers=timers)
    running = {timer.event for timer in state.timers}
    for event in dict.fromkeys(row.event for row in state.rows if row.by is SERVICE and not row.internal):
        if event not in running:
            yield (
                "timer added",
                f"{where} {event}",
                state._replace(timers=(*state.timers, Timer(event, 60, (words.rule,)))),
            )


def _of_timer(timer: Timer) -> Mistakes[tuple[Timer, ...]]:
    yield "timer dropped", "", ()
    yield "timer changed", "", (timer._replace(seconds=timer.seconds + 1),)
    for n, guard in enumerate(timer.when):
        before, after = timer.when[:n], timer.when[n + 1 :]
        yield "timer's guard dropped", str(guard), (timer._replace(when=(*before, *after)),)
        yield "timer's guard negated", str(guard), (timer._replace(when=(*before, ~guard, *after)),)


def _people(state: State) -> tuple[Role, Role]:
    """The two people, as a row of a state may call them whoever acts."""
    return (OWNER, PEER) if state.owner else (OPENER, ANSWERER) if state.opener else (ORIGINATOR, RECIPIENT)


def _roles(state: State, row: Row) -> tuple[Role, Role]:
    """The two people, as a row may call them."""
    return _people(state) if row.by is SERVICE else (ACTOR, OTHER)


def _to(lifecycle: Lifecycle, here: State, row: Row, to: str | None) -> Row:
    """A row with another target: who is remembered there is who was, as far as somebody is."""

    def remembered(called: str) -> Role | None:
        if to is None or not getattr(lifecycle.states[to], called):
            return None
        nobody = row.by is SERVICE and not getattr(here, called)
        named: Role | None = getattr(row, called)
        return named or (ORIGINATOR if nobody else None)

    return row._replace(to=to, owner=remembered("owner"), opener=remembered("opener"))


def _accepting(words: Named, lifecycle: Lifecycle, state: State, row: Row) -> Iterator[tuple[str, Row]]:
    """Four ways to accept: staying or going to some other state, silently or with some effect."""
    where = f"{lifecycle.name}.{state.name}.{row.event} by {row.by}"
    people = [each for each in words.effects if not each.service]
    elsewhere = drawn(f"{where} to", [each for each in lifecycle.states if each != state.name] or [state.name])
    for to in (None, elsewhere):
        leading = _to(lifecycle, state, row, to)
        yield f"to {to or 'stay'}", leading
        if people:
            effect = drawn(f"{where} {to} does", people)
            role = drawn(f"{where} {to} whom", (*_roles(state, row), BOTH))
            yield f"to {to or 'stay'} with {effect.name} to {role}", leading._replace(does=(Emit(effect, role),))


def _heeding(words: Named, lifecycle: Lifecycle, state: State, event: str, by: Role, to: str | None) -> Row:
    """A row for a signal that is ignored: with an effect where it stays, or else nothing would show."""
    people = [each for each in words.effects if not each.service]
    row = _to(lifecycle, state, on_signal(event, by=by, cites=words.rule), to)
    shows = to is None and people
    return row._replace(does=(drawn(f"{lifecycle.name}.{state.name} {event}", people)(BOTH),)) if shows else row


def _of_row(words: Named, lifecycle: Lifecycle, state: State, row: Row) -> Mistakes[tuple[Row, ...]]:
    yield "row dropped", "", ()
    if row.refused:
        for rule in words.refusals:
            if rule != row.refused:
                yield "rule replaced", f"by {rule}", (row._replace(refused=rule, cites=(rule, *row.cites[1:])),)
        for what, lifted in _accepting(words, lifecycle, state, row._replace(refused="")):
            yield "refusal lifted", what, (lifted,)
    else:
        for to in (*lifecycle.states, None):
            if to != row.to:
                yield "row redirected", f"to {to or 'stay'}", (_to(lifecycle, state, row, to),)
    yield "actor mistaken", f"{MISTAKEN[row.by]} for {row.by}", (row._replace(by=MISTAKEN[row.by]),)
    if row.owner is not None:
        yield "owner mistaken", f"{MISTAKEN[row.owner]} for {row.owner}", (row._replace(owner=MISTAKEN[row.owner]),)
        yield "owner dropped", str(row.owner), (row._replace(owner=None),)
    if row.opener is not None:
        mistaken = MISTAKEN[row.opener]
        yield "opener mistaken", f"{mistaken} for {row.opener}", (row._replace(opener=mistaken),)
        yield "opener dropped", str(row.opener), (row._replace(opener=None),)
    for kind, what, when in _of_guards(words, state, row):
        yield kind, what, (row._replace(when=when),)
    if not row.refused:
        for kind, what, does in _of_effects(words, lifecycle, state, row):
            yield kind, what, (row._replace(does=does),)


def _of_guards(words: Named, state: State, row: Row) -> Mistakes[tuple[Guard, ...]]:
    for n, guard in enumerate(row.when):
        before, after = row.when[:n], row.when[n + 1 :]
        yield "guard dropped", str(guard), (*before, *after)
        yield "guard negated", str(guard), (*before, ~guard, *after)
        if guard.about is not None:
            other = guard.of(MISTAKEN[guard.about])
            if other not in row.when:
                yield (
                    "guard's party mistaken",
                    f"{other.about} for {guard.about} {guard.name}",
                    (*before, other, *after),
                )
        for name in words.guards:
            other = name if name.about is None else name.of(guard.about or _roles(state, row)[0])
            if other.name != guard.name and other not in row.when:
                yield "guard replaced", f"{guard} by {other}", (*before, other, *after)
    for name in words.guards:
        for other in (name,) if name.about is None else tuple(name.of(role) for role in _roles(state, row)):
            if other not in row.when:
                yield "guard added", str(other), (*row.when, other)


def _of_effects(words: Named, lifecycle: Lifecycle, state: State, row: Row) -> Mistakes[tuple[Emit | Signal, ...]]:
    for n, item in enumerate(row.does):
        before, after = row.does[:n], row.does[n + 1 :]
        what = item.effect.name if isinstance(item, Emit) else str(item)
        yield "effect dropped" if isinstance(item, Emit) else "signal dropped", what, (*before, *after)
        if after:
            yield "effects out of order", what, (*before, after[0], item, *after[1:])
        for kind, change, faulty in _of_emit(words, item) if isinstance(item, Emit) else _of_signal(words, item):
            yield kind, f"{what} {change}".strip(), (*before, *faulty, *after)
    first, other = _roles(state, row)
    for effect in words.effects:
        for emit in (Emit(effect, None),) if effect.service else (Emit(effect, first), Emit(effect, other)):
            if emit not in row.does:
                yield "effect added", f"{effect.name} to {emit.to or effect.service}", (*row.does, emit)
    for name, event in words.signals:
        sent = Signal(name, event, first)
        if name != lifecycle.name and sent not in row.does:
            yield "signal added", f"{sent} by {first}", (*row.does, sent)


def _of_emit(words: Named, item: Emit) -> Mistakes[tuple[Emit, ...]]:
    yield "effect repeated", "", (item, item)
    if item.to is not None:
        yield "addressee mistaken", f"{MISTAKEN[item.to]} for {item.to}", (item._replace(to=MISTAKEN[item.to]),)
    if item.effect.only:
        yield "effect's guards dropped", "", (item._replace(effect=item.effect._replace(only=())),)
    for other in words.effects:
        if other.name != item.effect.name and other.service == item.effect.service:
            yield "effect replaced", f"by {other.name}", (item._replace(effect=other),)


def _of_signal(words: Named, item: Signal) -> Mistakes[tuple[Signal, ...]]:
    yield "addressee mistaken", f"{MISTAKEN[item.by]} for {item.by}", (item._replace(by=MISTAKEN[item.by]),)
    for name, event in words.signals:
        if name == item.lifecycle and event != item.event:
            yield "signal replaced", f"by {event}", (item._replace(event=event),)


def of_dispatch(words: Named, composition: Composition, event: str) -> Mistakes[tuple[Dispatch, ...]]:
    """Everything that may be wrong in where an event goes."""
    rows = composition.dispatch[event]
    for n, row in enumerate(rows):
        before, after = rows[:n], rows[n + 1 :]
        if after:
            yield "dispatch row dropped", row.id, (*before, *after)
            swapped = (*before, after[0], row, *after[1:])
            yield "dispatch rows swapped", f"{row.id} and {after[0].id}", swapped
        for kind, what, faulty in _of_dispatch_row(words, composition, event, row):
            yield kind, f"{row.id} {what}", (*before, faulty, *after)
    goes = {row.lifecycle for row in rows}
    for name, lifecycle in composition.lifecycles.items():
        for state in lifecycle.states if name not in goes and words.refusals else ():
            rule = drawn(f"{event} {name}.{state}", words.refusals)
            refusal = refuse(rule)._replace(while_={name: (state,)})
            yield "dispatch row added", f"{event} while {name} is {state}", (refusal, *rows)


def _of_dispatch_row(words: Named, composition: Composition, event: str, row: Dispatch) -> Mistakes[Dispatch]:
    for name, states in row.while_.items():
        for state in composition.lifecycles[name].states:
            if state not in states:
                more = {**row.while_, name: (*states, state)}
                yield "dispatch state added", f"{name}.{state}", row._replace(while_=more)
            elif len(states) > 1:
                fewer = {**row.while_, name: tuple(each for each in states if each != state)}
                yield "dispatch state dropped", f"{name}.{state}", row._replace(while_=fewer)
    if not row.refused:
        for name, lifecycle in composition.lifecycles.items():
            if name != row.lifecycle and event in lifecycle.events:
                yield "dispatch redirected", f"to {name}", row._replace(lifecycle=name)
        return
    yield "dispatch's actor mistaken", f"{MISTAKEN[row.by]} for {row.by}", row._replace(by=MISTAKEN[row.by])
    for rule in words.refusals:
        if rule != row.refused:
            yield "rule replaced", f"by {rule}", row._replace(refused=rule, cites=(rule,))


def of_changes(changes: tuple[Change, ...]) -> Mistakes[tuple[Change, ...]]:
    """Everything that may be wrong in what a change of the pairing sends."""
    for n, change in enumerate(changes):
        before, after = changes[:n], changes[n + 1 :]
        what = f"{change.event} by {change.by}"
        yield "change dropped", what, (*before, *after)
        for by in Party:
            if by is not change.by:
                yield "change's sender mistaken", f"{what}: {by}", (*before, change._replace(by=by), *after)
