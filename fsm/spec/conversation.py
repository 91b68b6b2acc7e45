"""The four lifecycles wired into one conversation: where each event goes, and what a change of the pairing sends."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from fsm.notation import RECIPIENT, Change, Composition, Dispatch, Party, refuse, to
from fsm.spec.call import CALL
from fsm.spec.chat import CHAT
from fsm.spec.meeting import MEETING
from fsm.spec.parties import Platform
from fsm.spec.routing import View
from fsm.spec.rules import RULES
from fsm.spec.terminated_call import TERMINATED_CALL

WAITING = "creating open invited"
TOGETHER = "together initiator_shares peer_shares"

ESCALATES = (
    refuse("DEC-3", "join_meeting resend_link leave_meeting meeting_created", meeting=WAITING),
    refuse("DEC-3", "accept_meeting decline_meeting", chat="offered"),
    refuse("DEC-3", "accept_meeting decline_meeting", call="offered"),
    to("call", "TMS-2", call="ringing connected on_hold draining draining_on_hold"),
    to("chat", "TMS-2"),
)
"""An escalation starts from the call while one is up and from the chat otherwise, one at a time."""

CALLS: tuple[Dispatch, ...] = (
    refuse("DEC-6", "open_chat call_audio call_video", by=RECIPIENT, chat="none", call="none"),
    refuse(
        "DEC-12", "join_meeting resend_link leave_meeting end_meeting meeting_created", meeting=f"{WAITING} {TOGETHER}"
    ),
    to("call"),
)


def _rerouted_from(platform: Platform) -> Callable[[View, View], bool]:
    return lambda old, new: old.on is platform and (old.kind, old.on, old.other_on) != (new.kind, new.on, new.other_on)


CONVERSATION = Composition(
    CHAT,
    CALL,
    MEETING,
    TERMINATED_CALL,
    dispatch={
        "share_desktop meet_now": (refuse("ESC-8", "start_sharing stop_sharing", meeting=TOGETHER), *ESCALATES),
        "add_participant": (to("meeting", "ESC-8", meeting=TOGETHER), *ESCALATES),
        "accept_meeting decline_meeting": (to("call", call="offered"), to("chat")),
        "resend_link": (to("chat", "DEC-4", chat="escalated", meeting="open invited"), to("meeting", "DEC-4")),
        "call_audio call_video": CALLS,
        "open_chat": (refuse("DEC-6", by=RECIPIENT, chat="none", call="none"), to("chat")),
    },
    changes=(
        Change("moved", Party.ORIGINATOR, lambda old, new: old.on is not new.on, "DEC-11 MTG-1"),
        Change("moved", Party.RECIPIENT, lambda old, new: old.other_on is not new.other_on, "DEC-11 MTG-1"),
        Change("rerouted_from_teams", Party.SERVICE, _rerouted_from(Platform.TEAMS), "THR-1 THR-2 DEC-33"),
        Change("rerouted_from_sfb", Party.SERVICE, _rerouted_from(Platform.SFB), "THR-3 DEC-33"),
    ),
    rules=RULES,
)


LIFECYCLES = MappingProxyType(CONVERSATION.lifecycles)
"""The four lifecycles by name."""
