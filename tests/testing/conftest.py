"""What tests of the kit do to the engine is no evidence for a rule: they hold the engine against itself."""

from __future__ import annotations

import pytest

from tests.conftest import NOW


@pytest.fixture(autouse=True)
def _no_evidence(_recording: None) -> None:
    NOW.clear()
