"""One report, and the faults, for all tests of the verifier."""

from __future__ import annotations

import pytest

from fsm.verify import Report, check
from fsm.verify.faults import Seed, seeds


@pytest.fixture(scope="session")
def report() -> Report:
    return check()


@pytest.fixture(scope="session")
def seeded() -> dict[str, Seed]:
    """Every fault of the specification, drawn or not, by name."""
    return {seed.name: seed for seed in seeds()}
