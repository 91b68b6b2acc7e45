"""Random conversations with changes and waits, and what the engine says of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Any

from fsm import Conversation, Pairing, Refused
from fsm.engine.conversation import PROGRAMS
from fsm.engine.outcome import Outcome, Refusal
from fsm.explore.facts import told
from fsm.export.json.write import everyone
from fsm.notation import Party
from fsm.spec.conversation import CONVERSATION
from fsm.spec.facts import changed
from fsm.spec.routing import views

EVENTS = CONVERSATION.events
Step = dict[str, Any]
LONG = 25


@cache
def pairings() -> tuple[Pairing, ...]:
    """A pairing for each way two people can be told apart."""
    return tuple(pairing for pairing, _ in everyone())


def conversations(number: int, seed: int = 0) -> Iterator[tuple[Pairing, list[Step]]]:
    """So many conversations, over all profiles in turn."""
    chance = random.Random(seed)
    all_ = list(pairings())
    chance.shuffle(all_)
    for n in range(number):
        pairing = all_[n % len(all_)]
        yield pairing, list(_steps(pairing, all_, chance))


def _steps(pairing: Pairing, all_: list[Pairing], chance: random.Random) -> Iterator[Step]:
    talk = Conversation(pairing)
    for _ in range(chance.randrange(1, LONG)):
        dice = chance.random()
        if dice < 0.08:
            yield {"wait": chance.choice((1, 5, 29, 30, 31, 60, 600, 700))}
        elif dice < 0.16:
            step = _change(talk.pairing, chance.choice(all_), chance)
            if step:
                talk.change(changed(talk.pairing, step["change"]))
                yield step
        else:
            ways = _possible(talk, chance.choice(list(Party))) if dice < 0.8 else ()
            event: Any
            event, by = chance.choice(ways) if ways else (chance.choice(EVENTS), chance.choice(list(Party)))
            with suppress(Refused):
                talk.fire(event, by)
            yield {"event": event, "by": str(by)}


def _possible(talk: Conversation, first: Party) -> tuple[Any, ...]:
    program = PROGRAMS.under(views(talk.pairing))
    return program.ways(tuple(talk.places.values()), first, EVENTS)


def _change(now: Pairing, other: Pairing, chance: random.Random) -> Step | None:
    mine, theirs = told(now), told(other)
    odd = [name for name in mine if not name.endswith("address") and mine[name] != theirs[name]]
    some = chance.sample(odd, min(len(odd), chance.choice((1, 2, len(odd) or 1))))
    given = {name: theirs[name] for name in odd if name in some}
    if not given:
        return None
    try:
        changed(now, given)
    except ValueError:
        return None
    return {"change": given}


def played(pairing: Pairing, steps: list[Step]) -> list[Any]:
    """What everything comes to, by the engine: for each step, what happened in it, and where all stands after it."""
    talk, clock, found = Conversation(pairing), 0, list[Any]()
    timers: dict[str, int] = {}

    def gone(result: Outcome) -> None:
        for event in result.timers.cancel:
            timers.pop(event, None)
        for event, seconds in result.timers.start:
            timers[event] = clock + seconds

    def fired(event: str, by: str) -> Any:
        try:
            result = talk.fire(event, by)  # type: ignore[arg-type]
        except Refused as refused:
            return [event, by, clock, _refused(refused.refusal)]
        gone(result)
        return [event, by, clock, _accepted(result)]

    for step in steps:
        happened = []
        if "wait" in step:
            until = clock + step["wait"]
            while due := sorted((at, n, event) for n, (event, at) in enumerate(timers.items()) if at <= until):
                clock, _, event = due[0]
                del timers[event]
                happened.append(fired(event, "service"))
            clock = until
        elif "change" in step:
            result = talk.change(changed(talk.pairing, step["change"]))
            gone(result)
            happened.append(["change", "service", clock, _accepted(result)])
        else:
            happened.append(fired(step["event"], step["by"]))
        found.append([happened, _places(talk), dict(timers), clock])
    return found


def _places(talk: Conversation) -> dict[str, list[str | None]]:
    return {
        name: [at.state, at.owner and str(at.owner), at.opener and str(at.opener)] for name, at in talk.places.items()
    }


def _accepted(result: Outcome) -> dict[str, Any]:
    return {
        "effects": [[each.name, str(each.to)] for each in result.effects],
        "start": [[each.event, each.seconds] for each in result.timers.start],
        "cancel": list(result.timers.cancel),
        "rows": list(result.rows),
        "rules": list(result.rules),
    }


def _refused(refusal: Refusal) -> dict[str, Any]:
    return {
        "kind": str(refusal.kind),
        "rule": refusal.rule,
        "guard": refusal.guard,
        "message": refusal.message,
        "instead": refusal.instead,
        "ways": [[way.event, str(way.by)] for way in refusal.ways],
        "reasons": [list(map(str, each)) for each in refusal.reasons],
        "row": refusal.row,
        "rules": list(refusal.rules),
    }
