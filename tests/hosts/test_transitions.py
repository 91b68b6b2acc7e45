"""One lifecycle as a `transitions` machine of any class, and a conversation as a talk."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from transitions import Machine
from transitions.extensions import GraphMachine, LockedMachine
from transitions.extensions.asyncio import AsyncMachine
from transitions.extensions.diagrams_graphviz import Graph
from transitions.extensions.diagrams_mermaid import Graph as Mermaid

import fsm
from fsm import CONVERSATION, LIFECYCLES, Conversation, Pairing, Party
from fsm.engine import known
from fsm.hosts.transitions import AsyncTalk, Model, Talk, machine, machines
from fsm.notation import Lifecycle, on, state
from fsm.spec.guards import on_sfb
from tests.people import PAIRS, pair
from tests.strategies import pairings, walks

O, R, S = Party  # noqa: E741  # originator, recipient, service

if TYPE_CHECKING:
    from fsm.spec.names import PartyName


class Noting(Talk):
    """A talk that notes what it is asked to do."""

    def __init__(self, pairing: Pairing, machines: Any = None) -> None:
        super().__init__(pairing, machines)
        self.effects: list[tuple[str, str]] = []
        self.timers: list[tuple[str, int | None]] = []

    def on_effect(self, name: str, to: str) -> None:
        self.effects.append((name, to))

    def on_timer_start(self, event: str, seconds: int) -> None:
        self.timers.append((event, seconds))

    def on_timer_cancel(self, event: str) -> None:
        self.timers.append((event, None))

    def taken(self) -> tuple[list[tuple[str, str]], list[tuple[str, int | None]]]:
        """The effects and timers since this was last asked."""
        found, self.effects, self.timers = (self.effects, self.timers), [], []
        return found


def asked(outcome: fsm.Outcome) -> tuple[list[fsm.Sent], list[tuple[str, int | None]]]:
    """What an outcome asks for, as a talk is called back."""
    timers = outcome.timers
    return list(outcome.effects), [*((event, None) for event in timers.cancel), *timers.start]


@given(pairings(), walks)
@settings(max_examples=15)
def test_a_talk_does_as_a_conversation_does(pairing: Pairing, walk: list[tuple[str, Any]]) -> None:
    conversation, talk = Conversation(pairing), Noting(pairing)
    for kind, what in walk:
        if kind == "change":
            talk.change(what)
            assert talk.taken() == asked(conversation.change(what))
        else:
            ways = conversation.available()
            event, by = what if kind == "try" else ways[what % len(ways)] if ways else ("send_text", O)
            accepted = conversation.may(known.event(event), by)
            assert talk.trigger(known.event(event), by) is accepted
            assert talk.taken() == (asked(conversation.fire(known.event(event), by)) if accepted else ([], []))
        assert talk.places == conversation.places


class Desk(Talk):
    """A talk that is called back by the names of effects and states."""

    def __init__(self, pairing: Pairing, machines: Any = None) -> None:
        super().__init__(pairing, machines)
        self.heard: list[object] = []

    def on_ring_audio(self, to: str) -> None:
        self.heard.append(("ring_audio", to))

    def on_connect_gateway(self, to: str) -> None:
        self.heard.append(("connect_gateway", to))

    def on_enter_call_ringing(self, event: Any) -> None:
        self.heard.append(("ringing", event.event.name))

    def on_enter_call_ringing_originator(self, event: Any) -> None:
        self.heard.append("ringing for the originator")

    def on_exit_call_ringing(self, event: Any) -> None:
        self.heard.append("no longer ringing")


def test_effects_and_states_call_back_by_their_names() -> None:
    desk = Desk(PAIRS["teams>legacy"])
    assert desk.trigger("call_audio", "originator")
    assert desk.heard == [("ringing", "call_audio"), "ringing for the originator", ("ring_audio", "recipient")]
    assert desk.trigger("cancel_call", O)
    assert desk.heard[3:] == ["no longer ringing"]
    assert desk.trigger("open_chat", O)
    assert desk.heard[4:] == [("connect_gateway", "gateway")]


def test_callbacks_are_attached_to_machines_as_usual() -> None:
    heard: list[str] = []
    mine = machines()
    mine["call"].before_hang_up(lambda event: heard.append("before hang_up"))
    mine["call"].on_enter_connected(lambda event: heard.append("connected"))
    talk, other = Talk(PAIRS["teams>sfb"], mine), Talk(PAIRS["teams>sfb"])
    for each in (talk, other):
        for event, by in (("call_audio", O), ("accept_call", R), ("hang_up", O)):
            assert each.trigger(known.event(event), by)
    assert heard == ["connected", "before hang_up"]


def test_timers_start_are_cancelled_and_start_afresh() -> None:
    talk = Noting(PAIRS["sfb>teams"])
    told = []
    for event in ("open_chat", "send_text", "share_desktop", "close_chat"):
        assert talk.trigger(event, O)
        told.append(talk.taken()[1])
    started, cancelled = [("session_expired", 600)], [("session_expired", None)]
    assert told == [started, started, [], cancelled], "with the menu open it runs on"
    quiet = Talk(PAIRS["sfb>teams"])
    assert quiet.trigger("open_chat", O)
    assert quiet.trigger("close_chat", O)


def test_a_refused_event_can_be_asked_why() -> None:
    talk = Talk(pair(fsm.Mode.TEAMS_ONLY, fsm.Mode.SFB_ONLY))
    assert not talk.trigger("open_chat", R)
    refusal = talk.why_not("open_chat", R)
    assert refusal is not None
    assert refusal.rule == "DEC-6"
    assert talk.why_not("open_chat", O) is None
    with pytest.raises(fsm.UnknownEvent, match="event: 'carry_link' is not known"):
        talk.trigger("carry_link", O)  # type: ignore[arg-type]
    with pytest.raises(fsm.UnknownEvent, match="by: 'nobody' is not accepted"):
        talk.trigger("open_chat", "nobody")  # type: ignore[arg-type]


def test_a_change_is_of_the_same_people() -> None:
    talk = Talk(PAIRS["teams>sfb"])
    talk.change(PAIRS["teams>teams"])
    with pytest.raises(
        ValueError, match=r"recipient: 'cy@contoso.com' is not who this conversation is with; give 'bob@"
    ):
        talk.change(Pairing(talk.pairing.originator, fsm.Participant("cy@contoso.com", fsm.Mode.SFB_ONLY)))
    assert talk.pairing == PAIRS["teams>teams"]


def test_a_signal_without_a_row_is_never_passed_over() -> None:
    talk = Talk(PAIRS["teams>sfb"])
    talk.call = "connected"  # type: ignore[attr-defined]
    talk.terminated_call = "superseded_originator"  # type: ignore[attr-defined]
    with pytest.raises(fsm.LostSignal, match="terminated_call in superseded_originator has no row for 'call_ended'"):
        talk.trigger("hang_up", O)
    assert talk.places["call"].state == "connected"


class Failing(Noting):
    def on_effect(self, name: str, to: str) -> None:
        super().on_effect(name, to)
        if name == "report_failure" and to == "recipient":
            raise OSError("nobody there")


def test_a_step_in_which_a_callback_raises_is_undone() -> None:
    talk = Failing(PAIRS["teams>sfb"])
    assert talk.trigger("call_audio", O)
    before = talk.places
    for step in (lambda: talk.trigger("media_failed", S), lambda: talk.change(PAIRS["federation off"])):
        with pytest.raises(OSError, match="nobody there"):
            step()
        assert talk.places == before
        assert talk.pairing == PAIRS["teams>sfb"]
    assert talk.trigger("accept_call", R), "and it goes on"


def test_trigger_was_called_fire() -> None:
    talk = Talk(PAIRS["teams>sfb"])
    with pytest.warns(DeprecationWarning, match="fire of a talk is called trigger now") as warned:
        assert talk.fire("open_chat", O)
    assert warned[0].filename == __file__
    with pytest.warns(DeprecationWarning, match="trigger"):
        assert not talk.fire("open_chat", O)


class Eager(Talk):
    def on_ring_audio(self, to: PartyName) -> None:
        self.trigger("accept_call", to)


def test_a_callback_does_not_fire_at_its_own_talk() -> None:
    talk = Eager(PAIRS["teams>sfb"])
    with pytest.raises(RuntimeError, match="a callback fires at its own talk, which is still taking a step"):
        talk.trigger("call_audio", O)
    assert talk.places["call"].state == "none"


def give_way() -> None:
    """Let every other thread have a turn or two."""
    for _ in range(20):
        time.sleep(0)


class Slow(Noting):
    def on_effect(self, name: str, to: str) -> None:
        super().on_effect(name, to)
        give_way()


@pytest.mark.parametrize("shared", [None, LockedMachine])
def test_threads_that_share_a_talk_take_turns(shared: Any) -> None:
    talk = Slow(PAIRS["sfb>teams"], shared and machines(shared))
    assert talk.trigger("open_chat", O)
    talk.taken()
    threads = [threading.Thread(target=talk.trigger, args=("send_text", by)) for by in (O, R) * 5]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    sent = talk.taken()[0]
    assert len(sent) == 20
    assert {name for name, _ in sent[::2]} == {"relay"}
    assert {name for name, _ in sent[1::2]} == {"deliver_plain_text"}


def test_machines_that_do_not_fit_are_turned_down() -> None:
    with pytest.raises(ValueError, match="queued: a queued machine does not say whether it refused a trigger"):
        Talk(PAIRS["teams>sfb"], machines(queued=True))
    with pytest.raises(ValueError, match="machines: AsyncMachine does not fit; AsyncTalk, and it alone, takes"):
        Talk(PAIRS["teams>sfb"], machines(AsyncMachine))
    with pytest.raises(ValueError, match="machines: Machine does not fit"):
        AsyncTalk(PAIRS["teams>sfb"], machines())


class Lone(Model):
    """A model of one lifecycle."""

    def __init__(self, pairing: Pairing = PAIRS["teams>sfb"]) -> None:
        super().__init__(pairing)
        self.asked: list[tuple[str, str]] = []

    def on_effect(self, name: str, to: str) -> None:
        self.asked.append((name, to))

    def on_signal(self, lifecycle: str, event: str, by: Party) -> None:
        self.asked.append((f"{lifecycle}.{event}", by))


@pytest.mark.parametrize("cls", [Machine, LockedMachine, GraphMachine])
def test_one_machine_serves_many_models(cls: type) -> None:
    options = {"graph_engine": "mermaid"} if cls is GraphMachine else {}
    shared = machine(CONVERSATION.lifecycles["call"], cls, **options)
    models: list[Any] = [Lone(), Lone()]
    shared.add_model(models)
    assert models[0].call_audio(by=O)
    assert not models[0].accept_call(by=O)
    assert not models[0].share_desktop(by=O)
    assert [model.call for model in models] == ["ringing_originator", "none"]
    assert models[0].asked[:2] == [("ring_audio", "recipient"), ("open_interop_window", "recipient")]
    assert ("terminated_call.call_placed", "originator") in models[0].asked


def test_a_model_of_one_lifecycle_can_be_asked_why() -> None:
    model: Any = Model(PAIRS["teams>legacy"])
    machine(CONVERSATION.lifecycles["chat"]).add_model(model)
    assert model.open_chat(by=R)
    assert not model.share_desktop(by=R)
    refusal = model.why_not("share_desktop", R)
    assert (refusal.guard, refusal.rule) == ("recent_client", "SFB-1")
    assert model.why_not("send_text", R) is None
    assert model.send_text(by=R)


def test_a_refusal_keeps_the_rows_after_it_from_firing() -> None:
    lifecycle = Lifecycle(
        "door",
        "Door",
        state(
            "shut", "", on("push", when=[on_sfb], refused="LIM-2"), on("push", to="wide", cites="NAT-1"), initial=True
        ),
        state("wide", ""),
        rules=fsm.RULES,
    )
    for pairing, moved in (("teams>sfb", True), ("sfb>sfb", False)):
        model: Any = Model(PAIRS[pairing])
        machine(lifecycle).add_model(model)
        assert model.push(by=O) is moved
        assert model.door == ("wide" if moved else "shut")


def test_a_lifecycle_runs_under_asyncio_with_its_effects_in_order() -> None:
    told = []

    class Later(Lone):
        async def on_effect(self, name: str, to: str) -> None:  # type: ignore[override]
            for _ in range(20 if name == "ring_audio" else 1):
                await asyncio.sleep(0)
            told.append(name)

    async def run() -> Any:
        shared = machine(CONVERSATION.lifecycles["call"], AsyncMachine)
        model: Any = Later()
        shared.add_model(model)
        assert await model.call_audio(by="originator")
        assert not await model.cancel_call(by=R)
        return model.call

    assert asyncio.run(run()) == "ringing_originator"
    assert told == ["ring_audio", "open_interop_window"]


@pytest.mark.parametrize("name", LIFECYCLES)
@pytest.mark.parametrize("engine", ["graphviz", "mermaid"])
def test_a_graph_machine_draws_a_lifecycle(name: str, engine: str) -> None:
    model: Any = Model(PAIRS["teams>sfb"])
    shared = machine(CONVERSATION.lifecycles[name], GraphMachine, graph_engine=engine, show_conditions=True, title=name)
    shared.add_model(model)
    source = model.get_graph().source
    assert all(state_name in source for state_name in shared.states)
    assert "by_originator" in source


@pytest.mark.parametrize(("engine", "kind"), [("graphviz", Graph), ("mermaid", Mermaid)])
def test_a_talk_of_graph_machines_shows_where_it_stands(engine: str, kind: type) -> None:
    drawn = machines(GraphMachine, graph_engine=engine)
    assert drawn["call"].graph_cls is kind
    talk = Talk(PAIRS["teams>sfb"], drawn)
    assert talk.trigger("call_audio", O)
    [here] = [line for line in talk.get_graph("call").source.splitlines() if "active" in line or "darksalmon" in line][
        -1:
    ]
    assert "ringing_originator" in here
    assert len(drawn["call"].model_graphs) == 1
    del talk
    gc.collect()
    assert not drawn["call"].model_graphs, "a talk is not kept alive by its pictures"
    with pytest.raises(TypeError, match=r"get_graph: Machine draws nothing; make the talk with machines\(GraphMachine"):
        Talk(PAIRS["teams>sfb"]).get_graph("call")
