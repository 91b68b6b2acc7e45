"""What the jurors share: the sequences, made once for all of them."""

from __future__ import annotations

from functools import cache

import pytest

from fsm.export import export
from fsm.space.profiles import Profiles
from tests.export import jury

written = cache(export)
"""What a format makes of something, made once for all tests."""


@pytest.fixture(
    scope="session",
    params=[
        pytest.param(10, id="every tenth profile"),
        pytest.param(1, id="every profile", marks=pytest.mark.exhaustive),
    ],
)
def sequences(request: pytest.FixtureRequest, profiles: Profiles) -> list[jury.Sequence]:
    """Event sequences, and what the engine says of them."""
    found = list(jury.sequences(profiles, request.param))
    assert len(found) * request.param > 10_000
    return found


@pytest.fixture(scope="session")
def few(profiles: Profiles) -> list[jury.Sequence]:
    """Event sequences of every fiftieth profile."""
    return list(jury.sequences(profiles, 50))
