"""Facts as the page has them."""

from __future__ import annotations

from fsm.notation.pairings import plain
from fsm.spec.facts import facts
from fsm.spec.parties import Pairing, Participant


def told(who: Participant | Pairing) -> dict[str, str | bool]:
    """Every fact of a user or of two, as data."""
    return {name: plain(value) for name, value in facts(who).items()}
