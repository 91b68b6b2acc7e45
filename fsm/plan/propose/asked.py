"""What is asked for: who moves, who moves together, and what has to be kept to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from fsm.notation.echo import echo
from fsm.plan.kinds import FACTS_OF, Numbers
from fsm.plan.people import People
from fsm.plan.propose.costs import Costs
from fsm.plan.propose.packing import any_packing, even, fitted, packed
from fsm.plan.propose.units import Board, merged
from fsm.plan.waves import Wave, Waves, decided
from fsm.spec.editions import Edition
from fsm.spec.parties import Mode, Participant, bare

SLACK = 1.2
"""How much larger than on average a wave may be where nobody says how large."""
DEPARTMENT = "Department"
"""The column that the baseline goes by where none is named."""


def number(name: str, value: object, accepted: str, least: int, most: int | None = None) -> None:
    """See that something is a whole number.

    Raises:
        ValueError: it is not, or it is out of range.
    """
    if type(value) is not int or value < least or (most is not None and value > most):
        raise ValueError(f"{name}: {echo(value)} is not accepted; {accepted}")


class Asked:
    """What is asked for, checked.

    Attributes:
        becomes: what everybody is after their wave, in the order of users; None who stays.
        staying: why those stay.
        movers: the numbers of those who move.
        groups: int64 of shape (movers,): which of them move together; -1 of those whose wave is fixed.
        pins: int64 of shape (movers,): the wave of those whose wave is fixed, from 0; -1 of others.
        cap: how many people a wave may have.
        limit: how many people a community may have.
    """

    def __init__(
        self, people: People, users: Mapping[str, Participant], to: Mode, edition: Edition,
        count: int, whole: str | None, cap: int | None, fixed: Mapping[str, int],
    ) -> None:  # fmt: skip
        self.people, self._users, self.count, self._whole = people, users, count, whole
        if whole is not None and whole not in people.columns:
            known = f"use one of {', '.join(map(echo, people.columns))}" if people.columns else "give it in columns"
            raise ValueError(f"whole: {echo(whole)} is not accepted; {known}")
        self.staying: dict[str, str] = {}
        self.becomes = self._moves(to, edition)
        self.movers: Numbers = np.array([n for n, who in enumerate(self.becomes) if who], dtype=np.int64)
        self._place: Numbers = np.full(len(self.becomes), -1, dtype=np.int64)
        self._place[self.movers] = np.arange(len(self.movers))
        self._values: Numbers | None = None
        if whole is not None:
            self._values = people.columns[whole].codes[self.movers].astype(np.int64)
        self.pins = self._pinned(fixed)
        self.groups = np.where(self.pins >= 0, -1, self._values if self._values is not None else -1)
        free = np.flatnonzero(self.groups >= 0)
        self.groups[free] = np.unique(self.groups[free], return_inverse=True)[1]
        self.cap = self._capped(cap)
        self.limit = max(1, min(self.cap, len(self.movers) // count // 2))

    def _moves(self, to: Mode, edition: Edition) -> list[Participant | None]:
        """What everybody becomes."""
        known: dict[Any, Participant | str] = {}
        found: list[Participant | None] = []
        for address, who in self._users.items():
            key = FACTS_OF(who)
            after = known.get(key)
            if after is None:
                after = known[key] = decided(who, {"mode": to}, edition)
            if isinstance(after, str):
                self.staying[address] = after
                found.append(None)
            else:
                found.append(after)
        return found

    def _pinned(self, fixed: Mapping[str, int]) -> Numbers:
        """The waves of those whose wave is fixed."""
        pins: Numbers = np.full(len(self.movers), -1, dtype=np.int64)
        because: dict[tuple[int, int], str] = {}
        for name, wave in fixed.items():
            who = self._named(name)
            number(f"fixed: the wave of {echo(name)}", wave, f"use 1 to {self.count}", 1, self.count)
            for here in {int(each) for each in pins[who]} - {-1, wave - 1}:
                other = next(because[n, here] for n in who.tolist() if (n, here) in because)
                told = f"{echo(name)} in wave {wave} does not fit {echo(other)} in wave {here + 1}"
                raise ValueError(f"fixed: {told}; give people who move together one wave")
            pins[who] = wave - 1
            because |= {(n, wave - 1): name for n in who.tolist()}
        return pins

    def _named(self, name: str) -> Numbers:
        """Whom a name is about, by their place among the movers.

        Raises:
            ValueError: it is about nobody, or about people who stay.
        """
        column = self.people.columns[self._whole] if self._whole is not None else None
        if column is not None and name in column.values:
            assert self._values is not None
            who: Numbers = np.flatnonzero(self._values == column.values.index(name))
            if not len(who):
                raise ValueError(f"fixed: {echo(name)} is not accepted, as nobody of it moves; leave it out")
            return who
        number = self.people.index.get(bare(name)) if isinstance(name, str) else None
        if number is None and name in self._users:
            number = self.people.index.get(bare(self._users[name].address))
        if number is None or number >= len(self.becomes):
            value = "" if column is None else f" or a value of {echo(self._whole)}, such as {echo(min(column.values))}"
            raise ValueError(f"fixed: {echo(name)} is not accepted; use the address of one of users{value}")
        place = int(self._place[number])
        if place < 0:
            why = self.staying[self.people.addresses[number]]
            raise ValueError(f"fixed: {echo(name)} is not accepted, as they stay ({why}); leave it out")
        return np.array([place]) if self._values is None else np.flatnonzero(self._values == self._values[place])

    def _capped(self, cap: int | None) -> int:
        """How many people a wave may have.

        Raises:
            ValueError: they do not fit.
        """
        loads = np.bincount(self.pins[self.pins >= 0], minlength=self.count).tolist()
        one = self.groups >= 0
        sizes = np.bincount(self.groups[one]).tolist() if self._whole is not None else [1] * int((self.pins < 0).sum())
        if cap is None:
            usual = int(np.ceil(len(self.movers) / self.count * SLACK))
            least = max(even(sizes, loads)[1]) if self._whole is not None else max(loads)
            return max(1, usual, least)
        people, most = len(self.movers), max(loads)
        if cap * self.count < people:
            least = -(-people // self.count)
            told = f"{people} people in {self.count} waves; give at least {least}, or more waves"
            raise ValueError(f"cap: {cap} is not accepted for {told}")
        if sizes and self._whole is not None and max(sizes) > cap:
            code = int(self._values[np.flatnonzero(self.groups == int(np.argmax(sizes)))[0]])  # type: ignore[index]
            value = self.people.columns[self._whole].values[code]
            told = f"{max(sizes)} people of {echo(value)} ({self._whole}) move together"
            raise ValueError(f"cap: {cap} is not accepted, as {told}; give at least {max(sizes)}, or leave out whole")
        if most > cap:
            told = f"{most} people in wave {loads.index(most) + 1} do not fit cap {cap}"
            raise ValueError(f"fixed: {told}; fix fewer to it, or give at least {most}")
        if self._whole is not None and fitted(sizes, loads, cap) is None:
            enough = max(even(sizes, loads)[1])
            told = (
                f"no way was found to put {len(sizes)} values of {echo(self._whole)} as a whole into {self.count} waves"
            )
            raise ValueError(f"cap: {cap} is not accepted, as {told}; {enough} is enough, or give more waves")
        return cap

    def single(self, costs: Costs) -> Board:
        """Everybody who moves, each alone, and anchors of those whose wave is fixed."""
        free = self.pins < 0
        labels = np.where(free, np.cumsum(free) - 1, int(free.sum()) + self.pins)
        everybody: Numbers = np.full(len(self.people.addresses), int(free.sum()) + self.count, dtype=np.int64)
        everybody[self.movers] = labels
        self._labels = labels
        self.groups = np.concatenate(
            (self.groups[free], int(self.groups.max(initial=-1)) + 1 + np.arange(self.count + 1))
        )
        size = np.concatenate((np.ones(int(free.sum()), int), np.bincount(self.pins[~free], minlength=self.count), [0]))
        pinned = np.concatenate((np.full(int(free.sum()), -1), np.arange(self.count + 1)))
        slope = np.bincount(everybody, costs.slope, len(size))
        edges = merged(everybody[costs.first], everybody[costs.second], costs.weight, len(size))
        costs.release()
        return Board(size, slope, pinned, edges, self.count, self.cap)

    @property
    def _even(self) -> int:
        """How many people a wave has where all are alike."""
        return min(self.cap, -(-len(self.movers) // self.count))

    def usual(self, single: Board) -> Numbers:
        """The waves of units where people go by department, waves of like size where they fit."""
        name = self._whole or (DEPARTMENT if DEPARTMENT in self.people.columns else None)
        if name is None:
            key: list[Any] = [self.people.addresses[n] for n in self.movers.tolist()]
        else:
            column = self.people.columns[name]
            key = [(column.values[column.codes[n]], self.people.addresses[n]) for n in self.movers.tolist()]
        free = np.flatnonzero(self.pins < 0)
        order = np.array(sorted(free.tolist(), key=key.__getitem__), dtype=np.int64)
        if self._whole is None:
            found = packed(single, self._labels[order], self._even)
            assert found is not None, "people fit one by one"
            return single.filled(found)
        board = single.joined(self.groups)
        of = self.groups[self._labels[order]]
        by_value = of[np.sort(np.unique(of, return_index=True)[1])]
        return board.filled(any_packing(board, by_value, self._even))[self.groups]

    def placed(self, found: Numbers) -> Numbers:
        """The wave of everybody, from 0; ``count`` of those who stay."""
        place: Numbers = np.full(len(self.people.addresses), self.count, dtype=np.int64)
        place[self.movers] = found[self._labels]
        return place

    def waves(self, found: Numbers) -> Waves:
        """Waves as they are read of a file."""
        becomes: list[dict[str, Participant]] = [{} for _ in range(self.count)]
        for n, wave in zip(self.movers.tolist(), found[self._labels].tolist(), strict=True):
            after, address = self.becomes[n], self.people.addresses[n]
            assert after is not None
            becomes[wave][address] = after.called(address)
        return Waves(tuple(Wave(str(n), 1.0, each) for n, each in enumerate(becomes, 1)))
