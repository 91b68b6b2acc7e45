"""Arrays of conversations do what each conversation does by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm import CONVERSATION, Conversation, Party, Refused
from fsm.engine import bulk as former
from fsm.engine import known
from fsm.engine.outcome import UnknownEvent
from fsm.space import arrays
from fsm.space.arrays import Tables
from fsm.space.minimal import NOTHING, SYMBOLS, WIDTH
from tests.people import PAIRS

NAMES = ("no-calls>sfb", "no-chat>sfb", "sfb>sfb", "federation off", "teams>teams")
PAIRINGS = [PAIRS[name] for name in NAMES]
events = st.tuples(st.sampled_from(CONVERSATION.events), st.sampled_from([party.value for party in Party]))


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables.between(PAIRINGS)


def refuses(talk: Conversation, event: str, by: str) -> bool:
    try:
        talk.fire(known.event(event), known.party(by))
    except Refused:
        return True
    return False


@st.composite
def likely(draw: st.DrawFn, pairing: int) -> list[tuple[str, str]]:
    """Events, most of them possible when they are fired."""
    talk, found = Conversation(PAIRINGS[pairing]), []
    for _ in range(draw(st.integers(0, 12))):
        ways = talk.available()
        event, by = draw(st.one_of(st.sampled_from(ways), events)) if ways else draw(events)
        refuses(talk, event, by)
        found.append((event, by))
    return found


several = st.lists(
    st.integers(0, len(PAIRINGS) - 1).flatmap(lambda n: st.tuples(st.just(n), likely(n))), min_size=1, max_size=6
)


@given(several)
@settings(max_examples=6)
def test_steps_are_those_of_conversations(tables: Tables, walks: list[tuple[int, list[tuple[str, str]]]]) -> None:
    talks = [Conversation(PAIRINGS[n]) for n, _ in walks]
    rows = tables.start([n for n, _ in walks])
    for step in range(max(len(walk) for _, walk in walks)):
        fired = [walk[step] if step < len(walk) else None for _, walk in walks]
        symbols = np.array([SYMBOLS[each] if each else NOTHING for each in fired], np.uint8)
        refused = tables.refused(rows, symbols)
        tables.step(rows, symbols, out=rows)
        assert refused.tolist() == [
            each is not None and refuses(talk, *each) for talk, each in zip(talks, fired, strict=True)
        ]
        assert [tables.places[n] for n in tables.place(rows)] == [talk.places for talk in talks]


@given(several, st.data())
@settings(max_examples=3)
def test_changes_are_those_of_conversations(
    tables: Tables, walks: list[tuple[int, list[tuple[str, str]]]], data: st.DataObject
) -> None:
    before = np.array([n for n, _ in walks])
    after = np.array([data.draw(st.integers(0, len(PAIRINGS) - 1)) for _ in walks])
    rows, expected = tables.start(before), []
    fired: list[str] = []
    for i, (n, walk) in enumerate(walks):
        talk = Conversation(PAIRINGS[n])
        for event, by in walk:
            refuses(talk, event, by)
            rows[i : i + 1] = tables.step(rows[i : i + 1], tables.symbols([event], [by]))
        fired += talk.change(PAIRINGS[after[i]]).rows
        expected.append(talk)
    rows, counts = tables.change(rows, before, after)
    assert [tables.places[n] for n in tables.place(rows)] == [talk.places for talk in expected]
    assert sorted(counts.elements()) == sorted(fired)
    for name, number in SYMBOLS.items():
        refused = tables.refused(rows, np.full(len(rows), number, np.uint8))
        assert refused.tolist() == [not talk.may(known.event(name[0]), known.party(name[1])) for talk in expected]


@pytest.mark.parametrize("conversations", [1, 5, 23, 24, 60])
@pytest.mark.parametrize("longest", [0, 1, 9])
def test_running_is_stepping(tables: Tables, monkeypatch: pytest.MonkeyPatch, conversations: int, longest: int) -> None:
    monkeypatch.setattr(arrays, "CHUNK", 32)
    monkeypatch.setattr(arrays, "BLOCK", 4)
    random = np.random.default_rng(conversations)
    count = random.integers(0, longest + 1, conversations)
    first = np.cumsum(count) - count
    symbols = random.integers(0, len(SYMBOLS), count.sum()).astype(np.uint8)
    start = tables.start(random.integers(0, len(PAIRINGS), conversations))
    rows, cells = start.copy(), np.full(len(symbols), -1)
    tables.run(rows, symbols, first, count, cells)
    for n in range(conversations):
        row = start[n : n + 1]
        for at in range(first[n], first[n] + count[n]):
            assert cells[at] == row[0] + symbols[at]
            row = tables.step(row, symbols[at : at + 1])
        assert row[0] == rows[n]


def test_a_step_of_more_conversations_than_are_stepped_together(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = tables.start(np.arange(5))
    symbol = tables.symbols(["call_audio"], ["originator"])
    together = tables.step(rows, symbol)
    monkeypatch.setattr(arrays, "CHUNK", 2)
    assert np.array_equal(tables.step(rows, symbol), together)
    assert np.array_equal(rows, tables.start(np.arange(5)))
    assert tables.places[tables.place(together)[2]]["call"].state == "ringing"
    assert len(tables.step(rows[:0], symbol)) == 0


def test_pairings_can_be_added(tables: Tables) -> None:
    grown = Tables.between(PAIRINGS[:1])
    row = grown.start([0])
    grown.add(tables._under)
    assert len(grown) == 6
    assert grown.start([0, 1]).tolist() == [*row, *row]
    assert grown.refused(grown.start([4]), grown.symbols(["open_chat"], ["originator"])).all()


@pytest.mark.parametrize(
    ("event", "by", "message"),
    [
        ("send_txt", "originator", "event: 'send_txt' is not known; did you mean 'send_text'?"),
        ("send_text", "caller", "by: 'caller' is not accepted; use one of originator, recipient, service"),
    ],
)
def test_an_event_that_there_is_not(tables: Tables, event: str, by: str, message: str) -> None:
    with pytest.raises(UnknownEvent, match="^" + message.replace("?", "[?]")):
        tables.symbols(["open_chat", event], ["originator", by])


def test_events_without_actors(tables: Tables) -> None:
    with pytest.raises(ValueError, match=r"^by: 1 parties for 2 events are not accepted; give one for each"):
        tables.symbols(["open_chat", "open_chat"], ["originator"])


@pytest.mark.parametrize("number", [-1, 5])
def test_a_pairing_that_there_is_not(tables: Tables, number: int) -> None:
    with pytest.raises(ValueError, match=f"^pairings: {number} is not accepted; there are 5, numbered from 0"):
        tables.start([0, number])


def test_a_symbol_that_there_is_not(tables: Tables) -> None:
    beyond = NOTHING + 1
    with pytest.raises(ValueError, match=f"^symbols: {beyond} is not accepted; give what symbols returned"):
        tables.step(tables.start([0]), np.array([beyond], np.uint8))


@pytest.mark.parametrize("beyond", [1, WIDTH, -(1 << 30), 1 << 30])
def test_a_row_that_there_is_not(tables: Tables, beyond: int) -> None:
    last, symbol = len(tables.table.to) - WIDTH, np.array([0], np.uint8)
    assert tables.refused(np.array([last], np.int32), symbol).size
    with pytest.raises(ValueError, match=r"^rows: not all are in these tables; give what start, step or change"):
        tables.refused(np.array([last + beyond], np.int32), symbol)


def test_it_has_its_former_name_too() -> None:
    assert former.Tables is Tables


ONE = np.array([0], np.uint8)


@pytest.mark.parametrize(
    ("how", "given", "says"),
    [
        ("start", ([0.5],), "pairings: an array of float64 is not accepted; give whole numbers"),
        ("start", ([True],), "pairings: an array of bool is not accepted"),
        ("start", ([2**70],), "pairings: an array of object is not accepted"),
        ("start", ([-1],), "pairings: -1 is not accepted; there are 5, numbered from 0"),
        ("step", (np.array([0.5]), ONE), "rows: an array of float64 is not accepted; give what start, step or change"),
        ("step", (np.array([2**32]), ONE), "rows: an array of int64 is not accepted"),
        ("step", (np.array([-1], np.int32), ONE), "rows: not all are in these tables"),
        ("step", ([0], ONE), r"rows: \[0\] is not accepted"),
        ("step", (np.zeros(1, np.int32), np.array([-1])), "symbols: -1 is not accepted; give what symbols returned"),
        ("step", (np.zeros(1, np.int32), np.array([255])), "symbols: 255 is not accepted"),
        ("step", (np.zeros(1, np.int32), np.array([0.5])), "symbols: an array of float64 is not accepted"),
        ("step", (np.zeros(1, np.int32), np.zeros(2, np.uint8)), r"symbols: .2,. for .1,. rows; give one, or one for"),
        ("step", (np.zeros(1, np.int32), ONE, np.zeros(1)), "out: an array of float64 is not accepted; give int32"),
        ("step", (np.zeros(1, np.int32), ONE, np.zeros(2, np.int32)), "out: an array of int32 is not accepted"),
        ("step", (np.zeros(1, np.int32), ONE, [0]), "out: .0. is not accepted"),
        ("refused", (np.array([-1], np.int32), ONE), "rows: not all are in these tables"),
        ("place", (np.array([-1], np.int32),), "rows: not all are in these tables"),
        ("place", ([0.5],), "rows: an array of float64 is not accepted"),
        ("change", (np.array([-1], np.int32), 0, 0), "rows: not all are in these tables"),
        ("change", (np.zeros(1, np.int32), -1, 0), "before: -1 is not accepted; there are 5"),
        ("change", (np.zeros(1, np.int32), 0, 0.5), "after: an array of float64 is not accepted"),
        ("change", (np.zeros(1, np.int32), [0, 0], 0), r"before: .2,. for .1,. rows; give one, or one for each"),
        ("run", (np.zeros(1, np.int32), ONE, np.array([-1]), np.array([1]), np.zeros(1, int)), "first, count: not all"),
        ("run", (np.zeros(1, np.int32), ONE, np.array([0]), np.array([2]), np.zeros(1, int)), "first, count: not all"),
        ("run", (np.zeros(2, np.int32), ONE, np.array([0]), np.array([1]), np.zeros(1, int)), "first, count: give one"),
    ],
)  # fmt: skip
def test_numbers_that_are_none_of_these_tables(tables: Tables, how: str, given: Any, says: str) -> None:
    with pytest.raises(ValueError, match=f"^{says}"):
        getattr(tables, how)(*given)


def test_symbols_of_any_width_and_no_conversations(tables: Tables) -> None:
    rows = tables.start([0, 1])
    symbols = tables.symbols(["open_chat"] * 2, ["originator"] * 2)
    for kind in (np.uint64, np.int64, np.int8):
        assert np.array_equal(tables.step(rows, symbols.astype(kind)), tables.step(rows, symbols))
    assert len(tables.start([])) == len(tables.step(tables.start([]), symbols[:0])) == 0


def test_pairings_that_are_none() -> None:
    with pytest.raises(ValueError, match="pairings: 5 is not accepted; give a Pairing"):
        Tables.between([5])  # type: ignore[list-item]


def test_places_have_rows(tables: Tables) -> None:
    talk = Conversation(PAIRS["sfb>sfb"])
    talk.fire("open_chat", "originator")
    numbers = list(range(len(tables)))
    rows = tables.rows(numbers, [tuple(talk.places.values())] * len(numbers))
    assert [tables.places[n] for n in tables.place(rows).tolist()] == [talk.places] * len(numbers)
    with pytest.raises(ValueError, match="places: 0 for 1 pairings are not accepted; give one for each"):
        tables.rows([0], [])
