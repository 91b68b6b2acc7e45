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
    teams>sfb               | call=connected | open_chat bob | chat=interop:bob
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    sfb>teams               | call=connected | open_chat bob | chat=interop:bob
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    islands>sfb as routed   | call=connected | open_chat ann | chat=interop
        connect_gateway, open_thread both, show_interop_banner both
    teams>teams             |                | open_chat ann | chat=native  | open_thread both
    teams>teams             | call=connected | open_chat bob | chat=native  | open_thread both
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
    pairing                       | given          | event           | then           | effects
    teams>sfb                     |                | open_chat bob   | refused DEC-6  | -
    teams>teams                   |                | open_chat bob   | refused DEC-6  | -
    no-chat>sfb                   |                | open_chat ann   | refused POL-1 'the originator'
        'AllowUserChat true'
    sfb>no-chat                   |                | open_chat ann   | refused POL-1 'the recipient'
        'AllowUserChat true'
    no-chat>teams                 |                | open_chat ann   | refused POL-1 'the originator'
        'AllowUserChat true'
    islands>sfb                   |                | open_chat ann   | refused INT-4  | 'Islands mode'
    islands on sfb>teams          |                | open_chat ann   | refused INT-4  | 'Islands mode'
    federated teams>islands       |                | open_chat ann   | refused INT-3  | 'moves the recipient'
    islands on-prem>sfb as routed |                | open_chat ann   | refused RTE-6  | 'online'
    on-prem teams>sfb             |                | open_chat ann   | refused RTE-8  | 'hybrid'
    federation off                |                | open_chat ann   | refused RTE-9  | 'both organisations'
    islands>sfb as routed         | call=connected | open_chat bob   | refused DEC-35 'another conversation'
    teams>sfb                     |                | send_text ann   | not applicable | open_chat, call_audio
    teams>sfb                     |                | send_text bob   | not applicable | -
    teams>sfb                     |                | resend_link ann | not applicable
    teams>sfb                     | chat=interop   | open_chat ann   | not applicable | send_text
    teams>teams                   | chat=native    | open_chat ann   | not applicable | send_rich_text
    """
)
def test_not_opening(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                       | given                 | event                    | then          | effects
    teams>sfb                     |                       | open_persistent_chat ann | refused LIM-7 | -
    sfb>teams                     |                       | open_persistent_chat ann | refused LIM-7 | -
    teams>teams                   |                       | open_persistent_chat bob | refused LIM-7 | -
    sfb>sfb                       |                       | open_persistent_chat ann | stays
        open_persistent_chat ann
    sfb>islands                   |                       | open_persistent_chat bob | stays
        open_persistent_chat bob
    sfb>sfb                       | chat=native           | open_persistent_chat ann | stays
        open_persistent_chat ann
    teams>teams                   | chat=native           | open_persistent_chat ann | refused LIM-7 | -
    federated teams>teams         | chat=native           | open_persistent_chat bob | refused LIM-7 | -
    teams>sfb                     | chat=interop          | open_persistent_chat bob | refused LIM-7 | -
    sfb>teams                     | chat=interop          | open_persistent_chat ann | refused LIM-7 | -
    teams>sfb                     | chat=one_sided        | open_persistent_chat bob | refused LIM-7 | -
    teams>sfb                     | chat=offered:ann      | open_persistent_chat ann | refused LIM-7 | -
    teams>sfb                     | chat=offered:bob      | open_persistent_chat bob | refused LIM-7 | -
    teams>sfb                     | chat=escalated:ann meeting=sent:ann | open_persistent_chat ann | refused LIM-7 | -
    teams>sfb                     | chat=escalated:ann meeting=together:ann | open_persistent_chat bob
        => refused LIM-7
        -
    federated teams>sfb now teams | chat=switch_offered   | open_persistent_chat ann | refused LIM-7 | -
    federated teams>sfb now teams | chat=switched         | open_persistent_chat ann | refused LIM-7 | -
    sfb>sfb then sfb>teams        | chat=draining         | open_persistent_chat ann | refused LIM-7 | -
    sfb>sfb then sfb>teams then sfb>sfb | chat=draining   | open_persistent_chat bob | stays
        open_persistent_chat bob
    sfb>teams then sfb>sfb        | chat=draining_interop | open_persistent_chat ann | stays
        open_persistent_chat ann
    sfb>teams then teams>teams    | chat=draining_interop | open_persistent_chat ann | refused LIM-7 | -
    federated teams>teams then federated teams>sfb | chat=text_offered | open_persistent_chat bob | refused LIM-7 | -
    teams>sfb then teams>teams    | chat=locked           | open_persistent_chat ann | refused LIM-7 | -
    teams>sfb then sfb>sfb        | chat=locked           | open_persistent_chat ann | stays
        open_persistent_chat ann
    sfb>sfb                       | chat=expired          | open_persistent_chat bob | stays
        open_persistent_chat bob
    sfb>sfb then sfb>teams        | chat=expired          | open_persistent_chat ann | refused LIM-7 | -
    sfb>sfb then teams>sfb        | chat=closed           | open_persistent_chat ann | refused LIM-7 | -
    sfb>sfb                       | chat=closed           | open_persistent_chat ann | stays
        open_persistent_chat ann
    """
)
def test_persistent_chat(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                        | given        | event              | then             | effects
    sfb>sfb then teams>sfb         | chat=closed  | open_chat ann      | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    sfb>sfb then teams>sfb         | chat=closed  | open_chat bob      | chat=interop:bob
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    sfb>sfb then sfb>teams         | chat=closed  | open_chat ann      | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    sfb>sfb then teams>legacy      | chat=closed  | open_chat ann      | chat=interop
        connect_gateway, open_thread both, show_business_bar bob, show_interop_banner ann
    sfb>sfb then teams>teams       | chat=closed  | open_chat bob      | chat=native      | open_thread both
    sfb>sfb                        | chat=closed  | open_chat bob      | chat=native      | open_thread both
    sfb>sfb then no-chat>sfb       | chat=closed  | open_chat ann      | refused POL-1
    sfb>sfb then no-chat>sfb       | chat=closed  | open_chat bob      | refused POL-1
    sfb>sfb then teams>teams then no-chat>teams | chat=closed | open_chat ann | refused POL-1
    sfb>sfb then teams>teams then no-chat>teams | chat=closed | open_chat bob | refused POL-1
    sfb>sfb then islands>sfb as routed | chat=closed  | open_chat bob      | refused DEC-35 'another conversation'
    sfb>sfb then teams>sfb         | chat=closed  | send_text bob      | chat=interop:bob
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann, relay,
        deliver_plain_text ann
    sfb>sfb                        | chat=closed  | send_text bob      | chat=native
        open_thread both, deliver_text ann
    sfb>sfb                        | chat=closed  | send_rich_text ann | chat=native
        open_thread both, deliver_rich_text bob
    sfb>sfb                        | chat=closed  | send_emoticon bob  | chat=native
        open_thread both, deliver_emoticon ann
    sfb>sfb                        | chat=closed  | send_file ann      | chat=native
        open_thread both, deliver_file bob
    sfb>sfb then sfb>teams         | chat=closed  | send_rich_text ann | refused LIM-1 | send_text
    sfb>sfb then sfb>teams         | chat=closed  | send_emoticon ann  | refused LIM-1 | send_text
    sfb>sfb then sfb>teams         | chat=closed  | send_file ann      | refused LIM-6 | send_text
    sfb>sfb now teams, no chat     | chat=closed  | send_text ann      | refused POL-1
    sfb>sfb now teams, no chat     | chat=closed  | send_rich_text ann | refused POL-1
    sfb>sfb now teams, no chat     | chat=closed  | send_emoticon ann  | refused POL-1
    sfb>sfb now teams, no chat     | chat=closed  | send_file ann      | refused POL-1
    teams>teams then teams>sfb     | chat=locked  | open_chat ann      | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    teams>teams then teams>sfb     | chat=locked  | open_chat bob      | chat=interop:bob
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    teams>teams then teams>legacy  | chat=locked  | open_chat ann      | chat=interop
        connect_gateway, open_thread both, show_business_bar bob, show_interop_banner ann
    teams>teams then sfb>teams     | chat=locked  | open_chat ann      | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    teams>sfb then teams>teams     | chat=locked  | open_chat ann      | chat=native      | open_thread both
    teams>sfb then teams>teams     | chat=locked  | open_chat bob      | chat=native      | open_thread both
    teams>sfb then sfb>sfb         | chat=locked  | open_chat ann      | chat=native      | open_thread both
    teams>teams then no-chat>sfb   | chat=locked  | open_chat ann      | refused POL-1
    teams>teams then no-chat>sfb   | chat=locked  | open_chat bob      | refused POL-1
    teams>sfb then no-chat>teams   | chat=locked  | open_chat ann      | refused POL-1
    teams>sfb then no-chat>teams   | chat=locked  | open_chat bob      | refused POL-1
    teams>teams then islands>sfb as routed | chat=locked | open_chat bob | refused DEC-35 'another conversation'
    sfb>sfb then sfb>teams         | chat=expired | open_chat ann      | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    sfb>sfb then sfb>teams         | chat=expired | open_chat bob      | chat=interop:bob
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    legacy>sfb then legacy>teams   | chat=expired | open_chat ann      | chat=interop
        connect_gateway, open_thread both, show_business_bar ann, show_interop_banner bob
    sfb>sfb                        | chat=expired | open_chat ann      | chat=native      | open_thread both
    sfb>sfb then sfb>no-chat       | chat=expired | open_chat ann      | refused POL-1
    sfb>sfb then sfb>no-chat       | chat=expired | open_chat bob      | refused POL-1
    sfb>sfb then islands>sfb as routed | chat=expired | open_chat bob  | refused DEC-35 'another conversation'
    federated teams>teams then federated teams>sfb | chat=text_offered | open_chat ann | chat=interop
        withdraw_text_offer both, connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    federated teams>teams then federated teams>sfb | chat=text_offered | open_chat bob | chat=interop:bob
        withdraw_text_offer both, connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    federated teams>teams then federated teams>legacy | chat=text_offered | open_chat ann | chat=interop
        withdraw_text_offer both, connect_gateway, open_thread both, show_business_bar bob, show_interop_banner ann
    federated teams>teams then federated no-chat>sfb | chat=text_offered | open_chat ann | refused POL-1
    """
)
def test_opening_again(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                           | given        | event                    | then             | effects
    sfb>sfb then sfb>teams            | chat=expired | send_text ann            | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob, relay,
        deliver_plain_text bob
    sfb>sfb then sfb>teams            | chat=expired | send_text bob            | chat=interop:bob
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob, relay,
        deliver_plain_text ann
    legacy>sfb then legacy>teams      | chat=expired | send_text ann            | chat=interop
        connect_gateway, open_thread both, show_business_bar ann, show_interop_banner bob, relay, deliver_plain_text bob
    sfb>sfb                           | chat=expired | send_text bob            | chat=native
        open_thread both, deliver_text ann
    sfb>sfb                           | chat=expired | send_rich_text ann       | chat=native
        open_thread both, deliver_rich_text bob
    sfb>sfb                           | chat=expired | send_emoticon bob        | chat=native
        open_thread both, deliver_emoticon ann
    sfb>sfb                           | chat=expired | send_file ann            | chat=native
        open_thread both, deliver_file bob
    sfb>sfb then teams>teams          | chat=expired | send_text ann            | chat=native
        open_thread both, deliver_text bob
    sfb>sfb then sfb>teams            | chat=expired | send_rich_text ann       | refused LIM-1    | send_text
    sfb>sfb then sfb>teams            | chat=expired | send_emoticon bob        | refused LIM-1    | send_text
    sfb>sfb then sfb>teams            | chat=expired | send_file ann            | refused LIM-6    | send_text
    sfb>sfb then sfb>no-chat          | chat=expired | send_text ann            | refused POL-1
    sfb>sfb then sfb>no-chat          | chat=expired | send_text bob            | refused POL-1
    sfb>sfb then sfb>no-chat          | chat=expired | send_rich_text ann       | refused POL-1
    sfb>sfb then sfb>no-chat          | chat=expired | send_emoticon bob        | refused POL-1
    sfb>sfb then sfb>no-chat          | chat=expired | send_file ann            | refused POL-1
    sfb>sfb then teams>teams then no-chat>teams | chat=expired | send_text bob  | refused POL-1
    sfb>sfb then teams>teams then no-chat>teams | chat=expired | send_rich_text ann | refused POL-1
    sfb>sfb then teams>teams then no-chat>teams | chat=expired | send_emoticon bob | refused POL-1
    sfb>sfb then teams>teams then no-chat>teams | chat=expired | send_file ann  | refused POL-1
    sfb>sfb then islands>sfb as routed | chat=expired | send_text bob           | refused DEC-35 'another conversation'
    teams>teams then teams>sfb        | chat=locked  | send_text bob            | chat=interop:bob
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann, relay,
        deliver_plain_text ann
    teams>teams then teams>legacy     | chat=locked  | send_text bob            | chat=interop:bob
        connect_gateway, open_thread both, show_business_bar bob, show_interop_banner ann, relay, deliver_plain_text ann
    teams>teams then teams>sfb        | chat=locked  | send_rich_text bob       | refused LIM-1    | send_text
    teams>teams then teams>sfb        | chat=locked  | send_emoticon bob        | refused LIM-1    | send_text
    teams>teams then teams>sfb        | chat=locked  | send_file bob            | refused LIM-6    | send_text
    teams>teams then no-chat>sfb      | chat=locked  | send_text bob            | refused POL-1
    teams>teams then no-chat>sfb      | chat=locked  | send_file bob            | refused POL-1
    teams>sfb then sfb>sfb            | chat=locked  | send_text ann            | chat=native
        open_thread both, deliver_text bob
    teams>sfb then sfb>sfb            | chat=locked  | send_rich_text bob       | chat=native
        open_thread both, deliver_rich_text ann
    teams>sfb then sfb>sfb            | chat=locked  | send_emoticon ann        | chat=native
        open_thread both, deliver_emoticon bob
    teams>sfb then sfb>sfb            | chat=locked  | send_file bob            | chat=native
        open_thread both, deliver_file ann
    teams>teams then islands>sfb as routed | chat=locked | send_text bob        | refused DEC-35 'another conversation'
    federated teams>teams then federated teams>sfb | chat=text_offered | send_text bob | chat=interop:bob
        withdraw_text_offer both, connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann,
        relay, deliver_plain_text ann
    federated teams>teams then federated teams>sfb | chat=text_offered | send_rich_text bob | refused LIM-1 | send_text
    federated teams>teams then federated teams>sfb | chat=text_offered | send_emoticon bob | refused LIM-1 | send_text
    federated teams>teams then federated teams>sfb | chat=text_offered | send_file bob | refused LIM-6 | send_text
    federated teams>teams then federated no-chat>sfb | chat=text_offered | send_text bob | refused POL-1
    """
)
def test_what_an_sfb_user_writes_is_routed_anew(fact: Fact) -> None:
    """Where the session is over, and where a Teams thread is locked but they are on SfB now."""
    fact.check()


@facts(
    """
    pairing                                          | given        | event         | then
    federated sfb>sfb then federation off            | chat=closed  | open_chat ann | refused RTE-9
    federated sfb>sfb then federated teams>islands   | chat=closed  | open_chat ann | refused INT-3
    sfb>sfb then islands>sfb                         | chat=closed  | open_chat ann | refused INT-4
    sfb>sfb then on-prem teams>sfb                   | chat=closed  | open_chat ann | refused RTE-8
    sfb>sfb then islands on-prem>sfb as routed               | chat=closed | open_chat ann | refused RTE-6
    federated teams>sfb then federation off          | chat=locked  | open_chat ann | refused RTE-9
    federated teams>sfb then federated teams>islands | chat=locked  | open_chat ann | refused INT-3
    teams>sfb then islands>sfb                       | chat=locked  | open_chat ann | refused INT-4
    teams>sfb then on-prem teams>sfb                 | chat=locked  | open_chat ann | refused RTE-8
    islands>sfb as routed then islands on-prem>sfb as routed | chat=locked | open_chat ann | refused RTE-6
    federated teams>sfb then federation off          | chat=locked  | send_text bob | refused RTE-9
    federated teams>sfb then federated teams>islands | chat=locked  | send_text bob | refused INT-3
    teams>sfb then islands>sfb                       | chat=locked  | send_text bob | refused INT-4
    teams>sfb then on-prem teams>sfb                 | chat=locked  | send_text bob | refused RTE-8
    islands>sfb as routed then islands on-prem>sfb as routed | chat=locked | send_text bob | refused RTE-6
    federated sfb>sfb then federation off            | chat=expired | open_chat ann | refused RTE-9
    federated sfb>sfb then federated teams>islands   | chat=expired | open_chat ann | refused INT-3
    sfb>sfb then islands>sfb                         | chat=expired | open_chat ann | refused INT-4
    sfb>sfb then on-prem sfb>teams                   | chat=expired | open_chat ann | refused RTE-8
    sfb>islands then islands on-prem>sfb as routed   | chat=expired | open_chat ann | refused RTE-6
    federated sfb>sfb then federation off            | chat=expired | send_text ann | refused RTE-9
    federated sfb>sfb then federated teams>islands   | chat=expired | send_text ann | refused INT-3
    sfb>sfb then islands>sfb                         | chat=expired | send_text ann | refused INT-4
    sfb>sfb then on-prem sfb>teams                   | chat=expired | send_text ann | refused RTE-8
    sfb>islands then islands on-prem>sfb as routed   | chat=expired | send_text ann | refused RTE-6
    """
)
def test_not_opening_again(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                    | given            | event                    | then          | effects
    teams>sfb                  | chat=interop     | send_text ann            | stays
        relay, deliver_plain_text bob
    teams>sfb                  | chat=interop     | send_text bob            | stays
        relay, deliver_plain_text ann
    teams>sfb                  | chat=interop:bob | send_text ann            | stays
        relay, deliver_plain_text bob
    sfb>teams                  | chat=interop     | send_text ann            | stays
        relay, deliver_plain_text bob
    federated teams>sfb        | chat=interop     | send_text bob            | stays
        relay, deliver_plain_text ann
    clouds teams>teams         | chat=interop     | send_text ann            | stays
        relay, deliver_plain_text bob
    teams>sfb, policies off    | chat=interop     | send_text bob            | stays
        relay, deliver_plain_text ann
    islands>sfb as routed      | chat=interop     | send_text bob            | stays
        relay, deliver_plain_text ann
    teams>sfb then no-chat>sfb | chat=interop     | send_text ann            | refused POL-1 | 'AllowUserChat true'
    teams>sfb then no-chat>sfb | chat=interop     | send_text bob            | refused POL-1 | 'AllowUserChat true'
    teams>sfb                  | chat=interop     | send_rich_text ann       | refused LIM-1
        send_text, share_desktop, meet_now
    teams>sfb                  | chat=interop     | send_rich_text bob       | refused LIM-1
        send_text, share_desktop, meet_now
    teams>sfb                  | chat=interop     | send_emoticon ann        | refused LIM-1
        send_text, share_desktop, meet_now
    sfb>teams                  | chat=interop     | send_emoticon ann        | refused LIM-1
        send_text, share_desktop, meet_now
    teams>sfb                  | chat=interop     | send_file ann            | refused LIM-6 | share_desktop, meet_now
    teams>sfb                  | chat=interop     | send_file bob            | refused LIM-6 | share_desktop, meet_now
    mobile>sfb                 | chat=interop     | send_file ann            | refused LIM-6 | meet_now
    federated sfb>teams        | chat=interop     | send_file bob            | refused LIM-6 | share_desktop, meet_now
    no-meet-now>sfb            | chat=interop     | send_rich_text ann       | refused LIM-1 | send_text, meet_now bob
    no-meet-now>sfb            | chat=interop     | send_file ann            | refused LIM-6 | meet_now bob
    clouds teams>teams         | chat=interop     | send_rich_text ann       | refused RTE-10 | send_text, meet_now
    clouds teams>teams         | chat=interop     | send_emoticon bob        | refused RTE-10 | send_text, meet_now
    clouds teams>teams         | chat=interop     | send_file ann            | refused RTE-10
        share_desktop, meet_now
    clouds teams>teams         | chat=offered:ann | send_rich_text ann       | refused RTE-10
        send_text, accept_meeting
    clouds teams>teams         | chat=offered:ann | send_emoticon ann        | refused RTE-10 | accept_meeting
    clouds teams>teams         | chat=offered:ann | send_file bob            | refused RTE-10 | accept_meeting ann
    clouds teams>teams         | chat=escalated:ann meeting=together:ann | send_rich_text ann | refused RTE-10
        send_text, share_file
    clouds teams>teams         | chat=escalated:ann meeting=together:ann | send_emoticon bob | refused RTE-10
        send_text
    clouds teams>teams         | chat=escalated:ann meeting=together:ann | send_file bob | refused RTE-10 | share_file
    clouds teams>sfb           | chat=interop     | send_rich_text ann       | refused LIM-1 | send_text, meet_now
    federated islands>teams as routed | chat=interop | send_rich_text ann    | refused LIM-1 | send_text, meet_now
    federated islands>teams as routed | chat=interop | send_emoticon bob     | refused LIM-1 | send_text, meet_now
    federated islands>teams as routed | chat=interop | send_file ann         | refused LIM-6 | meet_now
    clouds teams>teams then clouds no-chat>teams | chat=interop | send_rich_text ann | refused POL-1
    clouds teams>teams then clouds no-chat>teams | chat=interop | send_emoticon bob | refused POL-1
    clouds teams>teams then clouds no-chat>teams | chat=interop | send_file bob  | refused POL-1
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
    federated teams>teams          | chat=native | send_rich_text ann       | stays          | deliver_rich_text bob
    federated teams>teams          | chat=native | send_file bob            | stays          | deliver_file ann
    federated sfb>sfb              | chat=native | send_file ann            | stays          | deliver_file bob
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
        ("teams>sfb then no-chat>sfb", "chat=interop", "send_text meet_now" + ADVANCED),
        ("sfb>teams then sfb>no-chat", "chat=interop", "send_text meet_now" + ADVANCED),
        ("teams>sfb then no-chat>sfb", "chat=one_sided", MESSAGES + ADVANCED + " meet_now"),
        ("teams>sfb then no-chat>sfb", "chat=offered:ann", "send_text"),
        ("teams>sfb then no-chat>sfb", "chat=escalated:ann meeting=sent:ann", "send_text"),
        ("federated teams>sfb now teams, no chat", "chat=switch_offered", MESSAGES),
        ("federated teams>sfb now teams, no chat", "chat=switched", MESSAGES + ADVANCED),
        ("sfb>sfb then sfb>no-chat", "chat=draining", "send_text"),
        ("sfb>sfb then sfb>no-chat", "chat=expired", MESSAGES),
    ],
)
def test_nobody_writes_to_or_from_a_user_without_chat(pairing: str, given: str, events: str, who: str) -> None:
    for event in events.split():
        step(place(pairing, given), {"event": f"{event} {who}", "then": "refused POL-1"})


@facts(
    """
    pairing                    | given | event | then
    teams>sfb then no-chat>sfb | chat=interop | send_rich_text ann | refused POL-1
    teams>sfb then no-chat>sfb | chat=interop | send_rich_text bob | refused POL-1
    teams>sfb then no-chat>sfb | chat=interop | send_emoticon ann | refused POL-1
    teams>sfb then no-chat>sfb | chat=interop | send_emoticon bob | refused POL-1
    teams>sfb then no-chat>sfb | chat=interop | send_file ann | refused POL-1
    teams>sfb then no-chat>sfb | chat=interop | send_file bob | refused POL-1
    teams>sfb then no-chat>sfb | chat=offered:ann | send_rich_text ann | refused POL-1
    teams>sfb then no-chat>sfb | chat=offered:ann | send_rich_text bob | refused POL-1
    teams>sfb then no-chat>sfb | chat=offered:ann | send_emoticon ann | refused POL-1
    teams>sfb then no-chat>sfb | chat=offered:ann | send_emoticon bob | refused POL-1
    teams>sfb then no-chat>sfb | chat=offered:ann | send_file ann | refused POL-1
    teams>sfb then no-chat>sfb | chat=offered:ann | send_file bob | refused POL-1
    teams>sfb then no-chat>sfb | chat=escalated:ann meeting=together:ann | send_rich_text ann | refused POL-1
    teams>sfb then no-chat>sfb | chat=escalated:ann meeting=together:ann | send_rich_text bob | refused POL-1
    teams>sfb then no-chat>sfb | chat=escalated:ann meeting=together:ann | send_emoticon ann | refused POL-1
    teams>sfb then no-chat>sfb | chat=escalated:ann meeting=together:ann | send_emoticon bob | refused POL-1
    teams>sfb then no-chat>sfb | chat=escalated:ann meeting=together:ann | send_file ann | refused POL-1
    teams>sfb then no-chat>sfb | chat=escalated:ann meeting=together:ann | send_file bob | refused POL-1
    """
)
def test_rich_content_of_a_user_without_chat(fact: Fact) -> None:
    """Barred like everything else they write, and not for what it is."""
    fact.check()


@pytest.mark.rules("DEC-35")
@facts(
    """
    pairing                            | given            | event                    | then             | effects
    teams>sfb                          | chat=one_sided   | send_text ann            | chat=interop
        connect_gateway, open_thread bob, open_interop_window bob, relay, deliver_plain_text bob
    teams>legacy                       | chat=one_sided   | send_text ann            | chat=interop
        connect_gateway, open_thread bob, show_business_bar bob, relay, deliver_plain_text bob
    islands>sfb as routed              | chat=one_sided   | send_text ann            | chat=interop
        connect_gateway, open_thread bob, show_interop_banner bob, relay, deliver_plain_text bob
    sfb>teams                          | chat=one_sided:bob | send_text bob          | chat=interop:bob
        connect_gateway, open_thread ann, open_interop_window ann, relay, deliver_plain_text ann
    teams>sfb                          | chat=one_sided   | send_text bob            | chat=interop:bob
        connect_gateway, open_thread bob, open_interop_window bob, relay, deliver_plain_text ann
    teams>legacy                       | chat=one_sided   | send_text bob            | chat=interop:bob
        connect_gateway, open_thread bob, show_business_bar bob, relay, deliver_plain_text ann
    sfb>teams                          | chat=one_sided:bob | send_text ann          | chat=interop
        connect_gateway, open_thread ann, open_interop_window ann, relay, deliver_plain_text bob
    islands>sfb as routed              | chat=one_sided   | send_text bob
        => refused DEC-35 'another conversation'
    teams>sfb                          | chat=one_sided   | send_rich_text ann       | refused LIM-1
        send_text, share_desktop, meet_now
    teams>sfb                          | chat=one_sided   | send_emoticon ann        | refused LIM-1    | send_text
    teams>sfb                          | chat=one_sided   | send_file ann            | refused LIM-6
        share_desktop, meet_now
    teams>sfb                          | chat=one_sided   | send_rich_text bob       | refused LIM-1
        send_text, share_desktop, meet_now
    teams>sfb                          | chat=one_sided   | send_emoticon bob        | refused LIM-1    | send_text
    teams>sfb                          | chat=one_sided   | send_file bob            | refused LIM-6    | meet_now
    islands>sfb as routed              | chat=one_sided   | send_rich_text bob
        => refused DEC-35 'another conversation'
    teams>sfb then no-chat>sfb         | chat=one_sided   | send_text ann            | refused POL-1
        'AllowUserChat true'
    teams>sfb then no-chat>sfb         | chat=one_sided   | send_text bob            | refused POL-1
    teams>sfb                          | chat=one_sided   | open_chat bob            | chat=interop:bob
        connect_gateway, open_thread bob, open_interop_window bob
    teams>legacy                       | chat=one_sided   | open_chat bob            | chat=interop:bob
        connect_gateway, open_thread bob, show_business_bar bob
    islands>sfb as routed              | chat=one_sided   | open_chat bob
        => refused DEC-35 'another conversation'
    teams>sfb then no-chat>sfb         | chat=one_sided   | open_chat bob            | refused POL-1
    teams>sfb                          | chat=one_sided   | open_chat ann            | not yours 'only the other party'
    teams>sfb                          | chat=one_sided   | share_desktop ann        | chat=offered:ann
        connect_gateway, open_thread bob, open_interop_window bob, open_meeting_menu ann
    teams>legacy                       | chat=one_sided   | share_desktop ann        | chat=offered:ann
        connect_gateway, open_thread bob, show_business_bar bob, open_meeting_menu ann
    teams>sfb                          | chat=one_sided   | share_desktop bob        | chat=offered:bob:bob
        connect_gateway, open_thread bob, open_interop_window bob, announce_meeting bob
    teams>sfb                          | chat=one_sided   | add_participant bob      | chat=offered:bob:bob
        connect_gateway, open_thread bob, open_interop_window bob, announce_meeting bob
    teams>sfb                          | chat=one_sided   | add_participant ann      | refused LIM-3
        share_desktop, meet_now
    no-meet-now>sfb                    | chat=one_sided   | add_participant ann      | refused LIM-3    | meet_now bob
    islands, no meet now>sfb as routed | chat=one_sided   | add_participant ann      | refused TMS-11
        'AllowPrivateMeetNow true'
    mobile>sfb                         | chat=one_sided   | share_desktop ann        | refused TMS-3    | meet_now
    no-meet-now>sfb                    | chat=one_sided   | share_desktop ann        | refused TMS-11
        meet_now bob, 'AllowPrivateMeetNow true'
    teams>legacy                       | chat=one_sided   | share_desktop bob        | refused SFB-1
        meet_now, 'update the SfB client'
    teams>legacy                       | chat=one_sided   | add_participant bob      | refused SFB-1    | meet_now
    islands>sfb as routed              | chat=one_sided   | share_desktop bob
        => refused DEC-35 'another conversation'
    islands>sfb as routed              | chat=one_sided   | meet_now bob
        => refused DEC-35 'another conversation'
    teams>sfb                          | chat=one_sided   | meet_now ann
        => chat=escalated:ann meeting=creating:ann
        connect_gateway, open_thread bob, open_interop_window bob, create_teams_meeting
    teams>sfb                          | chat=one_sided   | meet_now bob
        => chat=escalated:bob:bob meeting=creating:bob
        connect_gateway, open_thread bob, open_interop_window bob, create_sfb_meeting
    teams>legacy                       | chat=one_sided   | meet_now ann
        => chat=escalated:ann meeting=creating:ann
        connect_gateway, open_thread bob, show_business_bar bob, create_teams_meeting
    teams>legacy                       | chat=one_sided   | meet_now bob
        => chat=escalated:bob:bob meeting=creating:bob
        connect_gateway, open_thread bob, show_business_bar bob, create_sfb_meeting
    no-meet-now>sfb                    | chat=one_sided   | meet_now ann             | refused TMS-11   | meet_now bob
    teams>sfb then no-chat>sfb         | chat=one_sided   | share_desktop bob        | refused POL-1
        'AllowUserChat true'
    teams>sfb then no-chat>sfb         | chat=one_sided   | meet_now ann             | refused POL-1
        'AllowUserChat true'
    """
)
def test_after_the_sfb_sides_session(fact: Fact) -> None:
    """The Teams user has the thread still; what the SfB user begins is theirs, and told as their client tells it."""
    fact.check()


@pytest.mark.rules("DEC-13", "DEC-35")
@facts(
    """
    pairing                  | given              | event          | then             | effects
    teams>sfb                | chat=interop       | call_audio ann | call=ringing:ann
        ring_audio bob, open_interop_window bob
    teams>sfb                | chat=interop       | call_video bob | call=ringing:bob
        ring_video ann, open_interop_window bob
    legacy>teams             | chat=interop       | call_audio bob | call=ringing:bob | ring_audio ann
    islands>sfb as routed    | chat=interop       | call_audio bob | call=ringing:bob | ring_audio ann
    clouds teams>teams       | chat=interop       | call_video ann | call=ringing:ann | ring_video bob
    teams>sfb                | chat=one_sided     | call_audio ann | call=ringing:ann
        ring_audio bob, open_interop_window bob
    teams>sfb                | chat=one_sided     | call_video ann | call=ringing:ann
        ring_video bob, open_interop_window bob
    islands>sfb as routed    | chat=one_sided     | call_audio ann | call=ringing:ann | ring_audio bob
    teams>sfb                | chat=one_sided     | call_audio bob | call=ringing:bob
        ring_audio ann, open_interop_window bob
    teams>sfb                | chat=one_sided     | call_video bob | call=ringing:bob
        ring_video ann, open_interop_window bob
    islands>sfb as routed    | chat=one_sided     | call_audio bob | refused DEC-35 'another conversation'
    islands>sfb as routed    | chat=one_sided     | call_video bob | refused DEC-35 'another conversation'
    teams>sfb                | chat=offered:ann   | call_audio bob | chat=interop call=ringing:bob
        close_menu ann, ring_audio ann, open_interop_window bob
    teams>sfb                | chat=offered:ann   | call_video ann | chat=interop call=ringing:ann
        close_menu ann, ring_video bob, open_interop_window bob
    federated teams>sfb now teams | chat=switch_offered | call_audio ann | call=ringing_draining_interop:ann
        ring_audio bob
    federated teams>sfb now teams | chat=switch_offered | call_video bob | call=ringing_draining_interop:bob
        ring_video ann
    federated teams>sfb now teams | chat=switched       | call_audio bob | call=ringing:bob | ring_audio ann
    sfb>sfb then sfb>teams   | chat=draining      | call_audio ann | call=ringing_draining:ann | ring_audio bob
    sfb>sfb then sfb>teams   | chat=draining      | call_video bob | call=ringing_draining:bob | ring_video ann
    sfb>sfb then sfb>teams   | chat=draining call=ended was=ended:ann | call_audio bob
        => call=ringing_draining:bob was=none
        ring_audio ann
    sfb>teams then sfb>sfb   | chat=draining_interop call=ended was=missed:ann | call_video bob
        => call=ringing_draining_interop:bob was=called_back
        ring_video ann
    sfb>teams then sfb>sfb   | chat=draining_interop | call_audio ann | call=ringing_draining_interop:ann
        ring_audio bob
    sfb>teams then teams>teams | chat=draining_interop | call_video bob | call=ringing_draining_interop:bob
        ring_video ann
    teams>sfb then no-calls>sfb | chat=interop    | call_audio ann | refused POL-2    | 'AllowPrivateCalling true'
    teams>sfb then no-calls>sfb | chat=interop    | call_video bob | refused POL-2
    teams>sfb then no-calls>sfb | chat=one_sided  | call_audio ann | refused POL-2
    teams>sfb then no-calls>sfb | chat=one_sided  | call_video bob | refused POL-2
    teams>sfb then no-calls>sfb | chat=offered:ann | call_audio bob | refused POL-2
    teams>sfb then no-calls>sfb | chat=offered:ann | call_video ann | refused POL-2
    clouds teams>teams then clouds no-calls>teams | chat=interop | call_video bob | refused POL-2
    federated teams>sfb now teams, no calls | chat=switch_offered | call_audio ann | refused POL-2
    federated teams>sfb now teams, no calls | chat=switch_offered | call_video bob | refused POL-2
    sfb>sfb then sfb>no-calls | chat=draining     | call_audio ann | refused POL-2
    sfb>sfb then sfb>no-calls | chat=draining     | call_video bob | refused POL-2
    sfb>teams then no-calls>teams | chat=draining_interop | call_audio ann | refused POL-2
    sfb>teams then no-calls>teams | chat=draining_interop | call_video bob | refused POL-2
    """
)
def test_calls_go_the_way_of_the_thread(fact: Fact) -> None:
    fact.check()


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
    teams>sfb                      | chat=interop:bob         | share_desktop bob   | chat=offered:bob:bob
        announce_meeting bob
    teams>sfb                      | chat=interop:bob         | share_desktop ann   | chat=offered:ann:bob
        open_meeting_menu ann
    federated sfb>teams            | chat=interop             | share_desktop ann   | chat=offered:ann
        announce_meeting ann
    sfb, policies off>teams        | call=connected chat=none | open_chat ann       | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    sfb, policies off>teams        | chat=interop             | share_desktop ann   | chat=offered:ann
        announce_meeting ann
    sfb>no-meet-now                | chat=interop             | share_desktop ann   | chat=offered:ann
        announce_meeting ann
    teams>sfb then no-chat>sfb     | chat=interop             | share_desktop ann   | refused POL-1 'the originator'
        'AllowUserChat true'
    teams>sfb then no-chat>sfb     | chat=interop             | share_desktop bob   | refused POL-1 'the originator'
        'AllowUserChat true'
    sfb>teams then sfb>no-chat     | chat=interop             | share_desktop ann   | refused POL-1 'the recipient'
        'AllowUserChat true'
    sfb>teams then sfb>no-chat     | chat=interop             | share_desktop bob   | refused POL-1 'the recipient'
        'AllowUserChat true'
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
    teams>sfb then no-chat>sfb     | chat=interop             | add_participant ann | refused POL-1
        'AllowUserChat true'
    teams>sfb then no-chat>sfb     | chat=interop             | add_participant bob | refused POL-1
        'AllowUserChat true'
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
    teams>sfb then no-chat>sfb     | chat=interop             | meet_now ann        | refused POL-1
        'AllowUserChat true'
    teams>sfb then no-chat>sfb     | chat=interop             | meet_now bob        | refused POL-1
        'AllowUserChat true'
    federated islands>teams as routed | chat=interop          | add_participant ann | refused NAT-2
        share_desktop, meet_now
    federated islands, no meet now>teams as routed | chat=interop | add_participant ann | refused NAT-2 | meet_now bob
    clouds teams>teams             | chat=interop             | add_participant ann | refused RTE-10
        share_desktop, meet_now
    clouds no-meet-now>teams       | chat=interop             | add_participant ann | refused RTE-10   | meet_now bob
    clouds no-meet-now>teams       | chat=interop             | add_participant bob | refused RTE-10   | meet_now
    clouds no-meet-now>no-meet-now | chat=interop             | add_participant ann | refused TMS-11
        'AllowPrivateMeetNow true'
    """
)
def test_asking_for_a_meeting(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                        | given                | event                    | then           | effects
    teams>sfb                      | chat=offered:ann     | accept_meeting ann
        => chat=escalated:ann meeting=creating:ann
        create_teams_meeting
    teams>sfb                      | chat=offered:bob     | accept_meeting bob
        => chat=escalated:bob meeting=creating:bob
        create_sfb_meeting
    teams>sfb                      | chat=offered:bob:bob | accept_meeting bob
        => chat=escalated:bob:bob meeting=creating:bob
        create_sfb_meeting
    sfb>teams                      | chat=offered:ann     | accept_meeting ann
        => chat=escalated:ann meeting=creating:ann
        create_sfb_meeting
    federated teams>sfb            | chat=offered:ann     | accept_meeting ann
        => chat=escalated:ann meeting=creating:ann
        create_teams_meeting
    sfb>no-meet-now                | chat=offered:ann     | accept_meeting ann
        => chat=escalated:ann meeting=creating:ann
        create_sfb_meeting
    teams>sfb then no-meet-now>sfb | chat=offered:ann     | accept_meeting ann       | refused TMS-11 | decline_meeting
    teams>sfb then mobile>sfb      | chat=offered:ann     | accept_meeting ann       | refused TMS-3  | decline_meeting
    sfb>teams then legacy>teams    | chat=offered:ann     | accept_meeting ann       | refused SFB-1  | decline_meeting
    teams>sfb then no-chat>sfb     | chat=offered:ann     | accept_meeting ann       | refused POL-1
        decline_meeting, 'AllowUserChat true'
    teams>sfb then no-chat>sfb     | chat=offered:bob     | accept_meeting bob       | refused POL-1
        decline_meeting, 'AllowUserChat true'
    teams>sfb                      | chat=offered:ann     | decline_meeting ann      | chat=interop   | close_menu ann
    sfb>teams                      | chat=offered:ann     | decline_meeting ann      | chat=interop   | close_menu ann
    teams>sfb                      | chat=offered:ann:bob | decline_meeting ann      | chat=interop:bob
        close_menu ann
    teams>sfb                      | chat=offered:ann     | warn_peer ann            | not applicable
        accept_meeting, decline_meeting
    teams>sfb                      | chat=offered:ann     | send_text ann            | stays
        relay, deliver_plain_text bob
    teams>sfb                      | chat=offered:ann     | send_text bob            | stays
        relay, deliver_plain_text ann
    teams>sfb then no-chat>sfb     | chat=offered:ann     | send_text ann            | refused POL-1
    teams>sfb                      | chat=offered:ann     | send_rich_text ann       | refused LIM-1
        send_text, accept_meeting
    teams>sfb                      | chat=offered:ann     | send_emoticon bob        | refused LIM-1
        send_text, accept_meeting ann
    teams>sfb                      | chat=offered:ann     | send_file ann            | refused LIM-6  | accept_meeting
    teams>sfb                      | chat=offered:ann     | send_rich_text bob       | refused LIM-1  | send_text
    teams>sfb                      | chat=offered:ann     | send_emoticon ann        | refused LIM-1
        send_text, accept_meeting
    teams>sfb                      | chat=offered:ann     | send_file bob            | refused LIM-6
    sfb>teams                      | chat=offered:ann     | send_file bob            | refused LIM-6
        accept_meeting ann
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
    teams>sfb                  | chat=escalated:ann meeting=sent:ann | resend_link ann | stays
        relay, deliver_join_link bob
    teams>sfb                  | chat=escalated:ann meeting=open:ann | resend_link ann | meeting=sent:ann
        relay, deliver_join_link bob
    teams>sfb                  | chat=escalated:ann meeting=open_sharing:ann | resend_link ann
        => meeting=sent_sharing:ann
        relay, deliver_join_link bob
    sfb>teams                  | chat=escalated:bob meeting=invited:bob | resend_link bob | stays
        relay, deliver_join_link ann
    teams>sfb                  | chat=escalated:ann:bob meeting=sent:ann | resend_link ann | stays
        relay, deliver_join_link bob
    teams>sfb                  | chat=escalated:ann meeting=creating:ann | resend_link ann | not applicable
    teams>sfb                  | chat=escalated:ann meeting=together:ann | resend_link ann | not applicable
    teams>sfb                  | chat=escalated:ann meeting=sent:ann | resend_link bob | not yours 'only the initiator'
    teams>sfb then no-chat>sfb | chat=escalated:ann meeting=sent:ann | resend_link ann | refused POL-1
        'AllowUserChat true'
    sfb>teams then sfb>no-chat | chat=escalated:ann meeting=sent:ann | resend_link ann | refused POL-1
        'AllowUserChat true'
    teams>sfb                  | chat=escalated:ann meeting=together:ann | send_rich_text bob | refused LIM-1
        send_text, share_file
    teams>sfb                  | chat=escalated:ann meeting=together:ann | send_emoticon bob | refused LIM-1 | send_text
    teams>sfb                  | chat=escalated:ann meeting=together:ann | send_file ann | refused LIM-6 | share_file
    """
)
def test_beside_the_meeting(fact: Fact) -> None:
    fact.check()


@pytest.mark.rules("DEC-38")
@facts(
    """
    pairing                       | given | event                   | then               | effects
    teams>sfb                     | call=escalating:ann meeting=creating:ann | meeting_created service
        => chat=escalated:ann call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, connect_gateway, open_thread both,
        open_interop_window bob, show_interop_banner ann, relay, deliver_join_link bob
    sfb>teams                     | call=escalating:bob meeting=creating:bob | meeting_created service
        => chat=escalated:bob:bob call=ended meeting=sent:bob was=superseded:bob
        put_in_meeting bob, offer_sharing_tray bob, end_call both, connect_gateway, open_thread both,
        open_interop_window ann, show_interop_banner bob, relay, deliver_join_link ann
    teams>legacy                  | call=escalating:ann meeting=creating:ann | meeting_created service
        => chat=escalated:ann call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, connect_gateway, open_thread both,
        show_business_bar bob, show_interop_banner ann, relay, deliver_join_link bob
    teams>sfb then no-chat>sfb    | call=escalating:ann meeting=creating:ann | meeting_created service
        => call=ended meeting=open:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, report_link_undelivered ann
    teams>sfb then no-chat>sfb    | call=escalating:bob meeting=creating:bob | meeting_created service
        => call=ended meeting=open:bob was=superseded:bob
        put_in_meeting bob, offer_sharing_tray bob, end_call both, report_link_undelivered bob
    teams>sfb then teams>teams    | call=draining_interop meeting=creating:ann | meeting_created service
        => chat=native call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, open_thread both, deliver_join_link bob
    teams>sfb then no-chat>teams  | call=draining_interop meeting=creating:ann | meeting_created service
        => call=ended meeting=open:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, report_link_undelivered ann
    teams>sfb                     | chat=interop call=escalating:ann meeting=creating:ann | meeting_created service
        => chat=escalated:ann call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, relay, deliver_join_link bob
    teams>sfb                     | chat=interop:bob call=escalating:ann meeting=creating:ann | meeting_created service
        => chat=escalated:ann:bob call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, relay, deliver_join_link bob
    teams>sfb then no-chat>sfb    | chat=interop call=escalating:ann meeting=creating:ann | meeting_created service
        => call=ended meeting=open:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, report_link_undelivered ann
    teams>sfb                     | chat=escalated:ann meeting=creating:ann | meeting_created service | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    teams>sfb then no-chat>sfb    | chat=escalated:ann meeting=creating:ann | meeting_created service | meeting=open:ann
        put_in_meeting ann, offer_sharing_tray ann, report_link_undelivered ann
    teams>sfb then no-chat>sfb    | chat=escalated:bob meeting=creating:bob | meeting_created service | meeting=open:bob
        put_in_meeting bob, offer_sharing_tray bob, report_link_undelivered bob
    teams>sfb                     | chat=one_sided meeting=creating:ann | meeting_created service
        => chat=escalated:ann meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, connect_gateway, open_thread bob, open_interop_window bob, relay,
        deliver_join_link bob
    teams>sfb                     | chat=one_sided meeting=creating:bob | meeting_created service
        => chat=escalated:bob meeting=sent:bob
        put_in_meeting bob, offer_sharing_tray bob, connect_gateway, open_thread bob, open_interop_window bob, relay,
        deliver_join_link ann
    teams>legacy                  | chat=one_sided meeting=invited:ann | resend_link ann | chat=escalated:ann
        connect_gateway, open_thread bob, show_business_bar bob, relay, deliver_join_link bob
    islands>sfb as routed         | chat=one_sided meeting=sent:ann | resend_link ann | chat=escalated:ann
        connect_gateway, open_thread bob, show_interop_banner bob, relay, deliver_join_link bob
    islands>sfb as routed         | chat=one_sided meeting=creating:bob | meeting_created service | meeting=sent:bob
        put_in_meeting bob, offer_sharing_tray bob, deliver_join_link ann
    teams>sfb barred, now as routed | chat=locked meeting=creating:bob | meeting_created service
        => meeting=sent:bob
        put_in_meeting bob, offer_sharing_tray bob, deliver_join_link ann
    sfb>sfb then islands>sfb as routed | chat=expired call=escalating:bob meeting=creating:bob | meeting_created service
        => call=ended meeting=sent:bob was=superseded:bob
        put_in_meeting bob, offer_sharing_tray bob, end_call both, deliver_join_link ann
    sfb>sfb then islands>sfb as routed | chat=closed call=escalating:bob meeting=creating:bob | meeting_created service
        => call=ended meeting=sent:bob was=superseded:bob
        put_in_meeting bob, offer_sharing_tray bob, end_call both, deliver_join_link ann
    sfb>sfb now teams, no chat | chat=closed call=escalating:ann meeting=creating:ann | meeting_created service
        => call=ended meeting=open:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, report_link_undelivered ann
    islands>sfb as routed         | call=escalating:bob meeting=creating:bob | meeting_created service
        => call=ended meeting=sent:bob was=superseded:bob
        put_in_meeting bob, offer_sharing_tray bob, end_call both, deliver_join_link ann
    teams>sfb then no-chat>sfb    | chat=one_sided meeting=creating:ann | meeting_created service | meeting=open:ann
        put_in_meeting ann, offer_sharing_tray ann, report_link_undelivered ann
    sfb>sfb then sfb>teams        | chat=closed call=escalating:ann meeting=creating:ann | meeting_created service
        => chat=escalated:ann call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, connect_gateway, open_thread both,
        open_interop_window ann, show_interop_banner bob, relay, deliver_join_link bob
    sfb>sfb, teams, and back | chat=closed call=draining_interop meeting=creating:ann | meeting_created service
        => chat=native call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, open_thread both, deliver_join_link bob
    sfb>sfb then sfb>teams        | chat=expired call=escalating:ann meeting=creating:ann | meeting_created service
        => chat=escalated:ann call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, connect_gateway, open_thread both,
        open_interop_window ann, show_interop_banner bob, relay, deliver_join_link bob
    legacy>sfb then legacy>teams  | chat=expired call=escalating:ann meeting=creating:ann | meeting_created service
        => chat=escalated:ann call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, connect_gateway, open_thread both,
        show_business_bar ann, show_interop_banner bob, relay, deliver_join_link bob
    sfb>sfb now teams, no chat    | chat=expired call=escalating:bob meeting=creating:bob | meeting_created service
        => call=ended meeting=open:bob was=superseded:bob
        put_in_meeting bob, offer_sharing_tray bob, end_call both, report_link_undelivered bob
    sfb>sfb now both teams        | chat=expired call=draining_interop meeting=creating:bob | meeting_created service
        => chat=native call=ended meeting=sent:bob was=superseded:bob
        put_in_meeting bob, offer_sharing_tray bob, end_call both, open_thread both, deliver_join_link ann
    teams>sfb then teams>teams    | chat=locked meeting=creating:ann | meeting_created service
        => chat=native meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, open_thread both, deliver_join_link bob
    teams>sfb then teams>teams    | chat=locked meeting=sent:ann | resend_link ann | chat=native
        open_thread both, deliver_join_link bob
    teams>sfb then islands>sfb    | chat=locked meeting=creating:ann | meeting_created service | meeting=open:ann
        put_in_meeting ann, offer_sharing_tray ann, report_link_undelivered ann
    teams>sfb then teams>teams then teams>sfb | chat=locked meeting=sent:ann | resend_link ann | chat=escalated:ann
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann, relay,
        deliver_join_link bob
    teams>sfb then teams>teams    | chat=native meeting=invited:ann | resend_link ann | stays | deliver_join_link bob
    teams>sfb then teams>teams then no-chat>teams | chat=native meeting=invited:ann | resend_link ann | refused POL-1
        'AllowUserChat true'
    teams>sfb then teams>teams then no-chat>teams | chat=native meeting=creating:ann | meeting_created service
        => meeting=open:ann
        put_in_meeting ann, offer_sharing_tray ann, report_link_undelivered ann
    federated teams>sfb now teams | chat=switch_offered meeting=sent:ann | resend_link ann | stays
        relay, deliver_join_link bob
    federated teams>sfb now teams, no chat | chat=switch_offered meeting=sent:ann | resend_link ann | refused POL-1
    federated teams>sfb now teams, no chat | chat=switch_offered meeting=creating:ann | meeting_created service
        => meeting=open:ann
        put_in_meeting ann, offer_sharing_tray ann, report_link_undelivered ann
    federated teams>sfb now teams | chat=switched meeting=sent:ann | resend_link ann | stays | deliver_join_link bob
    federated teams>sfb now teams, no chat | chat=switched meeting=creating:ann | meeting_created service
        => meeting=open:ann
        put_in_meeting ann, offer_sharing_tray ann, report_link_undelivered ann
    sfb>teams then sfb>sfb        | chat=draining_interop meeting=sent:ann | resend_link ann | stays
        relay, deliver_join_link bob
    sfb>teams then no-chat>teams  | chat=draining_interop meeting=creating:bob | meeting_created service
        => meeting=open:bob
        put_in_meeting bob, offer_sharing_tray bob, report_link_undelivered bob
    sfb>teams then sfb>sfb then sfb>teams | chat=draining meeting=sent:ann | resend_link ann | stays
        deliver_join_link bob
    sfb>teams then sfb>sfb then sfb>no-chat | chat=draining meeting=creating:ann | meeting_created service
        => meeting=open:ann
        put_in_meeting ann, offer_sharing_tray ann, report_link_undelivered ann
    federated now no chat | chat=text_offered call=ended was=ended:ann meeting=creating:bob | meeting_created service
        => meeting=open:bob
        put_in_meeting bob, offer_sharing_tray bob, report_link_undelivered bob
    federated sfb>teams, teams, and back | chat=text_offered call=ended was=ended:ann meeting=sent:bob | resend_link bob
        => chat=escalated:bob:bob
        withdraw_text_offer both, connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob,
        relay, deliver_join_link ann
    """
)
def test_carrying_the_link(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing   | given | event                  | then | effects
    teams>sfb | chat=escalated:ann meeting=creating:ann | meeting_failed service | chat=interop meeting=ended
        dismiss_meeting, report_no_meeting ann
    teams>sfb | chat=escalated:ann:bob meeting=creating:ann | meeting_failed service | chat=interop:bob meeting=ended
        dismiss_meeting, report_no_meeting ann
    teams>sfb | chat=escalated:ann meeting=together:ann | end_meeting ann | chat=interop meeting=ended
        close_meeting both, dismiss_meeting
    sfb>teams | chat=escalated:bob meeting=invited:bob | join_timed_out service | chat=interop meeting=ended
        withdraw_link ann, close_meeting bob, dismiss_meeting
    teams>sfb | chat=one_sided meeting=together:ann | end_meeting ann | meeting=ended
        close_meeting both, dismiss_meeting
    """
)
def test_meeting_over(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                | given                 | event                   | then               | effects
    sfb>teams              | chat=interop          | session_expired service | chat=one_sided:bob
        end_session ann, disconnect_gateway
    sfb>teams              | chat=interop:bob      | session_expired service | chat=one_sided:bob
        end_session ann, disconnect_gateway
    teams>sfb              | chat=interop          | session_expired service | chat=one_sided
        end_session bob, disconnect_gateway
    teams>sfb              | chat=interop:bob      | session_expired service | chat=one_sided
        end_session bob, disconnect_gateway
    federated sfb>teams    | chat=interop          | session_expired service | chat=one_sided:bob
        end_session ann, disconnect_gateway
    sfb>teams              | chat=offered:ann      | session_expired service | chat=one_sided:bob
        close_menu ann, end_session ann, disconnect_gateway
    teams>sfb              | chat=offered:ann      | session_expired service | chat=one_sided
        close_menu ann, end_session bob, disconnect_gateway
    teams>sfb              | chat=escalated:ann meeting=sent:ann | session_expired service | chat=one_sided
        end_session bob, disconnect_gateway
    sfb>teams              | chat=escalated:ann meeting=together:ann | session_expired service | chat=one_sided:bob
        end_session ann, disconnect_gateway
    sfb>sfb                | chat=native           | session_expired service | chat=expired       | end_session both
    sfb>islands            | chat=native           | session_expired service | chat=expired       | end_session both
    sfb>teams then sfb>sfb | chat=draining_interop | session_expired service | chat=locked
        end_session ann, lock_thread bob, disconnect_gateway
    teams>sfb then teams>teams | chat=draining_interop:bob | session_expired service | chat=locked
        end_session bob, lock_thread ann, disconnect_gateway
    sfb>sfb then sfb>teams | chat=draining         | session_expired service | chat=expired       | end_session both
    teams>teams            | chat=native           | session_expired service | refused THR-3
    clouds teams>teams     | chat=interop          | session_expired service | refused 'is not on SfB'
    clouds teams>teams     | chat=offered:ann      | session_expired service | refused 'is not on SfB'
    clouds teams>teams     | chat=escalated:ann meeting=sent:ann | session_expired service | refused 'is not on SfB'
    sfb>teams              | chat=interop          | session_expired ann     | not yours 'only the service'
    teams>sfb              | chat=one_sided        | session_expired service | not applicable
    sfb>teams then sfb>sfb | chat=draining_interop | session_expired ann     | not yours 'only the service'
    sfb>sfb then sfb>teams | chat=draining         | session_expired bob     | not yours 'only the service'
    """
)
def test_expiring(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                       | given                 | event          | then               | effects
    teams>sfb                     | chat=interop          | close_chat ann | stays              | -
    teams>sfb                     | chat=interop          | close_chat bob | chat=one_sided     | disconnect_gateway
    teams>sfb                     | chat=interop:bob      | close_chat bob | chat=one_sided     | disconnect_gateway
    sfb>teams                     | chat=interop          | close_chat ann | chat=one_sided:bob | disconnect_gateway
    sfb>teams                     | chat=interop          | close_chat bob | stays              | -
    clouds teams>teams            | chat=interop          | close_chat bob | stays              | -
    teams>sfb                     | chat=interop call=connected | close_chat bob | chat=one_sided | disconnect_gateway
    teams>teams                   | chat=native           | close_chat bob | stays              | -
    sfb>sfb                       | chat=native           | close_chat ann | stays              | -
    teams>sfb                     | chat=one_sided        | close_chat bob | stays              | -
    teams>sfb                     | chat=one_sided        | close_chat ann | stays              | -
    teams>sfb                     | chat=offered:ann      | close_chat ann | chat=interop       | close_menu ann
    teams>sfb                     | chat=offered:ann      | close_chat bob | chat=one_sided
        close_menu ann, disconnect_gateway
    sfb>teams                     | chat=offered:ann      | close_chat ann | chat=one_sided:bob
        close_menu ann, disconnect_gateway
    sfb>teams                     | chat=offered:ann      | close_chat bob | stays              | -
    teams>sfb                     | chat=escalated:ann meeting=sent:ann | close_chat ann | stays | -
    teams>sfb                     | chat=escalated:ann meeting=sent:ann | close_chat bob | chat=one_sided
        disconnect_gateway
    sfb>teams                     | chat=escalated:ann meeting=together:ann | close_chat ann | chat=one_sided:bob
        disconnect_gateway
    federated teams>sfb now teams | chat=switch_offered   | close_chat ann | stays              | -
    federated teams>sfb now teams | chat=switched         | close_chat bob | stays              | -
    sfb>teams then sfb>sfb        | chat=draining_interop | close_chat ann | chat=locked
        lock_thread bob, disconnect_gateway
    teams>sfb then teams>teams    | chat=draining_interop:bob | close_chat bob | chat=locked
        lock_thread ann, disconnect_gateway
    sfb>teams then sfb>sfb        | chat=draining_interop | close_chat bob | stays              | -
    sfb>sfb then sfb>teams        | chat=draining         | close_chat bob | stays              | -
    teams>sfb then teams>teams    | chat=locked           | close_chat ann | stays              | -
    federated teams>teams then federated teams>sfb | chat=text_offered | close_chat ann | stays | -
    sfb>sfb                       | chat=expired          | close_chat bob | chat=closed        | -
    teams>sfb                     |                       | close_chat ann | not applicable
    sfb>sfb then teams>sfb        | chat=closed           | close_chat ann | not applicable
    """
)
def test_closing(fact: Fact) -> None:
    """Nobody else is told or loses anything, but the menu that was open for what is gone."""
    fact.check()


@facts(
    """
    pairing                       | given                 | event                    | then
    teams>teams                   | chat=native           | close_chat service       | not yours 'only'
    teams>sfb                     | chat=interop          | close_chat service       | not yours 'only'
    teams>sfb                     | chat=interop          | call_audio service       | not yours 'only'
    teams>sfb                     | chat=interop          | call_video service       | not yours 'only'
    teams>sfb                     | chat=one_sided        | send_text service        | not yours 'only'
    teams>sfb                     | chat=one_sided        | close_chat service       | not yours 'only'
    teams>sfb                     | chat=one_sided        | open_chat service        | not yours 'only'
    teams>sfb                     | chat=one_sided        | call_audio service       | not yours 'only'
    teams>sfb                     | chat=one_sided        | call_video service       | not yours 'only'
    teams>sfb                     | chat=offered:ann      | close_chat service       | not yours 'only'
    teams>sfb                     | chat=escalated:ann meeting=sent:ann | close_chat service | not yours 'only'
    teams>sfb                     | chat=offered:ann      | accept_meeting bob
        not yours DEC-26 'only the initiator'
    teams>sfb                     | chat=offered:ann      | decline_meeting bob
        not yours DEC-26 'only the initiator'
    teams>sfb                     | chat=offered:ann      | accept_meeting service   | not yours 'only the initiator'
    teams>sfb                     | chat=offered:ann      | decline_meeting service  | not yours 'only the initiator'
    federated teams>sfb now teams | chat=switch_offered   | close_chat service       | not yours 'only'
    federated teams>sfb now teams | chat=switch_offered   | switch_to_native service | not yours 'only'
    federated teams>sfb now teams | chat=switched         | close_chat service       | not yours 'only'
    sfb>teams then sfb>sfb        | chat=draining_interop | close_chat service       | not yours 'only'
    sfb>teams then sfb>sfb        | chat=draining_interop | send_text service        | not yours 'only'
    sfb>sfb then sfb>teams        | chat=draining         | close_chat service       | not yours 'only'
    sfb>sfb then sfb>teams        | chat=draining         | send_text service        | not yours 'only'
    sfb>sfb                       | chat=native           | open_persistent_chat service | not yours 'only'
    sfb>sfb then sfb>teams then sfb>sfb | chat=draining   | open_persistent_chat service | not yours 'only'
    federated teams>teams then federated teams>sfb | chat=text_offered | close_chat service | not yours 'only'
    teams>sfb then teams>teams    | chat=locked           | close_chat service       | not yours 'only'
    sfb>sfb                       | chat=expired          | close_chat service       | not yours 'only'
    """
)
def test_services_do_not_act_for_people(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                    | given       | event               | then          | effects
    teams>sfb then teams>teams | chat=locked | send_text ann       | refused THR-1 | open_chat
    teams>sfb then teams>teams | chat=locked | send_rich_text ann  | refused THR-1 | open_chat
    teams>sfb then teams>teams | chat=locked | send_emoticon ann   | refused THR-1 | open_chat
    teams>sfb then teams>teams | chat=locked | send_file bob       | refused THR-1 | open_chat
    teams>sfb then teams>teams | chat=locked | share_desktop ann   | refused THR-1 | open_chat
    teams>sfb then teams>teams | chat=locked | add_participant ann | refused THR-1 | open_chat
    teams>sfb then teams>teams | chat=locked | meet_now ann        | refused THR-1 | open_chat
    teams>teams then teams>sfb | chat=locked | send_text ann       | refused THR-1 | open_chat
    teams>teams then teams>sfb | chat=locked | share_desktop bob   | refused THR-1 | open_chat
    federated teams>teams then federated teams>sfb | chat=text_offered | send_text ann | refused THR-1 | open_chat
    federated teams>teams then federated teams>sfb | chat=text_offered | send_rich_text ann | refused THR-1 | open_chat
    federated teams>teams then federated teams>sfb | chat=text_offered | send_emoticon ann | refused THR-1 | open_chat
    federated teams>teams then federated teams>sfb | chat=text_offered | send_file ann | refused THR-1 | open_chat
    federated teams>teams then federated teams>sfb | chat=text_offered | share_desktop bob | refused THR-1 | open_chat
    federated teams>teams then federated teams>sfb | chat=text_offered | add_participant ann | refused THR-1 | open_chat
    federated teams>teams then federated teams>sfb | chat=text_offered | meet_now bob | refused THR-1 | open_chat
    """
)
def test_locked(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                | given                 | event                    | then           | effects
    sfb>sfb then sfb>teams | chat=draining         | send_text ann            | stays          | deliver_plain_text bob
    sfb>sfb then sfb>teams | chat=draining         | send_text bob            | stays          | deliver_plain_text ann
    sfb>sfb then sfb>teams | chat=draining         | send_rich_text ann       | refused DEC-10 | send_text, close_chat
    sfb>sfb then sfb>teams | chat=draining         | send_emoticon ann        | refused DEC-10 | send_text
    sfb>sfb then sfb>teams | chat=draining         | send_file ann            | refused DEC-10 | send_text
    sfb>sfb then sfb>teams | chat=draining         | share_desktop ann        | refused DEC-10 | send_text
    sfb>sfb then sfb>teams | chat=draining         | add_participant bob      | refused DEC-10 | send_text
    sfb>sfb then sfb>teams | chat=draining         | meet_now ann             | refused DEC-10 | send_text
    sfb>teams then sfb>sfb | chat=draining_interop | send_text ann            | stays
        relay, deliver_plain_text bob
    sfb>teams then sfb>sfb | chat=draining_interop | send_text bob            | stays
        relay, deliver_plain_text ann
    sfb>teams then no-chat>teams | chat=draining_interop | send_text ann      | refused POL-1
    sfb>teams then no-chat>teams | chat=draining_interop | send_text bob      | refused POL-1
    sfb>teams then sfb>sfb | chat=draining_interop | send_rich_text ann       | refused DEC-10 | send_text, close_chat
    sfb>teams then sfb>sfb | chat=draining_interop | send_emoticon bob        | refused DEC-10 | send_text
    sfb>teams then sfb>sfb | chat=draining_interop | send_file ann            | refused DEC-10 | send_text
    sfb>teams then sfb>sfb | chat=draining_interop | share_desktop bob        | refused DEC-10 | send_text
    sfb>teams then sfb>sfb | chat=draining_interop | add_participant ann      | refused DEC-10 | send_text
    sfb>teams then sfb>sfb | chat=draining_interop | meet_now ann             | refused DEC-10 | send_text
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
    federated teams>sfb now teams | chat=switch_offered | share_desktop ann        | refused THR-2  | switch_to_native
    federated teams>sfb now teams | chat=switch_offered | add_participant ann      | refused THR-2  | switch_to_native
    federated teams>sfb now teams | chat=switch_offered | meet_now ann             | refused THR-2  | switch_to_native
    federated teams>sfb now teams | chat=switch_offered | switch_to_native ann     | chat=switched
        withdraw_native_offer both, lock_thread both, disconnect_gateway, open_thread both
    federated sfb>teams then federated teams>teams | chat=switch_offered | switch_to_native bob | chat=switched
        withdraw_native_offer both, lock_thread both, disconnect_gateway, open_thread both
    federated teams>sfb now teams, no chat | chat=switch_offered | send_text ann   | refused POL-1
    federated teams>sfb now teams | chat=switched       | send_text bob            | stays          | deliver_text ann
    federated teams>sfb now teams | chat=switched       | send_rich_text ann       | stays
        deliver_rich_text bob
    federated teams>sfb now teams | chat=switched       | send_emoticon ann        | stays
        deliver_emoticon bob
    federated teams>sfb now teams | chat=switched       | send_file ann            | stays          | deliver_file bob
    federated teams>sfb now teams | chat=switched       | share_desktop ann        | stays          | show_screen bob
    federated teams>sfb now teams | chat=switched       | add_participant bob      | stays          | start_group both
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
    federated teams>teams         | chat=native           | becomes federated teams>sfb | chat=text_offered
        lock_thread both, offer_text_thread both
    federated teams>teams         | chat=native           | becomes federated sfb>teams | chat=text_offered
        lock_thread both, offer_text_thread both
    federated teams>teams         | chat=native           | becomes clouds teams>teams | chat=text_offered
        lock_thread both, offer_text_thread both
    federated teams>teams         | chat=native           | becomes federated teams>islands as routed
        => chat=text_offered
        lock_thread both, offer_text_thread both
    federated teams>teams         | chat=native           | becomes federated teams>islands | chat=locked
        lock_thread both
    federated teams>teams         | chat=native           | becomes federation off teams>teams | chat=locked
        lock_thread both
    teams>islands                 | chat=native           | becomes teams>teams     | stays         | -
    teams>islands                 | chat=native           | becomes teams>sfb       | chat=locked   | lock_thread both
    islands>teams                 | chat=native           | becomes islands on sfb>teams | chat=locked
        lock_thread both
    sfb>islands                   | chat=native           | becomes sfb>sfb         | stays         | -
    sfb>sfb                       | chat=native           | becomes sfb>teams       | chat=draining | -
    islands on sfb>sfb            | chat=native           | becomes islands>sfb     | chat=draining | -
    federated sfb>sfb             | chat=native           | becomes federated sfb>teams | chat=draining | -
    federated sfb>sfb             | chat=native           | becomes federation off sfb>sfb | chat=expired
        end_session both
    teams>sfb                     | chat=interop          | becomes teams>teams     | chat=locked
        lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb                     | chat=interop          | becomes sfb>sfb         | chat=locked
        lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb                     | chat=interop          | becomes islands>sfb     | chat=locked
        lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb                     | chat=interop          | becomes teams>islands   | chat=locked
        lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb                     | chat=interop:bob      | becomes teams>teams     | chat=draining_interop:bob | -
    sfb>teams                     | chat=interop          | becomes sfb>sfb         | chat=draining_interop | -
    sfb>teams                     | chat=interop          | becomes teams>teams     | chat=draining_interop | -
    sfb>teams                     | chat=interop:bob      | becomes sfb>sfb         | chat=locked
        lock_thread bob, end_session ann, disconnect_gateway
    sfb>teams                     | chat=interop          | becomes sfb>islands     | chat=locked
        end_session ann, lock_thread bob, disconnect_gateway
    sfb>teams                     | chat=interop          | becomes islands on sfb>teams | chat=locked
        end_session ann, lock_thread bob, disconnect_gateway
    sfb>teams                     | chat=interop          | becomes on-prem sfb>teams | chat=locked
        end_session ann, lock_thread bob, disconnect_gateway
    federated sfb>teams           | chat=interop          | becomes federation off sfb>teams | chat=locked
        end_session ann, lock_thread bob, disconnect_gateway
    federated sfb>teams           | chat=interop          | becomes federated sfb>islands | chat=locked
        end_session ann, lock_thread bob, disconnect_gateway
    teams>sfb                     | chat=interop:bob      | becomes islands>sfb     | chat=locked
        end_session bob, lock_thread ann, disconnect_gateway
    sfb>teams                     | chat=interop          | becomes sfb>islands as routed | chat=draining_interop | -
    teams>sfb                     | chat=interop          | becomes islands>sfb as routed | stays | -
    federated teams>sfb           | chat=interop          | becomes federated teams>teams | chat=switch_offered
        offer_native_thread both
    federated sfb>teams           | chat=interop          | becomes federated teams>teams | chat=switch_offered
        offer_native_thread both
    clouds teams>teams            | chat=interop          | becomes federated teams>teams | chat=switch_offered
        offer_native_thread both
    clouds teams>teams            | chat=interop          | becomes clouds sfb>teams | chat=locked
        lock_thread both, disconnect_gateway
    clouds teams>teams            | chat=interop          | becomes federation off teams>teams | chat=locked
        lock_thread both, disconnect_gateway
    teams>sfb                     | chat=one_sided        | becomes teams>teams     | chat=locked | lock_thread ann
    teams>sfb                     | chat=one_sided        | becomes islands>sfb     | chat=locked | lock_thread ann
    sfb>teams                     | chat=one_sided:bob    | becomes sfb>sfb         | chat=locked | lock_thread bob
    federated teams>sfb           | chat=one_sided        | becomes federated teams>teams | chat=switch_offered
        connect_gateway, offer_native_thread both
    federated teams>sfb           | chat=one_sided        | becomes federation off  | chat=locked | lock_thread ann
    teams>sfb                     | chat=offered:ann      | becomes teams>teams     | chat=locked
        close_menu ann, lock_thread ann, end_session bob, disconnect_gateway
    sfb>teams                     | chat=offered:bob      | becomes sfb>sfb         | chat=draining_interop
        close_menu bob
    sfb>teams                     | chat=offered:bob      | becomes sfb>islands     | chat=locked
        close_menu bob, end_session ann, lock_thread bob, disconnect_gateway
    federated teams>sfb           | chat=offered:bob      | becomes federated teams>teams | chat=switch_offered
        close_menu bob, offer_native_thread both
    federated sfb>teams           | chat=offered:ann      | becomes federated teams>teams | chat=switch_offered
        close_menu ann, offer_native_thread both
    clouds teams>teams            | chat=offered:ann      | becomes federated teams>teams | chat=switch_offered
        close_menu ann, offer_native_thread both
    clouds teams>teams            | chat=offered:bob      | becomes clouds sfb>teams | chat=locked
        close_menu bob, lock_thread both, disconnect_gateway
    teams>sfb                     | chat=escalated:ann meeting=invited:ann | becomes teams>teams | chat=locked
        lock_thread ann, end_session bob, disconnect_gateway
    sfb>teams                     | chat=escalated:ann meeting=sent:ann | becomes sfb>sfb | chat=draining_interop | -
    sfb>teams                     | chat=escalated:ann meeting=sent:ann | becomes sfb>islands | chat=locked
        end_session ann, lock_thread bob, disconnect_gateway
    federated teams>sfb           | chat=escalated:ann meeting=together:ann | becomes federated teams>teams
        => chat=switch_offered
        offer_native_thread both
    federated sfb>teams           | chat=escalated:bob meeting=sent:bob | becomes federated teams>teams
        => chat=switch_offered
        offer_native_thread both
    clouds teams>teams            | chat=escalated:ann meeting=sent:ann | becomes federated teams>teams
        => chat=switch_offered
        offer_native_thread both
    clouds teams>teams            | chat=escalated:ann meeting=sent:ann | becomes clouds teams>sfb | chat=locked
        lock_thread both, disconnect_gateway
    federated teams>sfb now teams | chat=switch_offered   | becomes federated teams>sfb | chat=one_sided
        withdraw_native_offer both, lock_thread bob, disconnect_gateway
    federated teams>sfb now teams | chat=switch_offered   | becomes federated sfb>teams | chat=one_sided:bob
        withdraw_native_offer both, lock_thread ann, disconnect_gateway
    federated teams>sfb now teams | chat=switch_offered   | becomes federated islands>teams as routed | chat=interop
        withdraw_native_offer both
    federated teams>sfb now teams | chat=switch_offered   | becomes federated teams>islands | chat=locked
        withdraw_native_offer both, lock_thread both, disconnect_gateway
    federated teams>sfb now teams | chat=switch_offered   | becomes federation off teams>teams | chat=locked
        withdraw_native_offer both, lock_thread both, disconnect_gateway
    federated teams>sfb now teams | chat=switched         | becomes federated teams>sfb | chat=interop
        lock_thread both, connect_gateway, revive_text_thread both, open_interop_window bob, show_interop_banner ann
    federated teams>sfb now teams | chat=switched         | becomes federated teams>legacy | chat=interop
        lock_thread both, connect_gateway, revive_text_thread both, show_business_bar bob, show_interop_banner ann
    federated teams>sfb now teams | chat=switched         | becomes federated sfb>teams | chat=interop:bob
        lock_thread both, connect_gateway, revive_text_thread both, open_interop_window ann, show_interop_banner bob
    federated teams>sfb now teams | chat=switched         | becomes federated teams>islands | chat=locked
        lock_thread both
    federated teams>teams then federated teams>sfb | chat=text_offered | becomes federated teams>teams | chat=locked
        withdraw_text_offer both
    federated teams>teams then federated teams>sfb | chat=text_offered | becomes federation off | chat=locked
        withdraw_text_offer both
    federated teams>teams then federated teams>sfb | chat=text_offered | becomes federated sfb>teams | stays | -
    federated teams>teams then clouds teams>teams | chat=text_offered | becomes clouds teams>sfb | stays | -
    federated teams>teams then clouds teams>teams | chat=text_offered | becomes federated teams>teams | chat=locked
        withdraw_text_offer both
    teams>sfb then teams>teams    | chat=locked           | becomes teams>sfb       | stays         | -
    teams>sfb then sfb>sfb        | chat=locked           | becomes sfb>teams       | stays         | -
    teams>teams then teams>sfb    | chat=locked           | becomes teams>teams     | stays         | -
    federated teams>teams, islands, clouds | chat=locked  | becomes federated teams>teams | stays  | -
    sfb>sfb then teams>sfb        | chat=closed           | becomes teams>teams     | stays         | -
    sfb>sfb                       | chat=expired          | becomes sfb>teams       | stays         | -
    sfb>teams then sfb>sfb        | chat=draining_interop | becomes sfb>teams       | stays         | -
    sfb>teams then sfb>sfb        | chat=draining_interop | becomes sfb>islands     | chat=locked
        end_session ann, lock_thread bob, disconnect_gateway
    federated sfb>teams then federated sfb>sfb | chat=draining_interop | becomes federation off sfb>sfb | chat=locked
        end_session ann, lock_thread bob, disconnect_gateway
    sfb>sfb then sfb>teams        | chat=draining         | becomes sfb>sfb         | stays         | -
    sfb>sfb then sfb>teams        | chat=draining         | becomes sfb>islands     | stays         | -
    federated sfb>sfb then federated sfb>teams | chat=draining | becomes federation off sfb>teams | chat=expired
        end_session both
    teams>sfb                     |                       | becomes teams>teams     | stays         | -
    teams>sfb                     | chat=interop          | becomes teams>collab    | stays         | -
    teams>sfb                     | chat=interop          | becomes no-meet-now>sfb | stays         | -
    teams>sfb                     | chat=interop          | becomes teams>legacy    | stays         | -
    teams>sfb                     | chat=interop          | becomes no-chat>sfb     | stays         | -
    """
)
def test_change_of_the_pairing(fact: Fact) -> None:
    fact.check()
