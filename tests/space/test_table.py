"""The table forced to completion says what the lazy automaton says."""

from __future__ import annotations

import pytest

from fsm import CONVERSATION, Conversation, Outcome, Party
from fsm.engine.conversation import PROGRAMS
from fsm.engine.outcome import Refusal
from fsm.space.table import Completed
from fsm.spec.routing import views
from fsm.testing.making.play import Player
from tests.people import PAIRS

NAMES = ("no-calls>sfb", "clouds teams>teams", "federation off", "sfb>sfb")


@pytest.fixture(scope="module")
def completed() -> Completed:
    return Completed(CONVERSATION, [PROGRAMS.under(views(PAIRS[name])).profile for name in NAMES])


@pytest.mark.parametrize("every", [20, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", NAMES)
def test_every_entry_of_every_row_is_the_engines(completed: Completed, name: str, every: int) -> None:
    profile = NAMES.index(name)
    program = PROGRAMS.under(views(PAIRS[name]))
    mine = [n for n, (number, _) in enumerate(completed.rows) if number == profile]
    assert completed.rows[completed.starts[profile]][1] == program.initial.config
    for row in mine[::every]:
        config = completed.rows[row][1]
        for n, (event, by) in enumerate(completed.symbols):
            case, to = completed.case_of(row, event, by), completed.to[row * len(completed.symbols) + n]
            alone = program.at(config)[event, by]
            if isinstance(alone, Refusal):
                assert to == row
                assert case.refusal is not None
                assert (case.refusal.kind, case.refusal.rule, case.refusal.row) == (alone.kind, alone.rule, alone.row)
            else:
                assert completed.rows[to] == (profile, alone.to.config)
                assert (case.effects, case.timers, case.rows) == (alone.effects, alone.timers, alone.rows)


def test_rows_are_those_that_can_be_reached(completed: Completed) -> None:
    program = Player(CONVERSATION).under(PAIRS["no-calls>sfb"])
    found, open_ = {program.initial}, [program.initial]
    while open_:
        row = open_.pop()
        reached = {row[way].to for way in row.available} - {None} - found
        found |= reached  # type: ignore[arg-type]  # none is None
        open_ += reached  # type: ignore[arg-type]
    assert {config for n, config in completed.rows if n == 0} == {row.config for row in found}


def test_it_can_begin_elsewhere() -> None:
    talk = Conversation(PAIRS["teams>sfb"])
    assert isinstance(talk.fire("call_audio", "originator"), Outcome)
    profile = PROGRAMS.under(views(talk.pairing)).profile
    here = tuple(talk.places.values())
    found = Completed(CONVERSATION, [profile], start=[here])
    assert found.rows[found.at[0, here]] == (0, here)
    assert found.case_of(found.at[0, here], "accept_call", Party.RECIPIENT).refusal is None
