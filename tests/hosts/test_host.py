"""The contract's values: JSON and back, histories that do not replay, what is no time."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import asdict, replace

import pytest

from fsm import Conversation, Party, Refused, known
from fsm.export.json import values
from fsm.hosts.host import (
    CHANGE,
    OPEN,
    AlreadyOpen,
    Awaited,
    Done,
    Effect,
    KeyReused,
    Line,
    NoConversation,
    moment,
    pause,
    refusal_json,
    replayed,
)
from fsm.hosts.memory import MemoryHost
from tests.people import PAIRS

TWO, MOVED = PAIRS["teams>sfb"], PAIRS["teams>teams"]


def lines() -> tuple[Line, ...]:
    """A history with a bit of everything."""
    host = MemoryHost()
    host.open("c1", TWO, key="k0")
    host.fire("c1", "call_audio", "originator", key="k1")
    host.fire("c1", "accept_call", "recipient", key="k2", of=1)
    with pytest.raises(Refused):
        host.fire("c1", "no_answer", "service", key="k3", of=1)
    host.change("c1", MOVED, key="k4")
    return host.history("c1")


def test_a_step_is_json_and_back() -> None:
    for line in lines():
        if line.accepted:
            done = Done.from_json(line.answer)
            assert Done.from_json(json.loads(json.dumps(done.to_json()))) == done
            assert copy.deepcopy(done) == pickle.loads(pickle.dumps(done)) == done
            assert asdict(done)["effects"] == tuple(map(asdict, done.effects))


def test_a_step_tells_effects_with_what_names_and_answers_them() -> None:
    [ring, _] = Done.from_json(lines()[1].answer).to_json()["effects"]
    assert ring == {
        "id": "c1/1/0",
        "n": 0,
        "name": "ring_audio",
        "to": "recipient",
        "answers": ["accept_call", "decline_call", "voicemail_answered", "voice_service_answered", "media_failed"],
    }
    assert Effect("c1", 1, 0, "stop_ringing", "recipient").answers == ()


def test_every_kind_of_refusal_is_json_and_back() -> None:
    talk = Conversation(PAIRS["teams>legacy"])
    talk.fire("open_chat", "originator")
    found = [
        refusal
        for event in talk.composition.events
        for by in Party
        if (refusal := talk.why_not(known.event(event), by)) is not None
    ]
    assert {each.kind for each in found} >= {"not-applicable", "not-yours", "refused"}
    assert any(each.reasons for each in found)
    for each in (*found, values.refusal(lines()[3].answer)):
        assert values.refusal(json.loads(json.dumps(refusal_json(each)))) == each


def test_a_history_replays() -> None:
    talk = replayed(Line.from_json(json.loads(json.dumps(line.to_json()))) for line in lines())
    assert (talk.pairing, talk.state["call"]) == (MOVED, "draining_interop")


def test_a_history_that_is_not_whole_or_not_so_does_not_replay() -> None:
    opened, called, accepted, _, changed = lines()
    assert (opened.event, changed.event) == (OPEN, CHANGE)
    with pytest.raises(ValueError, match="history: it has no opening; give all of it"):
        replayed([])
    with pytest.raises(ValueError, match="history: 'call_audio' comes before the opening"):
        replayed([called])
    with pytest.raises(ValueError, match="history: step 2, 'accept_call', came to something else then"):
        replayed([opened, accepted])
    other = replace(called, answer={**called.answer, "state": {}})
    with pytest.raises(ValueError, match="history: step 1, 'call_audio', came to something else then"):
        replayed([opened, other])


def test_what_is_reused_is_told() -> None:
    host = MemoryHost()
    host.open("c1", TWO, key="k0")
    host.fire("c1", "call_audio", "originator", key="k1")
    host.fire("c1", "accept_call", "recipient", key="k2", of=1)
    with pytest.raises(KeyReused, match="key: 'k1' was given for call_audio by originator already, and now for hold"):
        host.fire("c1", "hold", "originator", key="k1")
    with pytest.raises(
        KeyReused, match="for accept_call by recipient of step 1 already, and now for accept_call by rec"
    ):
        host.fire("c1", "accept_call", "recipient", key="k2")
    with pytest.raises(KeyReused, match="key: 'k0' was given for open by service already, with another pairing; give"):
        host.open("c1", MOVED, key="k0")
    with pytest.raises(AlreadyOpen, match="conversation: 'c1' is open already; give another id, or the key it was"):
        host.open("c1", TWO, key="k9")
    with pytest.raises(NoConversation, match="conversation: there is no 'c2'; open it first"):
        host.read("c2")


def test_keys_and_ids_that_are_not_accepted_are_told() -> None:
    host = MemoryHost()
    with pytest.raises(ValueError, match=r"conversation: '' is not accepted; give 1 to 200 printable characters"):
        host.open("", TWO, key="k")
    with pytest.raises(ValueError, match="conversation: 'a/b' is not accepted; give an id without /"):
        host.open("a/b", TWO, key="k")
    with pytest.raises(ValueError, match="key: 'timer/1/x' is not accepted; those that begin with timer/ are the host"):
        host.open("c1", TWO, key="timer/1/x")
    with pytest.raises(ValueError, match="of: -1 is not accepted; give the number of the step that asked, or leave"):
        host.fire("c1", "accept_call", "recipient", key="k", of=-1)


def test_a_time_is_seconds() -> None:
    assert (moment(5), moment(0.5), pause(1), pause(3), pause(99)) == (5, 0.5, 2.0, 8.0, 300.0)
    for given in (True, "now", float("nan"), float("inf"), None):
        with pytest.raises(ValueError, match=r"now: .* is not accepted; give seconds since the epoch, or leave it out"):
            moment(given)  # type: ignore[arg-type]


def test_what_is_awaited_says_when_it_is_due() -> None:
    host = MemoryHost(clock=lambda: 1000.0)
    host.open("c1", TWO, key="k0")
    host.fire("c1", "open_chat", "originator", key="k1")
    assert host.awaited("c1") == (Awaited("session_expired", 1, 1600.0),)
