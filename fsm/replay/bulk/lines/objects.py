"""Blocks of JSON Lines: a slot is a string, or a number.

Without a backslash every second quote of a line ends a string, and what is between the two is a string whatever it is,
if it has no control character.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.compute as pc  # type: ignore[import-untyped]

from fsm.readers.csvfile import LONGEST_LINE
from fsm.readers.jsontext import decode
from fsm.readers.lines import parsed
from fsm.readers.mapping import Columns
from fsm.readers.opening import Line
from fsm.replay.bulk.lines.cut import SAMPLE, Cutter, Slot
from fsm.replay.bulk.lines.kinds import Odd

MEMBER = re.compile(rb'"([^"]*)"\s*:\s*(?:"([^"]*)"|(-?[0-9][-+.0-9eE]*))')
NUMBER = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$"


class Objects(Cutter):
    """Reads blocks of JSON Lines.

    Args:
        columns: how columns are taken.
    """

    def __init__(self, columns: Columns) -> None:
        super().__init__(columns, '"', b"\\", LONGEST_LINE)

    def sample(self, block: bytes) -> tuple[list[Mapping[str, Any]], tuple[Slot, ...]]:
        lines = [(line, self.named(line)) for line in tail(block)]
        usual = Counter(tuple(values) for _, values in lines).most_common(1)[0][0]
        alike = [(line, values) for line, values in lines if tuple(values) == usual]
        return [each for _, each in alike], self._places(*alike[-1])

    def _places(self, line: bytes, values: Mapping[str, Any]) -> tuple[Slot, ...]:
        found = []
        for member in MEMBER.finditer(line):
            name = member[1].decode(errors="replace")
            try:
                ours = self.columns.of(name) if name in values else None
            except ValueError:
                continue
            is_text = member[2] is not None
            low, high = member.span(2 if is_text else 3)
            mark = line.count(b'"', 0, low)
            after, following = line.rfind(b'"', 0, low), line.find(b'"', high)
            before = (following if following >= 0 else len(line)) - high
            found.append(Slot(name, ours, mark, low - after, before, is_text))
        return tuple(found)

    def named(self, line: bytes) -> Mapping[str, Any]:
        try:
            found = decode(line)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise Odd from None
        if not isinstance(found, dict):
            raise Odd
        return found

    def told(self, line: bytes) -> Iterator[Line]:
        return parsed([line], self.columns)

    def values(self, slot: Slot, written: pa.Array) -> pa.Array:
        text = written.cast(pa.string())
        if slot.text:
            return text
        try:
            whole = text.cast(pa.int64())
            if pc.all(pc.equal(whole.cast(pa.string()), text)).as_py():
                return whole
        except pa.ArrowInvalid:
            pass
        if not pc.all(pc.match_substring_regex(text, NUMBER)).as_py():
            raise Odd
        found = text.cast(pa.float64())
        if not pc.all(pc.is_finite(found)).as_py():
            raise Odd
        return found


def tail(block: bytes) -> list[bytes]:
    """The last lines of a block."""
    return block[block.rfind(b"\n", 0, -SAMPLE << 8) + 1 :].split(b"\n")[-SAMPLE - 1 : -1]
