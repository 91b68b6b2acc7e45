"""What is written out as SIP is read back, however it was written; what is damaged brings nothing down."""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from typing import Any

import pytest

from fsm.readers.faults import LogError
from tests.fuzz.mutate import mutate
from tests.readers.reading import CASES, Read, read

from .writing import ANN, BOB, KINDS, Event, Sent, conversation, trace, written


def told(found: Read, name: str = "conv") -> list[tuple[Any, ...]]:
    """When, what and by whom, in order."""
    return sorted((each["time"], each["event"], each["by"]) for each in found.rows if each["conversation"] == name)


def wanted(events: list[Event], found: Read, name: str = "conv") -> list[tuple[Any, ...]]:
    """The same of events, who is the originator being whoever the reader takes for it."""
    first = next(each for each in found.rows if each["conversation"] == name)
    parties = {first["originator.address"]: "originator", first["recipient.address"]: "recipient"}
    return sorted((written(at), event, parties.get(by, by)) for at, event, by in events)


def seeds(few: int, many: int) -> pytest.MarkDecorator:
    """Seeds: some, and many in a long run."""
    return pytest.mark.parametrize(
        "seed", [*range(few), *(pytest.param(n, marks=pytest.mark.exhaustive) for n in range(few, many))]
    )


@seeds(60, 3000)
def test_what_is_written_is_read(seed: int) -> None:
    chance = random.Random(seed)
    sent, events = conversation(chance)
    kind, folds, bare = chance.choice(list(KINDS)), chance.random() < 0.5, chance.random() < 0.5
    order = chance.choice(["as sent", "shuffled", "twice"])
    messages = sent * 2 if order == "twice" else sent
    if order == "shuffled":
        chance.shuffle(messages)
    found = read(trace(messages, kind, folds, bare))
    assert told(found) == wanted(events, found)
    assert found.bad == []


@seeds(20, 1000)
def test_two_traces_of_one_conversation_are_one(seed: int) -> None:
    chance = random.Random(seed)
    sent, events = conversation(chance)
    split = [chance.randint(1, 3) for _ in sent]
    first = [each for each, where in zip(sent, split, strict=True) if where & 1]
    second = [
        each._replace(at=each.at + 0.004 * (where == 3)) for each, where in zip(sent, split, strict=True) if where & 2
    ]
    kinds = list(KINDS)
    found = read(trace(first or sent, chance.choice(kinds)), trace(second or sent, chance.choice(kinds)), format="sip")
    times = [(name, by) for _, name, by in told(found)]
    assert times == [(name, by) for _, name, by in wanted(events, found)]


@seeds(20, 1000)
def test_conversations_do_not_mix(seed: int) -> None:
    chance = random.Random(seed)
    made = {f"c{n}": conversation(chance, f"c{n}", n * 7.0) for n in range(3)}
    messages: list[Sent] = sorted((each for sent, _ in made.values() for each in sent), key=lambda each: each.at)
    found = read(trace(messages, chance.choice(list(KINDS))))
    for name, (_, events) in made.items():
        assert told(found, name) == wanted(events, found, name)


GOOD = [
    *(path.read_bytes() for path in (CASES / "sip").glob("*.UccApilog")),
    *(trace(conversation(random.Random(n))[0], kind).encode() for n, kind in enumerate(KINDS)),
]
PARTIES = {"originator", "recipient", "service", "unknown"}
PEOPLE = {ANN, BOB, "adele.vance@contoso.com", "grady.archie@contoso.com"}


@pytest.mark.parametrize("count", [1500, pytest.param(100_000, marks=pytest.mark.exhaustive)])
def test_damaged_traces(count: int) -> None:
    chance = random.Random(count)
    for _ in range(count):
        data = mutate(GOOD, chance)
        try:
            found = read(data, format="sip")
        except LogError:
            continue
        for row in found.rows:
            assert json.dumps(row).isprintable()
            assert row["by"] in PARTIES if "by" in row else all(by in PARTIES for _, by in row["event"])


def test_work_is_linear_in_what_is_read() -> None:
    """Counted in calls and not in seconds, so that a busy machine changes nothing."""

    def calls(times: int) -> int:
        messages = [each for n in range(times) for each in conversation(random.Random(n), f"c{n}", 8000.0 * n)[0]]
        data, made = trace(messages), Counter[str]()
        sys.setprofile(lambda _, event, __: made.update([event]))
        try:
            read(data)
        finally:
            sys.setprofile(None)
        return made["call"] + made["c_call"]

    calls(10)
    assert calls(200) < 12 * calls(20)
