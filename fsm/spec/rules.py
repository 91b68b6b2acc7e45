"""The rule catalogue: one fact a rule, with where it comes from. Everything else cites these ids.

Rules of the groups INT to TMS come from the Teams and Skype for Business coexistence document whose section the
source names. MODE to MTG fill in what that document takes as described, from the public coexistence guidance of the
same product. DEC are this project's own decisions, each with its reason.
"""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """One fact: its id, what it says, and the section it comes from."""

    id: str
    says: str
    source: str

    @property
    def group(self) -> str:
        """The part of the id before the dash."""
        return self.id.partition("-")[0]


INTEROP = "Native interoperability and interoperability escalation"
NATIVE = "Native interoperability experiences"
LIMITS = "Native interoperability experience limitations"
ESCALATION = "Interoperability escalation experiences"
FROM_SFB = "Interoperability escalation from Skype for Business"
FROM_TEAMS = "Interoperability escalation from Teams"
GUIDANCE = "Public coexistence guidance"
DECISION = "Decided by this project"

_TABLE = {
    INTEROP: """
        INT-1  Interop is communication across the platforms: one user on Teams, the other on SfB.
        INT-2  Whether a conversation is interop is governed by the receiver's coexistence mode.
        INT-3  A receiver in Islands mode has no interop.
        INT-4  TeamsOnly and the three SfB modes interoperate; nobody in Islands mode does (but see ISL-1).
        INT-5  Interop is either native or by escalation.
    """,
    NATIVE: """
        NAT-1  In a native experience each user stays in their own client, one on SfB and one on Teams.
        NAT-2  Native interop is one-to-one chat and one-to-one calls, and nothing more.
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
        LIM-8  The way out of every limit but LIM-7 is a meeting that one starts and invites the other to.
    """,
    ESCALATION: """
        ESC-1  For an advanced action the client helps create a meeting, in which the users go on.
        ESC-2  The meeting is on the initiator's platform.
        ESC-3  The meeting is a Meet Now meeting, on nobody's calendar.
        ESC-4  The other party gets the join link in the interop chat and joins by clicking it.
        ESC-5  The link opens in a compatible client: the full client, a web app or a browser.
        ESC-6  An SfB user joins a Teams meeting authenticated with a Teams account, anonymously without.
        ESC-7  A Teams user joins an SfB meeting authenticated with an SfB account and client, else as anonymous.
        ESC-8  In the meeting everything that meetings offer is open: sharing, files, adding people.
        ESC-9  Escalation works in-tenant and federated.
    """,
    FROM_SFB: """
        SFB-1  Escalating takes a recent SfB client: the monthly build of July 2019 or later.
        SFB-2  An older client infers from signalling that the other is on Teams, and then shows the yellow bar.
        SFB-3  That inference errs: cloud voicemail and other cloud voice services raise the bar as well.
        SFB-4  A recent client hears from presence of an actual TeamsOnly user and opens an interop window at once.
        SFB-5  An SfB user who wants to share is told that a meeting will start, and is guided.
        SFB-6  The Teams user gets the link as a chat message and is guided to join.
        SFB-7  Escalation from SfB works in either scope, from calls and chats, and no setting turns it off.
    """,
    FROM_TEAMS: """
        TMS-1  Escalation from Teams starts when the user picks desktop sharing in an interop thread, either scope.
        TMS-2  Escalation from Teams starts from a one-to-one chat or a one-to-one call.
        TMS-3  Escalation from Teams takes Windows, a Mac, or the web in a browser that can share content.
        TMS-4  The version of the SfB client on the other side does not matter.
        TMS-5  The button opens a menu: to share, a Teams meeting has to start.
        TMS-6  In a call the menu also warns the initiator that the call will end as they move to the meeting.
        TMS-7  Before accepting, the Teams user may warn the SfB user.
        TMS-8  On acceptance the initiator is put in the meeting; sharing starts only when they start it from the tray.
        TMS-9  The SfB user gets the link as a chat message and is guided to join.
        TMS-10 Escalation from Teams works in either scope, from calls and chats, with nothing to provision.
        TMS-11 Escalation from Teams is off for a user whose meeting policy has AllowPrivateMeetNow false.
    """,
    GUIDANCE: """
        MODE-1 TeamsOnly uses Teams, an SfB mode uses SfB, Islands runs both and may start from either.
        MODE-2 TeamsOnly users are homed online; others online or on-premises.
        MODE-3 In an SfB mode the Teams client has no chat and no calls, whatever the policies say.
        POL-1  AllowUserChat false in the messaging policy: the user has no chat in Teams.
        POL-2  AllowPrivateCalling false in the calling policy: the user has no calls in Teams.
        POL-3  AllowPrivateMeetNow is the only policy that touches escalation, and only from Teams.
        RTE-1  Where a conversation lands is decided when it is created.
        RTE-2  A TeamsOnly recipient receives in Teams.
        RTE-3  A recipient in an SfB mode receives in SfB.
        RTE-4  An Islands recipient in the same organisation receives in the client the originator uses.
        RTE-5  A federated Islands recipient receives in SfB.
        RTE-6  SfB homed on-premises bars the Teams client from interop and federation, not Teams to Teams in-tenant.
        RTE-7  A route is native, interop, native federated, interop federated, skype or impossible.
        RTE-8  In-tenant interop takes an online or hybrid organisation.
        RTE-9  Federation takes the consent of both organisations.
        RTE-10 Two TeamsOnly users in different clouds have interop federated: text only.
        ISL-1  Published routing lets Islands users cross platforms; it is followed only where the pairing says so.
        THR-1  A Teams thread keeps its routing; when that no longer holds it is locked, readable, and can be replaced.
        THR-2  Federated text threads and native ones hand over as both become TeamsOnly or one leaves it.
        THR-3  An SfB thread lives as long as its SIP session: 10 idle minutes end it, the next message routes anew.
        PRS-1  A TeamsOnly user shows Teams presence to everyone.
        PRS-2  A user in an SfB mode shows SfB presence to everyone.
        PRS-3  An Islands user shows colleagues the presence of the client they watch from, others SfB presence.
        PRS-4  In a conversation, presence follows its routing for as long as that holds.
        MTG-1  Anyone invited may join any meeting, whatever their mode.
        MTG-2  A meeting opens in its platform's client, or where that is missing in the web app or browser.
        ED-1   The coexistence document is of the product from July 2019 to July 2021: the base edition.
        ED-2   Since 31 July 2021 whoever is homed online is TeamsOnly, and nobody homed on-premises is.
        ED-3   Since October 2022 TeamsOnly users have no SfB account; created as such, since 30 June 2022.
        ED-4   An edition decides who can exist and what is taken where nothing is said; it changes no behaviour.
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
        DEC-9  A call up when its routing changes goes on as it is until hung up: to add to it needs a new route.
        DEC-10 An SfB thread whose routing changed carries plain text till its session ends, whatever policies say now.
        DEC-11 A meeting is over when its initiator's mode moves them off its platform, which hosted it for them.
        DEC-12 No new call while an escalated meeting lives: the meeting is where they talk.
        DEC-13 Placing a call closes a menu opened from the chat, since that menu gave no warning about a call.
        DEC-14 A call is answered and off hold before anything is added to it: there must be a talk to add to.
        DEC-15 Escalating from SfB or by hand ends the call just as from Teams, so that nobody talks in two places.
        DEC-16 If the peer leaves, the link still works; if the initiator leaves, the meeting is over for both.
        DEC-17 Sharing starts once both are in the meeting, one of them at a time: nobody presents to an empty room.
        DEC-18 The meeting of LIM-8 can always be started by hand, from any client, where Meet Now is allowed.
        DEC-19 Waits: 30 s of ringing, 60 s for a meeting to be made, 10 min for the peer to join; sources say none.
        DEC-20 Where the peer cannot be reached by chat, the join link is not delivered, and DEC-4 applies.
        DEC-21 Putting a call on hold closes a menu opened in it: what it offered is no longer at hand.
        DEC-22 RTE-10 bars calls, not escalation: TMS-1 grants that to every federated interop thread.
        DEC-23 Closing the chat leaves a call or a meeting alone: each has its own way to end.
        DEC-24 Adding people on one platform starts a group beside the conversation, which goes on as it was.
        DEC-25 A call still ringing when its routing changes fails, since it may be ringing in the wrong place.
        DEC-26 Only the initiator answers the menu: the choice was put to them.
        DEC-27 A call declined, cancelled or unanswered is over; only one not declined counts as missed.
        DEC-28 A call that follows a missed one by its callee, or a failed or abandoned one by either, calls back.
        DEC-29 An SfB thread whose routing holds does not idle while a menu or a meeting that came from it is open.
        DEC-30 The menu's warning to the peer is Teams' own: an SfB initiator simply tells them in the call.
        DEC-31 Once the meeting is accepted the call is not put on hold: it is about to end.
        DEC-32 Where neither may start a meeting a limit has no way out; TMS-11 is named, which an admin can change.
        DEC-33 An Islands user who takes up their other client reroutes as a mode does: its threads are its own.
        DEC-34 Only the callee answers or declines, the caller cancels and the holder resumes: the call remembers them.
    """,
}

RULES: dict[str, Rule] = {
    words[0]: Rule(words[0], words[1].strip(), source)
    for source, text in _TABLE.items()
    for line in text.strip().splitlines()
    if (words := line.strip().split(maxsplit=1))
}
"""Every rule by id, in catalogue order."""
