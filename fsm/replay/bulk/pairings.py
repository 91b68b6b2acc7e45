"""The pairings of a log, by number: what conversations begin under, and go on under."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
from numpy.typing import NDArray

from fsm.notation import Party
from fsm.notation.echo import echo
from fsm.readers.faults import LogError
from fsm.replay.pairings import Pairings, Under
from fsm.space.arrays import Tables
from fsm.spec.facts import Facts

Integers = NDArray[np.int64]


class Said(Protocol):
    """What a log says of pairings, by number."""

    @property
    def kinds(self) -> int:
        """How many different things were said so far."""
        ...

    def said(self, number: int) -> Facts:
        """What is said where ``facts`` has this number; nothing is said where it is 0."""
        ...


class Known:
    """The pairings of a log, numbered as the tables number them.

    Args:
        numbers: what the numbers of facts mean.
        pairings: what facts come to.
    """

    def __init__(self, numbers: Said, pairings: Pairings) -> None:
        self.tables = Tables()
        self._numbers, self._pairings = numbers, pairings
        self._under: list[tuple[Under, tuple[str, str]]] = []
        self._number: dict[int, int] = {}
        self._began: dict[int, int] = {}
        self._went_on: dict[tuple[int, int], int] = {}

    def expect(self) -> None:
        """Work out together all that conversations can begin under, as far as the log was read."""
        for facts in range(self._numbers.kinds):
            try:
                self._begin(facts)
            except ValueError:
                continue  # said in mid-conversation only, or complained about when one begins so
        self._take_in()

    def begin(self, facts: NDArray[np.int32], conversations: pa.Array) -> Integers:
        """The pairings that conversations begin under.

        Args:
            facts: what is said of each.
            conversations: which they are.

        Raises:
            LogError: the facts leave open who the two are, or contradict each other.
        """
        kinds, which = np.unique(facts, return_inverse=True)
        return self._each(kinds[:, None].astype(np.int64), which, conversations, self._begin)

    def go_on(self, pairings: Integers, facts: NDArray[np.int32], conversations: pa.Array) -> Integers:
        """The pairings that conversations go on under.

        Args:
            pairings: what they were under.
            facts: what is said of each.
            conversations: which they are.

        Raises:
            LogError: the facts contradict each other.
        """
        kinds, which = np.unique(np.stack([pairings, facts], axis=1), axis=0, return_inverse=True)
        return self._each(kinds, which.reshape(-1), conversations, self._go_on)

    def facts(self, pairing: int) -> Facts:
        """Every fact of a pairing besides addresses, by its number."""
        return self._under[pairing][0].facts

    def having(self, each: Iterable[Facts]) -> Integers:
        """The pairings that have these facts, and no others.

        Raises:
            ValueError: facts contradict each other, or there are too few.
        """
        found = [self._numbered(self._pairings.under(facts), (Party.ORIGINATOR, Party.RECIPIENT)) for facts in each]
        self._take_in()
        return np.array(found, np.int64)

    def _each(self, kinds: Integers, which: Integers, conversations: pa.Array, number: Callable[..., int]) -> Integers:
        found = np.zeros(len(kinds), np.int64)
        for n, kind in enumerate(kinds.tolist()):
            try:
                found[n] = number(*kind)
            except ValueError as error:
                name = conversations[int(np.flatnonzero(which == n)[0])].as_py()
                raise LogError(f"conversation {echo(name)}: {error}") from None
        self._take_in()
        return found[which]

    def _begin(self, facts: int) -> int:
        if facts not in self._began:
            self._began[facts] = self._numbered(*self._pairings.begin(self._numbers.said(facts)))
        return self._began[facts]

    def _go_on(self, pairing: int, facts: int) -> int:
        if (pairing, facts) not in self._went_on:
            under, addresses = self._under[pairing]
            changed = self._pairings.changed(under, addresses, self._numbers.said(facts))
            self._went_on[pairing, facts] = self._numbered(changed, addresses)
        return self._went_on[pairing, facts]

    def _numbered(self, under: Under, addresses: tuple[str, str]) -> int:
        found = self._number.setdefault(id(under), len(self._under))
        if found == len(self._under):
            self._under.append((under, addresses))
        return found

    def _take_in(self) -> None:
        self.tables.add((under.program, under.view) for under, _ in self._under[len(self.tables) :])
