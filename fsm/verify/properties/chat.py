"""Properties of the chat: what crosses, what is refused, and what becomes of a thread."""

from __future__ import annotations

from collections.abc import Iterator

from fsm.notation import OTHER, Party
from fsm.spec.guards import (
    CHATTING,
    REACHABLE,
    can_share_content,
    interop,
    interop_federated,
    may_meet_now,
    native_federated,
    on_sfb,
    on_teams,
    recent_client,
    same_platform,
    sfb_thread,
)
from fsm.spec.invariants import TOLD
from fsm.verify.moments import Place, Step
from fsm.verify.property import Broken, Property, at_every_step, in_every_place, tells
from fsm.verify.space import Space

TEXT_THREADS = "interop offered escalated switch_offered"
DRAINING = "draining draining_interop"
IDLE = {"call": "none ended", "meeting": "none ended"}
CONTENT = ("send_text", "send_rich_text", "send_emoticon", "send_file", "share_desktop", "add_participant")
ESCALATING = ("share_desktop", "add_participant", "meet_now")
DELIVERIES = ("deliver_text", "deliver_plain_text", "deliver_rich_text", "deliver_emoticon", "deliver_file")
USES = ("use_teams_client", "use_browser", "use_sfb_client", "use_meetings_app")


def may_share(here: Place, who: Party) -> bool:
    """Whether the source lets somebody in an interop conversation start to share."""
    if here.holds(on_teams, who):
        return here.holds(can_share_content, who) and here.holds(may_meet_now, who)
    return here.holds(recent_client, who)


def may_open(here: Place, who: Party) -> bool:
    """Whether a new thread is possible."""
    return here.all_hold((*REACHABLE, *CHATTING), who)


def somebody_may_meet(here: Place, who: Party) -> bool:
    """Whether one of the two may start a meeting."""
    return here.holds(may_meet_now, who) or here.holds(may_meet_now.of(OTHER), who)


def may_switch(step: Step) -> bool:
    """Whether a text thread could now be native."""
    return step.both(native_federated) and not step.was("chat", "native")


def after_sfb(step: Step) -> str:
    """What becomes of a thread started from SfB when its route no longer holds."""
    if may_switch(step):
        return "switch_offered"
    return "draining" if step.was("chat", "native") else "draining_interop"


def _idle_on(space: Space) -> Iterator[Broken]:
    for state in space.composition.lifecycles["chat"]:
        for row in state.rows:
            busy = row.event in CONTENT and not row.refused
            if busy and any(timer.event == "session_expired" for timer in state.timers) and row.to is None:
                yield Broken(f"row {row.id} carries something, and the session idles on")


CHAT = (
    at_every_step(
        "messages-go-to-the-other",
        "whatever is sent arrives once, with the other party",
        "NAT-3 RTE-7",
        lambda step: step.sent(*DELIVERIES) == [step.by.other],
        of="send_text send_rich_text send_emoticon send_file",
    ),
    in_every_place(
        "one-platform-carries-everything",
        "in a thread on one platform either may send anything, share and add people, if both may chat",
        "RTE-7 POL-1",
        lambda here, who: all(here.may(event, who) == here.all_hold(CHATTING, who) for event in CONTENT),
        chat="native switched",
        **IDLE,
    ),
    tells("closing-is-seen", "the other sees the chat closed", "DEC-23", {"close_chat": ("close_thread", OTHER)}),
    in_every_place(
        "a-chat-can-be-closed",
        "either may close the chat in every state but where there is none",
        "DEC-23",
        lambda here, who: here.may("close_chat", who) == (not here.is_in("chat", "none closed")),
    ),
    Property(
        "activity-keeps-the-session",
        "whatever a thread that may expire carries starts its 10 minutes afresh",
        "THR-3",
        _idle_on,
    ),
    in_every_place(
        "the-originator-opens",
        "at the start, the originator may open a chat wherever a route and both policies allow one, and the "
        "recipient may do nothing",
        "DEC-6 RTE-1 POL-1",
        lambda here, who: here.may("open_chat", who) == (who is Party.ORIGINATOR and may_open(here, who)),
        chat="none",
        call="none",
        meeting="none",
    ),
    in_every_place(
        "text-goes-both-ways",
        "in an interop thread either may send text, if both may chat",
        "NAT-2 NAT-3 POL-1",
        lambda here, who: here.may("send_text", who) == here.all_hold(CHATTING, who),
        chat=TEXT_THREADS,
    ),
    at_every_step(
        "text-passes-the-gateway",
        "whatever is delivered in an interop thread passes the gateway, and an interop session that outlives its route "
        "goes the same way",
        "NAT-4 DEC-10",
        lambda step: (
            not step.sent("deliver_plain_text", "deliver_join_link")
            or not step.now("chat", f"{TEXT_THREADS} draining_interop")
            or step.sent("relay") == ["gateway"]
        ),
    ),
    at_every_step(
        "no-chat-without-policy",
        "a message arrives only if both may chat; but a session that outlives its route goes on as it was",
        "POL-1 DEC-10",
        lambda step: (
            step.was("chat", DRAINING)
            or not step.sent(*DELIVERIES)
            or all(step.holds(CHATTING[0], who) for who in (Party.ORIGINATOR, Party.RECIPIENT))
        ),
    ),
    in_every_place(
        "rich-content-is-refused",
        "in an interop thread formatting and emoticons are refused, not flattened",
        "LIM-1 NAT-5 DEC-5",
        lambda here, who: (
            not here.all_hold(CHATTING, who)
            or {here.refused(event, who) for event in ("send_rich_text", "send_emoticon")} == {"LIM-1"}
        ),
        chat=TEXT_THREADS,
    ),
    in_every_place(
        "files-are-refused",
        "in an interop thread files are refused",
        "LIM-6",
        lambda here, who: not here.all_hold(CHATTING, who) or here.refused("send_file", who) == "LIM-6",
        chat=TEXT_THREADS,
    ),
    in_every_place(
        "persistent-chat-stays-on-sfb",
        "Persistent Chat opens between two users on SfB only",
        "LIM-7",
        lambda here, who: (
            not here.may("open_persistent_chat", who)
            if not (here.holds(on_sfb, who) and here.holds(on_sfb.of(OTHER), who))
            else here.may("open_persistent_chat", who) or not here.is_in("chat", "native")
        ),
    ),
    at_every_step(
        "nobody-is-moved",
        "each stays in their own client; only joining a meeting opens another",
        "NAT-1 INT-5",
        lambda step: not step.sent(*USES) or step.event == "join_meeting",
    ),
    at_every_step(
        "screens-and-groups-stay-on-one-platform",
        "a screen shows, and a group starts, outside a meeting only where both are on one platform",
        "LIM-2 LIM-3 LIM-5 DEC-24",
        lambda step: not step.sent("show_screen", "start_group") or step.both(same_platform),
    ),
    at_every_step(
        "a-group-is-beside-the-conversation",
        "starting a group leaves the conversation where it was",
        "DEC-24",
        lambda step: (
            not step.sent("start_group")
            or (
                step.sent("start_group") == [Party.ORIGINATOR, Party.RECIPIENT]
                and step.stays("chat", "call", "meeting", "terminated_call")
            )
        ),
    ),
    in_every_place(
        "sharing-offers-a-meeting",
        "in an interop thread a Teams user whose client can share and who may start a meeting, and an SfB user with a "
        "recent client, may ask to share, and nobody else: whatever the scope, the other's client and other policies",
        "TMS-1 TMS-2 TMS-3 TMS-4 TMS-10 TMS-11 POL-3 SFB-1 SFB-7 ESC-1 ESC-9 DEC-22 LIM-2",
        lambda here, who: here.may("share_desktop", who) == may_share(here, who),
        chat="interop",
        **IDLE,
    ),
    in_every_place(
        "a-group-from-sfb-offers-a-meeting",
        "in an interop thread an SfB user with a recent client may ask for a group",
        "LIM-4",
        lambda here, who: (
            here.may("add_participant", who) == (here.holds(on_sfb, who) and here.holds(recent_client, who))
        ),
        chat="interop",
        **IDLE,
    ),
    in_every_place(
        "a-group-from-teams-is-refused",
        "in an interop thread a Teams user's group is refused; if neither may start a meeting instead, it says so",
        "LIM-3 DEC-32",
        lambda here, who: (
            here.holds(on_sfb, who)
            or here.refused("add_participant", who) == ("LIM-3" if somebody_may_meet(here, who) else "TMS-11")
        ),
        chat="interop",
        **IDLE,
    ),
    in_every_place(
        "a-meeting-can-be-started-by-hand",
        "in an interop thread everyone who may start a meeting can, from any client",
        "LIM-8 DEC-18 POL-3",
        lambda here, who: here.may("meet_now", who) == here.holds(may_meet_now, who),
        chat="interop",
        **IDLE,
    ),
    at_every_step(
        "who-asks-is-told-that-a-meeting-starts",
        "a Teams user who asks to share sees the menu, an SfB user is told and guided",
        "TMS-5 SFB-5 ESC-1",
        lambda step: (
            not (step.entered("chat", "offered") or step.entered("call", "offered"))
            or step.sent("open_meeting_menu" if step.holds(on_teams, step.by) else "announce_meeting") == [step.by]
        ),
    ),
    in_every_place(
        "a-menu-stops-nothing",
        "with the menu open, either may write and close the chat",
        "DEC-1",
        lambda here, who: here.may("send_text", who) == here.all_hold(CHATTING, who) and here.may("close_chat", who),
        chat="offered",
    ),
    in_every_place(
        "only-the-initiator-answers",
        "only whoever the menu is open before may accept or decline; they may always decline, and accept if they may "
        "still ask to share",
        "DEC-26 TMS-3 TMS-11 SFB-1",
        lambda here, who: (
            (here.may("decline_meeting", who), here.may("accept_meeting", who))
            == ((True, may_share(here, who)) if who is here.at["chat"].owner else (False, False))
        ),
        chat="offered",
    ),
    at_every_step(
        "a-menu-closes-with-its-chat",
        "a menu that goes away unanswered closes before whoever it was open for",
        "DEC-1 DEC-13",
        lambda step: (
            not step.was("chat", "offered")
            or step.now("chat", "offered escalated")
            or step.sent("close_menu") == [step.before["chat"].owner]
        ),
    ),
    at_every_step(
        "a-call-closes-the-menu-of-the-chat",
        "placing a call closes a menu that is open in the chat",
        "DEC-13",
        lambda step: not step.now("call", "ringing") or not step.now("chat", "offered"),
        of="call_audio call_video",
    ),
    at_every_step(
        "closing-the-chat-closes-the-chat",
        "closing the chat leaves call and meeting as they are",
        "DEC-23",
        lambda step: step.now("chat", "closed") and step.stays("call", "meeting", "terminated_call"),
        of="close_chat",
    ),
    at_every_step(
        "opening-is-native-or-interop",
        "a thread opens as the pairing is routed, for both",
        "RTE-1 RTE-7 NAT-1 NAT-8",
        lambda step: (
            step.sent("open_thread") == [Party.ORIGINATOR, Party.RECIPIENT]
            and step.both(same_platform) == step.now("chat", "native")
            and step.both(interop) == step.now("chat", "interop") == bool(step.sent(*TOLD))
        ),
        of="open_chat",
    ),
    in_every_place(
        "a-locked-thread-can-be-replaced",
        "a locked thread carries nothing, and a new one can be opened where a route and both policies allow it",
        "THR-1",
        lambda here, who: not here.may("send_text", who) and here.may("open_chat", who) == may_open(here, who),
        chat="locked",
    ),
    at_every_step(
        "a-locked-thread-stays-locked",
        "no change of the pairing unlocks a thread",
        "DEC-8",
        lambda step: not step.was("chat", "locked") or step.now("chat", "locked"),
        of="change",
    ),
    at_every_step(
        "a-teams-thread-is-locked-or-handed-over",
        "when its route no longer holds, a thread started from Teams is locked, or handed over to the other federated "
        "kind; an SfB session goes on",
        "THR-1 THR-2",
        lambda step: (
            ("rerouted_from_teams", Party.SERVICE) not in step.changes
            or not step.was("chat", "native interop offered escalated")
            or step.now("chat", "switch_offered" if may_switch(step) else "locked")
        ),
        of="change",
    ),
    at_every_step(
        "an-sfb-thread-drains-or-is-handed-over",
        "when its route no longer holds, a thread started from SfB goes on until its session ends, or is handed over",
        "THR-3 DEC-10 THR-2",
        lambda step: (
            ("rerouted_from_sfb", Party.SERVICE) not in step.changes
            or not step.was("chat", "native interop offered escalated")
            or step.now("chat", after_sfb(step))
        ),
        of="change",
    ),
    in_every_place(
        "a-switch-is-offered-to-both",
        "where a text thread could now be native, both may switch, and both are on Teams",
        "THR-2",
        lambda here, who: here.may("switch_to_native", who) and here.holds(native_federated, who),
        chat="switch_offered",
    ),
    in_every_place(
        "a-switch-goes-before-an-escalation",
        "while the switch is offered nothing is escalated from the text thread",
        "THR-2",
        lambda here, who: {here.refused(event, who) for event in ESCALATING} == {"THR-2"},
        chat="switch_offered",
        **IDLE,
    ),
    at_every_step(
        "what-becomes-of-a-thread-is-told-to-both",
        "when a change locks a thread or makes a switch possible, both are told",
        "THR-1 THR-2",
        lambda step: all(
            not step.entered("chat", state) or step.sent(effect) == [Party.ORIGINATOR, Party.RECIPIENT]
            for state, effect in (("locked", "lock_thread"), ("switch_offered", "offer_native_thread"))
        ),
        of="change",
    ),
    at_every_step(
        "a-switch-locks-the-text-thread",
        "taking the switch locks the text thread and opens a native one for both",
        "THR-2",
        lambda step: (
            step.now("chat", "switched")
            and step.sent("lock_thread") == step.sent("open_thread") == [Party.ORIGINATOR, Party.RECIPIENT]
        ),
        of="switch_to_native",
    ),
    at_every_step(
        "leaving-teams-only-brings-text-back",
        "when two who federated natively no longer do but can by text, the earlier text thread is revived, or a text "
        "thread is offered",
        "THR-2",
        lambda step: (
            not step.was("chat", "native switched")
            or not step.both(interop_federated)
            or ("rerouted_from_teams", Party.SERVICE) not in step.changes
            or len(step.sent("revive_text_thread" if step.was("chat", "switched") else "offer_text_thread")) == 2
        ),
        of="change",
    ),
    in_every_place(
        "an-sfb-thread-expires",
        "an idle thread started from SfB expires, one started from Teams does not",
        "THR-3",
        lambda here, who: here.may("session_expired", Party.SERVICE) == here.holds(sfb_thread, who),
        chat="native interop",
    ),
    in_every_place(
        "a-draining-thread-carries-text-until-it-expires",
        "a thread that outlives its route carries text, takes no other content, and ends by expiring or by hand",
        "THR-3 DEC-10",
        lambda here, who: (
            here.may("send_text", who)
            and here.may("close_chat", who)
            and here.may("session_expired", Party.SERVICE)
            and {here.refused(event, who) for event in ("send_rich_text", "send_emoticon", "send_file")} == {"DEC-10"}
        ),
        chat=DRAINING,
    ),
    in_every_place(
        "a-draining-thread-is-not-escalated",
        "nothing is escalated from a thread that outlives its route",
        "DEC-10",
        lambda here, who: {here.refused(event, who) for event in ESCALATING} == {"DEC-10"},
        chat=DRAINING,
        **IDLE,
    ),
    in_every_place(
        "a-locked-thread-says-so",
        "whatever is tried in a locked thread is refused because it is locked",
        "THR-1",
        lambda here, who: {here.refused(event, who) for event in (*CONTENT, "meet_now")} == {"THR-1"},
        chat="locked",
        **IDLE,
    ),
    at_every_step(
        "a-thread-begins-for-both",
        "an interop thread that begins connects the gateway and opens for both, whatever begins it",
        "NAT-1 NAT-4 ESC-4",
        lambda step: (
            not (step.was("chat", "none expired closed locked") and step.now("chat", TEXT_THREADS))
            or step.sent("connect_gateway", "open_thread") == ["gateway", Party.ORIGINATOR, Party.RECIPIENT]
        ),
    ),
    in_every_place(
        "an-open-escalation-keeps-the-session",
        "with a menu open or a meeting on, the session of the thread does not expire",
        "DEC-29",
        lambda here, who: not here.may("session_expired", Party.SERVICE),
        chat="offered escalated",
    ),
    at_every_step(
        "after-expiry-a-message-is-routed-anew",
        "the first message after the session has expired opens a thread as the pairing is now routed, if it may cross",
        "THR-3 RTE-1 DEC-5 LIM-1 LIM-6",
        lambda step: (
            not step.was("chat", "expired")
            or (
                len(step.sent("open_thread")) == 2
                and step.now("chat", "native" if step.both(same_platform) else "interop")
                and (step.both(same_platform) or step.event == "send_text")
            )
        ),
        of="send_text send_rich_text send_emoticon send_file",
    ),
)
