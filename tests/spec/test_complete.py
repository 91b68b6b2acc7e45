"""Nothing in the specification goes untold: every row fires and is refused in some table or story."""

from __future__ import annotations

import pytest

import fsm
from fsm.engine.program import Answers
from tests.spec.tables import FACTS, Fact, Seen, chain, load, reachable

load()


def test_every_row_fires_or_refuses_as_declared(everything_played: Seen) -> None:
    assert sorted(set(fsm.CONVERSATION.rows) - everything_played.fired) == []


def test_every_row_for_users_is_refused_somewhere(everything_played: Seen) -> None:
    """Passed over, or itself a refusal, in a refusal of its event while its lifecycle stands in its state."""
    rows = {row.id for row in fsm.CONVERSATION.rows.values() if not row.internal}
    declared = {row.id for row in fsm.CONVERSATION.rows.values() if row.refused} & everything_played.fired
    assert sorted(rows - everything_played.refused - declared) == []


@pytest.mark.parametrize(
    "row",
    [row.id for rows in fsm.CONVERSATION.dispatch.values() for row in rows],
)
def test_every_dispatch_row_decides(row: str, everything_played: Seen) -> None:
    assert row in everything_played.dispatched


CHAINS = sorted({chain(fact.cells["pairing"]) for fact in FACTS})


@pytest.mark.parametrize(
    "pairings",
    [pytest.param(each, marks=[pytest.mark.slow] * (n % 48 > 0)) for n, each in enumerate(CHAINS)],
    ids=map(" then ".join, CHAINS),
)
def test_given_places_can_be_reached(pairings: tuple[str, ...]) -> None:
    facts: list[Fact] = [fact for fact in FACTS if chain(fact.cells["pairing"]) == pairings]
    found: frozenset[Answers] = reachable(pairings)
    configs = {row.config for row in found}
    assert [str(fact) for fact in facts if tuple(fact.start().places.values()) not in configs] == []
