"""The properties that the specification is proven to have."""

from __future__ import annotations

from collections.abc import Iterable

from fsm.spec.invariants import INVARIANTS
from fsm.spec.rules import RULES
from fsm.verify.properties.call import CALL
from fsm.verify.properties.chat import CHAT
from fsm.verify.properties.editions import EDITED
from fsm.verify.properties.explanations import EXPLANATIONS
from fsm.verify.properties.kinds import KINDS
from fsm.verify.properties.lasting import CLOSED
from fsm.verify.properties.liveness import LIVENESS
from fsm.verify.properties.meeting import MEETING
from fsm.verify.properties.remedies import REMEDIES
from fsm.verify.properties.routing import ROUTING
from fsm.verify.properties.structure import STRUCTURE
from fsm.verify.property import Property, at_every_step

STEPWISE = tuple(at_every_step(each.name, each.says, each.cites, each.holds) for each in INVARIANTS)

PROPERTIES = (
    *STRUCTURE,
    *EXPLANATIONS,
    *KINDS,
    *REMEDIES,
    *LIVENESS,
    *CLOSED,
    *STEPWISE,
    *ROUTING,
    *EDITED,
    *CHAT,
    *CALL,
    *MEETING,
)
"""Every property, the most general first."""


def kept_by(properties: Iterable[Property] = PROPERTIES) -> dict[str, tuple[str, ...]]:
    """For each rule, the properties that keep it. Those of structure keep none: they are about the tables alone."""
    return {rule: tuple(each.name for each in properties if rule in each.cites.split()) for rule in RULES}
