"""What the scenarios of a suite go through, whatever they were made for."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from fsm.notation import Composition, Dispatch, Row
from fsm.spec.conversation import CONVERSATION
from fsm.testing.making.play import Player
from fsm.testing.suite import Scenario, Step, Suite


class Share(NamedTuple):
    """How many of something, and of how many."""

    covered: int
    total: int


class Coverage(NamedTuple):
    """What the scenarios of a suite go through.

    Args:
        states: places of lifecycles, those they remember told apart.
        rows: rows that fired or refused; dispatch rows that refused among them.
        guards: guards of rows that held, and that failed. Some never fail: where an earlier row would have held.
        rules: rules that a row, an effect or a refusal named, of those that rows, effects and refusing dispatch rows
            cite, and of the first that each guard cites.
    """

    states: Share
    rows: Share
    guards: Share
    rules: Share


def coverage(suite: Suite, composition: Composition = CONVERSATION) -> Coverage:
    """What the scenarios of a suite go through, found by playing them again.

    Args:
        suite: the suite.
        composition: the tables it was made of.
    """
    by_lifecycle: dict[str | None, list[Scenario]] = defaultdict(list)
    for scenario in suite.scenarios:
        by_lifecycle[scenario.lifecycle].append(scenario)
    steps: dict[int, Step] = {}
    asked: set[object] = set()
    for lifecycle, scenarios in by_lifecycle.items():
        player = Player(composition, lifecycle)
        for each in scenarios:
            steps.update((id(step), step) for step in each.steps)
            moves = (step.pairing or (step.event, step.by) for step in each.steps)
            player.scenario(each.name, each.pairing, moves)
        asked |= {each for program in player.programs.values() for each in program.asked}
    whole = None in by_lifecycle
    machines = [each for each in composition.lifecycles.values() if whole or each.name in by_lifecycle]
    rows = [row for each in machines for row in each.rows.values()]
    refusing = [row for rows in composition.dispatch.values() for row in rows if row.refused] if whole else []
    deciding: list[Row | Dispatch] = [*rows, *refusing]
    ids = {row.id for row in deciding}
    cited = {rule for row in deciding for rule in row.cites}
    cited |= {rule for row in rows for guard in row.when for rule in guard.cites[:1]}
    cited |= {rule for row in rows for emit in row.effects for rule in emit.effect.cites}
    seen = steps.values()
    begun = {(each.name, each.initial) for each in machines} if suite.scenarios else set()
    return Coverage(
        Share(
            len({at for step in seen for at in step.expected.at} | begun), sum(len(each.places) for each in machines)
        ),
        Share(len({row for step in seen for row in step.rows} & ids), len(ids)),
        Share(len(asked), 2 * sum(len(row.when) for row in rows)),
        Share(len({rule for step in seen for rule in step.rules} & cited), len(cited)),
    )
