"""Lines as the line reader takes them, one by one, as columns: what is wrong with one is said with its line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations

from fsm.notation import Party
from fsm.readers.columns import CHANGE, EVENTS, among
from fsm.readers.unsure import BY
from fsm.replay.bulk.lines.kinds import Kinds, Odd
from fsm.spec.facts import KINDS, besides_addresses, read, truth

MEANT = ("conversation", "time", "event", "by", "accepted", *besides_addresses(dict(KINDS)))
"""The columns that mean something to a bulk replay."""


class Rows:
    """The columns of lines that are taken one by one.

    Args:
        kinds: of what kind conversations and times are.
    """

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._conversations: list[Any] = []
        self._times: list[Any] = []
        self._said: dict[str, list[Any]] = {"event": [], "by": []}

    def __len__(self) -> int:
        return len(self._conversations)

    def add(self, values: Mapping[str, Any]) -> None:
        """Take in a line.

        Args:
            values: what it says by column; those that mean nothing to a bulk replay are not looked at.

        Raises:
            ValueError: a value is not accepted.
        """
        conversation = self._kinds.conversation(values.get("conversation"))
        time = self._kinds.moment(values.get("time"))
        said = {
            name: truth(name, value) if name == "accepted" else read(name, value)
            for name, value in values.items()
            if name in MEANT[4:] and value is not None and value != ""
        }
        said |= {"event": values.get("event"), "by": values.get("by")}
        among("event", said["event"], EVENTS)
        if said["by"] not in (None, ""):
            among("by", said["by"], BY)
        elif said["event"] != CHANGE:
            raise ValueError(f"by: missing; use one of {', '.join(Party)}")
        for name in said.keys() - self._said.keys():
            self._said[name] = [None] * len(self)
        for name, column in self._said.items():
            value = said.get(name)
            column.append(value if isinstance(value, bool) else str(value) if value else None)
        self._conversations.append(conversation)
        self._times.append(time)

    def columns(self) -> tuple[dict[str, pa.Array], dict[str, pa.Array]]:
        """The columns of conversations and times, and the others; there are rows."""
        words = {name: pa.array(values).dictionary_encode() for name, values in self._said.items()}
        return self._kinds.of(self._conversations, self._times), words


def accepted(columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """Columns of words, coded, of which every value is accepted, as ``Rows.add`` would.

    Args:
        columns: events and who fires them, and what else there is of ``MEANT`` but conversation and time.

    Raises:
        Odd: not all are accepted.
    """
    found = {}
    for name, column in columns.items():
        try:
            coded = found[name] = column if isinstance(column, pa.DictionaryArray) else column.dictionary_encode()
            for value in coded.dictionary.to_pylist():
                _accept(name, value)
        except (ValueError, pa.ArrowException):
            raise Odd from None
    event, by = found["event"], found["by"]
    if event.null_count or (by.null_count and not _changes(event, by)):
        raise Odd
    return found


def _accept(name: str, value: Any) -> None:
    if name == "event":
        among(name, value, EVENTS)
    elif name == "by":
        among(name, value, BY)
    elif value != "" and value is not None:
        truth(name, value) if name == "accepted" else read(name, value)


def _changes(event: pa.DictionaryArray, by: pa.DictionaryArray) -> bool:
    """Whether all that is fired by nobody is a change."""
    left = event.filter(by.is_null()).unique().dictionary_decode().to_pylist()
    return bool(left == [CHANGE])
