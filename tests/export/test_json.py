"""The specification as JSON: valid by its schema, the same every time, and read back as the same specification."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm import CONVERSATION, RULES, Conversation, Pairing, Party, Topology
from fsm.engine import known
from fsm.engine.fingerprint import fingerprint
from fsm.engine.outcome import Refusal
from fsm.engine.program import Answers, Programs
from fsm.export import export
from fsm.export.json import read as reading
from fsm.export.json import write as specification
from fsm.export.json.read import SpecificationError, read
from fsm.notation import Composition
from fsm.space.profiles import Profiles
from fsm.spec.routing import views
from fsm.testing.making.play import Player
from tests.export.conftest import written
from tests.people import PAIRS
from tests.strategies import pairings
from tests.verify.machines import IDLE, LOSING, REFUSING, WAITING

PAIR = PAIRS["no-calls>sfb"]
IMPOSSIBLE = PAIRS["federation off"]
Document = dict[str, Any]


@pytest.fixture(scope="module")
def text() -> str:
    return written("json", CONVERSATION, None)


@pytest.fixture(scope="module")
def full() -> Document:
    """The document with a table and profiles."""
    alike = replace(PAIRS["teams>sfb"], topology=Topology.ONLINE)
    counted = [(PAIRS["teams>sfb"], 5), (PAIRS["sfb>teams"], 7), (alike, 2)]
    found: Document = json.loads(specification.written(specification.document(CONVERSATION, [PAIR], counted)))
    return found


@pytest.fixture(scope="module")
def again(text: str) -> Composition:
    return read(text)


def test_it_says_which_specification_it_is(full: Document) -> None:
    assert full["format"] == "interop-fsm specification"
    assert full["version"] == 3
    assert full["fingerprint"] == fingerprint()


def test_it_is_what_json_says_it_is(text: str) -> None:
    document = specification.document(CONVERSATION, profiles=specification.everyone())
    assert json.loads(text) == msgspec.to_builtins(document)
    assert reading.document(text) == document


def test_people_can_read_it(text: str) -> None:
    sentences = tuple(f'"{name}": "' for name in ("says", "confirmed"))
    assert max(len(line) for line in text.splitlines() if not line.lstrip().startswith(sentences)) < 160
    assert '     "timers": [{"event": "no_answer", "seconds": 30, "when": [], "rules": ["DEC-19"]}],\n' in text
    assert text.isascii()


def test_everything_is_in_it(full: Document) -> None:
    rows = [row for lifecycle in full["lifecycles"] for state in lifecycle["states"] for row in state["rows"]]
    assert [row["id"] for row in rows] == list(CONVERSATION.rows)
    assert [rule["id"] for rule in full["rules"]] == list(RULES)
    documents = {document["id"]: document for document in full["documents"]}
    for rule in full["rules"]:
        ours = RULES[rule["id"]]
        assert (rule["says"], rule["section"]) == (ours.says, ours.section)
        assert documents[rule["document"]] == ours.document._asdict()
    assert full["events"] == list(CONVERSATION.events)
    assert set(full["dispatch"]) == set(full["events"])
    named = {guard["name"] for guard in full["guards"]}
    assert {asked["guard"] for row in rows for asked in row["when"]} <= named
    assert {item["effect"] for row in rows for item in row["does"] if item["do"] == "effect"} == {
        effect["name"] for effect in full["effects"]
    }


def test_a_row_reads_as_it_does_in_the_table(full: Document) -> None:
    rows = {r["id"]: r for each in full["lifecycles"] for state in each["states"] for r in state["rows"]}
    assert rows["meeting.together.leave_meeting.2"] == {
        "id": "meeting.together.leave_meeting.2",
        "event": "leave_meeting",
        "by": "owner",
        "signal": False,
        "when": [],
        "to": "ended",
        "owner": None,
        "opener": None,
        "does": [
            {"do": "effect", "effect": "close_meeting", "to": "both"},
            {"do": "effect", "effect": "dismiss_meeting", "to": "meeting-service"},
            {"do": "signal", "signal": "chat.meeting_over", "by": "owner"},
        ],
        "refused": None,
        "instead": [],
        "rules": ["DEC-16"],
    }
    assert rows["chat.interop.send_file.2"]["refused"] == "LIM-6"
    assert rows["meeting.invited.join_meeting.1"]["when"][0] == {"guard": "on_teams", "about": "owner"}


def test_a_state_says_whom_it_remembers_and_a_row_whom_the_next_one_does(full: Document) -> None:
    states = {s["name"]: s for each in full["lifecycles"] for s in each["states"] if each["name"] == "chat"}
    assert [(states[name]["owner"], states[name]["opener"]) for name in ("none", "interop", "offered")] == [
        (None, None),
        (None, "who opened it"),
        ("initiator", "who opened it"),
    ]
    opening = {row["id"]: row for row in states["one_sided"]["rows"] if row["event"] == "open_chat"}
    [anew] = opening.values()
    assert (anew["by"], anew["to"], anew["owner"], anew["opener"]) == ("answerer", "interop", None, "answerer")


def test_a_guard_is_its_truth_table(full: Document) -> None:
    guards = {guard["name"]: guard["test"] for guard in full["guards"]}
    assert guards["recent_client"] == {"facts": ["client"], "holds": [["sfb-current"]]}
    assert guards["may_chat"] == {
        "facts": ["allow_user_chat", "on"],
        "holds": [[False, "sfb"], [True, "sfb"], [True, "teams"]],
    }
    moved = {"facts": ["old.on", "new.on"], "holds": [["sfb", "teams"], ["teams", "sfb"]]}
    assert full["changes"][0]["when"] == moved


def test_the_text_has_every_profile(text: str, profiles: Profiles) -> None:
    found = json.loads(text)["profiles"]
    assert len(found) == profiles.profiles
    assert sum(each["pairings"] for each in found) == profiles.pairings


def test_profiles_are_counted_once_each(full: Document) -> None:
    assert [each["pairings"] for each in full["profiles"]] == [7, 7]
    assert "interop" in full["profiles"][0]["guards"]["originator"]
    assert msgspec.convert(full["profiles"][0]["pairing"], Pairing) == PAIRS["teams>sfb"]


def reached(pairing: Pairing) -> set[Answers]:
    """Every place that two people come to, played event by event."""
    start = Player(CONVERSATION).under(pairing).initial
    found, open_ = {start}, [start]
    while open_:
        here = open_.pop()
        new = {to for way in here.available if (to := here[way].to) is not None} - found
        found |= new
        open_ += new
    return found


def test_a_table_is_the_conversation_of_two(full: Document) -> None:
    [table] = full["tables"]
    assert msgspec.convert(table["pairing"], Pairing) == PAIR
    assert len(table["places"]) == len(table["to"]) == len(table["outcome"]) == len(reached(PAIR))
    symbols = {tuple(symbol): n for n, symbol in enumerate(table["symbols"])}
    talk, place = Conversation(PAIR), 0
    assert table["places"][0] == {"state": talk.state, "owners": {}, "openers": {}}
    met = set()
    for event, by in (
        ("send_text", "originator"),
        ("open_chat", "originator"),
        ("call_audio", "originator"),
        ("share_desktop", "recipient"),
    ):
        symbol = symbols[event, by]
        said = table["outcomes"][table["outcome"][place][symbol]]
        place = table["to"][place][symbol]
        refusal = talk.why_not(known.event(event), known.party(by))
        if refusal:
            assert (said["accepted"], said["rule"], said["message"]) == (False, refusal.rule, refusal.message)
        else:
            outcome = talk.fire(known.event(event), known.party(by))
            assert (said["accepted"], said["rows"]) == (True, list(outcome.rows))
            assert [(each["effect"], each["to"]) for each in said["effects"]] == list(outcome.effects)
        remembered = {"owners": dict(talk.owners), "openers": dict(talk.openers)}
        assert table["places"][place] == {"state": talk.state, **remembered}
        met |= {name for name, parties in remembered.items() if parties}
    assert met == {"owners", "openers"}


def test_the_published_schema_is_fresh() -> None:
    published = files("fsm").joinpath("data", "specification.schema.json").read_text(encoding="utf-8")
    assert published == export("json-schema", CONVERSATION), (
        "run fsm export json-schema -o fsm/data/specification.schema.json"
    )


def test_it_is_valid_by_the_schema(full: Document) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="no jsonschema: pip install jsonschema, or the extra test")
    validator = jsonschema.Draft202012Validator(json.loads(specification.schema()))
    validator.check_schema(validator.schema)
    assert list(validator.iter_errors(full)) == []
    for name in WRONG_IN_SHAPE:
        damaged = json.loads(json.dumps(full))
        DAMAGES[name](damaged)
        assert not validator.is_valid(damaged), name


def test_read_back_it_has_the_same_fingerprint(again: Composition) -> None:
    assert again is not CONVERSATION
    assert fingerprint(again) == fingerprint(CONVERSATION)


@pytest.mark.parametrize("other", [IDLE, LOSING, WAITING, REFUSING])
def test_any_composition_can_be_written_and_read(other: Composition) -> None:
    assert fingerprint(read(specification.text(other))) == fingerprint(other) != fingerprint(CONVERSATION)


moves = st.lists(st.tuples(st.integers(0, 10_000), st.none() | pairings()), max_size=15)


@settings(max_examples=30)
@given(pairing=pairings(), moves=moves)
def test_read_back_it_behaves_the_same(again: Composition, pairing: Pairing, moves: list[Any]) -> None:
    programs, talk = Programs(again), Conversation(pairing)
    row = programs.under(views(pairing)).initial
    anything = [(event, by) for event in again.events for by in Party]
    for number, new in moves:
        if new:
            program = programs.under(views(new))
            theirs = program.change(row.config, row.program, views(talk.pairing)[0], views(new)[0])
            assert talk.change(new) == theirs
            row = theirs.to
            continue
        event, by = (*talk.available(), *anything)[number % (len(talk.available()) + len(anything))]
        found, refusal = row[event, by], talk.why_not(event, by)
        if isinstance(found, Refusal):
            assert found == refusal
        else:
            assert refusal is None
            assert talk.fire(event, by) == found
            row = found.to


def _state(document: Document, lifecycle: int = 0, state: int = 2) -> Document:
    found: Document = document["lifecycles"][lifecycle]["states"][state]
    return found


def _put(key: str, value: Any, find: Callable[[Document], Document] = lambda document: document) -> Any:
    return lambda document: find(document).__setitem__(key, value)


def _row(document: Document) -> Document:
    found: Document = next(row for row in _state(document)["rows"] if row["id"] == "chat.interop.send_text.1")
    return found


DAMAGES: dict[str, Callable[[Document], Any]] = {
    "another format": _put("format", "recipes"),
    "another version": _put("version", 1),
    "something missing": lambda document: document.pop("guards"),
    "something more": _put("colour", "red", _row),
    "a number for a word": _put("event", 7, _row),
    "an unknown role": _put("by", "everyone", _row),
    "an unknown rule": _put("rules", ["XXX-1"], _row),
    "an unknown guard": _put("when", [{"guard": "lucky", "about": None}], _row),
    "an unknown effect": _put("does", [{"do": "effect", "effect": "sing", "to": "both"}], _row),
    "an unknown addressee": lambda document: _row(document)["does"][1].__setitem__("to", "moon"),
    "an unknown target": _put("to", "nowhere", _row),
    "a row edited": _put("to", "closed", _row),
    "a row gone": lambda document: _state(document)["rows"].pop(),
    "a row id edited": _put("id", "chat.interop.send_text.9", _row),
    "an opener edited": _put("opener", "answerer", _row),
    "an opener where there is none": lambda document: _state(document, state=0)["rows"][0].__setitem__("by", "opener"),
    "a guard edited": lambda document: document["guards"][0]["test"]["holds"].pop(),
    "a guard on an unknown fact": lambda document: document["guards"][0]["test"].__setitem__("facts", ["luck"]),
    "a guard too many": lambda document: document["guards"].append({**document["guards"][0], "name": "spare"}),
    "a change on an unknown view": lambda document: document["changes"][0]["when"].__setitem__("facts", ["on", "on"]),
    "dispatch edited": lambda document: document["dispatch"]["share_desktop"].pop(0),
    "dispatch emptied": lambda document: document["dispatch"]["share_desktop"].clear(),
    "a route edited": lambda document: document["routing"]["rows"].pop(0),
    "a fact edited": lambda document: document["facts"]["on"].append("phone"),
    "another fingerprint": _put("fingerprint", "0" * 16),
    "a rule twice": lambda document: document["rules"].append(document["rules"][0]),
    "a rule of an unknown source": lambda document: document["rules"][0].__setitem__("document", "hearsay"),
    "a source too many": lambda document: document["documents"].append({**document["documents"][0], "id": "spare"}),
}
WRONG_IN_SHAPE = (
    "another format",
    "another version",
    "something missing",
    "something more",
    "a number for a word",
    "an unknown role",
)
SAID = {
    "another format": "format: 'recipes' is not accepted; give what fsm export json wrote",
    "another version": "version: 1 is not accepted; this version of fsm reads 3",
    "something missing": "specification: Object missing required field `guards`",
    "something more": "specification: Object contains unknown field `colour` - at `$.lifecycles[0].states[2].rows[3]`",
    "a number for a word": "specification: Expected `str`, got `int` - at `$.lifecycles[0].states[2].rows[3].event`",
    "an unknown role": "specification: Invalid enum value 'everyone'",
    "an unknown rule": "chat.interop, row 1 on 'send_text': rule 'XXX-1' is not in the catalogue",
    "an unknown guard": "chat.interop.send_text.1: guard 'lucky' is not in the document",
    "an unknown effect": "chat.interop.send_text.1: effect 'sing' is not in the document",
    "an unknown addressee": "chat.interop.send_text.1: effect deliver_plain_text goes to 'moon'; use one of originator",
    "an unknown target": "chat.interop, row 1 on 'send_text': target 'nowhere' is not a state",
    "a row edited": "fingerprint: the document says",
    "a row gone": "fingerprint: the document says",
    "a row id edited": "lifecycles: not as fsm export writes them",
    "an opener edited": "fingerprint: the document says",
    "an opener where there is none": "chat.none, row 1 on 'open_chat': speaks of an opener, and none has none",
    "a guard edited": "fingerprint: the document says",
    "a guard on an unknown fact": "guard across_clouds: 'luck' is not a fact; facts are kind, ",
    "a guard too many": "guards: not as fsm export writes them",
    "a change on an unknown view": "change moved: 'on' is not a fact; facts are old.kind, ",
    "dispatch edited": "fingerprint: the document says",
    "dispatch emptied": "dispatch on 'share_desktop': says nothing",
    "a route edited": "routing: not those of this version",
    "a fact edited": "facts: not those of this version",
    "another fingerprint": "fingerprint: the document says '0000000000000000'",
    "a rule twice": "rules: not as fsm export writes them",
    "a rule of an unknown source": "INT-1: source 'hearsay' is not in the document; it has interoperability, modes",
    "a source too many": "documents: not as fsm export writes them",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_document_that_is_not_right_says_where_and_why(text: str, damage: str) -> None:
    document = json.loads(text)
    DAMAGES[damage](document)
    with pytest.raises(SpecificationError) as said:
        read(json.dumps(document))
    assert str(said.value).startswith(SAID[damage])


@pytest.mark.parametrize("broken", ["", "{", "[]", "7", b"\xff\xfe", "{}", '{"a":' * 100_000])
def test_what_is_no_specification_is_refused(broken: str | bytes) -> None:
    with pytest.raises(SpecificationError, match=r"^(specification|format): .*; give what fsm export json wrote"):
        read(broken)
