"""What a picture tells of the rules that its lines cite."""

from __future__ import annotations

from typing import Any

from fsm.notation import Composition
from fsm.spec.rules import RULES
from fsm.spec.users import USERS

OURS: dict[str, Any] = {"rules": RULES, "page": "RULES.md"}
"""The rules of Teams and Skype for Business users, and the page of the gallery where they stand."""


def cited(composition: Composition | None) -> dict[str, Any]:
    """The rules of a composition and where they stand, as a picture takes them."""
    if composition is None:
        return {}
    return {"rules": composition.rules, "page": OURS["page"] if composition.pairings in (None, USERS) else ""}
