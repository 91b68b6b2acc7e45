"""What is true at every moment of every conversation, in words, and as a check on one step.

These hold because of how the tables are written; they are stated here so that tests, and whoever changes a table, can
hold them against what really happens.
"""

from __future__ import annotations

from fsm.notation import Party, Step, at_every_step
from fsm.spec.call import CALL
from fsm.spec.guards import (
    interop,
    lands_here,
    may_meet_now,
    native_federated,
    on_sfb,
    on_teams,
    same_platform,
    told_by_bar,
)
from fsm.spec.meeting import MEETING

RICH = {"deliver_rich_text", "deliver_emoticon", "deliver_file", "show_screen", "start_group"}
CARRIED = {
    "deliver_text",
    "deliver_plain_text",
    "deliver_join_link",
    "deliver_rich_text",
    "deliver_emoticon",
    "deliver_file",
}
TOLD = {"open_interop_window", "show_business_bar", "show_interop_banner"}
CHATS_ACROSS = {"interop", "one_sided", "offered", "escalated"}
IN_CALL = set(CALL.states) - {"none", "ended"}
IN_MEETING = set(MEETING.states) - {"none", "creating", "ended"}


def _elsewhere(step: Step) -> bool:
    """Whether a link, and nothing else, goes out, and what its sender begins anew reaches the other's other client."""
    sender = step.after["meeting"].owner
    return step.sent(*CARRIED) == step.sent("deliver_join_link") and bool(sender and not step.holds(lands_here, sender))


def _thread_agrees(step: Step) -> bool:
    chat = step.after["chat"].state
    if chat in CHATS_ACROSS:
        return step.both(interop)
    if chat in {"switch_offered", "switched"}:
        return step.both(native_federated)
    return chat != "native" or step.both(same_platform)


def _meeting_fits(step: Step) -> bool:
    owner = step.after["meeting"].owner
    fits = {"create_teams_meeting": on_teams, "create_sfb_meeting": on_sfb}
    return all(owner is not None and step.holds(fits[name], owner) for name in fits if step.sent(name))


def _told(step: Step) -> bool:
    opened = step.sent("open_thread") if step.after["chat"].state in CHATS_ACROSS else []
    return sorted(step.sent(*TOLD)) == sorted(opened) if opened else True


ALWAYS = (
    at_every_step(
        "thread-agrees-with-route",
        "a thread that is in use stands where the pairing routes it",
        "RTE-1 RTE-7 INT-2 INT-3 INT-4 THR-1 THR-2 PRS-4",
        _thread_agrees,
    ),
    at_every_step(
        "only-plain-text-crosses",
        "no formatting, emoticon, file, screen or group crosses the gateway",
        "INT-5 NAT-2 NAT-5 LIM-1 LIM-2 LIM-3 LIM-6",
        lambda step: not (step.sent(*RICH) and step.after["chat"].state in CHATS_ACROSS and step.both(interop)),
    ),
    at_every_step(
        "both-are-told",
        "whoever has an interop thread opened is told once, in the way of their client",
        "NAT-6 SFB-2 SFB-4",
        _told,
    ),
    at_every_step(
        "bar-only-for-guessing-clients",
        "the yellow bar shows only in a client that infers from signalling",
        "SFB-2 SFB-3 SFB-4",
        lambda step: all(step.holds(told_by_bar, Party(to)) for to in step.sent("show_business_bar")),
    ),
    at_every_step(
        "meeting-on-initiators-platform", "a meeting is made on its initiator's platform", "ESC-2", _meeting_fits
    ),
    at_every_step(
        "meet-now-is-allowed",
        "no Teams meeting is made for somebody who may not start one",
        "TMS-11 POL-3",
        lambda step: (
            not step.sent("create_teams_meeting")
            or step.holds(may_meet_now, step.after["meeting"].owner or Party.ORIGINATOR)
        ),
    ),
    at_every_step(
        "superseded-only-by-a-meeting",
        "a call is superseded only by a meeting that exists",
        "DEC-2 TMS-6",
        lambda step: not step.entered("terminated_call", "superseded") or step.after["meeting"].state in IN_MEETING,
    ),
    at_every_step(
        "never-in-two-places",
        "no call is up once the meeting exists",
        "DEC-12 DEC-15 TMS-6",
        lambda step: not (step.after["call"].state in IN_CALL and step.after["meeting"].state in IN_MEETING),
    ),
    at_every_step(
        "sharing-is-asked-for",
        "nobody's screen shows unless somebody has just asked for it, or joins where it is shared",
        "TMS-8 ESC-8",
        lambda step: (
            not step.sent("start_showing", "show_screen")
            or step.event in {"start_sharing", "share_desktop"}
            or (step.event == "join_meeting" and step.before["meeting"].state == "invited_sharing")
        ),
    ),
    at_every_step(
        "locked-is-silent",
        "a locked thread carries nothing",
        "THR-1 DEC-8",
        lambda step: (
            not (step.before["chat"].state == step.after["chat"].state == "locked" and step.sent(*CARRIED))
            or _elsewhere(step)
        ),
    ),
    at_every_step(
        "one-escalation",
        "at most one menu or meeting at a time",
        "DEC-3 DEC-13",
        lambda step: (
            sum(
                (
                    step.after["chat"].state == "offered",
                    step.after["call"].state == "offered",
                    step.after["meeting"].state in {"creating", *IN_MEETING},
                )
            )
            <= 1
        ),
    ),
    at_every_step(
        "link-goes-to-the-peer",
        "the join link goes to the other party, by a thread that is open or to their other client",
        "ESC-4 SFB-6 TMS-9 DEC-20 DEC-38",
        lambda step: (
            step.sent("deliver_join_link") in ([], [(step.after["meeting"].owner or Party.ORIGINATOR).other])
            and (
                not step.sent("deliver_join_link")
                or step.after["chat"].state not in {"none", "locked", "closed"}
                or _elsewhere(step)
            )
        ),
    ),
    at_every_step(
        "joins-by-link",
        "the peer gets in only once the link has reached them",
        "MTG-1 ESC-4",
        lambda step: (
            not step.sent("join_authenticated", "join_anonymous")
            or step.before["meeting"].state in {"invited", "invited_sharing"}
        ),
    ),
)
"""Every invariant, in no particular order."""
