"""Properties of the escalated meeting, and of the link that leads to it."""

from __future__ import annotations

from fsm.notation import PARTIES, Party, Step, at_every_step, ends, in_every_place
from fsm.spec.groups import ALONE, RINGING, TOGETHER
from fsm.spec.guards import (
    CHATTING,
    has_sfb_client,
    has_teams_account,
    interop,
    lands_here,
    on_teams,
    runs_teams,
    same_cloud,
    same_platform,
)

WAITING = f"creating {ALONE}"
LIVE = f"{WAITING} {TOGETHER}"
IN_IT = f"{ALONE} {TOGETHER}"
SHARING_ALONE = "open_sharing sent_sharing invited_sharing"
SENT = "sent sent_sharing"
INVITED = "invited invited_sharing"
CARRIES = (
    "none native interop one_sided escalated switched expired closed locked text_offered draining draining_interop"
)
"""Where the chat is when a meeting may be asked for, and from where it can carry the link."""
BY_SERVICE = (
    "session_expired",
    "no_answer",
    "voicemail_answered",
    "voice_service_answered",
    "service_hung_up",
    "media_failed",
    "meeting_created",
    "meeting_failed",
    "link_delivered",
    "link_undelivered",
    "join_timed_out",
)
SHARED = "initiator_shares"
SEEN = {"start_sharing": "start_showing", "stop_sharing": "stop_showing", "share_file": "share_in_meeting"}
CREATE = ("create_teams_meeting", "create_sfb_meeting")


def owner(step: Step) -> Party:
    """Whose meeting it is after the step; the originator's where there is none."""
    return step.after["meeting"].owner or step.before["meeting"].owner or Party.ORIGINATOR


def joins(step: Step) -> bool:
    """Whether the peer joins in the client, and under the name, that the sources say."""
    initiator, peer = owner(step), owner(step).other
    if step.holds(on_teams, initiator):
        account = step.holds(has_teams_account, peer)
        client = "use_teams_client" if account and step.holds(runs_teams, peer) else "use_browser"
        known = account and step.both(same_cloud)
    else:
        known = step.holds(has_sfb_client, peer) and step.both(same_cloud)
        client = "use_sfb_client" if known else "use_meetings_app"
    used = [name for name, _ in step.effects if name.startswith("use_")]
    return (
        used == [client]
        and step.sent("offer_sharing_tray") == [peer]
        and step.sent(client) == [peer]
        and step.sent("join_authenticated") == ([peer] if known else [])
        and step.sent("join_anonymous") == ([] if known else [peer])
    )


MEETING = (
    at_every_step(
        "the-meeting-is-seen",
        "what one shares in the meeting the other sees, once they are in it",
        "ESC-8 TMS-8",
        lambda step: step.sent(SEEN[step.event]) == ([step.by.other] if step.was("meeting", TOGETHER) else []),
        of="start_sharing stop_sharing share_file",
    ),
    at_every_step(
        "who-joins-sees-what-is-shared",
        "a peer who joins while the initiator shares sees it, and sharing goes on alone when the peer leaves",
        "TMS-8 ESC-8",
        lambda step: (
            (step.sent("start_showing") == [step.by])
            == step.was("meeting", SHARING_ALONE)
            == step.now("meeting", SHARED)
            if step.event == "join_meeting"
            else step.by is step.before["meeting"].owner
            or step.now("meeting", SHARING_ALONE) == step.was("meeting", SHARED)
        ),
        of="join_meeting leave_meeting",
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
        "once the meeting exists the initiator is put in it and finds the tray, and nobody's screen shows",
        "TMS-8",
        lambda step: (
            (step.event == "meeting_created") == bool(step.sent("put_in_meeting"))
            and step.sent("put_in_meeting") in ([], [owner(step)])
            and (step.event != "meeting_created" or step.sent("offer_sharing_tray") == [owner(step)])
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
        "an-accepted-escalation-can-be-linked",
        "a meeting is asked for only where both may chat and the chat can carry the link, and once it is made the link "
        "is sent if they still may",
        "ESC-4 DEC-20",
        lambda step: (
            not all(step.holds(CHATTING[0], who) for who in PARTIES)
            or not (step.both(interop) or step.both(same_platform))
            or step.sent("deliver_join_link") == [owner(step).other]
            if step.event == "meeting_created"
            else step.now("chat", CARRIES)
            and step.both(interop)
            and all(step.holds(CHATTING[0], who) for who in PARTIES)
        ),
        of="accept_meeting meet_now meeting_created",
    ),
    at_every_step(
        "a-link-by-no-thread-reaches-the-other-client",
        "a link that no thread carries goes to the peer's other client, where what the initiator begins anew lands",
        "DEC-38 THR-3",
        lambda step: (
            not step.sent("deliver_join_link")
            or not step.now("chat", "none one_sided expired closed locked")
            or (
                not step.holds(lands_here, owner(step))
                and step.stays("chat")
                and not step.sent("relay", "connect_gateway", "open_thread")
            )
        ),
    ),
    at_every_step(
        "only-a-link-that-was-sent",
        "the link counts as sent when it was, is delivered or lost only if it was sent, and the peer joins only by it",
        "ESC-4",
        lambda step: (
            step.was("meeting", f"{SENT} {INVITED}")
            if step.event in ("link_delivered", "link_undelivered")
            else step.was("meeting", INVITED)
            if step.event == "join_meeting"
            else not step.entered("meeting", *SENT.split()) or step.sent("deliver_join_link") == [owner(step).other]
        ),
    ),
    at_every_step(
        "a-link-that-is-lost-is-sent-again",
        "a link that did not arrive has to be sent again before it can be followed",
        "ESC-4 DEC-4",
        lambda step: step.was("meeting", INVITED) or step.now("meeting", "open open_sharing"),
        of="link_undelivered",
    ),
    at_every_step(
        "an-undelivered-link-leaves-the-meeting-open",
        "the initiator is told of a link that did not arrive, and the meeting stays as it is",
        "DEC-4",
        lambda step: step.now("meeting", ALONE) and step.sent("report_link_undelivered") == [owner(step)],
        of="link_undelivered",
    ),
    in_every_place(
        "the-link-can-be-sent-again",
        "while the peer has not joined, the initiator may send the link again if both may chat, and nobody else may",
        "DEC-4 ESC-4",
        lambda here, who: (
            here.may("resend_link", who) == (who is here.at["meeting"].owner and here.all_hold(CHATTING, who))
        ),
        meeting=ALONE,
    ),
    at_every_step(
        "who-gets-the-link-is-guided",
        "whoever gets the link is guided to join",
        "SFB-6 TMS-9",
        lambda step: step.sent("guide_to_join") == [owner(step).other] and step.now("meeting", INVITED),
        of="link_delivered",
    ),
    in_every_place(
        "anyone-invited-may-join",
        "whoever the link has reached may join, whatever their mode, client and policies",
        "MTG-1 ESC-4",
        lambda here, who: here.may("join_meeting", who) == (who is not here.at["meeting"].owner),
        meeting=INVITED,
    ),
    at_every_step(
        "joining-opens-one-client",
        "the peer joins in the meeting platform's client, or in a browser or app where they have none; under their own "
        "name if they have an account there and both are in one cloud, and anonymously otherwise",
        "ESC-5 ESC-6 ESC-7 MTG-2 DEC-22",
        lambda step: joins(step) and step.now("meeting", f"together {SHARED}"),
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
        "whoever is in the meeting sees who joins it at the invitation of one of them",
        "ESC-8",
        lambda step: (
            not step.was("meeting", f"{ALONE} {TOGETHER}")
            or (
                step.sent("invite_others") == ([step.by] if step.was("meeting", ALONE) else [*PARTIES])
                and step.stays("meeting")
            )
        ),
        of="add_participant",
    ),
    in_every_place(
        "sharing-is-open-to-whoever-is-in-it",
        "whoever is in the meeting may share, one at a time: the initiator from the moment they are put in",
        "TMS-8 ESC-8 DEC-17",
        lambda here, who: (
            here.may("start_sharing", who)
            == (
                here.is_in("meeting", "together")
                or (who is here.at["meeting"].owner and here.is_in("meeting", "open sent invited"))
            )
        ),
    ),
    in_every_place(
        "the-initiator-alone-has-the-meeting",
        "the initiator alone in the meeting may share files and invite others, and the peer, who is not in it, may not",
        "ESC-8 TMS-8",
        lambda here, who: (
            here.may("share_file", who) == here.may("add_participant", who) == (who is here.at["meeting"].owner)
        ),
        meeting=ALONE,
    ),
    in_every_place(
        "sharing-out-of-turn-says-why",
        "while somebody shares whoever tries to share is told why they cannot, and so is a peer who has yet to join",
        "DEC-17 ESC-4",
        lambda here, who: (
            here.may("start_sharing", who)
            or here.refused("start_sharing", who)
            == ("ESC-4" if here.is_in("meeting", ALONE) and who is not here.at["meeting"].owner else "DEC-17")
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
            == here.is_in("meeting", f"{SHARED} {SHARING_ALONE}" if who is here.at["meeting"].owner else "peer_shares")
        ),
    ),
    at_every_step(
        "if-the-peer-leaves-the-link-still-works",
        "when the peer leaves, the meeting waits for them again; when the initiator leaves, it is over",
        "DEC-16",
        lambda step: step.now("meeting", "ended" if step.by is step.before["meeting"].owner else INVITED),
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
        "while a menu is open or a meeting waits for the peer, another escalation is refused; but an initiator in the "
        "meeting may invite others",
        "DEC-3",
        lambda here, who: (
            not (here.is_in("meeting", WAITING) or here.is_in("chat", "offered") or here.is_in("call", "offered"))
            or here.is_in("meeting", TOGETHER)
            or {here.refused(event, who) for event in ("share_desktop", "add_participant", "meet_now")}
            == ({"DEC-3", ""} if here.is_in("meeting", ALONE) and who is here.at["meeting"].owner else {"DEC-3"})
        ),
    ),
    in_every_place(
        "what-waits-ends-by-itself",
        "a call that rings, a meeting in the making and one that waits for the peer end by a timer if nobody acts",
        "DEC-19",
        lambda here, who: all(
            here.may(event, Party.SERVICE)
            for lifecycle, states, event in (
                ("call", RINGING, "no_answer"),
                ("meeting", "creating", "meeting_failed"),
                ("meeting", ALONE, "join_timed_out"),
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
    ends(
        "an-escalation-ends",
        "an accepted escalation ends: the two are together in the meeting, or it failed or is abandoned",
        "DEC-19 ESC-1",
        "meeting",
        f"creating {ALONE}",
    ),
)
