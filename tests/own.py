"""Small specifications of somebody's own, which know nothing of Teams and Skype for Business."""

from __future__ import annotations

from enum import StrEnum
from itertools import product
from typing import Any, NamedTuple

from hypothesis import strategies as st

from fsm import Party, Specification
from fsm.notation import (
    ACTOR,
    BOTH,
    ORIGINATOR,
    OTHER,
    OWNER,
    PEER,
    RECIPIENT,
    SERVICE,
    Dispatch,
    Lifecycle,
    Remedy,
    Row,
    State,
    change,
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


class Colour(StrEnum):
    """Something to be of several kinds."""

    RED = "red"
    BLUE = "blue"


class Player(NamedTuple):
    """What a party has."""

    trained: bool
    colour: Colour
    level: int


class Game(NamedTuple):
    """Two players, and what the two of them are called, which decides nothing."""

    originator: Player
    recipient: Player
    called: str = "a game"


RULES = {f"G-{n}": f"Rule {n} of the game" for n in range(1, 6)}
PLAYERS = [Player(*each) for each in product((True, False), Colour, (1, 2))]
GUARDS = (
    guard("trained", lambda view: view.trained, "is trained", "is not trained", "G-1", Remedy("train")),
    guard("is_red", lambda view: view.colour is Colour.RED, "is red", "is not red", "G-2"),
    guard("high", lambda view: view.level > 1, "is on a high level", "is on a low level", "G-3", about=OTHER),
)
EFFECTS = (
    effect("clap", "hears them clap", "G-1"),
    effect("wave", "sees them wave", "G-2", only=(GUARDS[1],)),
    effect("note_down", "notes it down", "", service="referee"),
)
WHO = (BOTH, ORIGINATOR, RECIPIENT, SERVICE)
CITED = st.sampled_from(list(RULES))


def _moved(old: Player, new: Player) -> bool:
    return old.colour is not new.colour


@st.composite
def _row(draw: st.DrawFn, event: str, target: str | None, owned: bool, does: list[Any], tells: list[Any]) -> Any:
    """A row for an event and perhaps, where it has guards, what happens otherwise."""
    by = draw(st.sampled_from((*WHO, OWNER, PEER) if owned else WHO))
    acting = by is not SERVICE
    roles = [ACTOR, OTHER, BOTH] if acting else [BOTH, ORIGINATOR]
    again: bool = draw(st.booleans())
    when = draw(st.lists(st.sampled_from(GUARDS), max_size=2, unique=True)) if acting else []
    told = [each if each.service else each(draw(st.sampled_from(roles))) for each in does]
    sent = [signal(name, ACTOR if acting else SERVICE) for name in tells]
    rows = [on(event, by=by, to=target, when=when, effects=[*told, *sent], cites=draw(CITED))]
    if when and again:
        rows.append(on(event, by=by, refused=draw(CITED), instead=event))
    return rows


@st.composite
def _lifecycle(draw: st.DrawFn, n: int, siblings: list[str], hears: bool) -> Lifecycle:
    name = f"part{n}"
    count = draw(st.integers(1, 4))
    owned = [False, *(draw(st.booleans()) for _ in range(count - 1))]
    rows: dict[int, list[Row]] = {each: [] for each in range(count)}
    for target in range(1, count):
        source = draw(st.integers(0, target - 1))
        remembers = owned[target] and not owned[source]
        found = draw(_row(f"go{n}_{target}", f"s{target}", owned[source], _some(draw, EFFECTS), _some(draw, siblings)))
        rows[source] += [row._replace(owner=ORIGINATOR) if remembers and row.to else row for row in found]
    for k in range(draw(st.integers(0, 3))):
        source = draw(st.integers(0, count - 1))
        where = draw(st.sampled_from([None, *(f"s{each}" for each in range(count) if not owned[each])]))
        found = draw(_row(f"do{n}_{k}", where, owned[source], _some(draw, EFFECTS), _some(draw, siblings)))
        rows[source] += found
    rows[0] += draw(_row("shared", None, False, _some(draw, EFFECTS), []))
    return Lifecycle(name, f'The part "{n}" -- /* so */', *_states(draw, n, owned, rows, hears), rules=RULES)


def _some(draw: st.DrawFn, among: Any) -> list[Any]:
    return draw(st.lists(st.sampled_from(among), max_size=1)) if among else []


def _states(draw: st.DrawFn, n: int, owned: list[bool], rows: dict[int, list[Row]], hears: bool) -> list[State]:
    states = []
    for k, own in enumerate(rows.values()):
        heard = [f"told{n}", "moved"] if hears else []
        mine = [event for event in heard if draw(st.booleans()) or not k]
        listening = [row for event in mine for row in (on_signal(event, cites="G-4"), _by_service(event))]
        late = [on(f"late{n}", by=SERVICE, to="s0", cites="G-5")] if k and draw(st.booleans()) else []
        states.append(
            state(
                f"s{k}",
                f'State "{k}" -- */ ok',
                *own,
                *listening,
                *late,
                owner="holder" if owned[k] else "",
                group=draw(st.sampled_from(["", "early", "talking"])),
                initial=not k,
                final=draw(st.booleans()),
                timers=[timer(f"late{n}", 10, "G-5", when=draw(st.sampled_from([(), (GUARDS[0].of(ORIGINATOR),)])))]
                if late
                else [],
                ignores=" ".join(event for event in heard if event not in mine),
            )
        )
    return states


def _by_service(event: str) -> Row:
    return on_signal(event, by=SERVICE, cites="G-4")


@st.composite
def specifications(draw: st.DrawFn) -> Specification:
    """Any of one to three lifecycles, the first of which tell the last what they do."""
    count = draw(st.integers(1, 3))
    tells = [f"part{count}.told{count}"] if count > 1 else []
    parts = [draw(_lifecycle(n, tells if n < count else [], n == count > 1)) for n in range(1, count + 1)]
    tells = tells if any(row.signals for part in parts for row in part.rows.values()) else []
    if count > 1 and not tells:
        first = parts[0]
        loud = on("shout", effects=[signal(f"part{count}.told{count}")], cites="G-4")
        states = [each._replace(rows=(*each.rows, *([loud] if each.initial else []))) for each in first]
        parts[0] = Lifecycle(first.name, first.label, *states, rules=RULES)
    first_of_all = (
        [refuse("G-5", by=draw(st.sampled_from([BOTH, ORIGINATOR])), part1="s0")] if draw(st.booleans()) else []
    )
    rows: tuple[Dispatch, ...] = (*first_of_all, to(draw(st.sampled_from(parts)).name))
    return Specification(
        "game",
        'A "game" -- */ of parts',
        *parts,
        rules=RULES,
        pairings=[
            Game(mine, theirs) for mine, theirs in product(draw(st.sampled_from([PLAYERS, PLAYERS[::3]])), repeat=2)
        ],
        dispatch={"shared": rows},
        changes=(change("moved", draw(st.sampled_from(Party)), _moved, "G-4"),) if count > 1 else (),
    )


TOSS = Specification(
    "toss",
    "A coin is tossed",
    Lifecycle("coin", "The coin", state("up", "It is in the air", on("catch", cites="G-1"), initial=True), rules=RULES),
    rules=RULES,
    pairings=[Game(PLAYERS[0], PLAYERS[1])],
)
"""As little as there can be: one state, one event, one pairing, no guard."""
