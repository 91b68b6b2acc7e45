"""What is claimed of every step or place, as conditions that tools without Python can check.

A claim is a predicate in Python. It is asked again and again, with every answer that its questions can have, so that
what is left of it is data: on which combinations of answers it fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from fsm.notation import At, Claim, Composition, Guard, Party, Place, Step

MOST = 50_000
"""How many combinations of answers are tried for one claim; one that needs more is left out."""
Holds: TypeAlias = Callable[[Guard, Party], bool]
"""Whether a guard holds for a party."""


class Look(NamedTuple):
    """A question. To a step: its "event" and who fired it, where a lifecycle stood "before" it or stands "after" it, or
    whom effects of these names were "sent" to. To a place: where a lifecycle "is", and whether an event by somebody is
    "possible".
    """

    at: str
    names: tuple[str, ...] = ()


class Split(NamedTuple):
    """A question, and what is left to ask for each of its answers that make a difference."""

    look: Look
    branches: tuple[tuple[tuple[Any, ...], Tree], ...]


Tree = bool | Split
Answers = Callable[[Look, Mapping[Look, Any]], Sequence[Any]]
"""Every answer that a question can have beside the answers that others have been given."""


class Part(NamedTuple):
    """A question, and answers to it."""

    look: Look
    answers: tuple[Any, ...]


class NotData(Exception):
    """A claim is about something that the model does not have, or that has no end of answers; says what."""


class _Unanswered(Exception):
    """A question without an answer yet."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.look = look


class Given(dict[Look, Any]):
    """The questions that have been answered; what is asked beyond them is what ``tree`` goes on with."""

    def __missing__(self, look: Look) -> Any:
        raise _Unanswered(look)


class _Standing(dict[str, At]):
    """Where lifecycles stand, as far as it has been asked."""

    def __init__(self, given: Given, at: str) -> None:
        self.given, self.at = given, at

    def __missing__(self, name: str) -> At:
        at: At = self.given[Look(self.at, (name,))]
        return at


class AskedStep(Step):
    """A step of which only some answers are known."""

    def __init__(self, given: Given, holds: Holds) -> None:
        self.given, self.holds = given, holds

    @property
    def event(self) -> str:  # type: ignore[override]  # Step has it as an attribute
        """The event."""
        name: str = self.given[Look("event")][0]
        return name

    @property
    def by(self) -> Party:  # type: ignore[override]  # Step has it as an attribute
        """Who acted."""
        party: Party = self.given[Look("event")][1]
        return party

    @property
    def before(self) -> _Standing:  # type: ignore[override]  # Step has it as an attribute
        """Where each lifecycle stood."""
        return _Standing(self.given, "before")

    @property
    def after(self) -> _Standing:  # type: ignore[override]  # Step has it as an attribute
        """Where each lifecycle stands."""
        return _Standing(self.given, "after")

    @property
    def changes(self) -> tuple[tuple[str, Party], ...]:  # type: ignore[override]  # Step has it as an attribute
        """None: between two pairings there is no step in a model of one."""
        return ()

    @property
    def effects(self) -> tuple[tuple[str, str], ...]:  # type: ignore[override]  # as above
        """All effects at once, of which there is no end of combinations."""
        raise NotData("it looks at all effects at once")

    @property
    def rows(self) -> tuple[str, ...]:  # type: ignore[override]  # Step has it as an attribute
        """The rows that fired, of which there is no end of combinations."""
        raise NotData("it looks at the rows that fired")

    def sent(self, *names: str) -> list[str]:
        """Whom the effects of these names went to."""
        return list(self.given[Look("sent", tuple(sorted(names)))])


class AskedPlace(Place):
    """A place of which only some answers are known."""

    def __init__(self, given: Given, composition: Composition, holds: Holds) -> None:
        self.composition = composition
        self.at = _Standing(given, "is")
        self._given, self._holds = given, holds

    def asked(self, guard: Guard, party: Party) -> bool:
        """Whether a guard holds for somebody."""
        return self._holds(guard, party)

    def may(self, event: str, by: Party) -> bool:
        """Whether ``by`` may fire ``event`` here."""
        return bool(self._given[Look("possible", (event, by.value))])

    def refused(self, event: str, by: Party) -> str:
        """The rule that refuses an event, which is no step of a model."""
        raise NotData("it looks at refusals")


def of_step(claim: Claim, holds: Holds) -> Callable[[Given], bool]:
    """A claim on steps, as a question of answers."""

    def ask(given: Given) -> bool:
        assert claim.step is not None
        return claim.step(AskedStep(given, holds))

    return ask


def of_place(claim: Claim, who: Party, composition: Composition, holds: Holds) -> Callable[[Given], bool]:
    """A claim on places and one of the people in them, as a question of answers."""

    def ask(given: Given) -> bool:
        assert claim.place is not None
        return claim.place(AskedPlace(given, composition, holds), who)

    return ask


def tree(ask: Callable[[Given], bool], answers: Answers) -> Tree:
    """When a claim holds.

    Args:
        ask: the claim.
        answers: what its questions can be answered.

    Raises:
        NotData: the claim looks at something that has no end of answers, or at more than is tried.
    """
    tried = 0

    def explore(given: Given) -> Tree:
        nonlocal tried
        tried += 1
        if tried > MOST:
            raise NotData(f"it depends on more than {MOST:,} combinations")
        try:
            return bool(ask(given))
        except _Unanswered as unanswered:
            look = unanswered.look
        left: dict[Tree, list[Any]] = {}
        for answer in answers(look, given):
            left.setdefault(explore(Given({**given, look: answer})), []).append(answer)
        if len(left) == 1:
            return next(iter(left))
        return Split(look, tuple((tuple(found), rest) for rest, found in left.items()))

    return explore(Given())


def failing(when: Tree) -> Iterator[tuple[Part, ...]]:
    """The combinations of answers on which a claim fails."""
    if isinstance(when, Split):
        for answers, rest in when.branches:
            for parts in failing(rest):
                yield (Part(when.look, answers), *parts)
    elif not when:
        yield ()
