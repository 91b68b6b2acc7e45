"""What is claimed of a composition: in words, with the rules it keeps, and as a predicate that can be checked.

A claim stands beside the tables it is about. It is about one thing, and holds if it holds of every one there is: a
step, a place with one of the two people in it, a pairing, a change of a pairing, or the tables themselves. Who checks
it decides how: the verifier for everybody at once, a test for the one step it has just seen, an export in the words of
another tool.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from fsm.notation.composition import Composition
from fsm.notation.words import At, Guard, Party, Role, parties


@dataclass(eq=False)
class Step:
    """One step of a conversation: an event, or a change of the pairing, and what came of it.

    Args:
        event: what happened; a change of the pairing is ``change``.
        before: where each lifecycle stood.
        after: where each stands.
        effects: what was asked of the outside, each with its addressee.
        holds: whether a guard holds for somebody, after the step.
        by: who acted.
        rows: the rows that fired.
        changes: what a change of the pairing sent, and in whose name.
    """

    event: str
    before: Mapping[str, At]
    after: Mapping[str, At]
    effects: tuple[tuple[str, str], ...]
    holds: Callable[[Guard, Party], bool]
    by: Party = Party.SERVICE
    rows: tuple[str, ...] = ()
    changes: tuple[tuple[str, Party], ...] = ()

    def sent(self, *names: str) -> list[str]:
        """Whom the effects of these names went to."""
        return [to for name, to in self.effects if name in names]

    def both(self, guard: Guard) -> bool:
        """Whether a guard about the pairing holds."""
        return self.holds(guard, Party.ORIGINATOR)

    def was(self, lifecycle: str, states: str) -> bool:
        """Whether a lifecycle was in one of these states before the step."""
        return self.before[lifecycle].state in states.split()

    def now(self, lifecycle: str, states: str) -> bool:
        """Whether a lifecycle is in one of these states after the step."""
        return self.after[lifecycle].state in states.split()

    def entered(self, lifecycle: str, *states: str) -> bool:
        """Whether a lifecycle came into one of these states by this step."""
        return self.before[lifecycle].state not in states and self.after[lifecycle].state in states

    def stays(self, *lifecycles: str) -> bool:
        """Whether these lifecycles stand where they stood."""
        return all(self.before[name] == self.after[name] for name in lifecycles)


class Place(ABC):
    """A place of a conversation, and what is possible there."""

    composition: Composition
    at: Mapping[str, At]
    """Where each lifecycle stands, by its name."""

    @abstractmethod
    def asked(self, guard: Guard, party: Party) -> bool:
        """Whether a guard holds for somebody."""

    @abstractmethod
    def may(self, event: str, by: Party) -> bool:
        """Whether ``by`` may fire ``event`` here."""

    @abstractmethod
    def refused(self, event: str, by: Party) -> str:
        """The rule that refuses ``event`` by ``by`` here; empty where it is possible, or no rule decides."""

    @property
    def events(self) -> tuple[str, ...]:
        """Every event there is."""
        return self.composition.events

    @property
    def routed(self) -> bool:
        """Whether a lifecycle is in a state in which people are shown as routed."""
        return any(each.states[self.at[name].state].routed for name, each in self.composition.lifecycles.items())

    def is_in(self, lifecycle: str, states: str) -> bool:
        """Whether a lifecycle is in one of these states."""
        return self.at[lifecycle].state in states.split()

    def holds(self, guard: Guard, who: Party) -> bool:
        """Whether a guard holds for ``who``; one that speaks of the other party is asked of the other."""
        return self.asked(guard, guard.whose(who, None))

    def all_hold(self, guards: Sequence[Guard], who: Party) -> bool:
        """Whether all of these guards hold for ``who``."""
        return all(self.holds(guard, who) for guard in guards)


@dataclass(frozen=True, eq=False)
class Claim:
    """Something that is claimed of the whole specification. Made by the functions below, one for each kind.

    Args:
        name: what it is called on the command line.
        says: what holds, in words.
        cites: the rules it keeps.
        asks: guards it asks that neither the tables nor the specification name.
        step: if it is one of every step, whether one is as it says.
        events: if it is one of the steps by some events, these.
        place: if it is one of every place, whether one is as it says for one of the two people in it.
        states: if it is one of some places, the states that lifecycles are in there, by their names.
        pairing: if it is one of every pairing, whether one is as it says, given where it is routed.
        becomes: if it is one of a change of every pairing, what the pairing becomes, or None if it does not change.
        changed: whether that change is as it says, given where the pairing was routed and the events that it sends.
        tables: if it is one of the tables, what in them is not as it says, in words.
        ends: if it says that something comes to an end, the lifecycle and its states, separated by spaces.
        space: if it is one of all that can happen, what in that breaks it.
    """

    name: str
    says: str
    cites: tuple[str, ...]
    asks: tuple[Guard, ...] = ()
    step: Callable[[Step], bool] | None = None
    events: tuple[str, ...] = ()
    place: Callable[[Place, Party], bool] | None = None
    states: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pairing: Callable[[Any, Any], bool] | None = None
    becomes: Callable[[Any], Any] | None = None
    changed: Callable[[Any, Sequence[str]], bool] | None = None
    tables: Callable[[Composition], Iterable[str]] | None = None
    ends: tuple[str, str] | None = None
    space: Callable[[Any], Iterable[Any]] | None = None

    def asking(self, *guards: Guard) -> Claim:
        """The same claim, which asks these guards too."""
        return replace(self, asks=(*self.asks, *guards))


def at_every_step(name: str, says: str, cites: str, holds: Callable[[Step], bool], of: str = "") -> Claim:
    """A claim of every step; with ``of``, of every step by one of these events, and that each happens somewhere."""
    events = tuple(of.split())
    step = (lambda step: step.event not in events or holds(step)) if events else holds
    return Claim(name, says, tuple(cites.split()), step=step, events=events)


def tells(name: str, says: str, cites: str, told: Mapping[str, tuple[str, Role]]) -> Claim:
    """A claim of every step by these events: each asks for its effect once, addressed to these parties.

    Roles are relative to whoever acts, so of events by the service only BOTH means somebody.
    """

    def holds(step: Step) -> bool:
        effect, role = told[step.event]
        return step.sent(effect) == list(parties(role, step.by, None))

    return at_every_step(name, says, cites, holds, of=" ".join(told))


def in_every_place(name: str, says: str, cites: str, holds: Callable[[Place, Party], bool], **while_: str) -> Claim:
    """A claim of every place, for each of the two people in it; with ``while_``, of every place where each lifecycle
    named is in one of the states given, and that there is one.
    """
    states = {lifecycle: tuple(names.split()) for lifecycle, names in while_.items()}

    def place(here: Place, who: Party) -> bool:
        return any(here.at[name].state not in names for name, names in states.items()) or holds(here, who)

    return Claim(name, says, tuple(cites.split()), place=place, states=states)


def of_every_pairing(name: str, says: str, cites: str, holds: Callable[[Any, Any], bool]) -> Claim:
    """A claim of every pairing and where it is routed."""
    return Claim(name, says, tuple(cites.split()), pairing=holds)


def of_a_change(
    name: str, says: str, cites: str, becomes: Callable[[Any], Any], holds: Callable[[Any, Sequence[str]], bool]
) -> Claim:
    """A claim of what every pairing sends where it becomes another, given where it was routed."""
    return Claim(name, says, tuple(cites.split()), becomes=becomes, changed=holds)


def of_the_tables(name: str, says: str, cites: str, wrong: Callable[[Composition], Iterable[str]]) -> Claim:
    """A claim of the tables themselves; ``wrong`` tells what in them is not so."""
    return Claim(name, says, tuple(cites.split()), tables=wrong)


def ends(name: str, says: str, cites: str, lifecycle: str, waiting: str) -> Claim:
    """A claim that a lifecycle does not stay in these states for ever, whatever anybody does, if timers go off."""
    return Claim(
        name, f"{says}, whatever anybody does, if timers go off", tuple(cites.split()), ends=(lifecycle, waiting)
    )


def of_the_space(name: str, says: str, cites: str, broken: Callable[[Any], Iterable[Any]]) -> Claim:
    """A claim of all that can happen, as the verifier has it; ``broken`` tells where it is not so."""
    return Claim(name, says, tuple(cites.split()), space=broken)
