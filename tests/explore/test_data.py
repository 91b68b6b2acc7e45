"""What the explorer knows is what the tables say, and the page that is shipped is made of it."""

from __future__ import annotations

import gzip
import json
import re
import runpy
import sys
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import msgspec
import pytest

import fsm
from fsm import Pairing, Participant
from fsm.explore import data, page, shape
from fsm.explore.facts import told
from fsm.explore.html import BUILT
from fsm.explore.stories import STORIES, two
from fsm.spec.conversation import CONVERSATION
from fsm.spec.editions import EDITIONS
from fsm.spec.parties import Mode
from fsm.spec.routing import cure, route
from fsm.spec.words import SENTENCES
from fsm.spec.words import told as in_words
from tests.explore.sequences import pairings

ROOT = Path(fsm.__file__).parents[1]
LARGEST = 500_000


def block(text: str, name: str) -> object:
    (found,) = re.findall(rf'<script type="application/json" id="{name}">(.*?)</script>', text, re.DOTALL)
    return json.loads(found)


def test_the_page_that_is_shipped_is_made_of_these_tables() -> None:
    shipped = block(BUILT.read_text(encoding="utf-8"), "page")
    assert shipped == json.loads(msgspec.json.encode(data.page())), "run npm run build in explorer/ and commit it"


def test_it_is_small_enough_to_be_sent() -> None:
    assert len(gzip.compress(BUILT.read_bytes())) <= LARGEST


def test_every_event_is_told_in_a_sentence() -> None:
    assert list(SENTENCES) == list(CONVERSATION.events)
    assert in_words("call_audio", "Adele", "Grady") == "Adele calls Grady"


def holding(said: list[shape.Said], facts: dict[str, str | bool]) -> list[str]:
    return [
        each.says
        for each in said
        if any(
            all(facts[name] == value for name, value in zip(each.test.facts, values, strict=True))
            for values in each.test.holds
        )
    ]


def refused(facts: dict[str, Any]) -> list[str]:
    try:
        Participant("a", **facts)
    except ValueError as error:
        return [str(error)]
    return []


def test_what_contradicts_of_a_user_is_what_a_participant_refuses() -> None:
    people = data.page().people
    for values in product(*people.user.values()):
        facts = dict(zip(people.user, values, strict=True))
        assert holding(people.odd, facts) == refused(facts)


def test_what_helps_where_there_is_no_route_is_what_routing_says() -> None:
    seen = 0
    for pairing in pairings():
        facts = {**told(pairing), "originator.on": pairing.originator.client.platform.value}
        expected = [str(cure(pairing))] if route(pairing).refusal else []
        assert holding(data.page().cures, facts) == expected
        seen += bool(expected)
    assert seen > 30


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=str)
def test_who_does_not_exist_in_an_edition_is_said(edition: object) -> None:
    (shown,) = [each for each in data.page().editions if each.name == str(edition)]
    for mode in Mode:
        taken = EDITIONS[shown.name].participant("a", mode)  # type: ignore[index]
        assert holding(shown.nobody, told(taken)) == []
        assert all(told(taken)[name] == value for name, value in shown.taken[mode].items())


def test_there_are_six_stories_and_each_can_be_played() -> None:
    assert len(STORIES) == 6
    for story in STORIES:
        assert isinstance(two(story), Pairing)
        assert {scene.event for scene in story.scenes} <= {*CONVERSATION.events, "change"}


def test_a_page_knows_the_users_it_is_given_and_where_it_opens() -> None:
    hostile = Participant("</script><script>alert(1)</script>@contoso.com", "SfBOnly")
    text = page([hostile], "from=TeamsOnly&to=SfBOnly")
    assert block(text, "known") == [told(hostile)]
    assert block(text, "start") == "from=TeamsOnly&to=SfBOnly"
    assert "alert(1)</script>" not in text
    assert block(text, "page") == block(BUILT.read_text(encoding="utf-8"), "page")


def test_those_who_build_the_page_are_told_what_it_knows_and_its_shape(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told_ = {}
    for what in ("data", "schema"):
        monkeypatch.setattr(sys, "argv", ["fsm.explore", what])
        runpy.run_path(str(ROOT / "fsm" / "explore" / "__main__.py"), run_name="__main__")
        told_[what] = json.loads(capsys.readouterr().out)
    import_module("fsm.explore.__main__")
    described = {"$ref": "#/components/schemas/Page", **told_["schema"]}
    jsonschema.validate(told_["data"], described)
    assert told_["data"] == json.loads(msgspec.json.encode(data.page()))
