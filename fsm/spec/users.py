"""The pairings of this product: any two users of Teams and Skype for Business, in words and as facts."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from fsm.notation import Composition
from fsm.notation.pairings import Pairings
from fsm.spec.parties import Pairing, Participant
from fsm.spec.routing import FACTS, View, views
from fsm.spec.rules import RULES

SIDES = ("originator", "recipient")
Facts = dict[str, str | bool]


def facts(pairing: Pairing) -> Facts:
    """Every fact of a pairing by its path, such as originator.mode."""
    around = {each.name: getattr(pairing, each.name) for each in fields(pairing) if each.name not in SIDES}
    return {
        f"{side}.{each.name}": getattr(getattr(pairing, side), each.name)
        for side in SIDES
        for each in fields(Participant)
    } | around


def from_facts(given: Facts) -> Pairing:
    """The pairing that has these facts.

    Raises:
        ValueError: they contradict each other.
    """
    sides: dict[str, Facts] = {side: {} for side in (*SIDES, "")}
    for path, value in given.items():
        side, _, name = path.rpartition(".")
        sides[side][name] = value
    first, second = (Participant(**sides[side]) for side in SIDES)  # type: ignore[arg-type]  # by name, as facts() gave
    return Pairing(first, second, **sides[""])  # type: ignore[arg-type]


def describe(pairing: Pairing) -> str:
    """A pairing in one line: the two modes, and whatever is not as usual."""
    usual = facts(Pairing(*(Participant(who.address, who.mode) for who in (pairing.originator, pairing.recipient))))
    odd = (f"{name} {value}" for name, value in facts(pairing).items() if usual[name] != value)
    return "; ".join([f"{pairing.originator.mode} to {pairing.recipient.mode}", *odd])


class Users(Pairings):
    """Any two users. There are some millions of pairings of them, which ``fsm.space.profiles`` counts unlisted."""

    def __init__(self) -> None:
        self.views = views
        self.every = self.originators = self.all = ()
        self.seen = frozenset()
        self.facts = FACTS
        self.kind = Pairing

    def admit(self, pairing: Any) -> None:
        """See that it is a pairing; whichever it is, its like was counted.

        Raises:
            ValueError: it is none.
        """
        if not isinstance(pairing, Pairing):
            raise ValueError(f"pairing: {pairing!r} is not accepted; give a Pairing of users")

    def names(self, pairing: Pairing) -> tuple[str, str]:
        """The two addresses."""
        return pairing.originator.address, pairing.recipient.address

    def kinds(self, pairing: Pairing) -> tuple[str, str]:
        """The two modes."""
        return pairing.originator.mode, pairing.recipient.mode

    def told(self, view: View) -> str:
        """What a party is, in words, and what the conversation is."""
        return f"{view.mode}, on {view.on}, with {view.client}. The conversation is {view.kind}"

    def facts_of(self, pairing: Pairing) -> Facts:
        """Every fact of a pairing by its path, such as originator.mode."""
        return facts(pairing)

    def describe(self, pairing: Pairing) -> str:
        """The two modes, and whatever is not as usual."""
        return describe(pairing)


USERS = Users()
"""Between whom the conversations of this product are."""


def whose(composition: Composition) -> Pairings:
    """Between whom a composition is: what it says itself, or the users of this product where it cites their rules.

    Raises:
        ValueError: it does not say, and cites rules of its own.
    """
    if composition.pairings is not None:
        return composition.pairings
    if composition.rules.keys() <= RULES.keys():
        return USERS
    raise ValueError(
        f"composition: {', '.join(composition.lifecycles)} cites rules of its own and does not say between whom it is; "
        "declare it as a fsm.Specification, with its pairings"
    )
