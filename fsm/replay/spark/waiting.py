"""Events that are numbered in their conversation, and came before one that is missing: they wait for it, by name."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
from numpy.typing import NDArray

from fsm.replay.bulk.totals import ACTORS, EVENTS
from fsm.replay.spark.said import Said, code
from fsm.replay.spark.standing import Standing

SYMBOLS = {each: n for n, each in enumerate(zip(EVENTS, ACTORS, strict=True))}


def in_turn(events: pa.Table, standing: Standing) -> tuple[pa.Table, pa.Table]:
    """The events whose turn it is, in order, and those that have to wait.

    What was stepped already, or came twice, is left out: it was delivered again.

    Args:
        events: events, whose ``time`` is their number in their conversation, from 1.
        standing: how far each conversation has come.
    """
    names = events.column("conversation").combine_chunks().dictionary_encode()
    who, number = names.indices.to_numpy(), events.column("time").to_numpy()
    last = standing.last(names.dictionary)
    order = np.lexsort((number, who))
    who, number = who[order], number[order]
    fresh = number > last[who]
    fresh[1:] &= (who[1:] != who[:-1]) | (number[1:] != number[:-1])
    order, who, number = order[fresh], who[fresh], number[fresh]
    first = np.flatnonzero(np.diff(who, prepend=-1))
    nth: NDArray[Any] = np.arange(len(who)) - np.repeat(first, np.diff(first, append=len(who)))
    turn = number == last[who] + 1 + nth
    return events.take(pa.array(order[turn])), events.take(pa.array(order[~turn]))


def spelled(events: pa.Table, said: Said) -> bytes | None:
    """Events by name, as bytes; None if there are none."""
    if not events.num_rows:
        return None
    symbols, facts = events.column("symbol").to_pylist(), events.column("facts").to_pylist()
    columns = {
        name: events.column(name) for name in ("conversation", "time", "accepted") if name in events.column_names
    }
    columns["event"], columns["by"] = ([each[n] for n in symbols] for each in (EVENTS, ACTORS))
    columns["facts"] = [json.dumps(said.said(n)) for n in facts]
    table = pa.table(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]  # bytes


def read(kept: bytes, said: Said) -> pa.Table:
    """Events as ``spelled`` wrote them, with the numbers of this process."""
    with pa.ipc.open_stream(kept) as reader:
        table = reader.read_all()
    symbols = [SYMBOLS[each] for each in zip(table["event"].to_pylist(), table["by"].to_pylist(), strict=True)]
    facts = [said.number(code(json.loads(each))) for each in table["facts"].to_pylist()]
    return pa.table(
        {
            "conversation": table["conversation"],
            "symbol": pa.array(symbols, pa.uint8()),
            "facts": pa.array(facts, pa.int32()),
            "accepted": table["accepted"],
            "time": table["time"],
        }
    )
