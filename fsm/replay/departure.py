"""Where a log and the specification part: what the log says of an event, and what the specification does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from fsm.engine.outcome import Outcome, Refusal, RefusalKind
from fsm.engine.program import Config
from fsm.readers.columns import Observed
from fsm.readers.events import ConversationId
from fsm.spec.conversation import CONVERSATION, LIFECYCLES

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyOutcome, AnyRefusal


class Departure(NamedTuple):
    """The first event of a conversation of which the log says otherwise than the specification.

    Args:
        conversation: which conversation.
        line: where the event is in the log.
        event: the event.
        by: who fired it.
        observed: what the log says: accepted, refused, a rule, the state of a lifecycle, or effects.
        expected: what the specification says instead.
        kind: of a refusal, whether the event does not apply, is not theirs to fire, or is refused by a rule.
        rule: the rule that decides; None where the event does not apply, or is not theirs and no rule keeps it so.
        message: of a refusal, what refuses the event, in words.
        instead: of a refusal, what to do instead, in words.
        rules: every rule involved, the deciding one first.
        source: where the line comes from, if it says so.
    """

    conversation: ConversationId
    line: int
    event: str
    by: str
    observed: str
    expected: str
    kind: RefusalKind | None
    rule: str | None
    message: str
    instead: str
    rules: tuple[str, ...]
    source: str = ""


def departure(
    conversation: ConversationId,
    line: int,
    result: AnyOutcome | AnyRefusal,
    config: Config,
    observed: Observed,
    source: str = "",
) -> Departure | None:
    """How far a log says otherwise; None if it does not.

    Args:
        conversation: which conversation.
        line: where the event is.
        result: what the event comes to.
        config: where the lifecycles stand after it.
        observed: what the log says came of it.
        source: where the line comes from, if it says so.
    """
    parted = _parted(result, config, observed)
    if parted is None:
        return None
    said, expected, lifecycle = parted
    what = conversation, line, result.event, result.by, said, expected
    if isinstance(result, Refusal):
        return Departure(*what, result.kind, result.rule, result.message, result.instead, result.rules, source)
    rule = _decided(result, lifecycle)
    rules = tuple(each for each in dict.fromkeys((rule, *result.rules)) if each)
    return Departure(*what, None, rule, "", "", rules, source)


def _parted(result: AnyOutcome | AnyRefusal, config: Config, observed: Observed) -> tuple[str, str, str] | None:
    """What the log says and what the specification says, where they first differ, and the lifecycle that is about."""
    said = "accepted" if observed.accepted else RefusalKind.REFUSED.by(observed.rule)
    if isinstance(result, Refusal):
        if observed.accepted or observed.rule not in (None, result.rule):
            return said, result.kind.by(result.rule), ""
    elif not observed.accepted:
        return said, "accepted", ""
    for name, at in zip(LIFECYCLES, config, strict=True):
        if observed.states.get(name, at.state) != at.state:
            return f"{name} {observed.states[name]}", f"{name} {at.state}", name
    effects = result.effects if isinstance(result, Outcome) else ()
    if observed.effects is not None and observed.effects != effects:
        return _said(observed.effects), _said(effects), ""
    return None


def _decided(result: AnyOutcome, lifecycle: str) -> str | None:
    """The rule that the last row to fire in ``lifecycle`` keeps, or else the first that any keeps."""
    rows = [row for row in result.rows if row.startswith(f"{lifecycle}.")]
    return CONVERSATION.rows[rows[-1]].cites[0] if rows else next(iter(result.rules), None)


def seen(observed: Observed) -> tuple[str, ...]:
    """All that a log says came of an event, in words; nothing where it was accepted, and no more was seen."""
    refused = () if observed.accepted else (RefusalKind.REFUSED.by(observed.rule),)
    states = (f"{name} {state}" for name, state in observed.states.items())
    effects = () if observed.effects is None else (_said(observed.effects),)
    return (*refused, *states, *effects)


def _said(effects: Iterable[tuple[str, str]]) -> str:
    return f"effects {' '.join(f'{name}>{to}' for name, to in effects) or 'none'}"
