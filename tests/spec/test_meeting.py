"""The escalated meeting, row by row."""

from __future__ import annotations

from tests.spec.tables import Fact, facts


@facts(
    """
    pairing             | given                      | event              | then | effects
    teams>sfb           | chat=offered:ann           | accept_meeting ann | chat=escalated:ann meeting=creating:ann
        create_teams_meeting
    sfb>teams           | chat=offered:bob           | accept_meeting bob | chat=escalated:bob meeting=creating:bob
        create_teams_meeting
    sfb>teams           | chat=offered:ann           | accept_meeting ann | chat=escalated:ann meeting=creating:ann
        create_sfb_meeting
    federated sfb>teams | call=offered:ann           | accept_meeting ann | call=escalating:ann meeting=creating:ann
        create_sfb_meeting
    clouds teams>teams  | chat=offered:bob           | accept_meeting bob | chat=escalated:bob meeting=creating:bob
        create_teams_meeting
    teams>sfb           | chat=interop meeting=ended | meet_now ann       | chat=escalated:ann meeting=creating:ann
        create_teams_meeting
    teams>sfb           | chat=interop meeting=ended | meet_now bob       | chat=escalated:bob meeting=creating:bob
        create_sfb_meeting
    """
)
def test_starting(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing     | given        | event                    | then               | effects
    teams>sfb   | chat=escalated:ann meeting=creating:ann | meeting_created service | meeting=open:ann
        put_in_meeting ann, relay, deliver_join_link bob
    teams>sfb   | chat=escalated:ann meeting=creating:ann | meeting_created ann | refused 'only the service'
    teams>sfb   | chat=escalated:ann meeting=creating:ann | meeting_failed service | chat=interop meeting=ended
        report_no_meeting ann
    teams>sfb   | chat=escalated:ann meeting=creating:ann | meeting_failed bob | refused 'only the service'
    teams>sfb   | chat=escalated:ann meeting=creating:ann | join_meeting bob | not applicable
    teams>sfb   | chat=escalated:ann meeting=creating:ann | start_sharing ann | not applicable
    teams>sfb   | chat=escalated:ann meeting=creating:ann | share_desktop ann | refused DEC-3
    teams>sfb   | chat=interop | meeting_created service  | not applicable
    teams>sfb   | chat=escalated:ann meeting=open:ann | link_delivered service | meeting=invited:ann | guide_to_join bob
    sfb>teams   | chat=escalated:ann meeting=open:ann | link_delivered service | meeting=invited:ann | guide_to_join bob
    sfb>teams   | chat=escalated:bob meeting=open:bob | link_delivered service | meeting=invited:bob | guide_to_join ann
    teams>sfb   | chat=escalated:ann meeting=open:ann | link_delivered bob | refused 'only the service'
    teams>sfb   | chat=escalated:ann meeting=open:ann | link_undelivered service | stays | report_link_undelivered ann
    teams>sfb   | chat=escalated:ann meeting=open:ann | link_undelivered ann | refused 'only the service'
    teams>sfb   | chat=escalated:ann meeting=open:ann | join_meeting bob | refused ESC-4 | resend_link ann
    teams>sfb   | chat=escalated:ann meeting=open:ann | join_meeting ann | refused ESC-4
    no-chat>sfb | call=ended meeting=open:ann was=superseded:ann | resend_link ann | stays | report_link_undelivered ann
    no-chat>sfb | call=ended meeting=open:ann was=superseded:ann | resend_link bob | refused DEC-4 'only the initiator'
    teams>sfb   | chat=closed meeting=open:ann | resend_link ann | chat=escalated:ann
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann, relay,
        deliver_join_link bob
    teams>sfb   | chat=closed meeting=open:ann | resend_link service | refused DEC-4 'only the initiator'
    teams>sfb   | chat=escalated:ann meeting=open:ann | start_sharing ann | refused DEC-17 | resend_link, leave_meeting
    teams>sfb   | chat=escalated:ann meeting=open:ann | start_sharing bob | refused
    teams>sfb   | chat=escalated:ann meeting=open:ann | stop_sharing ann | not applicable
    teams>sfb   | chat=escalated:ann meeting=open:ann | share_file ann | not applicable
    teams>sfb   | chat=escalated:ann meeting=open:ann | add_participant ann | refused DEC-3
    teams>sfb   | chat=escalated:ann meeting=open:ann | join_timed_out service | chat=interop meeting=ended
        close_meeting ann
    teams>sfb   | chat=escalated:ann meeting=open:ann | join_timed_out bob | refused 'only the service'
    teams>sfb   | chat=escalated:ann meeting=open:ann | leave_meeting ann | chat=interop meeting=ended
        close_meeting ann
    teams>sfb   | chat=escalated:ann meeting=open:ann | leave_meeting bob | refused DEC-16 'only the initiator'
    teams>sfb   | chat=escalated:ann meeting=open:ann | end_meeting ann | chat=interop meeting=ended | close_meeting ann
    teams>sfb   | chat=escalated:ann meeting=open:ann | end_meeting bob | refused DEC-16 'only the initiator'
    teams>sfb   | call=ended chat=escalated:ann meeting=open:ann was=superseded:ann | join_timed_out service
        => chat=interop meeting=ended was=abandoned
        close_meeting ann
    """
)
def test_before_the_link_arrives(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                     | given | event                | then          | effects
    teams>collab                | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_teams_client bob, join_authenticated bob, offer_sharing_tray both
    teams>meetings              | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_teams_client bob, join_authenticated bob, offer_sharing_tray both
    teams>sfb                   | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_browser bob, join_authenticated bob, offer_sharing_tray both
    teams>no-account            | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_browser bob, join_anonymous bob, offer_sharing_tray both
    sfb>teams                   | chat=escalated:bob meeting=invited:bob | join_meeting ann | meeting=together:bob
        use_browser ann, join_authenticated ann, offer_sharing_tray both
    sfb>teams                   | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_sfb_client bob, join_authenticated bob, offer_sharing_tray both
    sfb>no-sfb-client           | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_meetings_app bob, join_anonymous bob, offer_sharing_tray both
    teams>sfb                   | chat=escalated:bob meeting=invited:bob | join_meeting ann | meeting=together:bob
        use_sfb_client ann, join_authenticated ann, offer_sharing_tray both
    federated sfb>teams         | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_sfb_client bob, join_authenticated bob, offer_sharing_tray both
    clouds teams>teams          | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_teams_client bob, join_authenticated bob, offer_sharing_tray both
    sfb>no-calls then sfb>teams | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_sfb_client bob, join_authenticated bob, offer_sharing_tray both
    no-meet-now>sfb             | chat=escalated:bob meeting=invited:bob | join_meeting ann | meeting=together:bob
        use_sfb_client ann, join_authenticated ann, offer_sharing_tray both
    teams>sfb | call=ended chat=escalated:ann meeting=invited:ann was=superseded:ann | join_meeting bob
        => meeting=together:ann was=continued
        use_browser bob, join_authenticated bob, offer_sharing_tray both
    teams>no-account | call=ended chat=escalated:ann meeting=invited:ann was=superseded:ann | join_meeting bob
        => meeting=together:ann was=continued
        use_browser bob, join_anonymous bob, offer_sharing_tray both
    sfb>teams | call=ended chat=escalated:ann meeting=invited:ann was=superseded:ann | join_meeting bob
        => meeting=together:ann was=continued
        use_sfb_client bob, join_authenticated bob, offer_sharing_tray both
    sfb>no-sfb-client | call=ended chat=escalated:ann meeting=invited:ann was=superseded:ann | join_meeting bob
        => meeting=together:ann was=continued
        use_meetings_app bob, join_anonymous bob, offer_sharing_tray both
    teams>sfb                   | chat=escalated:ann meeting=invited:ann | join_meeting ann
        => refused ESC-4 'only the other party'
    sfb>teams                   | chat=escalated:ann meeting=invited:ann | join_meeting ann
        => refused ESC-4 'only the other party'
    teams>sfb                   | chat=escalated:ann meeting=invited:ann | join_meeting service | refused ESC-4
    """
)
def test_joining(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing   | given | event                    | then               | effects
    teams>sfb | chat=escalated:ann meeting=invited:ann | link_delivered service | stays | guide_to_join bob
    sfb>teams | chat=escalated:ann meeting=invited:ann | link_delivered service | stays | guide_to_join bob
    teams>sfb | chat=escalated:ann meeting=invited:ann | link_delivered ann | refused 'only the service'
    teams>sfb | chat=escalated:ann meeting=invited:ann | link_undelivered service | stays | report_link_undelivered ann
    teams>sfb | chat=escalated:ann meeting=invited:ann | link_undelivered bob | refused 'only the service'
    teams>sfb | chat=closed meeting=invited:ann | resend_link ann | chat=escalated:ann
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann, relay,
        deliver_join_link bob
    teams>sfb | chat=closed meeting=invited:ann | resend_link bob | refused DEC-4 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=invited:ann | join_timed_out service | chat=interop meeting=ended
        close_meeting ann
    teams>sfb | chat=escalated:ann meeting=invited:ann | join_timed_out ann | refused 'only the service'
    teams>sfb | chat=escalated:ann meeting=invited:ann | leave_meeting ann | chat=interop meeting=ended
        close_meeting ann
    teams>sfb | chat=escalated:ann meeting=invited:ann | leave_meeting bob | refused DEC-16 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=invited:ann | end_meeting ann | chat=interop meeting=ended
        close_meeting ann
    teams>sfb | chat=escalated:ann meeting=invited:ann | end_meeting bob | refused DEC-16 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=invited:ann | start_sharing ann | refused DEC-17 | resend_link, leave_meeting
    teams>sfb | chat=escalated:ann meeting=invited:ann | start_sharing bob | refused
    teams>sfb | chat=escalated:ann meeting=invited:ann | meet_now bob | refused DEC-3 | join_meeting
    """
)
def test_waiting_for_the_peer(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing   | given | event                 | then           | effects
    teams>sfb | chat=escalated:ann meeting=together:ann | start_sharing ann | meeting=initiator_shares:ann
        start_showing bob
    teams>sfb | chat=escalated:ann meeting=together:ann | start_sharing bob | meeting=peer_shares:ann
        start_showing ann
    teams>sfb | chat=escalated:ann meeting=together:ann | start_sharing service | refused 'only'
    teams>sfb | chat=escalated:ann meeting=together:ann | stop_sharing ann | not applicable | start_sharing
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | start_sharing bob | refused DEC-17 | stop_sharing ann
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | start_sharing ann | refused DEC-17 | stop_sharing
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | start_sharing bob | refused DEC-17 | stop_sharing
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | stop_sharing ann | meeting=together:ann
        stop_showing bob
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | stop_sharing bob | refused 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | start_sharing ann | refused DEC-17 | stop_sharing bob
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | stop_sharing bob | meeting=together:ann | stop_showing ann
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | stop_sharing ann | refused 'only the other party'
    """
)
def test_sharing(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing   | given | event                   | then           | effects
    teams>sfb | chat=escalated:ann meeting=together:ann | share_file ann | stays | share_in_meeting bob
    teams>sfb | chat=escalated:ann meeting=together:ann | share_file service | refused 'only'
    teams>sfb | chat=escalated:ann meeting=together:ann | add_participant bob | stays | invite_others both
    teams>sfb | chat=escalated:ann meeting=together:ann | add_participant service | refused 'only'
    teams>sfb | chat=escalated:ann meeting=together:ann | share_desktop ann | refused ESC-8 | start_sharing
    teams>sfb | chat=escalated:ann meeting=together:ann | meet_now ann | refused ESC-8 | start_sharing
    teams>sfb | chat=escalated:ann meeting=together:ann | leave_meeting bob | meeting=invited:ann
        announce_departure ann
    teams>sfb | chat=escalated:ann meeting=together:ann | leave_meeting ann | chat=interop meeting=ended
        close_meeting both
    teams>sfb | chat=escalated:ann meeting=together:ann | leave_meeting service | refused DEC-16
    teams>sfb | chat=escalated:ann meeting=together:ann | end_meeting ann | chat=interop meeting=ended
        close_meeting both
    teams>sfb | chat=escalated:ann meeting=together:ann | end_meeting bob | refused DEC-16 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=together:ann | join_timed_out service | not applicable
    teams>sfb | chat=escalated:ann meeting=together:ann | join_meeting bob | not applicable
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | share_file bob | stays | share_in_meeting ann
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | share_file service | refused 'only'
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | add_participant ann | stays | invite_others both
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | add_participant service | refused 'only'
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | leave_meeting bob | meeting=invited:ann
        announce_departure ann
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | leave_meeting ann | chat=interop meeting=ended
        close_meeting both
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | leave_meeting service | refused DEC-16
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | end_meeting ann | chat=interop meeting=ended
        close_meeting both
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | end_meeting bob | refused DEC-16 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | share_file ann | stays | share_in_meeting bob
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | share_file service | refused 'only'
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | add_participant bob | stays | invite_others both
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | add_participant service | refused 'only'
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | leave_meeting bob | meeting=invited:ann
        announce_departure ann
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | leave_meeting ann | chat=interop meeting=ended
        close_meeting both
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | leave_meeting service | refused DEC-16
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | end_meeting ann | chat=interop meeting=ended
        close_meeting both
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | end_meeting bob | refused DEC-16 'only the initiator'
    teams>sfb | chat=closed meeting=together:ann | end_meeting ann | meeting=ended | close_meeting both
    teams>sfb | chat=escalated:ann meeting=together:ann | share_file bob | stays | share_in_meeting ann
    teams>sfb | chat=escalated:ann meeting=together:ann | add_participant ann | stays | invite_others both
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | share_file ann | stays | share_in_meeting bob
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | add_participant bob | stays | invite_others both
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | share_file bob | stays | share_in_meeting ann
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | add_participant ann | stays | invite_others both
    """
)
def test_in_the_meeting(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing   | given                      | event                   | then        | effects
    teams>sfb | chat=escalated:ann meeting=creating:ann | becomes sfb>sfb | chat=locked meeting=ended
        report_no_meeting ann, lock_thread both
    teams>sfb | call=escalating:ann meeting=creating:ann | becomes sfb>sfb | call=draining meeting=ended
        report_no_meeting ann
    teams>sfb | chat=escalated:ann meeting=creating:ann | becomes teams>teams | chat=locked | lock_thread both
    teams>sfb | chat=escalated:ann meeting=open:ann | becomes sfb>sfb | chat=locked meeting=ended
        close_meeting ann, lock_thread both
    teams>sfb | chat=escalated:ann meeting=open:ann | becomes teams>teams | chat=locked | lock_thread both
    teams>sfb | chat=escalated:bob meeting=open:bob | becomes teams>teams | chat=locked meeting=ended
        close_meeting bob, lock_thread both
    teams>sfb | chat=escalated:ann meeting=invited:ann | becomes sfb>sfb | chat=locked meeting=ended
        close_meeting ann, lock_thread both
    sfb>teams | chat=escalated:ann meeting=invited:ann | becomes sfb>sfb | chat=draining_interop | -
    teams>sfb | call=ended chat=escalated:ann meeting=open:ann was=superseded:ann | becomes sfb>sfb
        => chat=locked meeting=ended was=abandoned
        close_meeting ann, lock_thread both
    teams>sfb | call=ended chat=escalated:ann meeting=invited:ann was=superseded:ann | becomes sfb>sfb
        => chat=locked meeting=ended was=abandoned
        close_meeting ann, lock_thread both
    teams>sfb | chat=escalated:ann meeting=together:ann | becomes sfb>sfb | chat=locked meeting=ended
        close_meeting both, lock_thread both
    teams>sfb | chat=escalated:ann meeting=together:ann | becomes teams>teams | chat=locked | lock_thread both
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | becomes sfb>sfb | chat=locked meeting=ended
        close_meeting both, lock_thread both
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | becomes teams>teams | chat=locked | lock_thread both
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | becomes sfb>sfb | chat=locked meeting=ended
        close_meeting both, lock_thread both
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | becomes teams>teams | chat=locked | lock_thread both
    sfb>teams | chat=escalated:ann meeting=together:ann | becomes teams>teams | chat=draining_interop meeting=ended
        close_meeting both
    teams>sfb | chat=interop meeting=ended | becomes sfb>sfb         | chat=locked | lock_thread both
    teams>sfb | chat=escalated:ann meeting=invited:ann | becomes teams>collab | stays | -
    teams>sfb | chat=escalated:ann meeting=together:ann | becomes no-meet-now>sfb | stays | -
    """
)
def test_change_of_the_pairing(fact: Fact) -> None:
    fact.check()
