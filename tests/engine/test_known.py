"""Words from outside are checked before they are of a type."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fsm import CONVERSATION, UnknownEvent, known
from tests.people import standing


def test_a_word_that_there_is_comes_back() -> None:
    assert [known.event(word) for word in CONVERSATION.events] == [*CONVERSATION.events]
    assert [known.party(word).value for word in ("originator", "recipient", "service")] == [
        "originator",
        "recipient",
        "service",
    ]
    assert [known.lifecycle(word) for word in CONVERSATION.lifecycles] == [*CONVERSATION.lifecycles]
    assert known.effect("ring_audio") == "ring_audio"


@pytest.mark.parametrize(
    ("checked", "word", "kind", "message"),
    [
        (known.event, "call_adio", UnknownEvent, "event: 'call_adio' is not known; did you mean 'call_audio'"),
        (known.event, "carry_link", UnknownEvent, "event: 'carry_link' is not known"),  # a signal
        (known.party, "callee", UnknownEvent, "by: 'callee' is not accepted; use one of originator, recipient, serv"),
        (known.lifecycle, "cal", ValueError, "'cal' is not a lifecycle; use one of chat, call, meeting, term"),
        (known.effect, "ring_adio", ValueError, "effect: 'ring_adio' is not known; effects are announce_departure, "),
    ],
)
def test_a_word_that_there_is_not_is_named_with_those_there_are(
    checked: Callable[[str], str], word: str, kind: type[ValueError], message: str
) -> None:
    with pytest.raises(kind, match=f"^{message}"):
        checked(word)


def test_fire_says_the_same_of_a_word_that_it_does_not_know() -> None:
    with pytest.raises(UnknownEvent) as checked:
        known.event("call_adio")
    with pytest.raises(UnknownEvent) as fired:
        standing("teams>sfb").fire("call_adio", "originator")  # type: ignore[arg-type]
    assert str(fired.value) == str(checked.value)
