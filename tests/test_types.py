"""What type checkers make of a service that embeds this: every right use passes, every misspelt one is found.

Both as mypy sees them under --strict; nothing here is run.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

RIGHT = """
from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

import fsm
from fsm import At, Conversation, Mode, Outcome, Pairing, Participant, Party, Platform, Refused, Scope, Sent
from fsm import Specification, known
from fsm.engine.conversation import AnyConversation
from fsm.engine.outcome import AnyOutcome
from fsm.hosts.host import AsyncHost, Done, Host
from fsm.hosts.memory import AsyncMemoryHost, MemoryHost
from fsm.hosts.transitions import AsyncTalk, AsyncTalkHost, Talk, TalkHost
from fsm.spec.names import Addressee, CallState, EffectName, Event, PartyName, RuleId, TimerEvent
from fsm.testing.running.driver import Driver, Observation

today = fsm.EDITIONS["2022-10"]
ann = Participant("ann@contoso.com", "TeamsOnly")
bob = Participant("bob@contoso.com", Mode.SFB_ONLY, client="sfb-legacy", homing="on-prem", allow_user_chat=False)
eve = today.participant("eve@contoso.com", "SfBOnly", client="sfb-legacy")
pairing = Pairing(ann, bob, scope="in-tenant", topology="hybrid", islands_interop="as-routed")
other = Pairing(ann, eve, scope=Scope.FEDERATED, same_cloud=True)
on: Platform = fsm.presence(ann, "sfb", "federated")

talk = Conversation(pairing)
outcome: Outcome = talk.fire("call_audio", by="originator")
if talk.may("accept_call", Party.RECIPIENT) and talk.state["call"] == "ringing":
    talk.fire("accept_call", Party.RECIPIENT)
refusal = talk.why_not("share_desktop", by="recipient")
if refusal is not None and refusal.rule == "DEC-3":
    for event, by in refusal.ways:
        talk.fire(event, by)
for way in talk.available():
    talk.fire(way.event, by=way.by)

state: CallState = outcome.state["call"]
for name, at in talk.places.items():
    print(fsm.LIFECYCLES[name].states[at.state].label, talk.owners.get(name))
for effect, to in outcome.effects:
    if effect == "ring_audio" and to == "recipient":
        print("ring")
for event_of_timer, seconds in outcome.timers.start:
    talk.fire(event_of_timer, "service")
if outcome.event == "change" or outcome.event == "open_chat":
    print([timer for timer in outcome.timers.cancel if timer == "no_answer"])
assert Sent("relay", "gateway") in outcome.effects
Conversation.at(pairing, {"call": "ringing:originator", "chat": "none"})
Conversation.at(pairing, {"call": At("ringing", Party.ORIGINATOR)})
Conversation.at(pairing, talk.places).presence("recipient")
changed: Outcome = talk.change(other)
again: Conversation = Conversation.restore(talk.snapshot())


def from_outside(message: Mapping[str, str]) -> Outcome | None:
    try:
        return talk.fire(known.event(message["event"]), by=known.party(message["by"]))
    except Refused as refused:
        rule: RuleId | None = refused.refusal.rule
        print(rule, fsm.LIFECYCLES[known.lifecycle(message["lifecycle"])].label)
        return None


def carried_by(effect: EffectName, to: Addressee) -> str:
    match to:
        case "originator" | "recipient":
            return f"their client: {effect}"
        case "gateway" | "meeting-service":
            return to
    assert_never(to)


class Desk(Talk):
    def on_effect(self, name: str, to: str) -> None:
        print(name, to)

    def on_timer_start(self, event: TimerEvent, seconds: int) -> None:
        self.trigger(event, "service")


class Exchange(AsyncTalk):
    async def ring(self) -> bool:
        return await self.trigger("call_audio", "originator")


accepted: bool = Desk(pairing).trigger("open_chat", by="originator")


class Mine:
    def start(self, pairing: Pairing, lifecycle: str | None = None) -> None:
        self.talk = Conversation(pairing)

    def apply(self, event: Event, by: PartyName) -> Observation:
        return Observation(accepted=self.talk.may(event, by))

    def change(self, pairing: Pairing) -> Observation:
        return Observation(accepted=bool(self.talk.change(pairing)))


class Anybody(Mine):
    def apply(self, event: str, by: str) -> Observation:
        return Observation(accepted=True)


def kept(host: Host) -> Done:
    host.open("c1", pairing, key="open")
    done = host.fire("c1", "call_audio", by="originator", key="req-1")
    if done.effects[0].name == "ring_audio" and "accept_call" in done.effects[0].answers:
        host.fire("c1", "accept_call", by=Party.RECIPIENT, key="req-2", of=done.seq)
    host.work(lambda effect: print(effect.id))
    return host.change("c1", other, key="req-3")


hosts: list[Host] = [MemoryHost(clock=lambda: 0.0), TalkHost(Desk)]
others: list[AsyncHost] = [AsyncMemoryHost(), AsyncTalkHost(Exchange, attempts=3)]

drivers: list[Driver] = [Mine(), Anybody()]
theirs: Driver[str] = Anybody()


def another_machine(door: AnyConversation, word: str) -> list[str]:
    opened = door.fire(word, by="originator")
    if opened.event == "open_door" and door.state["door"] == "open":
        return [effect.name for effect in opened.effects if effect.to == "porter" and effect.name == "ring_bell"]
    return [way.event for way in door.available() if way.event == "knock"]


def of_ones_own(house: Specification, visit: tuple[str, str]) -> AnyConversation:
    door = house.conversation(visit)
    another_machine(door, "open_door")
    left: AnyOutcome = door.change(visit)
    print(left.state["door"], Conversation.at(visit, {"door": "open"}, house).state["door"])
    return house.restore(door.snapshot())


class Porter(Talk[str, str]):
    def knock(self, word: str) -> bool:
        return self.trigger(word, "originator") and self.places["door"].state == "open"


def of_any(found: AnyOutcome) -> object:
    return found.state


of_any(outcome)
"""
GIVEN = """
import fsm
from fsm import At, Conversation, Mode, Pairing, Participant, Party, Sent
from fsm.hosts.memory import MemoryHost
from fsm.hosts.transitions import Talk, TalkHost
from fsm.spec.names import Event, PartyName

today = fsm.EDITIONS["2022-10"]
ann = Participant("ann@contoso.com", Mode.TEAMS_ONLY)
bob = Participant("bob@contoso.com", Mode.SFB_ONLY)
pairing = Pairing(ann, bob)
talk = Conversation(pairing)
outcome = talk.fire("call_audio", by="originator")
refusal = talk.why_not("call_audio", by="originator")
assert refusal is not None
word = str()
"""
WRONG = {
    # an event
    'talk.fire("call_adio", by="originator")': "arg-type",
    'talk.may("open_chatt", Party.ORIGINATOR)': "arg-type",
    'talk.why_not("carry_link", by="originator")': "arg-type",  # a signal, which nobody fires
    'talk.fire(word, by="originator")': "arg-type",  # fsm.known.event(word) serves
    'outcome.event == "call_adio"': "comparison-overlap",
    'talk.available()[0].event == "call_adio"': "comparison-overlap",
    'refusal.ways[0].event == "call_adio"': "comparison-overlap",
    'event: Event = "call_adio"': "assignment",
    'Talk(pairing).trigger("call_adio", "originator")': "arg-type",
    'MemoryHost().fire("c1", "call_adio", "originator", key="k")': "arg-type",
    'MemoryHost().fire("c1", "call_audio", "originator")': "call-arg",
    "TalkHost(Conversation)": "arg-type",
    'MemoryHost().open("c1", pairing, key="k").effects[0].to == "gatway"': "comparison-overlap",
    'Talk(pairing).why_not("call_adio", "originator")': "arg-type",
    'outcome.timers.start[0].event == "no_anwser"': "comparison-overlap",
    'outcome.timers.cancel[0] == "no_anwser"': "comparison-overlap",
    # a party
    'talk.fire("call_audio", by="orignator")': "arg-type",
    'talk.fire("call_audio", by="ann@contoso.com")': "arg-type",
    'talk.presence("recipiant")': "arg-type",
    'talk.why_not("call_audio", word)': "arg-type",
    'who: PartyName = "callee"': "assignment",
    # a state or a lifecycle
    'talk.state["chat"] == "natve"': "comparison-overlap",
    'outcome.state["call"] == "native"': "comparison-overlap",  # a state of another lifecycle
    'talk.state["chta"] == "native"': "typeddict-item",
    'outcome.state["cal"]': "typeddict-item",
    'talk.places["cal"]': "index",
    'talk.owners["cal"]': "index",
    'Talk(pairing).places["cal"]': "index",
    'fsm.LIFECYCLES["cal"]': "index",
    'Conversation.at(pairing, {"cal": "connected"})': "dict-item",
    'Conversation.at(pairing, {"call": "conected"})': "dict-item",
    'Conversation.at(pairing, {"call": "ringing"})': "dict-item",  # who rings is missing
    'Conversation.at(pairing, {"chat": At("none"), "cal": At("none")})': "dict-item",
    # a pairing
    "Conversation(word)": "call-overload",  # one of another machine goes with its specification
    "talk.change(word)": "arg-type",
    'Conversation.restore(talk.snapshot()).fire("call_adio", "originator")': "arg-type",
    # an effect
    'outcome.effects[0].name == "ring_adio"': "comparison-overlap",
    'outcome.effects[0].to == "recipiant"': "comparison-overlap",
    'sent: Sent = Sent("ring_adio", "recipient")': "arg-type",
    '[to for name, to in outcome.effects if name == "ring_adio"]': "comparison-overlap",
    # a rule
    'refusal.rule == "DEC-333"': "comparison-overlap",
    # what a pairing is made of
    'Participant("a@contoso.com", "TeamsOnl")': "arg-type",
    'Participant("a@contoso.com", word)': "arg-type",
    'Participant("a@contoso.com", "SfBOnly", client="sfb-legcy")': "arg-type",
    'Participant("a@contoso.com", "SfBOnly", homing="onprem")': "arg-type",
    'Participant("a@contoso.com", "SfBOnly", has_teams=True)': "call-arg",
    'today.participant("a@contoso.com", "SfBOnly", client="sfb-legcy")': "arg-type",
    'Pairing(ann, bob, scope="federatd")': "arg-type",
    'Pairing(ann, bob, topology="hybird")': "arg-type",
    'Pairing(ann, bob, islands_interop="as_routed")': "arg-type",
    'fsm.presence(ann, "skype", "federated")': "arg-type",
    'fsm.EDITIONS["2022-1"]': "index",
}
ERROR = re.compile(r"^[^:]+:(\d+): error: .*\[([\w-]+)\]$", re.MULTILINE)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> dict[str, dict[int, str]]:
    """The errors of each file, by line: what mypy says of both, asked once."""
    api = pytest.importorskip("mypy.api", reason="pip install mypy")
    home = tmp_path_factory.mktemp("service")
    kept = pytestconfig.cache.mkdir("mypy") if pytestconfig.cache else home / "cache"
    files = {"right": RIGHT, "wrong": "\n".join((GIVEN, *WRONG, ""))}
    for name, text in files.items():
        (home / f"{name}.py").write_text(text, encoding="utf-8")
    said = {}
    asked = ["--strict", "--config-file=", f"--cache-dir={kept}", "--no-error-summary", "--hide-error-context"]
    out, err, _ = api.run([*asked, *(str(home / f"{name}.py") for name in files)])
    assert not err, err
    for name in files:
        own = "\n".join(line for line in out.splitlines() if Path(line.partition(":")[0]).name == f"{name}.py")
        said[name] = {int(line): code for line, code in ERROR.findall(own)}
    assert sum(map(len, said.values())) == out.count(": error: "), out
    return said


@pytest.mark.external
def test_every_right_use_passes(found: dict[str, dict[int, str]]) -> None:
    lines = RIGHT.splitlines()
    assert {lines[line - 1]: code for line, code in found["right"].items()} == {}


@pytest.mark.external
def test_every_misspelt_use_is_found(found: dict[str, dict[int, str]]) -> None:
    lines = "\n".join((GIVEN, *WRONG, "")).splitlines()
    assert {lines[line - 1]: code for line, code in found["wrong"].items()} == WRONG
