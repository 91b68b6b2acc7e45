"""The rows of a log as files of lines, in every way there is to write them."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
from codecs import BOM_UTF8
from collections.abc import Callable, Sequence
from typing import Any

from tests.replay.bulk.logs import Row

Written = Callable[[Sequence[Row]], bytes]


def lines(rows: Sequence[Row], end: str = "\n", **how: Any) -> bytes:
    """JSON Lines."""
    return "".join(json.dumps(row, **how) + end for row in rows).encode()


def nested(row: Row) -> Row:
    """A row whose facts of the two are within them."""
    found: Row = {}
    for name, value in row.items():
        party, _, fact = name.partition(".")
        if fact:
            found.setdefault(party, {})[fact] = value
        else:
            found[name] = value
    return found


def table(rows: Sequence[Row], end: str = "\r\n", **how: Any) -> bytes:
    """Comma-separated values."""
    text = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, names, lineterminator=end, **how)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


OBJECTS: dict[str, Written] = {
    "plain": lines,
    "close": lambda rows: lines(rows, "\r\n", separators=(",", ":")),
    "as text": lambda rows: lines(rows, ensure_ascii=False),
    "sorted": lambda rows: lines(rows, sort_keys=True),
    "nested": lambda rows: lines([nested(row) for row in rows]),
    "with a byte order mark": lambda rows: BOM_UTF8 + lines(rows),
    "UTF-16": lambda rows: lines(rows).decode().encode("utf-16"),
    "with blank lines": lambda rows: lines(rows, "\n \n\n"),
    "without a last end": lambda rows: lines(rows).rstrip(b"\n"),
    "by other names": lambda rows: lines(rows).replace(b'"event"', b'"concept:name"'),
    "with what is set aside": lambda rows: lines([{"at": f"{n}:{n}", **row, "n": n} for n, row in enumerate(rows)]),
    "gzip": lambda rows: gzip.compress(lines(rows)),
}
"""Ways to write JSON Lines."""
TABLES: dict[str, Written] = {
    "plain": table,
    "with other ends": lambda rows: table(rows, "\n"),
    "as on an old Mac": lambda rows: table(rows, "\r"),
    "with semicolons": lambda rows: table(rows, delimiter=";"),
    "with tabs": lambda rows: table(rows, delimiter="\t"),
    "in quotes": lambda rows: table(rows, quoting=csv.QUOTE_ALL),
    "with blanks": lambda rows: table([{name: f" {value}\u00a0" for name, value in row.items()} for row in rows]),
    "with a byte order mark": lambda rows: BOM_UTF8 + table(rows),
    "UTF-16": lambda rows: table(rows).decode().encode("utf-16"),
    "with a type above": lambda rows: b"#TYPE Log\r\n\r\n" + table(rows),
    "with long cells": lambda rows: table([{**row, "note": f'{n},\n"{n}"\n'} for n, row in enumerate(rows)]),
    "with blank lines": lambda rows: table(rows, "\n\n"),
    "with numbers of rows": lambda rows: table([{"": n, **row} for n, row in enumerate(rows)]),
    "bzip2": lambda rows: bz2.compress(table(rows)),
    "xz": lambda rows: lzma.compress(table(rows)),
}
"""Ways to write a table."""
