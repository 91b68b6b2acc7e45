"""An alignment is the cheapest there is: as cheap as one that is sought without a thought, and it does what it says."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm import Pairing, Party
from fsm.engine.conversation import PROGRAMS
from fsm.engine.program import Answers, Config
from fsm.readers.columns import ACCEPTED, CHANGE
from fsm.replay.align.edits import Kind
from fsm.replay.align.letters import WAYS, Alphabet, Letter
from fsm.replay.align.search import Alignment, Placed, Search
from fsm.replay.pairings import Under
from fsm.space.arrays import Tables
from fsm.space.minimal import WIDTH
from fsm.spec.facts import besides_addresses, facts
from fsm.spec.routing import views
from tests.people import PAIRS
from tests.replay.align.brute import Way, cost, noisy, walk

NAMES = ("teams>teams", "sfb>sfb", "no-calls>sfb", "no-chat>sfb", "clouds no-meet-now>no-meet-now")
CHANGED = ("teams>teams", "sfb>sfb", "no-calls>sfb")
MORE = (*NAMES, "teams>sfb", "sfb>no-meet-now")


def under(pairing: Pairing) -> Under:
    both = views(pairing)
    return Under(besides_addresses(facts(pairing)), PROGRAMS.under(both), both[0])


UNDER = {name: under(PAIRS[name]) for name in MORE}


class Aligning:
    """Aligns events by name, all in one alphabet."""

    def __init__(self, tables: Tables, plain: bool = False, names: Sequence[str] = NAMES) -> None:
        self.alphabet = Alphabet(tables, plain)
        self.alphabet.expect(UNDER[name] for name in names)
        self.search = Search(self.alphabet)

    def __call__(self, name: str, word: Sequence[Way | tuple[str, str]]) -> Alignment:
        letters = [self.letter(*each) for each in word]
        return self.search.align(self.alphabet.start(UNDER[name]), letters)

    def letter(self, event: str, by: str) -> int:
        if event in UNDER:
            way = CHANGE, Party.SERVICE
            return self.alphabet.number(Letter((way,), ACCEPTED, UNDER[event], UNDER[by]))
        return self.alphabet.number(Letter(((event, Party(by)),)))


TABLES = Tables()
ALIGN = {plain: Aligning(TABLES, plain) for plain in (False, True)}


def initial(name: str) -> Answers:
    return UNDER[name].program.initial


def edited(word: Sequence[Way], edits: Sequence[Placed]) -> list[Way]:
    """The events with the edits made."""
    found: list[Way] = []
    for n, way in enumerate(word):
        here: Way | None = way
        for edit in (each.edit for each in edits if each.letter == n):
            if edit.kind is Kind.MISSING:
                found.append((edit.event, edit.by))
            else:
                assert (edit.event, edit.by) == way
                here = (edit.event, edit.instead) if edit.kind is Kind.WRONG_PARTY else None
        found += [here] if here else []
    return found


def held(name: str, word: Sequence[Way], plain: bool, align: Aligning | None = None) -> int:
    """The cost of an alignment, once all is seen to be as it says."""
    aligning = align or ALIGN[plain]
    found = aligning(name, word)
    assert found.cost == cost(initial(name), word, plain)
    assert len(found.edits) == found.cost
    assert len(found.cells) == len(word)
    assert [each.letter for each in found.edits] == sorted(each.letter for each in found.edits)
    place = initial(name)
    for way in edited(word, found.edits):
        to = place[way].to
        assert to is not None
        place = to
    for n, each in enumerate(found.edits):
        before = edited(word[: each.letter], found.edits)
        before += [(other.edit.event, other.edit.by) for other in found.edits[:n] if other.letter == each.letter]
        assert aligning.alphabet.place(each.cell) == reached(name, before)
        assert WAYS[each.cell % WIDTH] == (each.edit.event, each.edit.by)
    return found.cost


def reached(name: str, ways: Sequence[Way]) -> Config:
    """Where events lead."""
    place = initial(name)
    for way in ways:
        to = place[way].to
        assert to is not None
        place = to
    return place.config


def some(number: int, seed: int, align: dict[bool, Aligning] = ALIGN, names: Sequence[str] = NAMES) -> list[int]:
    """The costs of so many noisy traces, of all kinds of pairings."""
    chance, found = random.Random(seed), []
    for n in range(number):
        name, plain = names[n % len(names)], chance.random() < 0.5
        word = walk(initial(name), chance.randrange(1, 25), chance)
        found.append(held(name, noisy(word, chance.randrange(6), chance), plain, align[plain]))
    return found


def test_two_hundred_noisy_traces_cost_what_an_independent_search_finds() -> None:
    costs = some(200, 1)
    assert set(range(5)) <= set(costs)


@pytest.mark.exhaustive
def test_ten_thousand_noisy_traces_cost_what_an_independent_search_finds() -> None:
    tables = Tables()
    assert max(some(10_000, 2, {plain: Aligning(tables, plain, MORE) for plain in (False, True)}, MORE)) > 5


@given(st.randoms(use_true_random=False))
def test_events_in_any_order_cost_what_an_independent_search_finds(chance: random.Random) -> None:
    word = walk(initial("sfb>sfb"), 6, chance) + walk(initial("sfb>sfb"), 6, chance)
    chance.shuffle(word)
    held("sfb>sfb", word, False)


@settings(max_examples=8)
@given(st.randoms(use_true_random=False))
def test_changes_of_the_pairing_are_neither_extra_nor_missing(chance: random.Random) -> None:
    first, second = (walk(initial(name), 5, chance) for name in CHANGED[:2])
    before, after = chance.sample(CHANGED, 2)
    word = [*noisy(first, 1, chance), (before, after), *noisy(second, 2, chance)]
    known = [((UNDER[a].program, UNDER[a].view), (UNDER[b].program, UNDER[b].view)) for a, b in [(before, after)]]
    found = ALIGN[False](before, word)
    assert found.cost == cost(initial(before), [known[0] if each == (before, after) else each for each in word])
    assert CHANGE not in {each.edit.event for each in found.edits}


@given(st.randoms(use_true_random=False), st.sampled_from(NAMES))
def test_what_follows_has_no_edits(chance: random.Random, name: str) -> None:
    word = walk(initial(name), 20, chance)
    found = ALIGN[False](name, word)
    assert (found.cost, found.edits, len(found.cells)) == (0, (), len(word))


@given(st.randoms(use_true_random=False), st.sampled_from(NAMES))
def test_one_event_more_costs_at_most_one_edit_more_and_never_fewer(chance: random.Random, name: str) -> None:
    word = noisy(walk(initial(name), 10, chance), 3, chance)
    costs = [ALIGN[False](name, word[:n]).cost for n in range(len(word) + 1)]
    assert all(now <= then <= now + 1 for now, then in pairwise(costs))


@given(st.randoms(use_true_random=False), st.sampled_from(NAMES))
def test_without_wrong_parties_it_costs_no_less_and_no_more_than_twice(chance: random.Random, name: str) -> None:
    word = noisy(walk(initial(name), 10, chance), 3, chance)
    one, two = ALIGN[False](name, word), ALIGN[True](name, word)
    assert one.cost <= two.cost <= 2 * one.cost
    assert Kind.WRONG_PARTY not in {each.edit.kind for each in two.edits}
