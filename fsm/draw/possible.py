"""What two people can do: which rows can ever fire for a pairing, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from fsm.engine.profile import Profile
from fsm.notation import At, Composition, Party, Row, guards_of
from fsm.space.two import happening
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import FLAGS, Pairing, Participant, Platform
from fsm.spec.routing import route
from fsm.spec.users import whose

People = Pairing | Profile


@dataclass(frozen=True)
class Reach:
    """What can come about between two people while their pairing stays as it is.

    Args:
        profile: which guards hold for whom.
        places: where each lifecycle can stand.
        fired: the rows that can decide, and who can make them.
    """

    profile: Profile
    places: Mapping[str, frozenset[At]]
    fired: dict[str, set[Party]] = field(default_factory=dict)

    def why_not(self, lifecycle: str, row: Row) -> str:
        """The rule of the guard that takes a row away; empty where an earlier row or nobody's doing so does.

        Of those who may fire it, the one who comes furthest through its guards tells, as in a refusal.
        """
        state = row.state
        furthest, rule = -1, ""
        for place in sorted(place for place in self.places[lifecycle] if place.state == state):
            for actor in (actor for actor in Party if row.open_to(actor, place)):
                holds = [self.profile.holds(guard, guard.whose(actor, place)) for guard in row.when]
                if all(holds):
                    return ""
                if holds.index(False) > furthest:
                    furthest = holds.index(False)
                    rule = row.when[furthest].cites[0]
        return rule


def reach(people: People, composition: Composition = CONVERSATION) -> Reach:
    """What can come about between two people."""
    if not isinstance(people, Profile):
        people = Profile(guards_of(composition), whose(composition).views(people))
    return _reach(people, composition)


@lru_cache(maxsize=64)
def _reach(profile: Profile, composition: Composition) -> Reach:
    possible = happening(composition, profile)
    found = Reach(profile, possible.standing)
    for row, _, by in possible.decisions:
        found.fired.setdefault(row, set()).add(by)
    return found


def told(people: People, composition: Composition = CONVERSATION) -> str:
    """Who the two are, in a line."""
    if isinstance(people, Profile):
        return f"profile {people.bits:x}"
    if not isinstance(people, Pairing):
        return whose(composition).describe(people)
    found = route(people)
    first, second = person(people.originator, found.originator_on), person(people.recipient, found.recipient_on)
    return f"{first} to {second}; {people.scope}, {found.kind}"


def person(who: Participant, on: Platform | None) -> str:
    """Somebody, in a few words, with the client they are met on."""
    client = who.client_on(on) if on else who.client
    without = "".join(f", not {name}" for name in FLAGS if not getattr(who, name))
    return f"{who.address} ({who.mode}, {client}{without})"
