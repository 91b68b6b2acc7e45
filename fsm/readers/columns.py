"""The columns of an event log, and what their values mean.

=============================================== ===============================================================
conversation                                    which one the event is of; left out where the log is of one
time                                            when it was: ISO 8601, or a number; or between when, as ``a/b``
event                                           its name, or ``change``; or what it may have been
by                                              originator, recipient, service, or the address of either user; or
                                                who it may have been
originator.F, recipient.F                       F of a Participant, such as originator.mode
scope, topology, ...                            whatever else a Pairing has
accepted                                        whether the service accepted it; default: true
rule                                            the rule by which the service refused it
chat, call, meeting, terminated_call            the state that each was seen in after the event
effects                                         what was seen to be asked of the outside, in order
assumed                                         columns of the line that nobody recorded and a reader supplied
source                                          where the line comes from, to be cited instead of where it is
=============================================== ===============================================================

Those of the pairing stand on the first event of a conversation; on a later one they change it before that event. In
JSON they may be nested, as ``{"originator": {"mode": "TeamsOnly"}}``, and ``{"change": {...}}`` with them inside is an
event ``change``; what is said twice, nested and not, is an error. Effects are pairs of a name and an addressee,
``name>addressee`` in CSV, where blanks separate them and ``none`` says that there were none. What is empty or null is
not there.

A line may leave open what nobody recorded. ``by`` may be several, ``["originator", "recipient"]`` or
``originator|recipient``; where it is not there, or ``unknown``, it was whoever may fire the event there. ``event`` may
be several, each with its own party: ``[["decline_call", "recipient"], ["no_answer", "service"]]`` or
``decline_call>recipient|no_answer>service``. A time may lie between two, of which either may be open:
``2026-11-27T09:00:00Z/2026-11-27T09:05:00Z``, ``../2026-11-27T09:05:00Z``. A line without a time, in a conversation
that has times, comes after the line before it. What is ``assumed`` of a user yields to what is known of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from math import isfinite
from typing import Any, NamedTuple, TypeAlias

from fsm.notation import PARTIES, effects_of
from fsm.notation.echo import LONGEST, echo
from fsm.readers.jsontext import written
from fsm.spec.conversation import CONVERSATION, LIFECYCLES
from fsm.spec.facts import KINDS, Facts, read, truth
from fsm.spec.rules import RULES

Moment: TypeAlias = datetime | int | float


class Span(NamedTuple):
    """Between when and when something was, both of one kind; None where an end is open, of which one is at most."""

    first: Moment | None
    last: Moment | None


OBSERVED = frozenset(("accepted", "rule", *LIFECYCLES, "effects"))
COLUMNS = (
    *("conversation", "time", "event", "by", *sorted(KINDS), "accepted", "rule", *LIFECYCLES, "effects"),
    *("assumed", "source"),
)
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?")
CHANGE = "change"
NESTED = dict.fromkeys(map(str, PARTIES), '{"mode": "TeamsOnly"}') | {CHANGE: '{"recipient": {"mode": "TeamsOnly"}}'}
"""Columns that may hold others, and an example of each."""
EVENTS = (*CONVERSATION.events, CHANGE)
SENT = effects_of(CONVERSATION)
ADDRESSEES = dict.fromkeys(
    (*(party.value for party in PARTIES), *(each.service for each in SENT.values() if each.service))
)


class NotAmong(ValueError):
    """A value is not one of those accepted. Its message is made when it is asked for: of bad lines few are told."""

    def __init__(self, column: str, value: object, accepted: Iterable[str]) -> None:
        super().__init__(column, value, accepted)

    def __str__(self) -> str:
        column, value, accepted = self.args
        what = "missing" if value is None else f"{written(value)} is not known"
        return f"{column}: {what}; {closest(value, accepted)}"


class UnknownColumn(ValueError):
    """There is no such column. Its message is made when it is asked for."""

    def __str__(self) -> str:
        return unknown(self.args[0])


class Observed(NamedTuple):
    """What the log says came of an event; None or absent where it says nothing."""

    accepted: bool = True
    rule: str | None = None
    states: Mapping[str, str] = {}
    effects: tuple[tuple[str, str], ...] | None = None


ACCEPTED = Observed()
NOTHING_SEEN: tuple[Facts, ...] = ({}, {"accepted": True})


def sorted_out(values: Mapping[str, Any]) -> tuple[Facts, Observed]:
    """What is said of the pairing, and what came of the event.

    Raises:
        ValueError: a column or a value is not accepted.
    """
    facts, seen = {}, {}
    for name, value in values.items():
        if value is None or value == "":
            continue
        if name in KINDS:
            facts[name] = read(name, value)
        elif name in OBSERVED:
            seen[name] = truth(name, value) if name == "accepted" else value
        else:
            raise UnknownColumn(name)
    return facts, ACCEPTED if seen in NOTHING_SEEN else _observed(seen)


def _observed(seen: dict[str, Any]) -> Observed:
    accepted, rule, effects = seen.pop("accepted", True), seen.pop("rule", None), seen.pop("effects", None)
    if rule is not None and accepted:
        raise ValueError(f"rule: {echo(rule)} is of a refusal; give accepted=false with it")
    if rule is not None:
        among("rule", rule, RULES)
    for name, state in seen.items():
        among(name, state, CONVERSATION.lifecycles[name].states)
    return Observed(accepted, rule, seen, None if effects is None else _effects(effects))


def _effects(value: Any) -> tuple[tuple[str, str], ...]:
    try:
        pairs = [word.split(">") for word in value.split() if word != "none"] if isinstance(value, str) else value
        found = tuple((name, to) for name, to in pairs)
    except (TypeError, ValueError):
        raise ValueError(
            f"effects: {written(value)} is not accepted; give pairs such as "
            '[["ring_audio", "recipient"]], or ring_audio>recipient with blanks between them'
        ) from None
    for name, to in found:
        among("effects", name, SENT)
        among(f"effects: {name}", to, ADDRESSEES)
    return found


def time_of(value: Any) -> Moment | Span:
    """A time, or between which two.

    Raises:
        ValueError: it is neither, or ends before it begins.
    """
    if not isinstance(value, str) or "/" not in value:
        return moment(value)
    ends = value.split("/")
    first, last = (None if each in ("..", "") else moment(each) for each in ends[:2])
    if len(ends) > 2 or (first is None and last is None):
        raise ValueError(f"time: {echo(value)} is not accepted; give two times with / between them, or one and ..")
    if first is None or last is None:
        return Span(first, last)
    if isinstance(first, datetime) != isinstance(last, datetime) or last < first:  # type: ignore[operator]  # of a kind
        raise ValueError(f"time: {echo(value)} is not accepted; give two times of a kind, the earlier one first")
    return first if first == last else Span(first, last)


def moment(value: Any) -> Moment:
    """A time that can be compared with another; one without an offset is UTC.

    Raises:
        ValueError: it is no time.
    """
    if type(value) is int or (type(value) is float and isfinite(value)):
        return value
    try:
        if not isinstance(value, str):
            raise TypeError
        if value[4:5] != "-" and NUMBER.fullmatch(value):
            number = float(value) if "." in value else int(value)
            if type(number) is int or isfinite(number):
                return number
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"time: {written(value)} is not accepted; use ISO 8601 or a number") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def among(column: str, value: Any, accepted: Iterable[str]) -> None:
    """Check that a value is one of those accepted.

    Raises:
        NotAmong: it is not; the message names the one that comes closest.
    """
    if not isinstance(value, str) or value not in accepted:
        raise NotAmong(column, value, accepted)


def unknown(column: object) -> str:
    """What is said of a column that there is not."""
    return f"column {echo(column)} is not known; {closest(column, COLUMNS)}"


def closest(value: object, accepted: Iterable[str]) -> str:
    """What is accepted, and before it what may have been meant."""
    accepted = list(accepted)
    close = get_close_matches(value, accepted, n=1) if isinstance(value, str) and len(value) <= LONGEST else ()
    return f"{f'did you mean {close[0]!r}? ' if close else ''}use one of {', '.join(accepted)}"


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by column, where some are nested.

    Raises:
        ValueError: what should be nested is not, something is said twice, or a line with a change has an event as well.
    """
    found: dict[str, Any] = {}
    for name, value in _members(values):
        if name in found:
            raise ValueError(f"{echo(name)} is given twice, nested and not; give it once")
        found[name] = value
    return found


def _members(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if name == CHANGE:
            facts = _inner(name, value)
            if values.get("event", CHANGE) != CHANGE:
                raise ValueError(f"event: {written(values['event'])} stands beside a change; give each its own line")
            if "event" not in values:
                yield "event", CHANGE
            for fact, each in facts.items():
                if fact not in KINDS and (fact not in NESTED or fact == CHANGE):
                    raise ValueError(f"change: {echo(fact)} is no fact of a pairing; {closest(fact, KINDS)}")
                yield from _members({fact: each})
        elif name in NESTED:
            yield from ((f"{name}.{inner}", each) for inner, each in _inner(name, value).items())
        else:
            yield name, value


def _inner(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{name}: {written(value)} is not accepted; give facts such as {NESTED[name]}")
    return value
