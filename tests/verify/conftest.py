"""One report, and the faults, for all tests of the verifier."""

from __future__ import annotations

import pytest

from fsm.verify import Report, check
from fsm.verify.faults import Fault, faults


@pytest.fixture(scope="session")
def report() -> Report:
    return check()


@pytest.fixture(scope="session")
def seeded() -> dict[str, Fault]:
    """Every fault of the specification, by name."""
    return {fault.name: fault for fault in faults()}
