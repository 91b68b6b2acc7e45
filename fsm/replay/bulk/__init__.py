"""Replaying logs of any size, in Parquet or Arrow, JSON Lines or CSV, in bounded memory.

    report = replay("log.parquet")
    report.refused, report.departed, report.final

Every conversation is stepped to its end through the completed tables of the engine; a refused event changes nothing.
Columns are those of ``fsm.readers.columns``, with these differences: ``by`` is a party, conversations are not known by
the addresses of their users, and of what was observed only ``accepted`` is looked at.

Rows may be in any order: those of a conversation are put in order of ``time``, or stay in the order they are in. What
does not fit in memory goes to temporary files by conversation, each of which is then replayed on its own. So memory
holds some two million events at a time, or a 256th of the log, or its longest conversation, whichever is most, at
about a hundred bytes each; and one record batch of an Arrow file, as its writer made it. A file that unpacks to more
than the limits in SECURITY.md is refused before it is unpacked, and so is a log of more events of one conversation.

What files, tables and streams hold is checked in full before it is looked at. Lines are read as ``fsm.replay`` reads
them, and are an error where it has one, with their number. What a column cannot hold is an error, too: what a line
leaves open, a time on some lines only, names or times of several kinds.
"""

from __future__ import annotations

try:
    import numpy  # noqa: F401
    import pyarrow  # type: ignore[import-untyped]  # noqa: F401
except ModuleNotFoundError as error:
    raise ImportError(f"replaying in bulk needs {error.name}; pip install 'interop-fsm[bulk]'") from None

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from fsm.readers.faults import LogError
from fsm.replay.bulk.grouped import Grouped
from fsm.replay.bulk.lines import Shared, Told
from fsm.replay.bulk.numbers import Numbers
from fsm.replay.bulk.pairings import Known
from fsm.replay.bulk.partitions import HELD, Partitions
from fsm.replay.bulk.report import Report, conversations, writing
from fsm.replay.bulk.source import Log, Source
from fsm.replay.bulk.totals import Parting, Totals
from fsm.replay.pairings import Pairings
from fsm.spec.parties import Pairing

if TYPE_CHECKING:
    from typing import Unpack

    from fsm.spec.names import Surroundings


__all__ = ["Parting", "Report", "replay", "writing"]


def replay(
    log: Log,
    *,
    between: Pairing | None = None,
    each: Callable[[Any], object] | None = None,
    progress: Callable[[int, int, str], object] | None = None,
    held: int = HELD,
    **surroundings: Unpack[Surroundings],
) -> Report:
    """Replay a log.

    Args:
        log: the path of a file, or several: Parquet or Arrow, or JSON Lines or CSV, which may be packed; a pyarrow
            Table, RecordBatchReader or Dataset.
        between: the two where the log names no mode.
        each: called with Arrow tables that have a row for each conversation; see ``conversations``. Default: none are
            made.
        progress: called with what is done, of how much, and what is being done.
        held: how many events to keep in memory before any go to temporary files.
        surroundings: what a Pairing takes besides its two, where neither log nor ``between`` says.

    Raises:
        LogError: the log cannot be read; the message has row, column, value and what is accepted.
        ValueError: ``held`` is not accepted, or one of the surroundings.
    """
    if held < 1:
        raise ValueError(f"held: {held} is not accepted; give 1 or more")
    source = Source(log)
    try:
        numbers = Numbers(source.columns)
        known = Known(numbers, Pairings(between, {}, dict(surroundings)))
        totals = Totals(known)
        tell = progress or (lambda done, total, what: None)
        with Partitions(source.rows, held) as partitions:
            read = done = 0
            for batch in source.batches(numbers.read):
                number = partial(numbers.of, row=read + 1)
                partitions.add(batch.numbered(number) if isinstance(batch, Shared) else number(batch))
                read += batch.num_rows
                tell(read, 2 * max(read, source.rows or 0), "reading")
            known.expect()
            for table in partitions:
                ends = totals.take(Grouped(table))
                if each:
                    each(conversations(ends, known.tables.table.places))
                done += table.num_rows
                tell(read + done, 2 * read, "replaying")
    except Told:
        raise
    except LogError as error:
        where = "" if str(error)[:1].isdigit() else " "
        raise LogError(f"{source.name}:{where}{error}") from None
    return Report.of(totals, (*numbers.passed_over, *source.passed_over))
