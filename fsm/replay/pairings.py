"""Pairings out of a log: the same facts make the same pairing, however many conversations have them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from sys import intern
from typing import NamedTuple

from fsm.engine.conversation import PROGRAMS
from fsm.engine.program import Program
from fsm.notation import PARTIES, Party
from fsm.notation.echo import echo
from fsm.readers.columns import among
from fsm.spec.facts import Facts, around, besides_addresses, facts, from_facts, merged, of_the_same
from fsm.spec.parties import AROUND, Pairing, Participant, bare
from fsm.spec.routing import View, views


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
            among("surroundings", name, AROUND)
        self._between, self._users = between, users
        self._surroundings = around(between) if between else surroundings
        self._kept: dict[object, Under] = {}

    def begin(self, given: Facts, assumed: Collection[str] = ()) -> tuple[Under, tuple[str, str]]:
        """The pairing that a conversation starts under, and the addresses of its two.

        Args:
            given: what the log says.
            assumed: which of it nobody recorded: of a user who is known otherwise, that is what counts.

        Raises:
            ValueError: the facts leave open who they are, or contradict each other.
        """
        first, second = (self._address(party, given) for party in PARTIES)
        if first == second:
            raise ValueError(f"recipient.address: {echo(second)} is the originator's too; a conversation needs two")
        found = dict(self._surroundings)
        given = {name: value for name, value in given.items() if name not in assumed or not self._knows(name, given)}
        for party in PARTIES:
            if f"{party}.mode" not in given:
                found |= {f"{party}.{name}": value for name, value in facts(self._known(party, given)).items()}
        return self.under(besides_addresses({**found, **given})), (first, second)

    def _address(self, party: Party, given: Facts) -> str:
        usual = getattr(self._between, party).address if self._between else party.value
        return intern(bare(given.get(f"{party}.address", usual)))

    def _knows(self, name: str, given: Facts) -> bool:
        """Whether a fact of a user is known of them besides."""
        party = name.partition(".")[0]
        return name != f"{party}.address" and (bool(self._between) or given.get(f"{party}.address") in self._users)

    def _known(self, party: Party, given: Facts) -> Participant:
        address = given.get(f"{party}.address", "")
        if address in self._users:
            return self._users[address]
        if self._between:
            return getattr(self._between, party)  # type: ignore[no-any-return]  # a Participant
        who = f" for {echo(address)}" if address else ""
        raise ValueError(
            f"{party}.mode: missing{who}; give it on the first event of the conversation, or to all of them"
        )

    def changed(self, under: Under, addresses: tuple[str, str], given: Facts) -> Under:
        """The pairing with these facts of it changed; itself if they are as they were.

        A client goes with its mode, unless another is given.

        Raises:
            ValueError: the facts contradict each other, or are of other people.
        """
        given = of_the_same(given, addresses)
        return under if given.items() <= under.facts.items() else self.under(merged(under.facts, given))

    def under(self, given: Facts) -> Under:
        """The one pairing that has these facts, and, for addresses decide nothing, the same addresses as any other.

        Raises:
            ValueError: they contradict each other.
        """
        key = tuple(sorted(given.items()))
        found = self._kept.get(key)
        if found is None:
            pairing = from_facts(given)
            both = views(pairing)
            every = besides_addresses(facts(pairing))
            found = self._kept[key] = Under(every, PROGRAMS.under(both), both[0])
        return found
