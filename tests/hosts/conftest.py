"""What the tests of hosts share."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """`transitions` logs every refused trigger."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
