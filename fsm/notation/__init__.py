"""What a lifecycle is. Knows no domain.

Two parties and the services around them fire **events** at a set of **lifecycles**. A lifecycle is a finite state
machine written as a table: each state lists **rows**, and for an event the first row whose ``by`` and guards hold
decides. A row is a transition, or a declared refusal.

A state may remember parties: its **owner**, such as the caller of a ringing call, and its **opener**, who began what
goes on through several states, such as a thread. Rows speak of parties by role: ACTOR and OTHER relative to the event,
OWNER and PEER, OPENER and ANSWERER relative to the state.

Transitions ask for **effects**, addressed to a party or a service, and send **signals** to sibling lifecycles.
``to=None`` stays in the state; naming the state one is in re-enters it, which starts its timers afresh. A timer that
the next state runs as well goes on.

A **composition** wires lifecycles into one machine: dispatch rows say which lifecycle an event goes to, or refuse it.

Everything is checked when it is declared; a mistake raises DeclarationError naming lifecycle, state, event and row.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fsm.notation.composition import (
    Change,
    Composition,
    Dispatch,
    Fact,
    change,
    effects_of,
    guards_of,
    refuse,
    stands,
    to,
)
from fsm.notation.lifecycle import Lifecycle
from fsm.notation.pairings import Pairings
from fsm.notation.words import (
    ACTOR,
    ANSWERER,
    BOTH,
    FIRES,
    OPENER,
    ORIGINATOR,
    OTHER,
    OWNER,
    PARTIES,
    PEER,
    RECIPIENT,
    SERVICE,
    At,
    DeclarationError,
    Effect,
    Emit,
    Guard,
    Party,
    Remedy,
    Role,
    Row,
    Signal,
    State,
    Timer,
    effect,
    guard,
    on,
    on_signal,
    parties,
    signal,
    state,
    timer,
)

if TYPE_CHECKING:
    from fsm.notation.claim import (
        Claim,
        Place,
        Step,
        at_every_step,
        ends,
        in_every_place,
        of_a_change,
        of_every_pairing,
        of_the_space,
        of_the_tables,
        tells,
    )

__all__ = [
    "ACTOR",
    "ANSWERER",
    "BOTH",
    "FIRES",
    "OPENER",
    "ORIGINATOR",
    "OTHER",
    "OWNER",
    "PARTIES",
    "PEER",
    "RECIPIENT",
    "SERVICE",
    "At",
    "Change",
    "Claim",
    "Composition",
    "DeclarationError",
    "Dispatch",
    "Effect",
    "Emit",
    "Fact",
    "Guard",
    "Lifecycle",
    "Pairings",
    "Party",
    "Place",
    "Remedy",
    "Role",
    "Row",
    "Signal",
    "State",
    "Step",
    "Timer",
    "at_every_step",
    "change",
    "effect",
    "effects_of",
    "ends",
    "guard",
    "guards_of",
    "in_every_place",
    "of_a_change",
    "of_every_pairing",
    "of_the_space",
    "of_the_tables",
    "on",
    "on_signal",
    "parties",
    "refuse",
    "signal",
    "stands",
    "state",
    "tells",
    "timer",
    "to",
]


def __getattr__(name: str) -> Any:
    """The words of claims, which nobody needs who only runs a conversation."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("fsm.notation.claim"), name)
