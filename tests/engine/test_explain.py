"""Why an event is refused, on a table small enough to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fsm import Party, Refusal, RefusalKind
from fsm.engine.profile import Profile
from fsm.engine.program import Program
from fsm.notation import (
    ORIGINATOR,
    OWNER,
    RECIPIENT,
    SERVICE,
    Composition,
    Lifecycle,
    Remedy,
    guard,
    on,
    refuse,
    state,
    to,
)
from fsm.spec.rules import RULES

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyRefusal


COPY = Remedy("a copy of the key")
HAS_KEY = guard("has_key", lambda view: "key" in view, "has the key", "has no key", "POL-1", COPY)
KNOWS_CODE = guard("knows_code", lambda view: "code" in view, "knows the code", "does not know the code", "POL-2")
IS_OPEN = guard(
    "is_open", lambda view: "closed" not in view, "the house is open", "the house is closed", "POL-3", about=None
)
DOOR = Lifecycle(
    "front_door",
    "A door",
    state(
        "shut",
        "",
        on("unlock", to="wide", when=[HAS_KEY, KNOWS_CODE], instead="knock", cites="INT-1"),
        on("enter", by=SERVICE, cites="INT-1"),
        on("enter", by=ORIGINATOR, when=[IS_OPEN], cites="INT-2"),
        on("ring", by=RECIPIENT, cites="INT-3 INT-4"),
        on("knock", cites="INT-1"),
        on("smoke", by=RECIPIENT, refused="RTE-2"),
        on("sing", cites="INT-1"),
        initial=True,
    ),
    state("wide", "", on("shut", by=OWNER, to="shut", cites="INT-5"), owner="holder"),
    rules=RULES,
)
HOUSE = Composition(
    DOOR, dispatch={"sing": (refuse("RTE-1", front_door="shut"), to("front_door"))}, changes=(), rules=RULES
)


def refused(event: str, by: str, first: str, second: str, after: str = "") -> AnyRefusal:
    """The refusal of an event, where the originator and the recipient have these words in view."""
    profile = Profile((HAS_KEY, IS_OPEN, KNOWS_CODE), [first.split(), second.split()])
    row = Program(HOUSE, profile).initial
    if after:
        moved = row[after, "originator"]
        assert moved.to is not None
        row = moved.to
    refusal = row[event, by]
    assert isinstance(refusal, Refusal)
    return refusal


Told = tuple[str | None, str | None, str, str]
Reasons = tuple[tuple[str, str, str, str, str, str], ...]


@pytest.mark.parametrize(
    ("asked", "told", "reasons"),
    [
        (
            ("unlock", "originator", "", "key code"),
            ("POL-1", "has_key", "the originator has no key.", "knock; or a copy of the key"),
            (("unlock.1", "has_key", "originator", "POL-1", "the originator has no key", "a copy of the key"),),
        ),
        (
            ("unlock", "recipient", "", "key"),
            ("POL-2", "knows_code", "the recipient does not know the code.", "knock"),
            (("unlock.1", "knows_code", "recipient", "POL-2", "the recipient does not know the code", ""),),
        ),
        (
            ("ring", "originator", "", ""),
            ("INT-3", None, "only the recipient may fire it.", "ring by the recipient"),
            (("ring.1", "", "originator", "INT-3", "only the recipient may fire it", ""),),
        ),
        (
            ("enter", "originator", "closed", "closed"),
            ("POL-3", "is_open", "the house is closed.", ""),
            (
                ("enter.1", "", "originator", "", "only the service may fire it", ""),
                ("enter.2", "is_open", "", "POL-3", "the house is closed", ""),
            ),
        ),
        (
            ("knock", "service", "", ""),
            (None, None, "only a party may fire it.", "enter"),
            (("knock.1", "", "service", "", "only a party may fire it", ""),),
        ),
        (
            ("shut", "recipient", "key code", "", "unlock"),
            ("INT-5", None, "only the holder (originator) may fire it.", "shut by the originator"),
            (("shut.1", "", "recipient", "INT-5", "only the holder (originator) may fire it", ""),),
        ),
        (
            ("knock", "originator", "key code", "", "unlock"),
            (None, None, "the front door is in state wide.", "shut"),
            (),
        ),
    ],
)  # fmt: skip
def test_a_refusal_names_what_came_closest_and_the_way_out(
    asked: tuple[str, ...], told: Told, reasons: Reasons
) -> None:
    refusal = refused(*asked)
    assert (refusal.rule, refusal.guard, refusal.message, refusal.instead) == told
    assert tuple(each._replace(row=each.row.split(".", 2)[2]) for each in refusal.reasons) == reasons
    assert refusal.rules == ((refusal.rule,) if refusal.rule else ())


def test_a_way_out_is_the_actors_own_before_it_is_anothers() -> None:
    assert refused("unlock", "recipient", "", "").ways == (("knock", Party.RECIPIENT),)
    assert refused("knock", "service", "", "").ways == (("enter", Party.SERVICE),)
    assert refused("ring", "originator", "", "").ways == (("ring", Party.RECIPIENT),)


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (("knock", "originator", "key code", "", "unlock"), RefusalKind.NOT_APPLICABLE),
        (("shut", "service", "", ""), RefusalKind.NOT_APPLICABLE),
        (("ring", "originator", "", ""), RefusalKind.NOT_YOURS),
        (("ring", "service", "", ""), RefusalKind.NOT_YOURS),
        (("knock", "service", "", ""), RefusalKind.NOT_YOURS),
        (("enter", "recipient", "", ""), RefusalKind.NOT_YOURS),
        (("shut", "recipient", "key code", "", "unlock"), RefusalKind.NOT_YOURS),
        (("unlock", "recipient", "", ""), RefusalKind.REFUSED),
        (("enter", "originator", "closed", "closed"), RefusalKind.REFUSED),
        (("smoke", "recipient", "", ""), RefusalKind.REFUSED),
        (("smoke", "originator", "", ""), RefusalKind.NOT_YOURS),
        (("sing", "originator", "", ""), RefusalKind.REFUSED),
    ],
)
def test_a_refusal_says_of_which_kind_it_is(asked: tuple[str, ...], kind: RefusalKind) -> None:
    assert refused(*asked).kind is kind


def test_kinds_in_words() -> None:
    said = [
        str(refused(event, by, "", "")).partition(":")[0]
        for event, by in (("shut", "originator"), ("knock", "service"), ("ring", "originator"), ("sing", "recipient"))
    ]
    assert said == [
        "shut by originator is not applicable here",
        "knock by service is not theirs to fire",
        "ring by originator is not theirs to fire [INT-3]",
        "sing by recipient is refused [RTE-1]",
    ]
