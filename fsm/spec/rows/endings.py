"""How a thread ends or outlives its routing: its session expires, it drains, is locked, or is handed over."""

from __future__ import annotations

from fsm.notation import (
    ANSWERER,
    BOTH,
    OPENER,
    ORIGINATOR,
    OTHER,
    RECIPIENT,
    SERVICE,
    Effect,
    Emit,
    Row,
    State,
    on,
    on_signal,
    state,
    timer,
)
from fsm.spec import effects as do
from fsm.spec.guards import (
    CHATTING,
    federation_allowed,
    interop_federated,
    native_federated,
    on_sfb,
    on_teams,
    same_platform,
)
from fsm.spec.rows.limits import persistent_chat
from fsm.spec.rows.links import UNDELIVERED, carrying
from fsm.spec.rows.threads import TO_OTHER, calls

HIDE = on("close_chat", cites="DEC-23 THR-5")
"""Closing a chat in Teams: the thread persists."""


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
        *persistent_chat(same_platform, on_sfb),
        *calls(way, to=name),
        *rows,
        opener=opener,
        group="talking",
        timers=[timer("session_expired", 600, "THR-3")],
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
    carrying(to="draining", when=TO_OTHER),
    UNDELIVERED,
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
    carrying(do.relay, to="draining_interop"),
    UNDELIVERED,
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
