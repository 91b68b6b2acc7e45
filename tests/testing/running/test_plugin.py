"""The pytest plugin, as somebody uses it who has a service to test."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

import fsm
from fsm.testing.making.suites import STRENGTHS
from fsm.testing.running import plugin
from fsm.testing.suite import Suite
from tests.testing.faulty import scenario

pytest_plugins = ["pytester"]

TALK = "call_audio by originator, accept_call by recipient"
ROWS = len(fsm.CONVERSATION.rows)
SUITE = Suite(
    "rows",
    (
        scenario("open_chat by originator, send_text by recipient"),
        scenario(f"open_chat by originator, {TALK}"),
        scenario(f"{TALK}, hang_up by originator"),
    ),
    (),
    (),
)
SERVICES = """
import sys
import pytest
from msgspec.structs import replace
from fsm.testing.running.driver import Observation, Reference
from tests.testing.faulty import Altered, without_effects_of
from tests.testing.running.test_plugin import SUITE

class Good(Reference):
    conversations = [{"suite": SUITE}]
    def close(self):
        print("the driver was closed")

def bad():
    return without_effects_of("accept_call")

def partial():
    return Altered(lambda _, event, seen: Observation(state={"call": seen.state["call"]}, timers=
        seen.timers if event == "accept_call" else None))

class Chats(Good):
    def apply(self, event, by):
        if event == "call_audio":
            raise NotImplementedError("no calls")
        return super().apply(event, by)

bad.conversations = partial.conversations = [{"suite": SUITE}]
nothing = 7

class Idle(Good):
    def start(self, pairing, lifecycle=None):
        raise NotImplementedError("not today")

class Skipping(Good):
    def start(self, pairing, lifecycle=None):
        pytest.skip("the service is not there")

class Twice(Good):
    conversations = [{"suite": SUITE}, {"suite": SUITE._replace(scenarios=SUITE.scenarios * 2)}]

class Empty(Good):
    conversations = [{"suite": SUITE._replace(scenarios=())}]

class Five(Good):
    conversations = 5

class Fives(Good):
    conversations = [5]

class More(Good):
    conversations = [{"suite": SUITE, "lifecycle": "call"}]

class NoSuite(Good):
    conversations = [{"suite": "suite.jsonl"}]

class Unable:
    conversations = Good.conversations
    def start(self, pairing, lifecycle=None):
        pass

def none():
    print("asked for a driver")
    return None

def exits():
    sys.exit("no service, no driver")

def skips():
    pytest.skip("the service is not there")

none.conversations = exits.conversations = skips.conversations = Good.conversations

class Unclosing(Good):
    def close(self):
        raise OSError("it does not close")

class Named(Good):
    conversations = [{"suite": SUITE._replace(scenarios=tuple(
        each._replace(name=name) for each, name in zip(SUITE.scenarios, ("a" * 5000, "\\x1b[2J\\n", "\\ud83d"))))}]
"""
TESTS = """
import pytest
from services import *

@pytest.fixture(scope="session")
def conversation_driver():
    return Good()

@pytest.mark.conversations(suite=SUITE)
def test_it(conversation_suite):
    conversation_suite.check()

@pytest.mark.conversations(suite=SUITE)
def test_another(conversation_suite):
    assert conversation_suite.scenario in SUITE.scenarios
    conversation_suite.check(bad())

def test_something_else():
    pass
"""


@pytest.fixture
def run(pytester: pytest.Pytester) -> Any:
    """Runs pytest with the plugin, where there are services to test."""
    pytester.makepyfile(services=SERVICES)
    loaded: tuple[str, ...] = (
        "-p",
        "no:interop-fsm",
        "-p",
        "fsm.testing.running.plugin",
        "-p",
        "no:cacheprovider",
        "-W",
        "error",
    )
    loaded += ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # where the tests' own pytest has imported it
    return lambda *options: pytester.runpytest_inprocess(*loaded, *options)


@pytest.mark.parametrize("driver", ["services:Good", "services.py:Good"])
def test_a_driver_is_all_that_is_needed(run: Any, driver: str) -> None:
    result = run("--fsm-suite=rows", f"--fsm-driver={driver}", "-v", "-s")
    result.assert_outcomes(passed=3)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "conversations::open_chat by originator, send_text by recipient, TeamsOnly to SfBOnly PASSED*",
            f"conversations::{TALK}, hang_up by originator, TeamsOnly to SfBOnly PASSED*",
            "*= conversations =*",
            "scenarios     3 run, 0 depart, 0 not done by the service",
            f"rows          8 of {ROWS} went as specified",
            "rules         * of * exercised",
            "not observed  nothing: all was",
            "*the driver was closed*",
        ]
    )
    result.stdout.no_fnmatch_line("*others*")


def test_what_departs_is_shrunk_once_and_fails_each_scenario(run: Any) -> None:
    result = run("--fsm-driver=services:bad")
    result.assert_outcomes(passed=1, failed=2)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "Departs at accept_call by recipient: effects",
            "TeamsOnly to SfBOnly",
            "  1. call_audio by originator  -> call=ringing:originator",
            "  2. accept_call by recipient  -> call=connected",
            "effects",
            "   expected  stop_ringing to the originator, *",
            "   seen      none",
            "Shortest of * tried: without any one step it passes.",
            f"Departs at step 2, like this one, shown before: {TALK}",
            "scenarios     3 run, 2 depart, 0 not done by the service",
            f"rows          5 of {ROWS} went as specified",
            f"departs       {TALK} (2 scenarios)",
        ]
    )


def test_shrinking_can_be_limited(run: Any) -> None:
    result = run("--fsm-driver=services:bad", "--fsm-shrink=0")
    result.stdout.fnmatch_lines(["Stopped after 0 runs: there may be a shorter one."])


def test_what_was_not_observed_is_said(run: Any) -> None:
    result = run("--fsm-driver=services:partial")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        [
            "not observed  the event; state of chat; opener of chat; state of meeting; state",
            "              of terminated_call; effects; timers, in 6 of 8 steps; owner of",
            "              call; owner of terminated_call",
        ]
    )


def test_what_the_service_does_not_do_is_skipped_and_said(run: Any) -> None:
    result = run("--fsm-driver=services:Chats", "-rs")
    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(
        [
            "scenarios     3 run, 0 depart, 2 not done by the service",
            f"rows          2 of {ROWS} went as specified",
            "not done      NotImplementedError: no calls (2 scenarios)",
            "SKIPPED*: step 2: NotImplementedError: no calls",
            "SKIPPED*: step 1: NotImplementedError: no calls",
        ]
    )


def test_very_verbose_names_the_rows_that_were_not_fired(run: Any) -> None:
    result = run("--fsm-driver=services:Good", "-vv")
    result.stdout.fnmatch_lines(["   others     chat.none.open_chat.1 *"])


def test_tests_of_ones_own_run_once_for_each_scenario(run: Any, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    result = run("-v")
    result.assert_outcomes(passed=5, failed=2)
    result.stdout.fnmatch_lines(
        [
            "*::test_it[[]open_chat by originator, send_text by recipient, TeamsOnly to SfBOnly[]] PASSED*",
            f"*::test_another[[]{TALK}, hang_up by originator, TeamsOnly to SfBOnly[]] FAILED*",
            "scenarios     6 run, 2 depart, 0 not done by the service",
        ]
    )


def test_with_tests_of_ones_own_a_driver_that_is_named_is_theirs(run: Any, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS.replace("def conversation_driver", "def another_driver"))
    result = run("--fsm-driver=services:bad", "-k", "test_it")
    result.assert_outcomes(passed=1, failed=2, deselected=4)


@pytest.mark.parametrize("driver", ["Idle", "Skipping"])
def test_a_run_in_which_everything_is_skipped_is_no_success(run: Any, driver: str) -> None:
    result = run(f"--fsm-driver=services:{driver}")
    result.assert_outcomes(skipped=3)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["nothing was tested: the service does none of these scenarios, so the run fails"])


def test_tests_of_ones_own_in_which_everything_is_skipped_are_no_success(run: Any, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS.replace("return Good()", "return Idle()").replace("check(bad())", "check()"))
    result = run()
    result.assert_outcomes(passed=1, skipped=6)
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_scenarios_of_one_name_are_all_run(run: Any) -> None:
    result = run("--fsm-driver=services:Twice", "-v")
    result.assert_outcomes(passed=9)
    name = "conversations::open_chat by originator, send_text by recipient, TeamsOnly to SfBOnly"
    result.stdout.fnmatch_lines([f"{name} PASSED*", f"{name} (2) PASSED*", f"{name} (3) PASSED*"])


def test_tests_have_names_that_can_be_shown(run: Any) -> None:
    result = run("--fsm-driver=services:Named", "-v")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        [
            f"conversations::{'a' * 200}..., TeamsOnly to SfBOnly PASSED*",
            r"conversations::\x1b[[]2J\n, TeamsOnly to SfBOnly PASSED*",
            r"conversations::\ud83d, TeamsOnly to SfBOnly PASSED*",
        ]
    )


@pytest.mark.parametrize(
    ("driver", "says"),
    [
        ("Unable", "--fsm-driver=services:Unable: driver: Unable has no apply and no change; a driver has start(*"),
        ("none", "--fsm-driver=services:none: driver: NoneType has no start and no apply and no change; *"),
        ("exits", "--fsm-driver=services:exits: making it raised SystemExit: no service, no driver"),
    ],
)
def test_a_driver_that_cannot_be_made_is_said_once(run: Any, driver: str, says: str) -> None:
    result = run(f"--fsm-driver=services:{driver}", "-s")
    result.assert_outcomes(failed=1)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines([says])
    assert result.stdout.str().count("asked for a driver") == (driver == "none")
    result.stdout.no_fnmatch_line("*Traceback*")


def test_with_tests_that_all_want_it_a_driver_that_cannot_be_made_is_made_once(
    run: Any, pytester: pytest.Pytester
) -> None:
    text = TESTS.replace("def conversation_driver", "def another_driver").replace("check(bad())", "check()")
    pytester.makepyfile(text.replace('scope="session"', 'scope="function"'))
    result = run("--fsm-driver=services:none", "-s", "-p", "no:randomly")
    assert result.stdout.str().count("asked for a driver") == 1
    result.stdout.fnmatch_lines(["*--fsm-driver=services:none: driver: NoneType has no start*"])


def test_pytest_may_skip_where_a_driver_is_made(run: Any) -> None:
    result = run("--fsm-driver=services:skips", "-rs")
    result.assert_outcomes(skipped=3)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*the service is not there"])


def test_a_driver_that_cannot_be_closed_is_said(run: Any) -> None:
    result = run("--fsm-driver=services:Unclosing")
    result.assert_outcomes(passed=3)
    result.stderr.fnmatch_lines(["--fsm-driver=services:Unclosing: closing it raised OSError: it does not close"])


def test_a_driver_of_ones_own_test_that_is_none_is_refused(run: Any, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS.replace("return Good()", "return Good").replace("check(bad())", "check(7)"))
    result = run()
    result.assert_outcomes(passed=1, failed=6)
    result.stdout.fnmatch_lines(["driver: Good is a class; give one of it, Good(...)"])
    result.stdout.fnmatch_lines(["driver: int has no start and no apply and no change; a driver has start(pairing,*"])


@pytest.mark.parametrize(
    ("module", "says"),
    [
        ("raise ValueError('boom\\nbang')", "importing it raised ValueError: boom bang"),
        ("raise BaseException('boom')", "importing it raised BaseException: boom"),
        ("import sys; sys.exit(3)", "importing it raised SystemExit: 3"),
        ("import nothing_of_the_kind", "importing it raised ModuleNotFoundError: No module named 'nothing_of*"),
        ("def", "importing it raised SyntaxError: *"),
        ("class Odd(Exception):\n    def __str__(self): raise self\nraise Odd", "importing it raised Odd: *"),
    ],
)  # fmt: skip
def test_a_module_that_cannot_be_imported_is_named(run: Any, pytester: pytest.Pytester, module: str, says: str) -> None:
    pytester.makepyfile(broken_driver=module.replace("\\n", "\\n"))
    result = run("--fsm-driver=broken_driver.py:Driver")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*--fsm-driver=broken_driver.py:Driver: {says}"])


def test_a_file_called_like_another_module_is_not_mistaken_for_it(run: Any, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(json="Driver = 7")
    result = run("--fsm-driver=json.py:Driver")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["*--fsm-driver=json.py:Driver: json is another module already; call the file otherwise"]
    )


def test_scenarios_can_be_chosen_by_name(run: Any) -> None:
    run("--fsm-driver=services:Good", "-k", "hang_up").assert_outcomes(passed=1, deselected=2)


@pytest.mark.parametrize(
    ("options", "strength"), [((), "rows"), (("--fsm-suite=pairs",), "pairs"), (("--fsm-suite=rows",), "rows")]
)
def test_the_suite_is_made_once_of_what_the_marker_says(
    run: Any, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], strength: str
) -> None:
    asked: list[Any] = []

    def make(*given: Any, **named: Any) -> Suite:
        asked.append((given, named))
        return SUITE

    monkeypatch.setattr("fsm.testing.making.suites.generate", make)
    pytester.makepyfile(TESTS.replace("suite=SUITE", "lifecycle='call'"))
    run(*options).assert_outcomes(passed=5, failed=2)
    assert asked == [((strength,), {"progress": None, "lifecycle": "call"})]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--fsm-suite=rows"], "*--fsm-suite=rows: there is nothing to test; name a driver with --fsm-driver=*"),
        (
            ["--fsm-suite=all"],
            "*invalid choice: 'all' (choose from *states*rows*guards*sneak*pairs*profiles*walks*",
        ),
        (["--fsm-driver=services"], "*--fsm-driver=services: *; give MODULE:NAME or FILE.py:NAME"),
        (["--fsm-driver=service:Good"], "*No module named 'service'; give MODULE:NAME or FILE.py:NAME"),
        (["--fsm-driver=services:God"], "*module 'services' has no attribute 'God'; give MODULE:NAME*"),
        (["--fsm-driver=services:nothing"], "*--fsm-driver=services:nothing: 7 cannot be called; name a class or*"),
        (["--fsm-driver=:Good"], "*--fsm-driver=:Good: Empty module name; give MODULE:NAME or FILE.py:NAME"),
        (
            ["--fsm-driver=services:Five"],
            "*--fsm-driver=services:Five: conversations: 5 is not accepted; give a list of*",
        ),
        (
            ["--fsm-driver=services:Fives"],
            "*--fsm-driver=services:Fives: conversations: [[]5[]] is not accepted; give a*",
        ),
        (["--fsm-driver=services:Empty"], "*--fsm-driver=services:Empty: conversations: there are no scenarios, so*"),
        (
            ["--fsm-driver=services:More"],
            "*conversations: {'lifecycle': 'call', 'suite': *} is not accepted; give a suite*",
        ),
        (
            ["--fsm-driver=services:NoSuite"],
            "*conversations: {'suite': 'suite.jsonl'} is not accepted; give a suite and*",
        ),
        (["--fsm-shrink=-1"], "*--fsm-shrink=-1: is not accepted; use 0 or more"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Any, options: list[str], expected: str) -> None:
    result = run(*options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([expected])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("lifecycle='calls'", "*conversations: lifecycle: 'calls' is not one; use one of chat, call*"),
        ("pairings=()", "*conversations: *unexpected keyword argument 'pairings'*"),
        ("pairing=5", "*conversations: pairing: 5 is not accepted; give a Pairing of users"),
        ("SUITE", "*conversations: *Suite(*) has no name; give pairing=, lifecycle= or suite="),
    ],
)
def test_a_suite_that_cannot_be_made_is_refused(
    run: Any, pytester: pytest.Pytester, options: str, expected: str
) -> None:
    pytester.makepyfile(TESTS.replace("suite=SUITE", options))
    result = run()
    assert result.ret != 0
    (result.stdout if "conversations:" in result.stdout.str() else result.stderr).fnmatch_lines([expected])


def test_several_markers_are_several_suites(run: Any, pytester: pytest.Pytester) -> None:
    marker = "@pytest.mark.conversations(suite=SUITE)"
    more = "@pytest.mark.conversations(suite=SUITE._replace(scenarios=(SUITE.scenarios[0]._replace(name='one'),)))"
    pytester.makepyfile(TESTS.replace(marker, f"{more}\n{marker}", 1))
    result = run("-v", "-k", "test_it")
    result.assert_outcomes(passed=4, deselected=4)
    result.stdout.fnmatch_lines(["*::test_it[[]one, TeamsOnly to SfBOnly[]] PASSED*", "*::test_it[[]open_chat *"])


def test_the_strengths_are_those_there_are() -> None:
    assert plugin.STRENGTHS == STRENGTHS
    assert plugin.USUAL in STRENGTHS


def test_without_a_driver_a_test_says_what_is_missing(run: Any, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS.replace("def conversation_driver", "def another_driver"))
    result = run("-k", "test_it")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*there is no driver; override the fixture conversation_driver, or give --fsm-driver"])


def test_a_pytest_that_does_not_use_it_is_left_alone(run: Any, pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    result = run()
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*conversations*")


def test_what_every_pytest_imports_is_the_plugin_alone() -> None:
    program = (
        "import sys, fsm.testing.running.plugin; print(*sorted(each for each in sys.modules if 'testing.' in each))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "fsm.testing.running.plugin" in loaded
    assert not {
        "fsm.testing.running.run",
        "fsm.testing.running.shrink",
        "fsm.testing.running.summary",
        "fsm.testing.running.driver",
    } & {*loaded}


@pytest.mark.parametrize(("terminal", "lines"), [(True, ["making the suite: 40 of 1,600 goals"]), (False, [])])
def test_the_making_of_a_suite_shows_on_a_terminal(terminal: bool, lines: list[str]) -> None:
    written: list[str] = []
    reporter = SimpleNamespace(isatty=terminal, rewrite=lambda line, erase: written.append(line))
    config: Any = SimpleNamespace(pluginmanager=SimpleNamespace(get_plugin={"terminalreporter": reporter}.get))
    told = plugin._progress(config)
    if told:
        told(40, 1600)
    assert written == lines
