"""Faults, one at a time, in copies of a composition: what a property or a suite has to find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from fsm.notation import (
    ACTOR,
    BOTH,
    ORIGINATOR,
    OTHER,
    OWNER,
    PEER,
    RECIPIENT,
    SERVICE,
    Composition,
    DeclarationError,
    Dispatch,
    Emit,
    Lifecycle,
    Role,
    Row,
    State,
)
from fsm.spec.conversation import CONVERSATION

MISTAKEN: Mapping[Role, Role] = {
    ACTOR: OTHER,
    OTHER: ACTOR,
    OWNER: PEER,
    PEER: OWNER,
    BOTH: ORIGINATOR,
    ORIGINATOR: RECIPIENT,
    RECIPIENT: ORIGINATOR,
    SERVICE: BOTH,
}
"""Who may be put in the place of whom."""


class Fault(NamedTuple):
    """A composition with one fault in it: its name, what kind of fault it is, and the faulty copy."""

    name: str
    kind: str
    composition: Composition


def faults(composition: Composition = CONVERSATION) -> Iterator[Fault]:
    """Every fault of these kinds that is not found as soon as it is declared: rows dropped, redirected or swapped,
    guards negated or dropped, effects, signals, timers and ignored signals dropped, effects repeated or out of order,
    timers of another length, actors, addressees and owners mistaken, changes of the pairing not told.
    """
    for lifecycle in composition.lifecycles.values():
        for state in lifecycle:
            for kind, what, faulty in _states(lifecycle, state):
                yield from _declared(f"{kind}: {what}", kind, composition, lifecycle, faulty)
    for event, rows in composition.dispatch.items():
        for kind, what, changed in _dispatches(rows):
            dispatch = {**composition.dispatch, event: changed}
            try:
                copy = _compose(composition, dispatch, tuple(composition.lifecycles.values()))
            except DeclarationError:
                continue
            yield Fault(f"{kind}: {what}", kind, copy)
    lifecycles = tuple(composition.lifecycles.values())
    for n, change in enumerate(composition.changes):
        rest = (*composition.changes[:n], *composition.changes[n + 1 :])
        try:
            copy = Composition(*lifecycles, dispatch=composition.dispatch, changes=rest, rules=composition.rules)
        except DeclarationError:
            continue
        yield Fault(f"change dropped: {change.event} by {change.by}", "change dropped", copy)


def _declared(name: str, kind: str, composition: Composition, lifecycle: Lifecycle, faulty: State) -> Iterator[Fault]:
    states = (faulty if each.name == faulty.name else each for each in lifecycle)
    try:
        copy = Lifecycle(lifecycle.name, lifecycle.label, *states, rules=composition.rules)
        others = {**composition.lifecycles, lifecycle.name: copy}
        yield Fault(name, kind, _compose(composition, composition.dispatch, tuple(others.values())))
    except DeclarationError:
        return


def _compose(
    composition: Composition, dispatch: Mapping[str, tuple[Dispatch, ...]], lifecycles: tuple[Lifecycle, ...]
) -> Composition:
    return Composition(*lifecycles, dispatch=dispatch, changes=composition.changes, rules=composition.rules)


def _states(lifecycle: Lifecycle, state: State) -> Iterator[tuple[str, str, State]]:
    for n, row in enumerate(state.rows):
        before, after = state.rows[:n], state.rows[n + 1 :]
        for kind, what, faulty in _rows(lifecycle, row):
            yield kind, f"{row.id} {what}".strip(), state._replace(rows=(*before, *faulty, *after))
        if after and after[0].event == row.event:
            swapped = (*before, after[0], row, *after[1:])
            yield "rows swapped", f"{row.id} and {after[0].id}", state._replace(rows=swapped)
    where = f"{lifecycle.name}.{state.name}"
    for n, timer in enumerate(state.timers):
        rest = (*state.timers[:n], *state.timers[n + 1 :])
        yield "timer dropped", f"{where} {timer.event}", state._replace(timers=rest)
        longer = timer._replace(seconds=timer.seconds + 1)
        yield (
            "timer changed",
            f"{where} {timer.event}",
            state._replace(timers=(*state.timers[:n], longer, *state.timers[n + 1 :])),
        )
    for event in state.ignores:
        rest_of = tuple(each for each in state.ignores if each != event)
        yield "ignored signal dropped", f"{where} {event}", state._replace(ignores=rest_of)


def _rows(lifecycle: Lifecycle, row: Row) -> Iterator[tuple[str, str, tuple[Row, ...]]]:
    yield "row dropped", "", ()
    names = list(lifecycle.states)
    if row.to is not None:
        elsewhere = names[(names.index(row.to) + 1) % len(names)]
        owner = row.owner if lifecycle.states[elsewhere].owner else None
        yield "row redirected", f"to {elsewhere}", (row._replace(to=elsewhere, owner=owner),)
        yield "row redirected", "to stay", (row._replace(to=None, owner=None),)
    yield "actor mistaken", f"{MISTAKEN[row.by]} for {row.by}", (row._replace(by=MISTAKEN[row.by]),)
    if row.owner is not None:
        yield "owner mistaken", f"{MISTAKEN[row.owner]} for {row.owner}", (row._replace(owner=MISTAKEN[row.owner]),)
    for n, guard in enumerate(row.when):
        rest = (*row.when[:n], *row.when[n + 1 :])
        yield "guard dropped", str(guard), (row._replace(when=rest),)
        yield "guard negated", str(guard), (row._replace(when=(*row.when[:n], ~guard, *row.when[n + 1 :])),)
    for n, item in enumerate(row.does):
        rest_of = (*row.does[:n], *row.does[n + 1 :])
        what = item.effect.name if isinstance(item, Emit) else str(item)
        yield "effect dropped" if isinstance(item, Emit) else "signal dropped", what, (row._replace(does=rest_of),)
        if isinstance(item, Emit):
            yield "effect repeated", what, (row._replace(does=(*row.does[: n + 1], *row.does[n:])),)
        if rest_of[n:]:
            swapped = (*row.does[:n], row.does[n + 1], item, *row.does[n + 2 :])
            yield "effects out of order", what, (row._replace(does=swapped),)
        role = item.to if isinstance(item, Emit) else item.by
        if role is not None:
            wrong = MISTAKEN[role]
            mistaken = item._replace(to=wrong) if isinstance(item, Emit) else item._replace(by=wrong)
            does = (*row.does[:n], mistaken, *row.does[n + 1 :])
            yield "addressee mistaken", f"{what} {wrong} for {role}", (row._replace(does=does),)


def _dispatches(rows: tuple[Dispatch, ...]) -> Iterator[tuple[str, str, tuple[Dispatch, ...]]]:
    for n, row in enumerate(rows[:-1]):
        yield "dispatch row dropped", row.id, (*rows[:n], *rows[n + 1 :])
        yield "dispatch rows swapped", f"{row.id} and {rows[n + 1].id}", (*rows[:n], rows[n + 1], row, *rows[n + 2 :])
