"""A message to everybody who sees the same change: what is different from a wave on, with whom, and by which rule.

Why something is lost is what its rule says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fsm.plan.comparison import Comparison
from fsm.plan.kinds import HOME, Case
from fsm.plan.questions import QUESTIONS, RANKED, Way
from fsm.spec.facts import facts
from fsm.spec.parties import Participant
from fsm.spec.rules import RULES

WORDS: dict[str, dict[str, str]] = {
    "chat": {"none": "no chat", "plain text": "chat in plain text only", "full": "chat with formatted text"},
    "files": {"no": "no files", "yes": "files"},
    "voice": {"no": "no calls", "yes": "calls"},
    "video": {"no": "no video calls", "yes": "video calls"},
    "sharing": {
        "no": "no sharing of the desktop",
        "by a meeting": "sharing the desktop by a meeting",
        "yes": "sharing the desktop at once",
    },
    "group": {
        "no": "no third person",
        "by a meeting": "a third person by a meeting",
        "yes": "a third person at once",
    },
}
"""What a value of an answer is, in words."""


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One thing that is different with some others.

    Args:
        question: the name of the question.
        way: whether it is lost or gained.
        was: what was so.
        now: what is so from then on.
        rule: the rule behind it.
        by_you: whether it is so where you begin.
        by_them: whether it is so where they begin.
    """

    question: str
    way: Way
    was: str
    now: str
    rule: str
    by_you: bool
    by_them: bool


@dataclass(frozen=True, slots=True)
class Others:
    """Those with whom the same is different.

    Args:
        organisation: empty, or the domain of a partner.
        was: their mode before.
        now: their mode after.
        otherwise: whether a client, a policy or an account of theirs changes, and not their mode.
        people: how many they are.
        lines: what is different.
    """

    organisation: str
    was: str
    now: str
    otherwise: bool
    people: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to everybody who sees the same change.

    Args:
        was: their mode before.
        now: their mode after.
        people: how many they are.
        addresses: of the first of them.
        others: with whom what is different.
        text: the message.
    """

    was: str
    now: str
    people: int
    addresses: tuple[str, ...]
    others: tuple[Others, ...]
    text: str


FIRST = 20
"""Addresses that a letter names."""


def letters(step: Comparison, wave: str) -> tuple[Letter, ...]:
    """Messages about a wave, the one to most people first; to nobody for whom nothing is lost or gained.

    Args:
        step: what the wave changes.
        wave: what it is called.
    """
    groups: dict[Any, list[int]] = {}
    told: dict[Any, tuple[Others, ...]] = {}
    for n, before, after, _ in step.fates():
        others = _others(step, n)
        if others or before != after:
            yours = () if before.mode is not after.mode else tuple(_facts(before, after))
            seen = tuple((each.organisation, each.was, each.now, each.otherwise, each.lines) for each in others)
            key = before.mode, after.mode, yours, seen
            groups.setdefault(key, []).append(n)
            told.setdefault(key, others)
    made = [_letter(step, wave, key, fates, told[key]) for key, fates in groups.items()]
    return tuple(sorted(made, key=lambda each: (-each.people, each.was, each.now, each.text)))


def _letter(step: Comparison, wave: str, key: Any, fates: list[int], others: tuple[Others, ...]) -> Letter:
    was, now, yours, _ = key
    some = step.some(fates, FIRST)
    people = int(step.own[fates].sum())
    return Letter(was.value, now.value, people, some, others, _text(wave, was.value, now.value, yours, others))


def _others(step: Comparison, fate: int) -> tuple[Others, ...]:
    """What is different for somebody, by those with whom it is."""
    found: dict[tuple[str, str, str, bool, tuple[Line, ...]], int] = {}
    for m in range(len(step.own)):
        pairs = int(step.pairs[fate, m])
        if not pairs or (step.was[fate, m] == step.now[fate, m] and step.was[m, fate] == step.now[m, fate]):
            continue
        before, after = step.kinds_of(m)
        lines = tuple(sorted(_lines(step, fate, m), key=_order))
        if lines:
            was, now = before.who, after.who
            otherwise = was != now and was.mode is now.mode
            key = (before.organisation, was.mode.value, now.mode.value, otherwise, lines)
            found[key] = found.get(key, 0) + pairs // int(step.size(fate))
    made = (Others(*key[:4], people, key[4]) for key, people in found.items())
    return tuple(
        sorted(made, key=lambda each: (each.organisation != HOME, -each.people, each.was, each.now, each.lines))
    )


def _lines(step: Comparison, fate: int, other: int) -> Iterator[Line]:
    mine, theirs = step.cases_of(fate, other), step.cases_of(other, fate)
    ways = {key: (True, False) for key in _changes(*mine)}
    for key in _changes(*theirs):
        ways[key] = (key in ways, True)
    for key, (by_you, by_them) in ways.items():
        yield Line(*key, by_you, by_them)


def _changes(was: Case, now: Case) -> Iterator[tuple[str, Way, str, str, str]]:
    for each in QUESTIONS:
        old, new = was.answers[each.name], now.answers[each.name]
        if each.ranked and old.value != new.value:
            way = each.way(old.value, new.value)
            yield each.name, way, old.value, new.value, (new if way == "lost" else old).rule


def _order(line: Line) -> tuple[bool, int, bool]:
    return line.way != "lost", RANKED.index(line.question), line.by_you


def _facts(before: Participant, after: Participant) -> Iterator[str]:
    """What changes of somebody, fact by fact."""
    was, now = facts(before), facts(after)
    for name, value in now.items():
        if value != was[name]:
            yield f"your {name.replace('_', ' ')} becomes {str(value).lower() if isinstance(value, bool) else value}"


def _text(wave: str, was: str, now: str, yours: Sequence[str], others: Iterable[Others]) -> str:
    moved = f"you move from {was} to {now}" if was != now else " and ".join(yours)
    parts = [f"With wave {wave}, {moved or f'others change, and you stay in {now}'}."]
    for each in others:
        parts += ["", f"With {_who(each)}:"]
        parts += [f"- {_said(line)}" for line in each.lines]
    return "\n".join(parts)


def _who(each: Others) -> str:
    one = each.people == 1
    people = f"{each.people:,} {'person' if one else 'people'}"
    where = f" of {each.organisation}" if each.organisation else ""
    if each.was != each.now:
        return f"{people}{where} who {'moves' if one else 'move'} from {each.was} to {each.now}"
    return f"{people}{where} in {each.now}{', whose client, policies or accounts change' * each.otherwise}"


def _said(line: Line) -> str:
    words = WORDS[line.question]
    side = "" if line.by_you and line.by_them else "where you begin: " if line.by_you else "where they begin: "
    why = f". {RULES[line.rule].says} ({line.rule})" if line.way == "lost" else "."
    return f"{side}{words[line.now]}, until now {words[line.was]}{why}"
