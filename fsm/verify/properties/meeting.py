"""Properties of the escalated meeting, and of the link that leads to it."""

from __future__ import annotations

from fsm.notation import OTHER, Party
from fsm.spec.guards import CHATTING, has_sfb_client, has_teams_account, on_teams, runs_teams
from fsm.verify.moments import Step
from fsm.verify.property import at_every_step, in_every_place, tells

WAITING = "creating open invited"
TOGETHER = "together initiator_shares peer_shares"
LIVE = f"{WAITING} {TOGETHER}"
IN_IT = f"open invited {TOGETHER}"
BY_SERVICE = (
    "session_expired",
    "no_answer",
    "voicemail_answered",
    "media_failed",
    "meeting_created",
    "meeting_failed",
    "link_delivered",
    "link_undelivered",
    "join_timed_out",
)
CREATE = ("create_teams_meeting", "create_sfb_meeting")


def owner(step: Step) -> Party:
    """Whose meeting it is after the step; the originator's where there is none."""
    return step.after["meeting"].owner or step.before["meeting"].owner or Party.ORIGINATOR


def joins(step: Step) -> bool:
    """Whether the peer joins in the client, and under the name, that the sources say."""
    initiator, peer = owner(step), owner(step).other
    if step.holds(on_teams, initiator):
        known = step.holds(has_teams_account, peer)
        client = "use_teams_client" if known and step.holds(runs_teams, peer) else "use_browser"
    else:
        known = step.holds(has_sfb_client, peer)
        client = "use_sfb_client" if known else "use_meetings_app"
    used = [name for name, _ in step.effects if name.startswith("use_")]
    return (
        used == [client]
        and step.sent("offer_sharing_tray") == [Party.ORIGINATOR, Party.RECIPIENT]
        and step.sent(client) == [peer]
        and step.sent("join_authenticated") == ([peer] if known else [])
        and step.sent("join_anonymous") == ([] if known else [peer])
    )


MEETING = (
    tells(
        "the-meeting-is-seen",
        "what one shares in the meeting the other sees",
        "ESC-8",
        {
            "start_sharing": ("start_showing", OTHER),
            "stop_sharing": ("stop_showing", OTHER),
            "share_file": ("share_in_meeting", OTHER),
        },
    ),
    in_every_place(
        "the-meeting-can-be-left",
        "the initiator may leave or end the meeting once it exists, and the peer may leave it once they are in it",
        "DEC-16",
        lambda here, who: (
            (here.may("leave_meeting", who), here.may("end_meeting", who))
            == (
                (here.is_in("meeting", IN_IT),) * 2
                if who is here.at["meeting"].owner
                else (here.is_in("meeting", TOGETHER), False)
            )
        ),
    ),
    at_every_step(
        "the-end-of-a-meeting-is-seen",
        "when a meeting is over everyone who was in it is out of it; one that was never made is reported instead",
        "DEC-16 DEC-2 DEC-11",
        lambda step: (
            not (step.was("meeting", LIVE) and step.now("meeting", "ended"))
            or sorted(step.sent("close_meeting", "report_no_meeting"))
            == (["originator", "recipient"] if step.was("meeting", TOGETHER) else [step.before["meeting"].owner])
        ),
    ),
    at_every_step(
        "leaving-is-seen",
        "the initiator sees the peer leave",
        "DEC-16",
        lambda step: (
            step.by is step.before["meeting"].owner or step.sent("announce_departure") == [step.before["meeting"].owner]
        ),
        of="leave_meeting",
    ),
    at_every_step(
        "a-meeting-that-is-over-lets-go-of-the-chat",
        "when the meeting is over the chat is no longer escalated, and a call that waited for the peer is abandoned",
        "ESC-1 DEC-16",
        lambda step: (
            not step.now("meeting", "ended")
            or (not step.now("chat", "escalated") and not step.now("terminated_call", "superseded"))
        ),
    ),
    at_every_step(
        "whoever-joins-continues-the-call",
        "a call that ended for a meeting continues in it when the peer joins",
        "ESC-1 ESC-4",
        lambda step: not step.was("terminated_call", "superseded") or step.now("terminated_call", "continued"),
        of="join_meeting",
    ),
    at_every_step(
        "a-meeting-is-asked-for",
        "a meeting is made, there and then, only when somebody accepts or asks for one, and it is theirs",
        "ESC-1 ESC-3 DEC-18",
        lambda step: (
            not step.sent(*CREATE)
            or (step.event in ("accept_meeting", "meet_now") and step.after["meeting"].owner is step.by)
        ),
    ),
    at_every_step(
        "one-meeting-is-made",
        "accepting makes exactly one Meet Now meeting, on the initiator's platform, by the meeting service",
        "ESC-1 ESC-2 ESC-3",
        lambda step: (
            [each for each in step.effects if each[1] == "meeting-service"]
            == [(CREATE[not step.holds(on_teams, step.by)], "meeting-service")]
        ),
        of="accept_meeting meet_now",
    ),
    at_every_step(
        "accepting-puts-in-the-meeting",
        "once the meeting exists the initiator is put in it, and nobody's screen shows",
        "TMS-8",
        lambda step: (
            (step.event == "meeting_created") == bool(step.sent("put_in_meeting"))
            and step.sent("put_in_meeting") in ([], [owner(step)])
            and not (step.event == "meeting_created" and step.sent("start_showing"))
        ),
    ),
    at_every_step(
        "the-link-is-sent-or-reported",
        "whenever the link is to be sent, the peer gets it or the initiator is told that they do not",
        "ESC-4 DEC-4 DEC-20",
        lambda step: (
            (step.sent("deliver_join_link"), step.sent("report_link_undelivered"))
            in (([owner(step).other], []), ([], [owner(step)]))
        ),
        of="meeting_created resend_link",
    ),
    at_every_step(
        "an-undelivered-link-leaves-the-meeting-open",
        "the initiator is told of a link that did not arrive, and the meeting stays as it is",
        "DEC-4",
        lambda step: step.stays("meeting") and step.sent("report_link_undelivered") == [owner(step)],
        of="link_undelivered",
    ),
    in_every_place(
        "the-link-can-be-sent-again",
        "while the peer has not joined, the initiator may send the link again if both may chat, and nobody else may",
        "DEC-4",
        lambda here, who: (
            here.may("resend_link", who) == (who is here.at["meeting"].owner)
            or (here.is_in("chat", "escalated") and not here.all_hold(CHATTING, who))
        ),
        meeting="open invited",
    ),
    at_every_step(
        "who-gets-the-link-is-guided",
        "whoever gets the link is guided to join",
        "SFB-6 TMS-9",
        lambda step: step.sent("guide_to_join") == [owner(step).other] and step.now("meeting", "invited"),
        of="link_delivered",
    ),
    in_every_place(
        "anyone-invited-may-join",
        "whoever the link has reached may join, whatever their mode, client and policies",
        "MTG-1 ESC-4",
        lambda here, who: here.may("join_meeting", who) == (who is not here.at["meeting"].owner),
        meeting="invited",
    ),
    at_every_step(
        "joining-opens-one-client",
        "the peer joins in the meeting platform's client, or in a browser or app where they have none; under their own "
        "name if they have an account there, and anonymously otherwise",
        "ESC-5 ESC-6 ESC-7 MTG-2",
        lambda step: joins(step) and step.now("meeting", "together"),
        of="join_meeting",
    ),
    in_every_place(
        "everything-is-open-in-the-meeting",
        "in the meeting both may share files and add people",
        "ESC-8 LIM-8",
        lambda here, who: here.may("share_file", who) and here.may("add_participant", who),
        meeting=TOGETHER,
    ),
    at_every_step(
        "who-is-added-is-seen",
        "both see whoever joins the meeting at the invitation of one of them",
        "ESC-8",
        lambda step: (
            not step.was("meeting", TOGETHER)
            or (step.sent("invite_others") == [Party.ORIGINATOR, Party.RECIPIENT] and step.stays("meeting"))
        ),
        of="add_participant",
    ),
    in_every_place(
        "sharing-is-open-to-both",
        "in the meeting either may share, one at a time, and only once both are in it",
        "ESC-8 DEC-17",
        lambda here, who: here.may("start_sharing", who) == here.is_in("meeting", "together"),
    ),
    in_every_place(
        "sharing-out-of-turn-says-why",
        "until both are in the meeting, and while the other shares, whoever tries to share is told why they cannot",
        "DEC-17",
        lambda here, who: (
            here.is_in("meeting", "together")
            or here.is_in("meeting", "initiator_shares" if who is here.at["meeting"].owner else "peer_shares")
            or here.refused("start_sharing", who) == "DEC-17"
        ),
        meeting=IN_IT,
    ),
    in_every_place(
        "each-has-their-own-events",
        "what the services report nobody else can, and the services do nothing in anybody's name",
        "ESC-4 THR-3 SFB-3",
        lambda here, who: (
            not any(here.may(event, who if event in BY_SERVICE else Party.SERVICE) for event in here.events)
        ),
    ),
    in_every_place(
        "whoever-shares-may-stop",
        "only whoever shares may stop sharing",
        "ESC-8",
        lambda here, who: (
            here.may("stop_sharing", who)
            == (here.is_in("meeting", "initiator_shares" if who is here.at["meeting"].owner else "peer_shares"))
        ),
    ),
    at_every_step(
        "if-the-peer-leaves-the-link-still-works",
        "when the peer leaves, the meeting waits for them again; when the initiator leaves, it is over",
        "DEC-16",
        lambda step: step.now("meeting", "ended" if step.by is step.before["meeting"].owner else "invited"),
        of="leave_meeting end_meeting",
    ),
    at_every_step(
        "a-meeting-ends-with-its-platform",
        "a change that moves the initiator to the other platform ends the meeting; one that moves the peer does not",
        "DEC-11 MTG-1",
        lambda step: (
            not step.was("meeting", LIVE)
            or (
                step.now("meeting", "ended")
                if ("moved", step.before["meeting"].owner) in step.changes
                else step.stays("meeting")
            )
        ),
        of="change",
    ),
    in_every_place(
        "one-escalation-at-a-time",
        "while a menu is open or a meeting waits for the peer, another escalation is refused",
        "DEC-3",
        lambda here, who: (
            not (here.is_in("meeting", WAITING) or here.is_in("chat", "offered") or here.is_in("call", "offered"))
            or here.is_in("meeting", TOGETHER)
            or {here.refused(event, who) for event in ("share_desktop", "add_participant", "meet_now")} == {"DEC-3"}
        ),
    ),
    in_every_place(
        "what-waits-ends-by-itself",
        "a call that rings, a meeting in the making and one that waits for the peer end by a timer if nobody acts",
        "DEC-19",
        lambda here, who: all(
            here.may(event, Party.SERVICE)
            for lifecycle, states, event in (
                ("call", "ringing", "no_answer"),
                ("meeting", "creating", "meeting_failed"),
                ("meeting", "open invited", "join_timed_out"),
            )
            if here.is_in(lifecycle, states)
        ),
    ),
    in_every_place(
        "chat-and-meeting-agree",
        "a chat that says a meeting is on has one beside it, of the same initiator",
        "ESC-1 ESC-4",
        lambda here, who: here.is_in("meeting", LIVE) and here.at["meeting"].owner is here.at["chat"].owner,
        chat="escalated",
    ),
    in_every_place(
        "call-and-meeting-agree",
        "a call that is to give way to a meeting has one in the making, of the same initiator",
        "DEC-2",
        lambda here, who: here.is_in("meeting", "creating") and here.at["meeting"].owner is here.at["call"].owner,
        call="escalating",
    ),
)
