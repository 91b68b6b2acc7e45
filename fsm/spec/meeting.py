"""The escalated meeting: a Meet Now meeting on its initiator's platform, from the request until it is over."""

from __future__ import annotations

from fsm.notation import (
    ACTOR,
    BOTH,
    OTHER,
    OWNER,
    PEER,
    SERVICE,
    Emit,
    Guard,
    Lifecycle,
    Row,
    Timer,
    on,
    on_signal,
    signal,
    state,
)
from fsm.spec import effects as do
from fsm.spec.guards import has_sfb_client, has_teams_account, on_sfb, on_teams
from fsm.spec.rules import RULES

START = (
    on_signal(
        "start",
        to="creating",
        owner=ACTOR,
        when=[on_teams],
        effects=[do.create_teams_meeting],
        cites="ESC-2 ESC-3 TMS-5",
    ),
    on_signal(
        "start",
        to="creating",
        owner=ACTOR,
        when=[on_sfb],
        effects=[do.create_sfb_meeting],
        cites="ESC-2 ESC-3 SFB-5",
    ),
)
NOT_MADE = (
    do.report_no_meeting(OWNER),
    signal("call.meeting_failed", OWNER),
    signal("chat.meeting_over", OWNER),
)
OVER = (do.close_meeting(BOTH), signal("chat.meeting_over", OWNER))
ABANDONED = (
    do.close_meeting(OWNER),
    signal("chat.meeting_over", OWNER),
    signal("terminated_call.meeting_abandoned", OWNER),
)
JOIN_WAIT = Timer("join_timed_out", 600, "DEC-19")
STAYS = on_signal("moved", by=PEER, cites="MTG-1")

WAITING: tuple[Row, ...] = (
    on("resend_link", by=OWNER, effects=[signal("chat.carry_link", OWNER)], cites="DEC-4 ESC-4"),
    on("link_undelivered", by=SERVICE, effects=[do.report_link_undelivered(OWNER)], cites="DEC-4"),
    on("join_timed_out", by=SERVICE, to="ended", effects=ABANDONED, cites="DEC-19"),
    on("leave_meeting", by=OWNER, to="ended", effects=ABANDONED, cites="DEC-16"),
    on("end_meeting", by=OWNER, to="ended", effects=ABANDONED, cites="DEC-16"),
    on("start_sharing", refused="DEC-17", instead="join_meeting resend_link leave_meeting"),
    on_signal("moved", by=OWNER, to="ended", effects=ABANDONED, cites="DEC-11"),
    STAYS,
)

TOGETHER: tuple[Row, ...] = (
    on("share_file", effects=[do.share_in_meeting(OTHER)], cites="ESC-8"),
    on("add_participant", effects=[do.invite_others(BOTH)], cites="ESC-8 LIM-8"),
    on("leave_meeting", by=PEER, to="invited", effects=[do.announce_departure(OWNER)], cites="DEC-16"),
    on("leave_meeting", by=OWNER, to="ended", effects=OVER, cites="DEC-16"),
    on("end_meeting", by=OWNER, to="ended", effects=OVER, cites="DEC-16"),
    on_signal("moved", by=OWNER, to="ended", effects=OVER, cites="DEC-11"),
    STAYS,
)


def joining(*effects: Emit, when: list[Guard], cites: str) -> Row:
    """A row by which the peer joins."""
    return on(
        "join_meeting",
        by=PEER,
        to="together",
        when=when,
        effects=[*effects, do.offer_sharing_tray(BOTH), signal("terminated_call.peer_joined")],
        cites=f"ESC-4 ESC-5 MTG-1 MTG-2 {cites}",
    )


JOIN = (
    joining(
        do.use_teams_client(PEER),
        do.use_browser(PEER),
        do.join_authenticated(PEER),
        when=[on_teams.of(OWNER), has_teams_account],
        cites="ESC-6 TMS-9",
    ),
    joining(do.use_browser(PEER), do.join_anonymous(PEER), when=[on_teams.of(OWNER)], cites="ESC-6 TMS-9"),
    joining(
        do.use_sfb_client(PEER),
        do.join_authenticated(PEER),
        when=[on_sfb.of(OWNER), has_sfb_client],
        cites="ESC-7 SFB-6",
    ),
    joining(do.use_meetings_app(PEER), do.join_anonymous(PEER), when=[on_sfb.of(OWNER)], cites="ESC-7 SFB-6"),
)


def link_delivered(to: str | None = None) -> tuple[Row, ...]:
    """The link has reached the peer, on Teams or on SfB."""
    return (
        on(
            "link_delivered",
            by=SERVICE,
            to=to,
            when=[on_teams.of(PEER)],
            effects=[do.guide_to_join(PEER)],
            cites="ESC-4 SFB-6",
        ),
        on(
            "link_delivered",
            by=SERVICE,
            to=to,
            when=[on_sfb.of(PEER)],
            effects=[do.guide_to_join(PEER)],
            cites="ESC-4 TMS-9",
        ),
    )


MEETING = Lifecycle(
    "meeting",
    "Escalated meeting",
    state("none", "No meeting", *START, initial=True, group="nothing yet", ignores="moved"),
    state(
        "creating",
        "The meeting service makes the meeting",
        on(
            "meeting_created",
            by=SERVICE,
            to="open",
            effects=[do.put_in_meeting(OWNER), signal("call.meeting_ready", OWNER), signal("chat.carry_link", OWNER)],
            cites="TMS-8 DEC-2 ESC-1 ESC-4",
        ),
        on("meeting_failed", by=SERVICE, to="ended", effects=NOT_MADE, cites="DEC-2 DEC-19"),
        on_signal("moved", by=OWNER, to="ended", effects=NOT_MADE, cites="DEC-11"),
        STAYS,
        owner="initiator",
        group="escalating",
        timers=[Timer("meeting_failed", 60, "DEC-19")],
    ),
    state(
        "open",
        "The initiator is in the meeting; the link is on its way",
        *link_delivered(to="invited"),
        on("join_meeting", by=PEER, refused="ESC-4", instead="resend_link"),
        *WAITING,
        owner="initiator",
        group="escalating",
        timers=[JOIN_WAIT],
    ),
    state(
        "invited",
        "The initiator waits in the meeting for the peer to join",
        *JOIN,
        *link_delivered(),
        *WAITING,
        owner="initiator",
        group="escalating",
        timers=[JOIN_WAIT],
    ),
    state(
        "together",
        "Both are in the meeting; nobody shares",
        on(
            "start_sharing",
            by=OWNER,
            to="initiator_shares",
            effects=[do.start_showing(PEER)],
            cites="TMS-8 ESC-8 DEC-17",
        ),
        on("start_sharing", by=PEER, to="peer_shares", effects=[do.start_showing(OWNER)], cites="ESC-8 DEC-17"),
        *TOGETHER,
        owner="initiator",
        group="talking",
    ),
    state(
        "initiator_shares",
        "Both are in the meeting; the initiator shares",
        on("stop_sharing", by=OWNER, to="together", effects=[do.stop_showing(PEER)], cites="DEC-17 ESC-8"),
        on("start_sharing", refused="DEC-17", instead="stop_sharing"),
        *TOGETHER,
        owner="initiator",
        group="talking",
    ),
    state(
        "peer_shares",
        "Both are in the meeting; the peer shares",
        on("stop_sharing", by=PEER, to="together", effects=[do.stop_showing(OWNER)], cites="DEC-17 ESC-8"),
        on("start_sharing", refused="DEC-17", instead="stop_sharing"),
        *TOGETHER,
        owner="initiator",
        group="talking",
    ),
    state("ended", "The meeting is over", *START, final=True, group="over", ignores="moved"),
    rules=RULES,
)
