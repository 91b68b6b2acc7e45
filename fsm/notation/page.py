"""A page that is one file: what is put into it is shown, and never taken for a part of it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from importlib.resources import files

from fsm.notation.text import printable

SLOT = re.compile(r"\{(\w+)\}")


def escape(text: str) -> str:
    """Text from anywhere, safe in HTML and XML."""
    return html.escape(printable(text))


def embedded(json: str) -> str:
    """JSON, safe in a script element that is not run."""
    return json.replace("<", "\\u003c")


def filled(template: str, parts: Mapping[str, str]) -> str:
    """A template with each {name} in it replaced, once: what is put in is not looked at again."""
    return SLOT.sub(lambda found: parts[found[1]], template)


def sheet() -> str:
    """The style that pages share: colours, on light and on dark, type and tables."""
    return (files("fsm") / "notation" / "page.css").read_text(encoding="utf-8")
