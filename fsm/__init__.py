"""Executable specification of one-to-one conversations between Microsoft Teams and Skype for Business users."""

from fsm.engine.conversation import Conversation
from fsm.engine.outcome import (
    LostSignal,
    Outcome,
    Reason,
    Refusal,
    RefusalKind,
    Refused,
    Sent,
    SnapshotError,
    Started,
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
    "Started",
    "Timers",
    "Topology",
    "UnknownEvent",
    "Way",
    "presence",
    "route",
]


def _svg(shown: Conversation) -> str:
    from fsm.draw.notebook import svg_of

    return svg_of(shown)


Shown.draw = _svg
