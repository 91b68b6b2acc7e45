"""Properties of the call and of what became of it."""

from __future__ import annotations

from fsm.notation import BOTH, OTHER, At, Party, Place, Step, at_every_step, ends, in_every_place, tells
from fsm.spec.claims.chat import ESCALATING, may_meet, may_share, no_group
from fsm.spec.groups import ALONE, FOLLOWED, RINGING, TOGETHER
from fsm.spec.guards import (
    CALLING,
    REACHABLE,
    federation_allowed,
    interop,
    lands_here,
    on_sfb,
    on_teams,
    same_platform,
    told_beforehand,
    unbarred,
)

PARTIES = (Party.ORIGINATOR, Party.RECIPIENT)
NO_MEETING = "none ended"
MEETING_ON = f"creating {ALONE} {TOGETHER}"
CALLS_ALONG = "draining ringing_draining draining_on_hold"
CALLS_ACROSS = "draining_interop ringing_draining_interop draining_interop_on_hold"
ON_HOLD = "on_hold draining_on_hold draining_interop_on_hold"
UP = f"connected offered escalating draining draining_interop {ON_HOLD}"
WAYS = {
    "draining": "ringing_draining",
    "draining_interop": "ringing_draining_interop",
    "switch_offered": "ringing_draining_interop",
}
"""How a call from a thread rings where its way is not the present route; elsewhere it just rings."""
BESIDES = {
    "meeting": NO_MEETING,
    "chat": "none native interop one_sided escalated switch_offered switched draining draining_interop text_offered "
    "locked expired closed",
}
"""No escalation is under way that would refuse another (DEC-3)."""


def may_call(here: Place, who: Party) -> bool:
    """Whether the route, or the thread that is there, and both policies let a call be placed."""
    if not here.all_hold(CALLING, who):
        return False
    by_thread = here.is_in("chat", FOLLOWED) and not (
        here.is_in("chat", "one_sided") and who is not here.at["chat"].opener
    )
    return by_thread or here.all_hold((*REACHABLE, lands_here), who)


def becomes(step: Step) -> str:
    """What becomes of a call that is up when its route no longer holds."""
    across = any(name == "rerouted_across" for name, _ in step.changes)
    if not step.both(unbarred if across else federation_allowed):
        return "ended"
    held = step.was("call", ON_HOLD)
    return f"draining{'_interop' if across else ''}{'_on_hold' if held else ''}"


def is_first_move(here: Place) -> bool:
    """Whether nothing has happened yet."""
    return here.is_in("chat", "none") and here.is_in("call", "none")


CALL = (
    tells(
        "the-call-is-heard-and-seen",
        "what one does in a call the other hears or sees; its begin and its failure concern both",
        "NAT-2 NAT-7 DEC-27 TMS-7",
        {
            "call_audio": ("ring_audio", OTHER),
            "call_video": ("ring_video", OTHER),
            "accept_call": ("connect_media", BOTH),
            "decline_call": ("stop_ringing", BOTH),
            "cancel_call": ("stop_ringing", BOTH),
            "no_answer": ("stop_ringing", BOTH),
            "add_video": ("show_video", OTHER),
            "hold": ("pause_media", OTHER),
            "resume": ("resume_media", OTHER),
            "warn_peer": ("warn_meeting_coming", OTHER),
        },
    ),
    in_every_place(
        "who-answers",
        "only the callee may answer, if both may still call, or decline; only the caller may cancel",
        "DEC-34 DEC-27 NAT-7 POL-2",
        lambda here, who: (
            [here.may(event, who) for event in ("accept_call", "decline_call", "cancel_call")]
            == ([False, False, True] if who is here.at["call"].owner else [here.all_hold(CALLING, who), True, False])
        ),
        call=RINGING,
    ),
    in_every_place(
        "media-may-fail",
        "a call can break off for as long as it lasts; voicemail or another voice service can take it while it rings",
        "NAT-2 SFB-3",
        lambda here, who: (
            here.may("media_failed", Party.SERVICE) == (not here.is_in("call", "none ended"))
            and all(
                here.may(event, Party.SERVICE) == here.is_in("call", RINGING)
                for event in ("voicemail_answered", "voice_service_answered")
            )
        ),
    ),
    at_every_step(
        "what-became-of-a-call",
        "a call hung up is ended by whoever did, one whose media broke off has failed, and one that a service took was "
        "taken, however it ends",
        "NAT-2 SFB-3 DEC-27",
        lambda step: (
            step.now("call", "ended")
            and step.after["terminated_call"]
            == (
                At("taken_by_service", step.before["call"].owner)
                if step.was("call", "with_service")
                else At("failed")
                if step.event == "media_failed"
                else At("ended", step.by)
            )
        ),
        of="hang_up service_hung_up media_failed",
    ),
    at_every_step(
        "a-voice-service-takes-the-call",
        "voicemail or another voice service stops the ringing and takes the caller, who is in a call with it",
        "SFB-3 DEC-36",
        lambda step: (
            step.sent("connect_voicemail", "connect_voice_service") == [step.before["call"].owner]
            and step.sent("stop_ringing") == list(PARTIES)
            and step.after["call"] == At("with_service", step.before["call"].owner)
        ),
        of="voicemail_answered voice_service_answered",
    ),
    in_every_place(
        "the-caller-hangs-up-on-a-service",
        "in a call with a service the caller may hang up, and the callee, who is not in it, may not",
        "SFB-3 DEC-36",
        lambda here, who: (
            here.may("hang_up", who) == (who is here.at["call"].owner)
            and here.may("service_hung_up", Party.SERVICE)
            and {here.refused(event, who) for event in ("add_video", "hold")} == {"DEC-36"}
        ),
        call="with_service",
    ),
    in_every_place(
        "only-a-guessing-client-takes-a-service-for-interop",
        "a call with a service is no interop call",
        "SFB-3",
        lambda here, who: {here.refused(event, who) for event in ESCALATING} == {"DEC-36"},
        call="with_service",
        **BESIDES,
    ),
    at_every_step(
        "a-call-goes-the-way-of-its-thread",
        "a call from a thread that goes another way than the route goes the way of the thread",
        "THR-4 THR-3",
        lambda step: step.now("call", WAYS.get(step.before["chat"].state, "ringing")),
        of="call_audio call_video",
    ),
    in_every_place(
        "no-call-across-what-is-barred",
        "a call across platforms is up only where nothing bars it, and none is where federation is withdrawn",
        "THR-6 INT-3 INT-4 RTE-8 RTE-9",
        lambda here, who: here.holds(
            unbarred if here.is_in("call", CALLS_ACROSS) or here.holds(interop, who) else federation_allowed, who
        ),
        call=f"{RINGING} {UP}",
    ).asking(unbarred),
    in_every_place(
        "a-call-that-is-up-has-its-route",
        "a call that does not drain is on one platform, or interop",
        "RTE-1 RTE-7 DEC-9 DEC-25",
        lambda here, who: here.holds(interop, who) or here.holds(same_platform, who),
        call="ringing connected on_hold offered escalating",
    ),
    in_every_place(
        "calls-go-both-ways",
        "while no call and no meeting is on, either may place a voice or a video call wherever a thread or a route and "
        "both policies allow one, across clouds too; the first move is the originator's",
        "NAT-2 NAT-7 POL-2 RTE-10 DEC-6 DEC-35 THR-4",
        lambda here, who: all(
            here.may(event, who) == (may_call(here, who) and not (who is Party.RECIPIENT and is_first_move(here)))
            for event in ("call_audio", "call_video")
        ),
        call="none ended",
        meeting=NO_MEETING,
    ),
    in_every_place(
        "no-call-beside-a-meeting",
        "while an escalated meeting is on, nobody places a call",
        "DEC-12",
        lambda here, who: not here.may("call_audio", who) and not here.may("call_video", who),
        meeting=MEETING_ON,
    ),
    at_every_step(
        "both-are-told-in-a-call",
        "by the time an interop call is answered, each of the two has been told, in the way of their client",
        "NAT-6 SFB-2 SFB-4",
        lambda step: (
            not step.both(interop)
            or not step.now("call", "connected")
            or all(
                step.holds(told_beforehand, who) != (who in step.sent("show_business_bar", "show_interop_banner"))
                for who in PARTIES
            )
        ),
        of="accept_call",
    ),
    at_every_step(
        "a-recent-client-is-told-beforehand",
        "whoever hears from presence that the other is on Teams has the interop window before the call is answered",
        "SFB-4 NAT-6",
        lambda step: (
            not step.now("call", "ringing")
            or [who for who in PARTIES if step.holds(told_beforehand, who)] == step.sent("open_interop_window")
        ),
        of="call_audio call_video",
    ),
    in_every_place(
        "nothing-is-added-to-no-talk",
        "nothing is added to a call that is not answered or is on hold",
        "DEC-14",
        lambda here, who: {here.refused(event, who) for event in ESCALATING} == {"DEC-14"},
        call=f"{RINGING} on_hold",
        **BESIDES,
    ),
    in_every_place(
        "sharing-in-a-call-offers-a-meeting",
        "in an interop call whoever may escalate from the chat may escalate, and nobody else",
        "TMS-1 TMS-2 TMS-3 TMS-4 TMS-10 TMS-11 POL-3 SFB-1 SFB-7 ESC-1 ESC-9 LIM-2",
        lambda here, who: not here.holds(interop, who) or here.may("share_desktop", who) == may_share(here, who),
        call="connected",
        **BESIDES,
    ),
    in_every_place(
        "no-group-grows-out-of-a-call",
        "an interop call does not grow; an SfB user with a recent client is offered a meeting, a Teams user is refused",
        "LIM-5 LIM-4 NAT-2 ESC-4 RTE-10",
        lambda here, who: (
            not here.holds(interop, who)
            or (
                here.may("add_participant", who) == may_share(here, who)
                if here.holds(on_sfb, who)
                else here.refused("add_participant", who) == no_group(here, who, "LIM-5")
            )
        ),
        call="connected",
        **BESIDES,
    ),
    in_every_place(
        "a-meeting-can-be-started-from-a-call",
        "in an interop call everyone who may start a meeting can, from any client, if the link can travel",
        "LIM-8 DEC-18 POL-3 ESC-4",
        lambda here, who: not here.holds(interop, who) or here.may("meet_now", who) == may_meet(here, who),
        call="connected",
        **BESIDES,
    ),
    at_every_step(
        "who-asks-is-warned-that-the-call-ends",
        "whoever is offered a meeting in a call is warned that the call will end",
        "TMS-6 DEC-15",
        lambda step: not step.entered("call", "offered") or step.sent("warn_call_will_end") == [step.by],
    ),
    in_every_place(
        "a-teams-initiator-may-warn",
        "before accepting, a Teams initiator may warn the other; nobody else may, and an SfB initiator has no need",
        "TMS-7 DEC-30",
        lambda here, who: (
            not here.may("warn_peer", who)
            if who is not here.at["call"].owner
            else here.may("warn_peer", who)
            if here.holds(on_teams, who)
            else here.refused("warn_peer", who) == "DEC-30"
        ),
        call="offered",
    ),
    in_every_place(
        "a-warning-comes-before-accepting",
        "there is no warning once the meeting is accepted, nor without an offer",
        "TMS-7",
        lambda here, who: here.is_in("call", "offered") or not here.may("warn_peer", who),
    ),
    in_every_place(
        "an-offer-stops-no-call",
        "with the menu open in a call, either may hang up and add video, and the initiator answers",
        "DEC-1 DEC-26",
        lambda here, who: (
            here.may("hang_up", who)
            and here.may("add_video", who)
            and here.may("decline_meeting", who) == (who is here.at["call"].owner)
            and here.may("accept_meeting", who) == (who is here.at["call"].owner and may_share(here, who))
        ),
        call="offered",
    ),
    in_every_place(
        "hold-is-undone-by-the-holder",
        "whoever put the other on hold may go on, and either may hang up",
        "DEC-34 NAT-2 DEC-21",
        lambda here, who: here.may("resume", who) == (who is here.at["call"].owner) and here.may("hang_up", who),
        call=ON_HOLD,
    ),
    in_every_place(
        "a-call-can-be-ended",
        "either may end a call that has been answered, at any time",
        "NAT-2 DEC-1",
        lambda here, who: here.may("hang_up", who),
        call=UP,
    ),
    at_every_step(
        "a-call-goes-on-until-the-meeting-exists",
        "an accepted escalation leaves the call up; if the meeting cannot be made the call goes on and the initiator "
        "is told",
        "DEC-2 TMS-6",
        lambda step: (
            step.sent("report_no_meeting") == [step.before["meeting"].owner]
            and (step.stays("call") or (step.was("call", "escalating") and step.now("call", "connected")))
            if step.event == "meeting_failed"
            else step.was("call", "none ended") or not step.now("call", "none ended")
        ),
        of="accept_meeting meet_now meeting_failed",
    ),
    at_every_step(
        "the-meeting-ends-the-call",
        "when the meeting exists, the call it was started from is ended for both, and superseded",
        "TMS-6 DEC-15 DEC-2",
        lambda step: (
            step.was("call", "none ended")
            or (
                step.now("call", "ended")
                and step.sent("end_call") == list(PARTIES)
                and step.now("terminated_call", "superseded")
            )
        ),
        of="meeting_created",
    ),
    in_every_place(
        "an-accepted-call-is-not-held",
        "once the meeting is accepted nobody puts the call on hold",
        "DEC-31",
        lambda here, who: here.refused("hold", who) == "DEC-31",
        call="escalating",
    ),
    in_every_place(
        "a-draining-call-is-hung-up",
        "nothing is added to a call that outlives its route",
        "DEC-9",
        lambda here, who: {here.refused(event, who) for event in (*ESCALATING, "add_video")} == {"DEC-9"},
        call="draining draining_on_hold draining_interop draining_interop_on_hold",
        **BESIDES,
    ),
    at_every_step(
        "a-call-outlives-its-route",
        "a call that is up goes on when its route no longer holds, unless it is barred; one that rings fails",
        "DEC-9 DEC-25 THR-6",
        lambda step: (
            not step.was("call", "ringing connected on_hold offered escalating")
            or not any(name.startswith("rerouted") for name, _ in step.changes)
            or (
                step.now("call", "ended") and step.now("terminated_call", "failed")
                if step.was("call", "ringing") or becomes(step) == "ended"
                else step.now("call", becomes(step))
            )
        ),
        of="change",
    ).asking(unbarred),
    at_every_step(
        "a-draining-call-ends-where-it-is-barred",
        "a call that drains ends when something comes to bar it, and goes on otherwise",
        "THR-6 DEC-9",
        lambda step: (
            not step.was("call", f"{CALLS_ALONG} {CALLS_ACROSS}")
            or (
                step.stays("call")
                if step.both(unbarred if step.was("call", CALLS_ACROSS) else federation_allowed)
                else step.now("call", "ended") and step.now("terminated_call", "failed")
            )
        ),
        of="change",
    ).asking(unbarred),
    at_every_step(
        "hold-outlives-its-route",
        "a call on hold stays on hold when its route no longer holds, by whoever put it there",
        "DEC-9",
        lambda step: (
            not step.was("call", ON_HOLD)
            or step.now("call", "ended")
            or (
                step.now("call", ON_HOLD)
                and step.before["call"].owner is step.after["call"].owner
                and not step.sent("resume_media")
            )
        ),
        of="change",
    ),
    at_every_step(
        "what-became-of-a-call-not-answered",
        "declining a call is ending it; a call cancelled or unanswered is missed",
        "DEC-27",
        lambda step: (
            (step.after["terminated_call"].state, step.after["terminated_call"].owner)
            == (("ended", step.by) if step.event == "decline_call" else ("missed", step.before["call"].owner))
            and step.now("call", "ended")
        ),
        of="decline_call cancel_call no_answer",
    ),
    at_every_step(
        "what-calls-back",
        "a call calls back if the last one failed, was abandoned, or missed whoever calls now, or a service took it",
        "DEC-28",
        lambda step: (
            step.now("terminated_call", "called_back")
            == (
                step.was("terminated_call", "failed abandoned called_back")
                or (
                    step.was("terminated_call", "missed taken_by_service")
                    and step.before["terminated_call"].owner is not step.by
                )
            )
        ),
        of="call_audio call_video",
    ),
    in_every_place(
        "a-superseded-call-waits-for-the-peer",
        "a call is superseded only for as long as the meeting it ended for waits for the peer",
        "TMS-6 DEC-16",
        lambda here, who: here.is_in("meeting", ALONE),
        terminated_call="superseded",
    ),
    ends(
        "a-superseded-call-is-settled",
        "a call that ended for a meeting goes on in it or is abandoned",
        "DEC-16 DEC-19",
        "terminated_call",
        "superseded",
    ),
    ends(
        "ringing-ends",
        "a call that rings is answered or over",
        "DEC-19 DEC-27",
        "call",
        RINGING,
    ),
)
