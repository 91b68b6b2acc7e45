"""What records of Microsoft Graph show, and what it means: one table a resource."""

from __future__ import annotations

from fsm.readers.codes import OVER, UNANSWERED
from fsm.readers.signs import Meaning, Sign, Who

PLACED = (Meaning("call_video", Who.SENDER), Meaning("call_audio", Who.SENDER))
SENT = tuple(Meaning(each, Who.SENDER) for each in ("send_text", "send_rich_text", "send_emoticon", "send_file"))


def table(*rows: Sign) -> dict[str, Sign]:
    """Signs by name."""
    return {row.name: row for row in rows}


CALL_RECORD = table(
    Sign("audio", "peerToPeer, modalities without video", (PLACED[1],)),
    Sign("video", "peerToPeer, modalities with video", PLACED, "medium", "whether the video came later"),
    Sign(
        "answered",
        "a session with a person that lasted",
        (Meaning("accept_call", Who.OTHER),),
        open="when: some time from startDateTime to endDateTime",
    ),
    Sign("over", "endDateTime of a call that was answered", OVER, open="who hung up"),
    Sign("midcall", "failureInfo with stage midcall", (Meaning("media_failed", Who.SERVICE),), "medium"),
    Sign(
        "callSetup",
        "failureInfo with stage callSetup, or a session that took no time",
        UNANSWERED,
        "medium",
        "which of them",
    ),
    Sign(
        "voicemail",
        "serviceUserAgent with role voicemail or exchangeUnifiedMessagingService",
        (Meaning("voicemail_answered", Who.SERVICE),),
        open="whom the call was to, unless the organizer or participants tell",
    ),
    Sign(
        "voice service",
        "serviceUserAgent with the role of a call queue, an attendant or a response group, after the other rang",
        (Meaning("voice_service_answered", Who.SERVICE),),
        "medium",
    ),
    Sign(
        "voicemail over",
        "endDateTime of a call that voicemail or a voice service took",
        (Meaning("hang_up", Who.SENDER), Meaning("service_hung_up", Who.SERVICE)),
        "medium",
        "which of them",
    ),
    Sign("gateway", "serviceUserAgent with role skypeForBusinessMicrosoftTeamsGateway", (), open="who is behind it"),
    Sign(
        "shared",
        "media for sharing, with streamDirection",
        (Meaning("share_desktop", Who.SENDER),),
        "medium",
        "by whom, where streams go both ways or have no direction",
    ),
    Sign("held", "time between two segments of a session", (Meaning("hold", Who.EITHER),), "medium", "who held"),
    Sign("resumed", "the segment after that", (Meaning("resume", Who.EITHER),), "medium", "who had held"),
    Sign(
        "escalated",
        "groupCall of the same two, across platforms, that begins as the call ends",
        (Meaning("meet_now", Who.SENDER),),
        "medium",
        "by a menu or by hand; by whom, unless the organizer is one of the two",
    ),
    Sign("created", "startDateTime of that groupCall", (Meaning("meeting_created", Who.SERVICE),), "medium"),
    Sign(
        "linked",
        "a session of the other in that groupCall",
        (Meaning("link_delivered", Who.SERVICE),),
        "medium",
        "when: before they joined",
    ),
    Sign("joined", "startDateTime of that session", (Meaning("join_meeting", Who.SENDER),), "medium"),
    Sign("left", "endDateTime of a session in that groupCall", (Meaning("leave_meeting", Who.SENDER),), "medium"),
)
CHAT = table(
    Sign(
        "opened",
        "the first message of a chat",
        (Meaning("open_chat", Who.SENDER),),
        "medium",
        "when, unless the chat's createdDateTime is there",
    ),
    Sign("text", "body as text, or html that is only paragraphs", SENT[:1]),
    Sign("rich", "body as html with more than that; cards", SENT[1:2]),
    Sign("emoji", "html with emoji and nothing richer", SENT[2:3]),
    Sign("file", "an attachment that is a reference", SENT[3:]),
    Sign("deleted", "deletedDateTime, and no body any more", SENT, "medium", "what it was"),
    Sign("started", "system message callStarted", PLACED, "medium", "with video or without"),
    Sign(
        "taken",
        "system message callEnded with a duration",
        (Meaning("accept_call", Who.OTHER),),
        "medium",
        "when: some time from its start to its end",
    ),
    Sign("ended", "system message callEnded", OVER, "medium", "who hung up"),
    Sign("missed", "system message callEnded without a duration", UNANSWERED, "medium", "which of them"),
)
CALL = table(
    Sign("audio", "state incoming or establishing, requestedModalities without video", (PLACED[1],)),
    Sign("video", "state incoming or establishing, requestedModalities with video", PLACED[:1]),
    Sign("established", "state established for the first time", (Meaning("accept_call", Who.OTHER),)),
    Sign("hold", "state hold", (Meaning("hold", Who.EITHER),), "medium", "who held"),
    Sign("resumed", "state established after hold", (Meaning("resume", Who.EITHER),), "medium", "who had held"),
    Sign("over", "state terminated after established, resultInfo without an error", OVER, "medium", "who hung up"),
    Sign(
        "failed",
        "state terminated after established, resultInfo with a code from 400 on",
        (Meaning("media_failed", Who.SERVICE), *OVER),
        "medium",
        "which of them",
    ),
    Sign("declined", "terminated before established, code 603 or 486", UNANSWERED[:1], "medium"),
    Sign("cancelled", "terminated before established, code 487", UNANSWERED[1:2], "medium"),
    Sign("unanswered", "terminated before established, code 408, 480 or 504", UNANSWERED[2:3], "medium"),
    Sign("not taken", "terminated before established, any other code", UNANSWERED, "medium", "which of them"),
)
