"""What can happen at each place, as steps; for two people, only at the places that they can come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fsm.engine.profile import Profile
from fsm.export import names
from fsm.notation import At, Composition, Lifecycle, Party
from fsm.space.resolved import Branch
from fsm.space.two import happening


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
    possible = happening(composition, profile)
    return {
        name: {
            at: [step for step in _at(lifecycle, at, profile) if (step.branch.row, at, step.by) in possible.decisions]
            for at in lifecycle.places
            if at in possible.standing[name]
        }
        for name, lifecycle in composition.lifecycles.items()
    }


def _at(lifecycle: Lifecycle, at: At, profile: Profile | None) -> Iterator[Step]:
    for event in (*lifecycle.events, *lifecycle.signals):
        for actor in Party:
            for branch in names.tried(lifecycle, at, event, actor, profile):
                yield Step(event, actor, event in lifecycle.signals, branch)
