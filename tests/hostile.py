"""A specification of somebody's own whose words are as awkward as one likes; they change nothing of what it does."""

from __future__ import annotations

from itertools import cycle
from typing import NamedTuple

from fsm import Party, Specification
from fsm.notation import (
    ACTOR,
    ORIGINATOR,
    OTHER,
    SERVICE,
    Lifecycle,
    Remedy,
    change,
    effect,
    ends,
    guard,
    on,
    on_signal,
    refuse,
    signal,
    state,
    timer,
    to,
)

WORDS = (
    '"]; evil [label="x',
    "</svg><script>alert(1)</script>",
    "]]> --> <!-- --- -->",
    "*/ } /* // NAMES",
    "@enduml\n@startuml\n!include /etc/passwd",
    "%%{init: {}}%%\n%getenv(HOME) %d %s %n",
    "---\nevil: 1\n---",
    "\\",
    "\\n\\N\\G \\u0041 \\x41 \\",
    "'; evil(); '",
    "${evil} `evil` #{evil}",
    '""" + evil + """',
    "=cmd|' /C calc'!A0",
    "\x00\x07\x1b[2J\x7f\x9b2J\x85",
    "\u202eevil\u2066 \u2028\u2029 \ufeff",
    "\ud800 \udfff",
    "\ufffe\uffff \U0001f600",
    "a\r\n\tb\x0b\x0c",
    "#define x y\n#quot; &amp; &#0;",
    "}\nactive proctype evil() { assert(false) }",
    "[[javascript:alert(1) x]] <img:evil> ~~x~~ __x__ --x--",
    " ",
    "",
    "a" * 3000,
)
"""What names and sentences may be."""


class Side(NamedTuple):
    """What a party has."""

    trained: bool
    called: str


class Pair(NamedTuple):
    """Two of them."""

    originator: Side
    recipient: Side


def specification(words: tuple[str, ...]) -> Specification:
    """It, with these words for whatever is no name in code, over and over."""
    left = cycle(words)

    def word() -> str:
        return next(left)

    def id(n: int) -> str:
        return "".join(word().split()) + f"R-{n}"

    ids = [id(n) for n in range(6)]
    rules = {each: word() for each in ids}
    service = word() or "service"
    trained = guard("trained", lambda side: side.trained, word(), word(), ids[0], Remedy(word()))
    alike = guard("alike", lambda side: side.trained, word(), word(), ids[0], about=None)
    clap = effect("clap", word(), ids[1], only=(trained,))
    note = effect("note_down", word(), ids[1], service=service)
    early, late = word(), word()
    first = Lifecycle(
        "first",
        word(),
        state(
            "idle",
            word(),
            on("begin", to="busy", when=[trained], effects=[clap(OTHER), note], cites=ids[0]),
            on("begin", refused=ids[1], instead="shared"),
            on("shared", effects=[clap(ACTOR), signal("second.told")], cites=ids[2]),
            on_signal("moved", cites=ids[3]),
            on_signal("moved", by=SERVICE, cites=ids[3]),
            initial=True,
            final=True,
            group=early,
        ),
        state(
            "busy",
            word(),
            on("stop", to="idle", when=[alike], effects=[clap(OTHER)], cites=ids[2]),
            on("late", by=SERVICE, to="idle", cites=ids[3]),
            owner=word() or "owner",
            group=late,
            timers=[timer("late", 10, ids[3], when=(trained.of(ORIGINATOR),))],
            ignores="moved",
        ),
        rules=rules,
    )
    second = Lifecycle(
        "second",
        word(),
        state(
            "off",
            word(),
            on_signal("told", to="on", cites=ids[4]),
            on("shared", effects=[note], cites=ids[4]),
            initial=True,
            group=early,
        ),
        state("on", word(), on("shared", to="off", cites=ids[5]), group=late, ignores="told"),
        rules=rules,
    )
    sides = [Side(trained, called) for trained in (True, False) for called in dict.fromkeys((word(), "b"))]
    return Specification(
        "hostile",
        word(),
        first,
        second,
        rules=rules,
        pairings=[Pair(a, b) for a in sides for b in sides],
        dispatch={"shared": (refuse(ids[5], "stop", first="busy"), to("first"))},
        changes=(change("moved", Party.SERVICE, _moved, ids[3]),),
        claims=[ends("busy-" + word(), word(), ids[0], "first", "busy")],
    )


def _moved(old: Side, new: Side) -> bool:
    return old.trained is not new.trained
