"""People out of snapshots: whoever is in many is one Participant, as long as somebody has them.

A person is looked up by address and compared as written, so that whom a snapshot tells as the last one did is neither
checked nor held once more. The table is of weak references; only the latest pairings are kept, for a host that
restores, fires and forgets again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any
from weakref import WeakValueDictionary

from fsm.spec.facts import around
from fsm.spec.parties import AROUND, PERSONAL, Pairing, Participant, fitting

LATEST = 1024
"""Pairings that are kept."""
_PEOPLE: WeakValueDictionary[str, Participant] = WeakValueDictionary()
_OF: Callable[[Any], tuple[Any, ...]] = attrgetter(*PERSONAL)
_PERSON, _AROUND = itemgetter(*PERSONAL), itemgetter(*AROUND)


def _written(kinds: Mapping[str, Any]) -> list[type]:
    """The types of facts in JSON."""
    return [bool if kind is bool else str for kind in kinds.values()]


_PERSON_WRITTEN, _AROUND_WRITTEN = _written(PERSONAL), _written(AROUND)


def known(pairing: Any) -> Pairing | None:
    """A pairing as a snapshot has it, between people who are known; None where somebody or something is not."""
    if type(pairing) is not dict:
        return None
    try:
        first, second = _known(pairing["originator"]), _known(pairing["recipient"])
        surroundings = _AROUND(pairing)
    except (KeyError, TypeError):
        return None
    if first is None or second is None or [*map(type, surroundings)] != _AROUND_WRITTEN or not fitting(surroundings):
        return None
    return _between(first, second, *surroundings)


def _known(person: Any) -> Participant | None:
    facts = _PERSON(person)
    if [*map(type, facts)] != _PERSON_WRITTEN:
        return None
    found = _PEOPLE.get(facts[0])
    return found if found is not None and _OF(found) == facts else None


@lru_cache(maxsize=LATEST)
def _between(first: Participant, second: Participant, *surroundings: Any) -> Pairing:
    return Pairing(first, second, **dict(zip(AROUND, surroundings, strict=True)))


def shared(pairing: Pairing) -> Pairing:
    """A pairing that a snapshot was found to have, as others have it, and its people; they are known from now on."""
    return _between(_shared(pairing.originator), _shared(pairing.recipient), *around(pairing).values())


def _shared(person: Participant) -> Participant:
    found = _PEOPLE.get(person.address)
    if found is not None and found == person:
        return found
    _PEOPLE[person.address] = person
    return person
