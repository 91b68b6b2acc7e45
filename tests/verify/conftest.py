"""One report for all tests of the verifier."""

from __future__ import annotations

import pytest

from fsm.verify import Report, Space, check
from tests.conftest import check_in, kept


@pytest.fixture(scope="session")
def report(space: Space) -> Report:
    """What the check says of the space there is."""
    with pytest.MonkeyPatch.context() as patch, kept():
        check_in(space, patch)
        return check()
