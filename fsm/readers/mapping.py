"""The columns of a file as they are taken: ours, ours by another name, or set aside, which is said once.

Process mining calls the columns of a log ``case:concept:name``, ``concept:name``, ``time:timestamp``, ``org:resource``,
and puts ``case:`` before what is said of a case; that is understood. A name of ours that is misspelt is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypeAlias

from fsm.notation import PARTIES
from fsm.notation.echo import LONGEST, echo
from fsm.readers.columns import COLUMNS, NESTED, UnknownColumn, among
from fsm.readers.notes import Noted

Values: TypeAlias = dict[str, Any]
MINED = {
    "case:concept:name": "conversation",
    "concept:name": "event",
    "org:resource": "by",
    "time:timestamp": "time",
}
"""How process mining calls our columns."""
LIFECYCLE = "lifecycle:transition"
"""Its column that says which part of an activity an event is; what is complete happened."""
OURS = frozenset((*COLUMNS, *NESTED))
CLOSE = 0.85
"""From which likeness on a name is one of ours misspelt."""
SIDE = "none of ours, and set aside; --column event=NAME takes one for ours"


class Columns:
    """How columns are taken.

    Args:
        given: ours by what the file calls them.
        noted: what was set aside.

    Raises:
        ValueError: something is taken for a column that there is not.
    """

    def __init__(self, given: Mapping[str, str], noted: Noted) -> None:
        for ours in given.values():
            among("column", ours, COLUMNS)
        taken = set(given.values())
        mined = {theirs: ours for theirs, ours in MINED.items() if ours not in taken}
        self._known: dict[str, str | None] = {**dict.fromkeys(MINED), LIFECYCLE: None, **mined, **given}
        self._ours = OURS - taken | given.keys() & OURS
        self._noted = noted

    def of(self, name: str) -> str | None:
        """Which of ours a column is; None if it is set aside.

        Raises:
            UnknownColumn: it is one of ours misspelt.
        """
        try:
            return self._known[name]
        except KeyError:
            found = self._known[name] = self._found(name)
            return found

    def known(self, name: str) -> str | None:
        """Which of ours a column is, if it is one for certain."""
        ours = name.removeprefix("case:")
        return self._known.get(name) or (ours if ours in self._ours else None)

    def _found(self, name: str) -> str | None:
        if (known := self.known(name)) is not None:
            return known
        ours = name.removeprefix("case:")
        meant = ours not in OURS and len(name) <= LONGEST and get_close_matches(ours, COLUMNS, 1, CLOSE)
        if meant or ours.partition(".")[0] in (*map(str, PARTIES), "change"):
            raise UnknownColumn(name)
        if name:  # pandas writes a column of row numbers, without a name
            self._noted.add(SIDE, name, "column")
        return None

    def taken(self, values: Mapping[str, Any]) -> Values | None:
        """Values by our columns; None where the line is of no event.

        Raises:
            ValueError: a column is misspelt, or two are taken for the same.
        """
        if values.keys() <= self._ours:
            return dict(values)
        part = values.get(LIFECYCLE)
        if isinstance(part, str) and part.casefold() not in ("", "complete"):
            self._noted.add("no event is complete by it, and it was set aside", part)
            return None
        found: Values = {}
        for name, value in values.items():
            ours = self.of(name)
            if ours is None:
                continue
            if ours in found:
                raise ValueError(f"column {echo(name)} is {ours}, and so is another; give it once")
            found[ours] = value
        return found
