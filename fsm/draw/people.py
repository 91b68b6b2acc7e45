"""What two people can do: which rows can ever fire for a pairing, and by whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from fsm.engine.conversation import PROGRAMS
from fsm.engine.profile import Profile
from fsm.engine.program import Program
from fsm.notation import At, Party, Row, parties
from fsm.spec.parties import FLAGS, Pairing, Participant, Platform
from fsm.spec.routing import route, views

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
    places: dict[str, set[At]] = field(default_factory=dict)
    fired: dict[str, set[Party]] = field(default_factory=dict)

    def why_not(self, lifecycle: str, row: Row) -> str:
        """The rule of the guard that takes a row away; empty where an earlier row or nobody's doing so does.

        Of those who may fire it, the one who comes furthest through its guards tells, as in a refusal.
        """
        state = row.id.split(".")[1]
        furthest, rule = -1, ""
        for place in sorted(place for place in self.places[lifecycle] if place.state == state):
            for actor in (actor for actor in Party if row.open_to(actor, place)):
                holds = [self.profile.holds(guard, guard.whose(actor, place)) for guard in row.when]
                if all(holds):
                    return ""
                if holds.index(False) > furthest:
                    furthest = holds.index(False)
                    rule = row.when[furthest].cites.split()[0]
        return rule


def reach(people: People) -> Reach:
    """What can come about between two people.

    Each lifecycle is followed by itself, and a signal comes when any row sends it: it may be that a place counts as
    reached which the lifecycles together never reach, and never the other way round.
    """
    profile = people if isinstance(people, Profile) else PROGRAMS.under(views(people)).profile
    return _reach(profile)


@lru_cache(maxsize=64)
def _reach(profile: Profile) -> Reach:
    program = Program(PROGRAMS.composition, profile)
    lifecycles = program.composition.lifecycles
    found = Reach(profile, {name: {each.initial} for name, each in lifecycles.items()})
    signals: set[tuple[str, str, Party]] = set()
    before = -1
    while before != (before := _size(found, signals)):
        for name, lifecycle in lifecycles.items():
            for place in sorted(found.places[name]):
                rows = lifecycle.states[place.state].rows
                for event, internal in dict.fromkeys((row.event, row.internal) for row in rows):
                    for actor in Party:
                        if internal and (name, event, actor) not in signals:
                            continue
                        row = program.match(name, place, event, actor)
                        if row is None:
                            continue
                        found.fired.setdefault(row.id, set()).add(actor)
                        signals |= {(s.lifecycle, s.event, parties(s.by, actor, place)[0]) for s in row.signals}
                        found.places[name].add(lifecycle.after(row, place, actor))
    return found


def _size(found: Reach, signals: set[tuple[str, str, Party]]) -> int:
    return sum(map(len, found.places.values())) + sum(map(len, found.fired.values())) + len(signals)


def told(people: People) -> str:
    """Who the two are, in a line."""
    if isinstance(people, Profile):
        return f"profile {people.bits:x}"
    found = route(people)
    first, second = person(people.originator, found.originator_on), person(people.recipient, found.recipient_on)
    return f"{first} to {second}; {people.scope}, {found.kind}"


def person(who: Participant, on: Platform | None) -> str:
    """Somebody, in a few words, with the client they are met on."""
    client = who.client_on(on) if on else who.client
    without = "".join(f", not {name}" for name in FLAGS if not getattr(who, name))
    return f"{who.address} ({who.mode}, {client}{without})"
