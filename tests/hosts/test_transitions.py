"""The `transitions` machines, and the engine held against them: two runtimes, one specification."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from transitions import Machine
from transitions.extensions import GraphMachine, LockedMachine
from transitions.extensions.asyncio import AsyncMachine

import fsm
from fsm import Conversation, Pairing, Party
from fsm.hosts.transitions import Talk, machine
from fsm.notation import Lifecycle, Signal, on, state
from fsm.spec.guards import on_sfb
from tests.people import PAIRS, pair
from tests.strategies import pairings, walks

O, R, S = Party  # noqa: E741  # originator, recipient, service


class Noting(Talk):
    """A talk that notes its effects."""

    def __init__(self, pairing: Pairing) -> None:
        super().__init__(pairing)
        self.effects: list[tuple[str, str]] = []
        self.entered: list[str] = []

    def on_effect(self, name: str, to: str) -> None:
        self.effects.append((name, to))

    def on_enter_call_ringing_originator(self, event: Any) -> None:
        self.entered.append(event.event.name)

    def taken(self) -> list[tuple[str, str]]:
        """The effects since this was last asked."""
        effects, self.effects = self.effects, []
        return effects


@given(pairings(), walks)
def test_the_engine_and_the_machines_agree_on_random_walks(pairing: Pairing, walk: list[tuple[str, Any]]) -> None:
    conversation, talk = Conversation(pairing), Noting(pairing)
    for kind, what in walk:
        if kind == "change":
            effects = conversation.change(what).effects
            talk.change(what)
            assert talk.taken() == list(effects)
        else:
            ways = conversation.available()
            event, by = (
                ways[what % len(ways)] if kind == "step" and ways else ("send_text", O) if kind == "step" else what
            )
            accepted = conversation.may(event, by)
            assert talk.fire(event, by) is accepted
            assert talk.taken() == (list(conversation.fire(event, by).effects) if accepted else [])
        assert talk.places == conversation.places


def everywhere(pairing: Pairing) -> Iterator[Conversation]:
    """A conversation at every place that a pairing can come to."""
    seen, ahead = set(), [Conversation(pairing)]
    while ahead:
        conversation = ahead.pop()
        row = conversation._at
        if row in seen:
            continue
        seen.add(row)
        yield conversation
        for event, by in row.available:
            after = Conversation(pairing)
            after._at = row[event, by].to  # type: ignore[assignment]  # available, so not refused
            ahead.append(after)


SLOWLY = [pytest.param(name, marks=pytest.mark.slow) for name in PAIRS if name not in ("teams>teams", "federation off")]


@pytest.mark.parametrize("name", ["teams>teams", "federation off", *SLOWLY])
def test_the_engine_and_the_machines_agree_everywhere(name: str) -> None:
    pairing = PAIRS[name]
    for conversation in everywhere(pairing):
        for event in fsm.CONVERSATION.events:
            for by in Party:
                talk = Noting(pairing)
                for lifecycle, at in conversation.places.items():
                    setattr(talk, lifecycle, f"{at.state}_{at.owner}" if at.owner else at.state)
                found = conversation._at[event, by]
                assert talk.fire(event, by) is (found.to is not None)
                if isinstance(found, fsm.Outcome):
                    assert talk.places == dict(found.at)
                    assert tuple(talk.effects) == found.effects


def test_states_and_effects_call_back() -> None:
    talk = Noting(PAIRS["teams>legacy"])
    assert talk.fire("call_audio", "originator")
    assert talk.entered == ["call_audio"]
    assert talk.taken() == [("ring_audio", "recipient")]
    assert talk.fire("accept_call", R)
    assert ("show_business_bar", "recipient") in talk.effects


def test_a_refused_event_can_be_asked_why() -> None:
    talk = Talk(pair(fsm.Mode.TEAMS_ONLY, fsm.Mode.SFB_ONLY))
    assert not talk.fire("open_chat", R)
    refusal = talk.why_not("open_chat", R)
    assert refusal is not None
    assert refusal.rule == "DEC-6"
    assert talk.why_not("open_chat", O) is None
    with pytest.raises(fsm.UnknownEvent, match="event: 'carry_link' is not known"):
        talk.fire("carry_link", O)
    with pytest.raises(fsm.UnknownEvent, match="by: 'nobody' is not accepted"):
        talk.fire("open_chat", "nobody")


def test_a_signal_without_a_row_is_never_passed_over() -> None:
    talk = Talk(PAIRS["teams>sfb"])
    talk.on_signal(Signal("terminated_call", "peer_joined", fsm.notation.ACTOR), O)
    talk.terminated_call = "superseded_originator"  # type: ignore[attr-defined]
    talk.on_signal(Signal("terminated_call", "call_placed", fsm.notation.ACTOR), O)
    talk.terminated_call = "superseded_originator"  # type: ignore[attr-defined]
    talk._signals.popleft()
    with pytest.raises(fsm.LostSignal, match="terminated_call in superseded_originator has no row for 'call_placed'"):
        talk._settle()


class Model:
    """A model of the call alone."""

    def __init__(self) -> None:
        self.pairing = PAIRS["teams>sfb"]
        self.asked: list[tuple[str, str]] = []

    def on_effect(self, name: str, to: str) -> None:
        self.asked.append((name, to))

    def on_signal(self, item: Signal, by: Party) -> None:
        self.asked.append((str(item), by))


@pytest.mark.parametrize("cls", [Machine, LockedMachine, GraphMachine])
def test_one_machine_serves_many_models(cls: type) -> None:
    options = {"graph_engine": "mermaid"} if cls is GraphMachine else {}
    shared = machine(fsm.LIFECYCLES["call"], cls, **options)
    models: list[Any] = [Model(), Model()]
    shared.add_model(models)
    assert models[0].call_audio(by=O)
    assert not models[0].accept_call(by=O)
    assert not models[0].share_desktop(by=O)
    assert [model.call for model in models] == ["ringing_originator", "none"]
    assert models[0].asked[0] == ("ring_audio", "recipient")


def test_it_runs_under_asyncio() -> None:
    async def run() -> Any:
        shared = machine(fsm.LIFECYCLES["call"], AsyncMachine)
        model: Any = Model()
        shared.add_model(model)
        assert await model.call_video(by="originator")
        assert not await model.cancel_call(by=R)
        return model.call

    assert asyncio.run(run()) == "ringing_originator"


def test_what_is_declared_refused_does_not_fall_through_to_a_later_row() -> None:
    talk = Noting(PAIRS["teams>sfb"])
    talk.chat = "interop"  # type: ignore[attr-defined]
    assert not talk.fire("add_participant", O)
    talk.call = "offered_recipient"  # type: ignore[attr-defined]
    assert not talk.fire("warn_peer", R)
    assert talk.taken() == []


def test_effects_reach_services() -> None:
    talk = Noting(PAIRS["teams>sfb"])
    assert talk.fire("open_chat", O)
    assert talk.taken()[0] == ("connect_gateway", "gateway")


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
        model: Any = Model()
        model.pairing = PAIRS[pairing]
        machine(lifecycle).add_model(model)
        assert model.push(by=O) is moved
        assert model.door == ("wide" if moved else "shut")
