"""Kinds of people and cases of pairs: who has the same facts has the same answers, so each is worked out once.

A kind is everybody of an organisation who has the same facts. A case is every pair of kinds that looks the same to
routing and to the guards: some hundred people's facts make thousands of pairs, and these a few dozen cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from fsm.plan.questions import Answer, answers
from fsm.spec.parties import PERSONAL, Pairing, Participant, Scope
from fsm.spec.routing import landing, views

Numbers: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"

HOME = ""
"""The organisation that the plan is of; partners are called by their domains."""
NOBODY = -1
"""What two partners come to: they are not asked about."""
UNASKED = -2
FACTS_OF = attrgetter(*(name for name in PERSONAL if name != "address"))
"""What is so of a user, besides what they are called."""


class Kind(NamedTuple):
    """Everybody of an organisation who has the same facts.

    Args:
        who: one of them, whose address is nobody's.
        organisation: HOME, or the domain of a partner.
        federates: whether the two organisations allow it.
    """

    who: Participant
    organisation: str = HOME
    federates: bool = True


class Case(NamedTuple):
    """Two people, as routing and guards see them: a pairing of that kind, and what comes of each question."""

    pairing: Pairing
    answers: Mapping[str, Answer]


class Kinds:
    """Kinds of people by number, and what any two of them can do with each other.

    Args:
        around: what surrounds two people, as a Pairing takes it; scope and federation go by who they are.
    """

    def __init__(self, around: Mapping[str, Any]) -> None:
        self.around = {name: value for name, value in around.items() if name not in ("scope", "federation_allowed")}
        self.kinds: list[Kind] = []
        self.cases: list[Case] = []
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._known: dict[tuple[Any, ...], int] = {}
        self._table: Numbers = np.empty((0, 0), dtype=np.int32)

    def number(self, who: Participant, organisation: str = HOME, federates: bool = True) -> int:
        """The number of somebody's kind."""
        key = (FACTS_OF(who), organisation, federates)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.kinds)
            self.kinds.append(Kind(who.called("?"), organisation, federates))
        return found

    def pairing(self, first: int, second: int, names: tuple[str, str] = ("originator", "recipient")) -> Pairing | None:
        """Two people of these kinds; None of two partners, whose conversations are not this organisation's."""
        one, two = self.kinds[first], self.kinds[second]
        if one.organisation and two.organisation:
            return None
        around = dict(self.around)
        if one.organisation == two.organisation:
            around.pop("same_cloud", None)  # which two of one organisation always are in
        else:
            around |= {"scope": Scope.FEDERATED, "federation_allowed": one.federates and two.federates}
        people = (each.who.called(name) for each, name in zip((one, two), names, strict=True))
        return Pairing(*people, **around)

    def table(self, firsts: Numbers, seconds: Numbers) -> Numbers:
        """Which of ``cases`` each of ``firsts`` is in with each of ``seconds``.

        Args:
            firsts: numbers of kinds, of those who begin.
            seconds: numbers of kinds, of those who receive.

        Returns:
            int32 of shape (firsts, seconds); NOBODY of two partners.
        """
        have = len(self._table)
        if len(self.kinds) > have:
            grown = np.full((len(self.kinds),) * 2, UNASKED, dtype=np.int32)
            grown[:have, :have] = self._table
            self._table = grown
        at = np.ix_(firsts, seconds)
        for n, m in np.argwhere(self._table[at] == UNASKED).tolist():
            first, second = int(firsts[n]), int(seconds[m])
            if self._table[first, second] == UNASKED:
                self._table[first, second] = self._case(first, second)
        found: Numbers = self._table[at]
        return found

    def _case(self, first: int, second: int) -> int:
        pairing = self.pairing(first, second)
        if pairing is None:
            return NOBODY
        key = views(pairing), landing(pairing)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self.cases)
            self.cases.append(Case(pairing, answers(pairing)))
        return found
