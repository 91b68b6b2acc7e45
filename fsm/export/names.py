"""What exports have in common: how places, events and signals are named."""

from __future__ import annotations

from collections.abc import Callable

from fsm.engine.profile import Profile
from fsm.notation import At, Composition, Lifecycle, Party, guards_of
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import Pairing
from fsm.spec.users import whose


def place(at: At) -> str:
    """A place in one word: the state and the parties it remembers, the owner first, as offered_originator_recipient."""
    return "_".join((at.state, *at.remembered))


def event(name: str, by: Party) -> str:
    """An event and its actor in one word, such as share_desktop.originator."""
    return f"{name}.{by}"


def signal(lifecycle: str, name: str, by: Party) -> str:
    """A signal in one word that only its lifecycle hears, such as call.meeting_ready.originator."""
    return f"{lifecycle}.{name}.{by}"


def profile(pairing: Pairing | None, composition: Composition = CONVERSATION) -> Profile | None:
    """Which guards hold for a pairing; None, without one, leaves them open."""
    return None if pairing is None else Profile(guards_of(composition), whose(composition).views(pairing))


def whole(what: Lifecycle | Composition) -> Composition:
    """The composition that something is, or is part of.

    Raises:
        ValueError: it is part of none.
    """
    return what.whole if isinstance(what, Lifecycle) else what


def title(
    what: Lifecycle | Composition,
    pairing: Pairing | None,
    spelled: Callable[[str], str] = str,
    label: Callable[[str], str] = str,
) -> str:
    """What is exported, and between whom; ``spelled`` makes names fit to be written, and ``label`` sentences."""
    said = label(what.label)
    return f"{said} between {whose(whole(what)).between(pairing, spelled)}" if pairing else said
