"""What a line leaves open: one of several events, each by one of several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from fsm.notation import PARTIES, SERVICE, Party
from fsm.notation.echo import echo
from fsm.readers.columns import CHANGE, EVENTS, among
from fsm.readers.jsontext import written
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import bare

__all__ = ["FIRED_BY", "UNKNOWN", "Way", "alternatives", "party", "ways", "whoever"]

Way: TypeAlias = tuple[str, Party]
"""An event, and by whom."""
UNKNOWN = "unknown"
BY: dict[str, Party] = {party.value: party for party in Party}


def _fired_by(event: str) -> tuple[Party, ...]:
    reached = {row.lifecycle for row in CONVERSATION.dispatch[event]} & CONVERSATION.lifecycles.keys()
    rows = [row for name in reached for row in CONVERSATION.lifecycles[name].rows.values() if row.event == event]
    services = any(row.by is SERVICE for row in rows)
    return (*PARTIES * any(row.by is not SERVICE for row in rows), *(Party.SERVICE,) * services)


FIRED_BY = {event: _fired_by(event) for event in CONVERSATION.events} | {CHANGE: (Party.SERVICE,)}
"""By whom each event may be fired, somewhere in the tables."""


def ways(event: Any, by: Any, addresses: Sequence[str]) -> tuple[Way, ...]:
    """All that a line may mean, each once.

    Args:
        event: the column: a name, or several with their parties.
        by: the column: a party or an address, several, or nothing.
        addresses: the originator's and the recipient's, as ``bare`` has them.

    Raises:
        ValueError: a name, a party or an address is not accepted.
    """
    some = alternatives(event)
    if some is None:
        among("event", event, EVENTS)
        return tuple(dict.fromkeys((event, each) for each in _parties(event, by, addresses)))
    if by not in (None, ""):
        raise ValueError(f"by: {written(by)} stands beside several events; say by whom with each")
    found = []
    for name, who in some:
        among("event", name, CONVERSATION.events)
        found += [(name, each) for each in _parties(name, who, addresses)]
    return tuple(dict.fromkeys(found))


def whoever(event: Any, by: Any) -> frozenset[str]:
    """The events of a line that are by whoever may fire them where they happen."""
    some = alternatives(event)
    return frozenset(name for name, who in ([(event, by)] if some is None else some) if who in (None, "", UNKNOWN))


def alternatives(event: Any) -> list[tuple[Any, Any]] | None:
    """The events that a line may be of, each with what is said of by whom; None if it is of one.

    Raises:
        ValueError: it is a list of anything else.
    """
    if isinstance(event, str) and (">" in event or "|" in event):
        return [(name, who.replace(",", "|")) for name, _, who in (each.partition(">") for each in event.split("|"))]
    if not isinstance(event, list | tuple):
        return None
    if not event or any(not isinstance(each, list | tuple) or len(each) not in (1, 2) for each in event):
        raise ValueError(
            f"event: {written(event)} is not accepted; give a name, or pairs such as "
            '[["decline_call", "recipient"], ["no_answer", "service"]]'
        )
    return [(each[0], each[1] if len(each) == 2 else None) for each in event]


def _parties(event: str, by: Any, addresses: Sequence[str]) -> list[Party]:
    if by in (None, "", UNKNOWN):
        return list(FIRED_BY[event])
    some = by.split("|") if isinstance(by, str) else by if isinstance(by, list | tuple) and by else [by]
    return [party(each, addresses) for each in some]


def party(by: Any, addresses: Sequence[str]) -> Party:
    """Who fires an event, where a line names them by party or by address.

    Args:
        by: what the line says.
        addresses: the originator's and the recipient's, as ``bare`` has them.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(by, str) and by in BY:
        return BY[by]
    address = bare(by) if isinstance(by, str) else ""
    if not address or address not in addresses:
        raise ValueError(
            f"by: {written(by)} is not accepted; use one of {', '.join(Party)}, or the address of either: "
            f"{', '.join(map(echo, addresses))}"
        )
    return PARTIES[addresses.index(address)]
