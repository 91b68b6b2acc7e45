"""Running a scenario against a service: what is compared, what is not, and what a departure says."""

from __future__ import annotations

import asyncio
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from fsm import Pairing
from fsm.engine.outcome import Sent, StartTimer, Timers
from fsm.testing.running.driver import Observation, Reference
from fsm.testing.running.run import check
from fsm.testing.running.shrink import player
from tests.strategies import pairings, walks
from tests.testing.faulty import Altered, scenario, with_fault, without_effects_of

if TYPE_CHECKING:
    from fsm.spec.names import Event, PartyName


RINGS = "call_audio by originator"
TALK = f"{RINGS}, accept_call by recipient"
REFUSED = f"{TALK}, share_desktop by originator, share_desktop by recipient"


@given(pairings(), walks)
@settings(max_examples=12)
def test_the_reference_never_departs_and_shows_everything(pairing: Pairing, walk: list[tuple[str, Any]]) -> None:
    moves = [what for kind, what in walk if kind != "step"]
    verdict = check(Reference(), player(None).scenario("walk", pairing, moves))
    assert verdict.departure is None
    assert verdict.passed == len(moves)
    assert verdict.seen == verdict.asked


def test_the_reference_does_not_do_lifecycles_alone() -> None:
    verdict = check(Reference(), scenario(RINGS, lifecycle="call"))
    assert (verdict.departure, verdict.passed) == (None, 0)
    assert verdict.unsupported == "NotImplementedError: the reference runs whole conversations"


NO_ANSWER = Timers((StartTimer("no_answer", 30),))
INTEROP_RING = (Sent("ring_audio", "recipient"), Sent("open_interop_window", "recipient"))


@pytest.mark.parametrize(
    ("seen", "differing"),
    [
        ({"accepted": False}, ["the event"]),
        ({"state": {"call": "connected"}}, ["state of call"]),
        ({"state": {"call": "ringing", "chat": "interop"}}, ["state of chat"]),
        ({"state": {"telephone": "ringing"}}, ["state of telephone"]),
        ({"owners": {}}, ["owner of call"]),
        ({"owners": {"call": "recipient"}}, ["owner of call"]),
        ({"owners": {"call": "originator", "chat": "originator"}}, ["owner of chat"]),
        ({"owners": {"telephone": "originator"}}, ["owner of call", "state of telephone"]),
        ({"effects": ()}, ["effects"]),
        ({"effects": INTEROP_RING[::-1]}, ["effects"]),
        ({"effects": (*INTEROP_RING, Sent("relay", "gateway"))}, ["effects"]),
        ({"effects": {"recipient": ("ring_audio",)}}, ["effects to the recipient"]),
        ({"effects": {"originator": ("ring_audio",)}}, ["effects to the originator"]),
        ({"timers": Timers()}, ["timers"]),
        ({"timers": NO_ANSWER._replace(cancel=("session_expired",))}, ["timers"]),
        ({"timers": Timers((StartTimer("no_answer", 31),))}, ["timers"]),
    ],
)
def test_everything_that_is_seen_is_compared(seen: dict[str, Any], differing: list[str]) -> None:
    departure = check(with_fault(**seen), scenario(RINGS)).departure
    assert departure
    assert [each.what for each in departure.differences] == differing


@pytest.mark.parametrize(
    ("seen", "hidden"),
    [
        ({"accepted": None}, {"the event"}),
        ({"state": None}, {f"state of {name}" for name in ("chat", "call", "meeting", "terminated_call")}),
        ({"state": {"call": "ringing"}}, {f"state of {name}" for name in ("chat", "meeting", "terminated_call")}),
        ({"owners": None}, {"owner of call"}),
        ({"state": {"chat": "none"}, "owners": {}}, {"owner of call"} | {"state of call", "state of meeting"}),
        ({"effects": None}, {"effects"}),
        ({"effects": {"originator": ()}}, {"effects to the recipient"}),
        ({"effects": {"recipient": ("ring_audio", "open_interop_window")}}, set()),
        ({"timers": None}, {"timers"}),
    ],
)
def test_what_is_not_seen_is_not_compared_but_counted(seen: dict[str, Any], hidden: set[str]) -> None:
    verdict = check(with_fault(**seen), scenario(RINGS))
    assert verdict.departure is None
    unseen = {what for what, times in verdict.asked.items() if verdict.seen.get(what, 0) < times}
    assert hidden <= unseen
    assert unseen - hidden <= {"state of terminated_call"}


def test_a_rule_is_asked_for_only_where_something_is_refused() -> None:
    verdict = check(with_fault(rule=None), scenario(REFUSED))
    assert (verdict.asked["the rule"], verdict.seen.get("the rule")) == (1, None)


def test_a_refusal_that_names_no_rule_is_not_one_whose_rule_was_not_seen() -> None:
    departure = check(with_fault(rule=""), scenario(REFUSED)).departure
    assert departure
    assert departure.differences == ((("the rule", ("DEC-3",), ())),)


def test_a_service_that_shows_nothing_departs() -> None:
    departure = check(Altered(lambda *_: Observation()), scenario(TALK)).departure
    assert departure
    assert departure.error == "the driver observed nothing at all of this step"
    assert len(departure.scenario.steps) == 1


def test_the_first_step_that_departs_ends_it() -> None:
    verdict = check(without_effects_of("accept_call"), scenario(f"{TALK}, hang_up by originator"))
    assert verdict.departure
    assert verdict.passed == 1
    assert verdict.departure.scenario == scenario(f"{TALK}, hang_up by originator")._replace(steps=scenario(TALK).steps)


class Breaking(Reference):
    """A driver that raises."""

    def __init__(self, where: str, error: BaseException) -> None:
        self.where, self.error = where, error

    def _raise(self, here: str) -> None:
        if here == self.where:
            raise self.error

    def start(self, pairing: Pairing, lifecycle: str | None = None) -> None:
        self._raise("start")
        super().start(pairing, lifecycle)

    def apply(self, event: Event, by: PartyName) -> Observation:
        self._raise(event)
        return super().apply(event, by)

    def change(self, pairing: Pairing) -> Observation:
        self._raise("change")
        return super().change(pairing)


@pytest.mark.parametrize(("where", "steps"), [("start", 0), ("call_audio", 1), ("accept_call", 2), ("change", 3)])
def test_whatever_a_driver_raises_is_a_departure(where: str, steps: int) -> None:
    broken = Breaking(where, TimeoutError("no answer within 5 s"))
    departure = check(broken, scenario(f"{TALK}, sfb>teams")).departure
    assert departure
    assert departure.error == "TimeoutError: no answer within 5 s"
    assert len(departure.scenario.steps) == steps
    assert "TimeoutError" in str(departure).splitlines()[0]


@pytest.mark.parametrize(("where", "passed"), [("start", 0), ("accept_call", 1), ("change", 2)])
def test_what_a_driver_does_not_do_is_no_departure(where: str, passed: int) -> None:
    verdict = check(Breaking(where, NotImplementedError()), scenario(f"{TALK}, sfb>teams"))
    assert verdict[:3] == (passed, None, "NotImplementedError")


def test_an_interrupt_is_nobodys_departure() -> None:
    with pytest.raises(KeyboardInterrupt):
        check(Breaking("accept_call", KeyboardInterrupt()), scenario(TALK))


def test_what_is_no_observation_is_a_departure() -> None:
    departure = check(Altered(lambda *_: None), scenario(RINGS)).departure
    assert departure
    assert departure.error == "TypeError: Altered.apply returned None; it has to return an Observation"


def test_an_observation_is_made_of_json() -> None:
    line = b"""{"accepted": true, "state": {"call": "ringing"}, "owners": {"call": "originator"},
        "effects": [["ring_audio", "recipient"]], "timers": [[["no_answer", 30]], []]}"""
    assert msgspec.json.decode(line, type=Observation) == Observation(
        accepted=True,
        state={"call": "ringing"},
        owners={"call": "originator"},
        effects=(Sent("ring_audio", "recipient"),),
        timers=NO_ANSWER,
    )
    with pytest.raises(msgspec.ValidationError, match="unknown field `efects`"):
        msgspec.json.decode(b'{"efects": []}', type=Observation)


def _deaf(_: Altered, event: str, seen: Observation) -> Observation:
    return replace(seen, effects=seen.effects[:1]) if isinstance(seen.effects, tuple) else seen


def test_a_departure_tells_a_stranger_all_of_it() -> None:
    text = f"{TALK}, share_desktop by recipient, teams>sfb, share_desktop by recipient"
    departure = check(Altered(_deaf), scenario(text, "teams>legacy")).departure
    assert (
        str(departure)
        == """\
Departs at accept_call by recipient: effects

TeamsOnly to SfBOnly; recipient.client sfb-legacy
  1. call_audio by originator  -> call=ringing:originator
  2. accept_call by recipient  -> call=connected

effects
   expected  stop_ringing to the originator, stop_ringing to the recipient,
             connect_media to the originator, connect_media to the recipient,
             show_business_bar to the recipient, show_interop_banner to the
             originator
   seen      stop_ringing to the originator
   missing   stop_ringing to the recipient, connect_media to the originator,
             connect_media to the recipient, show_business_bar to the recipient,
             show_interop_banner to the originator
rows   call.ringing.accept_call.2
rules  DEC-34 NAT-6 NAT-7 SFB-2 DEC-27 SFB-3
see it with
fsm explore 'from=TeamsOnly,address=ann@contoso.com&to=SfBOnly,address=bob@co'\\
'ntoso.com,client=sfb-legacy&play=call_audio:originator;accept_call:recipient'"""
    )


def test_a_departure_tells_of_changes_refusals_and_lifecycles_alone() -> None:
    text = f"{TALK}, share_desktop by recipient, teams>sfb, teams>sfb, accept_call by service"
    departure = check(Breaking("change", OSError()), scenario(text, "teams>legacy")).departure
    assert str(departure).splitlines()[4:7] == [
        "  2. accept_call by recipient  -> call=connected",
        "  3. share_desktop by recipient  -> refused by SFB-1",
        "  4. change recipient.client sfb-legacy to sfb-current",
    ]
    whole = check(Breaking("accept_call", OSError()), scenario("teams>legacy, teams>legacy, accept_call by service"))
    assert str(whole.departure).splitlines()[4:6] == [
        "  2. change of nothing",
        "  3. accept_call by service  -> not applicable here",
    ]
    start = check(Breaking("start", OSError("no such host")), scenario(RINGS, lifecycle="call")).departure
    assert str(start).splitlines() == [
        "Departs at the start: OSError",
        "",
        "TeamsOnly to SfBOnly; the call alone",
        "",
        "at the start  OSError: no such host",
    ]


@given(pairings(), walks)
@settings(max_examples=12)
def test_a_departure_fits_eighty_columns(pairing: Pairing, walk: list[tuple[str, Any]]) -> None:
    moves = [what for kind, what in walk if kind != "step"]
    found = check(with_fault(effects=(Sent("x", "y"),) * 30), player(None).scenario("w", pairing, moves)).departure
    assert all(len(line) <= 80 for line in str(found).splitlines())


def kind(fault: str, text: str) -> tuple[object, ...]:
    departure = check(without_effects_of(fault), scenario(text)).departure
    assert departure
    return departure.kind


def test_departures_of_one_kind_differ_in_the_same_things_by_the_same_rows() -> None:
    again = f"{RINGS}, cancel_call by originator, {TALK}"
    assert kind("accept_call", TALK) == kind("accept_call", again)
    assert kind("accept_call", TALK) != kind("call_audio", TALK)


@pytest.mark.parametrize(
    "raised", [SystemExit(3), asyncio.CancelledError("late"), GeneratorExit("gone"), BaseException("boom")]
)
@pytest.mark.parametrize("where", ["start", "accept_call", "change"])
def test_what_is_no_exception_is_a_departure_too(raised: BaseException, where: str) -> None:
    departure = check(Breaking(where, raised), scenario(f"{TALK}, sfb>teams")).departure
    assert departure
    assert departure.error == f"{type(raised).__name__}: {raised}"


@pytest.mark.parametrize("ends", [pytest.fail.Exception("timeout"), pytest.skip.Exception("not today")])
def test_what_ends_a_test_goes_through(ends: BaseException) -> None:
    with pytest.raises(type(ends)):
        check(Breaking("start", ends), scenario(TALK))
    with pytest.raises(type(ends)):
        check(Breaking("accept_call", ends), scenario(TALK))


def test_without_pytest_there_is_nothing_of_its_to_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pytest")
    departure = check(Breaking("start", SystemExit(3)), scenario(TALK)).departure
    assert departure
    assert departure.error == "SystemExit: 3"


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        ({"accepted": "no"}, " in accepted: Expected `bool | null`, got `str`"),
        ({"accepted": 1}, " in accepted: Expected `bool | null`, got `int`"),
        ({"rule": 3}, " in rule: Expected `str | null`, got `int`"),
        ({"state": 5}, " in state: Expected `object | null`, got `int`"),
        ({"state": {"call": None}}, " in state[...]: Expected `str`, got `null`"),
        ({"state": {"call": object()}}, ": Encoding objects of type object is unsupported"),
        ({"owners": ["call"]}, " in owners: Expected `object | null`, got `array`"),
        ({"effects": "ring_audio"}, " in effects: Expected `object | array | null`, got `str`"),
        ({"effects": (("ring_audio",),)}, " in effects[0]: Expected `array` of length 2, got 1"),
        ({"effects": {"recipient": [3]}}, " in effects[...][0]: Expected `str`, got `int`"),
        ({"timers": ()}, None),
        ({"timers": (5, 5)}, " in timers[0]: Expected `array`, got `int`"),
    ],
)
def test_an_observation_of_the_wrong_types_is_a_departure(seen: dict[str, Any], says: str | None) -> None:
    departure = check(with_fault(**seen), scenario(RINGS)).departure
    assert departure
    wrong = "TypeError: Altered.apply returned an Observation with the wrong type"
    assert departure.error == (f"{wrong}{says}" if says else "")


def test_an_observation_that_goes_round_in_a_circle_is_a_departure() -> None:
    state: dict[str, Any] = {}
    state["call"] = state
    departure = check(with_fault(state=state), scenario(RINGS)).departure
    assert departure
    assert departure.error.startswith("TypeError: Altered.apply returned an Observation with the wrong type: ")


class Altering(Reference):
    """Alters the pairing that it is given."""

    def start(self, pairing: Pairing, lifecycle: str | None = None) -> None:
        super().start(pairing, lifecycle)
        self._alter(pairing)

    @staticmethod
    def _alter(pairing: Pairing) -> None:
        object.__setattr__(pairing, "originator", pairing.recipient)


class Later(Altering):
    """Alters the pairing that a conversation goes on under."""

    def start(self, pairing: Pairing, lifecycle: str | None = None) -> None:
        Reference.start(self, pairing, lifecycle)

    def change(self, pairing: Pairing) -> Observation:
        seen = super().change(pairing)
        self._alter(pairing)
        return seen


@pytest.mark.parametrize(("driver", "method", "steps"), [(Altering, "start", 0), (Later, "change", 3)])
def test_a_driver_that_alters_what_it_is_given_is_named_and_alters_nothing(
    driver: type[Reference], method: str, steps: int
) -> None:
    test = scenario(f"{TALK}, sfb>teams")
    departure = check(driver(), test).departure
    assert departure
    assert departure.error == (
        f"TypeError: {driver.__name__}.{method} alters the pairing that it is given; let it make one of its own"
    )
    assert len(departure.scenario.steps) == steps
    assert test == scenario(f"{TALK}, sfb>teams")


def test_a_pairing_that_equals_itself_alone_is_given_as_it_is() -> None:
    class Alone:
        def __init__(self) -> None:
            self.given: list[object] = []

        def start(self, pairing: Any, lifecycle: str | None = None) -> None:
            self.given.append(pairing)

        apply = change = start

    class Two:
        pass

    two: Any = Two()
    driver: Any = Alone()
    assert check(driver, scenario(TALK)._replace(pairing=two, steps=())).departure is None
    assert driver.given == [two]


@pytest.mark.parametrize(
    ("driver", "says"),
    [
        (None, "driver: NoneType has no start and no apply and no change; a driver has start(pairing, lifecycle), "),
        (Reference, "driver: Reference is a class; give one of it, Reference(...)"),
        (SimpleNamespace(start=1, apply=print, change=print), "driver: SimpleNamespace has no start; a driver has"),
    ],
)
def test_what_is_no_driver_is_refused(driver: Any, says: str) -> None:
    with pytest.raises(TypeError) as error:
        check(driver, scenario(TALK))
    assert str(error.value).startswith(says)


def test_what_a_service_says_is_shown_cut_and_safe() -> None:
    state = {"call": "\x1b[2J" + "a" * 100_000, "\u202echat": "none"}
    text = str(check(with_fault(state=state, rule="x"), scenario(RINGS)).departure)
    assert all(each.isprintable() for each in text.splitlines())
    assert r"seen      \x1b[2Jaaa" in text
    assert "(100,004 characters)" in " ".join(text.split())
    assert r"state of \u202echat" in text
    assert len(text) < 10_000
    raised = str(check(Breaking("start", OSError("\x1b[31m\nno\tservice" + "!" * 9000)), scenario(RINGS)).departure)
    assert raised.splitlines()[0] == "Departs at the start: OSError"
    assert r"'\x1b[31m no service!!!" in " ".join(raised.split())
    assert len(raised) < 6000


def test_of_many_differences_some_are_shown() -> None:
    state = {f"lifecycle{n}": "up" for n in range(1000)}
    text = str(check(with_fault(state=state), scenario(RINGS)).departure)
    assert "and 980 more that differ" in text
    assert "characters)" in text, "of what differs, too"
    assert len(text) < 6000
