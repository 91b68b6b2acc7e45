"""Rows that several states of the chat share: what a thread carries, how it opens, and what ends or reroutes it."""

from __future__ import annotations

from fsm.notation import (
    ACTOR,
    ANSWERER,
    BOTH,
    OPENER,
    ORIGINATOR,
    OTHER,
    RECIPIENT,
    SERVICE,
    Effect,
    Emit,
    Guard,
    Role,
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
    CALLING,
    CHATTING,
    REACHABLE,
    across_clouds,
    can_share_content,
    federation_allowed,
    has_sfb_side,
    interop,
    interop_federated,
    lands_here,
    may_chat,
    may_meet_now,
    native_federated,
    on_sfb,
    on_teams,
    recent_client,
    same_platform,
)

MEETING = (
    "share_desktop meet_now accept_meeting meeting_created link_delivered join_meeting "
    "start_sharing share_file switch_to_native"
)
"""The way out of every limit (LIM-8), from asking for a meeting to being in it."""
START_MEETING: Signal = signal("meeting.start")
LINK_SENT: Signal = signal("meeting.link_sent")
IDLE = Timer("session_expired", 600, "THR-3", when=(has_sfb_side,))
HIDE = on("close_chat", cites="DEC-23 THR-5")
"""Closing a chat in Teams: the thread persists."""


TO_OTHER = (may_chat.of(OTHER),)
"""All that policies say of a chat between an SfB user and a Teams user when the SfB user acts."""


def told(role: Role) -> tuple[Emit, ...]:
    """That the conversation is interop, in the way of each one's client (NAT-6)."""
    return (do.open_interop_window(role), do.show_business_bar(role), do.show_interop_banner(role))


OPEN_ACROSS: tuple[Effect | Emit, ...] = (do.connect_gateway, do.open_thread(BOTH), *told(BOTH))
ANEW = "THR-5 DEC-29"
REOPEN: tuple[Effect | Emit, ...] = (do.connect_gateway, do.open_thread(ANSWERER))
"""The session of the SfB side is set up again; the Teams side still has its thread."""


def open_native(event: str, *message: Emit, chatting: tuple[Guard, ...] = CHATTING) -> Row:
    """A row by which ``event`` opens a thread on one platform, with a first message or without."""
    return on(
        event,
        to="native",
        when=[*REACHABLE, *chatting, same_platform],
        effects=[do.open_thread(BOTH), *message],
        cites="RTE-1 RTE-7 NAT-2",
    )


ROUTED_ACROSS = (*REACHABLE, interop)


def open_across(
    event: str,
    *message: Effect | Emit,
    routed: tuple[Guard, ...] = ROUTED_ACROSS,
    chatting: tuple[Guard, ...] = CHATTING,
) -> Row:
    """A row by which ``event`` opens an interop thread, with a first message or without."""
    return on(
        event,
        to="interop",
        when=[*routed, *chatting, lands_here],
        effects=[*OPEN_ACROSS, *message],
        cites="INT-5 NAT-1 NAT-3 NAT-4 NAT-6 NAT-8 RTE-8 THR-5",
    )


OPEN_CHAT = (open_native("open_chat"), open_across("open_chat"))


def message_native(chatting: tuple[Guard, ...] = CHATTING) -> tuple[Row, ...]:
    """A message that is routed anew, on one platform (THR-3)."""
    return tuple(
        open_native(event, delivers(OTHER), chatting=chatting)
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
                when=[*routed, *chatting],
                refused=limit,
                instead="send_text open_chat",
                cites="THR-3 DEC-5 LIM-8",
            )
            for event, limit in (("send_rich_text", "LIM-1"), ("send_emoticon", "LIM-1"), ("send_file", "LIM-6"))
        ),
    )


NO_PERSISTENT_CHAT = on("open_persistent_chat", refused="LIM-7")


def persistent_chat(*when: Guard) -> tuple[Row, ...]:
    """Two users on SfB may enter a Persistent Chat room, and nobody else."""
    return (
        on("open_persistent_chat", when=when, effects=[do.open_persistent_chat(ACTOR)], cites="LIM-7 DEC-37"),
        NO_PERSISTENT_CHAT,
    )


PERSISTENT_CHAT = persistent_chat(same_platform, on_sfb)

UNDELIVERED = on_signal("carry_link", effects=[do.report_link_undelivered(ACTOR)], cites="DEC-4 DEC-20")


def carrying(*via: Effect | Emit, to: str | None = None, when: tuple[Guard, ...] = CHATTING) -> tuple[Row, ...]:
    """Rows that carry the join link over a thread that is there, in the name of the initiator."""
    return (
        on_signal(
            "carry_link",
            to=to,
            when=when,
            effects=[*via, do.deliver_join_link(OTHER), LINK_SENT],
            cites="ESC-4",
        ),
        UNDELIVERED,
    )


CARRY_NATIVE = on_signal(
    "carry_link",
    to="native",
    when=[*REACHABLE, *CHATTING, same_platform],
    effects=[do.open_thread(BOTH), do.deliver_join_link(OTHER), LINK_SENT],
    cites="ESC-4 MTG-1",
)


def carry_across(when: tuple[Guard, ...]) -> Row:
    """A row that opens an interop thread for the join link."""
    return on_signal(
        "carry_link",
        to="escalated",
        owner=ACTOR,
        when=when,
        effects=[*OPEN_ACROSS, do.relay, do.deliver_join_link(OTHER), LINK_SENT],
        cites="ESC-4",
    )


CARRY_BY_NEW_THREAD = (CARRY_NATIVE, carry_across((*ROUTED_ACROSS, *CHATTING)), UNDELIVERED)


LIMITS = (
    ("send_rich_text", "LIM-1", f"send_text {MEETING}", "NAT-5 DEC-5 LIM-8"),
    ("send_emoticon", "LIM-1", f"send_text {MEETING}", "NAT-5 DEC-5 LIM-8"),
    ("send_file", "LIM-6", f"{MEETING} send_text", "LIM-8"),
)
"""What does not cross: the event, the rule that refuses it, the ways out, and what else that keeps."""


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
            cites=f"{ANEW if first else ''} NAT-2 NAT-3 NAT-4 NAT-5",
        ),
        *(
            on(
                event,
                by=by,
                when=[each for each in when if each is not lands_here],
                refused=rule,
                instead=ways,
                cites=also,
            )
            for event, rule, ways, also in LIMITS
        ),
    )


TEXT_ACROSS_CLOUDS = tuple(
    on(
        event,
        when=[across_clouds, *CHATTING],
        refused="RTE-10",
        instead=f"send_text {MEETING}",
        cites="DEC-5 LIM-8",
    )
    for event in ("send_rich_text", "send_emoticon", "send_file")
)
"""Two Teams users in different clouds: no limit between the platforms, but plain text all the same."""
GROUP_ACROSS_CLOUDS = tuple(
    on(
        "add_participant",
        when=[across_clouds, *CHATTING, able],
        refused="RTE-10",
        instead=MEETING,
        cites="LIM-8 DEC-32",
    )
    for able in (may_meet_now, may_meet_now.of(OTHER))
)


def from_teams(
    *first: Effect | Emit,
    by: Role = BOTH,
    when: tuple[Guard, ...] = (on_teams, *CHATTING),
    groups: tuple[tuple[Guard, ...], ...],
) -> tuple[Row, ...]:
    """What a Teams user may escalate from an interop thread, after ``first``; groups are refused."""
    anew = ANEW if first else ""
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
            on("add_participant", by=by, when=group, refused="LIM-3", instead=MEETING, cites="LIM-8 DEC-32")
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
    anew = ANEW if first else ""
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
) -> tuple[Row, ...]:
    """A call from a thread goes the way of the thread; ``way`` is the signal that tells the call which one that is."""
    return tuple(
        on(
            event,
            by=by,
            to=to,
            when=when,
            effects=[*first, ring(OTHER), *window, signal(f"call.{way}")],
            cites="THR-4 NAT-2 NAT-7",
        )
        for event, ring in (("call_audio", do.ring_audio), ("call_video", do.ring_video))
    )


def expiring(*closing: Emit) -> tuple[Row, ...]:
    """The SfB side's session ends, whoever opened the thread; the Teams side keeps it."""
    return tuple(
        on(
            "session_expired",
            by=SERVICE,
            to="one_sided",
            opener=keeper,
            when=[on_sfb.of(side)],
            effects=[*closing, do.end_session(side), do.disconnect_gateway],
            cites="THR-3 THR-5",
        )
        for side, keeper in ((OPENER, ANSWERER), (ANSWERER, None))
    )


def closing(*also: Emit) -> Row:
    """An SfB user closes their window, and with it their session; the Teams side keeps the thread."""
    return on(
        "close_chat",
        to="one_sided",
        opener=OTHER,
        when=[on_sfb],
        effects=[*also, do.disconnect_gateway],
        cites="DEC-23 THR-5",
    )


def rerouted(*closing: Emit) -> tuple[Row, ...]:
    """What becomes of an interop thread when its routing no longer holds: the signal is by the one on Teams, or by
    the service where both are.
    """
    return (
        *(
            on_signal(
                "rerouted_across",
                by=by,
                to="switch_offered",
                when=[native_federated],
                effects=[*closing, do.offer_native_thread(BOTH)],
                cites="THR-2",
            )
            for by in (BOTH, SERVICE)
        ),
        on_signal(
            "rerouted_across",
            by=OPENER,
            to="locked",
            effects=[*closing, do.lock_thread(OPENER), do.end_session(ANSWERER), do.disconnect_gateway],
            cites="THR-1 THR-5",
        ),
        on_signal(
            "rerouted_across",
            by=SERVICE,
            to="locked",
            effects=[*closing, do.lock_thread(BOTH), do.disconnect_gateway],
            cites="THR-1",
        ),
        on_signal("rerouted_across", by=ANSWERER, to="draining_interop", effects=[*closing], cites="THR-3 THR-5"),
    )


def revived(*effects: Effect | Emit) -> tuple[Row, ...]:
    """One of two who federate natively leaves TeamsOnly: text goes on, in the thread of whoever is on Teams still."""
    return tuple(
        on_signal(
            "rerouted_from_teams",
            by=SERVICE,
            to="interop",
            opener=keeper,
            when=[interop_federated, *still],
            effects=effects,
            cites="THR-2 THR-5",
        )
        for keeper, still in ((ORIGINATOR, (on_teams.of(ORIGINATOR),)), (RECIPIENT, ()))
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


BEYOND_TEXT = ("send_rich_text", "send_emoticon", "send_file", "share_desktop", "add_participant", "meet_now")
UNHEARD = "meeting_over rerouted_from_teams rerouted_from_sfb rerouted_across"
"""Signals that mean nothing to a thread that is over."""


def _draining(name: str, label: str, way: str, *rows: Row, via: tuple[Effect, ...] = (), opener: str = "") -> State:
    return state(
        name,
        label,
        on(
            "send_text",
            to=name,
            when=CHATTING,
            effects=[*via, do.deliver_plain_text(OTHER)],
            cites="THR-3 DEC-10 POL-1",
        ),
        *(on(event, refused="DEC-10", instead="send_text close_chat") for event in BEYOND_TEXT),
        *PERSISTENT_CHAT,
        *calls(way, to=name),
        *rows,
        opener=opener,
        group="talking",
        timers=[Timer("session_expired", 600, "THR-3")],
        ignores=UNHEARD,
    )


DRAINING = _draining(
    "draining",
    "An SfB session between SfB users that outlives its routing",
    "placed_along",
    on("session_expired", by=SERVICE, to="expired", effects=[do.end_session(BOTH)], cites="THR-3"),
    HIDE,
    on_signal("barred", by=SERVICE, when=[federation_allowed], cites="THR-6"),
    on_signal("barred", by=SERVICE, to="expired", effects=[do.end_session(BOTH)], cites="THR-6 RTE-9"),
    *carrying(when=TO_OTHER),
)
DRAINING_INTEROP = _draining(
    "draining_interop",
    "An SfB session across the gateway that outlives its routing",
    "placed_across",
    on(
        "session_expired",
        by=SERVICE,
        to="locked",
        effects=[do.end_session(OPENER), do.lock_thread(ANSWERER), do.disconnect_gateway],
        cites="THR-3 THR-5",
    ),
    on(
        "close_chat",
        by=OPENER,
        to="locked",
        effects=[do.lock_thread(ANSWERER), do.disconnect_gateway],
        cites="DEC-23 THR-5",
    ),
    on("close_chat", by=ANSWERER, cites="DEC-23 THR-5"),
    on_signal(
        "barred",
        by=SERVICE,
        to="locked",
        effects=[do.end_session(OPENER), do.lock_thread(ANSWERER), do.disconnect_gateway],
        cites="THR-6 INT-3 INT-4 RTE-8 RTE-9",
    ),
    *carrying(do.relay),
    via=(do.relay,),
    opener="who opened it",
)


def locked(
    name: str, label: str, *rows: Row, opened: tuple[Row, ...], persistent: tuple[Row, ...], ignores: str
) -> State:
    """A Teams thread to read only. What somebody writes from SfB is routed anew, by the rows ``opened``."""
    return state(
        name,
        label,
        *(
            on(event, when=[on_teams], refused="THR-1", instead="open_chat")
            for event in ("send_text", "send_rich_text", "send_emoticon", "send_file")
        ),
        *opened,
        *(
            on(event, refused="THR-1", instead="open_chat")
            for event in ("share_desktop", "add_participant", "meet_now")
        ),
        *persistent,
        HIDE,
        *rows,
        final=True,
        group="over",
        ignores=ignores,
    )


def after(closing: Emit, *rows: Row) -> tuple[Row, ...]:
    """The rows, with ``closing`` before whatever they do."""
    return tuple(row if row.refused else row._replace(does=(closing, *row.does)) for row in rows)
