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
    teams>sfb   | chat=escalated:ann meeting=creating:ann | meeting_created service | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    sfb>teams   | chat=escalated:ann meeting=creating:ann | meeting_created service | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    teams>sfb then no-chat>sfb | chat=escalated:ann meeting=creating:ann | meeting_created service | meeting=open:ann
        put_in_meeting ann, offer_sharing_tray ann, report_link_undelivered ann
    teams>sfb   | chat=escalated:ann meeting=creating:ann | meeting_created ann | not yours 'only the service'
    teams>sfb   | chat=escalated:ann meeting=creating:ann | meeting_failed service | chat=interop meeting=ended
        dismiss_meeting, report_no_meeting ann
    teams>sfb   | chat=escalated:ann meeting=creating:ann | meeting_failed bob | not yours 'only the service'
    teams>sfb   | chat=escalated:ann meeting=creating:ann | join_meeting bob | not applicable
    teams>sfb   | chat=escalated:ann meeting=creating:ann | link_delivered service | not applicable
    teams>sfb   | chat=escalated:ann meeting=creating:ann | start_sharing ann | not applicable
    teams>sfb   | chat=escalated:ann meeting=creating:ann | share_desktop ann | refused DEC-3
    teams>sfb   | chat=interop | meeting_created service  | not applicable
    """
)
def test_making(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing     | given        | event                    | then               | effects
    teams>sfb   | chat=escalated:ann meeting=open:ann | link_delivered service | not applicable
    teams>sfb   | chat=escalated:ann meeting=open:ann | link_undelivered service | not applicable
    teams>sfb   | chat=escalated:ann meeting=open:ann | join_meeting bob | refused ESC-4 | resend_link ann
    teams>sfb   | chat=escalated:ann meeting=open:ann | join_meeting ann | not yours ESC-4
    teams>sfb   | chat=escalated:ann meeting=open:ann | resend_link ann | meeting=sent:ann
        relay, deliver_join_link bob
    teams>sfb then no-chat>sfb | chat=escalated:ann meeting=open:ann | resend_link ann | refused POL-1
        'AllowUserChat true'
    teams>sfb then no-chat>sfb | call=ended meeting=open:ann was=superseded:ann | resend_link ann | refused POL-1
        'AllowUserChat true'
    sfb>teams then sfb>no-chat | call=ended meeting=open:ann was=superseded:ann | resend_link ann | refused POL-1
        'AllowUserChat true'
    teams>sfb then no-chat>sfb | call=ended meeting=open:ann was=superseded:ann | resend_link bob
        => not yours DEC-4 'only the initiator'
    teams>sfb   | chat=one_sided meeting=open:ann | resend_link ann | chat=escalated:ann meeting=sent:ann
        connect_gateway, open_thread bob, open_interop_window bob, relay, deliver_join_link bob
    teams>sfb   | chat=one_sided meeting=open:ann | resend_link service | not yours 'only the initiator'
    teams>sfb then islands>sfb | chat=locked meeting=open:ann | resend_link ann | stays | report_link_undelivered ann
    teams>sfb   | chat=escalated:ann meeting=open:ann | share_file ann | stays | -
    teams>sfb   | chat=escalated:ann meeting=open:ann | share_file bob | refused ESC-4 | resend_link ann
    teams>sfb   | chat=escalated:ann meeting=open:ann | add_participant ann | stays | invite_others ann
    teams>sfb   | chat=escalated:ann meeting=open:ann | add_participant bob | refused DEC-3 | resend_link ann
    teams>sfb   | chat=escalated:ann meeting=open:ann | meet_now ann | refused DEC-3 | start_sharing, resend_link
    teams>sfb   | chat=escalated:ann meeting=open:ann | join_timed_out service | chat=interop meeting=ended
        close_meeting ann, dismiss_meeting
    teams>sfb   | chat=escalated:ann meeting=open:ann | join_timed_out bob | not yours 'only the service'
    teams>sfb   | chat=escalated:ann meeting=open:ann | leave_meeting ann | chat=interop meeting=ended
        close_meeting ann, dismiss_meeting
    teams>sfb   | chat=escalated:ann meeting=open:ann | leave_meeting bob | not yours DEC-16 'only the initiator'
    teams>sfb   | chat=escalated:ann meeting=open:ann | end_meeting ann | chat=interop meeting=ended
        close_meeting ann, dismiss_meeting
    teams>sfb   | chat=escalated:ann meeting=open:ann | end_meeting bob | not yours DEC-16 'only the initiator'
    """
)
def test_while_no_link_has_been_sent(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing     | given        | event                    | then               | effects
    teams>sfb   | chat=escalated:ann meeting=sent:ann | link_delivered service | meeting=invited:ann | guide_to_join bob
    sfb>teams   | chat=escalated:ann meeting=sent:ann | link_delivered service | meeting=invited:ann | guide_to_join bob
    sfb>teams   | chat=escalated:bob meeting=sent:bob | link_delivered service | meeting=invited:bob | guide_to_join ann
    teams>sfb   | chat=escalated:ann meeting=sent:ann | link_delivered bob | not yours 'only the service'
    teams>sfb   | chat=escalated:ann meeting=sent:ann | link_undelivered service | meeting=open:ann
        report_link_undelivered ann
    teams>sfb   | chat=escalated:ann meeting=sent:ann | link_undelivered ann | not yours 'only the service'
    teams>sfb   | chat=escalated:ann meeting=sent:ann | join_meeting bob | refused ESC-4 | resend_link ann
    teams>sfb   | chat=escalated:ann meeting=sent:ann | join_meeting ann | not yours ESC-4
    teams>sfb   | chat=escalated:ann meeting=sent:ann | resend_link ann | stays | relay, deliver_join_link bob
    teams>sfb   | chat=one_sided meeting=sent:ann | resend_link bob | not yours DEC-4 'only the initiator'
    teams>sfb   | chat=one_sided meeting=sent:ann | resend_link ann | chat=escalated:ann
        connect_gateway, open_thread bob, open_interop_window bob, relay, deliver_join_link bob
    teams>sfb then no-chat>sfb | chat=one_sided meeting=sent:bob | resend_link bob | refused POL-1
    teams>sfb   | chat=escalated:ann meeting=sent:ann | share_file ann | stays | -
    teams>sfb   | chat=escalated:ann meeting=sent:ann | share_file bob | refused ESC-4 | resend_link ann
    teams>sfb   | chat=escalated:ann meeting=sent:ann | add_participant ann | stays | invite_others ann
    teams>sfb   | chat=escalated:ann meeting=sent:ann | add_participant bob | refused DEC-3
    teams>sfb   | chat=escalated:ann meeting=sent:ann | share_desktop ann | refused DEC-3 | start_sharing, resend_link
    teams>sfb   | chat=escalated:ann meeting=sent:ann | join_timed_out service | chat=interop meeting=ended
        close_meeting ann, dismiss_meeting
    teams>sfb   | chat=escalated:ann meeting=sent:ann | join_timed_out bob | not yours 'only the service'
    teams>sfb   | chat=escalated:ann meeting=sent:ann | leave_meeting ann | chat=interop meeting=ended
        close_meeting ann, dismiss_meeting
    teams>sfb   | chat=escalated:ann meeting=sent:ann | leave_meeting bob | not yours DEC-16 'only the initiator'
    teams>sfb   | chat=escalated:ann meeting=sent:ann | end_meeting ann | chat=interop meeting=ended
        close_meeting ann, dismiss_meeting
    teams>sfb   | chat=escalated:ann meeting=sent:ann | end_meeting bob | not yours DEC-16 'only the initiator'
    """
)
def test_while_the_link_is_on_its_way(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                     | given | event                | then          | effects
    teams>collab                | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_teams_client bob, join_authenticated bob, offer_sharing_tray bob
    teams>meetings              | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_teams_client bob, join_authenticated bob, offer_sharing_tray bob
    teams>sfb                   | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_browser bob, join_authenticated bob, offer_sharing_tray bob
    teams>no-account            | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_browser bob, join_anonymous bob, offer_sharing_tray bob
    sfb>teams                   | chat=escalated:bob meeting=invited:bob | join_meeting ann | meeting=together:bob
        use_browser ann, join_authenticated ann, offer_sharing_tray ann
    sfb>teams                   | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_sfb_client bob, join_authenticated bob, offer_sharing_tray bob
    sfb>no-sfb-client           | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_meetings_app bob, join_anonymous bob, offer_sharing_tray bob
    teams>sfb                   | chat=escalated:bob meeting=invited:bob | join_meeting ann | meeting=together:bob
        use_sfb_client ann, join_authenticated ann, offer_sharing_tray ann
    federated sfb>teams         | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_sfb_client bob, join_authenticated bob, offer_sharing_tray bob
    clouds teams>teams          | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_teams_client bob, join_anonymous bob, offer_sharing_tray bob
    clouds teams>sfb            | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_browser bob, join_anonymous bob, offer_sharing_tray bob
    clouds teams>meetings       | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_teams_client bob, join_anonymous bob, offer_sharing_tray bob
    sfb>no-calls then sfb>teams | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_sfb_client bob, join_authenticated bob, offer_sharing_tray bob
    no-meet-now>sfb             | chat=escalated:bob meeting=invited:bob | join_meeting ann | meeting=together:bob
        use_sfb_client ann, join_authenticated ann, offer_sharing_tray ann
    teams>sfb | call=ended chat=escalated:ann meeting=invited:ann was=superseded:ann | join_meeting bob
        => meeting=together:ann was=continued
        use_browser bob, join_authenticated bob, offer_sharing_tray bob
    teams>no-account | call=ended chat=escalated:ann meeting=invited:ann was=superseded:ann | join_meeting bob
        => meeting=together:ann was=continued
        use_browser bob, join_anonymous bob, offer_sharing_tray bob
    sfb>teams | call=ended chat=escalated:ann meeting=invited:ann was=superseded:ann | join_meeting bob
        => meeting=together:ann was=continued
        use_sfb_client bob, join_authenticated bob, offer_sharing_tray bob
    sfb>no-sfb-client | call=ended chat=escalated:ann meeting=invited:ann was=superseded:ann | join_meeting bob
        => meeting=together:ann was=continued
        use_meetings_app bob, join_anonymous bob, offer_sharing_tray bob
    teams>sfb                   | chat=escalated:ann meeting=invited:ann | join_meeting ann
        => not yours ESC-4 'only the other party'
    sfb>teams                   | chat=escalated:ann meeting=invited:ann | join_meeting ann
        => not yours ESC-4 'only the other party'
    teams>sfb                   | chat=escalated:ann meeting=invited:ann | join_meeting service
        => not yours 'only the other party'
    clouds sfb>teams            | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        use_meetings_app bob, join_anonymous bob, offer_sharing_tray bob
    """
)
def test_joining(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing   | given | event                    | then               | effects
    teams>sfb | chat=escalated:ann meeting=invited:ann | link_delivered service | stays | guide_to_join bob
    sfb>teams | chat=escalated:ann meeting=invited:ann | link_delivered service | stays | guide_to_join bob
    teams>sfb | chat=escalated:ann meeting=invited:ann | link_delivered ann | not yours 'only the service'
    teams>sfb | chat=escalated:ann meeting=invited:ann | link_undelivered service | stays | report_link_undelivered ann
    teams>sfb | chat=escalated:ann meeting=invited:ann | link_undelivered bob | not yours 'only the service'
    teams>sfb | chat=escalated:ann meeting=invited:ann | resend_link ann | stays | relay, deliver_join_link bob
    teams>sfb | chat=one_sided meeting=invited:ann | resend_link ann | chat=escalated:ann
        connect_gateway, open_thread bob, open_interop_window bob, relay, deliver_join_link bob
    teams>sfb | chat=one_sided meeting=invited:ann | resend_link bob | not yours DEC-4 'only the initiator'
    teams>sfb then no-chat>sfb | chat=one_sided meeting=invited:ann | resend_link ann | refused POL-1
    teams>sfb | chat=escalated:ann meeting=invited:ann | join_timed_out service | chat=interop meeting=ended
        withdraw_link bob, close_meeting ann, dismiss_meeting
    teams>sfb | chat=escalated:ann meeting=invited:ann | join_timed_out ann | not yours 'only the service'
    teams>sfb | chat=escalated:ann meeting=invited:ann | leave_meeting ann | chat=interop meeting=ended
        withdraw_link bob, close_meeting ann, dismiss_meeting
    teams>sfb | chat=escalated:ann meeting=invited:ann | leave_meeting bob | not yours DEC-16 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=invited:ann | end_meeting ann | chat=interop meeting=ended
        withdraw_link bob, close_meeting ann, dismiss_meeting
    teams>sfb | chat=escalated:ann meeting=invited:ann | end_meeting bob | not yours DEC-16 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=invited:ann | share_file ann | stays | -
    teams>sfb | chat=escalated:ann meeting=invited:ann | share_file bob | refused ESC-4 | join_meeting
    teams>sfb | chat=escalated:ann meeting=invited:ann | add_participant ann | stays | invite_others ann
    teams>sfb | chat=escalated:ann meeting=invited:ann | add_participant bob | refused DEC-3 | join_meeting
    teams>sfb | chat=escalated:ann meeting=invited:ann | meet_now bob | refused DEC-3 | join_meeting
    """
)
def test_waiting_for_the_peer(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing   | given | event                    | then               | effects
    teams>sfb | chat=escalated:ann meeting=open:ann | start_sharing ann | meeting=open_sharing:ann | -
    teams>sfb | chat=escalated:ann meeting=sent:ann | start_sharing ann | meeting=sent_sharing:ann | -
    teams>sfb | chat=escalated:ann meeting=invited:ann | start_sharing ann | meeting=invited_sharing:ann | -
    sfb>teams | chat=escalated:ann meeting=sent:ann | start_sharing ann | meeting=sent_sharing:ann | -
    teams>sfb | chat=escalated:ann meeting=open:ann | start_sharing bob | refused ESC-4 | resend_link ann
    teams>sfb | chat=escalated:ann meeting=sent:ann | start_sharing bob | refused ESC-4 | resend_link ann
    teams>sfb | chat=escalated:ann meeting=invited:ann | start_sharing bob | refused ESC-4 | join_meeting
    teams>sfb | chat=escalated:ann meeting=open:ann | start_sharing service | not yours 'only'
    teams>sfb | chat=escalated:ann meeting=sent:ann | start_sharing service | not yours 'only'
    teams>sfb | chat=escalated:ann meeting=invited:ann | start_sharing service | not yours 'only'
    teams>sfb | chat=escalated:ann meeting=open:ann | stop_sharing ann | not applicable | start_sharing
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | start_sharing ann | refused DEC-17 | stop_sharing
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | start_sharing ann | refused DEC-17 | stop_sharing
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | start_sharing ann | refused DEC-17 | stop_sharing
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | start_sharing bob | refused ESC-4 | resend_link ann
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | start_sharing bob | refused ESC-4 | resend_link ann
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | start_sharing bob | refused ESC-4 | join_meeting
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | stop_sharing ann | meeting=open:ann | -
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | stop_sharing ann | meeting=sent:ann | -
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | stop_sharing ann | meeting=invited:ann | -
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | stop_sharing bob | not yours 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | stop_sharing bob | not yours 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | stop_sharing bob | not yours 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | link_delivered service | not applicable
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | join_meeting bob | refused ESC-4 | resend_link ann
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | resend_link ann | meeting=sent_sharing:ann
        relay, deliver_join_link bob
    teams>sfb | chat=one_sided meeting=open_sharing:ann | resend_link ann | chat=escalated:ann meeting=sent_sharing:ann
        connect_gateway, open_thread bob, open_interop_window bob, relay, deliver_join_link bob
    teams>sfb | chat=one_sided meeting=open_sharing:ann | resend_link bob | not yours DEC-4 'only the initiator'
    teams>sfb | chat=one_sided meeting=sent_sharing:ann | resend_link ann | chat=escalated:ann
        connect_gateway, open_thread bob, open_interop_window bob, relay, deliver_join_link bob
    teams>sfb | chat=one_sided meeting=sent_sharing:ann | resend_link bob | not yours DEC-4 'only the initiator'
    teams>sfb | chat=one_sided meeting=invited_sharing:ann | resend_link ann | chat=escalated:ann
        connect_gateway, open_thread bob, open_interop_window bob, relay, deliver_join_link bob
    teams>sfb | chat=one_sided meeting=invited_sharing:ann | resend_link bob | not yours DEC-4 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | resend_link ann | stays | relay, deliver_join_link bob
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | link_delivered service | meeting=invited_sharing:ann
        guide_to_join bob
    sfb>teams | chat=escalated:ann meeting=sent_sharing:ann | link_delivered service | meeting=invited_sharing:ann
        guide_to_join bob
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | link_delivered ann | not yours 'only the service'
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | link_undelivered service | meeting=open_sharing:ann
        report_link_undelivered ann
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | link_undelivered ann | not yours 'only the service'
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | join_meeting bob | refused ESC-4 | resend_link ann
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | link_delivered service | stays | guide_to_join bob
    sfb>teams | chat=escalated:ann meeting=invited_sharing:ann | link_delivered service | stays | guide_to_join bob
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | link_delivered ann | not yours 'only the service'
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | link_undelivered service | stays
        report_link_undelivered ann
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | link_undelivered ann | not yours 'only the service'
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | resend_link ann | stays | relay, deliver_join_link bob
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | join_meeting bob | meeting=initiator_shares:ann
        use_browser bob, join_authenticated bob, offer_sharing_tray bob, start_showing bob
    teams>collab | chat=escalated:ann meeting=invited_sharing:ann | join_meeting bob | meeting=initiator_shares:ann
        use_teams_client bob, join_authenticated bob, offer_sharing_tray bob, start_showing bob
    teams>no-account | chat=escalated:ann meeting=invited_sharing:ann | join_meeting bob | meeting=initiator_shares:ann
        use_browser bob, join_anonymous bob, offer_sharing_tray bob, start_showing bob
    clouds teams>teams | chat=escalated:ann meeting=invited_sharing:ann | join_meeting bob
        => meeting=initiator_shares:ann
        use_teams_client bob, join_anonymous bob, offer_sharing_tray bob, start_showing bob
    clouds teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | join_meeting bob | meeting=initiator_shares:ann
        use_browser bob, join_anonymous bob, offer_sharing_tray bob, start_showing bob
    sfb>teams | chat=escalated:ann meeting=invited_sharing:ann | join_meeting bob | meeting=initiator_shares:ann
        use_sfb_client bob, join_authenticated bob, offer_sharing_tray bob, start_showing bob
    sfb>no-sfb-client | chat=escalated:ann meeting=invited_sharing:ann | join_meeting bob | meeting=initiator_shares:ann
        use_meetings_app bob, join_anonymous bob, offer_sharing_tray bob, start_showing bob
    teams>sfb | call=ended chat=escalated:ann meeting=invited_sharing:ann was=superseded:ann | join_meeting bob
        => meeting=initiator_shares:ann was=continued
        use_browser bob, join_authenticated bob, offer_sharing_tray bob, start_showing bob
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | join_meeting ann
        => not yours ESC-4 'only the other party'
    sfb>teams | chat=escalated:ann meeting=invited_sharing:ann | join_meeting ann
        => not yours ESC-4 'only the other party'
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | share_file ann | stays | -
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | share_file ann | stays | -
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | share_file ann | stays | -
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | share_file bob | refused ESC-4 | resend_link ann
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | share_file bob | refused ESC-4 | resend_link ann
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | share_file bob | refused ESC-4 | join_meeting
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | add_participant ann | stays | invite_others ann
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | add_participant ann | stays | invite_others ann
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | add_participant ann | stays | invite_others ann
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | add_participant bob | refused DEC-3 | resend_link ann
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | add_participant bob | refused DEC-3 | resend_link ann
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | add_participant bob | refused DEC-3 | join_meeting
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | join_timed_out service | chat=interop meeting=ended
        close_meeting ann, dismiss_meeting
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | join_timed_out service | chat=interop meeting=ended
        close_meeting ann, dismiss_meeting
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | join_timed_out service | chat=interop meeting=ended
        withdraw_link bob, close_meeting ann, dismiss_meeting
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | join_timed_out ann | not yours 'only the service'
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | join_timed_out ann | not yours 'only the service'
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | join_timed_out ann | not yours 'only the service'
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | leave_meeting ann | chat=interop meeting=ended
        close_meeting ann, dismiss_meeting
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | leave_meeting ann | chat=interop meeting=ended
        close_meeting ann, dismiss_meeting
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | leave_meeting ann | chat=interop meeting=ended
        withdraw_link bob, close_meeting ann, dismiss_meeting
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | leave_meeting bob | not yours DEC-16 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | leave_meeting bob | not yours DEC-16 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | leave_meeting bob
        => not yours DEC-16 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | end_meeting ann | chat=interop meeting=ended
        close_meeting ann, dismiss_meeting
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | end_meeting ann | chat=interop meeting=ended
        close_meeting ann, dismiss_meeting
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | end_meeting ann | chat=interop meeting=ended
        withdraw_link bob, close_meeting ann, dismiss_meeting
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | end_meeting bob | not yours DEC-16 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | end_meeting bob | not yours DEC-16 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | end_meeting bob | not yours DEC-16 'only the initiator'
    """
)
def test_sharing_alone(fact: Fact) -> None:
    """The tray is the initiator's from the moment they are in; whoever joins meanwhile sees what is shared."""
    fact.check()


@facts(
    """
    pairing   | given | event                 | then           | effects
    teams>sfb | chat=escalated:ann meeting=together:ann | start_sharing ann | meeting=initiator_shares:ann
        start_showing bob
    teams>sfb | chat=escalated:ann meeting=together:ann | start_sharing bob | meeting=peer_shares:ann
        start_showing ann
    teams>sfb | chat=escalated:ann meeting=together:ann | start_sharing service | not yours 'only'
    teams>sfb | chat=escalated:ann meeting=together:ann | stop_sharing ann | not applicable | start_sharing
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | start_sharing bob | refused DEC-17 | stop_sharing ann
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | start_sharing ann | refused DEC-17 | stop_sharing
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | start_sharing bob | refused DEC-17 | stop_sharing
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | stop_sharing ann | meeting=together:ann
        stop_showing bob
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | stop_sharing bob | not yours 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | start_sharing ann | refused DEC-17 | stop_sharing bob
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | stop_sharing bob | meeting=together:ann | stop_showing ann
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | stop_sharing ann | not yours 'only the other party'
    """
)
def test_sharing(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing   | given | event                   | then           | effects
    teams>sfb | chat=escalated:ann meeting=together:ann | share_file ann | stays | share_in_meeting bob
    teams>sfb | chat=escalated:ann meeting=together:ann | share_file service | not yours 'only'
    teams>sfb | chat=escalated:ann meeting=together:ann | add_participant bob | stays | invite_others both
    teams>sfb | chat=escalated:ann meeting=together:ann | add_participant service | not yours 'only'
    teams>sfb | chat=escalated:ann meeting=together:ann | share_desktop ann | refused ESC-8 | start_sharing
    teams>sfb | chat=escalated:ann meeting=together:ann | meet_now ann | refused ESC-8 | start_sharing
    teams>sfb | chat=escalated:ann meeting=together:ann | leave_meeting bob | meeting=invited:ann
        announce_departure ann
    teams>sfb | chat=escalated:ann meeting=together:ann | leave_meeting ann | chat=interop meeting=ended
        close_meeting both, dismiss_meeting
    teams>sfb | chat=escalated:ann meeting=together:ann | leave_meeting service | not yours 'only'
    teams>sfb | chat=escalated:ann meeting=together:ann | end_meeting ann | chat=interop meeting=ended
        close_meeting both, dismiss_meeting
    teams>sfb | chat=escalated:ann meeting=together:ann | end_meeting bob | not yours DEC-16 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=together:ann | join_timed_out service | not applicable
    teams>sfb | chat=escalated:ann meeting=together:ann | join_meeting bob | not applicable
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | share_file bob | stays | share_in_meeting ann
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | share_file service | not yours 'only'
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | add_participant ann | stays | invite_others both
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | add_participant service | not yours 'only'
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | leave_meeting bob | meeting=invited_sharing:ann
        announce_departure ann
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | leave_meeting ann | chat=interop meeting=ended
        stop_showing bob, close_meeting both, dismiss_meeting
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | leave_meeting service | not yours 'only'
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | end_meeting ann | chat=interop meeting=ended
        stop_showing bob, close_meeting both, dismiss_meeting
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | end_meeting bob
        => not yours DEC-16 'only the initiator'
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | share_file ann | stays | share_in_meeting bob
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | share_file service | not yours 'only'
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | add_participant bob | stays | invite_others both
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | add_participant service | not yours 'only'
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | leave_meeting bob | meeting=invited:ann
        stop_showing ann, announce_departure ann
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | leave_meeting ann | chat=interop meeting=ended
        stop_showing ann, close_meeting both, dismiss_meeting
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | leave_meeting service | not yours 'only'
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | end_meeting ann | chat=interop meeting=ended
        stop_showing ann, close_meeting both, dismiss_meeting
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | end_meeting bob | not yours DEC-16 'only the initiator'
    teams>sfb | chat=one_sided meeting=together:ann | end_meeting ann | meeting=ended
        close_meeting both, dismiss_meeting
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
        dismiss_meeting, report_no_meeting ann, lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | call=escalating:ann meeting=creating:ann | becomes sfb>sfb | call=draining_interop meeting=ended
        dismiss_meeting, report_no_meeting ann
    teams>sfb | chat=escalated:ann meeting=creating:ann | becomes teams>teams | chat=locked
        lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | chat=escalated:ann meeting=open:ann | becomes sfb>sfb | chat=locked meeting=ended
        close_meeting ann, dismiss_meeting, lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | chat=escalated:ann meeting=open:ann | becomes teams>teams | chat=locked
        lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | chat=escalated:ann meeting=sent:ann | becomes sfb>sfb | chat=locked meeting=ended
        close_meeting ann, dismiss_meeting, lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | chat=escalated:ann meeting=sent:ann | becomes teams>teams | chat=locked
        lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | chat=escalated:bob meeting=sent:bob | becomes teams>teams | chat=locked meeting=ended
        close_meeting bob, dismiss_meeting, lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | chat=escalated:ann meeting=invited:ann | becomes sfb>sfb | chat=locked meeting=ended
        withdraw_link bob, close_meeting ann, dismiss_meeting, lock_thread ann, end_session bob, disconnect_gateway
    sfb>teams | chat=escalated:ann meeting=invited:ann | becomes sfb>sfb | chat=draining_interop | -
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | becomes sfb>sfb | chat=locked meeting=ended
        close_meeting ann, dismiss_meeting, lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | chat=escalated:ann meeting=open_sharing:ann | becomes teams>teams | chat=locked
        lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | becomes sfb>sfb | chat=locked meeting=ended
        close_meeting ann, dismiss_meeting, lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | chat=escalated:ann meeting=sent_sharing:ann | becomes teams>teams | chat=locked
        lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | becomes sfb>sfb | chat=locked meeting=ended
        withdraw_link bob, close_meeting ann, dismiss_meeting, lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | chat=escalated:ann meeting=invited_sharing:ann | becomes teams>teams | chat=locked
        lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | call=ended chat=escalated:ann meeting=sent:ann was=superseded:ann | becomes sfb>sfb
        => chat=locked meeting=ended was=abandoned
        close_meeting ann, dismiss_meeting, lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | call=ended chat=escalated:ann meeting=invited:ann was=superseded:ann | becomes sfb>sfb
        => chat=locked meeting=ended was=abandoned
        withdraw_link bob, close_meeting ann, dismiss_meeting, lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | chat=escalated:ann meeting=together:ann | becomes sfb>sfb | chat=locked meeting=ended
        close_meeting both, dismiss_meeting, lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | chat=escalated:ann meeting=together:ann | becomes teams>teams | chat=locked
        lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | becomes sfb>sfb | chat=locked meeting=ended
        stop_showing bob, close_meeting both, dismiss_meeting, lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | chat=escalated:ann meeting=initiator_shares:ann | becomes teams>teams | chat=locked
        lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | becomes sfb>sfb | chat=locked meeting=ended
        stop_showing ann, close_meeting both, dismiss_meeting, lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | chat=escalated:ann meeting=peer_shares:ann | becomes teams>teams | chat=locked
        lock_thread ann, end_session bob, disconnect_gateway
    sfb>teams | chat=escalated:ann meeting=together:ann | becomes teams>teams | chat=draining_interop meeting=ended
        close_meeting both, dismiss_meeting
    teams>sfb | chat=interop meeting=ended | becomes sfb>sfb         | chat=locked
        lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | chat=escalated:ann meeting=invited:ann | becomes teams>collab | stays | -
    teams>sfb | chat=escalated:ann meeting=together:ann | becomes no-meet-now>sfb | stays | -
    """
)
def test_change_of_the_pairing(fact: Fact) -> None:
    fact.check()
