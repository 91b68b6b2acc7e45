"""Pairings out of a log: the same facts make the same pairing, however many conversations have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, NamedTuple

from fsm.engine.conversation import PROGRAMS
from fsm.engine.program import Program
from fsm.notation import PARTIES, Party
from fsm.readers.columns import SURROUNDINGS, Facts, among
from fsm.spec.parties import Pairing, Participant, bare
from fsm.spec.routing import View, views

PERSONAL = tuple(each.name for each in fields(Participant) if each.name != "address")


class Under(NamedTuple):
    """A pairing, whatever the addresses of its two: every fact of it, its program and the originator's view."""

    facts: Facts
    program: Program
    view: View


class Pairings:
    """Who the two of a conversation are: as its log says, and else as is known besides.

    Args:
        between: the two where the log names no mode and ``users`` does not have the address that it names.
        users: by address.
        surroundings: what a Pairing takes besides its two, where the log does not say; those of ``between`` go before.
    """

    def __init__(self, between: Pairing | None, users: Mapping[str, Participant], surroundings: Facts) -> None:
        for name in surroundings:
            among("surroundings", name, SURROUNDINGS)
        self._between, self._users = between, users
        self._surroundings = {name: getattr(between, name) for name in SURROUNDINGS} if between else surroundings
        self._kept: dict[object, Under] = {}

    def begin(self, facts: Facts) -> tuple[Under, tuple[str, str]]:
        """The pairing that a conversation starts under, and the addresses of its two.

        Raises:
            ValueError: the facts leave open who they are, or contradict each other.
        """
        first, second = (self._address(party, facts) for party in PARTIES)
        if first == second:
            raise ValueError(f"recipient.address: {second!r} is the originator's too; a conversation needs two")
        found = dict(self._surroundings)
        for party in PARTIES:
            if f"{party}.mode" not in facts:
                found |= _facts(party, self._known(party, facts))
        return self.under({**found, **_without_addresses(facts)}), (first, second)

    def _address(self, party: Party, facts: Facts) -> str:
        usual = getattr(self._between, party).address if self._between else party.value
        return bare(facts.get(f"{party}.address", usual))

    def _known(self, party: Party, facts: Facts) -> Participant:
        address = facts.get(f"{party}.address", "")
        if address in self._users:
            return self._users[address]
        if self._between:
            return getattr(self._between, party)  # type: ignore[no-any-return]  # a Participant
        who = f" for {address!r}" if address else ""
        raise ValueError(
            f"{party}.mode: missing{who}; give it on the first event of the conversation, or to all of them"
        )

    def changed(self, under: Under, addresses: tuple[str, str], facts: Facts) -> Under:
        """The pairing with these facts of it changed; itself if they are as they were.

        A client goes with its mode, unless another is given.

        Raises:
            ValueError: the facts contradict each other, or are of other people.
        """
        for party, known in zip(PARTIES, addresses, strict=True):
            address = facts.get(f"{party}.address", known)
            if bare(address) != known:
                raise ValueError(f"{party}.address: {address!r} is not who the conversation is with; give {known!r}")
        given = _without_addresses(facts)
        if given.items() <= under.facts.items():
            return under
        kept = dict(under.facts)
        for party in PARTIES:
            mode = f"{party}.mode"
            if given.get(mode, kept[mode]) != kept[mode]:
                del kept[f"{party}.client"]
        return self.under({**kept, **given})

    def under(self, facts: Facts) -> Under:
        """The one pairing that has these facts.

        Raises:
            ValueError: they contradict each other.
        """
        key = tuple(sorted(facts.items()))
        found = self._kept.get(key)
        if found is None:
            pairing = Pairing(
                *(_participant(party, facts) for party in PARTIES),
                **{name: facts[name] for name in SURROUNDINGS if name in facts},
            )
            every = {name: getattr(pairing, name) for name in SURROUNDINGS}
            for party in PARTIES:
                every |= _facts(party, getattr(pairing, party))
            both = views(pairing)
            found = self._kept[key] = Under(every, PROGRAMS.under(both), both[0])
        return found


def _participant(party: Party, facts: Facts) -> Participant:
    given: dict[str, Any] = {name: facts[f"{party}.{name}"] for name in PERSONAL if f"{party}.{name}" in facts}
    try:
        return Participant(party.value, **given)
    except ValueError as error:
        raise ValueError(f"{party}.{error}") from None


def _facts(party: Party, who: Participant) -> Facts:
    return {f"{party}.{name}": getattr(who, name) for name in PERSONAL}


def _without_addresses(facts: Facts) -> Facts:
    return {name: value for name, value in facts.items() if not name.endswith(".address")}
