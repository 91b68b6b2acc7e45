"""Playing moves on the engine: what is expected of a step is what the engine itself says of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from fsm.engine.outcome import Outcome
from fsm.engine.profile import Profile
from fsm.engine.program import Answers, Config, Program
from fsm.notation import At, Composition, Dispatch, Party, Row, guards_of
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import Pairing
from fsm.spec.users import USERS, whose
from fsm.testing.making.single import IGNORED, alone
from fsm.testing.suite import Expected, Scenario, Step

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyOutcome, AnyRefusal, AnyWay

Move = tuple[str, Party] | Pairing
"""What is done in a step: an event and its actor, or a change of the pairing to this one."""


class Curt(Program):
    """A program whose refusals name their rule but not the ways out, which take longest to find.

    So what an event comes to in a lifecycle hangs on where that one stands, and is worked out once for each such place.
    """

    __slots__ = ("_decision", "_matched", "_question", "_refused", "asked")

    def __init__(self, composition: Composition, profile: Profile) -> None:
        super().__init__(composition, profile)
        self._decision: tuple[str, Row | Dispatch | None] | None = None
        self._matched: dict[tuple[str, At, str, Party], Row | None] = {}
        self._refused: dict[tuple[str, At | None, str, Party], AnyRefusal] = {}
        self.asked: set[tuple[str, int, bool]] = set()
        """Every guard asked so far, by its row and place in it, and the answer."""

    def compute(self, config: Config, event: str, by: str) -> AnyOutcome | AnyRefusal:
        """What ``event`` by ``by`` comes to."""
        self._question, self._decision = (event, by), None
        return super().compute(config, event, by)

    def decide(self, config: Config, event: str, actor: Party) -> tuple[str, Row | Dispatch | None]:
        """As a program decides, but only what is asked, and once."""
        if (event, actor) != self._question:
            return "", None
        self._decision = self._decision or super().decide(config, event, actor)
        return self._decision

    def match(self, lifecycle: str, here: At, event: str, actor: Party) -> Row | None:
        """As a program matches, once for each place of the lifecycle."""
        key = lifecycle, here, event, actor
        if key not in self._matched:
            self._matched[key] = super().match(*key)
        return self._matched[key]

    def refuse(self, config: Config, event: str, actor: Party) -> AnyRefusal:
        """As a program refuses, once for each place of the lifecycle, or dispatch row."""
        lifecycle, row = self.decide(config, event, actor)
        key = (lifecycle, config[self.names.index(lifecycle)]) if lifecycle else (row.id if row else "", None)
        found = self._refused.get((*key, event, actor))
        if found is None:
            found = self._refused[(*key, event, actor)] = super().refuse(config, event, actor)
        return found

    def own_ways(self, config: Config, actor: Party) -> tuple[AnyWay, ...]:
        """None: they take longest to find."""
        return ()

    def failing(self, row: Row, here: At, actor: Party) -> tuple[int, Party] | None:
        """As a program finds it, and noting which guards are asked."""
        failing = super().failing(row, here, actor)
        held = len(row.when) if failing is None else failing[0]
        self.asked.update((row.id, n, n < held) for n in range(min(held + 1, len(row.when))))
        return failing


def told_of(composition: Composition) -> Composition:
    """What scenarios of a composition are told to be of: variants of the specification of users count as that."""
    return CONVERSATION if whose(composition) is USERS else composition


class Player:
    """Plays scenarios of a composition, or of one of its lifecycles alone. Equal steps are one value.

    Args:
        composition: the tables.
        lifecycle: plays this one alone.
    """

    def __init__(self, composition: Composition, lifecycle: str | None = None) -> None:
        self.lifecycle = lifecycle
        self.views = whose(composition).views
        self.of = told_of(composition)
        self.composition = alone(composition, lifecycle) if lifecycle else composition
        self.guards = guards_of(self.composition)
        self.programs: dict[Profile, Curt] = {}
        """The programs in use, by profile."""
        self._under: dict[Pairing, Curt] = {}
        self._steps: dict[tuple[Answers, str, str], Step] = {}

    def scenario(self, name: str, pairing: Pairing, moves: Iterable[Move]) -> Scenario:
        """The scenario of a new conversation under ``pairing``, with these moves."""
        here = self.under(pairing).initial
        now, steps = pairing, []
        for move in moves:
            if type(move) is tuple:  # a pairing may be a NamedTuple
                steps.append(self._fire(here, *move))
                here = after(here, move)
            else:
                becomes = cast(Pairing, move)
                outcome = self.changed(here, now, becomes)
                steps.append(step(here, outcome.event, outcome.by, outcome, becomes))
                here, now = outcome.to, becomes
        return Scenario(name, pairing, tuple(steps), self.lifecycle, self.of)

    def under(self, pairing: Pairing) -> Curt:
        """The program for a pairing."""
        found = self._under.get(pairing)
        if found is None:
            profile = Profile(self.guards, self.views(pairing))
            found = self.programs.setdefault(profile, Curt(self.composition, profile))
            self._under[pairing] = found
        return found

    def _fire(self, here: Answers, event: str, by: Party) -> Step:
        key = here, event, by.value
        found = self._steps.get(key)
        if found is None:
            found = self._steps[key] = step(here, event, by, here[event, by])
        return found

    def changed(self, here: Answers, old: Pairing, new: Pairing) -> AnyOutcome:
        """What a change of the pairing comes to."""
        return self.under(new).change(here.config, here.program, self.views(old)[0], self.views(new)[0])


def after(here: Answers, move: tuple[str, Party]) -> Answers:
    """Where an event leads; a refused one leads nowhere."""
    to = here[move].to
    return here if to is None else to


def step(here: Answers, event: str, by: Party, result: AnyOutcome | AnyRefusal, pairing: Pairing | None = None) -> Step:
    """The step that came to ``result`` at ``here``."""
    if isinstance(result, Outcome):
        expected = Expected(result.at, result.effects, result.timers)
        rows, rules = result.rows, result.rules
    else:
        at = tuple(zip(here.program.names, here.config, strict=True))
        expected = Expected(at, refused=result.kind, rule=result.rule)
        rows, rules = (result.row,) if result.row else (), result.rules
    return Step(event, by, expected, pairing, rows, tuple(rule for rule in rules if rule != IGNORED.id))
