"""What does not cross from one platform to the other: rows that refuse it, with the ways out."""

from __future__ import annotations

from fsm.notation import ACTOR, OTHER, Guard, Row, on
from fsm.spec import effects as do
from fsm.spec.guards import CHATTING, across_clouds, federation_allowed, may_meet_now, on_sfb, on_teams, same_platform

WAYS_TO_A_MEETING = (
    "share_desktop meet_now accept_meeting meeting_created link_delivered join_meeting "
    "start_sharing share_file switch_to_native"
)
"""The way out of every limit (LIM-8), from asking for a meeting to being in it."""
LIMITS = (
    ("send_rich_text", "LIM-1", f"send_text {WAYS_TO_A_MEETING}", "NAT-5 DEC-5 LIM-8"),
    ("send_emoticon", "LIM-1", f"send_text {WAYS_TO_A_MEETING}", "NAT-5 DEC-5 LIM-8"),
    ("send_file", "LIM-6", f"{WAYS_TO_A_MEETING} send_text", "LIM-8"),
)
"""What does not cross: the event, the rule that refuses it, the ways out, and what else that keeps."""

TEXT_ACROSS_CLOUDS = tuple(
    on(
        event,
        when=[*CHATTING, across_clouds],
        refused="RTE-10",
        instead=f"send_text {WAYS_TO_A_MEETING}",
        cites="DEC-5 LIM-8",
    )
    for event in ("send_rich_text", "send_emoticon", "send_file")
)
"""Two Teams users in different clouds: no limit between the platforms, but plain text all the same."""


def group_on_teams(instead: str) -> tuple[Row, ...]:
    """No group for two Teams users in different clouds, nor for other two on Teams whose conversation is interop."""
    return tuple(
        on("add_participant", when=[*when, able], refused=rule, instead=instead, cites="LIM-8 DEC-32")
        for when, rule in (
            ((*CHATTING, across_clouds), "RTE-10"),
            ((on_teams.of(OTHER), on_teams, *CHATTING), "NAT-2"),
        )
        for able in (may_meet_now, may_meet_now.of(OTHER))
    )


NO_PERSISTENT_CHAT = on("open_persistent_chat", refused="LIM-7")


def persistent_chat(*when: Guard, possible: tuple[Guard, ...] = ()) -> tuple[Row, ...]:
    """Two users on SfB may enter a Persistent Chat room, and nobody else."""
    return (
        on(
            "open_persistent_chat",
            when=[*possible, *when],
            effects=[do.open_persistent_chat(ACTOR)],
            cites="LIM-7 DEC-37",
        ),
        NO_PERSISTENT_CHAT._replace(when=possible),
    )


PERSISTENT_CHAT = persistent_chat(same_platform, on_sfb, possible=(federation_allowed,))
