"""What a suite of a strength is to cover: a name for each goal, and which goals a step reaches.

- states: every place of every lifecycle, those it remembers told apart.
- rows: every row fired, or refusing, by every actor for whom it does, and, where it has guards, passed over for every
  actor for whom it is; every event of every state refused by every rule that refuses it there; every effect with a
  condition sent to everyone it can be, and left out, every timer with a condition started and not by each row that
  leads to it, every signal of every row heeded and ignored; every dispatch row, every row that a change of the pairing
  sends, every ignored signal where it arrives.
- guards: all of that, and every guard of every row both holding and failing when it is asked, and every row both open
  and closed to every actor who may try it.
- sneak: every event that must be refused, in every place of the lifecycle it goes to, by everyone, and by every rule
  that refuses it there; every dispatch row that refuses, likewise. What sneaks through would have an effect, lead
  somewhere, or only be accepted.
- pairs: every row as above, and every two rows that decide one after the other; a refusal changes nothing, and counts
  as the second only.
- profiles: all of sneak, every decision, and every answer. A decision is a row that fires or refuses, with whom the
  places remember and with the row that would decide if it were not there, a row of which all guards but one hold, so
  that this one alone decides, an ignored signal that arrives, or a dispatch row; for everyone, ``facets``
  says with what each is to be met. An answer is all that an event comes to in a place
  of the lifecycle it goes to, wherever those stand that dispatch looks at, and all that a change of the pairing comes
  to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fsm.engine.program import Config
from fsm.notation import BOTH, At, Composition, Dispatch, Lifecycle, Row
from fsm.space.cases import CHANGE, Case, Sends, Together
from fsm.testing.making.single import Input
from fsm.testing.making.thorough import Thorough

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyRefusal


STRENGTHS = ("states", "rows", "guards", "sneak", "pairs", "profiles")
"""The strengths that are lists of goals."""

Goal = tuple[str, str]
"""The row that a step follows, where that matters, and what the step reaches; for pairs, the row that decides it."""


class Goals:
    """The goals of one strength.

    Args:
        composition: the tables.
        strength: one of STRENGTHS.
        inputs: what may be fired at them; default: everything by everyone.
    """

    def __init__(self, composition: Composition, strength: str, inputs: Iterable[Input] | None = None) -> None:
        self.composition = composition
        self.strength = strength
        self.engine = Thorough if strength == "profiles" else Together
        """What the cases must be of."""
        self._inputs = None if inputs is None else frozenset(inputs)
        self._lifecycles = tuple(composition.lifecycles.values())
        self._numbers = {name: n for n, name in enumerate(composition.lifecycles)}
        self._dispatched: dict[tuple[str, ...], Dispatch] = {}
        self._looks = {
            event: [n for n, name in enumerate(composition.lifecycles) if any(name in row.while_ for row in rows)]
            for event, rows in composition.dispatch.items()
        }

    def start(self) -> frozenset[str]:
        """The goals that a new conversation reaches."""
        first = enumerate(each.initial for each in self._lifecycles)
        return frozenset(self._places(first)) if self.strength == "states" else frozenset()

    def reached(self, config: Config, case: Case, sends: Sends | None = None, otherwise: str = "") -> frozenset[str]:
        """The goals of a step; for pairs, the row that decides it.

        Args:
            config: where it begins.
            case: what it comes to.
            sends: for a change of the pairing, which of the change rows apply.
            otherwise: for profiles, the row that would decide it if the one that does were not there.
        """
        if self.strength == "states":
            return frozenset(self._places(case.moves))
        if self.strength == "pairs":
            return frozenset(filter(None, [decided(case)]))
        if self.strength == "sneak":
            return frozenset(self._sneaks(config, case) if self._fired(case) else ())
        if self.strength == "profiles":
            if not self._fired(case):
                return frozenset()
            decisions = (name for name, _ in self.decisions(config, case, otherwise))
            return frozenset((*decisions, *self._sneaks(config, case), *self._answers(config, case)))
        found = [*self._rows(config, case), *self._changes(sends)]
        for row in case.rows:
            found += [*self._effects(row, case), *self._timers(row, case), *self._signals(row, case)]
        if self.strength == "guards":
            found += [*self._guards(case), *self._open(config, case)]
        return frozenset(found)

    def key(self, config: Config, case: Case, sends: Sends | None = None) -> object:
        """What ``reached`` depends on. A case must live as long as its keys are compared."""
        if sends is not None or self.strength in ("states", "pairs"):
            return id(case), sends
        dispatched = self.dispatched(config, case)
        n = self._numbers.get(dispatched.lifecycle)
        here = None if n is None else config[n]
        if self.strength != "profiles":
            return id(case), dispatched.id, here
        of_rows = [config[self._numbers[self.composition.rows[row].lifecycle]] for row in case.rows]
        return id(case), dispatched.id, here, *of_rows, *[config[each].state for each in self._looks[case.event]]

    def decisions(self, config: Config, case: Case, otherwise: str = "") -> Iterator[tuple[str, str]]:
        """For profiles, what decides a step, each with its row: rows that fire or refuse, those that one guard alone
        keeps from it, signals that are ignored, and, without a row, where dispatch sends it. Rows are told apart by
        whom the places remember in which they and the event are heard, and by what would decide ``otherwise``.
        """
        if self.strength != "profiles":
            return
        if case.event != CHANGE:
            yield f"dispatch {self.dispatched(config, case).id} by {case.by}", ""
        declared = (case.refusal.row,) if case.refusal and case.refusal.row in self.composition.rows else ()
        for n, row in enumerate((*case.rows, *declared)):
            where = "".join(f", at {each}" for each in self._remembering(config, case, row))
            yield f"{row} by {case.by}{where}{f', or else {otherwise}' if otherwise and not n else ''}", row
        for ignored in case.ignored:
            yield f"{ignored.lifecycle}.{ignored.state} ignores {ignored.event}", ".".join(ignored)
        failing: dict[str, list[int]] = defaultdict(list)
        for asked in case.asked:
            if not asked.held:
                failing[asked.row].append(asked.guard)
        for row, guards in failing.items():
            if len(guards) == 1:
                n = guards[0]
                yield f"{row} guard {n + 1}, {self.composition.rows[row].when[n]}, fails alone for {case.by}", row

    def after(self, config: Config, case: Case) -> Iterator[tuple[Row, At]]:
        """The rows that are tried after the one that decides an event where it is heard first, and where that is."""
        decided = case.rows[0] if case.rows else case.refusal and case.refusal.row
        for lifecycle, here in self._asked(config, case):
            rows = iter(lifecycle.states[here.state].rows_for(case.event))
            if any(row.id == decided for row in rows):
                yield from ((row, here) for row in rows if row.open_to(case.by, here))

    def _remembering(self, config: Config, case: Case, row: str) -> Iterator[str]:
        """Where those lifecycles stand that a row and the event are of, if it is remembered by whom."""
        names = {row.partition(".")[0], *(each.name for each, _ in self._asked(config, case))}
        for each, at in zip(self._lifecycles, config, strict=True):
            if each.name in names and at.remembered:
                yield f"{each.name}={at}"

    def follows(self, case: Case) -> str | None:
        """For pairs, the row that the next step follows; None where that is still the one before this step."""
        return None if case.refusal or self.strength != "pairs" else decided(case)

    def name(self, row: str, goal: str) -> str:
        """The name of a goal whose step follows ``row``."""
        return f"{row} > {goal}" if self.strength == "pairs" else goal

    def _places(self, standing: Iterable[tuple[int, At]]) -> Iterator[str]:
        for n, at in standing:
            yield f"{self._lifecycles[n].name}={at}"

    def dispatched(self, config: Config, case: Case) -> Dispatch:
        """The dispatch row that decides where an event goes."""
        key = case.event, case.by, *[config[n].state for n in self._looks[case.event]]
        found = self._dispatched.get(key)
        if found is None:
            standing = dict(zip(self.composition.lifecycles, config, strict=True))
            rows = self.composition.dispatch[case.event]
            found = self._dispatched[key] = next(row for row in rows if row.applies(standing, case.by))
        return found

    def _looked(self, config: Config, case: Case) -> Iterator[str]:
        """Where the lifecycles stand that dispatch looks at."""
        for n in self._looks[case.event]:
            yield f"{self._lifecycles[n].name} {config[n].state}"

    def _fired(self, case: Case) -> bool:
        """Whether it may be fired, or is a change of the pairing."""
        return self._inputs is None or case.event == CHANGE or (case.event, case.by) in self._inputs

    def _sneaks(self, config: Config, case: Case) -> Iterator[str]:
        if case.refusal:
            rule = case.refusal.rule or "no rule"
            for lifecycle, here in self._asked(config, case):
                yield f"{lifecycle.name}={here} {case.event} by {case.by} refused by {rule}"
            dispatched = self.dispatched(config, case)
            if dispatched.refused:
                yield f"dispatch {dispatched.id} by {case.by}"

    def _answers(self, config: Config, case: Case) -> Iterator[str]:
        """All that a step comes to."""
        if case.event == CHANGE:
            where = CHANGE
        else:
            at = [f"{lifecycle.name}={here}" for lifecycle, here in self._asked(config, case)]
            where = " ".join((*at, f"{case.event} by {case.by}", *self._looked(config, case)))
        refused = (f"refused by {case.refusal.rule or 'no rule'}",) if case.refusal else ()
        sent = (f"{name} to {to}" for name, to in case.effects)
        started = (f"{event} in {seconds} s" for event, seconds in case.timers.start)
        yield f"{where}: {', '.join((*refused, *case.rows, *sent, *started, *case.timers.cancel))}"

    def _asked(self, config: Config, case: Case) -> Iterator[tuple[Lifecycle, At]]:
        """The lifecycle that an event goes to, and where it stands; none where dispatch refuses it, or for a change."""
        if case.event != CHANGE:
            name = self.dispatched(config, case).lifecycle
            yield from ((each, at) for each, at in zip(self._lifecycles, config, strict=True) if each.name == name)

    def _rows(self, config: Config, case: Case) -> Iterator[str]:
        if case.event != CHANGE:
            yield f"dispatch {self.dispatched(config, case).id} by {case.by}"
        for row in case.rows:
            yield f"{row} by {case.by}"
        if case.refusal and case.refusal.row in self.composition.rows:
            yield f"{case.refusal.row} by {case.by}"
        elif case.refusal and not case.refusal.row:
            yield from self._refused(config, case, case.refusal)
        for asked in case.asked:
            if not asked.held:
                yield f"{asked.row} passed over for {case.by}"
        for each in case.ignored:
            yield f"{each.lifecycle}.{each.state} ignores {each.event}"

    def _refused(self, config: Config, case: Case, refusal: AnyRefusal) -> Iterator[str]:
        for lifecycle, here in self._asked(config, case):
            if lifecycle.states[here.state].rows_for(case.event):
                yield f"{lifecycle.name}.{here.state}.{case.event} refused by {refusal.rule or 'no rule'}"

    def _changes(self, sends: Sends | None) -> Iterator[str]:
        for change, sent in zip(self.composition.changes, sends or (), strict=sends is not None):
            if sent:
                yield f"change {change.event} by {change.by}"

    def _guards(self, case: Case) -> Iterator[str]:
        for asked in case.asked:
            guard = self.composition.rows[asked.row].when[asked.guard]
            yield f"{asked.row} guard {asked.guard + 1}, {guard}, {'holds' if asked.held else 'fails'}"

    def _open(self, config: Config, case: Case) -> Iterator[str]:
        for lifecycle, here in self._asked(config, case):
            for row in lifecycle.states[here.state].rows_for(case.event):
                yield f"{row.id} {'open' if row.open_to(case.by, here) else 'closed'} to {case.by}"
                if row.id in case.rows:
                    break

    def _effects(self, row: str, case: Case) -> Iterator[str]:
        sent = [name for name, _ in case.effects]
        for emit in self.composition.rows[row].effects:
            if emit.effect.only:
                for name, party in case.effects:
                    if name == emit.effect.name:
                        yield f"{row} effect {name} sent to {party}"
                if sent.count(emit.effect.name) < (2 if emit.to is BOTH else 1):
                    yield f"{row} effect {emit.effect.name} left out"

    def _timers(self, row: str, case: Case) -> Iterator[str]:
        declared = self.composition.rows[row]
        if declared.to is not None and case.event != CHANGE:
            started = {timer.event for timer in case.timers.start}
            for timer in self.composition.lifecycles[declared.lifecycle].states[declared.to].timers:
                if timer.when:
                    yield f"{row} timer {timer.event} {'starts' if timer.event in started else 'does not start'}"

    def _signals(self, row: str, case: Case) -> Iterator[str]:
        heard = [(each.lifecycle, each.event) for each in map(self.composition.rows.__getitem__, case.rows)]
        for sent in self.composition.rows[row].signals:
            yield f"{row} signal {sent} {'heeded' if (sent.lifecycle, sent.event) in heard else 'ignored'}"


def decided(case: Case) -> str:
    """The row that decided a step; empty where none did."""
    if case.refusal:
        return case.refusal.row or ""
    return case.rows[0] if case.rows else ""
