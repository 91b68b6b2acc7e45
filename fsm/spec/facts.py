"""The facts of a pairing by name, ``originator.mode`` or ``scope``: from a pairing, to one, and what differs.

A fact is called as the field of a Pairing that it is, or as the field of a Participant after the party and a dot. Its
value is a string, which may be a member of an enumeration, or true or false.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from fsm.notation import PARTIES
from fsm.notation.echo import echo
from fsm.spec.parties import AROUND, PERSONAL, Pairing, Participant, bare, choose

Facts: TypeAlias = dict[str, Any]
"""Facts by name."""
KINDS: Mapping[str, Any] = {
    **{f"{party}.{name}": kind for party in PARTIES for name, kind in PERSONAL.items()},
    **AROUND,
}
"""Every fact of a pairing, and what it is: an enumeration, bool or str."""
TRUTH = {"true": True, "false": False}


def facts(of: Pairing | Participant) -> Facts:
    """Every fact of a pairing; or of a user, by the names of a Participant's fields.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(of, Participant):
        return {name: getattr(of, name) for name in PERSONAL}
    if not isinstance(of, Pairing):
        raise ValueError(f"of: {echo(of)} is not accepted; give a Pairing or a Participant")
    sides = {f"{party}.{name}": value for party in PARTIES for name, value in facts(getattr(of, party)).items()}
    return sides | around(of)


def around(pairing: Pairing) -> Facts:
    """The facts of what surrounds the two."""
    return {name: getattr(pairing, name) for name in AROUND}


def from_facts(given: Facts) -> Pairing:
    """The pairing that has these facts. What is not given is as usual, and an address is the name of the party.

    Raises:
        ValueError: a fact is not known or not accepted, a mode is missing, or facts contradict each other.
    """
    _named(given)
    two = []
    for party in PARTIES:
        own = {name: given[path] for name in PERSONAL if (path := f"{party}.{name}") in given}
        try:
            two.append(Participant(**{"address": party.value, "mode": None, **own}))
        except ValueError as error:
            raise ValueError(f"{party}.{error}") from None
    return Pairing(*two, **{name: given[name] for name in AROUND if name in given})


def _named(given: object) -> None:
    if not isinstance(given, Mapping):
        raise ValueError(f"facts: {echo(given)} is not accepted; give values by name, such as originator.mode")
    for name in given:
        _known(name, KINDS)


def merged(known: Facts, given: Facts) -> Facts:
    """Facts with others in their place. A client goes with its mode, unless another is given."""
    gone = {
        f"{name.removesuffix('mode')}client"
        for name, value in given.items()
        if name.rpartition(".")[2] == "mode" and known.get(name) != value
    }
    return {**{name: value for name, value in known.items() if name not in gone}, **given}


def changed(pairing: Pairing, given: Facts) -> Pairing:
    """The pairing with these facts changed. A client goes with its mode, unless another is given.

    Raises:
        ValueError: a fact is not known or not accepted, or facts contradict each other.
    """
    _named(given)
    return from_facts(merged(facts(pairing), given))


def read(name: str, value: Any, kinds: Mapping[str, Any] = KINDS) -> Any:
    """A fact from how it is written in a file or on a command line, which spells true and false in any case.

    Args:
        name: which fact.
        value: how it is written.
        kinds: the facts that there are: those of a pairing, or PERSONAL, which are those of a user.

    Raises:
        ValueError: there is no such fact, or the value is not accepted; the message names fact, value and what is.
    """
    kind = _known(name, kinds)
    return truth(name, value) if kind is bool else choose(kind, value, name)


def _known(name: str, kinds: Mapping[str, Any]) -> Any:
    if name not in kinds:
        whose = "a user" if kinds is PERSONAL else "a pairing"
        raise ValueError(f"{echo(name)} is not known of {whose}; use one of {', '.join(kinds)}")
    return kinds[name]


def truth(name: str, value: Any) -> bool:
    """A value that is true or false, as it is written.

    Raises:
        ValueError: it is neither.
    """
    return choose(bool, TRUTH.get(value.casefold(), value) if isinstance(value, str) else value, name)


def of_the_same(given: Facts, addresses: Sequence[str]) -> Facts:
    """What is given of two people besides their addresses, which have to be these, as ``bare`` has them.

    Raises:
        ValueError: one is of somebody else.
    """
    for party, known in zip(PARTIES, addresses, strict=True):
        address = given.get(f"{party}.address", known)
        if not isinstance(address, str) or bare(address) != known:
            raise ValueError(
                f"{party}.address: {echo(address)} is not who the conversation is with; give {echo(known)}"
            )
    return besides_addresses(given)


def besides_addresses(given: Facts) -> Facts:
    """Facts without the addresses, which decide nothing."""
    return {name: value for name, value in given.items() if KINDS[name] is not str}


def same_two(old: Pairing, new: Pairing) -> None:
    """Check that a pairing is between the same people.

    Raises:
        ValueError: it is not.
    """
    for party in PARTIES:
        known, given = getattr(old, party).address, getattr(new, party).address
        if known != given:
            raise ValueError(f"{party}: {echo(given)} is not who this conversation is with; give {echo(known)}")


def unusual(of: Pairing | Participant) -> Facts:
    """The facts that are not what they are by default for the same addresses and modes."""
    usual = facts(_usual(of))
    return {name: value for name, value in facts(of).items() if usual[name] != value}


def _usual(of: Pairing | Participant) -> Pairing | Participant:
    if isinstance(of, Participant):
        return Participant(of.address, of.mode)
    return Pairing(*(Participant(who.address, who.mode) for who in (of.originator, of.recipient)))


def described(pairing: Pairing) -> str:
    """A pairing in one line: the two modes, and whatever is not as usual."""
    odd = (f"{name} {value}" for name, value in unusual(pairing).items())
    return "; ".join([f"{pairing.originator.mode} to {pairing.recipient.mode}", *odd])


def difference(old: Pairing, new: Pairing) -> str:
    """What a change of the pairing changes; empty where it is none."""
    before, after = facts(old), facts(new)
    return ", ".join(f"{name} {before[name]} to {after[name]}" for name in before if before[name] != after[name])
