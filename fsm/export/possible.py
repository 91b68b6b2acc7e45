"""What can happen at each place; for two people, only what they can ever bring about, and where they can come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fsm.engine.profile import Profile
from fsm.notation import At, Composition, Lifecycle, Party
from fsm.space.resolved import Branch, branches
from fsm.space.two import happening


class Transition(NamedTuple):
    """A branch, and what sets it off."""

    event: str
    by: Party
    signal: bool
    branch: Branch


Steps = dict[str, dict[At, list[Transition]]]
"""By lifecycle and place."""


class Possible:
    """What there is to write down of a conversation.

    Args:
        composition: the tables; None for a lifecycle by itself, to which anything can be sent.
        profile: which guards hold for whom; None leaves them open.
    """

    def __init__(self, composition: Composition | None, profile: Profile | None) -> None:
        self.profile = profile
        self._happens = happening(composition, profile) if composition and profile else None

    def places(self, lifecycle: Lifecycle) -> tuple[At, ...]:
        """Where a lifecycle can stand."""
        if self._happens is None:
            return lifecycle.places
        return tuple(at for at in lifecycle.places if at in self._happens.standing[lifecycle.name])

    def tried(self, lifecycle: Lifecycle, at: At, event: str, actor: Party) -> list[Branch]:
        """What can decide an event of ``actor`` at a place, up to the first branch that always holds."""
        found: list[Branch] = []
        for branch in branches(lifecycle, at, event, actor, self.profile):
            if self._happens is None or (branch.row, at, actor) in self._happens.decisions:
                found.append(branch)
            if not branch.when:
                break
        return found


def steps(composition: Composition, profile: Profile | None) -> Steps:
    """Everything that can happen; under a profile, as long as the pairing does not change."""
    possible = Possible(composition, profile)
    return {
        name: {at: list(_at(possible, lifecycle, at)) for at in possible.places(lifecycle)}
        for name, lifecycle in composition.lifecycles.items()
    }


def _at(possible: Possible, lifecycle: Lifecycle, at: At) -> Iterator[Transition]:
    for event in (*lifecycle.events, *lifecycle.signals):
        for actor in Party:
            for branch in possible.tried(lifecycle, at, event, actor):
                yield Transition(event, actor, event in lifecycle.signals, branch)
