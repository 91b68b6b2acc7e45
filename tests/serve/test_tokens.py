"""Tokens are read from lines, and compared without telling how near a guess was."""

from __future__ import annotations

import pytest

from fsm.serve.tokens import MOST, holder, tokens

ONE, TWO = "a" * 32, "b" * 40
LINES = f"# who may\n\ngateway read,write {ONE}\n  operator admin {TWO}\n"


def test_lines_are_read() -> None:
    first, second = tokens(LINES, "tokens")
    assert (first.name, first.scopes, second.name, second.scopes) == (
        "gateway",
        frozenset({"read", "write"}),
        "operator",
        frozenset({"admin"}),
    )
    assert ONE not in repr(first)


def test_a_token_is_its_holders() -> None:
    known = tokens(LINES, "tokens")
    assert [holder(each, known) for each in (ONE, TWO, "a" * 31, "", "é\udcff")] == [*known, None, None, None]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("gateway read", "tokens, line 1: it has 2 words; give a line for each: NAME SCOPES TOKEN"),
        ("gateway read a b", "it has 4 words"),
        (f"gate/way read {ONE}", "'gate/way' is not accepted as a name"),
        (f"gateway reed {ONE}", "'reed' is not a scope; use read, write, admin"),
        (f"gateway read, {ONE}", "'' is not a scope"),
        ("gateway read short", "the token is not accepted; give 32 to 200"),
        (f"gateway read {'a' * 201}", "the token is not accepted"),
        (f"gateway read {'é' * 32}", "the token is not accepted"),
        (f"gateway read {ONE}\ngateway read {TWO}", "line 2: 'gateway' is not accepted as a name"),
        (f"gateway read {ONE}\nother read {ONE}", "line 2: the token is given twice"),
        ("# nobody", "tokens: it has 0 tokens; give 1 to 1,000"),
        ("\n".join(f"n{n} read {n:032}" for n in range(MOST + 1)), "it has 1001 tokens"),
    ],
)
def test_a_line_that_is_none_is_named_and_shows_no_token(line: str, says: str) -> None:
    with pytest.raises(ValueError, match=r".") as error:
        tokens(line, "tokens")
    assert says in str(error.value)
    assert ONE not in str(error.value)
