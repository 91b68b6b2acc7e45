"""What is looked at after crashes: each property is found not to hold where it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fsm.engine.conversation import Conversation
from fsm.hosts.host import OPEN, Line
from fsm.hosts.sql import Host
from tests.hosts.sql.conftest import Clock
from tests.hosts.sql.evidence import PROPERTIES, Evidence, faults
from tests.hosts.sql.load import Ask
from tests.people import PAIRS

ASKED = (
    Ask("c1", "open", OPEN, pairing="teams>sfb"),
    Ask("c1", "k1", "call_audio", "originator"),
    Ask("c1", "k1", "call_audio", "originator"),
    Ask("c1", "k2", "hold", "originator"),
)


@pytest.fixture
def left(tmp_path: Path) -> Evidence:
    """What is left where nothing was killed: a call that nobody answered, and a chat."""
    clock = Clock()
    with Host(f"sqlite:///{tmp_path}/talks.db", clock=clock) as host:
        told, received = asked(host, *ASKED)
        clock.now += 31
        more, later = asked(host, Ask("c1", "k3", "open_chat", "recipient"), now=clock.now)
        clock.now += 601
        last, latest = asked(host, now=clock.now)
        return Evidence.of(host, tmp_path)._replace(told=told + more + last, received=received + later + latest)


def asked(host: Host, *asks: Ask, now: float | None = None) -> tuple[list[Any], list[Any]]:
    """What clients were told, and what was received then."""
    told, received = [{"ask": ask, "answer": ask.put(host)} for ask in asks], list[Any]()
    host.work(lambda event: received.append({**event["data"], "id": event["id"]}), now=now, source="/here")
    return told, received


def test_there_is_nothing_to_find_where_nothing_is_wrong(left: Evidence) -> None:
    assert list(faults(left)) == []
    assert (left.events, left.refusals, left.again, left.timers, left.stale) == (3, 1, 1, 2, 0)
    assert left.effects == len(left.received) > 4


def lines(left: Evidence, *changed: Line) -> Evidence:
    """The evidence with lines that stand in place of those with their keys, or come after them."""
    there = {line.key: line for line in left.histories["c1"]}
    return left._replace(histories={"c1": list({**there, **{line.key: line for line in changed}}.values())})


def timer(left: Evidence) -> Line:
    """The line of the timer that fired first."""
    return next(line for line in left.histories["c1"] if line.key.startswith("timer/"))


def told(left: Evidence, *more: Any, **answer: Any) -> Evidence:
    """The evidence with another answer to what was asked so."""
    return left._replace(told=[*left.told, {"ask": Ask("c1", *more), "answer": answer}])


def early(left: Evidence) -> Evidence:
    return lines(left, replace(timer(left), at=timer(left).at - 1.5))


def of_another(left: Evidence) -> Evidence:
    return lines(left, replace(timer(left), of=0))


def never_asked_for(left: Evidence) -> Evidence:
    found, key = timer(left), "timer/0/no_answer"
    changed = replace(found, key=key, of=0, answer={**found.answer, "key": key})
    rest = [changed if line is found else line for line in left.histories["c1"]]
    return left._replace(histories={"c1": rest})


def twice(left: Evidence) -> Evidence:
    last = left.histories["c1"][-1]
    return lines(left, replace(last, key=f"{last.key}#2"))


WRONG: list[tuple[Callable[[Evidence], Evidence], set[str]]] = [
    (lambda left: told(left, "k9", "hold", accepted=True, seq=9, digest="9"), {"acknowledged"}),
    (lambda left: told(left, "k1", "call_audio", accepted=True, seq=9, digest="9"), {"acknowledged", "one answer"}),
    (twice, {"once", "replays"}),
    (lambda left: left._replace(received=left.received[:-1]), {"delivered"}),
    (
        lambda left: left._replace(received=[*left.received, {**left.received[0], "name": "ring_video"}]),
        {"same id", "in order"},
    ),
    (lambda left: left._replace(received=[*left.received, {**left.received[0], "id": "c1/9/0"}]), {"same id"}),
    (lambda left: left._replace(received=[*left.received, {**left.received[0], "conversation": "c2"}]), {"same id"}),
    (lambda left: left._replace(received=left.received[::-1]), {"in order"}),
    (early, {"timers"}),
    (of_another, {"timers"}),
    (never_asked_for, {"timers"}),
    (lambda left: left._replace(stored={"c1": Conversation(PAIRS["teams>sfb"])}), {"replays"}),
    (lambda left: left._replace(awaited={"c1": {"no_answer": 1}}), {"replays"}),
    (lambda left: told(left, "k9", "hold", error="KeyError: 9"), {"no error"}),
]


@pytest.mark.parametrize(("change", "found"), WRONG)
def test_what_is_wrong_is_found(left: Evidence, change: Callable[[Evidence], Evidence], found: set[str]) -> None:
    assert {each.property for each in faults(change(left))} == found


def test_every_property_is_among_them() -> None:
    assert set.union(*(found for _, found in WRONG)) == PROPERTIES.keys()


def test_an_effect_that_is_delivered_again_is_no_fault(left: Evidence) -> None:
    assert list(faults(left._replace(received=[*left.received[:3], *left.received]))) == []


def test_a_timer_that_has_not_fired_is_found(tmp_path: Path) -> None:
    with Host(f"sqlite:///{tmp_path}/talks.db", clock=Clock()) as host:
        told, received = asked(host, *ASKED)
        left = Evidence.of(host, tmp_path)._replace(told=told, received=received)
    assert [str(each) for each in faults(left)] == ["timers: c1 step 1: no_answer has never fired"]
