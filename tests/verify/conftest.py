"""One report for all tests of the verifier."""

from __future__ import annotations

import pytest

from fsm.verify import Report, check


@pytest.fixture(scope="session")
def report() -> Report:
    return check()
