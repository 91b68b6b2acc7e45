"""Whatever many writers ask at once, there is an order in which the tables answer it so; and the search finds it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, permutations
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from fsm.engine.conversation import Conversation
from fsm.hosts.host import Done
from fsm.hosts.sql import Host
from tests.hosts.sql.linear import NAME, Answer, Call, NoOrder, Standing, order, record
from tests.hosts.sql.load import Ask, Setting
from tests.people import PAIRS

if TYPE_CHECKING:
    from sqlalchemy import URL

FIRST = Conversation(PAIRS["teams>sfb"])
MANY = [256, pytest.param(6_400, marks=pytest.mark.slow), pytest.param(100_032, marks=pytest.mark.exhaustive)]
ENOUGH = 100
"""Histories that are compared with all permutations of them."""


def setting(database: URL, at: Path, without: str | None = None) -> Setting:
    """What the writers are told."""
    return Setting(database.render_as_string(), str(at), 1, time.time(), without)


@pytest.mark.parametrize("calls", MANY)
def test_there_is_an_order_of_all_that_writers_ask_at_once(database: URL, calls: int, tmp_path: Path) -> None:
    """With 100,032 calls it last ran to the end on 27 November 2026, on either database."""
    found = record(setting(database, tmp_path), calls)
    assert len(found) == calls
    assert sum(two.start < one.end for one, two in pairwise(sorted(found, key=lambda each: each.start))) > calls / 2
    steps = [each.ask.key for each in order(FIRST, found) if isinstance(each.answer, Done) and not each.answer.again]
    with Host(database) as host:
        assert steps == [line.key for line in host.history(NAME) if line.accepted][1:]
        host.check(NAME)


@pytest.mark.slow
@pytest.mark.parametrize("without", ["lock", "key"])
def test_there_is_none_where_a_safeguard_is_taken_away(database: URL, without: str, tmp_path: Path) -> None:
    found = record(setting(database, tmp_path, without), 640, shared=without == "key")
    with pytest.raises(NoOrder, match="none of these can come next"):
        order(FIRST, found)


# The search itself


def ask(event: str, by: str = "originator", of: int | None = None, key: str = "") -> Ask:
    """What is asked, under a key of its own unless one is given."""
    return Ask(NAME, key or f"{event} {by}", event, by, of)


def answered(*asks: Ask) -> list[Any]:
    """What is answered to what is asked one after the other."""
    here, found = Standing(FIRST), list[Any]()
    for each in asks:
        answer, here = here.asked(each)
        found.append(answer)
    return found


def at(*times: tuple[float, float], asks: Sequence[Ask], answers: Sequence[Answer]) -> list[Call]:
    """Calls from when to when, each by a writer of its own."""
    told = zip(times, asks, answers, strict=True)
    return [Call(n, start, end, each, answer) for n, ((start, end), each, answer) in enumerate(told)]


CALL, ACCEPT, HOLD = ask("call_audio"), ask("accept_call", "recipient"), ask("hold")
OTHER = ask("hold", key="other")
THREE = (CALL, ACCEPT, HOLD)
STEPS = answered(*THREE)
ANEW = answered(CALL, CALL)[1]
[TOO_EARLY] = answered(HOLD)


def test_one_after_the_other() -> None:
    calls = at((0, 1), (2, 3), (4, 5), asks=THREE, answers=STEPS)
    assert order(FIRST, calls) == calls
    assert order(FIRST, calls, numbers=False) == calls


def test_what_overlaps_may_have_been_in_any_order() -> None:
    calls = at((2, 9), (1, 8), (0, 7), asks=THREE, answers=STEPS)
    assert order(FIRST, calls) == calls


@pytest.mark.parametrize(
    "calls",
    [
        pytest.param(at((2, 3), (0, 1), asks=(CALL, ACCEPT), answers=STEPS[:2]), id="it ended before that began"),
        pytest.param(at((0, 1), (2, 3), asks=(CALL, HOLD), answers=(STEPS[0], STEPS[2])), id="a step is missing"),
        pytest.param(at((0, 5), asks=(ACCEPT,), answers=(STEPS[1],)), id="it begins with the second"),
        pytest.param(
            at((0, 9), (0, 9), asks=(CALL, ask("call_video")), answers=(STEPS[0], *answered(ask("call_video")))),
            id="two are the first step",
        ),
        pytest.param(
            at(
                (0, 1),
                (2, 3),
                (4, 5),
                (6, 7),
                asks=(*THREE[:2], OTHER, HOLD),
                answers=(*STEPS[:2], TOO_EARLY, STEPS[2]),
            ),
            id="a refusal that was right before",
        ),
        pytest.param(
            at((0, 1), (2, 9), (3, 9), asks=(HOLD, CALL, ACCEPT), answers=(answered(CALL, HOLD)[1], *STEPS[:2])),
            id="a refusal that is right later",
        ),
        pytest.param(
            at((0, 1), asks=(CALL,), answers=(replace(STEPS[0], state={"call": "none"}),)),
            id="another state",
        ),
        pytest.param(
            at((0, 1), (2, 3), asks=(CALL, CALL), answers=(STEPS[0], STEPS[0])), id="the first answer twice under a key"
        ),
        pytest.param(
            at((0, 1), (2, 3), asks=(CALL, CALL), answers=(STEPS[0], ANEW)),
            id="asked anew under a key",
        ),
        pytest.param(
            at((0, 1), (2, 3), asks=(CALL, CALL), answers=(replace(STEPS[0], again=True), STEPS[0])),
            id="an answer is read back before it is given",
        ),
    ],
)
def test_there_is_no_order(calls: list[Call]) -> None:
    with pytest.raises(NoOrder):
        order(FIRST, calls)


def test_the_same_key_is_answered_as_it_was() -> None:
    again = replace(STEPS[0], again=True)
    asks, answers = (HOLD, CALL, ACCEPT, HOLD), (TOO_EARLY, *STEPS[:2], TOO_EARLY)
    refused = at((0, 1), (2, 3), (4, 5), (6, 7), asks=asks, answers=answers)
    accepted = at((3, 9), (0, 9), (4, 9), asks=(CALL, CALL, CALL), answers=(again, STEPS[0], again))
    assert order(FIRST, refused) == refused
    assert order(FIRST, accepted) == [accepted[1], accepted[0], accepted[2]]


def test_a_writer_waits_for_its_answer() -> None:
    calls = [each._replace(writer=0) for each in at((0, 2), (1, 3), asks=THREE[:2], answers=STEPS[:2])]
    with pytest.raises(AssertionError, match=r"^one call at a time$"):
        order(FIRST, calls)


def histories(seed: int) -> Iterator[list[Call]]:
    """Small histories: of each, as it may have been, and with two answers or two times exchanged."""
    rng = Random(seed)
    asks = [ask(*rng.choice(CHOICES), key=str(n)) for n in range(5)]
    answers = answered(*asks)
    times = [(n - rng.random() * 2, n + rng.random() * 2) for n in range(5)]
    yield at(*times, asks=asks, answers=answers)
    one, two = rng.sample(range(5), 2)
    answers[one], answers[two] = answers[two], answers[one]
    yield at(*times, asks=asks, answers=answers)
    answers[one], answers[two] = answers[two], answers[one]
    times[one], times[two] = times[two], times[one]
    yield at(*times, asks=asks, answers=answers)


EVENTS = ("open_chat", "send_text", "call_audio", "accept_call")
CHOICES = [(event, by) for event in EVENTS for by in ("originator", "recipient")]


def is_one(calls: Sequence[Call]) -> bool:
    """Whether calls are in an order that respects real time, in which the tables answer them so."""
    in_time = all(one.start <= two.end for n, two in enumerate(calls) for one in calls[:n])
    return in_time and [call.answer for call in calls] == answered(*(call.ask for call in calls))


def test_the_search_finds_what_trying_all_finds() -> None:
    found = {True: 0, False: 0}
    for calls in (calls for seed in range(ENOUGH) for calls in histories(seed)):
        possible = any(map(is_one, permutations(calls)))
        found[possible] += 1
        try:
            assert is_one(order(FIRST, calls)), calls
        except NoOrder:
            assert not possible, calls
        if possible:
            order(FIRST, calls, numbers=False)
    assert min(found.values()) > ENOUGH / 4, found
