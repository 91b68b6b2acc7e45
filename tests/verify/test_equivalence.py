"""Whether a changed composition does the same, held against playing both side by side."""

from __future__ import annotations

from collections import deque
from fnmatch import fnmatchcase

import pytest

from fsm import CONVERSATION
from fsm.engine.outcome import LostSignal
from fsm.engine.program import Answers, Programs
from fsm.notation import Composition, guards_of, on, state
from fsm.space.profiles import Profiles
from fsm.space.reachable import Space
from fsm.spec.routing import views
from fsm.verify.equivalence import Comparison, Difference
from fsm.verify.faults import Seed, faults
from tests.conftest import kept
from tests.verify.machines import ENDLESS, IDLE, LOSING, REFUSING, WAITING, compose, explored, few, lifecycle


@pytest.fixture(scope="module")
def comparison(space: Space) -> Comparison:
    with kept():
        return Comparison(space)


def test_a_composition_is_equivalent_to_itself(comparison: Comparison) -> None:
    assert comparison.difference(CONVERSATION) is None


EQUIVALENT = (
    "dispatch rows swapped: meet_now.3 and meet_now.4",
    "effects out of order: call.none.call_video.1 ring_video",
    "addressee mistaken: meeting.invited.join_timed_out.1 chat.meeting_over peer for owner",
    "guard dropped: chat.none.carry_link.* interop",
)
"""Faults that nobody can see; of those with another number in the place of the star, the first."""


@pytest.mark.parametrize("name", EQUIVALENT)
def test_what_nothing_shows_is_no_fault(comparison: Comparison, seeded: dict[str, Seed], name: str) -> None:
    assert comparison.difference(seed(seeded, name).put()) is None


def seed(seeded: dict[str, Seed], pattern: str) -> Seed:
    """The first fault of that name."""
    return next(each for name, each in seeded.items() if fnmatchcase(name, pattern))


DIFFERENT = {
    "effect dropped: chat.interop.send_text.1 relay": (
        "open_chat send_text",
        "changed: send_text by originator leads nowhere else; effects: deliver_plain_text to the recipient; timers: ",
    ),
    "row dropped: call.on_hold.hang_up.1": (
        "call_audio accept_call hold hang_up",
        "changed: hang_up by originator is not applicable here",
    ),
    "row dropped: call.offered.warn_peer.1": (
        "call_audio accept_call share_desktop warn_peer",
        "changed: warn_peer by originator is refused by DEC-30",
    ),
    "ignored signal dropped: terminated_call.none call_placed": (
        "call_audio",
        "changed: call_audio by originator loses a signal: "
        "terminated_call.none has no row for signal 'call_placed' by originator",
    ),
    "dispatch row dropped: call_audio.1": ("", "original: call_audio by recipient is refused by DEC-6"),
    "row redirected: chat.interop.rerouted_across.* to expired": (
        "open_chat change",
        "changed: change by service leads to chat=expired",
    ),
    "timer dropped: chat.draining session_expired": ("open_chat change", "other timers run then"),
    "timer dropped: call.ringing no_answer": ("call_audio", "leads to call=ringing:originator; "),
}
"""Faults, the events of a shortest way to tell them, and what is said of it, or a part."""


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_fault_shows_in_the_fewest_steps(comparison: Comparison, seeded: dict[str, Seed], name: str) -> None:
    found = comparison.difference(seed(seeded, name).put())
    assert found is not None
    assert found.trace.confirmed
    events, says = DIFFERENT[name]
    assert " ".join(move.event for move in found.trace.moves) == events
    assert says in str(found)


def side_by_side(original: Composition, changed: Composition, profiles: Profiles) -> int | None:
    """How many steps it takes to tell two compositions apart, both being played for everyone."""
    ours, theirs = Programs(original), Programs(changed)
    starts = [(ours.under(v).initial, theirs.under(v).initial, 0) for v in map(views, profiles.pairing)]
    open_, seen = deque(starts), set()
    while open_:
        here, there, steps = open_.popleft()
        for event in original.events:
            for by in ("originator", "recipient", "service"):
                one, other = told(here, event, by), told(there, event, by)
                if one != other:
                    return steps + 1
                to, too = (row[event, by].to if one[0] == "accepted" else None for row in (here, there))
                if to is not None and too is not None and (to, too) not in seen:
                    seen.add((to, too))
                    open_.append((to, too, steps + 1))
    return None


def told(here: Answers, event: str, by: str) -> tuple[object, ...]:
    try:
        result = here[event, by]
    except LostSignal:
        return ("lost",)
    if result.to is None:
        return "refused", result.rule
    return "accepted", result.at, result.effects, result.timers


@pytest.mark.parametrize(
    "original",
    [
        pytest.param(IDLE, marks=pytest.mark.slow),
        REFUSING,
        pytest.param(WAITING, marks=pytest.mark.slow),
        LOSING,
        ENDLESS,
    ],
)
def test_every_fault_of_a_small_composition_takes_as_many_steps_as_playing_both(original: Composition) -> None:
    profiles = Profiles(original, few(24), [~guard for guard in guards_of(original)])
    comparison = Comparison(Space(original, profiles))
    for fault in faults(original, one_in={}):
        if set(fault.composition.events) == set(original.events):
            found = comparison.difference(fault.composition)
            assert steps(found) == side_by_side(original, fault.composition, profiles), fault.name


def steps(found: Difference | None) -> int | None:
    if found is None:
        return None
    refused = found.was is not None and found.was.refusal is not None
    return len(found.trace.moves) + refused


def two(name: str = "left", first: str = "a", initial: str = "a", event: str = "go") -> Composition:
    """Two states, from each of which an event leads to the other."""
    return compose(
        lifecycle(
            name,
            state(first, "", on(event, to="b", cites="RTE-1"), initial=initial == first),
            state("b", "", on(event, to=first, cites="RTE-1"), initial=initial == "b"),
        )
    )


OTHERS = {
    "lifecycles": two(name="right"),
    "places": two(first="c", initial="c"),
    "initial states": two(initial="b"),
    "events": two(event="come"),
}


@pytest.mark.parametrize("what", OTHERS)
def test_compositions_of_another_shape_cannot_be_compared(what: str) -> None:
    comparison = Comparison(explored(two()))
    with pytest.raises(ValueError, match=f"^{what}: the changed composition has others than the original"):
        comparison.difference(OTHERS[what])


def test_nor_can_those_that_send_other_changes(comparison: Comparison, seeded: dict[str, Seed]) -> None:
    dropped = seeded["change dropped: moved by originator"]
    with pytest.raises(ValueError, match=r"^changes: "):
        comparison.difference(dropped.put())


def test_nor_can_those_that_ask_what_nobody_is_told_apart_by(comparison: Comparison, seeded: dict[str, Seed]) -> None:
    with pytest.raises(ValueError, match=r"^guard: 'not_on_teams' for \w+ is not one"):
        comparison.difference(seeded["guard negated: call.offered.warn_peer.1 on_teams"].put())
