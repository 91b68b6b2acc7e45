"""What a suite goes through, counted."""

from __future__ import annotations

import pytest

from fsm import CONVERSATION
from fsm.notation import Party
from fsm.testing import Suite, coverage, generate
from fsm.testing.making.play import Move, Player
from tests.people import PAIRS
from tests.testing.machines import LAMP, PHONE

ANN, BOB = Party.ORIGINATOR, Party.RECIPIENT


def suite(*played: tuple[str, list[Move]], composition: object = LAMP, lifecycle: str | None = None) -> Suite:
    """A suite of these scenarios, each of a pairing and its moves."""
    player = Player(composition, lifecycle)  # type: ignore[arg-type]  # a composition
    scenarios = (player.scenario(people, PAIRS[people], moves) for people, moves in played)
    return Suite("walks", tuple(scenarios), (), ())


@pytest.mark.parametrize(
    ("played", "states", "rows", "guards", "rules"),
    [
        ([], (0, 0), (0, 0), (0, 0), (0, 0)),
        ([("teams>sfb", [])], (1, 2), (0, 2), (0, 2), (0, 3)),
        ([("teams>sfb", [("press", ANN)])], (2, 2), (1, 2), (1, 2), (1, 3)),
        ([("teams>sfb", [("press", BOB)])], (1, 2), (0, 2), (0, 2), (1, 3)),
        ([("teams>sfb", [("press", ANN), ("press", BOB)])], (2, 2), (2, 2), (1, 2), (2, 3)),
        ([("teams>sfb", [("press", ANN)]), ("sfb>teams", [("press", ANN)])], (2, 2), (1, 2), (2, 2), (2, 3)),
        ([("sfb>teams", [PAIRS["teams>sfb"], ("press", ANN)])], (2, 2), (1, 2), (1, 2), (1, 3)),
    ],
)
def test_what_scenarios_go_through(
    played: list[tuple[str, list[Move]]],
    states: tuple[int, int],
    rows: tuple[int, int],
    guards: tuple[int, int],
    rules: tuple[int, int],
) -> None:
    assert coverage(suite(*played), LAMP) == (states, rows, guards, rules)


def test_a_dispatch_row_that_refuses_is_a_row() -> None:
    refused = suite(("teams>sfb", [("dial", ANN), ("say", BOB)]), composition=PHONE)
    assert coverage(refused, PHONE).rows == (2, 11)


def test_a_lifecycle_alone_is_counted_alone() -> None:
    made = suite(("teams>sfb", [("hush", ANN)]), composition=PHONE, lifecycle="chat")
    assert coverage(made, PHONE)[:3] == ((2, 3), (1, 4), (0, 0))


def test_states_of_everything_are_every_place_there_is() -> None:
    made = generate("states", PAIRS["teams>sfb"])
    assert coverage(made).states == (len(made.goals), sum(len(e.places) for e in CONVERSATION.lifecycles.values()))
