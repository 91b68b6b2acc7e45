"""Counting for all profiles at once."""

from __future__ import annotations

from collections.abc import Iterable

from fsm.space.places import low


class Votes:
    """A count for each profile, all counted at once: bit n of the number k is bit k of the count of profile n."""

    def __init__(self, more: Votes | None = None) -> None:
        self._digits: list[int] = list(more._digits) if more else []

    def add(self, mask: int) -> None:
        """One more for each profile of ``mask``."""
        for k, digit in enumerate(self._digits):
            self._digits[k], mask = digit ^ mask, digit & mask
        if mask:
            self._digits.append(mask)

    def most(self, among: int, rather: int) -> tuple[int, int]:
        """The highest count among some profiles, and one that has it, one of ``rather`` if there is one."""
        count, having = 0, among
        for digit in reversed(self._digits):
            count *= 2
            if digit & having:
                count, having = count + 1, having & digit
        return count, low(having & rather or having)


def counted(masks: Iterable[int]) -> Votes:
    """One vote of each mask for each profile in it."""
    votes = Votes()
    for mask in masks:
        votes.add(mask)
    return votes
