"""What each strength wants covered, for machines small enough to list it by hand."""

from __future__ import annotations

import re

import pytest

from fsm.testing import generate
from fsm.testing.making.goals import STRENGTHS
from tests.people import PAIRS
from tests.testing.machines import LAMP, PHONE

LIT = """
lamp.off.press.1 by originator
lamp.on.press.1 by originator
lamp.on.press.1 by recipient
"""
DISPATCHED = """
dispatch press.1 by originator
dispatch press.1 by recipient
dispatch press.1 by service
"""
SHUT = """
lamp.off.press refused by RTE-1
lamp.off.press refused by no rule
lamp.on.press refused by no rule
"""
UNLIT = """
lamp.off.press refused by RTE-1
lamp.off.press refused by no rule
lamp.off.press refused by MODE-1
"""
DARK = "lamp.off.press.1 passed over for originator"
AT_OFF = """
lamp.off.press.1 open to originator
lamp.off.press.1 closed to recipient
lamp.off.press.1 closed to service
"""
AT_ON = """
lamp.on.press.1 open to originator
lamp.on.press.1 open to recipient
lamp.on.press.1 closed to service
"""
HOLDS, FAILS = "\nlamp.off.press.1 guard 1, on_teams, holds", "\nlamp.off.press.1 guard 1, on_teams, fails"
IN_TURN = """
lamp.off.press.1 > lamp.on.press.1
lamp.on.press.1 > lamp.off.press.1
"""


@pytest.mark.parametrize(
    ("strength", "people", "goals"),
    [
        ("states", "teams>sfb", "lamp=off\nlamp=on"),
        ("states", "sfb>teams", "lamp=off"),
        ("rows", "teams>sfb", DISPATCHED + LIT + SHUT),
        ("rows", "sfb>teams", DISPATCHED + DARK + UNLIT),
        ("guards", "teams>sfb", DISPATCHED + LIT + SHUT + AT_OFF + AT_ON + HOLDS),
        ("guards", "sfb>teams", DISPATCHED + DARK + UNLIT + AT_OFF + FAILS),
        ("pairs", "teams>sfb", DISPATCHED + LIT + SHUT + IN_TURN),
        ("pairs", "sfb>teams", DISPATCHED + DARK + UNLIT),
    ],
)
def test_what_two_people_can_reach_is_wanted_and_covered(strength: str, people: str, goals: str) -> None:
    made = generate(strength, PAIRS[people], composition=LAMP)
    assert set(made.goals) == set(goals.split("\n")) - {""}
    assert made.covered == made.goals


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ("teams>teams", "sent to originator, sent to recipient"),
        ("teams>sfb", "sent to originator, left out"),
        ("sfb>teams", "sent to recipient, left out"),
        ("sfb>sfb", "left out"),
    ],
)
def test_an_effect_for_both_is_left_out_where_either_does_not_get_it(people: str, told: str) -> None:
    made = generate("rows", PAIRS[people], composition=PHONE)
    rung = {goal for goal in made.goals if " effect " in goal}
    assert rung == {f"call.none.dial.1 effect ring {each}" for each in told.split(", ")}
    assert made.covered == made.goals


@pytest.mark.parametrize("strength", STRENGTHS)
def test_no_goal_is_listed_twice(strength: str) -> None:
    made = generate(strength, PAIRS["teams>sfb"], composition=PHONE)
    assert len(set(made.goals)) == len(made.goals)


@pytest.mark.usefixtures("few_people")
@pytest.mark.parametrize(
    ("strength", "goals"),
    [
        (
            "states",
            "call=none, call=ringing:originator, call=ringing:recipient, call=up, chat=open, chat=quiet, chat=away",
        ),
        ("rows", "call.none.dial.1 effect ring sent to originator, call.none.dial.1 effect ring left out"),
        ("rows", "call.none.dial.1 effect ring sent to recipient, call.up.hang_up refused by no rule"),
        ("rows", "call.none.dial.1 timer timeout starts, call.none.dial.1 timer timeout does not start"),
        ("rows", "call.ringing.answer.1 signal chat.hush heeded, call.ringing.answer.1 signal chat.hush ignored"),
        ("rows", "call.ringing.answer.2 by recipient, call.ringing.answer.1 passed over for recipient"),
        ("rows", "change moved by originator, chat.open.moved.1 by service, chat.quiet ignores moved"),
        ("rows", "dispatch say.1 by service, dispatch say.2 by service, chat.away ignores hush"),
        ("guards", "call.ringing.answer.2 closed to originator, call.ringing.answer.2 open to originator"),
        ("pairs", "call.none.dial.1 > say.1, call.none.dial.1 > call.ringing.answer.2"),
        ("pairs", "chat.open.moved.1 > chat.away.say.1, call.ringing.answer.1 > call.up.hang_up.1"),
    ],
)
def test_what_everyone_can_reach_is_wanted_and_covered(strength: str, goals: str) -> None:
    made = generate(strength, composition=PHONE)
    assert set(goals.split(", ")) <= set(made.goals)
    assert made.covered == made.goals


@pytest.mark.usefixtures("few_people")
def test_rows_asks_for_every_row_that_long_walks_ever_take() -> None:
    walked = generate("walks", count=50, length=200, composition=PHONE)
    taken = {f"{row} by {step.by}" for scenario in walked.scenarios for step in scenario.steps for row in step.rows}
    wanted = generate("rows", composition=PHONE).goals
    assert {goal for goal in taken if not goal.startswith("say.")} == {
        goal for goal in wanted if " by " in goal and not re.match("dispatch|change|.* refused by", goal)
    }
