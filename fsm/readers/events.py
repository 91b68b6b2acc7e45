"""Events out of the rows of a log: what happened, by whom, and what became of the pairing.

Of many conversations a log is followed row by row, with what is here (`fsm.replay`); of one it is read as a whole.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from fsm.notation import PARTIES, Party
from fsm.notation.echo import echo
from fsm.readers.columns import (
    ACCEPTED,
    CHANGE,
    COLUMNS,
    EVENTS,
    Moment,
    Observed,
    Span,
    among,
    sorted_out,
    time_of,
)
from fsm.readers.faults import BadLines
from fsm.readers.jsontext import written
from fsm.readers.log import Log
from fsm.readers.mapping import Values
from fsm.readers.unsure import Way, alternatives, ways
from fsm.spec.editions import Edition
from fsm.spec.facts import Facts, changed, difference, of_the_same
from fsm.spec.parties import Pairing, bare

ConversationId: TypeAlias = str | int
"""A conversation, as its log calls it; the empty string where the log is of one and does not say."""
KNOWN = frozenset(EVENTS)
NOTHING: Facts = {}
NONE: tuple[str, ...] = ()
ONE = "give what it was, or follow the log with fsm replay, which tries all"


class Happened(NamedTuple):
    """What a row says: the event and by whom, as written, what it says of the pairing, and what came of it; which of
    its columns are assumed, and where it comes from.
    """

    event: Any
    by: Any
    facts: Facts
    observed: Observed
    assumed: tuple[str, ...] = ()
    source: str = ""


class Event(NamedTuple):
    """Something that happened in a conversation: an event and who fires it, or a change of the pairing.

    Args:
        line: where in its file it is; 0 where it is in none.
        event: its name; "change" for a change.
        by: who fires it.
        pairing: what the pairing becomes, if it is a change.
        changes: what that changes, in words.
    """

    line: int
    event: str
    by: Party
    pairing: Pairing | None = None
    changes: str = ""


def of_one(log: Log, pairing: Pairing, edition: Edition | None = None) -> tuple[Pairing, list[Event]]:
    """The pairing that a conversation begins under, and its events in order of time, where the log has times.

    What the first event says of the pairing is what it begins under. What was seen of an event is passed over.

    Args:
        log: the log of one conversation, which may have a name.
        pairing: the two, and all that the log does not say of them.
        edition: if given, what becomes of the two has to exist in it.

    Raises:
        LogError: lines cannot be read; it has a message for each of the first MOST_BAD, with where it is, field, value
            and what is accepted.
    """
    bad = BadLines()
    rows: list[tuple[Moment | None, int, Values]] = []
    names: list[ConversationId] = []
    for line, values in log:
        try:
            if isinstance(values, str):
                raise ValueError(values)
            name = named(values.pop("conversation", None), names)
            if name not in names and names:
                raise ValueError(
                    f"conversation: {echo(name)}, and earlier lines are of {echo(names[0])}; give those of one"
                )
            names = [name]
            time = timed(values.pop("time", None), rows[-1][0] if rows else None, len(rows))
            if isinstance(time, Span):
                raise ValueError(f"time: lies between two; {ONE}")
            rows.append((time, line, values))
        except ValueError as error:
            bad.add(line, error)
    if rows and rows[0][0] is not None:
        rows.sort(key=lambda row: row[0])  # type: ignore[arg-type, return-value]  # of one kind
    begins = pairing
    events: list[Event] = []
    addresses = [bare(getattr(pairing, party).address) for party in PARTIES]
    for _, line, values in rows:
        try:
            said = happened(values)
            after = changed(pairing, of_the_same(said.facts, addresses)) if said.facts else pairing
            if edition and (problems := edition.problems(after)):
                raise ValueError("; ".join(map(str, problems)))
            event, actor = _certain(ways(said.event, said.by, addresses))
        except ValueError as error:
            bad.add(line, error)
            continue
        if not events and event != CHANGE:
            begins = after
        elif event == CHANGE or after != pairing:
            events.append(Event(line, CHANGE, Party.SERVICE, after, difference(pairing, after)))
        if event != CHANGE:
            events.append(Event(line, event, actor))
        pairing = after
    if bad.count:
        raise bad.error(log.where)
    return begins, events


def named(name: Any, known: Collection[ConversationId]) -> ConversationId:
    """Which conversation a row is of; a log names it on every line or on none.

    Args:
        name: what the row says.
        known: the conversations of earlier rows.

    Raises:
        ValueError: it is no name, or missing, or there where earlier rows have none.
    """
    if name is None or name == "":
        if known and "" not in known:
            raise ValueError("conversation: missing; give it on every line, or on none")
        return ""
    if type(name) is not str and type(name) is not int:
        raise ValueError(f"conversation: {written(name)} is not accepted; give a string or an integer")
    if "" in known:
        raise ValueError(f"conversation: {echo(name)}, and earlier lines have none; give it on every line, or on none")
    return name


def _certain(ways: Sequence[Way]) -> Way:
    if len(ways) > 1:
        raise ValueError(f"event: may be {' or '.join(f'{event} by {by}' for event, by in ways)}; {ONE}")
    return ways[0]


def timed(time: Any, last: Moment | Span | None, events: int) -> Moment | Span | None:
    """When an event was, or between when; as the one before it where it does not say; None where none has times.

    Args:
        time: what the row says.
        last: when the one before it was.
        events: how many were before it.

    Raises:
        ValueError: it is no time, of another kind than before, or there where the first events have none.
    """
    if time in ("", None):
        return last
    at = time_of(time)
    if last is None and events:
        raise ValueError("time: earlier events of the conversation have none; give it to the first, or to none")
    if last is not None and type(at) is not type(last) and _dated(at) != _dated(last):
        raise ValueError(f"time: {written(time)} is of another kind than before; use ISO 8601 for all, or numbers")
    return at


def _dated(time: Moment | Span) -> bool:
    if isinstance(time, Span):
        return isinstance(time.last if time.first is None else time.first, datetime)
    return isinstance(time, datetime)


def happened(values: Values) -> Happened:
    """What a row says, besides of which conversation it is and when. What it leaves open ``ways`` tells.

    Raises:
        ValueError: a column or a value is not accepted, or the event is not known.
    """
    event, by = values.pop("event", None), values.pop("by", None)
    facts, observed, assumed, source = NOTHING, ACCEPTED, NONE, ""
    if values:
        assumed, source = supplied(values.pop("assumed", None)), cited(values.pop("source", None))
        facts, observed = sorted_out(values)
    if (type(event) is not str or event not in KNOWN) and alternatives(event) is None:
        among("event", event, EVENTS)
    return Happened(event, by, facts, observed, assumed, source)


def supplied(assumed: Any) -> tuple[str, ...]:
    """The columns of a row that were supplied.

    Raises:
        ValueError: it is no list of columns.
    """
    if assumed in (None, ""):
        return ()
    names = assumed.split() if isinstance(assumed, str) else assumed
    if not isinstance(names, list | tuple):
        raise ValueError(f'assumed: {written(assumed)} is not accepted; give columns such as ["originator.mode", "by"]')
    for name in names:
        among("assumed", name, COLUMNS)
    return tuple(names)


def cited(source: Any) -> str:
    """Where a row comes from, as it says.

    Raises:
        ValueError: it is no text.
    """
    if source is None or isinstance(source, str):
        return source or ""
    raise ValueError(f'source: {written(source)} is not accepted; give a text such as "trace.log:46"')
