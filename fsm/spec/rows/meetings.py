"""Rows that states of the escalated meeting share: how it begins, who joins how, and what ends it."""

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
    Guard,
    Row,
    Signal,
    State,
    on,
    on_signal,
    signal,
    state,
    timer,
)
from fsm.spec import effects as do
from fsm.spec.guards import LINKABLE, has_sfb_client, has_teams_account, on_sfb, on_teams, same_cloud

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
NOT_MADE: tuple[Effect | Emit | Signal, ...] = (
    do.dismiss_meeting,
    do.report_no_meeting(OWNER),
    signal("call.meeting_failed", OWNER),
    signal("chat.meeting_over", OWNER),
)
OVER: tuple[Effect | Emit | Signal, ...] = (
    do.close_meeting(BOTH),
    do.dismiss_meeting,
    signal("chat.meeting_over", OWNER),
)
ABANDONED: tuple[Effect | Emit | Signal, ...] = (
    do.close_meeting(OWNER),
    do.dismiss_meeting,
    signal("chat.meeting_over", OWNER),
    signal("terminated_call.meeting_abandoned", OWNER),
)
STAYS = on_signal("moved", by=PEER, cites="MTG-1")
SHARE_FILE = on("share_file", effects=[do.share_in_meeting(OTHER)], cites="ESC-8")


def joining(*effects: Emit, when: list[Guard], cites: str) -> Row:
    """A row by which the peer joins."""
    return on(
        "join_meeting",
        by=PEER,
        to="together",
        when=when,
        effects=[*effects, do.offer_sharing_tray(PEER), signal("terminated_call.peer_joined")],
        cites=f"ESC-4 ESC-5 MTG-1 MTG-2 {cites}",
    )


JOIN = (
    joining(
        do.use_teams_client(PEER),
        do.use_browser(PEER),
        do.join_authenticated(PEER),
        when=[on_teams.of(OWNER), has_teams_account.of(PEER), same_cloud],
        cites="ESC-6 TMS-9",
    ),
    joining(
        do.use_teams_client(PEER),
        do.use_browser(PEER),
        do.join_anonymous(PEER),
        when=[on_teams.of(OWNER), has_teams_account.of(PEER)],
        cites="ESC-6 TMS-9 DEC-22",
    ),
    joining(do.use_browser(PEER), do.join_anonymous(PEER), when=[on_teams.of(OWNER)], cites="ESC-6 TMS-9"),
    joining(
        do.use_sfb_client(PEER),
        do.join_authenticated(PEER),
        when=[on_sfb.of(OWNER), has_sfb_client.of(PEER), same_cloud],
        cites="ESC-7 SFB-6",
    ),
    joining(do.use_meetings_app(PEER), do.join_anonymous(PEER), when=[on_sfb.of(OWNER)], cites="ESC-7 SFB-6 DEC-22"),
)


def link_delivered(to: str | None = None) -> tuple[Row, ...]:
    """The link has reached the peer, on Teams or on SfB."""
    return tuple(
        on(
            "link_delivered",
            by=SERVICE,
            to=to,
            when=[side.of(PEER)],
            effects=[do.guide_to_join(PEER)],
            cites=f"ESC-4 {cites}",
        )
        for side, cites in ((on_teams, "SFB-6"), (on_sfb, "TMS-9"))
    )


def waiting(name: str, label: str, *rows: Row, sharing: bool, closing: tuple[Emit, ...] = ()) -> State:
    """The initiator is in the meeting by themselves: they may share, and wait for the peer."""
    plain, shared = (name.removesuffix("_sharing"), f"{name.removesuffix('_sharing')}_sharing")
    share = (
        (
            on("stop_sharing", by=OWNER, to=plain, cites="TMS-8 ESC-8"),
            on("start_sharing", by=OWNER, refused="DEC-17", instead="stop_sharing"),
        )
        if sharing
        else (on("start_sharing", by=OWNER, to=shared, cites="TMS-8 ESC-8"),)
    )
    abandoned = (*closing, *ABANDONED)
    return state(
        name,
        label,
        *rows,
        *share,
        *(
            on(event, by=PEER, refused="ESC-4", instead="join_meeting resend_link")
            for event in ("start_sharing", "share_file")
        ),
        on("share_file", by=OWNER, cites="ESC-8"),
        on("add_participant", by=OWNER, effects=[do.invite_others(OWNER)], cites="ESC-8 LIM-8"),
        on("add_participant", by=PEER, refused="DEC-3", instead="join_meeting resend_link leave_meeting"),
        on("resend_link", by=OWNER, when=LINKABLE, effects=[signal("chat.carry_link", OWNER)], cites="DEC-4 ESC-4"),
        on("join_timed_out", by=SERVICE, to="ended", effects=abandoned, cites="DEC-19"),
        on("leave_meeting", by=OWNER, to="ended", effects=abandoned, cites="DEC-16"),
        on("end_meeting", by=OWNER, to="ended", effects=abandoned, cites="DEC-16"),
        on_signal("moved", by=OWNER, to="ended", effects=abandoned, cites="DEC-11"),
        STAYS,
        owner="initiator",
        group="escalating",
        timers=[timer("join_timed_out", 600, "DEC-19")],
    )


def alone(suffix: str, meanwhile: str) -> tuple[State, ...]:
    """The three states of the link while the initiator is alone in the meeting, sharing or not."""
    sharing = bool(suffix)
    shown = (do.start_showing(PEER),) if sharing else ()
    return (
        waiting(
            f"open{suffix}",
            f"The initiator {meanwhile}; the link has not been sent",
            on("join_meeting", by=PEER, refused="ESC-4", instead="resend_link"),
            on_signal("link_sent", to=f"sent{suffix}", cites="ESC-4"),
            sharing=sharing,
        ),
        waiting(
            f"sent{suffix}",
            f"The initiator {meanwhile}; the link is on its way",
            *link_delivered(to=f"invited{suffix}"),
            on(
                "link_undelivered",
                by=SERVICE,
                to=f"open{suffix}",
                effects=[do.report_link_undelivered(OWNER)],
                cites="DEC-4",
            ),
            on("join_meeting", by=PEER, refused="ESC-4", instead="link_delivered resend_link"),
            on_signal("link_sent", cites="ESC-4 DEC-4"),
            sharing=sharing,
        ),
        waiting(
            f"invited{suffix}",
            f"The initiator {meanwhile}; the peer has the link",
            *(row._replace(to="initiator_shares", does=(*row.does, *shown)) if sharing else row for row in JOIN),
            *link_delivered(),
            on("link_undelivered", by=SERVICE, effects=[do.report_link_undelivered(OWNER)], cites="DEC-4"),
            on_signal("link_sent", cites="ESC-4 DEC-4"),
            sharing=sharing,
            closing=(do.withdraw_link(PEER),),
        ),
    )


def together(name: str, label: str, *rows: Row, left: str, stopped: tuple[Emit, ...] = ()) -> State:
    """Both are in the meeting. ``left`` is where it goes on if the peer leaves; ``stopped`` ends what is shared."""
    gone = () if left == "invited_sharing" else stopped
    over = (*stopped, *OVER)
    return state(
        name,
        label,
        *rows,
        SHARE_FILE,
        on("add_participant", effects=[do.invite_others(BOTH)], cites="ESC-8 LIM-8"),
        on("leave_meeting", by=PEER, to=left, effects=[*gone, do.announce_departure(OWNER)], cites="DEC-16"),
        on("leave_meeting", by=OWNER, to="ended", effects=over, cites="DEC-16"),
        on("end_meeting", by=OWNER, to="ended", effects=over, cites="DEC-16"),
        on_signal("moved", by=OWNER, to="ended", effects=over, cites="DEC-11"),
        STAYS,
        owner="initiator",
        group="talking",
    )
