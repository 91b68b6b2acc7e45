"""What everybody shares holds nothing that somebody gave: whatever one caller does, others see the tables' own."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from enum import Enum, StrEnum
from typing import Any, NoReturn, cast

import numpy as np
import pytest

import fsm
from fsm import At, Conversation, Mode, Pairing, Participant, Party, Refused
from fsm.engine import conversation as module
from fsm.engine import known
from fsm.engine.program import Config, Program, Programs
from fsm.notation import Role
from fsm.space.profiles import everyone
from fsm.spec import routing
from fsm.spec.conversation import CONVERSATION
from fsm.spec.facts import facts, from_facts
from fsm.spec.parties import AROUND, every
from tests.own import PLAYERS, TOSS, Colour, Game, Player
from tests.people import PAIRS

CACHES = routing._views, routing.settled, routing.decide, routing.barred
"""What routing keeps."""
MOVES = (("call_audio", "originator"), ("accept_call", "recipient"))


class Loose(str):
    """Equal to whatever has its letters, and shown as something else."""

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other) is True

    def __hash__(self) -> int:
        return str.__hash__(self)

    def __repr__(self) -> str:
        return "\x1b[2J"

    __str__ = __repr__


class Lost(Loose):
    """Not found where it is looked up."""

    def __hash__(self) -> int:
        return 7


class Nobodys(Loose):
    """Cannot be looked up."""

    __hash__ = None  # type: ignore[assignment]


class Everything(Loose):
    """Equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = Loose.__hash__


def likes(word: str) -> list[Any]:
    """What equals a word and is another object."""
    Other = StrEnum("Other", {"ONE": word})
    return [Loose(word), Lost(word), Nobodys(word), Everything(word), np.str_(word), Other(word), [word], None, 1]


class Their(Pairing):
    """A pairing of somebody's own class, whose facts are not those that it was made of."""

    @property
    def scope(self) -> Any:
        return "in-tenant"


def forged(pairing: Pairing) -> Iterator[Any]:
    """What has the facts of a pairing, and not as a Pairing has them."""
    given = facts(pairing)
    for party in Party.ORIGINATOR, Party.RECIPIENT:
        for name, value in (("has_sfb_client", 1), ("mode", str(getattr(pairing, party).mode))):
            who = object.__new__(Participant)
            for each in Participant.__dataclass_fields__:
                object.__setattr__(who, each, value if each == name else given[f"{party}.{each}"])
            yield _with(pairing, **{party: who})
    yield _with(pairing, federation_allowed=int(pairing.federation_allowed))
    yield _with(pairing, scope=Loose(pairing.scope))
    their = object.__new__(Their)
    for each in ("originator", "recipient", *AROUND):
        if each != "scope":
            object.__setattr__(their, each, getattr(pairing, each))
    yield their
    object.__setattr__(their, "routed", routing.views(PAIRS["sfb>sfb"]))
    yield their
    yield None


def _with(pairing: Pairing, **other: Any) -> Pairing:
    made = object.__new__(Pairing)
    for each in Pairing.__dataclass_fields__:
        object.__setattr__(made, each, other.get(each, getattr(pairing, each)))
    return made


def attack(pairing: Pairing, taken: Callable[[], bool] = lambda: True) -> None:
    """Everything that takes something from outside, given what only looks right, where it is ``taken``."""
    talk = Conversation(pairing)

    def tries(act: Any, *given: Any) -> None:
        if taken():
            with suppress(ValueError, Refused, TypeError):
                act(*given)

    def fire_at(event: Any, by: Any) -> None:
        Conversation.at(pairing, talk.places).fire(event, by)

    for event, by in MOVES:
        for fired, party in [
            (event, by),
            *((event, each) for each in likes(by)),
            *((each, by) for each in likes(event)),
        ]:
            for ask in (talk.may, talk.why_not, fire_at):
                tries(ask, fired, party)
            tries(known.event, fired)
            tries(known.party, party)
        with suppress(Refused):
            talk.fire(known.event(event), known.party(by))
        talk.available()
        for name, at in talk.places.items():
            for place in (
                *likes(str(at)),
                tuple(at),
                At(Loose(at.state), cast("Party", "originator")),
                ("native", None),
            ):
                tries(Conversation.at, pairing, {name: place})
                tries(Conversation.at, pairing, {Loose(name): place})
    kept = talk.snapshot()
    odd = {**kept, "state": {Loose(name): Loose(state) for name, state in kept["state"].items()}}
    tries(Conversation.restore, odd)
    tries(Conversation.restore, {**odd, "pairing": {**kept["pairing"], "federation_allowed": 1}})
    for other in forged(pairing):
        for take in (Conversation, talk.change, fsm.route, routing.views):
            tries(take, other)
        tries(Conversation.at, other, "call=connected")
    for mode in (*likes("TeamsOnly"), Role.ORIGINATOR, Mode.TEAMS_ONLY):
        tries(from_facts, {**facts(pairing), "originator.mode": mode})


def exactly(value: Any) -> Any:
    """A value with its class, throughout."""
    if isinstance(value, dict):
        return type(value), [(exactly(name), exactly(each)) for name, each in value.items()]
    if isinstance(value, tuple):
        return type(value), [exactly(each) for each in value]
    if isinstance(value, (fsm.Outcome, fsm.Refusal)):
        return type(value), [exactly(getattr(value, name)) for name in value.__dataclass_fields__ if name != "to"]
    return type(value), value, repr(value), value.name if isinstance(value, Enum) else None


def story(pairing: Pairing, moves: tuple[tuple[str, str], ...] = MOVES) -> list[Any]:
    """What somebody else then sees of a conversation of their own."""
    talk, found = Conversation(_with(pairing)), list[Any]()
    for event, by in moves:
        way = known.event(event), known.party(by)
        refusal = talk.why_not(*way)
        found += [refusal or talk.fire(*way), talk.state, talk.places, talk.owners, talk.available(), repr(talk)]
    return [exactly(each) for each in (*found, talk.snapshot(), fsm.route(pairing), *routing.views(_with(pairing)))]


def anew() -> None:
    """As in a process that has just begun."""
    module.PROGRAMS = Programs(CONVERSATION)
    for each in CACHES:
        each.cache_clear()


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    kept = module.PROGRAMS
    yield
    anew()
    module.PROGRAMS = kept


def holds(pairing: Pairing) -> None:
    anew()
    alone = story(pairing)
    anew()
    attack(pairing)
    assert story(pairing) == alone


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if n % 4 else []) for n, name in enumerate(PAIRS)]
)
def test_whatever_one_caller_gives_others_see_what_the_tables_have(name: str) -> None:
    holds(PAIRS[name])


def some(number: int, seed: int) -> Iterator[Pairing]:
    """Random pairings."""
    chance, (first, second) = random.Random(seed), everyone()
    while number:
        around = {name: chance.choice(every(kind)) for name, kind in AROUND.items()}
        with suppress(ValueError):
            yield Pairing(chance.choice(first), chance.choice(second), **around)
            number -= 1


def test_so_it_is_for_any_pairing() -> None:
    for pairing in some(3, 1):
        holds(pairing)


def hold(pairings: Iterable[Pairing], share: float) -> None:
    """As ``holds``, of one after the other and by a share of the ways in each, and nothing is begun anew: what has seen
    all attacks so far is held against what has only seen stories."""
    untouched, attacked, chance = Programs(CONVERSATION), Programs(CONVERSATION), random.Random(share)
    for pairing in pairings:
        for each in CACHES:
            each.cache_clear()
        module.PROGRAMS = untouched
        alone = story(pairing)
        module.PROGRAMS = attacked
        attack(pairing, lambda: chance.random() < share)
        assert story(pairing) == alone


def test_so_it_is_for_one_after_the_other() -> None:
    hold(some(20, 3), 0.1)


@pytest.mark.exhaustive
def test_so_it_is_for_any_of_very_many_pairings() -> None:
    """Last ran on 27 November 2026."""
    hold(some(100_000, 2), 0.1)


def test_what_an_event_is_called_is_text_whoever_first_fired_it() -> None:
    anew()
    fired = Conversation(PAIRS["teams>sfb"]).fire(cast("Any", np.str_("call_audio")), cast("Any", Loose("originator")))
    assert type(fired.event) is str
    assert fired.by is Party.ORIGINATOR
    assert fired is Conversation(PAIRS["teams>sfb"]).fire("call_audio", "originator")


@pytest.mark.parametrize("ask", ["fire", "may", "why_not"])
def test_what_cannot_be_looked_up_is_no_event_and_nobody(ask: str) -> None:
    asked = getattr(Conversation(PAIRS["teams>sfb"]), ask)
    with pytest.raises(fsm.UnknownEvent, match=r"^event: \['call_audio'\] is not known; events are open_chat"):
        asked(["call_audio"], "originator")
    with pytest.raises(fsm.UnknownEvent, match=r"^by: \{\} is not accepted; use one of originator"):
        asked("call_audio", {})


class Faulty(Program):
    """A program with a fault of its own."""

    def compute(self, config: Config, event: str, by: str) -> NoReturn:
        raise TypeError("a fault of ours")


@pytest.mark.parametrize("ask", ["fire", "may", "why_not"])
def test_a_fault_of_ours_is_no_event_that_is_not_known(ask: str) -> None:
    talk = Conversation(PAIRS["teams>sfb"])
    talk._at = Faulty(CONVERSATION, talk._at.program.profile).initial
    with pytest.raises(TypeError, match=r"^a fault of ours$"):
        getattr(talk, ask)("call_audio", "originator")


def test_a_pairing_of_ones_own_has_the_very_facts_that_were_declared() -> None:
    first, second = PLAYERS[0], PLAYERS[1]
    assert (first, second) == ((True, "red", 1), (True, "red", 2))
    alone = repr(TOSS.conversation(Game(first, second)).available())
    for odd in (Player(cast("bool", 1), Colour.RED, 1), Player(True, cast("Colour", "red"), 1), (True, "red", 1)):
        with pytest.raises(ValueError, match=r"^pairing: .* is none of those declared; use one that has the facts"):
            TOSS.conversation(Game(cast("Player", odd), second))
    with pytest.raises(ValueError, match="is none of those declared"):
        TOSS.conversation(Game(Player(cast("bool", []), Colour.RED, 1), second))
    assert repr(TOSS.conversation(Game(first, second)).available()) == alone
