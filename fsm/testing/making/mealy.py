"""An explicit Mealy machine, completely specified: in every state every input has an output and leads to a state.

Refusals make it complete: a refused event is one with an output of its own, the rule, that leads nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from fsm.engine.outcome import LostSignal, Refusal
from fsm.engine.program import Config, Program
from fsm.notation import Party
from fsm.spec.parties import Pairing
from fsm.testing.making.play import Move, Player

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyOutcome, AnyRefusal


S = TypeVar("S", bound=Hashable)
M = TypeVar("M", bound=Move)
Word = tuple[int, ...]
"""Inputs, by number, one after another."""


@dataclass(frozen=True)
class Mealy:
    """States and inputs are numbers.

    Args:
        inputs: what each input is.
        states: what each state is; the first is where the machine begins.
        output: by state and input, what is observed.
        to: by state and input, the state that follows.
    """

    inputs: tuple[Move, ...]
    states: tuple[Hashable, ...]
    output: tuple[tuple[Hashable, ...], ...]
    to: tuple[tuple[int, ...], ...]

    def run(self, state: int, word: Iterable[int]) -> tuple[int, list[Hashable]]:
        """Where ``word`` leads from a state, and what is observed on the way."""
        seen = []
        for each in word:
            seen.append(self.output[state][each])
            state = self.to[state][each]
        return state, seen

    def reached(self, starts: Iterable[int]) -> dict[int, tuple[int, Word]]:
        """The states that can be reached from ``starts``: from which of them, and by a shortest word."""
        found: dict[int, tuple[int, Word]] = {start: (start, ()) for start in starts}
        for state, (start, word) in _growing(found):
            for n, to in enumerate(self.to[state]):
                found.setdefault(to, (start, (*word, n)))
        return found

    @cached_property
    def rounds(self) -> tuple[tuple[int, ...], ...]:
        """Partition refinement: for each length of words, from one on, which states words no longer than that cannot
        tell apart, as a class for each state. The last round tells apart all that can be.
        """
        rounds = [_classes(self.output)]
        while True:
            last = rounds[-1]
            finer = _classes([(last[n], *(last[to] for to in row)) for n, row in enumerate(self.to)])
            if finer == last:
                return tuple(rounds)
            rounds.append(finer)

    @property
    def classes(self) -> tuple[int, ...]:
        """For each state, its number in the minimal machine: equivalent states share one."""
        return self.rounds[-1]

    @cached_property
    def minimal(self) -> Mealy:
        """The smallest machine that cannot be told from this one."""
        classes = self.classes
        one = {each: n for n, each in reversed(list(enumerate(classes)))}
        kept = [one[each] for each in range(len(one))]
        return Mealy(
            self.inputs,
            tuple(self.states[n] for n in kept),
            tuple(self.output[n] for n in kept),
            tuple(tuple(classes[to] for to in self.to[n]) for n in kept),
        )

    def separating(self, one: int, other: int) -> Word:
        """A shortest word that two states answer differently.

        Raises:
            ValueError: there is none.
        """
        depth = next((n for n, each in enumerate(self.rounds) if each[one] != each[other]), None)
        if depth is None:
            raise ValueError(f"states {one} and {other} are equivalent: no word tells them apart")
        word = []
        for coarser in reversed(self.rounds[:depth]):
            pairs = zip(self.to[one], self.to[other], strict=True)
            n = next(n for n, (a, b) in enumerate(pairs) if coarser[a] != coarser[b])
            word.append(n)
            one, other = self.to[one][n], self.to[other][n]
        both = zip(self.output[one], self.output[other], strict=True)
        return (*word, next(n for n, (a, b) in enumerate(both) if a != b))


def _growing(found: dict[int, tuple[int, Word]]) -> Iterable[tuple[int, tuple[int, Word]]]:
    """The items of a dict that grows meanwhile, first come, first served."""
    n = 0
    while n < len(found):
        state = list(found)[n]
        yield state, found[state]
        n += 1


def _classes(rows: Iterable[Hashable]) -> tuple[int, ...]:
    numbers: dict[Hashable, int] = {}
    return tuple(numbers.setdefault(row, len(numbers)) for row in rows)


def observed(result: AnyOutcome | AnyRefusal, places: bool) -> Hashable:
    """What is seen of a result from outside; with ``places``, also where each lifecycle stands after it."""
    if isinstance(result, Refusal):
        return "refused", result.rule
    seen = result.effects, result.timers
    return (*seen, result.at) if places else seen


def machine(
    program: Program, inputs: Sequence[tuple[str, Party]], starts: Iterable[Config] = (), places: bool = False
) -> Mealy:
    """The machine of a program, of the states that can be reached from its start and from ``starts``.

    Args:
        program: a composition under one profile.
        inputs: what may be fired.
        starts: places to begin from, besides the one where every conversation begins.
        places: whether outputs tell where the lifecycles stand.
    """

    def answer(config: Config, fired: tuple[str, Party]) -> tuple[Hashable, Config]:
        result = program.at(config)[fired]
        return observed(result, places), config if result.to is None else result.to.config

    return _explored(inputs, (program.initial.config, *starts), answer)


def changing(player: Player, pairings: Sequence[Pairing], inputs: Sequence[tuple[str, Party]]) -> Mealy:
    """The machine of conversations that begin under the first of ``pairings``, where changes to all are inputs too.

    A change to the pairing that there is already does nothing.
    """

    def answer(state: tuple[int, Config], move: Move) -> tuple[Hashable, tuple[int, Config]]:
        number, config = state
        here = player.under(pairings[number]).at(config)
        if isinstance(move, Pairing):
            if move == pairings[number]:
                return None, state
            outcome = player.changed(here, pairings[number], move)
            return observed(outcome, False), (pairings.index(move), outcome.to.config)
        result = here[move]
        return observed(result, False), state if result.to is None else (number, result.to.config)

    first = 0, player.under(pairings[0]).initial.config
    moves: tuple[Move, ...] = (*inputs, *(pairings if pairings[1:] else ()))
    return _explored(moves, (first,), answer)


def _explored(inputs: Sequence[M], starts: Iterable[S], answer: Callable[[S, M], tuple[Hashable, S]]) -> Mealy:
    """The machine whose states can be reached from ``starts``; an input that breaks off is answered as lost."""
    numbers = {state: n for n, state in enumerate(dict.fromkeys(starts))}
    states = list(numbers)
    output, to = [], []
    for state in states:
        said, leads = [], []
        for each in inputs:
            try:
                seen, after = answer(state, each)
            except LostSignal:
                seen, after = "lost", state
            said.append(seen)
            n = numbers.setdefault(after, len(states))
            if n == len(states):
                states.append(after)
            leads.append(n)
        output.append(tuple(said))
        to.append(tuple(leads))
    return Mealy(tuple(inputs), tuple(states), tuple(output), tuple(to))
