"""The engine itself, asked about many profiles at once.

A program asks its profile which guards hold. Here the profile is a set: a guard on which the set is divided narrows it
to those for whom the guard holds, and puts the others off to be asked again. So an answer for a set is made by the
very code that answers for one profile, and matching, signals and refusals are not written down twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, Protocol, TypeVar

from fsm.engine.outcome import LostSignal, Outcome, Refusal, Sent, Timers
from fsm.engine.profile import Profile
from fsm.engine.program import Config, Program
from fsm.notation import At, Composition, Dispatch, Guard, Party
from fsm.notation import Row as TableRow

R = TypeVar("R")
Part = tuple[int, str, str, Party]
"""A signal of a change for one lifecycle: its number and name, the signal, and in whose name it is sent."""
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

    @property
    def example(self) -> Mapping[Sends, tuple[Any, Any]]:
        """For each way a change may go, a view before and after it."""
        ...

    def holding(self, guard: Guard, party: Party) -> int:
        """The set of those where ``guard`` holds for ``party``."""
        ...


class These:
    """These profiles, numbered as given; without changes of the pairing."""

    example: Mapping[Sends, tuple[Any, Any]] = {}

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
    effects: tuple[Sent, ...]
    timers: Timers
    rows: tuple[str, ...]
    refusal: Refusal | None
    lost: str
    asked: frozenset[Asked]
    ignored: frozenset[Ignored]

    def leads(self, config: Config) -> Config:
        """Where it leads from ``config``."""
        if not self.moves:
            return config
        to = list(config)
        for n, at in self.moves:
            to[n] = at
        return tuple(to)


class Together(Program):
    """A composition under all profiles.

    What an event comes to depends on few of the lifecycles: those that its dispatch rows look at, the one it goes to,
    and those that signals may reach from there. Answers are kept by where these stand.
    """

    __slots__ = (
        "_answers",
        "_asked",
        "_changed",
        "_idling",
        "_ignored",
        "_kept",
        "_looks",
        "_parts",
        "_question",
        "_reach",
        "_reads",
        "_timed",
        "_unchanged",
        "_went",
        "profiles",
    )

    profile: Narrowing

    def __init__(self, composition: Composition, profiles: Many) -> None:
        self.profiles = profiles
        super().__init__(composition, Narrowing(profiles))
        self._question: tuple[str, Party] | None = None
        self._timed: frozenset[int] = frozenset()
        self._asked: set[Asked] = set()
        self._ignored: set[Ignored] = set()
        self._kept: dict[object, tuple[Case, ...]] = {}
        self._went: dict[object, tuple[str, ...]] = {}
        self._reads: dict[tuple[str, str, str], frozenset[int]] = {}
        self._looks = {
            event: tuple(n for n, name in enumerate(self.names) if any(name in row.while_ for row in rows))
            for event, rows in composition.dispatch.items()
        }
        self._reach = {event: self._reached(event) for event in composition.events}
        self._answers: dict[object, tuple[Case, ...]] = {}
        self._parts: dict[Sends, tuple[Part, ...]] = {}
        self._changed: dict[object, tuple[Case, ...]] = {}
        self._idling: dict[tuple[Part, str], Ignored | None] = {}
        self._unchanged = Case(
            profiles.everyone, CHANGE, Party.SERVICE, (), (), Timers(), (), None, "", frozenset(), frozenset()
        )

    def cases(self, config: Config, event: str) -> tuple[Case, ...]:
        """What ``event`` comes to at ``config``, whoever fires it, for every profile."""
        key = event, *[config[n] for n in self._reach[event]]
        found = self._answers.get(key)
        if found is None:
            found = self._answers[key] = tuple(self._cases(config, event))
        return found

    def _cases(self, config: Config, event: str) -> Iterator[Case]:
        look = event, *(config[n].state for n in self._looks[event])
        went = self._went.get(look)
        if went is None:
            went = self._went[look] = tuple(self._goes_to(config, event, by) for by in Party)
        for by, lifecycle in zip(Party, went, strict=True):
            if lifecycle:
                reads = self.reads(lifecycle, config[self.names.index(lifecycle)].state, event)
                key: object = (lifecycle, event, by, *(config[n] for n in reads))
            else:
                reads, key = frozenset(), (by, look)
            yield from self._kept.get(key) or self._keep(key, reads, config, event, by)

    def _goes_to(self, config: Config, event: str, by: Party) -> str:
        standing = dict(zip(self.names, config, strict=True))
        return next(row.lifecycle for row in self.composition.dispatch[event] if row.applies(standing, by))

    def changed(self, config: Config, sends: Sends) -> tuple[Case, ...]:
        """What a change of the pairing comes to at ``config`` where it sends those of the changes, for every profile
        that it may lead to.

        The signals follow one another, so what each comes to is worked out by itself and put together.
        """
        key = config, sends
        found = self._changed.get(key)
        if found is None:
            found = self._changed[key] = self._change(config, sends)
        return found

    def _change(self, config: Config, sends: Sends) -> tuple[Case, ...]:
        parts = self._parts.get(sends)
        if parts is None:
            told = (change for change, sent in zip(self.composition.changes, sends, strict=True) if sent)
            parts = self._parts[sends] = tuple(
                (n, name, change.event, change.by)
                for change in told
                for n, name in enumerate(self.names)
                if change.event in self.composition.lifecycles[name].signals
            )
        found = [self._unchanged]
        for part in parts:
            found = [each for case in found for each in self._then(config, case, part)]
        return tuple(found)

    def _idle(self, part: Part, state: str) -> Ignored | None:
        """What is ignored where a signal means nothing in a state; None where there are rows for it, or it is lost."""
        key = part, state
        if key not in self._idling:
            _, name, event, _ = part
            declared = self.composition.lifecycles[name].states[state]
            self._idling[key] = Ignored(name, state, event) if event in declared.ignores else None
        return self._idling[key]

    def _then(self, config: Config, case: Case, part: Part) -> Iterator[Case]:
        """What ``case`` and a signal after it come to together."""
        if case.lost:
            yield case
            return
        n, name, event, by = part
        here = case.leads(config)
        ignored = self._idle(part, here[n].state)
        if ignored:
            yield case._replace(ignored=case.ignored | {ignored})
            return
        reads = self.reads(name, here[n].state, event)
        key = part, *[here[n] for n in reads]
        for more in self._kept.get(key) or self._keep(key, reads, here, CHANGE, by, (name, event)):
            mask = case.mask & more.mask
            if mask:
                moves = {**dict(case.moves), **dict(more.moves)}
                yield Case(
                    mask,
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

    def reads(self, lifecycle: str, state: str, event: str) -> frozenset[int]:
        """The lifecycles, by number, that decide what comes of ``event`` in ``state``: this one, and where its signals
        may go from there.
        """
        key = lifecycle, state, event
        found = self._reads.get(key)
        if found is None:
            found, open_ = frozenset(), {key}
            reached: set[tuple[str, str, str]] = set()
            while open_:
                reached |= open_
                found |= {self.names.index(name) for name, _, _ in open_}
                open_ = {
                    (signal.lifecycle, each.name, signal.event)
                    for name, at, what in open_
                    for row in self._declared(name, at, what)
                    for signal in row.signals
                    for each in self.composition.lifecycles[signal.lifecycle]
                } - reached
            self._reads[key] = found
        return found

    def _reached(self, event: str) -> tuple[int, ...]:
        """The lifecycles, by number, that what comes of an event may depend on, wherever they stand."""
        reached = {
            n
            for dispatch in self.composition.dispatch[event]
            if dispatch.lifecycle
            for state in self.composition.lifecycles[dispatch.lifecycle].states
            for n in self.reads(dispatch.lifecycle, state, event)
        }
        return tuple(sorted(reached.union(self._looks[event])))

    def _declared(self, lifecycle: str, state: str, event: str) -> tuple[TableRow, ...]:
        return self.composition.lifecycles[lifecycle].states[state].rows_for(event)

    def _keep(
        self,
        key: object,
        reads: Iterable[int],
        config: Config,
        event: str,
        by: Party,
        signal: tuple[str, str] = ("", ""),
    ) -> tuple[Case, ...]:
        self._question = event, by
        self._timed = frozenset() if event == CHANGE else frozenset(reads)

        def case() -> Case:
            self._asked, self._ignored = set(), set()
            result: Outcome | Refusal | None
            try:
                result = self.hear(config, *signal, by) if event == CHANGE else self.compute(config, event, by)
                lost = ""
            except LostSignal as error:
                result, lost = None, str(error)
            happened = result if isinstance(result, Outcome) else None
            return Case(
                self.profile.now,
                event,
                by,
                tuple((n, happened.at[n][1]) for n in reads if happened.at[n][1] != config[n]) if happened else (),
                happened.effects if happened else (),
                happened.timers if happened else Timers(),
                happened.rows if happened else (),
                result if isinstance(result, Refusal) else None,
                lost,
                frozenset(self._asked),
                frozenset(self._ignored),
            )

        found = self._kept[key] = tuple(
            answer._replace(mask=mask) for mask, answer in self.profile.each(self.profiles.everyone, case)
        )
        return found

    def match(self, lifecycle: str, here: At, event: str, actor: Party) -> TableRow | None:
        """As a program matches, and noting what is ignored."""
        row = super().match(lifecycle, here, event, actor)
        if row is None and event in self.composition.lifecycles[lifecycle].states[here.state].ignores:
            self._ignored.add(Ignored(lifecycle, here.state, event))
        return row

    def timing(self) -> Iterable[int]:
        """Those that an answer depends on; the timers of others run on."""
        return self._timed

    def decide(self, config: Config, event: str, actor: Party) -> tuple[str, TableRow | Dispatch | None]:
        """As a program decides, but only what is asked: other events, which a refusal may name as ways out, depend on
        where every lifecycle stands.
        """
        return super().decide(config, event, actor) if (event, actor) == self._question else ("", None)

    def failing(self, row: TableRow, here: At, actor: Party) -> tuple[int, Party] | None:
        """As a program finds it, and noting which guards are asked."""
        failing = super().failing(row, here, actor)
        held = len(row.when) if failing is None else failing[0]
        self._asked.update(Asked(row.id, n, n < held) for n in range(min(held + 1, len(row.when))))
        return failing
