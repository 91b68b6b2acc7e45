"""One lifecycle alone: what its siblings would tell it comes from outside, and what it would tell them goes there.

It is a composition like any other, so that the same engine runs it. The signals that it hears are events to fire, in
the name of whoever may send them; those that it sends are effects named "lifecycle.signal", addressed to the party in
whose name they are sent. A signal that a state ignores is accepted and changes nothing; one that a state has no row
for is refused, as any event is. A change of the pairing sends nothing by itself: it changes which guards hold.
"""

from __future__ import annotations

from collections.abc import Iterator

from fsm.notation import BOTH, SERVICE, Composition, Effect, Emit, Lifecycle, Party, Row, Signal, State, effect, on
from fsm.space.resolved import Raise, branches
from fsm.spec.rules import Rule
from fsm.spec.sources import DECISIONS, Section
from fsm.spec.users import whose

NOTATION = Section(DECISIONS, "Semantics of the notation")
IGNORED = Rule("IGNORED", "A signal that a state ignores means nothing there.", *NOTATION)
"""What a row cites that stands for an ignored signal."""

Input = tuple[str, Party]
"""An event, or a signal, and its actor."""


def alone(composition: Composition, name: str) -> Composition:
    """The lifecycle ``name`` of a composition, as a composition of its own."""
    lifecycle = composition.lifecycles[name]
    rules = {**composition.rules, IGNORED.id: IGNORED}
    known = {*lifecycle.events, *lifecycle.signals}
    states = (_state(each, known) for each in lifecycle)
    copy = Lifecycle(name, lifecycle.label, *states, rules=rules)
    return Composition(copy, dispatch={}, changes=(), rules=rules, pairings=whose(composition))


def inputs(composition: Composition, name: str) -> tuple[Input, ...]:
    """Everything that may be fired at the lifecycle ``name`` alone: its events by everyone, refused or not, and its
    signals by whoever may send them.
    """
    lifecycle = composition.lifecycles[name]
    fired = [(event, party) for event in lifecycle.events for party in Party]
    sent = senders(composition)
    return (*fired, *((event, by) for event in lifecycle.signals for by in Party if (name, event, by) in sent))


def senders(composition: Composition) -> frozenset[tuple[str, str, Party]]:
    """Every signal that can be sent as the tables stand, guards aside: the lifecycle that hears it, the signal, and the
    party in whose name it is sent.
    """
    lifecycles = composition.lifecycles
    found = {(name, change.event, change.by) for change in composition.changes for name in lifecycles}
    fired = {(name, event, party) for name, each in lifecycles.items() for event in each.events for party in Party}
    open_ = found | fired
    while open_:
        sent = {
            (does.lifecycle, does.event, does.by)
            for name, event, actor in open_
            for at in lifecycles[name].places
            for branch in branches(lifecycles[name], at, event, actor)
            for does in branch.does
            if isinstance(does, Raise)
        }
        open_ = sent - found
        found |= open_
    return frozenset(found)


def _state(declared: State, known: set[str]) -> State:
    rows = [*(_row(row, known) for row in declared.rows), *_ignoring(declared.ignores)]
    return declared._replace(rows=tuple(rows), ignores=())


def _row(row: Row, known: set[str]) -> Row:
    does = tuple(Emit(_sent(item), item.by) if isinstance(item, Signal) else item for item in row.does)
    instead = tuple(event for event in row.instead if event in known)
    return row._replace(does=does, instead=instead, internal=False)


def _sent(signal: Signal) -> Effect:
    return effect(str(signal), f"{signal.lifecycle} is told {signal.event}", "")


def _ignoring(signals: tuple[str, ...]) -> Iterator[Row]:
    for event in signals:
        for by in (BOTH, SERVICE):
            yield on(event, by=by, cites=IGNORED.id)
