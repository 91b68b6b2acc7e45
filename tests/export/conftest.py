"""What the jurors share: the sequences, made once."""

from __future__ import annotations

import pytest

from fsm.verify import Space
from tests.export import jury


@pytest.fixture(scope="session")
def sequences(space: Space) -> list[jury.Sequence]:
    """Event sequences over every profile, and what the engine says of them."""
    return list(jury.sequences(space))
