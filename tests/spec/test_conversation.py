"""The four lifecycles wired into one: where events go, what a change of the pairing does to all, which timers run."""

from __future__ import annotations

import pytest

import fsm
from tests.people import AS_ROUTED, ISLANDS, TEAMS, pair
from tests.spec.tables import PAIRS, Fact, facts, place


@facts(
    """
    pairing                    | given                      | event               | then             | effects
    teams>sfb                  | chat=escalated:ann meeting=creating:ann | share_desktop ann | refused DEC-3
    teams>sfb                  | chat=escalated:ann meeting=creating:ann | meet_now bob | refused DEC-3
    teams>sfb                  | chat=escalated:ann meeting=creating:ann | add_participant ann | refused DEC-3
    teams>sfb                  | chat=escalated:ann meeting=open:ann | share_desktop ann | refused DEC-3
        start_sharing, resend_link
    teams>sfb                  | chat=escalated:ann meeting=open:ann | meet_now ann | refused DEC-3  | resend_link
    teams>sfb                  | chat=escalated:ann meeting=sent:ann | share_desktop bob | refused DEC-3
        start_sharing ann
    teams>sfb                  | chat=escalated:ann meeting=invited:ann | share_desktop bob | refused DEC-3
        join_meeting
    teams>sfb                  | chat=escalated:ann meeting=invited_sharing:ann | share_desktop bob | refused DEC-3
        join_meeting
    teams>sfb                  | chat=escalated:ann meeting=invited:ann | add_participant bob | refused DEC-3
        join_meeting
    teams>sfb                  | chat=escalated:ann meeting=open:ann | add_participant ann | stays | invite_others ann
    teams>sfb                  | chat=escalated:ann meeting=sent_sharing:ann | add_participant ann | stays
        invite_others ann
    teams>sfb                  | chat=escalated:ann meeting=together:ann | share_desktop bob | refused ESC-8
        start_sharing
    teams>sfb                  | chat=escalated:ann meeting=initiator_shares:ann | share_desktop ann | refused ESC-8
        stop_sharing
    teams>sfb                  | chat=escalated:ann meeting=initiator_shares:ann | meet_now ann | refused ESC-8
        stop_sharing
    teams>sfb                  | chat=escalated:ann meeting=peer_shares:ann | share_desktop ann | refused ESC-8
        stop_sharing bob
    teams>sfb                  | chat=escalated:ann meeting=peer_shares:ann | meet_now bob | refused ESC-8
        stop_sharing
    teams>sfb                  | chat=escalated:ann meeting=together:ann | add_participant ann | stays
        invite_others both
    teams>sfb                  | chat=offered:ann           | share_desktop bob   | refused DEC-3
        accept_meeting ann
    teams>sfb                  | chat=offered:ann           | share_desktop ann   | refused DEC-3    | accept_meeting
    teams>sfb                  | chat=offered:ann           | meet_now ann        | refused DEC-3    | accept_meeting
    teams>sfb                  | chat=offered:ann           | add_participant bob | refused DEC-3
    teams>sfb                  | call=offered:ann           | share_desktop bob   | refused DEC-3
        accept_meeting ann
    teams>sfb                  | call=offered:ann           | meet_now ann        | refused DEC-3    | accept_meeting
    teams>sfb                  | call=offered:ann           | add_participant bob | refused DEC-3
    teams>sfb                  | chat=interop call=offered:ann | share_desktop bob | refused DEC-3
    teams>sfb                  | chat=interop call=connected | share_desktop ann  | call=offered:ann
        open_meeting_menu ann, warn_call_will_end ann
    teams>sfb                  | chat=one_sided call=connected | share_desktop ann | call=offered:ann
        open_meeting_menu ann, warn_call_will_end ann
    teams>sfb                  | chat=interop call=ringing:ann | share_desktop ann | refused DEC-14
    teams>sfb                  | chat=interop call=with_service:ann | share_desktop ann | refused DEC-36
    teams>sfb                  | chat=interop call=connected | meet_now ann
        => call=escalating:ann meeting=creating:ann
        create_teams_meeting
    sfb>teams                  | chat=interop call=connected | add_participant ann | call=offered:ann
        announce_meeting ann, warn_call_will_end ann
    teams>sfb                  | chat=interop call=ended was=ended:ann | share_desktop ann | chat=offered:ann
        open_meeting_menu ann
    teams>sfb                  | chat=interop call=ended was=ended:ann | meet_now bob
        => chat=escalated:bob meeting=creating:bob
        create_sfb_meeting
    sfb>teams                  | chat=interop call=ended was=ended:ann | add_participant ann | chat=offered:ann
        announce_meeting ann
    teams>sfb                  | chat=interop meeting=ended | share_desktop ann   | chat=offered:ann
        open_meeting_menu ann
    teams>sfb                  |                            | share_desktop ann   | not applicable
    teams>sfb                  | chat=interop call=offered:ann | accept_meeting ann
        => call=escalating:ann meeting=creating:ann
        create_teams_meeting
    teams>sfb                  | chat=offered:ann call=ended was=ended:bob | accept_meeting ann
        => chat=escalated:ann meeting=creating:ann
        create_teams_meeting
    teams>sfb                  | chat=interop call=offered:ann | decline_meeting ann | call=connected | close_menu ann
    teams>sfb                  | chat=offered:ann           | decline_meeting ann | chat=interop     | close_menu ann
    teams>sfb                  | chat=interop               | accept_meeting ann  | not applicable
    teams>sfb                  | chat=escalated:ann meeting=sent:ann | resend_link ann | stays
        relay, deliver_join_link bob
    teams>sfb                  | chat=interop:bob meeting=sent:ann | resend_link ann | chat=escalated:ann:bob
        relay, deliver_join_link bob
    teams>sfb then teams>teams | chat=locked meeting=open:ann | resend_link ann
        => chat=native meeting=sent:ann
        open_thread both, deliver_join_link bob
    teams>sfb then islands>sfb | chat=locked meeting=sent:ann | resend_link ann   | stays
        report_link_undelivered ann
    teams>sfb                  | chat=interop               | resend_link ann     | not applicable
    teams>sfb                  |                            | call_video bob      | refused DEC-6
    teams>sfb                  |                            | call_audio bob      | refused DEC-6
    teams>sfb                  | chat=interop               | call_audio bob      | call=ringing:bob
        ring_audio ann, open_interop_window bob
    teams>sfb                  | chat=interop               | call_video bob      | call=ringing:bob
        ring_video ann, open_interop_window bob
    teams>sfb                  | chat=interop call=ended was=ended:ann | call_audio bob | call=ringing:bob was=none
        ring_audio ann, open_interop_window bob
    islands>sfb as routed      | chat=interop call=ended was=ended:ann | call_audio bob | call=ringing:bob was=none
        ring_audio ann
    sfb>sfb then sfb>teams     | chat=draining              | call_audio ann      | call=ringing_draining:ann
        ring_audio bob
    sfb>sfb then sfb>teams     | chat=expired               | call_audio ann      | call=ringing:ann
        ring_audio bob, open_interop_window ann
    teams>sfb                  | chat=interop call=ringing:ann | call_audio bob   | not applicable
    sfb>sfb then sfb>teams     | chat=draining call=draining | call_video bob     | not applicable
    teams>sfb                  | chat=offered:ann           | call_video ann      | chat=interop call=ringing:ann
        close_menu ann, ring_video bob, open_interop_window bob
    teams>sfb                  | chat=escalated:ann meeting=creating:ann | call_audio ann | refused DEC-12
    teams>sfb                  | chat=escalated:ann meeting=open:ann | call_video ann | refused DEC-12 | resend_link
    teams>sfb                  | chat=one_sided meeting=sent:ann | call_audio ann | refused DEC-12   | resend_link
    teams>sfb                  | chat=escalated:ann meeting=initiator_shares:ann | call_audio ann | refused DEC-12
        leave_meeting
    teams>sfb                  | chat=escalated:ann meeting=initiator_shares:ann | call_video ann | refused DEC-12
        end_meeting
    teams>sfb                  | chat=escalated:ann meeting=peer_shares:ann | call_audio bob | refused DEC-12
    teams>sfb                  | chat=escalated:ann meeting=peer_shares:ann | call_video bob | refused DEC-12
        leave_meeting
    teams>sfb                  |                            | open_chat bob       | refused DEC-6
    teams>sfb                  | call=ended was=missed:ann  | open_chat bob       | chat=interop:bob
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    teams>sfb                  | call=with_service:ann      | open_chat bob       | chat=interop:bob
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    """
)
def test_where_events_go(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing               | given                      | event                  | then  | effects
    teams>sfb             | chat=interop call=connected | becomes teams>teams
        => chat=locked call=draining_interop
        lock_thread ann, end_session bob, disconnect_gateway
    sfb>teams             | chat=interop call=connected | becomes sfb>sfb
        => chat=draining_interop call=draining_interop
        -
    sfb>teams             | chat=interop call=connected | becomes sfb>islands
        => chat=locked call=ended was=failed
        end_session ann, lock_thread bob, disconnect_gateway, report_failure both
    teams>sfb             | chat=interop call=ringing:bob | becomes teams>teams | chat=locked call=ended was=failed
        lock_thread ann, end_session bob, disconnect_gateway, stop_ringing both, report_failure both
    teams>sfb             | chat=interop call=offered:ann | becomes teams>teams | chat=locked call=draining_interop
        lock_thread ann, end_session bob, disconnect_gateway, close_menu ann
    teams>sfb             | chat=interop call=escalating:ann meeting=creating:ann | becomes teams>teams
        => chat=locked call=draining_interop
        lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb             | chat=interop call=escalating:ann meeting=creating:ann | becomes sfb>sfb
        => chat=locked call=draining_interop meeting=ended
        dismiss_meeting, report_no_meeting ann, lock_thread ann, end_session bob, disconnect_gateway
    teams>sfb             | chat=interop call=escalating:ann meeting=creating:ann | becomes islands>sfb
        => chat=locked call=ended was=failed
        lock_thread ann, end_session bob, disconnect_gateway, report_failure both
    teams>teams           | chat=native call=connected | becomes teams>sfb      | chat=locked call=draining
        lock_thread both
    sfb>sfb               | chat=native call=connected | becomes sfb>teams      | chat=draining call=draining | -
    federated teams>sfb   | chat=interop call=connected | becomes federated teams>teams
        => chat=switch_offered call=draining_interop
        offer_native_thread both
    federated teams>sfb   | chat=interop call=connected | becomes federation off | chat=locked call=ended was=failed
        lock_thread ann, end_session bob, disconnect_gateway, report_failure both
    federated sfb>sfb     | chat=native call=connected | becomes federation off sfb>sfb
        => chat=expired call=ended was=failed
        end_session both, report_failure both
    federated teams>teams | chat=native call=connected | becomes federated teams>sfb
        => chat=text_offered call=draining
        lock_thread both, offer_text_thread both
    teams>sfb             | chat=interop call=connected | becomes teams>legacy  | stays | -
    teams>sfb             | chat=interop call=connected | becomes mobile>sfb    | stays | -
    teams>sfb             | chat=interop call=connected | becomes teams>meetings | stays | -
    """
)
def test_change_of_the_pairing(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing                | given                 | event                    | then             | timers
    sfb>teams              |                       | open_chat ann            | chat=interop
        start session_expired 600
    teams>sfb              |                       | open_chat ann            | chat=interop
        start session_expired 600
    sfb>sfb                |                       | open_chat ann            | chat=native
        start session_expired 600
    clouds teams>teams     |                       | open_chat ann            | chat=interop     | -
    teams>teams            |                       | open_chat ann            | chat=native      | -
    sfb>teams              | chat=interop          | send_text bob            | stays
        start session_expired 600
    teams>sfb              | chat=interop          | send_text ann            | stays
        start session_expired 600
    sfb>sfb                | chat=native           | send_text ann            | stays
        start session_expired 600
    sfb>sfb                | chat=native           | send_rich_text ann       | stays
        start session_expired 600
    sfb>sfb                | chat=native           | send_emoticon ann        | stays
        start session_expired 600
    sfb>sfb                | chat=native           | send_file ann            | stays
        start session_expired 600
    sfb>sfb                | chat=native           | share_desktop ann        | stays
        start session_expired 600
    sfb>sfb                | chat=native           | add_participant ann      | stays
        start session_expired 600
    clouds teams>teams     | chat=interop          | send_text ann            | stays            | -
    teams>sfb              | chat=interop          | close_chat ann           | stays            | -
    teams>sfb              | chat=interop          | close_chat bob           | chat=one_sided
        cancel session_expired
    sfb>teams              | chat=interop          | session_expired service  | chat=one_sided:bob
        cancel session_expired
    teams>sfb              | chat=one_sided        | send_text ann            | chat=interop
        start session_expired 600
    teams>sfb              | chat=one_sided        | send_text bob            | chat=interop:bob
        start session_expired 600
    teams>sfb              | chat=one_sided        | open_chat bob            | chat=interop:bob
        start session_expired 600
    teams>sfb              | chat=one_sided        | share_desktop ann        | chat=offered:ann
        start session_expired 600
    teams>sfb              | chat=one_sided        | call_audio ann           | call=ringing:ann | start no_answer 30
    sfb>teams              | chat=interop          | call_audio ann           | call=ringing:ann
        start no_answer 30, start session_expired 600
    sfb>teams              | chat=interop          | share_desktop ann        | chat=offered:ann | -
    sfb>teams              | chat=offered:ann      | decline_meeting ann      | chat=interop     | -
    sfb>teams              | chat=offered:ann      | send_text ann            | stays
        start session_expired 600
    sfb>teams              | chat=offered:ann      | session_expired service  | chat=one_sided:bob
        cancel session_expired
    sfb>teams              | chat=offered:ann      | call_audio bob           | chat=interop call=ringing:bob
        start no_answer 30, start session_expired 600
    sfb>teams              | chat=interop          | meet_now ann             | chat=escalated:ann meeting=creating:ann
        start meeting_failed 60
    clouds teams>teams     | chat=interop          | meet_now ann             | chat=escalated:ann meeting=creating:ann
        start meeting_failed 60
    sfb>teams              | chat=escalated:ann meeting=creating:ann | meeting_failed service
        => chat=interop meeting=ended
        cancel meeting_failed
    teams>sfb              | chat=escalated:ann meeting=creating:ann | meeting_created service | meeting=sent:ann
        start join_timed_out 600, start session_expired 600, cancel meeting_failed
    teams>sfb              | chat=interop call=escalating:ann meeting=creating:ann | meeting_created service
        => chat=escalated:ann call=ended meeting=sent:ann was=superseded:ann
        start join_timed_out 600, start session_expired 600, cancel meeting_failed
    teams>sfb              | call=escalating:ann meeting=creating:ann | meeting_created service
        => chat=escalated:ann call=ended meeting=sent:ann was=superseded:ann
        start join_timed_out 600, start session_expired 600, cancel meeting_failed
    teams>sfb then no-chat>sfb | chat=escalated:ann meeting=creating:ann | meeting_created service | meeting=open:ann
        start join_timed_out 600, cancel meeting_failed
    teams>sfb              | chat=escalated:ann meeting=sent:ann | resend_link ann | stays
        start session_expired 600
    teams>sfb              | chat=escalated:ann meeting=open:ann | resend_link ann | meeting=sent:ann
        start session_expired 600
    teams>sfb              | chat=escalated:ann meeting=sent:ann | session_expired service | chat=one_sided
        cancel session_expired
    sfb>teams then sfb>sfb | chat=draining_interop meeting=sent:ann | resend_link ann | stays
        start session_expired 600
    sfb>sfb then sfb>teams | chat=draining         | send_text ann            | stays
        start session_expired 600
    sfb>sfb then sfb>teams | chat=draining         | call_audio ann           | call=ringing_draining:ann
        start no_answer 30, start session_expired 600
    sfb>sfb then sfb>teams | chat=draining         | session_expired service  | chat=expired
        cancel session_expired
    sfb>teams then sfb>sfb | chat=draining_interop | send_text bob            | stays
        start session_expired 600
    sfb>teams then sfb>sfb | chat=draining_interop | call_video bob           | call=ringing_draining_interop:bob
        start no_answer 30, start session_expired 600
    sfb>teams then sfb>sfb | chat=draining_interop | session_expired service  | chat=locked
        cancel session_expired
    sfb>teams then sfb>sfb | chat=draining_interop | close_chat ann           | chat=locked
        cancel session_expired
    sfb>sfb                | chat=expired          | send_rich_text ann       | chat=native
        start session_expired 600
    sfb>sfb then sfb>teams | chat=expired          | send_text ann            | chat=interop
        start session_expired 600
    sfb>teams              | chat=one_sided:bob meeting=sent:ann | open_chat ann | chat=interop
        start session_expired 600
    sfb>sfb                | chat=native           | becomes sfb>teams        | chat=draining    | -
    sfb>teams              | chat=interop          | becomes sfb>sfb          | chat=draining_interop | -
    sfb>teams              | chat=escalated:ann meeting=sent:ann | becomes sfb>sfb | chat=draining_interop | -
    sfb>teams              | chat=interop          | becomes sfb>islands      | chat=locked
        cancel session_expired
    teams>sfb              | chat=interop          | becomes teams>teams      | chat=locked
        cancel session_expired
    federated teams>sfb    | chat=interop          | becomes federated teams>teams | chat=switch_offered
        cancel session_expired
    federated teams>sfb now teams | chat=switch_offered | becomes federated teams>sfb | chat=one_sided | -
    sfb>teams              | chat=interop          | becomes sfb, policies off>teams | stays     | -
    teams>sfb              |                       | call_audio ann           | call=ringing:ann | start no_answer 30
    teams>sfb              | call=ringing:ann      | accept_call bob          | call=connected   | cancel no_answer
    teams>sfb              | call=ringing:ann      | decline_call bob         | call=ended was=ended:bob
        cancel no_answer
    teams>sfb              | call=ringing:ann      | cancel_call ann          | call=ended was=missed:ann
        cancel no_answer
    teams>sfb              | call=ringing:ann      | no_answer service        | call=ended was=missed:ann
        cancel no_answer
    teams>sfb              | call=ringing:ann      | voicemail_answered service | call=with_service:ann
        cancel no_answer
    teams>sfb              | call=ringing:ann      | voice_service_answered service | call=with_service:ann
        cancel no_answer
    teams>sfb              | call=with_service:ann | hang_up ann              | call=ended was=taken_by_service:ann | -
    teams>sfb              | call=ringing:ann      | media_failed service     | call=ended was=failed | cancel no_answer
    teams>sfb              | call=ringing:ann      | becomes teams>teams      | call=ended was=failed | cancel no_answer
    sfb>sfb then sfb>teams | chat=draining call=ringing_draining:ann | accept_call bob | call=draining
        cancel no_answer
    sfb>teams then sfb>sfb | chat=draining_interop call=ringing_draining_interop:ann | no_answer service
        => call=ended was=missed:ann
        cancel no_answer
    teams>sfb              | call=connected        | hang_up ann              | call=ended was=ended:ann | -
    teams>sfb              | call=on_hold:ann      | becomes teams>teams
        => call=draining_interop_on_hold:ann
        -
    teams>sfb              | call=offered:ann      | accept_meeting ann       | call=escalating:ann meeting=creating:ann
        start meeting_failed 60
    teams>sfb              | chat=escalated:ann meeting=creating:ann | becomes sfb>sfb | chat=locked meeting=ended
        cancel meeting_failed, cancel session_expired
    teams>sfb              | chat=escalated:ann meeting=sent:ann | link_delivered service | meeting=invited:ann | -
    teams>sfb              | chat=escalated:ann meeting=sent:ann | link_undelivered service | meeting=open:ann | -
    teams>sfb              | chat=escalated:ann meeting=sent:ann | start_sharing ann | meeting=sent_sharing:ann | -
    teams>sfb              | chat=escalated:ann meeting=invited_sharing:ann | stop_sharing ann | meeting=invited:ann | -
    teams>sfb              | chat=escalated:ann meeting=sent:ann | leave_meeting ann | chat=interop meeting=ended
        cancel join_timed_out
    teams>sfb              | chat=escalated:ann meeting=invited:ann | join_meeting bob | meeting=together:ann
        cancel join_timed_out
    teams>sfb              | chat=escalated:ann meeting=invited:ann | join_timed_out service
        => chat=interop meeting=ended
        cancel join_timed_out
    teams>sfb              | chat=escalated:ann meeting=together:ann | start_sharing ann | meeting=initiator_shares:ann
        -
    teams>sfb              | chat=escalated:ann meeting=peer_shares:ann | leave_meeting bob | meeting=invited:ann
        start join_timed_out 600
    teams>sfb              | chat=escalated:ann meeting=initiator_shares:ann | leave_meeting bob
        => meeting=invited_sharing:ann
        start join_timed_out 600
    teams>sfb              | chat=escalated:ann meeting=together:ann | end_meeting ann | chat=interop meeting=ended | -
    """
)
def test_timers(fact: Fact) -> None:
    fact.check()


@pytest.mark.rules("RTE-1", "THR-1")
def test_a_thread_keeps_its_routing_while_policies_and_clients_change() -> None:
    conversation = place("teams>sfb", "chat=interop")
    for name in ("teams>legacy", "mobile>sfb", "teams>collab", "teams>no-account", "teams>sfb"):
        assert conversation.change(PAIRS[name]).state["chat"] == "interop"


@pytest.mark.rules("ISL-1")
def test_the_two_readings_of_islands_are_not_mixed() -> None:
    """A conversation under one reading is not possible under the other; the choice is the pairing's alone."""
    conversation = fsm.Conversation(PAIRS["islands>sfb as routed"])
    conversation.fire("open_chat", "originator")
    assert conversation.change(PAIRS["islands>sfb"]).state["chat"] == "locked"
    refusal = conversation.why_not("open_chat", "originator")
    assert refusal is not None
    assert refusal.rule == "INT-4"


def test_a_conversation_stays_between_the_same_two() -> None:
    conversation = fsm.Conversation(PAIRS["teams>sfb"])
    others = fsm.Pairing(
        fsm.Participant("ann@contoso.com", TEAMS), fsm.Participant("eve@contoso.com", ISLANDS), **AS_ROUTED
    )
    with pytest.raises(ValueError, match=r"recipient: 'eve@contoso.com' is not who this conversation is with"):
        conversation.change(others)
    assert conversation.pairing == PAIRS["teams>sfb"] != pair(TEAMS, TEAMS)
