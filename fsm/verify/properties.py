"""Everything that the specification is proven to have."""

from __future__ import annotations

from collections.abc import Iterable

from fsm.notation import Claim
from fsm.spec.claims import CLAIMS
from fsm.spec.rules import RULES
from fsm.verify.general import GENERAL

PROPERTIES: tuple[Claim, ...] = (*GENERAL, *CLAIMS)
"""Every one, the most general first."""


def kept_by(properties: Iterable[Claim] = PROPERTIES) -> dict[str, tuple[str, ...]]:
    """For each rule, the claims that keep it. Those of structure keep none: they are about the tables alone."""
    return {rule: tuple(each.name for each in properties if rule in each.cites) for rule in RULES}
