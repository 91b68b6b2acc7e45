"""The engine asked about many profiles at once says of each what it says of that one alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm import CONVERSATION, LostSignal, Outcome, Pairing, Party, Refusal, Timers
from fsm.engine.conversation import PROGRAMS
from fsm.engine.profile import Profile
from fsm.engine.program import Config, Program
from fsm.notation import At, Lifecycle, Row, change, on, on_signal, signal, state
from fsm.space.cases import CHANGE, Asked, Case, Ignored, These, Together
from fsm.space.places import low
from fsm.space.profiles import ADDRESSES
from fsm.spec.routing import View, views
from fsm.verify import Space
from tests.engine.test_program import two
from tests.people import PAIRS
from tests.strategies import pairings
from tests.verify.machines import always, compose, lifecycle, never

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyOutcome, AnyRefusal


def agrees(case: Case, config: Config, alone: AnyOutcome | AnyRefusal) -> None:
    if isinstance(alone, Refusal):
        assert case.refusal is not None
        assert (case.refusal.kind, case.refusal.rule, case.refusal.row) == (alone.kind, alone.rule, alone.row)
        assert (case.refusal.message, case.refusal.reasons) == (alone.message, alone.reasons)
    else:
        assert case.refusal is None
        assert (case.leads(config), case.effects, case.rows) == (alone.to.config, alone.effects, alone.rows)
        assert case.timers == (Timers() if case.event == CHANGE else alone.timers)


def agrees_on_change(case: Case, config: Config, program: Program, before: Program, seen: tuple[View, View]) -> None:
    if case.lost:
        with pytest.raises(LostSignal):
            program.change(config, before, *seen)
    else:
        agrees(case, config, program.change(config, before, *seen))


def events(space: Space, program: Program, config: Config, bit: int) -> Iterator[Config]:
    """Where the events lead that are possible here, each having been compared."""
    for event in CONVERSATION.events:
        mine = [case for case in space.program.cases(config, event) if case.mask & bit]
        assert [case.by for case in mine] == list(Party), "each of the three has one answer"
        for case in mine:
            if case.lost:
                with pytest.raises(LostSignal):
                    program.at(config)[event, case.by]
                continue
            alone = program.at(config)[event, case.by]
            agrees(case, config, alone)
            if isinstance(alone, Outcome):
                yield alone.to.config


@pytest.mark.slow
@pytest.mark.parametrize("name", ["no-calls>sfb", "clouds teams>teams"])
def test_every_place_of_a_profile(space: Space, name: str) -> None:
    pairing = PAIRS[name]
    bit = 1 << space.profiles.of(pairing)
    program = PROGRAMS.under(views(pairing))
    found, open_ = {space.start}, [space.start]
    while open_:
        config = open_.pop()
        assert space.places[config] & bit, "reached alone, so reached together"
        for to in events(space, program, config, bit):
            if to not in found:
                found.add(to)
                open_.append(to)
    assert len(found) > 10


@given(st.data(), pairings(*ADDRESSES))
@settings(max_examples=10)
def test_any_place_of_any_profile(space: Space, data: st.DataObject, pairing: Pairing) -> None:
    bit = 1 << space.profiles.of(pairing)
    config = data.draw(st.sampled_from([config for config, mask in space.places.items() if mask & bit]))
    for to in events(space, PROGRAMS.under(views(pairing)), config, bit):
        assert space.places[to] & bit


@given(st.data(), pairings(*ADDRESSES), pairings(*ADDRESSES))
@settings(max_examples=60)
def test_any_change(space: Space, data: st.DataObject, old: Pairing, new: Pairing) -> None:
    before, after = (1 << space.profiles.of(each) for each in (old, new))
    config = data.draw(st.sampled_from([config for config, mask in space.places.items() if mask & before]))
    sends = tuple(change.when(views(old)[0], views(new)[0]) for change in CONVERSATION.changes)
    [case] = [case for case in space.program.changed(config, sends) if case.mask & after]
    program = PROGRAMS.under(views(new))
    agrees_on_change(case, config, program, PROGRAMS.under(views(old)), (views(old)[0], views(new)[0]))
    assert case.lost or space.places[case.leads(config)] & after


@pytest.mark.parametrize("every", [30, pytest.param(1, marks=pytest.mark.slow)])
def test_what_is_sent_together_comes_to_what_it_comes_to_alone(space: Space, every: int) -> None:
    programs = [PROGRAMS.under(views(pairing)) for pairing in space.profiles.pairing]
    for sends, example in space.profiles.example.items():
        if sends.count(True) > 1:
            for config in list(space.places)[::every]:
                for case in space.program.changed(config, sends):
                    program = programs[low(case.mask)]
                    agrees_on_change(case, config, program, program, example)


def bell(*hearing: Row, ignores: str = "") -> Together:
    """The bell and the door of the program's tests."""
    alone = two(*hearing, ignores=ignores)
    return Together(alone.composition, These([alone.profile]))


def test_what_becomes_of_signals_is_noted() -> None:
    start = bell().initial.config
    heard, ignored, lost = (
        bell(*rows, ignores=ignores).cases(start, "press")[0]
        for rows, ignores in (([on_signal("ring", cites="INT-1")], ""), ([], "ring"), ([], ""))
    )
    said = "door.shut has no row for signal 'ring' by originator"
    assert [(case.lost, case.ignored) for case in (heard, ignored, lost)] == [
        ("", frozenset()),
        ("", {Ignored("door", "shut", "ring")}),
        (said, frozenset()),
    ]
    assert (lost.moves, lost.rows, lost.refusal) == ((), (), None)


def turning(name: str, event: str, to: str) -> Lifecycle:
    """Turns when it hears a signal, once."""
    return lifecycle(
        name,
        state("initial", "", on_signal(event, to=to, cites="INT-1"), initial=True),
        state(to, "", ignores=event),
    )


def test_a_change_goes_on_from_where_an_earlier_one_of_the_same_moment_led() -> None:
    bell, lamp = turning("bell", "rang", "rung"), turning("lamp", "lit", "bright")
    door = lifecycle(
        "door",
        state("shut", "", on_signal("opened", to="wide", cites="INT-1"), initial=True, ignores="entered"),
        state("wide", "", on_signal("entered", effects=[signal("bell.rang")], cites="INT-1"), ignores="opened"),
    )
    changes = (
        change(event, Party.ORIGINATOR, lambda old, new: True, "INT-1") for event in ("opened", "lit", "entered")
    )
    many = These([Profile((), ())])
    program = Together(compose(bell, lamp, door, changes=changes), many)
    [case] = program.changed(program.initial.config, (True, True, True))
    assert case.leads(program.initial.config) == (At("rung"), At("bright"), At("wide"))


def test_which_guards_are_asked_is_noted() -> None:
    lamp = lifecycle(
        "lamp",
        state(
            "dark",
            "",
            on("press", when=[always, never, always], cites="INT-1"),
            on("press", when=[always, always], cites="INT-1"),
            initial=True,
        ),
    )
    program = Together(compose(lamp), These([Profile((always, never), views(PAIRS["teams>sfb"]))]))
    case = program.cases(program.initial.config, "press")[0]
    assert case.asked == {
        Asked("lamp.dark.press.1", 0, True),
        Asked("lamp.dark.press.1", 1, False),
        Asked("lamp.dark.press.2", 0, True),
        Asked("lamp.dark.press.2", 1, True),
    }


def test_these_are_numbered_as_given() -> None:
    profiles = [PROGRAMS.under(views(PAIRS[name])).profile for name in ("teams>sfb", "no-meet-now>sfb", "sfb>sfb")]
    these = These(profiles)
    assert these.everyone == 0b111
    for guard, party in product(PROGRAMS.guards, (Party.ORIGINATOR, Party.RECIPIENT)):
        assert these.holding(guard, party) == sum(1 << n for n, each in enumerate(profiles) if each.holds(guard, party))


def test_profiles_are_never_in_two_cases(space: Space) -> None:
    for config in list(space.places)[::80]:
        for event in CONVERSATION.events:
            for by in Party:
                masks = [case.mask for case in space.program.cases(config, event) if case.by is by]
                assert sum(masks) == space.profiles.everyone
