"""Suites begin from who can be where, worked out for all at once; the verifier finds the same in its own way."""

from __future__ import annotations

import pytest

from fsm.notation import Composition
from fsm.testing.reach import Reach
from fsm.verify.space import Edge, Space
from tests.testing.conftest import profiles
from tests.testing.machines import CALM, LAMP, PHONE


@pytest.mark.parametrize("composition", [LAMP, PHONE, CALM], ids=["lamp", "phone", "calm"])
def test_the_same_people_come_to_the_same_places_by_the_same_steps_as_in_the_verifier(composition: Composition) -> None:
    reach, space = Reach(composition, profiles(composition)), Space(composition, profiles(composition))
    assert reach.places == space.places
    found = {seen(edge) for edge in reach.steps() if edge.case.refusal is None}
    assert found == {seen(edge) for edge in space.edges}


def seen(edge: Edge) -> tuple[object, ...]:
    """A step as it is seen: where, what, by whom, and for whom."""
    return edge.source, edge.case.event, edge.case.by, edge.case.rows, edge.to, edge.mask
