"""Mealy machines: running, reaching, telling states apart, and making one of a program."""

from __future__ import annotations

from itertools import combinations, product
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.engine.program import Config
from fsm.notation import At, Party
from fsm.testing.making.mealy import Mealy, changing, machine
from fsm.testing.making.play import Player
from fsm.testing.making.single import inputs
from tests.people import PAIRS
from tests.testing.machines import PHONE, alike, mealy
from tests.verify.machines import LOSING

COUNTER = mealy("a1 a0", "a2 a0", "b2 a0")
"""Answers b from the third first input in a row on."""
TWINS = mealy("a1 b2", "a2 b1", "a1 b2", "c0 c0")
"""States 0, 1 and 2 are equivalent, and 3 is not reached."""


@st.composite
def mealys(draw: st.DrawFn) -> Mealy:
    """Any machine of up to five states, up to three inputs and two outputs."""
    states, width = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    cell = st.tuples(st.sampled_from("ab"), st.integers(0, states - 1)).map(lambda each: f"{each[0]}{each[1]}")
    row = st.lists(cell, min_size=width, max_size=width).map(" ".join)
    return mealy(*draw(st.lists(row, min_size=states, max_size=states)))


@pytest.mark.parametrize(
    ("word", "ends", "seen"),
    [((), 0, ""), ((0, 0), 2, "aa"), ((0, 0, 0), 2, "aab"), ((0, 0, 1, 0), 1, "aaaa")],
)
def test_a_word_leads_somewhere_and_shows_something(word: tuple[int, ...], ends: int, seen: str) -> None:
    assert COUNTER.run(0, word) == (ends, list(seen))


@pytest.mark.parametrize(
    ("made", "starts", "reached"),
    [
        (COUNTER, [0], {0: (0, ()), 1: (0, (0,)), 2: (0, (0, 0))}),
        (COUNTER, [2, 0], {2: (2, ()), 0: (0, ()), 1: (0, (0,))}),
        (TWINS, [0], {0: (0, ()), 1: (0, (0,)), 2: (0, (1,))}),
        (TWINS, [3], {3: (3, ()), 0: (3, (0,)), 1: (3, (0, 0)), 2: (3, (0, 1))}),
    ],
)
def test_states_are_reached_by_shortest_words(
    made: Mealy, starts: list[int], reached: dict[int, tuple[int, tuple[int, ...]]]
) -> None:
    assert made.reached(starts) == reached


def test_each_round_of_refinement_tells_more_apart() -> None:
    assert COUNTER.rounds == ((0, 0, 1), (0, 1, 2))
    assert TWINS.classes == (0, 0, 0, 1)


def test_equivalent_states_are_one_in_the_minimal_machine() -> None:
    assert TWINS.minimal == mealy("a0 b0", "c0 c0")
    assert COUNTER.minimal == COUNTER


@pytest.mark.parametrize(("one", "other", "word"), [(0, 1, (0, 0)), (0, 2, (0,)), (1, 2, (0,))])
def test_a_shortest_word_separates_two_states(one: int, other: int, word: tuple[int, ...]) -> None:
    assert COUNTER.separating(one, other) == word


def test_nothing_separates_equivalent_states() -> None:
    with pytest.raises(ValueError, match="states 0 and 2 are equivalent: no word tells them apart"):
        TWINS.separating(0, 2)


@given(mealys())
def test_states_are_equivalent_when_no_word_tells_them_apart(made: Mealy) -> None:
    words = [word for length in range(len(made.states)) for word in product(range(len(made.inputs)), repeat=length + 1)]
    for one, other in combinations(range(len(made.states)), 2):
        telling = [word for word in words if made.run(one, word)[1] != made.run(other, word)[1]]
        assert (made.classes[one] != made.classes[other]) == bool(telling)
        if telling:
            found = made.separating(one, other)
            assert made.run(one, found)[1] != made.run(other, found)[1]
            assert len(found) == min(map(len, telling))


@given(mealys())
def test_the_minimal_machine_answers_alike_and_has_no_equivalent_states(made: Mealy) -> None:
    smaller = made.minimal
    assert alike(made, smaller)
    assert len(set(smaller.classes)) == len(smaller.states)


ANN, BOB, NOBODY = Party.ORIGINATOR, Party.RECIPIENT, Party.SERVICE


def test_a_program_is_a_machine_whose_refusals_lead_nowhere() -> None:
    program = Player(PHONE, "call").under(PAIRS["sfb>sfb"])
    made = machine(program, inputs(PHONE, "call"))
    by_input = dict(zip(made.inputs, zip(made.output[1], made.to[1], strict=True), strict=True))
    standing = cast("tuple[Config, ...]", made.states)
    assert [str(config[0]) for config in standing] == ["none", "ringing:originator", "ringing:recipient"]
    assert by_input["answer", BOB] == (("refused", "LIM-1"), 1)
    assert by_input["answer", ANN] == (("refused", "RTE-1"), 1)
    assert by_input["dial", ANN] == (("refused", None), 1)
    assert by_input["hang_up", ANN] == (((), ((), ())), 0)


def test_with_places_outputs_tell_where_it_stands() -> None:
    program = Player(PHONE, "chat").under(PAIRS["sfb>sfb"])
    fired = (("hush", ANN),)
    hidden, told = (machine(program, fired, places=each) for each in (False, True))
    assert hidden.output[0] == hidden.output[1] == (((), ((), ())),)
    quiet = program.composition.lifecycles["chat"].places[1]
    assert told.output[0] == (((), ((), ()), (("chat", quiet),)),)
    assert (len(hidden.minimal.states), len(told.states)) == (1, 2)


def test_a_lost_signal_is_an_output_that_leads_nowhere() -> None:
    program = Player(LOSING).under(PAIRS["sfb>sfb"])
    made = machine(program, [("go", ANN)])
    assert made.output == ((((), ((), ())),), ("lost",))
    assert made.to == ((1,), (1,))


def test_places_that_are_not_reached_are_there_when_they_are_asked_for() -> None:
    composition = Player(PHONE, "call").composition
    program = Player(PHONE, "call").under(PAIRS["sfb>sfb"])
    places = [(at,) for at in composition.lifecycles["call"].places]
    assert machine(program, inputs(PHONE, "call"), places).states == tuple(places)


def test_changes_of_the_pairing_are_inputs_where_there_is_something_to_change_to() -> None:
    one, other = PAIRS["teams>sfb"], PAIRS["sfb>sfb"]
    fired = (("say", ANN),)
    alone, both = (changing(Player(PHONE), people, fired) for people in ([one], [one, other]))
    assert alone.inputs == fired
    assert both.inputs == (("say", ANN), one, other)
    away = both.to[0][2]
    assert both.states[away] == (1, (At("none"), At("away")))
    assert (both.output[0][1], both.to[0][1]) == (None, 0)  # a change to what is already so
    assert both.run(away, [0, 1, 0])[1] == [((), ((), ())), ((), ((), ())), ((), ((), ()))]
    assert len(both.minimal.states) > len(alone.minimal.states)
