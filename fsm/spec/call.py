"""The one-to-one call, voice or video, and how an escalation ends it once the meeting exists."""

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
    Timer,
    on,
    on_signal,
    signal,
    state,
)
from fsm.spec import effects as do
from fsm.spec.guards import (
    CALLING,
    REACHABLE,
    can_share_content,
    carries_voice,
    interop,
    may_meet_now,
    on_sfb,
    on_teams,
    recent_client,
    same_platform,
)
from fsm.spec.rules import RULES

PLACED = (signal("chat.call_placed"), signal("terminated_call.call_placed"))
MEETING = "share_desktop meet_now"


def placing(event: str, ring: Effect) -> tuple[Row, ...]:
    """Rows by which ``event`` places a call, routed by the pairing as it now is."""
    return (
        on(
            event,
            to="ringing",
            owner=ACTOR,
            when=[*REACHABLE, *CALLING, same_platform],
            effects=[ring(OTHER), *PLACED],
            cites="RTE-1 RTE-7",
        ),
        on(
            event,
            to="ringing",
            owner=ACTOR,
            when=[*REACHABLE, *CALLING, interop, carries_voice],
            effects=[ring(OTHER), do.open_interop_window(BOTH), *PLACED],
            instead="open_chat send_text",
            cites="INT-5 NAT-1 NAT-2 NAT-7 NAT-8",
        ),
    )


CALLS = (*placing("call_audio", do.ring_audio), *placing("call_video", do.ring_video))
ENDED_BY_PARTY = signal("terminated_call.call_ended")


def hang_up(*closing: Emit) -> Row:
    """Either party may end a call at any time."""
    return on("hang_up", to="ended", effects=[*closing, do.end_call(OTHER), ENDED_BY_PARTY], cites="NAT-2 DEC-1")


def media_failed(*closing: Emit) -> Row:
    """A call whose media breaks is over."""
    return on(
        "media_failed",
        by=SERVICE,
        to="ended",
        effects=[*closing, do.report_failure(BOTH), signal("terminated_call.call_failed", SERVICE)],
        cites="NAT-2",
    )


def rerouted(*closing: Emit, to: str = "draining") -> tuple[Row, ...]:
    """A call that is up outlives its routing."""
    return tuple(
        on_signal(f"rerouted_from_{platform}", by=SERVICE, to=to, effects=[*closing], cites="DEC-9")
        for platform in ("teams", "sfb")
    )


SUPERSEDED = on_signal(
    "meeting_ready",
    to="ended",
    effects=[do.end_call(BOTH), signal("terminated_call.call_superseded")],
    cites="TMS-6 DEC-2 DEC-15",
)
ADD_VIDEO = on("add_video", effects=[do.show_video(OTHER)], cites="NAT-7")

CALL = Lifecycle(
    "call",
    "One-to-one call",
    state(
        "none",
        "No call yet",
        *CALLS,
        initial=True,
        group="nothing yet",
        ignores="meeting_ready meeting_failed rerouted_from_teams rerouted_from_sfb",
    ),
    state(
        "ringing",
        "The caller waits for an answer",
        on(
            "accept_call",
            by=PEER,
            to="connected",
            when=[*CALLING, same_platform],
            effects=[do.connect_media(BOTH)],
            cites="DEC-34 RTE-7",
        ),
        on(
            "accept_call",
            by=PEER,
            to="connected",
            when=[*CALLING, interop],
            effects=[do.connect_media(BOTH), do.show_business_bar(BOTH), do.show_interop_banner(BOTH)],
            cites="DEC-34 NAT-6 NAT-7 SFB-2",
        ),
        on("decline_call", by=PEER, to="ended", effects=[do.stop_ringing(BOTH), ENDED_BY_PARTY], cites="DEC-34 DEC-27"),
        on(
            "cancel_call",
            by=OWNER,
            to="ended",
            effects=[do.stop_ringing(BOTH), signal("terminated_call.call_missed", OWNER)],
            cites="DEC-34 DEC-27",
        ),
        on(
            "no_answer",
            by=SERVICE,
            to="ended",
            effects=[do.stop_ringing(BOTH), signal("terminated_call.call_missed", OWNER)],
            cites="DEC-19 DEC-27",
        ),
        on(
            "voicemail_answered",
            by=SERVICE,
            to="ended",
            effects=[
                do.stop_ringing(PEER),
                do.connect_voicemail(OWNER),
                do.show_business_bar(OWNER),
                signal("terminated_call.call_missed", OWNER),
            ],
            cites="SFB-3 DEC-27",
        ),
        *(
            on(event, refused="DEC-14", instead="accept_call")
            for event in ("share_desktop", "add_participant", "meet_now")
        ),
        media_failed(),
        *(
            on_signal(
                f"rerouted_from_{platform}",
                by=SERVICE,
                to="ended",
                effects=[
                    do.stop_ringing(BOTH),
                    do.report_failure(BOTH),
                    signal("terminated_call.call_failed", SERVICE),
                ],
                cites="DEC-25",
            )
            for platform in ("teams", "sfb")
        ),
        owner="caller",
        group="talking",
        routed=True,
        timers=[Timer("no_answer", 30, "DEC-19")],
    ),
    state(
        "connected",
        "The two talk",
        on("share_desktop", when=[same_platform], effects=[do.show_screen(OTHER)], cites="RTE-7"),
        on(
            "share_desktop",
            to="offered",
            owner=ACTOR,
            when=[interop, on_teams, can_share_content, may_meet_now],
            effects=[do.open_meeting_menu(ACTOR), do.warn_call_will_end(ACTOR)],
            instead="meet_now",
            cites="LIM-2 TMS-1 TMS-2 TMS-3 TMS-4 TMS-5 TMS-6 TMS-10 TMS-11 ESC-1 ESC-9",
        ),
        on(
            "share_desktop",
            to="offered",
            owner=ACTOR,
            when=[interop, on_sfb, recent_client],
            effects=[do.announce_meeting(ACTOR), do.warn_call_will_end(ACTOR)],
            instead="meet_now",
            cites="LIM-2 SFB-1 SFB-5 SFB-7 ESC-1 ESC-9 DEC-15",
        ),
        on("add_participant", when=[same_platform], effects=[do.start_group(BOTH)], cites="DEC-24 LIM-5"),
        on(
            "add_participant",
            to="offered",
            owner=ACTOR,
            when=[interop, on_sfb, recent_client],
            effects=[do.announce_meeting(ACTOR), do.warn_call_will_end(ACTOR)],
            instead="meet_now",
            cites="LIM-4 LIM-5 SFB-1 SFB-5 ESC-1 DEC-15",
        ),
        *(
            on(
                "add_participant",
                when=[interop, on_teams, able],
                refused="LIM-5",
                instead=MEETING,
                cites="LIM-8 DEC-32",
            )
            for able in (may_meet_now, may_meet_now.of(OTHER))
        ),
        on(
            "meet_now",
            to="escalating",
            owner=ACTOR,
            when=[interop, on_teams, may_meet_now],
            effects=[signal("meeting.start")],
            instead="meet_now",
            cites="LIM-8 DEC-18 TMS-11",
        ),
        on(
            "meet_now",
            to="escalating",
            owner=ACTOR,
            when=[interop, on_sfb],
            effects=[signal("meeting.start")],
            cites="LIM-8 DEC-18",
        ),
        ADD_VIDEO,
        on("hold", to="on_hold", owner=ACTOR, effects=[do.pause_media(OTHER)], cites="NAT-2"),
        hang_up(),
        media_failed(),
        *rerouted(),
        group="talking",
        routed=True,
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
        *rerouted(to="draining_on_hold"),
        owner="holder",
        group="talking",
        routed=True,
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
            when=[on_teams, can_share_content, may_meet_now],
            effects=[signal("meeting.start")],
            instead="decline_meeting",
            cites="DEC-26 ESC-1 TMS-3 TMS-6 TMS-8 TMS-11",
        ),
        on(
            "accept_meeting",
            by=OWNER,
            to="escalating",
            when=[on_sfb, recent_client],
            effects=[signal("meeting.start")],
            instead="decline_meeting",
            cites="DEC-26 ESC-1 SFB-1 SFB-5",
        ),
        on("decline_meeting", by=OWNER, to="connected", effects=[do.close_menu(OWNER)], cites="DEC-26 DEC-1"),
        ADD_VIDEO,
        on("hold", to="on_hold", owner=ACTOR, effects=[do.close_menu(OWNER), do.pause_media(OTHER)], cites="DEC-21"),
        hang_up(do.close_menu(OWNER)),
        media_failed(do.close_menu(OWNER)),
        *rerouted(do.close_menu(OWNER)),
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
        *rerouted(),
        owner="initiator",
        group="escalating",
        routed=True,
    ),
    state(
        "draining",
        "A call that outlives its routing: to be hung up",
        SUPERSEDED,
        *(
            on(event, refused="DEC-9", instead="hang_up")
            for event in ("share_desktop", "add_participant", "meet_now", "add_video")
        ),
        on("hold", to="draining_on_hold", owner=ACTOR, effects=[do.pause_media(OTHER)], cites="DEC-9"),
        hang_up(),
        media_failed(),
        group="talking",
        ignores="meeting_failed rerouted_from_teams rerouted_from_sfb",
    ),
    state(
        "draining_on_hold",
        "A call on hold that outlives its routing",
        SUPERSEDED,
        on("resume", by=OWNER, to="draining", effects=[do.resume_media(PEER)], cites="DEC-34 DEC-9"),
        *(
            on(event, refused="DEC-9", instead="resume hang_up")
            for event in ("share_desktop", "add_participant", "meet_now", "add_video")
        ),
        hang_up(),
        media_failed(),
        owner="holder",
        group="talking",
        ignores="meeting_failed rerouted_from_teams rerouted_from_sfb",
    ),
    state(
        "ended",
        "The call is over; what became of it is told by the terminated call",
        *CALLS,
        final=True,
        group="over",
        ignores="meeting_ready meeting_failed rerouted_from_teams rerouted_from_sfb",
    ),
    rules=RULES,
)
