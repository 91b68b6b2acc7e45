"""Every host passes the one suite, and the suite finds what is wrong with a host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from threading import Barrier, BrokenBarrierError, Lock
from time import sleep
from typing import Any, cast

import pytest

from fsm import Conversation, RefusalKind, Refused, UnknownEvent
from fsm.hosts import conformance
from fsm.hosts.conformance import CHECKS, Check, on_a_loop
from fsm.hosts.host import AlreadyOpen, Done, Effect, Host, KeyReused, Line
from fsm.hosts.memory import AsyncMemoryHost, MemoryHost, Record
from fsm.hosts.transitions import AsyncTalkHost, TalkHost

HOSTS: dict[str, Callable[[], AbstractContextManager[Host]]] = {
    "memory": lambda: nullcontext(MemoryHost()),
    "asyncio": lambda: on_a_loop(AsyncMemoryHost),
    "transitions": lambda: nullcontext(TalkHost()),
    "asyncio-transitions": lambda: on_a_loop(AsyncTalkHost),
}


@pytest.fixture(params=HOSTS.values(), ids=list(HOSTS))
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    """A host in which there is nothing yet."""
    with request.param() as made:
        yield made


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_host_conforms(check: Check, host: Host) -> None:
    check(host)


# Hosts with one fault each


class ForgetsKeys(MemoryHost):
    def fire(self, *given: Any, **named: Any) -> Done:
        named["key"] = f"{len(self.history(given[0]))}"
        return super().fire(*given, **named)


class AnswersWhatWasNotAsked(MemoryHost):
    def fire(self, *given: Any, **named: Any) -> Done:
        try:
            return super().fire(*given, **named)
        except KeyReused:
            [line] = (line for line in self.history(given[0]) if line.key == named["key"])
            return Done.from_json(line.answer)


class ForgetsRefusals(MemoryHost):
    kinds = tuple(RefusalKind)

    def fire(self, *given: Any, **named: Any) -> Done:
        try:
            return super().fire(*given, **named)
        except Refused as refused:
            if refused.refusal.kind in self.kinds:
                entries = self._record(given[0]).entries
                self._records[given[0]] = Record(given[0], Lock(), entries[0])
                self._records[given[0]].entries += entries[1:-1]
            raise


class ForgetsStale(ForgetsRefusals):
    kinds = (RefusalKind.STALE,)


class CountsRefusals(MemoryHost):
    def fire(self, *given: Any, **named: Any) -> Done:
        try:
            return super().fire(*given, **named)
        except Refused:
            last = self._record(given[0]).last
            self._record(given[0]).entries[-1] = replace(last, line=replace(last.line, seq=last.line.seq + 1))
            raise


class BeginsAt1(MemoryHost):
    def open(self, *given: Any, **named: Any) -> Done:
        return replace(super().open(*given, **named), seq=1)


class OpensAgain(MemoryHost):
    def open(self, *given: Any, **named: Any) -> Done:
        with suppress(AlreadyOpen):
            return super().open(*given, **named)
        self.forget(given[0])
        return super().open(*given, **named)


class KeepsErrors(MemoryHost):
    def fire(self, *given: Any, **named: Any) -> Done:
        try:
            return super().fire(*given, **named)
        except UnknownEvent:
            super().fire(given[0], "hold", "service", key=named["key"])
            raise


class TrimsKeys(MemoryHost):
    def fire(self, *given: Any, **named: Any) -> Done:
        return super().fire(*given, **{**named, "key": str(named["key"]).strip()})


class TakesAnyAnswer(MemoryHost):
    """It takes an answer for one to whatever asks now."""

    def fire(self, *given: Any, **named: Any) -> Done:
        now = {each.event: each.seq for each in self.awaited(given[0])}
        return super().fire(*given, **{**named, "of": now.get(given[1])} if "of" in named else named)


class GuessesWhatIsAnswered(MemoryHost):
    def fire(self, *given: Any, **named: Any) -> Done:
        now = {each.event: each.seq for each in self.awaited(given[0])}
        guessed = {} if named.get("of") is not None or given[2] != "service" else {"of": now.get(given[1])}
        return super().fire(*given, **{**named, **guessed})


class IsEarly(MemoryHost):
    def work(self, deliver: Any, *, now: float | None = None) -> int:
        return super().work(deliver, now=None if now is None else now + 2)


class Restarts(MemoryHost):
    """A timer that is started anew is due when it was due before."""

    def _keep(self, record: Record, *given: Any, **named: Any) -> Done:
        due = dict(record.last.due)
        done = super()._keep(record, *given, **named)
        record.entries[-1] = replace(record.last, due={**record.last.due, **{k: 0.0 for k in due}})
        return done


class CancelsNothing(MemoryHost):
    """What was due is due until it is fired."""

    def work(self, *given: Any, **named: Any) -> int:
        sleep(0.002)  # so that whoever answers at once is the first
        return super().work(*given, **named)

    def _keep(self, record: Record, *given: Any, **named: Any) -> Done:
        before = record.last
        done = super()._keep(record, *given, **named)
        due, awaited = {**before.due, **record.last.due}, {**before.awaited, **record.last.awaited}
        if done.key.startswith("timer/"):
            due.pop(done.event)
        record.entries[-1] = replace(record.last, due=due, awaited=awaited)
        return done


class FiresTimersAgain(MemoryHost):
    def _expiring(self, record: Record, event: str, now: float) -> Any:
        due = record.last
        found = yield from super()._expiring(record, event, now)
        record.entries[-1] = replace(record.last, due=due.due, awaited=due.awaited)
        return found


class Unordered(MemoryHost):
    def work(self, deliver: Any, *, now: float | None = None) -> int:
        kept: list[Effect] = []
        did = super().work(kept.append, now=now)
        for each in reversed(kept):
            deliver(each)
        return did


class LosesWhatFails(MemoryHost):
    def work(self, deliver: Any, *, now: float | None = None) -> int:
        def once(effect: Effect) -> None:
            with suppress(ConnectionError):
                deliver(effect)

        return super().work(once, now=now)


class NeverGivesUp(MemoryHost):
    def __init__(self) -> None:
        super().__init__(attempts=1_000_000)


class DeliversWithinTheStep(MemoryHost):
    def _delivering(self, record: Record, *given: Any) -> Any:
        yield from ()
        return self._taken(record, super()._delivering(record, *given))


class KeepsThePairing(MemoryHost):
    def _changing(self, record: Record, *given: Any) -> Any:
        before = record.last.talk
        done = yield from super()._changing(record, *given)
        record.entries[-1] = replace(record.last, talk=Conversation.at(before.pairing, "call=connected"))
        return done


class GivesItsOwn(MemoryHost):
    def read(self, conversation: str) -> Conversation:
        return cast("Conversation", self._record(conversation).last.talk)


class TellsNoPairing(MemoryHost):
    def history(self, conversation: str) -> tuple[Line, ...]:
        return tuple(replace(line, at=-line.at) for line in super().history(conversation))


class NoLock(nullcontext[None]):
    def locked(self) -> bool:
        return False


class TakesNoTurns(MemoryHost):
    """Steps of a conversation are taken at the same time, two of them for certain."""

    def __init__(self) -> None:
        super().__init__()
        self.two = Barrier(2)

    def open(self, *given: Any, **named: Any) -> Done:
        done = super().open(*given, **named)
        self._record(given[0]).lock = NoLock()
        return done

    def _firing(self, *given: Any) -> Any:
        step = super()._firing(*given)
        try:
            came = next(step)
            with suppress(BrokenBarrierError):
                self.two.wait(timeout=10)
            step.send(came)
        except StopIteration as done:
            return done.value
        yield


FAULTS: dict[type[MemoryHost], tuple[Check, ...]] = {
    ForgetsKeys: (conformance.a_key_gives_its_first_answer,),
    AnswersWhatWasNotAsked: (conformance.a_key_is_for_one_request,),
    ForgetsRefusals: (conformance.a_refusal_is_an_answer_too, conformance.history_tells_it_all),
    ForgetsStale: (conformance.a_stale_answer_is_kept,),
    CountsRefusals: (conformance.steps_are_those_of_the_engine,),
    BeginsAt1: (conformance.opening_is_step_0, conformance.random_walks),
    OpensAgain: (conformance.a_conversation_is_opened_once,),
    KeepsErrors: (conformance.what_is_no_request_is_not_kept,),
    TrimsKeys: (conformance.keys_and_ids_are_plain_text,),
    TakesAnyAnswer: (conformance.a_late_meeting_is_stale, conformance.an_expiry_of_what_is_over_is_stale),
    GuessesWhatIsAnswered: (conformance.an_answer_says_what_it_answers,),
    IsEarly: (conformance.a_timer_fires_once_when_it_is_due,),
    Restarts: (conformance.a_timer_starts_afresh,),
    CancelsNothing: (
        conformance.a_timer_that_is_cancelled_never_fires,
        conformance.an_answer_and_an_expiry_exclude_each_other,
    ),
    FiresTimersAgain: (conformance.many_workers_fire_a_timer_once,),
    Unordered: (conformance.effects_are_delivered_in_order,),
    LosesWhatFails: (conformance.what_cannot_be_delivered_is_tried_again,),
    NeverGivesUp: (conformance.what_is_never_delivered_is_stuck,),
    DeliversWithinTheStep: (conformance.who_delivers_may_fire,),
    KeepsThePairing: (conformance.a_pairing_can_change,),
    GivesItsOwn: (conformance.reading_changes_nothing,),
    TellsNoPairing: (conformance.history_tells_it_all,),
    TakesNoTurns: (conformance.the_same_key_at_once_is_one_step, conformance.many_at_once_lose_nothing),
}


@pytest.mark.parametrize(
    ("faulty", "check"),
    [(faulty, check) for faulty, checks in FAULTS.items() for check in checks],
    ids=lambda each: each.__name__,
)
def test_a_fault_is_found(faulty: Callable[[], MemoryHost], check: Check) -> None:
    with pytest.raises((AssertionError, Refused, LookupError, ValueError)):
        check(faulty())


def test_every_check_finds_some_fault() -> None:
    assert {check for checks in FAULTS.values() for check in checks} == set(CHECKS)
