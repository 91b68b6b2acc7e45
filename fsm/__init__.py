"""Executable specification of one-to-one conversations between Microsoft Teams and Skype for Business users."""

from typing import TYPE_CHECKING

from fsm.engine import known
from fsm.engine.conversation import Conversation
from fsm.engine.earlier import EarlierSnapshot
from fsm.engine.outcome import (
    LostSignal,
    Outcome,
    Reason,
    Refusal,
    RefusalKind,
    Refused,
    Sent,
    SnapshotError,
    StartTimer,
    Timers,
    UnknownEvent,
    Way,
)
from fsm.engine.specification import Specification
from fsm.notation import At, DeclarationError, Party
from fsm.notation.shown import Shown
from fsm.spec.conversation import CONVERSATION, LIFECYCLES
from fsm.spec.editions import EDITIONS, Edition
from fsm.spec.parties import (
    Client,
    Homing,
    IslandsInterop,
    Mode,
    Pairing,
    Participant,
    Platform,
    Scope,
    Topology,
)
from fsm.spec.routing import Route, RouteKind, RouteRefusal, presence, route
from fsm.spec.rules import RULES, Rule
from fsm.spec.sources import Document

__version__ = "0.2.0"

__all__ = [
    "CONVERSATION",
    "EDITIONS",
    "LIFECYCLES",
    "RULES",
    "At",
    "Client",
    "Conversation",
    "DeclarationError",
    "Document",
    "EarlierSnapshot",
    "Edition",
    "Homing",
    "IslandsInterop",
    "LostSignal",
    "Mode",
    "Outcome",
    "Pairing",
    "Participant",
    "Party",
    "Platform",
    "Reason",
    "Refusal",
    "RefusalKind",
    "Refused",
    "Route",
    "RouteKind",
    "RouteRefusal",
    "Rule",
    "Scope",
    "Sent",
    "SnapshotError",
    "Specification",
    "StartTimer",
    "Timers",
    "Topology",
    "UnknownEvent",
    "Way",
    "known",
    "presence",
    "route",
]


if TYPE_CHECKING:
    from fsm.engine.reach import Comes

    Started = StartTimer
else:

    def __getattr__(name: str) -> object:
        if name != "Started":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from warnings import warn

        warn("fsm.Started is called StartTimer now: the timer is not started yet", DeprecationWarning, stacklevel=2)
        return StartTimer


def _svg(shown: Conversation) -> str:
    from fsm.draw.notebook import svg_of

    return svg_of(shown)


def _comes(own: Specification) -> "Comes":
    from fsm.space.profiles import Profiles
    from fsm.space.reachable import Space

    profiles = Profiles(own)
    places = Space(own, profiles).places
    return lambda pairing, config: bool(places.get(config, 0) >> profiles.of(pairing) & 1)


Shown.draw = _svg
Specification.explore = _comes
