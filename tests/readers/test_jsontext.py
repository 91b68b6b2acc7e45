"""JSON of others: a key twice is an error wherever it stands, and a value in a message is short and safe."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.readers.jsontext import GivenTwice, decode, once, written


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"a": 1, "a": 1}', "'a'"),
        ('{"a":1,"a" :2}', "'a'"),
        ('{"a": 1, "\\u0061": 2}', "'a'"),
        ('{"a": {"b": 1, "b": 2}}', "'b'"),
        ('[{}, {"a": 1, "a": 2}]', "'a'"),
        ('{"time": "9\\u003a00", "a": 1, "a": 2}', "'a'"),
        ('{"time": "09:00:01", "a": 1, "a": 2}', "'a'"),
        ('{"\\u202e\\u009b": 1, "\\u202e\\u009b": 2}', r"'\u202e\x9b'"),
    ],
)
def test_a_key_twice_is_told(text: str, key: str) -> None:
    for written_in in (text, text.encode()):
        with pytest.raises(GivenTwice) as told:
            once(written_in, decode(written_in))
        assert str(told.value) == f"{key} is given twice in one object; give it once"


values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), values) | st.lists(values), st.booleans(), st.booleans())
def test_keys_once_are_fine_however_it_is_written(value: Any, tight: bool, escaped: bool) -> None:
    text = json.dumps(value, separators=(",", ":") if tight else (", ", " : "), ensure_ascii=escaped)
    once(text, decode(text))
    once(text.encode(), decode(text))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, "null"),
        ("a", '"a"'),
        ([["relay"]], '[["relay"]]'),
        ("\x9b2J\u202e", r'"\x9b2J\u202e"'),
        ("a" * 5000, f"'{'a' * 60}'... (5,000 characters)"),
        (float("nan"), "nan"),
        ("\ud800", r"'\ud800'"),
        ({(1, 2): 3}, "{(1, 2): 3}"),
        (b"a", "b'a'"),
    ],
)
def test_a_value_in_a_message(value: Any, says: str) -> None:
    assert written(value) == says
