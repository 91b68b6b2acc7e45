"""The engine itself, asked about many profiles at once.

A program asks its profile which guards hold. Here the profile is a set: a guard on which the set is divided narrows it
to those for whom the guard holds, and puts the others off to be asked again. So an answer for a set is made by the
very code that answers for one profile, and matching, signals and refusals are not written down twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import chain, compress
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias, TypeVar

from fsm.engine.outcome import LostSignal, Outcome, Refusal, Timers
from fsm.engine.profile import Profile
from fsm.engine.program import Config, Program
from fsm.notation import At, Composition, Guard, Party
from fsm.notation import Row as TableRow
from fsm.space.places import Places, low

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyOutcome, AnyRefusal, AnySent, AnyTimers, AnyWay

R = TypeVar("R")
Sends = tuple[bool, ...]
"""Which of the change rows apply."""
CHANGE = "change"
"""What the engine calls a change of the pairing in the place of an event."""


class Many(Protocol):
    """Profiles by number, a set of them being an integer: bit n is profile n."""

    @property
    def everyone(self) -> int:
        """The set of all of them."""
        ...

    def holding(self, guard: Guard, party: Party) -> int:
        """The set of those where ``guard`` holds for ``party``."""
        ...


class These:
    """These profiles, numbered as given; without changes of the pairing."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self.everyone = (1 << len(profiles)) - 1
        self.holding = cache(
            lambda guard, party: sum(1 << n for n, each in enumerate(profiles) if each.holds(guard, party))
        )


class Narrowing(Profile):
    """A set of profiles that answers as one, for as long as it is not divided."""

    __slots__ = ("_later", "now", "profiles")

    def __init__(self, profiles: Many) -> None:
        self.profiles = profiles
        self.now = 0
        self._later: list[int] = []

    def holds(self, guard: Guard, party: Party) -> bool:
        """Whether ``guard`` holds for ``party``; the set is narrowed until all agree."""
        return self.divide(self.profiles.holding(guard, party))

    def divide(self, holding: int) -> bool:
        """Whether the set is within ``holding``; it is narrowed until all are, or none is."""
        holding &= self.now
        if holding and holding != self.now:
            self._later.append(self.now ^ holding)
            self.now = holding
        return bool(holding)

    def each(self, mask: int, ask: Callable[[], R]) -> Iterator[tuple[int, R]]:
        """Every answer that ``ask`` gives for profiles of ``mask``, with those it gives it for."""
        self._later = [mask] if mask else []
        while self._later:
            self.now = self._later.pop()
            answer = ask()
            yield self.now, answer


class Asked(NamedTuple):
    """A guard that a row asked for, by its place in the row, and the answer."""

    row: str
    guard: int
    held: bool


class Ignored(NamedTuple):
    """A signal that arrived where it means nothing."""

    lifecycle: str
    state: str
    event: str


class Case(NamedTuple):
    """What an event or a change comes to, for the profiles of ``mask``.

    ``moves`` says which lifecycles, by number, stand elsewhere after it; ``refusal`` is set when it is refused, and
    ``lost`` when it breaks off over a signal. Timers are those of an event; a change of the pairing has none here.
    """

    mask: int
    event: str
    by: Party
    moves: tuple[tuple[int, At], ...]
    effects: tuple[AnySent, ...]
    timers: AnyTimers
    rows: tuple[str, ...]
    refusal: AnyRefusal | None
    lost: str
    asked: frozenset[Asked]
    ignored: frozenset[Ignored]

    def leads(self, config: Config) -> Config:
        """Where it leads from ``config``."""
        return moved(config, self.moves) if self.moves else config


class Question(NamedTuple):
    """What an event by somebody comes to, or a signal of a change of the pairing: ``to`` is the lifecycle it goes to,
    or the dispatch row that refuses it.
    """

    event: str
    by: Party
    to: str
    is_change: bool


Went: TypeAlias = dict[tuple[str, tuple[str, ...]], tuple[Question, ...]]
"""What an event asks, by the states of the lifecycles that its dispatch looks at."""
Open: TypeAlias = dict[tuple[str, At, str, Party], Sequence[TableRow]]
"""The rows that a party may fire, by lifecycle, place and event."""


class Known:
    """The answers to a question, by where those lifecycles stand that are looked at to find them.

    Which one is looked at next depends on nothing but where those stand that were looked at before.
    """

    __slots__ = ("by_place", "cases", "look", "looks")

    def __init__(self) -> None:
        self.cases: tuple[Case, ...] = ()
        """The answers, where nothing is left to look at."""
        self.looks: tuple[int, ...] = ()
        """The lifecycles, by number, that were looked at to find them."""
        self.look: int | None = None
        """The lifecycle to look at next."""
        self.by_place: dict[At, Known] = {}
        """What is known for where it stands."""

    def at(self, config: Config) -> Known:
        """What is known where the lifecycles stand like this."""
        found = self
        while found.look is not None:
            found = found.where(config[found.look])
        return found

    def where(self, at: At) -> Known:
        """What is known where the lifecycle that is looked at next stands like this."""
        return self.by_place.get(at) or self.by_place.setdefault(at, Known())

    def keep(self, config: Config, looks: Iterable[int], cases: Iterable[Case]) -> Known:
        """Keep the answers, given the lifecycles that were looked at to find them, in order."""
        found = self
        for found.look in looks:
            found = found.where(config[found.look])
        found.cases, found.looks = tuple(cases), tuple(looks)
        return found


class Together(Program):
    """A composition under all profiles.

    What an event or a signal comes to depends on few of the lifecycles: those that the engine looks at as it works it
    out. Answers are kept by where these stand.
    """

    __slots__ = (
        "_asked",
        "_dispatching",
        "_ignored",
        "_known",
        "_looks",
        "_open",
        "_question",
        "_signals",
        "_went",
        "profiles",
        "unchanged",
    )

    profile: Narrowing

    def __init__(self, composition: Composition, profiles: Many) -> None:
        self.profiles = profiles
        super().__init__(composition, Narrowing(profiles))
        self._question = Question("", Party.SERVICE, "", False)
        self._looks: dict[int, None] = {}
        self._asked: set[Asked] = set()
        self._ignored: set[Ignored] = set()
        self._dispatching = {
            event: tuple(n for n, name in enumerate(self.names) if any(name in row.while_ for row in rows))
            for event, rows in composition.dispatch.items()
        }
        self._open: Open = {}
        self._went: Went = {}
        self._signals: dict[Sends, tuple[Question, ...]] = {}
        self._known: dict[object, Known] = defaultdict(Known)
        self.unchanged = Case(
            profiles.everyone, CHANGE, Party.SERVICE, (), (), Timers(), (), None, "", frozenset(), frozenset()
        )
        """What a change of the pairing comes to that sends nothing."""
        self._known[()].keep(self.initial.config, (), (self.unchanged,))

    def cases(self, config: Config, event: str) -> tuple[Case, ...]:
        """What ``event`` comes to at ``config``, whoever fires it, for every profile."""
        return tuple(chain.from_iterable(self.by_party(config, event)))

    def by_party(self, config: Config, event: str) -> tuple[tuple[Case, ...], ...]:
        """The same, party by party: one and the same tuple wherever nothing that is looked at stands otherwise."""
        states = tuple([config[n].state for n in self._dispatching[event]])
        questions = self._questions(config, event, states)
        return tuple([self._answer(question, config).cases for question in questions])

    def _questions(self, config: Config, event: str, states: tuple[str, ...]) -> tuple[Question, ...]:
        """What is asked where the lifecycles that the dispatch looks at are in these states: one question a party."""
        found = self._went.get((event, states))
        if found is None:
            found = self._went[event, states] = tuple(self._goes(config, event, by) for by in Party)
        return found

    def _goes(self, config: Config, event: str, by: Party) -> Question:
        standing = dict(zip(self.names, config, strict=True))
        row = next(row for row in self.composition.dispatch[event] if row.applies(standing, by))
        return Question(event, by, row.lifecycle or row.id, False)

    def questions(self, event: str, places: Places, some: int) -> list[tuple[Question, int]]:
        """What ``event`` asks at ``some`` of these places, by each party, and at which of them."""
        apart: dict[tuple[str, ...], int] = {(): some}
        for n in self._dispatching[event]:
            apart = {
                (*states, state): some & there
                for states, some in apart.items()
                for state, there in places.in_state[n].items()
                if some & there
            }
        found: dict[tuple[Question, ...], int] = defaultdict(int)
        for states, some in apart.items():
            found[self._questions(places.configs[low(some)], event, states)] |= some
        return [(question, some) for questions, some in found.items() for question in questions]

    def answers(
        self, question: Question, places: Places, some: int, moves: Mapping[int, At]
    ) -> Iterator[tuple[tuple[Case, ...], int]]:
        """What a question comes to for every profile, and at which of ``some`` of these places.

        Args:
            question: the question.
            places: the places.
            some: those to ask about.
            moves: where lifecycles, by number, stand by now instead.
        """
        open_ = [(self._known[question], some)]
        while open_:
            known, some = open_.pop()
            if known.look is None and not known.cases:
                self._answer(question, moved(places.configs[low(some)], moves.items()))
            if known.look is None:
                yield known.cases, some
            elif known.look in moves:
                open_.append((known.where(moves[known.look]), some))
            else:
                standing = places.standing[known.look].items()
                open_ += [(known.where(at), some & there) for at, there in standing if some & there]

    def changed(self, config: Config, sends: Sends) -> tuple[Case, ...]:
        """What a change of the pairing comes to at ``config`` where it sends those of the changes, for every profile
        that it may lead to.
        """
        return self._after(self.signals(sends), config).cases

    def signals(self, sends: Sends) -> tuple[Question, ...]:
        """What a change of the pairing asks, one after the other, where it sends those of the changes."""
        found = self._signals.get(sends)
        if found is None:
            found = self._signals[sends] = tuple(
                Question(change.event, change.by, name, True)
                for change in compress(self.composition.changes, sends)
                for name, lifecycle in self.composition.lifecycles.items()
                if change.event in lifecycle.signals
            )
        return found

    def _after(self, signals: tuple[Question, ...], config: Config) -> Known:
        """What these signals come to, one after the other: the first, and from where it leads the others."""
        if len(signals) == 1:
            return self._answer(signals[0], config)
        known = self._known[signals]
        found = known.at(config)
        if not found.cases:
            first = self._answer(signals[0], config)
            looks = dict.fromkeys(first.looks)
            cases: list[Case] = []
            for case in first.cases:
                if case.lost:
                    cases.append(case)
                else:
                    then = self._after(signals[1:], case.leads(config))
                    looks.update(dict.fromkeys(then.looks))
                    cases += [both(config, case, more) for more in then.cases if case.mask & more.mask]
            found = known.keep(config, looks, cases)
        return found

    def _answer(self, question: Question, config: Config) -> Known:
        known = self._known[question]
        found = known.at(config)
        if not found.cases:
            cases = self.work_out(question, config)
            found = known.keep(config, self._looks, cases)
        return found

    def work_out(self, question: Question, config: Config) -> Sequence[Case]:
        """What a question comes to for every profile, and note which lifecycles are looked at to find it."""
        self._question, self._looks = question, {}
        each = self.profile.each(self.profiles.everyone, partial(self._case, config))
        return [case._replace(mask=mask) for mask, case in each]

    def _case(self, config: Config) -> Case:
        event, by, to, is_change = self._question
        self._asked, self._ignored = set(), set()
        result: AnyOutcome | AnyRefusal | None
        try:
            result = self.hear(config, to, event, by) if is_change else self.compute(config, event, by)
            lost = ""
        except LostSignal as error:
            result, lost = None, str(error)
        happened = result if isinstance(result, Outcome) else None
        return Case(
            self.profile.now,
            CHANGE if is_change else event,
            Party.SERVICE if is_change else by,
            _moves(config, happened.at) if happened else (),
            happened.effects if happened else (),
            happened.timers if happened else Timers(),
            happened.rows if happened else (),
            result if isinstance(result, Refusal) else None,
            lost,
            frozenset(self._asked),
            frozenset(self._ignored),
        )

    def match(self, lifecycle: str, here: At, event: str, actor: Party) -> TableRow | None:
        """As a program matches, and noting what is looked at and what is ignored."""
        self._looks[self.names.index(lifecycle)] = None
        row = super().match(lifecycle, here, event, actor)
        if row is None and event in self.composition.lifecycles[lifecycle].states[here.state].ignores:
            self._ignored.add(Ignored(lifecycle, here.state, event))
        return row

    def timing(self) -> Iterable[int]:
        """Those that an event looks at; the timers of others run on."""
        return () if self._question.is_change else sorted(self._looks)

    def rows_for(self, lifecycle: str, here: At, event: str, actor: Party) -> Sequence[TableRow]:
        """As a program finds them, each time the same."""
        found = self._open.get((lifecycle, here, event, actor))
        if found is None:
            found = self._open[lifecycle, here, event, actor] = super().rows_for(lifecycle, here, event, actor)
        return found

    def ways(self, config: Config, actor: Party, events: Iterable[str]) -> tuple[AnyWay, ...]:
        """None: what else is possible depends on where every lifecycle stands, and is not asked."""
        return ()

    def own_ways(self, config: Config, actor: Party) -> tuple[AnyWay, ...]:
        """None, likewise."""
        return ()

    def failing(self, row: TableRow, here: At, actor: Party) -> tuple[int, Party] | None:
        """As a program finds it, and noting which guards are asked."""
        failing = super().failing(row, here, actor)
        held = len(row.when) if failing is None else failing[0]
        self._asked.update(Asked(row.id, n, n < held) for n in range(min(held + 1, len(row.when))))
        return failing


def moved(config: Config, moves: Iterable[tuple[int, At]]) -> Config:
    """A place once those lifecycles, by number, stand elsewhere."""
    to = list(config)
    for n, at in moves:
        to[n] = at
    return tuple(to)


def _moves(config: Config, at: Iterable[tuple[str, At]]) -> tuple[tuple[int, At], ...]:
    return tuple((n, now) for n, (was, (_, now)) in enumerate(zip(config, at, strict=True)) if now != was)


def both(config: Config, case: Case, more: Case) -> Case:
    """What ``case`` and what comes after it come to together."""
    moves = {**dict(case.moves), **dict(more.moves)}
    return Case(
        case.mask & more.mask,
        CHANGE,
        Party.SERVICE,
        tuple([(n, at) for n, at in moves.items() if at != config[n]]),
        case.effects + more.effects,
        case.timers,
        case.rows + more.rows,
        None,
        more.lost,
        case.asked | more.asked,
        case.ignored | more.ignored,
    )
