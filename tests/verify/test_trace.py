"""Traces are shortest, and go the same way on a conversation."""

from __future__ import annotations

import random
from itertools import islice

from fsm import Conversation, Party
from fsm.engine import known
from fsm.engine.program import Config
from fsm.space.places import low
from fsm.spec.facts import difference
from fsm.verify import Move, Space, Trace, at_every_step, breaches
from fsm.verify.trace import nearest, replays, steps_to, trace
from tests.people import LEGACY, PAIRS, SFB, TEAMS, pair


def sample(space: Space, count: int) -> list[Config]:
    return random.Random(1).sample(sorted(space.places), count)


def test_every_way_is_as_short_as_said_and_confirmed_by_the_engine(space: Space) -> None:
    for config in sample(space, 60):
        for arrival in islice(space.arrivals(config), 3):
            found = trace(space, config, arrival.mask)
            assert found.confirmed
            assert len(found.moves) == arrival.steps == steps_to(space, config, arrival.mask)


def test_a_way_goes_the_same_on_a_conversation(space: Space) -> None:
    for config in sample(space, 20):
        found = trace(space, config, space.places[config])
        conversation = Conversation(found.pairing)
        for move in found.moves:
            if move.pairing:
                conversation.change(move.pairing)
            else:
                conversation.fire(known.event(move.event), move.by)
        assert tuple(conversation.places.values()) == config


def test_a_step_that_breaks_a_property_ends_the_trace(space: Space) -> None:
    for event in ("change", "close_chat"):
        broken = breaches(at_every_step("x", "no", "", lambda step: False, of=event), space)
        shown = [trace(space, each.config, each.mask, each.edge) for each in list(broken)[::500] if each.config]
        assert shown
        assert all(each.confirmed and each.moves[-1].event == event for each in shown)


def test_nobody_comes_where_there_is_no_way(space: Space) -> None:
    assert steps_to(space, space.start, 0) is None


def test_a_change_is_told_by_what_it_changes(space: Space) -> None:
    old, new = PAIRS["teams>sfb"], PAIRS["teams>legacy"]
    number = space.profiles.of(new)
    found = nearest(space.profiles, old, number)
    assert space.profiles.of(found) == number
    assert difference(old, found) == "recipient.client sfb-current to sfb-legacy"


def test_facts_that_do_not_fit_each_other_are_passed_over(space: Space) -> None:
    old, new = pair(TEAMS, SFB, {}, LEGACY), pair(SFB, TEAMS)
    assert space.profiles.of(nearest(space.profiles, old, space.profiles.of(new))) == space.profiles.of(new)


def test_a_trace_reads_as_text(space: Space) -> None:
    [config] = [each for each in space.places if str(each[0]) == "locked" and all(at.owner is None for at in each)][:1]
    text = str(trace(space, config, space.places[config]))
    assert text.splitlines()[1] == " 1 open_chat by originator  ->  chat=native"
    assert text.splitlines()[2].startswith(" 2 change: ")
    assert str(Move("no", Party.SERVICE, None, "", "", ())) == "no by service  ->  as at the start"
    assert str(Trace(PAIRS["teams>sfb"], (), True)).strip() == "TeamsOnly to SfBOnly"


def test_a_way_that_the_engine_does_not_go_is_not_confirmed(space: Space) -> None:
    composition, pairing = space.composition, space.profiles.pairing[low(space.profiles.everyone)]
    refused = Move("send_text", Party.ORIGINATOR, None, "", "", ())
    elsewhere = Move("open_chat", Party.ORIGINATOR, None, "", "chat closed", ())
    assert not replays(composition, pairing, [refused])
    assert not replays(composition, PAIRS["teams>sfb"], [elsewhere])
    assert replays(composition, pairing, [])
