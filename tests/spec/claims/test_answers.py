"""An answer means something where its effect is asked for; a step made up to break that is caught."""

from __future__ import annotations

import pytest

from fsm import CONVERSATION
from fsm.notation import At, Guard, Party, Step, effects_of
from fsm.spec.claims.answers import ANSWERED, ANSWERS
from tests.people import places

(CLAIM,) = ANSWERED


def holds(given: str, effect: str) -> bool:
    def never(guard: Guard, party: Party) -> bool:
        return False

    at: dict[str, At] = {name: each.initial for name, each in CONVERSATION.lifecycles.items()}
    at.update(places(given).items())
    assert CLAIM.step is not None
    return CLAIM.step(Step("made_up", at, at, ((effect, "recipient"),), never))


@pytest.mark.parametrize(
    ("effect", "asked", "not_there"),
    [
        ("ring_audio", "call=ringing:originator", "call=connected"),
        ("connect_media", "call=connected", "call=ended"),
        ("create_teams_meeting", "meeting=creating:originator", "meeting=none"),
        ("deliver_join_link", "meeting=sent:originator", "meeting=ended"),
        ("open_meeting_menu", "chat=offered:originator", "chat=interop"),
    ],
)
def test_an_effect_is_asked_for_where_its_answers_mean_something(effect: str, asked: str, not_there: str) -> None:
    assert effect in ANSWERS
    assert holds(asked, effect)
    assert not holds(not_there, effect)


def test_effects_that_nobody_answers_are_asked_for_anywhere() -> None:
    assert all(holds("", name) for name in effects_of(CONVERSATION) if name not in ANSWERS)
