"""What a property is, and the ways to state one.

A property has a name, says in words what holds, cites the rules it keeps, and checks a space. Most are stated about
one thing, and hold if they hold of every one there is: a step, a place with the two people in it, a pairing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from fsm.engine.program import Config
from fsm.notation import Guard, Party, Role, parties
from fsm.spec.parties import Pairing
from fsm.spec.routing import Route
from fsm.verify.moments import Place, Step, numbered, places_where_not, steps_where_not
from fsm.verify.space import Edge, Space


class Broken(NamedTuple):
    """Where a property does not hold.

    Args:
        says: what is so instead, in words.
        config: at which place; None where it is about the tables.
        mask: for whom; after ``edge``, if that is a change.
        edge: by which step from the place, if by one.
        pairing: for which pairing, where it is about pairings.
    """

    says: str
    config: Config | None = None
    mask: int = 0
    edge: Edge | None = None
    pairing: Pairing | None = None


@dataclass(frozen=True)
class Property:
    """Something that holds of the whole specification.

    Args:
        name: what it is called on the command line.
        says: what holds, in words.
        cites: the rules it keeps, separated by spaces.
        check: everything in a space that breaks it; nothing where it holds.
        asks: guards it asks that neither the tables nor the specification name.
        step: if it is one of every step, whether one is as it says.
        place: if it is one of every place, whether one is as it says for one of the two people in it.
        ends: if it says that something comes to an end, the lifecycle and its states, separated by spaces.
    """

    name: str
    says: str
    cites: str
    check: Callable[[Space], Iterable[Broken]]
    asks: tuple[Guard, ...] = ()
    step: Callable[[Step], bool] | None = None
    place: Callable[[Place, Party], bool] | None = None
    ends: tuple[str, str] | None = None

    def asking(self, *guards: Guard) -> Property:
        """The same property, which asks these guards too."""
        return replace(self, asks=(*self.asks, *guards))


def at_every_step(name: str, says: str, cites: str, holds: Callable[[Step], bool], of: str = "") -> Property:
    """A property of every step; with ``of``, of every step by one of these events."""
    events = of.split()

    def check(space: Space) -> Iterator[Broken]:
        for edge, mask in steps_where_not(space, holds, events):
            yield Broken(says, edge.source, mask, edge)
        for event in events:
            if event not in space.possible_events:
                yield Broken(f"{event} is never possible")

    def fits(step: Step) -> bool:
        return (bool(events) and step.event not in events) or holds(step)

    return Property(name, says, cites, check, step=fits)


def tells(name: str, says: str, cites: str, told: Mapping[str, tuple[str, Role]]) -> Property:
    """A property of every step by these events: each asks for its effect once, addressed to these parties.

    Roles are relative to whoever acts, so of events by the service only BOTH means somebody.
    """

    def holds(step: Step) -> bool:
        effect, role = told[step.event]
        return step.sent(effect) == list(parties(role, step.by, None))

    return at_every_step(name, says, cites, holds, of=" ".join(told))


def in_every_place(
    name: str,
    says: str,
    cites: str,
    holds: Callable[[Place, Party], bool],
    **while_: str,
) -> Property:
    """A property of every place, for each of the two people in it; with ``while_``, of every place where each
    lifecycle named is in one of the states given.
    """
    states = {lifecycle: names.split() for lifecycle, names in while_.items()}

    def check(space: Space) -> Iterator[Broken]:
        at = {numbered(space, lifecycle): names for lifecycle, names in states.items()}
        if not any(all(config[n].state in names for n, names in at.items()) for config in space.places):
            yield Broken(f"there is no place where {', '.join(f'{n} is {s}' for n, s in while_.items())}")
        for config, who, mask in places_where_not(space, holds, at):
            yield Broken(f"{says}: not so of the {who}", config, mask)

    def fits(place: Place, who: Party) -> bool:
        return any(place.at[name].state not in names for name, names in states.items()) or holds(place, who)

    return Property(name, says, cites, check, place=fits)


def of_every_pairing(name: str, says: str, cites: str, holds: Callable[[Pairing, Route], bool]) -> Property:
    """A property of every pairing and where it is routed: one for each thing that routing looks at, and for each
    profile.
    """

    def check(space: Space) -> Iterator[Broken]:
        for pairing, routed in space.profiles.routed:
            if not holds(pairing, routed):
                yield Broken(says, pairing=pairing)

    return Property(name, says, cites, check)
