"""What transitions ask the outside to do. Names only: the host that embeds the specification does it."""

from __future__ import annotations

from fsm.notation import BOTH, effect
from fsm.spec.guards import runs_teams, told_beforehand, told_by_bar

GATEWAY = "gateway"
MEETING_SERVICE = "meeting-service"

# Threads

open_thread = effect("open_thread", "gets the thread of a new conversation", "RTE-1 NAT-1")
connect_gateway = effect("connect_gateway", "connects the two clients", "NAT-4", service=GATEWAY)
lock_thread = effect("lock_thread", "keeps the thread to read, and is offered a new conversation", "THR-1")
revive_text_thread = effect("revive_text_thread", "gets the earlier text thread back", "THR-2")
offer_text_thread = effect("offer_text_thread", "is offered a text-only conversation", "THR-2")
offer_native_thread = effect(
    "offer_native_thread", "is offered the switch to a native conversation", "THR-2", answers="switch_to_native"
)
withdraw_native_offer = effect("withdraw_native_offer", "sees the offered switch withdrawn", "THR-2")
withdraw_text_offer = effect("withdraw_text_offer", "sees the offered text conversation withdrawn", "THR-2")
end_session = effect("end_session", "loses the SfB session", "THR-3")
disconnect_gateway = effect("disconnect_gateway", "lets go of the two clients", "NAT-4 THR-3", service=GATEWAY)

# That the conversation is interop: each client has its way

open_interop_window = effect(
    "open_interop_window", "gets the interop window from the start", "SFB-4 NAT-6", only=(told_beforehand,)
)
show_business_bar = effect("show_business_bar", "sees the yellow business bar", "SFB-2 SFB-3", only=(told_by_bar,))
show_interop_banner = effect(
    "show_interop_banner",
    "is told in the thread that this is an interop conversation",
    "NAT-6",
    only=(~told_beforehand, ~told_by_bar),
)
TELL_BOTH = (open_interop_window(BOTH), show_business_bar(BOTH), show_interop_banner(BOTH))

# Messages

deliver_plain_text = effect("deliver_plain_text", "receives the message as plain text", "NAT-5 NAT-3")
deliver_text = effect("deliver_text", "receives the message", "RTE-1")
deliver_rich_text = effect("deliver_rich_text", "receives the message with its formatting", "RTE-7")
deliver_emoticon = effect("deliver_emoticon", "receives the emoticon", "RTE-7")
deliver_file = effect("deliver_file", "receives the file", "RTE-7")
relay = effect("relay", "carries the message across", "NAT-4", service=GATEWAY)
open_persistent_chat = effect("open_persistent_chat", "enters the Persistent Chat room", "LIM-7")

# What one platform does by itself, beside this conversation

show_screen = effect("show_screen", "sees the other's screen", "RTE-7 DEC-37")
start_group = effect("start_group", "is in a new group, beside this conversation", "DEC-24 DEC-37")

# Calls

RINGING = "accept_call decline_call voicemail_answered voice_service_answered media_failed"
ring_audio = effect("ring_audio", "is rung for a voice call", "NAT-7", answers=RINGING)
ring_video = effect("ring_video", "is rung for a video call", "NAT-7", answers=RINGING)
stop_ringing = effect("stop_ringing", "stops ringing", "DEC-27")
connect_media = effect("connect_media", "hears the other", "NAT-7", answers="media_failed")
connect_voicemail = effect(
    "connect_voicemail", "is put through to voicemail", "SFB-3", answers="service_hung_up media_failed"
)
connect_voice_service = effect(
    "connect_voice_service", "is put through to a cloud voice service", "SFB-3", answers="service_hung_up media_failed"
)
show_video = effect("show_video", "sees the other's video", "NAT-7")
pause_media = effect("pause_media", "is on hold", "NAT-2")
resume_media = effect("resume_media", "hears the other again", "NAT-2")
end_call = effect("end_call", "sees the call end", "NAT-2")
report_failure = effect("report_failure", "is told that the call failed", "NAT-2")

# Escalation

open_meeting_menu = effect(
    "open_meeting_menu",
    "sees the menu: to share, a Teams meeting has to start",
    "TMS-5",
    answers="accept_meeting decline_meeting",
)
warn_call_will_end = effect("warn_call_will_end", "is warned that the call will end", "TMS-6")
warn_meeting_coming = effect("warn_meeting_coming", "is warned that the call will move to a meeting", "TMS-7")
announce_meeting = effect(
    "announce_meeting",
    "is told that an SfB meeting will start, and is guided",
    "SFB-5",
    answers="accept_meeting decline_meeting",
)
close_menu = effect("close_menu", "sees the menu close", "DEC-1")
create_teams_meeting = effect(
    "create_teams_meeting",
    "makes a Teams Meet Now meeting",
    "ESC-2 ESC-3 TMS-5",
    service=MEETING_SERVICE,
    answers="meeting_created meeting_failed",
)
create_sfb_meeting = effect(
    "create_sfb_meeting",
    "makes an SfB Meet Now meeting",
    "ESC-2 ESC-3 SFB-5",
    service=MEETING_SERVICE,
    answers="meeting_created meeting_failed",
)
report_no_meeting = effect("report_no_meeting", "is told that the meeting could not be created", "DEC-2")
put_in_meeting = effect("put_in_meeting", "is put in the meeting, not sharing yet", "TMS-8")
deliver_join_link = effect(
    "deliver_join_link", "receives the join link in the chat", "ESC-4", answers="link_delivered link_undelivered"
)
withdraw_link = effect("withdraw_link", "sees that the link leads nowhere any more", "ESC-4 DEC-16")
report_link_undelivered = effect("report_link_undelivered", "is told that the link did not arrive", "DEC-4")
guide_to_join = effect("guide_to_join", "is guided to join", "ESC-4")

# Meetings

join_authenticated = effect("join_authenticated", "is in the meeting under their own name", "ESC-4")
join_anonymous = effect("join_anonymous", "is in the meeting as an anonymous participant", "ESC-4")
use_teams_client = effect("use_teams_client", "uses the Teams client", "MTG-2 ESC-5", only=(runs_teams,))
use_browser = effect("use_browser", "uses the browser", "MTG-2 ESC-5", only=(~runs_teams,))
use_sfb_client = effect("use_sfb_client", "uses the SfB client", "MTG-2 ESC-5")
use_meetings_app = effect("use_meetings_app", "uses the Skype Meetings App", "ESC-7 ESC-5")
offer_sharing_tray = effect("offer_sharing_tray", "finds the sharing tray", "TMS-8")
start_showing = effect("start_showing", "sees the other's desktop in the meeting", "ESC-8")
stop_showing = effect("stop_showing", "no longer sees the other's desktop", "ESC-8")
share_in_meeting = effect("share_in_meeting", "finds the file in the meeting", "ESC-8")
invite_others = effect("invite_others", "sees others join the meeting", "ESC-8")
announce_departure = effect("announce_departure", "sees the other leave the meeting", "DEC-16")
close_meeting = effect("close_meeting", "is out of the meeting, which is over", "DEC-16")
dismiss_meeting = effect("dismiss_meeting", "ends the meeting, made or not", "DEC-16 DEC-2", service=MEETING_SERVICE)
