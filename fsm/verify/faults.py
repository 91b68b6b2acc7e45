"""Faults, one at a time, in copies of a composition: what a property or a suite has to find."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from fsm.notation import Composition, DeclarationError, Lifecycle, State
from fsm.spec.conversation import CONVERSATION
from fsm.verify.operators import named, number, of_changes, of_dispatch, of_state

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "row dropped": "what should happen is refused",
        "row added": "what should be refused is accepted, or an event means something where it should mean nothing",
        "refusal lifted": "what a rule refuses is accepted",
        "rule replaced": "what is refused is refused by another rule",
        "row redirected": "an event leads somewhere else, or nowhere, or somewhere where it should stay",
        "rows swapped": "two rows are tried in the wrong order",
        "actor mistaken": "somebody else may fire a row, or not all who should",
        "owner mistaken": "a state remembers the other of the two",
        "owner dropped": "a state goes on to remember who it did, or remembers who acts",
        "opener mistaken": "a state takes the other of the two for who opened it",
        "opener dropped": "a state goes on to remember who opened it, or takes who acts for that",
        "guard dropped": "a row does not look at what it should",
        "guard negated": "a row fires where it should not, and not where it should",
        "guard added": "a row looks at something else as well, and does not fire for some",
        "guard replaced": "a row looks at something else",
        "guard's party mistaken": "a row looks at the other of the two",
        "effect dropped": "something is not done",
        "effect repeated": "something is done twice",
        "effect added": "something else is done as well",
        "effect replaced": "something else is done",
        "effects out of order": "things are done in the wrong order",
        "effect's guards dropped": "something is done to those who should not see it",
        "addressee mistaken": "something is done to the other of the two, or told in the other's name",
        "signal dropped": "a sibling is not told",
        "signal added": "a sibling is told what it should not be",
        "signal replaced": "a sibling is told something else",
        "ignored signal dropped": "a signal arrives where nothing is said of it",
        "ignored signal heeded": "a signal means something where it should mean nothing",
        "timer dropped": "nothing happens in time",
        "timer changed": "a wait has another length",
        "timer added": "there is a wait where there should be none",
        "timer's guard dropped": "there is a wait for those who should have none",
        "timer's guard negated": "there is a wait for the wrong ones",
        "dispatch row dropped": "an event goes where it should not while siblings stand so",
        "dispatch row added": "an event is refused while a sibling stands so",
        "dispatch rows swapped": "where an event goes is tried in the wrong order",
        "dispatch state dropped": "an event goes elsewhere while a sibling is in one more state",
        "dispatch state added": "an event goes elsewhere while a sibling is in some other state",
        "dispatch redirected": "an event goes to another lifecycle",
        "dispatch's actor mistaken": "an event of somebody else is refused while siblings stand so",
        "change dropped": "a change of the pairing is not told",
        "change's sender mistaken": "a change of the pairing is told in the name of another",
    }
)
"""Every kind of fault, and what it does, in words."""

ONE_IN: Mapping[str, int] = MappingProxyType(
    {
        "row added": 8,
        "row redirected": 2,
        "rule replaced": 8,
        "guard added": 16,
        "guard replaced": 16,
        "effect added": 64,
        "effect replaced": 32,
        "signal added": 16,
        "signal replaced": 2,
        "dispatch row added": 4,
    }
)
"""Of the kinds of which there are many, one in so many is drawn: by its name, so that the same are drawn each time, and
a fault of the tables of today is still drawn tomorrow. Of the other kinds, all are.
"""


class Fault(NamedTuple):
    """A composition with one fault in it: its name, what kind of fault it is, and the faulty copy."""

    name: str
    kind: str
    composition: Composition


class Seed(NamedTuple):
    """A fault that is still to be put in."""

    name: str
    kind: str
    put: Callable[[], Composition]
    """Makes the faulty copy; raises DeclarationError where the fault is found as soon as it is declared."""


def seeds(composition: Composition = CONVERSATION) -> Iterator[Seed]:
    """Every fault there is, in the order of the tables."""
    words = named(composition)
    for lifecycle in composition.lifecycles.values():
        for state in lifecycle:
            for kind, what, faulty in of_state(words, lifecycle, state):
                yield Seed(f"{kind}: {what}", kind, partial(_with_state, composition, lifecycle, faulty))
    for event in composition.dispatch:
        for kind, what, rows in of_dispatch(words, composition, event):
            dispatch = {**composition.dispatch, event: rows}
            yield Seed(f"{kind}: {what}", kind, partial(composition.but, dispatch=dispatch))
    for kind, what, changes in of_changes(composition.changes):
        yield Seed(f"{kind}: {what}", kind, partial(composition.but, changes=changes))


def faults(composition: Composition = CONVERSATION, one_in: Mapping[str, int] = ONE_IN) -> Iterator[Fault]:
    """Every fault that is drawn and not found as soon as it is declared.

    Args:
        composition: the tables.
        one_in: by kind, of how many one is drawn; of a kind that is not there, all are.
    """
    for name, kind, put in seeds(composition):
        if number(name) % one_in.get(kind, 1) == 0:
            try:
                yield Fault(name, kind, put())
            except DeclarationError:
                continue


def _with_state(composition: Composition, lifecycle: Lifecycle, faulty: State) -> Composition:
    states = (faulty if each.name == faulty.name else each for each in lifecycle)
    copy = Lifecycle(lifecycle.name, lifecycle.label, *states, rules=composition.rules)
    return composition.but(lifecycles={**composition.lifecycles, lifecycle.name: copy})
