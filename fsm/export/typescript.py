"""A TypeScript module that makes an XState 5 machine of the JSON that ``fsm export xstate`` writes.

Places, events, guards and effects are types in it, so that a service that misspells a name, or forgets one, does not
compile; and it implements what the configuration asks for besides guards and effects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any

from fsm.export import What
from fsm.export.names import whole
from fsm.export.xstate import config
from fsm.notation import PARTIES, Composition, Lifecycle, effects_of, guards_of
from fsm.notation.text import commented, quoted
from fsm.space.resolved import Condition
from fsm.spec.parties import Pairing

WIDTH = 100


def text(what: What, pairing: Pairing | None = None) -> str:
    """The module for a lifecycle or the conversation; with a pairing, for what is possible between these two."""
    machine, composition = config(what, pairing), whole(what)
    alone = isinstance(what, Lifecycle)
    actions = list(_actions(machine))
    sent = {each["params"]["type"] for each in actions if each["type"] == "signal"} if alone else ()
    states = machine["states"]
    value = (
        _union(states)
        if alone
        else " " + _members({name: _union(each["states"], "    ") for name, each in states.items()})
    )
    names = "\n\n".join(
        (
            f"/** The configuration that this is for. */\nexport const ID = {quoted(machine['id'])};",
            f"/** The specification that both are made of. */\nexport const VERSION = {quoted(machine['version'])};",
            f"/** Where it can stand. */\nexport type Value ={value};",
            f"/** What it hears. */\nexport type EventType ={_union(sorted({*_events(machine)}))};",
            f"/** What it tells its siblings, once the step is done. */\nexport type Signal ={_union(sorted(sent))};",
            f"/** What is asked about a pairing. */\nexport interface Conditions {_guards(composition, machine)}",
            "/** Effects, and whom each may be addressed to. */\n"
            f"export interface Effects {_effects(composition, actions)}",
        )
    )
    body = files(__package__).joinpath("machine.ts").read_text(encoding="utf-8")
    return body.replace("// NAMES", names)


def _union(words: Iterable[str], indent: str = "  ") -> str:
    """A type that is one of these words, after a blank, or each on a line of its own where that is too long."""
    found = [quoted(word) for word in words]
    line = " | ".join(found) or "never"
    return f" {line}" if len(line) < WIDTH else "".join(f"\n{indent}| {word}" for word in found)


def _members(types: Mapping[str, str], says: Mapping[str, str] | None = None) -> str:
    """The body of a type: members with their types and, above each, what it means."""
    lines = []
    for name, type in types.items():
        if says:
            lines.append(f"  /** {commented(says[name])} */")
        lines.append(f"  {name}:{type};")
    return "\n".join(("{", *lines, "}"))


def _guards(composition: Composition, machine: Any) -> str:
    says: dict[str, str] = {}
    for guard in guards_of(composition):
        for party in PARTIES:
            name = Condition(guard, party).name
            says[name] = (
                f"{guard.says[:1].upper()}{guard.says[1:]}." if guard.about is None else f"The {party} {guard.says}."
            )
    asked = sorted({*_conditions(machine)} & says.keys())
    return _members(dict.fromkeys(asked, " boolean"), says)


def _effects(composition: Composition, actions: Iterable[Any]) -> str:
    found = defaultdict(set)
    for each in actions:
        if "to" in each.get("params", {}):
            found[each["type"]].add(each["params"]["to"])
    types = {name: _union(sorted(to)) for name, to in sorted(found.items())}
    return _members(types, {name: f"The addressee {effect.says}." for name, effect in effects_of(composition).items()})


def _states(machine: Any) -> Iterator[Any]:
    """A machine and the states in it, at any depth."""
    yield machine
    for each in machine.get("states", {}).values():
        yield from _states(each)


def _transitions(machine: Any) -> Iterator[Any]:
    for each in _states(machine):
        for rows in each.get("on", {}).values():
            yield from rows


def _events(machine: Any) -> Iterator[str]:
    """What a machine hears from outside, perhaps more than once; in a conversation, signals are its own affair."""
    changes = machine["meta"].get("changes")
    yield from (each["type"] for each in changes or ())
    for each in _states(machine):
        own = (event for event in each.get("on", {}) if event != "change")
        yield from own if changes is None else (event for event in own if event.count(".") == 1)


def _actions(machine: Any) -> Iterator[Any]:
    """What its transitions do, those under a guard of their own included."""
    for row in _transitions(machine):
        for action in row.get("actions", ()):
            yield action["params"]["action"] if action["type"] == "where" else action


def _conditions(machine: Any) -> Iterator[str]:
    """The guards that it names, one by one."""
    for row in _transitions(machine):
        yield from machine["meta"]["guards"].get(row.get("guard"), (row.get("guard"),))
        for action in row.get("actions", ()):
            yield from action.get("params", {}).get("guards", ())
    for each in _states(machine):
        for timer in each.get("meta", {}).get("timers", ()):
            yield from timer.get("guards", ())
