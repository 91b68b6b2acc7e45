"""What is put into a page is shown, whatever it says."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from fsm.notation.page import embedded, escape, filled
from tests.hostile import WORDS


class Seen(HTMLParser):
    """The elements of a page and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("word", WORDS, ids=lambda word: ascii(word)[:40])
def test_words_are_text(word: str) -> None:
    seen = Seen(f'<p title="{escape(word)}">{escape(word)}</p>')
    assert seen.elements == ["p"]
    if word.isprintable():
        assert seen.text == word


@pytest.mark.parametrize("word", WORDS, ids=lambda word: ascii(word)[:40])
def test_data_ends_no_script(word: str) -> None:
    text = embedded(json.dumps([word]))
    assert "<" not in text
    assert json.loads(text) == [word]


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    assert filled("<p>{one}, {two}</p>", {"one": "{two}", "two": "{one} { }"}) == "<p>{two}, {one} { }</p>"
    with pytest.raises(KeyError):
        filled("{none}", {})
