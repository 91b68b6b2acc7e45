"""A composition: lifecycles wired into one machine, checked as they are declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from fsm.notation.lifecycle import Lifecycle, known
from fsm.notation.pairings import Pairings
from fsm.notation.words import BOTH, At, DeclarationError, Effect, Guard, Party, Role

if TYPE_CHECKING:
    from fsm.notation.claim import Claim


class Dispatch(NamedTuple):
    """One row of the dispatch table: where an event goes, or the rule that refuses it, while siblings stand so."""

    lifecycle: str
    while_: Mapping[str, tuple[str, ...]]
    by: Role
    refused: str
    instead: tuple[str, ...]
    cites: tuple[str, ...]
    id: str = ""

    def applies(self, standing: Mapping[str, At], by: Party) -> bool:
        """Whether this row decides for an event by ``by`` while the lifecycles stand as given."""
        return self.by in (BOTH, by.value) and all(standing[name].state in names for name, names in self.while_.items())


def to(lifecycle: str, cites: str = "", **while_: str) -> Dispatch:
    """The event goes to ``lifecycle`` while each named sibling is in one of the states given."""
    return Dispatch(lifecycle, _states(while_), BOTH, "", (), tuple(cites.split()))


def refuse(rule: str, instead: str = "", by: Role = BOTH, **while_: str) -> Dispatch:
    """The event is refused by ``rule`` while each named sibling is in one of the states given."""
    return Dispatch("", _states(while_), by, rule, tuple(instead.split()), (rule,))


def _states(while_: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(states.split()) for name, states in while_.items()}


class Change(NamedTuple):
    """A signal that a change of the pairing sends to every lifecycle that hears it.

    ``when`` takes the originator's view before and after.
    """

    event: str
    by: Party
    when: Callable[[Any, Any], bool]
    cites: tuple[str, ...]


def change(event: str, by: Party, when: Callable[[Any, Any], bool], cites: str) -> Change:
    """A change; ``cites`` names the rules it keeps, separated by spaces."""
    return Change(event, by, when, tuple(cites.split()))


class Fact(Protocol):
    """What a catalogue holds of a rule."""

    @property
    def says(self) -> str:
        """The rule in one sentence."""
        ...


class Composition:
    """Lifecycles wired into one machine.

    Args:
        lifecycles: the machines.
        dispatch: event names, separated by spaces, to the rows that say where they go, tried from the top. An event
            that only one lifecycle knows goes there and needs no row.
        changes: what a change of the pairing sends, in order.
        rules: the catalogue that citations must be in.
        name: what it is called in other tools.
        label: its title.
        pairings: between whom it is; None leaves that to whoever runs it.
        claims: what is claimed of it, beside what is claimed of every composition.

    Raises:
        DeclarationError: an event goes nowhere or to a lifecycle that does not know it, a signal that nobody hears or
            sends, a way out that is no event, an unknown state or rule.
    """

    __slots__ = ("changes", "claims", "dispatch", "events", "label", "lifecycles", "name", "pairings", "rows", "rules")

    def __init__(
        self,
        *lifecycles: Lifecycle,
        dispatch: Mapping[str, tuple[Dispatch, ...]],
        changes: tuple[Change, ...],
        rules: Mapping[str, Fact],
        name: str = "conversation",
        label: str = "Conversation",
        pairings: Pairings | None = None,
        claims: tuple[Claim, ...] = (),
    ) -> None:
        self.name = name
        self.label = label
        self.pairings = pairings
        self.claims = claims
        self.lifecycles = {each.name: each for each in lifecycles}
        self.rows = {row.id: row for each in lifecycles for row in each.rows.values()}
        self.changes = changes
        self.rules = rules
        self.events = tuple(dict.fromkeys(event for each in lifecycles for event in each.events))
        self.dispatch: dict[str, tuple[Dispatch, ...]] = {}
        for names, rows in dispatch.items():
            for event in names.split():
                self.dispatch[event] = tuple(row._replace(id=f"{event}.{n}") for n, row in enumerate(rows, 1))
        for event in self.events:
            if event not in self.dispatch:
                knowing = [each.name for each in lifecycles if event in each.events]
                if len(knowing) > 1:
                    raise DeclarationError(f"dispatch: {event!r} is known to {', '.join(knowing)}; say where it goes")
                self.dispatch[event] = (to(knowing[0])._replace(id=f"{event}.1"),)
        self._check_dispatch(rules)
        self._check_signals(rules)
        for effect in effects_of(self).values():
            for event in effect.answers:
                if event not in self.events:
                    raise DeclarationError(f"effect {effect.name}: {event!r}, which answers it, is not an event")
        for each in lifecycles:
            each.composition = each.composition or self

    def but(self, **parts: Any) -> Composition:
        """A copy in which some of ``lifecycles``, ``dispatch`` and ``changes`` are others.

        Raises:
            DeclarationError: it contradicts itself.
        """
        names = ("dispatch", "changes", "rules", "name", "label", "pairings", "claims")
        given = {name: parts.get(name, getattr(self, name)) for name in names}
        return Composition(*parts.get("lifecycles", self.lifecycles).values(), **given)

    def standing(self, text: str) -> dict[str, At]:
        """The places that a text names, such as "call=ringing:originator chat=native", by lifecycle. See ``stands``.

        Raises:
            ValueError: a word of it names none; the message says what is accepted.
        """
        found = {}
        for word in text.split():
            name, _, place = word.partition("=")
            if name not in self.lifecycles:
                accepted = ", ".join(f"{each}=STATE" for each in self.lifecycles)
                raise ValueError(f"{word!r} is not accepted; use one of {accepted}")
            places = {str(each): each for each in self.lifecycles[name].places}
            if place not in places:
                raise ValueError(f"{word!r} is not accepted; for {name} use one of {', '.join(places)}")
            found[name] = places[place]
        return found

    def directs(self, standing: Mapping[str, At], event: str, by: Party) -> Dispatch:
        """The row of the dispatch table that decides for an event."""
        return next(row for row in self.dispatch[event] if row.applies(standing, by))

    def _check_dispatch(self, rules: Mapping[str, object]) -> None:
        for event, rows in self.dispatch.items():
            for row in rows:
                where = f"dispatch, row {row.id.rpartition('.')[2]} on {event!r}"
                if event not in self.events:
                    raise DeclarationError(f"{where}: no lifecycle knows this event")
                known(row.cites, rules, where)
                if not row.refused and event not in self._named(where, row.lifecycle).events:
                    raise DeclarationError(f"{where}: {row.lifecycle} has no row for it")
                for name, states in row.while_.items():
                    for each in states:
                        if each not in self._named(where, name).states:
                            raise DeclarationError(f"{where}: {each!r} is not a state of {name}")
                self._check_instead(where, row.instead)
            if rows[-1].refused or rows[-1].while_:
                raise DeclarationError(f"dispatch on {event!r}: the last row must say where it goes otherwise")
        for declared in self.rows.values():
            self._check_instead(declared.id, declared.instead)

    def _named(self, where: str, name: str) -> Lifecycle:
        if name not in self.lifecycles:
            raise DeclarationError(f"{where}: {name!r} is not a lifecycle; use one of {', '.join(self.lifecycles)}")
        return self.lifecycles[name]

    def _check_instead(self, where: str, instead: tuple[str, ...]) -> None:
        for event in instead:
            if event not in self.events:
                raise DeclarationError(f"{where}: way out {event!r} is not an event")

    def _check_signals(self, rules: Mapping[str, object]) -> None:
        sent = {(item.lifecycle, item.event) for row in self.rows.values() for item in row.signals}
        for change in self.changes:
            known(change.cites, rules, "change ", change.event)
            hearing = {(each.name, change.event) for each in self.lifecycles.values() if change.event in each.signals}
            if not hearing:
                raise DeclarationError(f"change {change.event}: no lifecycle hears it")
            sent |= hearing
        heard = {(each.name, event) for each in self.lifecycles.values() for event in each.signals}
        for lifecycle, event in sorted(sent - heard):
            raise DeclarationError(f"signal {lifecycle}.{event}: nobody hears it")
        for lifecycle, event in sorted(heard - sent):
            raise DeclarationError(f"signal {lifecycle}.{event}: nobody sends it")


def stands(places: Iterable[tuple[str, At]]) -> str:
    """Lifecycles and their places in a text, as ``Composition.standing`` reads it."""
    return " ".join(f"{name}={at}" for name, at in places)


def guards_of(composition: Composition) -> tuple[Guard, ...]:
    """Every guard the tables name, once each, by name; whom a row asks about is left to the row."""
    named = chain.from_iterable(
        chain(row.when, *(emit.effect.only for emit in row.effects)) for row in composition.rows.values()
    )
    timed = (guard for each in composition.lifecycles.values() for s in each for t in s.timers for guard in t.when)
    return tuple({guard.name: guard for guard in sorted(chain(named, timed), key=lambda guard: guard.name)}.values())


def effects_of(composition: Composition) -> dict[str, Effect]:
    """Every effect the tables ask for, by name, in the order of the rows."""
    return {emit.effect.name: emit.effect for row in composition.rows.values() for emit in row.effects}
