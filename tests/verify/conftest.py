"""One space and one report for all tests of the verifier."""

from __future__ import annotations

import pytest

from fsm import CONVERSATION
from fsm.verify import Report, Space, check
from fsm.verify.profiles import Profiles


@pytest.fixture(scope="session")
def profiles() -> Profiles:
    return Profiles(CONVERSATION)


@pytest.fixture(scope="session")
def space(profiles: Profiles) -> Space:
    return Space(CONVERSATION, profiles)


@pytest.fixture(scope="session")
def report() -> Report:
    return check()
