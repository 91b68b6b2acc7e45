"""A lifecycle: states that make one machine, checked as they are declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fsm.notation.shown import Shown
from fsm.notation.words import (
    ACTOR,
    ANSWERER,
    FIRES,
    OPENER,
    ORIGINATOR,
    OTHER,
    OWNER,
    PEER,
    RECIPIENT,
    SERVICE,
    At,
    DeclarationError,
    Party,
    Role,
    Row,
    State,
    parties,
)

if TYPE_CHECKING:
    from fsm.notation.composition import Composition


class Lifecycle(Shown):
    """A finite state machine declared as a table of states.

    Args:
        name: its name.
        label: its title.
        states: its states.
        rules: the catalogue that citations must be in.

    Raises:
        DeclarationError: an unknown target or rule, a row that can never be reached, a state nothing leads to, an
            owner where there is none, a timer that nothing waits for, a citation missing.
    """

    __slots__ = ("composition", "events", "initial", "label", "name", "places", "rows", "signals", "states")

    def __init__(self, name: str, label: str, *states: State, rules: Mapping[str, object]) -> None:
        self.name = name
        self.label = label
        self.composition: Composition | None = None
        """The composition that it is part of: the first that took it in."""
        self.states: dict[str, State] = {}
        for each in states:
            if each.name in self.states:
                raise DeclarationError(f"{name}.{each.name}: declared twice")
            self.states[each.name] = self._identified(each)
        self.rows = {row.id: row for each in self.states.values() for row in each.rows}
        self.events = tuple(dict.fromkeys(row.event for row in self.rows.values() if not row.internal))
        ignored = [event for each in self.states.values() for event in each.ignores]
        heard = [row.event for row in self.rows.values() if row.internal]
        self.signals = tuple(dict.fromkeys(heard + ignored))
        starts = [each.name for each in self.states.values() if each.initial]
        if len(starts) != 1:
            raise DeclarationError(f"{name}: {len(starts)} initial states {starts}; declare exactly one")
        self.initial = At(starts[0])
        self.places = tuple(place for each in self for place in each.places)
        """Every place the lifecycle can stand in."""
        self._check(rules)

    def __repr__(self) -> str:
        return f"<Lifecycle {self.name}: {len(self.states)} states, {len(self.rows)} rows>"

    def __iter__(self) -> Iterator[State]:
        return iter(self.states.values())

    @property
    def whole(self) -> Composition:
        """The composition that it is part of: the first that took it in.

        Raises:
            ValueError: it is part of none.
        """
        if self.composition is None:
            raise ValueError(f"lifecycle: {self.name} is part of no composition; wire it into a fsm.Specification")
        return self.composition

    def after(self, row: Row, here: At, actor: Party) -> At:
        """Where the lifecycle stands once ``actor`` has fired ``row`` at ``here``."""
        if row.to is None:
            return here
        target = self.states[row.to]

        def remembered(role: Role | None, known: Party | None) -> Party:
            return parties(role, actor, here)[0] if role else known or actor

        return At(
            row.to,
            remembered(row.owner, here.owner) if target.owner else None,
            remembered(row.opener, here.opener) if target.opener else None,
        )

    def _identified(self, declared: State) -> State:
        seen: dict[str, int] = {}
        rows = []
        for row in declared.rows:
            seen[row.event] = n = seen.get(row.event, 0) + 1
            rows.append(
                row._replace(
                    lifecycle=self.name, state=declared.name, id=f"{self.name}.{declared.name}.{row.event}.{n}"
                )
            )
        return declared._replace(rows=tuple(rows))

    def _check(self, rules: Mapping[str, object]) -> None:
        for each in self:
            here = f"{self.name}.{each.name}"
            if each.initial and each.remembers:
                raise DeclarationError(f"{here}: an initial state remembers nobody")
            tried: dict[str, list[Row]] = {}
            for row in each.rows:
                self._check_row(each, row, tried.setdefault(row.event, []), rules)
                tried[row.event].append(row)
            for timer in each.timers:
                known(timer.cites, rules, here, ", timer ", timer.event)
                if not any(row.by is SERVICE for row in each.rows_for(timer.event)):
                    raise DeclarationError(f"{here}, timer {timer.event}: the state has no row for it by the service")
                for guard in timer.when:
                    if guard.about not in (None, ORIGINATOR, RECIPIENT):
                        raise DeclarationError(f"{here}, timer {timer.event}: guard {guard} depends on who acts")
            for event in each.ignores:
                if each.rows_for(event):
                    raise DeclarationError(f"{here}: ignores {event!r} and has a row for it")
        targets = {row.to for row in self.rows.values() if row.to}
        for each in self:
            if not each.initial and each.name not in targets:
                raise DeclarationError(f"{self.name}.{each.name}: no row leads to this state")

    def _check_row(self, here: State, row: Row, tried: list[Row], rules: Mapping[str, object]) -> None:
        where = f"{self.name}.{here.name}, row {row.id.rpartition('.')[2]} on {row.event!r}"
        if row.by not in FIRES:
            raise DeclarationError(f"{where}: by={row.by} is not accepted; use one of {', '.join(FIRES)}")
        if row.to is not None and row.to not in self.states:
            raise DeclarationError(f"{where}: target {row.to!r} is not a state; states are {', '.join(self.states)}")
        if row.refused and (row.to or row.does):
            raise DeclarationError(f"{where}: a refusal changes nothing; take away its target and effects")
        if not row.cites:
            raise DeclarationError(f"{where}: cites no rule")
        known(row.cites, rules, where)
        for guard in row.when:
            known(guard.cites, rules, where, ", guard ", guard)
        effects = row.effects
        for emit in effects:
            known(emit.effect.cites, rules, where, ", effect ", emit.effect.name)
            if (emit.to is None) != bool(emit.effect.service):
                raise DeclarationError(f"{where}: effect {emit.effect.name} needs exactly one addressee")
            for guard in emit.effect.only:
                known(guard.cites, rules, where, ", effect ", emit.effect.name, ", guard ", guard)
        roles = {guard.about for guard in row.when} | {item.by for item in row.signals}
        roles |= {row.owner, row.opener, row.by, *(emit.to for emit in effects)}
        for called, kept, spoken in (("owner", here.owner, {OWNER, PEER}), ("opener", here.opener, {OPENER, ANSWERER})):
            if not kept and roles & spoken:
                raise DeclarationError(f"{where}: speaks of an {called}, and {here.name} has none")
        if row.by is SERVICE and roles & {ACTOR, OTHER}:
            raise DeclarationError(f"{where}: speaks of the acting party, and the service acts")
        if row.to is not None:
            target = self.states[row.to]
            for called in ("owner", "opener"):
                named, needed, kept = (getattr(each, called) for each in (row, target, here))
                if named and not needed:
                    raise DeclarationError(f"{where}: names an {called} for {row.to}, which has none")
                if needed and not kept and row.by is SERVICE and not named:
                    raise DeclarationError(f"{where}: {row.to} needs an {called}, and the service cannot be it")
        for earlier in tried:
            if row.by in FIRES[earlier.by] and set(earlier.when) <= set(row.when):
                raise DeclarationError(
                    f"{where}: never reached, row {earlier.id.rpartition('.')[2]} always comes first"
                )


def known(cited: tuple[str, ...], rules: Mapping[str, object], *where: object) -> None:
    for rule in cited:
        if rule not in rules:
            raise DeclarationError(f"{''.join(map(str, where))}: rule {rule!r} is not in the catalogue")
