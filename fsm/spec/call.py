"""The one-to-one call, voice or video, and how an escalation ends it once the meeting exists.

How it begins. A call is placed by itself, and routed as the pairing then is, or from a thread, and goes the way of the
thread (THR-4). The caller owns the ringing call: the other accepts or declines, the caller cancels, after 30 seconds
nobody has answered (DEC-19), or a voice service takes it (SFB-3).

    none --> ringing --> connected <--> on_hold
                 |           |
                 |           +--> offered --> escalating --> ended, for a meeting
                 +--> with_service

How it escalates. Across platforms, sharing a desktop or adding people offers a meeting to whoever asked, who is warned
that the call will end (TMS-6) and may warn the other (TMS-7). Accepted, the call goes on until the meeting exists, and
then gives way to it; if none can be made, the two go on talking (DEC-2). From hold nothing is escalated.

How it outlives its route. A change of mode or policy that routes the two otherwise breaks off what rings, and lets what
is up go on until it is hung up, without anything new (DEC-9): ``draining`` on one platform, ``draining_interop``
across, each with its call on hold; and a call from a draining thread rings and runs there from the start. What bars the
two across platforms ends it (THR-6).

What became of it is told to the terminated call by a signal with every row that leads to ``ended``. Rows that states
share are in ``rows/calls.py``; what is proven of them in ``claims/call.py``.
"""

from __future__ import annotations

from fsm.notation import (
    ACTOR,
    BOTH,
    OTHER,
    OWNER,
    PEER,
    SERVICE,
    Lifecycle,
    on,
    on_signal,
    signal,
    state,
    timer,
)
from fsm.spec import effects as do
from fsm.spec.guards import (
    CALLING,
    CHATTING,
    can_share_content,
    interop,
    may_chat,
    may_meet_now,
    on_sfb,
    on_teams,
    recent_client,
    same_platform,
)
from fsm.spec.rows.calls import (
    ADD_VIDEO,
    ASKING_TO_MEET,
    BARRED,
    BARRED_ACROSS,
    CALL_IS_PLACED,
    NOT_REROUTED,
    REROUTED,
    SUPERSEDED,
    TAKEN,
    breaks_off,
    draining,
    hang_up,
    media_failed,
    offering,
    outlives,
    outlives_any,
    unanswered,
)
from fsm.spec.rows.limits import group_on_teams
from fsm.spec.rules import RULES

FROM_TEAMS = (on_teams, *CHATTING, can_share_content, may_meet_now)
FROM_SFB = (on_sfb, may_chat.of(OTHER), recent_client)

CALL = Lifecycle(
    "call",
    "One-to-one call",
    state(
        "none",
        "No call yet",
        *CALL_IS_PLACED,
        initial=True,
        group="nothing yet",
        ignores=f"meeting_ready meeting_failed {NOT_REROUTED} barred",
    ),
    state(
        "ringing",
        "The caller waits for an answer",
        *unanswered(
            (
                on(
                    "accept_call",
                    by=PEER,
                    to="connected",
                    when=[*CALLING, same_platform],
                    effects=[do.stop_ringing(BOTH), do.connect_media(BOTH)],
                    cites="DEC-34 RTE-7",
                ),
                on(
                    "accept_call",
                    by=PEER,
                    to="connected",
                    when=[*CALLING, interop],
                    effects=[
                        do.stop_ringing(BOTH),
                        do.connect_media(BOTH),
                        do.show_business_bar(BOTH),
                        do.show_interop_banner(BOTH),
                    ],
                    cites="DEC-34 NAT-6 NAT-7 SFB-2",
                ),
            )
        ),
        *(breaks_off(event, do.stop_ringing(BOTH), by=by, cites="DEC-25") for event, by in REROUTED),
        owner="caller",
        group="talking",
        routed=True,
        timers=[timer("no_answer", 30, "DEC-19")],
        ignores="barred",
    ),
    state(
        "connected",
        "The two talk",
        on("share_desktop", when=[same_platform], effects=[do.show_screen(OTHER)], cites="RTE-7 DEC-37"),
        offering(
            "share_desktop",
            *FROM_TEAMS,
            menu=do.open_meeting_menu(ACTOR),
            cites="LIM-2 TMS-1 TMS-2 TMS-3 TMS-4 TMS-5 TMS-10 TMS-11",
        ),
        offering("share_desktop", *FROM_SFB, menu=do.announce_meeting(ACTOR), cites="LIM-2 SFB-1 SFB-5 SFB-7 DEC-15"),
        on("add_participant", when=[same_platform], effects=[do.start_group(BOTH)], cites="DEC-24 DEC-37 LIM-5"),
        on(
            "add_participant",
            when=[interop, on_sfb.of(OTHER), may_chat],
            refused="LIM-5",
            instead=ASKING_TO_MEET,
            cites="LIM-8",
        ),
        offering("add_participant", *FROM_SFB, menu=do.announce_meeting(ACTOR), cites="LIM-4 LIM-5 SFB-1 SFB-5 DEC-15"),
        *group_on_teams(ASKING_TO_MEET),
        on(
            "meet_now",
            to="escalating",
            owner=ACTOR,
            when=[interop, on_teams, *CHATTING, may_meet_now],
            effects=[signal("meeting.start")],
            instead="meet_now",
            cites="LIM-8 DEC-18 TMS-11 ESC-4",
        ),
        on(
            "meet_now",
            to="escalating",
            owner=ACTOR,
            when=[interop, on_sfb, may_chat.of(OTHER)],
            effects=[signal("meeting.start")],
            cites="LIM-8 DEC-18 ESC-4",
        ),
        ADD_VIDEO,
        on("hold", to="on_hold", owner=ACTOR, effects=[do.pause_media(OTHER)], cites="NAT-2"),
        hang_up(),
        media_failed(),
        *outlives_any(),
        group="talking",
        routed=True,
        ignores="barred",
    ),
    state(
        "on_hold",
        "One has put the other on hold",
        on("resume", by=OWNER, to="connected", effects=[do.resume_media(PEER)], cites="DEC-34 NAT-2"),
        *(
            on(event, refused="DEC-14", instead="resume")
            for event in ("share_desktop", "add_participant", "meet_now", "add_video")
        ),
        hang_up(),
        media_failed(),
        *outlives_any("_on_hold"),
        owner="holder",
        group="talking",
        routed=True,
        ignores="barred",
    ),
    state(
        "offered",
        "The initiator is warned that to share, the call will end in a meeting",
        on("warn_peer", by=OWNER, when=[on_teams], effects=[do.warn_meeting_coming(PEER)], cites="TMS-7"),
        on("warn_peer", by=OWNER, refused="DEC-30", cites="TMS-7", instead="accept_meeting decline_meeting"),
        on(
            "accept_meeting",
            by=OWNER,
            to="escalating",
            when=FROM_TEAMS,
            effects=[signal("meeting.start")],
            instead="decline_meeting",
            cites="DEC-26 ESC-1 ESC-4 TMS-3 TMS-6 TMS-8 TMS-11",
        ),
        on(
            "accept_meeting",
            by=OWNER,
            to="escalating",
            when=FROM_SFB,
            effects=[signal("meeting.start")],
            instead="decline_meeting",
            cites="DEC-26 ESC-1 ESC-4 SFB-1 SFB-5",
        ),
        on("decline_meeting", by=OWNER, to="connected", effects=[do.close_menu(OWNER)], cites="DEC-26 DEC-1"),
        ADD_VIDEO,
        on("hold", to="on_hold", owner=ACTOR, effects=[do.close_menu(OWNER), do.pause_media(OTHER)], cites="DEC-21"),
        hang_up(do.close_menu(OWNER)),
        media_failed(do.close_menu(OWNER)),
        *outlives(do.close_menu(OWNER)),
        owner="initiator",
        group="escalating",
        routed=True,
    ),
    state(
        "escalating",
        "Accepted: the call goes on until the meeting exists",
        SUPERSEDED,
        on_signal("meeting_failed", to="connected", cites="DEC-2"),
        on("hold", refused="DEC-31", instead="hang_up"),
        ADD_VIDEO,
        hang_up(),
        media_failed(),
        *outlives(),
        owner="initiator",
        group="escalating",
        routed=True,
    ),
    *draining("", "on one platform that outlives its routing", BARRED),
    *draining("_interop", "across platforms that outlives its routing", BARRED_ACROSS),
    state(
        "with_service",
        "The caller is connected to voicemail or another cloud voice service",
        on("hang_up", by=OWNER, to="ended", effects=[TAKEN], cites="SFB-3 DEC-36"),
        on("service_hung_up", by=SERVICE, to="ended", effects=[do.end_call(OWNER), TAKEN], cites="SFB-3 DEC-36"),
        on("media_failed", by=SERVICE, to="ended", effects=[do.report_failure(OWNER), TAKEN], cites="SFB-3"),
        *(
            on(event, refused="DEC-36", instead="hang_up")
            for event in ("share_desktop", "add_participant", "meet_now", "add_video", "hold")
        ),
        owner="caller",
        group="talking",
        ignores=f"{NOT_REROUTED} barred",
    ),
    state(
        "ended",
        "The call is over; what became of it is told by the terminated call",
        *CALL_IS_PLACED,
        final=True,
        group="over",
        ignores=f"meeting_ready meeting_failed {NOT_REROUTED} barred",
    ),
    rules=RULES,
)
