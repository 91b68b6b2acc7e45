"""Two states of an organisation, compared: who can do what with whom in each, counted over every pair of people.

People with the same facts before and after share a **fate**. What changes between two people depends on their fates
alone, so pairs of fates are looked at once and counted by multiplication: 100,000 people are 10^10 ordered pairs and a
few thousand pairs of fates. Nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from fsm.notation import Party
from fsm.plan.kinds import NOBODY, Case, Kind, Kinds, Numbers
from fsm.plan.opened import Turn, turns
from fsm.plan.people import Contacts, Courses, People
from fsm.plan.questions import ACCOUNTS, CALLED, GUARDS, QUESTIONS, Answer, Question, Way
from fsm.spec.parties import Participant

WAYS: tuple[Way, ...] = ("lost", "gained", "different")
WHOSE = {"originator_interoperates": Party.ORIGINATOR, "recipient_interoperates": Party.RECIPIENT}
"""Of whom it is that a route is barred, where a guard that is about both alike says so."""
ISLANDS_RULES = ("INT-3", "INT-4")
"""The rules that keep Islands users from others."""


@dataclass(frozen=True, slots=True, order=True)
class Count:
    """How many something is about.

    Args:
        pairs: ordered pairs of people: who begins, and with whom.
        people: of this organisation, on either side.
        minutes: of contacts between them; None where nobody said who talks to whom.
    """

    pairs: int
    people: int
    minutes: float | None


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """An answer that becomes another, and why.

    Args:
        question: the name of the question.
        way: whether it is lost, gained, or neither better nor worse.
        was: the value before.
        now: the value after.
        rule: the rule behind the worse of the two, or the later where neither is.
        because: what it says of these two; empty where nothing is refused.
        count: how many it is about.
    """

    question: str
    way: Way
    was: str
    now: str
    rule: str
    because: str
    count: Count


@dataclass(frozen=True, slots=True, order=True)
class Fix:
    """What bars people from something after, and what to do about it.

    Args:
        rule: the rule that bars them.
        guard: the condition that does not hold.
        because: what is so instead, to follow a name.
        remedy: what to do; what would have to be so, where no more is known.
        questions: the names of what is barred.
        count: how many it is about; the people are those of whom the condition does not hold, partners' too.
        new: of the pairs, how many were not barred by it before.
    """

    rule: str
    guard: str
    because: str
    remedy: str
    questions: tuple[str, ...]
    count: Count
    new: int


@dataclass(frozen=True, slots=True, order=True)
class Ending:
    """What becomes of a part of conversations that are open.

    Args:
        turn: where it stands and where it comes to.
        count: between how many it may be so.
    """

    turn: Turn
    count: Count


@dataclass(frozen=True, slots=True, order=True)
class Tally:
    """What people of one value of a column see.

    Args:
        value: of the column.
        people: how many have it.
        moved: how many of them are not as before.
        losing: how many lose something with somebody.
        gaining: how many gain something with somebody.
        minutes: of their contacts, in which something is lost; None where nobody said who talks to whom.
    """

    value: str
    people: int
    moved: int
    losing: int
    gaining: int
    minutes: float | None


class Comparison:
    """What changes for whom between two states of the same people.

    Args:
        courses: everybody, by what they are at every time.
        kinds: their kinds, and what pairs of these come to.
        first: the number of the state before.
        last: the number of the state after.
    """

    def __init__(self, courses: Courses, kinds: Kinds, first: int, last: int) -> None:
        self.courses, self.people, self.kinds = courses, courses.people, kinds
        self._states = first, last
        before, after = courses.kinds[first], courses.kinds[last]
        codes, fates = np.unique(before.astype(np.int64) * len(kinds.kinds) + after, return_inverse=True)
        self._fates: Numbers = fates.astype(np.int32)
        self._from, self._to = np.divmod(codes, len(kinds.kinds))
        self._sizes: Numbers = np.bincount(fates, courses.sizes, len(codes)).astype(np.int64)
        self.own: Numbers = np.bincount(fates, courses.own, len(codes)).astype(np.int64)
        """int64 of shape (fates,): how many people of this organisation have each."""
        self.was = kinds.table(self._from, self._from)
        """int32 of shape (fates, fates): in which case two people with these fates are before, by its number."""
        self.now = kinds.table(self._to, self._to)
        """The same after."""
        self.pairs: Numbers = np.outer(self._sizes, self._sizes) - np.diag(self._sizes)
        """int64 of shape (fates, fates): how many ordered pairs of people have them."""
        self.pairs[self.was == NOBODY] = 0

    @cached_property
    def fate(self) -> Numbers:
        """The number of everybody's fate; int32 of shape (everybody,)."""
        found: Numbers = self._fates[self.courses.of]
        return found

    @property
    def moved(self) -> Numbers:
        """Who is not as before; bool of shape (everybody,)."""
        return (self._from != self._to)[self.fate]  # type: ignore[no-any-return]

    @cached_property
    def _minutes(self) -> Numbers | None:
        """Minutes of contacts between two fates; float64 of shape (fates, fates)."""
        between = self.courses.between
        if between is None:
            return None
        size = len(self.own)
        cells = self._fates[between.first].astype(np.int64) * size + self._fates[between.second]
        return np.bincount(cells, between.minutes, size * size).reshape(size, size)

    def _coded(self, question: Question) -> tuple[list[Answer], Numbers]:
        """Every answer to a question, and for each case which of them it has; the last is for nobody."""
        found: dict[Answer, int] = {}
        codes = [found.setdefault(each.answers[question.name], len(found)) for each in self.kinds.cases]
        return list(found), np.array([*codes, 0])

    def _asked(self) -> Iterator[tuple[Question, list[Answer], Numbers, Numbers]]:
        """Each question with its answers, and by fates which of these is given before and after."""
        for question in QUESTIONS:
            found, codes = self._coded(question)
            yield question, found, codes[self.was], codes[self.now]

    @cached_property
    def _ranks(self) -> tuple[Numbers, Numbers]:
        """Whether anything that is ranked is lost between two fates, and whether anything is gained, by who begins."""
        lost, gained = (np.zeros(self.was.shape, dtype=bool) for _ in range(2))
        for question, found, was, now in self._asked():
            if question.ranked:
                rank = np.array([question.values.index(each.value) for each in found], dtype=np.int64)
                lost |= rank[now] < rank[was]
                gained |= rank[now] > rank[was]
        there = self.pairs > 0
        return lost & there, gained & there

    @property
    def lost(self) -> Numbers:
        """Whether two people lose something with each other, whoever begins; bool of shape (fates, fates)."""
        return self._ranks[0] | self._ranks[0].T

    @property
    def gained(self) -> Numbers:
        """Whether they gain something."""
        return self._ranks[1] | self._ranks[1].T

    def count(self, where: Numbers) -> Count:
        """How many some pairs of fates are about.

        Args:
            where: bool of shape (fates, fates).
        """
        where = where & (self.pairs > 0)
        minutes = self._minutes
        return Count(
            int(self.pairs[where].sum()),
            int(self.own[where.any(axis=0) | where.any(axis=1)].sum()),
            None if minutes is None else float(minutes[where].sum()),
        )

    def changes(self) -> tuple[Difference, ...]:
        """Every answer that becomes another, and why: what is lost first, and of each the most frequent."""
        found: dict[tuple[str, Way, str, str, str, str], Numbers] = {}
        for question, answers, was, now in self._asked():
            both = np.where(self.pairs > 0, was * len(answers) + now, -1)
            for code in np.unique(both).tolist():
                if code < 0:
                    continue
                old, new = answers[code // len(answers)], answers[code % len(answers)]
                if old.value == new.value or "-" in (old.value, new.value):
                    continue
                way = question.way(old.value, new.value)
                why = old if way == "gained" else new
                key = (question.name, way, old.value, new.value, why.rule, why.because)
                where = both == code
                found[key] = found[key] | where if key in found else where
        made = [Difference(*key, self.count(where)) for key, where in found.items()]
        return tuple(sorted(made, key=_order))

    def fixes(self) -> tuple[Fix, ...]:
        """What bars people from something after, and what to do about it: first what bars most that was not before."""
        found: dict[tuple[str, str], _Barred] = {}
        for question, answers, was, now in self._asked():
            for n, each in enumerate(answers):
                guard = GUARDS.get(each.guard)
                if guard is None or not (guard.remedy.says or guard.name == ACCOUNTS["ESC-6"]):
                    continue
                where = (now == n) & (self.pairs > 0)
                if where.any():
                    bars = found.setdefault((each.rule, guard.name), _Barred(self.pairs.shape))
                    alike = [
                        m for m, other in enumerate(answers) if (other.rule, other.guard) == (each.rule, guard.name)
                    ]
                    bars.add(
                        question.name,
                        WHOSE.get(guard.name, each.about if guard.about else ""),
                        where,
                        where & ~np.isin(was, alike),
                    )
        made = []
        for (rule, name), bars in found.items():
            guard = GUARDS[name]
            count = replace(self.count(bars.where), people=int(self._sizes[bars.whose].sum()))
            remedy = guard.remedy.says or f"see that each {guard.says}"
            made.append(
                Fix(rule, name, guard.otherwise, remedy, tuple(bars.questions), count, self.count(bars.new).pairs)
            )
        return tuple(sorted(made, key=lambda fix: (-fix.new, -fix.count.pairs, fix)))

    def endings(self) -> tuple[Ending, ...]:
        """What becomes of conversations that are open, by the tables, at every place where they can stand."""
        cases = len(self.kinds.cases)
        both = np.where(self.pairs > 0, self.was.astype(np.int64) * cases + self.now, -1)
        found: dict[Turn, Numbers] = {}
        for code in np.unique(both[self.was != self.now]).tolist():
            if code >= 0:
                old, new = self.kinds.cases[code // cases], self.kinds.cases[code % cases]
                where = both == code
                for turn in turns(old.pairing, new.pairing):
                    found[turn] = found[turn] | where if turn in found else where
        made = (Ending(turn, self.count(where)) for turn, where in found.items())
        return tuple(sorted(made, key=lambda each: (-each.count.pairs, each)))

    def reach(self) -> Numbers:
        """How many people reach each fate by a chat after; int64 of shape (fates,)."""
        question = CALLED["chat"]
        answers, codes = self._coded(question)
        reaching = np.array([each.value != question.values[0] for each in answers], dtype=bool)[codes[self.now]]
        one = self.pairs // np.maximum(self._sizes, 1)[None, :]  # how many begin, for each one who receives
        return (one * (reaching & (self.pairs > 0))).sum(axis=0)  # type: ignore[no-any-return]

    def unreachable(self) -> tuple[int, ...]:
        """The numbers of people of this organisation whom nobody reaches by a chat after."""
        nobody = (self.reach() == 0)[self.fate[: self.people.home]]
        return tuple(np.flatnonzero(nobody).tolist())

    def islands(self) -> Count:
        """Between how many no conversation is possible after, because one is in Islands mode (INT-3, INT-4)."""
        answers, codes = self._coded(CALLED["route"])
        barred = np.array([each.rule in ISLANDS_RULES for each in answers], dtype=bool)
        return self.count(barred[codes[self.now]])

    @cached_property
    def minutes_lost(self) -> Numbers | None:
        """Minutes of everybody's contacts in which something is lost; float64 of shape (everybody,)."""
        if self.courses.contacts is None:
            return None
        first, second, minutes = self.courses.contacts
        some = self.courses.touched(*self._states)
        first, second = first[some], second[some]
        lost = np.where(self.lost[self.fate[first], self.fate[second]], minutes[some], 0)
        size = len(self.fate)
        return np.bincount(first, lost, size) + np.bincount(second, lost, size)

    def others(self) -> tuple[Numbers, Numbers]:
        """With how many others somebody of each fate loses something, and gains something; each of shape (fates,)."""
        one = self.pairs // np.maximum(self._sizes, 1)[:, None]
        return (one * self.lost).sum(axis=1), (one * self.gained).sum(axis=1)

    def tally(self, column: str) -> tuple[Tally, ...]:
        """What people see, by a column such as their department; those who lose most come first."""
        values, codes = self.people.columns[column]
        home, size = self.people.home, len(values)
        losing, gaining = ((each > 0)[self.fate[:home]] for each in self.others())
        minutes = self.minutes_lost
        counted: list[tuple[int, int, int, int]] = np.column_stack(
            [np.bincount(codes, some, size).astype(np.int64) for some in (None, self.moved[:home], losing, gaining)]
        ).tolist()
        lost = None if minutes is None else np.bincount(codes, minutes[:home], size)
        made = (
            Tally(value, *several, None if lost is None else float(lost[n]))
            for n, (value, several) in enumerate(zip(values, counted, strict=True))
        )
        return tuple(sorted(made, key=lambda each: (-(each.minutes or 0), -each.losing, each.value)))

    def cases_of(self, fate: int, other: int) -> tuple[Case, Case]:
        """What people of two fates come to before and after; they are not of two partners."""
        return self.kinds.cases[self.was[fate, other]], self.kinds.cases[self.now[fate, other]]

    def kinds_of(self, fate: int) -> tuple[Kind, Kind]:
        """What people of a fate are before and after."""
        return self.kinds.kinds[self._from[fate]], self.kinds.kinds[self._to[fate]]

    def numbers_of(self, fate: int) -> tuple[int, int]:
        """The numbers of these kinds."""
        return int(self._from[fate]), int(self._to[fate])

    def size(self, fate: int) -> int:
        """How many people have a fate, partners' too."""
        return int(self._sizes[fate])

    def some(self, fates: Sequence[int], most: int) -> tuple[str, ...]:
        """The addresses of the first of this organisation's people who have one of some fates."""
        there = np.flatnonzero(np.isin(self.fate[: self.people.home], fates))[:most]
        return tuple(self.people.addresses[n] for n in there.tolist())

    def fates(self) -> Iterator[tuple[int, Participant, Participant, int]]:
        """Each fate of this organisation's people: its number, what they are before and after, how many they are."""
        for n, (was, now) in enumerate(zip(self._from.tolist(), self._to.tolist(), strict=True)):
            if self.own[n]:
                yield n, self.kinds.kinds[was].who, self.kinds.kinds[now].who, int(self.own[n])


class _Barred:
    """Which fates something bars from what, and of which of them the reason is."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.where, self.new = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        self.whose = np.zeros(shape[0], dtype=bool)
        self.questions: dict[str, None] = {}

    def add(self, question: str, about: str, where: Numbers, new: Numbers) -> None:
        """Take in what an answer bars."""
        self.where |= where
        self.new |= new
        self.whose |= where.any(axis=0) if about == Party.RECIPIENT else where.any(axis=1)
        if not about:
            self.whose |= where.any(axis=0)
        self.questions[question] = None


def _order(change: Difference) -> tuple[Any, ...]:
    return WAYS.index(change.way), -(change.count.minutes or 0), -change.count.pairs, change


def compare(
    before: Mapping[str, Participant],
    after: Mapping[str, Participant],
    *,
    contacts: Contacts | None = None,
    **around: Any,
) -> Comparison:
    """Two states of the same people, compared.

    Args:
        before: everybody by address, such as a Tenant.
        after: the same people, or some of them; who is not in it is as before.
        contacts: who talks to whom, by their numbers in the order of ``before``.
        around: what surrounds them, as a Pairing takes it.

    Raises:
        ValueError: somebody is in ``after`` alone, or what surrounds them is not accepted.
    """
    unknown = next((each for each in after if each not in before), None)
    if unknown is not None:
        raise ValueError(f"after: {unknown!r} is nobody of before; give the same people")
    people, kinds = People(before), Kinds(around)
    was = people.kinds(kinds)
    now = was.copy()
    for n, address in enumerate(before):
        if address in after:
            now[n] = kinds.number(after[address])
    return Comparison(Courses(people, (was, now), contacts), kinds, 0, 1)
