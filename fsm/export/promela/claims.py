"""What is claimed of every step, as conditions that tools without Python can check.

A claim is a predicate in Python. It is asked again and again, with every answer that its questions can have, so that
what is left of it is data: on which combinations of answers it fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from fsm.notation import At, Guard, Party
from fsm.spec.invariants import Invariant, Moment


class Look(NamedTuple):
    """A question to a step: its "event", where a lifecycle stood "before" it or stands "after" it, or whom effects of
    these names were "sent" to.
    """

    at: str
    names: tuple[str, ...] = ()


class Split(NamedTuple):
    """A question, and what is left to ask for each of its answers that make a difference."""

    look: Look
    branches: tuple[tuple[tuple[Any, ...], Tree], ...]


Tree = bool | Split
Answers = Callable[[Look], Sequence[Any]]
"""Every answer that a question can have."""


class Part(NamedTuple):
    """A question, and answers to it."""

    look: Look
    answers: tuple[Any, ...]


class NotData(Exception):
    """A predicate asked for something that has no end of answers."""


class _Unanswered(Exception):
    """A question without an answer yet."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.look = look


class _Standing(dict[str, At]):
    """Where lifecycles stand, as far as it has been asked."""

    def __init__(self, step: Asked, at: str) -> None:
        self.step, self.at = step, at

    def __missing__(self, name: str) -> At:
        at: At = self.step.ask(Look(self.at, (name,)))
        return at


class Asked(Moment):
    """A step of which only the answers in ``given`` are known."""

    given: dict[Look, Any]

    def ask(self, look: Look) -> Any:
        """The answer to a question, which is what ``tree`` goes on with where there is none yet."""
        if look not in self.given:
            raise _Unanswered(look)
        return self.given[look]

    @property
    def event(self) -> str:
        """The event."""
        name: str = self.ask(Look("event"))
        return name

    @property
    def before(self) -> _Standing:
        """Where each lifecycle stood."""
        return _Standing(self, "before")

    @property
    def after(self) -> _Standing:
        """Where each lifecycle stands."""
        return _Standing(self, "after")

    @property
    def effects(self) -> tuple[tuple[str, str], ...]:
        """All effects at once, of which there is no end of combinations."""
        raise NotData

    def sent(self, *names: str) -> list[str]:
        """Whom the effects of these names went to."""
        return list(self.ask(Look("sent", tuple(sorted(names)))))


def tree(claim: Invariant, holds: Callable[[Guard, Party], bool], answers: Answers) -> Tree:
    """When a claim holds.

    Args:
        claim: the claim.
        holds: whether a guard holds for a party.
        answers: what a step can answer.

    Raises:
        NotData: the claim looks at something that has no end of answers.
    """

    def explore(given: dict[Look, Any]) -> Tree:
        step = Asked("", {}, {}, (), holds)
        step.given = given
        try:
            return bool(claim.holds(step))
        except _Unanswered as unanswered:
            look = unanswered.look
        left: dict[Tree, list[Any]] = {}
        for answer in answers(look):
            left.setdefault(explore({**given, look: answer}), []).append(answer)
        if len(left) == 1:
            return next(iter(left))
        return Split(look, tuple((tuple(found), rest) for rest, found in left.items()))

    return explore({})


def failing(when: Tree) -> Iterator[tuple[Part, ...]]:
    """The combinations of answers on which a claim fails."""
    if isinstance(when, Split):
        for answers, rest in when.branches:
            for parts in failing(rest):
                yield (Part(when.look, answers), *parts)
    elif not when:
        yield ()
