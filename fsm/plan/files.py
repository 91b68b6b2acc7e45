"""Plans as files for a spreadsheet: waves to go on with, and a row for each person."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from typing import Any

from fsm.notation.files import write, writing
from fsm.plan.plan import Plan
from fsm.plan.report import Person, persons
from fsm.plan.table import quoted
from fsm.plan.waves import Waves


def waves_csv(waves: Waves) -> str:
    """Waves as the CSV that ``read_waves`` takes."""
    rows = [(address, wave.name, who.mode.value) for wave in waves.waves for address, who in wave.becomes.items()]
    return _written([("address", "wave", "mode"), *rows])


def write_csv(plan: Plan, path: str | os.PathLike[str]) -> None:
    """Write a row for each of the organisation's people: what the columns say of them, and what becomes of them.

    Text that a spreadsheet would take for a formula has a quote before it.

    Raises:
        OSError: it cannot be written; what is there stays as it is.
    """
    write(path, _written([_names(plan), *_rows(plan)]).encode("utf-8-sig"))


def write_parquet(plan: Plan, path: str | os.PathLike[str]) -> None:
    """The same as Parquet.

    Raises:
        OSError: it cannot be written; what is there stays as it is.
    """
    import pyarrow as pa  # type: ignore[import-untyped]
    from pyarrow import parquet

    names, rows = _names(plan), list(_rows(plan))
    table = pa.table({name: pa.array([row[n] for row in rows]) for n, name in enumerate(names)})
    with writing(path) as file:
        parquet.write_table(table, file)


def _names(plan: Plan) -> list[str]:
    return [*(name for name in plan.people.columns), *(each.name for each in fields(Person))]


def _rows(plan: Plan) -> Iterable[Sequence[Any]]:
    columns = [(each.values, each.codes) for each in plan.people.columns.values()]
    for n, each in enumerate(persons(plan)):
        _, waves, *others = astuple(each)
        yield [*(values[codes[n]] for values, codes in columns), each.address, " ".join(waves), *others]


def _written(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([quoted(each) for each in row] for row in rows)
    return text.getvalue()
