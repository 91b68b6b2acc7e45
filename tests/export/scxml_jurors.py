"""Interpreters of SCXML, what they are asked, and how what they say is held against the engine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from fsm import CONVERSATION, LIFECYCLES, Conversation, Outcome, Pairing
from fsm.engine import known
from fsm.export.names import place, profile, signal
from fsm.notation import PARTIES, guards_of
from fsm.space.resolved import Condition
from fsm.spec.routing import views
from tests.export import jury

HERE = Path(__file__).parent
CONDITIONS = [Condition(guard, party) for guard in guards_of(CONVERSATION) for party in PARTIES]
START: dict[str, str] = {name: place(lifecycle.initial) for name, lifecycle in LIFECYCLES.items()}
MOST = 500
"""Conversations for one process of an interpreter: what they keep of each adds up to gigabytes."""
Said = list[Any]
"""What an interpreter logged of an event, as pairs of label and text, and the ids of the states it left active."""


class Juror(NamedTuple):
    """An interpreter: its name, the script that drives it, and the package it comes in."""

    name: str
    script: str
    package: str

    @property
    def version(self) -> str:
        """The version installed; skips the test where there is none."""
        if self.script.endswith(".mjs"):
            home = os.environ.get("JURY_HOME")
            found = Path(home or "", "node_modules", self.package, "package.json")
            if not home or not shutil.which("node") or not found.is_file():
                pytest.skip(f"no {self.name}: npm install --prefix DIR {self.package}@4, and say JURY_HOME=DIR")
            return str(json.loads(found.read_text(encoding="utf-8"))["version"])
        try:
            return version(self.package)
        except PackageNotFoundError:
            pytest.skip(f"no {self.name}: pip install {self.package}, or the extra jury")

    def hear(self, asked: Sequence[Mapping[str, Any]]) -> list[list[Said]]:
        """What it makes of conversations, shared out among the processors."""
        workers = os.cpu_count() or 1
        size = min(-(-len(asked) // workers), MOST)
        with ThreadPoolExecutor(workers) as pool:
            heard = pool.map(self._hear, (asked[n : n + size] for n in range(0, len(asked), size)))
            return [each for share in heard for each in share]

    def _hear(self, asked: Iterable[Mapping[str, Any]]) -> list[list[Said]]:
        command = "node" if self.script.endswith(".mjs") else sys.executable
        lines = "".join(f"{json.dumps(each)}\n" for each in asked)
        run = subprocess.run([command, HERE / self.script], input=lines, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        return [json.loads(line) for line in run.stdout.splitlines()]


JURORS = (
    Juror("python-statemachine", "scxml_statemachine.py", "python-statemachine"),
    Juror("Qt SCXML", "scxml_qt.py", "PySide6-Addons"),
    Juror("SCION", "scxml_scion.mjs", "@scion-scxml/scxml"),
)


class Step(NamedTuple):
    """What an event or a change came to."""

    places: dict[str, str]
    rows: list[str]
    effects: list[str]
    refused: list[str]
    start: list[str]
    cancel: list[str]


class Turn(NamedTuple):
    """Events and data for an interpreter, and what they come to in the engine."""

    asks: list[str | dict[str, bool]]
    step: Step


def holding(pairing: Pairing) -> dict[str, bool]:
    """Guards by name, decided for a pairing."""
    decided = profile(pairing)
    assert decided is not None
    return {each.name: decided.holds(*each) for each in CONDITIONS}


def given(pairing: Pairing) -> Turn:
    """Guards by name, given before anything happens."""
    return Turn([holding(pairing)], Step(START, [], [], [], [], []))


def fired(talk: Conversation, event: str, by: str) -> Turn:
    """An event, which the engine takes or refuses."""
    refusal = talk.why_not(known.event(event), known.party(by))
    outcome = None if refusal else talk.fire(known.event(event), known.party(by))
    refused: list[str] = [refusal.rule] if refusal and refusal.row and refusal.rule else []
    return Turn([f"{event}.{by}"], stepped(talk, outcome, refused))


def turns(sequence: jury.Sequence) -> Iterator[Turn]:
    """A sequence, with the rows and timers that the engine says it comes to."""
    talk = Conversation(sequence.pairing)
    for each in sequence.trace:
        turn = fired(talk, each.event, each.by)
        assert turn.step.places == each.places
        assert turn.step.effects == [f"{name}.{to}" for name, to in each.effects]
        yield turn


def changed(talk: Conversation, pairing: Pairing) -> Turn:
    """A change of the pairing: new data, then the signals that it sends."""
    before, after = views(talk.pairing)[0], views(pairing)[0]
    signals = [
        signal(name, change.event, change.by)
        for change in CONVERSATION.changes
        if change.when(before, after)
        for name, lifecycle in LIFECYCLES.items()
        if change.event in lifecycle.signals
    ]
    return Turn([holding(pairing), *signals], stepped(talk, talk.change(pairing), []))


def stepped(talk: Conversation, outcome: Outcome | None, refused: list[str]) -> Step:
    """What the engine says of a step that has been taken, or refused."""
    places = jury.standing(talk)
    if outcome is None:
        return Step(places, [], [], refused, [], [])
    return Step(
        places,
        list(outcome.rows),
        [f"{sent.name}.{sent.to}" for sent in outcome.effects],
        [],
        sorted(f"{timer.event}.service {timer.seconds}" for timer in outcome.timers.start),
        sorted(f"{timer}.service" for timer in outcome.timers.cancel),
    )


class Listener:
    """Makes steps of what an interpreter says, turn by turn; knows which timers run, for any may be cancelled."""

    def __init__(self) -> None:
        self._places = START
        self._running: set[str] = set()

    def heard(self, said: list[Said]) -> Step:
        """What an interpreter says of a turn."""
        logged: dict[str, list[str]] = {"row": [], "effect": [], "refused": []}
        start, cancel = {}, []
        for label, text in (each for log, _ in said for each in log):
            event, _, seconds = text.partition(" ")
            if label == "start_timer" or (label == "keep_timer" and event not in self._running):
                start[event] = seconds
            elif label == "cancel_timer":
                start.pop(event, None)
                cancel += [event] if event in self._running else []
            elif label in logged:
                logged[label].append(text)
        self._running = self._running - {*cancel} | {*start}
        if said:
            self._places = dict(name.split(".") for name in said[-1][1] if "." in name)
        started = sorted(" ".join(each) for each in start.items())
        return Step(self._places, logged["row"], logged["effect"], logged["refused"], started, sorted(cancel))


def disagreements(juror: Juror, conversations: Sequence[tuple[Path, list[Turn]]]) -> list[Any]:
    """Documents with turns that come to something else in an interpreter: the number, what was asked, and both."""
    asked = [
        {"document": str(path), "events": [ask for turn in played for ask in turn.asks]}
        for path, played in conversations
    ]
    found = []
    for number, ((_, played), answers) in enumerate(zip(conversations, juror.hear(asked), strict=True)):
        said, listener = iter(answers), Listener()
        for turn in played:
            step = listener.heard([next(said) for ask in turn.asks if isinstance(ask, str)])
            if step != turn.step:
                found.append((number, turn.asks, turn.step, step))
                break
    return found
