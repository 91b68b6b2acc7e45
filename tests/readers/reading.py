"""Reading a file in tests: its rows, what cannot be read, what was noted, and what replaying it comes to."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from fsm.readers.log import Log
from fsm.replay import Report, replay

CASES = Path(__file__).parent / "cases"


class Read(NamedTuple):
    """What came of reading files."""

    rows: list[dict[str, Any]]
    bad: list[str]
    notes: list[str]

    @property
    def told(self) -> list[tuple[Any, Any]]:
        """Events, and by whom."""
        return [(each["event"], each.get("by")) for each in self.rows]


def read(*contents: bytes | str, name: str = "log", **how: Any) -> Read:
    """What is in files of these contents."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for n, content in enumerate(contents):
            path = Path(folder) / f"{n}{name}"
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            paths.append(path)
        return of(Log(paths[0], more=paths[1:], **how), folder)


def of(log: Log, folder: str = "") -> Read:
    """What is in a log."""
    rows, bad = [], []
    for line, values in log:
        if isinstance(values, str):
            bad.append(f"{log.where(line)}: {values}")
        else:
            rows.append(values)
    return Read(rows, [_within(folder, each) for each in bad], [_within(folder, str(each)) for each in log.notes])


def _within(folder: str, text: str) -> str:
    return text.removeprefix(f"{folder}/") if folder else text


def answers(rows: Iterable[Any]) -> list[str]:
    """What replaying them comes to, by conversation."""
    report: Report = replay(list(rows))
    return [each.answer for each in report]


def certain(rows: Iterable[dict[str, Any]]) -> list[tuple[Any, Any]]:
    """Events and by whom, in order of time."""
    return [(each["event"], each.get("by")) for each in sorted(rows, key=lambda each: str(each.get("time", "")))]
