"""Properties of what lasts: whatever is shown, offered or started for somebody is closed for them when its cause goes.

An effect either lasts, and then another one closes it, or is over as soon as it has happened. Which is which is a table
here; where something lasts, the places of the lifecycles tell for whom it is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from fsm.notation import PARTIES, At, Composition, Step, at_every_step, of_the_tables
from fsm.spec.groups import ALONE, RINGING, TOGETHER

Standing = Mapping[str, At]
ON_HOLD = ("on_hold", "draining_on_hold", "draining_interop_on_hold")
UP = ("connected", "offered", "escalating", "draining", "draining_interop", *ON_HOLD)
CROSSING = ("interop", "offered", "escalated", "switch_offered", "draining_interop")
CARRYING = (*CROSSING, "native", "switched", "draining")


class Lasting(NamedTuple):
    """Something that lasts.

    Args:
        name: what it is called.
        says: what holds, in words.
        cites: the rules behind it.
        opens: the effects that open it.
        closes: the effects that close it.
        open: for whom it is open, given where the lifecycles stand.
        ends: events by which somebody ends it for themselves.
    """

    name: str
    says: str
    cites: str
    opens: str
    closes: str
    open: Callable[[Standing], tuple[str | None, ...]]
    ends: str = ""


def both(lifecycle: str, *states: str) -> Callable[[Standing], tuple[str | None, ...]]:
    """Open for both while a lifecycle is in one of these states."""
    return lambda at: PARTIES if at[lifecycle].state in states else ()


def service(name: str, lifecycle: str, *states: str) -> Callable[[Standing], tuple[str | None, ...]]:
    """Open at a service while a lifecycle is in one of these states."""
    return lambda at: (name,) if at[lifecycle].state in states else ()


def owner(lifecycle: str, *states: str) -> Callable[[Standing], tuple[str | None, ...]]:
    """Open for the owner of the state while a lifecycle is in one of these."""
    return lambda at: (at[lifecycle].owner,) if at[lifecycle].state in states else ()


def peer(lifecycle: str, *states: str) -> Callable[[Standing], tuple[str | None, ...]]:
    """Open for the other party than the owner while a lifecycle is in one of these states."""

    def open_for(at: Standing) -> tuple[str | None, ...]:
        here = at[lifecycle]
        return (here.owner.other,) if here.owner and here.state in states else ()

    return open_for


def _threads(at: Standing) -> tuple[str | None, ...]:
    chat = at["chat"]
    return (chat.opener,) if chat.state == "one_sided" else PARTIES if chat.state in CARRYING else ()


def _in_meeting(at: Standing) -> tuple[str | None, ...]:
    return owner("meeting", *ALONE.split())(at) + both("meeting", *TOGETHER.split())(at)


def _shown(at: Standing) -> tuple[str | None, ...]:
    return peer("meeting", "initiator_shares")(at) + owner("meeting", "peer_shares")(at)


def _menus(at: Standing) -> tuple[str | None, ...]:
    return owner("chat", "offered")(at) + owner("call", "offered")(at)


LASTING = (
    Lasting(
        "a-ring-stops",
        "whoever is rung stops ringing when the call no longer rings",
        "NAT-7 DEC-25 DEC-27",
        "ring_audio ring_video",
        "stop_ringing",
        peer("call", *RINGING.split()),
    ),
    Lasting(
        "a-call-is-ended-for-both",
        "whoever is in a call sees it end, or ended it",
        "NAT-2 TMS-6 THR-6",
        "connect_media show_video",
        "end_call report_failure",
        both("call", *UP),
        "hang_up",
    ),
    Lasting(
        "a-hold-is-lifted",
        "whoever is on hold hears the other again, or sees the call end",
        "NAT-2 DEC-34",
        "pause_media",
        "resume_media end_call report_failure",
        peer("call", *ON_HOLD),
        "hang_up",
    ),
    Lasting(
        "a-voice-service-lets-go",
        "whoever is in a call with a service sees it end, or hangs up",
        "SFB-3 DEC-36",
        "connect_voicemail connect_voice_service",
        "end_call report_failure",
        owner("call", "with_service"),
        "hang_up",
    ),
    Lasting(
        "a-menu-is-closed",
        "a menu closes before whoever it was open for, unless they accept",
        "DEC-1 DEC-13 DEC-21 TMS-5 SFB-5",
        "open_meeting_menu announce_meeting warn_call_will_end",
        "close_menu",
        _menus,
        "accept_meeting",
    ),
    Lasting(
        "a-thread-is-closed",
        "whoever has a thread that carries messages keeps it, locked, or sees its session end, or closed it",
        "THR-1 THR-3 THR-5",
        "open_thread revive_text_thread",
        "lock_thread end_session",
        _threads,
        "close_chat",
    ),
    Lasting(
        "the-gateway-lets-go",
        "the gateway connects the two for as long as something can cross",
        "NAT-4 THR-3 THR-6",
        "connect_gateway",
        "disconnect_gateway",
        service("gateway", "chat", *CROSSING),
    ),
    Lasting(
        "an-offered-switch-is-withdrawn",
        "the offer of a native thread goes when it is taken or no longer holds",
        "THR-2",
        "offer_native_thread",
        "withdraw_native_offer",
        both("chat", "switch_offered"),
    ),
    Lasting(
        "an-offered-text-thread-is-withdrawn",
        "the offer of a text thread goes when it is taken or no longer holds",
        "THR-2",
        "offer_text_thread",
        "withdraw_text_offer",
        both("chat", "text_offered"),
    ),
    Lasting(
        "a-meeting-is-dismissed",
        "the meeting service is told when a meeting is over, made or not",
        "ESC-1 DEC-2 DEC-11 DEC-16 DEC-19",
        "create_teams_meeting create_sfb_meeting",
        "dismiss_meeting",
        service("meeting-service", "meeting", "creating", *ALONE.split(), *TOGETHER.split()),
    ),
    Lasting(
        "everyone-is-let-out-of-a-meeting",
        "whoever is in a meeting that is over is out of it, or left it",
        "DEC-16 TMS-8",
        "put_in_meeting join_authenticated join_anonymous offer_sharing_tray",
        "close_meeting",
        _in_meeting,
        "leave_meeting end_meeting",
    ),
    Lasting(
        "what-is-shown-stops",
        "whoever sees the other's desktop in the meeting no longer does when the other stops, leaves, or the meeting "
        "is over",
        "ESC-8 TMS-8",
        "start_showing",
        "stop_showing",
        _shown,
        "leave_meeting",
    ),
    Lasting(
        "a-link-is-withdrawn",
        "whoever has been guided to join is told when the link leads nowhere any more",
        "ESC-4 DEC-16",
        "guide_to_join",
        "withdraw_link",
        peer("meeting", "invited", "invited_sharing"),
        "join_meeting",
    ),
)
AT_ONCE = frozenset(
    [
        "show_business_bar",
        "show_interop_banner",
        "open_interop_window",
        "relay",
        "deliver_plain_text",
        "deliver_text",
        "deliver_rich_text",
        "deliver_emoticon",
        "deliver_file",
        "deliver_join_link",
        "open_persistent_chat",
        "show_screen",
        "start_group",
        "warn_meeting_coming",
        "report_no_meeting",
        "report_link_undelivered",
        "use_teams_client",
        "use_browser",
        "use_sfb_client",
        "use_meetings_app",
        "share_in_meeting",
        "invite_others",
        "announce_departure",
    ]
)
"""Effects that are over as soon as they have happened: messages, reports, the way a client tells or joins, and what
one platform does by itself beside the conversation (DEC-37).
"""


def _closes(lasting: Lasting) -> Callable[[Step], bool]:
    opens, closes, ends = (names.split() for names in (lasting.opens, lasting.closes, lasting.ends))

    def holds(step: Step) -> bool:
        was, now = lasting.open(step.before), lasting.open(step.after)
        gone = (who for who in was if who not in now and not (step.event in ends and step.by == who))
        opened = set(step.sent(*opens))
        return opened <= set(now) and all(who in step.sent(*closes) for who in gone)

    return holds


def _unsorted(composition: Composition) -> Iterator[str]:
    known = AT_ONCE.union(*(f"{each.opens} {each.closes}".split() for each in LASTING))
    for row in composition.rows.values():
        for emit in row.effects:
            if emit.effect.name not in known:
                yield f"effect {emit.effect.name} of row {row.id} neither lasts nor is over at once"


CLOSED = (
    *(at_every_step(each.name, each.says, each.cites, _closes(each)) for each in LASTING),
    of_the_tables(
        "every-effect-lasts-or-is-over",
        "of every effect it is said whether it lasts, and what closes it",
        "",
        _unsorted,
    ),
)
