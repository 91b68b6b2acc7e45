"""The columns of an event log, and what their values mean.

=============================================== ===============================================================
conversation                                    which one the event is of; left out where the log is of one
time                                            when it was: ISO 8601, or a number
event                                           its name, or ``change``
by                                              originator, recipient, service, or the address of either user
originator.F, recipient.F                       F of a Participant, such as originator.mode
scope, topology, ...                            whatever else a Pairing has
accepted                                        whether the service accepted it; default: true
rule                                            the rule by which the service refused it
chat, call, meeting, terminated_call            the state that each was seen in after the event
effects                                         what was seen to be asked of the outside, in order
=============================================== ===============================================================

Those of the pairing stand on the first event of a conversation; on a later one they change it before that event. In
JSON they may be nested, as ``{"originator": {"mode": "TeamsOnly"}}``, and ``{"change": {...}}`` with them inside is an
event ``change``. Effects are pairs of a name and an addressee, ``name>addressee`` in CSV, where blanks separate them
and ``none`` says that there were none. What is empty or null is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeAlias

import msgspec

from fsm.notation import PARTIES
from fsm.spec.conversation import CONVERSATION, LIFECYCLES
from fsm.spec.parties import FLAGS, Pairing, Participant
from fsm.spec.rules import RULES

Facts: TypeAlias = dict[str, Any]
"""What is said of a pairing, by column."""
Moment: TypeAlias = datetime | int | float

SURROUNDINGS = tuple(each.name for each in fields(Pairing) if each.name not in PARTIES)
FACTS = frozenset((*(f"{party}.{each.name}" for party in PARTIES for each in fields(Participant)), *SURROUNDINGS))
TRUTHS = frozenset(
    (*(f"{party}.{flag}" for party in PARTIES for flag in FLAGS), "federation_allowed", "same_cloud", "accepted")
)
OBSERVED = frozenset(("accepted", "rule", *LIFECYCLES, "effects"))
COLUMNS = ("conversation", "time", "event", "by", *sorted(FACTS), "accepted", "rule", *LIFECYCLES, "effects")
NESTED = frozenset((*PARTIES, "change"))
NUMBER = re.compile(r"[+-]?\d+(\.\d*)?")
CHANGE = "change"
EVENTS = (*CONVERSATION.events, CHANGE)
EFFECTS = tuple(emit.effect for row in CONVERSATION.rows.values() for emit in row.effects)
SENT = dict.fromkeys(effect.name for effect in EFFECTS)
ADDRESSEES = dict.fromkeys((*(party.value for party in PARTIES), *(each.service for each in EFFECTS if each.service)))


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
        if name in TRUTHS:
            value = truth(name, value)
        if name in FACTS:
            if not isinstance(value, str | bool):
                raise ValueError(f"{name}: {written(value)} is not accepted; give a string")
            facts[name] = value
        elif name in OBSERVED:
            seen[name] = value
        else:
            raise ValueError(unknown(name))
    return facts, ACCEPTED if seen in NOTHING_SEEN else _observed(seen)


def _observed(seen: dict[str, Any]) -> Observed:
    accepted, rule, effects = seen.pop("accepted", True), seen.pop("rule", None), seen.pop("effects", None)
    if rule is not None and accepted:
        raise ValueError(f"rule: {rule!r} is of a refusal; give accepted=false with it")
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


def moment(value: Any) -> Moment:
    """A time that can be compared with another; one without an offset is UTC.

    Raises:
        ValueError: it is no time.
    """
    if type(value) in (int, float):
        return value  # type: ignore[no-any-return]  # one of the two
    try:
        if NUMBER.fullmatch(value):
            return float(value) if "." in value else int(value)
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"time: {written(value)} is not accepted; use ISO 8601 or a number") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def truth(name: str, value: Any) -> bool:
    """A value that is true or false.

    Raises:
        ValueError: it is neither.
    """
    found = value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).casefold())
    if found is None:
        raise ValueError(f"{name}: {value!r} is not accepted; use true or false")
    return found


def among(column: str, value: Any, accepted: Iterable[str]) -> None:
    """Check that a value is one of those accepted.

    Raises:
        ValueError: it is not; the message names the one that comes closest.
    """
    if not isinstance(value, str) or value not in accepted:
        what = "missing" if value is None else f"{written(value)} is not known"
        raise ValueError(f"{column}: {what}; {closest(value, accepted)}")


def unknown(column: object) -> str:
    """What is said of a column that there is not."""
    return f"column {column!r} is not known; {closest(column, COLUMNS)}"


def closest(value: object, accepted: Iterable[str]) -> str:
    """What is accepted, and before it what may have been meant."""
    accepted = list(accepted)
    close = get_close_matches(str(value), accepted, n=1)
    return f"{f'did you mean {close[0]!r}? ' if close else ''}use one of {', '.join(accepted)}"


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by column, where some are nested."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name == "change" and isinstance(value, Mapping):
            found |= {"event": "change", **flat(value)}
        elif name in PARTIES and isinstance(value, Mapping):
            found |= {f"{name}.{inner}": each for inner, each in value.items()}
        else:
            found[name] = value
    return found


def written(value: object) -> str:
    """A value as JSON has it."""
    return msgspec.json.encode(value).decode()
