"""Rows by which the join link of an escalated meeting travels: over a thread that is there, or one opened for it."""

from __future__ import annotations

from fsm.notation import ACTOR, BOTH, OTHER, Effect, Emit, Guard, Role, Row, Signal, on_signal, signal
from fsm.spec import effects as do
from fsm.spec.guards import CHATTING, REACHABLE, lands_here, same_platform
from fsm.spec.rows.limits import PERSISTENT_CHAT
from fsm.spec.rows.threads import OPEN_ACROSS, OPEN_CHAT, ROUTED_ACROSS, message_across, message_native

LINK_SENT: Signal = signal("meeting.link_sent")
UNDELIVERED = on_signal("carry_link", effects=[do.report_link_undelivered(ACTOR)], cites="DEC-4 DEC-20")


def carrying(
    *via: Effect | Emit, to: str | None, when: tuple[Guard, ...] = CHATTING, then: tuple[Signal, ...] = ()
) -> Row:
    """A row that carries the join link over a thread that is there, in the name of the initiator."""
    return on_signal(
        "carry_link",
        to=to,
        when=when,
        effects=[*via, do.deliver_join_link(OTHER), LINK_SENT, *then],
        cites="ESC-4",
    )


CARRY_NATIVE = on_signal(
    "carry_link",
    to="native",
    when=[*REACHABLE, *CHATTING, same_platform],
    effects=[do.open_thread(BOTH), do.deliver_join_link(OTHER), LINK_SENT],
    cites="ESC-4 MTG-1",
)


def carry_across(*when: Guard) -> Row:
    """A row that opens an interop thread for the join link."""
    return on_signal(
        "carry_link",
        to="escalated",
        owner=ACTOR,
        when=when,
        effects=[*OPEN_ACROSS, do.relay, do.deliver_join_link(OTHER), LINK_SENT],
        cites="ESC-4",
    )


def carry_elsewhere(*when: Guard, by: Role = BOTH) -> Row:
    """A row by which the link reaches the other in their other client, whence the meeting can be joined as well."""
    return on_signal(
        "carry_link",
        by=by,
        when=when,
        effects=[do.deliver_join_link(OTHER), LINK_SENT],
        cites="ESC-4 THR-3 DEC-38",
    )


CARRY_BY_NEW_THREAD = (
    CARRY_NATIVE,
    carry_across(*ROUTED_ACROSS, *CHATTING, lands_here),
    carry_elsewhere(*ROUTED_ACROSS, *CHATTING),
    UNDELIVERED,
)
ROUTED_ANEW = (*OPEN_CHAT, *message_native(), *message_across(), *PERSISTENT_CHAT, *CARRY_BY_NEW_THREAD)
"""What a thread that is over does with whatever is written: as if there had been none."""
