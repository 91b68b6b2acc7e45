"""What tests of the kit share: suites for everyone and few people, each made once."""

from __future__ import annotations

from functools import cache

import pytest

from fsm.notation import Composition
from fsm.space.profiles import Profiles
from fsm.testing import Suite, generate
from tests.conftest import kept
from tests.verify.machines import few


@cache
def profiles(composition: Composition) -> Profiles:
    """The profiles of few people."""
    return Profiles(composition, few(24))


@cache
def for_everyone(strength: str) -> Suite:
    """The suite of a strength for everyone, made once for all tests."""
    with kept():
        return generate(strength)


@pytest.fixture
def few_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everyone is few people, for suites that are made in no time."""
    monkeypatch.setattr("fsm.testing.making.suites.Profiles", profiles)
