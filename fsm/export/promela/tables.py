"""The tables between two users, and the conditions on them that Promela can check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from hashlib import sha256
from itertools import product
from operator import attrgetter

from fsm.engine.profile import Profile
from fsm.export.names import place
from fsm.notation import BOTH, PARTIES, At, Composition, Guard, Lifecycle, Party, guards_of
from fsm.space.resolved import Branch, Send, branches, waits
from fsm.spec.parties import Pairing
from fsm.spec.users import whose


class Tables:
    """A composition with the guards of a pairing decided.

    Args:
        composition: the tables.
        pairing: decides the guards.
    """

    def __init__(self, composition: Composition, pairing: Pairing) -> None:
        self.composition = composition
        self.lifecycles = composition.lifecycles
        self.views = whose(composition).views(pairing)
        self.profile = Profile(guards_of(composition), self.views)
        self.taken: list[tuple[Lifecycle, At, str, Party, Branch]] = [
            (lifecycle, at, event, by, branch)
            for lifecycle in self.lifecycles.values()
            for at in lifecycle.places
            for event in (*lifecycle.events, *lifecycle.signals)
            for by in Party
            for branch in branches(lifecycle, at, event, by, self.profile)
        ]
        """Every branch that is left, and what takes it."""
        sent = (item for *_, branch in self.taken for item in branch.does if isinstance(item, Send))
        self.sent = sorted({(item.effect, item.to) for item in sent})
        """Every effect and addressee that there still is."""
        self.addressees = (*(party.value for party in PARTIES), *sorted({to for _, to in self.sent} - set(PARTIES)))

    @cached_property
    def possible(self) -> dict[tuple[str, Party], dict[str, list[At]]]:
        """Where each event is possible, as far as the lifecycle that it goes to decides, by who fires it."""
        found: dict[tuple[str, Party], dict[str, list[At]]] = defaultdict(lambda: defaultdict(list))
        for lifecycle, at, event, by, branch in self.taken:
            if event in lifecycle.events and not branch.refused and self.goes(event, by, lifecycle.name) is not None:
                found[event, by][lifecycle.name].append(at)
        return dict(found)

    def may(self, event: str, by: Party, timed: bool | None = None) -> str:
        """That an event is possible; with ``timed``, where its timer runs, or where none does. Empty if it never is."""
        found = {
            name: [at for at in places if timed in (None, by is Party.SERVICE and self._runs(name, at, event))]
            for name, places in self.possible[event, by].items()
        }
        conditions = [
            all_of([self.stands(name, at), *([goes_to(event, by, name)] if self.goes(event, by, name) else [])])
            for name, at in found.items()
            if at
        ]
        return any_of(conditions) if conditions else ""

    def _runs(self, name: str, at: At, event: str) -> bool:
        return any(wait.event == event for wait in waits(self.lifecycles[name], at, self.profile))

    def holds(self, guard: Guard, party: Party) -> bool:
        """Whether a guard holds for a party, whether or not the tables ask it; none does for the service."""
        return party in PARTIES and guard.test(self.views[PARTIES.index(party)])

    def stands(self, name: str, places: Iterable[At], verb: str = "is") -> str:
        """That a lifecycle "is" in one of these places, or that it "was" before the step."""
        lifecycle, chosen = self.lifecycles[name], set(places)
        if not chosen:
            return "false"
        if 2 * len(chosen) > len(lifecycle.places):
            return negated(self.stands(name, set(lifecycle.places) - chosen, verb))
        found = []
        for called, party in product(REMEMBERED, PARTIES):
            of = attrgetter(called)
            if {at for at in chosen if of(at)} == {at for at in lifecycle.places if of(at) is party} != set():
                found.append(f"{name}_{verb}_{remembering(called, party)}")
                chosen = {at for at in chosen if not of(at)}
        for state in lifecycle:
            here = [at for at in state.places if at in chosen]
            if len(here) == len(state.places):
                found.append(f"{name}_{verb}_{state.name}")
            else:
                found += [f"({variable(name, verb)} == {name}_{place(at)})" for at in here]
        return any_of(found)

    def goes(self, event: str, by: Party, name: str) -> str | None:
        """That an event goes to a lifecycle; empty if it always does, None if it never does."""
        found: list[str] = []
        passed: list[str] = []
        for row in self.composition.dispatch[event]:
            if row.by in (BOTH, by.value):
                standing = [
                    self.stands(
                        sibling, (at for state in states for at in self.lifecycles[sibling].states[state].places)
                    )
                    for sibling, states in row.while_.items()
                ]
                if row.lifecycle == name:
                    found.append(all_of([*passed, *standing]))
                else:
                    passed.append(negated(all_of(standing)))
        return any_of(found) if found else None


LONGEST = 100
"""Characters of a part of a name; SPIN has no room for many more."""
REMEMBERED = {"owner": "of_the", "opener": "opened_by_the"}
"""How it is said of a place that it remembers somebody as such."""


def remembering(called: str, party: Party) -> str:
    """That a place remembers a party as its "owner" or its "opener", as part of a name."""
    return f"{REMEMBERED[called]}_{party}"


def goes_to(event: str, by: Party, name: str) -> str:
    """The name of the condition that an event goes to a lifecycle."""
    return f"{event}_by_{by}_goes_to_{name}"


def variable(name: str, verb: str = "is") -> str:
    """Where a lifecycle is, or was before the step."""
    return name if verb == "is" else f"{name}_before"


def word(text: str) -> str:
    """Text from anywhere as part of a name."""
    fit = (each if each.isascii() and each.isalnum() else "_" if each in "-_" else f"_{ord(each):x}_" for each in text)
    found = "".join(fit)
    if len(found) <= LONGEST:
        return found
    return f"{found[: LONGEST // 2]}_{sha256(text.encode(errors='replace')).hexdigest()[:16]}"


def negated(condition: str) -> str:
    """That a condition is not so."""
    return condition[1:] if condition.startswith("!") else f"!{condition}"


def any_of(conditions: Sequence[str]) -> str:
    """That one of these is so."""
    return conditions[0] if len(conditions) == 1 else f"({' || '.join(conditions)})"


def all_of(conditions: Sequence[str]) -> str:
    """That all of these are so."""
    return conditions[0] if len(conditions) == 1 else f"({' && '.join(conditions)})" if conditions else ""
