"""Whether conversations of an earlier specification go on in a later one as they would have: place by place.

Both are completed automata: at a place, for a profile, every event by every party and every change of the pairing comes
to something. A place of the one and its successor in the other have the **same future** if no sequence of these tells
them apart, which is bisimulation, for both are deterministic. What tells:

- whether it is accepted, and if not, of which kind the refusal is and which rule decides it;
- where the lifecycles stand after it: in a place that succeeds where the other one stands;
- the effects, in order, with their addressees; the events that answer them, where both say so;
- the timers that it starts and cancels, and those that run.

Words tell nothing: labels, messages, what to do instead, citations that decide no refusal, the names of guards, the
order of rows that do not compete. An event that one of the two does not know is, there, not applicable.

Futures are explored for all profiles at once, pair by pair: a place of the earlier one, and one of the later that
succeeds it. Then what tells is carried back from where a single step tells, so that the first thing to be known of a
pair is a shortest trace that tells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from itertools import product
from operator import and_, or_
from typing import TYPE_CHECKING, Any, NamedTuple

from fsm.engine.earlier import Became, Differs, successors
from fsm.engine.fingerprint import looked_at
from fsm.engine.outcome import LostSignal, Refusal, RefusalKind, Timers
from fsm.engine.program import Config, Programs
from fsm.notation import At, Composition, Emit, Guard, Lifecycle, Party, Row, effects_of, guards_of, stands
from fsm.space.cases import CHANGE, Case, Sends, Together
from fsm.space.places import low, numbers
from fsm.space.profiles import Profiles
from fsm.space.reachable import Space
from fsm.spec.users import whose
from fsm.verify.equivalence import in_words
from fsm.verify.trace import nearest

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyOutcome

__all__ = ["Comparison", "Future", "Move", "Telling", "Tells", "compare"]
Pair = tuple[Config, Config]
"""A place of the earlier specification, and one of the later."""
Progress = Callable[[str, int, int], object]
ASPECTS = ("acceptance", "refusal", "signals", "state", "effects", "answers", "timers")
"""What a step can differ in, in the order it is told."""


def nothing(what: str, done: int, of: int) -> None:
    """Tell nobody how far it is."""


class Step(NamedTuple):
    """What one step comes to in both, for the profiles of ``mask``.

    Where the pairing changes these are the profiles after it, and ``before`` those before. ``differs`` is what they
    differ in, but for where they lead.
    """

    mask: int
    before: int
    was: Case
    becomes: Case
    differs: tuple[str, ...]


class Steps(NamedTuple):
    """What the same event, or change, comes to in both, for all profiles: all of it, but for what breaks off in both;
    for whom that tells wherever the lifecycles stand; and what else moves one.
    """

    every: tuple[Step, ...]
    tells: int
    moving: tuple[Step, ...]


class Ways(NamedTuple):
    """What can be done at a pair: what tells for whom, and where what does not tell leads.

    Changes of the pairing are by the class of the profile before them.
    """

    tells: int
    events: Mapping[Pair, int]
    changes: Mapping[Pair, Mapping[int, int]]


class Onward(NamedTuple):
    """A step on the way to telling: the event or CHANGE, where it leads if it does not tell, what it differs in if it
    does, the profiles that can take it, and the profile after it.
    """

    event: str
    step: Step
    to: Pair | None
    differs: tuple[str, ...]
    who: int
    number: int


class Played(NamedTuple):
    """What the engine came to: what was seen, where the lifecycles stand, the timers that run."""

    seen: object
    config: Config
    runs: Mapping[str, int]


class Tells(NamedTuple):
    """A step that tells at once: at which place, which lifecycle it concerns, the event, what it differs in."""

    config: Config
    lifecycle: str
    event: str
    differs: tuple[str, ...]


class Move(NamedTuple):
    """One step of a trace: an event, or a change of the pairing to ``pairing``."""

    event: str
    by: Party
    pairing: Any
    changed: str

    def __str__(self) -> str:
        return f"change: {self.changed}" if self.pairing is not None else f"{self.event} by {self.by}"


class Telling(NamedTuple):
    """A shortest way to tell a place from its successor.

    Args:
        place, becomes: where both start, in the earlier specification and in the later.
        who: the profiles for whom it is one.
        pairing: two people of such a profile.
        moves: what is done; the last of them tells. None at all where the timers that run there differ already.
        differs: what they differ in then, of ASPECTS.
        was, now: what the last move comes to in the earlier specification and in the later, in words.
        confirmed: the engine, playing both side by side, finds the same.
    """

    place: str
    becomes: str
    who: int
    pairing: Any
    moves: tuple[Move, ...]
    differs: tuple[str, ...]
    was: str
    now: str
    confirmed: bool


class Future(NamedTuple):
    """What becomes of a place.

    Args:
        who: the profiles that can be there.
        becomes: its successors, and the profiles for whom each is the one.
        same: those of them whose future is the same.
    """

    who: int
    becomes: tuple[tuple[Config, int], ...]
    same: int

    @property
    def covered(self) -> int:
        """Those who have a successor."""
        return reduce(or_, (mask for _, mask in self.becomes), 0)


class Comparison:
    """An earlier specification, explored, and a later one.

    Args:
        space: the places of the earlier one. Its profiles have to tell apart by what either asks: see ``compare``.
        later: the later one.
        became: the successors of its states, where they were renamed or split.
        within: the places of the later one; default: whoever is at a place of the earlier one can be at its successor.
        progress: told what is done, and how far it is.
    """

    def __init__(
        self,
        space: Space,
        later: Composition,
        became: Became | None = None,
        within: Space | None = None,
        progress: Progress = nothing,
    ) -> None:
        self.space, self.later, self.progress = space, later, progress
        self.profiles = space.profiles
        self._within = within.places if within else None
        self._programs = space.program, within.program if within else Together(later, self.profiles)
        self._known = tuple(dict.fromkeys((*space.composition.events, *later.events)))
        self._at: tuple[dict[Config, list[tuple[tuple[Case, ...], ...]]], ...] = ({}, {})
        self._steps: dict[tuple[int, int], Steps] = {}
        self._successors = [
            {at: successors(later.lifecycles[name], at, became or {}) for at in each.places}
            for name, each in space.composition.lifecycles.items()
        ]
        self._waits: dict[tuple[int, str, str], int] = {}
        self._engines = tuple(Programs(each.composition) for each in self._programs)
        answers = [
            {name: each.answers for name, each in effects_of(engine.composition).items()} for engine in self._engines
        ]
        self._answered = answers if any(answers[0].values()) else [{}, {}]
        self._counted: dict[int, int] = {}
        self._sent = self._joint()
        self.pairs: dict[Pair, Ways] = {}
        self._explore()
        self._told = self._carried()

    @cached_property
    def places(self) -> Mapping[Config, Future]:
        """Every place of the earlier specification, and what becomes of it."""
        found = {}
        for config, who in self.space.places.items():
            becomes = tuple(self._successor(config, who))
            same = 0
            for to, mask in becomes:
                same |= mask & ~reduce(or_, self._told.get((config, to), {}).values(), 0)
            found[config] = Future(who, becomes, same)
        return found

    @property
    def same(self) -> bool:
        """Whether every place has a successor, with the same future, for everybody."""
        return all(each.same == each.who for each in self.places.values())

    def _successor(self, config: Config, who: int) -> Iterator[tuple[Config, int]]:
        """The successors of a place: for each who can be there, the first to which they can come."""
        for to in product(*(each[at] for each, at in zip(self._successors, config, strict=True))):
            mask = who if self._within is None else who & self._within.get(to, 0)
            if mask:
                yield to, mask
                who &= ~mask

    def _joint(self) -> Mapping[tuple[Sends, Sends], list[tuple[int, int]]]:
        """For each way a change of the pairing goes in both: from which profiles, and to which."""
        mine, theirs = self.space.composition.changes, self.later.changes
        both = self.profiles.changing((*mine, *theirs))
        found: dict[tuple[Sends, Sends], list[tuple[int, int]]] = defaultdict(list)
        for members, becomes in zip(both.classes, both.becomes, strict=True):
            for sends, targets in becomes.items():
                found[sends[: len(mine)], sends[len(mine) :]].append((members, targets))
        return found

    def _explore(self) -> None:
        pending = [(config, to) for config, who in self.space.places.items() for to, _ in self._successor(config, who)]
        seen = dict.fromkeys(pending)
        while pending:
            pair = pending.pop()
            ways = self.pairs[pair] = self._ways(pair)
            for to in (*ways.events, *ways.changes):
                if to not in seen:
                    seen[to] = None
                    pending.append(to)
            self.progress("comparing", len(self.pairs), len(seen))

    def _ways(self, pair: Pair) -> Ways:
        tells = 0
        events: dict[Pair, int] = defaultdict(int)
        changes: dict[Pair, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for _, steps in self._events(pair):
            tells |= steps.tells
            for step in steps.moving:
                to = self._to(pair, step)
                if to is None:
                    tells |= step.mask
                else:
                    events[to] |= step.mask
        for ways, steps in self._changes(pair):
            for step in steps.every:
                to = None if step.differs else self._to(pair, step)
                for members, targets in ways:
                    before, after = members & step.before, targets & step.mask
                    if before and after and to is None:
                        tells |= before
                    elif before and after and to is not None:
                        changes[to][before] |= after
        return Ways(tells, events, changes)

    def _events(self, pair: Pair) -> Iterator[tuple[str, Steps]]:
        """What every event comes to at a pair, party by party."""
        mine, theirs = self._answers(0, pair[0]), self._answers(1, pair[1])
        for event, was, becomes in zip(self._known, mine, theirs, strict=True):
            for each in zip(was, becomes, strict=True):
                yield event, self._both(*each)

    def _answers(self, which: int, config: Config) -> list[tuple[tuple[Case, ...], ...]]:
        found = self._at[which].get(config)
        if found is None:
            program = self._programs[which]
            known = program.composition.dispatch
            found = self._at[which][config] = [
                program.by_party(config, event) if event in known else self._unknown for event in self._known
            ]
        return found

    def _changes(self, pair: Pair) -> Iterator[tuple[list[tuple[int, int]], Steps]]:
        """What changes of the pairing come to at a pair, and from which profiles they go that way to which."""
        first, second = self._programs
        for (sends, theirs), ways in self._sent.items():
            yield ways, self._both(first.changed(pair[0], sends), second.changed(pair[1], theirs))

    def _both(self, mine: tuple[Case, ...], theirs: tuple[Case, ...]) -> Steps:
        """What a question comes to in both, given the answers of each, which are the same objects each time."""
        key = id(mine), id(theirs)
        found = self._steps.get(key)
        if found is None:
            every = tuple(
                Step(mask, before, was, becomes, differs)
                for was in mine
                for becomes in theirs
                for mask, before, differs in self._parts(was, becomes)
                if mask and before
            )
            tells = reduce(or_, (step.mask for step in every if step.differs), 0)
            moving = tuple(step for step in every if not step.differs and (step.was.moves or step.becomes.moves))
            found = self._steps[key] = Steps(every, tells, moving)
        return found

    def _to(self, pair: Pair, step: Step) -> Pair | None:
        """Where a step leads in both; None where the one place does not succeed the other."""
        to = step.was.leads(pair[0]), step.becomes.leads(pair[1])
        moved = {n for n, _ in (*step.was.moves, *step.becomes.moves)}
        return to if all(to[1][n] in self._successors[n][to[0][n]] for n in moved) else None

    def _parts(self, was: Case, becomes: Case) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """What two steps differ in, for whom, and for whom before a change of the pairing; for nobody where both break
        off.

        A timer that runs before such a change and after it may be started afresh in one of the two alone. All others
        that it starts and cancels follow from those that run at either end.
        """
        everyone = self.profiles.everyone
        mask = was.mask & becomes.mask if not (was.lost and becomes.lost) else 0
        differs = tuple(self._differs(was, becomes))
        anew = self._anew(was, becomes) if was.event == CHANGE and not differs else 0
        yield mask & ~anew, everyone, differs
        yield mask & anew, everyone & ~anew, differs
        yield mask & anew, anew, ("timers",)

    def _anew(self, was: Case, becomes: Case) -> int:
        """For whom a change of the pairing starts a timer afresh in one of the two alone, if it runs."""
        started: tuple[dict[tuple[str, int], int], ...] = ({}, {})
        for which, case in enumerate((was, becomes)):
            program = self._programs[which]
            for row in (program.composition.rows[each] for each in case.rows):
                if row.to == row.state:
                    started[which].update(self._running(which, program.names.index(row.lifecycle), row.state))
        mine, theirs = started
        return reduce(or_, (mine.get(each, 0) ^ theirs.get(each, 0) for each in {*mine, *theirs}), 0)

    def _differs(self, case: Case, other: Case) -> Iterator[str]:
        """What two steps differ in, but for where they lead."""
        if (case.refusal is None) != (other.refusal is None):
            yield "acceptance"
        elif case.refusal and other.refusal:
            if (case.refusal.kind, case.refusal.rule) != (other.refusal.kind, other.refusal.rule):
                yield "refusal"
        else:
            if bool(case.lost) != bool(other.lost):
                yield "signals"
            if case.effects != other.effects:
                yield "effects"
            elif self._answering(0, case) != self._answering(1, other):
                yield "answers"
            if set(case.timers.start) != set(other.timers.start) or set(case.timers.cancel) != set(other.timers.cancel):
                yield "timers"

    def _answering(self, which: int, found: Case | AnyOutcome) -> object:
        """The events that answer the effects of a step; nothing where the earlier specification did not say."""
        return [self._answered[which].get(name) for name, _ in found.effects]

    @cached_property
    def _unknown(self) -> tuple[tuple[Case, ...], ...]:
        """What an event comes to where it is none, party by party."""
        return tuple(
            (
                Case(
                    self.profiles.everyone,
                    "",
                    by,
                    (),
                    (),
                    Timers(),
                    (),
                    Refusal(
                        "", by, RefusalKind.NOT_APPLICABLE, None, None, "there is no such event", "", (), (), None, ()
                    ),
                    "",
                    frozenset(),
                    frozenset(),
                ),
            )
            for by in Party
        )

    def _waiting(self, pair: Pair) -> int:
        """For whom other timers run at the two places."""
        return reduce(or_, (self._waits_in(n, *both) for n, both in enumerate(zip(*pair, strict=True))), 0)

    def _waits_in(self, n: int, was: At, now: At) -> int:
        key = n, was.state, now.state
        found = self._waits.get(key)
        if found is None:
            mine, theirs = self._running(0, n, was.state), self._running(1, n, now.state)
            found = self._waits[key] = reduce(
                or_, (mine.get(each, 0) ^ theirs.get(each, 0) for each in {*mine, *theirs}), 0
            )
        return found

    def _running(self, which: int, n: int, state: str) -> Mapping[tuple[str, int], int]:
        """The timers of a state, with their seconds, and for whom each runs."""
        program = self._programs[which]
        found: dict[tuple[str, int], int] = defaultdict(int)
        for timer in program.composition.lifecycles[program.names[n]].states[state].timers:
            holding = (self.profiles.holding(each, each.whose(Party.SERVICE, None)) for each in timer.when)
            found[timer.event, timer.seconds] |= reduce(and_, holding, self.profiles.everyone)
        return found

    def _carried(self) -> Mapping[Pair, Mapping[int, int]]:
        """By pair: for whom it takes how many steps to tell, the fewest first."""
        by_event: dict[Pair, list[tuple[Pair, int]]] = defaultdict(list)
        by_change: dict[Pair, list[tuple[Pair, Mapping[int, int]]]] = defaultdict(list)
        for pair, ways in self.pairs.items():
            for to, mask in ways.events.items():
                by_event[to].append((pair, mask))
            for to, each in ways.changes.items():
                by_change[to].append((pair, each))
        told: dict[Pair, dict[int, int]] = defaultdict(dict)
        known: dict[Pair, int] = defaultdict(int)
        layers = {pair: mask for pair in self.pairs if (mask := self._waiting(pair))}
        steps = 0
        while layers or steps < 2:
            for pair, mask in layers.items():
                told[pair][steps] = mask
                known[pair] |= mask
            found: dict[Pair, int] = defaultdict(int)
            if not steps:
                for pair, ways in self.pairs.items():
                    found[pair] = ways.tells
            for to, mask in layers.items():
                for pair, some in by_event[to]:
                    found[pair] |= some & mask
                for pair, classes in by_change[to]:
                    for members, targets in classes.items():
                        if targets & mask:
                            found[pair] |= members
            steps += 1
            layers = {pair: new for pair, mask in found.items() if (new := mask & ~known[pair])}
        return told

    def tellings(self, config: Config) -> Iterator[Telling]:
        """The shortest ways to tell a place from its successors: one for each group of profiles that have one alike,
        the shortest first. None for those whose future is the same, and for those who have no successor.
        """
        for to, who in self.places[config].becomes:
            told = self._told.get((config, to), {})
            for steps in sorted(told):
                left = told[steps] & who
                while left:
                    found = self._telling((config, to), steps, left)
                    yield found
                    left &= ~found.who

    def _telling(self, start: Pair, steps: int, who: int) -> Telling:
        """The way to tell a pair in so many steps for the first of ``who``, and for those of them who go it too."""
        pair: Pair | None = start
        number = low(who)
        first = old = self.profiles.pairing[number]
        moves: list[Move] = []
        differs: tuple[str, ...] = ()
        told: tuple[str, str] = ("", "")
        while pair is not None and not differs:
            if not steps:
                differs, told = ("timers",), self._timers_run(pair, number)
                break
            onward = next(self._onward(pair, number, steps))
            if old is first:
                who &= onward.who  # from a change of the pairing on, one profile goes on for all
            new = None
            if onward.event == CHANGE:
                new = nearest(self.profiles, old, onward.number)
                changed = self.profiles.whose.difference(old, new) or "nothing that shows"
                moves.append(Move(CHANGE, Party.SERVICE, new, changed))
                old = new
            else:
                moves.append(Move(onward.event, onward.step.was.by, None, ""))
            differs, told = onward.differs, self._said(onward)
            pair, number, steps = onward.to, onward.number, steps - 1
        names = self.space.names
        place, becomes = (stands(zip(names, each, strict=True)) for each in start)
        confirmed = self._confirmed(first, start, moves)
        return Telling(place, becomes, who, first, tuple(moves), differs, *told, confirmed)

    def _onward(self, pair: Pair, number: int, steps: int) -> Iterator[Onward]:
        """The steps from a pair, for one profile, by which it is told apart in so many."""
        bit = 1 << number
        for event, by_party in self._events(pair):
            for step in by_party.every:
                if step.mask & bit:
                    to, differs = self._apart(pair, step)
                    mask = step.mask if differs else self._left(to, steps) & step.mask
                    if mask & bit and (steps == 1 or not differs):
                        yield Onward(event, step, to, differs, mask, number)
        for ways, changes in self._changes(pair):  # pragma: no branch  # one of them is there: it was counted
            for step in changes.every:
                to, differs = self._apart(pair, step)
                for members, targets in ways:
                    after = step.mask & targets & (self.profiles.everyone if differs else self._left(to, steps))
                    before = members & step.before
                    if before & bit and after and (steps == 1 or not differs):
                        yield Onward(CHANGE, step, to, differs, before, low(after))

    def _left(self, to: Pair | None, steps: int) -> int:
        """Those for whom it takes one step less from where a step leads."""
        return self._told.get(to, {}).get(steps - 1, 0) if to else 0

    def _apart(self, pair: Pair, step: Step) -> tuple[Pair | None, tuple[str, ...]]:
        """Where a step leads, and all that it differs in."""
        to = self._to(pair, step)
        if to is not None or "acceptance" in step.differs:
            return (None if step.differs else to), step.differs
        return None, tuple(each for each in ASPECTS if each == "state" or each in step.differs)

    def _said(self, onward: Onward) -> tuple[str, str]:
        names, step = self.space.names, onward.step
        found = []
        for case in (step.was, step.becomes):
            found.append(in_words(names, case if case.event else case._replace(event=onward.event)))
        return found[0], found[1]

    def _timers_run(self, pair: Pair, number: int) -> tuple[str, str]:
        """The timers that run at the two places for a profile, in words."""
        found = []
        for which, config in enumerate(pair):
            running = [
                f"{event} in {seconds} s"
                for n, at in enumerate(config)
                for (event, seconds), mask in self._running(which, n, at.state).items()
                if mask >> number & 1
            ]
            found.append(f"timers that run: {', '.join(running) or 'none'}")
        return found[0], found[1]

    def _confirmed(self, pairing: Any, start: Pair, moves: Sequence[Move]) -> bool:
        """Whether the engine tells them apart by the last of these moves, and by none before it."""
        sides = [self._played(which, pairing, start[which], moves) for which in (0, 1)]
        *before, last = (
            (mine.seen, mine.runs) == (theirs.seen, theirs.runs) and self.succeeds(mine.config, theirs.config)
            for mine, theirs in zip(*sides, strict=False)
        )
        return all(before) and not last and len(before) == len(moves)

    def _played(self, which: int, pairing: Any, config: Config, moves: Sequence[Move]) -> Iterator[Played]:
        """What the engine makes of these moves: how it stands first, and then after each."""
        programs, views = self._engines[which], self.profiles.whose.views
        known = programs.composition.dispatch
        program = programs.under(views(pairing))
        row = program.at(config)
        yield Played((), config, program.running(config))
        for move in moves:
            seen: object
            try:
                if move.pairing is not None:
                    new = programs.under(views(move.pairing))
                    result: Any = new.change(row.config, program, views(pairing)[0], views(move.pairing)[0])
                    program, pairing = new, move.pairing
                else:
                    result = row[move.event, move.by] if move.event in known else None
            except LostSignal:
                yield Played("lost", row.config, {})
                return
            if result is None:
                seen = RefusalKind.NOT_APPLICABLE, None
            elif result.to is None:
                seen = result.kind, result.rule
            else:
                seen = (
                    result.effects,
                    self._answering(which, result),
                    sorted(result.timers.start),
                    sorted(result.timers.cancel),
                )
                row = result.to
            yield Played(seen, row.config, program.running(row.config))

    def differs(self, pair: Pair, number: int, event: str, by: Party) -> tuple[str, ...]:
        """What an event differs in at a pair, for a profile; nothing where it comes to the same."""
        n, party = self._known.index(event), list(Party).index(by)
        mine, theirs = (self._answers(which, config)[n][party] for which, config in enumerate(pair))
        steps = self._both(mine, theirs).every
        return next(self._apart(pair, step)[1] for step in steps if step.mask >> number & 1)

    def succeeds(self, was: Config, now: Config) -> bool:
        """Whether a place of the later specification succeeds one of the earlier."""
        return all(at in each[before] for each, before, at in zip(self._successors, was, now, strict=True))

    def tells(self) -> Iterator[Tells]:
        """Every step that tells a place from its successor at once, for some who can be there; and the timers that
        run there and do not in the other.
        """
        for config, future in self.places.items():
            for to, who in future.becomes:
                pair = config, to
                for event, by_party in self._events(pair):
                    for step in by_party.every:
                        differs = self._apart(pair, step)[1] if step.mask & who else ()
                        if differs:
                            yield Tells(config, self._at_home(event, step.was.by, pair), event, differs)
                for ways, changes in self._changes(pair):
                    for step in changes.every:
                        if any(members & step.before & who and targets & step.mask for members, targets in ways):
                            differs = self._apart(pair, step)[1]
                            rows = (*step.was.rows, *step.becomes.rows, self.space.names[0])
                            if differs:
                                yield Tells(config, rows[0].partition(".")[0], CHANGE, differs)
                for n, (was, now) in enumerate(zip(*pair, strict=True)):
                    if self._waits_in(n, was, now) & who:
                        yield Tells(config, self.space.names[n], "timers", ("timers",))

    def _at_home(self, event: str, by: Party, pair: Pair) -> str:
        """The lifecycle that an event goes to, or by whose state it is refused."""
        for program, config in zip(self._programs, pair, strict=True):
            standing = dict(zip(program.names, config, strict=True))
            for row in program.composition.dispatch.get(event, ()):
                if row.applies(standing, by):
                    return row.lifecycle or next(iter(row.while_), program.names[0])
        raise AssertionError(event)  # pragma: no cover  # one of the two knows it

    def differing(self) -> Differs:
        """The events that may come to something else, by the lifecycle that they go to and its state before."""
        found: dict[str, dict[str, set[str]]] = {
            name: {state: set() for state in each.states} for name, each in self.space.composition.lifecycles.items()
        }
        for each in self.tells():
            found[each.lifecycle][each.config[self.space.names.index(each.lifecycle)].state].add(each.event)
        return {
            name: {state: tuple(sorted(events)) for state, events in states.items() if events}
            for name, states in found.items()
        }

    def pairings(self, who: int) -> int:
        """How many pairings have one of these profiles."""
        found = self._counted.get(who)
        if found is None:
            keys, counts = self.profiles.keys, self.profiles.counts
            found = self._counted[who] = sum(counts[keys[n]] for n in numbers(who))
        return found


def compare(
    earlier: Composition, later: Composition, became: Became | None = None, progress: Progress = nothing
) -> Comparison:
    """Two specifications of the same lifecycles and pairings, compared place by place, for every pairing there is.

    Args:
        earlier, later: the two.
        became: states of the earlier one that were renamed or split, and by what they are succeeded, the likeliest
            first.
        progress: told what is done, and how far it is.

    Raises:
        ValueError: they have other lifecycles, or are between others.
    """
    if list(earlier.lifecycles) != list(later.lifecycles):
        raise ValueError(
            f"lifecycles: {', '.join(earlier.lifecycles)} and {', '.join(later.lifecycles)} are not the same; "
            "compare specifications of the same lifecycles"
        )
    if whose(earlier) is not whose(later):
        raise ValueError("pairings: the two specifications are between others; compare ones between the same")
    progress("exploring the earlier one", 0, 3)
    earlier = _named_apart(earlier)
    profiles = Profiles(earlier, guards=guards_of(later), facts=looked_at(later))
    space = Space(earlier, profiles)
    progress("exploring the later one", 1, 3)
    within = Space(later, profiles.changing(later.changes))
    progress("comparing", 2, 3)
    return Comparison(space, later, became, within, progress)


def _named_apart(composition: Composition) -> Composition:
    """A copy whose guards have names of their own: what two specifications call alike need not be the same."""

    def guards(some: Iterable[Guard]) -> tuple[Guard, ...]:
        return tuple(each._replace(name=f"earlier {each.name}") for each in some)

    def row(each: Row) -> Row:
        does = (
            Emit(item.effect._replace(only=guards(item.effect.only)), item.to) if isinstance(item, Emit) else item
            for item in each.does
        )
        return each._replace(when=guards(each.when), does=tuple(does))

    def lifecycle(each: Lifecycle) -> Lifecycle:
        states = (
            state._replace(
                rows=tuple(map(row, state.rows)),
                timers=tuple(timer._replace(when=guards(timer.when)) for timer in state.timers),
            )
            for state in each
        )
        return Lifecycle(each.name, each.label, *states, rules=composition.rules)

    return composition.but(lifecycles={name: lifecycle(each) for name, each in composition.lifecycles.items()})
