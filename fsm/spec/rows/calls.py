"""Rows that states of the call share: how a call is placed, what ends it, and how one outlives its routing."""

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
    Role,
    Row,
    State,
    on,
    on_signal,
    signal,
    state,
    timer,
)
from fsm.spec import effects as do
from fsm.spec.guards import (
    CALLING,
    REACHABLE,
    federation_allowed,
    interop,
    lands_here,
    same_platform,
)

PLACED = signal("terminated_call.call_placed")
ASKING_TO_MEET = "share_desktop meet_now"


def placing(event: str, ring: Effect) -> tuple[Row, ...]:
    """Rows by which ``event`` places a call, routed by the pairing as it now is."""
    return (
        on(
            event,
            to="ringing",
            owner=ACTOR,
            when=[*REACHABLE, *CALLING, same_platform],
            effects=[ring(OTHER), PLACED],
            cites="RTE-1 RTE-7",
        ),
        on(
            event,
            to="ringing",
            owner=ACTOR,
            when=[*REACHABLE, *CALLING, interop, lands_here],
            effects=[ring(OTHER), do.open_interop_window(BOTH), PLACED],
            cites="INT-5 NAT-1 NAT-2 NAT-7 NAT-8",
        ),
    )


CALL_IS_PLACED = (
    *placing("call_audio", do.ring_audio),
    *placing("call_video", do.ring_video),
    *(
        on_signal(way, to=to, owner=ACTOR, effects=[PLACED], cites="THR-4")
        for way, to in (
            ("placed", "ringing"),
            ("placed_along", "ringing_draining"),
            ("placed_across", "ringing_draining_interop"),
        )
    ),
)
"""A call that is routed by itself, and one from a thread, which goes the way of the thread."""
ENDED_BY_PARTY = signal("terminated_call.call_ended")


def hang_up(*closing: Emit) -> Row:
    """Either party may end a call at any time."""
    return on("hang_up", to="ended", effects=[*closing, do.end_call(OTHER), ENDED_BY_PARTY], cites="NAT-2 DEC-1")


FAILED = signal("terminated_call.call_failed", SERVICE)
TAKEN = signal("terminated_call.call_taken", OWNER)


def media_failed(*closing: Emit) -> Row:
    """A call whose media breaks is over."""
    return on(
        "media_failed",
        by=SERVICE,
        to="ended",
        effects=[*closing, do.report_failure(BOTH), FAILED],
        cites="NAT-2",
    )


def breaks_off(event: str, *closing: Emit, by: Role = SERVICE, cites: str) -> Row:
    """A signal that ends a call as a failed one."""
    return on_signal(event, by=by, to="ended", effects=[*closing, do.report_failure(BOTH), FAILED], cites=cites)


REROUTED_ON_ONE_PLATFORM = (("rerouted_from_teams", SERVICE), ("rerouted_from_sfb", SERVICE))
REROUTED_ACROSS = (("rerouted_across", BOTH), ("rerouted_across", SERVICE))
"""The signals of a change of routing, and by whom: of a call across, by the one on Teams if there is just one."""
REROUTED = (*REROUTED_ON_ONE_PLATFORM, *REROUTED_ACROSS)
NOT_REROUTED = "rerouted_from_teams rerouted_from_sfb rerouted_across"


def outlives(*closing: Emit, on_hold: str = "") -> tuple[Row, ...]:
    """A call across that is up outlives its routing."""
    return tuple(
        on_signal(event, by=by, to=f"draining_interop{on_hold}", effects=[*closing], cites="DEC-9")
        for event, by in REROUTED_ACROSS
    )


def outlives_any(on_hold: str = "") -> tuple[Row, ...]:
    """A call of any route that is up outlives it."""
    return (
        *(on_signal(event, by=by, to=f"draining{on_hold}", cites="DEC-9") for event, by in REROUTED_ON_ONE_PLATFORM),
        *outlives(on_hold=on_hold),
    )


SUPERSEDED = on_signal(
    "meeting_ready",
    to="ended",
    effects=[do.end_call(BOTH), signal("terminated_call.call_superseded")],
    cites="TMS-6 DEC-2 DEC-15",
)
ADD_VIDEO = on("add_video", effects=[do.show_video(OTHER)], cites="NAT-7")
BARRED = (
    on_signal("barred", by=SERVICE, when=[federation_allowed], cites="THR-6"),
    breaks_off("barred", cites="THR-6 RTE-9"),
)
"""What bars two people across platforms ends a call on one platform only where federation is withdrawn."""
BARRED_ACROSS = (breaks_off("barred", cites="THR-6 INT-3 INT-4 RTE-8 RTE-9"),)


def unanswered(connected: tuple[Row, ...]) -> tuple[Row, ...]:
    """What may come of a call that rings, besides the rows by which it is ``connected``."""
    missed = (do.stop_ringing(BOTH), signal("terminated_call.call_missed", OWNER))
    return (
        *connected,
        on("decline_call", by=PEER, to="ended", effects=[do.stop_ringing(BOTH), ENDED_BY_PARTY], cites="DEC-34 DEC-27"),
        on("cancel_call", by=OWNER, to="ended", effects=missed, cites="DEC-34 DEC-27"),
        on("no_answer", by=SERVICE, to="ended", effects=missed, cites="DEC-19 DEC-27"),
        *(
            on(
                event,
                by=SERVICE,
                to="with_service",
                effects=[do.stop_ringing(BOTH), connects(OWNER), do.show_business_bar(OWNER)],
                cites="SFB-3 DEC-36",
            )
            for event, connects in (
                ("voicemail_answered", do.connect_voicemail),
                ("voice_service_answered", do.connect_voice_service),
            )
        ),
        *(
            on(event, refused="DEC-14", instead="accept_call")
            for event in ("share_desktop", "add_participant", "meet_now")
        ),
        media_failed(do.stop_ringing(BOTH)),
    )


def draining(suffix: str, what: str, barred: tuple[Row, ...]) -> tuple[State, ...]:
    """A call that goes the way of a thread, or goes on the way it went, though new ones would be routed otherwise."""
    up, held, ringing = f"draining{suffix}", f"draining{suffix}_on_hold", f"ringing_draining{suffix}"
    added = ("share_desktop", "add_participant", "meet_now", "add_video")
    superseded = (SUPERSEDED,) if suffix else ()
    unheard = f"meeting_failed {NOT_REROUTED}" if suffix else NOT_REROUTED
    return (
        state(
            ringing,
            f"The caller waits for an answer, by a thread {what}",
            *unanswered(
                (
                    on(
                        "accept_call",
                        by=PEER,
                        to=up,
                        when=CALLING,
                        effects=[do.stop_ringing(BOTH), do.connect_media(BOTH)],
                        cites="DEC-34 THR-4",
                    ),
                )
            ),
            *(row if row.to is None else row._replace(does=(do.stop_ringing(BOTH), *row.does)) for row in barred),
            owner="caller",
            group="talking",
            timers=[timer("no_answer", 30, "DEC-19")],
            ignores=NOT_REROUTED,
        ),
        state(
            up,
            f"A call {what}: to be hung up",
            *superseded,
            *(on(event, refused="DEC-9", instead="hang_up") for event in added),
            on("hold", to=held, owner=ACTOR, effects=[do.pause_media(OTHER)], cites="DEC-9"),
            hang_up(),
            media_failed(),
            *barred,
            group="talking",
            ignores=unheard,
        ),
        state(
            held,
            f"A call on hold {what}",
            *superseded,
            on("resume", by=OWNER, to=up, effects=[do.resume_media(PEER)], cites="DEC-34 DEC-9"),
            *(on(event, refused="DEC-9", instead="resume hang_up") for event in added),
            hang_up(),
            media_failed(),
            *barred,
            owner="holder",
            group="talking",
            ignores=unheard,
        ),
    )


def offering(event: str, *when: Guard, menu: Emit, cites: str) -> Row:
    """A row by which an advanced action offers a meeting, and warns that the call will end."""
    return on(
        event,
        to="offered",
        owner=ACTOR,
        when=[interop, *when],
        effects=[menu, do.warn_call_will_end(ACTOR)],
        instead="meet_now",
        cites=f"TMS-6 ESC-1 ESC-4 ESC-9 {cites}",
    )
