"""The product automaton: one row a place, and signals that are never lost."""

from __future__ import annotations

import pytest

from fsm import CONVERSATION, LostSignal, Party
from fsm.engine.profile import Profile
from fsm.engine.program import Program, Programs
from fsm.notation import Row, guard, on, on_signal, signal, state
from fsm.spec.routing import views
from tests.people import PAIRS, standing
from tests.verify.machines import compose, lifecycle


def two(*hearing: Row, ignores: str = "") -> Program:
    """A bell that rings a door, which hears as given."""
    bell = lifecycle(
        "bell",
        state(
            "still",
            "",
            on("press", effects=[signal("door.ring")], cites="INT-1"),
            on_signal("again", effects=[signal("door.ring")], cites="INT-1"),
            initial=True,
        ),
    )
    door = lifecycle(
        "door",
        state("shut", "", *hearing, on("open", to="wide", cites="INT-1"), initial=True, ignores=ignores),
        state("wide", "", on_signal("ring", effects=[signal("bell.again")], cites="INT-1")),
    )
    return Program(compose(bell, door), Profile((), ()))


def test_a_signal_nobody_hears_in_that_state_is_never_lost_in_silence() -> None:
    with pytest.raises(LostSignal, match=r"^door\.shut has no row for signal 'ring' by originator$"):
        two().initial["press", "originator"]


def test_a_signal_may_be_ignored_where_the_state_says_so() -> None:
    outcome = two(ignores="ring").initial["press", "originator"]
    assert outcome.to is not None


def test_signals_that_go_round_in_a_circle_are_an_error() -> None:
    program = two(ignores="ring")
    opened = program.initial["open", "originator"]
    assert opened.to is not None
    with pytest.raises(LostSignal, match=r"^signals set off by 'press' in bell do not come to an end$"):
        opened.to["press", Party.RECIPIENT]


def test_a_place_has_one_row() -> None:
    first, second = standing("teams>sfb", "chat=interop"), standing("teams>sfb", "chat=interop")
    assert first._at is second._at
    assert first._at == second._at
    assert first._at != standing("teams>sfb")._at
    assert len({first._at, second._at}) == 1
    program = first._at.program
    assert program.at(first._at.config) is first._at


def test_pairings_of_a_profile_have_one_program() -> None:
    programs = Programs(CONVERSATION)
    first, second = views(PAIRS["teams>collab"]), views(PAIRS["teams>meetings"])
    assert first != second
    assert programs.under(first) is programs.under(first) is programs.under(second)
    assert programs.under(first) is not programs.under(views(PAIRS["sfb>teams"]))


def test_a_profile_has_a_bit_for_each_guard_and_party() -> None:
    old = guard("old", lambda view: "old" in view, "", "", "INT-1")
    rich = guard("rich", lambda view: "rich" in view, "", "", "INT-1")
    profile = Profile((old, rich), (("old",), ("old", "rich")))
    assert profile.bits == 0b1011
    assert profile == Profile((old, rich), (["old"], ["rich", "old"])) != Profile((old, rich), ((), ()))
    assert [profile.holds(rich, party) for party in (Party.ORIGINATOR, Party.RECIPIENT)] == [False, True]


def test_a_profile_shows_its_bits() -> None:
    assert repr(standing("teams>teams")._at.program.profile).startswith("<Profile ")
