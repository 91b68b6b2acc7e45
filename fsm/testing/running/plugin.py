"""The pytest plugin: a service is run against a suite, and what departs is reported as the shortest that still does.

Without a test file, a driver is all there is to write:

    pytest --fsm-suite=rows --fsm-driver=my_driver.py:MyDriver

Or in tests, of which each runs once for every scenario:

    @pytest.fixture(scope="session")
    def conversation_driver():
        return MyDriver()

    @pytest.mark.conversations(pairing=PAIRING)  # if not everyone
    def test_my_service(conversation_suite):
        conversation_suite.check()

The marker takes what ``fsm.testing.generate`` takes, or ``suite``, one that exists already; several of them are several
suites. Without tests, a driver class or factory says the same in an attribute: ``conversations = [{"pairing": ...}]``.
The strength is that of ``--fsm-suite``, else rows. A test is called by the name of its scenario and by whose
conversation it is; where two are called alike, the second is numbered. A run in which every scenario is skipped fails:
nothing was tested.

This module is imported by every pytest where the package is installed, so all else is imported where it is used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from fsm.testing.running.driver import Driver
    from fsm.testing.running.run import Departure
    from fsm.testing.running.summary import Tally
    from fsm.testing.suite import Scenario

STRENGTHS = ("states", "rows", "guards", "sneak", "pairs", "profiles", "walks", "complete")
USUAL = "rows"
FIXTURE = "conversation_suite"
LONGEST_NAME = 200
"""Characters of a scenario's name that are part of what its test is called."""
TAKES = 'a list of what fsm.testing.generate takes, such as [{"pairing": PAIRING}], or of suites, [{"suite": SUITE}]'
NOTHING = "nothing was tested: the service does none of these scenarios, so the run fails"

Options = Mapping[str, Any]
MADE: pytest.StashKey[list[tuple[Options, tuple[Scenario, ...]]]] = pytest.StashKey()
DRIVER: pytest.StashKey[Driver[Any]] = pytest.StashKey()
KNOWN: pytest.StashKey[dict[object, str]] = pytest.StashKey()
TALLY: pytest.StashKey[Tally] = pytest.StashKey()
TOLD: pytest.StashKey[Told] = pytest.StashKey()


class Told:
    """How many tests that take a suite were skipped, and how many were not; wherever they ran."""

    def __init__(self) -> None:
        self.skipped = self.done = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One was run."""
        if getattr(report, "conversing", False):
            self.skipped += report.skipped
            self.done += not report.skipped

    @property
    def nothing(self) -> bool:
        """Whether all of them were skipped."""
        return self.skipped > 0 and not self.done


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options."""
    group = parser.getgroup("fsm", "conversations between Teams and Skype for Business users")
    group.addoption("--fsm-suite", metavar="STRENGTH", choices=STRENGTHS, help=f"one of {', '.join(STRENGTHS)}")
    group.addoption("--fsm-driver", metavar="MODULE:NAME", help="what to call for the driver of the service under test")
    group.addoption(
        "--fsm-shrink", metavar="RUNS", type=int, default=500, help="how often to run the service to shorten a failure"
    )


def pytest_configure(config: pytest.Config) -> None:
    """The marker."""
    config.addinivalue_line("markers", "conversations(**options): of what to make the suite, for fsm.testing.generate")
    if config.option.fsm_shrink < 0:
        raise pytest.UsageError(f"--fsm-shrink={config.option.fsm_shrink}: is not accepted; use 0 or more")
    config.stash[MADE] = []
    config.stash[KNOWN] = {}
    config.stash[TOLD] = Told()
    config.pluginmanager.register(config.stash[TOLD])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each scenario."""
    if FIXTURE in metafunc.fixturenames:
        marks = list(metafunc.definition.iter_markers("conversations"))
        if odd := [each for mark in marks for each in mark.args]:
            raise pytest.UsageError(f"conversations: {_echo(odd[0])} has no name; give pairing=, lifecycle= or suite=")
        found = named(metafunc.config, [mark.kwargs for mark in reversed(marks)])
        metafunc.parametrize(FIXTURE, found.values(), ids=found, indirect=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where a driver is named and no test takes the suite, a test for each scenario."""
    driver, strength = config.option.fsm_driver, config.option.fsm_suite
    if any(FIXTURE in getattr(item, "fixturenames", ()) for item in items):
        return
    if driver:
        parent = Conversations.from_parent(session, name="conversations", nodeid="conversations")
        items += parent.collect()
    elif strength:
        raise pytest.UsageError(
            f"--fsm-suite={strength}: there is nothing to test; name a driver with --fsm-driver=MODULE:NAME, "
            f"or write a test that takes {FIXTURE}"
        )


@pytest.fixture(scope="session")
def conversation_driver(request: pytest.FixtureRequest) -> Driver[Any]:
    """The driver of the service under test: override it, or name one with --fsm-driver."""
    return _driver(request.session)


@pytest.fixture
def conversation_suite(request: pytest.FixtureRequest) -> Case:
    """One scenario of the suite; the test is run for each."""
    return Case(request.node, request.param, lambda: request.getfixturevalue("conversation_driver"))


class Case:
    """A scenario to check a service against.

    Args:
        item: the test that does so.
        scenario: the scenario.
        driver: gives the driver, where none is given to ``check``.
    """

    def __init__(self, item: pytest.Item, scenario: Scenario, driver: Callable[[], Driver[Any]]) -> None:
        self.scenario = scenario
        self._item = item
        self._driver = driver

    def check(self, driver: Driver[Any] | None = None) -> None:
        """Run the scenario; fail with the shortest sequence that departs, skip what the service does not do.

        Args:
            driver: the service; default: the fixture conversation_driver.
        """
        from fsm.testing.running.driver import driving
        from fsm.testing.running.run import check
        from fsm.testing.running.summary import tally

        __tracebackhide__ = True
        driver = self._driver() if driver is None else driver
        try:
            driving(driver)
        except TypeError as error:
            pytest.fail(str(error), pytrace=False)
        verdict = check(driver, self.scenario)
        found = self._item.stash[TALLY] = tally(self.scenario, verdict)
        if verdict.unsupported:
            pytest.skip(f"step {verdict.passed + 1}: {verdict.unsupported}")
        if verdict.departure:
            text, found["departure"] = self._explained(driver, verdict.departure)
            pytest.fail(text, pytrace=False)

    def _explained(self, driver: Driver[Any], departure: Departure) -> tuple[str, str]:
        """A departure in words and in one line, shortened; one like an earlier one is not shortened again."""
        from fsm.testing.running.report import in_one_line
        from fsm.testing.running.shrink import shrink

        known = self._item.config.stash[KNOWN]
        line = known.get(departure.kind)
        if line is not None:
            return f"Departs at step {len(departure.scenario.steps)}, like this one, shown before: {line}", line
        shrunk = shrink(driver, departure, self._item.config.option.fsm_shrink)
        line = in_one_line(shrunk.departure.scenario)
        known[departure.kind] = known[shrunk.departure.kind] = line
        return str(shrunk), line


class Conversations(pytest.Collector):
    """The suite, where no test file asks for it."""

    def collect(self) -> list[pytest.Item]:
        """A test for each scenario."""
        found = named(self.config, getattr(_factory(self.config), "conversations", ()), self.config.option.fsm_driver)
        return [Conversation.from_parent(self, name=name, scenario=each) for name, each in found.items()]


class Conversation(pytest.Item):
    """A scenario as a test."""

    def __init__(self, *, scenario: Scenario, **given: Any) -> None:
        super().__init__(**given)
        self.case = Case(self, scenario, lambda: _driver(self.session))

    def runtest(self) -> None:
        """Check the service that --fsm-driver names."""
        self.case.check()

    def reportinfo(self) -> tuple[Path, None, str]:
        """What it is called."""
        return self.path, None, f"conversations: {self.name}"


def named(config: pytest.Config, suites: Sequence[Options], where: str = "") -> dict[str, Scenario]:
    """The scenarios of these suites by what they are called: their name, and whose conversation it is; numbered where
    another is called so already.

    Raises:
        UsageError: they are no suites, or suites without scenarios.
    """
    from fsm.notation.echo import plain
    from fsm.testing.running.report import who

    of = f"--fsm-driver={where}: conversations" if where else "conversations"
    if not isinstance(suites, (list, tuple)) or not all(isinstance(each, Mapping) for each in suites):
        raise pytest.UsageError(f"{of}: {_echo(suites)} is not accepted; give {TAKES}")
    found: dict[str, Scenario] = {}
    times: dict[str, int] = {}
    for options in suites or ({},):
        for each in _scenarios(config, options, of):
            name = each.name if len(each.name) <= LONGEST_NAME else f"{each.name[:LONGEST_NAME]}..."
            name = called = plain(f"{name}, {who(each)}")
            while called in found:
                times[name] = times.get(name, 1) + 1
                called = f"{name} ({times[name]})"
            found[called] = each
    if not found:
        raise pytest.UsageError(f"{of}: there are no scenarios, so nothing would be tested; give a suite that has some")
    return found


def _scenarios(config: pytest.Config, options: Options, of: str) -> tuple[Scenario, ...]:
    """The scenarios of a suite, which is made once.

    Raises:
        UsageError: the options are not what a suite is made of.
    """
    from fsm.testing.making.suites import generate
    from fsm.testing.suite import Suite

    made = config.stash[MADE]
    found = next((scenarios for known, scenarios in made if known == options), None)
    if found is None:
        asked = options.get("suite")
        if "suite" in options and (not isinstance(asked, Suite) or len(options) > 1):
            raise pytest.UsageError(f"{of}: {_echo(dict(options))} is not accepted; give a suite and nothing else")
        if asked is None:
            try:
                asked = generate(config.option.fsm_suite or USUAL, **{"progress": _progress(config), **options})
            except (TypeError, ValueError) as error:
                raise pytest.UsageError(f"{of}: {error}") from None
        found = asked.scenarios
        made.append((options, found))
    return found


def _progress(config: pytest.Config) -> Callable[[int, int], None] | None:
    """Shows on a terminal how far the making of a suite is: for everyone, that takes some seconds."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not reporter.isatty:
        return None
    return lambda done, of: reporter.rewrite(f"making the suite: {done:,} of {of:,} goals", erase=True)


def _driver(session: pytest.Session) -> Driver[Any]:
    """The driver that --fsm-driver names, made when first asked for. Where it cannot be made, nothing else is run."""
    from fsm.testing.running.driver import driving

    config = session.config
    if DRIVER not in config.stash:
        factory = _factory(config)
        try:
            driver = factory()
        except BaseException as error:
            _stop(session, _broken(config, "making it", error))
        try:
            driving(driver)
        except TypeError as error:
            _stop(session, f"--fsm-driver={config.option.fsm_driver}: {error}")
        config.stash[DRIVER] = driver
    return config.stash[DRIVER]


def _stop(session: pytest.Session, why: str) -> NoReturn:
    """Fail this test, and run no other."""
    session.shouldstop = why
    pytest.fail(why, pytrace=False)


def _broken(config: pytest.Config, what: str, error: BaseException) -> str:
    """What a driver's own code raised, as a message.

    Raises:
        KeyboardInterrupt: somebody interrupts it. What pytest raises to end a test goes through as well.
    """
    from fsm.testing.running.run import goes_through, told

    if goes_through(error):
        raise error
    return f"--fsm-driver={config.option.fsm_driver}: {what} raised {told(error)}"


def _factory(config: pytest.Config) -> Callable[[], Driver[Any]]:
    """What --fsm-driver names.

    Raises:
        UsageError: it names nothing that can be called.
    """
    from importlib import import_module

    given = config.option.fsm_driver
    if not given:
        raise pytest.UsageError("there is no driver; override the fixture conversation_driver, or give --fsm-driver")
    module, _, name = given.rpartition(":")
    path = config.invocation_params.dir / module
    for folder in (path.parent if path.is_file() else config.invocation_params.dir,):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    called = path.stem if path.is_file() else module
    try:
        found = import_module(called)
    except BaseException as error:
        if (isinstance(error, ModuleNotFoundError) and error.name in (called, called.partition(".")[0])) or not called:
            raise pytest.UsageError(f"--fsm-driver={given}: {error}; give MODULE:NAME or FILE.py:NAME") from None
        raise pytest.UsageError(_broken(config, "importing it", error)) from None
    if path.is_file() and not path.samefile(getattr(found, "__file__", None) or path.parent):
        raise pytest.UsageError(f"--fsm-driver={given}: {called} is another module already; call the file otherwise")
    try:
        factory = getattr(found, name)
    except AttributeError as error:
        raise pytest.UsageError(f"--fsm-driver={given}: {error}; give MODULE:NAME or FILE.py:NAME") from None
    if not callable(factory):
        raise pytest.UsageError(f"--fsm-driver={given}: {_echo(factory)} cannot be called; name a class or a function")
    return factory  # type: ignore[no-any-return]  # what it returns shows when it is driven


def _echo(value: object) -> str:
    from fsm.notation.echo import echo

    return echo(value)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Put what was covered into the report, which finds its way from wherever the test ran."""
    report = yield
    if call.when == "call" and (isinstance(item, Conversation) or FIXTURE in getattr(item, "fixturenames", ())):
        report.conversing = True
        if TALLY in item.stash:
            report.conversation = item.stash[TALLY]
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run that tested nothing is no success."""
    if session.config.stash[TOLD].nothing and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the suite covered, and what nobody saw."""
    reports = (each for found in terminalreporter.stats.values() for each in found)
    found = [each.conversation for each in reports if hasattr(each, "conversation")]
    nothing = terminalreporter.config.stash[TOLD].nothing
    if found or nothing:
        from fsm.testing.running.summary import summary

        terminalreporter.section("conversations")
        for line in summary(found, terminalreporter.config.get_verbosity() > 1):
            terminalreporter.write_line(line)
        if nothing:
            terminalreporter.write_line(NOTHING, red=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the driver."""
    driver = config.stash.get(DRIVER, None)
    close = getattr(driver, "close", None)
    if close:
        try:
            close()
        except BaseException as error:
            print(_broken(config, "closing it", error), file=sys.stderr)
