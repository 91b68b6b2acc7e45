"""What the columns of SessionDetails are called, and what they show of a session."""

from __future__ import annotations

from fsm.readers.codes import OVER, UNANSWERED
from fsm.readers.signs import Meaning, Sign, Who

SIGNS = (
    Sign("Audio", "InviteTime; MediaList with Audio", (Meaning("call_audio", Who.SENDER),)),
    Sign(
        "Video",
        "InviteTime; MediaList with Video",
        (Meaning("call_video", Who.SENDER), Meaning("call_audio", Who.SENDER)),
        "medium",
        "whether the video came later",
    ),
    Sign("IM", "InviteTime; MediaList with IM", (Meaning("open_chat", Who.SENDER),)),
    Sign("answered", "ResponseTime with ResponseCode 200", (Meaning("accept_call", Who.OTHER),)),
    Sign(
        "voicemail",
        "the same, answered by ExUM",
        (Meaning("voicemail_answered", Who.SERVICE),),
    ),
    Sign("declined", "ResponseCode 603 or 486", UNANSWERED[:1], "medium", "whether 486 was by hand"),
    Sign("cancelled", "ResponseCode 487", UNANSWERED[1:2], "medium"),
    Sign("unanswered", "ResponseCode 408, 480 or 504", UNANSWERED[2:3], "medium"),
    Sign("not taken", "any other ResponseCode from 300 on", UNANSWERED, "medium", "which of them"),
    Sign("over", "EndTime of a call", OVER, open="who hung up"),
    Sign(
        "voicemail over",
        "EndTime of a call that voicemail took",
        (Meaning("hang_up", Who.SENDER), Meaning("service_hung_up", Who.SERVICE)),
        "medium",
        "which of them",
    ),
    Sign(
        "message",
        "FromMessageCount, ToMessageCount",
        (Meaning("send_text", Who.SENDER),),
        "medium",
        "when, and of which kind",
    ),
    Sign(
        "chat over",
        "EndTime of a chat",
        (Meaning("session_expired", Who.SERVICE), Meaning("close_chat", Who.EITHER)),
        "medium",
        "which of them",
    ),
)
SIGN = {each.name: each for each in SIGNS}
"""Signs by name."""
COLUMNS = (
    *("SessionIdTime", "SessionIdSeq", "InviteTime", "FromUri", "ToUri", "ResponseTime", "ResponseCode", "EndTime"),
    *("FromMessageCount", "ToMessageCount", "FromClientVersion", "FromClientType", "ToClientVersion", "ToClientType"),
    *("MediaList", "FromTenant", "ToTenant", "FromUriType", "ToUriType"),
)
ALIASES = {
    "fromuseragent": "FromClientVersion",
    "touseragent": "ToClientVersion",
    "fromuatype": "FromClientType",
    "touatype": "ToClientType",
    "fromclientcategory": "FromClientType",
    "toclientcategory": "ToClientType",
    "media": "MediaList",
    "mediatypes": "MediaList",
    "mediatype": "MediaList",
}
"""Columns that other views call otherwise, in small letters."""
NEEDED = ("SessionIdTime", "SessionIdSeq", "FromUri", "ToUri")
MEDIA = {"audio": "Audio", "video": "Video", "im": "IM", "instantmessaging": "IM"}
"""Media that tell an event, in small letters and without blanks."""
