"""From a pairing to which guards hold for whom.

Guards look at nothing but the two views, so pairings with the same answers behave the same: they share a profile, and
with it a program. Millions of pairings come down to some fifteen hundred profiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fsm.notation import PARTIES, Guard, Party


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

    @classmethod
    def of(cls, guards: Sequence[Guard], bits: int) -> Profile:
        """The profile that this integer is."""
        profile = cls((), ())
        profile.bits = bits
        profile.holding = tuple(
            frozenset(guard.name for n, guard in enumerate(guards) if bits >> (2 * n + side) & 1) for side in (0, 1)
        )
        return profile

    def __repr__(self) -> str:
        return f"<Profile {self.bits:x}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Profile) and self.bits == other.bits

    def __hash__(self) -> int:
        return hash(self.bits)

    def holds(self, guard: Guard, party: Party) -> bool:
        """Whether ``guard`` holds for ``party``."""
        return guard.name in self.holding[PARTIES.index(party)]
