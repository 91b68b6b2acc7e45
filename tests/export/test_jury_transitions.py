"""`transitions` machines run the conversation as the engine does: timers too."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from fsm import Conversation, Pairing
from fsm.engine import known
from fsm.hosts.transitions import Talk
from tests.export import jury

pytestmark = pytest.mark.external


class Noting(Talk):
    """A talk that notes what it is asked."""

    def __init__(self, pairing: Pairing) -> None:
        super().__init__(pairing)
        self.effects: list[tuple[str, str]] = []
        self.timers: list[tuple[str, int | None]] = []

    def on_effect(self, name: str, to: str) -> object:
        """An effect."""
        self.effects.append((name, to))
        return None

    def on_timer_start(self, event: str, seconds: int) -> object:
        """A timer to start."""
        self.timers.append((event, seconds))
        return None

    def on_timer_cancel(self, event: str) -> object:
        """A timer to cancel."""
        self.timers.append((event, None))
        return None

    def hear(self, event: str, by: str) -> tuple[jury.Heard, list[tuple[str, int | None]]]:
        """What comes of an event."""
        self.effects, self.timers = [], []
        accepted = self.trigger(known.event(event), known.party(by))
        places = {name: getattr(self, name) for name in self.machines}
        return jury.Heard(event, by, accepted, places, self.effects), self.timers


def timers(talk: Conversation, event: str, by: str) -> list[tuple[str, int | None]]:
    """The timers that the engine cancels and starts."""
    if talk.why_not(known.event(event), known.party(by)):
        return []
    found = talk.fire(known.event(event), known.party(by)).timers
    return [*((name, None) for name in found.cancel), *((each.event, each.seconds) for each in found.start)]


def disagreements(sequences: list[jury.Sequence]) -> list[object]:
    """The sequences that come to something else, and where they do."""
    found: list[object] = []
    for sequence in sequences:
        talk, engine = Noting(sequence.pairing), Conversation(sequence.pairing)
        for each in sequence.trace:
            expected = each, timers(engine, each.event, each.by)
            said = talk.hear(each.event, each.by)
            if said != expected:
                found.append((sequence.number, expected, said))
                break
    return found


def test_guards_by_name(sequences: list[jury.Sequence]) -> None:
    found = disagreements(sequences)
    jury.record("pytransitions", "transitions", version("transitions"), len(sequences), len(found))
    assert not found, found[:3]


def test_a_lost_signal_is_found(few: list[jury.Sequence], monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Noting.on_signal

    def deaf(self: Noting, lifecycle: str, event: str, by: object) -> object:
        return None if event == "call_missed" else heard(self, lifecycle, event, by)  # type: ignore[arg-type]

    monkeypatch.setattr(Noting, "on_signal", deaf)
    assert disagreements(few)
