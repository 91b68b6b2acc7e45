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


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """A module of the example services; what they start imports this package, wherever it is installed."""
    monkeypatch.syspath_prepend(str(SERVICES))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")]))))
    return import_module
