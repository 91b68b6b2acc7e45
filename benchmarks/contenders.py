"""Everybody who runs the lifecycle, each in its own usual form. A package that is not there raises ImportError."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol

from lifecycle import CYCLE, GUARDS, REFUSED, ROWS, STATES, TO_CONNECTED

import fsm

Go = Callable[[], object]
PAIRING = fsm.Pairing(
    fsm.Participant("amy@contoso.example", fsm.Mode.TEAMS_ONLY),
    fsm.Participant("bob@contoso.example", fsm.Mode.SFB_ONLY),
)
EVENTS = tuple(dict.fromkeys(row.event for row in ROWS))
NOT_THERE = 3  # what xstate.mjs exits with when it does not find its package
HOLDS = dict.fromkeys(GUARDS, True)


class Contender:
    """A library with the lifecycle built once; ``create`` makes a live conversation of it."""

    name = package = module = ""

    def version(self) -> str:
        return version(self.package)

    def create(self) -> Any:
        raise NotImplementedError

    def state(self, call: Any) -> str:
        raise NotImplementedError

    def firing(self, call: Any, events: Sequence[str]) -> Go:
        """A loop that fires the events at ``call`` and does nothing else."""
        steps = [getattr(call, event) for event in events]

        def go() -> None:
            for step in steps:
                step()

        return go

    def connected(self) -> Any:
        """A conversation in state connected, after a proof that the lifecycle is the one declared."""
        call, at = self.create(), "none"
        for event in (*TO_CONNECTED, *CYCLE):
            self.firing(call, [event])()
            at = next(row.target for row in ROWS if (row.source, row.event) == (at, event))
            if self.state(call) != at:
                raise AssertionError(f"{self.name}: {event} led to {self.state(call)}, not to {at}")
        return call


class Fsm(Contender):
    name = "fsm"

    def create(self) -> fsm.Conversation:
        return fsm.Conversation(PAIRING)

    def state(self, call: fsm.Conversation) -> str:
        return call.state["call"]

    def firing(self, call: fsm.Conversation, events: Sequence[str]) -> Go:
        return asking(call.fire, events)


def actor(event: str) -> fsm.Party:
    return fsm.Party.RECIPIENT if event == "accept_call" else fsm.Party.ORIGINATOR


def asking(method: Callable[[str, fsm.Party], object], events: Sequence[str]) -> Go:
    """A loop over ``fire`` or ``may`` of a conversation."""
    steps = [(event, actor(event)) for event in events]

    def go() -> None:
        for event, by in steps:
            method(event, by)

    return go


def one_lookup(events: Sequence[str]) -> Go:
    """The least that CPython can do for an event: one dict lookup, of a key that is at hand."""
    keys = [(event, actor(event)) for event in events]
    table = dict.fromkeys(keys, "connected")

    def go() -> None:
        for key in keys:
            table[key]

    return go


def bare_dicts(events: Sequence[str]) -> Go:
    """A machine that only steps: a dict for each state, from event and actor to the next state's dict."""
    steps = [(event, actor(event)) for event in events]
    states: dict[str, Any] = {name: {} for name in STATES}
    for row in ROWS:
        states[row.source][row.event, actor(row.event)] = states[row.target]

    def go() -> None:
        at = states["connected"]
        for event, by in steps:
            at = at[event, by]

    return go


class Transitions(Contender):
    name = package = module = "transitions"

    def __init__(self) -> None:
        self.model = type("Call", (), {name: staticmethod(_holds) for name in GUARDS})
        self.machine = import_module("transitions").Machine(
            model=None,
            states=list(STATES),
            transitions=[
                {"trigger": row.event, "source": row.source, "dest": row.target, "conditions": list(row.guards)}
                for row in ROWS
            ],
            initial="none",
            auto_transitions=False,
        )

    def create(self) -> Any:
        model = self.model()
        self.machine.add_model(model)
        self.machine.models.pop()  # it searches this list at every add; kept empty, creating stays cheap
        return model

    def state(self, call: Any) -> str:
        return str(call.state)


class PythonStateMachine(Contender):
    name = package = "python-statemachine"
    module = "statemachine"

    def __init__(self) -> None:
        library = import_module("statemachine")
        states = {name: library.State(initial=name == "none", final=name == "ended") for name in STATES}
        events: dict[str, Any] = {}
        for row in ROWS:
            arrow = states[row.source].to(states[row.target], cond=list(row.guards) or None)
            events[row.event] = events[row.event] | arrow if row.event in events else arrow
        self.create = type("Call", (library.StateMachine,), {**HOLDS, **states, **events})  # type: ignore[method-assign]

    def state(self, call: Any) -> str:
        return "".join(state.id for state in call.configuration)


class Automat(Contender):
    name, package = "Automat, without guards", "automat"
    module = "automat"

    def __init__(self) -> None:
        protocol: Any = type(Protocol)
        inputs = protocol("Call", (Protocol,), {event: _input(event) for event in EVENTS})
        builder = import_module("automat").TypeMachineBuilder(inputs, SimpleNamespace)
        states = {name: builder.state(name) for name in STATES}
        for row in ROWS:
            states[row.source].upon(getattr(inputs, row.event)).to(states[row.target]).returns(None)
        self.build = builder.build()

    def create(self) -> Any:
        return self.build(SimpleNamespace())

    def state(self, call: Any) -> str:
        return str(call.__automat_transitioner__._state.name)


class Sismic(Contender):
    name, package = "Sismic", "sismic"
    module = "sismic.interpreter"

    def __init__(self) -> None:
        states = [
            {
                "name": name,
                "transitions": [
                    {"event": row.event, "target": row.target}
                    | ({"guard": " and ".join(row.guards)} if row.guards else {})
                    for row in rows
                ],
            }
            for name, rows in groupby(ROWS, lambda row: row.source)
        ]
        root = {"name": "call", "initial": "none", "states": [*states, {"name": "ended"}]}
        chart = json.dumps({"statechart": {"name": "call", "root state": root}})  # which is YAML too
        self.statechart = import_module("sismic.io").import_from_yaml(chart)
        self.interpreter = import_module("sismic.interpreter").Interpreter

    def create(self) -> Any:
        call = self.interpreter(self.statechart, initial_context=HOLDS)
        call.execute_once()
        return call

    def state(self, call: Any) -> str:
        return "".join(name for name in call.configuration if name != "call")

    def firing(self, call: Any, events: Sequence[str]) -> Go:
        queue, execute = call.queue, call.execute_once

        def go() -> None:
            for event in events:
                queue(event)
                execute()

        return go


class XState:
    """XState on V8: a child process that times itself when asked."""

    name = "XState on V8"

    def __init__(self) -> None:
        node = shutil.which("node")
        if node is None:
            raise ImportError("node is not there")
        self.child = subprocess.Popen(
            [node, "--expose-gc", str(Path(__file__).with_name("xstate.mjs"))],
            env={**os.environ, "NODE_ENV": "production"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        machine = {"rows": ROWS, "opening": TO_CONNECTED, "cycle": CYCLE, "refused": REFUSED}
        try:
            hello = self._say(machine)
        except BrokenPipeError:
            hello = ""
        if not hello:
            if self.child.wait() == NOT_THERE:
                raise ImportError("the package is not there")
            raise RuntimeError("xstate.mjs failed; see above")
        self.versions = str(json.loads(hello))

    def version(self) -> str:
        return self.versions

    def ask(self, what: str) -> Callable[[], float]:
        """A measurement: ``event``, ``may`` and ``create`` in nanoseconds, ``bytes`` in bytes."""
        return lambda: float(self._say(what))

    def close(self) -> None:
        assert self.child.stdin is not None
        self.child.stdin.close()
        self.child.wait()

    def _say(self, what: object) -> str:
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.child.stdin.write(json.dumps(what) + "\n")
        self.child.stdin.flush()
        return self.child.stdout.readline()


def _holds() -> bool:
    return True


def _input(event: str) -> Callable[[Any], None]:
    def method(self: Any) -> None: ...

    method.__name__ = event
    return method
