"""What the document that this project follows says, statement by statement in its order, in this project's words.

Each statement names the rules it became. ``SOURCE.md`` beside this file shows what keeps each, what is proven of it
and which tests exercise it; ``fsm source`` writes that page.
"""

from __future__ import annotations

from typing import NamedTuple

from fsm.spec.sources import ESCALATION, FROM_SFB, FROM_TEAMS, INTEROP, LEAD, LIMITS, NATIVE, Section


class Statement(NamedTuple):
    """One statement of the document.

    Args:
        section: the heading it stands under.
        rules: the rules it became.
        words: what it states.
        beyond: what of it no table can keep, and why; empty where the tables keep all of it.
    """

    section: str
    rules: tuple[str, ...]
    words: str
    beyond: str = ""


_TABLE: dict[Section, tuple[tuple[str, str] | tuple[str, str, str], ...]] = {
    LEAD: (
        ("INT-1", "Interop is Teams users and SfB users of one organisation reaching each other across the two."),
        ("INT-2", "Whose coexistence mode, or upgrade mode, decides about it is the receiver's."),
        ("INT-3", "A receiver who is in Islands mode gets none."),
    ),
    INTEROP: (
        ("INT-5", "It comes in two kinds: native, and by escalation."),
        ("NAT-1", "In the native kind each stays in the client at hand: SfB for one, Teams for the other."),
        ("NAT-1", "To talk, nobody is moved to another client."),
        ("NAT-2", "Chat between two and calls between two are the native kind, and the only ones."),
        ("ESC-1", "For something advanced, a shared desktop say, a client helps set up a meeting to go on in."),
        ("ESC-2", "Whoever asked for it has that meeting on their own platform."),
        ("ESC-4", "Whoever is on the other platform gets a link to it."),
        (
            "ESC-5 MTG-2",
            "The link opens the meeting in a client that fits: a full one, a web app or a browser, as configured.",
            "What is configured is the organisation's affair: the tables ask only which clients a user has.",
        ),
        ("SFB-1", "Escalating from SfB takes a client that is recent."),
        ("TMS-1 ED-1", "From Teams it can be done by now."),
        ("ESC-9", "From either side it works within a tenant and, federated, between tenants."),
    ),
    NATIVE: (
        ("INT-4 RTE-7 MODE-1", "What two users have natively depends on their modes."),
        ("NAT-3", "A user of SfB and one of Teams can chat, whichever of them starts."),
        ("NAT-4", "Such a chat passes a gateway that belongs to Teams' cloud."),
        ("NAT-4 RTE-8", "So the gateway is found online and nowhere else."),
        ("NAT-5", "What passes is plain text: formatting and emoticons do not."),
        ("NAT-6", "On both sides the user is told that this is interop."),
        ("NAT-7", "A user of SfB and one of Teams can call each other, by voice or video, whichever of them starts."),
        ("NAT-8 RTE-8", "SfB on an organisation's own servers takes part if these are hybrid with the online service."),
        ("INT-4", "The three SfB modes and TeamsOnly have all this, among and between them."),
        ("INT-3 INT-4 ISL-1", "In Islands mode nobody has it."),
    ),
    LIMITS: (
        (
            "LIM-1 LIM-2 LIM-3 LIM-4 LIM-5 LIM-6 LIM-7",
            "The two differ in protocols and technology, and so not everything works natively.",
            "A reason allows or bars nothing by itself; what it bars is in the statements that follow.",
        ),
        ("LIM-1", "Markdown and other formatting and the whole range of emoticons: from neither side."),
        ("LIM-1", "Nor whatever else one composes a message with in Teams."),
        ("LIM-2", "Sharing a screen, be it the desktop or one app: not natively."),
        ("LIM-2 ESC-1", "By escalation it can be done."),
        ("LIM-3", "Who is in a group chat in Teams uses Teams."),
        ("LIM-4", "Who is in a group IM in SfB uses SfB."),
        ("LIM-4", "Yet from SfB one can escalate to a meeting of several."),
        ("LIM-5", "A call between two cannot become one of several across the two platforms."),
        ("LIM-6", "Files: neither sent in a chat between two nor attached in a group, in either direction."),
        ("LIM-7", "Persistent Chat has no interop."),
        ("LIM-8", "A way out of each of these but the last: one of the two starts a meeting and invites the other."),
        ("LIM-8 ESC-1", "Escalation is made of that way out."),
        ("LIM-2 LIM-4 LIM-8", "It gives a shared screen and a talk of several, which cannot be had natively."),
    ),
    ESCALATION: (
        ("ESC-1", "Escalation adds to what is native: the clients manage the step to a meeting."),
        ("ESC-8 MTG-1", "A meeting is rich and open to anyone, with whichever client."),
        ("ESC-2 TMS-5", "A Teams user who escalates gets a meeting on Teams."),
        ("ESC-2 SFB-5", "An SfB user who escalates gets one on SfB."),
        ("ESC-3", "Both are Meet Now meetings."),
        ("ESC-3", "No calendar has them."),
        ("ESC-4", "The link comes to the other in the interop chat, and a click on it joins."),
        ("ESC-6", "An SfB user who has an account for Teams joins the Teams user's meeting under their own name."),
        ("ESC-6", "One who has none is anonymous there."),
        (
            "ESC-7",
            "A Teams user, who mostly has an account and a client for SfB, joins an SfB meeting under their own name.",
            "How many have both decides nothing: a participant says so, and has both where nothing is said.",
        ),
        ("ESC-7", "Or they are anonymous there, in the Skype Meetings App for one."),
        ("ESC-8", "Once they are in, all that meetings can do is theirs: a desktop, content, files, more people."),
    ),
    FROM_SFB: (
        ("SFB-1 ED-1", "On the SfB side interop and escalation changed with the monthly C2R build of July 2019."),
        ("SFB-2", "An SfB client of before does not know ahead that the other is on Teams."),
        ("SFB-2", "It concludes so from signalling once a session is up."),
        ("SFB-2", "An answer from or by way of the gateway makes it show a yellow bar: the other does not use SfB."),
        ("SFB-3", "As the cloud grew, that bar came up wrongly: for voicemail and other voice services, not a user."),
        ("SFB-4", "Hence presence now tells an SfB client that the other is a TeamsOnly user, and a real one."),
        ("SFB-4", "The client knows before it starts a conversation that this is interop, and has a window for it."),
        ("SFB-4 NAT-6", "(A picture: that window, which tells whom one talks to.)"),
        ("SFB-5", "Who wants to share a desktop from SfB, say, hears that a meeting will start and is led through it."),
        ("SFB-5", "(A picture: that offer of a meeting.)"),
        ("SFB-6", "At the same time a chat message brings the Teams user the link and guides them in."),
        ("SFB-7", "All this works from calls and from chats, within a tenant and federated."),
        ("SFB-7", "It is on to begin with, and admins have nothing to set."),
    ),
    FROM_TEAMS: (
        ("TMS-1", "A Teams user escalates by the desktop sharing button of an interop thread, in-tenant or federated."),
        ("TMS-2", "A chat between two will do, and so will a call between two."),
        ("TMS-3", "It takes Teams on Windows or a Mac, or on the web in a browser that can share content."),
        ("TMS-4", "The SfB client of the other may be of any version."),
        ("TMS-1", "So the button to share is there in interop threads, of either scope."),
        ("TMS-5", "It opens one more menu, which tells that sharing takes a Teams meeting."),
        ("TMS-6", "Users in a call it warns as well: the call across ends as they move to the meeting."),
        ("TMS-7", "They may warn the SfB user before they accept."),
        ("TMS-5 TMS-6 TMS-7", "(A picture: that menu.)"),
        ("TMS-8", "Having accepted, they find themselves in the meeting."),
        ("TMS-8", "Sharing starts when they start it, from the tray there."),
        ("TMS-9", "At the same time a chat message brings the SfB user the link and guides them in."),
        ("TMS-10", "All this works from calls and from chats, within a tenant and federated."),
        ("TMS-10", "It is on to begin with, and admins have nothing to set."),
        ("TMS-11 POL-3", "But AllowPrivateMeetNow false in a user's Teams meeting policy turns it off for them."),
    ),
}

STATEMENTS: tuple[Statement, ...] = tuple(
    Statement(section.heading, tuple(rules.split()), *words)
    for section, stated in _TABLE.items()
    for rules, *words in stated
)
"""Every statement, in the document's order."""
