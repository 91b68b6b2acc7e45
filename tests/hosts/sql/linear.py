"""Whether what many writers were answered at once is what the tables answer one after the other.

Each call to a host is recorded with when it began and when its answer was there. ``order`` searches for an order of the
calls which respects real time, so that none comes before one that had ended when it began, and in which the engine
gives each the answer that it was given: the search of Wing and Gong, with a memory of where it has been, by how far
each writer is and where the conversation stands.

``python -m tests.hosts.sql.linear sqlite --calls 100000`` records so many, of 64 writers on one conversation.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from fsm.engine.awaiting import awaiting, expected, refusal
from fsm.engine.conversation import Conversation
from fsm.engine.outcome import Outcome, Refusal, Refused
from fsm.hosts.host import CHANGE, Done
from fsm.hosts.sql import Host
from fsm.notation import Party
from tests.hosts.sql.crash import database
from tests.hosts.sql.load import EVENTS, PAIRINGS, POSSIBLE, Ask, Setting, forking
from tests.hosts.sql.unsafe import prepare
from tests.people import PAIRS

if TYPE_CHECKING:
    from fsm.spec.names import Event, PartyName

WRITERS, PROCESSES = 64, 4
"""Writers, and processes that they are threads of."""
NAME = "c0"
Answer: TypeAlias = Done | Refusal


class Call(NamedTuple):
    """A call to a host: from when to when it took, and what it was answered."""

    writer: int
    start: float
    end: float
    ask: Ask
    answer: Answer


class NoOrder(Exception):
    """There is no order in which the tables give these answers; the message says how far one goes."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a conversation stands, after so many steps, and what it awaits."""

    talk: Conversation
    seq: int = 0
    awaited: dict[str, int] = field(default_factory=dict)

    @property
    def where(self) -> object:
        """What tells it from others."""
        return self.talk.pairing, *self.talk.places.values(), self.seq, *self.awaited.items()

    def asked(self, ask: Ask) -> tuple[Answer, Standing]:
        """What the tables answer, and where that leads."""
        talk = copy(self.talk)
        outcome: Outcome
        if ask.event == CHANGE:
            outcome = talk.change(PAIRS[str(ask.pairing)])
        else:
            stale = refusal(ask.event, ask.by, ask.of, self.awaited)
            if stale is not None:
                return cast("Refusal", stale), self
            try:
                outcome = talk.fire(cast("Event", ask.event), Party(ask.by))
            except Refused as refused:
                return refused.refusal, self
        seq = self.seq + 1
        after = Standing(talk, seq, awaiting(self.awaited, outcome, seq))
        return Done.of(outcome, ask.conversation, ask.key, seq), after


class _Branch(NamedTuple):
    """Where several calls could come next: how far each writer is, and those that were not tried."""

    at: list[int]
    standing: Standing
    length: int
    others: list[int]


def order(first: Conversation, calls: Sequence[Call], numbers: bool = True) -> list[Call]:
    """An order that respects real time and in which the tables give each call the answer that it was given.

    Args:
        first: the conversation as it was opened.
        calls: the calls; those of a writer come one after the other.
        numbers: whether the number of its step is part of an answer. It says which step comes next, so the search is
            short; without it, all that fits is tried.

    Raises:
        NoOrder: there is none.
    """
    return _Search(first, calls, numbers).found()


class _Search:
    def __init__(self, first: Conversation, calls: Sequence[Call], numbers: bool) -> None:
        self._numbers = numbers
        mine = defaultdict[int, list[Call]](list)
        for each in sorted(calls, key=lambda each: each.start):
            mine[each.writer].append(each)
        self._calls = list(mine.values())
        assert all(one.end <= two.start for each in self._calls for one, two in pairwise(each)), "one call at a time"
        self._at = [0] * len(mine)
        self._standing = Standing(first)
        self._order: list[Call] = []
        self._first: dict[str, Call] = {}  # of each key, the call that came first
        self._count = len(calls)
        self._furthest = (-1, "")

    def found(self) -> list[Call]:
        branches: list[_Branch] = []
        been = set[object]()
        while len(self._order) < self._count:
            self._take_what_changes_nothing()
            fits = [w for w in self._next() if self._fits(w)]
            if len(fits) > 1:
                here = (*self._at, self._standing.where)
                fits = [] if here in been else fits
                been.add(here)
            if len(self._order) == self._count:
                break
            if not fits:
                self._remember()
                if not branches:
                    raise NoOrder(self._furthest[1])
                self._back(branches)
                continue
            if fits[1:]:
                branches.append(_Branch([*self._at], self._standing, len(self._order), fits[1:]))
            self._take(fits[0])
        return self._order

    def _next(self) -> list[int]:
        """The writers whose next call may come next: no call that is to come had ended when it began."""
        heads = [(w, self._calls[w][n]) for w, n in enumerate(self._at) if n < len(self._calls[w])]
        bound = min((call.end for _, call in heads), default=0.0)
        return [w for w, call in heads if call.start <= bound]

    def _head(self, writer: int) -> Call:
        return self._calls[writer][self._at[writer]]

    def _take_what_changes_nothing(self) -> None:
        """Refusals and repeated answers that fit here come here: that makes nothing else impossible."""
        more = True
        while more:
            more = False
            for w in self._next():
                call = self._head(w)
                changes = isinstance(call.answer, Done) and not call.answer.again
                if not changes and self._fits(w):
                    self._take(w)
                    more = True

    def _fits(self, writer: int) -> bool:
        """Whether the tables, or the key, give the answer here that the next call of a writer was given."""
        call = self._head(writer)
        before = self._first.get(call.ask.key)
        if before is not None:
            kept = before.answer
            return before.ask == call.ask and call.answer == (
                replace(kept, again=True) if isinstance(kept, Done) else kept
            )
        if not isinstance(call.answer, Done):
            return self._standing.asked(call.ask)[0] == call.answer
        if not self._numbers:
            return _unnumbered(self._standing.asked(call.ask)[0]) == _unnumbered(call.answer)
        return call.answer.seq == self._standing.seq + 1 and self._standing.asked(call.ask)[0] == call.answer

    def _take(self, writer: int) -> None:
        call = self._head(writer)
        self._at[writer] += 1
        self._order.append(call)
        if call.ask.key not in self._first:
            self._first[call.ask.key] = call
            if isinstance(call.answer, Done):
                self._standing = self._standing.asked(call.ask)[1]

    def _back(self, branches: list[_Branch]) -> None:
        at, standing, length, others = branches.pop()
        for call in self._order[length:]:
            if self._first.get(call.ask.key) is call:
                del self._first[call.ask.key]
        del self._order[length:]
        self._at, self._standing = [*at], standing
        if others[1:]:
            branches.append(_Branch(at, standing, length, others[1:]))
        self._take(others[0])

    def _remember(self) -> None:
        """What to tell if there is no order: the furthest that one went."""
        if len(self._order) <= self._furthest[0]:
            return
        told = [
            f"  {call.ask} was answered {_said(call.answer)}, and would be {_said(self._standing.asked(call.ask)[0])}"
            for call in map(self._head, self._next())
        ]
        here = (
            f"after {len(self._order)} of {self._count} calls, at {self._standing.talk} after step {self._standing.seq}"
        )
        self._furthest = len(self._order), "\n".join([f"{here}, none of these can come next:", *told])


def _unnumbered(answer: Answer) -> Answer:
    if not isinstance(answer, Done):
        return answer
    return replace(answer, seq=0, effects=tuple(replace(each, seq=0) for each in answer.effects))


def _said(answer: Answer) -> str:
    return (
        f"step {answer.seq}{' again' * answer.again}"
        if isinstance(answer, Done)
        else f"{answer.kind}: {answer.message}"
    )


def record(
    setting: Setting, calls: int, writers: int = WRITERS, processes: int = PROCESSES, shared: bool = True
) -> list[Call]:
    """Let many writers ask one conversation at once; each call, when it began and ended, and its answer.

    Args:
        setting: the database, and what is chosen.
        calls: how many.
        shared: whether some of it is asked by two writers, under one key.
    """
    with setting.host() as host:
        host.migrate()
        prepare(host, setting.without)
        host.open(NAME, PAIRS[PAIRINGS[0]], key="open")
    each = -(-calls // WRITERS)
    groups = [range(n, WRITERS, PROCESSES) for n in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, mp_context=forking()) as pool:
        found = [pool.submit(_played, setting, group, each, shared) for group in groups]
        return [call for group in found for call in group.result()]


def _played(setting: Setting, writers: range, calls: int, shared: bool) -> list[Call]:
    """What the writers of a process ask, each in a thread of its own."""
    last = [Done.opening(NAME, "open", PAIRS[PAIRINGS[0]])]
    with setting.host() as host, ThreadPoolExecutor(len(writers)) as threads:
        found = list(threads.map(lambda writer: _asked(setting, host, writer, calls, shared, last), writers))
    return [call for each in found for call in each]


def _asked(setting: Setting, host: Host, writer: int, calls: int, shared: bool, last: list[Done]) -> list[Call]:
    rng, found = Random(f"{setting.seed} {writer}"), []
    for n in range(calls):
        ask = _shared(setting, writer // 2, n) if shared and n % 5 == 2 else _chosen(rng, f"{writer}-{n}", last[0])
        start = time.monotonic()
        try:
            event, by = cast("Event", ask.event), cast("PartyName", ask.by)
            answer: Answer = (
                host.change(NAME, PAIRS[str(ask.pairing)], key=ask.key)
                if ask.event == CHANGE
                else host.fire(NAME, event, by, key=ask.key, of=ask.of)
            )
        except Refused as refused:
            answer = refused.refusal
        found.append(Call(writer, start, time.monotonic(), ask, answer))
        if isinstance(answer, Done) and answer.seq > last[0].seq:
            last[0] = answer
    return found


def _shared(setting: Setting, pair: int, n: int) -> Ask:
    """What two writers ask under one key, mostly at the same time."""
    rng = Random(f"{setting.seed} {pair} {n}")
    event = rng.choice([each for each in EVENTS if each not in expected().owed])
    return Ask(NAME, f"shared {pair}-{n}", event, rng.choice(("originator", "recipient")))


def _chosen(rng: Random, key: str, last: Done) -> Ask:
    """What may be possible, by the last answer that is known here."""
    if rng.random() < 0.03:
        return Ask(NAME, key, CHANGE, pairing=rng.choice(PAIRINGS))
    event = rng.choice(sorted({event for each in last.state.items() for event in POSSIBLE[each]}))
    owed = event in expected().owed
    of = last.seq - rng.randrange(3) if owed or (event in expected().causes and rng.random() < 0.3) else None
    by = "service" if owed and rng.random() < 0.7 else rng.choice(("originator", "recipient"))
    return Ask(NAME, key, event, by, None if of is None else max(of, 0))


def main() -> int:
    """Record and check; 1 where there is no order."""
    parser = argparse.ArgumentParser(prog="python -m tests.hosts.sql.linear", description=__doc__)
    parser.add_argument("database", choices=("sqlite", "postgresql"))
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as at, database(asked.database, Path(at)) as (address, _):
        began = time.monotonic()
        calls = record(Setting(address, at, asked.seed, time.time(), None), asked.calls)
        took = time.monotonic() - began
    steps = sum(isinstance(each.answer, Done) and not each.answer.again for each in calls)
    print(f"{asked.database}: {len(calls):,} calls in {took:.0f} s, of which {steps:,} were steps", flush=True)
    began = time.monotonic()
    try:
        order(Conversation(PAIRS[PAIRINGS[0]]), calls)
    except NoOrder as error:
        print(f"there is no order: {error}")
        return 1
    print(f"there is an order; it took {time.monotonic() - began:.0f} s to find")
    return 0


if __name__ == "__main__":
    sys.exit(main())
