"""A specification of one's own: a door with a bolt, between a host and a guest.

Whoever has the key turns the bolt, and the two machines tell each other: a door that stands open cannot be locked, and
one that is locked cannot be opened. Run it: ``python examples/door/door.py`` shows what can be done with it, and writes
pictures, exports and a suite of tests into a folder.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

import fsm
from fsm import Party
from fsm.draw import conversation, for_pairing, lifecycle, path, render
from fsm.export import FORMATS, export
from fsm.notation import (
    BOTH,
    OTHER,
    OWNER,
    PEER,
    SERVICE,
    Lifecycle,
    Remedy,
    Step,
    at_every_step,
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
from fsm.testing import generate, write
from fsm.verify import check

RULES = {
    "H-1": "Anybody opens a door that is not locked, and closes it.",
    "H-2": "Whoever has the key turns the bolt; nobody else does.",
    "H-3": "A locked door does not open: whoever has the key unlocks it, or whoever stands outside rings.",
    "H-4": "A door that stands open is not locked.",
    "H-5": "Whoever is rung for answers within thirty seconds, or the bell is silent again.",
    "H-6": "A house in which nobody has the key any more is left unlocked.",
}


class Person(NamedTuple):
    """What guards look at: all else about a person decides nothing."""

    has_key: bool
    other_has_key: bool


class Visit(NamedTuple):
    """A pairing: who is at home, and who comes."""

    host_has_key: bool
    guest_has_key: bool


def seen(visit: Visit) -> tuple[Person, Person]:
    """A visit as the host sees it, and as the guest does."""
    return Person(*visit), Person(visit.guest_has_key, visit.host_has_key)


def lent(visit: Visit, party: Party) -> Iterator[Visit]:
    """The visit in which somebody has been lent a key."""
    yield visit._replace(**{"host_has_key" if party is Party.ORIGINATOR else "guest_has_key": True})


HAS_KEY = guard(
    "has_key", lambda person: person.has_key, "has the key", "has no key", "H-2", Remedy("lend a key", lent)
)
CLICK = effect("hear_click", "hears the bolt turn", "H-2")
RING = effect("hear_bell", "hears the bell", "H-5")

DOOR = Lifecycle(
    "door",
    "The door",
    state(
        "closed",
        "It is closed, and not locked",
        on("open_door", to="open", cites="H-1"),
        on_signal("barred", to="shut", cites="H-3"),
        initial=True,
        final=True,
        group="to be passed",
    ),
    state("open", "It stands open", on("close_door", to="closed", cites="H-1"), group="to be passed"),
    state(
        "shut",
        "The bolt is out",
        on("open_door", refused="H-3", instead="turn_key ring"),
        on("ring", to="rung", effects=[RING(OTHER)], cites="H-3 H-5"),
        on_signal("freed", to="closed", cites="H-3"),
        on_signal("freed", by=SERVICE, to="closed", cites="H-6"),
        group="barred",
    ),
    state(
        "rung",
        "Somebody waits to be let in",
        on("open_door", refused="H-3", instead="turn_key"),
        on("ring", by=OWNER, effects=[RING(PEER)], to="rung", cites="H-5"),
        on("silence", by=SERVICE, to="shut", cites="H-5"),
        on_signal("freed", to="closed", cites="H-3"),
        on_signal("freed", by=SERVICE, to="closed", cites="H-6"),
        owner="visitor",
        group="barred",
        timers=[timer("silence", 30, "H-5")],
    ),
    rules=RULES,
)

BOLT = Lifecycle(
    "bolt",
    "The bolt",
    state(
        "back",
        "The bolt is back",
        on("turn_key", to="out", when=[HAS_KEY], effects=[CLICK(BOTH), signal("door.barred")], cites="H-2"),
        initial=True,
        final=True,
        ignores="lost",
    ),
    state(
        "out",
        "The bolt is out",
        on("turn_key", to="back", when=[HAS_KEY], effects=[CLICK(BOTH), signal("door.freed")], cites="H-2"),
        on_signal("lost", by=SERVICE, to="back", effects=[signal("door.freed", SERVICE)], cites="H-6"),
    ),
    rules=RULES,
)


def all_keys_lost(old: Person, new: Person) -> bool:
    """Whether there was a key, and is none any more."""
    return (old.has_key or old.other_has_key) and not (new.has_key or new.other_has_key)


def is_quiet(step: Step) -> bool:
    """Whether the bell is heard by one at most."""
    return len(step.sent("hear_bell")) <= 1


HOUSE = fsm.Specification(
    "house",
    "A house with one door",
    DOOR,
    BOLT,
    rules=RULES,
    pairings=[Visit(*keys) for keys in product((True, False), repeat=2)],
    views=seen,
    dispatch={"turn_key": (refuse("H-4", "close_door", door="open"), to("bolt"))},
    changes=(change("lost", Party.SERVICE, all_keys_lost, "H-6"),),
    claims=[at_every_step("the-bell-rings-for-one", "nobody hears their own bell", "H-5", is_quiet, of="ring")],
)


def main(folder: Path) -> None:
    """Show what can be done with it."""
    folder.mkdir(parents=True, exist_ok=True)
    visit = Visit(host_has_key=True, guest_has_key=False)

    talk = HOUSE.conversation(visit)
    run = [talk.fire("turn_key", by="originator"), talk.fire("ring", by="recipient")]
    print(talk.why_not("turn_key", by="recipient"))
    print(talk.why_not("open_door", by="recipient"))
    print("waits for", *run[-1].timers.start)
    print("goes on as", HOUSE.restore(talk.snapshot()))
    print("without any key:", *talk.change(Visit(False, False)).rows)

    for picture in (conversation(HOUSE), lifecycle(DOOR), lifecycle(BOLT), for_pairing(DOOR, visit), path(DOOR, run)):
        (folder / f"{picture.name}.svg").write_bytes(render(picture, "svg"))

    report = check(HOUSE)
    print(f"{len(report.results)} claims, {report.pairings} pairings, {report.places} places:", report.ok)

    for name, format in FORMATS.items():
        between = None if format.pairing == "never" else visit
        (folder / f"{name}{format.suffix}").write_text(export(name, HOUSE, between), encoding="utf-8")

    suite = generate("rows", composition=HOUSE)
    write(suite, folder / "suite.jsonl")
    print(f"{len(suite.scenarios)} tests, {suite.events} events, {len(suite.covered)} of {len(suite.goals)} goals")
    print("by specification", HOUSE.fingerprint)


if __name__ == "__main__":
    try:
        main(Path(*sys.argv[1:2] or ["house"]))
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}; give a folder that can be written")
