"""Which events something waits for, and whether one that comes is late.

A step asks for events to come back: a timer that it starts expires, an effect that it emits is answered. Whoever runs
conversations numbers their steps and keeps, beside each conversation, which events are awaited and the number of the
step that asked for each. An answer and an expiry name the step that they belong to. Where another step has asked since,
or nothing waits any more, they are stale (DEC-39): a meeting that is made too late never becomes the next one.

    seq += 1
    outcome = conversation.fire(event, by)
    awaited = awaiting(awaited, outcome, seq)
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from fsm.engine.outcome import Refusal, RefusalKind
from fsm.engine.program import acting, fired
from fsm.notation import Composition, Party, effects_of
from fsm.notation.echo import echo
from fsm.spec.conversation import CONVERSATION

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyOutcome, AnyRefusal
    from fsm.engine.program import Answers

__all__ = ["Expected", "awaiting", "expected", "refusal"]
RULE = "DEC-39"
PARTIES = tuple(Party)


class Expected(NamedTuple):
    """What the tables say of events that are asked for.

    Args:
        answers: by effect, the events that answer it.
        alternatives: by event, those that an answer by it leaves without one.
        causes: by event, the effects that it answers and "a timer" where it is the expiry of one.
        owed: events by the service that are nothing else, so that each has to say which step it belongs to.
    """

    answers: Mapping[str, tuple[str, ...]]
    alternatives: Mapping[str, frozenset[str]]
    causes: Mapping[str, tuple[str, ...]]
    owed: frozenset[str]


@lru_cache(maxsize=16)
def expected(composition: Composition = CONVERSATION) -> Expected:
    """What the tables of a composition say of events that are asked for."""
    answers = {name: each.answers for name, each in effects_of(composition).items()}
    causes: dict[str, list[str]] = {}
    alternatives: dict[str, frozenset[str]] = {}
    for effect, events in answers.items():
        for event in events:
            causes.setdefault(event, []).append(effect)
            alternatives[event] = alternatives.get(event, frozenset()) | frozenset(events)
    for event in dict.fromkeys(t.event for each in composition.lifecycles.values() for s in each for t in s.timers):
        causes.setdefault(event, []).append("a timer")
    rows = [row for row in composition.rows.values() if row.event in causes and not (row.refused or row.internal)]
    parties = {row.event for row in rows if row.by.value != Party.SERVICE.value}
    return Expected(
        answers, alternatives, {event: tuple(each) for event, each in causes.items()}, frozenset(causes) - parties
    )


def awaiting(before: Mapping[str, int], outcome: AnyOutcome, seq: int) -> dict[str, int]:
    """The events that are awaited after a step, each with the number of the step that asked for it.

    Args:
        before: those that were awaited before it; none where the conversation begins.
        outcome: what the step came to.
        seq: its number.
    """
    tables, here = expected(outcome.to.program.composition), outcome.to
    gone = {*outcome.timers.cancel, outcome.event}
    if outcome.event in before:
        asked = before[outcome.event]
        gone |= {each for each in tables.alternatives.get(outcome.event, ()) if before.get(each) == asked}
    found = {event: number for event, number in before.items() if event not in gone}
    for effect in outcome.effects:
        found.update(dict.fromkeys(tables.answers[effect.name], seq))
    found.update(dict.fromkeys((timer.event for timer in outcome.timers.start), seq))
    return {event: number for event, number in found.items() if _waits(here, event)}


def _waits(here: Answers, event: str) -> bool:
    """Whether an event can still come to something: it is possible, or is not just now because a guard fails."""
    for party in PARTIES:
        each = here[event, party]
        if each.to is not None or each.guard is not None:
            return True
    return False


def refusal(
    event: str,
    by: str,
    of: int | None,
    awaited: Mapping[str, int],
    composition: Composition = CONVERSATION,
) -> AnyRefusal | None:
    """Why an event is stale; None if it is not, and whether it is accepted is for the conversation to say.

    Args:
        event: the event.
        by: who fires it.
        of: the number of the step that it belongs to. Events of the service that are answers and expiries need one;
            those of the parties may have one, such as the ring that is accepted.
        awaited: what ``awaiting`` returned after the last step.
        composition: the tables.

    Raises:
        UnknownEvent: there is no such event or party.
        ValueError: ``of`` is missing, is no number of a step, or belongs to an event that answers nothing.
    """
    event, actor = fired(event, composition), acting(by)
    causes = expected(composition).causes.get(event, ())
    said = " or ".join(causes)
    if of is None:
        if actor is Party.SERVICE and event in expected(composition).owed:
            raise ValueError(f"of: {event} answers {said}; give the number of the step that asked")
        return None
    if not causes:
        raise ValueError(f"of: {event} answers nothing; leave it out")
    if isinstance(of, bool) or not isinstance(of, int) or of < 0:
        raise ValueError(f"of: {echo(of)} is not accepted; give the number of the step that asked for {event}")
    if awaited.get(event) == of:
        return None
    since = f"step {awaited[event]} has asked for it since" if event in awaited else "nothing waits for it any more"
    stale: Any = Refusal(
        event,
        actor,
        RefusalKind.STALE,
        RULE,
        None,
        f"it belongs to step {of}, and {since}",
        "",
        (),
        (),
        None,
        (RULE,),
    )
    return cast("AnyRefusal", stale)
