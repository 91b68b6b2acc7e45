"""The pairings of this product: any two users of Teams and Skype for Business, in words and as facts."""

from __future__ import annotations

from typing import Any

from fsm.notation import Composition
from fsm.notation.echo import echo
from fsm.notation.pairings import Pairings
from fsm.spec.facts import Facts, described, difference, facts
from fsm.spec.parties import Pairing, decisive
from fsm.spec.routing import FACTS, View, views
from fsm.spec.rules import RULES


class Users(Pairings):
    """Any two users. There are some millions of pairings of them, which ``fsm.space.profiles`` counts unlisted."""

    def __init__(self) -> None:
        self.views = views
        self.every = self.originators = self.all = ()
        self.seen = {}
        self.facts = FACTS
        self.kind = Pairing

    def admit(self, pairing: Any) -> None:
        """See that it is a pairing; whichever it is, its like was counted.

        Raises:
            ValueError: it is none.
        """
        if decisive(pairing) is None:
            raise ValueError(f"pairing: {echo(pairing)} is not accepted; give a Pairing of users")

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
        return described(pairing)

    def difference(self, old: Pairing, new: Pairing) -> str:
        """What a change of the pairing changes; empty where it is none."""
        return difference(old, new)


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
