"""Laws that hold for every pairing and every run of events."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm import CONVERSATION, Conversation, Outcome, Pairing, Party, RefusalKind, Refused, Way
from fsm.engine import known
from fsm.engine.conversation import PROGRAMS
from fsm.engine.profile import Profile
from fsm.notation import At, Step, guards_of
from fsm.space.resolved import branches
from fsm.spec import routing
from fsm.spec.claims.always import ALWAYS
from tests.strategies import pairings, walks

Move = tuple[str, Any]


def play(conversation: Conversation, walk: list[Move]) -> list[object]:
    """The outcomes and refusals of a walk. Refused events are part of it."""
    trace: list[object] = []
    for kind, what in walk:
        if kind == "change":
            trace.append(conversation.change(what))
            continue
        if kind == "step":
            ways = [way for way in conversation.available() if way.event != "close_chat" or what % 7 == 0]
            what = ways[what % len(ways)] if ways else ("open_chat", Party.ORIGINATOR)
        before = conversation.places
        why_not, may = conversation.why_not(*what), conversation.may(*what)
        if may:
            assert why_not is None
            outcome = conversation.fire(*what)
            assert outcome.state == conversation.state
            trace.append(outcome)
        else:
            with pytest.raises(Refused) as caught:
                conversation.fire(*what)
            assert caught.value.refusal == why_not
            assert conversation.places == before
            trace.append(why_not)
    return trace


@given(pairings(), walks)
def test_may_and_why_not_agree_with_fire_and_refusals_change_nothing(pairing: Pairing, walk: list[Move]) -> None:
    play(Conversation(pairing), walk)


@given(pairings(), walks)
def test_the_same_events_give_the_same_trace(pairing: Pairing, walk: list[Move]) -> None:
    assert play(Conversation(pairing), walk) == play(Conversation(pairing), walk)


@given(pairings(), walks, walks)
def test_a_snapshot_at_any_point_changes_nothing(pairing: Pairing, first: list[Move], then: list[Move]) -> None:
    conversation = Conversation(pairing)
    play(conversation, first)
    restored = Conversation.restore(json.loads(json.dumps(conversation.snapshot())))
    assert play(restored, then) == play(conversation, then)
    assert restored.snapshot() == conversation.snapshot()


@given(pairings(), walks)
def test_every_invariant_holds_at_every_step(pairing: Pairing, walk: list[Move]) -> None:
    conversation = Conversation(pairing)
    for move in walk:
        before = conversation.places
        [result] = play(conversation, [move])
        if isinstance(result, Outcome):
            holds = conversation._at.program.profile.holds
            step = Step(result.event, dict(before.items()), dict(conversation.places.items()), result.effects, holds)
            broken = [each.name for each in ALWAYS if each.step and not each.step(step)]
            assert not broken, (before, result)


@given(pairings(), walks)
def test_every_refusal_names_a_rule_or_says_what_applies(pairing: Pairing, walk: list[Move]) -> None:
    conversation = Conversation(pairing)
    play(conversation, walk)
    for event in CONVERSATION.events:
        for by in Party:
            refusal = conversation.why_not(known.event(event), by)
            if refusal is not None:
                assert refusal.message
                assert refusal.rule or refusal.ways or not [way for way in conversation.available() if way.by is by]
                assert all(conversation.may(*way) for way in refusal.ways)


@given(pairings(), walks)
def test_the_kind_of_a_refusal_is_whose_rows_there_are(pairing: Pairing, walk: list[Move]) -> None:
    conversation = Conversation(pairing)
    play(conversation, walk)
    kinds = {RefusalKind.NOT_APPLICABLE: (False, False), RefusalKind.NOT_YOURS: (False, True)}
    for event in CONVERSATION.events:
        for by in Party:
            refusal = conversation.why_not(known.event(event), by)
            places: dict[str, At] = dict(conversation.places.items())
            sent = next(row for row in CONVERSATION.dispatch[event] if row.applies(places, by))
            if refusal is None or sent.refused:
                assert refusal is None or (refusal.kind, refusal.rule) == (RefusalKind.REFUSED, sent.refused)
                continue
            lifecycle, at = CONVERSATION.lifecycles[sent.lifecycle], places[sent.lifecycle]
            own, *others = (bool(branches(lifecycle, at, event, who)) for who in (by, *Party))
            assert kinds.get(refusal.kind, (True, True)) == (own, any(others))


@given(pairings(), walks)
def test_every_limit_but_persistent_chat_has_a_way_out_that_is_open(pairing: Pairing, walk: list[Move]) -> None:
    conversation = Conversation(pairing)
    play(conversation, walk)
    for event in CONVERSATION.events:
        for by in (Party.ORIGINATOR, Party.RECIPIENT):
            refusal = conversation.why_not(known.event(event), by)
            if refusal is not None and (refusal.rule or "").startswith("LIM-"):
                assert bool(refusal.ways) is (refusal.rule != "LIM-7"), refusal


@given(pairings(), walks)
def test_timers_are_what_the_state_says(pairing: Pairing, walk: list[Move]) -> None:
    conversation = Conversation(pairing)
    running: dict[str, int] = {}
    for move in walk:
        [result] = play(conversation, [move])
        if isinstance(result, Outcome):
            for event in result.timers.cancel:
                del running[event]
            running.update(result.timers.start)
        assert running == {timer.event: timer.seconds for timer in conversation.timers()}
        for event in running:
            assert conversation.may(known.event(event), Party.SERVICE), event


@given(pairings(), pairings())
def test_a_profile_is_all_that_counts(first: Pairing, second: Pairing) -> None:
    same = PROGRAMS.under(routing.views(first)) is PROGRAMS.under(routing.views(second))
    guards = guards_of(CONVERSATION)
    profiles = [Profile(guards, routing.views(pairing)) for pairing in (first, second)]
    assert same == (profiles[0] == profiles[1]) == (hash(profiles[0]) == hash(profiles[1]))


@given(pairings(), walks)
def test_facts_that_a_route_makes_moot_change_nothing(pairing: Pairing, walk: list[Move]) -> None:
    walk = [move for move in walk if move[0] != "change"]
    plain = Conversation(pairing)
    settled, routing.settled = routing.settled, lambda view: view  # type: ignore[assignment]  # not cached
    try:
        twin = Pairing(
            pairing.originator,
            pairing.recipient,
            scope=pairing.scope,
            topology=pairing.topology,
            federation_allowed=pairing.federation_allowed,
            same_cloud=pairing.same_cloud,
            islands_interop=pairing.islands_interop,
        )
        unsettled = Conversation(twin)
    finally:
        routing.settled = settled
    assert [step.effects for step in play(plain, walk) if isinstance(step, Outcome)] == [
        step.effects for step in play(unsettled, walk) if isinstance(step, Outcome)
    ]
    assert plain.places == unsettled.places


@given(st.data(), walks)
def test_ways_out_of_a_place_are_its_available_events(data: st.DataObject, walk: list[Move]) -> None:
    conversation = Conversation(data.draw(pairings()))
    play(conversation, walk)
    assert set(conversation.available()) == {
        Way(event, by) for event in CONVERSATION.events for by in Party if conversation.may(known.event(event), by)
    }
