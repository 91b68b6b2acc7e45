"""What is said of a pairing as one number that means the same in every process: a digit for each fact there is."""

from __future__ import annotations

from fsm.replay.bulk.numbers import KINDS, Numbers
from fsm.spec.facts import Facts
from fsm.spec.parties import every

DIGITS = {name: every(kind) for name, kind in KINDS.items()}
"""The values of each fact; of a number, the digit 0 stands for none and the others for these in order."""


def code(facts: Facts) -> int:
    """The number of facts; 0 where nothing is said."""
    found = 0
    for name, values in DIGITS.items():
        found = found * (len(values) + 1) + (1 + values.index(facts[name]) if name in facts else 0)
    return found


def facts(code: int) -> Facts:
    """The facts of a number."""
    found = {}
    for name, values in reversed(DIGITS.items()):
        code, digit = divmod(code, len(values) + 1)
        if digit:
            found[name] = values[digit - 1]
    return found


class Codes:
    """The numbers, in every process the same, of what ``Numbers`` has numbered as it came.

    Args:
        numbers: what the log says of pairings.
    """

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._codes: list[int] = []

    def all(self) -> list[int]:
        """The numbers of all that was said so far."""
        self._codes += [code(self._numbers.said(n)) for n in range(len(self._codes), self._numbers.kinds)]
        return self._codes


class Said:
    """What is said of pairings, numbered in this process as it comes; 0 is where nothing is said."""

    def __init__(self) -> None:
        self._said: list[Facts] = [{}]
        self._number = {0: 0}

    @property
    def kinds(self) -> int:
        """How many different things were said of pairings so far."""
        return len(self._said)

    def said(self, number: int) -> Facts:
        """What is said where ``facts`` has this number."""
        return self._said[number]

    def number(self, code: int) -> int:
        """The number in this process."""
        found = self._number.setdefault(code, len(self._said))
        if found == len(self._said):
            self._said.append(facts(code))
        return found
