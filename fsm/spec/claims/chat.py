"""Properties of the chat: what crosses, what is refused, and what becomes of a thread."""

from __future__ import annotations

from collections.abc import Iterator

from fsm.notation import OTHER, Composition, Party, Place, Step, at_every_step, in_every_place, of_the_tables
from fsm.spec.claims.always import TOLD
from fsm.spec.guards import (
    CHATTING,
    REACHABLE,
    across_clouds,
    can_share_content,
    federation_allowed,
    has_sfb_side,
    interop,
    interop_federated,
    lands_here,
    may_meet_now,
    native_federated,
    on_sfb,
    on_teams,
    recent_client,
    same_platform,
    unbarred,
)

TEXT_THREADS = "interop offered escalated switch_offered"
OVER = "none text_offered expired closed locked"
REROUTED = ("rerouted_from_teams", "rerouted_from_sfb", "rerouted_across")
DRAINING = "draining draining_interop"
IDLE = {"call": "none ended", "meeting": "none ended"}
MESSAGES = ("send_text", "send_rich_text", "send_emoticon", "send_file")
CONTENT = (*MESSAGES, "share_desktop", "add_participant")
ESCALATING = ("share_desktop", "add_participant", "meet_now")
DELIVERIES = ("deliver_text", "deliver_plain_text", "deliver_rich_text", "deliver_emoticon", "deliver_file")
USES = ("use_teams_client", "use_browser", "use_sfb_client", "use_meetings_app")


def may_share(here: Place, who: Party) -> bool:
    """Whether the source lets somebody in an interop conversation start to share: the link has to travel, too."""
    if not here.all_hold(CHATTING, who):
        return False
    if here.holds(on_teams, who):
        return here.holds(can_share_content, who) and here.holds(may_meet_now, who)
    return here.holds(recent_client, who)


def may_open(here: Place, who: Party) -> bool:
    """Whether a new thread is possible."""
    return here.all_hold((*REACHABLE, *CHATTING, lands_here), who)


def somebody_may_meet(here: Place, who: Party) -> bool:
    """Whether one of the two may start a meeting."""
    anew = here.is_in("chat", "one_sided") and here.is_in("call", "none ended")
    other = here.holds(lands_here.of(OTHER), who) or not anew
    return here.holds(may_meet_now, who) or (other and here.holds(may_meet_now.of(OTHER), who))


def no_group(here: Place, who: Party, limit: str) -> str:
    """The rule that refuses a group to a Teams user in an interop conversation."""
    if not here.all_hold(CHATTING, who):
        return "POL-1"
    if not somebody_may_meet(here, who):
        return "TMS-11"
    if here.holds(across_clouds, who):
        return "RTE-10"
    return "NAT-2" if here.holds(on_teams, who.other) else limit


def plain_only(here: Place, who: Party, limit: str) -> str:
    """The rule that keeps formatting and files out of an interop thread, of what lands in it."""
    anew = here.is_in("chat", "one_sided") and here.at["chat"].opener is not who
    if anew and not here.holds(lands_here, who):
        return "DEC-35"
    return "RTE-10" if here.holds(across_clouds, who) else limit


def may_meet(here: Place, who: Party) -> bool:
    """Whether somebody in an interop conversation may start a meeting by hand, with a link that can travel."""
    return here.all_hold((*CHATTING, may_meet_now), who)


def may_switch(step: Step) -> bool:
    """Whether a text thread could now be native."""
    return step.both(native_federated) and not step.was("chat", "native")


def across(step: Step) -> Party | None:
    """Whose route from Teams to the other's SfB a change ends; the service's where both are on Teams; None if none."""
    return next((by for name, by in step.changes if name == "rerouted_across"), None)


def opener(step: Step) -> Party:
    """Who opened the thread that there was before the step; the originator where there was none."""
    return step.before["chat"].opener or Party.ORIGINATOR


CARRIED = (*DELIVERIES, "deliver_join_link", "ring_audio", "ring_video", "show_screen", "start_group")


def _idle_on(composition: Composition) -> Iterator[str]:
    chat = composition.lifecycles["chat"]
    timed = {state.name for state in chat for timer in state.timers if timer.event == "session_expired"}
    for state in chat:
        for row in state.rows:
            to = row.to or state.name
            afresh = row.to == state.name or any(
                (each.lifecycle, each.event) == ("chat", "active") for each in row.signals
            )
            carries = row.event == "active" or any(each.effect.name in CARRIED for each in row.effects)
            if carries and {state.name, to} <= timed and not afresh:
                yield f"row {row.id} carries something, and the session idles on"


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
    of_the_tables(
        "activity-keeps-the-session",
        "whatever a thread that may expire carries, a call and a link too, starts its 10 minutes afresh",
        "THR-3 THR-4",
        _idle_on,
    ),
    in_every_place(
        "the-originator-opens",
        "at the start, the originator may open a chat wherever a route and both policies allow one, and the "
        "recipient may not",
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
        "a message or a link arrives only if both may chat",
        "POL-1 ESC-4",
        lambda step: (
            not step.sent(*DELIVERIES, "deliver_join_link")
            or all(step.holds(CHATTING[0], who) for who in (Party.ORIGINATOR, Party.RECIPIENT))
        ),
    ),
    in_every_place(
        "rich-content-is-refused",
        "in an interop thread formatting and emoticons are refused, not flattened; across clouds as RTE-10 has it",
        "LIM-1 NAT-5 DEC-5 RTE-10 DEC-35",
        lambda here, who: (
            not here.all_hold(CHATTING, who)
            or {here.refused(event, who) for event in ("send_rich_text", "send_emoticon")}
            == {plain_only(here, who, "LIM-1")}
        ),
        chat=f"{TEXT_THREADS} one_sided",
    ),
    in_every_place(
        "files-are-refused",
        "in an interop thread files are refused",
        "LIM-6 RTE-10 DEC-35",
        lambda here, who: (
            not here.all_hold(CHATTING, who) or here.refused("send_file", who) == plain_only(here, who, "LIM-6")
        ),
        chat=f"{TEXT_THREADS} one_sided",
    ),
    in_every_place(
        "what-bars-a-chat-goes-before-its-limits",
        "in an interop thread whatever is sent is refused by the policy that bars the chat, where one does",
        "POL-1 ESC-4",
        lambda here, who: (
            here.all_hold(CHATTING, who)
            or (here.is_in("chat", "one_sided") and here.at["chat"].opener is not who)
            or {here.refused(event, who) for event in MESSAGES} == {"POL-1"}
        ),
        chat=f"{TEXT_THREADS} one_sided",
    ),
    in_every_place(
        "persistent-chat-stays-on-sfb",
        "Persistent Chat opens between two users on SfB, with a thread or without, and is refused to everybody else",
        "LIM-7 RTE-9",
        lambda here, who: (
            here.may("open_persistent_chat", who)
            if here.holds(same_platform, who) and here.holds(on_sfb, who)
            else here.refused("open_persistent_chat", who)
            == ("LIM-7" if here.holds(federation_allowed, who) else "RTE-9")
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
        "DEC-24 DEC-37",
        lambda step: (
            not step.sent("start_group")
            or (
                step.sent("start_group") == [Party.ORIGINATOR, Party.RECIPIENT]
                and step.stays("chat", "call", "meeting", "terminated_call")
            )
        ),
    ),
    at_every_step(
        "a-screen-is-beside-the-conversation",
        "showing a screen on one platform leaves chat and call where they were",
        "DEC-37",
        lambda step: not step.sent("show_screen") or step.stays("chat", "call"),
    ),
    in_every_place(
        "sharing-offers-a-meeting",
        "in an interop thread a Teams user whose client can share and who may start a meeting, and an SfB user with a "
        "recent client, may ask to share if the link can travel, and nobody else: whatever the scope, the other's "
        "client and other policies",
        "TMS-1 TMS-2 TMS-3 TMS-4 TMS-10 TMS-11 POL-3 SFB-1 SFB-7 ESC-1 ESC-4 ESC-9 RTE-10 LIM-2",
        lambda here, who: here.may("share_desktop", who) == may_share(here, who),
        chat="interop",
        **IDLE,
    ),
    in_every_place(
        "a-group-from-sfb-offers-a-meeting",
        "in an interop thread an SfB user with a recent client may ask for a group",
        "LIM-4",
        lambda here, who: here.may("add_participant", who) == (here.holds(on_sfb, who) and may_share(here, who)),
        chat="interop",
        **IDLE,
    ),
    in_every_place(
        "a-group-from-teams-is-refused",
        "in an interop thread a Teams user's group is refused; if no meeting can take its place, it says why",
        "LIM-3 NAT-2 DEC-32 ESC-4 RTE-10",
        lambda here, who: (
            here.holds(on_sfb, who) or here.refused("add_participant", who) == no_group(here, who, "LIM-3")
        ),
        chat="interop one_sided",
        **IDLE,
    ),
    in_every_place(
        "a-meeting-can-be-started-by-hand",
        "in an interop thread everyone who may start a meeting can, from any client, if the link can travel",
        "LIM-8 DEC-18 POL-3 ESC-4",
        lambda here, who: here.may("meet_now", who) == may_meet(here, who),
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
        lambda step: step.stays("call", "meeting", "terminated_call"),
        of="close_chat",
    ),
    at_every_step(
        "closing-ends-nobody-elses-thread",
        "whoever closes their window leaves the other's thread as it is; but a Teams thread whose route is gone is "
        "locked with the session that still carried it",
        "THR-5",
        lambda step: (
            [name for name, to in step.effects if to == step.by.other and name != "close_menu"]
            == (["lock_thread"] if step.was("chat", "draining_interop") and step.now("chat", "locked") else [])
        ),
        of="close_chat",
    ),
    at_every_step(
        "closing-an-sfb-window-ends-its-session",
        "an SfB user who closes their window leaves the thread to the Teams user; a Teams user changes nothing",
        "THR-5 DEC-23",
        lambda step: (
            not step.was("chat", "interop offered escalated")
            or (
                (step.now("chat", "one_sided") and step.after["chat"].opener is step.by.other)
                if step.holds(on_sfb, step.by)
                else not step.now("chat", "one_sided closed")
            )
        ),
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
            if not step.was("chat", "one_sided")
            else step.now("chat", "interop") and step.sent("open_thread") == [step.by]
        ),
        of="open_chat",
    ),
    in_every_place(
        "a-locked-thread-can-be-replaced",
        "a locked thread carries nothing, and a new one can be opened where a route and both policies allow it",
        "THR-1",
        lambda here, who: here.may("open_chat", who) == may_open(here, who),
        chat="locked",
    ),
    in_every_place(
        "an-offered-text-thread-can-be-opened",
        "either of the two that a text thread is offered to may open it where both policies allow it",
        "THR-2 POL-1",
        lambda here, who: here.may("open_chat", who) == here.all_hold(CHATTING, who),
        chat="text_offered",
    ),
    at_every_step(
        "a-locked-thread-stays-locked",
        "no change of the pairing unlocks a thread",
        "DEC-8",
        lambda step: not step.was("chat", "locked") or step.now("chat", "locked"),
        of="change",
    ),
    at_every_step(
        "a-thread-goes-by-who-opened-it",
        "when its route no longer holds, an interop thread that was opened from Teams is locked, and one opened from "
        "SfB drains where that is not barred; or it is handed over to the other federated kind",
        "THR-1 THR-2 THR-3 THR-5 THR-6",
        lambda step: (
            across(step) is None
            or not step.was("chat", "interop offered escalated one_sided")
            or step.now(
                "chat",
                "switch_offered"
                if may_switch(step)
                else "draining_interop"
                if across(step) is opener(step).other and step.both(unbarred)
                else "locked",
            )
        ),
        of="change",
    ),
    at_every_step(
        "a-native-thread-goes-by-its-platform",
        "when its route no longer holds, a thread between Teams users is locked, or a text thread is offered in its "
        "place, and one between SfB users drains unless federation is withdrawn",
        "THR-1 THR-2 THR-3 THR-6 RTE-9",
        lambda step: (
            not step.was("chat", "native")
            or not any(name in REROUTED for name, _ in step.changes)
            or (
                step.now("chat", "text_offered" if step.both(interop_federated) else "locked")
                if ("rerouted_from_teams", Party.SERVICE) in step.changes
                else step.now("chat", "draining" if step.both(federation_allowed) else "expired")
            )
        ),
        of="change",
    ),
    in_every_place(
        "nothing-drains-that-is-barred",
        "what drains across platforms is barred by nothing, and where federation is withdrawn nothing drains",
        "THR-6 INT-3 INT-4 RTE-8 RTE-9",
        lambda here, who: here.holds(federation_allowed if here.is_in("chat", "draining") else unbarred, who),
        chat=DRAINING,
    ).asking(unbarred),
    at_every_step(
        "nothing-is-relayed-that-is-barred",
        "nothing is relayed while Islands mode, a tenant that is not hybrid, or federation withdrawn bars it, and "
        "without federation nothing is delivered at all",
        "THR-6 INT-3 INT-4 RTE-8 RTE-9",
        lambda step: (
            (not step.sent("relay", "connect_gateway") or step.both(unbarred))
            and (not step.sent(*DELIVERIES, "deliver_join_link") or step.both(federation_allowed))
        ),
    ).asking(unbarred),
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
        "when a change makes a switch possible, or text in place of a native thread, both are offered it",
        "THR-2",
        lambda step: all(
            not step.entered("chat", state) or step.sent(effect) == [Party.ORIGINATOR, Party.RECIPIENT]
            for state, effect in (("text_offered", "offer_text_thread"), ("switch_offered", "offer_native_thread"))
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
        lambda here, who: here.may("session_expired", Party.SERVICE) == here.holds(has_sfb_side, who),
        chat="native interop",
    ),
    in_every_place(
        "a-draining-thread-carries-text-until-it-expires",
        "a thread that outlives its route carries text if both may chat, takes no other content, and expires",
        "THR-3 DEC-10 POL-1",
        lambda here, who: (
            here.may("send_text", who) == here.all_hold(CHATTING, who)
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
        "a-locked-thread-is-no-bar-on-sfb",
        "what an SfB user writes where a thread is locked is refused only by what would bar a new one, or its limits",
        "THR-3 RTE-1",
        lambda here, who: (
            here.holds(on_teams, who)
            or here.may("send_text", who)
            or {here.refused(event, who) for event in MESSAGES} == {here.refused("open_chat", who)}
        ),
        chat="locked",
    ),
    in_every_place(
        "a-locked-thread-says-so",
        "whatever a Teams user tries in a locked thread is refused because it is locked",
        "THR-1",
        lambda here, who: (
            here.holds(on_sfb, who) or {here.refused(event, who) for event in (*CONTENT, "meet_now")} == {"THR-1"}
        ),
        chat="locked text_offered",
        **IDLE,
    ),
    at_every_step(
        "a-thread-begins-for-both",
        "an interop thread that begins connects the gateway and opens for both, whatever begins it",
        "NAT-1 NAT-4 ESC-4",
        lambda step: (
            not (step.was("chat", OVER) and step.now("chat", TEXT_THREADS))
            or step.sent("connect_gateway", "open_thread") == ["gateway", Party.ORIGINATOR, Party.RECIPIENT]
        ),
    ),
    at_every_step(
        "the-session-is-set-up-again",
        "what goes on in a thread whose SfB session was over sets that session up again, for the SfB side alone",
        "DEC-29 THR-5",
        lambda step: (
            not (step.was("chat", "one_sided") and step.now("chat", TEXT_THREADS) and step.event != "change")
            or step.sent("connect_gateway", "open_thread") == ["gateway", opener(step).other]
        ),
    ),
    at_every_step(
        "after-expiry-a-message-is-routed-anew",
        "the first message after the session has expired opens a thread as the pairing is now routed, if it may cross",
        "THR-3 RTE-1 DEC-5 LIM-1 LIM-6",
        lambda step: (
            not step.was("chat", "expired locked text_offered")
            or (
                len(step.sent("open_thread")) == 2
                and step.now("chat", "native" if step.both(same_platform) else "interop")
                and (step.both(same_platform) or step.event == "send_text")
            )
        ),
        of="send_text send_rich_text send_emoticon send_file",
    ),
)
