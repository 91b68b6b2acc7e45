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
    teams>sfb                  | chat=escalated:ann meeting=invited:ann | share_desktop bob | refused DEC-3
        join_meeting
    teams>sfb                  | chat=escalated:ann meeting=invited:ann | add_participant bob | refused DEC-3
        join_meeting
    teams>sfb                  | chat=escalated:ann meeting=open:ann | meet_now ann | refused DEC-3  | resend_link
    teams>sfb                  | chat=escalated:ann meeting=together:ann | share_desktop bob | refused ESC-8
        start_sharing
    teams>sfb                  | chat=escalated:ann meeting=initiator_shares:ann | share_desktop ann | refused ESC-8
        stop_sharing
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
    teams>sfb                  | chat=interop call=ringing:ann | share_desktop ann | refused DEC-14
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
    teams>sfb                  | chat=escalated:ann meeting=open:ann | resend_link ann | stays
        relay, deliver_join_link bob
    teams>sfb then teams>teams | chat=locked meeting=open:ann | resend_link ann   | stays
        report_link_undelivered ann
    teams>sfb                  | chat=interop               | resend_link ann     | not applicable
    teams>sfb                  | chat=interop               | call_audio bob      | call=ringing:bob
        ring_audio ann, open_interop_window bob
    teams>sfb                  | chat=interop               | call_video bob      | call=ringing:bob
        ring_video ann, open_interop_window bob
    teams>sfb                  |                            | call_video bob      | refused DEC-6
    teams>sfb                  |                            | call_audio bob      | refused DEC-6
    teams>sfb                  | chat=escalated:ann meeting=peer_shares:ann | call_audio bob | refused DEC-12
    teams>sfb                  | chat=escalated:ann meeting=open:ann | call_video ann | refused DEC-12 | resend_link
    teams>sfb                  | chat=offered:ann           | call_video ann      | chat=interop call=ringing:ann
        ring_video bob, open_interop_window bob, close_menu ann
    teams>sfb                  |                            | open_chat bob       | refused DEC-6
    teams>sfb                  | call=ended was=missed:ann  | open_chat bob       | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    teams>sfb                  | chat=escalated:ann meeting=open:ann | share_desktop ann | refused DEC-3 | resend_link
    teams>sfb                  | chat=escalated:ann meeting=peer_shares:ann | share_desktop ann | refused ESC-8
        stop_sharing bob
    teams>sfb                  | chat=escalated:ann meeting=initiator_shares:ann | meet_now ann | refused ESC-8
        stop_sharing
    teams>sfb                  | chat=escalated:ann meeting=initiator_shares:ann | call_audio ann | refused DEC-12
        leave_meeting
    teams>sfb                  | chat=escalated:ann meeting=initiator_shares:ann | call_video ann | refused DEC-12
        end_meeting
    teams>sfb                  | chat=escalated:ann meeting=peer_shares:ann | call_video bob | refused DEC-12
        leave_meeting
    """
)
def test_where_events_go(fact: Fact) -> None:
    fact.check()


@facts(
    """
    pairing               | given                      | event                  | then  | effects
    teams>sfb             | chat=interop call=connected | becomes teams>teams   | chat=locked call=draining
        lock_thread both
    sfb>teams             | chat=interop call=connected | becomes sfb>sfb       | chat=draining_interop call=draining
        -
    teams>sfb             | chat=interop call=ringing:bob | becomes teams>teams | chat=locked call=ended was=failed
        lock_thread both, stop_ringing both, report_failure both
    teams>sfb             | chat=interop call=offered:ann | becomes teams>teams | chat=locked call=draining
        lock_thread both, close_menu ann
    teams>sfb             | chat=interop call=escalating:ann meeting=creating:ann | becomes teams>teams
        => chat=locked call=draining
        lock_thread both
    teams>sfb             | chat=interop call=escalating:ann meeting=creating:ann | becomes sfb>sfb
        => chat=locked call=draining meeting=ended
        report_no_meeting ann, lock_thread both
    teams>teams           | chat=native call=connected | becomes teams>sfb      | chat=locked call=draining
        lock_thread both
    sfb>sfb               | chat=native call=connected | becomes sfb>teams      | chat=draining call=draining | -
    federated teams>sfb   | chat=interop call=connected | becomes federated teams>teams
        => chat=switch_offered call=draining
        offer_native_thread both
    federated teams>teams | chat=native call=connected | becomes federated teams>sfb | chat=locked call=draining
        lock_thread both, offer_text_thread both
    teams>sfb             | chat=interop call=connected | becomes teams>legacy  | stays | -
    teams>sfb             | chat=interop call=connected | becomes mobile>sfb    | stays | -
    teams>sfb             | chat=interop call=connected | becomes teams>meetings | stays | -
    """
)
def test_change_of_the_pairing(fact: Fact) -> None:
    fact.check()


@pytest.mark.rules("DEC-29")
@facts(
    """
    pairing                | given                 | event                    | then             | timers
    sfb>teams              |                       | open_chat ann            | chat=interop
        start session_expired 600
    sfb>sfb                |                       | open_chat ann            | chat=native
        start session_expired 600
    teams>sfb              |                       | open_chat ann            | chat=interop     | -
    teams>teams            |                       | open_chat ann            | chat=native      | -
    sfb>teams              | chat=interop          | send_text bob            | stays
        start session_expired 600
    sfb>sfb                | chat=native           | send_text ann            | stays
        start session_expired 600
    sfb>sfb                | chat=native           | send_rich_text ann       | stays
        start session_expired 600
    sfb>sfb                | chat=native           | send_emoticon ann        | stays
        start session_expired 600
    sfb>sfb                | chat=native           | send_file ann            | stays
        start session_expired 600
    teams>sfb              | chat=interop          | send_text ann            | stays            | -
    sfb>teams              | chat=interop          | share_desktop ann        | chat=offered:ann
        cancel session_expired
    sfb>teams              | chat=offered:ann      | decline_meeting ann      | chat=interop
        start session_expired 600
    sfb>teams              | chat=offered:ann      | call_audio bob           | chat=interop call=ringing:bob
        start no_answer 30, start session_expired 600
    sfb>teams              | chat=interop          | meet_now ann             | chat=escalated:ann meeting=creating:ann
        start meeting_failed 60, cancel session_expired
    teams>sfb              | chat=interop          | meet_now ann             | chat=escalated:ann meeting=creating:ann
        start meeting_failed 60
    sfb>teams              | chat=escalated:ann meeting=creating:ann | meeting_failed service
        => chat=interop meeting=ended
        start session_expired 600, cancel meeting_failed
    sfb>teams              | chat=interop          | session_expired service  | chat=expired
        cancel session_expired
    sfb>teams              | chat=interop          | close_chat ann           | chat=closed
        cancel session_expired
    sfb>teams              | chat=expired          | send_text ann            | chat=interop
        start session_expired 600
    sfb>sfb then sfb>teams | chat=draining         | send_text ann            | stays
        start session_expired 600
    sfb>sfb then sfb>teams | chat=draining         | session_expired service  | chat=expired
        cancel session_expired
    sfb>teams              | chat=interop          | becomes sfb, policies off>teams | stays     | -
    teams>sfb              |                       | call_audio ann           | call=ringing:ann | start no_answer 30
    teams>sfb              | call=ringing:ann      | accept_call bob          | call=connected   | cancel no_answer
    teams>sfb              | call=ringing:ann      | decline_call bob         | call=ended was=ended:bob
        cancel no_answer
    teams>sfb              | call=ringing:ann      | cancel_call ann          | call=ended was=missed:ann
        cancel no_answer
    teams>sfb              | call=ringing:ann      | no_answer service        | call=ended was=missed:ann
        cancel no_answer
    teams>sfb              | call=ringing:ann      | voicemail_answered service | call=ended was=missed:ann
        cancel no_answer
    teams>sfb              | call=ringing:ann      | media_failed service     | call=ended was=failed | cancel no_answer
    teams>sfb              | call=ringing:ann      | becomes teams>teams      | call=ended was=failed | cancel no_answer
    teams>sfb              | call=connected        | hang_up ann              | call=ended was=ended:ann | -
    teams>sfb              | call=offered:ann      | accept_meeting ann       | call=escalating:ann meeting=creating:ann
        start meeting_failed 60
    teams>sfb              | chat=escalated:ann meeting=creating:ann | meeting_created service | meeting=open:ann
        start join_timed_out 600, cancel meeting_failed
    teams>sfb              | chat=escalated:ann meeting=creating:ann | becomes sfb>sfb | chat=locked meeting=ended
        cancel meeting_failed
    teams>sfb              | chat=escalated:ann meeting=open:ann | link_delivered service | meeting=invited:ann | -
    teams>sfb              | chat=escalated:ann meeting=open:ann | resend_link ann | stays       | -
    teams>sfb              | chat=escalated:ann meeting=open:ann | link_undelivered service | stays | -
    teams>sfb              | chat=escalated:ann meeting=open:ann | leave_meeting ann | chat=interop meeting=ended
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
    teams>sfb              | chat=escalated:ann meeting=together:ann | end_meeting ann | chat=interop meeting=ended | -
    sfb>sfb                | chat=native           | share_desktop ann        | stays
        start session_expired 600
    sfb>sfb                | chat=native           | add_participant ann      | stays
        start session_expired 600
    teams>sfb              | call=on_hold:ann      | becomes teams>teams      | call=draining_on_hold:ann | -
    sfb>teams              | call=on_hold:bob      | becomes sfb>sfb          | call=draining_on_hold:bob | -
    sfb>sfb                | chat=native           | becomes sfb>teams        | chat=draining    | -
    sfb>teams              | chat=interop          | becomes sfb>sfb          | chat=draining_interop | -
    sfb>teams              | chat=closed meeting=open:ann | open_chat ann     | chat=interop
        start session_expired 600
    sfb>teams then sfb>sfb | chat=draining_interop | send_text bob            | stays
        start session_expired 600
    sfb>teams then sfb>sfb | chat=draining_interop | session_expired service  | chat=expired
        cancel session_expired
    sfb>sfb                | chat=expired          | send_rich_text ann       | chat=native
        start session_expired 600
    sfb>teams              | chat=escalated:ann meeting=open:ann | becomes sfb>sfb | chat=draining_interop
        start session_expired 600
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
