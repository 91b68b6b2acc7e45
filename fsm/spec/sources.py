"""The documents that the rules come from, and the sections in them that rules and statements name.

Each document says what could be confirmed of it, and how. Headings are the documents' own; where text stands before
the first heading, the section says so in brackets.
"""

from __future__ import annotations

from typing import NamedTuple


class Document(NamedTuple):
    """A document that rules come from.

    Args:
        id: a short name for it.
        title: as the document has it.
        publisher: who published it.
        date: its date, or which edition of it is meant.
        address: where the public finds it.
        confirmed: what of it could be confirmed, and how.
    """

    id: str
    title: str
    publisher: str
    date: str
    address: str
    confirmed: str


class Section(NamedTuple):
    """A part of a document, by its heading."""

    document: Document
    heading: str


LEARN = "https://learn.microsoft.com/en-us/microsoftteams/"
CMDLETS = "https://learn.microsoft.com/en-us/powershell/module/teams/"

INTEROPERABILITY = Document(
    "interoperability",
    "Microsoft Teams and Skype for Business coexistence and interoperability",
    "Microsoft Learn",
    "between the client build of July 2019 and the retirement of SfB Online on 31 July 2021 (ED-1)",
    LEARN + "teams-and-skypeforbusiness-coexistence-and-interoperability",
    "The text this project follows, read whole; it bears no title or date of its own. The public page at this address "
    "has the same statements in the same order, under headings that say interop for interoperability. The text looks "
    "back on July 2019; an earlier revision of the page still announces escalation from Teams, and one of after the "
    "retirement says hybrid with Teams where the text says with Office 365 Skype for Business.",
)
UNDERSTAND = Document(
    "understand",
    "Understand Microsoft Teams and Skype for Business coexistence and interoperability",
    "Microsoft Learn",
    "a revision of after 31 July 2021",
    LEARN + "teams-and-skypeforbusiness-coexistence-and-interoperability",
    "Title and heading read in the page's public text. The part they stand in, on technical details, is in a revision "
    "of after the retirement and in neither of the two of before that were read.",
)
MODES = Document(
    "modes",
    "Coexistence modes - Reference",
    "Microsoft Learn",
    "dated 24 May 2018, in a revision of after 31 July 2021",
    LEARN + "migration-interop-guidance-for-teams-with-skype",
    "Title, date and heading read in the page's public text.",
)
COEXISTENCE = Document(
    "coexistence",
    "Coexistence with Skype for Business",
    "Microsoft Learn",
    "undated; revisions of before and after 31 July 2021",
    LEARN + "coexistence-chat-calls-presence",
    "Title and headings read in the page's public text, in one revision of before the retirement and two of after. "
    "RTE-8, RTE-9 and the routes of users in every mode homed online stand in the earlier one; the kinds of "
    "federation, RTE-10 and ED-2 in the later ones.",
)
CLIENT_EXPERIENCE = Document(
    "client-experience",
    "Teams client experience and conformance to coexistence modes",
    "Microsoft Learn",
    "undated",
    LEARN + "teams-client-experience-and-conformance-to-coexistence-modes",
    "Title and heading read in the page's public text.",
)
EXTERNAL_CHAT = Document(
    "external-chat",
    "Microsoft Teams chat experience when communicating with people outside the organization",
    "Microsoft Learn",
    "dated 24 October 2019",
    LEARN + "native-chat-for-external-users",
    "Title, date and heading read in the page's public text; an earlier revision has another title and headings.",
)
MESSAGING_POLICY = Document(
    "messaging-policy",
    "Set-CsTeamsMessagingPolicy",
    "Microsoft Learn",
    "undated cmdlet reference",
    CMDLETS + "set-csteamsmessagingpolicy",
    "Title and parameter read in the reference's public text.",
)
CALLING_POLICY = Document(
    "calling-policy",
    "Set-CsTeamsCallingPolicy",
    "Microsoft Learn",
    "undated cmdlet reference",
    CMDLETS + "set-csteamscallingpolicy",
    "Title and parameter read in the reference's public text.",
)
MEETING_POLICY = Document(
    "meeting-policy",
    "Set-CsTeamsMeetingPolicy",
    "Microsoft Learn",
    "undated cmdlet reference",
    CMDLETS + "set-csteamsmeetingpolicy",
    "Title and parameter read in the reference's public text, which says what the setting prohibits. That it is the "
    "only one to touch escalation follows from the last section of the text that this project follows.",
)
RETIREMENT = Document(
    "retirement",
    "Skype for Business Online retirement",
    "Microsoft Learn",
    "dated 6 September 2019, in a revision of after 31 July 2021",
    LEARN + "skype-for-business-online-retirement",
    "Title, date and heading read in the page's public text; the address follows from where that text is kept.",
)
DECISIONS = Document(
    "decisions",
    "Decisions of this project",
    "interop-fsm",
    "this version",
    "fsm/spec/rules.py",
    "Decided where the documents are silent, each with its reason.",
)

LEAD = Section(INTEROPERABILITY, "(before the first heading)")
INTEROP = Section(INTEROPERABILITY, "Native interoperability and interoperability escalation")
NATIVE = Section(INTEROPERABILITY, "Native interoperability experiences")
LIMITS = Section(INTEROPERABILITY, "Native interoperability experience limitations")
ESCALATION = Section(INTEROPERABILITY, "Interoperability escalation experiences")
FROM_SFB = Section(INTEROPERABILITY, "Interoperability escalation from Skype for Business")
FROM_TEAMS = Section(INTEROPERABILITY, "Interoperability escalation from Teams")
MODE_BY_MODE = Section(MODES, "Detailed mode descriptions")
OTHER_POLICIES = Section(CLIENT_EXPERIENCE, "Impact of Mode on other policy settings")
ALLOW_USER_CHAT = Section(MESSAGING_POLICY, "-AllowUserChat")
ALLOW_PRIVATE_CALLING = Section(CALLING_POLICY, "-AllowPrivateCalling")
ALLOW_PRIVATE_MEET_NOW = Section(MEETING_POLICY, "-AllowPrivateMeetNow")
WHOSE_MODE = Section(COEXISTENCE, "Determining a user's coexistence mode")
PARAMETERS = Section(COEXISTENCE, "Routing parameters")
ROUTING = Section(COEXISTENCE, "Chat and call routing")
IN_TENANT = Section(COEXISTENCE, "In-tenant routing for new chats or calls")
FEDERATED = Section(COEXISTENCE, "Federated routing for new chats or calls")
THREADS = Section(COEXISTENCE, "Chats and calls from pre-existing threads")
THREADS_TEAMS = Section(COEXISTENCE, "Chats and calls from pre-existing threads: From Teams")
THREADS_SFB = Section(COEXISTENCE, "Chats and calls from pre-existing threads: From Skype for Business")
PRESENCE = Section(COEXISTENCE, "Presence")
PRESENCE_KEPT = Section(COEXISTENCE, "Presence in pre-existing threads")
EXTERNAL = Section(EXTERNAL_CHAT, "Teams chat experience while migrating from Skype for Business Server")
MEETINGS = Section(UNDERSTAND, "Meetings")
RETIRED = Section(RETIREMENT, "What to expect post-retirement")
EDITIONS = Section(DECISIONS, "Editions")
DECISION = Section(DECISIONS, "Decided by this project")
