"""The rule catalogue: one fact a rule, with the document and section it comes from. Everything else cites these ids.

Rules of the groups INT to TMS come from the document that this project follows, those of MODE to ED from the public
guidance and notices that fill in what it takes as described: fsm.spec.sources names each. DEC are this project's own
decisions, each with its reason.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from fsm.spec.sources import (
    ALLOW_PRIVATE_CALLING,
    ALLOW_PRIVATE_MEET_NOW,
    ALLOW_USER_CHAT,
    DECISION,
    EDITIONS,
    ESCALATION,
    EXTERNAL,
    FEDERATED,
    FROM_SFB,
    FROM_TEAMS,
    IN_TENANT,
    INTEROP,
    LEAD,
    LIMITS,
    MEETINGS,
    MODE_BY_MODE,
    NATIVE,
    OTHER_POLICIES,
    PARAMETERS,
    PRESENCE,
    PRESENCE_KEPT,
    RETIRED,
    ROUTING,
    THREADS,
    THREADS_SFB,
    THREADS_TEAMS,
    WHOSE_MODE,
    Document,
    Section,
)


class Rule(NamedTuple):
    """One fact: its id, what it says, and the document and the section in it that it comes from."""

    id: str
    says: str
    document: Document
    section: str

    @property
    def group(self) -> str:
        """The part of the id before the dash."""
        return self.id.partition("-")[0]


GROUPS = ("INT", "NAT", "LIM", "ESC", "SFB", "TMS", "MODE", "POL", "RTE", "ISL", "THR", "PRS", "MTG", "ED", "DEC")
"""The groups that ids begin with, in catalogue order."""

_TABLE: dict[Section, str] = {
    LEAD: """
        INT-1  Interop is communication across the platforms: one user on Teams, the other on SfB.
        INT-2  Whether a conversation is interop is governed by the receiver's coexistence mode.
        INT-3  A receiver in Islands mode has no interop.
    """,
    INTEROP: """
        INT-5  Interop is either native or by escalation.
        NAT-1  In a native experience each user stays in their own client, one on SfB and one on Teams.
        NAT-2  Native interop is one-to-one chat and one-to-one calls, and nothing more.
        ESC-1  For an advanced action the client helps create a meeting, in which the users go on.
        ESC-5  The link opens in a compatible client: the full client, a web app or a browser, as configured.
        ESC-9  Escalation works in-tenant and federated.
    """,
    NATIVE: """
        INT-4  TeamsOnly and the three SfB modes interoperate; nobody in Islands mode does (but see ISL-1).
        NAT-3  One-to-one chat works in both directions.
        NAT-4  Interop chat crosses a gateway in the Teams cloud, which exists online only.
        NAT-5  Interop chat carries plain text: no formatting, no emoticons.
        NAT-6  Both users are told that theirs is an interop conversation.
        NAT-7  One-to-one voice and video calls work in both directions.
        NAT-8  SfB on-premises interoperates only where it is hybrid.
    """,
    LIMITS: """
        LIM-1  Markdown, rich text, the full set of emoticons and Teams' compose features do not cross, either way.
        LIM-2  A desktop or an app is not shared natively, only by escalation.
        LIM-3  A group chat in Teams has Teams participants only.
        LIM-4  A group IM in SfB has SfB participants only; from SfB, escalation to several parties is available.
        LIM-5  A one-to-one call in progress cannot become a group call with both platforms in it.
        LIM-6  No file crosses, neither as a transfer between two nor as an attachment in a group.
        LIM-7  SfB Persistent Chat does not interoperate.
        LIM-8  The way out of every limit but LIM-7 is a meeting that one starts and invites the other to, and a
               refusal by a limit names it.
    """,
    ESCALATION: """
        ESC-2  The meeting is on the initiator's platform.
        ESC-3  The meeting is a Meet Now meeting, on nobody's calendar.
        ESC-4  The join link goes to the other party in the interop chat, and a click on it joins. Where the two cannot
               chat, escalation is refused at once; nobody joins by a link that was never sent.
        ESC-6  An SfB user joins a Teams meeting authenticated with a Teams account, anonymously without.
        ESC-7  A Teams user joins an SfB meeting authenticated with an SfB account and client, else anonymously, in
               the meetings app.
        ESC-8  In the meeting everything that meetings offer is open: sharing, files, adding people.
    """,
    FROM_SFB: """
        SFB-1  Escalating takes a recent SfB client: the monthly C2R build of July 2019 or later.
        SFB-2  An older client infers from signalling, once the session is up, that the other is on Teams, and then
               shows the yellow bar.
        SFB-3  That inference errs: cloud voicemail and other cloud voice services raise the bar as well. Who is put
               through to one is in a call with it and can hang up.
        SFB-4  A recent client hears from presence of an actual TeamsOnly user and opens an interop window at once,
               without a false bar.
        SFB-5  An SfB user who wants to share is told that a meeting will start, and is guided.
        SFB-6  The Teams user gets the link as a chat message and is guided to join.
        SFB-7  Escalation from SfB works in either scope, from calls and chats, is on by default, and no setting turns
               it off.
        ED-1   The document that this project follows is of the product as it was from July 2019 to July 2021: that is
               the base edition.
    """,
    FROM_TEAMS: """
        TMS-1  Escalation from Teams starts when the user picks desktop sharing in an interop thread, either scope.
        TMS-2  Escalation from Teams starts from a one-to-one chat or a one-to-one call.
        TMS-3  Escalation from Teams takes Windows, a Mac, or the web in a browser that can share content: no other.
        TMS-4  The version of the SfB client on the other side does not matter.
        TMS-5  The button opens a menu: to share, a Teams meeting has to start.
        TMS-6  The menu warns an initiator who is in a call that it will end as they move to the meeting.
        TMS-7  Before accepting, the Teams user may warn the SfB user.
        TMS-8  On acceptance the initiator is put in the meeting, and shares only by starting it from the tray: it is
               theirs from the moment they are in, whether or not the other has come.
        TMS-9  The SfB user gets the link as a chat message and is guided to join.
        TMS-10 Escalation from Teams works in either scope, from calls and chats, on by default, with nothing to
               provision.
        TMS-11 Escalation from Teams is off for a user whose meeting policy has AllowPrivateMeetNow false.
    """,
    MODE_BY_MODE: """
        MODE-1 TeamsOnly uses Teams, an SfB mode uses SfB, Islands runs both and may start from either.
        MODE-2 TeamsOnly users are homed online; others online or on-premises.
    """,
    OTHER_POLICIES: """
        MODE-3 In an SfB mode the Teams client has no chat and no calls, whatever the policies say.
    """,
    ALLOW_USER_CHAT: """
        POL-1  AllowUserChat false in the messaging policy: the user has no chat in Teams.
    """,
    ALLOW_PRIVATE_CALLING: """
        POL-2  AllowPrivateCalling false in the calling policy: the user has no calls in Teams.
    """,
    ALLOW_PRIVATE_MEET_NOW: """
        POL-3  AllowPrivateMeetNow is the only policy that touches escalation, and only from Teams.
    """,
    PARAMETERS: """
        RTE-1  Where a conversation lands is decided when it is created.
        RTE-6  SfB homed on-premises bars the Teams client from interop and federation, not Teams to Teams in-tenant.
        RTE-7  A route is native (Teams to Teams in-tenant), interop (across platforms in-tenant), native federated
               (both TeamsOnly, one cloud), interop federated (any other federation with Teams in it), skype (SfB to
               SfB) or impossible.
        RTE-8  In-tenant interop takes an online or hybrid organisation.
        RTE-9  Federation takes the consent of both organisations.
        RTE-10 Two TeamsOnly users in different clouds have interop federated: their chat is plain text; calls, video
               and escalation are as in any other.
    """,
    IN_TENANT: """
        RTE-2  A TeamsOnly recipient receives in Teams.
        RTE-3  A recipient in an SfB mode receives in SfB.
        RTE-4  An Islands recipient in the same organisation receives in the client the originator uses.
    """,
    FEDERATED: """
        RTE-5  A federated Islands recipient receives in SfB.
    """,
    ROUTING: """
        ISL-1  Published routing lets Islands users cross platforms, as originator and as federated recipient; it is
               followed only where the pairing says so, and the two readings are never mixed.
    """,
    THREADS_TEAMS: """
        THR-1  A Teams thread keeps its routing; when the recipient's mode ends that, it is locked: readable, and a
               new conversation can be started from it.
    """,
    EXTERNAL: """
        THR-2  Federated: once both are TeamsOnly, a text-only thread offers the switch to a native one and is locked
               when they take it; once one is not, the native thread is locked and a text-only one is offered, the old
               one if there was one.
    """,
    THREADS_SFB: """
        THR-3  On the SfB side, whoever opened it, a thread lives as long as its SIP session: 10 idle minutes end it
               for that side. What the SfB user then sends or calls from it is routed anew, whichever client it was
               with: to the other's SfB, or to Teams if they are TeamsOnly.
    """,
    THREADS: """
        THR-4  A call from a thread goes the thread's way while that is open: from Teams as long as the thread lives,
               from SfB until its session ends.
        THR-5  Whose thread it is follows from who opened it; a Teams user's persists, an SfB user's ends with its
               session, and closing one's own window ends nobody else's.
        THR-6  What drains never breaks INT-3, INT-4, RTE-8 or RTE-9: once a change bars it, nothing more crosses to
               or from an Islands user, and without federation nothing passes at all.
    """,
    PRESENCE: """
        PRS-1  A TeamsOnly user shows Teams presence to everyone.
        PRS-2  A user in an SfB mode shows SfB presence to everyone.
        PRS-3  An Islands user shows colleagues the presence of the client they watch from, others SfB presence.
    """,
    PRESENCE_KEPT: """
        PRS-4  In a conversation, presence follows its routing for as long as that holds.
    """,
    MEETINGS: """
        MTG-1  Anyone invited may join any meeting, whatever their mode.
        MTG-2  A meeting opens in its platform's client, or where that is missing in the web app or browser.
    """,
    WHOSE_MODE: """
        ED-2   Since SfB Online retired on 31 July 2021, users homed online are TeamsOnly and users homed on-premises
               are in any other mode; without SfB on-premises a tenant has TeamsOnly users only.
    """,
    RETIRED: """
        ED-3   Users created as TeamsOnly from 30 June 2022, or moved to it from October 2022, have no SfB account:
               they join SfB meetings anonymously (ESC-7).
    """,
    EDITIONS: """
        ED-4   An edition decides who and which pairings can exist and what is taken where nothing is said; it adds no
               rule and changes no table.
    """,
    DECISION: """
        DEC-1  An open menu stops neither chat nor call; if the other ends the call first, the menu closes with it.
        DEC-2  A call ends only once the meeting exists; if it cannot be created the call goes on and they are told.
        DEC-3  One escalation at a time in a conversation; a second is refused and says so.
        DEC-4  A link that cannot be delivered is reported to the initiator; the meeting stays open, to be sent again.
        DEC-5  Rich content in an interop chat is refused rather than silently flattened, so that nobody is misquoted.
        DEC-6  The originator makes the first move; a first move by the recipient is another conversation, reversed.
        DEC-7  On the platform their stated client is not on, a user has its default client, the better-kept one.
        DEC-8  A locked thread stays locked when a mode returns, since a new thread may have replaced it.
        DEC-9  A call up when its routing changes goes on as it is, where THR-6 lets it: to add to it needs a new route.
        DEC-10 A thread that outlives its routing carries plain text only, till its session ends: more needs a route.
        DEC-11 A meeting is over when its initiator's mode moves them off its platform, which hosted it for them.
        DEC-12 No new call while an escalated meeting lives: the meeting is where they talk.
        DEC-13 Placing a call closes a menu opened from the chat, since that menu gave no warning about a call.
        DEC-14 A call is answered and off hold before anything is added to it: there must be a talk to add to.
        DEC-15 Escalating from SfB or by hand ends the call just as from Teams, so that nobody talks in two places.
        DEC-16 If the peer leaves, the link still works; if the initiator leaves, the meeting is over for both.
        DEC-17 One of the two shares at a time: a second has to wait until the first stops.
        DEC-18 The meeting of LIM-8 can always be started by hand, from any client, where Meet Now is allowed.
        DEC-19 Waits: 30 s of ringing, 60 s for a meeting to be made, 10 min for the peer to join; sources say none.
        DEC-20 Where chat is barred after a meeting was accepted, the link is not sent; DEC-4 applies until it can be.
        DEC-21 Putting a call on hold closes a menu opened in it: what it offered is no longer at hand.
        DEC-22 Across clouds nobody is signed in to the other's meeting, so whoever joins it joins anonymously.
        DEC-23 Closing a chat hides it; but an SfB user's window takes a session across the gateway with it. Neither
               ends a call, a meeting or what the other has.
        DEC-24 Adding people on one platform starts a group beside the conversation, which goes on as it was.
        DEC-25 A call still ringing when its routing changes fails, since it may be ringing in the wrong place.
        DEC-26 Only the initiator answers the menu: the choice was put to them.
        DEC-27 A call declined is ended, one cancelled or unanswered is missed, one that a service took is taken by it.
        DEC-28 A call by the callee of one missed or taken by a service, or after a failed or abandoned one, calls back.
        DEC-29 To escalate from, or write in, a thread whose SfB session is over, the session is set up again first.
        DEC-30 The menu's warning to the peer is Teams' own: an SfB initiator simply tells them in the call.
        DEC-31 Once the meeting is accepted the call is not put on hold: it is about to end.
        DEC-32 Where neither may start a meeting a limit has no way out; TMS-11 is named, which an admin can change.
        DEC-33 An Islands user who takes up their other client reroutes as a mode does: its threads are its own.
        DEC-34 Only the callee answers or declines, the caller cancels and the holder resumes: the call remembers them.
        DEC-35 What the recipient begins anew lands here or is another conversation: the other's other client gets it.
        DEC-36 A call that a service took is over for the callee: the caller alone is in it, and only hangs up.
        DEC-37 A desktop or group on one platform is a session of its own beside the conversation, which ends it itself.
        DEC-38 A link that is routed anew may reach the other in their other client: the meeting is joined from there.
        DEC-39 An answer, or a timer's expiry, that nothing waits for any more is stale and changes nothing; asked
               anew, only the latest counts. What people do by themselves is never stale.
    """,
}

RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in sorted(
        (
            Rule(id, " ".join(says.split()), *section)
            for section, text in _TABLE.items()
            for id, says in re.findall(r"^ {8}(\S+) +(.+(?:\n {9,}\S.*)*)", text, re.MULTILINE)
        ),
        key=lambda rule: (GROUPS.index(rule.group), int(rule.id.partition("-")[2])),
    )
}
"""Every rule by id, in catalogue order."""
