"""With what a decision is to be met, so that profiles that differ in it are told apart.

Pairings have one profile where the same guards hold for the same party, so profiles differ in single guards. As far as
there are pairings and places for it:

- Every row that fires or refuses, every guard that alone keeps a row from it, and every signal that is ignored, does so
  with every guard that the tables ask holding and failing, for either party.
- Every row that fires, and every dispatch row that decides, does so while every sibling stands in each of its states.

So whichever guard or sibling an implementation looks at and should not, or does not look at and should, there is a step
in which it matters. And since every answer is a goal by itself, wherever two profiles are answered differently, both
answers are come to.
"""

from __future__ import annotations

from fsm.engine.program import Config
from fsm.notation import PARTIES, Composition, guards_of
from fsm.space.profiles import Profiles


class Facets:
    """What a goal may be reached with, as an integer: bit 0, at all; then guards holding and failing; then siblings.

    Args:
        composition: the tables.
        profiles: everyone.
    """

    def __init__(self, composition: Composition, profiles: Profiles) -> None:
        self.names = [""]
        """What follows the name of a goal that is reached with it, by bit."""
        self._holding: list[int] = []
        for guard in guards_of(composition):
            for party in PARTIES if guard.about is not None else PARTIES[:1]:
                of = f" of the {party}" if guard.about is not None else ""
                holding = profiles.holding(guard, party)
                self._holding += (holding, profiles.everyone ^ holding)
                self.names += (f", {guard.name}{of} holding", f", {guard.name}{of} failing")
        self._guards = (1 << len(self.names)) - 2
        self._standing: dict[tuple[int, str], int] = {}
        self._lifecycles: dict[str, int] = {}
        for n, (name, lifecycle) in enumerate(composition.lifecycles.items()):
            for state in lifecycle.states:
                self._standing[n, state] = bit = 1 << len(self.names)
                self._lifecycles[name] = self._lifecycles.get(name, 0) | bit
                self.names.append(f", while {name} is {state}")
        self._some: dict[int, int] = {}

    def of_decision(self, row: str, fires: bool) -> int:
        """What a decision is to be reached with: of a row that fires or does not, or, without a row, of dispatch."""
        if not row:
            return 1 | sum(self._lifecycles.values())
        siblings = sum(bits for name, bits in self._lifecycles.items() if name != row.partition(".")[0])
        return 1 | self._guards | (siblings if fires else 0)

    def of_place(self, config: Config) -> int:
        """What there is in a place, whoever is there."""
        return sum(self._standing[n, at.state] for n, at in enumerate(config)) | 1

    def of_some(self, mask: int) -> int:
        """What there is with some profile of ``mask``, wherever it is."""
        found = self._some.get(mask)
        if found is None:
            found = self._some[mask] = sum(2 << n for n, holding in enumerate(self._holding) if mask & holding)
        return found

    def holding(self, facet: int) -> int:
        """The profiles with which there is a facet; all of them where that does not depend on who they are."""
        return self._holding[facet - 1] if 0 < facet <= len(self._holding) else -1
