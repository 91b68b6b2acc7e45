"""What replaying a log in bulk came to, in all and conversation by conversation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from os import PathLike
from typing import Any, Self, TypeVar

import msgspec
import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from numpy.typing import NDArray

from fsm.engine.outcome import RefusalKind
from fsm.engine.program import Config
from fsm.notation import files
from fsm.replay.bulk.totals import Ends, Parting, Totals
from fsm.space.minimal import NOTHING
from fsm.spec.conversation import LIFECYCLES

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Report:
    """What replaying a log in bulk came to, by names: a value that says the same in every process and release.

    Reports of parts add up to the report of the whole, wherever no conversation is in two parts: ``one + other``, and
    ``sum(reports, Report())``.
    """

    conversations: int = 0
    events: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    """Refused events by rule; the empty string is for those that do not apply or are not theirs to fire."""
    changes: int = 0
    """How often a pairing changed in mid-conversation."""
    partings: Mapping[Parting, int] = field(default_factory=dict)
    """How conversations first depart, for those of which the log somewhere says otherwise than the specification."""
    final: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: {name: {} for name in LIFECYCLES})
    """How many conversations ended in each state, by lifecycle."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """How often each row of the tables was used, those of refusals included."""
    passed_over: tuple[str, ...] = ()
    """Columns of the log that were not looked at."""

    @classmethod
    def of(cls, totals: Totals, passed_over: tuple[str, ...]) -> Self:
        """The report of what was counted.

        Args:
            totals: the counts.
            passed_over: columns of the log that were not looked at.
        """
        answers, refused = 0, Counter[str]()
        for answer, times in totals.answers:
            answers += times
            if answer.refused and times:
                refused[answer.rule] += times
        return cls(
            totals.conversations,
            answers,
            _most_first(refused),
            totals.changes,
            _most_first(totals.partings),
            {name: _most_first(counts) for name, counts in totals.final.items()},
            _most_first(totals.rows),
            passed_over,
        )

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """The report that ``as_dict`` wrote; what else is there is passed over.

        Raises:
            ValueError: it is none; the message names the field.
        """
        try:
            found = msgspec.convert(data, Written)
        except msgspec.ValidationError as error:
            raise ValueError(f"report: {error}; give what as_dict() returned") from None
        partings = {Parting(each.event, each.by, each.kind, each.rule): each.conversations for each in found.partings}
        final = {name: found.final.get(name, {}) for name in LIFECYCLES}
        return cls(**{**msgspec.structs.asdict(found), "partings": partings, "final": final})

    def __add__(self, other: object) -> Self:
        if not isinstance(other, Report):
            return NotImplemented
        return type(self)(
            self.conversations + other.conversations,
            self.events + other.events,
            _sum(self.refused, other.refused),
            self.changes + other.changes,
            _sum(self.partings, other.partings),
            {name: _sum(self.final[name], other.final[name]) for name in LIFECYCLES},
            _sum(self.rows, other.rows),
            tuple(dict.fromkeys((*self.passed_over, *other.passed_over))),
        )

    @property
    def accepted(self) -> int:
        """Events that are not refused."""
        return self.events - sum(self.refused.values())

    @property
    def departed(self) -> int:
        """Conversations of which the log somewhere says otherwise than the specification."""
        return sum(self.partings.values())

    @property
    def ok(self) -> bool:
        """Whether no conversation departs."""
        return not self.departed

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-able data."""
        return {
            "conversations": self.conversations,
            "events": self.events,
            "refused": dict(self.refused),
            "accepted": self.accepted,
            "changes": self.changes,
            "departed": self.departed,
            "partings": [{**each._asdict(), "conversations": times} for each, times in self.partings.items()],
            "final": {name: dict(counts) for name, counts in self.final.items()},
            "rows": dict(self.rows),
            "passed_over": self.passed_over,
        }


class Departed(msgspec.Struct):
    """A Parting, and how many conversations part so, as ``as_dict`` writes them."""

    event: str
    by: str
    kind: RefusalKind | None
    rule: str
    conversations: int


class Written(msgspec.Struct):
    """A report, as ``as_dict`` writes it."""

    conversations: int
    events: int
    refused: dict[str, int]
    changes: int
    partings: list[Departed]
    final: dict[str, dict[str, int]]
    rows: dict[str, int]
    passed_over: tuple[str, ...]


def _sum(some: Mapping[K, int], more: Mapping[K, int]) -> dict[K, int]:
    return _most_first(Counter(some) + Counter(more))


def _most_first(counts: Mapping[K, int]) -> dict[K, int]:
    """Counts, the highest first and else by name, so that parts in any order add up to the same text."""
    return dict(sorted(counts.items(), key=lambda each: (-each[1], str(each[0]))))


def conversations(ends: Ends, places: Sequence[Config]) -> pa.Table:
    """A row for each conversation, in the order they began: how many events it has and how many are refused; which of
    them, from 1, departs, its event, actor, kind of refusal and rule, or null; and where each lifecycle stands in the
    end.

    Args:
        ends: what a partition came to.
        places: the places that it speaks of.
    """
    events = ends.events
    who = events.who[ends.departs]
    at = np.zeros(len(events.ids), np.int64)
    at[who] = ends.departs - events.first[who] + 1
    way = np.full(len(events.ids), len(ends.partings))
    way[who] = ends.way
    states = zip(*places, strict=True)
    columns: dict[str, Any] = dict(zip(LIFECYCLES, states, strict=True))
    told = pa.table(
        {
            "conversation": events.ids,
            "events": np.add.reduceat(events.symbols != NOTHING, events.first, dtype=np.int64),
            "refused": np.add.reduceat(ends.refused, events.first, dtype=np.int64),
            "departs_at": pa.array(at, mask=at == 0),
            "event": _named([each.event for each in ends.partings], way),
            "by": _named([each.by for each in ends.partings], way),
            "kind": _named([each.kind for each in ends.partings], way),
            "rule": _named([each.rule or None for each in ends.partings], way),
            **{name: _named(map(str, each), ends.places) for name, each in columns.items()},
        }
    )
    return told.take(pa.array(np.argsort(events.came)))


def _named(names: Any, numbers: NDArray[Any]) -> pa.Array:
    """Names by number; the number after the last is of none."""
    names = [*names, None]
    kinds = {name: n for n, name in enumerate(dict.fromkeys(each for each in names if each is not None))}
    index = np.array([kinds.get(name, -1) for name in names], np.int32)[numbers]
    return pa.DictionaryArray.from_arrays(pa.array(index, mask=index < 0), pa.array(list(kinds), pa.string()))


@contextmanager
def writing(path: str | PathLike[str]) -> Iterator[Callable[[pa.Table], None]]:
    """A Parquet file for what is known of each conversation; what this yields is for ``replay`` to call.

    It takes its place when all is written. After an error there is what was there before.

    Raises:
        OSError: it cannot be written.
    """
    writer: Any = None
    with ExitStack() as stack:

        def write(table: pa.Table) -> None:
            nonlocal writer
            if writer is None:
                file = stack.enter_context(files.writing(path))
                writer = stack.enter_context(pq.ParquetWriter(file, table.schema))
            writer.write_table(table)

        yield write
