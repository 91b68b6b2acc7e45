"""What a suite asks, each question once, and whether a faulty copy of the tables answers some of it otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from fsm import CONVERSATION, LIFECYCLES, Pairing
from fsm.engine.outcome import Outcome, Refusal
from fsm.engine.program import Config
from fsm.notation import At, Composition
from fsm.testing import Scenario, Step
from fsm.testing.making.play import Player
from fsm.verify.equivalence import TIMERS, touched


class Question(NamedTuple):
    """What a step of a suite asks: an event, or a change, in a place under a pairing; and what it should come to."""

    pairing: Pairing
    config: Config
    step: Step

    def departs(self, player: Player, effects_only: bool) -> bool:
        """Whether it comes to something else."""
        wanted = self.step.expected
        try:
            here = player.under(self.pairing).at(self.config)
            result: Outcome | Refusal
            if self.step.pairing:
                result = player.changed(here, self.pairing, self.step.pairing)
            else:
                result = here[self.step.event, self.step.by]
        except Exception:  # whatever a faulty table breaks with shows that it is faulty
            return True
        if result.to is None or wanted.refused:
            other = result.to is not None or not wanted.refused
            return other or not (effects_only or result.rule == wanted.rule)
        if result.effects != wanted.effects:
            return True
        return not effects_only and (result.timers, result.at) != (wanted.timers, wanted.at)


Asked = tuple[str, str, str]
"""A lifecycle, one of its states, and an event that is fired there; no event for all of them. For dispatch, no
lifecycle and no state.
"""


class Questions:
    """What a suite asks, each question once.

    A faulty copy that has answered as it should so far stands where the original does. So a scenario finds a fault if
    one of its steps would, asked in the place where the original stands then; and only those can that ask something
    that was changed.

    Args:
        scenarios: the scenarios, all of them of the whole conversation, or of this lifecycle alone.
    """

    def __init__(self, scenarios: Iterable[Scenario], lifecycle: str | None = None) -> None:
        self.lifecycle = lifecycle
        self.events = 0
        """How many events the suite has."""
        self._asking: dict[Asked, list[Question]] = defaultdict(list)
        player = Player(CONVERSATION, lifecycle)
        begins = tuple((name, each.initial) for name, each in player.composition.lifecycles.items())
        known: set[object] = set()
        for scenario in scenarios:
            self.events += len(scenario.steps)
            now, at = scenario.pairing, begins
            for step in scenario.steps:
                asks = (now, at, step.pairing) if step.pairing else (player.under(now), at, step.event, step.by)
                if asks not in known:
                    known.add(asks)
                    question = Question(now, tuple(each for _, each in at), step)
                    for asked in dict.fromkeys(asked_by(at, step)):
                        self._asking[asked].append(question)
                now, at = step.pairing or now, step.expected.at

    def of(self, composition: Composition) -> list[Question]:
        """The questions that ask something that is not the same in ``composition``."""
        return [question for asked in self._changed(composition) for question in self._asking.get(asked, ())]

    def _changed(self, composition: Composition) -> Iterator[Asked]:
        for name, state, event in touched(CONVERSATION, composition):
            heard = event == TIMERS or (name and self.lifecycle is None and event in LIFECYCLES[name].signals)
            yield name, state, "" if heard else event
        if composition.changes != CONVERSATION.changes:
            yield "", "", "change"


def asked_by(at: Iterable[tuple[str, At]], step: Step) -> Iterator[Asked]:
    """What a step asks: the event where lifecycles stand, and what signals may arrive on the way."""
    yield "", "", step.event
    for name, (state, *_) in at:
        yield name, state, step.event
        yield name, state, ""
    yield from ((*row.split(".")[:2], "") for row in step.rows if row.count(".") == 3)  # type: ignore[misc]
    yield from ((name, state, "") for name, (state, *_) in step.expected.at)
