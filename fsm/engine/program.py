"""The lazy product automaton: for a profile, state x (event, actor) -> outcome.

A **program** is a composition under one profile. For each place that a conversation can be at it has the **answers**
there, a dict from (event, actor) to outcome or refusal that fills itself in as it is asked. All conversations of a
profile share one program, so that running one is a dict lookup. Entries are pure functions of the tables: two threads
that fill the same one in at once put equal values there.

What everybody shares holds nothing that somebody gave: an event, a party or a place that is looked up for the first
time is replaced by the one that the tables have, or refused.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fsm.engine.explain import explain
from fsm.engine.outcome import LostSignal, Outcome, Sent, StartTimer, Timers, UnknownEvent, Way
from fsm.engine.profile import Profile
from fsm.notation import At, Change, Composition, Dispatch, Emit, Party, Row, Signal, guards_of, parties
from fsm.notation.echo import LONGEST, echo
from fsm.spec.parties import exact

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyOutcome, AnyRefusal, AnySent, AnyWay

Config = tuple[At, ...]
CASCADE_LIMIT = 100
CALLED = {each.value: each for each in Party}
"""Everybody who acts, by their name."""


def unknown(event: object, composition: Composition) -> UnknownEvent:
    """What is raised for an event that is none."""
    from difflib import get_close_matches

    close: list[str] = []
    if isinstance(event, str) and len(event) <= LONGEST:
        close = get_close_matches(exact(event), composition.events, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return UnknownEvent(f"event: {echo(event)} is not known; {hint}events are {', '.join(composition.events)}")


def fired(event: str, composition: Composition) -> str:
    """An event, as plain text.

    Raises:
        UnknownEvent: it is none; the message says which are.
    """
    if not isinstance(event, str) or exact(event) not in composition.dispatch:
        raise unknown(event, composition)
    return exact(event)


def acting(by: str) -> Party:
    """Who acts, by their name.

    Raises:
        UnknownEvent: nobody is called so.
    """
    found = CALLED.get(exact(by)) if isinstance(by, str) else None
    if found is None:
        raise unacting(by)
    return found


def unacting(by: object) -> UnknownEvent:
    """What is raised for somebody who is nobody."""
    return UnknownEvent(f"by: {echo(by)} is not accepted; use one of {', '.join(Party)}")


class Answers(dict[tuple[str, str], "AnyOutcome | AnyRefusal"]):
    """One place of the product automaton."""

    __slots__ = ("_available", "config", "program")

    def __init__(self, program: Program, config: Config) -> None:
        self.program = program
        self.config = config
        self._available: tuple[AnyWay, ...] | None = None

    def __missing__(self, key: tuple[str, str]) -> AnyOutcome | AnyRefusal:
        event, by = key
        known = fired(event, self.program.composition), acting(by)
        found = self.get(known)
        return self.setdefault(known, self.program.compute(self.config, *known)) if found is None else found

    def __copy__(self) -> Answers:
        return self

    def __deepcopy__(self, memo: object) -> Answers:
        return self

    def __hash__(self) -> int:  # type: ignore[override]  # it is itself, whatever is filled in
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    @property
    def available(self) -> tuple[AnyWay, ...]:
        """Every event that is possible from here, with who may fire it."""
        if self._available is None:
            self._available = self.program.possible(self.config)
        return self._available


class Cascade:
    """One step in the making: the event's row, then the signals it sets off, until none is left."""

    __slots__ = ("at", "effects", "program", "reentered", "rows", "rules")

    def __init__(self, program: Program, config: Config) -> None:
        self.program = program
        self.at = dict(zip(program.names, config, strict=True))
        self.effects: list[AnySent] = []
        self.rows: list[str] = []
        self.rules: dict[str, None] = {}
        self.reentered: set[str] = set()

    def run(self, lifecycle: str, event: str, actor: Party) -> None:
        """Take the row that holds, then consume signals first come, first served.

        Raises:
            LostSignal: a sibling has no row for a signal, or signals go round in a circle.
        """
        queue = deque([(lifecycle, event, actor)])
        for _ in range(CASCADE_LIMIT):
            if not queue:
                return
            name, signal, by = queue.popleft()
            row = self.program.match(name, self.at[name], signal, by)
            if row is not None:
                queue.extend(self._take(name, row, by))
            elif signal not in self.program.composition.lifecycles[name].states[self.at[name].state].ignores:
                raise LostSignal(f"{name}.{self.at[name]} has no row for signal {signal!r} by {by}")
        raise LostSignal(f"signals set off by {event!r} in {lifecycle} do not come to an end")

    def hear(self, sent: Iterable[Change]) -> None:
        """Take what changes of the pairing send, one after the other.

        Raises:
            LostSignal: as of ``run``.
        """
        for change in sent:
            for each in self.program.composition.lifecycles.values():
                if change.event in each.signals:
                    self.run(each.name, change.event, change.by)

    def _take(self, name: str, row: Row, actor: Party) -> list[tuple[str, str, Party]]:
        here = self.at[name]
        self.rows.append(row.id)
        self.rules.update(dict.fromkeys(row.cites))
        sent = []
        for item in row.does:
            if isinstance(item, Signal):
                sent.append((item.lifecycle, item.event, parties(item.by, actor, here)[0]))
            else:
                self._emit(item, actor, here)
        if row.to == here.state:
            self.reentered.add(name)
        if row.to is not None:
            self.at[name] = self.program.composition.lifecycles[name].after(row, here, actor)
        return sent

    def _emit(self, item: Emit, actor: Party, here: At) -> None:
        effect, role = item
        if role is None:
            self.effects.append(Sent(effect.name, effect.service))
            return
        for party in parties(role, actor, here):
            if all(self.program.profile.holds(guard, party) for guard in effect.only):
                self.effects.append(Sent(effect.name, party.value))
                self.rules.update(dict.fromkeys(effect.cites))


class Program:
    """A composition under one profile.

    Args:
        composition: the tables.
        profile: which guards hold for whom.
    """

    __slots__ = ("composition", "initial", "names", "places", "profile")

    def __init__(self, composition: Composition, profile: Profile) -> None:
        self.composition = composition
        self.profile = profile
        self.names = tuple(composition.lifecycles)
        self.places: dict[Config, Answers] = {}
        self.initial = self.at(tuple(each.initial for each in composition.lifecycles.values()))

    def at(self, config: Config) -> Answers:
        """The answers at a place; the same for the same place."""
        found = self.places.get(config)
        if found is None:
            known = tuple([own.get(at, at) for own, at in zip(own_places(self.composition), config, strict=True)])
            found = self.places.setdefault(known, Answers(self, known))
        return found

    def compute(self, config: Config, event: str, by: str) -> AnyOutcome | AnyRefusal:
        """What ``event`` by ``by`` comes to.

        Raises:
            UnknownEvent: the event or the party is not one.
        """
        event, actor = fired(event, self.composition), acting(by)
        lifecycle, row = self.decide(config, event, actor)
        if row is None or row.refused:
            return self.refuse(config, event, actor)
        step = Cascade(self, config)
        step.run(lifecycle, event, actor)
        return self._outcome(event, actor, step, self.running(config))

    def refuse(self, config: Config, event: str, actor: Party) -> AnyRefusal:
        """Why an event that nothing decides, or that is declared to be refused, is."""
        return explain(self, config, event, actor)

    def change(self, config: Config, before: Program, views: Sequence[Any], new_views: Sequence[Any]) -> AnyOutcome:
        """What a change of the pairing comes to, for a conversation that stands at ``config`` under ``before``."""
        sent = [change for change in self.composition.changes if change.when(views, new_views)]
        step = Cascade(self, config)
        step.hear(sent)
        return self._outcome("change", Party.SERVICE, step, before.running(config))

    def hear(self, config: Config, lifecycle: str, event: str, by: Party) -> AnyOutcome:
        """What one signal of a change comes to; timers aside."""
        step = Cascade(self, config)
        step.run(lifecycle, event, by)
        return self._outcome("change", Party.SERVICE, step, {})

    def decide(self, config: Config, event: str, actor: Party) -> tuple[str, Row | Dispatch | None]:
        """The lifecycle that ``event`` goes to and the row that decides; a dispatch row where that refuses it."""
        return self._decided(dict(zip(self.names, config, strict=True)), event, actor)

    def _decided(self, standing: Mapping[str, At], event: str, actor: Party) -> tuple[str, Row | Dispatch | None]:
        dispatch = self.composition.directs(standing, event, actor)
        if dispatch.refused:
            return "", dispatch
        return dispatch.lifecycle, self.match(dispatch.lifecycle, standing[dispatch.lifecycle], event, actor)

    def possible(self, config: Config) -> tuple[AnyWay, ...]:
        """Every event that is possible, and by whom. No refusal is worked out for it."""
        standing = dict(zip(self.names, config, strict=True))
        here = (self.composition.lifecycles[name].states[at.state] for name, at in standing.items())
        heard = {row.event for each in here for row in each.rows}
        return tuple(
            Way(event, party)
            for event in self.composition.events
            if event in heard
            for party in Party
            if _goes(self._decided(standing, event, party)[1])
        )

    def own_ways(self, config: Config, actor: Party) -> tuple[AnyWay, ...]:
        """What ``actor`` may fire; worked out once a place, for many refusals tell it."""
        return tuple(way for way in self.at(config).available if way.by is actor)

    def ways(self, config: Config, actor: Party, events: Iterable[str]) -> tuple[AnyWay, ...]:
        """Which of ``events`` are possible, each for the actor or else for somebody else."""
        order = (actor, *(party for party in Party if party is not actor))
        first = ((event, next((by for by in order if self._accepts(config, event, by)), None)) for event in events)
        return tuple(Way(event, by) for event, by in first if by)

    def _accepts(self, config: Config, event: str, actor: Party) -> bool:
        return _goes(self.decide(config, event, actor)[1])

    def match(self, lifecycle: str, here: At, event: str, actor: Party) -> Row | None:
        """The first row for ``event`` that ``actor`` may fire and whose guards hold."""
        rows = self.rows_for(lifecycle, here, event, actor)
        return next((row for row in rows if self.failing(row, here, actor) is None), None)

    def rows_for(self, lifecycle: str, here: At, event: str, actor: Party) -> Sequence[Row]:
        """The rows for ``event`` that ``actor`` may fire, guards aside."""
        rows = self.composition.lifecycles[lifecycle].states[here.state].rows_for(event)
        return [row for row in rows if row.open_to(actor, here)]

    def failing(self, row: Row, here: At, actor: Party) -> tuple[int, Party] | None:
        """The place of the first guard of ``row`` that does not hold, and whom it is about; None if all hold."""
        for n, guard in enumerate(row.when):
            about = guard.whose(actor, here)
            if not self.profile.holds(guard, about):
                return n, about
        return None

    def running(self, config: Config) -> dict[str, int]:
        """The timers that run while the conversation stands at ``config``: event to seconds."""
        return {
            timer.event: timer.seconds
            for n in self.timing()
            for timer in self.composition.lifecycles[self.names[n]].states[config[n].state].timers
            if all(self.profile.holds(guard, guard.whose(Party.SERVICE, None)) for guard in timer.when)
        }

    def timing(self) -> Iterable[int]:
        """The lifecycles, by number, whose timers are looked at."""
        return range(len(self.names))

    def _outcome(self, event: str, actor: Party, step: Cascade, was_running: dict[str, int]) -> AnyOutcome:
        config = tuple(step.at.values())
        running = self.running(config)
        restarted = {
            timer.event
            for name in step.reentered
            for timer in self.composition.lifecycles[name].states[step.at[name].state].timers
        }
        timers = Timers(
            tuple(StartTimer(e, seconds) for e, seconds in running.items() if e not in was_running or e in restarted),
            tuple(e for e in was_running if e not in running),
        )
        return Outcome(
            event,
            actor,
            tuple(step.at.items()),
            tuple(step.effects),
            timers,
            tuple(step.rows),
            tuple(step.rules),
            self.at(config),
        )


def _goes(row: Row | Dispatch | None) -> bool:
    return row is not None and not row.refused


@lru_cache(maxsize=16)
def own_places(composition: Composition) -> tuple[Mapping[At, At], ...]:
    """By lifecycle, its places as the tables have them, by whatever equals them."""
    return tuple({at: at for at in each.places} for each in composition.lifecycles.values())


class Programs:
    """Every program of a composition, one for each profile in use."""

    __slots__ = ("_by_profile", "_by_views", "composition", "guards")

    def __init__(self, composition: Composition) -> None:
        self.composition = composition
        self.guards = guards_of(composition)
        self._by_views: dict[Any, Program] = {}
        self._by_profile: dict[Profile, Program] = {}

    def under(self, views: tuple[Any, ...]) -> Program:
        """The program for a pairing, given the two views of it."""
        found = self._by_views.get(views)
        if found is None:
            found = self._by_views[views] = self._of(Profile(self.guards, views))
        return found

    def having(self, bits: int) -> Program:
        """The program for a profile, given as an integer."""
        return self._of(Profile.of(self.guards, bits))

    def _of(self, profile: Profile) -> Program:
        return self._by_profile.get(profile) or self._by_profile.setdefault(profile, Program(self.composition, profile))
