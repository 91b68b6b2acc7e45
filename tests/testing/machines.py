"""Small Mealy machines and small compositions to make suites of."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import product

from fsm.notation import (
    BOTH,
    ORIGINATOR,
    OWNER,
    PEER,
    SERVICE,
    Composition,
    Party,
    change,
    effect,
    on,
    on_signal,
    refuse,
    signal,
    state,
    timer,
    to,
)
from fsm.spec.guards import on_teams
from fsm.spec.routing import View
from fsm.spec.rules import RULES
from fsm.testing.making.complete import Test
from fsm.testing.making.mealy import Mealy
from fsm.testing.making.single import Input
from tests.verify.machines import compose, lifecycle

ring = effect("ring", "is rung", "RTE-1", only=(on_teams,))


def mealy(*rows: str) -> Mealy:
    """A machine of a line for each state, such as "a1 b0": for each input its output and the state that follows."""
    cells = [row.split() for row in rows]
    inputs: tuple[Input, ...] = tuple((f"e{n}", Party.ORIGINATOR) for n in range(len(cells[0])))
    return Mealy(
        inputs,
        tuple(((),) * len(cells)),
        tuple(tuple(cell[0] for cell in row) for row in cells),
        tuple(tuple(int(cell[1:]) for cell in row) for row in cells),
    )


def alike(one: Mealy, other: Mealy, starts: Sequence[int] = (0,)) -> bool:
    """Whether no word tells two machines apart, found by walking them together, not by the code that is tested."""
    open_ = [(start, start) for start in starts]
    seen = set(open_)
    while open_:
        a, b = open_.pop()
        if one.output[a] != other.output[b]:
            return False
        then = set(zip(one.to[a], other.to[b], strict=True)) - seen
        seen |= then
        open_ += then
    return True


def passes(machine: Mealy, specification: Mealy, tests: Iterable[Test]) -> bool:
    """Whether a machine, reset into the states of the same number, answers every test as specified."""
    return all(machine.run(entry, word)[1] == specification.run(entry, word)[1] for entry, word in tests)


def every(like: Mealy, states: int, outputs: Sequence[Hashable]) -> Iterator[Mealy]:
    """Every machine of so many states, over the inputs of another and these outputs."""
    width = len(like.inputs)
    says = list(product(product(outputs, repeat=width), repeat=states))
    for leads in product(product(range(states), repeat=width), repeat=states):
        for output in says:
            yield Mealy(like.inputs, ((),) * states, output, leads)


def _moved(old: View, new: View) -> bool:
    return old.on is not new.on


PHONE = Composition(
    lifecycle(
        "call",
        state("none", "", on("dial", to="ringing", effects=[ring(BOTH)], cites="RTE-1"), initial=True),
        state(
            "ringing",
            "",
            on("answer", by=PEER, when=[on_teams], to="up", effects=[signal("chat.hush")], cites="RTE-1"),
            on("answer", by=PEER, refused="LIM-1", instead="hang_up"),
            on("hang_up", by=OWNER, to="none", cites="RTE-1"),
            on("timeout", by=SERVICE, to="none", cites="RTE-1"),
            owner="caller",
            timers=[timer("timeout", 10, "RTE-1", when=(on_teams.of(ORIGINATOR),))],
        ),
        state("up", "", on("hang_up", to="none", effects=[signal("chat.hush")], cites="RTE-1")),
    ),
    lifecycle(
        "chat",
        state(
            "open",
            "",
            on_signal("hush", to="quiet", cites="RTE-1"),
            on_signal("moved", to="away", cites="DEC-11"),
            initial=True,
        ),
        state("quiet", "", on("say", to="open", cites="RTE-1"), ignores="hush moved"),
        state("away", "", on("say", to="open", cites="RTE-1"), ignores="hush moved"),
    ),
    dispatch={"say": (refuse("DEC-6", "hang_up", call="ringing"), to("chat"))},
    changes=(change("moved", Party.ORIGINATOR, _moved, "DEC-11"),),
    rules=RULES,
)
"""Somebody calls; with guards, owners, a timer, an effect for some, a signal that may be ignored, a dispatch row that
refuses, and a place that only a change of the pairing leads to.
"""

LAMP = compose(
    lifecycle(
        "lamp",
        state("off", "", on("press", by=ORIGINATOR, when=[on_teams], to="on", cites="RTE-1"), initial=True),
        state("on", "", on("press", to="off", cites="RTE-2")),
    )
)
"""Small enough to list by hand everything there is to reach."""

CALM = Composition(
    lifecycle(
        "chat",
        state(
            "open",
            "",
            on("say", cites="RTE-1"),
            on_signal("moved", when=[on_teams.of(ORIGINATOR)], to="away", cites="DEC-11"),
            on_signal("moved", cites="DEC-11"),
            initial=True,
        ),
        state(
            "away",
            "",
            on("say", cites="RTE-1"),
            on_signal("moved", when=[on_teams.of(ORIGINATOR)], cites="DEC-11"),
            on_signal("moved", to="open", cites="DEC-11"),
        ),
    ),
    dispatch={"say": (to("chat"),)},
    changes=(change("moved", Party.ORIGINATOR, _moved, "DEC-11"),),
    rules=RULES,
)
"""A change of the pairing that comes to something else for one than for another; who is away is on Teams."""
