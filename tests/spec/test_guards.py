"""Each guard, on pairings that tell.

A guard about the pairing is asked of the pairing and answers both alike; one about a party is asked of Ann or Bob.
"""

from __future__ import annotations

from typing import Any

import pytest

import fsm
from fsm.notation import guards_of
from fsm.spec.guards import unbarred
from fsm.spec.routing import views
from tests.spec.tables import PAIRS, WHO, parse

GUARDS = {guard.name: guard for guard in (*guards_of(fsm.CONVERSATION), unbarred)}
TABLE = parse(
    """
    same_platform
      holds: teams>teams; sfb>sfb; legacy>sfb; federated teams>teams; federated sfb>sfb; teams>islands; sfb>islands
      fails: teams>sfb; sfb>teams; clouds teams>teams; islands>sfb; federation off; on-prem teams>sfb
    interop
      holds: teams>sfb; sfb>teams; teams>collab; teams>meetings; federated teams>sfb; clouds teams>teams;
      holds: islands>sfb as routed; islands on sfb>teams as routed; federated teams>islands as routed
      fails: teams>teams; sfb>sfb; federated teams>teams; islands>sfb; federated teams>islands; federation off
    native_federated
      holds: federated teams>teams
      fails: teams>teams; federated teams>sfb; federated sfb>sfb; clouds teams>teams
    interop_federated
      holds: federated teams>sfb; federated sfb>teams; clouds teams>teams; federated islands>teams as routed
      fails: teams>sfb; federated teams>teams; federated sfb>sfb; federation off
    has_sfb_side
      holds: teams>sfb; sfb>teams; sfb>sfb; federated sfb>teams; sfb>islands; islands>sfb as routed
      fails: teams>teams; teams>islands; clouds teams>teams; federated teams>teams
    across_clouds
      holds: clouds teams>teams; clouds no-meet-now>no-meet-now
      fails: federated teams>teams; federated teams>sfb; clouds teams>sfb; teams>teams
    same_cloud
      holds: teams>sfb; federated teams>sfb; federated islands>teams as routed
      fails: clouds teams>teams; clouds teams>sfb; clouds sfb>teams
    unbarred
      holds: teams>sfb; sfb>teams; federated teams>sfb; sfb>sfb; teams>teams; islands>sfb as routed
      holds: sfb>islands as routed; islands on-prem>sfb as routed
      fails: sfb>islands; teams>islands; islands>sfb; islands on sfb>teams; federated teams>islands; on-prem teams>sfb
      fails: federation off; federation off sfb>sfb; federation off teams>teams; federated sfb>islands
    lands_here
      holds: teams>sfb ann; teams>sfb bob; sfb>teams bob; clouds teams>teams bob; islands>sfb as routed ann
      holds: federated teams>islands as routed bob; teams>islands bob; sfb>islands bob
      fails: islands>sfb as routed bob; federated islands>teams as routed bob
    federation_allowed
      holds: federated teams>sfb; federated teams>teams; teams>sfb
      fails: federation off
    recipient_interoperates
      holds: teams>sfb; teams>islands; sfb>islands; federated teams>islands as routed
      fails: federated teams>islands
    originator_interoperates
      holds: teams>sfb; islands>teams; islands on sfb>sfb; islands>sfb as routed; islands on sfb>teams as routed
      fails: islands>sfb; islands on sfb>teams
    tenant_interoperates
      holds: teams>sfb; federated teams>sfb
      fails: on-prem teams>sfb
    homed_for_teams
      holds: teams>sfb; islands>sfb as routed
      fails: islands on-prem>sfb as routed
    on_teams
      holds: teams>sfb ann; sfb>teams bob; teams>teams bob; teams>islands bob; islands>sfb as routed ann
      fails: teams>sfb bob; sfb>teams ann; sfb>islands bob; federated teams>islands as routed bob
    on_sfb
      holds: teams>sfb bob; sfb>teams ann; sfb>islands bob; federated teams>islands as routed bob; teams>collab bob
      fails: teams>sfb ann; sfb>teams bob; teams>islands bob; clouds teams>teams bob
    can_share_content
      holds: teams>sfb ann; mac>sfb ann; web>sfb ann; sfb>teams bob
      fails: mobile>sfb ann; web without sharing>sfb ann; sfb>mobile bob
    recent_client
      holds: sfb>teams ann; teams>sfb bob; teams>collab bob
      fails: legacy>teams ann; teams>legacy bob
    may_chat
      holds: teams>sfb ann; teams>sfb bob; sfb, policies off>teams ann; teams>sfb, policies off bob; no-calls>sfb ann
      fails: no-chat>sfb ann; sfb>no-chat bob; no-chat>teams ann
    may_call
      holds: teams>sfb ann; teams>sfb bob; sfb, policies off>teams ann; teams>sfb, policies off bob; no-chat>sfb ann
      fails: no-calls>sfb ann; sfb>no-calls bob; no-calls>teams ann
    may_meet_now
      holds: teams>sfb ann; teams>sfb bob; sfb, policies off>teams ann; teams>sfb, policies off bob; no-chat>sfb ann
      fails: no-meet-now>sfb ann; sfb>no-meet-now bob; clouds no-meet-now>no-meet-now bob
    has_teams_account
      holds: teams>sfb bob; teams>collab bob
      fails: teams>no-account bob
    has_sfb_client
      holds: sfb>teams bob; teams>sfb ann
      fails: sfb>no-sfb-client bob
    runs_teams
      holds: teams>collab bob; teams>meetings bob; clouds teams>teams bob
      fails: teams>sfb bob; teams>no-account bob
    not_runs_teams
      holds: teams>sfb bob; teams>no-account bob
      fails: teams>collab bob; teams>meetings bob; clouds teams>teams bob
    not_lands_here
      holds: islands>sfb as routed bob; federated islands>teams as routed bob
      fails: teams>sfb bob; sfb>teams ann; islands>sfb as routed ann
    told_beforehand
      holds: teams>sfb bob; sfb>teams ann; federated sfb>teams ann; teams>collab bob; clouds teams>sfb bob
      fails: teams>legacy bob; sfb>sfb ann; islands>sfb as routed bob; teams>sfb ann
    not_told_beforehand
      holds: teams>legacy bob; sfb>sfb ann; islands>sfb as routed bob; teams>sfb ann
      fails: teams>sfb bob; sfb>teams ann
    told_by_bar
      holds: teams>legacy bob; legacy>teams ann; legacy>sfb ann
      fails: teams>sfb bob; teams>sfb ann; sfb>sfb ann
    not_told_by_bar
      holds: teams>sfb bob; teams>sfb ann; sfb>sfb ann
      fails: teams>legacy bob; legacy>teams ann; legacy>sfb ann
    """,
    "guard",
)


def asked() -> list[Any]:
    """Guard, of whom, and whether it holds."""
    found = []
    for row in TABLE:
        for part in row["guard"].replace("fails:", "holds:!").split("holds:")[1:]:
            for whom in filter(None, (name.strip() for name in part.lstrip("!").split(";"))):
                name = row["guard"].split()[0]
                holds = not part.startswith("!")
                found.append(pytest.param(name, whom, holds, id=f"{name} {'of' if holds else 'not of'} {whom}"))
    return found


@pytest.mark.parametrize(("name", "whom", "holds"), asked())
def test_guard(name: str, whom: str, holds: bool) -> None:
    guard = GUARDS[name]
    if guard.about is None:
        assert [guard.test(view) for view in views(PAIRS[whom])] == [holds, holds]
    else:
        pairing, _, who = whom.rpartition(" ")
        side = list(WHO).index(who)
        assert guard.test(views(PAIRS[pairing])[side]) is holds


def test_every_guard_is_asked_both_ways() -> None:
    cases = [param.values for param in asked()]
    assert {(name, holds) for name, _, holds in cases} == {(name, holds) for name in GUARDS for holds in (True, False)}


@pytest.mark.parametrize("guard", GUARDS.values(), ids=str)
def test_guard_tells_both_ways_and_by_which_rule(guard: fsm.notation.Guard) -> None:
    assert guard.says
    assert guard.otherwise
    assert guard.says != guard.otherwise
    assert set(guard.cites) <= set(fsm.RULES)
