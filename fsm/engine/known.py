"""Words that come from outside as strings: each is checked, and is one of its type from then on.

    conversation.fire(known.event(message["event"]), by=known.party(message["by"]))

Type checkers take an event that is written out, or one of these; a string that could be anything they refuse. At run
time ``fire`` takes any string, and refuses what it does not know.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from fsm.engine.program import acting, fired
from fsm.notation import effects_of
from fsm.notation.echo import echo
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import exact

if TYPE_CHECKING:
    from fsm.notation import Party
    from fsm.spec.names import EffectName, Event, LifecycleName


def event(word: str) -> Event:
    """An event.

    Raises:
        UnknownEvent: it is none; the message says which are.
    """
    return cast("Event", fired(word, CONVERSATION))


def party(word: str) -> Party:
    """A party, or the service.

    Raises:
        UnknownEvent: it is none; the message says which are.
    """
    return acting(word)


def lifecycle(word: str) -> LifecycleName:
    """The name of a lifecycle.

    Raises:
        ValueError: it is none; the message says which are.
    """
    if not isinstance(word, str) or exact(word) not in CONVERSATION.lifecycles:
        raise ValueError(f"{echo(word)} is not a lifecycle; use one of {', '.join(CONVERSATION.lifecycles)}")
    return cast("LifecycleName", exact(word))


def effect(word: str) -> EffectName:
    """The name of an effect.

    Raises:
        ValueError: it is none; the message says which are.
    """
    if not isinstance(word, str) or exact(word) not in _effects():
        raise ValueError(f"effect: {echo(word)} is not known; effects are {', '.join(_effects())}")
    return cast("EffectName", exact(word))


@cache
def _effects() -> tuple[str, ...]:
    return tuple(sorted(effects_of(CONVERSATION)))
