"""What can come together in one step, so that claims are asked of nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

from fsm.export.promela.claims import Look
from fsm.export.promela.tables import Tables
from fsm.notation import At, Party
from fsm.space.resolved import Branch, Send

Heard = tuple[str, str, Party]
Moves = dict[str, dict[At, set[At]]]


class Steps:
    """The steps that each branch begins, with whatever its signals may set off, wherever the siblings stand.

    They are numbered, and a set of them is an integer: bit n is step n.

    Args:
        tables: what takes the steps.
    """

    def __init__(self, tables: Tables) -> None:
        self._hearing: dict[Heard, list[tuple[At, Branch]]] = defaultdict(list)
        for lifecycle, at, event, by, branch in tables.taken:
            self._hearing[lifecycle.name, event, by].append((at, branch))
        self._all = 0
        self._firing: dict[tuple[str, Party], int] = defaultdict(int)
        self._from: dict[tuple[str, At], int] = defaultdict(int)
        self._leading: dict[tuple[str, At, At], int] = defaultdict(int)
        self._sending: dict[tuple[str, str], int] = defaultdict(int)
        self._telling: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}
        for lifecycle, at, event, by, branch in tables.taken:
            if at in tables.possible.get((event, by), {}).get(lifecycle.name, ()):
                self._firing[event, by] |= self._all + 1
                self._note(self._all + 1, tables, lifecycle.name, at, branch)
                self._all = 2 * self._all + 1

    def _note(self, step: int, tables: Tables, fired: str, here: At, branch: Branch) -> None:
        moves: Moves = {name: defaultdict(set) for name in tables.lifecycles}
        for name, at, each in ((fired, here, branch), *self._set_off(branch)):
            moves[name][at].add(each.to or at)
            for item in each.does:
                if isinstance(item, Send):
                    self._sending[item.effect, item.to] |= step
        for name, lifecycle in tables.lifecycles.items():
            for at in (here,) if name == fired else lifecycle.places:
                self._from[name, at] |= step
                for to in _reached(at, moves[name]):
                    self._leading[name, at, to] |= step

    def _set_off(self, first: Branch) -> Iterator[tuple[str, At, Branch]]:
        """Every branch that the signals of a branch may set off, and where."""
        open_, seen = _raised(first), set()
        while open_:
            heard = open_.pop()
            if heard not in seen:
                seen.add(heard)
                for at, branch in self._hearing[heard]:
                    yield heard[0], at, branch
                    open_ += _raised(branch)

    def beside(self, look: Look, given: Mapping[Look, Any], answers: Iterable[Any]) -> list[Any]:
        """The answers to a question that a step can give together with those given to others."""
        steps = reduce(and_, (self._answering(each, answer, given) for each, answer in given.items()), self._all)
        return [answer for answer in answers if steps & self._answering(look, answer, given)]

    def _answering(self, look: Look, answer: Any, given: Mapping[Look, Any]) -> int:
        """The steps that may answer a question so."""
        at, names = look
        match at:
            case "event":
                return self._firing[answer]
            case "before":
                return self._from[names[0], answer]
            case "after" if (before := Look("before", names)) in given:
                return self._leading[names[0], given[before], answer]
            case "sent":
                return self._sent(names, answer)
        return self._all

    def _sent(self, names: tuple[str, ...], told: tuple[str, ...]) -> int:
        key = names, told
        if key not in self._telling:
            each = (reduce(or_, (self._sending[name, to] for name in names)) for to in told)
            self._telling[key] = reduce(and_, each, self._all)
        return self._telling[key]


def _raised(branch: Branch) -> list[Heard]:
    return [item for item in branch.does if not isinstance(item, Send)]


def _reached(at: At, moves: Mapping[At, set[At]]) -> set[At]:
    """Where moves lead from a place, one after the other; it may stay, too."""
    found, open_ = {at}, [at]
    while open_:
        new = moves.get(open_.pop(), set()) - found
        found |= new
        open_ += new
    return found
