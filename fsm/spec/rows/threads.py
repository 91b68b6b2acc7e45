"""Rows that several states of the chat share: what a thread carries, how it opens, and what ends or reroutes it."""

from __future__ import annotations

from fsm.notation import ACTOR, ANSWERER, BOTH, OTHER, Effect, Emit, Guard, Role, Row, Signal, on, signal, timer
from fsm.spec import effects as do
from fsm.spec.guards import (
    CALLING,
    CHATTING,
    REACHABLE,
    can_share_content,
    has_sfb_side,
    interop,
    lands_here,
    may_chat,
    may_meet_now,
    on_sfb,
    on_teams,
    recent_client,
    same_platform,
)
from fsm.spec.rows.limits import LIMITS, WAYS_TO_A_MEETING

START_MEETING: Signal = signal("meeting.start")
IDLE = timer("session_expired", 600, "THR-3", when=(has_sfb_side,))
TO_OTHER = (may_chat.of(OTHER),)
"""All that policies say of a chat between an SfB user and a Teams user when the SfB user acts."""


def told(role: Role) -> tuple[Emit, ...]:
    """That the conversation is interop, in the way of each one's client (NAT-6)."""
    return (do.open_interop_window(role), do.show_business_bar(role), do.show_interop_banner(role))


OPEN_ACROSS: tuple[Effect | Emit, ...] = (do.connect_gateway, do.open_thread(BOTH), *told(BOTH))
CITED_ANEW = "THR-5 DEC-29"
REOPEN: tuple[Effect | Emit, ...] = (do.connect_gateway, do.open_thread(ANSWERER))
"""The session of the SfB side is set up again; the Teams side still has its thread."""


def open_native(
    event: str, *message: Emit, whose: tuple[Guard, ...] = (), chatting: tuple[Guard, ...] = CHATTING
) -> Row:
    """A row by which ``event`` opens a thread on one platform, with a first message or without."""
    return on(
        event,
        to="native",
        when=[*whose, *REACHABLE, *chatting, same_platform],
        effects=[do.open_thread(BOTH), *message],
        cites="RTE-1 RTE-7 NAT-2",
    )


ROUTED_ACROSS = (*REACHABLE, interop)


def open_across(
    event: str,
    *message: Effect | Emit,
    routed: tuple[Guard, ...] = ROUTED_ACROSS,
    chatting: tuple[Guard, ...] = CHATTING,
    landing: tuple[Guard, ...] = (lands_here,),
) -> Row:
    """A row by which ``event`` opens an interop thread, with a first message or without."""
    return on(
        event,
        to="interop",
        when=[*routed, *chatting, *landing],
        effects=[*OPEN_ACROSS, *message],
        cites="INT-5 NAT-1 NAT-3 NAT-4 NAT-6 NAT-8 RTE-8 THR-5",
    )


OPEN_CHAT = (open_native("open_chat"), open_across("open_chat"))


def message_native(whose: tuple[Guard, ...] = (), chatting: tuple[Guard, ...] = CHATTING) -> tuple[Row, ...]:
    """A message that is routed anew, on one platform (THR-3)."""
    return tuple(
        open_native(event, delivers(OTHER), whose=whose, chatting=chatting)
        for event, delivers in (
            ("send_text", do.deliver_text),
            ("send_rich_text", do.deliver_rich_text),
            ("send_emoticon", do.deliver_emoticon),
            ("send_file", do.deliver_file),
        )
    )


def message_across(
    routed: tuple[Guard, ...] = ROUTED_ACROSS, chatting: tuple[Guard, ...] = CHATTING
) -> tuple[Row, ...]:
    """A message that is routed anew, across the gateway; what may not cross opens nothing (THR-3)."""
    return (
        open_across("send_text", do.relay, do.deliver_plain_text(OTHER), routed=routed, chatting=chatting),
        *(
            on(
                event,
                when=[*routed, *chatting, lands_here],
                refused=limit,
                instead="send_text open_chat",
                cites="THR-3 DEC-5 LIM-8",
            )
            for event, limit in (("send_rich_text", "LIM-1"), ("send_emoticon", "LIM-1"), ("send_file", "LIM-6"))
        ),
    )


def plain_text(
    to: str | None = None,
    *first: Effect | Emit,
    by: Role = BOTH,
    when: tuple[Guard, ...] = CHATTING,
    opener: Role | None = None,
) -> tuple[Row, ...]:
    """What the gateway carries, and what it does not, after ``first``."""
    return (
        on(
            "send_text",
            by=by,
            to=to,
            opener=opener,
            when=when,
            effects=[*first, do.relay, do.deliver_plain_text(OTHER)],
            cites=f"{CITED_ANEW if first else ''} NAT-2 NAT-3 NAT-4 NAT-5",
        ),
        *(
            on(
                event,
                by=by,
                when=when,
                refused=rule,
                instead=ways,
                cites=also,
            )
            for event, rule, ways, also in LIMITS
        ),
    )


def from_teams(
    *first: Effect | Emit,
    by: Role = BOTH,
    when: tuple[Guard, ...] = (on_teams, *CHATTING),
    groups: tuple[tuple[Guard, ...], ...],
) -> tuple[Row, ...]:
    """What a Teams user may escalate from an interop thread, after ``first``; groups are refused."""
    anew = CITED_ANEW if first else ""
    return (
        on(
            "share_desktop",
            by=by,
            to="offered",
            owner=ACTOR,
            when=[*when, can_share_content, may_meet_now],
            effects=[*first, do.open_meeting_menu(ACTOR)],
            instead="meet_now",
            cites=f"{anew} LIM-2 TMS-1 TMS-2 TMS-3 TMS-4 TMS-5 TMS-10 TMS-11 ESC-1 ESC-4 ESC-9",
        ),
        *(
            on("add_participant", by=by, when=group, refused="LIM-3", instead=WAYS_TO_A_MEETING, cites="LIM-8 DEC-32")
            for group in groups
        ),
        on(
            "meet_now",
            by=by,
            to="escalated",
            owner=ACTOR,
            when=[*when, may_meet_now],
            effects=[*first, START_MEETING],
            instead="meet_now",
            cites=f"{anew} LIM-8 DEC-18 TMS-11 ESC-4",
        ),
    )


def from_sfb(
    *first: Effect | Emit,
    by: Role = BOTH,
    when: tuple[Guard, ...] = (on_sfb, *TO_OTHER),
    opener: Role | None = None,
    told: tuple[Emit, ...] = (),
    told_by_hand: tuple[Emit, ...] = (),
) -> tuple[Row, ...]:
    """What an SfB user may escalate from an interop thread, after ``first``, and being told as their client tells."""
    anew = CITED_ANEW if first else ""
    return (
        *(
            on(
                event,
                by=by,
                to="offered",
                owner=ACTOR,
                opener=opener,
                when=[*when, recent_client],
                effects=[*first, *told, do.announce_meeting(ACTOR)],
                instead="meet_now",
                cites=f"{anew} {cites}",
            )
            for event, cites in (
                ("share_desktop", "LIM-2 SFB-1 SFB-5 SFB-7 ESC-1 ESC-4 ESC-9"),
                ("add_participant", "LIM-4 SFB-1 SFB-5 ESC-1 ESC-4"),
            )
        ),
        on(
            "meet_now",
            by=by,
            to="escalated",
            owner=ACTOR,
            opener=opener,
            when=when,
            effects=[*first, *told_by_hand, START_MEETING],
            cites=f"{anew} LIM-8 DEC-18 ESC-4",
        ),
    )


def calls(
    way: str,
    *first: Emit,
    to: str | None = None,
    by: Role = BOTH,
    when: tuple[Guard, ...] = CALLING,
    window: tuple[Emit, ...] = (),
    then: tuple[Signal, ...] = (),
    cites: str = "",
) -> tuple[Row, ...]:
    """A call from a thread goes the way of the thread; ``way`` is the signal that tells the call which one that is."""
    return tuple(
        on(
            event,
            by=by,
            to=to,
            when=when,
            effects=[*first, ring(OTHER), *window, signal(f"call.{way}"), *then],
            cites=f"THR-4 NAT-2 NAT-7 {cites}",
        )
        for event, ring in (("call_audio", do.ring_audio), ("call_video", do.ring_video))
    )


def one_platform(here: str) -> tuple[Row, ...]:
    """What a thread on one platform carries: everything."""
    return (
        *(
            on(event, to=here, when=CHATTING, effects=[effect], cites=cites)
            for event, effect, cites in (
                ("send_text", do.deliver_text(OTHER), "RTE-7"),
                ("send_rich_text", do.deliver_rich_text(OTHER), "RTE-7"),
                ("send_emoticon", do.deliver_emoticon(OTHER), "RTE-7"),
                ("send_file", do.deliver_file(OTHER), "RTE-7"),
                ("share_desktop", do.show_screen(OTHER), "RTE-7 DEC-37"),
                ("add_participant", do.start_group(BOTH), "DEC-24 DEC-37 LIM-3 LIM-4"),
            )
        ),
    )


ANEW_FROM_SFB = (lands_here, *TO_OTHER)
"""All that is asked of an SfB user who begins anew."""
TOLD_ANEW = (do.open_interop_window(ANSWERER), do.show_business_bar(ANSWERER))
"""How an SfB user who begins anew is told that a TeamsOnly user is reached."""
ACTIVE = signal("chat.active")
"""What the thread carries as it goes on to another state starts its 10 minutes afresh."""
OPENED = "who opened it"
