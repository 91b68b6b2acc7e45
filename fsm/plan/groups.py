"""People who were in the same mode and come to the same mode, and what each group comes to with each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from fsm.plan.comparison import Comparison
from fsm.plan.kinds import Case
from fsm.plan.questions import QUESTIONS


class Group(NamedTuple):
    """A group of people.

    Args:
        organisation: empty, or the domain of a partner.
        was: their mode before.
        now: their mode after.
        people: how many they are.
    """

    organisation: str
    was: str
    now: str
    people: int

    def __str__(self) -> str:
        mode = self.now if self.was == self.now else f"{self.was} to {self.now}"
        return f"{mode}{f', {self.organisation}' if self.organisation else ''} ({self.people:,})"


class Between(NamedTuple):
    """What people of one group come to with people of another; where not all do alike, what most of them do.

    Args:
        was: the route before.
        now: the route after.
        lost: what is lost, by the names of questions.
        gained: what is gained.
        pairs: how many ordered pairs of people there are.
        rules: the rules behind what is lost or gained, and behind the route where nothing is.
        alike: whether all do alike.
    """

    was: str
    now: str
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    pairs: int
    rules: tuple[str, ...]
    alike: bool


def groups(step: Comparison) -> tuple[tuple[Group, ...], Mapping[tuple[int, int], Between]]:
    """The groups of a comparison, the organisation's own and those that move first; and what any two come to."""
    of: dict[tuple[str, str, str], list[int]] = {}
    for n in range(len(step.own)):
        was, now = step.kinds_of(n)
        of.setdefault((was.organisation, was.who.mode.value, now.who.mode.value), []).append(n)
    order = sorted(of, key=lambda key: (key[0], key[1] == key[2], key[1:]))
    found = tuple(Group(*key, sum(map(step.size, of[key]))) for key in order)
    between = {}
    for n, one in enumerate(order):
        for m, other in enumerate(order):
            kept: dict[Between, int] = {}
            for f in of[one]:
                for g in of[other]:
                    if pairs := int(step.pairs[f, g]):
                        key = _between(*step.cases_of(f, g))
                        kept[key] = kept.get(key, 0) + pairs
            if kept:
                most = max(kept, key=kept.__getitem__)
                between[n, m] = most._replace(pairs=sum(kept.values()), alike=len(kept) == 1)
    return found, between


def _between(was: Case, now: Case) -> Between:
    lost, gained, rules = list[str](), list[str](), dict[str, None]()
    for each in QUESTIONS:
        old, new = was.answers[each.name], now.answers[each.name]
        if each.ranked and old.value != new.value:
            worse = each.way(old.value, new.value) == "lost"
            (lost if worse else gained).append(each.name)
            rules[(new if worse else old).rule] = None
    route, then = was.answers["route"], now.answers["route"]
    return Between(route.value, then.value, tuple(lost), tuple(gained), 0, tuple(rules) or (then.rule,), True)
