"""What is claimed of answers: whatever answers an effect means something where the effect was asked for."""

from __future__ import annotations

from fsm.notation import Step, at_every_step, effects_of
from fsm.spec.conversation import CONVERSATION

ANSWERS = {name: each.answers for name, each in effects_of(CONVERSATION).items() if each.answers}


def _heard(step: Step, event: str) -> bool:
    """Whether an event has a row that accepts it, guards aside, where a lifecycle now stands."""
    lifecycles = CONVERSATION.lifecycles.items()
    rows = (row for name, each in lifecycles for row in each.states[step.after[name].state].rows_for(event))
    return any(not (row.refused or row.internal) for row in rows)


ANSWERED = (
    at_every_step(
        "what-is-asked-for-can-come",
        "whatever answers an effect means something where the effect was asked for",
        "DEC-39",
        lambda step: all(_heard(step, event) for name, _ in step.effects for event in ANSWERS.get(name, ())),
    ),
)
"""What is claimed of every effect that is answered."""
