"""What is held back, as more of it may come."""

from __future__ import annotations

from fsm.readers.held import Held


def test_the_oldest_is_let_go_and_only_its_name_is_known() -> None:
    held: Held[int] = Held(2)
    for n, name in enumerate("abc"):
        held[name] = n
    held["b"] = 7
    assert list(held.over()) == [0]
    assert ("a" in held, held.gone("a"), held.gone("b"), held["b"]) == (False, True, False, 7)
    assert list(held.rest()) == [7, 2]
    assert list(held.over()) == []
