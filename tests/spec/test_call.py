"""The one-to-one call, row by row."""

from __future__ import annotations

from tests.spec.tables import Fact, facts


@facts(
    """
    pairing                    | given                    | event          | then             | effects
    teams>sfb                  |                          | call_audio ann | call=ringing:ann
        ring_audio bob, open_interop_window bob
    teams>sfb                  |                          | call_video ann | call=ringing:ann
        ring_video bob, open_interop_window bob
    sfb>teams                  |                          | call_audio ann | call=ringing:ann
        ring_audio bob, open_interop_window ann
    sfb>teams                  |                          | call_video ann | call=ringing:ann
        ring_video bob, open_interop_window ann
    teams>legacy               |                          | call_audio ann | call=ringing:ann | ring_audio bob
    legacy>teams               |                          | call_audio ann | call=ringing:ann | ring_audio bob
    federated teams>sfb        |                          | call_video ann | call=ringing:ann
        ring_video bob, open_interop_window bob
    federated sfb>teams        |                          | call_audio ann | call=ringing:ann
        ring_audio bob, open_interop_window ann
    islands>sfb as routed      |                          | call_audio ann | call=ringing:ann | ring_audio bob
    sfb, policies off>teams    |                          | call_audio ann | call=ringing:ann
        ring_audio bob, open_interop_window ann
    clouds teams>sfb           |                          | call_audio ann | call=ringing:ann
        ring_audio bob, open_interop_window bob
    clouds teams>teams         |                          | call_audio ann | call=ringing:ann | ring_audio bob
    clouds teams>teams         |                          | call_video ann | call=ringing:ann | ring_video bob
    teams>sfb                  | chat=interop             | call_audio bob | call=ringing:bob
        ring_audio ann, open_interop_window bob
    sfb>sfb then teams>sfb     | chat=closed              | call_audio bob | call=ringing:bob
        ring_audio ann, open_interop_window bob
    sfb>sfb then sfb>teams     | chat=expired             | call_audio ann | call=ringing:ann
        ring_audio bob, open_interop_window ann
    teams>teams then teams>sfb | chat=locked              | call_audio bob | call=ringing:bob
        ring_audio ann, open_interop_window bob
    federated teams>teams then federated teams>sfb | chat=text_offered | call_video ann | call=ringing:ann
        ring_video bob, open_interop_window bob
    teams>teams                |                          | call_audio ann | call=ringing:ann | ring_audio bob
    teams>teams                |                          | call_video ann | call=ringing:ann | ring_video bob
    sfb>sfb                    | chat=native              | call_video bob | call=ringing:bob | ring_video ann
    federated teams>teams      |                          | call_audio ann | call=ringing:ann | ring_audio bob
    teams>sfb then teams>teams | chat=locked              | call_audio ann | call=ringing:ann | ring_audio bob
    teams>sfb                  | call=ended was=ended:bob | call_audio bob | call=ringing:bob was=none
        ring_audio ann, open_interop_window bob
    teams>sfb                  | call=ended was=ended:ann | call_video ann | call=ringing:ann was=none
        ring_video bob, open_interop_window bob
    teams>teams                | call=ended was=ended:ann | call_audio bob | call=ringing:bob was=none | ring_audio ann
    teams>teams                | call=ended was=ended:ann | call_video ann | call=ringing:ann was=none | ring_video bob
    teams>sfb then teams>teams | call=ended was=ended:ann | call_audio ann | call=ringing:ann was=none | ring_audio bob
    teams>sfb                  | chat=offered:ann call=ended was=ended:bob | call_audio bob
        => chat=interop call=ringing:bob was=none
        close_menu ann, ring_audio ann, open_interop_window bob
    teams>sfb                  | chat=offered:bob call=ended was=ended:bob | call_video ann
        => chat=interop call=ringing:ann was=none
        close_menu bob, ring_video bob, open_interop_window bob
    """
)
def test_placing(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                         | given                    | event          | then           | effects
    teams>sfb                       |                          | call_audio bob | refused DEC-6
    sfb>sfb                         |                          | call_video bob | refused DEC-6
    no-calls>sfb                    |                          | call_audio ann | refused POL-2 'the originator'
        'AllowPrivateCalling true'
    no-calls>sfb                    |                          | call_video ann | refused POL-2 'the originator'
        'AllowPrivateCalling true'
    sfb>no-calls                    |                          | call_audio ann | refused POL-2 'the recipient'
        'AllowPrivateCalling true'
    no-calls>teams                  |                          | call_video ann | refused POL-2 'the originator'
        'AllowPrivateCalling true'
    teams>sfb then no-calls>sfb     | call=ended was=ended:ann | call_audio ann | refused POL-2
    teams>sfb then no-calls>sfb     | call=ended was=ended:ann | call_video bob | refused POL-2
    islands on sfb>teams            |                          | call_audio ann | refused INT-4
    teams>sfb                       | chat=escalated:ann meeting=creating:ann | call_audio ann | refused DEC-12
    teams>sfb                       | chat=escalated:ann meeting=open:ann | call_video bob | refused DEC-12
    teams>sfb                       | chat=escalated:ann meeting=invited:ann | call_audio bob | refused DEC-12
        join_meeting
    teams>sfb                       | chat=escalated:ann meeting=together:ann | call_audio ann | refused DEC-12
        leave_meeting
    teams>sfb                       | call=ringing:ann         | call_audio ann | not applicable | cancel_call
    teams>sfb                       | call=connected           | call_video bob | not applicable | hang_up
    federated teams>sfb then federation off | call=ended was=ended:ann | call_audio ann | refused RTE-9
    federated teams>sfb then federated teams>islands | call=ended was=ended:ann | call_audio ann | refused INT-3
    teams>sfb then islands>sfb      | call=ended was=ended:ann | call_audio ann | refused INT-4
    teams>sfb then on-prem teams>sfb | call=ended was=ended:ann | call_audio ann | refused RTE-8
    islands>sfb as routed then islands on-prem>sfb as routed | call=ended was=ended:ann | call_audio ann | refused RTE-6
    federated teams>sfb then federation off | call=ended was=ended:ann | call_video ann | refused RTE-9
    federated teams>sfb then federated teams>islands | call=ended was=ended:ann | call_video ann | refused INT-3
    teams>sfb then islands>sfb      | call=ended was=ended:ann | call_video ann | refused INT-4
    teams>sfb then on-prem teams>sfb | call=ended was=ended:ann | call_video ann | refused RTE-8
    islands>sfb as routed then islands on-prem>sfb as routed | call=ended was=ended:ann | call_video ann | refused RTE-6
    federation off                  |                          | call_audio ann | refused RTE-9
    federation off                  |                          | call_video ann | refused RTE-9
    federated teams>islands         |                          | call_audio ann | refused INT-3
    federated teams>islands         |                          | call_video ann | refused INT-3
    islands>sfb                     |                          | call_audio ann | refused INT-4
    islands>sfb                     |                          | call_video ann | refused INT-4
    on-prem teams>sfb               |                          | call_audio ann | refused RTE-8
    on-prem teams>sfb               |                          | call_video ann | refused RTE-8
    islands on-prem>sfb as routed   |                          | call_audio ann | refused RTE-6
    islands on-prem>sfb as routed   |                          | call_video ann | refused RTE-6
    teams>sfb then no-calls>sfb     | call=ended was=ended:ann | call_audio bob | refused POL-2
    teams>sfb then no-calls>sfb     | call=ended was=ended:ann | call_video ann | refused POL-2
    teams>teams then no-calls>teams | call=ended was=ended:ann | call_audio ann | refused POL-2
    teams>teams then no-calls>teams | call=ended was=ended:ann | call_audio bob | refused POL-2
    teams>teams then no-calls>teams | call=ended was=ended:ann | call_video ann | refused POL-2
    teams>teams then no-calls>teams | call=ended was=ended:ann | call_video bob | refused POL-2
    clouds no-calls>teams           |                          | call_audio ann | refused POL-2
    teams>sfb                       | chat=escalated:ann meeting=open_sharing:ann | call_audio ann | refused DEC-12
        resend_link, leave_meeting
    teams>sfb                       | chat=escalated:ann meeting=sent_sharing:ann | call_audio ann | refused DEC-12
    teams>sfb                       | chat=escalated:ann meeting=invited_sharing:ann | call_video bob | refused DEC-12
        join_meeting
    islands>sfb as routed           | call=ended was=ended:ann | call_audio bob | refused DEC-35 'another conversation'
    islands>sfb as routed           | call=ended was=ended:ann | call_video bob | refused DEC-35 'another conversation'
    sfb>sfb then islands>sfb as routed | call=ended was=ended:bob chat=closed | call_audio bob
        => refused DEC-35 'another conversation'
    federated islands>teams as routed | call=ended was=ended:ann | call_audio bob | refused DEC-35
    """
)
def test_not_placing(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing               | given            | event                  | then           | effects
    teams>sfb             | call=ringing:ann | accept_call bob        | call=connected
        stop_ringing both, connect_media both, show_interop_banner ann
    sfb>teams             | call=ringing:ann | accept_call bob        | call=connected
        stop_ringing both, connect_media both, show_interop_banner bob
    teams>sfb             | call=ringing:bob | accept_call ann        | call=connected
        stop_ringing both, connect_media both, show_interop_banner ann
    teams>legacy          | call=ringing:ann | accept_call bob        | call=connected
        stop_ringing both, connect_media both, show_business_bar bob, show_interop_banner ann
    legacy>teams          | call=ringing:ann | accept_call bob        | call=connected
        stop_ringing both, connect_media both, show_business_bar ann, show_interop_banner bob
    islands>sfb as routed | call=ringing:ann | accept_call bob        | call=connected
        stop_ringing both, connect_media both, show_interop_banner both
    teams>teams           | call=ringing:ann | accept_call bob        | call=connected
        stop_ringing both, connect_media both
    sfb>sfb               | call=ringing:ann | accept_call bob        | call=connected
        stop_ringing both, connect_media both
    legacy>sfb            | call=ringing:ann | accept_call bob        | call=connected
        stop_ringing both, connect_media both
    teams>sfb             | call=ringing:ann | accept_call ann        | not yours 'only the other party'
    teams>teams           | call=ringing:ann | accept_call ann        | not yours 'only the other party'
    teams>sfb             | call=ringing:ann | decline_call bob       | call=ended was=ended:bob | stop_ringing both
    teams>sfb             | call=ringing:bob | decline_call ann       | call=ended was=ended:ann | stop_ringing both
    teams>sfb             | call=ringing:ann | decline_call ann       | not yours DEC-34 'only the other party'
    teams>sfb             | call=ringing:ann | cancel_call ann        | call=ended was=missed:ann | stop_ringing both
    teams>sfb             | call=ringing:ann | cancel_call bob        | not yours DEC-34 'only the caller'
    teams>sfb             | call=ringing:ann | no_answer service      | call=ended was=missed:ann | stop_ringing both
    teams>sfb             | call=ringing:ann | no_answer bob          | not yours 'only the service'
    clouds teams>teams    | call=ringing:ann | accept_call bob        | call=connected
        stop_ringing both, connect_media both, show_interop_banner both
    teams>sfb then no-calls>sfb | call=ringing:ann | accept_call bob  | refused POL-2
    teams>teams then no-calls>teams | call=ringing:ann | accept_call bob | refused POL-2
    legacy>sfb            | call=ringing:ann | voicemail_answered service | call=with_service:ann
        stop_ringing both, connect_voicemail ann, show_business_bar ann
    legacy>teams          | call=ringing:ann | voicemail_answered service | call=with_service:ann
        stop_ringing both, connect_voicemail ann, show_business_bar ann
    sfb>sfb               | call=ringing:ann | voicemail_answered service | call=with_service:ann
        stop_ringing both, connect_voicemail ann
    sfb>teams             | call=ringing:ann | voicemail_answered service | call=with_service:ann
        stop_ringing both, connect_voicemail ann
    teams>legacy          | call=ringing:ann | voicemail_answered service | call=with_service:ann
        stop_ringing both, connect_voicemail ann
    legacy>sfb            | call=ringing:ann | voice_service_answered service | call=with_service:ann
        stop_ringing both, connect_voice_service ann, show_business_bar ann
    legacy>teams          | call=ringing:ann | voice_service_answered service | call=with_service:ann
        stop_ringing both, connect_voice_service ann, show_business_bar ann
    sfb>teams             | call=ringing:bob | voice_service_answered service | call=with_service:bob
        stop_ringing both, connect_voice_service bob
    teams>sfb             | call=ringing:ann | voice_service_answered bob | not yours 'only the service'
    teams>sfb             | call=ringing:ann | voicemail_answered ann | not yours 'only the service'
    teams>sfb             | call=ringing:ann | media_failed service   | call=ended was=failed
        stop_ringing both, report_failure both
    teams>sfb             | call=ringing:ann | media_failed bob       | not yours 'only the service'
    teams>sfb             | call=ringing:ann | share_desktop ann      | refused DEC-14 | accept_call bob
    teams>sfb             | call=ringing:ann | share_desktop bob      | refused DEC-14 | accept_call
    teams>sfb             | call=ringing:ann | add_participant bob    | refused DEC-14 | accept_call
    teams>sfb             | call=ringing:ann | meet_now ann           | refused DEC-14 | accept_call bob
    teams>teams           | call=ringing:ann | share_desktop ann      | refused DEC-14 | accept_call bob
    teams>sfb             | call=ringing:ann | hang_up ann            | not applicable | cancel_call
    teams>sfb             | call=ringing:ann | hang_up bob            | not applicable | accept_call, decline_call
    teams>sfb             | call=ringing:ann | add_video ann          | not applicable
    teams>sfb             | call=ringing:ann | add_participant ann    | refused DEC-14 | accept_call bob
    teams>sfb             | call=ringing:ann | meet_now bob           | refused DEC-14 | accept_call
    """
)
def test_ringing(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing     | given            | event                | then             | effects
    teams>sfb   | call=connected   | add_video ann        | stays            | show_video bob
    teams>sfb   | call=connected   | add_video bob        | stays            | show_video ann
    teams>sfb   | call=connected   | add_video service    | not yours 'only'
    teams>sfb   | call=connected   | hold ann             | call=on_hold:ann | pause_media bob
    teams>sfb   | call=connected   | hold bob             | call=on_hold:bob | pause_media ann
    teams>sfb   | call=connected   | hold service         | not yours 'only'
    teams>sfb   | call=connected   | resume ann           | not applicable
    teams>sfb   | call=connected   | hang_up ann          | call=ended was=ended:ann | end_call bob
    teams>teams | call=connected   | hang_up bob          | call=ended was=ended:bob | end_call ann
    teams>sfb   | call=connected   | hang_up service      | not yours 'only'
    teams>sfb   | call=connected   | media_failed service | call=ended was=failed | report_failure both
    teams>sfb   | call=connected   | media_failed ann     | not yours 'only the service'
    teams>sfb   | call=connected   | decline_call bob     | not applicable   | hang_up
    teams>sfb   | call=on_hold:ann | resume ann           | call=connected   | resume_media bob
    teams>sfb   | call=on_hold:bob | resume bob           | call=connected   | resume_media ann
    teams>sfb   | call=on_hold:ann | resume bob           | not yours 'only the holder'
    teams>sfb   | call=on_hold:ann | share_desktop ann    | refused DEC-14   | resume
    teams>sfb   | call=on_hold:ann | share_desktop bob    | refused DEC-14   | resume ann
    teams>sfb   | call=on_hold:ann | add_participant bob  | refused DEC-14   | resume ann
    teams>sfb   | call=on_hold:ann | meet_now ann         | refused DEC-14   | resume
    teams>sfb   | call=on_hold:ann | add_video ann        | refused DEC-14   | resume
    teams>sfb   | call=on_hold:ann | hold bob             | not applicable
    teams>sfb   | call=on_hold:ann | hang_up bob          | call=ended was=ended:bob | end_call ann
    teams>sfb   | call=on_hold:ann | hang_up service      | not yours 'only'
    teams>sfb   | call=on_hold:ann | media_failed service | call=ended was=failed | report_failure both
    teams>sfb   | call=on_hold:ann | media_failed bob     | not yours 'only the service'
    teams>sfb   | call=on_hold:ann | add_participant ann  | refused DEC-14   | resume
    teams>sfb   | call=on_hold:ann | meet_now bob         | refused DEC-14   | resume ann
    teams>sfb   | call=on_hold:ann | add_video bob        | refused DEC-14   | resume ann
    teams>sfb   | call=on_hold:ann | hang_up ann          | call=ended was=ended:ann | end_call bob
    """
)
def test_talking(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing               | given                      | event                   | then           | effects
    teams>teams           | call=connected             | share_desktop ann       | stays          | show_screen bob
    sfb>sfb               | call=connected             | share_desktop bob       | stays          | show_screen ann
    federated teams>teams | chat=native call=connected | share_desktop ann       | stays          | show_screen bob
    teams>teams           | call=connected             | add_participant ann     | stays          | start_group both
    sfb>sfb               | call=connected             | add_participant bob     | stays          | start_group both
    teams>teams           | call=connected             | meet_now ann            | refused 'not interop'
    teams>teams           | call=connected             | share_desktop service   | not yours 'only'
    teams>teams           | call=connected             | add_participant service | not yours 'only'
    """
)
def test_on_one_platform(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                 | given          | event               | then             | effects
    teams>sfb               | call=connected | share_desktop ann   | call=offered:ann
        open_meeting_menu ann, warn_call_will_end ann
    sfb>teams               | call=connected | share_desktop bob   | call=offered:bob
        open_meeting_menu bob, warn_call_will_end bob
    mac>sfb                 | call=connected | share_desktop ann   | call=offered:ann
        open_meeting_menu ann, warn_call_will_end ann
    web>sfb                 | call=connected | share_desktop ann   | call=offered:ann
        open_meeting_menu ann, warn_call_will_end ann
    teams>legacy            | call=connected | share_desktop ann   | call=offered:ann
        open_meeting_menu ann, warn_call_will_end ann
    federated teams>sfb     | call=connected | share_desktop ann   | call=offered:ann
        open_meeting_menu ann, warn_call_will_end ann
    teams>sfb               | chat=interop call=connected | share_desktop ann | call=offered:ann
        open_meeting_menu ann, warn_call_will_end ann
    sfb>teams               | call=connected | share_desktop ann   | call=offered:ann
        announce_meeting ann, warn_call_will_end ann
    teams>sfb               | call=connected | share_desktop bob   | call=offered:bob
        announce_meeting bob, warn_call_will_end bob
    federated sfb>teams     | call=connected | share_desktop ann   | call=offered:ann
        announce_meeting ann, warn_call_will_end ann
    sfb, policies off>teams | call=connected | share_desktop ann   | call=offered:ann
        announce_meeting ann, warn_call_will_end ann
    clouds teams>teams      | call=connected | share_desktop bob   | call=offered:bob
        open_meeting_menu bob, warn_call_will_end bob
    no-chat>sfb             | call=connected | share_desktop ann   | refused POL-1 'the originator'
        'AllowUserChat true'
    no-chat>sfb             | call=connected | share_desktop bob   | refused POL-1 'the originator'
        'AllowUserChat true'
    sfb>no-chat             | call=connected | share_desktop ann   | refused POL-1 'the recipient'
        'AllowUserChat true'
    sfb>no-chat             | call=connected | share_desktop bob   | refused POL-1 'the recipient'
        'AllowUserChat true'
    no-chat>sfb             | call=connected | add_participant ann | refused POL-1    | 'AllowUserChat true'
    no-chat>sfb             | call=connected | add_participant bob | refused POL-1    | 'AllowUserChat true'
    no-chat>sfb             | call=connected | meet_now ann        | refused POL-1    | 'AllowUserChat true'
    no-chat>sfb             | call=connected | meet_now bob        | refused POL-1    | 'AllowUserChat true'
    mobile>sfb              | call=connected | share_desktop ann   | refused TMS-3    | meet_now, 'Teams on Windows'
    web without sharing>sfb | call=connected | share_desktop ann   | refused TMS-3    | meet_now
    no-meet-now>sfb         | call=connected | share_desktop ann   | refused TMS-11
        meet_now bob, 'AllowPrivateMeetNow true'
    legacy>teams            | call=connected | share_desktop ann   | refused SFB-1
        meet_now, 'update the SfB client'
    sfb>teams               | call=connected | add_participant ann | call=offered:ann
        announce_meeting ann, warn_call_will_end ann
    legacy>teams            | call=connected | add_participant ann | refused SFB-1    | meet_now
    teams>sfb               | call=connected | add_participant ann | refused LIM-5    | share_desktop, meet_now
    no-meet-now>sfb         | call=connected | add_participant ann | refused LIM-5    | meet_now bob
    federated islands>teams as routed | call=connected | add_participant bob | refused NAT-2 | share_desktop, meet_now
    federated islands, no meet now>teams as routed | call=connected | add_participant ann | refused NAT-2 | meet_now bob
    clouds teams>teams      | call=connected | add_participant ann | refused RTE-10   | share_desktop, meet_now
    clouds no-meet-now>teams | call=connected | add_participant ann | refused RTE-10  | meet_now bob
    clouds no-meet-now>teams | call=connected | add_participant bob | refused RTE-10  | meet_now
    clouds no-meet-now>no-meet-now | call=connected | add_participant ann | refused TMS-11
        'AllowPrivateMeetNow true'
    teams>sfb               | call=connected | meet_now ann        | call=escalating:ann meeting=creating:ann
        create_teams_meeting
    mobile>sfb              | call=connected | meet_now ann        | call=escalating:ann meeting=creating:ann
        create_teams_meeting
    sfb>teams               | call=connected | meet_now ann        | call=escalating:ann meeting=creating:ann
        create_sfb_meeting
    legacy>teams            | call=connected | meet_now ann        | call=escalating:ann meeting=creating:ann
        create_sfb_meeting
    no-meet-now>sfb         | call=connected | meet_now bob        | call=escalating:bob meeting=creating:bob
        create_sfb_meeting
    no-meet-now>sfb         | call=connected | meet_now ann        | refused TMS-11
        meet_now bob, 'AllowPrivateMeetNow true'
    """
)
def test_asking_for_a_meeting(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                        | given            | event                   | then             | effects
    teams>sfb                      | call=offered:ann | warn_peer ann           | stays
        warn_meeting_coming bob
    sfb>teams                      | call=offered:bob | warn_peer bob           | stays
        warn_meeting_coming ann
    sfb>teams                      | call=offered:ann | warn_peer ann           | refused DEC-30
        accept_meeting, decline_meeting
    teams>sfb                      | call=offered:ann | warn_peer bob           | not yours TMS-7 'only the initiator'
    teams>sfb                      | call=offered:ann | accept_meeting ann
        => call=escalating:ann meeting=creating:ann
        create_teams_meeting
    sfb>teams                      | call=offered:ann | accept_meeting ann
        => call=escalating:ann meeting=creating:ann
        create_sfb_meeting
    teams>legacy                   | call=offered:ann | accept_meeting ann
        => call=escalating:ann meeting=creating:ann
        create_teams_meeting
    sfb, policies off>teams        | call=offered:ann | accept_meeting ann
        => call=escalating:ann meeting=creating:ann
        create_sfb_meeting
    teams>sfb then no-meet-now>sfb | call=offered:ann | accept_meeting ann      | refused TMS-11   | decline_meeting
    teams>sfb then mobile>sfb      | call=offered:ann | accept_meeting ann      | refused TMS-3    | decline_meeting
    sfb>teams then legacy>teams    | call=offered:ann | accept_meeting ann      | refused SFB-1    | decline_meeting
    teams>sfb then no-chat>sfb     | call=offered:ann | accept_meeting ann      | refused POL-1
        decline_meeting, 'AllowUserChat true'
    teams>sfb then no-chat>sfb     | call=offered:bob | accept_meeting bob      | refused POL-1
        decline_meeting, 'AllowUserChat true'
    teams>sfb                      | call=offered:ann | decline_meeting ann     | call=connected   | close_menu ann
    sfb>teams                      | call=offered:ann | decline_meeting ann     | call=connected   | close_menu ann
    teams>sfb                      | call=offered:ann | accept_meeting bob      | not yours DEC-26 'only the initiator'
    teams>sfb                      | call=offered:ann | decline_meeting bob     | not yours DEC-26 'only the initiator'
    teams>sfb                      | call=offered:ann | accept_meeting service  | not yours 'only the initiator'
    teams>sfb                      | call=offered:ann | decline_meeting service | not yours 'only the initiator'
    teams>sfb                      | call=offered:ann | add_video bob           | stays            | show_video ann
    teams>sfb                      | call=offered:ann | add_video service       | not yours 'only'
    teams>sfb                      | call=offered:ann | hold ann                | call=on_hold:ann
        close_menu ann, pause_media bob
    teams>sfb                      | call=offered:ann | hold bob                | call=on_hold:bob
        close_menu ann, pause_media ann
    teams>sfb                      | call=offered:ann | hold service            | not yours 'only'
    teams>sfb                      | call=offered:ann | hang_up bob             | call=ended was=ended:bob
        close_menu ann, end_call ann
    teams>sfb                      | call=offered:ann | hang_up ann             | call=ended was=ended:ann
        close_menu ann, end_call bob
    teams>sfb                      | call=offered:ann | hang_up service         | not yours 'only'
    teams>sfb                      | call=offered:ann | media_failed service    | call=ended was=failed
        close_menu ann, report_failure both
    teams>sfb                      | call=offered:ann | media_failed ann        | not yours 'only the service'
    teams>sfb                      | chat=interop call=offered:ann | send_text ann | stays
        relay, deliver_plain_text bob
    teams>sfb                      | call=offered:ann | add_video ann           | stays            | show_video bob
    """
)
def test_menu(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing    | given | event                   | then           | effects
    teams>sfb  | call=escalating:ann meeting=creating:ann | add_video ann | stays | show_video bob
    teams>sfb  | call=escalating:ann meeting=creating:ann | hold bob | refused DEC-31 | hang_up
    teams>sfb  | call=escalating:ann meeting=creating:ann | add_video service | not yours 'only'
    teams>sfb  | call=escalating:ann meeting=creating:ann | hang_up bob | call=ended was=ended:bob | end_call ann
    teams>sfb  | call=escalating:ann meeting=creating:ann | hang_up service | not yours 'only'
    teams>sfb  | call=escalating:ann meeting=creating:ann | media_failed service | call=ended was=failed
        report_failure both
    teams>sfb  | call=escalating:ann meeting=creating:ann | media_failed bob | not yours 'only the service'
    teams>sfb  | chat=interop call=escalating:ann meeting=creating:ann | meeting_failed service
        => call=connected meeting=ended
        dismiss_meeting, report_no_meeting ann
    sfb>teams  | call=escalating:bob meeting=creating:bob | meeting_failed service | call=connected meeting=ended
        dismiss_meeting, report_no_meeting bob
    mobile>sfb | call=escalating:bob meeting=creating:bob | meeting_created service
        => chat=escalated:bob:bob call=ended meeting=sent:bob was=superseded:bob
        put_in_meeting bob, offer_sharing_tray bob, end_call both, connect_gateway, open_thread both,
        open_interop_window bob, show_interop_banner ann, relay, deliver_join_link ann
    teams>sfb  | call=ended meeting=creating:ann was=ended:bob | meeting_created service
        => chat=escalated:ann meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, connect_gateway, open_thread both, open_interop_window bob,
        show_interop_banner ann, relay, deliver_join_link bob
    teams>sfb  | call=ended meeting=creating:ann was=ended:bob | meeting_failed service | meeting=ended
        dismiss_meeting, report_no_meeting ann
    teams>sfb  | call=escalating:ann meeting=creating:ann | hold ann | refused DEC-31 | hang_up
    teams>sfb  | call=escalating:ann meeting=creating:ann | add_video bob | stays | show_video ann
    teams>sfb  | call=escalating:ann meeting=creating:ann | hang_up ann | call=ended was=ended:ann | end_call bob
    """
)
def test_accepted(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                    | given                     | event                | then          | effects
    teams>sfb                  | call=ringing:ann          | becomes teams>teams  | call=ended was=failed
        stop_ringing both, report_failure both
    sfb>teams                  | call=ringing:ann          | becomes sfb>sfb      | call=ended was=failed
        stop_ringing both, report_failure both
    teams>teams                | call=ringing:ann          | becomes teams>sfb    | call=ended was=failed
        stop_ringing both, report_failure both
    sfb>sfb                    | call=ringing:ann          | becomes sfb>teams    | call=ended was=failed
        stop_ringing both, report_failure both
    clouds teams>teams         | call=ringing:ann          | becomes federated teams>teams | call=ended was=failed
        stop_ringing both, report_failure both
    teams>sfb                  | call=ringing:ann          | becomes islands>sfb  | call=ended was=failed
        stop_ringing both, report_failure both
    teams>sfb                  | call=connected            | becomes teams>teams  | call=draining_interop | -
    sfb>teams                  | call=connected            | becomes sfb>sfb      | call=draining_interop | -
    teams>teams                | call=connected            | becomes teams>sfb    | call=draining | -
    sfb>sfb                    | call=connected            | becomes sfb>teams    | call=draining | -
    sfb>sfb                    | call=connected            | becomes islands>sfb  | call=draining | -
    clouds teams>teams         | call=connected            | becomes federated teams>teams | call=draining_interop | -
    teams>sfb                  | call=offered:ann          | becomes teams>teams  | call=draining_interop
        close_menu ann
    sfb>teams                  | call=offered:bob          | becomes sfb>sfb      | call=draining_interop
        close_menu bob
    clouds teams>teams         | call=offered:ann          | becomes federated teams>teams | call=draining_interop
        close_menu ann
    teams>sfb                  | call=escalating:ann meeting=creating:ann | becomes teams>teams
        => call=draining_interop
        -
    sfb>teams                  | call=escalating:ann meeting=creating:ann | becomes sfb>sfb | call=draining_interop | -
    clouds teams>teams         | call=escalating:ann meeting=creating:ann | becomes federated teams>teams
        => call=draining_interop
        -
    teams>sfb                  | call=on_hold:ann          | becomes teams>teams
        => call=draining_interop_on_hold:ann
        -
    sfb>teams                  | call=on_hold:bob          | becomes sfb>sfb
        => call=draining_interop_on_hold:bob
        -
    clouds teams>teams         | call=on_hold:ann          | becomes federated teams>teams
        => call=draining_interop_on_hold:ann
        -
    teams>teams                | call=on_hold:bob          | becomes teams>sfb    | call=draining_on_hold:bob | -
    sfb>sfb                    | call=on_hold:ann          | becomes sfb>teams    | call=draining_on_hold:ann | -
    teams>sfb                  | call=connected            | becomes no-calls>sfb | stays         | -
    teams>sfb                  | call=connected            | becomes teams>collab | stays         | -
    teams>sfb then teams>teams | call=draining_interop     | becomes teams>sfb    | stays         | -
    sfb>teams then sfb>sfb     | call=draining_interop     | becomes sfb>teams    | stays         | -
    teams>teams then teams>sfb | call=draining             | becomes teams>teams  | stays         | -
    teams>sfb then teams>teams | call=draining_interop_on_hold:ann | becomes teams>sfb | stays    | -
    teams>teams then teams>sfb | call=draining_on_hold:ann | becomes teams>teams  | stays         | -
    teams>sfb                  | call=ended was=ended:ann  | becomes teams>teams  | stays         | -
    teams>sfb                  | call=with_service:ann     | becomes teams>teams  | stays         | -
    federated teams>sfb        | call=with_service:ann     | becomes federation off | stays       | -
    teams>sfb                  |                           | becomes sfb>sfb      | stays         | -
    """
)
def test_change_of_the_pairing(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                    | given                     | event                | then          | effects
    teams>sfb                  | call=connected            | becomes islands>sfb  | call=ended was=failed
        report_failure both
    teams>sfb                  | call=connected            | becomes teams>islands | call=ended was=failed
        report_failure both
    sfb>teams                  | call=connected            | becomes sfb>islands  | call=ended was=failed
        report_failure both
    sfb>teams                  | call=connected            | becomes islands on sfb>teams | call=ended was=failed
        report_failure both
    teams>sfb                  | call=connected            | becomes on-prem teams>sfb | call=ended was=failed
        report_failure both
    federated teams>sfb        | call=connected            | becomes federation off | call=ended was=failed
        report_failure both
    federated teams>teams      | call=connected            | becomes federation off teams>teams
        => call=ended was=failed
        report_failure both
    federated sfb>sfb          | call=connected            | becomes federation off sfb>sfb | call=ended was=failed
        report_failure both
    clouds teams>teams         | call=connected            | becomes federation off teams>teams
        => call=ended was=failed
        report_failure both
    teams>sfb                  | call=on_hold:bob          | becomes islands>sfb  | call=ended was=failed
        report_failure both
    federated teams>teams      | call=on_hold:bob          | becomes federation off teams>teams
        => call=ended was=failed
        report_failure both
    teams>sfb                  | call=offered:ann          | becomes islands>sfb  | call=ended was=failed
        close_menu ann, report_failure both
    teams>sfb                  | call=escalating:ann meeting=creating:ann | becomes islands>sfb
        => call=ended was=failed
        report_failure both
    teams>sfb                  | call=connected            | becomes islands>sfb as routed | stays | -
    teams>sfb                  | call=ringing:ann          | becomes islands>sfb as routed | stays | -
    sfb>teams                  | call=connected            | becomes sfb>islands as routed | call=draining_interop | -
    teams>sfb then teams>teams | call=draining_interop     | becomes teams>islands | call=ended was=failed
        report_failure both
    sfb>teams then sfb>sfb     | call=draining_interop_on_hold:bob | becomes sfb>islands | call=ended was=failed
        report_failure both
    teams>teams then teams>sfb | call=draining             | becomes islands>sfb  | stays         | -
    sfb>sfb then sfb>teams     | call=draining             | becomes sfb>islands  | stays         | -
    sfb>sfb then sfb>teams     | call=draining_on_hold:ann | becomes sfb>islands  | stays         | -
    federated sfb>sfb then federated sfb>teams | call=draining | becomes federation off sfb>teams
        => call=ended was=failed
        report_failure both
    federated sfb>sfb then federated sfb>teams | call=draining_on_hold:ann | becomes federation off sfb>teams
        => call=ended was=failed
        report_failure both
    sfb>sfb then sfb>teams     | chat=draining call=ringing_draining:ann | becomes sfb>islands | stays | -
    federated sfb>sfb now teams | chat=draining call=ringing_draining:ann | becomes federation off sfb>teams
        => chat=expired call=ended was=failed
        end_session both, stop_ringing both, report_failure both
    sfb>teams then sfb>sfb     | chat=draining_interop call=ringing_draining_interop:ann | becomes sfb>islands
        => chat=locked call=ended was=failed
        end_session ann, lock_thread bob, disconnect_gateway, stop_ringing both, report_failure both
    """
)
def test_what_bars_the_two_ends_their_call(fact: Fact) -> None:
    """Across platforms whatever keeps them apart there; on one platform only federation withdrawn."""
    fact.check()


@facts(
    """
    pairing                    | given                     | event                   | then           | effects
    teams>sfb then teams>teams | call=draining_interop     | share_desktop ann       | refused DEC-9  | hang_up
    teams>sfb then teams>teams | call=draining_interop     | add_participant bob     | refused DEC-9  | hang_up
    teams>sfb then teams>teams | call=draining_interop     | meet_now ann            | refused DEC-9  | hang_up
    teams>sfb then teams>teams | call=draining_interop     | add_video ann           | refused DEC-9  | hang_up
    teams>sfb then teams>teams | call=draining_interop     | hang_up ann             | call=ended was=ended:ann
        end_call bob
    teams>sfb then teams>teams | call=draining_interop     | hang_up service         | not yours 'only'
    teams>sfb then teams>teams | call=draining_interop     | media_failed service    | call=ended was=failed
        report_failure both
    teams>sfb then teams>teams | call=draining_interop     | media_failed ann        | not yours 'only the service'
    teams>sfb then teams>teams | call=draining_interop     | hold ann
        => call=draining_interop_on_hold:ann
        pause_media bob
    teams>sfb then teams>teams | call=draining_interop     | hold bob
        => call=draining_interop_on_hold:bob
        pause_media ann
    teams>sfb then teams>teams | call=draining_interop     | hold service            | not yours 'only'
    teams>sfb then teams>teams | call=draining_interop_on_hold:ann | resume ann      | call=draining_interop
        resume_media bob
    teams>sfb then teams>teams | call=draining_interop_on_hold:ann | resume bob      | not yours 'only the holder'
    teams>sfb then teams>teams | call=draining_interop_on_hold:ann | share_desktop ann | refused DEC-9 | resume, hang_up
    teams>sfb then teams>teams | call=draining_interop_on_hold:ann | share_desktop bob | refused DEC-9
        hang_up, resume ann
    teams>sfb then teams>teams | call=draining_interop_on_hold:ann | add_participant bob | refused DEC-9 | hang_up
    teams>sfb then teams>teams | call=draining_interop_on_hold:ann | meet_now ann    | refused DEC-9  | hang_up
    teams>sfb then teams>teams | call=draining_interop_on_hold:ann | add_video bob   | refused DEC-9  | hang_up
    teams>sfb then teams>teams | call=draining_interop_on_hold:ann | hang_up bob     | call=ended was=ended:bob
        end_call ann
    teams>sfb then teams>teams | call=draining_interop_on_hold:ann | hang_up service | not yours 'only'
    teams>sfb then teams>teams | call=draining_interop_on_hold:ann | media_failed service | call=ended was=failed
        report_failure both
    teams>sfb then teams>teams | call=draining_interop_on_hold:ann | media_failed bob | not yours 'only the service'
    teams>teams then teams>sfb | call=draining             | share_desktop bob       | refused DEC-9  | hang_up
    teams>teams then teams>sfb | call=draining             | add_participant ann     | refused DEC-9  | hang_up
    teams>teams then teams>sfb | call=draining             | meet_now bob            | refused DEC-9  | hang_up
    teams>teams then teams>sfb | call=draining             | add_video bob           | refused DEC-9  | hang_up
    teams>teams then teams>sfb | call=draining             | hang_up bob             | call=ended was=ended:bob
        end_call ann
    teams>teams then teams>sfb | call=draining             | hang_up service         | not yours 'only'
    teams>teams then teams>sfb | call=draining             | media_failed service    | call=ended was=failed
        report_failure both
    teams>teams then teams>sfb | call=draining             | media_failed ann        | not yours 'only the service'
    teams>teams then teams>sfb | call=draining             | hold ann                | call=draining_on_hold:ann
        pause_media bob
    teams>teams then teams>sfb | call=draining             | hold service            | not yours 'only'
    teams>teams then teams>sfb | call=draining_on_hold:ann | resume ann              | call=draining  | resume_media bob
    teams>teams then teams>sfb | call=draining_on_hold:ann | resume bob              | not yours 'only the holder'
    teams>teams then teams>sfb | call=draining_on_hold:ann | share_desktop bob       | refused DEC-9
        hang_up, resume ann
    teams>teams then teams>sfb | call=draining_on_hold:ann | add_participant ann     | refused DEC-9  | resume
    teams>teams then teams>sfb | call=draining_on_hold:ann | meet_now bob            | refused DEC-9  | hang_up
    teams>teams then teams>sfb | call=draining_on_hold:ann | add_video ann           | refused DEC-9  | resume
    teams>teams then teams>sfb | call=draining_on_hold:ann | hang_up ann             | call=ended was=ended:ann
        end_call bob
    teams>teams then teams>sfb | call=draining_on_hold:ann | hang_up service         | not yours 'only'
    teams>teams then teams>sfb | call=draining_on_hold:ann | media_failed service    | call=ended was=failed
        report_failure both
    teams>teams then teams>sfb | call=draining_on_hold:ann | media_failed bob        | not yours 'only the service'
    """
)
def test_draining(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                    | given | event                   | then          | effects
    teams>sfb then teams>teams | chat=locked call=draining_interop meeting=creating:ann | meeting_created service
        => chat=native call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, open_thread both, deliver_join_link bob
    teams>sfb then teams>teams | call=draining_interop meeting=creating:ann | meeting_failed service | meeting=ended
        dismiss_meeting, report_no_meeting ann
    sfb>teams then sfb>sfb | chat=draining_interop call=draining_interop meeting=creating:ann | meeting_created service
        => call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, relay, deliver_join_link bob
    teams>sfb then teams>teams | call=draining_interop_on_hold:ann meeting=creating:ann | meeting_created service
        => chat=native call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, open_thread both, deliver_join_link bob
    teams>sfb then teams>teams | call=draining_interop_on_hold:bob meeting=creating:ann | meeting_failed service
        => meeting=ended
        dismiss_meeting, report_no_meeting ann
    """
)
def test_draining_while_a_meeting_is_made(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                | given | event | then | effects
    sfb>sfb then sfb>teams | chat=draining call=ringing_draining:ann | accept_call bob | call=draining
        stop_ringing both, connect_media both
    sfb>sfb now teams, no calls | chat=draining call=ringing_draining:ann | accept_call bob | refused POL-2
    sfb>sfb then sfb>teams | chat=draining call=ringing_draining:ann | accept_call ann | not yours DEC-34
    sfb>sfb then sfb>teams | chat=draining call=ringing_draining:ann | decline_call bob | call=ended was=ended:bob
        stop_ringing both
    sfb>sfb then sfb>teams | chat=draining call=ringing_draining:ann | decline_call ann | not yours DEC-34
    sfb>sfb then sfb>teams | chat=draining call=ringing_draining:ann | cancel_call ann | call=ended was=missed:ann
        stop_ringing both
    sfb>sfb then sfb>teams | chat=draining call=ringing_draining:ann | cancel_call bob | not yours DEC-34
    sfb>sfb then sfb>teams | chat=draining call=ringing_draining:ann | no_answer service | call=ended was=missed:ann
        stop_ringing both
    sfb>sfb then sfb>teams | chat=draining call=ringing_draining:ann | no_answer ann | not yours 'only the service'
    sfb>sfb then sfb>teams | chat=draining call=ringing_draining:ann | voicemail_answered service
        => call=with_service:ann
        stop_ringing both, connect_voicemail ann
    legacy>sfb then legacy>teams | chat=draining call=ringing_draining:ann | voicemail_answered service
        => call=with_service:ann
        stop_ringing both, connect_voicemail ann, show_business_bar ann
    sfb>sfb then sfb>teams | chat=draining call=ringing_draining:ann | voicemail_answered ann
        => not yours 'only the service'
    legacy>sfb then legacy>teams | chat=draining call=ringing_draining:ann | voice_service_answered service
        => call=with_service:ann
        stop_ringing both, connect_voice_service ann, show_business_bar ann
    sfb>sfb then sfb>teams | chat=draining call=ringing_draining:ann | voice_service_answered bob
        => not yours 'only the service'
    sfb>sfb then sfb>teams | chat=draining call=ringing_draining:ann | media_failed service | call=ended was=failed
        stop_ringing both, report_failure both
    sfb>sfb then sfb>teams | chat=draining call=ringing_draining:ann | media_failed ann | not yours 'only the service'
    sfb>sfb then sfb>teams | chat=draining call=ringing_draining:ann | share_desktop ann | refused DEC-14
        accept_call bob
    sfb>sfb then sfb>teams | chat=draining call=ringing_draining:ann | add_participant bob | refused DEC-14
        accept_call
    sfb>sfb then sfb>teams | chat=draining call=ringing_draining:ann | meet_now ann | refused DEC-14 | accept_call bob
    sfb>sfb then sfb>teams | chat=draining call=ringing_draining:ann | becomes sfb>sfb | stays | -
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:ann | accept_call bob
        => call=draining_interop
        stop_ringing both, connect_media both
    sfb>teams now both, no calls | chat=draining_interop call=ringing_draining_interop:bob | accept_call ann
        => refused POL-2
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:ann | accept_call ann
        => not yours DEC-34
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:ann | decline_call bob
        => call=ended was=ended:bob
        stop_ringing both
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:ann | decline_call ann
        => not yours DEC-34
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:ann | cancel_call ann
        => call=ended was=missed:ann
        stop_ringing both
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:ann | cancel_call bob
        => not yours DEC-34
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:ann | no_answer service
        => call=ended was=missed:ann
        stop_ringing both
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:ann | no_answer bob
        => not yours 'only the service'
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:ann | voicemail_answered service
        => call=with_service:ann
        stop_ringing both, connect_voicemail ann
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:ann | voicemail_answered ann
        => not yours 'only the service'
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:bob | voice_service_answered service
        => call=with_service:bob
        stop_ringing both, connect_voice_service bob
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:ann | voice_service_answered ann
        => not yours 'only the service'
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:ann | media_failed service
        => call=ended was=failed
        stop_ringing both, report_failure both
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:ann | media_failed bob
        => not yours 'only the service'
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:ann | share_desktop ann
        => refused DEC-14
        accept_call bob
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:ann | add_participant bob
        => refused DEC-14
        accept_call
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:ann | meet_now ann
        => refused DEC-14
        accept_call bob
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:ann | becomes sfb>teams | stays | -
    """
)
def test_ringing_along_a_thread_that_drains(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing    | given                 | event                   | then           | effects
    sfb>teams  | call=with_service:ann | hang_up ann             | call=ended was=taken_by_service:ann | -
    sfb>teams  | call=with_service:ann | hang_up bob             | not yours SFB-3 'only the caller'
    sfb>teams  | call=with_service:ann | service_hung_up service | call=ended was=taken_by_service:ann | end_call ann
    sfb>teams  | call=with_service:ann | service_hung_up ann     | not yours 'only the service'
    sfb>teams  | call=with_service:bob | media_failed service    | call=ended was=taken_by_service:bob
        report_failure bob
    sfb>teams  | call=with_service:ann | media_failed bob        | not yours 'only the service'
    sfb>teams  | call=with_service:ann | share_desktop ann       | refused DEC-36 | hang_up
    legacy>sfb | call=with_service:ann | share_desktop ann       | refused DEC-36 | hang_up
    sfb>teams  | call=with_service:ann | add_participant ann     | refused DEC-36 | hang_up
    sfb>teams  | call=with_service:ann | meet_now ann            | refused DEC-36 | hang_up
    sfb>teams  | call=with_service:ann | meet_now bob            | refused DEC-36 | hang_up ann
    sfb>teams  | call=with_service:ann | add_video ann           | refused DEC-36 | hang_up
    sfb>teams  | call=with_service:ann | hold ann                | refused DEC-36 | hang_up
    sfb>teams  | call=with_service:ann | accept_call bob         | not applicable
    sfb>teams  | call=with_service:ann | call_audio bob          | not applicable
    sfb>teams  | chat=interop call=with_service:ann | send_text bob | stays | relay, deliver_plain_text ann
    sfb>teams  | call=connected        | service_hung_up service | not applicable
    """
)
def test_with_a_voice_service(fact: Fact) -> None:
    fact.check()
