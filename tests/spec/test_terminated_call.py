"""What became of a call after it ended, row by row."""

from __future__ import annotations

from tests.spec.tables import Fact, facts


@facts(
    """
    pairing     | given            | event                   | then | effects
    teams>sfb   | call=connected   | hang_up ann             | call=ended was=ended:ann | end_call bob
    teams>sfb   | call=connected   | hang_up bob             | call=ended was=ended:bob | end_call ann
    teams>sfb   | call=ringing:ann | decline_call bob        | call=ended was=ended:bob | stop_ringing both
    teams>sfb   | call=ringing:ann | cancel_call ann         | call=ended was=missed:ann | stop_ringing both
    teams>sfb   | call=ringing:ann | no_answer service       | call=ended was=missed:ann | stop_ringing both
    teams>sfb   | call=ringing:bob | no_answer service       | call=ended was=missed:bob | stop_ringing both
    sfb>teams   | call=with_service:ann | hang_up ann        | call=ended was=taken_by_service:ann | -
    sfb>teams   | call=with_service:bob | service_hung_up service | call=ended was=taken_by_service:bob | end_call bob
    sfb>teams   | call=with_service:ann | media_failed service | call=ended was=taken_by_service:ann
        report_failure ann
    teams>sfb   | call=connected   | media_failed service    | call=ended was=failed | report_failure both
    teams>sfb   | call=ringing:ann | becomes teams>teams     | call=ended was=failed
        stop_ringing both, report_failure both
    teams>sfb   | call=connected   | becomes islands>sfb     | call=ended was=failed | report_failure both
    teams>sfb then no-chat>sfb | call=escalating:ann meeting=creating:ann | meeting_created service
        => call=ended meeting=open:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, report_link_undelivered ann
    """
)
def test_how_a_call_ends(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing   | given | event                  | then | effects
    teams>sfb | call=ended chat=escalated:ann meeting=invited:ann was=superseded:ann | join_meeting bob
        => meeting=together:ann was=continued
        use_browser bob, join_authenticated bob, offer_sharing_tray bob
    teams>sfb | call=ended chat=escalated:ann meeting=invited_sharing:ann was=superseded:ann | join_meeting bob
        => meeting=initiator_shares:ann was=continued
        use_browser bob, join_authenticated bob, offer_sharing_tray bob, start_showing bob
    teams>sfb | call=ended chat=escalated:ann meeting=invited:ann was=superseded:ann | join_timed_out service
        => chat=interop meeting=ended was=abandoned
        withdraw_link bob, close_meeting ann, dismiss_meeting
    teams>sfb | call=ended chat=escalated:ann meeting=invited:ann was=superseded:ann | leave_meeting ann
        => chat=interop meeting=ended was=abandoned
        withdraw_link bob, close_meeting ann, dismiss_meeting
    teams>sfb | call=ended chat=escalated:ann meeting=sent:ann was=superseded:ann | end_meeting ann
        => chat=interop meeting=ended was=abandoned
        close_meeting ann, dismiss_meeting
    teams>sfb | call=ended chat=escalated:ann meeting=open_sharing:ann was=superseded:ann | end_meeting ann
        => chat=interop meeting=ended was=abandoned
        close_meeting ann, dismiss_meeting
    teams>sfb | call=ended chat=escalated:ann meeting=sent:ann was=superseded:ann | becomes sfb>sfb
        => chat=locked meeting=ended was=abandoned
        close_meeting ann, dismiss_meeting, lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb | call=ended chat=escalated:ann meeting=together:ann was=continued | end_meeting ann
        => chat=interop meeting=ended
        close_meeting both, dismiss_meeting
    teams>sfb | call=ended chat=escalated:ann meeting=invited:ann was=continued | join_timed_out service
        => chat=interop meeting=ended
        withdraw_link bob, close_meeting ann, dismiss_meeting
    teams>sfb | call=ended chat=escalated:ann meeting=invited:ann was=ended:bob | join_meeting bob
        => meeting=together:ann
        use_browser bob, join_authenticated bob, offer_sharing_tray bob
    teams>sfb | call=ended chat=escalated:ann meeting=open:ann was=missed:ann | leave_meeting ann
        => chat=interop meeting=ended
        close_meeting ann, dismiss_meeting
    sfb>teams | call=ended chat=escalated:ann meeting=sent:ann was=taken_by_service:ann | leave_meeting ann
        => chat=interop meeting=ended
        close_meeting ann, dismiss_meeting
    teams>sfb | call=ended chat=escalated:ann meeting=open:ann was=superseded:ann | leave_meeting ann
        => chat=interop meeting=ended was=abandoned
        close_meeting ann, dismiss_meeting
    teams>sfb | call=ended chat=escalated:ann meeting=open:ann was=superseded:ann | join_timed_out service
        => chat=interop meeting=ended was=abandoned
        close_meeting ann, dismiss_meeting
    teams>sfb | call=ended chat=escalated:bob/bob meeting=invited:bob was=superseded:bob | end_meeting bob
        => chat=interop/bob meeting=ended was=abandoned
        withdraw_link ann, close_meeting bob, dismiss_meeting
    """
)
def test_ended_for_a_meeting(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing      | given                     | event                   | then | effects
    sfb>sfb      | call=ended was=ended:ann  | call_audio bob          | call=ringing:bob was=none | ring_audio ann
    sfb>sfb      | call=ended was=missed:ann | call_audio bob          | call=ringing:bob was=called_back
        ring_audio ann
    sfb>sfb      | call=ended was=missed:ann | call_audio ann          | call=ringing:ann was=none | ring_audio bob
    sfb>sfb      | call=ended was=missed:bob | call_video ann          | call=ringing:ann was=called_back
        ring_video bob
    sfb>sfb      | call=ended was=taken_by_service:ann | call_audio bob | call=ringing:bob was=called_back
        ring_audio ann
    sfb>sfb      | call=ended was=taken_by_service:ann | call_audio ann | call=ringing:ann was=none | ring_audio bob
    sfb>sfb      | call=ended was=failed     | call_audio ann          | call=ringing:ann was=called_back
        ring_audio bob
    sfb>sfb      | call=ended was=failed     | call_audio bob          | call=ringing:bob was=called_back
        ring_audio ann
    legacy>teams | call=ended chat=interop meeting=ended was=abandoned | call_audio bob
        => call=ringing:bob was=called_back
        ring_audio ann
    legacy>teams | call=ended chat=interop meeting=ended was=abandoned | call_audio ann
        => call=ringing:ann was=called_back
        ring_audio bob
    legacy>teams | call=ended chat=interop meeting=ended was=continued | call_audio ann | call=ringing:ann was=none
        ring_audio bob
    sfb>sfb      | call=connected was=called_back | hang_up ann        | call=ended was=ended:ann | end_call bob
    sfb>sfb      | call=ringing:bob was=called_back | no_answer service | call=ended was=missed:bob | stop_ringing both
    sfb>sfb      | call=with_service:bob was=called_back | hang_up bob | call=ended was=taken_by_service:bob | -
    sfb>sfb      | call=connected was=called_back | media_failed service | call=ended was=failed | report_failure both
    teams>sfb    | call=escalating:ann meeting=creating:ann was=called_back | meeting_created service
        => chat=escalated:ann call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, connect_gateway, open_thread both,
        open_interop_window bob, show_interop_banner ann, relay, deliver_join_link bob
    teams>sfb    | call=ended was=missed:ann | call_video bob          | call=ringing:bob was=called_back
        ring_video ann, open_interop_window bob
    teams>sfb    | call=ended was=missed:ann | call_video ann          | call=ringing:ann was=none
        ring_video bob, open_interop_window bob
    teams>sfb    | call=ended was=missed:bob | call_audio bob          | call=ringing:bob was=none
        ring_audio ann, open_interop_window bob
    teams>sfb    | chat=interop call=ended was=missed:ann | call_audio bob | call=ringing:bob was=called_back
        ring_audio ann, open_interop_window bob
    """
)
def test_calling_again(fact: Fact) -> None:
    fact.check()
