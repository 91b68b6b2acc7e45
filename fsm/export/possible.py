"""What can happen at each place, as steps; for two people, only at the places that they can come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fsm.engine.flat import Branch, Raise
from fsm.engine.profile import Profile
from fsm.export import names
from fsm.notation import At, Composition, Lifecycle, Party


class Step(NamedTuple):
    """A branch, and what sets it off."""

    event: str
    by: Party
    signal: bool
    branch: Branch


Steps = dict[str, dict[At, list[Step]]]
"""By lifecycle and place."""


def steps(composition: Composition, profile: Profile | None) -> Steps:
    """Everything that can happen; under a profile, as long as the pairing does not change."""
    if profile is None:
        return {
            name: {at: list(_at(lifecycle, at, None)) for at in lifecycle.places}
            for name, lifecycle in composition.lifecycles.items()
        }
    places = {(name, lifecycle.initial) for name, lifecycle in composition.lifecycles.items()}
    sent: set[Raise] = set()
    known = -1
    while known != len(places) + len(sent):
        known = len(places) + len(sent)
        found = _found(composition, profile, places, sent)
        for name, at_places in found.items():
            happening = [step.branch for each in at_places.values() for step in each]
            places |= {(name, branch.to) for branch in happening if branch.to}
            sent |= {each for branch in happening for each in branch.does if isinstance(each, Raise)}
    return found


def _found(composition: Composition, profile: Profile, places: set[tuple[str, At]], sent: set[Raise]) -> Steps:
    return {
        name: {
            at: [s for s in _at(lifecycle, at, profile) if not s.signal or Raise(name, s.event, s.by) in sent]
            for at in lifecycle.places
            if (name, at) in places
        }
        for name, lifecycle in composition.lifecycles.items()
    }


def _at(lifecycle: Lifecycle, at: At, profile: Profile | None) -> Iterator[Step]:
    for event in (*lifecycle.events, *lifecycle.signals):
        for actor in Party:
            for branch in names.tried(lifecycle, at, event, actor, profile):
                yield Step(event, actor, event in lifecycle.signals, branch)
