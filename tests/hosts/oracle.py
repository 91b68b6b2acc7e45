"""The `transitions` machines and the engine, asked the same of every profile that can be at a place.

Both ask the same kind of profile which guards hold: a set of profiles that a guard narrows while it is divided on it.
The tables are read twice, by the engine's own matching and by machines made of flat branches, run by `transitions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from fsm import CONVERSATION, LIFECYCLES, Party, Timers
from fsm.engine import known
from fsm.engine.outcome import Sent, StartTimer
from fsm.engine.program import Config
from fsm.export.names import place as named
from fsm.hosts.transitions import Talk
from fsm.notation import At, Guard
from fsm.space.cases import Case, Many, Narrowing, Sends, Together
from fsm.space.resolved import branches
from tests.people import PAIRS

if TYPE_CHECKING:
    from fsm.engine.outcome import AnySent, AnyTimers


class Answer(NamedTuple):
    """What one side makes of an event or of a change of the pairing; ``rule`` is that of a declared refusal."""

    accepted: bool
    rule: str
    config: Config
    effects: tuple[AnySent, ...]
    timers: AnyTimers


class Difference(NamedTuple):
    """Profiles for which the two sides part, at a place, over an event of a party or over changes."""

    mask: int
    config: Config
    event: str | Sends
    by: Party
    machines: Answer
    engine: Answer


class Asked(Talk):
    """A talk of a set of profiles, which are told apart only as far as the machines ask."""

    def __init__(self, profiles: Many) -> None:
        super().__init__(PAIRS["teams>sfb"])
        self.profile = Narrowing(profiles)
        self.stand(tuple(each.initial for each in LIFECYCLES.values()))

    def stand(self, config: Config) -> None:
        """Begin at ``config``."""
        self.config = config
        self.effects: list[AnySent] = []
        self.start: list[StartTimer[str]] = []
        self.cancel: list[str] = []
        for name, at in zip(LIFECYCLES, config, strict=True):
            setattr(self, name, named(at))

    def holds(self, guard: Guard, party: Party) -> bool:
        return self.profile.holds(guard, party)

    def on_effect(self, name: str, to: str) -> None:
        self.effects.append(Sent(name, to))

    def on_timer_start(self, event: str, seconds: int) -> None:
        self.start.append(StartTimer(event, seconds))

    def on_timer_cancel(self, event: str) -> None:
        self.cancel.append(event)

    def fired(self, config: Config, mask: int, event: str, by: Party) -> Iterator[tuple[int, Answer]]:
        """What the machines make of ``event`` at ``config``, for each part of ``mask`` that is treated alike."""

        def ask() -> Answer:
            self.stand(config)
            accepted = self.trigger(known.event(event), by)
            rule = "" if accepted else self._declared(event, by)
            timers = Timers(tuple(self.start), tuple(self.cancel))
            return Answer(accepted, rule, tuple(self.places.values()), tuple(self.effects), timers)

        return self.profile.each(mask, ask)

    def changed(self, config: Config, mask: int, sends: Sends) -> Iterator[tuple[int, Answer]]:
        """What they make of a change of the pairing that ``sends`` these signals, for the profiles after it."""
        changes = [change for change, sent in zip(CONVERSATION.changes, sends, strict=True) if sent]

        def ask() -> Answer:
            self.stand(config)
            self._take(self._telling(changes))
            return Answer(True, "", tuple(self.places.values()), tuple(self.effects), Timers())

        return self.profile.each(mask, ask)

    def _declared(self, event: str, by: Party) -> str:
        """The rule of the refusal that decides in the tables that the machines are made of."""
        places: dict[str, At] = dict(self.places.items())
        row = next(row for row in CONVERSATION.dispatch[event] if row.applies(places, by))
        if row.refused:
            return row.refused
        found = branches(CONVERSATION.lifecycles[row.lifecycle], places[row.lifecycle], event, by)
        return next((each.refused for each in found if all(self.holds(*asked) for asked in each.when)), "")


def by_engine(case: Case, config: Config) -> Answer:
    """What the engine makes of it."""
    rule = (case.refusal.rule or "") if case.refusal and case.refusal.row else ""
    accepted = case.refusal is None and not case.lost
    return Answer(accepted, rule, case.leads(config), case.effects, case.timers)


class Oracle:
    """The two sides over these places, each with the profiles that can be there.

    ``events`` and ``changes`` count what has been compared, profile by profile.
    """

    def __init__(self, places: Mapping[Config, int], engine: Together, asked: Asked) -> None:
        self.places, self.engine, self.asked = places, engine, asked
        self.events = self.changes = 0

    def over_events(self) -> Iterator[Difference]:
        """Every difference over an event, of every party."""
        for config, mask in self.places.items():
            for event in CONVERSATION.events:
                cases = tuple(self.engine.cases(config, event))
                for by in Party:
                    self.events += mask.bit_count()
                    mine = tuple(case for case in cases if case.by is by)
                    for now, answer in self.asked.fired(config, mask, event, by):
                        yield from _compared(now, answer, mine, config, event, by)

    def over_changes(self, targets: Mapping[Config, Mapping[Sends, int]]) -> Iterator[Difference]:
        """Every difference over a change of the pairing; ``targets`` are the profiles that it may lead to."""
        for config in self.places:
            for sends, mask in targets[config].items():
                self.changes += mask.bit_count()
                cases = self.engine.changed(config, sends)
                for now, answer in self.asked.changed(config, mask, sends):
                    yield from _compared(now, answer, cases, config, sends, Party.SERVICE)


def _compared(
    now: int, answer: Answer, cases: tuple[Case, ...], config: Config, event: str | Sends, by: Party
) -> Iterator[Difference]:
    for case in cases:
        if case.mask & now and answer != (engine := by_engine(case, config)):
            yield Difference(case.mask & now, config, event, by, answer, engine)
        now &= ~case.mask
    assert not now, "the engine answers for every profile"
