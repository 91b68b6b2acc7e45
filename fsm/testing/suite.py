"""What a transition test is: a conversation, the events fired in it, and what each should come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fsm.engine.outcome import RefusalKind, Timers
from fsm.notation import At, Composition, Party
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import Pairing

if TYPE_CHECKING:
    from fsm.engine.outcome import AnySent, AnyTimers


class Expected(NamedTuple):
    """What a step should come to.

    Args:
        at: where each lifecycle stands after it, by name.
        effects: what is asked of the outside, in order; where one lifecycle is tested alone, its signals too.
        timers: what is started and cancelled.
        refused: how the event is refused, and so changes nothing; None where it is accepted.
        rule: the rule that refuses it; None where no rule does.
    """

    at: tuple[tuple[str, At], ...]
    effects: tuple[AnySent, ...] = ()
    timers: AnyTimers = Timers()
    refused: RefusalKind | None = None
    rule: str | None = None


class Step(NamedTuple):
    """One event of a test and what it should come to; ``pairing`` is set where the step is a change of it."""

    event: str
    by: Party
    expected: Expected
    pairing: Pairing | None = None
    rows: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


class Scenario(NamedTuple):
    """One test: a new conversation under ``pairing``, or one lifecycle of it alone, and the steps taken in it;
    ``composition`` is the specification that they are of.
    """

    name: str
    pairing: Pairing
    steps: tuple[Step, ...]
    lifecycle: str | None = None
    composition: Composition = CONVERSATION


class Suite(NamedTuple):
    """Scenarios made for one purpose.

    Args:
        strength: what they are made to cover: states, rows, guards, sneak, pairs, profiles, walks or complete.
        scenarios: the tests.
        goals: what is to be covered, by a name for each.
        covered: which of them the tests do cover.
        composition: the specification that they are of.
    """

    strength: str
    scenarios: tuple[Scenario, ...]
    goals: tuple[str, ...]
    covered: tuple[str, ...]
    composition: Composition = CONVERSATION

    @property
    def events(self) -> int:
        """How many events there are in all of them."""
        return sum(len(each.steps) for each in self.scenarios)
