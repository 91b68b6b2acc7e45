"""Events in order of time, where times may lie between two: what comes first, and what may come in any order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from fsm.readers.columns import Moment, Span

T = TypeVar("T")


class Held(NamedTuple, Generic[T]):
    """An event and when it was.

    Args:
        time: when, or between when.
        what: the event.
        after: whether it comes after the one before it in the log, for it has no time of its own.
        like: what it is equal to, if there are others like it: which of them is which does not matter.
    """

    time: Moment | Span
    what: T
    after: bool = False
    like: object = None


def blocks(held: Iterable[Held[T]]) -> Iterator[list[Held[T]]]:
    """The events in order, in blocks: those of one may have come in any order that ``earlier`` allows."""
    block: list[Held[T]] = []
    over: Any = None
    for each in sorted(held, key=_begins):
        first, last = ends(each.time)
        if block and over is not None and first is not None and over <= first:
            yield block
            block = []
        over = later(over, last) if block else last
        block.append(each)
    if block:
        yield block


def later(one: Any, other: Any) -> Any:
    """The later of two ends; None, an open one, is later than all."""
    return None if one is None or other is None else max(one, other)


def earlier(block: Sequence[Held[Any]]) -> list[int]:
    """For each event of a block those that came before it for certain, as a set of bits."""
    times = [ends(each.time) for each in block]
    return [
        sum(1 << j for j in range(len(block)) if j != i and _before(block, times, j, i)) for i, each in enumerate(block)
    ]


def _before(block: Sequence[Held[Any]], times: list[tuple[Any, Any]], one: int, other: int) -> bool:
    (first, last), (begins, over) = times[one], times[other]
    if last is not None and begins is not None and last <= begins:
        return one < other or not (over is not None and first is not None and over <= first)
    if block[other].after and one == other - 1:
        return True
    alike = block[one].like is not None and block[one].like == block[other].like
    return alike and one < other and (over is None or (last is not None and last <= over))


def ends(time: Moment | Span) -> tuple[Any, Any]:
    """When an event began at the earliest, and was over at the latest; None where that is open."""
    return time if isinstance(time, Span) else (time, time)


def _begins(each: Held[Any]) -> tuple[bool, Any]:
    first = ends(each.time)[0]
    return (first is not None, 0 if first is None else first)
