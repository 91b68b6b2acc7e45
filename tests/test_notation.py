"""Every mistake in a declaration is caught when it is declared, and says where it is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from fsm.notation import (
    ACTOR,
    BOTH,
    OTHER,
    OWNER,
    PEER,
    RECIPIENT,
    SERVICE,
    At,
    Change,
    Composition,
    DeclarationError,
    Dispatch,
    Emit,
    Lifecycle,
    Party,
    Remedy,
    Role,
    Row,
    change,
    effect,
    guard,
    on,
    on_signal,
    parties,
    refuse,
    signal,
    stands,
    state,
    timer,
    to,
)
from fsm.spec.rules import Rule
from fsm.spec.sources import DECISION

RULES = {"R-1": Rule("R-1", "One fact.", *DECISION), "R-2": Rule("R-2", "Another.", *DECISION)}
ready = guard("ready", lambda view: bool(view), "is ready", "is not ready", "R-1")
fair = guard("fair", lambda view: True, "is fair", "is not fair", "R-1", about=None)
uncited = guard("uncited", lambda view: True, "", "", "R-9")
ring = effect("ring", "is rung", "R-1")
record = effect("record", "records it", "R-1", service="recorder")


def door(*rows: Row, **more: object) -> Lifecycle:
    """A door whose first state has ``rows``, and an owned second one."""
    return Lifecycle(
        "door",
        "Door",
        state("shut", "Shut", *rows, on("knock", to="held", cites="R-1"), initial=True, **more),  # type: ignore[arg-type]
        state("held", "Held open", on("let_go", by=OWNER, to="shut", cites="R-1"), owner="holder"),
        rules=RULES,
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            on("go", to="open", cites="R-1"),
            "door.shut, row 1 on 'go': target 'open' is not a state; states are shut, held",
        ),
        (on("go"), "door.shut, row 1 on 'go': cites no rule"),
        (on("go", cites="R-1 R-7"), "door.shut, row 1 on 'go': rule 'R-7' is not in the catalogue"),
        (on("go", refused="R-8"), "rule 'R-8' is not in the catalogue"),
        (on("go", when=[uncited], cites="R-1"), "row 1 on 'go', guard uncited: rule 'R-9' is not in the catalogue"),
        (on("go", effects=[effect("x", "", "R-9")(BOTH)], cites="R-1"), "effect x: rule 'R-9' is not in the catalogue"),
        (
            on("go", effects=[effect("x", "", "R-1", only=(uncited,))(BOTH)], cites="R-1"),
            "effect x, guard uncited: rule 'R-9' is not in the catalogue",
        ),
        (on("go", effects=[ring], cites="R-1"), "effect ring needs exactly one addressee"),
        (on("go", effects=[record(BOTH)], cites="R-1"), "effect record needs exactly one addressee"),
        (on("go", by=ACTOR, cites="R-1"), "by=actor is not accepted; use one of both, originator"),
        (on("go", refused="R-1", to="held"), "a refusal changes nothing"),
        (on("go", refused="R-1", effects=[ring(BOTH)]), "a refusal changes nothing"),
        (on("go", by=OWNER, cites="R-1"), "speaks of an owner, and shut has none"),
        (on("go", when=[ready.of(PEER)], cites="R-1"), "speaks of an owner, and shut has none"),
        (on("go", effects=[ring(OWNER)], cites="R-1"), "speaks of an owner, and shut has none"),
        (on("go", effects=[signal("x.y", OWNER)], cites="R-1"), "speaks of an owner, and shut has none"),
        (on("go", by=SERVICE, when=[ready], cites="R-1"), "speaks of the acting party, and the service acts"),
        (on("go", by=SERVICE, effects=[ring(OTHER)], cites="R-1"), "speaks of the acting party, and the service acts"),
        (on("go", by=SERVICE, to="held", cites="R-1"), "held needs an owner, and the service cannot be it"),
        (on("go", to="shut", owner=ACTOR, cites="R-1"), "names an owner for shut, which has none"),
    ],
)
def test_a_wrong_row_says_where_it_is(row: Row, message: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        door(row)
    assert "door.shut, row 1 on 'go'" in str(caught.value)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (on("go", cites="R-1"), on("go", to="held", cites="R-1")),
        (on("go", cites="R-1"), on("go", by=RECIPIENT, cites="R-1")),
        (on("go", when=[ready], cites="R-1"), on("go", when=[ready, fair], cites="R-1")),
        (on("go", refused="R-1"), on("go", when=[ready], cites="R-1")),
    ],
)
def test_a_row_behind_one_that_always_comes_first_is_refused(first: Row, second: Row) -> None:
    with pytest.raises(DeclarationError, match=r"door.shut, row 2 on 'go': never reached, row 1 always comes first"):
        door(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (on("go", when=[ready], cites="R-1"), on("go", cites="R-1")),
        (on("go", when=[ready], cites="R-1"), on("go", when=[ready.of(OTHER)], cites="R-1")),
        (on("go", by=RECIPIENT, cites="R-1"), on("go", cites="R-1")),
        (on("go", cites="R-1"), on("go", by=SERVICE, cites="R-1")),
    ],
)
def test_rows_that_leave_something_to_the_next_are_fine(first: Row, second: Row) -> None:
    assert len(door(first, second).states["shut"].rows_for("go")) == 2


def wrong_lifecycles() -> dict[str, Callable[[], object]]:
    shut = state("shut", "Shut", on("go", to="open", cites="R-1"), initial=True)
    opened = state("open", "Open")
    late = timer("late", 5, "R-1")
    return {
        "door.shut: declared twice": lambda: Lifecycle("door", "", shut, shut, rules=RULES),
        r"door: 0 initial states": lambda: Lifecycle("door", "", opened, rules=RULES),
        r"door.loft: no row leads to this state": lambda: Lifecycle(
            "door", "", shut, opened, state("loft", ""), rules=RULES
        ),
        "door.shut: an initial state remembers nobody": lambda: Lifecycle(
            "door", "", state("shut", "", owner="me", initial=True), rules=RULES
        ),
        "timer late: the state has no row for it by the service": lambda: door(timers=[late]),
        "timer late: rule 'R-9' is not in the catalogue": lambda: door(
            on("late", by=SERVICE, cites="R-1"), timers=[timer("late", 5, "R-9")]
        ),
        "timer late: guard ready depends on who acts": lambda: door(
            on("late", by=SERVICE, cites="R-1"), timers=[timer("late", 5, "R-1", when=(ready,))]
        ),
        "ignores 'rain' and has a row for it": lambda: door(on_signal("rain", cites="R-1"), ignores="rain"),
    }


@pytest.mark.parametrize("message", wrong_lifecycles())
def test_a_wrong_lifecycle_says_what_is_wrong(message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        wrong_lifecycles()[message]()


def house(
    *rows: Row, dispatch: dict[str, tuple[Dispatch, ...]] | None = None, changes: tuple[Change, ...] = ()
) -> Composition:
    """A door with ``rows`` and a bell that hears ``visit``."""
    bell = Lifecycle(
        "bell",
        "Bell",
        state("quiet", "", on("knock", cites="R-1"), on_signal("visit", cites="R-1"), initial=True),
        rules=RULES,
    )
    wired = on("call", effects=[signal("bell.visit")], cites="R-1")
    table = {"knock": (to("door"),), **(dispatch or {})}
    return Composition(door(wired, *rows), bell, dispatch=table, changes=changes, rules=RULES)


def wrong_houses() -> dict[str, Callable[[], object]]:
    def never(old: object, new: object) -> bool:
        return False

    return {
        "dispatch, row 1 on 'sing': no lifecycle knows this event": lambda: house(dispatch={"sing": (to("door"),)}),
        "dispatch, row 1 on 'knock': 'roof' is not a lifecycle; use one of door, bell": lambda: house(
            dispatch={"knock": (to("roof"),)}
        ),
        "dispatch, row 1 on 'call': bell has no row for it": lambda: house(dispatch={"call": (to("bell"),)}),
        "'ajar' is not a state of door": lambda: house(dispatch={"knock": (to("door", door="ajar"), to("bell"))}),
        "rule 'R-9' is not in the catalogue": lambda: house(dispatch={"knock": (refuse("R-9"), to("bell"))}),
        "way out 'fly' is not an event": lambda: house(dispatch={"knock": (refuse("R-1", "fly"), to("bell"))}),
        "door.shut.go.1: way out 'fly' is not an event": lambda: house(on("go", refused="R-1", instead="fly")),
        "dispatch on 'knock': the last row must say": lambda: house(dispatch={"knock": (refuse("R-1"),)}),
        "effect call: 'pick_up', which answers it, is not an event": lambda: house(
            on("go", effects=[effect("call", "is called", "R-1", answers="go pick_up")(OTHER)], cites="R-1")
        ),
        "signal bell.rain: nobody hears it": lambda: house(on("go", effects=[signal("bell.rain")], cites="R-1")),
        "signal door.rain: nobody sends it": lambda: house(on_signal("rain", cites="R-1")),
        "change storm: no lifecycle hears it": lambda: house(changes=(change("storm", Party.SERVICE, never, "R-1"),)),
        "change visit: rule 'R-9' is not": lambda: house(changes=(change("visit", Party.SERVICE, never, "R-9"),)),
    }


@pytest.mark.parametrize("message", wrong_houses())
def test_wrong_wiring_says_what_is_wrong(message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        wrong_houses()[message]()


def test_an_event_two_lifecycles_know_must_be_dispatched() -> None:
    with pytest.raises(DeclarationError, match="dispatch: 'knock' is known to door, bell; say where it goes"):
        Composition(
            door(),
            Lifecycle("bell", "", state("quiet", "", on("knock", cites="R-1"), initial=True), rules=RULES),
            dispatch={},
            changes=(),
            rules=RULES,
        )


def test_an_event_one_lifecycle_knows_goes_there() -> None:
    assert [row.lifecycle for row in house().dispatch["let_go"]] == ["door"]


@pytest.mark.parametrize(
    ("role", "actor", "here", "stands_for"),
    [
        (Role.ACTOR, Party.RECIPIENT, None, (Party.RECIPIENT,)),
        (Role.OTHER, Party.RECIPIENT, None, (Party.ORIGINATOR,)),
        (Role.OWNER, Party.SERVICE, At("up", Party.RECIPIENT), (Party.RECIPIENT,)),
        (Role.PEER, Party.SERVICE, At("up", Party.RECIPIENT), (Party.ORIGINATOR,)),
        (Role.OPENER, Party.SERVICE, At("up", opener=Party.RECIPIENT), (Party.RECIPIENT,)),
        (Role.ANSWERER, Party.SERVICE, At("up", Party.RECIPIENT, Party.RECIPIENT), (Party.ORIGINATOR,)),
        (Role.BOTH, Party.SERVICE, None, (Party.ORIGINATOR, Party.RECIPIENT)),
        (Role.RECIPIENT, Party.SERVICE, None, (Party.RECIPIENT,)),
        (Role.SERVICE, Party.ORIGINATOR, None, (Party.SERVICE,)),
    ],
)
def test_a_role_stands_for_parties(role: Role, actor: Party, here: At | None, stands_for: tuple[Party, ...]) -> None:
    assert parties(role, actor, here) == stands_for


def test_a_role_without_meaning_is_refused() -> None:
    with pytest.raises(DeclarationError, match="owner: the state does not remember one"):
        parties(OWNER, Party.ORIGINATOR, None)
    with pytest.raises(DeclarationError, match="opener: the state does not remember one"):
        parties(Role.OPENER, Party.ORIGINATOR, At("up", Party.ORIGINATOR))
    with pytest.raises(DeclarationError, match="the service has no other party"):
        parties(OTHER, Party.SERVICE, None)


def test_a_guard_can_be_turned_around_and_be_about_another() -> None:
    assert ready.test(1)
    assert not (~ready).test(1)
    assert (~ready).name == "not_ready"
    assert (~ready).says == "is not ready"
    helped = ready._replace(remedy=Remedy("wait a little"))
    assert helped.of(OTHER).remedy.says == "wait a little"
    assert (~helped).remedy == Remedy(), "what would make it hold makes its opposite fail"
    assert ready.of(OTHER) != ready
    assert ready == ready.of(OTHER).of(ACTOR)
    assert [str(each) for each in (ready, fair, ready.of(OTHER))] == ["ready", "fair", "other ready"]


def test_things_say_what_they_are() -> None:
    assert str(signal("bell.visit")) == "bell.visit"
    assert str(At("held", Party.ORIGINATOR)) == "held:originator"
    assert str(At("shut")) == "shut"
    assert repr(door()) == "<Lifecycle door: 2 states, 2 rows>"
    assert door().places == (At("shut"), At("held", Party.ORIGINATOR), At("held", Party.RECIPIENT))
    row = on("go", effects=[ring(BOTH), record, signal("bell.visit")], cites="R-1")
    assert row.effects == (Emit(ring, BOTH), Emit(record, None))
    assert [str(each) for each in row.signals] == ["bell.visit"]


def test_where_it_stands_is_written_as_it_is_read() -> None:
    for at in door().places:
        assert house().standing(stands([("door", at), ("bell", At("quiet"))])) == {"door": at, "bell": At("quiet")}
    assert stands([("door", door().places[-1]), ("bell", At("quiet"))]) == "door=held:recipient bell=quiet"
    assert house().standing("") == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("bell=quiet gate=shut", "'gate=shut' is not accepted; use one of door=STATE, bell=STATE"),
        ("held:originator", "'held:originator' is not accepted; use one of door=STATE, bell=STATE"),
        ("door=held", "'door=held' is not accepted; for door use one of shut, held:originator, held:recipient"),
        ("door=held(originator)", "for door use one of shut, held:originator, held:recipient"),
    ],
)
def test_what_names_no_place_is_told_what_does(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        house().standing(text)


def test_a_row_that_leads_nowhere_leaves_everything_as_it_is() -> None:
    held = At("held", Party.RECIPIENT)
    assert door().after(on("knock", cites="R-1"), held, Party.ORIGINATOR) == held
