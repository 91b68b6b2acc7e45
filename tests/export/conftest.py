"""What the jurors share: the sequences, made once."""

from __future__ import annotations

from functools import cache

import pytest

from fsm.export import export
from fsm.verify import Space
from tests.export import jury

written = cache(export)
"""What a format makes of something, made once for all tests."""


@pytest.fixture(scope="session")
def sequences(space: Space) -> list[jury.Sequence]:
    """Event sequences over every profile, and what the engine says of them."""
    return list(jury.sequences(space))
