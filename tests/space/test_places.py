"""Places by number, and sets of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fsm.notation import At, Party
from fsm.space.places import Places, low, numbers
from fsm.verify import Space

HERE, THERE = At("a"), At("b", Party.ORIGINATOR)


@given(st.sets(st.integers(0, 200), min_size=1))
def test_a_set_of_numbers_is_an_integer(chosen: set[int]) -> None:
    some = sum(1 << n for n in chosen)
    assert list(numbers(some)) == sorted(chosen)
    assert low(some) == min(chosen)
    assert list(numbers(0)) == []


def test_a_place_has_one_number() -> None:
    places = Places(2, [(HERE, HERE), (HERE, THERE)])
    assert [places.number(config) for config in ((HERE, THERE), (HERE, HERE), (THERE, THERE))] == [1, 0, 2]
    assert places.configs == [(HERE, HERE), (HERE, THERE), (THERE, THERE)]
    assert (len(places), places.all) == (3, 0b111)
    assert places.standing == ({HERE: 0b011, THERE: 0b100}, {HERE: 0b001, THERE: 0b110})
    assert places.in_state == ({"a": 0b011, "b": 0b100}, {"a": 0b001, "b": 0b110})


@given(st.data())
def test_places_are_told_apart_by_where_a_lifecycle_stands(space: Space, data: st.DataObject) -> None:
    places = space.numbered
    chosen = data.draw(st.sets(st.integers(0, len(places) - 1)))
    some = sum(1 << n for n in chosen)
    for lifecycle in range(len(space.names)):
        apart = dict(places.apart(some, lifecycle))
        assert sum(apart.values()) == some
        assert all({places.configs[n][lifecycle] for n in numbers(there)} == {at} for at, there in apart.items())
