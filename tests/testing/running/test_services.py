"""The example services, run for real: they pass, and every fault put into one is found and shrunk to what it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple

import pytest

from fsm.testing.making.suites import generate
from fsm.testing.running.report import in_one_line
from fsm.testing.running.run import Departure, check
from fsm.testing.running.shrink import shrink
from fsm.testing.suite import Scenario
from tests.people import PAIRS
from tests.testing.faulty import scenario
from tests.testing.running.conftest import at_hand

BY_HAND = ("teams>legacy", "sfb>teams", "no-meet-now>sfb", "no-calls>sfb")
RINGS = "call_audio by originator"
HUNG = "TimeoutError"
HANGS = {"by hand": ("media_failed", "call", "ringing"), "http": ("meeting_failed", "meeting", "creating")}
"""Where the fault "hangs" does: at this event, with this lifecycle in this state."""
PATIENCE = 600.0
"""How many seconds any answer may take that there is; a slow machine is no fault of a service."""
ALONE = {"by hand": "call", "http": None}
MEETING = "open_chat by originator, meet_now by originator, meeting_created by service"
TALK = f"{RINGS}, accept_call by recipient"


@pytest.fixture(scope="module")
def drivers() -> Iterator[Any]:
    """Makes drivers, and closes them however the tests end."""
    made: list[Any] = []

    def make(name: str, fault: str = "", timeout: float = PATIENCE) -> Any:
        kind = {"by hand": ("stdio_driver", "StdioDriver"), "http": ("http_driver", "HttpDriver")}[name]
        made.append(getattr(import_module(kind[0]), kind[1])(fault, timeout))
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        at_hand(patch)
        yield make
    for driver in made:
        driver.close()


Suites = Mapping[str, Sequence[Scenario]]


@pytest.fixture(scope="module")
def suites() -> Suites:
    """The rows of each service."""
    return {
        "by hand": [each for name in BY_HAND for each in generate("rows", PAIRS[name], "call").scenarios],
        "http": generate("rows", PAIRS["teams>legacy"]).scenarios,
    }


def departures(driver: Any, scenarios: Sequence[Scenario]) -> Iterator[Departure]:
    """What departs of a suite."""
    for each in scenarios:
        verdict = check(driver, each)
        assert not verdict.unsupported
        if verdict.departure:
            yield verdict.departure


@pytest.mark.parametrize("name", ["by hand", "http"])
def test_a_service_without_a_fault_passes_and_shows_everything(name: str, drivers: Any, suites: Suites) -> None:
    driver = drivers(name)
    for each in suites[name]:
        verdict = check(driver, each)
        assert verdict.departure is None
        assert verdict.passed == len(each.steps)
        assert verdict.asked == verdict.seen


class Fault(NamedTuple):
    """A fault, a long sequence that it shows in, the shortest one, and what departs at its end."""

    service: str
    name: str
    longer: str
    shortest: str
    departs: str
    pairing: str = "teams>sfb"
    found_by_rows: bool = True


BEFORE = "call_video by recipient, decline_call by originator, call_video by originator, cancel_call by originator"
_FAULTS = (
    Fault(
        "by hand",
        "keeps-call",
        f"{BEFORE}, {TALK}, share_desktop by originator, warn_peer by originator, accept_meeting by originator, "
        "add_video by recipient, meeting_ready by originator, hang_up by recipient",
        f"{TALK}, meet_now by originator, meeting_ready by originator",
        "state of call, owner of call, effects",
    ),
    Fault("by hand", "wrong-banner", f"{BEFORE}, {TALK}, hang_up by recipient", TALK, "effects"),
    Fault(
        "by hand",
        "second-hold",
        f"{TALK}, hold by recipient, hang_up by recipient, {TALK}, hold by originator, resume by originator, "
        "add_video by originator, add_video by recipient, hold by recipient",
        f"{TALK}, hold by originator, resume by originator, hold by recipient",
        "effects",
    ),
    Fault(
        "by hand",
        "forgets-policy",
        f"{RINGS}, cancel_call by originator, no_answer by service, call_video by recipient, accept_call by originator",
        "call_video by recipient",
        "the event, state of call, owner of call, effects, timers",
        "no-calls>sfb",
    ),
    Fault(
        "by hand",
        "late-answer",
        f"{BEFORE}, {TALK}, hang_up by recipient, accept_call by recipient, hold by originator",
        f"{RINGS}, rerouted_from_teams by service, accept_call by recipient",
        "the event, state of call, effects",
        found_by_rows=False,
    ),
    Fault(
        "by hand",
        "dies",
        f"{BEFORE}, {TALK}, hold by recipient, add_video by originator, hang_up by originator",
        f"{TALK}, hold by originator, hang_up by originator",
        "ConnectionError",
    ),
    Fault("by hand", "hangs", f"{BEFORE}, {RINGS}, media_failed by service", f"{RINGS}, media_failed by service", HUNG),
    Fault(
        "http",
        "keeps-call",
        f"open_chat by originator, send_text by originator, {TALK}, meet_now by recipient, meeting_created by service",
        f"{TALK}, meet_now by originator, meeting_created by service",
        "effects to the originator, effects to the recipient",
    ),
    Fault(
        "http",
        "wrong-banner",
        f"{RINGS}, cancel_call by originator, open_chat by originator, send_text by originator",
        "open_chat by originator",
        "effects to the originator, effects to the recipient",
    ),
    Fault(
        "http",
        "keeps-pairing",
        f"open_chat by originator, {TALK}, hang_up by recipient, teams>teams, send_emoticon by originator",
        "open_chat by originator, change recipient.mode SfBOnly to TeamsOnly, "
        "recipient.client sfb-current to teams-windows, send_emoticon by originator",
        "the rule, state of chat, opener of chat",
        found_by_rows=False,
    ),
    Fault(
        "http",
        "dies",
        f"{TALK}, hang_up by recipient, {MEETING}, link_undelivered by service, link_delivered by service",
        f"{MEETING}, link_undelivered by service",
        "ConnectionError",
    ),
    Fault(
        "http",
        "hangs",
        f"{TALK}, hang_up by recipient, {MEETING}, end_meeting by originator, meet_now by recipient, "
        "meeting_failed by service",
        "open_chat by originator, meet_now by originator, meeting_failed by service",
        HUNG,
    ),
)
FAULTS = {f"{each.service}, {each.name}": each for each in _FAULTS}
SLOW = ("http, keeps-call", "http, keeps-pairing", "http, hangs")
each_fault = pytest.mark.parametrize(
    "fault",
    [pytest.param(each, id=name, marks=[pytest.mark.slow] * (name in SLOW)) for name, each in FAULTS.items()],
)


def faulty(drivers: Any, fault: Fault) -> Any:
    """The driver of a service with a fault in it. Where it is known to hang, it is not waited for long."""
    driver = drivers(fault.service, fault.name)
    if fault.name == "hangs":
        start, apply, standing = driver.start, driver.apply, dict[str, str]()
        event_that_hangs, lifecycle, state = HANGS[fault.service]

        def begin(*about: Any) -> None:
            standing.clear()
            start(*about)

        def act(event: str, by: str) -> Any:
            hangs = event == event_that_hangs and standing.get(lifecycle) == state
            driver.process.timeout = 0.1 if hangs else PATIENCE
            if fault.service == "http":
                driver.server.sock.settimeout(driver.process.timeout)
            seen = apply(event, by)
            standing.update(seen.state)
            return seen

        driver.start, driver.apply = begin, act
    return driver


@each_fault
def test_a_fault_is_found_by_a_suite_of_rows(fault: Fault, drivers: Any, suites: Suites) -> None:
    found = next(departures(faulty(drivers, fault), suites[fault.service]), None)
    assert (found is not None) is fault.found_by_rows


@each_fault
def test_a_fault_is_reported_with_the_shortest_sequence(fault: Fault, drivers: Any) -> None:
    driver = faulty(drivers, fault)
    departure = check(driver, scenario(fault.longer, fault.pairing, ALONE[fault.service])).departure
    assert departure
    found = shrink(driver, departure)
    assert in_one_line(found.departure.scenario) == fault.shortest
    assert found.minimal
    headline = " ".join(str(found).partition("\n\n")[0].split("\n"))
    assert headline.partition(": ")[2] == fault.departs


def test_what_sneaks_through_is_found_by_sneak(drivers: Any) -> None:
    sneak = generate("sneak", PAIRS["teams>sfb"], "call").scenarios
    assert not any(departures(drivers("by hand"), sneak))
    assert any(departures(drivers("by hand", "late-answer"), sneak))


@pytest.mark.parametrize("name", ["by hand", "http"])
def test_a_service_killed_in_the_middle_is_reported_and_started_again(name: str, drivers: Any) -> None:
    driver = drivers(name)
    test = scenario(TALK, lifecycle=ALONE[name])
    assert check(driver, test).departure is None
    apply = driver.apply

    def killing(event: str, by: str) -> Any:
        if event == "accept_call":
            driver.process.popen.kill()
            driver.process.popen.wait()
        return apply(event, by)

    driver.apply = killing
    departure = check(driver, test).departure
    assert departure
    assert departure.error == f"ConnectionError: the service died with exit code {driver.process.popen.returncode}"
    assert len(departure.scenario.steps) == 2
    del driver.apply
    assert check(driver, test).departure is None


@pytest.mark.parametrize("name", ["by hand", "http"])
def test_a_service_that_does_not_start_departs_at_the_start(name: str, drivers: Any) -> None:
    driver = drivers(name, "no such fault")
    departure = check(driver, scenario(RINGS, lifecycle=ALONE[name])).departure
    assert departure
    assert departure.error == "ConnectionError: the service died with exit code 2"
    assert departure.scenario.steps == ()


@pytest.mark.parametrize("name", ["by hand", "http"])
def test_a_service_ends_with_its_driver(name: str, drivers: Any) -> None:
    driver = drivers(name)
    check(driver, scenario(RINGS, lifecycle=ALONE[name]))
    popen = driver.process.popen
    assert popen.poll() is None
    driver.close()
    assert popen.poll() is not None
    driver.close()


def test_what_a_service_does_not_do_is_said(drivers: Any) -> None:
    by_hand = drivers("by hand")
    assert "the call lifecycle alone" in check(by_hand, scenario(RINGS)).unsupported
    assert "SfBOnly with SfBOnly, in-tenant, hybrid" in check(by_hand, scenario(RINGS, "sfb>sfb", "call")).unsupported
    changed = check(by_hand, scenario(f"{RINGS}, teams>teams", lifecycle="call"))
    assert (changed.passed, changed.unsupported) == (
        1,
        "NotImplementedError: TeamsOnly with TeamsOnly, in-tenant, hybrid",
    )
    assert "whole conversations" in check(drivers("http"), scenario(RINGS, lifecycle="call")).unsupported


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", "/", {}, 404),
        ("PUT", "/", {}, 404),
        ("DELETE", "/", {}, 404),
        ("DELETE", "/conversations/77", {}, 404),
        ("POST", "/conversations", {"originator": {}}, 400),
        ("POST", "{}/events", {"event": "call_audio"}, 400),
        ("POST", "{}/events", {"event": "call_audoi", "by": "originator"}, 400),
        ("PUT", "{}/pairing", None, 400),
    ],
)
def test_a_request_that_makes_no_sense_is_answered_so(
    method: str, path: str, body: Any, expected: int, drivers: Any
) -> None:
    driver = drivers("http")
    driver.start(PAIRS["teams>sfb"])
    with pytest.raises(RuntimeError, match=f"answers {expected}: "):
        driver._ask(method, path.format(driver.path), body)
    assert check(driver, scenario(TALK)).departure is None
    driver.close()
