"""How two users come to a place."""

from __future__ import annotations

from fsm import Conversation, Pairing, Participant
from fsm.explore import way_to

PAIRING = Pairing(Participant("ann@contoso.com", "TeamsOnly"), Participant("bob@contoso.com", "SfBOnly"))


def test_the_way_leads_there() -> None:
    talk = Conversation(PAIRING)
    for event, by in (("call_audio", "originator"), ("accept_call", "recipient"), ("share_desktop", "originator")):
        talk.fire(event, by)  # type: ignore[arg-type]
    way = way_to(PAIRING, talk.places)
    assert way == [("call_audio", "originator"), ("accept_call", "recipient"), ("share_desktop", "originator")]


def test_nothing_leads_to_the_beginning_but_nothing() -> None:
    assert way_to(PAIRING, Conversation(PAIRING).places) == []


def test_there_is_none_to_a_place_that_takes_a_change() -> None:
    assert way_to(PAIRING, Conversation.at(PAIRING, "chat=draining").places) is None
