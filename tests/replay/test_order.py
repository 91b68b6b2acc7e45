"""What came before what, where times may lie between two."""

from __future__ import annotations

import pytest

from fsm.readers.columns import Span
from fsm.replay.order import Held, blocks, earlier

HELD = {
    "a": Held(1, "a"),
    "b": Held(2, "b"),
    "c": Held(Span(1, 3), "c"),
    "d": Held(Span(2, None), "d"),
    "e": Held(Span(None, 2), "e"),
    "f": Held(5, "f"),
    "g": Held(Span(1, 3), "g", True),
    "h": Held(Span(3, 4), "h"),
}


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        ("", []),
        ("ba", ["a", "b"]),
        ("cab", ["cab"]),
        ("acf", ["a", "c", "f"]),
        ("afd", ["a", "df"]),
        ("ab", ["a", "b"]),
        ("fbe", ["e", "b", "f"]),
        ("fae", ["ea", "f"]),
        ("dhf", ["dhf"]),
    ],
)
def test_events_are_in_blocks(given: str, parts: list[str]) -> None:
    assert ["".join(each.what for each in block) for block in blocks(HELD[name] for name in given)] == parts


@pytest.mark.parametrize(("given", "before"), [("ea", ["", ""]), ("cab", ["a", "", "a"]), ("cg", ["", "c"])])
def test_of_a_block_some_are_earlier(given: str, before: list[str]) -> None:
    (block,) = blocks(HELD[name] for name in given)
    assert ["".join(each.what for n, each in enumerate(block) if bits >> n & 1) for bits in earlier(block)] == before


def test_of_those_that_are_alike_one_comes_first() -> None:
    alike = [Held(span, n, False, "x") for n, span in enumerate((Span(1, 3), Span(1, 4), Span(2, 3)))]
    assert earlier(alike) == [0, 0b001, 0b001]
