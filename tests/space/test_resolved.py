"""Branches are the tables with every role resolved: matched by hand, they decide as the engine does."""

from __future__ import annotations

import pytest

from fsm import LIFECYCLES, Party
from fsm.engine.conversation import PROGRAMS
from fsm.notation import At
from fsm.space.resolved import Raise, Send, branches, waits
from fsm.spec.routing import views
from tests.people import PAIRS


@pytest.mark.parametrize("name", PAIRS)
def test_under_a_profile_the_branch_that_is_left_is_the_row_that_the_engine_takes(name: str) -> None:
    program = PROGRAMS.under(views(PAIRS[name]))
    for lifecycle in LIFECYCLES.values():
        for at in lifecycle.places:
            for event in (*lifecycle.events, *lifecycle.signals):
                for actor in Party:
                    row = program.match(lifecycle.name, at, event, actor)
                    found = branches(lifecycle, at, event, actor, program.profile)
                    assert [each.row for each in found] == ([row.id] if row else [])
                    held = [
                        each
                        for each in branches(lifecycle, at, event, actor)
                        if all(program.profile.holds(*asked) for asked in each.when)
                    ]
                    assert [each.row for each in held[:1]] == [each.row for each in found]


def test_effects_are_addressed_and_signals_have_senders() -> None:
    profile = PROGRAMS.under(views(PAIRS["teams>sfb"])).profile
    (found,) = branches(LIFECYCLES["call"], At("ringing", Party.ORIGINATOR), "cancel_call", Party.ORIGINATOR, profile)
    assert found.to == At("ended")
    assert {each.to for each in found.does if isinstance(each, Send)} <= {*Party}
    resolved = branches(LIFECYCLES["call"], At("offered", Party.ORIGINATOR), "accept_meeting", Party.ORIGINATOR)
    assert any(isinstance(each, Raise) for branch in resolved for each in branch.does)


def test_conditions_are_named_by_guard_and_party() -> None:
    names = {
        (asked.guard.name, asked.party.value, asked.name)
        for lifecycle in LIFECYCLES.values()
        for at in lifecycle.places
        for event in lifecycle.events
        for actor in Party
        for branch in branches(lifecycle, at, event, actor)
        for asked in branch.when
    }
    assert ("may_meet_now", "originator", "originator_may_meet_now") in names
    assert {name for guard, _, name in names if guard == "interop"} == {"interop"}
    assert not any(" " in name for _, _, name in names)


def test_waits_are_the_timers_that_run() -> None:
    for pairing in PAIRS.values():
        program = PROGRAMS.under(views(pairing))
        for n, lifecycle in enumerate(LIFECYCLES.values()):
            for at in lifecycle.places:
                config = tuple(at if m == n else each.initial for m, each in enumerate(LIFECYCLES.values()))
                found = {wait.event: wait.seconds for wait in waits(lifecycle, at, program.profile)}
                assert found == program.running(config)
                assert set(found) <= {wait.event for wait in waits(lifecycle, at)}
