"""What a log leaves open: every way to read it is followed, and what the specification does not accept is dropped.

Readings that come to the same place under the same pairing are one from there on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from fsm.engine.outcome import RefusalKind
from fsm.engine.program import Answers
from fsm.readers.columns import Observed
from fsm.readers.unsure import Way
from fsm.replay.departure import Departure
from fsm.replay.order import Held, earlier
from fsm.replay.pairings import Under
from fsm.spec.facts import Facts

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyOutcome, AnyRefusal

MOST = 10_000
"""Readings of events in any order that are told apart; of more, the order of the log is assumed."""
MOST_ASSUMED = 20
"""Of how many things a reading says what it takes them for."""


class Said(NamedTuple):
    """What a line says: where it is, all that may have happened, what it says of the pairing, what was seen, and which
    events are by whoever may fire them there.
    """

    line: int
    source: str
    ways: tuple[Way, ...]
    facts: Facts
    observed: Observed
    whoever: frozenset[str] = frozenset()

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return self.source or f"line {self.line}"


class Step(NamedTuple):
    """What an event comes to: where it leads, which results were used, or where log and specification part."""

    row: Answers
    under: Under
    used: tuple[AnyOutcome | AnyRefusal, ...]
    departure: Departure | None


Take = Callable[[Answers, Under, Said, Way], Step]
"""Takes a step: from where, under what, by which line read in which way."""


class Reading(NamedTuple):
    """One way to read a log, up to some event.

    Args:
        row: where it has come to.
        under: the pairing there.
        assumed: what it takes for so, in words.
        used: the results that it used, and how often, by identity.
        order: places of lines in the order in which they came, while events may come in any.
    """

    row: Answers
    under: Under
    assumed: tuple[str, ...] = ()
    used: Mapping[int, tuple[Any, int]] = {}
    order: tuple[str, ...] = ()

    def taking(self, step: Step, assumed: str, place: str) -> Reading:
        """The reading with a step more."""
        used = dict(self.used)
        for each in step.used:
            used[id(each)] = each, used.get(id(each), (each, 0))[1] + 1
        return Reading(step.row, step.under, more(self.assumed, assumed), used, (*self.order, place))


class Read(NamedTuple):
    """What readings come to: those that are left; whether some were dropped; if all were, where the longest ends."""

    readings: tuple[Reading, ...]
    dropped: bool
    ends: tuple[Reading, Departure] | None = None


def follow(readings: Sequence[Reading], block: Sequence[Held[Said]], take: Take) -> Read | None:
    """Follow the events of a block in every order that is possible, each in every way; None if these are too many.

    Args:
        readings: where to begin.
        block: the events; one, where nothing is open of its order.
        take: takes a step.
    """
    before = earlier(block)
    reached = {0: _merged(each._replace(order=()) for each in readings)}
    dropped, ends = False, None
    for _ in block:
        further: dict[int, list[Reading]] = {}
        for done, some in reached.items():
            for n, each in enumerate(block):
                if done >> n & 1 or before[n] & ~done:
                    continue
                for reading in some:
                    found, departure = _stepped(reading, each.what, take)
                    further.setdefault(done | 1 << n, []).extend(found)
                    dropped = dropped or departure is not None
                    if departure is not None and (ends is None or len(reading.order) > len(ends[0].order)):
                        ends = reading, departure
        reached = {done: _merged(some) for done, some in further.items()}
        if len(block) > 1 and sum(map(len, reached.values())) > MOST:
            return None
    left = tuple(each for some in reached.values() for each in some)
    if dropped and len(block) > 1:
        left = tuple(
            each._replace(assumed=more(each.assumed, f"{', '.join(each.order)}, in this order")) for each in left
        )
    return Read(left, dropped, None if left else ends)


def _stepped(reading: Reading, said: Said, take: Take) -> tuple[list[Reading], Departure | None]:
    """What a reading comes to by a line, in every way; and where a way ends, if one does."""
    steps = [(way, take(reading.row, reading.under, said, way)) for way in said.ways]
    kept = [(way, step) for way, step in steps if step.departure is None]
    theirs = {event for (event, _), step in kept}
    steps = [(way, step) for way, step in steps if not (way[0] in said.whoever & theirs and _not_yours(step))]
    open_ = len(kept) < len(steps) or len({(step.row, id(step.under)) for _, step in kept}) > 1
    found = [
        reading.taking(step, f"{said.place}: {event} by {by}" if open_ and len(steps) > 1 else "", said.place)
        for (event, by), step in (kept if open_ else kept[:1])
    ]
    return found, next((step.departure for _, step in steps if step.departure is not None), None)


def _not_yours(step: Step) -> bool:
    return step.departure is not None and step.departure.kind is RefusalKind.NOT_YOURS


def _merged(readings: Iterator[Reading] | Sequence[Reading]) -> list[Reading]:
    """Of those that come to the same, the one that assumes least."""
    best: dict[tuple[Answers, int], Reading] = {}
    for each in readings:
        known = best.get((each.row, id(each.under)))
        if known is None or len(each.assumed) < len(known.assumed):
            best[each.row, id(each.under)] = each
    return list(best.values())


def more(assumed: tuple[str, ...], one: str) -> tuple[str, ...]:
    return (*assumed, one) if one and len(assumed) < MOST_ASSUMED else assumed
