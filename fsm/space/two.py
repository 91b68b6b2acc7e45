"""All that can happen between two people while their pairing stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from fsm.engine.outcome import Refusal, RefusalKind
from fsm.engine.profile import Profile
from fsm.engine.program import Config
from fsm.notation import At, Composition, Party, Row
from fsm.space.cases import These, Together
from fsm.space.places import Places, numbers

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyOutcome, AnyRefusal


class Decision(NamedTuple):
    """A row that decides, where its lifecycle stands then, and who fires the event or in whose name the signal is."""

    row: str
    at: At
    by: Party


class Happening(NamedTuple):
    """All that can happen.

    Args:
        places: where the lifecycles can stand together.
        standing: where each lifecycle can stand, by its name.
        decisions: every row that can fire, and every one that can refuse.
    """

    places: frozenset[Config]
    standing: Mapping[str, frozenset[At]]
    decisions: frozenset[Decision]


REFUSED: AnyRefusal = Refusal("", Party.SERVICE, RefusalKind.NOT_APPLICABLE, None, None, "", "", (), (), None, ())
"""Any refusal: that there is one is enough."""


class _Noting(Together):
    """Notes every decision of the answers that it works out. Places that look alike to an event share its answer."""

    __slots__ = ("_matched", "decisions")

    def __init__(self, composition: Composition, profile: Profile) -> None:
        self._matched: list[Decision] = []
        self.decisions: set[Decision] = set()
        super().__init__(composition, These([profile]))

    def match(self, lifecycle: str, here: At, event: str, actor: Party) -> Row | None:
        """As a program matches, and noting the row."""
        row = super().match(lifecycle, here, event, actor)
        if row is not None:
            self._matched.append(Decision(row.id, here, actor))
        return row

    def compute(self, config: Config, event: str, by: str) -> AnyOutcome | AnyRefusal:
        """As a program computes it, and noting the rows that decide, unless a signal is lost."""
        self._matched = []
        result = super().compute(config, event, by)
        self.decisions.update(self._matched)
        return result

    def refuse(self, config: Config, event: str, actor: Party) -> AnyRefusal:
        """That it is refused; nobody asks why."""
        return REFUSED


@lru_cache(maxsize=64)
def happening(composition: Composition, profile: Profile) -> Happening:
    """All that can happen under a profile, whoever does it.

    Args:
        composition: the tables.
        profile: which guards hold for whom.
    """
    together = _Noting(composition, profile)
    places, opened = Places(len(together.names), [together.initial.config]), 0
    while new := places.all & ~opened:
        opened |= new
        for event in composition.events:
            for question, asked in together.questions(event, places, new):
                for cases, there in together.answers(question, places, asked, {}):
                    for case in (case for case in cases if case.moves):
                        for n in numbers(there):
                            places.number(case.leads(places.configs[n]))
    standing = dict(zip(composition.lifecycles, map(frozenset, places.standing), strict=True))
    return Happening(frozenset(places.configs), standing, frozenset(together.decisions))
