"""The names as types of Python: those of the tables, as TypeScript has them, and of any other machine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import fsm
from fsm import CONVERSATION
from fsm.export import export
from fsm.notation import (
    BOTH,
    PARTIES,
    SERVICE,
    Composition,
    Lifecycle,
    Timer,
    effect,
    guards_of,
    on,
    state,
    timer,
)
from fsm.space.resolved import Condition
from fsm.spec import names
from fsm.spec.rules import RULES
from tests.export.test_typescript import declared

FILE = Path(names.__file__)


def test_the_names_are_fresh() -> None:
    made = export("python", CONVERSATION)
    assert FILE.read_text(encoding="utf-8") == made, "run fsm export python -o fsm/spec/names.py"


def test_they_are_those_of_the_tables() -> None:
    assert get_args(names.Event) == CONVERSATION.events
    assert get_args(names.LifecycleName) == tuple(CONVERSATION.lifecycles)
    assert get_args(names.RuleId) == tuple(RULES)
    assert get_args(names.PartyName) == tuple(fsm.Party)
    assert get_args(names.ClientName) == tuple(fsm.Client)
    assert get_args(names.EditionName) == tuple(fsm.EDITIONS)
    for name, kind in get_type_hints(names.States).items():
        assert get_args(kind) == tuple(CONVERSATION.lifecycles[name].states)
    for name, kind in get_type_hints(names.Places).items():
        assert get_args(kind) == tuple(map(str, CONVERSATION.lifecycles[name].places)) or name == "terminated_call"


def test_typescript_has_the_same() -> None:
    text = export("typescript", CONVERSATION)
    assert {event.partition(".")[0] for event in declared(text, "EventType") if event.count(".") == 1} == {
        *get_args(names.Event)
    }
    assert declared(text, "Effects") == {*get_args(names.EffectName)}
    body = re.search(r"export interface Effects {(.*?)\n}", text, re.DOTALL)
    assert body
    assert {*re.findall(r'"([^"]+)"', body[1])} == {*get_args(names.Addressee)}
    asked = {Condition(guard, party).name: guard.name for guard in guards_of(CONVERSATION) for party in PARTIES}
    assert {asked[name] for name in declared(text, "Conditions")} == {*get_args(names.GuardName)}


def test_importing_the_package_does_not_read_them() -> None:
    asked = "import fsm, sys; print([name for name in sys.modules if name == 'fsm.spec.names'])"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    assert said == "[]\n"


def door(*effects: Any, timers: tuple[Timer, ...] = ()) -> Composition:
    """A door, which anybody opens and the wind shuts."""
    lifecycle = Lifecycle(
        "door",
        "Door",
        state("shut", "It is shut", on("open", to="open", effects=list(effects), cites="RTE-1"), initial=True),
        state("open", "It is open", on("shut", by=SERVICE, to="shut", cites="RTE-1"), timers=timers),
        rules=RULES,
    )
    return Composition(lifecycle, dispatch={}, changes=(), rules=RULES)


@pytest.mark.parametrize(
    ("machine", "timed", "effects", "to"),
    [
        (door(), (), (), ("originator", "recipient")),
        (
            door(
                effect("ring", "hears it", "RTE-1")(BOTH),
                effect("lift", "lifts it", "RTE-1", service="porter"),
                effect("note", "notes it", "RTE-1")(SERVICE),
                timers=(timer("shut", 5, "RTE-1"),),
            ),
            ("shut",),
            ("lift", "note", "ring"),
            ("originator", "recipient", "porter", "service"),
        ),
    ],
)
def test_another_machine_has_names_of_its_own(
    machine: Composition, timed: tuple[str, ...], effects: tuple[str, ...], to: tuple[str, ...]
) -> None:
    made: dict[str, Any] = {"__name__": "door"}
    exec(export("python", machine), made)
    assert get_args(made["Event"]) == ("open", "shut")
    assert get_args(made["TimerEvent"]) == timed
    assert get_args(made["EffectName"]) == effects
    assert get_args(made["Addressee"]) == to
    assert get_args(made["DoorState"]) == ("shut", "open")
    assert [*made["States"].__annotations__] == ["door"]
    assert not made.keys() & {"ModeName", "Facts", "EditionName"}, "what a pairing of ours is made of"
