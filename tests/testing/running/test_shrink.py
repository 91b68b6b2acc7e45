"""Shrinking: from any failing sequence to a shortest one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from fsm import Pairing
from fsm.testing.running.driver import Observation
from fsm.testing.running.report import in_one_line
from fsm.testing.running.run import Departure, check
from fsm.testing.running.shrink import Shrunk, events, moves, player, shrink
from fsm.testing.suite import Scenario
from tests.people import PAIRS
from tests.testing.faulty import Altered, scenario, without_effects_of

TALK = "call_audio by originator, accept_call by recipient"


def departing(service: Altered, test: Scenario) -> Departure:
    found = check(service, test).departure
    assert found
    return found


def shortest(service: Altered, text: str, pairing: str = "teams>sfb") -> Shrunk:
    return shrink(service, departing(service, scenario(text, pairing)))


def mute_on_second(event: str) -> Altered:
    """A service that does nothing outside when ``event`` is accepted for the second time."""

    def alter(service: Altered, fired: str, seen: Observation) -> Observation:
        if fired == event and seen.accepted:
            service.memory.append(fired)
            if len(service.memory) == 2:
                return replace(seen, effects=())
        return seen

    return Altered(alter)


def mute_once_seen(before: str, event: str) -> Altered:
    """A service that does nothing outside on ``event`` once ``before`` has been fired, be it refused."""

    def alter(service: Altered, fired: str, seen: Observation) -> Observation:
        service.memory.append(fired)
        return replace(seen, effects=()) if fired == event and seen.accepted and before in service.memory else seen

    return Altered(alter)


CASES = {
    "the last step alone": (
        without_effects_of("open_chat"),
        f"{TALK}, hang_up by recipient, open_chat by originator",
        "open_chat by originator",
    ),
    "a shortest way to the same place": (
        without_effects_of("accept_call"),
        "open_chat by originator, send_text by recipient, call_audio by originator, decline_call by recipient, "
        "call_video by originator, accept_call by recipient",
        TALK,
    ),
    "through a meeting": (
        without_effects_of("meeting_created"),
        f"open_chat by originator, {TALK}, hold by recipient, resume by recipient, share_desktop by originator, "
        "warn_peer by originator, accept_meeting by originator, meeting_created by service",
        "open_chat by originator, meet_now by originator, meeting_created by service",
    ),
    "what happened before counts": (
        mute_on_second("hold"),
        f"{TALK}, hold by recipient, hang_up by recipient, {TALK}, add_video by recipient, hold by originator",
        f"{TALK}, hold by recipient, resume by recipient, hold by originator",
    ),
    "a refused event counts": (
        mute_once_seen("send_file", "accept_call"),
        f"open_chat by originator, send_file by originator, {TALK}",
        f"send_file by originator, {TALK}",
    ),
    "a change counts": (
        without_effects_of("send_emoticon"),
        "open_chat by originator, send_text by originator, teams>teams, open_chat by originator, "
        "send_text by originator, send_emoticon by originator",
        "change recipient.mode SfBOnly to TeamsOnly, recipient.client sfb-current to teams-windows, "
        "open_chat by originator, send_emoticon by originator",
    ),
    "what happened before a change counts": (
        mute_once_seen("send_file", "send_emoticon"),
        "open_chat by recipient, send_file by originator, teams>teams, open_chat by originator, "
        "send_emoticon by originator",
        "send_file by originator, change recipient.mode SfBOnly to TeamsOnly, "
        "recipient.client sfb-current to teams-windows, open_chat by originator, send_emoticon by originator",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_left_is_the_shortest(case: str) -> None:
    service, text, expected = CASES[case]
    found = shortest(service, text)
    assert in_one_line(found.departure.scenario) == expected
    assert found.minimal
    assert found.why == f"Shortest of {found.runs} tried: without any one step it passes."


def test_what_leads_to_a_change_that_counts_is_kept() -> None:
    text = "open_chat by originator, send_text by recipient, federated teams>teams, switch_to_native by recipient"
    found = shortest(without_effects_of("switch_to_native"), text, "federated teams>sfb")
    assert in_one_line(found.departure.scenario) == (
        "open_chat by originator, change recipient.mode SfBOnly to TeamsOnly, "
        "recipient.client sfb-current to teams-windows, switch_to_native by recipient"
    )
    assert found.minimal


FAULTS = st.one_of(
    st.builds(
        without_effects_of, st.sampled_from(["accept_call", "hang_up", "send_text", "share_desktop", "meet_now"])
    ),
    st.builds(mute_on_second, st.sampled_from(["hold", "send_text", "call_audio"])),
    st.builds(mute_once_seen, st.sampled_from(["send_file", "add_video"]), st.sampled_from(["hang_up", "send_text"])),
)


@given(FAULTS, st.lists(st.integers(0, 1000), min_size=20, max_size=80))
@settings(max_examples=2)
def test_a_shrunk_sequence_fails_and_without_any_one_step_it_passes(service: Altered, walk: list[int]) -> None:
    pairing, play = PAIRS["teams>legacy"], player(None)
    place, fired = play.under(pairing).initial, []
    for n in walk:
        way = place.available[n % len(place.available)]
        fired.append((way.event, way.by))
        following = place[way].to
        assert following is not None
        place = following
    departure = check(service, play.scenario("walk", pairing, fired)).departure
    assume(departure)
    assert departure
    found = shrink(service, departure)
    left = moves(found.departure.scenario)
    assert found.minimal
    assert len(left) <= len(departure.scenario.steps)
    assert departing(service, play.scenario("again", pairing, left)).differences == found.departure.differences
    for n in range(len(left)):
        assert check(service, play.scenario("less", pairing, left[:n] + left[n + 1 :])).departure is None


def test_a_lifecycle_alone_is_shrunk_by_what_may_be_fired_at_it() -> None:
    class Silent(Altered):
        def start(self, pairing: Pairing, lifecycle: str | None = None) -> None:
            self.lone = player(lifecycle).under(pairing).initial

        def apply(self, event: str, by: str) -> Observation:
            result = self.lone[event, by]
            self.lone = self.lone if result.to is None else result.to  # a place not asked yet is an empty dict
            (at,) = self.lone.config
            return Observation(
                accepted=result.to is not None, state={"call": "connected" if at.state == "draining" else at.state}
            )

    text = f"{TALK}, hold by recipient, resume by recipient, rerouted_from_sfb by service, hang_up by originator"
    found = shrink(Silent(lambda *_: None), departing(Silent(lambda *_: None), scenario(text, lifecycle="call")))
    assert in_one_line(found.departure.scenario) == f"{TALK}, rerouted_from_sfb by service"
    assert ("meeting_ready", "recipient") in events("call")
    assert ("meeting_ready", "recipient") not in events(None)


def test_runs_are_limited() -> None:
    service = mute_on_second("hold")
    text, shortest_ = CASES["what happened before counts"][1:]
    departure = departing(service, scenario(text))
    before = service.starts
    found = shrink(service, departure, limit=3)
    assert (found.runs, found.minimal, service.starts - before) == (3, False, 3)
    assert found.why == "Stopped after 3 runs: there may be a shorter one."
    assert len(found.departure.scenario.steps) >= len(shortest_.split(", "))


def test_a_service_that_does_not_fail_again_is_not_shrunk() -> None:
    service = without_effects_of("accept_call")
    departure = departing(service, scenario(TALK))
    service.alter = lambda _, event, seen: seen
    assert shrink(service, departure) == Shrunk(
        departure, 1, False, "It passed when it was run again: the service does not answer alike."
    )


class Dying(Altered):
    """A service that does not start again after a number of times."""

    def __init__(self, alter: Any, lives: int) -> None:
        super().__init__(alter)
        self.lives = lives

    def start(self, pairing: Pairing, lifecycle: str | None = None) -> None:
        if self.starts == self.lives:
            raise ConnectionRefusedError("nobody listens")
        super().start(pairing, lifecycle)


def test_a_service_that_is_gone_is_not_run_any_more() -> None:
    service = Dying(without_effects_of("accept_call").alter, 2)
    found = shrink(service, departing(service, scenario(f"open_chat by originator, {TALK}")))
    assert (found.runs, found.minimal) == (2, False)
    assert found.why == "Stopped after 2 runs: the service no longer starts: ConnectionRefusedError: nobody listens"
    assert in_one_line(found.departure.scenario) == f"open_chat by originator, {TALK}"


def test_a_service_that_never_started_has_nothing_to_shrink() -> None:
    service = Dying(without_effects_of("accept_call").alter, 0)
    found = shrink(service, departing(service, scenario(TALK)))
    assert (found.runs, found.minimal, found.why) == (0, True, "The service did not start.")
    assert in_one_line(found.departure.scenario) == "nothing"


def test_the_report_says_how_it_was_shortened() -> None:
    found = shortest(without_effects_of("open_chat"), "open_chat by originator")
    assert str(found) == f"{found.departure}\n\n{found.why}"


@pytest.mark.parametrize("limit", [-1, True, 2.5, None, "7"])
def test_a_limit_is_a_whole_number(limit: Any) -> None:
    driver = without_effects_of("accept_call")
    departure = check(driver, scenario("call_audio by originator, accept_call by recipient")).departure
    assert departure
    with pytest.raises(ValueError, match=r"limit: .* is not accepted; use 0 or more"):
        shrink(driver, departure, limit)
