"""Where a new conversation lands, every mode against every mode; and whose presence is shown.

T is Teams, S is SfB: "interop T>S" starts from Teams and lands in SfB; "fed." is federated. A rule id is the rule that
refuses; where two do and neither goes first by rule, both are named. A grid holds for all surroundings in its heading.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

import fsm
from tests.people import standing
from tests.spec.tables import PAIRS, parse, place

ISLANDS_ON = {"Islands T": "teams-windows", "Islands S": "sfb-current"}
MODES = {
    "TeamsOnly": fsm.Mode.TEAMS_ONLY,
    "SfBOnly": fsm.Mode.SFB_ONLY,
    "Collab": fsm.Mode.SFB_WITH_TEAMS_COLLAB,
    "Meetings": fsm.Mode.SFB_WITH_TEAMS_COLLAB_AND_MEETINGS,
    "Islands": fsm.Mode.ISLANDS,
    **dict.fromkeys(ISLANDS_ON, fsm.Mode.ISLANDS),
}
SURROUNDINGS: dict[str, dict[str, Any]] = {
    "in-tenant": {},
    "in-tenant, online": {"topology": "online"},
    "in-tenant, federation off": {"federation_allowed": False},
    "in-tenant, on-premises": {"topology": "on-prem"},
    "federated": {"scope": "federated"},
    "federated, on-premises": {"scope": "federated", "topology": "on-prem"},
    "federated, clouds apart": {"scope": "federated", "same_cloud": False},
    "federated, federation off": {"scope": "federated", "federation_allowed": False},
    "federated, clouds apart, federation off": {
        "scope": "federated",
        "same_cloud": False,
        "federation_allowed": False,
    },
}
GRIDS = """
# in-tenant; in-tenant, online; in-tenant, federation off
          | TeamsOnly   | SfBOnly     | Collab      | Meetings    | Islands
TeamsOnly | native T>T  | interop T>S | interop T>S | interop T>S | native T>T
SfBOnly   | interop S>T | skype S>S   | skype S>S   | skype S>S   | skype S>S
Collab    | interop S>T | skype S>S   | skype S>S   | skype S>S   | skype S>S
Meetings  | interop S>T | skype S>S   | skype S>S   | skype S>S   | skype S>S
Islands T | native T>T  | INT-4       | INT-4       | INT-4       | native T>T
Islands S | INT-4       | skype S>S   | skype S>S   | skype S>S   | skype S>S

# in-tenant as routed; in-tenant, online as routed
          | TeamsOnly   | SfBOnly     | Collab      | Meetings    | Islands
TeamsOnly | native T>T  | interop T>S | interop T>S | interop T>S | native T>T
SfBOnly   | interop S>T | skype S>S   | skype S>S   | skype S>S   | skype S>S
Collab    | interop S>T | skype S>S   | skype S>S   | skype S>S   | skype S>S
Meetings  | interop S>T | skype S>S   | skype S>S   | skype S>S   | skype S>S
Islands T | native T>T  | interop T>S | interop T>S | interop T>S | native T>T
Islands S | interop S>T | skype S>S   | skype S>S   | skype S>S   | skype S>S

# in-tenant, on-premises
          | TeamsOnly      | SfBOnly        | Collab         | Meetings       | Islands
TeamsOnly | native T>T     | RTE-8          | RTE-8          | RTE-8          | native T>T
SfBOnly   | RTE-8          | skype S>S      | skype S>S      | skype S>S      | skype S>S
Collab    | RTE-8          | skype S>S      | skype S>S      | skype S>S      | skype S>S
Meetings  | RTE-8          | skype S>S      | skype S>S      | skype S>S      | skype S>S
Islands T | native T>T     | INT-4 or RTE-8 | INT-4 or RTE-8 | INT-4 or RTE-8 | native T>T
Islands S | INT-4 or RTE-8 | skype S>S      | skype S>S      | skype S>S      | skype S>S

# in-tenant, on-premises as routed
          | TeamsOnly  | SfBOnly   | Collab    | Meetings  | Islands
TeamsOnly | native T>T | RTE-8     | RTE-8     | RTE-8     | native T>T
SfBOnly   | RTE-8      | skype S>S | skype S>S | skype S>S | skype S>S
Collab    | RTE-8      | skype S>S | skype S>S | skype S>S | skype S>S
Meetings  | RTE-8      | skype S>S | skype S>S | skype S>S | skype S>S
Islands T | native T>T | RTE-8     | RTE-8     | RTE-8     | native T>T
Islands S | RTE-8      | skype S>S | skype S>S | skype S>S | skype S>S

# federated; federated, on-premises
          | TeamsOnly        | SfBOnly          | Collab           | Meetings         | Islands
TeamsOnly | native fed. T>T  | interop fed. T>S | interop fed. T>S | interop fed. T>S | INT-3
SfBOnly   | interop fed. S>T | skype S>S        | skype S>S        | skype S>S        | skype S>S
Collab    | interop fed. S>T | skype S>S        | skype S>S        | skype S>S        | skype S>S
Meetings  | interop fed. S>T | skype S>S        | skype S>S        | skype S>S        | skype S>S
Islands T | INT-4            | INT-4            | INT-4            | INT-4            | INT-3 or INT-4
Islands S | INT-4            | skype S>S        | skype S>S        | skype S>S        | skype S>S

# federated as routed; federated, on-premises as routed
          | TeamsOnly        | SfBOnly          | Collab           | Meetings         | Islands
TeamsOnly | native fed. T>T  | interop fed. T>S | interop fed. T>S | interop fed. T>S | interop fed. T>S
SfBOnly   | interop fed. S>T | skype S>S        | skype S>S        | skype S>S        | skype S>S
Collab    | interop fed. S>T | skype S>S        | skype S>S        | skype S>S        | skype S>S
Meetings  | interop fed. S>T | skype S>S        | skype S>S        | skype S>S        | skype S>S
Islands T | interop fed. T>T | interop fed. T>S | interop fed. T>S | interop fed. T>S | interop fed. T>S
Islands S | interop fed. S>T | skype S>S        | skype S>S        | skype S>S        | skype S>S

# federated, clouds apart
          | TeamsOnly        | SfBOnly          | Collab           | Meetings         | Islands
TeamsOnly | interop fed. T>T | interop fed. T>S | interop fed. T>S | interop fed. T>S | INT-3
SfBOnly   | interop fed. S>T | skype S>S        | skype S>S        | skype S>S        | skype S>S
Collab    | interop fed. S>T | skype S>S        | skype S>S        | skype S>S        | skype S>S
Meetings  | interop fed. S>T | skype S>S        | skype S>S        | skype S>S        | skype S>S
Islands T | INT-4            | INT-4            | INT-4            | INT-4            | INT-3 or INT-4
Islands S | INT-4            | skype S>S        | skype S>S        | skype S>S        | skype S>S

# federated, federation off; federated, clouds apart, federation off; federated, federation off as routed
          | TeamsOnly | SfBOnly | Collab | Meetings | Islands
TeamsOnly | RTE-9     | RTE-9   | RTE-9  | RTE-9    | RTE-9
SfBOnly   | RTE-9     | RTE-9   | RTE-9  | RTE-9    | RTE-9
Collab    | RTE-9     | RTE-9   | RTE-9  | RTE-9    | RTE-9
Meetings  | RTE-9     | RTE-9   | RTE-9  | RTE-9    | RTE-9
Islands T | RTE-9     | RTE-9   | RTE-9  | RTE-9    | RTE-9
Islands S | RTE-9     | RTE-9   | RTE-9  | RTE-9    | RTE-9
"""
ON_PREM_ORIGINATOR = """
# in-tenant
          | TeamsOnly   | SfBOnly        | Collab         | Meetings       | Islands
SfBOnly   | interop S>T | skype S>S      | skype S>S      | skype S>S      | skype S>S
Collab    | interop S>T | skype S>S      | skype S>S      | skype S>S      | skype S>S
Meetings  | interop S>T | skype S>S      | skype S>S      | skype S>S      | skype S>S
Islands T | native T>T  | INT-4 or RTE-6 | INT-4 or RTE-6 | INT-4 or RTE-6 | native T>T
Islands S | INT-4       | skype S>S      | skype S>S      | skype S>S      | skype S>S

# in-tenant as routed
          | TeamsOnly   | SfBOnly   | Collab    | Meetings  | Islands
Islands T | native T>T  | RTE-6     | RTE-6     | RTE-6     | native T>T
Islands S | interop S>T | skype S>S | skype S>S | skype S>S | skype S>S

# federated as routed
          | TeamsOnly        | SfBOnly   | Collab    | Meetings  | Islands
SfBOnly   | interop fed. S>T | skype S>S | skype S>S | skype S>S | skype S>S
Collab    | interop fed. S>T | skype S>S | skype S>S | skype S>S | skype S>S
Meetings  | interop fed. S>T | skype S>S | skype S>S | skype S>S | skype S>S
Islands T | RTE-6            | RTE-6     | RTE-6     | RTE-6     | RTE-6
Islands S | interop fed. S>T | skype S>S | skype S>S | skype S>S | skype S>S
"""
ON_PREM_RECIPIENT = """
# in-tenant as routed
          | SfBOnly     | Collab      | Meetings    | Islands
TeamsOnly | interop T>S | interop T>S | interop T>S | native T>T
SfBOnly   | skype S>S   | skype S>S   | skype S>S   | skype S>S
Islands T | interop T>S | interop T>S | interop T>S | native T>T
Islands S | skype S>S   | skype S>S   | skype S>S   | skype S>S

# federated as routed
          | SfBOnly          | Collab           | Meetings         | Islands
TeamsOnly | interop fed. T>S | interop fed. T>S | interop fed. T>S | interop fed. T>S
SfBOnly   | skype S>S        | skype S>S        | skype S>S        | skype S>S
Islands T | interop fed. T>S | interop fed. T>S | interop fed. T>S | interop fed. T>S
Islands S | skype S>S        | skype S>S        | skype S>S        | skype S>S
"""


def cells(text: str) -> list[Any]:
    """Surroundings, originator, recipient and what the grid says of them."""
    found = []
    for part in re.split(r"^# ", text, flags=re.MULTILINE)[1:]:
        heading, _, grid = part.partition("\n")
        head, *rows = [[cell.strip() for cell in line.split("|")] for line in grid.strip("\n").splitlines()]
        for around in heading.split("; "):
            for first, *row in rows:
                for second, expected in zip(head[1:], row, strict=True):
                    name = f"{around}: {first} to {second}"
                    found.append(pytest.param(around, first, second, expected, id=name))
    return found


def check(around: str, first: str, second: str, expected: str, a: Any = None, b: Any = None) -> None:
    """Hold the route of a pairing against a cell of a grid."""
    name, _, reading = around.partition(" as ")
    pairing = fsm.Pairing(
        fsm.Participant("ann@contoso.com", MODES[first], **{"client": ISLANDS_ON.get(first), **(a or {})}),
        fsm.Participant("bob@contoso.com", MODES[second], **(b or {})),
        islands_interop="as-routed" if reading else "never",
        **SURROUNDINGS[name],
    )
    route = fsm.route(pairing)
    if ">" in expected:
        kind, _, sides = expected.replace(" fed.", "-federated").partition(" ")
        assert route.recipient_on, route
        assert (route.kind, f"{route.originator_on[0]}>{route.recipient_on[0]}".upper()) == (kind, sides)
        assert route.refusal is None
    else:
        assert route.kind is fsm.RouteKind.IMPOSSIBLE
        assert route.recipient_on is None
        assert route.refusal
        assert route.refusal.rule in expected.split(" or ")
        assert route.refusal.message
        assert route.refusal.instead


@pytest.mark.rules("RTE-1", "RTE-2", "RTE-3", "RTE-4", "RTE-5", "RTE-7", "INT-2", "MODE-1", "ISL-1")
@pytest.mark.parametrize(("around", "first", "second", "expected"), cells(GRIDS))
def test_route(around: str, first: str, second: str, expected: str) -> None:
    check(around, first, second, expected)


@pytest.mark.rules("RTE-6", "MODE-2")
@pytest.mark.parametrize(("around", "first", "second", "expected"), cells(ON_PREM_ORIGINATOR))
def test_route_from_on_premises(around: str, first: str, second: str, expected: str) -> None:
    check(around, first, second, expected, a={"homing": "on-prem"})


@pytest.mark.rules("RTE-6", "MODE-2")
@pytest.mark.parametrize(("around", "first", "second", "expected"), cells(ON_PREM_RECIPIENT))
def test_route_to_on_premises(around: str, first: str, second: str, expected: str) -> None:
    check(around, first, second, expected, b={"homing": "on-prem"})


@pytest.mark.rules("DEC-7")
def test_a_client_off_its_platform_is_the_default_one() -> None:
    """An Islands user with a phone in hand is met on SfB, in a current client, which can escalate."""
    phone = fsm.Pairing(
        fsm.Participant("ann@contoso.com", fsm.Mode.TEAMS_ONLY),
        fsm.Participant("bob@fabrikam.com", fsm.Mode.ISLANDS, client=fsm.Client.TEAMS_MOBILE),
        scope=fsm.Scope.FEDERATED,
        islands_interop=fsm.IslandsInterop.AS_ROUTED,
    )
    assert standing(phone, "chat=interop").may("share_desktop", "recipient")


@pytest.mark.rules("PRS-1", "PRS-2", "PRS-3")
@pytest.mark.parametrize(
    "row",
    parse(
        """
        publisher                     | watcher | scope     | shows
        TeamsOnly                     | teams   | in-tenant | teams
        TeamsOnly                     | sfb     | in-tenant | teams
        TeamsOnly                     | teams   | federated | teams
        TeamsOnly                     | sfb     | federated | teams
        SfBOnly                       | teams   | in-tenant | sfb
        SfBOnly                       | sfb     | in-tenant | sfb
        SfBOnly                       | teams   | federated | sfb
        SfBOnly                       | sfb     | federated | sfb
        SfBWithTeamsCollab            | teams   | in-tenant | sfb
        SfBWithTeamsCollab            | sfb     | in-tenant | sfb
        SfBWithTeamsCollab            | teams   | federated | sfb
        SfBWithTeamsCollab            | sfb     | federated | sfb
        SfBWithTeamsCollabAndMeetings | teams   | in-tenant | sfb
        SfBWithTeamsCollabAndMeetings | sfb     | in-tenant | sfb
        SfBWithTeamsCollabAndMeetings | teams   | federated | sfb
        SfBWithTeamsCollabAndMeetings | sfb     | federated | sfb
        Islands                       | teams   | in-tenant | teams
        Islands                       | sfb     | in-tenant | sfb
        Islands                       | teams   | federated | sfb
        Islands                       | sfb     | federated | sfb
        """
    ),
    ids=lambda row: "{publisher} to a watcher on {watcher}, {scope}".format(**row),
)
def test_presence(row: dict[str, str]) -> None:
    who = fsm.Participant("ann@contoso.com", fsm.Mode(row["publisher"]))
    assert fsm.presence(who, fsm.Platform(row["watcher"]), fsm.Scope(row["scope"])) == row["shows"]


@pytest.mark.parametrize("who", ["Ann", ""])
def test_presence_to_nowhere(who: str) -> None:
    ann = fsm.Participant("ann@contoso.com", fsm.Mode.TEAMS_ONLY)
    with pytest.raises(ValueError, match=r"watcher_on: .* is not accepted; use one of teams, sfb"):
        fsm.presence(ann, who, fsm.Scope.IN_TENANT)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"scope: .* is not accepted; use one of in-tenant, federated"):
        fsm.presence(ann, fsm.Platform.SFB, who)  # type: ignore[arg-type]


@pytest.mark.rules("PRS-1", "PRS-2", "PRS-3", "PRS-4")
@pytest.mark.parametrize(
    "row",
    parse(
        """
        pairing                             | given                               | ann   | bob
        teams>sfb                           |                                     | teams | sfb
        teams>sfb                           | chat=interop                        | teams | sfb
        teams>islands                       |                                     | teams | teams
        teams>islands                       | chat=native                         | teams | teams
        sfb>islands                         |                                     | sfb   | sfb
        sfb>islands                         | call=connected                      | sfb   | sfb
        islands>sfb                         |                                     | sfb   | sfb
        islands on sfb>teams                |                                     | teams | teams
        islands>sfb as routed               |                                     | sfb   | sfb
        islands>sfb as routed               | chat=interop                        | teams | sfb
        sfb>sfb then islands>sfb as routed  | chat=closed                         | sfb   | sfb
        federated teams>islands as routed   | chat=interop                        | teams | sfb
        federated islands>teams as routed   |                                     | sfb   | teams
        federated islands>teams as routed   | chat=interop                        | teams | teams
        federated islands>teams as routed   | call=ringing:ann                    | teams | teams
        federated islands>teams as routed   | call=on_hold:bob                    | teams | teams
        federated islands>teams as routed   | call=offered:ann                    | teams | teams
        federated islands>teams as routed   | call=escalating:ann meeting=creating:ann | teams | teams
        federated islands>teams as routed   | chat=offered:bob                    | teams | teams
        federated islands>teams as routed   | chat=escalated:ann meeting=open:ann | teams | teams
        federated islands>teams as routed   | chat=closed                         | sfb   | teams
        federated islands>teams as routed   | call=ended was=ended:ann            | sfb   | teams
        teams>sfb then teams>teams          | chat=locked                         | teams | teams
        teams>teams then teams>sfb          | chat=locked                         | teams | sfb
        teams>sfb then teams>teams          | call=draining                       | teams | teams
        """
    ),
    ids=lambda row: f"{row['pairing']}, {row['given'] or 'before'}",
)
def test_presence_in_a_conversation(row: dict[str, str]) -> None:
    conversation = place(row["pairing"], row["given"])
    assert conversation.presence("originator") == row["ann"]
    assert conversation.presence("recipient") == row["bob"]


@pytest.mark.parametrize("who", ["service", "ann"])
def test_presence_of_nobody(who: str) -> None:
    with pytest.raises(ValueError, match=f"of: '{who}' is not accepted; use one of originator, recipient"):
        fsm.Conversation(PAIRS["teams>sfb"]).presence(who)  # type: ignore[arg-type]
