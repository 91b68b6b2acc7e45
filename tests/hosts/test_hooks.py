"""Talks and whatever may come from outside: callbacks that fit nothing or raise, odd events, names, copies."""

from __future__ import annotations

import copy
import enum
import pickle
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from transitions import Machine
from transitions.extensions import GraphMachine

import fsm
from fsm import CONVERSATION, Pairing, Party
from fsm.hosts.transitions import AsyncTalk, Model, Talk, machine, machines
from fsm.notation import BOTH, ORIGINATOR, Composition, effect, on, state
from tests.people import PAIRS
from tests.testing.machines import PHONE
from tests.verify.machines import compose, lifecycle

O, R, S = Party  # noqa: E741  # originator, recipient, service
TWO = PAIRS["teams>sfb"]


def talk_with(base: Any = Talk, **members: Any) -> Any:
    """A class of talks with these members."""
    return type("Desk", (base,), members)


def noting(*_: object) -> None:
    """A callback that does nothing."""


async def waiting(*_: object) -> None:
    """A callback that is to be awaited."""


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"on_rign_audio": noting}, "Desk.on_rign_audio: nothing calls this back; did you mean on_ring_audio?"),
        ({"on_enter_call_rining": noting}, "Desk.on_enter_call_rining: nothing calls this back; did you mean on_"),
        ({"on_" + "a" * 5000: noting}, "... (5,003 characters): nothing calls this back; "),
        ({"on_": noting}, "Desk.on_: nothing calls this back; "),
        ({"on_enter_ringing": noting}, "on_effect, on_reenter, on_signal, on_timer_cancel, on_timer_start"),
        ({"on_ring_audio": None}, "Desk.on_ring_audio: None cannot be called back; give a method"),
        ({"on_ring_audio": "bell\x1b"}, r"Desk.on_ring_audio: 'bell\x1b' cannot be called back"),
        ({"on_ring_audio": waiting}, "Desk.on_ring_audio: is a coroutine, and a Talk waits for none; derive"),
        ({"on_timer_start": waiting}, "Desk.on_timer_start: is a coroutine"),
    ],
)  # fmt: skip
def test_a_callback_that_fits_nothing_is_refused(members: dict[str, Any], says: str) -> None:
    for _ in range(2):
        with pytest.raises(ValueError) as error:  # noqa: PT011  # what it says is the test
            talk_with(**members)(TWO)
        assert says in str(error.value)


def test_what_a_class_of_something_else_calls_so_is_left_alone() -> None:
    class Socket:
        def on_message(self) -> str:
            return "theirs"

    class Desk(Socket, Talk):
        def on_message(self) -> str:
            return "ours"

    assert Desk(TWO).on_message() == "ours"
    assert AsyncTalk in talk_with(AsyncTalk, on_ring_audio=waiting)(TWO).__class__.__mro__
    assert talk_with(on_ring_audio=property(lambda self: noting))(TWO).trigger("call_audio", O)


def test_a_callback_of_ones_own_specification_is_one() -> None:
    heard: list[object] = []
    desk = talk_with(composition=PHONE, on_ring=lambda self, to: heard.append(to))
    assert desk(TWO).trigger("dial", O)
    assert heard == ["originator"]
    with pytest.raises(ValueError, match=r"Desk\.on_ring: nothing calls this back"):
        talk_with(on_ring=noting)(TWO)


bell = effect("enter_call_up", "is told", "RTE-1")
CLASHING = compose(
    lifecycle(
        "call",
        state("idle", "", on("ring", by=ORIGINATOR, effects=[bell(BOTH)], to="up", cites="RTE-1"), initial=True),
        state("up", ""),
    )
)


def test_two_things_that_would_be_called_back_by_one_name_are_refused() -> None:
    says = (
        "on_enter_call_up: would be called back for the effect enter_call_up and for the state up of call; give one of"
    )
    with pytest.raises(ValueError, match=says):
        talk_with(composition=CLASHING)(TWO)


ALIKE = compose(
    lifecycle(
        "call",
        state(
            "up", "", on("ring", to="up_originator", cites="RTE-1"), on("take", to="up", cites="RTE-1"), initial=True
        ),
        state("up_originator", ""),
    ),
)


def test_places_of_one_name_are_refused() -> None:
    same = lifecycle(
        "call",
        state(
            "idle", "", on("ring", to="up", cites="RTE-1"), on("take", to="up_originator", cites="RTE-1"), initial=True
        ),
        state("up", "", owner="caller"),
        state("up_originator", ""),
    )
    with pytest.raises(
        ValueError, match=r"up_originator: would be called back for .* and for .*; give one of them another"
    ):
        machine(same)
    assert machine(ALIKE.lifecycles["call"]).states


def named_so(name: str) -> Composition:
    return compose(
        lifecycle(name, state("idle", "", on("ring", to="up", cites="RTE-1"), initial=True), state("up", ""))
    )


def test_a_lifecycle_called_as_what_a_talk_has_is_refused() -> None:
    with pytest.raises(ValueError, match="desk: a talk has this of its own; give the lifecycle another name"):
        talk_with(composition=named_so("desk"), desk=noting)(TWO)
    with pytest.raises(ValueError, match="pairing: a talk has this of its own"):
        talk_with(composition=named_so("pairing"))(TWO)
    with pytest.raises(ValueError, match="why_not: a model has this of its own; give the lifecycle another name"):
        machine(named_so("why_not").lifecycles["why_not"])


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda: Talk(None), "pairing: None is not accepted; give a Pairing of users"),
        (lambda: AsyncTalk(5), "pairing: 5 is not accepted; give a Pairing of users"),
        (lambda: Talk(TWO).change(None), "pairing: None is not accepted; give a Pairing of users"),
        (lambda: Model(None), "pairing: None is not accepted"),
        (lambda: Talk(TWO, 5), "machines: 5 is not accepted; give what machines(...) made"),  # type: ignore[arg-type]
        (lambda: Talk(TWO, {}), "machines: chat is missing, or is of another lifecycle; give what machines(...) made"),
        (lambda: Talk(TWO, {**machines(), "call": 7}), "machines: call is missing, or is of another lifecycle"),
        (lambda: Talk(TWO, {**machines(), "call": machines()["chat"]}), "machines: call is missing, or is of another"),
        (lambda: Talk(TWO, {**machines(), "call": Machine(None, model_attribute="call")}), "machines: call is"),
        (lambda: machine("call"), "lifecycle: 'call' is not accepted; give one of CONVERSATION.lifecycles"),  # type: ignore[arg-type]
        (lambda: machine(CONVERSATION.lifecycles["call"], int), "cls: <class 'int'> is not accepted; give Machine or"),
        (lambda: machines(5), "cls: 5 is not accepted; give Machine or another class of transitions"),
    ],
)  # fmt: skip
def test_what_is_none_is_refused(made: Callable[[], Any], says: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011  # what it says is the test
        made()
    assert says in str(error.value)


class Word(str):
    """Text that equals whatever it is held against."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("call_audio")


class Events(enum.StrEnum):
    """Somebody's own words."""

    CALL = "call_audio"
    WHO = "originator"


class Odd:
    """A thing that equals everything and cannot be shown."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("call_audio")

    def __repr__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize(("event", "by"), [(Events.CALL, Events.WHO), (np.str_("call_audio"), np.str_("originator"))])
def test_an_event_is_what_it_says_whichever_kind_of_text_it_is(event: Any, by: Any) -> None:
    talk = Talk(TWO)
    assert talk.why_not(event, by) is None
    assert talk.trigger(event, by)
    assert str(talk.places["call"]) == "ringing:originator"
    model: Any = Model(TWO)
    machine(CONVERSATION.lifecycles["call"]).add_model(model)
    assert model.call_audio(by=by)


@pytest.mark.parametrize(
    "event", [None, 5, b"call_audio", [], {}, ("call_audio",), Odd(), Word("sing"), "a" * 5000, "\ud800"]
)
def test_what_is_no_event_is_unknown_and_changes_nothing(event: Any) -> None:
    talk = Talk(TWO)
    for asks in (talk.trigger, talk.why_not):
        with pytest.raises(fsm.UnknownEvent, match=r"event: .* is not known"):
            asks(event, O)
    assert talk.trigger("call_audio", O)


@pytest.mark.parametrize("by", [None, 5, [], {}, Odd(), Word("ann"), "Originator", b"originator"])
def test_who_is_no_party_is_unknown_and_changes_nothing(by: Any) -> None:
    talk = Talk(TWO)
    model: Any = Model(TWO)
    machine(CONVERSATION.lifecycles["call"]).add_model(model)
    for asks in (talk.trigger, talk.why_not):
        with pytest.raises(fsm.UnknownEvent, match=r"by: .* is not accepted; use one of originator, recipient"):
            asks("call_audio", by)
    with pytest.raises(fsm.UnknownEvent, match=r"by: .* is not accepted"):
        model.call_audio(by=by)
    assert model.call == "none"
    assert talk.trigger("call_audio", O)


def test_a_model_is_triggered_by_somebody() -> None:
    model: Any = Model(TWO)
    machine(CONVERSATION.lifecycles["call"]).add_model(model)
    with pytest.raises(fsm.UnknownEvent, match="by: None is not accepted; use one of originator, recipient, service"):
        model.call_audio()


def test_a_lifecycle_that_somebody_put_nowhere_is_said() -> None:
    talk = Talk(TWO)
    put: list[Any] = ["nowhere", None, []]
    for odd in put:
        talk.call = odd  # type: ignore[attr-defined]
        with pytest.raises(ValueError, match=r"call: .* is no place of it; places are none, ringing_originator, "):
            talk.trigger("call_audio", O)


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("where", ["on_ring_audio", "on_enter_call_ringing", "on_exit_call_none", "on_timer_start"])
def test_whatever_a_callback_raises_nothing_is_half_done(where: str, error: type[BaseException]) -> None:
    raising = True

    def raises(*_: object) -> None:
        if raising:
            raise error

    talk = talk_with(**{where: raises})(TWO)
    before = talk.places
    with pytest.raises(error):
        talk.trigger("call_audio", O)
    assert talk.places == before
    raising = False
    assert talk.trigger("call_audio", O)


@pytest.mark.parametrize("kind", [Talk, AsyncTalk])
def test_where_a_machine_lets_an_exception_pass_nothing_is_half_done(kind: type) -> None:
    import asyncio

    from transitions.extensions.asyncio import AsyncMachine

    heard: list[object] = []
    mine = machines(
        AsyncMachine if kind is AsyncTalk else Machine, on_exception=lambda event: heard.append(event.error)
    )

    def raises(*_: object) -> None:
        raise OSError("nobody there")

    async def ring() -> tuple[bool, Any]:
        talk = talk_with(kind, on_ring_audio=raises)(TWO, mine)
        before = talk.places
        answer = talk.trigger("call_audio", O)
        accepted = await answer if kind is AsyncTalk else answer
        return accepted, (before, talk.places)

    accepted, (before, after) = asyncio.run(ring())
    assert not accepted
    assert before == after
    assert [str(each) for each in heard] == ["nobody there"]


class Counting(Talk):
    """A talk with something of its own."""

    def __init__(self, pairing: Pairing, machines: Any = None) -> None:
        super().__init__(pairing, machines)
        self.rung = [0]

    def on_ring_audio(self, to: str) -> None:
        self.rung[0] += 1


def through_pickle(talk: Any) -> Any:
    return pickle.loads(pickle.dumps(talk))


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, through_pickle])
def test_a_copy_goes_on_by_itself(copied: Callable[[Any], Any]) -> None:
    talk = Counting(TWO)
    assert talk.trigger("call_audio", O)
    other = copied(talk)
    assert (other.places, other.pairing, other.rung) == (talk.places, talk.pairing, [1])
    assert other.trigger("accept_call", R)
    assert [str(each.places["call"]) for each in (talk, other)] == ["ringing:originator", "connected"]
    assert talk.trigger("cancel_call", O)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
@pytest.mark.parametrize("cls", [Machine, GraphMachine])
def test_copies_share_the_machines_of_a_talk(copied: Callable[[Any], Any], cls: Any) -> None:
    options: dict[str, Any] = {"graph_engine": "mermaid"} if cls is GraphMachine else {}
    mine = machines(cls, **options)
    talk = Counting(TWO, mine)
    other = copied(talk)
    assert other.machines is mine
    assert other.trigger("call_audio", O)
    assert cls is Machine or "ringing_originator" in other.get_graph("call").source
    with pytest.raises(TypeError, match="machines: a talk on machines of its own cannot be pickled"):
        pickle.dumps(talk)


def test_a_talk_under_asyncio_is_put_away_too() -> None:
    talk: AsyncTalk = through_pickle(AsyncTalk(TWO))
    assert talk.pairing == TWO
    assert talk._awaits


def test_a_talk_of_another_specification_is_not_gone_on_with() -> None:
    state = Counting(TWO).__getstate__()
    with pytest.raises(
        ValueError, match=r"fingerprint: 'other' is another specification's, this one is '.*'; make it anew"
    ):
        Counting.__new__(Counting).__setstate__({**state, "_of": "other"})


def test_a_talk_in_the_middle_of_a_step_is_not_copied() -> None:
    class Copying(Talk):
        def on_ring_audio(self, to: str) -> None:
            copy.copy(self)

    talk = Copying(TWO)
    with pytest.raises(RuntimeError, match="the talk is taking a step; copy it or put it away once that returns"):
        talk.trigger("call_audio", O)
    assert talk.places["call"].state == "none"


def test_a_copy_waits_for_the_step_of_another_thread() -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow(Talk):
        def on_ring_audio(self, to: str) -> None:
            begun.set()
            go_on.wait()

    talk, found = Slow(TWO), []
    step = threading.Thread(target=talk.trigger, args=("call_audio", O))
    copies = threading.Thread(target=lambda: found.append(copy.copy(talk)))
    step.start()
    begun.wait()
    copies.start()
    go_on.set()
    step.join()
    copies.join()
    assert [str(each.places["call"]) for each in found] == ["ringing:originator"]
