"""What a conversation answers, as JSON: valid by the published schema, and a refusal can be read back."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given

import fsm
from fsm import CONVERSATION, Conversation, Pairing, Party
from fsm.engine.awaiting import refusal as stale
from fsm.export import export
from fsm.export.json.values import refusal, says, to_json
from fsm.notation import effects_of
from tests.people import PAIRS, standing
from tests.strategies import pairings

jsonschema = pytest.importorskip("jsonschema", reason="no jsonschema: pip install jsonschema, or the extra test")
PUBLISHED = files("fsm").joinpath("data", "values.schema.json").read_text(encoding="utf-8")
VALID = jsonschema.Draft202012Validator(json.loads(PUBLISHED))
O, R, S = Party  # noqa: E741  # originator, recipient, service


def as_json(value: Any) -> Any:
    found = json.loads(json.dumps(to_json(value)))
    VALID.validate(found)
    return found


def test_the_published_schema_is_fresh() -> None:
    VALID.check_schema(VALID.schema)
    assert export("values-schema", CONVERSATION) == PUBLISHED, (
        "run fsm export values-schema -o fsm/data/values.schema.json"
    )


def test_an_outcome_tells_where_it_leads_and_what_it_asks_in_words() -> None:
    found = as_json(standing("teams>sfb").fire("call_audio", O))
    assert found["accepted"] is True
    assert (found["at"]["state"]["call"], found["at"]["owners"]) == ("ringing", {"call": "originator"})
    assert found["effects"][0] == {"name": "ring_audio", "to": "recipient", "says": "is rung for a voice call"}
    assert found["timers"] == {"start": [{"event": "no_answer", "seconds": 30}], "cancel": []}


def test_a_refusal_tells_the_rule_and_the_ways_out() -> None:
    found = as_json(standing("teams>sfb", "call=ringing:originator").why_not("share_desktop", O))
    assert (found["accepted"], found["kind"], found["rule"]) == (False, "refused", "DEC-14")
    assert found["ways"] == [{"event": "accept_call", "by": "recipient"}]


@given(pairings())
def test_whatever_a_conversation_answers_is_valid_and_a_refusal_comes_back_the_same(pairing: Pairing) -> None:
    talk = Conversation(pairing)
    for event in ("open_chat", "call_audio", "share_desktop", "send_file", "hang_up"):
        for by in Party:
            why_not = talk.why_not(event, by)
            if why_not is None:
                as_json(talk.fire(event, by))
            else:
                assert refusal(as_json(why_not)) == why_not
    VALID.validate(talk.snapshot())
    VALID.validate(talk.snapshot(key=b"secret"))


def test_a_stale_event_is_a_refusal_like_any() -> None:
    late = stale("no_answer", S, 3, {"no_answer": 7})
    assert refusal(as_json(late)) == late
    assert str(late) == (
        "no_answer by service is stale [DEC-39]: it belongs to step 3, and step 7 has asked for it since"
    )


@pytest.mark.parametrize("effect", effects_of(CONVERSATION))
def test_each_effect_has_words(effect: str) -> None:
    assert says(effect) == effects_of(CONVERSATION)[effect].says != ""


def test_of_other_machines_effects_nothing_is_said() -> None:
    assert says("open_the_door") == ""


def test_what_is_no_value_says_what_is() -> None:
    with pytest.raises(ValueError, match=r"^value: <Conversation .*> is not accepted; give an outcome, a refusal"):
        to_json(Conversation(PAIRS["teams>sfb"]))  # type: ignore[arg-type]


def test_what_is_no_refusal_says_where() -> None:
    found = as_json(standing("teams>sfb").why_not("hang_up", O))
    with pytest.raises(ValueError, match=r"^refusal: Invalid enum value 'sorry' - at `\$.kind`$"):
        refusal({**found, "kind": "sorry"})
    assert isinstance(refusal(found), fsm.Refusal)
