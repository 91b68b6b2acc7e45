"""Where in a space a claim does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from fsm.engine.program import Config
from fsm.notation import Claim
from fsm.space.reachable import Edge, Space
from fsm.spec.parties import Pairing
from fsm.verify.liveness import must_reach
from fsm.verify.steps import numbered, places_where_not, steps_where_not


class Broken(NamedTuple):
    """Where a claim does not hold.

    Args:
        says: what is so instead, in words.
        config: at which place; None where it is about the tables.
        mask: for whom; after ``edge``, if that is a change.
        edge: by which step from the place, if by one.
        pairing: for which pairing, where it is about pairings.
    """

    says: str
    config: Config | None = None
    mask: int = 0
    edge: Edge | None = None
    pairing: Pairing | None = None


def breaches(claim: Claim, space: Space) -> Iterator[Broken]:
    """Everything in a space that breaks a claim; nothing where it holds."""
    for kind, each in KINDS.items():
        if getattr(claim, kind) is not None:
            yield from each(claim, space)


def _steps(claim: Claim, space: Space) -> Iterator[Broken]:
    assert claim.step is not None
    for edge, mask in steps_where_not(space, claim.step, claim.events):
        yield Broken(claim.says, edge.source, mask, edge)
    for event in claim.events:
        if event not in space.possible_events:
            yield Broken(f"{event} is never possible")


def _places(claim: Claim, space: Space) -> Iterator[Broken]:
    assert claim.place is not None
    at = {numbered(space, lifecycle): names for lifecycle, names in claim.states.items()}
    if not any(all(config[n].state in names for n, names in at.items()) for config in space.places):
        where = ", ".join(f"{lifecycle} is {' '.join(names)}" for lifecycle, names in claim.states.items())
        yield Broken(f"there is no place where {where}")
    for config, who, mask in places_where_not(space, claim.place, at):
        yield Broken(f"{claim.says}: not so of the {who}", config, mask)


def _pairings(claim: Claim, space: Space) -> Iterator[Broken]:
    assert claim.pairing is not None
    for pairing, routed in space.profiles.routed:
        if not claim.pairing(pairing, routed):
            yield Broken(claim.says, pairing=pairing)


def _changes(claim: Claim, space: Space) -> Iterator[Broken]:
    assert claim.becomes is not None
    assert claim.changed is not None
    views = space.profiles.whose.views
    for pairing, routed in space.profiles.routed:
        after = claim.becomes(pairing)
        if after is not None:
            old, new = views(pairing)[0], views(after)[0]
            sent = [change.event for change in space.composition.changes if change.when(old, new)]
            if not claim.changed(routed, sent):
                yield Broken(claim.says, pairing=pairing)


def _tables(claim: Claim, space: Space) -> Iterator[Broken]:
    assert claim.tables is not None
    return map(Broken, claim.tables(space.composition))


def _ends(claim: Claim, space: Space) -> Iterator[Broken]:
    assert claim.ends is not None
    lifecycle, waiting = claim.ends
    n, states = numbered(space, lifecycle), waiting.split()
    goal = {config: mask for config, mask in space.places.items() if config[n].state not in states}
    sure = must_reach(space, goal)
    for config, mask in space.places.items():
        stuck = mask & ~sure.get(config, 0)
        if stuck:
            yield Broken(f"the {lifecycle.replace('_', ' ')} can wait for ever", config, stuck)


def _space(claim: Claim, space: Space) -> Iterator[Broken]:
    assert claim.space is not None
    yield from claim.space(space)


KINDS: dict[str, Callable[[Claim, Space], Iterator[Broken]]] = {
    "step": _steps,
    "place": _places,
    "pairing": _pairings,
    "changed": _changes,
    "tables": _tables,
    "ends": _ends,
    "space": _space,
}
"""What is checked of a claim, by the predicate that it has."""
