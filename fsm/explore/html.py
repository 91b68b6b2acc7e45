"""The explorer as a file: one page, offline, that opens where it is told to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources import files

from fsm.explore.facts import told
from fsm.notation.page import embedded
from fsm.spec.parties import Participant

BUILT = files("fsm") / "data" / "explorer.html"
BLOCK = '<script type="application/json" id="{}">{}</script>'


def page(users: Iterable[Participant] = (), start: str = "") -> str:
    """The explorer, as HTML.

    Args:
        users: whom to choose from. Default: those of the bundled examples.
        start: where it opens, as ``fsm.engine.address`` writes it. Default: at a story of the guidance.
    """
    found = BUILT.read_text(encoding="utf-8")
    for name, empty, value in (("known", "[]", [told(each) for each in users]), ("start", '""', start)):
        found = found.replace(BLOCK.format(name, empty), BLOCK.format(name, embedded(json.dumps(value))))
    return found
