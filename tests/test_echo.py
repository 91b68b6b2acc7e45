"""What somebody gave can be shown in a message, whatever it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.notation.echo import LONGEST, echo, plain


class Forged:
    def __repr__(self) -> str:
        return "\x1b[2J\nError: forged"


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("chat", "'chat'"),
        ("a" * 5000, f"'{'a' * 60}'... (5,000 characters)"),
        (b"a" * 5000, f"b'{'a' * 60}'... (5,000 bytes)"),
        (b"a", "b'a'"),
        ("\x9b2J\u202e\ud800\n", r"'\x9b2J\u202e\ud800\n'"),
        (12, "12"),
        pytest.param(10**5000, "a number of 16,610 bits", id="a long number"),
        ([None] * 100, "[None, None, None, None, None, None, ...]"),
        ([[[[1]]]], "[[[[...]]]]"),
        (Forged(), r"\x1b[2J\nError: forged"),
    ],
)
def test_a_value_is_cut_and_safe(value: Any, says: str) -> None:
    assert echo(value) == says


def test_a_value_that_cannot_say_what_it_is_is_named() -> None:
    assert echo(Broken()).startswith("<Broken instance at 0x")


@pytest.mark.parametrize(("text", "says"), [("Ann é", "Ann é"), ("a\x1b[31m\r\n\u202eb", r"a\x1b[31m\r\n\u202eb")])
def test_text_is_as_it_is_but_for_what_cannot_be_seen(text: str, says: str) -> None:
    assert plain(text) == says


@given(st.recursive(st.text() | st.binary() | st.integers() | st.none(), lambda each: st.lists(each) | st.tuples(each)))
def test_whatever_is_shown_is_one_short_line(value: Any) -> None:
    assert echo(value).isprintable()
    assert len(echo(value)) < 10 * 6 * 6 * LONGEST
