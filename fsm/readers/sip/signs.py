"""What SIP messages mean: one row for each sign that the reader looks for."""

from __future__ import annotations

from fsm.readers.signs import sign

FAILED = ("decline_call by other", "cancel_call by sender", "no_answer by service", "media_failed by service")
SIGNS = (
    sign("chat", "INVITE with m=message, without a To tag, then 200", "open_chat by sender"),
    sign("first", "its first message, in ms-text-format with ms-body", "send_text by sender"),
    sign("text", "MESSAGE of text/plain, or html of the usual font alone", "send_text by sender", open="emoticons"),
    sign(
        "rich",
        "MESSAGE of text/html or text/rtf with more than that",
        *("send_rich_text by sender", "send_text by sender"),
        sure="medium",
        open="whether somebody formatted it",
    ),
    sign("file", "INVITE with m=data, then 200", "send_file by sender"),
    sign("no-file", "the same, then 400 or more", "send_file by sender", accepted=False),
    sign("audio", "INVITE with m=audio, without a To tag", "call_audio by sender"),
    sign("video", "the same, with a live m=video", "call_video by sender", sure="medium"),
    sign("accepted", "200 to that", "accept_call by other"),
    sign("voicemail", "200 from a voicemail agent", "voicemail_answered by service"),
    sign("declined", "603", "decline_call by other"),
    sign("busy", "486, 600", "decline_call by other", sure="medium", open="whether by hand"),
    sign("cancelled", "CANCEL, unless it was completed elsewhere", "cancel_call by sender", sure="medium"),
    sign("unanswered", "480, 408, 504", "no_answer by service", sure="medium"),
    sign("failed", "any other answer of 400 or more", *FAILED, sure="medium", open="which of these"),
    sign("held", "re-INVITE with a=inactive or a=sendonly, then 200", "hold by sender"),
    sign("resumed", "re-INVITE without that, after it", "resume by sender"),
    sign("video-added", "re-INVITE with a live m=video that was not there", "add_video by sender"),
    sign("hung-up", "BYE on a call", "hang_up by sender"),
    sign("ended-by-service", "BYE by voicemail", "service_hung_up by service"),
    sign(
        "broken",
        "the same, with a code of media in ms-client-diagnostics",
        "media_failed by service",
        sure="medium",
    ),
    sign("closed", "BYE on a chat", "close_chat by sender", sure="medium"),
    sign("expired", "the same, after 600 idle seconds", "session_expired by service", sure="medium"),
    sign("meet", "SERVICE with addConference", "meet_now by sender", sure="medium", open="by a menu or by hand"),
    sign("meeting", "200 to that", "meeting_created by service"),
    sign("no-meeting", "400 or more to that", "meeting_failed by service"),
    sign("link", "INVITE of ms-conf-invite+xml, or MESSAGE with a join address", "link_delivered by service"),
    sign("joined", "INVITE to a conference's focus, by the one who did not set it up", "join_meeting by sender"),
    sign("left", "BYE there", "leave_meeting by sender"),
    sign("sharing", "INVITE to a conference's application sharing", "start_sharing by sender", sure="medium"),
    sign("desktop", "INVITE with m=applicationsharing, then 200", "share_desktop by sender", sure="medium"),
)
SIGN = {each.name: each for each in SIGNS}
CANCELLED = 487
ANSWERS = {603: "declined", 486: "busy", 600: "busy", CANCELLED: "", **dict.fromkeys((480, 408, 504), "unanswered")}
"""What an answer to a call says; the answer to one that was cancelled says nothing that CANCEL does not."""
CHALLENGES = (401, 407)
"""Answers that ask who it is; the request comes again."""
SHOWN = [["show_screen", "other"]]
"""What was seen of a desktop that was shared between two."""
IDLE = 600
"""Seconds without a message after which a session of IM ends by itself (THR-3)."""
