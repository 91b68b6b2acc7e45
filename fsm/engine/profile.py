"""From a pairing to which guards hold for whom.

Guards look at nothing but the two views, so pairings with the same answers behave the same: they share a profile, and
with it a program. Millions of pairings come down to some fifteen hundred profiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from fsm.notation import PARTIES, Composition, Guard, Party


def guards_of(composition: Composition) -> tuple[Guard, ...]:
    """Every guard the tables name, once each, by name; whom a row asks about is left to the row."""
    named = chain.from_iterable(
        chain(row.when, *(emit.effect.only for emit in row.effects)) for row in composition.rows.values()
    )
    timed = (guard for each in composition.lifecycles.values() for s in each for t in s.timers for guard in t.when)
    return tuple({guard.name: guard for guard in sorted(chain(named, timed), key=lambda guard: guard.name)}.values())


class Profile:
    """Which guards hold for which party.

    Args:
        guards: the guards.
        views: the originator's and the recipient's view of a pairing.
    """

    __slots__ = ("bits", "holding")

    def __init__(self, guards: Sequence[Guard], views: Sequence[Any]) -> None:
        self.holding = tuple(frozenset(guard.name for guard in guards if guard.test(view)) for view in views)
        self.bits = sum(
            1 << (2 * n + side) for n, guard in enumerate(guards) for side in (0, 1) if guard.name in self.holding[side]
        )
        """The profile as an integer: bit 2n is guard n for the originator, bit 2n+1 for the recipient."""

    def __repr__(self) -> str:
        return f"<Profile {self.bits:x}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Profile) and self.bits == other.bits

    def __hash__(self) -> int:
        return hash(self.bits)

    def holds(self, guard: Guard, party: Party) -> bool:
        """Whether ``guard`` holds for ``party``."""
        return guard.name in self.holding[PARTIES.index(party)]
