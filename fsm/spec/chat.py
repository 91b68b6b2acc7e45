"""The one-to-one chat: a thread on one platform, or plain text across the gateway, from which a meeting can grow.

A thread keeps the routing it was opened with. When that no longer holds, a Teams thread is locked and an SfB thread
drains until its session ends; the two federated kinds hand over to each other.
"""

from __future__ import annotations

from fsm.notation import (
    ACTOR,
    BOTH,
    OTHER,
    OWNER,
    PEER,
    SERVICE,
    Effect,
    Emit,
    Lifecycle,
    Row,
    Signal,
    State,
    Timer,
    on,
    on_signal,
    signal,
    state,
)
from fsm.spec import effects as do
from fsm.spec.guards import (
    CHATTING,
    REACHABLE,
    can_share_content,
    interop,
    interop_federated,
    may_meet_now,
    native_federated,
    on_sfb,
    on_teams,
    recent_client,
    same_platform,
    sfb_thread,
)
from fsm.spec.rules import RULES

IDLE = Timer("session_expired", 600, "THR-3 DEC-29", when=(sfb_thread,))
MEETING = (
    "share_desktop meet_now accept_meeting meeting_created link_delivered join_meeting "
    "start_sharing share_file switch_to_native"
)
"""The way out of every limit (LIM-8), from asking for a meeting to being in it."""


OPEN_ACROSS = (do.connect_gateway, do.open_thread(BOTH), *do.TELL_BOTH)


def opening(event: str, native: tuple[Emit, ...] = (), across: tuple[Effect | Emit, ...] = ()) -> tuple[Row, ...]:
    """Rows by which ``event`` opens a thread, routed by the pairing as it now is, with a first message or without."""
    return (
        on(
            event,
            to="native",
            when=[*REACHABLE, *CHATTING, same_platform],
            effects=[do.open_thread(BOTH), *native],
            cites="RTE-1 RTE-7 NAT-2",
        ),
        on(
            event,
            to="interop",
            when=[*REACHABLE, *CHATTING, interop],
            effects=[*OPEN_ACROSS, *across],
            cites="INT-5 NAT-1 NAT-3 NAT-4 NAT-6 NAT-8 RTE-8",
        ),
    )


UNDELIVERED = on_signal("carry_link", effects=[do.report_link_undelivered(ACTOR)], cites="DEC-4 DEC-20")


def carrying(*via: Effect, to: str | None = None) -> tuple[Row, ...]:
    """Rows that carry the join link over a thread that is open, in the name of the initiator."""
    return (
        on_signal("carry_link", to=to, when=CHATTING, effects=[*via, do.deliver_join_link(OTHER)], cites="ESC-4"),
        UNDELIVERED,
    )


CARRY_BY_NEW_THREAD = (
    on_signal(
        "carry_link",
        to="native",
        when=[*REACHABLE, *CHATTING, same_platform],
        effects=[do.open_thread(BOTH), do.deliver_join_link(OTHER)],
        cites="ESC-4 MTG-1",
    ),
    on_signal(
        "carry_link",
        to="escalated",
        owner=ACTOR,
        when=[*REACHABLE, *CHATTING, interop],
        effects=[*OPEN_ACROSS, do.relay, do.deliver_join_link(OTHER)],
        cites="ESC-4",
    ),
    UNDELIVERED,
)


def plain_text(to: str | None = None) -> tuple[Row, ...]:
    """What the gateway carries, and what it does not."""
    return (
        on(
            "send_text",
            to=to,
            when=CHATTING,
            effects=[do.relay, do.deliver_plain_text(OTHER)],
            cites="NAT-2 NAT-3 NAT-4 NAT-5",
        ),
        on("send_rich_text", when=CHATTING, refused="LIM-1", instead=f"send_text {MEETING}", cites="NAT-5 DEC-5 LIM-8"),
        on("send_emoticon", when=CHATTING, refused="LIM-1", instead=f"send_text {MEETING}", cites="NAT-5 DEC-5 LIM-8"),
        on("send_file", when=CHATTING, refused="LIM-6", instead=f"{MEETING} send_text", cites="LIM-8"),
        on("open_persistent_chat", refused="LIM-7"),
    )


def rerouted(*closing: Emit) -> tuple[Row, ...]:
    """What becomes of an interop thread when its routing no longer holds."""
    return (
        *(
            on_signal(
                f"rerouted_from_{platform}",
                by=SERVICE,
                to="switch_offered",
                when=[native_federated],
                effects=[*closing, do.offer_native_thread(BOTH)],
                cites="THR-2",
            )
            for platform in ("teams", "sfb")
        ),
        on_signal(
            "rerouted_from_teams", by=SERVICE, to="locked", effects=[*closing, do.lock_thread(BOTH)], cites="THR-1"
        ),
        on_signal("rerouted_from_sfb", by=SERVICE, to="draining_interop", effects=[*closing], cites="THR-3 DEC-10"),
    )


CLOSE = on("close_chat", to="closed", effects=[do.close_thread(OTHER)], cites="DEC-23")
CLOSE_OFFER = on(
    "close_chat", to="closed", effects=[do.close_menu(OWNER), do.close_thread(OTHER)], cites="DEC-1 DEC-23"
)
START_MEETING: Signal = signal("meeting.start")

EXPIRE = on(
    "session_expired", by=SERVICE, to="expired", when=[sfb_thread], effects=[do.end_session(BOTH)], cites="THR-3"
)


def one_platform(here: str) -> tuple[Row, ...]:
    """What a thread on one platform carries: everything."""
    return (
        on("send_text", to=here, when=CHATTING, effects=[do.deliver_text(OTHER)], cites="RTE-7"),
        on("send_rich_text", to=here, when=CHATTING, effects=[do.deliver_rich_text(OTHER)], cites="RTE-7"),
        on("send_emoticon", to=here, when=CHATTING, effects=[do.deliver_emoticon(OTHER)], cites="RTE-7"),
        on("send_file", to=here, when=CHATTING, effects=[do.deliver_file(OTHER)], cites="RTE-7"),
        on("share_desktop", to=here, when=CHATTING, effects=[do.show_screen(OTHER)], cites="RTE-7"),
        on("add_participant", to=here, when=CHATTING, effects=[do.start_group(BOTH)], cites="DEC-24 LIM-3 LIM-4"),
    )


def draining(name: str, label: str, *via: Effect) -> State:
    """An SfB session whose routing has changed: plain text, by the way it went, until it ends."""
    return state(
        name,
        label,
        on("send_text", to=name, effects=[*via, do.deliver_plain_text(OTHER)], cites="THR-3 DEC-10"),
        *(
            on(event, refused="DEC-10", instead="send_text close_chat")
            for event in (
                "send_rich_text",
                "send_emoticon",
                "send_file",
                "share_desktop",
                "add_participant",
                "meet_now",
            )
        ),
        on("open_persistent_chat", refused="LIM-7"),
        on("session_expired", by=SERVICE, to="expired", effects=[do.end_session(BOTH)], cites="THR-3"),
        CLOSE,
        on_signal("carry_link", effects=[*via, do.deliver_join_link(OTHER)], cites="ESC-4 DEC-10"),
        group="talking",
        timers=[Timer("session_expired", 600, "THR-3")],
        ignores="call_placed meeting_over rerouted_from_teams rerouted_from_sfb",
    )


def afresh(event: str, native: Emit, limit: str) -> tuple[Row, ...]:
    """Rows by which a message that may not cross is routed anew."""
    return (
        on(
            event,
            to="native",
            when=[*REACHABLE, *CHATTING, same_platform],
            effects=[do.open_thread(BOTH), native],
            cites="THR-3 RTE-1 RTE-7",
        ),
        on(
            event,
            when=[*REACHABLE, *CHATTING, interop],
            refused=limit,
            instead="send_text open_chat",
            cites="THR-3 DEC-5 LIM-8",
        ),
    )


CHAT = Lifecycle(
    "chat",
    "One-to-one chat",
    state(
        "none",
        "No thread yet",
        *opening("open_chat"),
        *CARRY_BY_NEW_THREAD,
        initial=True,
        group="nothing yet",
        ignores="call_placed meeting_over rerouted_from_teams rerouted_from_sfb",
    ),
    state(
        "native",
        "Both are on one platform: everything it offers",
        *one_platform("native"),
        on(
            "open_persistent_chat",
            when=[on_sfb],
            effects=[do.open_persistent_chat(ACTOR)],
            cites="LIM-7",
        ),
        on("open_persistent_chat", refused="LIM-7"),
        EXPIRE,
        CLOSE,
        on_signal(
            "rerouted_from_teams",
            by=SERVICE,
            to="locked",
            when=[interop_federated],
            effects=[do.lock_thread(BOTH), do.offer_text_thread(BOTH)],
            cites="THR-2",
        ),
        on_signal("rerouted_from_teams", by=SERVICE, to="locked", effects=[do.lock_thread(BOTH)], cites="THR-1"),
        on_signal("rerouted_from_sfb", by=SERVICE, to="draining", cites="THR-3 DEC-10"),
        *carrying(),
        group="talking",
        routed=True,
        timers=[IDLE],
        ignores="call_placed meeting_over",
    ),
    state(
        "interop",
        "Plain text passes through the gateway",
        *plain_text("interop"),
        on(
            "share_desktop",
            to="offered",
            when=[on_teams, can_share_content, may_meet_now],
            effects=[do.open_meeting_menu(ACTOR)],
            instead="meet_now",
            cites="LIM-2 TMS-1 TMS-2 TMS-3 TMS-4 TMS-5 TMS-10 TMS-11 ESC-1 ESC-9 DEC-22",
        ),
        on(
            "share_desktop",
            to="offered",
            when=[on_sfb, recent_client],
            effects=[do.announce_meeting(ACTOR)],
            instead="meet_now",
            cites="LIM-2 SFB-1 SFB-5 SFB-7 ESC-1 ESC-9",
        ),
        on(
            "add_participant",
            to="offered",
            when=[on_sfb, recent_client],
            effects=[do.announce_meeting(ACTOR)],
            instead="meet_now",
            cites="LIM-4 SFB-1 SFB-5 ESC-1",
        ),
        *(
            on("add_participant", when=[on_teams, possible], refused="LIM-3", instead=MEETING, cites="LIM-8 DEC-32")
            for possible in (may_meet_now, may_meet_now.of(OTHER))
        ),
        on(
            "meet_now",
            to="escalated",
            when=[on_teams, may_meet_now],
            effects=[START_MEETING],
            instead="meet_now",
            cites="LIM-8 DEC-18 TMS-11",
        ),
        on("meet_now", to="escalated", when=[on_sfb], effects=[START_MEETING], cites="LIM-8 DEC-18"),
        EXPIRE,
        CLOSE,
        *carrying(do.relay, to="escalated"),
        *rerouted(),
        group="talking",
        routed=True,
        timers=[IDLE],
        ignores="call_placed meeting_over",
    ),
    state(
        "offered",
        "The initiator has the choice of a meeting before them",
        *plain_text(),
        on(
            "accept_meeting",
            by=OWNER,
            to="escalated",
            when=[on_teams, can_share_content, may_meet_now],
            effects=[START_MEETING],
            instead="decline_meeting",
            cites="DEC-26 ESC-1 TMS-3 TMS-8 TMS-11",
        ),
        on(
            "accept_meeting",
            by=OWNER,
            to="escalated",
            when=[on_sfb, recent_client],
            effects=[START_MEETING],
            instead="decline_meeting",
            cites="DEC-26 ESC-1 SFB-1 SFB-5",
        ),
        on("decline_meeting", by=OWNER, to="interop", effects=[do.close_menu(OWNER)], cites="DEC-26 DEC-1"),
        CLOSE_OFFER,
        on_signal("call_placed", to="interop", effects=[do.close_menu(OWNER)], cites="DEC-13"),
        *rerouted(do.close_menu(OWNER)),
        owner="initiator",
        group="escalating",
        routed=True,
    ),
    state(
        "escalated",
        "A meeting is being made or is on; the chat goes on as plain text",
        *plain_text(),
        on(
            "resend_link",
            by=OWNER,
            when=CHATTING,
            effects=[do.relay, do.deliver_join_link(PEER)],
            cites="DEC-4 ESC-4",
        ),
        CLOSE,
        *carrying(do.relay),
        on_signal("meeting_over", to="interop", cites="ESC-1"),
        *rerouted(),
        owner="initiator",
        group="escalating",
        routed=True,
    ),
    state(
        "switch_offered",
        "A text thread whose two users could now have a native one",
        *plain_text(),
        on("share_desktop", refused="THR-2", instead="switch_to_native"),
        on("add_participant", refused="THR-2", instead="switch_to_native"),
        on("meet_now", refused="THR-2", instead="switch_to_native"),
        on("switch_to_native", to="switched", effects=[do.lock_thread(BOTH), do.open_thread(BOTH)], cites="THR-2"),
        CLOSE,
        *carrying(do.relay),
        on_signal("rerouted_from_teams", by=SERVICE, to="interop", when=[interop_federated], cites="THR-2"),
        on_signal("rerouted_from_teams", by=SERVICE, to="locked", effects=[do.lock_thread(BOTH)], cites="THR-1"),
        group="talking",
        ignores="call_placed meeting_over",
    ),
    state(
        "switched",
        "A native thread that took the place of a text thread",
        *one_platform("switched"),
        on("open_persistent_chat", refused="LIM-7"),
        CLOSE,
        on_signal(
            "rerouted_from_teams",
            by=SERVICE,
            to="interop",
            when=[interop_federated],
            effects=[do.lock_thread(BOTH), do.revive_text_thread(BOTH), *do.TELL_BOTH],
            cites="THR-2",
        ),
        on_signal("rerouted_from_teams", by=SERVICE, to="locked", effects=[do.lock_thread(BOTH)], cites="THR-1"),
        *carrying(),
        group="talking",
        routed=True,
        ignores="call_placed meeting_over",
    ),
    draining("draining", "An SfB session between SfB users that outlives its routing"),
    draining("draining_interop", "An SfB session across the gateway that outlives its routing", do.relay),
    state(
        "locked",
        "To read only; a new conversation can be opened",
        *opening("open_chat"),
        *(
            on(event, refused="THR-1", instead="open_chat")
            for event in (
                "send_text",
                "send_rich_text",
                "send_emoticon",
                "send_file",
                "share_desktop",
                "add_participant",
                "meet_now",
                "open_persistent_chat",
            )
        ),
        CLOSE,
        on_signal("carry_link", effects=[do.report_link_undelivered(ACTOR)], cites="DEC-4 DEC-20 THR-1"),
        on_signal("rerouted_from_teams", by=SERVICE, cites="DEC-8"),
        on_signal("rerouted_from_sfb", by=SERVICE, cites="DEC-8"),
        final=True,
        group="over",
        ignores="call_placed meeting_over",
    ),
    state(
        "expired",
        "The SfB session is over; the next message is routed anew",
        *opening("open_chat"),
        *opening("send_text", (do.deliver_text(OTHER),), (do.relay, do.deliver_plain_text(OTHER))),
        *afresh("send_rich_text", do.deliver_rich_text(OTHER), "LIM-1"),
        *afresh("send_emoticon", do.deliver_emoticon(OTHER), "LIM-1"),
        *afresh("send_file", do.deliver_file(OTHER), "LIM-6"),
        CLOSE,
        *CARRY_BY_NEW_THREAD,
        final=True,
        group="over",
        ignores="call_placed meeting_over rerouted_from_teams rerouted_from_sfb",
    ),
    state(
        "closed",
        "The chat was closed",
        *opening("open_chat"),
        *CARRY_BY_NEW_THREAD,
        final=True,
        group="over",
        ignores="call_placed meeting_over rerouted_from_teams rerouted_from_sfb",
    ),
    rules=RULES,
)
