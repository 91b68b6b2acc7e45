"""Whole conversations, end to end."""

from __future__ import annotations

import pytest

from tests.spec.tables import Story, stories


@stories(
    """
    # A Teams user shares the desktop from a call: teams>sfb
    call_audio ann          | call=ringing:ann | ring_audio bob, open_interop_window bob
    accept_call bob         | call=connected   | stop_ringing both, connect_media both, show_interop_banner ann
    share_desktop ann       | call=offered:ann | open_meeting_menu ann, warn_call_will_end ann
    warn_peer ann           | stays            | warn_meeting_coming bob
    accept_meeting ann      | call=escalating:ann meeting=creating:ann | create_teams_meeting
    meeting_created service | chat=escalated:ann call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, connect_gateway, open_thread both,
        open_interop_window bob,
        show_interop_banner ann, relay, deliver_join_link bob
    link_delivered service  | meeting=invited:ann | guide_to_join bob
    join_meeting bob        | meeting=together:ann was=continued
        use_browser bob, join_authenticated bob, offer_sharing_tray bob
    start_sharing ann       | meeting=initiator_shares:ann | start_showing bob
    stop_sharing ann        | meeting=together:ann | stop_showing bob
    share_file bob          | stays            | share_in_meeting ann
    add_participant ann     | stays            | invite_others both
    end_meeting ann         | chat=interop meeting=ended | close_meeting both, dismiss_meeting
    send_text bob           | stays            | relay, deliver_plain_text ann

    # A Teams user shares the desktop from a chat: teams>sfb
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    send_text ann           | stays            | relay, deliver_plain_text bob
    share_desktop ann       | chat=offered:ann | open_meeting_menu ann
    send_text bob           | stays            | relay, deliver_plain_text ann
    accept_meeting ann      | chat=escalated:ann meeting=creating:ann | create_teams_meeting
    meeting_created service | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    link_delivered service  | meeting=invited:ann | guide_to_join bob
    join_meeting bob        | meeting=together:ann | use_browser bob, join_authenticated bob, offer_sharing_tray bob
    start_sharing ann       | meeting=initiator_shares:ann | start_showing bob
    leave_meeting ann       | chat=interop meeting=ended | stop_showing bob, close_meeting both, dismiss_meeting

    # A Teams user shares with an SfB user of another organisation: federated teams>sfb
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    share_desktop ann       | chat=offered:ann | open_meeting_menu ann
    accept_meeting ann      | chat=escalated:ann meeting=creating:ann | create_teams_meeting
    meeting_created service | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    link_delivered service  | meeting=invited:ann | guide_to_join bob
    join_meeting bob        | meeting=together:ann | use_browser bob, join_authenticated bob, offer_sharing_tray bob

    # An SfB user shares the desktop from a call: sfb>teams
    call_video ann          | call=ringing:ann | ring_video bob, open_interop_window ann
    accept_call bob         | call=connected   | stop_ringing both, connect_media both, show_interop_banner bob
    share_desktop ann       | call=offered:ann | announce_meeting ann, warn_call_will_end ann
    warn_peer ann           | refused DEC-30   | accept_meeting
    accept_meeting ann      | call=escalating:ann meeting=creating:ann | create_sfb_meeting
    meeting_created service | chat=escalated:ann call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, connect_gateway, open_thread both,
        open_interop_window ann,
        show_interop_banner bob, relay, deliver_join_link bob
    link_delivered service  | meeting=invited:ann | guide_to_join bob
    join_meeting bob        | meeting=together:ann was=continued
        use_sfb_client bob, join_authenticated bob, offer_sharing_tray bob
    start_sharing ann       | meeting=initiator_shares:ann | start_showing bob

    # An SfB user shares the desktop from a chat: sfb>teams
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    share_desktop ann       | chat=offered:ann | announce_meeting ann
    accept_meeting ann      | chat=escalated:ann meeting=creating:ann | create_sfb_meeting
    meeting_created service | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    link_delivered service  | meeting=invited:ann | guide_to_join bob
    join_meeting bob        | meeting=together:ann | use_sfb_client bob, join_authenticated bob, offer_sharing_tray bob
    start_sharing bob       | meeting=peer_shares:ann | start_showing ann
    start_sharing ann       | refused DEC-17   | stop_sharing bob
    stop_sharing bob        | meeting=together:ann | stop_showing ann

    # An SfB user adds people to a chat, which takes a meeting: sfb>teams
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    add_participant ann     | chat=offered:ann | announce_meeting ann
    accept_meeting ann      | chat=escalated:ann meeting=creating:ann | create_sfb_meeting
    meeting_created service | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    link_delivered service  | meeting=invited:ann | guide_to_join bob
    join_meeting bob        | meeting=together:ann | use_sfb_client bob, join_authenticated bob, offer_sharing_tray bob
    add_participant ann     | stays            | invite_others both

    # An SfB user adds people to a call, and the other may only propose a meeting: teams>sfb
    call_audio ann      | call=ringing:ann | ring_audio bob, open_interop_window bob
    accept_call bob     | call=connected   | stop_ringing both, connect_media both, show_interop_banner ann
    add_participant ann | refused LIM-5    | share_desktop, meet_now
    add_participant bob | call=offered:bob | announce_meeting bob, warn_call_will_end bob
    accept_meeting bob  | call=escalating:bob meeting=creating:bob | create_sfb_meeting
    """
)
def test_escalation(story: Story) -> None:
    story.check()


@stories(
    """
    # An SfB user with the Teams client joins in it: teams>meetings
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    meet_now ann            | chat=escalated:ann meeting=creating:ann | create_teams_meeting
    meeting_created service | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    link_delivered service  | meeting=invited:ann | guide_to_join bob
    join_meeting bob        | meeting=together:ann
        use_teams_client bob, join_authenticated bob, offer_sharing_tray bob

    # An SfB user without a Teams account joins anonymously in the browser: teams>no-account
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    meet_now ann            | chat=escalated:ann meeting=creating:ann | create_teams_meeting
    meeting_created service | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    link_delivered service  | meeting=invited:ann | guide_to_join bob
    join_meeting bob        | meeting=together:ann | use_browser bob, join_anonymous bob, offer_sharing_tray bob
    start_sharing bob       | meeting=peer_shares:ann | start_showing ann

    # A Teams user without an SfB client joins through the meetings app: sfb>no-sfb-client
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    share_desktop ann       | chat=offered:ann | announce_meeting ann
    accept_meeting ann      | chat=escalated:ann meeting=creating:ann | create_sfb_meeting
    meeting_created service | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    link_delivered service  | meeting=invited:ann | guide_to_join bob
    join_meeting bob        | meeting=together:ann | use_meetings_app bob, join_anonymous bob, offer_sharing_tray bob

    # The peer leaves, and comes back by the same link: teams>sfb
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    meet_now ann            | chat=escalated:ann meeting=creating:ann | create_teams_meeting
    meeting_created service | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    link_delivered service  | meeting=invited:ann | guide_to_join bob
    join_meeting bob        | meeting=together:ann | use_browser bob, join_authenticated bob, offer_sharing_tray bob
    leave_meeting bob       | meeting=invited:ann | announce_departure ann
    join_meeting bob        | meeting=together:ann | use_browser bob, join_authenticated bob, offer_sharing_tray bob
    """
)
def test_joining(story: Story) -> None:
    story.check()


@stories(
    """
    # The meeting cannot be created, and the call goes on: teams>sfb
    call_audio ann          | call=ringing:ann | ring_audio bob, open_interop_window bob
    accept_call bob         | call=connected   | stop_ringing both, connect_media both, show_interop_banner ann
    share_desktop ann       | call=offered:ann | open_meeting_menu ann, warn_call_will_end ann
    accept_meeting ann      | call=escalating:ann meeting=creating:ann | create_teams_meeting
    meeting_failed service  | call=connected meeting=ended | dismiss_meeting, report_no_meeting ann
    add_video ann           | stays            | show_video bob
    share_desktop ann       | call=offered:ann | open_meeting_menu ann, warn_call_will_end ann
    accept_meeting ann      | call=escalating:ann meeting=creating:ann | create_teams_meeting
    meeting_created service | chat=escalated:ann call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, connect_gateway, open_thread both,
        open_interop_window bob,
        show_interop_banner ann, relay, deliver_join_link bob

    # The link is not delivered, and sent again: teams>sfb
    open_chat ann            | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    meet_now ann             | chat=escalated:ann meeting=creating:ann | create_teams_meeting
    meeting_created service  | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    link_undelivered service | meeting=open:ann | report_link_undelivered ann
    link_delivered service   | not applicable
    join_meeting bob         | refused ESC-4    | resend_link ann
    resend_link ann          | meeting=sent:ann | relay, deliver_join_link bob
    link_delivered service   | meeting=invited:ann | guide_to_join bob
    join_meeting bob         | meeting=together:ann | use_browser bob, join_authenticated bob, offer_sharing_tray bob

    # Chat is turned off while the meeting is made, so the link is not sent until it is on again: teams>sfb
    call_audio ann          | call=ringing:ann | ring_audio bob, open_interop_window bob
    accept_call bob         | call=connected   | stop_ringing both, connect_media both, show_interop_banner ann
    meet_now ann            | call=escalating:ann meeting=creating:ann | create_teams_meeting
    becomes no-chat>sfb     | stays            | -
    meeting_created service | call=ended meeting=open:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, report_link_undelivered ann
    resend_link ann         | refused POL-1    | 'AllowUserChat true'
    link_delivered service  | not applicable
    join_meeting bob        | refused ESC-4
    becomes teams>sfb       | stays            | -
    resend_link ann         | chat=escalated:ann meeting=sent:ann
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann, relay,
        deliver_join_link bob

    # The peer never joins: teams>sfb
    call_audio ann          | call=ringing:ann | ring_audio bob, open_interop_window bob
    accept_call bob         | call=connected   | stop_ringing both, connect_media both, show_interop_banner ann
    share_desktop ann       | call=offered:ann | open_meeting_menu ann, warn_call_will_end ann
    accept_meeting ann      | call=escalating:ann meeting=creating:ann | create_teams_meeting
    meeting_created service | chat=escalated:ann call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, connect_gateway, open_thread both,
        open_interop_window bob,
        show_interop_banner ann, relay, deliver_join_link bob
    link_delivered service  | meeting=invited:ann | guide_to_join bob
    join_timed_out service  | chat=interop meeting=ended was=abandoned
        withdraw_link bob, close_meeting ann, dismiss_meeting
    call_audio bob          | call=ringing:bob was=called_back | ring_audio ann, open_interop_window bob

    # The peer hangs up while the menu is open: teams>sfb
    call_audio ann     | call=ringing:ann | ring_audio bob, open_interop_window bob
    accept_call bob    | call=connected   | stop_ringing both, connect_media both, show_interop_banner ann
    share_desktop ann  | call=offered:ann | open_meeting_menu ann, warn_call_will_end ann
    hang_up bob        | call=ended was=ended:bob | close_menu ann, end_call ann
    accept_meeting ann | not applicable

    # The peer hangs up while the meeting is made, and is invited all the same: teams>sfb
    call_audio ann          | call=ringing:ann | ring_audio bob, open_interop_window bob
    accept_call bob         | call=connected   | stop_ringing both, connect_media both, show_interop_banner ann
    meet_now ann            | call=escalating:ann meeting=creating:ann | create_teams_meeting
    hang_up bob             | call=ended was=ended:bob | end_call ann
    meeting_created service | chat=escalated:ann meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, connect_gateway, open_thread both, open_interop_window bob,
        show_interop_banner ann, relay,
        deliver_join_link bob

    # Both ask at once, and the first is first: teams>sfb
    call_audio ann     | call=ringing:ann | ring_audio bob, open_interop_window bob
    accept_call bob    | call=connected   | stop_ringing both, connect_media both, show_interop_banner ann
    share_desktop bob  | call=offered:bob | announce_meeting bob, warn_call_will_end bob
    share_desktop ann  | refused DEC-3    | accept_meeting bob, decline_meeting bob
    accept_meeting ann | not yours DEC-26
    accept_meeting bob | call=escalating:bob meeting=creating:bob | create_sfb_meeting
    share_desktop ann  | refused DEC-3

    # The initiator thinks better of it: sfb>teams
    open_chat ann       | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    share_desktop ann   | chat=offered:ann | announce_meeting ann
    decline_meeting ann | chat=interop     | close_menu ann
    share_desktop bob   | chat=offered:bob | open_meeting_menu bob

    # A call closes a menu opened in the chat: teams>sfb
    open_chat ann     | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    share_desktop ann | chat=offered:ann | open_meeting_menu ann
    call_audio ann    | chat=interop call=ringing:ann | close_menu ann, ring_audio bob, open_interop_window bob
    accept_call bob   | call=connected   | stop_ringing both, connect_media both, show_interop_banner ann
    share_desktop ann | call=offered:ann | open_meeting_menu ann, warn_call_will_end ann
    """
)
def test_what_can_go_wrong(story: Story) -> None:
    story.check()


@pytest.mark.rules("POL-3")
@stories(
    """
    # AllowPrivateMeetNow is off, so the other starts the meeting: no-meet-now>sfb
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    share_desktop ann       | refused TMS-11   | meet_now bob, 'AllowPrivateMeetNow true'
    meet_now ann            | refused TMS-11   | meet_now bob
    share_desktop bob       | chat=offered:bob | announce_meeting bob
    accept_meeting bob      | chat=escalated:bob meeting=creating:bob | create_sfb_meeting
    meeting_created service | meeting=sent:bob
        put_in_meeting bob, offer_sharing_tray bob, relay, deliver_join_link ann
    link_delivered service  | meeting=invited:bob | guide_to_join ann
    join_meeting ann        | meeting=together:bob | use_sfb_client ann, join_authenticated ann, offer_sharing_tray ann
    start_sharing ann       | meeting=peer_shares:bob | start_showing bob

    # AllowPrivateMeetNow off does not stop an SfB user: sfb, policies off>teams
    open_chat ann      | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    send_text ann      | stays            | relay, deliver_plain_text bob
    share_desktop ann  | chat=offered:ann | announce_meeting ann
    accept_meeting ann | chat=escalated:ann meeting=creating:ann | create_sfb_meeting

    # AllowPrivateMeetNow is turned off while the menu is open: teams>sfb
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    share_desktop ann       | chat=offered:ann | open_meeting_menu ann
    becomes no-meet-now>sfb | stays            | -
    accept_meeting ann      | refused TMS-11   | decline_meeting
    decline_meeting ann     | chat=interop     | close_menu ann

    # AllowUserChat is off: calls only: no-chat>sfb
    open_chat ann  | refused POL-1    | 'AllowUserChat true'
    call_audio ann | call=ringing:ann | ring_audio bob, open_interop_window bob

    # AllowUserChat is turned off in mid-thread: teams>sfb
    open_chat ann       | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    becomes no-chat>sfb | stays         | -
    send_text ann       | refused POL-1
    send_text bob       | refused POL-1
    becomes teams>sfb   | stays         | -
    send_text bob       | stays         | relay, deliver_plain_text ann

    # AllowPrivateCalling is off: text and meetings only: no-calls>sfb
    call_audio ann    | refused POL-2    | 'AllowPrivateCalling true'
    open_chat ann     | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    call_video bob    | refused POL-2    | 'AllowPrivateCalling true'
    share_desktop ann | chat=offered:ann | open_meeting_menu ann

    # A Teams client that cannot share starts a meeting by hand: mobile>sfb
    call_audio ann    | call=ringing:ann | ring_audio bob, open_interop_window bob
    accept_call bob   | call=connected   | stop_ringing both, connect_media both, show_interop_banner ann
    share_desktop ann | refused TMS-3    | meet_now
    meet_now ann      | call=escalating:ann meeting=creating:ann | create_teams_meeting

    # A browser that cannot share starts a meeting by hand: web without sharing>sfb
    open_chat ann     | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    share_desktop ann | refused TMS-3    | meet_now
    becomes web>sfb   | stays            | -
    share_desktop ann | chat=offered:ann | open_meeting_menu ann

    # A legacy SfB client cannot escalate until it is updated: legacy>teams
    open_chat ann       | chat=interop
        connect_gateway, open_thread both, show_business_bar ann, show_interop_banner bob
    share_desktop ann   | refused SFB-1    | meet_now
    add_participant ann | refused SFB-1    | meet_now
    becomes sfb>teams   | stays            | -
    share_desktop ann   | chat=offered:ann | announce_meeting ann
    """
)
def test_policies_and_clients(story: Story) -> None:
    story.check()


@stories(
    """
    # A legacy client learns by signalling, once the call is up: legacy>teams
    call_audio ann  | call=ringing:ann | ring_audio bob
    accept_call bob | call=connected
        stop_ringing both, connect_media both, show_business_bar ann, show_interop_banner bob

    # A legacy client takes voicemail for a Teams user: legacy>sfb
    call_audio ann | call=ringing:ann | ring_audio bob
    voicemail_answered service | call=with_service:ann
        stop_ringing both, connect_voicemail ann, show_business_bar ann
    share_desktop ann | refused DEC-36 | hang_up
    hang_up ann       | call=ended was=taken_by_service:ann | -

    # A legacy client takes any other cloud voice service for a Teams user, too: legacy>sfb
    call_video ann | call=ringing:ann | ring_video bob
    voice_service_answered service | call=with_service:ann
        stop_ringing both, connect_voice_service ann, show_business_bar ann
    hang_up bob             | not yours SFB-3 'only the caller'
    service_hung_up service | call=ended was=taken_by_service:ann | end_call ann
    call_audio bob | call=ringing:bob was=called_back | ring_audio ann

    # A current client does not: sfb>sfb
    call_audio ann | call=ringing:ann | ring_audio bob
    voicemail_answered service | call=with_service:ann | stop_ringing both, connect_voicemail ann
    hang_up ann    | call=ended was=taken_by_service:ann | -
    call_audio ann | call=ringing:ann was=none | ring_audio bob
    voice_service_answered service | call=with_service:ann | stop_ringing both, connect_voice_service ann
    media_failed service | call=ended was=taken_by_service:ann | report_failure ann

    # A current client has its interop window before anybody answers: sfb>teams
    call_audio ann    | call=ringing:ann | ring_audio bob, open_interop_window ann
    no_answer service | call=ended was=missed:ann | stop_ringing both
    call_audio bob    | call=ringing:bob was=called_back | ring_audio ann, open_interop_window ann
    accept_call ann   | call=connected   | stop_ringing both, connect_media both, show_interop_banner bob
    hang_up ann       | call=ended was=ended:ann | end_call bob

    # A missed call is called back: teams>teams
    call_video ann   | call=ringing:ann | ring_video bob
    cancel_call ann  | call=ended was=missed:ann | stop_ringing both
    call_audio bob   | call=ringing:bob was=called_back | ring_audio ann
    decline_call ann | call=ended was=ended:ann | stop_ringing both
    call_audio bob   | call=ringing:bob was=none | ring_audio ann

    # A call breaks and is placed again: teams>sfb
    call_audio ann       | call=ringing:ann | ring_audio bob, open_interop_window bob
    accept_call bob      | call=connected   | stop_ringing both, connect_media both, show_interop_banner ann
    hold ann             | call=on_hold:ann | pause_media bob
    share_desktop bob    | refused DEC-14   | resume ann
    resume ann           | call=connected   | resume_media bob
    media_failed service | call=ended was=failed | report_failure both
    call_audio bob       | call=ringing:bob was=called_back | ring_audio ann, open_interop_window bob

    # On one platform everything works at once: teams>teams
    open_chat ann       | chat=native      | open_thread both
    send_rich_text ann  | stays            | deliver_rich_text bob
    send_file bob       | stays            | deliver_file ann
    share_desktop ann   | stays            | show_screen bob
    call_video ann      | call=ringing:ann | ring_video bob
    accept_call bob     | call=connected   | stop_ringing both, connect_media both
    share_desktop bob   | stays            | show_screen ann
    add_participant ann | stays            | start_group both
    hang_up bob         | call=ended was=ended:bob | end_call ann
    close_chat ann      | stays            | -
    send_text bob       | stays            | deliver_text ann
    """
)
def test_calls_and_clients(story: Story) -> None:
    story.check()


@stories(
    """
    # The recipient moves to Teams in mid-thread: teams>sfb
    open_chat ann       | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    send_text ann       | stays         | relay, deliver_plain_text bob
    becomes teams>teams | chat=locked   | lock_thread ann, end_session bob, disconnect_gateway
    send_text ann       | refused THR-1 | open_chat
    open_chat ann       | chat=native   | open_thread both
    send_rich_text bob  | stays         | deliver_rich_text ann

    # The recipient moves to SfB and back, and the locked thread stays locked: teams>teams
    open_chat ann       | chat=native   | open_thread both
    becomes teams>sfb   | chat=locked   | lock_thread both
    becomes teams>teams | stays         | -
    send_text ann       | refused THR-1 | open_chat
    open_chat bob       | chat=native   | open_thread both

    # Between SfB modes nothing changes: teams>sfb
    open_chat ann          | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    becomes teams>collab   | stays        | -
    becomes teams>meetings | stays        | -
    send_text ann          | stays        | relay, deliver_plain_text bob

    # The recipient moves while the initiator waits in the meeting: teams>sfb
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    meet_now ann            | chat=escalated:ann meeting=creating:ann | create_teams_meeting
    meeting_created service | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    becomes teams>teams     | chat=locked      | lock_thread ann, end_session bob, disconnect_gateway
    link_delivered service  | meeting=invited:ann | guide_to_join bob
    join_meeting bob        | meeting=together:ann
        use_teams_client bob, join_authenticated bob, offer_sharing_tray bob

    # A federated text thread becomes native, and text again: federated teams>sfb
    open_chat ann        | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    becomes federated teams>teams | chat=switch_offered | offer_native_thread both
    send_text bob        | stays         | relay, deliver_plain_text ann
    send_rich_text ann   | refused LIM-1 | send_text, switch_to_native
    switch_to_native bob | chat=switched
        withdraw_native_offer both, lock_thread both, disconnect_gateway, open_thread both
    send_rich_text ann   | stays         | deliver_rich_text bob
    becomes federated teams>sfb | chat=interop
        lock_thread both, connect_gateway, revive_text_thread both, open_interop_window bob, show_interop_banner ann
    send_text ann        | stays         | relay, deliver_plain_text bob

    # A native federated thread is locked, and text is offered: federated teams>teams
    open_chat ann | chat=native   | open_thread both
    becomes federated teams>sfb | chat=text_offered | lock_thread both, offer_text_thread both
    send_text ann | refused THR-1 | open_chat
    open_chat ann | chat=interop
        withdraw_text_offer both, connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann

    # An SfB session expires, and the next message is routed anew: sfb>teams
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    send_text ann           | stays              | relay, deliver_plain_text bob
    session_expired service | chat=one_sided:bob | end_session ann, disconnect_gateway
    send_text ann           | chat=interop
        connect_gateway, open_thread ann, open_interop_window ann, relay, deliver_plain_text bob
    session_expired service | chat=one_sided:bob | end_session ann, disconnect_gateway
    becomes sfb>sfb         | chat=locked        | lock_thread bob
    send_text ann           | chat=native        | open_thread both, deliver_text bob
    send_rich_text bob      | stays              | deliver_rich_text ann

    # An SfB session outlives a change of mode: sfb>sfb
    open_chat ann           | chat=native    | open_thread both
    becomes sfb>teams       | chat=draining  | -
    send_text ann           | stays          | deliver_plain_text bob
    send_rich_text ann      | refused DEC-10 | send_text
    session_expired service | chat=expired   | end_session both
    send_text ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob, relay,
        deliver_plain_text bob
    """
)
def test_changes(story: Story) -> None:
    story.check()


@stories(
    """
    # By the document nobody in Islands mode has interop: islands>sfb
    open_chat ann  | refused INT-4 | 'Islands mode'
    call_audio ann | refused INT-4 | 'Islands mode'
    becomes islands>sfb as routed | stays | -
    open_chat ann  | chat=interop  | connect_gateway, open_thread both, show_interop_banner both

    # By the published routing an Islands user crosses over: islands>sfb as routed
    open_chat ann     | chat=interop     | connect_gateway, open_thread both, show_interop_banner both
    send_text ann     | stays            | relay, deliver_plain_text bob
    share_desktop ann | chat=offered:ann | open_meeting_menu ann

    # A federated Islands user has no interop by the document: federated teams>islands
    open_chat ann | refused INT-3 | 'moves the recipient'

    # A federated Islands user receives in SfB by the published routing: federated teams>islands as routed
    open_chat ann     | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    share_desktop bob | chat=offered:bob | announce_meeting bob

    # Colleagues in Islands mode are met where the originator is: teams>islands
    open_chat ann      | chat=native | open_thread both
    send_rich_text bob | stays       | deliver_rich_text ann

    # Two TeamsOnly users in different clouds have text only, and meetings: clouds teams>teams
    open_chat ann           | chat=interop     | connect_gateway, open_thread both, show_interop_banner both
    send_text bob           | stays            | relay, deliver_plain_text ann
    send_rich_text bob      | refused RTE-10   | send_text, meet_now
    share_desktop ann       | chat=offered:ann | open_meeting_menu ann
    accept_meeting ann      | chat=escalated:ann meeting=creating:ann | create_teams_meeting
    meeting_created service | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    link_delivered service  | meeting=invited:ann | guide_to_join bob
    join_meeting bob        | meeting=together:ann
        use_teams_client bob, join_anonymous bob, offer_sharing_tray bob

    # They call each other, with video and a meeting like any other two who federate: clouds teams>teams
    call_audio ann          | call=ringing:ann | ring_audio bob
    accept_call bob         | call=connected   | stop_ringing both, connect_media both, show_interop_banner both
    add_video bob           | stays            | show_video ann
    add_participant ann     | refused RTE-10   | share_desktop, meet_now
    share_desktop ann       | call=offered:ann | open_meeting_menu ann, warn_call_will_end ann
    accept_meeting ann      | call=escalating:ann meeting=creating:ann | create_teams_meeting
    meeting_created service | chat=escalated:ann call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, connect_gateway, open_thread both,
        show_interop_banner both, relay, deliver_join_link bob
    link_delivered service  | meeting=invited:ann | guide_to_join bob
    join_meeting bob        | meeting=together:ann was=continued
        use_teams_client bob, join_anonymous bob, offer_sharing_tray bob

    # Nobody is signed in to a meeting of another cloud, on whichever platform they are: clouds teams>meetings
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    meet_now ann            | chat=escalated:ann meeting=creating:ann | create_teams_meeting
    meeting_created service | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    start_sharing ann       | meeting=sent_sharing:ann | -
    link_delivered service  | meeting=invited_sharing:ann | guide_to_join bob
    join_meeting bob        | meeting=initiator_shares:ann
        use_teams_client bob, join_anonymous bob, offer_sharing_tray bob, start_showing bob

    # An organisation that is on-premises only has no interop: on-prem teams>sfb
    open_chat ann  | refused RTE-8 | 'hybrid'
    call_video ann | refused RTE-8 | 'hybrid'

    # Federation that is not allowed both ways is none: federation off
    open_chat ann | refused RTE-9 | 'both organisations'
    becomes federated teams>sfb | stays | -
    open_chat ann | chat=interop  | connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    """
)
def test_islands_clouds_and_topologies(story: Story) -> None:
    story.check()


@stories(
    """
    # The peer shares and leaves, and the initiator no longer sees it: teams>sfb
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    meet_now ann            | chat=escalated:ann meeting=creating:ann | create_teams_meeting
    meeting_created service | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    link_delivered service  | meeting=invited:ann | guide_to_join bob
    join_meeting bob        | meeting=together:ann | use_browser bob, join_authenticated bob, offer_sharing_tray bob
    start_sharing bob       | meeting=peer_shares:ann | start_showing ann
    leave_meeting bob       | meeting=invited:ann | stop_showing ann, announce_departure ann
    start_sharing ann       | meeting=invited_sharing:ann | -

    # The initiator shares and leaves, and the peer no longer sees it: teams>sfb
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    meet_now bob            | chat=escalated:bob meeting=creating:bob | create_sfb_meeting
    meeting_created service | meeting=sent:bob
        put_in_meeting bob, offer_sharing_tray bob, relay, deliver_join_link ann
    link_delivered service  | meeting=invited:bob | guide_to_join ann
    join_meeting ann        | meeting=together:bob | use_sfb_client ann, join_authenticated ann, offer_sharing_tray ann
    start_sharing bob       | meeting=initiator_shares:bob | start_showing ann
    leave_meeting bob       | chat=interop meeting=ended | stop_showing ann, close_meeting both, dismiss_meeting

    # Whoever has been invited is told when the link leads nowhere any more: teams>sfb
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    meet_now ann            | chat=escalated:ann meeting=creating:ann | create_teams_meeting
    meeting_created service | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    link_delivered service  | meeting=invited:ann | guide_to_join bob
    end_meeting ann         | chat=interop meeting=ended | withdraw_link bob, close_meeting ann, dismiss_meeting

    # An offered switch goes when one of them leaves TeamsOnly: federated sfb>teams
    open_chat ann | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    becomes federated teams>teams | chat=switch_offered | offer_native_thread both
    becomes federated sfb>teams   | chat=one_sided:bob
        withdraw_native_offer both, lock_thread ann, disconnect_gateway
    send_text bob | chat=interop:bob
        connect_gateway, open_thread ann, open_interop_window ann, relay, deliver_plain_text ann

    # An offered switch goes when federation is withdrawn: federated teams>sfb
    open_chat ann | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    becomes federated teams>teams      | chat=switch_offered | offer_native_thread both
    becomes federation off teams>teams | chat=locked
        withdraw_native_offer both, lock_thread both, disconnect_gateway

    # An offered text thread goes when it no longer holds, or when somebody begins it: federated teams>teams
    open_chat ann | chat=native | open_thread both
    becomes federated teams>sfb   | chat=text_offered | lock_thread both, offer_text_thread both
    becomes federated teams>teams | chat=locked       | withdraw_text_offer both
    open_chat ann | chat=native | open_thread both
    becomes federated teams>sfb   | chat=text_offered | lock_thread both, offer_text_thread both
    send_text bob | chat=interop:bob
        withdraw_text_offer both, connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann,
        relay, deliver_plain_text ann

    # A call that fails while it rings stops ringing: teams>sfb
    call_audio ann       | call=ringing:ann | ring_audio bob, open_interop_window bob
    media_failed service | call=ended was=failed | stop_ringing both, report_failure both
    """
)
def test_whatever_is_shown_or_offered_is_taken_back(story: Story) -> None:
    story.check()


@stories(
    """
    # Persistent Chat is SfB's alone, before there is a thread as in one: teams>sfb
    open_persistent_chat bob | refused LIM-7 | -
    open_chat ann            | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    open_persistent_chat bob | refused LIM-7 | -

    # Two SfB users have it, beside their conversation: sfb>sfb
    open_persistent_chat ann | stays       | open_persistent_chat ann
    open_chat ann            | chat=native | open_thread both
    open_persistent_chat bob | stays       | open_persistent_chat bob

    # A group of two Teams users in different clouds is refused for the clouds: clouds teams>teams
    open_chat ann       | chat=interop   | connect_gateway, open_thread both, show_interop_banner both
    add_participant ann | refused RTE-10 | share_desktop, meet_now
    add_participant bob | refused RTE-10 | share_desktop, meet_now
    """
)
def test_refusals_that_say_what_it_is(story: Story) -> None:
    story.check()
