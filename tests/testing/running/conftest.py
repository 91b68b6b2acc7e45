"""The example services and their drivers, to be imported as their own directory does."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
SERVICES = ROOT / "examples" / "services"


def at_hand(patch: pytest.MonkeyPatch) -> None:
    """The example services can be imported, and what they start imports this package, wherever it is installed."""
    patch.syspath_prepend(str(SERVICES))
    patch.setenv("PYTHONPATH", os.pathsep.join((str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")]))))


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """A module of the example services."""
    at_hand(monkeypatch)
    return import_module
