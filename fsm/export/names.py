"""What exports have in common: how places, events and signals are named."""

from __future__ import annotations

from fsm.engine.conversation import PROGRAMS
from fsm.engine.profile import Profile
from fsm.notation import At, Party
from fsm.spec.parties import Pairing
from fsm.spec.routing import views


def place(at: At) -> str:
    """A place in one word: the state and the parties it remembers, the owner first, as offered_originator_recipient."""
    return "_".join((at.state, *at.remembered))


def event(name: str, by: Party) -> str:
    """An event and its actor in one word, such as share_desktop.originator."""
    return f"{name}.{by}"


def signal(lifecycle: str, name: str, by: Party) -> str:
    """A signal in one word that only its lifecycle hears, such as call.meeting_ready.originator."""
    return f"{lifecycle}.{name}.{by}"


def profile(pairing: Pairing | None) -> Profile | None:
    """Which guards hold for a pairing; None, without one, leaves them open."""
    return None if pairing is None else PROGRAMS.under(views(pairing)).profile
