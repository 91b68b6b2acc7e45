"""What is left after crashes, held against what clients were told and the receiver got: which property does not hold.

What is expected comes from the engine, which goes through each history anew: states, effects, timers, what is awaited.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec

from fsm.engine.awaiting import awaiting
from fsm.engine.conversation import Conversation
from fsm.engine.outcome import Refusal, Refused
from fsm.export.json import values
from fsm.hosts.host import CHANGE, OPEN, TIMERS, Done, Line, refusal_json, replayed
from fsm.hosts.sql import Host
from fsm.notation import Party
from fsm.spec.parties import Pairing

MARK = "#"
"""What a host without keys puts after the key that it was given."""
EARLY = 0.001
"""By how many seconds a timer may be early: times are kept as floating-point numbers."""
PROPERTIES = {
    "acknowledged": "what a client was told has happened, and came to that",
    "one answer": "the same key is given the same answer",
    "once": "nothing is applied twice",
    "delivered": "every effect is delivered",
    "same id": "what is delivered was asked for, and has its own id each time",
    "in order": "effects of a conversation are delivered in order",
    "timers": "a timer is fired once, when it is due, unless it was cancelled",
    "replays": "the history is without a gap, and the tables lead by it to what is stored",
    "no error": "nothing is answered but what the contract says",
}


class Fault(NamedTuple):
    """A property that does not hold, and where."""

    property: str
    conversation: str
    seq: int | None
    says: str

    def __str__(self) -> str:
        return f"{self.property}: {self.conversation} step {self.seq}: {self.says}"


def digest(answer: Done | Refusal) -> str:
    """A number that is the answer's own, however often it is given."""
    told = {**answer.to_json(), "again": False} if isinstance(answer, Done) else refusal_json(answer)
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


class Evidence(NamedTuple):
    """What there is to look at.

    Args:
        told: the answers that clients have had, with what they had asked.
        received: what the receiver took, in order.
        histories: of each conversation, what the database holds of it.
        stored: where each stands by the database.
        awaited: what each awaits by the database.
    """

    told: Sequence[Mapping[str, Any]]
    received: Sequence[Mapping[str, Any]]
    histories: Mapping[str, Sequence[Line]]
    stored: Mapping[str, Conversation]
    awaited: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, host: Host, at: Path) -> Evidence:
        """What is in a database, and the logs in a directory."""
        logs = {
            path.stem: [json.loads(line) for line in path.read_text().splitlines()] for path in sorted(at.glob("*.log"))
        }
        names = list(host.conversations())
        return cls(
            [line for name, lines in logs.items() if name != "received" for line in lines if "answer" in line],
            logs.get("received", []),
            {name: host.history(name) for name in names},
            {name: host.read(name) for name in names},
            {name: {each.event: each.seq for each in host.awaited(name)} for name in names},
        )

    @property
    def lines(self) -> Iterator[Line]:
        """All lines of all histories."""
        return (line for lines in self.histories.values() for line in lines)

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return sum(line.accepted for line in self.lines)

    @property
    def effects(self) -> int:
        """How many effects were delivered, each counted once."""
        return len({each["id"] for each in self.received})

    @property
    def delivered_again(self) -> int:
        """How many deliveries there were of what had been delivered."""
        return len(self.received) - self.effects

    @property
    def timers(self) -> int:
        """How many timers have fired."""
        return sum(line.accepted and line.key.startswith(TIMERS) for line in self.lines)

    @property
    def stale(self) -> int:
        """How many events were refused as stale."""
        return sum(not line.accepted and line.answer["kind"] == "stale" for line in self.lines)

    @property
    def events(self) -> int:
        """How many accepted events were acknowledged, each counted once."""
        return len({(each["ask"][0], each["ask"][1]) for each in self.told if each["answer"].get("accepted")})

    @property
    def refusals(self) -> int:
        """How many refusals were."""
        answers = ((each["ask"], each["answer"]) for each in self.told)
        return len({(ask[0], ask[1]) for ask, answer in answers if answer.get("accepted") is False})

    @property
    def again(self) -> int:
        """How many answers were to what had been asked before."""
        return len(self.told) - len({(each["ask"][0], each["ask"][1]) for each in self.told})


def faults(found: Evidence) -> Iterator[Fault]:
    """Each property that does not hold, with the conversation and the step."""
    yield from _told(found)
    received = defaultdict(list)
    for each in found.received:
        received[each["conversation"]].append(each)
    for name, lines in found.histories.items():
        asked = list[tuple[int, int, str, str]]()
        yield from _history(name, lines, found.stored[name], found.awaited[name], asked)
        yield from _delivered(name, asked, received.pop(name, []))
    for name in received:
        yield Fault("same id", name, None, "it is not open, and effects of it were delivered")


def _told(found: Evidence) -> Iterator[Fault]:
    """What clients were told is what the database says, and nothing was applied twice."""
    kept = defaultdict(list)
    for name, lines in found.histories.items():
        for line in lines:
            was = digest(Done.from_json(line.answer) if line.accepted else values.refusal(line.answer))
            kept[name, line.key.partition(MARK)[0]].append((line.seq, was))
    for (name, key), lines_of in kept.items():
        if len(lines_of) > 1:
            yield Fault("once", name, lines_of[-1][0], f"{key!r} is there {len(lines_of)} times")
    first = dict[tuple[str, str], Mapping[str, Any]]()
    for each in found.told:
        (name, key, event, *_), answer = each["ask"], each["answer"]
        seq = answer.get("seq")
        if "error" in answer:
            yield Fault("no error", name, seq, f"{event} under {key!r}: {answer['error']}")
            continue
        before = first.setdefault((name, key), answer)
        if before["digest"] != answer["digest"]:
            yield Fault("one answer", name, seq, f"{event} under {key!r} was answered once so and once so")
        if not any(was == answer["digest"] for _, was in kept[name, key]):
            yield Fault("acknowledged", name, seq, f"{event} under {key!r} was answered, and is not there as it was")


def _history(
    name: str,
    lines: Sequence[Line],
    stored: Conversation,
    awaits: Mapping[str, int],
    asked: list[tuple[int, int, str, str]],
) -> Iterator[Fault]:
    """The history leads to what is stored, and timers fired as they had to; ``asked`` gets what effects it asks for."""
    talk, seq, awaited, due, refused = None, -1, dict[str, int](), dict[str, float](), Counter[tuple[str, int]]()
    for line in lines:
        timer = _timer(line)
        if timer is not None and (line.of != timer[1] or line.event != timer[0]):
            yield Fault("timers", name, line.seq, f"{line.key} fired {line.event} of {line.of}")
        if not line.accepted:
            refused.update([timer] if timer else [])
            continue
        seq += 1
        if line.seq != seq:
            yield Fault("replays", name, line.seq, f"step {seq} should come here")
            return
        if timer is not None:
            if awaited.get(timer[0]) != timer[1]:
                yield Fault("timers", name, seq, f"{line.key} fired; what is awaited is {awaited}")
            elif line.at < due[timer[0]] - EARLY:
                yield Fault("timers", name, seq, f"{line.key} fired {due[timer[0]] - line.at} s early")
        try:
            if line.event == OPEN:
                talk = Conversation(msgspec.convert(line.pairing, Pairing))
                continue
            assert talk is not None, "it has no opening"
            outcome: Any = (
                talk.change(msgspec.convert(line.pairing, Pairing))
                if line.event == CHANGE
                else talk.fire(cast("Any", line.event), Party(line.by))
            )
        except (Refused, AssertionError) as error:
            yield Fault("replays", name, seq, str(error))
            return
        asked.extend((seq, n, each.name, each.to) for n, each in enumerate(outcome.effects))
        awaited = awaiting(awaited, outcome, seq)
        due = {event: at for event, at in due.items() if event in awaited and event not in outcome.timers.cancel}
        due |= {each.event: line.at + each.seconds for each in outcome.timers.start}
    try:
        told = replayed(lines)
    except ValueError as error:
        yield Fault("replays", name, seq, str(error))
        return
    if told != stored:
        yield Fault("replays", name, seq, f"it leads to {told}, and {stored} is stored")
    if awaited != awaits:
        yield Fault("replays", name, seq, f"it awaits {awaited}, and {dict(awaits)} is stored")
    for running in told.timers():
        if not refused[running.event, awaited[running.event]]:
            yield Fault("timers", name, awaited[running.event], f"{running.event} has never fired")


def _timer(line: Line) -> tuple[str, int] | None:
    """The timer that a line is the expiry of: its event, and the step that started it."""
    if not line.key.startswith(TIMERS):
        return None
    _, seq, event = line.key.partition(MARK)[0].split("/")
    return event, int(seq)


def _delivered(
    name: str, asked: Sequence[tuple[int, int, str, str]], received: Sequence[Mapping[str, Any]]
) -> Iterator[Fault]:
    """All that was asked for was delivered, in order; nothing else was."""
    got = [(each["seq"], each["n"], each["name"], each["to"]) for each in received]
    for each, whole in zip(got, received, strict=True):
        if each not in asked or whole["id"] != f"{name}/{each[0]}/{each[1]}":
            yield Fault("same id", name, each[0], f"{whole['id']} is {each[2:]}, which nobody asked for")
    for seq, n, effect, to in asked:
        if (seq, n, effect, to) not in got:
            yield Fault("delivered", name, seq, f"{effect} to {to}, its effect {n}, was never delivered")
    first = list(dict.fromkeys(got))
    for one, next_one in pairwise(first):
        if next_one < one:
            yield Fault("in order", name, one[0], f"{one} was delivered before {next_one}")
