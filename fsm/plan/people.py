"""Everybody whom a plan is about, by number, and who talks to whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from fsm.plan.kinds import Kinds, Numbers
from fsm.spec.parties import Participant, bare

OFTEN = 32_767
"""Stands for the time at which somebody moves who does so more than once."""
DENSE = 1 << 22
"""Pairs of things up to which there is a cell for each while they are added up."""


class Crowd(NamedTuple):
    """People of a partner organisation who have the same facts.

    Args:
        organisation: its domain.
        who: one of them.
        size: how many there are.
        federates: whether both organisations allow it (RTE-9).
        address: of one who is known by it; empty of others.
    """

    organisation: str
    who: Participant
    size: int = 1
    federates: bool = True
    address: str = ""


class Column(NamedTuple):
    """What a column says of the organisation's people, such as their departments.

    Args:
        values: every value, once.
        codes: int32 of shape (people,): which of them each has.
    """

    values: tuple[str, ...]
    codes: Numbers


class Contacts(NamedTuple):
    """Who talks to whom.

    Args:
        first: int32 of shape (contacts,): the numbers of those who begin.
        second: int32 of shape (contacts,): of those who receive.
        minutes: float64 of shape (contacts,): for how long.
    """

    first: Numbers
    second: Numbers
    minutes: Numbers


class People:
    """The organisation's people, and after them crowds of its partners'.

    Args:
        users: the organisation's people by address.
        crowds: those of its partners.
        columns: what columns say of the organisation's people, in their order.
    """

    def __init__(
        self,
        users: Mapping[str, Participant],
        crowds: Iterable[Crowd] = (),
        columns: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.users = tuple(users.values())
        self.crowds = tuple(crowds)
        self.home = len(self.users)
        """How many are the organisation's own."""
        self.addresses = (*users, *(each.address or each.organisation for each in self.crowds))
        """Of everybody, in order of their numbers; of a crowd without one, the domain."""
        self.sizes: Numbers = np.array([1] * self.home + [each.size for each in self.crowds], dtype=np.int64)
        """int64 of shape (everybody,): how many people each stands for."""
        self.columns = {name: _column(values) for name, values in (columns or {}).items()}
        self._index: dict[str, int] | None = None

    @property
    def index(self) -> Mapping[str, int]:
        """The number of everybody by their address. A crowd is called by its domain, or, where there are several of it,
        by that and their mode, as in ``fabrikam.com:TeamsOnly``; not at all where these are alike too."""
        if self._index is None:
            calls: dict[str, list[int]] = {}
            for n, each in enumerate(self.crowds, self.home):
                names = (each.address,) if each.address else (each.organisation, f"{each.organisation}:{each.who.mode}")
                for name in names:
                    calls.setdefault(bare(name), []).append(n)
            crowds = {name: numbers[0] for name, numbers in calls.items() if len(numbers) == 1}
            self._index = crowds | {bare(each): n for n, each in enumerate(self.addresses[: self.home])}
        return self._index

    def number(self, address: str) -> int | None:
        """The number of somebody by an address; a partner's people may be meant by any of their domain. None where
        nobody is called so."""
        key = bare(address)
        return self.index.get(key, self.index.get(key.rpartition("@")[2]))

    def kinds(self, kinds: Kinds) -> Numbers:
        """The number of everybody's kind; int32 of shape (everybody,)."""
        own = [kinds.number(who) for who in self.users]
        others = [kinds.number(each.who, each.organisation, each.federates) for each in self.crowds]
        return np.array([*own, *others], dtype=np.int32)


class Courses:
    """Everybody by what they are at every time: who goes the same way, in the same waves, has one course.

    Args:
        people: everybody.
        states: at each time, the numbers of everybody's kind; each int32 of shape (everybody,).
        contacts: who talks to whom, if that is known.
    """

    def __init__(self, people: People, states: Sequence[Numbers], contacts: Contacts | None) -> None:
        self.people, self.contacts = people, contacts
        of = np.zeros(len(people.addresses), dtype=np.int64)
        for each in states:
            _, of = np.unique(of * (int(each.max(initial=0)) + 1) + each, return_inverse=True)
        self.of: Numbers = of.astype(np.int32)
        """int32 of shape (everybody,): the number of everybody's course."""
        size = int(self.of.max(initial=-1)) + 1
        one = np.zeros(size, dtype=np.int64)
        one[self.of] = np.arange(len(self.of))
        self.kinds = tuple(each[one] for each in states)
        """For each state, int32 of shape (courses,): the numbers of kinds."""
        self.sizes: Numbers = np.bincount(self.of, people.sizes, size).astype(np.int64)
        """int64 of shape (courses,): how many people have each."""
        self.own: Numbers = np.bincount(self.of[: people.home], minlength=size)
        """The same of this organisation's people alone."""
        self.between: Contacts | None = None if contacts is None else self._between(contacts, size)
        """Contacts by the numbers of courses, those between the same two added up."""

    @cached_property
    def _when(self) -> tuple[Numbers, Numbers]:
        """For each contact the last state in which each of the two becomes something; int32 of shape (contacts,)."""
        assert self.contacts is not None
        last, often = np.zeros(len(self.sizes), dtype=np.int32), np.zeros(len(self.sizes), dtype=bool)
        for n, (before, after) in enumerate(pairwise(self.kinds), 1):
            moved = before != after
            often |= moved & (last > 0)
            last[moved] = n
        last[often] = OFTEN
        when = last.astype(np.int16 if len(self.kinds) < OFTEN else np.int32)[self.of]
        return when[self.contacts.first], when[self.contacts.second]

    def touched(self, first: int, last: int) -> Numbers:
        """The numbers of those contacts of whose two either may have become something between two states."""
        if last - first != 1:
            moved = (self.kinds[first] != self.kinds[last])[self.of]
            assert self.contacts is not None
            return np.flatnonzero(moved[self.contacts.first] | moved[self.contacts.second])
        one, other = self._when
        return np.flatnonzero((one == last) | (other == last) | (one == OFTEN) | (other == OFTEN))

    def _between(self, contacts: Contacts, size: int) -> Contacts:
        return Contacts(*added_up(self.of[contacts.first], self.of[contacts.second], contacts.minutes, size))


def added_up(first: Numbers, second: Numbers, weight: Numbers, size: int) -> tuple[Numbers, Numbers, Numbers]:
    """Pairs of things, each once, with the weight of all that are the same.

    Args:
        first: the numbers of the first of each pair, in any order.
        second: of the second.
        weight: float64, of the same shape.
        size: how many things there are.

    Returns:
        the first and the second of each pair, int32, and the weights.
    """
    cells = first.astype(np.int64) * size + second
    if size * size <= max(DENSE, len(cells)):
        sums = np.bincount(cells, weight, size * size)
        cells = np.flatnonzero(sums)
        sums = sums[cells]
    else:
        cells, where = np.unique(cells, return_inverse=True)
        sums = np.bincount(where, weight, len(cells))
    low, high = np.divmod(cells, size)
    return low.astype(np.int32), high.astype(np.int32), sums


def _column(values: Sequence[str]) -> Column:
    found = {value: n for n, value in enumerate(dict.fromkeys(values))}
    return Column(tuple(found), np.array([found[value] for value in values], dtype=np.int32))
