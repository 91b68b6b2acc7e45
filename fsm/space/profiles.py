"""Every consistent pairing there is, counted one by one and brought down to profiles.

Routing looks at three facts of a participant; guards see the route and the rest. So the pairings are taken as what
routing looks at, times the rest of the originator, times the rest of the recipient, and are never listed. A set of
profiles is an integer: bit n is profile n.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple, TypeVar

from fsm.engine.fingerprint import looked_at
from fsm.notation import PARTIES, Change, Composition, Guard, Party, guards_of
from fsm.space.cases import Sends
from fsm.space.places import low
from fsm.spec import guards as named
from fsm.spec.editions import EDITIONS, Edition
from fsm.spec.facts import unusual
from fsm.spec.parties import AROUND, PERSONAL, Homing, Mode, Pairing, Participant, Platform, every
from fsm.spec.routing import Route, View, route, views
from fsm.spec.users import USERS, whose

K = TypeVar("K")
T = TypeVar("T", Pairing, Participant)
ADDRESSES = ("ann@contoso.com", "bob@contoso.com")
BY_PARTY = (*named.REACHABLE, *(each for each in vars(named).values() if isinstance(each, Guard)))
"""Every guard that the specification names, whether a table asks it or not: properties may ask them."""


def consistent(kind: type[T], **given: object) -> Iterator[T]:
    """Every value of ``kind`` whose facts do not contradict each other, the facts in ``given`` being as they are."""
    kinds = PERSONAL if kind is Participant else AROUND
    free = {name: every(each) for name, each in kinds.items() if name not in given}
    for chosen in product(*free.values()):
        try:
            yield kind(**given, **dict(zip(free, chosen, strict=True)))  # type: ignore[arg-type]  # by name
        except ValueError:
            continue


def everyone() -> tuple[tuple[Participant, ...], tuple[Participant, ...]]:
    """Every consistent originator, and every consistent recipient."""
    first, second = (tuple(consistent(Participant, address=address)) for address in ADDRESSES)
    return first, second


Facts = tuple[object, ...]


class Leg(NamedTuple):
    """What routing looks at of a participant."""

    mode: Mode
    on: Platform
    homing: Homing


class Side:
    """Everyone on one end of a conversation, by what routing looks at, the plainest first."""

    def __init__(self, name: Party, people: Iterable[Participant]) -> None:
        self.name = name
        self.by_leg: dict[Leg, list[Participant]] = defaultdict(list)
        for who in sorted(people, key=oddity):
            self.by_leg[self.leg(who)].append(who)
        self.kinds = {
            leg: (leg.mode, leg.on, frozenset(replace(who, address="-", homing=Homing.ONLINE) for who in members))
            for leg, members in self.by_leg.items()
        }
        """Legs of one kind are those that differ in homing only, and that the same other facts go with."""

    @staticmethod
    def leg(who: Participant) -> Leg:
        """What routing looks at of ``who``."""
        return Leg(who.mode, who.client.platform, who.homing)

    def put(self, pairing: Pairing) -> Iterator[tuple[Participant, View]]:
        """Everyone who may be on this end of ``pairing`` as far as routing goes, and the view they have there."""
        for who in self.by_leg[self.leg(getattr(pairing, self.name))]:
            put = {self.name.value: who}
            yield who, views(replace(pairing, **put))[PARTIES.index(self.name)]  # type: ignore[arg-type]  # by name


def oddity(value: Pairing | Participant) -> int:
    """How many of its facts are not the default ones; plain pairings are shown for a profile before odd ones."""
    return len(unusual(value))


class Key(NamedTuple):
    """What tells two pairings apart: guards that hold for each party, and what the change rows look at."""

    bits: tuple[int, int]
    facts: Facts


class Profiles:
    """The pairings of these people, by profile; of a specification of one's own, those that it lists.

    Args:
        composition: the tables.
        people: the originators and the recipients; default: everyone. Of users alone.
        guards: guards to tell apart by, beyond those that the tables or the specification name.
        facts: facts of the originator's view to tell apart by, beyond those that the change rows look at.
    """

    def __init__(
        self,
        composition: Composition,
        people: tuple[Iterable[Participant], Iterable[Participant]] | None = None,
        guards: Sequence[Guard] = (),
        facts: Sequence[str] = (),
    ) -> None:
        self.whose = whose(composition)
        """Between whom the tables are."""
        asked = guards_of(composition)
        others = (*(BY_PARTY if self.whose is USERS else ()), *guards)
        self.guards = tuple({each.name: each for each in (*asked, *others)}.values())
        self.changes = composition.changes
        self._facts = tuple(sorted({*looked_at(composition), *facts}))
        self._bits: dict[Any, int] = {}
        self.counts: Counter[Key] = Counter()
        """How many pairings have each profile."""
        self._landed: list[Pairing] = []
        self._sides: tuple[Side, ...] = ()
        found = self._of_users(*(people or everyone())) if self.whose is USERS else self._listed(self.whose.every)
        self.keys = tuple(found)
        self.pairing = tuple(found.values())
        self.number = {key: n for n, key in enumerate(self.keys)}
        self.everyone = (1 << len(self.keys)) - 1
        self.pairings = self.counts.total()
        ours = (1 << len(asked)) - 1
        self.profiles = len({(first & ours, second & ours) for (first, second), _ in self.keys})
        self._masks = {
            (guard.name, party): sum(1 << i for i, key in enumerate(self.keys) if key.bits[side] >> n & 1)
            for n, guard in enumerate(self.guards)
            for side, party in enumerate(PARTIES)
        }
        self._classes()

    @cached_property
    def routed(self) -> tuple[tuple[Pairing, Route | None], ...]:
        """Pairings and their routes: one for all that routing looks at, and one for each profile. Pairings that are not
        of users have no routes.
        """
        if self.whose is not USERS:
            return tuple((pairing, None) for pairing in self.pairing)
        return tuple((pairing, route(pairing)) for pairing in (*self._landed, *self.pairing))

    @cached_property
    def editions(self) -> dict[str, int]:
        """How many pairings each edition holds: those of two users who both exist in it (ED-4). None of others."""
        return {name: self._held(edition) for name, edition in EDITIONS.items() if self._sides}

    def _held(self, edition: Edition) -> int:
        first, second = (
            {leg: sum(not edition.problems(who) for who in some) for leg, some in side.by_leg.items()}
            for side in self._sides
        )
        return sum(first[Side.leg(at.originator)] * second[Side.leg(at.recipient)] for at in self._landed)

    def changing(self, changes: tuple[Change, ...]) -> Profiles:
        """The same profiles under other change rows, which look at no other facts than these are told apart by."""
        found = copy(self)
        found.changes = changes
        found._classes()
        return found

    def _classes(self) -> None:
        """Profiles by what the change rows look at, and the change rows that apply from each class to each."""
        by_facts: dict[Facts, int] = defaultdict(int)
        for n, key in enumerate(self.keys):
            by_facts[key.facts] |= 1 << n
        self.classes = tuple(by_facts.values())
        one = [self.whose.views(self.pairing[low(mask)])[0] for mask in self.classes]
        self.becomes: tuple[dict[Sends, int], ...] = tuple(defaultdict(int) for _ in one)
        self._within: dict[int, Mapping[Sends, int]] = {}
        self.example: dict[Sends, tuple[Any, Any]] = {}
        for old, into in zip(one, self.becomes, strict=True):
            for new, mask in zip(one, self.classes, strict=True):
                sends = tuple(change.when(old, new) for change in self.changes)
                into[sends] |= mask
                self.example[sends] = old, new

    def changed(self, mask: int) -> Mapping[Sends, int]:
        """For each way a change may go: the profiles that one of ``mask`` may change to and it goes that way."""
        within = sum([1 << n for n, members in enumerate(self.classes) if mask & members])
        found = self._within.get(within)
        if found is None:
            new: dict[Sends, int] = defaultdict(int)
            for n, becomes in enumerate(self.becomes):
                if within >> n & 1:
                    for sends, targets in becomes.items():
                        new[sends] |= targets
            found = self._within[within] = new
        return found

    def holding(self, guard: Guard, party: Party) -> int:
        """The profiles where ``guard`` holds for ``party``.

        Raises:
            ValueError: the guard is not one by which profiles are told apart.
        """
        try:
            return self._masks[guard.name, party]
        except KeyError:
            accepted = ", ".join(sorted(each.name for each in self.guards))
            raise ValueError(
                f"guard: {guard.name!r} for {party} is not one that profiles are told apart by; use one of "
                f"{accepted}, or name it in the property's guards"
            ) from None

    def of(self, pairing: Pairing) -> int:
        """The number of the profile that ``pairing`` has."""
        return self.number[self.key(pairing)]

    def key(self, pairing: Pairing) -> Key:
        """What tells the profile of ``pairing`` from others."""
        first, second = self.whose.views(pairing)
        return Key((self._test(first), self._test(second)), self._looked_at(first))

    def _test(self, view: Any) -> int:
        found = self._bits.get(view)
        if found is None:
            found = self._bits[view] = sum(1 << n for n, guard in enumerate(self.guards) if guard.test(view))
        return found

    def _looked_at(self, view: Any) -> Facts:
        return tuple(getattr(view, name, None) for name in self._facts)

    def _listed(self, pairings: Iterable[Any]) -> dict[Key, Any]:
        found: dict[Key, Any] = {}
        for pairing in pairings:
            key = self.key(pairing)
            self.counts[key] += 1
            found.setdefault(key, pairing)
        return found

    def _of_users(self, originators: Iterable[Participant], recipients: Iterable[Participant]) -> dict[Key, Pairing]:
        found: dict[Key, Pairing] = {}
        self._sides = first, second = Side(Party.ORIGINATOR, originators), Side(Party.RECIPIENT, recipients)
        for pairing, landings in self._landings(first, second):
            mine = _alike(first.put(pairing), lambda view: (self._test(view), self._looked_at(view)))
            theirs = _alike(second.put(pairing), self._test)
            for ((bits, facts), some), (others_bits, others) in product(mine.items(), theirs.items()):
                key = Key((bits, others_bits), facts)
                self.counts[key] += landings * len(some) * len(others)
                if key not in found:
                    found[key] = replace(pairing, originator=some[0], recipient=others[0])
        return found

    def _landings(self, first: Side, second: Side) -> list[tuple[Pairing, int]]:
        """A pairing for each way that routing treats kinds of legs alike, and for how many legs and surroundings."""
        alike: dict[object, list[Pairing]] = defaultdict(list)
        for (ann, some), (bob, others) in product(first.by_leg.items(), second.by_leg.items()):
            for pairing in consistent(Pairing, originator=some[0], recipient=others[0]):
                mine, theirs = views(pairing)
                where = mine.kind, mine.refused, mine.on, theirs.on, mine.same_cloud, mine.barred, theirs.lands_here
                alike[first.kinds[ann], second.kinds[bob], where].append(pairing)
                self._landed.append(pairing)
        plainest = [(min(each, key=oddity), len(each)) for each in alike.values()]
        return sorted(plainest, key=lambda each: oddity(each[0]))


def _alike(people: Iterable[tuple[Participant, View]], tell: Callable[[View], K]) -> dict[K, list[Participant]]:
    found: dict[K, list[Participant]] = defaultdict(list)
    for who, view in people:
        found[tell(view)].append(who)
    return found
