"""What an event is, in a sentence: ``who`` fires it, ``peer`` is the other. Labels only; they decide nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsm.spec.names import Event

SENTENCES: Mapping[Event, str] = {
    "open_chat": "{who} opens a chat with {peer}",
    "open_persistent_chat": "{who} opens a Persistent Chat room",
    "send_text": "{who} sends a text",
    "send_rich_text": "{who} sends formatted text",
    "send_emoticon": "{who} sends an emoticon",
    "send_file": "{who} attaches a file",
    "share_desktop": "{who} picks desktop sharing",
    "add_participant": "{who} adds a third person",
    "session_expired": "The SfB session has been idle for too long",
    "close_chat": "{who} closes the chat",
    "meet_now": "{who} starts a meeting by hand",
    "call_audio": "{who} calls {peer}",
    "call_video": "{who} calls {peer} by video",
    "accept_meeting": "{who} accepts the meeting",
    "decline_meeting": "{who} declines the meeting",
    "resend_link": "{who} sends the join link again",
    "switch_to_native": "{who} switches to a native conversation",
    "accept_call": "{who} answers",
    "decline_call": "{who} declines the call",
    "cancel_call": "{who} gives up the call before it is answered",
    "no_answer": "Nobody answers in time",
    "voicemail_answered": "Voicemail takes the call",
    "voice_service_answered": "A cloud voice service takes the call",
    "media_failed": "The media of the call fail",
    "add_video": "{who} adds video",
    "hold": "{who} puts the call on hold",
    "hang_up": "{who} hangs up",
    "resume": "{who} resumes the call",
    "warn_peer": "{who} warns {peer} before accepting",
    "service_hung_up": "The voice service hangs up",
    "meeting_created": "The meeting exists",
    "meeting_failed": "The meeting cannot be made",
    "join_meeting": "{who} clicks the join link",
    "start_sharing": "{who} starts sharing in the meeting",
    "share_file": "{who} shares a file in the meeting",
    "join_timed_out": "Nobody joins the meeting in time",
    "leave_meeting": "{who} leaves the meeting",
    "end_meeting": "{who} ends the meeting",
    "link_delivered": "The join link has arrived",
    "link_undelivered": "The join link did not arrive",
    "stop_sharing": "{who} stops sharing",
}
"""Every event."""


def told(event: str, who: str, peer: str) -> str:
    """An event in a sentence, with what the two are called."""
    return SENTENCES[event].format(who=who, peer=peer)  # type: ignore[index]  # an event by any other name is none
