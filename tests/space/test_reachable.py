"""What happens alike in many places is what the engine says of each of them by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm import CONVERSATION
from fsm.engine.program import Config
from fsm.notation import Composition
from fsm.space.cases import Case, Sends, Together
from fsm.space.places import numbers
from fsm.space.reachable import Edge
from fsm.space.spreads import Crowds, alike
from fsm.verify import Space
from tests.verify.machines import ENDLESS, IDLE, LOSING, REFUSING, WAITING, explored

PLAY = settings(max_examples=8, deadline=None)


def shown(case: Case, mask: int, sends: Sends | None) -> tuple[object, ...]:
    """All that a case shows."""
    return mask, sends, *case[1:9]


def alone(space: Space, config: Config) -> Iterator[tuple[object, ...]]:
    """What happens and is refused at a place, by an engine that has been asked of no other."""
    mask = space.places[config]
    fresh = Together(space.composition, space.profiles)
    for event in space.composition.events:
        for case in fresh.cases(config, event):
            if case.mask & mask:
                yield shown(case, case.mask & mask, None)
    for sends, targets in space.changes(mask).items():
        for case in fresh.changed(config, sends):
            if case.mask & targets:
                yield shown(case, case.mask & targets, sends)


def together(space: Space, config: Config) -> Iterator[tuple[object, ...]]:
    """The same as the space has it."""
    n = space.numbered.number(config)
    for spread in (*space.happens, *space.refuses):
        if spread.places >> n & 1:
            yield shown(spread.case, space.at(spread, n), spread.sends)


@given(st.data())
@PLAY
def test_what_happens_at_a_place_is_what_the_engine_says_of_it_alone(space: Space, data: st.DataObject) -> None:
    config = data.draw(st.sampled_from(list(space.places)))
    assert Counter(map(repr, together(space, config))) == Counter(map(repr, alone(space, config)))


@pytest.mark.parametrize("composition", [IDLE, LOSING, REFUSING, ENDLESS, WAITING])
def test_what_happens_in_small_tables_is_what_the_engine_says(composition: Composition) -> None:
    space = explored(composition)
    for config in space.places:
        assert Counter(map(repr, together(space, config))) == Counter(map(repr, alone(space, config)))


@pytest.mark.parametrize(
    "composition", [pytest.param(None, marks=pytest.mark.slow), IDLE, LOSING, REFUSING, ENDLESS, WAITING]
)
def test_what_is_asked_and_ignored_is_what_somebody_asks_somewhere(
    space: Space, composition: Composition | None
) -> None:
    space = explored(composition) if composition else space
    asked = set[object]()
    for config, mask in space.places.items():
        events = ((case, mask) for event in space.composition.events for case in space.program.cases(config, event))
        changes = (
            (case, targets)
            for sends, targets in space.changes(mask).items()
            for case in space.program.changed(config, sends)
        )
        for case, whom in (*events, *changes):
            if case.mask & whom:
                asked |= case.asked | case.ignored
    found = set[object]().union(*(each.case.asked | each.case.ignored for each in (*space.happens, *space.refuses)))
    assert found == asked


@given(st.data())
@PLAY
def test_an_answer_is_kept_for_all_places_that_look_alike(space: Space, data: st.DataObject) -> None:
    event = data.draw(st.sampled_from(CONVERSATION.events))
    some = data.draw(st.sampled_from([space.numbered.all, space.numbered.all // 3, 1]))
    config = data.draw(st.sampled_from([space.numbered.configs[n] for n in numbers(some)]))
    n = space.numbered.number(config)
    kept = [
        case
        for question, asked in space.program.questions(event, space.numbered, some)
        for cases, there in space.program.answers(question, space.numbered, asked, {})
        if there >> n & 1
        for case in cases
    ]
    assert kept == list(Together(CONVERSATION, space.profiles).cases(config, event))


@given(st.data())
@PLAY
def test_a_signal_is_answered_from_where_lifecycles_stand_by_now(space: Space, data: st.DataObject) -> None:
    places = st.sampled_from(list(space.places))
    config, other = data.draw(places), data.draw(places)
    moves = dict(data.draw(st.sets(st.sampled_from(list(enumerate(other))))))
    signals = {each for sends in space.profiles.example for each in space.program.signals(sends)}
    question = data.draw(st.sampled_from(sorted(signals)))
    one = 1 << space.numbered.number(config)
    [(cases, there)] = space.program.answers(question, space.numbered, one, moves)
    assert there == one
    now = tuple(moves.get(n, at) for n, at in enumerate(config))
    [(same, _)] = space.program.answers(question, type(space.numbered)(len(now), [now]), 1, {})
    assert cases == same


def test_each_lifecycle_that_a_spread_moves_stands_alike_in_its_places(space: Space) -> None:
    for spread in space.happens:
        for n, _ in spread.case.moves:
            assert len(list(space.numbered.apart(spread.places, n))) == 1


def test_what_shows_no_difference_is_one(space: Space) -> None:
    [first, *_] = space.happens
    halves = [first._replace(places=1 << n) for n in numbers(first.places)]
    assert alike(space.numbered, halves) == [first]
    assert alike(space.numbered, [first]) == [first]
    assert alike(space.numbered, []) == []


def test_the_first_way_is_from_a_place_of_the_step_before(space: Space) -> None:
    for config in list(space.places)[::900]:
        reached = 0
        for arrival in space.arrivals(config):
            assert not arrival.mask & reached
            assert arrival.mask & space.layers[arrival.steps][config] == arrival.mask
            if arrival.edge:
                assert arrival.sources == space.layers[arrival.steps - 1][arrival.edge.source]
            reached |= arrival.mask
        assert reached == space.places[config]


def test_steps_and_refusals_are_told_place_by_place(space: Space) -> None:
    order = {config: n for n, config in enumerate(space.places)}
    some = [spread for spread in space.happens if spread.case.event in ("hang_up", "change")][::50]
    steps = list(space.steps(some))
    assert [order[step.source] for step in steps] == sorted(order[step.source] for step in steps)
    assert len(steps) == sum(spread.places.bit_count() for spread in some)
    assert all(isinstance(step, Edge) and step.mask and step.mask & step.case.mask == step.mask for step in steps)
    assert sum(1 for _ in space.refused) == sum(spread.places.bit_count() for spread in space.refuses)


crowds = st.dictionaries(st.integers(0, 255), st.sets(st.integers(0, 9)))


@given(st.lists(st.integers(0, 255), min_size=1), st.integers(0, 255), st.data())
def test_crowds_say_who_is_where(who: list[int], profiles: int, data: st.DataObject) -> None:
    crowds = Crowds.by_place(who)
    places = sum(1 << n for n in data.draw(st.sets(st.integers(0, len(who) - 1))))
    assert list(crowds.at) == who
    assert set(numbers(crowds.where(profiles))) == {n for n, some in enumerate(who) if some & profiles}
    assert crowds.who(places) == union(who[n] for n in numbers(places))
    assert set(numbers(crowds.places)) == {n for n, some in enumerate(who) if some}
    assert list(crowds.becoming(lambda some: some >> 1).at) == [some >> 1 for some in who]
    halves = crowds.becoming(lambda some: some & profiles)
    assert list(crowds.join(halves, lambda some, half: some & ~half).at) == [some & ~profiles for some in who]


def union(masks: Iterator[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found
