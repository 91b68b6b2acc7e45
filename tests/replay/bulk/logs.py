"""Logs for tests: rows of values by column, and what conversations of the engine come to under them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations

from fsm import Conversation, Pairing, Refused
from fsm.engine import known
from fsm.spec.facts import besides_addresses, facts

Row = dict[str, Any]


def table(rows: Iterable[Row], *missing: str) -> pa.Table:
    """Rows as an Arrow table, with a column for whatever one of them has, and those that are ``missing`` from all."""
    rows = list(rows)
    names = dict.fromkeys((*missing, *(name for row in rows for name in row)))
    return pa.table({name: pa.array([row.get(name) for row in rows]) for name in names})


class Event(NamedTuple):
    """An event of a conversation; under ``pairing`` from here on, if there is one."""

    conversation: int | str
    event: str
    by: str
    pairing: Pairing | None = None
    accepted: bool | None = None

    def row(self, time: object = None) -> Row:
        """The event as the row of a log."""
        row: Row = {"conversation": self.conversation, "event": self.event, "by": self.by}
        row |= {} if time is None else {"time": time}
        row |= {} if self.accepted is None else {"accepted": self.accepted}
        return row | (besides_addresses(facts(self.pairing)) if self.pairing else {})


class Expected:
    """What the engine makes of events, one conversation at a time."""

    def __init__(self, events: Iterable[Event]) -> None:
        self.talks: dict[int | str, Conversation] = {}
        self.events: Counter[int | str] = Counter()
        self.refused: Counter[int | str] = Counter()
        self.rules: Counter[str] = Counter()
        self.rows: Counter[str] = Counter()
        self.departs: dict[int | str, tuple[int, str, str, str | None, str | None]] = {}
        self.changes = 0
        for event in events:
            self._take(event)

    def _take(self, event: Event) -> None:
        name = event.conversation
        if name not in self.talks:
            assert event.pairing
            self.talks[name] = Conversation(event.pairing)
        talk = self.talks[name]
        if event.pairing and event.pairing != talk.pairing:
            self.rows.update(talk.change(event.pairing).rows)
            self.changes += 1
        self.events[name] += 1
        refusal = None
        try:
            self.rows.update(talk.fire(known.event(event.event), known.party(event.by)).rows)
        except Refused as refused:
            refusal = refused.refusal
            self.refused[name] += 1
            self.rules[refusal.rule or ""] += 1
            self.rows.update(filter(None, [refusal.row]))
        if (refusal is None) != (event.accepted is not False):
            how = (refusal.kind.value, refusal.rule) if refusal else (None, None)
            self.departs.setdefault(name, (self.events[name], event.event, event.by, *how))

    @property
    def final(self) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = {}
        for talk in self.talks.values():
            for lifecycle, at in talk.places.items():
                found.setdefault(lifecycle, Counter())[at.state] += 1
        return found
