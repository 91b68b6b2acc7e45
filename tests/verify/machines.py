"""Small compositions, and few people, to check."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from fsm import Participant
from fsm.notation import (
    ORIGINATOR,
    RECIPIENT,
    SERVICE,
    Change,
    Composition,
    Dispatch,
    Lifecycle,
    State,
    effect,
    guard,
    on,
    on_signal,
    refuse,
    signal,
    state,
    timer,
    to,
)
from fsm.space.profiles import ADDRESSES, Profiles, everyone
from fsm.space.reachable import Space
from fsm.spec.guards import interop, on_sfb, on_teams
from fsm.spec.parties import Mode
from fsm.spec.rules import RULES

never = guard("never", lambda view: False, "is never", "is not", "RTE-1")
always = guard("always", lambda view: True, "is always", "is not", "RTE-1")
limited = guard("limited", lambda view: False, "is free", "is limited", "LIM-2")
ring = effect("ring", "is rung", "RTE-1", only=(never,))


def few(every: int) -> tuple[list[Participant], list[Participant]]:
    """Every so many of the consistent people, and the plain one of each mode."""
    first, second = everyone()
    plain = [[Participant(address, mode) for mode in Mode] for address in ADDRESSES]
    return [*plain[0], *first[::every]], [*plain[1], *second[::every]]


def lifecycle(name: str, *states: State) -> Lifecycle:
    return Lifecycle(name, name, *states, rules=RULES)


def compose(*lifecycles: Lifecycle, changes: Iterable[Change] = (), **dispatch: tuple[Dispatch, ...]) -> Composition:
    return Composition(*lifecycles, dispatch=dispatch, changes=tuple(changes), rules=RULES)


@cache
def explored(composition: Composition, every: int = 24) -> Space:
    """The space of a composition, for few people."""
    return Space(composition, Profiles(composition, few(every)))


IDLE = compose(
    lifecycle(
        "left",
        state(
            "a",
            "",
            on("go", to="b", when=[always], cites="RTE-1"),
            on("go", to="c", when=[never], cites="RTE-1"),
            on("stop", by=ORIGINATOR, when=[never], refused="RTE-1"),
            on("stop", by=ORIGINATOR, when=[on_teams], refused="LIM-1", instead="stop"),
            on("stop", by=RECIPIENT, refused="LIM-1", instead="go"),
            on("stop", refused="LIM-7", instead="go"),
            on("leap", when=[limited], instead="stop go", cites="RTE-1"),
            initial=True,
        ),
        state("b", "", on("go", effects=[ring(ORIGINATOR)], cites="RTE-1"), ignores="told"),
        state("c", "", on("go", effects=[signal("left.told")], cites="RTE-1")),
    ),
    go=(refuse("RTE-1", left="c"), to("left")),
)
"""Where much is never reached, never decides and leads nowhere."""

LOSING = compose(
    lifecycle(
        "left",
        state("a", "", on("go", to="b", effects=[signal("right.go")], cites="RTE-1"), initial=True, final=True),
        state("b", "", on("go", to="a", effects=[signal("right.go")], cites="RTE-1"), final=True),
    ),
    lifecycle(
        "right",
        state("a", "", on_signal("go", to="b", cites="RTE-1"), initial=True),
        state("b", "", on("off", to="a", when=[interop, on_sfb], cites="RTE-1")),
    ),
)
"""Where a second signal is lost."""

REFUSING = compose(
    lifecycle("left", state("a", "", on("go", effects=[signal("right.heed")], cites="RTE-1"), initial=True)),
    lifecycle(
        "right",
        state(
            "a",
            "",
            on("heed", by=ORIGINATOR, refused="RTE-1"),
            on_signal("heed", by=RECIPIENT, cites="RTE-1"),
            initial=True,
        ),
    ),
)
"""Where the originator's signal is refused."""

ENDLESS = compose(
    lifecycle(
        "left",
        state(
            "a",
            "",
            on("go", effects=[signal("right.ping")], cites="RTE-1"),
            on_signal("pong", effects=[signal("right.ping")], cites="RTE-1"),
            initial=True,
        ),
    ),
    lifecycle("right", state("a", "", on_signal("ping", effects=[signal("left.pong")], cites="RTE-1"), initial=True)),
)
"""Where signals go round for ever."""

WAITING = compose(
    lifecycle(
        "left",
        state("a", "", on("go", to="b", cites="RTE-1"), initial=True),
        state(
            "b",
            "",
            on("again", to="b", cites="RTE-1"),
            on("over", by=SERVICE, to="c", cites="RTE-1"),
            timers=[timer("over", 10, "RTE-1")],
        ),
        state(
            "c",
            "",
            on("stir", cites="RTE-1"),
            on("away", when=[on_teams], to="a", cites="RTE-1"),
            on("over", by=SERVICE, to="d", cites="RTE-1"),
            timers=[timer("over", 10, "RTE-1", when=(on_teams.of(ORIGINATOR),))],
        ),
        state("d", "", final=True),
    )
)
"""Where b's timer can be put off for ever and c's runs for somebody on Teams only."""
