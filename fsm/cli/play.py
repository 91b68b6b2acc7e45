"""Playing events at a conversation, one after the other, and keeping what each came to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from fsm.engine import known
from fsm.engine.conversation import Conversation
from fsm.engine.outcome import Outcome, Refusal, Refused
from fsm.notation import At
from fsm.readers.events import Event
from fsm.spec.parties import Pairing

if TYPE_CHECKING:
    from fsm.spec.names import LifecycleName


class Played(NamedTuple):
    """What was played, under which pairing, where everything stood before, and what it came to."""

    event: Event
    pairing: Pairing
    before: dict[LifecycleName, At]
    result: Outcome | Refusal


def play(conversation: Conversation, events: Iterable[Event]) -> Iterator[Played]:
    """Play ``events``; a refused one changes nothing, and the play goes on."""
    for event in events:
        before = conversation.places
        result: Outcome | Refusal
        try:
            result = (
                conversation.change(event.pairing)
                if event.pairing
                else conversation.fire(known.event(event.event), event.by)
            )
        except Refused as refused:
            result = refused.refusal
        yield Played(event, conversation.pairing, before, result)
