"""Events out of the rows of a log: what happened, by whom, and what became of the pairing.

Of many conversations a log is followed row by row, with what is here (`fsm.replay`); of one it is read as a whole.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from fsm.notation import PARTIES, Party
from fsm.notation.echo import echo
from fsm.readers.columns import ACCEPTED, CHANGE, EVENTS, Moment, Observed, among, moment, sorted_out
from fsm.readers.jsontext import written
from fsm.readers.log import BadLines, Log, Values
from fsm.spec.editions import Edition
from fsm.spec.facts import Facts, changed, difference, of_the_same
from fsm.spec.parties import Pairing, bare

ConversationId: TypeAlias = str | int
"""A conversation, as its log calls it; the empty string where the log is of one and does not say."""
KNOWN = frozenset(EVENTS)
BY: dict[str, Party] = {party.value: party for party in Party}
NOTHING: Facts = {}


class Happened(NamedTuple):
    """What a row says: the event, by whom as written, what it says of the pairing, and what came of it."""

    event: str
    by: Any
    facts: Facts
    observed: Observed


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
            event, by, given, _ = happened(values)
            after = changed(pairing, of_the_same(given, addresses)) if given else pairing
            if edition and (problems := edition.problems(after)):
                raise ValueError("; ".join(map(str, problems)))
            actor = party(event, by, addresses)
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
        raise bad.error(log.name)
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


def timed(time: Any, last: Moment | None, events: int) -> Moment | None:
    """When an event was; None where the conversation has no times.

    Args:
        time: what the row says.
        last: when the one before it was.
        events: how many were before it.

    Raises:
        ValueError: it is no time, of another kind than before, or missing or there where it was not before.
    """
    if time in ("", None):
        if last is None:
            return None
        raise ValueError("time: missing, and earlier events of the conversation have one; give it to all, or to none")
    at = moment(time)
    if last is None and events:
        raise ValueError("time: earlier events of the conversation have none; give it to all, or to none")
    if last is not None and isinstance(at, datetime) != isinstance(last, datetime):
        raise ValueError(f"time: {written(time)} is of another kind than before; use ISO 8601 for all, or numbers")
    return at


def happened(values: Values) -> Happened:
    """What a row says, besides of which conversation it is and when.

    Raises:
        ValueError: a column or a value is not accepted, or the event is not known.
    """
    event, by = values.pop("event", None), values.pop("by", None)
    facts, observed = sorted_out(values) if values else (NOTHING, ACCEPTED)
    if type(event) is not str or event not in KNOWN:
        among("event", event, EVENTS)
    return Happened(event, by, facts, observed)


def party(event: str, by: Any, addresses: Sequence[str]) -> Party:
    """Who fires an event, where a row names them by party or by address; a change is the service's if it says nothing.

    Args:
        event: the event.
        by: what the row says.
        addresses: the originator's and the recipient's, as ``bare`` has them.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(by, str) and by in BY:
        return BY[by]
    if by in ("", None) and event == CHANGE:
        return Party.SERVICE
    address = bare(by) if isinstance(by, str) else ""
    if not address or address not in addresses:
        raise ValueError(
            f"by: {written(by)} is not accepted; use one of {', '.join(Party)}, or the address of either: "
            f"{', '.join(map(echo, addresses))}"
        )
    return PARTIES[addresses.index(address)]
