"""What replaying a log in bulk came to, in all and conversation by conversation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from os import PathLike
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from numpy.typing import NDArray

from fsm.engine.program import Config
from fsm.notation import files
from fsm.replay.bulk.totals import Ends, Totals
from fsm.space.minimal import NOTHING
from fsm.spec.conversation import LIFECYCLES


class Report:
    """What replaying a log in bulk came to.

    Args:
        totals: the counts.
        passed_over: columns of the log that were not looked at.
    """

    def __init__(self, totals: Totals, passed_over: tuple[str, ...]) -> None:
        self.conversations = totals.conversations
        self.events = sum(times for _, times in totals.answers)
        self.refused: dict[str, int] = dict(_refused(totals).most_common())
        """Refused events by rule; the empty string is for those that do not apply or are not theirs to fire."""
        self.accepted = self.events - sum(self.refused.values())
        self.changes = totals.changes
        """How often a pairing changed in mid-conversation."""
        self.departed = totals.partings.total()
        """Conversations of which the log somewhere says otherwise than the specification."""
        self.partings = dict(totals.partings.most_common())
        """How these first do so."""
        self.final = {name: dict(counts.most_common()) for name, counts in totals.final.items()}
        """How many conversations ended in each state, by lifecycle."""
        self.rows: dict[str, int] = dict(totals.rows.most_common())
        """How often each row of the tables was used, those of refusals included."""
        self.passed_over = passed_over
        """Columns of the log that were not looked at."""

    @property
    def ok(self) -> bool:
        """Whether no conversation departs."""
        return not self.departed

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-able data."""
        partings = [{**each._asdict(), "conversations": times} for each, times in self.partings.items()]
        return {**vars(self), "partings": partings}


def _refused(totals: Totals) -> Counter[str]:
    found: Counter[str] = Counter()
    for answer, times in totals.answers:
        if answer.refused and times:
            found[answer.rule] += times
    return found


def conversations(ends: Ends, places: Sequence[Config]) -> pa.Table:
    """A row for each conversation: how many events it has and how many are refused; which of them, from 1, departs,
    its event, actor, kind of refusal and rule, or null; and where each lifecycle stands in the end.

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
    return pa.table(
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
