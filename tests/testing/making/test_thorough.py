"""Every guard of a row is asked, also after one that fails."""

from __future__ import annotations

from itertools import product

import pytest

from fsm.engine.profile import Profile
from fsm.notation import OTHER, Composition, Party, guard, on, state
from fsm.space.cases import Asked, These
from fsm.testing.making.thorough import Thorough
from tests.verify.machines import compose, lifecycle

ONE, TWO, THREE = (
    guard(name, lambda view, name=name: name in view, "is", "is not", "RTE-1")  # type: ignore[misc]  # one for each
    for name in ("one", "two", "three")
)
LOCK: Composition = compose(
    lifecycle("lock", state("shut", "", on("turn", when=[ONE, TWO.of(OTHER), THREE], cites="RTE-1"), initial=True))
)
HELD = [dict(zip(("one", "two", "three"), each, strict=True)) for each in product((True, False), repeat=3)]


@pytest.mark.parametrize("held", HELD)
def test_each_guard_is_known_to_hold_or_fail(held: dict[str, bool]) -> None:
    mine, others = {name for name in ("one", "three") if held[name]}, {"two"} if held["two"] else set()
    engine = Thorough(LOCK, These([Profile((ONE, TWO, THREE), (mine, others))]))
    start = tuple(each.initial for each in LOCK.lifecycles.values())
    [case] = [case for case in engine.cases(start, "turn") if case.by is Party.ORIGINATOR]
    assert case.asked == {Asked("lock.shut.turn.1", n, each) for n, each in enumerate(held.values())}
    assert (case.refusal is None) == all(held.values())


def test_profiles_that_differ_in_a_guard_after_one_that_fails_are_told_apart() -> None:
    profiles = [Profile((ONE, TWO, THREE), (mine, ())) for mine in ({"three"}, set())]
    engine = Thorough(LOCK, These(profiles))
    start = tuple(each.initial for each in LOCK.lifecycles.values())
    assert len([case for case in engine.cases(start, "turn") if case.by is Party.ORIGINATOR]) == 2
