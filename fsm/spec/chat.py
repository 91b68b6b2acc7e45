"""The one-to-one chat: a thread on one platform, or plain text across the gateway, from which a meeting can grow.

How it opens. The first message, or opening the window, opens a thread as the pairing is routed at that moment, for both
(RTE, INT). On one platform it carries everything; across, plain text alone, through the gateway (NAT), and what does
not cross is refused by its limit, with a meeting as the way out (LIM).

    none --> native                                everything
    none --> interop --> offered --> escalated     plain text; a menu is open; a meeting is on
    none <-- any of these, when the link of a meeting needs a thread (ESC-4)

How it escalates. Sharing a desktop or adding people in an interop thread opens a menu (TMS) or an announcement (SFB)
before whoever asked: the owner of ``offered`` and ``escalated``, who alone may accept or decline. The thread goes on as
plain text beside the meeting.

How it ends. A thread has two sides (THR-3, THR-5). The Teams side persists. The SfB side lives as long as the SIP
session: 10 idle minutes, or until its window closes; then the Teams side is left alone with the thread (``one_sided``),
and what either writes is routed anew. Between two on SfB the thread is over (``expired``).

How it outlives its route. When a change of mode or policy moves the two elsewhere, a thread that was opened from Teams
is locked, and one opened from SfB drains until its session ends; the two federated kinds hand over to each other
(THR-1, THR-2); nothing drains that is barred (THR-6).

    interop --> locked | draining_interop | switch_offered --> switched
    native  --> locked | draining         | text_offered   --> interop

Who opened an interop thread is remembered (its opener), because what becomes of it goes by that.

Rows that states share are in ``rows``: ``threads`` (how a thread opens, carries, escalates, calls), ``limits`` (what
does not cross), ``links`` (how the join link travels), ``endings`` (how a thread ends, drains, is locked or handed
over). What is proven of all this is in ``claims/chat.py``.
"""

from __future__ import annotations

from fsm.notation import (
    ANSWERER,
    BOTH,
    OPENER,
    ORIGINATOR,
    OTHER,
    OWNER,
    PEER,
    RECIPIENT,
    SERVICE,
    Lifecycle,
    on,
    on_signal,
    state,
)
from fsm.spec import effects as do
from fsm.spec.guards import (
    CHATTING,
    can_share_content,
    has_sfb_side,
    interop_federated,
    lands_here,
    may_call,
    may_chat,
    may_meet_now,
    native_federated,
    on_sfb,
    on_teams,
    recent_client,
)
from fsm.spec.rows.endings import (
    DRAINING,
    DRAINING_INTEROP,
    HIDE,
    UNHEARD,
    after,
    closing,
    expiring,
    locked,
    rerouted,
    revived,
)
from fsm.spec.rows.limits import (
    NO_PERSISTENT_CHAT,
    PERSISTENT_CHAT,
    TEXT_ACROSS_CLOUDS,
    WAYS_TO_A_MEETING,
    group_on_teams,
    persistent_chat,
)
from fsm.spec.rows.links import (
    CARRY_BY_NEW_THREAD,
    LINK_SENT,
    ROUTED_ANEW,
    UNDELIVERED,
    carry_across,
    carry_elsewhere,
    carrying,
)
from fsm.spec.rows.threads import (
    ACTIVE,
    ANEW_FROM_SFB,
    IDLE,
    OPEN_CHAT,
    OPENED,
    REOPEN,
    ROUTED_ACROSS,
    START_MEETING,
    TO_OTHER,
    TOLD_ANEW,
    calls,
    from_sfb,
    from_teams,
    message_across,
    message_native,
    one_platform,
    open_across,
    plain_text,
    told,
)
from fsm.spec.rules import RULES

CHAT = Lifecycle(
    "chat",
    "One-to-one chat",
    state(
        "none",
        "No thread yet",
        *OPEN_CHAT,
        *PERSISTENT_CHAT,
        *CARRY_BY_NEW_THREAD,
        initial=True,
        group="nothing yet",
        ignores=f"{UNHEARD} barred",
    ),
    state(
        "native",
        "Both are on one platform: everything it offers",
        *one_platform("native"),
        *persistent_chat(on_sfb),
        on(
            "session_expired",
            by=SERVICE,
            to="expired",
            when=[has_sfb_side],
            effects=[do.end_session(BOTH)],
            cites="THR-3",
        ),
        HIDE,
        on_signal(
            "rerouted_from_teams",
            by=SERVICE,
            to="text_offered",
            when=[interop_federated],
            effects=[do.lock_thread(BOTH), do.offer_text_thread(BOTH)],
            cites="THR-2",
        ),
        on_signal("rerouted_from_teams", by=SERVICE, to="locked", effects=[do.lock_thread(BOTH)], cites="THR-1"),
        on_signal("rerouted_from_sfb", by=SERVICE, to="draining", cites="THR-3"),
        carrying(to="native"),
        UNDELIVERED,
        final=True,
        group="talking",
        routed=True,
        timers=[IDLE],
        ignores="meeting_over barred",
    ),
    state(
        "interop",
        "Plain text passes through the gateway",
        *TEXT_ACROSS_CLOUDS,
        *plain_text("interop"),
        *from_teams(groups=((on_sfb.of(OTHER), may_chat),)),
        *from_sfb(),
        *group_on_teams(WAYS_TO_A_MEETING),
        NO_PERSISTENT_CHAT,
        *calls("placed", to="interop", window=(do.open_interop_window(BOTH),)),
        *expiring(),
        closing(),
        HIDE,
        carrying(do.relay, to="escalated", then=(ACTIVE,)),
        UNDELIVERED,
        on_signal("active", to="interop", cites="THR-3"),
        *rerouted(),
        opener=OPENED,
        final=True,
        group="talking",
        routed=True,
        timers=[IDLE],
        ignores="meeting_over",
    ),
    state(
        "one_sided",
        "The SfB side's session is over, and the Teams user still has the thread",
        *plain_text("interop", *REOPEN, *told(ANSWERER), by=OPENER, when=(may_chat,)),
        *from_teams(
            *REOPEN,
            *told(ANSWERER),
            by=OPENER,
            when=(may_chat,),
            groups=((may_chat, may_meet_now), (may_chat, lands_here.of(ANSWERER))),
        ),
        *calls("placed", by=OPENER, when=(may_call,), window=(do.open_interop_window(BOTH),)),
        *plain_text("interop", *REOPEN, *TOLD_ANEW, by=ANSWERER, when=ANEW_FROM_SFB, opener=ANSWERER),
        *from_sfb(
            *REOPEN,
            by=ANSWERER,
            when=ANEW_FROM_SFB,
            opener=ANSWERER,
            told=TOLD_ANEW[:1],
            told_by_hand=TOLD_ANEW,
        ),
        *calls("placed", by=ANSWERER, when=(lands_here, may_call.of(OTHER)), window=(do.open_interop_window(BOTH),)),
        on(
            "open_chat",
            by=ANSWERER,
            to="interop",
            opener=ANSWERER,
            when=ANEW_FROM_SFB,
            effects=[*REOPEN, *TOLD_ANEW],
            cites="THR-3 THR-5 RTE-1",
        ),
        NO_PERSISTENT_CHAT,
        HIDE,
        carry_elsewhere(~lands_here, may_chat.of(OTHER), by=ANSWERER),
        carrying(*REOPEN, *told(ANSWERER), do.relay, to="escalated"),
        UNDELIVERED,
        on_signal(
            "rerouted_across",
            by=OPENER,
            to="switch_offered",
            when=[native_federated],
            effects=[do.connect_gateway, do.offer_native_thread(BOTH)],
            cites="THR-2",
        ),
        on_signal("rerouted_across", by=OPENER, to="locked", effects=[do.lock_thread(OPENER)], cites="THR-1 THR-5"),
        opener="whose thread is left",
        final=True,
        group="talking",
        routed=True,
        ignores="meeting_over",
    ),
    state(
        "offered",
        "The initiator has the choice of a meeting before them",
        *TEXT_ACROSS_CLOUDS,
        *plain_text("offered"),
        on(
            "accept_meeting",
            by=OWNER,
            to="escalated",
            when=[on_teams, *CHATTING, can_share_content, may_meet_now],
            effects=[START_MEETING],
            instead="decline_meeting",
            cites="DEC-26 ESC-1 ESC-4 TMS-3 TMS-8 TMS-11",
        ),
        on(
            "accept_meeting",
            by=OWNER,
            to="escalated",
            when=[on_sfb, *TO_OTHER, recent_client],
            effects=[START_MEETING],
            instead="decline_meeting",
            cites="DEC-26 ESC-1 ESC-4 SFB-1 SFB-5",
        ),
        on("decline_meeting", by=OWNER, to="interop", effects=[do.close_menu(OWNER)], cites="DEC-26 DEC-1"),
        NO_PERSISTENT_CHAT,
        *calls(
            "placed",
            do.close_menu(OWNER),
            to="interop",
            window=(do.open_interop_window(BOTH),),
            then=(ACTIVE,),
            cites="DEC-13",
        ),
        *expiring(do.close_menu(OWNER)),
        closing(do.close_menu(OWNER)),
        on("close_chat", by=OWNER, to="interop", effects=[do.close_menu(OWNER)], cites="DEC-1 DEC-23"),
        on("close_chat", by=PEER, cites="DEC-23 THR-5"),
        *rerouted(do.close_menu(OWNER)),
        owner="initiator",
        opener=OPENED,
        group="escalating",
        routed=True,
        timers=[IDLE],
    ),
    state(
        "escalated",
        "A meeting is being made or is on; the chat goes on as plain text",
        *TEXT_ACROSS_CLOUDS,
        *plain_text("escalated"),
        on(
            "resend_link",
            by=OWNER,
            to="escalated",
            when=CHATTING,
            effects=[do.relay, do.deliver_join_link(PEER), LINK_SENT],
            cites="DEC-4 ESC-4",
        ),
        NO_PERSISTENT_CHAT,
        *expiring(),
        closing(),
        HIDE,
        carrying(do.relay, to="escalated"),
        UNDELIVERED,
        on_signal("active", to="escalated", cites="THR-3"),
        on_signal("meeting_over", to="interop", cites="ESC-1"),
        *rerouted(),
        owner="initiator",
        opener=OPENED,
        group="escalating",
        routed=True,
        timers=[IDLE],
    ),
    state(
        "switch_offered",
        "A text thread whose two users could now have a native one",
        *plain_text(),
        *(
            on(event, refused="THR-2", instead="switch_to_native")
            for event in ("share_desktop", "add_participant", "meet_now")
        ),
        NO_PERSISTENT_CHAT,
        *calls("placed_across"),
        on(
            "switch_to_native",
            to="switched",
            effects=[
                do.withdraw_native_offer(BOTH),
                do.lock_thread(BOTH),
                do.disconnect_gateway,
                do.open_thread(BOTH),
            ],
            cites="THR-2",
        ),
        HIDE,
        carrying(do.relay, to=None),
        UNDELIVERED,
        *(
            on_signal(
                "rerouted_from_teams",
                by=SERVICE,
                to="one_sided",
                opener=keeper,
                when=[interop_federated, on_sfb.of(gone)],
                effects=[do.withdraw_native_offer(BOTH), do.lock_thread(gone), do.disconnect_gateway],
                cites="THR-2 THR-5",
            )
            for keeper, gone in ((ORIGINATOR, RECIPIENT), (RECIPIENT, ORIGINATOR))
        ),
        on_signal(
            "rerouted_from_teams",
            by=SERVICE,
            to="interop",
            opener=ORIGINATOR,
            when=[interop_federated],
            effects=[do.withdraw_native_offer(BOTH)],
            cites="THR-2 THR-5",
        ),
        on_signal(
            "rerouted_from_teams",
            by=SERVICE,
            to="locked",
            effects=[do.withdraw_native_offer(BOTH), do.lock_thread(BOTH), do.disconnect_gateway],
            cites="THR-1",
        ),
        final=True,
        group="talking",
        ignores="meeting_over",
    ),
    state(
        "switched",
        "A native thread that took the place of a text thread",
        *one_platform("switched"),
        NO_PERSISTENT_CHAT,
        HIDE,
        *revived(do.lock_thread(BOTH), do.connect_gateway, do.revive_text_thread(BOTH), *told(BOTH)),
        on_signal("rerouted_from_teams", by=SERVICE, to="locked", effects=[do.lock_thread(BOTH)], cites="THR-1"),
        carrying(to=None),
        UNDELIVERED,
        final=True,
        group="talking",
        routed=True,
        ignores="meeting_over",
    ),
    DRAINING,
    DRAINING_INTEROP,
    locked(
        "text_offered",
        "The native thread is locked, and a text-only one is offered in its place",
        *(
            row
            for by in (BOTH, SERVICE)
            for row in (
                on_signal("rerouted_across", by=by, when=[interop_federated], cites="THR-2"),
                on_signal(
                    "rerouted_across", by=by, to="locked", effects=[do.withdraw_text_offer(BOTH)], cites="THR-2 DEC-8"
                ),
            )
        ),
        *after(do.withdraw_text_offer(BOTH), carry_across(*CHATTING)),
        UNDELIVERED,
        opened=after(
            do.withdraw_text_offer(BOTH),
            open_across("open_chat", routed=(), landing=()),
            *message_across(routed=(on_sfb,), chatting=TO_OTHER),
        ),
        persistent=(NO_PERSISTENT_CHAT,),
        ignores="meeting_over",
    ),
    locked(
        "locked",
        "To read only; a new conversation can be opened",
        *(
            on_signal(event, by=by, cites="DEC-8")
            for event, by in (
                ("rerouted_from_teams", SERVICE),
                ("rerouted_from_sfb", SERVICE),
                ("rerouted_across", BOTH),
                ("rerouted_across", SERVICE),
            )
        ),
        *CARRY_BY_NEW_THREAD,
        opened=(
            *OPEN_CHAT,
            *message_native(whose=(on_sfb,), chatting=TO_OTHER),
            *message_across(routed=(on_sfb, *ROUTED_ACROSS), chatting=TO_OTHER),
        ),
        persistent=PERSISTENT_CHAT,
        ignores="meeting_over barred",
    ),
    state(
        "expired",
        "The SfB session is over; the next message is routed anew",
        *ROUTED_ANEW,
        on("close_chat", to="closed", cites="DEC-23"),
        final=True,
        group="over",
        ignores=f"{UNHEARD} barred",
    ),
    state(
        "closed",
        "Who had a window closed it; what the other writes is routed anew",
        *ROUTED_ANEW,
        final=True,
        group="over",
        ignores=f"{UNHEARD} barred",
    ),
    rules=RULES,
)
