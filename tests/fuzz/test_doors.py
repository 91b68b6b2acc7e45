"""Whatever comes from outside is taken, or refused in words that can be shown to anybody."""

from __future__ import annotations

import pytest

from tests.fuzz.doors import Door, every
from tests.fuzz.run import findings

DOORS = pytest.mark.parametrize("door", every(), ids=lambda door: door.name)


@DOORS
def test_nothing_gets_past(door: Door) -> None:
    assert list(findings(door, 100)) == []


@pytest.mark.exhaustive
@DOORS
def test_nothing_gets_past_in_a_long_run(door: Door) -> None:
    assert list(findings(door, 100_000, seed=1)) == []
