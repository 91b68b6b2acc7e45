"""What the tests share: pairings by name, placing a conversation, and the record of which rule each test exercises."""

from __future__ import annotations

import gc
import json
import os
import signal
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import fsm
from fsm.space.kept import VARIABLE
from fsm.space.profiles import Profiles
from fsm.spec.enforcement import EVIDENCE
from fsm.verify import PROPERTIES, Space
from fsm.verify.faults import Seed, seeds
from tests.browser import browser as browser

os.environ[VARIABLE] = ""  # tests work out what they ask for, and leave nothing behind

for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:  # as in the background, and so it would be in children
        signal.signal(number, usual)

settings.register_profile(
    "every run alike",
    deadline=None,
    derandomize=True,
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow],  # whether a machine is slow is no fault of what is tested
)
settings.load_profile("every run alike")

PLAIN = "not real and not slow and not exhaustive and not external"
SPECIFICATION = Path(__file__).parent / "spec"
REAL = [Path(__file__).parent / each for each in ("serve", "hosts/sql", "testing/running", "docs/test_pages.py")]
"""Tests that talk to servers, databases and processes that they start, and wait for them."""
RECORD: dict[str, set[str]] = defaultdict(set)
NOW: list[str] = []
STALE: list[str] = []


def _noting(function: Any) -> Any:
    def noted(*args: Any, **kwargs: Any) -> Any:
        try:
            result = function(*args, **kwargs)
        except fsm.Refused as refused:
            _note(refused.refusal.rules)
            raise
        _note(getattr(result, "rules", ()))
        return result

    return noted


def _note(rules: tuple[str, ...]) -> None:
    if NOW:
        for rule in rules:
            RECORD[rule].add(NOW[-1])


for name in ("fire", "why_not", "change"):
    setattr(fsm.Conversation, name, _noting(getattr(fsm.Conversation, name)))
fsm.route = _noting(fsm.route)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record-rules", action="store_true", help="write which tests exercise which rule")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "rules(*ids): rules that the test exercises beyond those its events cite")
    config.addinivalue_line("markers", "real: talks to what it starts: servers, databases, processes; pytest -m real")
    config.addinivalue_line("markers", "slow: in full what the plain run samples, for CI; pytest -m slow")
    config.addinivalue_line("markers", "exhaustive: takes longer than CI waits for; pytest -m exhaustive")
    config.addinivalue_line("markers", "external: drives tools that nobody here wrote, for CI; pytest -m external")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(item.path.is_relative_to(each) for each in REAL):
            item.add_marker("real")


@contextmanager
def kept() -> Iterator[None]:
    """What is made here stays until the tests end: the garbage collector need not go through it again and again."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def profiles() -> Profiles:
    """Every profile there is, told apart by what claims ask too."""
    with kept():
        return Profiles(fsm.CONVERSATION, guards=[guard for each in PROPERTIES for guard in each.asks])


@pytest.fixture(scope="session")
def space(profiles: Profiles) -> Space:
    """Every place there is."""
    with kept():
        return Space(fsm.CONVERSATION, profiles)


@pytest.fixture
def explored_before(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is checked is the space there is, and not explored anew."""
    check_in(space, monkeypatch)


def check_in(space: Space, patch: pytest.MonkeyPatch) -> None:
    """Let checks of the specification look at this space."""
    module = import_module("fsm.verify.check")
    patch.setattr(module, "Profiles", lambda composition, guards: space.profiles)
    patch.setattr(module, "Space", lambda composition, profiles: space)


@pytest.fixture(scope="session")
def seeded() -> dict[str, Seed]:
    """Every fault of the specification, drawn or not, by name."""
    with kept():
        return {seed.name: seed for seed in seeds()}


@pytest.fixture(autouse=True)
def _recording(request: pytest.FixtureRequest) -> Iterator[None]:
    """Note the rules that decide in this test, if it is one of the specification or is marked with them.

    Other tests pass by rules without being about them, and a random walk proves laws.
    """
    name = request.node.nodeid.partition("[")[0]
    marked = [rule for mark in request.node.iter_markers("rules") for rule in mark.args]
    assert set(marked) <= set(fsm.RULES), f"{name}: marked with unknown rules {set(marked) - set(fsm.RULES)}"
    for rule in marked:
        RECORD[rule].add(name)
    random = hasattr(getattr(request.function, "hypothesis", None), "inner_test")
    if request.path.is_relative_to(SPECIFICATION) and not random:
        NOW.append(name)
    yield
    NOW.clear()


def _recorded() -> str:
    tests = {rule: sorted(RECORD[rule]) for rule in fsm.RULES}
    return json.dumps({"generated by": "pytest --record-rules", "tests": tests}, indent=1) + "\n"


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what one of the processes of ``pytest -n`` noted."""
    for rule, tests in getattr(node, "workeroutput", {}).get("rules", {}).items():
        RECORD[rule].update(tests)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the record when asked to; after a full run that passed, it must be what is written already."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["rules"] = {rule: sorted(tests) for rule, tests in RECORD.items()}
        return
    chosen = session.config.option
    everything = session.config.args_source is pytest.Config.ArgsSource.TESTPATHS and not chosen.keyword
    passed = everything and chosen.markexpr == PLAIN and session.exitstatus == 0
    if chosen.record_rules:
        EVIDENCE.write_text(_recorded(), encoding="utf-8")
    elif passed and _recorded() != EVIDENCE.read_text(encoding="utf-8"):
        session.exitstatus = 1
        STALE.append(f"{EVIDENCE} is not what the tests exercise now; run pytest --record-rules and commit it")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in STALE:
        terminalreporter.write_line(line, red=True)
