"""The oracle: machines run by `transitions` and the engine agree, for every profile, wherever it can come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import chain

import pytest

from fsm import CONVERSATION, LIFECYCLES, Party
from fsm.engine.program import Config
from fsm.export.names import place as named
from fsm.hosts.transitions import machines
from fsm.space.cases import Sends, Together
from fsm.verify import Space
from fsm.verify.faults import Seed, seeds
from tests.hosts.oracle import Asked, Difference, Oracle

EVENTS = len(CONVERSATION.events) * len(Party)
"""What can be tried at a place: every event, by every party."""


def some(space: Space, every: int = 1) -> Mapping[Config, int]:
    return dict(list(space.places.items())[::every])


def targets(space: Space, places: Mapping[Config, int]) -> dict[Config, dict[Sends, int]]:
    """For each place, and each way that a change of the pairing may go: the profiles that it may lead to."""
    found: dict[Config, dict[Sends, int]] = {config: defaultdict(int) for config in places}
    for config, mask in places.items():
        for members, becomes in zip(space.profiles.classes, space.profiles.becomes, strict=True):
            if mask & members:
                for sends, after in becomes.items():
                    found[config][sends] |= after
    return found


@pytest.mark.parametrize("every", [60, pytest.param(1, marks=pytest.mark.slow)])
def test_every_event_of_every_party_comes_to_the_same(space: Space, every: int) -> None:
    places = some(space, every)
    oracle = Oracle(places, space.program, Asked(space.profiles))
    assert next(oracle.over_events(), None) is None
    assert oracle.events == EVENTS * sum(mask.bit_count() for mask in places.values())
    print(f"the same state, effects, timers and refusals: {oracle.events:,} times")


@pytest.mark.parametrize("every", [60, pytest.param(1, marks=pytest.mark.slow)])
def test_every_change_of_the_pairing_comes_to_the_same(space: Space, every: int) -> None:
    places = some(space, every)
    oracle = Oracle(places, space.program, Asked(space.profiles))
    assert next(oracle.over_changes(targets(space, places)), None) is None
    assert oracle.changes >= len(places)
    print(f"the same state and effects: {oracle.changes:,} times")


SEEDED = (
    "row dropped: chat.locked.open_persistent_chat.1",
    "row redirected: call.connected.hold.1 to offered",
    "row redirected: chat.interop.send_text.1 to stay",
    "actor mistaken: call.ringing.accept_call.1 owner for peer",
    "guard dropped: chat.interop.share_desktop.1 may_meet_now",
    "effect dropped: call.ringing.accept_call.2 show_business_bar",
    "effect dropped: chat.native.rerouted_from_teams.2 lock_thread",
    "signal dropped: call.connected.hang_up.1 terminated_call.call_ended",
    "ignored signal dropped: chat.native meeting_over",
    "addressee mistaken: chat.interop.send_text.1 deliver_plain_text actor for other",
    "timer dropped: meeting.open join_timed_out",
    "dispatch row dropped: share_desktop.1",
)


def first(space: Space, oracle: Oracle) -> Difference | None:
    return next(chain(oracle.over_events(), oracle.over_changes(targets(space, oracle.places))), None)


def found(space: Space, seed: Seed) -> bool:
    engine = Together(seed.put(), space.profiles)
    difference = first(space, Oracle(some(space, 6), engine, Asked(space.profiles)))
    return difference is not None and difference.mask > 0


def test_a_fault_in_the_tables_of_one_side_is_found(space: Space) -> None:
    assert found(space, next(seeds()))


@pytest.mark.slow
@pytest.mark.parametrize("name", SEEDED)
def test_faults_of_many_kinds_are_found(space: Space, seeded: dict[str, Seed], name: str) -> None:
    assert found(space, seeded[name])


@pytest.mark.parametrize("what", ["conditions", "after"])
def test_a_fault_in_a_machine_is_found(space: Space, what: str) -> None:
    asked = Asked(space.profiles)
    asked.machines = machines()
    interop = next(named(at) for at in LIFECYCLES["chat"].places if at.state == "interop")
    sending = asked.machines["chat"].get_transitions("send_text", interop)[0]
    getattr(sending, what).pop()
    difference = first(space, Oracle(some(space, 6), space.program, asked))
    assert difference is not None
    assert difference.event == "send_text"
