"""The four lifecycles wired into one conversation: where each event goes, and what a change of the pairing sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from fsm.notation import RECIPIENT, Composition, Dispatch, Lifecycle, Party, change, refuse, to
from fsm.spec.call import CALL
from fsm.spec.chat import CHAT
from fsm.spec.groups import ALONE, FOLLOWED, NO_CALL, TOGETHER
from fsm.spec.meeting import MEETING
from fsm.spec.parties import Platform
from fsm.spec.routing import KINDS_ACROSS, RouteKind, View
from fsm.spec.rules import RULES
from fsm.spec.terminated_call import TERMINATED_CALL
from fsm.spec.users import USERS

if TYPE_CHECKING:
    from fsm.spec.names import LifecycleName

ESCALATIONS_GO = (
    refuse(
        "DEC-3", "start_sharing join_meeting resend_link leave_meeting meeting_created", meeting=f"creating {ALONE}"
    ),
    refuse("DEC-3", "accept_meeting decline_meeting", chat="offered"),
    refuse("DEC-3", "accept_meeting decline_meeting", call="offered"),
    to("call", "TMS-2", call=" ".join(each for each in CALL.states if each not in NO_CALL.split())),
    to("chat", "TMS-2"),
)
"""An escalation starts from the call while one is up and from the chat otherwise, one at a time."""

CALLS_GO: tuple[Dispatch, ...] = (
    refuse("DEC-6", "open_chat call_audio call_video", by=RECIPIENT, chat="none", call="none"),
    refuse(
        "DEC-12",
        "join_meeting resend_link leave_meeting end_meeting meeting_created",
        meeting=f"creating {ALONE} {TOGETHER}",
    ),
    to("chat", "THR-4", chat=FOLLOWED, call=NO_CALL),
    to("call"),
)


def _rerouted(old: View, new: View) -> bool:
    return (old.kind, old.on, old.other_on) != (new.kind, new.on, new.other_on)


def _across(on: Platform, other_on: Platform) -> Callable[[View, View], bool]:
    return lambda old, new: (
        _rerouted(old, new) and old.kind in KINDS_ACROSS and (old.on, old.other_on) == (on, other_on)
    )


TEAMS, SFB = Platform.TEAMS, Platform.SFB


CONVERSATION = Composition(
    CHAT,
    CALL,
    MEETING,
    TERMINATED_CALL,
    dispatch={
        "share_desktop meet_now": (refuse("ESC-8", "start_sharing stop_sharing", meeting=TOGETHER), *ESCALATIONS_GO),
        "add_participant": (to("meeting", "ESC-8", meeting=f"{ALONE} {TOGETHER}"), *ESCALATIONS_GO),
        "accept_meeting decline_meeting": (to("call", call="offered"), to("chat")),
        "resend_link": (to("chat", "DEC-4", chat="escalated", meeting=ALONE), to("meeting", "DEC-4")),
        "call_audio call_video": CALLS_GO,
        "open_chat": (refuse("DEC-6", by=RECIPIENT, chat="none", call="none"), to("chat")),
    },
    changes=(
        change("moved", Party.ORIGINATOR, lambda old, new: old.on is not new.on, "DEC-11 MTG-1"),
        change("moved", Party.RECIPIENT, lambda old, new: old.other_on is not new.other_on, "DEC-11 MTG-1"),
        change(
            "rerouted_from_teams",
            Party.SERVICE,
            lambda old, new: _rerouted(old, new) and old.kind in (RouteKind.NATIVE, RouteKind.NATIVE_FEDERATED),
            "THR-1 THR-2 DEC-33",
        ),
        change(
            "rerouted_from_sfb",
            Party.SERVICE,
            lambda old, new: _rerouted(old, new) and old.kind is RouteKind.SKYPE,
            "THR-3 DEC-33",
        ),
        change("rerouted_across", Party.ORIGINATOR, _across(TEAMS, SFB), "THR-1 THR-2 THR-3 THR-5 DEC-33"),
        change("rerouted_across", Party.RECIPIENT, _across(SFB, TEAMS), "THR-1 THR-2 THR-3 THR-5 DEC-33"),
        change("rerouted_across", Party.SERVICE, _across(TEAMS, TEAMS), "THR-1 THR-2"),
        change("barred", Party.SERVICE, lambda old, new: new.barred not in ("", old.barred), "THR-6"),
    ),
    rules=RULES,
    label="One-to-one conversation",
    pairings=USERS,
)


LIFECYCLES = cast("Mapping[LifecycleName, Lifecycle]", MappingProxyType(CONVERSATION.lifecycles))
"""The four lifecycles by name."""
