"""Everything that the specification is proven to have."""

from __future__ import annotations

from collections.abc import Iterable

from fsm.notation import Claim, Composition
from fsm.spec.claims import CLAIMS
from fsm.spec.claims.ways_out import OTHERWISE, TO_A_MEETING, is_limit
from fsm.spec.groups import TOGETHER
from fsm.spec.rules import RULES
from fsm.spec.users import USERS, whose
from fsm.verify.general import GENERAL, STRUCTURE, structure
from fsm.verify.general.explanations import can_be_completed, has_a_way_out

WAYS_OUT = (
    has_a_way_out(
        "every-limit-has-a-way-out",
        "every refusal by a limit but that of Persistent Chat names a way out that is possible from there",
        "LIM-8",
        is_limit,
    ),
    can_be_completed(
        "every-way-out-can-be-completed",
        "wherever a refusal names a meeting as the way out and the way is possible, it leads to the two together in it",
        "LIM-8 ESC-4 ESC-8",
        TO_A_MEETING,
        "meeting",
        TOGETHER.split(),
        "meeting",
    ),
)
"""Of refusals: where they lead."""

PROPERTIES: tuple[Claim, ...] = (*structure(OTHERWISE), *GENERAL[len(STRUCTURE) :], *WAYS_OUT, *CLAIMS)
"""Every one, the most general first."""


def claimed(composition: Composition) -> tuple[Claim, ...]:
    """Everything that is claimed of a composition: of one that is of users, PROPERTIES."""
    return PROPERTIES if whose(composition) is USERS else (*GENERAL, *composition.claims)


def kept_by(properties: Iterable[Claim] = PROPERTIES) -> dict[str, tuple[str, ...]]:
    """For each rule, the claims that keep it. Those of structure keep none: they are about the tables alone."""
    return {rule: tuple(each.name for each in properties if rule in each.cites) for rule in RULES}
