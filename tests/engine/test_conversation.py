"""A live conversation: firing, asking, changing, presence."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

import fsm
from fsm import Conversation, Participant, Party, Platform
from fsm.engine import conversation as module
from fsm.engine import known
from fsm.engine.outcome import StartTimer
from fsm.engine.program import Programs
from fsm.spec.routing import views
from tests.own import PLAYERS, TOSS, Game
from tests.people import COLLAB, ISLANDS, ON_SFB, PAIRS, SFB, TEAMS, pair, standing

O, R, S = Party  # noqa: E741  # originator, recipient, service


def test_fire_returns_what_happened_and_moves_on() -> None:
    conversation = standing("teams>sfb")
    outcome = conversation.fire("call_audio", O)
    assert outcome.state == conversation.state == {**dict.fromkeys(conversation.state, "none"), "call": "ringing"}
    assert conversation.owners == {"call": O}
    assert outcome.effects == (("ring_audio", "recipient"), ("open_interop_window", "recipient"))
    assert outcome.timers.start == (("no_answer", 30),)


def test_a_refused_event_changes_nothing_and_says_why() -> None:
    conversation = standing("teams>sfb", "chat=interop")
    before = conversation.places
    with pytest.raises(fsm.Refused) as caught:
        conversation.fire("send_file", O)
    refusal = caught.value.refusal
    assert conversation.places == before
    assert (refusal.rule, refusal.guard) == ("LIM-6", None)
    assert fsm.CONVERSATION.rows[refusal.row or ""].refused == "LIM-6"
    assert refusal.ways[0] == ("share_desktop", O)
    assert str(caught.value) == (
        "send_file by originator is refused [LIM-6]: No file crosses, neither as a transfer between two nor as an "
        "attachment in a group. Instead: share_desktop or meet_now or send_text."
    )


def test_why_not_names_every_guard_that_failed() -> None:
    refusal = standing("no-meet-now>sfb", "chat=interop").why_not("share_desktop", O)
    assert refusal is not None
    assert (refusal.rule, refusal.guard) == ("TMS-11", "may_meet_now")
    assert [(reason.guard, reason.about) for reason in refusal.reasons] == [
        ("may_meet_now", "originator"),
        ("on_sfb", "originator"),
    ]
    assert refusal.ways == (("meet_now", R),)
    assert "AllowPrivateMeetNow true" in refusal.instead


def test_why_not_says_who_may() -> None:
    refusal = standing("teams>sfb", "call=ringing:originator").why_not("accept_call", O)
    assert refusal is not None
    assert refusal.message == "only the other party (recipient) may fire it."
    assert str(refusal) == (
        "accept_call by originator is not theirs to fire [DEC-34]: only the other party (recipient) may fire it. "
        "Instead: accept_call by the recipient."
    )
    refusal = standing("teams>sfb", "call=offered:recipient").why_not("accept_meeting", O)
    assert refusal is not None
    assert refusal.message == "only the initiator (recipient) may fire it."
    refusal = standing("teams>sfb", "call=ringing:originator").why_not("no_answer", R)
    assert refusal is not None
    assert refusal.message == "only the service may fire it."


def test_why_not_lists_what_applies_where_the_event_does_not() -> None:
    refusal = standing("teams>sfb").why_not("hang_up", O)
    assert refusal is not None
    assert (refusal.rule, refusal.guard, refusal.row) == (None, None, None)
    assert refusal.message == "the call is in state none."
    assert refusal.ways == (("open_chat", O), ("call_audio", O), ("call_video", O))


def test_a_refusal_without_rule_or_way_out_says_neither() -> None:
    refusal = standing("teams>sfb").why_not("hang_up", O)
    assert str(refusal) == (
        "hang_up by originator is not applicable here: the call is in state none. "
        "Instead: open_chat or call_audio or call_video."
    )
    refusal = standing("teams>sfb", "chat=interop").why_not("open_persistent_chat", O)
    assert str(refusal) == (
        "open_persistent_chat by originator is refused [LIM-7]: SfB Persistent Chat does not interoperate."
    )


def test_timers_are_none_where_nothing_waits() -> None:
    assert standing("teams>sfb", "call=connected").fire("add_video", O).timers == fsm.Timers() == ((), ())


def test_may_and_why_not_of_an_accepted_event() -> None:
    conversation = standing("teams>sfb")
    assert conversation.may("open_chat", O)
    assert conversation.why_not("open_chat", O) is None
    assert not conversation.may("open_chat", R)


def test_available_is_what_may_says() -> None:
    conversation = standing("teams>sfb", "call=ringing:originator")
    assert set(conversation.available()) == {
        (event, party)
        for event in map(known.event, fsm.CONVERSATION.events)
        for party in Party
        if conversation.may(event, party)
    }
    assert ("accept_call", R) in conversation.available()


@pytest.mark.parametrize("ask", ["fire", "may", "why_not"])
def test_an_unknown_event_or_party_is_a_clear_error(ask: str) -> None:
    conversation, events = standing("teams>sfb"), fsm.CONVERSATION.events
    with pytest.raises(fsm.UnknownEvent, match=r"^event: 'hangup' is not known; did you mean 'hang_up'\? events are"):
        getattr(conversation, ask)("hangup", O)
    with pytest.raises(fsm.UnknownEvent, match=f"^event: 'xyzzy' is not known; events are {', '.join(events)}$"):
        getattr(conversation, ask)("xyzzy", O)
    with pytest.raises(fsm.UnknownEvent, match=r"^by: 'ann' is not accepted; use one of originator, recipient"):
        getattr(conversation, ask)("hang_up", "ann")
    with pytest.raises(fsm.UnknownEvent, match="event: 'carry_link' is not known"):
        getattr(conversation, ask)("carry_link", S)
    assert conversation.available()


def test_strings_serve_as_parties() -> None:
    conversation = standing("teams>sfb")
    assert conversation.fire("open_chat", "originator").by is Party.ORIGINATOR


def test_change_goes_on_under_the_new_profile() -> None:
    conversation = standing("teams>sfb", "chat=interop")
    outcome = conversation.change(pair(TEAMS, TEAMS))
    assert (outcome.event, outcome.by) == ("change", S)
    assert conversation.state["chat"] == "locked"
    assert conversation.pairing == pair(TEAMS, TEAMS)


def test_a_change_of_policy_alone_moves_nothing_and_counts_at_once() -> None:
    conversation = standing("teams>sfb", "call=offered:originator")
    outcome = conversation.change(PAIRS["no-meet-now>sfb"])
    assert (outcome.effects, outcome.rows) == ((), ())
    refusal = conversation.why_not("accept_meeting", O)
    assert refusal is not None
    assert refusal.rule == "TMS-11"


def test_change_is_for_the_same_two_people() -> None:
    conversation = standing("teams>sfb", "chat=interop")
    stranger = fsm.Pairing(conversation.pairing.originator, Participant("eve@contoso.com", SFB))
    with pytest.raises(ValueError, match=r"^recipient: 'eve@contoso.com' is not who this conversation is with"):
        conversation.change(stranger)
    assert conversation.state["chat"] == "interop"


@pytest.mark.rules("PRS-1", "PRS-2", "PRS-3", "PRS-4")
@pytest.mark.parametrize(
    ("pairing", "given", "originator", "recipient"),
    [
        (pair(TEAMS, SFB), "", Platform.TEAMS, Platform.SFB),
        (pair(TEAMS, SFB), "chat=interop", Platform.TEAMS, Platform.SFB),
        (pair(COLLAB, TEAMS), "", Platform.SFB, Platform.TEAMS),
        (pair(ISLANDS, SFB, islands_interop="as-routed"), "", Platform.SFB, Platform.SFB),
        (pair(ISLANDS, SFB, islands_interop="as-routed"), "chat=interop", Platform.TEAMS, Platform.SFB),
        (pair(ISLANDS, SFB, islands_interop="as-routed"), "chat=locked", Platform.SFB, Platform.SFB),
        (pair(ISLANDS, ISLANDS, ON_SFB), "", Platform.SFB, Platform.SFB),
        (pair(TEAMS, ISLANDS), "", Platform.TEAMS, Platform.TEAMS),
    ],
)
def test_presence_follows_the_conversation(
    pairing: fsm.Pairing, given: str, originator: Platform, recipient: Platform
) -> None:
    conversation = standing(pairing, given)
    assert conversation.presence("originator") is originator
    assert conversation.presence(Party.RECIPIENT) is recipient


def test_presence_is_of_a_person() -> None:
    with pytest.raises(ValueError, match=r"^of: 'nobody' is not accepted; use one of originator, recipient"):
        standing("teams>sfb").presence("nobody")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="is not accepted; use one of originator, recipient"):
        standing("teams>sfb").presence(Party.SERVICE)


def test_repr_tells_who_and_where() -> None:
    text = repr(standing("teams>sfb", "call=ringing:recipient"))
    assert text == (
        "<Conversation ann@contoso.com - bob@contoso.com: chat=none call=ringing:recipient meeting=none "
        "terminated_call=none>"
    )


def test_outcomes_are_values() -> None:
    first, second = standing("teams>sfb").fire("open_chat", O), standing("teams>sfb").fire("open_chat", O)
    assert first is second
    with pytest.raises(AttributeError):
        first.event = "other"  # type: ignore[misc,assignment]
    assert first != standing("teams>teams").fire("open_chat", O)
    assert first == standing("no-meet-now>sfb").fire("open_chat", O), "wherever it leads"
    refusal = standing("teams>sfb").why_not("hang_up", O)
    assert not any(hasattr(each, "__dict__") for each in (first, refusal)), "small"
    assert repr(first).endswith(f"rules={first.rules!r})"), "where it leads is left out"
    assert repr(refusal).endswith("rules=())")


def test_the_states_of_an_outcome_are_everybodys_and_nobody_writes_to_them() -> None:
    outcome: Any = standing("teams>sfb").fire("call_audio", O)
    state: Any = outcome.state
    before = dict(state)
    assert outcome.state is state, "made once"
    with pytest.raises(TypeError, match=r"^state: everybody has the same one, and it cannot be written to; write to"):
        state["call"] = "ended"
    writes: list[Callable[[], object]] = [
        lambda: state.__delitem__("call"),
        lambda: state.__ior__({"call": "ended"}),
        lambda: state.update(call="ended"),
        lambda: state.setdefault("door", "open"),
        lambda: state.pop("call"),
        state.popitem,
        state.clear,
    ]
    for write in writes:
        with pytest.raises(TypeError, match=r"^state: "):
            write()
    assert state == before == json.loads(json.dumps(state))
    for own in (copy.copy(state), copy.deepcopy(state), pickle.loads(pickle.dumps(state)), state | {}):
        own["call"] = "ended"
        assert type(own) is dict
    assert repr(state) == repr(before) == repr(standing("teams>sfb").fire("call_audio", O).state)
    assert dataclasses.replace(outcome, at=(), to=outcome.to).state == {}


def test_a_pairing_can_be_copied_and_pickled_after_use() -> None:
    pairing = pair(TEAMS, SFB)
    Conversation(pairing)
    assert pickle.loads(pickle.dumps(pairing)) == copy.deepcopy(pairing) == pairing


COPIES: list[Callable[[Any], Any]] = [copy.copy, copy.deepcopy, lambda talk: pickle.loads(pickle.dumps(talk))]


@pytest.mark.parametrize("made", COPIES)
def test_a_copy_is_another_conversation_of_the_two_at_the_same_place(made: Callable[[Any], Any]) -> None:
    talk = standing("teams>sfb", "call=ringing:originator")
    other = made(talk)
    assert (other.pairing, other.places) == (talk.pairing, talk.places)
    assert other._at is talk._at, "with the automaton that all share"
    assert other == talk, "equal until one of them goes on"
    assert other.fire("accept_call", R).state["call"] == "connected"
    assert talk.state["call"] == "ringing"
    assert other != talk


class Kept(Conversation):
    """A conversation that somebody adds to."""

    __slots__ = ("__dict__", "room")
    name: str
    room: int


@pytest.mark.parametrize("made", COPIES)
def test_what_a_class_adds_is_copied_as_well(made: Callable[[Any], Any]) -> None:
    talk = Kept(PAIRS["teams>sfb"])
    talk.name, talk.room = "lunch", 7
    other = made(talk)
    assert (type(other), other.name, other.room, other.places) == (Kept, "lunch", 7, talk.places)


@pytest.mark.parametrize("made", COPIES)
def test_an_outcome_is_copied_without_the_automaton(made: Callable[[Any], Any]) -> None:
    talk = standing("teams>sfb")
    refusal, outcome = talk.why_not("hang_up", O), talk.fire("call_audio", O)
    assert (made(refusal), made(outcome)) == (refusal, outcome)
    assert made(outcome).to is outcome.to
    assert copy.copy(outcome.to) is copy.deepcopy(outcome.to) is outcome.to
    assert len(pickle.dumps(outcome)) < 2000, "bytes"


def test_conversations_are_equal_by_who_and_where() -> None:
    assert standing("teams>sfb") != standing("teams>teams")
    assert standing("teams>sfb") == Conversation(pair(TEAMS, SFB))
    assert standing("teams>sfb") != TOSS.conversation(Game(PLAYERS[0], PLAYERS[1]))
    assert standing("teams>sfb") != "a conversation"
    with pytest.raises(TypeError, match="unhashable"):
        hash(standing("teams>sfb"))


def test_an_outcome_is_taken_apart_as_data() -> None:
    outcome = standing("teams>sfb").fire("call_audio", O)
    assert [each.name for each in dataclasses.fields(outcome)] == list(dataclasses.asdict(outcome))
    assert dataclasses.asdict(outcome)["rows"] == outcome.rows
    assert dataclasses.replace(outcome, rules=(), to=outcome.to).rules == ()


def test_running_timers_can_be_armed_again() -> None:
    assert standing("teams>sfb").timers() == ()
    assert standing("teams>sfb", "call=ringing:originator").timers() == (StartTimer("no_answer", 30),)


def test_what_pickle_kept_is_of_one_specification(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = pickle.dumps(standing("teams>sfb").fire("call_audio", O))
    monkeypatch.setattr("fsm.engine.fingerprint.fingerprint", lambda: "0123456789abcdef")
    with pytest.raises(
        fsm.SnapshotError, match=r"^fingerprint: '[0-9a-f]{16}' is another specification's, this one is"
    ):
        pickle.loads(kept)


def test_a_profile_that_nobody_has_had_here_comes_out_of_a_pickle(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = standing("teams>sfb").fire("call_audio", O)
    kept = pickle.dumps(outcome)
    monkeypatch.setattr(module, "PROGRAMS", Programs(fsm.CONVERSATION))
    to = pickle.loads(kept).to
    assert to is not outcome.to
    assert to.available == outcome.to.available
    assert to.program is module.PROGRAMS.under(views(PAIRS["teams>sfb"]))


def test_what_ones_own_specification_runs_is_not_pickled() -> None:
    talk = TOSS.conversation(Game(PLAYERS[0], PLAYERS[1]))
    with pytest.raises(TypeError, match=r"^toss: what a specification of one's own runs is not pickled; keep its snap"):
        pickle.dumps(talk)
    with pytest.raises(TypeError, match=r"^toss: what a .* is not pickled; keep what you need of the outcome"):
        pickle.dumps(talk.fire("catch", O))
    assert copy.deepcopy(talk).state == talk.state


def test_a_change_is_whole_or_is_not() -> None:
    old, new = PAIRS["teams>sfb"], PAIRS["teams>teams"]
    whole = standing("teams>sfb", "chat=interop")
    whole.change(new)
    ends = {(old, "interop"), (new, "locked")}
    assert (new, whole.state["chat"]) in ends
    seen = set()
    for stop in range(1, 200):
        talk, left = standing("teams>sfb", "chat=interop"), stop

        def interrupt(frame: FrameType, what: str, arg: object) -> Any:
            nonlocal left
            frame.f_trace_opcodes = frame.f_code is Conversation.change.__code__
            if what == "opcode":
                left -= 1
                if not left:
                    raise KeyboardInterrupt
            return interrupt

        before = sys.gettrace()
        sys.settrace(interrupt)
        try:
            talk.change(new)
        except KeyboardInterrupt:
            pass
        finally:
            sys.settrace(before)
        seen.add((talk.pairing, talk.state["chat"]))
        if left > 0:
            break
    assert seen == ends


@pytest.mark.parametrize("odd", [None, 7, "teams>sfb" * 1000, [PAIRS["teams>sfb"]]])
def test_who_talks_has_to_be_a_pairing(odd: Any) -> None:
    talk = standing("teams>sfb")
    for ask in (Conversation, talk.change, fsm.route, lambda pairing: Conversation.at(pairing, "")):
        with pytest.raises(
            ValueError, match=r"^pairing: .* is not accepted; give a Pairing, or ask the specific"
        ) as said:
            ask(odd)
        assert len(str(said.value)) < 600


def test_a_conversation_is_small() -> None:
    pairing = PAIRS["teams>sfb"]
    assert sys.getsizeof(Conversation(pairing)) <= 64
    assert not hasattr(Conversation(pairing), "__dict__")


def test_many_threads_give_the_same_traces_as_one() -> None:
    run = [("call_audio", O), ("accept_call", R), ("share_desktop", O), ("accept_meeting", O), ("meeting_created", S)]

    def trace(pairing: fsm.Pairing) -> list[object]:
        conversation = Conversation(pairing)
        return [conversation.fire(known.event(event), by) for event, by in run]

    alone = trace(PAIRS["teams>sfb"])
    pairing = pair(TEAMS, SFB)
    traces: list[list[object]] = []
    threads = [threading.Thread(target=lambda: traces.append(trace(pairing))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert traces == [alone] * 8


def test_a_notebook_shows_it() -> None:
    conversation = standing("teams>sfb", "call=ringing:recipient")
    assert "<svg" in conversation._repr_svg_()
    assert "<svg" in fsm.LIFECYCLES["terminated_call"]._repr_svg_()


@pytest.mark.parametrize(
    ("places", "message"),
    [
        ("call=ringing", "'call=ringing' is not accepted; for call use one of none, ringing:originator"),
        ({"talk": fsm.At("none")}, "'talk' is not a lifecycle; use one of chat, call, meeting, terminated_call"),
        ({"call": fsm.At("ringing")}, r"call: ringing is not a place of it; use one of none, ringing:originator"),
    ],
)
def test_it_can_stand_only_where_there_is_a_place(places: dict[str, fsm.At] | str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        Conversation.at(PAIRS["teams>sfb"], places)  # type: ignore[arg-type]


def test_a_place_may_be_told_by_its_text() -> None:
    pairing = PAIRS["teams>sfb"]
    told = Conversation.at(pairing, {"call": "ringing:originator", "chat": "interop:recipient"})
    assert told.places == standing("teams>sfb", "call=ringing:originator chat=interop:recipient").places
    assert Conversation.at(pairing, {"call": fsm.At("ringing", "originator")}).owners == {"call": Party.ORIGINATOR}  # type: ignore[arg-type]
    written = {name: str(at) for name, at in told.places.items()}
    assert Conversation.at(pairing, written).places == told.places  # type: ignore[arg-type]  # whichever they are
    with pytest.raises(ValueError, match=r"^call: ringing is not a place of it; use one of none, ringing:originator"):
        Conversation.at(pairing, {"call": "ringing"})  # type: ignore[dict-item]


def test_a_timer_to_start_was_called_started() -> None:
    with pytest.warns(DeprecationWarning, match=r"fsm\.Started is called StartTimer now"):
        assert fsm.Started is fsm.StartTimer
    with pytest.raises(AttributeError, match="module 'fsm' has no attribute 'Stopped'"):
        fsm.Stopped  # type: ignore[attr-defined]  # noqa: B018
