"""Complete suites by harmonised state identifiers (the HSI method of Luo, Petrenko and von Bochmann).

Let the specification be a Mealy machine of n states, completely specified and deterministic, no two of them
equivalent. Let every implementation be some such machine over the same inputs with at most n + ``extra`` states, that
a reliable reset brings back to where it begins. Then an implementation that passes every test answers every sequence
of inputs as the specification does: **a faulty implementation within the bound is found, whatever its fault**.

The suite is every V W H: V, a shortest word to each state; W, every word of up to ``extra`` + 1 inputs; H, the
identifier of the state that V W should lead to. Identifiers are harmonised: a set of words for each state, such that
any two states have words in their sets that begin alike and are answered differently before they part. Refusals
observe a state without leaving it, so that one word, going on after each refusal, is mostly enough.

A machine may have several **entries**: ways to reset it into different states. Each counts as a reset, and is
identified as well. A test that is the beginning of another is left out.

With ``places``, states that only their names tell apart are covered and identified too. The suite is then complete
for those who see where the lifecycles stand, with n the number of places, and still for those who do not, with n the
number of classes of equivalent places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import combinations, product

from fsm.notation.echo import echo
from fsm.testing.making.mealy import Mealy, Word

MOST_EXTRA = 8
"""States more than the specification that an implementation may have."""
MOST_WORDS = 5_000_000
"""Words that the states of one machine may be tested with; each is a test or more."""

Test = tuple[int, Word]
"""The entry it begins at, and its inputs."""


def complete(machine: Mealy, entries: Sequence[int] = (0,), extra: int = 0, places: bool = False) -> list[Test]:
    """The tests of the complete suite of a machine, in order of their entries.

    Args:
        machine: the machine; a minimal one, or any with ``places``.
        entries: states that the machine can be reset to, from which all others can be reached.
        extra: how many states more than the specification an implementation may have.
        places: whether to tell apart states that only their names tell apart.

    Raises:
        ValueError: ``extra`` is below zero or asks for too many tests, or some state cannot be reached.
    """
    whole("extra", extra, 0)
    if extra > MOST_EXTRA:
        raise ValueError(f"extra: {echo(extra)} is not accepted; use {MOST_EXTRA} or less")
    words = sum(len(machine.states) * len(machine.inputs) ** length for length in range(extra + 2))
    if words > MOST_WORDS:
        raise ValueError(
            f"extra: {extra} asks for {words:,} words, for {len(machine.states)} states and {len(machine.inputs)} "
            f"inputs; {MOST_WORDS:,} are accepted: use less"
        )
    cover = machine.reached(entries)
    if len(cover) < len(machine.states):
        raise ValueError(f"{len(machine.states) - len(cover)} states cannot be reached; give entries to reset to")
    identifiers = harmonised(machine, places)
    tests = [(entry, word) for entry in entries for word in identifiers[entry]]
    middle = [word for length in range(extra + 2) for word in product(range(len(machine.inputs)), repeat=length)]
    for entry, access in cover.values():
        for word in middle:
            to, _ = machine.run(entry, (*access, *word))
            tests += ((entry, (*access, *word, *last)) for last in identifiers[to])
    return longest(tests)


def whole(name: str, value: object, least: int | None = None) -> None:
    """See that an argument is a whole number, and not less than the least.

    Raises:
        ValueError: it is not; the message names it.
    """
    if not isinstance(value, int) or isinstance(value, bool) or (least is not None and value < least):
        accepted = "a whole number" if least is None else f"{least} or more"
        raise ValueError(f"{name}: {echo(value)} is not accepted; use {accepted}")


def longest(tests: Iterable[Test]) -> list[Test]:
    """The tests without those that are the beginning of another."""
    ordered = sorted(set(tests))
    return [
        test
        for test, then in zip(ordered, [*ordered[1:], (-1, ())], strict=False)
        if test[0] != then[0] or test[1] != then[1][: len(test[1])]
    ]


class _Part:
    """States that answered ``word`` alike, with where each has come to."""

    def __init__(self, now: dict[int, int], word: Word = ()) -> None:
        self.now = now
        self.word = word

    def split(self, machine: Mealy, word: Word, tell: Callable[[int, int], Hashable]) -> list[_Part]:
        """The parts that it falls into by the answers to another word."""
        found: dict[tuple[Hashable, ...], dict[int, int]] = defaultdict(dict)
        for state, now in self.now.items():
            answers = []
            for n in word:
                answers.append(tell(now, n))
                now = machine.to[now][n]
            found[tuple(answers)][state] = now
        return [_Part(now, (*self.word, *word)) for now in found.values()]

    def merged(self, classes: Sequence[int]) -> bool:
        """Whether two of its states that could be told apart have come to where they no longer can be."""
        came = {classes[now] for now in self.now.values()}
        return len(set(self.now.values())) < len(self.now) or len(came) < len({classes[each] for each in self.now})


def harmonised(machine: Mealy, places: bool = False) -> list[tuple[Word, ...]]:
    """For each state, its identifier.

    All states are asked the same input, those that answer alike the same next one, and so on until each is alone. An
    input after which two that answered alike are one is not asked. Where no other is left, the identifier of those
    that are still together goes on with another word.
    """
    identifiers: list[list[Word]] = [[] for _ in machine.states]
    parts = [_Part({n: n for n in range(len(machine.states))})]
    while parts:
        part = parts.pop()
        if len(part.now) == 1:
            [state] = part.now
            identifiers[state].append(part.word)
            continue
        found = _divided(machine, part, places)
        if found:
            parts += found
            continue
        for state in part.now:
            identifiers[state].append(part.word)
        if part.word:
            parts.append(_Part({state: state for state in part.now}))
    return [tuple(word for _, word in longest((0, word) for word in words)) for words in identifiers]


def _divided(machine: Mealy, part: _Part, places: bool) -> list[_Part]:
    """The parts that the best next input divides a part into; none where no input does."""
    classes = machine.classes
    equivalent = len({classes[state] for state in part.now}) == 1
    if equivalent and not places:
        return []

    def tell(state: int, n: int) -> Hashable:
        return (machine.output[state][n], machine.to[state][n]) if equivalent else machine.output[state][n]

    asked = [part.split(machine, (n,), tell) for n in range(len(machine.inputs))]
    dividing = [parts for parts in asked if len(parts) > 1]
    fitting = [parts for parts in dividing if not any(each.merged(classes) for each in parts)]
    if fitting or part.word:
        return max(fitting, key=len, default=[])
    if equivalent:
        return max(dividing, key=len, default=[])
    one, other = next((a, b) for a, b in combinations(part.now, 2) if classes[a] != classes[b])
    return part.split(machine, machine.separating(one, other), tell)
