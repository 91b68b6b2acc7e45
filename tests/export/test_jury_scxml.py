"""Interpreters of SCXML in three languages run the documents as the engine runs the tables."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from fsm import CONVERSATION, LIFECYCLES, Conversation, Pairing
from fsm.export.scxml import text
from fsm.space.profiles import Profiles
from tests.export import jury
from tests.export.scxml_jurors import JURORS, Juror, Turn, changed, disagreements, fired, given, holding, turns
from tests.people import PAIRS

pytestmark = pytest.mark.external


@pytest.fixture(params=JURORS, ids=lambda juror: juror.name)
def juror(request: pytest.FixtureRequest) -> Juror:
    """Each of those that are installed."""
    found: Juror = request.param
    assert found.version
    return found


@pytest.fixture(scope="module")
def by_name(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The conversation with guards by name."""
    path = tmp_path_factory.mktemp("scxml") / "conversation.scxml"
    path.write_text(text(CONVERSATION), encoding="utf-8")
    return path


def test_guards_by_name(juror: Juror, sequences: list[jury.Sequence], by_name: Path) -> None:
    found = disagreements(juror, [(by_name, [given(each.pairing), *turns(each)]) for each in sequences])
    jury.record("SCXML, guards by name", juror.name, juror.version, len(sequences), len(found))
    assert not found, found[:3]


def test_guards_resolved(juror: Juror, sequences: list[jury.Sequence], tmp_path: Path) -> None:
    """A sequence in fifty, each with a document of its own."""
    asked = []
    for each in sequences[::50]:
        path = tmp_path / f"{each.number}.scxml"
        path.write_text(text(CONVERSATION, each.pairing), encoding="utf-8")
        asked.append((path, list(turns(each))))
    found = disagreements(juror, asked)
    jury.record("SCXML, guards resolved", juror.name, juror.version, len(asked), len(found))
    assert not found, found[:3]


def changing(profiles: Profiles, seed: int) -> list[Turn]:
    """A conversation whose pairing changes on the way."""
    chance = random.Random(seed)
    talk = Conversation(chance.choice(profiles.pairing))
    played = [given(talk.pairing)]
    for _ in range(jury.LENGTH):
        if chance.random() < 0.25:
            played.append(changed(talk, chance.choice(profiles.pairing)))
        else:
            ways = talk.available() if chance.random() < 0.75 else ()
            played.append(fired(talk, *chance.choice(ways or jury.ANYTHING)))
    return played


@pytest.mark.parametrize("count", [60, pytest.param(200, marks=pytest.mark.exhaustive)])
def test_the_pairing_changes(count: int, juror: Juror, profiles: Profiles, by_name: Path) -> None:
    asked = [(by_name, changing(profiles, seed)) for seed in range(count)]
    found = disagreements(juror, asked)
    jury.record("SCXML, guards by name that change", juror.name, juror.version, len(asked), len(found))
    assert not found, found[:3]


FAULTS = {
    "a signal is not raised": ('<raise event="terminated_call.call_ended.recipient" />', ""),
    "two effects change places": ("effect\" expr=\"'end_call.originator'", "effect\" expr=\"'end_call.recipient'"),
    "a guard is not asked": (" &amp;&amp; recipient_may_call", ""),
    "a transition leads elsewhere": ('target="call.on_hold_originator"', 'target="call.on_hold_recipient"'),
    "an event goes to another lifecycle": ('raise event="call.meet_now.', 'raise event="chat.meet_now.'),
    "a refusal is missing": ("In('meeting.open_originator') || ", ""),
    "a timer is not cancelled": ("cancel_timer\" expr=\"'no_answer.service'", "timer\" expr=\"'no_answer.service'"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_document_is_found(
    juror: Juror, fault: str, few: list[jury.Sequence], by_name: Path, tmp_path: Path
) -> None:
    faulty = tmp_path / "faulty.scxml"
    right, wrong = FAULTS[fault]
    before = by_name.read_text(encoding="utf-8")
    assert right in before
    faulty.write_text(before.replace(right, wrong), encoding="utf-8")
    assert disagreements(juror, [(faulty, [given(each.pairing), *turns(each)]) for each in few])


ALONE = {
    "chat": ("open_chat.originator", "chat.none.open_chat.2", "chat.interop_originator"),
    "call": ("call_audio.recipient", "call.none.call_audio.2", "call.ringing_recipient"),
    "meeting": ("meeting.start.recipient", "meeting.none.start.2", "meeting.creating_recipient"),
    "terminated_call": (
        "terminated_call.call_ended.originator",
        "terminated_call.none.call_ended.1",
        "terminated_call.ended_originator",
    ),
}


@pytest.mark.parametrize("pairing", [None, PAIRS["teams>sfb"]], ids=["by name", "resolved"])
@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_lifecycle_by_itself(juror: Juror, name: str, pairing: Pairing | None, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.scxml"
    path.write_text(text(CONVERSATION.lifecycles[name], pairing), encoding="utf-8")
    event, row, place = ALONE[name]
    data = {} if pairing else holding(PAIRS["teams>sfb"])
    (((logged, active),),) = juror.hear([{"document": str(path), "events": [data, event]}])
    assert logged[0] == ["row", row]
    assert place in active
