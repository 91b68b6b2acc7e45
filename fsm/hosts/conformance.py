"""What every host has to do, as checks that are run on it. All hosts of this project pass them; run them on yours:

    import pytest
    from fsm.hosts.conformance import CHECKS, on_a_loop

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
    def test_my_host_is_a_host(check):
        check(MyHost())                          # a new host each time, in which there is nothing yet

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
    def test_my_asynchronous_host_is_one(check):
        with on_a_loop(MyAsyncHost) as host:     # an event loop in a thread of its own; tasks where others have threads
            check(host)

A check raises ``AssertionError``, which says what was found and what is to be. Time is what the checks say it is, by
``work(now=...)``, so none waits; nothing else may work at the host meanwhile. ``random_walks`` needs hypothesis, which
is in the extra ``test``.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import count
from threading import Barrier, Lock, Thread
from typing import TYPE_CHECKING, Any, TypeVar, cast

from fsm.engine.awaiting import awaiting, expected, refusal
from fsm.engine.conversation import Conversation
from fsm.engine.fingerprint import fingerprint
from fsm.engine.outcome import Refusal, RefusalKind, Refused, UnknownEvent
from fsm.export.json import values
from fsm.hosts.host import (
    CHANGE,
    LONGEST_NAME,
    OPEN,
    AlreadyOpen,
    AsyncHost,
    Awaited,
    Done,
    Effect,
    Host,
    KeyReused,
    Line,
    NoConversation,
    Stuck,
    pairing_json,
    replayed,
    timer_key,
)
from fsm.notation import PARTIES, Party
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import Client, IslandsInterop, Mode, Pairing, Participant, Scope

if TYPE_CHECKING:
    from fsm.spec.names import Event, PartyName

__all__ = ["CHECKS", "OnALoop", "on_a_loop"]

T = TypeVar("T")
Check = Callable[[Host], None]

ANN = Participant("ann@contoso.com", Mode.TEAMS_ONLY)
BOB = Participant("bob@contoso.com", Mode.SFB_ONLY)
ACROSS = Pairing(ANN, BOB)
"""Across the platforms: there are timers, menus and meetings."""
MOVED = Pairing(ANN, Participant("bob@contoso.com", Mode.TEAMS_ONLY))
"""The same two on one platform: a chat has no timers."""
NOWHERE = Pairing(replace(ANN, mode=Mode.ISLANDS), BOB)
"""Two who can do nothing at all."""
BY = Party.SERVICE
TO_THE_MEETING: tuple[tuple[Event, PartyName], ...] = (
    ("call_audio", "originator"),
    ("accept_call", "recipient"),
    ("share_desktop", "originator"),
    ("accept_meeting", "originator"),
)
"""What leads to a meeting that is being created."""
SLACK = 0.01
"""By how many seconds a time may be off that a host keeps."""
MOST = 1000
"""How often it is tried whether something has come to an end: attempts until it is stuck, work until it is done."""


def same(what: str, found: object, wanted: object) -> None:
    """See that what was found is what is wanted.

    Raises:
        AssertionError: it is not.
    """
    if found != wanted:
        raise AssertionError(f"{what}: it is\n  {found!r}\nand has to be\n  {wanted!r}")


def raised(what: str, error: type[BaseException], call: Callable[..., object], *given: Any, **named: Any) -> Any:
    """The error that a call raises.

    Raises:
        AssertionError: it raises none.
    """
    try:
        found = call(*given, **named)
    except error as wanted:
        return wanted
    raise AssertionError(f"{what}: it gives\n  {found!r}\nand has to raise {error.__name__}")


def at_once(calls: Sequence[Callable[[], T]]) -> list[T | Refused]:
    """What the calls give that threads make at the same time, or how it was refused."""
    together = Barrier(len(calls))

    def one(call: Callable[[], T]) -> T | Refused:
        together.wait()
        try:
            return call()
        except Refused as refused:
            return refused

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(one, calls))


class Talking:
    """A conversation at a host, asked under new keys.

    Args:
        host: the host.
        pairing: who the two are.
        name: its id.
    """

    def __init__(self, host: Host, pairing: Pairing = ACROSS, name: str = "c1") -> None:
        self.host, self.name = host, name
        self.keys = count(1)
        self.opened = host.open(name, pairing, key="open")

    def key(self) -> str:
        """A key that nothing was asked under."""
        return f"key {next(self.keys)}"

    def fire(self, event: Event, by: Party | PartyName, of: int | None = None) -> Done:
        """Fire an event, which is accepted."""
        return self.host.fire(self.name, event, by, key=self.key(), of=of)

    def refused(self, event: Event, by: Party | PartyName, of: int | None = None) -> Refusal:
        """Fire an event, which is refused."""
        found: Refused = raised(f"{event} by {by} of {of}", Refused, self.fire, event, by, of)
        return found.refusal

    def play(self, *events: tuple[Event, PartyName]) -> list[Done]:
        """Fire events, which are accepted."""
        return [self.fire(event, by) for event, by in events]

    @property
    def standing(self) -> tuple[object, ...]:
        """All that the host says of it but its history."""
        read = self.host.read(self.name)  # whose it is, is not said here
        return read.pairing, read.places, self.host.awaited(self.name)

    @property
    def history(self) -> tuple[Line, ...]:
        """All that was asked of it."""
        return self.host.history(self.name)

    @property
    def due(self) -> dict[str, float]:
        """When its timers are due."""
        return {each.event: each.due for each in self.host.awaited(self.name) if each.due is not None}

    @property
    def fired(self) -> list[tuple[str, str, int | None]]:
        """The timers that the host has fired: key, event, and the step that started them."""
        return [(each.key, each.event, each.of) for each in self.history if each.key.startswith("timer/")]


class Receiver:
    """Whom effects are delivered to.

    Args:
        fails: how often the delivery of an effect fails, by its id.
    """

    def __init__(self, **fails: int) -> None:
        self.fails = Counter(fails)
        self.tried: list[Effect] = []
        self.had: list[Effect] = []
        self._lock = Lock()

    def __call__(self, effect: Effect) -> None:
        with self._lock:
            self.tried.append(effect)
            if self.fails[effect.id] > 0:
                self.fails[effect.id] -= 1
                raise ConnectionError(f"nobody answers for {effect.name}")
            self.had.append(effect)

    def of(self, name: str) -> list[Effect]:
        """What was had of a conversation, each once."""
        return list(dict.fromkeys(each for each in self.had if each.conversation == name))


def until_done(host: Host, deliver: Callable[[Effect], object], now: float | None = None) -> int:
    """Work until nothing is left to do; how much it was.

    Raises:
        AssertionError: there is always more.
    """
    did = 0
    for _ in range(MOST):
        more = host.work(deliver, now=now)
        did += more
        if not more:
            return did
    raise AssertionError(f"work at {now}: after {MOST} times there has to be nothing left to do")


def effects_of(steps: Sequence[Done]) -> list[Effect]:
    """What steps ask, in order."""
    return [effect for step in steps for effect in step.effects]


# Keys and answers


def opening_is_step_0(host: Host) -> None:
    """A conversation is opened, and stands at its beginning."""
    talk = Talking(host)
    same("the opening", talk.opened, Done.opening("c1", "open", ACROSS))
    same("how it stands", (host.read("c1"), host.awaited("c1")), (Conversation(ACROSS), ()))
    same("the history", [(each.seq, each.key, each.event) for each in talk.history], [(0, "open", OPEN)])
    same("what there is to do", host.work(Receiver()), 0)


def steps_are_those_of_the_engine(host: Host) -> None:
    """What a step comes to is what the engine says, numbered without a gap; a refusal is no step."""
    talk, engine = Talking(host), Conversation(ACROSS)
    talk.refused("hang_up", "originator")
    for n, (event, by) in enumerate(TO_THE_MEETING, 1):
        same(event, talk.fire(event, by), Done.of(engine.fire(event, by), "c1", f"key {2 * n}", n))
        same("a refusal", talk.refused("open_persistent_chat", "service"), engine.why_not("open_persistent_chat", BY))
        same("the conversation", host.read("c1"), engine)


def a_key_gives_its_first_answer(host: Host) -> None:
    """The same request under the same key is answered as it was, and changes nothing."""
    talk = Talking(host)
    first = host.fire("c1", "call_audio", "originator", key="a")
    second = host.fire("c1", "accept_call", "recipient", key="b", of=first.seq)
    changed = host.change("c1", MOVED, key="c")
    before = talk.standing, talk.history
    repeated = (
        (first, host.fire("c1", "call_audio", Party.ORIGINATOR, key="a")),
        (second, host.fire("c1", "accept_call", "recipient", key="b", of=first.seq)),
        (changed, host.change("c1", MOVED, key="c")),
        (talk.opened, host.open("c1", ACROSS, key="open")),
    )
    for answer, again in repeated:
        same(f"{answer.event} again", again, replace(answer, again=True))
    same("how it stands after that", (talk.standing, talk.history), before)


def a_refusal_is_an_answer_too(host: Host) -> None:
    """What was refused is refused under its key for good, also where it would be accepted now."""
    talk = Talking(host)

    def asked() -> Done:
        return host.fire("c1", "accept_call", "recipient", key="early")

    first = raised("accept_call before the call", Refused, asked).refusal
    same("the refusal", first, Conversation(ACROSS).why_not("accept_call", "recipient"))
    talk.fire("call_audio", "originator")
    before = talk.standing, talk.history
    same("the refusal again", raised("accept_call again", Refused, asked).refusal, first)
    same("how it stands after that", (talk.standing, talk.history), before)
    talk.fire("accept_call", "recipient")


def a_key_is_for_one_request(host: Host) -> None:
    """Another request under a key that was given is an error, never the first answer; keys are a conversation's own."""
    talk = Talking(host)
    host.fire("c1", "call_audio", "originator", key="call")
    raised("a refusal", Refused, host.fire, "c1", "resume", "originator", key="no")
    host.fire("c1", "accept_call", "recipient", key="answer", of=1)
    host.change("c1", MOVED, key="change")
    before = talk.standing, talk.history
    fire, change = partial(host.fire, "c1"), partial(host.change, "c1")
    raised("another event", KeyReused, fire, "call_video", "originator", key="call")
    raised("another party", KeyReused, fire, "call_audio", "recipient", key="call")
    raised("another event than was refused", KeyReused, fire, "hold", "originator", key="no")
    raised("of no step", KeyReused, fire, "accept_call", "recipient", key="answer")
    raised("of another step", KeyReused, fire, "accept_call", "recipient", key="answer", of=0)
    raised("another pairing", KeyReused, change, ACROSS, key="change")
    raised("an event under the key of a change", KeyReused, fire, "hang_up", "originator", key="change")
    raised("an event under the key of the opening", KeyReused, fire, "hang_up", "originator", key="open")
    raised("a change under the key of an event", KeyReused, change, MOVED, key="call")
    raised("a change under the key of the opening", KeyReused, change, ACROSS, key="open")
    raised("an opening under the key of a change", KeyReused, host.open, "c1", MOVED, key="change")
    raised("an opening with another pairing", KeyReused, host.open, "c1", MOVED, key="open")
    same("how it stands after that", (talk.standing, talk.history), before)
    Talking(host, name="c2")
    same("the same key elsewhere", host.fire("c2", "call_video", "originator", key="call").again, False)


def a_conversation_is_opened_once(host: Host) -> None:
    """Opened under another key it is open already; what is not open is not there."""
    talk = Talking(host)
    before = talk.standing, talk.history
    raised("opened under another key", AlreadyOpen, host.open, "c1", ACROSS, key="mine")
    raised("opened between others", AlreadyOpen, host.open, "c1", MOVED, key="mine")
    same("how it stands after that", (talk.standing, talk.history), before)
    for what, call in _every(host, "c2").items():
        raised(f"{what} what is not open", NoConversation, call)


def _every(host: Host, name: Any, key: Any = "k") -> dict[str, Callable[..., object]]:
    """Everything that can be asked of a conversation that is there."""
    return {
        "fire": partial(host.fire, name, "call_audio", "originator", key=key),
        "change": partial(host.change, name, MOVED, key=key),
        "read": partial(host.read, name),
        "awaited": partial(host.awaited, name),
        "history": partial(host.history, name),
        "retry": partial(host.retry, name),
    }


def what_is_no_request_is_not_kept(host: Host) -> None:
    """Unknown words and what is no pairing are errors that keep nothing: the key is as good as new."""
    talk = Talking(host)
    talk.fire("call_audio", "originator")
    before = talk.standing, talk.history
    given: Any
    for given in ("fly", "", None, 5, ["call_audio"], "call_audio\0", OPEN, CHANGE):
        raised(f"the event {given!r}", UnknownEvent, host.fire, "c1", given, "originator", key="k")
    for given in ("ann", "", None, 5, {}):
        raised(f"by {given!r}", UnknownEvent, host.fire, "c1", "call_audio", given, key="k")
    for given in (-1, True, 1.0, "1"):
        raised(f"of {given!r}", ValueError, host.fire, "c1", "accept_call", "recipient", key="k", of=given)
    for given in (None, "ann and bob", (ANN, BOB)):
        raised(f"the pairing {given!r}", ValueError, host.change, "c1", given, key="k")
        raised(f"the pairing {given!r}", ValueError, host.open, "c2", given, key="k")
    others = Pairing(ANN, Participant("eve@contoso.com", Mode.SFB_ONLY))
    raised("a pairing with somebody else", ValueError, host.change, "c1", others, key="k")
    raised("nothing was opened", NoConversation, host.read, "c2")
    same("how it stands after that", (talk.standing, talk.history), before)
    same("the key", host.fire("c1", "accept_call", "recipient", key="k").again, False)


def keys_and_ids_are_plain_text(host: Host) -> None:
    """A key or an id is 1 to 200 printable characters, seen to before anything else; what differs is different."""
    longest = "x" * LONGEST_NAME
    bad: tuple[Any, ...] = ("", longest + "x", "a\0b", "a\nb", "a\tb", "\x7f", "\ud800", "a\u2028b", "\u202e", None, 5)
    Talking(host)
    for given in (*bad, "a/b", b"c1"):
        calls = _every(host, given) | {"open": partial(host.open, given, ACROSS, key="k")}
        for what, call in calls.items():
            _unaccepted(f"{what} of the id {given!r}", call)
    for given in (*bad, "timer/1/no_answer", "timer/", b"k"):
        for name in ("c1", "there is none"):
            every = _every(host, name, given) | {"open": partial(host.open, name, ACROSS, key=given)}
            for what in ("open", "fire", "change"):
                _unaccepted(f"{what} under the key {given!r}", every[what])
    good = (
        "a",
        "A",
        "a ",
        " a",
        "á",
        "a\u0301",
        "\uff41",
        "ß",
        "ss",
        "%",
        "_",
        "'; --",
        '"',
        "\\",
        "{}",
        "💬",
        longest,
    )
    for name in good:
        same(f"the id {name!r}", host.open(name, ACROSS, key="k").again, False)
        for key in (*good, "a/b", "Timer/1"):
            found = raised(f"the key {key!r}", Refused, host.fire, name, "hold", "originator", key=key)
            same("the refusal", found.refusal.event, "hold")
        lines = [(line.seq, line.key) for line in host.history(name)]
        same(f"the keys of {name!r}", lines, [(0, key) for key in ("k", *good, "a/b", "Timer/1")])


def _unaccepted(what: str, call: Callable[..., object]) -> None:
    error = raised(what, ValueError, call)
    same(what, isinstance(error, KeyReused | AlreadyOpen | UnknownEvent), False)


# Answers and expiries


def a_late_meeting_is_stale(host: Host) -> None:
    """A meeting that was asked for, given up and made after all is not the one that is being made now."""
    talk = Talking(host)
    first = talk.play(*TO_THE_MEETING)[-1].seq
    talk.fire("meeting_failed", BY, first)
    second = talk.play(*TO_THE_MEETING[2:])[-1].seq
    wanted = [("meeting_created", second), ("meeting_failed", second)]
    before = talk.standing
    for event in ("meeting_created", "meeting_failed"):
        found = talk.refused(event, BY, first)
        same(f"a late {event}", (found.kind, found.event, found.by), (RefusalKind.STALE, event, BY))
        same("how it stands after that", talk.standing, before)
        meetings = [(each.event, each.seq) for each in host.awaited("c1") if each.event.startswith("meeting_")]
        same("what is awaited", sorted(meetings), wanted)
    same("the meeting of now", talk.fire("meeting_created", BY, second).state["call"], "ended")
    same("once more", talk.refused("meeting_created", BY, second).kind, RefusalKind.STALE)
    same("after that, the other", talk.refused("meeting_failed", BY, second).kind, RefusalKind.STALE)


def an_answer_says_what_it_answers(host: Host) -> None:
    """What the service fires only as an answer or an expiry is an error without ``of``, and is not kept."""
    talk = Talking(host)
    seq = talk.play(*TO_THE_MEETING)[-1].seq
    before = talk.standing, talk.history
    for event in ("meeting_created", "meeting_failed", "no_answer", "link_delivered"):
        error = raised(f"{event} of nothing", ValueError, host.fire, "c1", event, BY, key="k")
        same(f"{event} of nothing", isinstance(error, KeyReused | UnknownEvent), False)
    raised("what answers nothing", ValueError, host.fire, "c1", "hold", "originator", key="k", of=seq)
    same("how it stands after that", (talk.standing, talk.history), before)
    same("the key", host.fire("c1", "meeting_created", BY, key="k", of=seq).again, False)


def an_expiry_of_what_is_over_is_stale(host: Host) -> None:
    """An expiry that was in flight when its timer was cancelled changes nothing, in this call or the next."""
    talk = Talking(host)
    first = talk.fire("call_audio", "originator").seq
    talk.fire("accept_call", "recipient", first)
    found = talk.refused("no_answer", BY, first)
    same("no_answer once it is answered", (found.kind, found.rules), (RefusalKind.STALE, (found.rule,)))
    talk.fire("hang_up", "originator")
    second = talk.fire("call_audio", "originator").seq
    same("no_answer of the call before", talk.refused("no_answer", BY, first).kind, RefusalKind.STALE)
    same("accept_call of the call before", talk.refused("accept_call", "recipient", first).kind, RefusalKind.STALE)
    same("the call", host.read("c1").state["call"], "ringing")
    talk.fire("no_answer", BY, second)


def a_stale_answer_is_kept(host: Host) -> None:
    """A stale answer is a refusal like any other: the same key gives it again, and history tells it."""
    talk = Talking(host)
    first = talk.fire("call_audio", "originator").seq
    talk.fire("cancel_call", "originator")

    def late() -> Done:
        return host.fire("c1", "no_answer", BY, key="late", of=first)

    found = raised("a late no_answer", Refused, late).refusal
    same("the same again", raised("a late no_answer again", Refused, late).refusal, found)
    line = talk.history[-1]
    told = (line.key, line.event, line.of, line.accepted, line.seq, values.refusal(line.answer))
    same("its line", told, ("late", "no_answer", first, False, 2, found))


# Timers


def a_timer_fires_once_when_it_is_due(host: Host) -> None:
    """The host fires a timer itself, under a key of its own, when it is due and not before, and once."""
    talk = Talking(host)
    step = talk.fire("call_audio", "originator")
    [timer] = step.timers.start
    due, deliver = talk.due["no_answer"], Receiver()
    _near("when it is due", due, talk.history[-1].at + timer.seconds)
    until_done(host, deliver, due - 1)
    same("before it is due", (talk.fired, host.read("c1").state["call"]), ([], "ringing"))
    until_done(host, deliver, due)
    same("when it is due", talk.fired, [(timer_key(step.seq, "no_answer"), "no_answer", step.seq)])
    same("the call", (host.read("c1").state["call"], host.awaited("c1")), ("ended", ()))
    last = talk.history[-1]
    same("its line", (last.by, last.accepted, last.seq), ("service", True, step.seq + 1))
    same("what it asks", deliver.had[-2:], effects_of([Done.from_json(last.answer)]))
    before = talk.standing, talk.history
    same("after that", until_done(host, deliver, due + 1000), 0)
    same("how it stands after that", (talk.standing, talk.history), before)


def _near(what: str, found: float, wanted: float) -> None:
    same(f"{what}, {found} beside {wanted}", abs(found - wanted) <= SLACK, True)


def a_timer_starts_afresh(host: Host) -> None:
    """A timer that is started anew is due later, as the new step's; the earlier one is gone."""
    talk = Talking(host)
    first = talk.fire("open_chat", "originator")
    second = talk.fire("send_text", "recipient")
    [awaited] = host.awaited("c1")
    due = awaited.due or 0.0
    same("what is awaited", awaited, Awaited("session_expired", second.seq, due))
    _near("when it is due", due, talk.history[-1].at + 600)
    same("the earlier one", talk.refused("session_expired", BY, first.seq).kind, RefusalKind.STALE)
    until_done(host, Receiver(), due)
    same("what was fired", [of for _, _, of in talk.fired], [second.seq])
    same("the chat", host.read("c1").state["chat"], "one_sided")


def a_timer_that_is_cancelled_never_fires(host: Host) -> None:
    """What a step cancels is not fired, however late it is; nor is what the new pairing has no timer for."""
    talk = Talking(host)
    talk.play(("call_audio", "originator"), ("accept_call", "recipient"))
    chat = Talking(host, name="c2")
    chat.fire("open_chat", "originator")
    same("the chat's timer", list(chat.due), ["session_expired"])
    changed = host.change("c2", MOVED, key="moved")
    same("what the change cancels", changed.timers.cancel, ("session_expired",))
    for each in (talk, chat):
        same("what is due", each.due, {})
    until_done(host, Receiver(), 1e11)
    same("what was fired", [*talk.fired, *chat.fired], [])


def an_answer_and_an_expiry_exclude_each_other(host: Host) -> None:
    """Somebody answers at the moment at which the timer is due: one of the two happens, and the other has not."""
    for n in range(20):
        talk = Talking(host, name=f"c{n}")
        seq, deliver = talk.fire("call_audio", "originator").seq, Receiver()
        due = talk.due["no_answer"]
        accept, work = partial(talk.fire, "accept_call", "recipient", seq), partial(host.work, deliver, now=due)
        both: list[Callable[[], object]] = [accept, work]
        answered, _ = at_once(both)
        expired = ["no_answer"] if isinstance(answered, Refused) else []
        same("what was fired", [event for _, event, _ in talk.fired], expired)
        same("the call", host.read(talk.name).state["call"], "ended" if expired else "connected")


def many_workers_fire_a_timer_once(host: Host) -> None:
    """However many work at once, each timer is fired once, and each effect is delivered in order."""
    talks = [Talking(host, name=f"c{n}") for n in range(12)]
    for each in talks:
        each.fire("call_audio", "originator")
    due, deliver = max(each.due["no_answer"] for each in talks), Receiver()
    at_once([partial(until_done, host, deliver, due)] * 4)
    until_done(host, deliver, due)
    for each in talks:
        same("what was fired", each.fired, [(timer_key(1, "no_answer"), "no_answer", 1)])
        steps = [Done.from_json(line.answer) for line in each.history]
        same("what was delivered", deliver.of(each.name), effects_of(steps))


# Effects


def effects_are_delivered_in_order(host: Host) -> None:
    """Each effect is delivered under its id, those of a conversation in the order of its steps; after that, nothing."""
    talk, other, deliver = Talking(host), Talking(host, name="c2"), Receiver()
    steps = [*talk.play(*TO_THE_MEETING), *other.play(*TO_THE_MEETING[:2])]
    same("how many were delivered", until_done(host, deliver), len(effects_of(steps)))
    for name in ("c1", "c2"):
        wanted = [each for each in effects_of(steps) if each.conversation == name]
        same("what was delivered", [each for each in deliver.had if each.conversation == name], wanted)
    same("an id", [each.id for each in deliver.of("c2")][:3], ["c2/1/0", "c2/1/1", "c2/2/0"])
    same("what answers it", deliver.of("c1")[-1].answers, ("meeting_created", "meeting_failed"))
    same("after that", until_done(host, deliver), 0)


def what_cannot_be_delivered_is_tried_again(host: Host) -> None:
    """A delivery that fails is made later, under the same id; what comes after it waits, other conversations do not."""
    talk, other = Talking(host, MOVED), Talking(host, MOVED, "c2")
    first, second, third = effects_of(talk.play(("open_chat", "originator"), ("send_text", "recipient")))
    theirs = effects_of(other.play(("open_chat", "originator")))
    now, deliver = other.history[-1].at + 1, Receiver(**{"c1/1/1": 2})
    until_done(host, deliver, now)
    same("what was had", (deliver.of("c1"), deliver.of("c2")), ([first], theirs))
    tried = len(deliver.tried)
    until_done(host, deliver, now)
    same("what is tried at the same moment", len(deliver.tried), tried)
    until_done(host, deliver, now + 3600)
    same("what was had after an hour", deliver.of("c1"), [first])
    until_done(host, deliver, now + 7200)
    same("what was had in the end", deliver.of("c1"), [first, second, third])
    same("what was tried", [each.id for each in deliver.tried if each == second], ["c1/1/1"] * 3)
    same("what is stuck", host.stuck(), ())
    same("what is retried", host.retry("c1"), False)


def what_is_never_delivered_is_stuck(host: Host) -> None:
    """After a number of attempts a conversation is stuck: nothing of it is delivered until somebody retries it."""
    talk, other, deliver = Talking(host, MOVED), Talking(host, MOVED, "c2"), Receiver(**{"c1/1/0": MOST})
    steps = talk.play(("open_chat", "originator"))
    now = _until_stuck(host, deliver, talk.history[-1].at)
    [stuck] = host.stuck()
    same("what is stuck", stuck, Stuck(steps[0].effects[0], len(deliver.tried), stuck.error))
    same(f"what is said of it, {stuck.error!r}", "nobody answers for open_thread" in stuck.error, True)
    steps += talk.play(("send_text", "recipient"))
    theirs = effects_of(other.play(("open_chat", "originator")))
    tried = len(deliver.tried)
    until_done(host, deliver, now + 1e9)
    same("what is tried", deliver.tried[tried:], theirs)
    deliver.fails.clear()
    same("what is retried", (host.retry("c1"), host.stuck(), host.retry("c1")), (True, (), False))
    until_done(host, deliver, now)
    same("what was had", deliver.of("c1"), effects_of(steps))


def _until_stuck(host: Host, deliver: Callable[[Effect], object], now: float) -> float:
    """Let time go by until something is stuck; the time then."""
    for _ in range(MOST):
        host.work(deliver, now=now)
        if host.stuck():
            return now
        now += 1e6
    raise AssertionError(f"an effect that could not be delivered {MOST} times: it has to be stuck")


def who_delivers_may_fire(host: Host) -> None:
    """``deliver`` may ask the host, such as fire the answer to what it delivers."""
    talk = Talking(host)
    talk.play(*TO_THE_MEETING)

    def deliver(effect: Effect) -> None:
        if effect.answers:
            answer = {"create_teams_meeting": "meeting_created", "deliver_join_link": "link_delivered"}.get(effect.name)
            if answer:
                host.fire("c1", cast("Event", answer), BY, key=effect.id, of=effect.seq)

    until_done(host, deliver)
    events = [line.event for line in talk.history][-2:]
    same("what was fired", events, ["meeting_created", "link_delivered"])
    same("the meeting", host.read("c1").state["meeting"], "invited")


# The rest of it


def a_pairing_can_change(host: Host) -> None:
    """What a change comes to is what the engine says, and the conversation goes on under the new pairing."""
    talk, engine = Talking(host), Conversation(ACROSS)
    for event, by in TO_THE_MEETING[:2]:
        talk.fire(event, by)
        engine.fire(event, by)
    for n, pairing in enumerate((MOVED, ACROSS, ACROSS), 3):
        done = host.change("c1", pairing, key=f"move {n}")
        same("the change", done, Done.of(engine.change(pairing), "c1", f"move {n}", n))
        same("the conversation", host.read("c1"), engine)
    same("its lines", [(line.event, line.by) for line in talk.history[3:]], [(CHANGE, "service")] * 3)
    same("its pairing", talk.history[3].pairing, pairing_json(MOVED))


def reading_changes_nothing(host: Host) -> None:
    """A conversation that was read is the reader's own."""
    talk = Talking(host)
    talk.fire("call_audio", "originator")
    before = talk.standing, talk.history
    read = host.read("c1")
    read.fire("accept_call", "recipient")
    read.change(MOVED)
    same("how it stands after that", (talk.standing, talk.history), before)


def history_tells_it_all(host: Host) -> None:
    """History says who asked what, when, under which specification and what came of it; it replays, and is JSON."""
    talk = Talking(host)
    talk.play(*TO_THE_MEETING[:2])
    refused = talk.refused("accept_call", "recipient")
    host.change("c1", MOVED, key="moved")
    talk.fire("hang_up", "recipient")
    lines = talk.history
    told = [(line.seq, line.key, line.event, line.by, line.accepted) for line in lines]
    wanted = [
        (0, "open", OPEN, "service", True),
        (1, "key 1", "call_audio", "originator", True),
        (2, "key 2", "accept_call", "recipient", True),
        (2, "key 3", "accept_call", "recipient", False),
        (3, "moved", CHANGE, "service", True),
        (4, "key 4", "hang_up", "recipient", True),
    ]
    same("the history", told, wanted)
    same("the refusal", values.refusal(lines[3].answer), refused)
    same("the specification", {line.specification for line in lines}, {fingerprint()})
    same("the times", [line.at for line in lines], sorted(line.at for line in lines))
    same("as JSON", tuple(Line.from_json(json.loads(json.dumps(line.to_json()))) for line in lines), lines)
    same("what it replays to", replayed(lines), host.read("c1"))


def the_same_key_at_once_is_one_step(host: Host) -> None:
    """Many who ask the same under one key at once have the same answer, and it has happened once."""
    for n in range(10):
        name = f"c{n}"
        opened = at_once([partial(host.open, name, ACROSS, key="open")] * 6)
        called = at_once([partial(host.fire, name, "call_audio", "originator", key="k")] * 6)
        for what, found in (("open", opened), ("call_audio", called)):
            same(f"{what}, once", [cast("Done", each).again for each in found].count(False), 1)
            same(f"{what}, to all", len({replace(cast("Done", each), again=True).seq for each in found}), 1)
        late = at_once([partial(host.fire, name, "hold", "originator", key="no")] * 6)
        same("a refusal, to all", {str(each) for each in late}, {str(late[0])})
        same("the history", [line.key for line in host.history(name)], ["open", "k", "no"])


def many_at_once_lose_nothing(host: Host) -> None:
    """Many who ask different things at once are answered one after the other, and none of it is lost."""
    for n in range(10):
        talk = Talking(host, name=f"once {n}")
        tried = at_once([partial(talk.fire, "call_audio", by) for by in PARTIES * 3])
        same("a call is placed once", sum(isinstance(each, Done) for each in tried), 1)
    chat = Talking(host, MOVED, "chat")
    chat.fire("open_chat", "originator")

    def send(by: Party) -> list[Done]:
        return [chat.fire("send_text", by) for _ in range(10)]

    many = at_once([partial(send, by) for by in PARTIES * 4])
    steps = sorted((step for each in many for step in cast("list[Done]", each)), key=lambda step: step.seq)
    same("the steps", [step.seq for step in steps], list(range(2, 82)))
    deliver = Receiver()
    at_once([partial(until_done, host, deliver)] * 4)
    until_done(host, deliver)
    same("what was delivered", deliver.of("chat")[2:], effects_of(steps))
    same("what it replays to", replayed(chat.history), host.read("chat"))


class _Model:
    """A conversation as the engine and the contract have it, beside the one at a host."""

    def __init__(self, host: Host, name: str, pairing: Pairing) -> None:
        self.host, self.name = host, name
        self.talk = Conversation(pairing)
        self.awaited: dict[str, int] = {}
        self.asked: list[tuple[Callable[[], Done], Done | Refusal]] = []
        self.steps = [host.open(name, pairing, key="open")]
        self.had = Receiver()

    @property
    def seq(self) -> int:
        return self.steps[-1].seq

    def step(self, n: int) -> None:
        """Fire what is possible, as the answer that it is."""
        ways = self.talk.available()
        if ways:
            event, by = ways[n % len(ways)]
            self.fire(event, by, self.awaited.get(event))

    def late(self, n: int, by: Party) -> None:
        """Fire an answer or an expiry of some step."""
        answers = tuple(expected().causes)
        self.fire(cast("Event", answers[n % len(answers)]), by, n % (self.seq + 1))

    def fire(self, event: Event, by: Party, of: int | None = None) -> None:
        """Fire at both, and see that the same comes of it."""
        key = f"k{len(self.asked)}"

        def ask() -> Done:
            return self.host.fire(self.name, event, by, key=key, of=of)

        try:
            late = refusal(event, by, of, self.awaited)
        except ValueError:
            raised(f"{event} by {by} of {of}", ValueError, ask)
            return
        no = cast("Refusal | None", late) or self.talk.why_not(event, by)
        if no:
            same("the refusal", raised(f"{event} by {by} of {of}", Refused, ask).refusal, no)
            self.asked.append((ask, no))
        else:
            self.stepped(ask, self.talk.fire(event, by), key)

    def change(self, pairing: Pairing) -> None:
        """Change both, and see that the same comes of it."""
        key = f"k{len(self.asked)}"
        self.stepped(lambda: self.host.change(self.name, pairing, key=key), self.talk.change(pairing), key)

    def stepped(self, ask: Callable[[], Done], outcome: Any, key: str) -> None:
        """See that a step at the host is what came of it here."""
        done = Done.of(outcome, self.name, key, self.seq + 1)
        same("the step", ask(), done)
        self.asked.append((ask, done))
        self.took(done, outcome)

    def took(self, done: Done, outcome: Any) -> None:
        """Go on after a step."""
        self.awaited = awaiting(self.awaited, outcome, done.seq)
        self.steps.append(done)

    def again(self, n: int) -> None:
        """Ask once more what was asked, and see that it is answered as it was."""
        for ask, came in self.asked[n % (len(self.asked) + 1) :][:1]:
            if isinstance(came, Done):
                same("the answer again", ask(), replace(came, again=True))
            else:
                same("the refusal again", raised("a refusal again", Refused, ask).refusal, came)

    def wait(self) -> bool:
        """Let time go by to when the first timers are due, and see that they are fired; whether there were any."""
        dues = [each.due for each in self.host.awaited(self.name) if each.due is not None]
        if not dues:
            return False
        now, known = min(dues), len(self.host.history(self.name))
        self.host.work(self.had, now=now)
        lines = self.host.history(self.name)[known:]
        same("whether a timer was fired", bool(lines), True)
        for line in lines:
            event = cast("Event", line.event)
            same("the timer", (line.of, line.by, line.accepted), (self.awaited.get(event), BY, True))
            outcome = self.talk.fire(event, BY)
            done = Done.of(outcome, self.name, timer_key(cast("int", line.of), event), self.seq + 1)
            same("the timer's step", Done.from_json(line.answer), done)
            self.took(done, outcome)
        late = [each for each in self.host.awaited(self.name) if each.due is not None and each.due <= now]
        same("what is due after that", late, [])
        return True

    def agrees(self) -> None:
        """See that both stand alike."""
        same("the conversation", self.host.read(self.name), self.talk)
        awaited = self.host.awaited(self.name)
        same("what is awaited", {each.event: each.seq for each in awaited}, self.awaited)
        timers = {each.event for each in awaited if each.due is not None}
        same("the timers that run", timers, {each.event for each in self.talk.timers()})


def _pairings(st: Any) -> Any:
    """Any two people, of the same addresses, so that one pairing can become another."""

    def person(address: str) -> Any:
        def of(mode: Mode) -> Any:
            clients = [each for each in Client if mode.platform in (None, each.platform)]
            allowed = {"allow_private_meet_now": st.booleans(), "allow_user_chat": st.booleans()}
            return st.builds(Participant, st.just(address), st.just(mode), client=st.sampled_from(clients), **allowed)

        return st.sampled_from(Mode).flatmap(of)

    around = {"scope": st.sampled_from(Scope), "islands_interop": st.sampled_from(IslandsInterop)}
    return st.builds(Pairing, person(ANN.address), person(BOB.address), **around)


def random_walks(host: Host) -> None:
    """Whatever is asked, the host does as the engine does: random events, late answers, retries, changes and timers."""
    from hypothesis import HealthCheck, Phase, example, given, settings  # an extra: whoever tests a host has it
    from hypothesis import strategies as st

    names, numbers, parties = count(), st.integers(0, 1000), st.sampled_from(Party)
    step = st.tuples(st.just("step"), numbers)
    moves = st.one_of(
        step,
        step,
        st.tuples(st.just("again"), numbers),
        st.tuples(st.just("late"), numbers, parties),
        st.tuples(st.just("wait")),
        st.tuples(st.just("fire"), st.sampled_from(CONVERSATION.events), parties),
        st.tuples(st.just("change"), _pairings(st)),
    )
    known = [
        *(("fire", event, by) for event, by in (("no_answer", BY), ("accept_call", BY), *TO_THE_MEETING)),
        *(("again", n) for n in range(4)),
        *(("late", n, BY) for n in range(20)),
        ("change", ACROSS),
    ]

    @given(_pairings(st), st.lists(moves, max_size=25))
    @example(ACROSS, known)
    @example(NOWHERE, [("step", 0), ("wait",)])
    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    def walk(pairing: Pairing, moves: list[tuple[Any, ...]]) -> None:
        model = _Model(host, f"walk {next(names)}", pairing)
        for kind, *what in moves:
            getattr(model, kind)(*what)
            model.agrees()
        while model.wait():
            model.agrees()
        lines = host.history(model.name)
        until_done(host, model.had, max(line.at for line in lines))
        same("what was delivered", model.had.of(model.name), effects_of(model.steps))
        same("what it replays to", replayed(lines), model.talk)

    walk()


CHECKS: tuple[Check, ...] = (
    opening_is_step_0,
    steps_are_those_of_the_engine,
    a_key_gives_its_first_answer,
    a_refusal_is_an_answer_too,
    a_key_is_for_one_request,
    a_conversation_is_opened_once,
    what_is_no_request_is_not_kept,
    keys_and_ids_are_plain_text,
    a_late_meeting_is_stale,
    an_answer_says_what_it_answers,
    an_expiry_of_what_is_over_is_stale,
    a_stale_answer_is_kept,
    a_timer_fires_once_when_it_is_due,
    a_timer_starts_afresh,
    a_timer_that_is_cancelled_never_fires,
    an_answer_and_an_expiry_exclude_each_other,
    many_workers_fire_a_timer_once,
    effects_are_delivered_in_order,
    what_cannot_be_delivered_is_tried_again,
    what_is_never_delivered_is_stuck,
    who_delivers_may_fire,
    a_pairing_can_change,
    reading_changes_nothing,
    history_tells_it_all,
    the_same_key_at_once_is_one_step,
    many_at_once_lose_nothing,
    random_walks,
)
"""The checks. Each takes a new host, in which there is nothing yet."""


class OnALoop:
    """An asynchronous host, asked from threads: each call is a task on its loop. ``deliver`` runs in a thread.

    Args:
        loop: a loop that runs in another thread.
        host: the host.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, host: AsyncHost) -> None:
        self.loop, self.host = loop, host

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        """What a coroutine comes to on the loop."""
        return asyncio.run_coroutine_threadsafe(call, self.loop).result()

    def open(self, conversation: str, pairing: Pairing, *, key: str) -> Done:
        """As ``Host.open``."""
        return self.run(self.host.open(conversation, pairing, key=key))

    def fire(self, conversation: str, event: Event, by: Party | PartyName, *, key: str, of: int | None = None) -> Done:
        """As ``Host.fire``."""
        return self.run(self.host.fire(conversation, event, by, key=key, of=of))

    def change(self, conversation: str, pairing: Pairing, *, key: str) -> Done:
        """As ``Host.change``."""
        return self.run(self.host.change(conversation, pairing, key=key))

    def read(self, conversation: str) -> Conversation:
        """As ``Host.read``."""
        return self.run(self.host.read(conversation))

    def awaited(self, conversation: str) -> tuple[Awaited, ...]:
        """As ``Host.awaited``."""
        return self.run(self.host.awaited(conversation))

    def history(self, conversation: str) -> tuple[Line, ...]:
        """As ``Host.history``."""
        return self.run(self.host.history(conversation))

    def work(self, deliver: Callable[[Effect], object], *, now: float | None = None) -> int:
        """As ``Host.work``."""

        async def in_a_thread(effect: Effect) -> None:
            await asyncio.to_thread(deliver, effect)

        return self.run(self.host.work(in_a_thread, now=now))

    def stuck(self) -> tuple[Stuck, ...]:
        """As ``Host.stuck``."""
        return self.run(self.host.stuck())

    def retry(self, conversation: str) -> bool:
        """As ``Host.retry``."""
        return self.run(self.host.retry(conversation))


@contextmanager
def on_a_loop(make: Callable[[], AsyncHost]) -> Iterator[OnALoop]:
    """An asynchronous host on a loop of its own, which ends with the block.

    Args:
        make: makes the host; called on the loop.
    """

    async def made() -> AsyncHost:
        return make()

    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        thread = Thread(target=loop.run_forever)
        thread.start()
        try:
            yield OnALoop(loop, asyncio.run_coroutine_threadsafe(made(), loop).result())
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
