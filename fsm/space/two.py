"""All that can happen between two people while their pairing stays as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from fsm.engine.outcome import Refusal, RefusalKind
from fsm.engine.profile import Profile
from fsm.engine.program import Config
from fsm.notation import At, Composition, Guard, Party, Row
from fsm.space.cases import Case, Open, Question, Together, Went
from fsm.space.places import Places, numbers

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyRefusal


class Decision(NamedTuple):
    """A row that decides, where its lifecycle stands then, and who fires the event or in whose name the signal is."""

    row: str
    at: At
    by: Party


class Happening(NamedTuple):
    """All that can happen.

    Args:
        places: where the lifecycles can stand together.
        standing: where each lifecycle can stand, by its name.
        decisions: every row that can fire, and every one that can refuse.
    """

    places: frozenset[Config]
    standing: Mapping[str, frozenset[At]]
    decisions: frozenset[Decision]


REFUSED: AnyRefusal = Refusal("", Party.SERVICE, RefusalKind.NOT_APPLICABLE, None, None, "", "", (), (), None, ())
"""Any refusal: that there is one is enough."""


class Worked(NamedTuple):
    """What an event by somebody comes to, the lifecycles that were looked at to find it, and the rows that decide."""

    case: Case
    looks: tuple[int, ...]
    decisions: tuple[Decision, ...]


class Fork:
    """What is asked next to work an answer out, where a lifecycle stands or a guard of a party, and what each reply
    leads to; or the answer. It depends on nothing but the replies before, so profiles that agree on these share it.
    """

    __slots__ = ("asks", "by_reply", "worked")

    def __init__(self) -> None:
        self.asks: int | tuple[Guard, Party] = 0
        self.by_reply: dict[At | bool, Fork] = {}
        self.worked: Worked | None = None

    def recall(self, config: Config, profile: Profile) -> Worked | None:
        """The answer, if a profile that replies alike has been asked before."""
        found: Fork | None = self
        while found is not None and found.worked is None:
            found = found.by_reply.get(_reply(found.asks, config, profile))
        return found.worked if found else None

    def keep(self, asked: Iterable[int | tuple[Guard, Party]], config: Config, profile: Profile, now: Worked) -> None:
        """Keep an answer, given what was asked to find it, in order."""
        found = self
        for found.asks in asked:
            found = found.by_reply.setdefault(_reply(found.asks, config, profile), Fork())
        found.worked = now


def _reply(asks: int | tuple[Guard, Party], config: Config, profile: Profile) -> At | bool:
    return config[asks] if isinstance(asks, int) else profile.holds(*asks)


class Shared:
    """What has been worked out of a composition for one profile that others can use: answers, and where events go."""

    def __init__(self) -> None:
        self.answers: dict[Question, Fork] = defaultdict(Fork)
        self.went: Went = {}
        self.open: Open = {}


@lru_cache(maxsize=8)
def _worked(composition: Composition) -> Shared:
    return Shared()


class _One:
    """A profile as the only one of many, which notes what it is asked."""

    everyone = 1

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.asked: dict[int | tuple[Guard, Party], None] = {}

    def holding(self, guard: Guard, party: Party) -> int:
        """Whether the guard holds for the party."""
        self.asked[guard, party] = None
        return int(self.profile.holds(guard, party))


class _Noting(Together):
    """Notes every decision of its answers. Places that look alike to an event share its answer."""

    __slots__ = ("_matched", "_shared", "decisions", "one")

    def __init__(self, composition: Composition, profile: Profile) -> None:
        self.one = _One(profile)
        self._matched: list[Decision] = []
        self.decisions: set[Decision] = set()
        super().__init__(composition, self.one)
        self._shared = _worked(composition)
        self._went, self._open = self._shared.went, self._shared.open

    def match(self, lifecycle: str, here: At, event: str, actor: Party) -> Row | None:
        """As a program matches, and noting the row."""
        self.one.asked[self.names.index(lifecycle)] = None
        row = super().match(lifecycle, here, event, actor)
        if row is not None:
            self._matched.append(Decision(row.id, here, actor))
        return row

    def refuse(self, config: Config, event: str, actor: Party) -> AnyRefusal:
        """That it is refused; nobody asks why."""
        return REFUSED

    def work_out(self, question: Question, config: Config) -> Sequence[Case]:
        """As for all profiles; what another profile was asked is not worked out again."""
        fork, profile = self._shared.answers[question], self.one.profile
        found = fork.recall(config, profile)
        if found is None:
            self.one.asked, self._matched = {}, []
            (case,) = super().work_out(question, config)
            found = Worked(case, tuple(self._looks), () if case.lost else tuple(self._matched))
            fork.keep(self.one.asked, config, profile, found)
        self._looks = dict.fromkeys(found.looks)
        self.decisions.update(found.decisions)
        return (found.case,)


@lru_cache(maxsize=64)
def happening(composition: Composition, profile: Profile) -> Happening:
    """All that can happen under a profile, whoever does it.

    Args:
        composition: the tables.
        profile: which guards hold for whom.
    """
    together = _Noting(composition, profile)
    places, opened = Places(len(together.names), [together.initial.config]), dict.fromkeys(composition.events, 0)
    while events := [event for event, done in opened.items() if done != places.all]:
        for event in events:
            new = places.all & ~opened[event]
            opened[event] |= new
            for question, asked in together.questions(event, places, new):
                for cases, there in together.answers(question, places, asked, {}):
                    for case in (case for case in cases if case.moves):
                        for n in numbers(there):
                            places.number(case.leads(places.configs[n]))
    standing = dict(zip(composition.lifecycles, map(frozenset, places.standing), strict=True))
    return Happening(frozenset(places.configs), standing, frozenset(together.decisions))
