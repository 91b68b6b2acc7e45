"""The one-to-one chat, row by row."""

from __future__ import annotations

import pytest

from tests.spec.tables import Fact, facts, place, step

MESSAGES = "send_text send_rich_text send_emoticon send_file"
ADVANCED = " share_desktop add_participant"


@facts(
    """
    pairing                 | given          | event         | then         | effects
    teams>sfb               |                | open_chat ann | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    sfb>teams               |                | open_chat ann | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    teams>collab            |                | open_chat ann | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    teams>meetings          |                | open_chat ann | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    teams>legacy            |                | open_chat ann | chat=interop
        connect_gateway, open_thread both, show_business_bar bob, show_interop_banner ann
    legacy>teams            |                | open_chat ann | chat=interop
        connect_gateway, open_thread both, show_business_bar ann, show_interop_banner bob
    federated teams>sfb     |                | open_chat ann | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    federated sfb>teams     |                | open_chat ann | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    clouds teams>teams      |                | open_chat ann | chat=interop
        connect_gateway, open_thread both, show_interop_banner both
    islands>sfb as routed   |                | open_chat ann | chat=interop
        connect_gateway, open_thread both, show_interop_banner both
    sfb, policies off>teams |                | open_chat ann | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    teams>sfb               | call=connected | open_chat bob | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    teams>teams             |                | open_chat ann | chat=native  | open_thread both
    sfb>sfb                 |                | open_chat ann | chat=native  | open_thread both
    legacy>sfb              |                | open_chat ann | chat=native  | open_thread both
    federated teams>teams   |                | open_chat ann | chat=native  | open_thread both
    federated sfb>sfb       |                | open_chat ann | chat=native  | open_thread both
    teams>islands           |                | open_chat ann | chat=native  | open_thread both
    sfb>islands             |                | open_chat ann | chat=native  | open_thread both
    """
)
def test_opening(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                       | given        | event                    | then           | effects
    teams>sfb                     |              | open_chat bob            | refused DEC-6  | -
    teams>teams                   |              | open_chat bob            | refused DEC-6  | -
    no-chat>sfb                   |              | open_chat ann            | refused POL-1 'the originator'
        'AllowUserChat true'
    sfb>no-chat                   |              | open_chat ann            | refused POL-1 'the recipient'
        'AllowUserChat true'
    no-chat>teams                 |              | open_chat ann            | refused POL-1 'the originator'
        'AllowUserChat true'
    islands>sfb                   |              | open_chat ann            | refused INT-4  | 'Islands mode'
    islands on sfb>teams          |              | open_chat ann            | refused INT-4  | 'Islands mode'
    federated teams>islands       |              | open_chat ann            | refused INT-3  | 'moves the recipient'
    islands on-prem>sfb as routed |              | open_chat ann            | refused RTE-6  | 'online'
    on-prem teams>sfb             |              | open_chat ann            | refused RTE-8  | 'hybrid'
    federation off                |              | open_chat ann            | refused RTE-9  | 'both organisations'
    teams>sfb                     |              | send_text ann            | not applicable | open_chat, call_audio
    teams>sfb                     |              | send_text bob            | not applicable | -
    teams>sfb                     |              | resend_link ann          | not applicable
    teams>sfb                     |              | open_persistent_chat ann | not applicable
    teams>sfb                     | chat=interop | open_chat ann            | not applicable | send_text
    teams>teams                   | chat=native  | open_chat ann            | not applicable | send_rich_text
    """
)
def test_not_opening(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                        | given        | event              | then           | effects
    teams>sfb                      | chat=closed  | open_chat ann      | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    teams>sfb                      | chat=closed  | open_chat bob      | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    teams>teams                    | chat=closed  | open_chat bob      | chat=native    | open_thread both
    teams>sfb then no-chat>sfb     | chat=closed  | open_chat ann      | refused POL-1
    teams>sfb                      | chat=closed  | send_text ann      | not applicable | open_chat
    teams>teams then teams>sfb     | chat=locked  | open_chat ann      | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    teams>sfb then teams>teams     | chat=locked  | open_chat ann      | chat=native    | open_thread both
    teams>sfb then teams>teams     | chat=locked  | open_chat bob      | chat=native    | open_thread both
    teams>teams then no-chat>sfb   | chat=locked  | open_chat ann      | refused POL-1
    sfb>teams                      | chat=expired | open_chat ann      | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    sfb>sfb                        | chat=expired | open_chat ann      | chat=native    | open_thread both
    sfb>teams then sfb>no-chat     | chat=expired | open_chat ann      | refused POL-1
    sfb>teams                      | chat=expired | send_text ann      | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob, relay,
        deliver_plain_text bob
    sfb>sfb                        | chat=expired | send_text bob      | chat=native
        open_thread both, deliver_text ann
    sfb>teams then sfb>sfb         | chat=expired | send_text ann      | chat=native
        open_thread both, deliver_text bob
    sfb>sfb then sfb>teams         | chat=expired | send_text ann      | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob, relay,
        deliver_plain_text bob
    sfb>teams then sfb>no-chat     | chat=expired | send_text ann      | refused POL-1
    sfb>teams                      | chat=closed  | open_chat ann      | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    teams>legacy                   | chat=closed  | open_chat ann      | chat=interop
        connect_gateway, open_thread both, show_business_bar bob, show_interop_banner ann
    teams>teams then teams>legacy  | chat=locked  | open_chat ann      | chat=interop
        connect_gateway, open_thread both, show_business_bar bob, show_interop_banner ann
    teams>teams then sfb>teams     | chat=locked  | open_chat ann      | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    legacy>teams                   | chat=expired | open_chat ann      | chat=interop
        connect_gateway, open_thread both, show_business_bar ann, show_interop_banner bob
    legacy>teams                   | chat=expired | send_text ann      | chat=interop
        connect_gateway, open_thread both, show_business_bar ann, show_interop_banner bob, relay, deliver_plain_text bob
    teams>sfb then no-chat>sfb     | chat=closed  | open_chat bob      | refused POL-1
    teams>teams then no-chat>teams | chat=closed  | open_chat ann      | refused POL-1
    teams>teams then no-chat>teams | chat=closed  | open_chat bob      | refused POL-1
    teams>teams then no-chat>sfb   | chat=locked  | open_chat bob      | refused POL-1
    teams>sfb then no-chat>teams   | chat=locked  | open_chat ann      | refused POL-1
    teams>sfb then no-chat>teams   | chat=locked  | open_chat bob      | refused POL-1
    sfb>teams then sfb>no-chat     | chat=expired | open_chat bob      | refused POL-1
    sfb>teams then sfb>no-chat     | chat=expired | send_text bob      | refused POL-1
    sfb>sfb                        | chat=expired | send_rich_text ann | chat=native
        open_thread both, deliver_rich_text bob
    sfb>sfb                        | chat=expired | send_emoticon bob  | chat=native
        open_thread both, deliver_emoticon ann
    sfb>sfb                        | chat=expired | send_file ann      | chat=native
        open_thread both, deliver_file bob
    sfb>teams                      | chat=expired | send_rich_text ann | refused LIM-1  | send_text
    sfb>teams                      | chat=expired | send_emoticon bob  | refused LIM-1  | send_text
    sfb>teams                      | chat=expired | send_file ann      | refused LIM-6  | send_text
    sfb>teams then sfb>no-chat     | chat=expired | send_rich_text ann | refused POL-1
    sfb>teams then sfb>no-chat     | chat=expired | send_emoticon bob  | refused POL-1
    sfb>teams then sfb>no-chat     | chat=expired | send_file ann      | refused POL-1
    """
)
def test_opening_again(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                    | given        | event         | then          | effects
    federated teams>sfb then federation off | chat=closed | open_chat ann | refused RTE-9
    federated teams>sfb then federated teams>islands | chat=closed | open_chat ann | refused INT-3
    teams>sfb then islands>sfb | chat=closed  | open_chat ann | refused INT-4
    teams>sfb then on-prem teams>sfb | chat=closed | open_chat ann | refused RTE-8
    islands>sfb as routed then islands on-prem>sfb as routed | chat=closed | open_chat ann | refused RTE-6
    federated teams>sfb then federation off | chat=locked | open_chat ann | refused RTE-9
    federated teams>sfb then federated teams>islands | chat=locked | open_chat ann | refused INT-3
    teams>sfb then islands>sfb | chat=locked  | open_chat ann | refused INT-4
    teams>sfb then on-prem teams>sfb | chat=locked | open_chat ann | refused RTE-8
    islands>sfb as routed then islands on-prem>sfb as routed | chat=locked | open_chat ann | refused RTE-6
    federated sfb>teams then federation off | chat=expired | open_chat ann | refused RTE-9
    federated sfb>teams then federated teams>islands | chat=expired | open_chat ann | refused INT-3
    sfb>teams then islands on sfb>teams | chat=expired | open_chat ann | refused INT-4
    sfb>teams then on-prem sfb>teams | chat=expired | open_chat ann | refused RTE-8
    sfb>islands then islands on-prem>sfb as routed | chat=expired | open_chat ann | refused RTE-6
    federated sfb>teams then federation off | chat=expired | send_text ann | refused RTE-9
    federated sfb>teams then federated teams>islands | chat=expired | send_text ann | refused INT-3
    sfb>teams then islands on sfb>teams | chat=expired | send_text ann | refused INT-4
    sfb>teams then on-prem sfb>teams | chat=expired | send_text ann | refused RTE-8
    sfb>islands then islands on-prem>sfb as routed | chat=expired | send_text ann | refused RTE-6
    """
)
def test_not_opening_again(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                    | given        | event                    | then          | effects
    teams>sfb                  | chat=interop | send_text ann            | stays         | relay, deliver_plain_text bob
    teams>sfb                  | chat=interop | send_text bob            | stays         | relay, deliver_plain_text ann
    sfb>teams                  | chat=interop | send_text ann            | stays         | relay, deliver_plain_text bob
    federated teams>sfb        | chat=interop | send_text bob            | stays         | relay, deliver_plain_text ann
    clouds teams>teams         | chat=interop | send_text ann            | stays         | relay, deliver_plain_text bob
    teams>sfb, policies off    | chat=interop | send_text bob            | stays         | relay, deliver_plain_text ann
    teams>sfb then no-chat>sfb | chat=interop | send_text ann            | refused POL-1 | 'AllowUserChat true'
    teams>sfb then no-chat>sfb | chat=interop | send_text bob            | refused POL-1 | 'AllowUserChat true'
    teams>sfb                  | chat=interop | send_rich_text ann       | refused LIM-1
        send_text, share_desktop, meet_now
    teams>sfb                  | chat=interop | send_rich_text bob       | refused LIM-1
        send_text, share_desktop, meet_now
    teams>sfb                  | chat=interop | send_emoticon ann        | refused LIM-1
        send_text, share_desktop, meet_now
    sfb>teams                  | chat=interop | send_emoticon ann        | refused LIM-1
        send_text, share_desktop, meet_now
    teams>sfb                  | chat=interop | send_file ann            | refused LIM-6 | share_desktop, meet_now
    teams>sfb                  | chat=interop | send_file bob            | refused LIM-6 | share_desktop, meet_now
    mobile>sfb                 | chat=interop | send_file ann            | refused LIM-6 | meet_now
    clouds teams>teams         | chat=interop | send_rich_text ann       | refused LIM-1 | send_text, meet_now
    federated sfb>teams        | chat=interop | send_file bob            | refused LIM-6 | share_desktop, meet_now
    teams>sfb                  | chat=interop | open_persistent_chat bob | refused LIM-7 | -
    sfb>teams                  | chat=interop | open_persistent_chat ann | refused LIM-7 | -
    no-meet-now>sfb            | chat=interop | send_rich_text ann       | refused LIM-1 | send_text, meet_now bob
    no-meet-now>sfb            | chat=interop | send_file ann            | refused LIM-6 | meet_now bob
    """
)
def test_across_the_gateway(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                        | given       | event                    | then           | effects
    teams>teams                    | chat=native | send_text ann            | stays          | deliver_text bob
    teams>teams                    | chat=native | send_rich_text bob       | stays          | deliver_rich_text ann
    teams>teams                    | chat=native | send_emoticon ann        | stays          | deliver_emoticon bob
    teams>teams                    | chat=native | send_file ann            | stays          | deliver_file bob
    teams>teams                    | chat=native | share_desktop ann        | stays          | show_screen bob
    teams>teams                    | chat=native | add_participant ann      | stays          | start_group both
    sfb>sfb                        | chat=native | send_text bob            | stays          | deliver_text ann
    sfb>sfb                        | chat=native | send_rich_text ann       | stays          | deliver_rich_text bob
    sfb>sfb                        | chat=native | share_desktop bob        | stays          | show_screen ann
    sfb>sfb                        | chat=native | open_persistent_chat ann | stays          | open_persistent_chat ann
    federated teams>teams          | chat=native | send_rich_text ann       | stays          | deliver_rich_text bob
    federated teams>teams          | chat=native | send_file bob            | stays          | deliver_file ann
    federated sfb>sfb              | chat=native | send_file ann            | stays          | deliver_file bob
    teams>teams                    | chat=native | open_persistent_chat ann | refused LIM-7  | -
    federated teams>teams          | chat=native | open_persistent_chat bob | refused LIM-7  | -
    teams>teams                    | chat=native | meet_now ann             | not applicable | share_desktop
    teams>teams then no-chat>teams | chat=native | send_text bob            | refused POL-1
    teams>teams then no-chat>teams | chat=native | send_rich_text ann       | refused POL-1
    teams>teams then no-chat>teams | chat=native | send_emoticon ann        | refused POL-1
    teams>teams then no-chat>teams | chat=native | send_file ann            | refused POL-1
    teams>teams then no-chat>teams | chat=native | share_desktop ann        | refused POL-1
    teams>teams then no-chat>teams | chat=native | add_participant ann      | refused POL-1
    """
)
def test_on_one_platform(fact: Fact) -> None:
    fact.check()


@pytest.mark.parametrize("who", ["ann", "bob"])
@pytest.mark.parametrize(
    ("pairing", "given", "events"),
    [
        ("teams>teams then no-chat>teams", "chat=native", MESSAGES + ADVANCED),
        ("teams>sfb then no-chat>sfb", "chat=interop", MESSAGES),
        ("teams>sfb then no-chat>sfb", "chat=offered:ann", MESSAGES),
        ("teams>sfb then no-chat>sfb", "chat=escalated:ann meeting=open:ann", MESSAGES),
        ("federated teams>sfb now teams, no chat", "chat=switch_offered", MESSAGES),
        ("federated teams>sfb now teams, no chat", "chat=switched", MESSAGES + ADVANCED),
    ],
)
def test_nobody_writes_to_or_from_a_user_without_chat(pairing: str, given: str, events: str, who: str) -> None:
    for event in events.split():
        step(place(pairing, given), {"event": f"{event} {who}", "then": "refused POL-1"})


@facts(
    """
    pairing                        | given                    | event               | then             | effects
    teams>sfb                      | chat=interop             | share_desktop ann   | chat=offered:ann
        open_meeting_menu ann
    sfb>teams                      | chat=interop             | share_desktop bob   | chat=offered:bob
        open_meeting_menu bob
    mac>sfb                        | chat=interop             | share_desktop ann   | chat=offered:ann
        open_meeting_menu ann
    web>sfb                        | chat=interop             | share_desktop ann   | chat=offered:ann
        open_meeting_menu ann
    teams>legacy                   | chat=interop             | share_desktop ann   | chat=offered:ann
        open_meeting_menu ann
    federated teams>sfb            | chat=interop             | share_desktop ann   | chat=offered:ann
        open_meeting_menu ann
    clouds teams>teams             | chat=interop             | share_desktop bob   | chat=offered:bob
        open_meeting_menu bob
    sfb>teams                      | chat=interop             | share_desktop ann   | chat=offered:ann
        announce_meeting ann
    teams>sfb                      | chat=interop             | share_desktop bob   | chat=offered:bob
        announce_meeting bob
    federated sfb>teams            | chat=interop             | share_desktop ann   | chat=offered:ann
        announce_meeting ann
    sfb, policies off>teams        | call=connected chat=none | open_chat ann       | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    sfb, policies off>teams        | chat=interop             | share_desktop ann   | chat=offered:ann
        announce_meeting ann
    sfb>no-meet-now                | chat=interop             | share_desktop ann   | chat=offered:ann
        announce_meeting ann
    teams>sfb then no-chat>sfb     | chat=interop             | share_desktop ann   | chat=offered:ann
        open_meeting_menu ann
    mobile>sfb                     | chat=interop             | share_desktop ann   | refused TMS-3
        meet_now, 'Teams on Windows'
    web without sharing>sfb        | chat=interop             | share_desktop ann   | refused TMS-3
        meet_now, 'a browser that shares content'
    sfb>mobile                     | chat=interop             | share_desktop bob   | refused TMS-3    | meet_now
    no-meet-now>sfb                | chat=interop             | share_desktop ann   | refused TMS-11
        meet_now bob, 'AllowPrivateMeetNow true'
    legacy>teams                   | chat=interop             | share_desktop ann   | refused SFB-1 'before July 2019'
        meet_now, 'update the SfB client'
    sfb>teams                      | chat=interop             | add_participant ann | chat=offered:ann
        announce_meeting ann
    teams>sfb                      | chat=interop             | add_participant bob | chat=offered:bob
        announce_meeting bob
    legacy>teams                   | chat=interop             | add_participant ann | refused SFB-1
        meet_now, 'update the SfB client'
    teams>sfb                      | chat=interop             | add_participant ann | refused LIM-3
        share_desktop, meet_now
    sfb>teams                      | chat=interop             | add_participant bob | refused LIM-3
        share_desktop, meet_now
    no-meet-now>sfb                | chat=interop             | add_participant ann | refused LIM-3    | meet_now bob
    teams>sfb                      | chat=interop             | meet_now ann
        => chat=escalated:ann meeting=creating:ann
        create_teams_meeting
    mobile>sfb                     | chat=interop             | meet_now ann
        => chat=escalated:ann meeting=creating:ann
        create_teams_meeting
    sfb>teams                      | chat=interop             | meet_now ann
        => chat=escalated:ann meeting=creating:ann
        create_sfb_meeting
    legacy>teams                   | chat=interop             | meet_now ann
        => chat=escalated:ann meeting=creating:ann
        create_sfb_meeting
    no-meet-now>sfb                | chat=interop             | meet_now bob
        => chat=escalated:bob meeting=creating:bob
        create_sfb_meeting
    no-meet-now>sfb                | chat=interop             | meet_now ann        | refused TMS-11
        meet_now bob, 'AllowPrivateMeetNow true'
    clouds no-meet-now>teams       | chat=interop             | add_participant ann | refused LIM-3    | meet_now bob
    clouds no-meet-now>teams       | chat=interop             | add_participant bob | refused LIM-3    | meet_now
    clouds no-meet-now>no-meet-now | chat=interop             | add_participant ann | refused TMS-11
        'AllowPrivateMeetNow true'
    """
)
def test_asking_for_a_meeting(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                        | given            | event                    | then           | effects
    teams>sfb                      | chat=offered:ann | accept_meeting ann
        => chat=escalated:ann meeting=creating:ann
        create_teams_meeting
    teams>sfb                      | chat=offered:bob | accept_meeting bob
        => chat=escalated:bob meeting=creating:bob
        create_sfb_meeting
    sfb>teams                      | chat=offered:ann | accept_meeting ann
        => chat=escalated:ann meeting=creating:ann
        create_sfb_meeting
    federated teams>sfb            | chat=offered:ann | accept_meeting ann
        => chat=escalated:ann meeting=creating:ann
        create_teams_meeting
    sfb>no-meet-now                | chat=offered:ann | accept_meeting ann
        => chat=escalated:ann meeting=creating:ann
        create_sfb_meeting
    teams>sfb then no-meet-now>sfb | chat=offered:ann | accept_meeting ann       | refused TMS-11 | decline_meeting
    teams>sfb                      | chat=offered:ann | decline_meeting ann      | chat=interop   | close_menu ann
    sfb>teams                      | chat=offered:ann | decline_meeting ann      | chat=interop   | close_menu ann
    teams>sfb                      | chat=offered:ann | warn_peer ann            | not applicable
        accept_meeting, decline_meeting
    teams>sfb                      | chat=offered:ann | send_text ann            | stays
        relay, deliver_plain_text bob
    teams>sfb                      | chat=offered:ann | send_text bob            | stays
        relay, deliver_plain_text ann
    teams>sfb then no-chat>sfb     | chat=offered:ann | send_text ann            | refused POL-1
    teams>sfb                      | chat=offered:ann | send_rich_text ann       | refused LIM-1
        send_text, accept_meeting
    teams>sfb                      | chat=offered:ann | send_emoticon bob        | refused LIM-1
        send_text, accept_meeting ann
    teams>sfb                      | chat=offered:ann | send_file ann            | refused LIM-6  | accept_meeting
    teams>sfb                      | chat=offered:bob | open_persistent_chat bob | refused LIM-7  | -
    teams>sfb                      | chat=offered:ann | close_chat bob           | chat=closed
        close_menu ann, close_thread ann
    teams>sfb                      | chat=offered:ann | close_chat ann           | chat=closed
        close_menu ann, close_thread bob
    teams>sfb                      | chat=offered:ann | call_audio bob           | chat=interop call=ringing:bob
        ring_audio ann, open_interop_window bob, close_menu ann
    teams>sfb                      | chat=offered:ann | send_rich_text bob       | refused LIM-1  | send_text
    teams>sfb                      | chat=offered:ann | send_emoticon ann        | refused LIM-1
        send_text, accept_meeting
    teams>sfb                      | chat=offered:ann | send_file bob            | refused LIM-6
    teams>sfb                      | chat=offered:ann | open_persistent_chat ann | refused LIM-7  | -
    teams>sfb                      | chat=offered:ann | open_persistent_chat bob | refused LIM-7  | -
    sfb>teams                      | chat=offered:ann | send_file bob            | refused LIM-6  | accept_meeting ann
    """
)
def test_menu(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                    | given | event                    | then           | effects
    teams>sfb                  | chat=escalated:ann meeting=invited:ann | send_text ann | stays
        relay, deliver_plain_text bob
    teams>sfb                  | chat=escalated:ann meeting=together:ann | send_text bob | stays
        relay, deliver_plain_text ann
    teams>sfb then no-chat>sfb | chat=escalated:ann meeting=invited:ann | send_text ann | refused POL-1
    teams>sfb                  | chat=escalated:ann meeting=creating:ann | send_rich_text ann | refused LIM-1
        send_text
    teams>sfb                  | chat=escalated:ann meeting=invited:ann | send_rich_text ann | refused LIM-1 | send_text
    teams>sfb                  | chat=escalated:ann meeting=together:ann | send_emoticon ann | refused LIM-1
        send_text, start_sharing
    teams>sfb                  | chat=escalated:ann meeting=together:ann | send_file bob | refused LIM-6 | share_file
    teams>sfb                  | chat=escalated:ann meeting=together:ann | open_persistent_chat bob | refused LIM-7 | -
    teams>sfb                  | chat=escalated:ann meeting=open:ann | resend_link ann | stays
        relay, deliver_join_link bob
    sfb>teams                  | chat=escalated:bob meeting=invited:bob | resend_link bob | stays
        relay, deliver_join_link ann
    teams>sfb                  | chat=escalated:ann meeting=creating:ann | resend_link ann | not applicable
    teams>sfb                  | chat=escalated:ann meeting=together:ann | resend_link ann | not applicable
    teams>sfb                  | chat=escalated:ann meeting=open:ann | resend_link bob | refused 'only the initiator'
    teams>sfb then no-chat>sfb | chat=escalated:ann meeting=open:ann | resend_link ann | refused POL-1
    teams>sfb                  | chat=escalated:ann meeting=open:ann | close_chat bob | chat=closed | close_thread ann
    teams>sfb                  | chat=escalated:ann meeting=together:ann | send_rich_text bob | refused LIM-1
        send_text, share_file
    teams>sfb                  | chat=escalated:ann meeting=together:ann | send_emoticon bob | refused LIM-1 | send_text
    teams>sfb                  | chat=escalated:ann meeting=together:ann | send_file ann | refused LIM-6 | share_file
    teams>sfb                  | chat=escalated:ann meeting=open:ann | open_persistent_chat ann | refused LIM-7 | -
    teams>sfb                  | chat=escalated:ann meeting=open:ann | close_chat ann | chat=closed | close_thread bob
    """
)
def test_beside_the_meeting(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                       | given | event                   | then               | effects
    teams>sfb                     | call=escalating:ann meeting=creating:ann | meeting_created service
        => chat=escalated:ann call=ended meeting=open:ann was=superseded:ann
        put_in_meeting ann, end_call both, connect_gateway, open_thread both, open_interop_window bob,
        show_interop_banner ann, relay, deliver_join_link bob
    sfb>teams                     | call=escalating:bob meeting=creating:bob | meeting_created service
        => chat=escalated:bob call=ended meeting=open:bob was=superseded:bob
        put_in_meeting bob, end_call both, connect_gateway, open_thread both, open_interop_window ann,
        show_interop_banner bob, relay, deliver_join_link ann
    no-chat>sfb                   | call=escalating:ann meeting=creating:ann | meeting_created service
        => call=ended meeting=open:ann was=superseded:ann
        put_in_meeting ann, end_call both, report_link_undelivered ann
    teams>sfb                     | chat=interop call=escalating:ann meeting=creating:ann | meeting_created service
        => chat=escalated:ann call=ended meeting=open:ann was=superseded:ann
        put_in_meeting ann, end_call both, relay, deliver_join_link bob
    teams>sfb then no-chat>sfb    | chat=interop call=escalating:ann meeting=creating:ann | meeting_created service
        => call=ended meeting=open:ann was=superseded:ann
        put_in_meeting ann, end_call both, report_link_undelivered ann
    teams>sfb                     | chat=escalated:ann meeting=creating:ann | meeting_created service | meeting=open:ann
        put_in_meeting ann, relay, deliver_join_link bob
    teams>sfb then no-chat>sfb    | chat=escalated:ann meeting=creating:ann | meeting_created service | meeting=open:ann
        put_in_meeting ann, report_link_undelivered ann
    teams>sfb                     | chat=closed meeting=creating:ann | meeting_created service
        => chat=escalated:ann meeting=open:ann
        put_in_meeting ann, connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann, relay,
        deliver_join_link bob
    teams>sfb then no-chat>sfb    | chat=closed meeting=creating:ann | meeting_created service | meeting=open:ann
        put_in_meeting ann, report_link_undelivered ann
    sfb>teams                     | chat=expired call=escalating:ann meeting=creating:ann | meeting_created service
        => chat=escalated:ann call=ended meeting=open:ann was=superseded:ann
        put_in_meeting ann, end_call both, connect_gateway, open_thread both, open_interop_window ann,
        show_interop_banner bob, relay, deliver_join_link bob
    sfb>teams then sfb>no-chat    | chat=expired call=escalating:ann meeting=creating:ann | meeting_created service
        => call=ended meeting=open:ann was=superseded:ann
        put_in_meeting ann, end_call both, report_link_undelivered ann
    teams>sfb then teams>teams    | chat=locked meeting=creating:ann | meeting_created service | meeting=open:ann
        put_in_meeting ann, report_link_undelivered ann
    teams>sfb then teams>teams    | chat=native meeting=invited:ann | resend_link ann | stays | deliver_join_link bob
    teams>sfb then teams>teams then no-chat>teams | chat=native meeting=invited:ann | resend_link ann | stays
        report_link_undelivered ann
    federated teams>sfb now teams | chat=switch_offered meeting=open:ann | resend_link ann | stays
        relay, deliver_join_link bob
    federated teams>sfb now teams, no chat | chat=switch_offered meeting=open:ann | resend_link ann | stays
        report_link_undelivered ann
    federated teams>sfb now teams | chat=switched meeting=open:ann | resend_link ann | stays | deliver_join_link bob
    federated teams>sfb now teams, no chat | chat=switched meeting=open:ann | resend_link ann | stays
        report_link_undelivered ann
    sfb>sfb then sfb>teams        | chat=draining call=escalating:ann meeting=creating:ann | meeting_created service
        => call=ended meeting=open:ann was=superseded:ann
        put_in_meeting ann, end_call both, deliver_join_link bob
    teams>legacy                  | call=escalating:ann meeting=creating:ann | meeting_created service
        => chat=escalated:ann call=ended meeting=open:ann was=superseded:ann
        put_in_meeting ann, end_call both, connect_gateway, open_thread both, show_business_bar bob,
        show_interop_banner ann, relay, deliver_join_link bob
    no-chat>sfb                   | call=escalating:bob meeting=creating:bob | meeting_created service
        => call=ended meeting=open:bob was=superseded:bob
        put_in_meeting bob, end_call both, report_link_undelivered bob
    teams>legacy                  | chat=closed meeting=open:ann | resend_link ann | chat=escalated:ann
        connect_gateway, open_thread both, show_business_bar bob, show_interop_banner ann, relay, deliver_join_link bob
    sfb>teams                     | chat=closed meeting=open:ann | resend_link ann | chat=escalated:ann
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob, relay,
        deliver_join_link bob
    teams>sfb then no-chat>sfb    | chat=closed meeting=open:bob | resend_link bob | stays | report_link_undelivered bob
    teams>sfb then no-chat>sfb    | chat=interop meeting=open:bob | resend_link bob | stays
        report_link_undelivered bob
    teams>sfb then no-chat>sfb    | chat=escalated:bob meeting=open:bob | resend_link bob | refused POL-1
    teams>sfb then no-chat>sfb    | chat=escalated:bob meeting=creating:bob | meeting_created service | meeting=open:bob
        put_in_meeting bob, report_link_undelivered bob
    legacy>teams                  | chat=expired call=escalating:ann meeting=creating:ann | meeting_created service
        => chat=escalated:ann call=ended meeting=open:ann was=superseded:ann
        put_in_meeting ann, end_call both, connect_gateway, open_thread both, show_business_bar ann,
        show_interop_banner bob, relay, deliver_join_link bob
    sfb>teams then sfb>no-chat    | chat=expired call=escalating:bob meeting=creating:bob | meeting_created service
        => call=ended meeting=open:bob was=superseded:bob
        put_in_meeting bob, end_call both, report_link_undelivered bob
    teams>sfb then teams>teams    | call=draining meeting=creating:ann | meeting_created service
        => chat=native call=ended meeting=open:ann was=superseded:ann
        put_in_meeting ann, end_call both, open_thread both, deliver_join_link bob
    sfb>teams then teams>teams    | chat=expired call=draining meeting=creating:bob | meeting_created service
        => chat=native call=ended meeting=open:bob was=superseded:bob
        put_in_meeting bob, end_call both, open_thread both, deliver_join_link ann
    teams>sfb then teams>teams    | chat=closed meeting=open:ann | resend_link ann | chat=native
        open_thread both, deliver_join_link bob
    sfb>teams then sfb>sfb        | chat=draining_interop meeting=open:ann | resend_link ann | stays
        relay, deliver_join_link bob
    """
)
def test_carrying_the_link(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing   | given | event                  | then | effects
    teams>sfb | chat=escalated:ann meeting=creating:ann | meeting_failed service | chat=interop meeting=ended
        report_no_meeting ann
    teams>sfb | chat=escalated:ann meeting=together:ann | end_meeting ann | chat=interop meeting=ended
        close_meeting both
    sfb>teams | chat=escalated:bob meeting=invited:bob | join_timed_out service | chat=interop meeting=ended
        close_meeting bob
    """
)
def test_meeting_over(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                | given                 | event                   | then           | effects
    sfb>teams              | chat=interop          | session_expired service | chat=expired   | end_session both
    federated sfb>teams    | chat=interop          | session_expired service | chat=expired   | end_session both
    sfb>sfb                | chat=native           | session_expired service | chat=expired   | end_session both
    sfb>islands            | chat=native           | session_expired service | chat=expired   | end_session both
    sfb>teams then sfb>sfb | chat=draining_interop | session_expired service | chat=expired   | end_session both
    teams>sfb              | chat=interop          | session_expired service | refused THR-3
    teams>teams            | chat=native           | session_expired service | refused THR-3
    sfb>teams then sfb>sfb | chat=draining_interop | session_expired ann     | refused 'only the service'
    sfb>teams              | chat=offered:ann      | session_expired service | not applicable
    sfb>teams              | chat=escalated:ann meeting=open:ann | session_expired service | not applicable
    sfb>sfb then sfb>teams | chat=draining         | session_expired service | chat=expired   | end_session both
    sfb>sfb then sfb>teams | chat=draining         | session_expired bob     | refused 'only the service'
    """
)
def test_expiring(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                       | given                 | event          | then           | effects
    teams>sfb                     | chat=interop          | close_chat ann | chat=closed    | close_thread bob
    teams>teams                   | chat=native           | close_chat bob | chat=closed    | close_thread ann
    teams>sfb                     | chat=interop call=connected | close_chat ann | chat=closed | close_thread bob
    federated teams>sfb now teams | chat=switch_offered   | close_chat ann | chat=closed    | close_thread bob
    federated teams>sfb now teams | chat=switched         | close_chat bob | chat=closed    | close_thread ann
    sfb>teams then sfb>sfb        | chat=draining_interop | close_chat ann | chat=closed    | close_thread bob
    teams>sfb then teams>teams    | chat=locked           | close_chat ann | chat=closed    | close_thread bob
    sfb>teams                     | chat=expired          | close_chat bob | chat=closed    | close_thread ann
    teams>sfb                     |                       | close_chat ann | not applicable
    teams>sfb                     | chat=closed           | close_chat ann | not applicable
    sfb>sfb then sfb>teams        | chat=draining         | close_chat bob | chat=closed    | close_thread ann
    """
)
def test_closing(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                       | given                 | event                    | then           | effects
    teams>teams                   | chat=native           | close_chat service       | refused 'only'
    teams>sfb                     | chat=interop          | close_chat service       | refused 'only'
    teams>sfb                     | chat=offered:ann      | close_chat service       | refused 'only'
    teams>sfb                     | chat=escalated:ann meeting=open:ann | close_chat service | refused 'only'
    teams>sfb                     | chat=offered:ann      | accept_meeting bob
        => refused DEC-26 'only the initiator'
    teams>sfb                     | chat=offered:ann      | decline_meeting bob
        => refused DEC-26 'only the initiator'
    teams>sfb                     | chat=offered:ann      | accept_meeting service   | refused 'only the initiator'
    teams>sfb                     | chat=offered:ann      | decline_meeting service  | refused 'only the initiator'
    federated teams>sfb now teams | chat=switch_offered   | close_chat service       | refused 'only'
    federated teams>sfb now teams | chat=switch_offered   | switch_to_native service | refused 'only'
    federated teams>sfb now teams | chat=switched         | close_chat service       | refused 'only'
    sfb>teams then sfb>sfb        | chat=draining_interop | close_chat service       | refused 'only'
    sfb>teams then sfb>sfb        | chat=draining_interop | send_text service        | refused 'only'
    teams>sfb then teams>teams    | chat=locked           | close_chat service       | refused 'only'
    sfb>teams                     | chat=expired          | close_chat service       | refused 'only'
    sfb>sfb then sfb>teams        | chat=draining         | close_chat service       | refused 'only'
    sfb>sfb then sfb>teams        | chat=draining         | send_text service        | refused 'only'
    """
)
def test_services_do_not_act_for_people(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                    | given       | event                    | then          | effects
    teams>sfb then teams>teams | chat=locked | send_text ann            | refused THR-1 | open_chat
    teams>sfb then teams>teams | chat=locked | send_rich_text ann       | refused THR-1 | open_chat
    teams>sfb then teams>teams | chat=locked | send_emoticon ann        | refused THR-1 | open_chat
    teams>sfb then teams>teams | chat=locked | send_file bob            | refused THR-1 | open_chat
    teams>sfb then teams>teams | chat=locked | share_desktop ann        | refused THR-1 | open_chat
    teams>sfb then teams>teams | chat=locked | add_participant ann      | refused THR-1 | open_chat
    teams>sfb then teams>teams | chat=locked | meet_now ann             | refused THR-1 | open_chat
    teams>sfb then teams>teams | chat=locked | open_persistent_chat ann | refused THR-1
    teams>teams then teams>sfb | chat=locked | send_text bob            | refused THR-1 | open_chat
    """
)
def test_locked(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                | given                 | event                    | then           | effects
    sfb>sfb then sfb>teams | chat=draining         | send_text ann            | stays          | deliver_plain_text bob
    sfb>sfb then sfb>teams | chat=draining         | send_text bob            | stays          | deliver_plain_text ann
    sfb>sfb then sfb>teams | chat=draining         | send_rich_text ann       | refused DEC-10 | send_text
    sfb>sfb then sfb>teams | chat=draining         | send_emoticon ann        | refused DEC-10 | send_text
    sfb>sfb then sfb>teams | chat=draining         | send_file ann            | refused DEC-10 | send_text
    sfb>teams then sfb>sfb | chat=draining_interop | share_desktop bob        | refused DEC-10 | send_text
    sfb>teams then sfb>sfb | chat=draining_interop | add_participant ann      | refused DEC-10 | send_text
    sfb>teams then sfb>sfb | chat=draining_interop | meet_now ann             | refused DEC-10 | send_text
    sfb>teams then sfb>sfb | chat=draining_interop | open_persistent_chat ann | refused LIM-7  | -
    sfb>teams then sfb>sfb | chat=draining_interop | send_text ann            | stays
        relay, deliver_plain_text bob
    sfb>teams then sfb>sfb | chat=draining_interop | send_text bob            | stays
        relay, deliver_plain_text ann
    sfb>teams then sfb>sfb | chat=draining_interop | send_text service        | refused 'only'
    sfb>teams then sfb>sfb | chat=draining_interop | send_rich_text ann       | refused DEC-10 | send_text
    sfb>teams then sfb>sfb | chat=draining_interop | send_emoticon bob        | refused DEC-10 | send_text
    sfb>teams then sfb>sfb | chat=draining_interop | send_file ann            | refused DEC-10 | send_text
    sfb>sfb then sfb>teams | chat=draining         | share_desktop ann        | refused DEC-10 | send_text
    sfb>sfb then sfb>teams | chat=draining         | add_participant bob      | refused DEC-10 | send_text
    sfb>sfb then sfb>teams | chat=draining         | meet_now ann             | refused DEC-10 | send_text
    sfb>sfb then sfb>teams | chat=draining         | open_persistent_chat ann | refused LIM-7  | -
    """
)
def test_draining(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                       | given               | event                    | then           | effects
    federated teams>sfb now teams | chat=switch_offered | send_text ann            | stays
        relay, deliver_plain_text bob
    federated teams>sfb now teams | chat=switch_offered | send_rich_text ann       | refused LIM-1
        send_text, switch_to_native
    federated teams>sfb now teams | chat=switch_offered | send_emoticon bob        | refused LIM-1
        send_text, switch_to_native
    federated teams>sfb now teams | chat=switch_offered | send_file ann            | refused LIM-6  | switch_to_native
    federated teams>sfb now teams | chat=switch_offered | open_persistent_chat ann | refused LIM-7  | -
    federated teams>sfb now teams | chat=switch_offered | share_desktop ann        | refused THR-2  | switch_to_native
    federated teams>sfb now teams | chat=switch_offered | add_participant ann      | refused THR-2  | switch_to_native
    federated teams>sfb now teams | chat=switch_offered | meet_now ann             | refused THR-2  | switch_to_native
    federated teams>sfb now teams | chat=switch_offered | switch_to_native ann     | chat=switched
        lock_thread both, open_thread both
    federated sfb>teams then federated teams>teams | chat=switch_offered | switch_to_native bob | chat=switched
        lock_thread both, open_thread both
    federated teams>sfb now teams, no chat | chat=switch_offered | send_text ann   | refused POL-1
    federated teams>sfb now teams | chat=switched       | send_text bob            | stays          | deliver_text ann
    federated teams>sfb now teams | chat=switched       | send_rich_text ann       | stays
        deliver_rich_text bob
    federated teams>sfb now teams | chat=switched       | send_emoticon ann        | stays
        deliver_emoticon bob
    federated teams>sfb now teams | chat=switched       | send_file ann            | stays          | deliver_file bob
    federated teams>sfb now teams | chat=switched       | share_desktop ann        | stays          | show_screen bob
    federated teams>sfb now teams | chat=switched       | add_participant bob      | stays          | start_group both
    federated teams>sfb now teams | chat=switched       | open_persistent_chat ann | refused LIM-7  | -
    federated teams>sfb now teams, no chat | chat=switched | send_text ann         | refused POL-1
    federated teams>sfb now teams, no chat | chat=switched | send_rich_text ann    | refused POL-1
    federated teams>sfb now teams, no chat | chat=switched | send_emoticon ann     | refused POL-1
    federated teams>sfb now teams, no chat | chat=switched | send_file ann         | refused POL-1
    federated teams>sfb now teams, no chat | chat=switched | share_desktop ann     | refused POL-1
    federated teams>sfb now teams, no chat | chat=switched | add_participant ann   | refused POL-1
    federated teams>teams         | chat=native         | switch_to_native ann     | not applicable
    federated teams>sfb           | chat=interop        | switch_to_native ann     | not applicable
    """
)
def test_switching_to_native(fact: Fact) -> None:
    fact.check()


@pytest.mark.rules("DEC-33")
@facts(
    """
    pairing                       | given                 | event                   | then          | effects
    teams>teams                   | chat=native           | becomes teams>sfb       | chat=locked   | lock_thread both
    federated teams>teams         | chat=native           | becomes federated teams>sfb | chat=locked
        lock_thread both, offer_text_thread both
    federated teams>teams         | chat=native           | becomes federated sfb>teams | chat=locked
        lock_thread both, offer_text_thread both
    federated teams>teams         | chat=native           | becomes federated teams>islands as routed | chat=locked
        lock_thread both, offer_text_thread both
    federated teams>teams         | chat=native           | becomes federated teams>islands | chat=locked
        lock_thread both
    teams>islands                 | chat=native           | becomes teams>teams     | stays         | -
    teams>islands                 | chat=native           | becomes teams>sfb       | chat=locked   | lock_thread both
    sfb>islands                   | chat=native           | becomes sfb>sfb         | stays         | -
    sfb>sfb                       | chat=native           | becomes sfb>teams       | chat=draining | -
    teams>sfb                     | chat=interop          | becomes teams>teams     | chat=locked   | lock_thread both
    sfb>teams                     | chat=interop          | becomes sfb>sfb         | chat=draining_interop | -
    federated teams>sfb           | chat=interop          | becomes federated teams>teams | chat=switch_offered
        offer_native_thread both
    federated sfb>teams           | chat=interop          | becomes federated teams>teams | chat=switch_offered
        offer_native_thread both
    clouds teams>teams            | chat=interop          | becomes federated teams>teams | chat=switch_offered
        offer_native_thread both
    teams>sfb                     | chat=offered:ann      | becomes teams>teams     | chat=locked
        close_menu ann, lock_thread both
    sfb>teams                     | chat=offered:bob      | becomes sfb>sfb         | chat=draining_interop
        close_menu bob
    federated teams>sfb           | chat=offered:bob      | becomes federated teams>teams | chat=switch_offered
        close_menu bob, offer_native_thread both
    federated sfb>teams           | chat=offered:ann      | becomes federated teams>teams | chat=switch_offered
        close_menu ann, offer_native_thread both
    teams>sfb                     | chat=escalated:ann meeting=invited:ann | becomes teams>teams | chat=locked
        lock_thread both
    sfb>teams                     | chat=escalated:ann meeting=open:ann | becomes sfb>sfb | chat=draining_interop | -
    federated teams>sfb           | chat=escalated:ann meeting=together:ann | becomes federated teams>teams
        => chat=switch_offered
        offer_native_thread both
    federated sfb>teams           | chat=escalated:bob meeting=open:bob | becomes federated teams>teams
        => chat=switch_offered
        offer_native_thread both
    federated teams>sfb now teams | chat=switch_offered   | becomes federated teams>sfb | chat=interop | -
    federated teams>sfb now teams | chat=switch_offered   | becomes federated teams>islands | chat=locked
        lock_thread both
    federated teams>sfb now teams | chat=switched         | becomes federated teams>sfb | chat=interop
        lock_thread both, revive_text_thread both, open_interop_window bob, show_interop_banner ann
    federated teams>sfb now teams | chat=switched         | becomes federated teams>islands | chat=locked
        lock_thread both
    teams>sfb then teams>teams    | chat=locked           | becomes teams>sfb       | stays         | -
    teams>sfb then sfb>sfb        | chat=locked           | becomes sfb>teams       | stays         | -
    teams>sfb                     | chat=closed           | becomes teams>teams     | stays         | -
    sfb>teams                     | chat=expired          | becomes sfb>sfb         | stays         | -
    sfb>teams then sfb>sfb        | chat=draining_interop | becomes sfb>teams       | stays         | -
    teams>sfb                     |                       | becomes teams>teams     | stays         | -
    teams>sfb                     | chat=interop          | becomes teams>collab    | stays         | -
    teams>sfb                     | chat=interop          | becomes no-meet-now>sfb | stays         | -
    teams>sfb                     | chat=interop          | becomes teams>legacy    | stays         | -
    teams>sfb                     | chat=interop          | becomes no-chat>sfb     | stays         | -
    federated teams>sfb now teams | chat=switched         | becomes federated teams>legacy | chat=interop
        lock_thread both, revive_text_thread both, show_business_bar bob, show_interop_banner ann
    federated teams>sfb now teams | chat=switched         | becomes federated sfb>teams | chat=interop
        lock_thread both, revive_text_thread both, open_interop_window ann, show_interop_banner bob
    islands>teams                 | chat=native           | becomes islands on sfb>teams | chat=locked
        lock_thread both
    islands on sfb>sfb            | chat=native           | becomes islands>sfb     | chat=draining | -
    sfb>sfb then sfb>teams        | chat=draining         | becomes sfb>sfb         | stays         | -
    """
)
def test_change_of_the_pairing(fact: Fact) -> None:
    fact.check()
