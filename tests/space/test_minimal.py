"""Rows that no event can tell apart are one, and no others are."""

from __future__ import annotations

import numpy as np
import pytest

from fsm import CONVERSATION
from fsm.engine.conversation import PROGRAMS
from fsm.space.kept import Answer
from fsm.space.minimal import NOTHING, SYMBOLS, WIDTH, Merged, merged
from fsm.space.table import Completed
from fsm.spec.routing import views
from tests.people import PAIRS, standing

NAMES = ("no-calls>sfb", "sfb>sfb", "legacy>sfb", "federation off")
PROFILES = [PROGRAMS.under(views(PAIRS[name])).profile for name in NAMES]


@pytest.fixture(scope="module")
def table() -> Merged:
    found = Merged()
    found.add(PROFILES)
    return found


@pytest.fixture(scope="module")
def completed() -> Completed:
    return Completed(CONVERSATION, PROFILES)


def test_symbols_are_numbered_as_in_completed_tables(completed: Completed) -> None:
    assert completed.number == SYMBOLS
    assert len(SYMBOLS) == NOTHING == WIDTH - 1


def test_every_row_says_what_it_says_unmerged(table: Merged, completed: Completed) -> None:
    rows = table.rows((PROFILES[profile], config) for profile, config in completed.rows)
    assert [table.start(profile) for profile in PROFILES] == [rows[n] for n in completed.starts]
    assert len(table) < len(completed.rows)
    for n, row in enumerate(rows):
        assert table.places[table.place[row // WIDTH]] == completed.rows[n][1]
        for symbol in range(NOTHING):
            case = completed.cases[completed.case[n * NOTHING + symbol]]
            cell = row + symbol
            answer = table.answers[table.answer[cell]]
            assert table.to[cell] == rows[completed.to[n * NOTHING + symbol]]
            assert answer.refused == table.refused[cell] == (case.refusal is not None)
            if case.refusal is None:
                assert answer == Answer(case.rows)
            else:
                assert (answer.kind, answer.rule) == (case.refusal.kind, case.refusal.rule or "")
                assert answer.rows == tuple(filter(None, [case.refusal.row]))


def test_no_event_changes_nothing_and_is_not_refused(table: Merged) -> None:
    for row in range(0, len(table) * WIDTH, WIDTH):
        assert table.to[row + NOTHING] == row
        assert table.answers[table.answer[row + NOTHING]] == Answer(())


def test_rows_stay_where_they_are_when_profiles_are_added(table: Merged) -> None:
    grown = Merged()
    grown.add(PROFILES[:1])
    before = grown.to.copy(), grown.start(PROFILES[0])
    grown.add(PROFILES)
    assert np.array_equal(grown.to[: len(before[0])], before[0])
    assert grown.start(PROFILES[0]) == before[1]
    grown.add(PROFILES)
    assert len(grown) >= len(table)


def test_a_place_that_a_profile_does_not_come_to_by_itself() -> None:
    here = tuple(standing("teams>sfb", "chat=draining").places.values())
    table = Merged()
    table.add(PROFILES[:1])
    size = len(table)
    (row,) = table.rows([(PROFILES[0], here)])
    assert row >= size * WIDTH
    assert table.places[table.place[row // WIDTH]] == here
    over = table.to[row + SYMBOLS["session_expired", "service"]]
    assert table.places[table.place[over // WIDTH]][0].state == "expired"
    assert table.rows([(PROFILES[0], here)]) == [row]


@pytest.mark.parametrize(
    ("places", "answer", "to", "classes"),
    [
        ([0, 0], [[1], [1]], [[0], [1]], [0, 0]),
        ([0, 1], [[1], [1]], [[0], [1]], [0, 1]),
        ([0, 0], [[1], [2]], [[0], [1]], [0, 1]),
        ([0, 0, 0], [[1], [1], [2]], [[1], [2], [2]], [0, 1, 2]),
        ([0, 0, 0, 0], [[1], [1], [1], [2]], [[1], [2], [3], [3]], [0, 1, 2, 3]),
        ([0, 1, 2, 2], [[1], [1], [1], [1]], [[0], [1], [0], [1]], [0, 1, 2, 3]),
        ([0, 0, 1, 1], [[1], [1], [1], [1]], [[2], [3], [0], [1]], [0, 0, 1, 1]),
    ],
    ids=["alike", "other place", "other answer", "two steps on", "three steps on", "to another", "alike in a circle"],
)
def test_merging(places: list[int], answer: list[list[int]], to: list[list[int]], classes: list[int]) -> None:
    leads = np.array(to, np.int32)
    found = merged(np.array(places, np.int32), np.array(answer, np.uint16), leads, leads)
    assert found.tolist() == classes


def test_a_row_there_was_before_is_not_taken_for_a_class() -> None:
    to, before = np.array([[-1], [2], [2]], np.int32), np.array([[1], [0], [0]], np.int32)
    answer = np.array([[1], [1], [2]], np.uint16)
    assert merged(np.zeros(3, np.int32), answer, to, before).tolist() == [0, 1, 2]


def test_a_table_starts_empty() -> None:
    empty = Merged()
    assert [len(each) for each in (empty, empty.to, empty.answer, empty.refused, empty.places, empty.parts)] == [0] * 6
    assert empty.answers == [Answer(())]


def test_rows_that_lead_to_different_earlier_rows_are_kept_apart() -> None:
    to, before = np.array([[-1], [-2], [-2]], np.int32), np.array([[0], [5], [5]], np.int32)
    assert merged(np.zeros(3, np.int32), np.zeros((3, 1), np.uint16), to, before).tolist() == [0, 1, 1]
