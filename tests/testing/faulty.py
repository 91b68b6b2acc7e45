"""Services with faults, and scenarios in a few words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from fsm import Pairing, Party
from fsm.testing.making.play import Move
from fsm.testing.running.driver import Observation, Reference
from fsm.testing.running.shrink import player
from fsm.testing.suite import Scenario
from tests.people import PAIRS

if TYPE_CHECKING:
    from fsm.spec.names import Event, PartyName


Alter = Callable[["Altered", str, Observation], Any]


class Altered(Reference):
    """The specification, but for what ``alter`` makes of an observation; ``memory`` is empty at each start."""

    def __init__(self, alter: Alter) -> None:
        self.alter = alter
        self.memory: list[str] = []
        self.starts = 0

    def start(self, pairing: Pairing, lifecycle: str | None = None) -> None:
        super().start(pairing, lifecycle)
        self.memory.clear()
        self.starts += 1

    def apply(self, event: Event, by: PartyName) -> Observation:
        seen: Observation = self.alter(self, event, super().apply(event, by))
        return seen


def with_fault(**fields: Any) -> Altered:
    """A service of which every observation has these fields instead."""
    return Altered(lambda _, event, seen: replace(seen, **fields))


def without_effects_of(event: str) -> Altered:
    """A service that does nothing outside when ``event`` is fired."""
    return Altered(lambda _, fired, seen: replace(seen, effects=()) if fired == event and seen.accepted else seen)


def moves(text: str) -> list[Move]:
    """Events written "call_audio by originator, accept_call by recipient"; a change is written as a pairing's name."""
    found: list[Move] = []
    for part in filter(None, text.split(", ")):
        event, by, party = part.partition(" by ")
        found.append((event, Party(party)) if by else PAIRS[event])
    return found


def scenario(text: str, pairing: str = "teams>sfb", lifecycle: str | None = None) -> Scenario:
    """The scenario in which these events are fired."""
    return player(lifecycle).scenario(text, PAIRS[pairing], moves(text))
