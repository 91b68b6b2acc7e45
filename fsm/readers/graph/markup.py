"""What the body of a chat message is: text, emoji, or something richer."""

from __future__ import annotations

from html.parser import HTMLParser

PLAIN = frozenset(("p", "div", "br", "span", "systemeventmessage"))
"""Elements that are no more than text in paragraphs; a span with a style is more."""
EMOJI = frozenset(("emoji",))
ATTACHED = frozenset(("attachment",))
"""Where an attachment stands; what it is tells the attachment itself."""
DRESSED = frozenset(("style", "class", "bgcolor", "color"))
"""Attributes that make a paragraph more than text."""
LONGEST = 1 << 18
"""Characters of a body that are looked at."""


class _Markup(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.kinds: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in EMOJI:
            self.kinds.add("emoji")
        elif tag not in ATTACHED and (tag not in PLAIN or any(name in DRESSED for name, _ in attrs)):
            self.kinds.add("rich")


def kind(content: str) -> str:
    """Whether html is ``text``, ``emoji`` or ``rich``; what cannot be parsed is rich."""
    if "<" not in content:
        return "text"
    markup = _Markup()
    try:
        markup.feed(content[:LONGEST])
        markup.close()
    except (AssertionError, ValueError, RecursionError):
        return "rich"
    return next((each for each in ("rich", "emoji") if each in markup.kinds), "text")
