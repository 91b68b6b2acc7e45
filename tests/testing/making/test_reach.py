"""Suites begin from who can be where, worked out for all at once; the verifier finds the same in its own way."""

from __future__ import annotations

import pytest

from fsm.notation import Composition
from fsm.space import reachable
from fsm.testing.making import reach
from tests.testing.conftest import profiles
from tests.testing.machines import CALM, LAMP, PHONE


@pytest.mark.parametrize("composition", [LAMP, PHONE, CALM], ids=["lamp", "phone", "calm"])
def test_the_same_people_come_to_the_same_places_by_the_same_steps_as_in_the_verifier(composition: Composition) -> None:
    found = reach.Reach(composition, profiles(composition))
    verified = reachable.Space(composition, profiles(composition))
    assert found.places == verified.places
    steps = {seen(edge) for edge in found.steps() if edge.case.refusal is None}
    assert steps == {seen(edge) for edge in verified.edges}


def seen(edge: reachable.Edge) -> tuple[object, ...]:
    """A step as it is seen: where, what, by whom, and for whom."""
    return edge.source, edge.case.event, edge.case.by, edge.case.rows, edge.to, edge.mask
