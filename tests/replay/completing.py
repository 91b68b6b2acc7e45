"""Tables that are made once for all logs of a module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fsm.space import minimal
from fsm.space.table import Completed


@pytest.fixture(scope="module", autouse=True)
def completed_once() -> Iterator[None]:
    """Profiles are completed once for all logs here, for that takes longest."""
    known: dict[Any, Completed] = {}

    def completed(composition: Any, profiles: Any) -> Completed:
        if profiles not in known:
            known[profiles] = Completed(composition, profiles)
        return known[profiles]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(minimal, "Completed", completed)
        yield
