"""Whole conversations that were told wrongly before, each with what the product does."""

from __future__ import annotations

import pytest

import fsm
from fsm.engine import known
from tests.spec.tables import WHO, Story, place, stories


@stories(
    """
    # The TeamsOnly user moves to Islands: sfb>teams
    open_chat ann       | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    send_text ann       | stays       | relay, deliver_plain_text bob
    becomes sfb>islands | chat=locked | end_session ann, lock_thread bob, disconnect_gateway
    send_text ann       | chat=native | open_thread both, deliver_text bob

    # The TeamsOnly user moves to Islands, and it was they who opened the thread: teams>sfb
    open_chat ann       | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    becomes islands>sfb | chat=locked   | lock_thread ann, end_session bob, disconnect_gateway
    send_text ann       | refused THR-1
    send_text bob       | refused INT-4 | 'Islands mode'
    open_chat ann       | refused INT-4
    call_audio bob      | refused INT-4

    # The originator moves to Islands: sfb>teams
    open_chat ann                | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    send_text bob                | stays         | relay, deliver_plain_text ann
    becomes islands on sfb>teams | chat=locked   | end_session ann, lock_thread bob, disconnect_gateway
    send_text ann                | refused INT-4 | 'Islands mode'
    send_text bob                | refused THR-1
    call_audio ann               | refused INT-4

    # One of another organisation moves to Islands: federated sfb>teams
    open_chat ann                 | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    becomes federated sfb>islands | chat=locked | end_session ann, lock_thread bob, disconnect_gateway
    send_text ann                 | chat=native | open_thread both, deliver_text bob

    # A thread drains, and then one of them moves to Islands: sfb>teams
    open_chat ann       | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    becomes sfb>sfb     | chat=draining_interop | -
    send_text bob       | stays                 | relay, deliver_plain_text ann
    becomes sfb>islands | chat=locked           | end_session ann, lock_thread bob, disconnect_gateway
    send_text ann       | chat=native           | open_thread both, deliver_text bob

    # Federation is withdrawn: federated sfb>teams
    open_chat ann                    | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    becomes federation off sfb>teams | chat=locked | end_session ann, lock_thread bob, disconnect_gateway
    send_text bob                    | refused THR-1
    open_chat ann                    | refused RTE-9 | 'both organisations'
    call_audio ann                   | refused RTE-9

    # Federation is withdrawn between two SfB users: federated sfb>sfb
    open_chat ann                  | chat=native   | open_thread both
    becomes federation off sfb>sfb | chat=expired  | end_session both
    send_text ann                  | refused RTE-9
    open_chat bob                  | refused RTE-9

    # The organisation's SfB is hybrid no more: sfb>teams
    open_chat ann             | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    becomes on-prem sfb>teams | chat=locked   | end_session ann, lock_thread bob, disconnect_gateway
    send_text ann             | refused RTE-8 | 'hybrid'

    # A call is up when one of them moves to Islands: sfb>teams
    call_audio ann      | call=ringing:ann | ring_audio bob, open_interop_window ann
    accept_call bob     | call=connected   | stop_ringing both, connect_media both, show_interop_banner bob
    becomes sfb>islands | call=ended was=failed | report_failure both

    # A call is on hold when the originator moves to Islands: teams>sfb
    call_video ann      | call=ringing:ann | ring_video bob, open_interop_window bob
    accept_call bob     | call=connected   | stop_ringing both, connect_media both, show_interop_banner ann
    hold bob            | call=on_hold:bob | pause_media ann
    becomes islands>sfb | call=ended was=failed | report_failure both
    call_audio ann      | refused INT-4

    # A call is up when federation is withdrawn, on one platform as across: federated teams>teams
    call_audio ann                     | call=ringing:ann | ring_audio bob
    accept_call bob                    | call=connected   | stop_ringing both, connect_media both
    becomes federation off teams>teams | call=ended was=failed | report_failure both
    call_audio bob                     | refused RTE-9

    # A call drains, and then one of them moves to Islands: teams>sfb
    call_audio ann        | call=ringing:ann | ring_audio bob, open_interop_window bob
    accept_call bob       | call=connected   | stop_ringing both, connect_media both, show_interop_banner ann
    becomes teams>teams   | call=draining_interop | -
    becomes teams>islands | call=ended was=failed | report_failure both
    """
)
def test_nothing_passes_to_or_from_an_islands_user(story: Story) -> None:
    """A user who moves to Islands has no interop (INT-3, INT-4), and so none in a thread that is open already.

    It was said that text goes on through the gateway, without end, and that a call across goes on; the same where
    federation is withdrawn or the organisation is hybrid no more.
    """
    story.check()


@stories(
    """
    # The TeamsOnly user moves to SfB, and the session that crosses drains: sfb>teams
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    call_audio ann          | call=ringing:ann      | ring_audio bob, open_interop_window ann
    accept_call bob         | call=connected
        stop_ringing both, connect_media both, show_interop_banner bob
    becomes sfb>sfb         | chat=draining_interop call=draining_interop | -
    send_text ann           | stays                 | relay, deliver_plain_text bob
    send_text bob           | stays                 | relay, deliver_plain_text ann
    hang_up bob             | call=ended was=ended:bob | end_call ann
    session_expired service | chat=locked           | end_session ann, lock_thread bob, disconnect_gateway
    send_text ann           | chat=native           | open_thread both, deliver_text bob

    # By the published routing it drains where somebody moves to Islands, too: sfb>teams
    open_chat ann                 | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    becomes sfb>islands as routed | chat=draining_interop | -
    send_text ann                 | stays                 | relay, deliver_plain_text bob

    # A session between SfB users does not cross, and drains whoever moves: sfb>sfb
    open_chat ann       | chat=native   | open_thread both
    becomes islands>sfb | chat=draining | -
    send_text bob       | stays         | deliver_plain_text ann
    """
)
def test_what_nothing_bars_drains(story: Story) -> None:
    """THR-6 stops what is barred and no more: a session that may still pass lasts until it ends (THR-3)."""
    story.check()


@stories(
    """
    # The initiator shares before the other has come: teams>sfb
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    share_desktop ann       | chat=offered:ann | open_meeting_menu ann
    accept_meeting ann      | chat=escalated:ann meeting=creating:ann | create_teams_meeting
    meeting_created service | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    start_sharing ann       | meeting=sent_sharing:ann     | -
    link_delivered service  | meeting=invited_sharing:ann  | guide_to_join bob
    join_meeting bob        | meeting=initiator_shares:ann
        use_browser bob, join_authenticated bob, offer_sharing_tray bob, start_showing bob
    leave_meeting bob       | meeting=invited_sharing:ann  | announce_departure ann
    join_meeting bob        | meeting=initiator_shares:ann
        use_browser bob, join_authenticated bob, offer_sharing_tray bob, start_showing bob
    stop_sharing ann        | meeting=together:ann         | stop_showing bob
    start_sharing bob       | meeting=peer_shares:ann      | start_showing ann

    # The same from a call, and from SfB: sfb>teams
    call_audio ann          | call=ringing:ann | ring_audio bob, open_interop_window ann
    accept_call bob         | call=connected   | stop_ringing both, connect_media both, show_interop_banner bob
    share_desktop ann       | call=offered:ann | announce_meeting ann, warn_call_will_end ann
    accept_meeting ann      | call=escalating:ann meeting=creating:ann | create_sfb_meeting
    meeting_created service | chat=escalated:ann call=ended meeting=sent:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, connect_gateway, open_thread both,
        open_interop_window ann, show_interop_banner bob, relay, deliver_join_link bob
    start_sharing ann       | meeting=sent_sharing:ann | -
    share_file ann          | stays                    | -
    start_sharing bob       | refused ESC-4            | resend_link ann
    stop_sharing ann        | meeting=sent:ann         | -
    start_sharing ann       | meeting=sent_sharing:ann | -
    link_delivered service  | meeting=invited_sharing:ann | guide_to_join bob
    join_meeting bob        | meeting=initiator_shares:ann was=continued
        use_sfb_client bob, join_authenticated bob, offer_sharing_tray bob, start_showing bob
    start_sharing bob       | refused DEC-17           | stop_sharing ann

    # The initiator goes on sharing while the link is lost and sent again: teams>sfb
    open_chat ann            | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    meet_now ann             | chat=escalated:ann meeting=creating:ann | create_teams_meeting
    meeting_created service  | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    start_sharing ann        | meeting=sent_sharing:ann | -
    link_undelivered service | meeting=open_sharing:ann | report_link_undelivered ann
    resend_link ann          | meeting=sent_sharing:ann | relay, deliver_join_link bob
    join_timed_out service   | chat=interop meeting=ended | close_meeting ann, dismiss_meeting
    """
)
def test_the_initiator_shares_as_soon_as_they_are_in(story: Story) -> None:
    """On acceptance the initiator is put in the meeting and finds the sharing tray there; the link travels meanwhile.

    It was refused to whoever is in the meeting by themselves; and whoever joined later, or came back, saw nothing.
    """
    story.check()


@stories(
    """
    # The Teams user calls, the SfB user opens the chat, and it drains like any session of theirs: teams>sfb
    call_audio ann          | call=ringing:ann | ring_audio bob, open_interop_window bob
    accept_call bob         | call=connected   | stop_ringing both, connect_media both, show_interop_banner ann
    open_chat bob           | chat=interop:bob
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    hang_up ann             | call=ended was=ended:ann  | end_call bob
    becomes teams>teams     | chat=draining_interop:bob | -
    send_text bob           | stays                     | relay, deliver_plain_text ann
    session_expired service | chat=locked               | end_session bob, lock_thread ann, disconnect_gateway
    send_text ann           | refused THR-1             | open_chat

    # The SfB user calls, the Teams user opens the chat, and it is locked like any thread of theirs: sfb>teams
    call_audio ann          | call=ringing:ann | ring_audio bob, open_interop_window ann
    accept_call bob         | call=connected   | stop_ringing both, connect_media both, show_interop_banner bob
    open_chat bob           | chat=interop:bob
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    hang_up ann             | call=ended was=ended:ann | end_call bob
    becomes sfb>sfb         | chat=locked   | lock_thread bob, end_session ann, disconnect_gateway
    send_text ann           | chat=native   | open_thread both, deliver_text bob

    # The SfB user's session expires in a thread that the Teams user opened: teams>sfb
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    session_expired service | chat=one_sided | end_session bob, disconnect_gateway
    send_text ann           | chat=interop
        connect_gateway, open_thread bob, open_interop_window bob, relay, deliver_plain_text bob

    # The Teams user keeps the thread when the session expires, whoever opened it: sfb>teams
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    session_expired service | chat=one_sided:bob | end_session ann, disconnect_gateway
    send_text bob           | chat=interop:bob
        connect_gateway, open_thread ann, open_interop_window ann, relay, deliver_plain_text ann
    session_expired service | chat=one_sided:bob | end_session ann, disconnect_gateway
    becomes sfb>sfb         | chat=locked        | lock_thread bob

    # The SfB user begins anew, and from then on it is theirs: teams>sfb
    open_chat ann           | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    session_expired service | chat=one_sided   | end_session bob, disconnect_gateway
    open_chat bob           | chat=interop:bob | connect_gateway, open_thread bob, open_interop_window bob
    becomes teams>teams     | chat=draining_interop:bob | -
    send_text ann           | stays            | relay, deliver_plain_text bob

    # The SfB user closes their window, and the Teams user writes on in the same thread: teams>sfb
    open_chat ann  | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    close_chat bob | chat=one_sided | disconnect_gateway
    send_text ann  | chat=interop
        connect_gateway, open_thread bob, open_interop_window bob, relay, deliver_plain_text bob
    close_chat ann | stays          | -
    send_text bob  | stays          | relay, deliver_plain_text ann

    # The SfB user closes their window beside a menu of the Teams user's, who asks again: teams>sfb
    open_chat ann     | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    share_desktop ann | chat=offered:ann | open_meeting_menu ann
    close_chat bob    | chat=one_sided   | close_menu ann, disconnect_gateway
    share_desktop ann | chat=offered:ann
        connect_gateway, open_thread bob, open_interop_window bob, open_meeting_menu ann

    # Closing it in Teams does not end a session that drains: sfb>teams
    open_chat ann   | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    becomes sfb>sfb | chat=draining_interop | -
    close_chat bob  | stays                 | -
    send_text ann   | stays                 | relay, deliver_plain_text bob
    close_chat ann  | chat=locked           | lock_thread bob, disconnect_gateway
    """
)
def test_a_thread_is_whose_who_opened_it(story: Story) -> None:
    """Each side has its own: the Teams user's thread persists, the SfB user's ends with its session or its window.

    All went by who began the conversation: after a call, a thread that the other opened expired, drained or was locked
    by the wrong side, the same after it was opened again, and a closed SfB window closed the Teams user's thread.
    """
    story.check()


@stories(
    """
    # The Teams user has no chat, so nothing is escalated from their call, which goes on: no-chat>sfb
    call_audio ann      | call=ringing:ann | ring_audio bob, open_interop_window bob
    accept_call bob     | call=connected   | stop_ringing both, connect_media both, show_interop_banner ann
    share_desktop ann   | refused POL-1 'the originator has no chat in Teams' | 'AllowUserChat true'
    share_desktop bob   | refused POL-1 'the originator has no chat in Teams' | 'AllowUserChat true'
    add_participant ann | refused POL-1    | 'AllowUserChat true'
    add_participant bob | refused POL-1    | 'AllowUserChat true'
    meet_now ann        | refused POL-1    | 'AllowUserChat true'
    meet_now bob        | refused POL-1    | 'AllowUserChat true'
    add_video bob       | stays            | show_video ann
    becomes teams>sfb   | stays            | -
    share_desktop ann   | call=offered:ann | open_meeting_menu ann, warn_call_will_end ann

    # The other party has no chat: sfb>no-chat
    call_audio ann      | call=ringing:ann | ring_audio bob, open_interop_window ann
    accept_call bob     | call=connected   | stop_ringing both, connect_media both, show_interop_banner bob
    share_desktop ann   | refused POL-1 'the recipient has no chat in Teams' | 'AllowUserChat true'
    meet_now ann        | refused POL-1    | 'AllowUserChat true'
    meet_now bob        | refused POL-1    | 'AllowUserChat true'
    hang_up ann         | call=ended was=ended:ann | end_call bob

    # Chat is turned off while the menu is open: teams>sfb
    open_chat ann       | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    share_desktop ann   | chat=offered:ann | open_meeting_menu ann
    becomes no-chat>sfb | stays            | -
    accept_meeting ann  | refused POL-1    | decline_meeting, 'AllowUserChat true'
    decline_meeting ann | chat=interop     | close_menu ann
    share_desktop bob   | refused POL-1    | 'AllowUserChat true'

    # Chat is turned off while the meeting is made: no link is sent, so there is none to follow: sfb>teams
    call_audio ann          | call=ringing:ann | ring_audio bob, open_interop_window ann
    accept_call bob         | call=connected   | stop_ringing both, connect_media both, show_interop_banner bob
    meet_now ann            | call=escalating:ann meeting=creating:ann | create_sfb_meeting
    becomes sfb>no-chat     | stays            | -
    meeting_created service | call=ended meeting=open:ann was=superseded:ann
        put_in_meeting ann, offer_sharing_tray ann, end_call both, report_link_undelivered ann
    link_delivered service  | not applicable
    resend_link ann         | refused POL-1    | 'AllowUserChat true'
    join_meeting bob        | refused ESC-4
    becomes sfb>teams       | stays            | -
    join_meeting bob        | refused ESC-4    | resend_link ann
    resend_link ann         | chat=escalated:ann meeting=sent:ann
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob, relay,
        deliver_join_link bob
    join_meeting bob        | refused ESC-4    | resend_link ann
    link_delivered service  | meeting=invited:ann | guide_to_join bob
    join_meeting bob        | meeting=together:ann was=continued
        use_sfb_client bob, join_authenticated bob, offer_sharing_tray bob

    # A link that was lost leads nowhere until it is sent again: teams>sfb
    open_chat ann            | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    meet_now ann             | chat=escalated:ann meeting=creating:ann | create_teams_meeting
    meeting_created service  | meeting=sent:ann
        put_in_meeting ann, offer_sharing_tray ann, relay, deliver_join_link bob
    link_undelivered service | meeting=open:ann | report_link_undelivered ann
    link_delivered service   | not applicable
    join_meeting bob         | refused ESC-4    | resend_link ann
    """
)
def test_no_escalation_that_cannot_be_completed(story: Story) -> None:
    """The link goes by chat, so that where the two cannot chat it cannot travel, and nobody can follow it (ESC-4).

    The menu opened all the same, the call ended for a meeting that nobody could come to, sending the link again was
    accepted for ever without effect, and so was joining by a link that was never sent.
    """
    story.check()


MEETING = {"share_desktop", "meet_now", "accept_meeting", "meeting_created", "link_delivered", "join_meeting"}


@pytest.mark.parametrize("who", ["ann", "bob"])
@pytest.mark.parametrize("event", ["send_rich_text", "send_file", "add_participant", "share_desktop", "meet_now"])
@pytest.mark.parametrize(
    ("pairing", "given"),
    [
        ("teams>sfb then no-chat>sfb", "chat=interop"),
        ("sfb>teams then sfb>no-chat", "chat=interop"),
        ("teams>sfb then no-chat>sfb", "chat=one_sided"),
        ("no-chat>sfb", "call=connected"),
        ("sfb>no-chat", "call=connected"),
    ],
)
def test_a_limit_names_no_way_out_that_is_barred(pairing: str, given: str, event: str, who: str) -> None:
    """A meeting was named as the way out though no link to it could be sent."""
    refusal = place(pairing, given).why_not(known.event(event), WHO[who])
    assert isinstance(refusal, fsm.Refusal)
    assert MEETING.isdisjoint(way.event for way in refusal.ways)


@stories(
    """
    # A call from a session that drains across the gateway goes across: sfb>teams
    open_chat ann          | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    becomes sfb>sfb        | chat=draining_interop | -
    call_audio ann         | call=ringing_draining_interop:ann | ring_audio bob
    accept_call bob        | call=draining_interop | stop_ringing both, connect_media both
    share_desktop ann      | refused DEC-9         | hang_up
    hang_up ann            | call=ended was=ended:ann | end_call bob
    close_chat ann         | chat=locked           | lock_thread bob, disconnect_gateway
    call_audio ann         | call=ringing:ann was=none | ring_audio bob

    # A call from a session between SfB users that drains rings in SfB still: sfb>sfb
    open_chat ann           | chat=native           | open_thread both
    becomes sfb>teams       | chat=draining         | -
    call_video bob          | call=ringing_draining:bob | ring_video ann
    no_answer service       | call=ended was=missed:bob | stop_ringing both
    session_expired service | chat=expired          | end_session both
    call_video bob          | call=ringing:bob was=none | ring_video ann, open_interop_window ann

    # Until the offered switch is taken a call goes the way of the text thread: federated teams>sfb
    open_chat ann                 | chat=interop
        connect_gateway, open_thread both, open_interop_window bob, show_interop_banner ann
    becomes federated teams>teams | chat=switch_offered | offer_native_thread both
    call_audio ann                | call=ringing_draining_interop:ann | ring_audio bob
    accept_call bob               | call=draining_interop | stop_ringing both, connect_media both
    share_desktop ann             | refused DEC-9         | hang_up
    hang_up bob                   | call=ended was=ended:bob | end_call ann
    switch_to_native ann          | chat=switched
        withdraw_native_offer both, lock_thread both, disconnect_gateway, open_thread both
    call_audio ann                | call=ringing:ann was=none | ring_audio bob
    accept_call bob               | call=connected        | stop_ringing both, connect_media both

    # A call along a thread that drains ends with what bars the two: sfb>teams
    open_chat ann       | chat=interop
        connect_gateway, open_thread both, open_interop_window ann, show_interop_banner bob
    becomes sfb>sfb     | chat=draining_interop | -
    call_audio bob      | call=ringing_draining_interop:bob | ring_audio ann
    becomes sfb>islands | chat=locked call=ended was=failed
        end_session ann, lock_thread bob, disconnect_gateway, stop_ringing both, report_failure both

    # After the session the Teams user calls from the thread, and the SfB user anew: islands>sfb as routed
    open_chat ann           | chat=interop | connect_gateway, open_thread both, show_interop_banner both
    call_audio bob          | call=ringing:bob | ring_audio ann
    decline_call ann        | call=ended was=ended:ann | stop_ringing both
    session_expired service | chat=one_sided | end_session bob, disconnect_gateway
    call_audio bob          | refused DEC-35 'another conversation'
    send_text bob           | refused DEC-35 'another conversation'
    call_audio ann          | call=ringing:ann was=none | ring_audio bob
    """
)
def test_a_call_goes_the_way_of_its_thread(story: Story) -> None:
    """From Teams for as long as the thread lives, from SfB until the session ends (THR-4).

    A call from a thread was routed anew: beside a session that drains, or with the switch only offered, it rang
    natively; and what an SfB user began after their session was taken to reach the other in Teams wherever they are.
    """
    story.check()
