"""Properties of the editions: who exists in each, and that an edition changes nothing else."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fsm.notation import of_every_pairing
from fsm.spec.editions import EDITIONS
from fsm.spec.facts import around, facts
from fsm.spec.parties import Homing, Mode, Pairing, Participant, Scope, Topology
from fsm.spec.routing import Route, route

BASE, RETIRED, NOW = EDITIONS.values()

if TYPE_CHECKING:
    from fsm.spec.names import EditionName


def people(pairing: Pairing) -> tuple[Participant, Participant]:
    """The two."""
    return pairing.originator, pairing.recipient


def fits(pairing: Pairing) -> bool:
    """Whether just whoever is homed online is TeamsOnly, and everybody is where nothing is on-premises."""
    online_only = pairing.scope is Scope.IN_TENANT and pairing.topology is Topology.ONLINE
    return all(
        (who.homing is Homing.ONLINE) == (who.mode is Mode.TEAMS_ONLY)
        and (who.mode is Mode.TEAMS_ONLY or not online_only)
        for who in people(pairing)
    )


@cache
def anew(edition: EditionName, who: Participant) -> Participant:
    """Somebody, made as an edition makes people."""
    return EDITIONS[edition].participant(**facts(who))


def again(pairing: Pairing, at: Route) -> bool:
    """Whether the two, made anew as each edition that holds them makes people, land where they land."""
    return all(
        edition.problems(pairing)
        or route(Pairing(*(anew(name, who) for who in people(pairing)), **around(pairing))) == at
        for name, edition in EDITIONS.items()
    )


EDITED = (
    of_every_pairing(
        "everybody-exists-in-the-base",
        "everybody exists in the base edition",
        "ED-1",
        lambda pairing, at: not BASE.problems(pairing),
    ),
    of_every_pairing(
        "whoever-is-homed-online-is-teams-only",
        "once SfB Online is retired, whoever is homed online is TeamsOnly and whoever is homed on-premises is not",
        "ED-2",
        lambda pairing, at: (not RETIRED.problems(pairing)) == fits(pairing),
    ),
    of_every_pairing(
        "teams-only-users-have-no-sfb-account",
        "in the newest edition no TeamsOnly user has an SfB account",
        "ED-3",
        lambda pairing, at: (
            bool(NOW.problems(pairing))
            or not any(who.mode is Mode.TEAMS_ONLY and who.has_sfb_client for who in people(pairing))
        ),
    ),
    of_every_pairing(
        "an-edition-changes-no-route",
        "whoever exists in an edition lands where they land in the base",
        "ED-4",
        again,
    ),
)
