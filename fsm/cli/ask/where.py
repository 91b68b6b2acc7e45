"""Where a conversation stands, as written on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fsm.cli.ask.people import InputError
from fsm.engine import known
from fsm.notation import At
from fsm.spec.conversation import CONVERSATION, LIFECYCLES

if TYPE_CHECKING:
    from fsm.spec.names import LifecycleName


def places(words: Iterable[str]) -> dict[LifecycleName, At]:
    """The place of each lifecycle named, from words such as ``call=connected``, ``call=ringing:originator``
    and ``chat=offered:originator:recipient``, an initiator and who opened the thread.

    Raises:
        InputError: a word names no place; the message says what is accepted.
    """
    found: dict[LifecycleName, At] = {}
    for word in words:
        name, _, state = word.partition("=")
        if name not in LIFECYCLES:
            names = ", ".join(f"{each}=STATE" for each in LIFECYCLES)
            raise InputError(f"--in: {word!r} is not accepted; use one of {names}")
        accepted = {spelled(place): place for place in CONVERSATION.lifecycles[name].places}
        if state not in accepted:
            raise InputError(f"--in: {word!r} is not accepted; for {name} use one of {', '.join(accepted)}")
        found[known.lifecycle(name)] = accepted[state]
    return found


def spelled(place: At) -> str:
    """A place as it is written: the state, and those it remembers after colons, the owner first."""
    return ":".join((place.state, *place.remembered))
