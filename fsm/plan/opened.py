"""What becomes of conversations that are open while people move: a change of the pairing, at every place there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from fsm.engine.conversation import PROGRAMS
from fsm.engine.outcome import Sent
from fsm.engine.program import Cascade, Program
from fsm.engine.reach import shipped, standings
from fsm.notation import At, Change, Party, Row
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import Pairing
from fsm.spec.routing import views

HEARD: Mapping[str, frozenset[str]] = {name: frozenset(each.signals) for name, each in CONVERSATION.lifecycles.items()}
"""The signals that each lifecycle hears."""
LOOKED_AT = frozenset(
    guard.name
    for row in CONVERSATION.rows.values()
    if row.event in HEARD[row.id.partition(".")[0]]
    for guard in (*row.when, *(guard for each in row.effects for guard in each.effect.only))
)
"""The guards that decide what a signal comes to."""


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """What becomes of a lifecycle that stands somewhere.

    Args:
        lifecycle: which.
        was: the state it is in.
        now: the state it comes to; the same where it only says something.
        rules: the rules that say so.
        effects: what is asked of the outside, as ``lock_thread:originator``: an effect, and whom it is addressed to.
    """

    lifecycle: str
    was: str
    now: str
    rules: tuple[str, ...]
    effects: tuple[str, ...]


Turns: TypeAlias = frozenset[Turn]


_KNOWN: dict[tuple[Any, ...], Turns] = {}
"""What has been worked out: what looks the same to a change becomes the same."""


def turns(before: Pairing, after: Pairing) -> Turns:
    """Everything that may become of an open conversation of two people while their pairing changes."""
    old, new = views(before), views(after)
    sent = tuple(each for each in CONVERSATION.changes if each.when(old[0], new[0]))
    if not sent:
        return frozenset()
    program = PROGRAMS.under(new)
    where = tuple(str(getattr(old[0], name)) for name in shipped().facts)
    key = (sent, where, *(held & LOOKED_AT for held in program.profile.holding))
    found = _KNOWN.get(key)
    if found is None:
        found = _KNOWN[key] = _turns(before, program, sent)
    return found


class _Noticed(dict[str, At]):
    """Where lifecycles stand, and which of them was looked at."""

    def __init__(self, at: Mapping[str, At]) -> None:
        super().__init__(at)
        self.looked: dict[str, None] = {}

    def __getitem__(self, name: str) -> At:
        self.looked[name] = None
        return super().__getitem__(name)


class _Remembering(Program):
    """A program that looks each row up once: at thousands of places the same few decide."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.composition, program.profile)
        self._matched: dict[tuple[str, At, str, Party], Row | None] = {}

    def match(self, lifecycle: str, here: At, event: str, actor: Party) -> Row | None:
        """The first row for ``event`` that ``actor`` may fire and whose guards hold."""
        key = (lifecycle, here, event, actor)
        if key not in self._matched:
            self._matched[key] = super().match(*key)
        return self._matched[key]


def _turns(before: Pairing, program: Program, sent: Sequence[Change]) -> Turns:
    """What comes of a change at every place; places that differ in what nothing looks at are one."""
    seen: dict[tuple[Any, ...], None] = {}
    quick = _Remembering(program)
    alike: dict[tuple[int, ...], set[tuple[At, ...]]] = {}
    for config in standings(before):
        if any(tuple([config[n] for n in looked]) in known for looked, known in alike.items()):
            continue
        step = Cascade(quick, config)
        step.at = at = _Noticed(step.at)
        step.hear(sent)
        looked = tuple(n for n, name in enumerate(program.names) if name in at.looked)
        alike.setdefault(looked, set()).add(tuple([config[n] for n in looked]))
        for was, (name, now) in zip(config, at.items(), strict=True):
            rows = tuple(each for each in step.rows if each.startswith(f"{name}."))
            seen[name, was.state, now.state, rows, tuple(step.effects)] = None
    return frozenset(filter(None, (_turn(*each) for each in seen)))


def _turn(name: str, was: str, now: str, rows: tuple[str, ...], effects: tuple[Sent, ...]) -> Turn | None:
    """What became of a lifecycle; None where nothing did."""
    own = [CONVERSATION.rows[each] for each in rows]
    names = {each.effect.name for row in own for each in row.effects}
    said = tuple(f"{each.name}:{each.to}" for each in effects if each.name in names)
    rules = tuple(dict.fromkeys(rule for row in own for rule in row.cites))
    return Turn(name, was, now, rules, said) if was != now or said else None
