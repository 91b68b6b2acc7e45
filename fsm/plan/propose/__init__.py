"""Waves that cost least: who should move with whom, and when.

While one of two people has moved and the other has not, they lose what only people of one platform have. For two people
it is looked up in the tables what they lose while one has moved, while the other has, and once both have. With their
waves a and b among N that comes to ``w |a - b| + c a + d b``, so that what a move or a swap saves is known exactly, and
who never moves is in a wave after the last. People who talk much are put together, these communities in an order in
which neighbours talk most, and the waves are then bettered by moves and swaps until none helps.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from fsm.notation.echo import echo
from fsm.plan.kinds import Kinds, Numbers
from fsm.plan.people import Contacts, Crowd, People
from fsm.plan.propose.asked import Asked, number
from fsm.plan.propose.communities import communities
from fsm.plan.propose.costs import Costs
from fsm.plan.propose.search import bettered, one_by_one
from fsm.plan.propose.units import Board
from fsm.plan.waves import Waves
from fsm.readers.csvfile import Progress
from fsm.spec.editions import NEWEST, Edition
from fsm.spec.parties import Mode, Participant, choose

__all__ = ["Proposal", "propose"]

MOST = 1000
"""Waves that can be asked for."""
FEW = 20_000
"""People up to which communities are sought several times."""
TRIES = 3
"""How often they are."""


class Proposal(NamedTuple):
    """Waves that cost little, beside waves by department.

    Args:
        waves: called 1, 2 and so on, a week each. None is empty as long as there are groups enough.
        cost: what they cost, as of ``Plan.degradation``.
        baseline: waves by department, in alphabetical order, of like size and no larger.
        baseline_cost: what those cost.
        units: how many groups of people were moved as a whole: departments, or communities.
        staying: why somebody is in no wave, by address.
    """

    waves: Waves
    cost: float
    baseline: Waves
    baseline_cost: float
    units: int
    staying: Mapping[str, str]


def propose(
    users: Mapping[str, Participant],
    contacts: Contacts,
    count: int,
    *,
    to: Mode | str = Mode.TEAMS_ONLY,
    columns: Mapping[str, Sequence[str]] | None = None,
    whole: str | None = None,
    cap: int | None = None,
    fixed: Mapping[str, int] | None = None,
    crowds: Iterable[Crowd] = (),
    edition: Edition = NEWEST,
    seed: int = 0,
    progress: Progress | None = None,
    **around: Any,
) -> Proposal:
    """Waves with the least degradation over time (``Plan.degradation``) that were found.

    Everybody who can move is in one wave. The same arguments lead to the same waves. That no better waves exist is not
    shown: they are what is left when no move and no swap of two saves anything.

    Args:
        users: the organisation's people as they are, by address.
        contacts: who talks to whom, by their numbers in the order of ``users`` and then ``crowds``.
        count: how many waves, a week each.
        to: the mode that everybody moves to.
        columns: what columns say of each of ``users``, in their order.
        whole: the column whose people of one value move together, such as their department.
        cap: how many people a wave may have. Default: a fifth more than on average, so that waves are of like size, as
            the cheapest plan would else be one wave; and as many as the largest of ``whole`` needs.
        fixed: the number of a wave, from 1, by address or by a value of ``whole``.
        crowds: people of partner organisations.
        edition: the product then.
        seed: of what is left to chance.
        progress: called with steps done and steps in all.
        around: what surrounds two people, as a Pairing takes it.

    Raises:
        ValueError: something is not accepted, or what is asked for contradicts itself.
        ImportError: igraph is missing, which finds communities where there is no ``whole``.
    """
    steps = _Steps(progress)
    to = choose(Mode, to, "to")
    number("count", count, f"use 1 to {MOST:,}", 1, MOST)
    if cap is not None:
        number("cap", cap, "use a number of people of at least 1", 1)
    asked = Asked(People(users, crowds, _columns(users, columns)), users, to, edition, count, whole, cap, fixed or {})
    _fitting(contacts, len(asked.people.addresses))
    chance = random.Random(seed)
    kinds = Kinds(around)
    costs = Costs(asked.people, kinds, contacts, asked.becomes, count)
    steps.next()
    single = asked.single(costs)
    usual = asked.usual(single)
    steps.next()
    found, units = _whole(asked, single, usual, chance) if whole is not None else _free(asked, single, usual, chance)
    steps.next()
    return Proposal(
        asked.waves(found), costs.of(asked.placed(found)),
        asked.waves(usual), costs.of(asked.placed(usual)),
        units, asked.staying,
    )  # fmt: skip


def _whole(asked: Asked, single: Board, usual: Numbers, chance: random.Random) -> tuple[Numbers, int]:
    """The waves of people who move together, and how many units they are."""
    units = single.joined(asked.groups)
    given: Numbers = np.zeros(len(units.size), dtype=np.int64)
    given[asked.groups] = usual
    return bettered(units, given, chance)[asked.groups], len(units.free)


def _free(asked: Asked, single: Board, usual: Numbers, chance: random.Random) -> tuple[Numbers, int]:
    """The waves of people who are free to go, and how many communities they were taken for."""
    best: tuple[float, Numbers, int] | None = None
    for _ in range(TRIES if len(single.free) <= FEW else 1):
        labels = communities(single, asked.limit, chance)
        units = single.joined(labels)
        found = one_by_one(single, bettered(units, None, chance)[labels], usual)
        if best is None or single.cost(found) < best[0]:
            best = single.cost(found), found, len(units.free)
    assert best is not None
    return best[1:]


class _Steps:
    """Says how far it is."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress, self._done, self._all = progress, 0, 3

    def next(self) -> None:
        self._done += 1
        if self._progress:
            self._progress(self._done, self._all)


def _columns(
    users: Mapping[str, Participant], columns: Mapping[str, Sequence[str]] | None
) -> Mapping[str, Sequence[str]]:
    """Columns with a value for each user.

    Raises:
        ValueError: one has more, or fewer.
    """
    for name, values in (columns or {}).items():
        if len(values) != len(users):
            raise ValueError(
                f"columns: {echo(name)} has {len(values)} values for {len(users)} users; give one for each"
            )
    return columns or {}


def _fitting(contacts: Contacts, size: int) -> None:
    """See that contacts are between people whom there are.

    Raises:
        ValueError: some are not.
    """
    first, second, minutes = contacts
    if not len(first) == len(second) == len(minutes):
        raise ValueError(
            f"contacts: {len(first)}, {len(second)} and {len(minutes)} numbers are not accepted; give as many"
        )
    for each in (first, second):
        wrong = np.flatnonzero((each < 0) | (each >= size))
        if len(wrong):
            told = f"{int(each[wrong[0]])} is nobody's number; use 0 to {size - 1}"
            raise ValueError(f"contacts: {told}, in the order of users")
    if len(wrong := np.flatnonzero(first == second)):
        raise ValueError(f"contacts: {int(first[wrong[0]])} is with themselves; leave such contacts out")
    if len(wrong := np.flatnonzero(~(np.isfinite(minutes) & (minutes >= 0)))):
        raise ValueError(f"contacts: {minutes[wrong[0]]} minutes are not accepted; use a number of at least 0")
