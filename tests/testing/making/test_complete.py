"""Complete suites, held against every machine there is within their bound."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import given

from fsm.testing.making.complete import complete, harmonised, longest
from fsm.testing.making.mealy import Mealy
from tests.testing.machines import alike, every, mealy, passes
from tests.testing.making.test_mealy import mealys

THREE = (
    mealy("a1 a0", "a2 a0", "b2 a0"),
    mealy("a1 b2", "b2 b0", "b0 a1"),
    mealy("a1 a1", "a2 b0", "a0 a0"),
    mealy("a1 a2", "b1 a0", "b1 b0"),
)
TWO = (mealy("a1 a0", "b1 a0"), mealy("a1 a0", "a0 b1"))


@pytest.mark.parametrize("specification", THREE)
def test_every_faulty_machine_of_as_many_states_is_found(specification: Mealy) -> None:
    tests = complete(specification)
    escaped = [
        other
        for other in every(specification, 3, "ab")
        if passes(other, specification, tests) != alike(other, specification)
    ]
    assert escaped == []


@pytest.mark.parametrize("specification", TWO)
def test_with_an_extra_state_faulty_machines_of_one_more_are_found(specification: Mealy) -> None:
    bare, tests = complete(specification), complete(specification, extra=1)
    missed, escaped = 0, []
    for other in every(specification, 3, "ab"):
        fine = alike(other, specification)
        missed += passes(other, specification, bare) and not fine
        if passes(other, specification, tests) != fine:
            escaped.append(other)
    assert escaped == []
    assert missed > 0


def test_a_machine_that_is_reset_into_several_states_is_tested_from_each() -> None:
    specification = mealy("a1 b0", "b0 a1", "a0 a2")
    tests = complete(specification, (0, 2))
    assert {entry for entry, _ in tests} == {0, 2}
    for other in every(specification, 3, "ab"):
        assert passes(other, specification, tests) == alike(other, specification, (0, 2))


def _seen(made: Mealy) -> Mealy:
    """The machine for those who see where it stands."""
    pairs = zip(made.output, made.to, strict=True)
    return replace(made, output=tuple(tuple(zip(output, to, strict=True)) for output, to in pairs))


def test_with_places_equivalent_states_are_told_apart_by_those_who_see_them() -> None:
    specification = mealy("a1 b2", "a0 b2", "b0 b2")
    assert len(specification.minimal.states) == 2
    tests = complete(specification, places=True)
    for other in every(specification, 3, "ab"):
        seen = _seen(other)
        assert passes(seen, _seen(specification), tests) == alike(seen, _seen(specification))
    for other in every(specification, 2, "ab"):
        assert passes(other, specification, tests) == alike(other, specification)


def test_with_places_states_are_told_apart_where_that_merges_others() -> None:
    specification = mealy("a2", "a1", "a1")
    tests, seen = complete(specification, places=True), _seen(specification)
    for other in every(specification, 3, list(product("a", range(3)))):
        assert passes(other, seen, tests) == alike(other, seen)


def test_a_machine_of_one_state_is_tested_by_every_input() -> None:
    assert complete(mealy("a0 b0")) == [(0, (0,)), (0, (1,))]


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        (-1, "extra: -1 is not accepted; use 0 or more"),
        (0, "1 states cannot be reached; give entries"),
        (True, "extra: True is not accepted; use 0 or more"),
        (1.0, "extra: 1.0 is not accepted; use 0 or more"),
        (9, "extra: 9 is not accepted; use 8 or less"),
        (10**12, "extra: 1000000000000 is not accepted; use 8 or less"),
    ],
)
def test_what_cannot_be_tested_says_why(extra: int, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        complete(mealy("a1 b0", "b0 a1", "a0 a2"), extra=extra)


@pytest.mark.parametrize(
    ("tests", "kept"),
    [
        ([], []),
        ([(0, (1,)), (0, (1, 0)), (0, ())], [(0, (1, 0))]),
        ([(0, (1,)), (1, (1, 0))], [(0, (1,)), (1, (1, 0))]),
        ([(0, (1, 1)), (0, (1, 0)), (0, (1, 1))], [(0, (1, 0)), (0, (1, 1))]),
    ],
)
def test_a_test_that_begins_another_is_left_out(
    tests: list[tuple[int, tuple[int, ...]]], kept: list[tuple[int, tuple[int, ...]]]
) -> None:
    assert longest(tests) == kept


@given(mealys())
def test_any_two_states_have_words_that_begin_alike_and_tell_them_apart(made: Mealy) -> None:
    identifiers = harmonised(made)
    for one, other in combinations(range(len(made.states)), 2):
        shared = (_common(*words) for words in product(identifiers[one], identifiers[other]))
        told = any(made.run(one, word)[1] != made.run(other, word)[1] for word in shared)
        assert told == (made.classes[one] != made.classes[other])


@given(mealys())
def test_with_places_states_of_other_names_are_told_apart_where_a_word_does(made: Mealy) -> None:
    identifiers, seen = harmonised(made, places=True), _seen(made)
    for one, other in combinations(range(len(made.states)), 2):
        shared = (_common(*words) for words in product(identifiers[one], identifiers[other]))
        told = any(seen.run(one, word)[1] != seen.run(other, word)[1] for word in shared)
        assert told == (seen.classes[one] != seen.classes[other])


def _common(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return one[
        : next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(map(len, (one, other))))
    ]


def test_more_words_than_can_be_tried_are_refused_before_any_is_made() -> None:
    wide = mealy(" ".join(["a0"] * 200))
    with pytest.raises(
        ValueError, match="extra: 2 asks for 8,040,201 words, for 1 states and 200 inputs; 5,000,000 are"
    ):
        complete(wide, extra=2)
