"""Each invariant catches a step made up to break it, and no step of any table or story breaks one."""

from __future__ import annotations

import pytest

import fsm
from fsm.engine.conversation import PROGRAMS
from fsm.notation import Claim, Step
from fsm.spec.claims.always import ALWAYS
from fsm.spec.routing import views
from tests.spec.tables import PAIRS, Places, Seen, effects, parse, places


def holds(claim: Claim, step: Step) -> bool:
    assert claim.step is not None
    return claim.step(step)


NAMED = {invariant.name: invariant for invariant in ALWAYS}
BREACHES = parse(
    """
    invariant | pairing | event | given | then | effects
    thread-agrees-with-route       | teams>teams         | open_chat          |                      | chat=interop
    thread-agrees-with-route       | teams>sfb           | open_chat          |                      | chat=native
    thread-agrees-with-route       | teams>sfb           | change             | chat=interop
        => chat=switch_offered
    thread-agrees-with-route       | federated teams>sfb | switch_to_native   | chat=switch_offered  | chat=switched
    thread-agrees-with-route       | islands>sfb         | share_desktop      | chat=interop         | chat=offered:ann
    thread-agrees-with-route       | sfb>islands         | change             | chat=interop         | chat=interop
    thread-agrees-with-route       | teams>teams         | change             | chat=one_sided       | chat=one_sided
    only-plain-text-crosses        | teams>sfb           | send_rich_text     | chat=interop         | chat=interop
        deliver_rich_text bob
    only-plain-text-crosses        | teams>sfb           | send_emoticon      | chat=interop         | chat=interop
        deliver_emoticon bob
    only-plain-text-crosses        | sfb>teams           | send_file          | chat=escalated:ann
        => chat=escalated:ann
        deliver_file bob
    only-plain-text-crosses        | sfb>teams           | share_desktop      | chat=interop         | chat=interop
        show_screen bob
    only-plain-text-crosses        | teams>sfb           | add_participant    | chat=interop         | chat=interop
        start_group both
    both-are-told                  | teams>sfb           | open_chat          |                      | chat=interop
        open_thread both
    both-are-told                  | teams>sfb           | open_chat          |                      | chat=interop
        open_thread both, show_interop_banner ann
    both-are-told                  | teams>sfb           | open_chat          |                      | chat=interop
        open_thread both, show_interop_banner both, open_interop_window bob
    both-are-told                  | teams>sfb           | send_text          | chat=one_sided       | chat=interop
        open_thread bob
    bar-only-for-guessing-clients  | sfb>sfb             | voicemail_answered | call=ringing:ann
        => call=with_service:ann
        show_business_bar ann
    bar-only-for-guessing-clients  | teams>sfb           | open_chat          |                      | chat=interop
        show_business_bar ann
    meeting-on-initiators-platform | teams>sfb           | accept_meeting     | chat=offered:ann
        => meeting=creating:ann
        create_sfb_meeting
    meeting-on-initiators-platform | teams>sfb           | accept_meeting     | chat=offered:bob
        => meeting=creating:bob
        create_teams_meeting
    meet-now-is-allowed            | no-meet-now>sfb     | meet_now           | chat=interop
        => meeting=creating:ann
        create_teams_meeting
    superseded-only-by-a-meeting   | teams>sfb           | hang_up            | call=connected
        => call=ended was=superseded:ann
    superseded-only-by-a-meeting   | teams>sfb           | accept_meeting     | call=offered:ann
        => call=ended meeting=creating:ann was=superseded:ann
    never-in-two-places            | teams>sfb           | meeting_created    | call=escalating:ann meeting=creating:ann
        => call=escalating:ann meeting=open:ann
    never-in-two-places            | teams>sfb           | call_audio         | meeting=together:ann
        => call=ringing:ann meeting=together:ann
    sharing-is-asked-for           | teams>sfb           | join_meeting       | meeting=invited:ann
        => meeting=together:ann
        start_showing bob
    sharing-is-asked-for           | teams>sfb           | join_meeting       | meeting=sent_sharing:ann
        => meeting=initiator_shares:ann
        start_showing bob
    sharing-is-asked-for           | teams>sfb           | meeting_created    | meeting=creating:ann | meeting=open:ann
        start_showing bob
    locked-is-silent               | teams>teams         | send_text          | chat=locked          | chat=locked
        deliver_text bob
    locked-is-silent               | teams>teams         | send_text          | chat=locked          | chat=locked
        deliver_plain_text bob
    one-escalation                 | teams>sfb           | share_desktop      | chat=offered:ann call=connected
        => chat=offered:ann call=offered:bob
    one-escalation                 | teams>sfb           | share_desktop      | chat=interop meeting=open:ann
        => chat=offered:bob meeting=open:ann
    link-goes-to-the-peer          | teams>sfb           | meeting_created    | meeting=creating:ann
        => chat=escalated:ann meeting=open:ann
        deliver_join_link ann
    link-goes-to-the-peer          | teams>sfb           | resend_link        | chat=locked meeting=open:ann
        => chat=locked meeting=open:ann
        deliver_join_link bob
    joins-by-link                  | teams>sfb           | join_meeting       | meeting=open:ann
        => meeting=together:ann
        join_authenticated bob
    joins-by-link                  | teams>sfb           | join_meeting       | meeting=sent:ann
        => meeting=together:ann
        join_authenticated bob
    joins-by-link                  | teams>sfb           | join_meeting       | meeting=sent_sharing:ann
        => meeting=initiator_shares:ann
        join_anonymous bob
    joins-by-link                  | teams>sfb           | join_meeting       | meeting=creating:ann
        => meeting=together:ann
        join_anonymous bob
    """
)


def moment(
    pairing: fsm.Pairing,
    event: str,
    before: Places,
    after: Places,
    sent: tuple[tuple[str, str], ...],
) -> Step:
    """A step of a conversation of this pairing."""
    start: dict[str, fsm.At] = {name: lifecycle.initial for name, lifecycle in fsm.LIFECYCLES.items()}
    return Step(
        event,
        start | dict(before.items()),
        start | dict(after.items()),
        sent,
        PROGRAMS.under(views(pairing)).profile.holds,
    )


@pytest.mark.parametrize("row", BREACHES, ids=lambda row: f"{row['invariant']}: {row['event']} to {row['then']}")
def test_breach_is_caught(row: dict[str, str]) -> None:
    sent = tuple(effects(row["effects"]))
    step = moment(PAIRS[row["pairing"]], row["event"], places(row["given"]), places(row["then"]), sent)
    assert not holds(NAMED[row["invariant"]], step)


def test_every_invariant_is_breached() -> None:
    assert {row["invariant"] for row in BREACHES} == set(NAMED)


@pytest.mark.parametrize("invariant", ALWAYS, ids=lambda invariant: invariant.name)
def test_every_step_told_of_keeps_it(invariant: Claim, everything_played: Seen) -> None:
    for pairing, before, after, outcome in everything_played.steps:
        step = moment(pairing, outcome.event, before, after, tuple((name, to) for name, to in outcome.effects))
        assert holds(invariant, step), f"{outcome} at {before} of {pairing}"
