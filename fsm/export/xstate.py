"""An XState 5 machine configuration, as JSON.

It runs in XState unchanged: a place is a state, the conversation is a parallel machine of its lifecycles, an event is
``share_desktop.originator``, and a signal is raised under a name that only its lifecycle hears. What JSON cannot hold
is left to implementations by name; ``fsm export typescript`` writes them.

- Guards: each condition, such as ``originator_can_share_content``; those in ``meta.guards`` are an ``and`` of others,
  and those in ``meta.siblings``, about where other lifecycles stand, an ``or`` of ``stateIn``.
- Actions: each effect, told in ``params.to`` whom it is for; ``signal`` raises an event of type ``params.type``, or
  tells it to the host where a lifecycle is alone; ``where`` does ``params.action`` if all of ``params.guards`` hold;
  ``restart_timer`` starts a timer afresh that runs already; ``adopt`` takes the context that a ``change`` brings.

An event that is refused has neither target nor actions, so that ``snapshot.can`` says no, and ``meta.refused`` of its
transition is the rule; one that is accepted and changes nothing has the action ``nothing``. No timer fires by itself:
``meta.timers`` of a state says which run there, and one that ran before goes on. A change of the pairing is ``change``
with the new context, then those of ``meta.changes`` that apply.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from fsm.engine.fingerprint import fingerprint
from fsm.engine.profile import Profile
from fsm.export import What, names
from fsm.export.possible import Possible
from fsm.notation import BOTH, At, Composition, Dispatch, Lifecycle, Party, to
from fsm.space.resolved import Branch, Condition, Raise, Send, Wait, waits
from fsm.spec.parties import Pairing

Json = dict[str, Any]
WIDTH = 120


def text(what: What, pairing: Pairing | None = None) -> str:
    """A lifecycle or the conversation; with a pairing, what is possible between these two."""
    return _laid_out(config(what, pairing), "") + "\n"


def config(what: What, pairing: Pairing | None = None) -> Json:
    """The machine configuration as data."""
    open_: Json = {} if pairing else {"change": [{"actions": [{"type": "adopt"}]}]}
    profile = names.profile(pairing, names.whole(what))
    if isinstance(what, Lifecycle):
        machine = _Machine(None, profile)
        region = machine.region(what)
        return {
            **_head(what, pairing),
            "initial": region["initial"],
            "on": open_,
            "states": region["states"],
            "meta": {"guards": machine.guards},
        }
    machine = _Machine(what, profile)
    regions = {name: machine.region(each) for name, each in what.lifecycles.items()}
    heard = {event for region in regions.values() for each in region["states"].values() for event in each["on"]}
    return {
        **_head(what, pairing),
        "type": "parallel",
        "on": {**open_, **{event: rows for event, rows in machine.refusals(what).items() if event in heard}},
        "states": regions,
        "meta": {
            "guards": machine.guards,
            "siblings": machine.siblings,
            "changes": [
                {"type": names.signal(each.name, change.event, change.by), "rules": list(change.cites)}
                for change in what.changes
                for each in what.lifecycles.values()
                if change.event in each.signals
            ],
        },
    }


def _head(what: What, pairing: Pairing | None) -> Json:
    return {"id": what.name, "version": fingerprint(names.whole(what)), "description": names.title(what, pairing)}


class _Machine:
    """The states of a machine, and the guards that they name."""

    def __init__(self, composition: Composition | None, profile: Profile | None) -> None:
        self.composition = composition
        self.profile = profile
        self.possible = Possible(composition, profile)
        self.guards: dict[str, list[str]] = {}
        """Guards that hold where all of these do, by name."""
        self.siblings: dict[str, list[dict[str, str]]] = {}
        """Guards that hold where a sibling stands at one of these places, by name."""

    def region(self, lifecycle: Lifecycle) -> Json:
        """One lifecycle."""
        return {
            "description": lifecycle.label,
            "initial": names.place(lifecycle.initial),
            "states": {names.place(at): self._state(lifecycle, at) for at in self.possible.places(lifecycle)},
        }

    def refusals(self, composition: Composition) -> Json:
        """What the dispatch refuses; XState asks these where no lifecycle has a row for the event."""
        on = {}
        for event, declared in composition.dispatch.items():
            for actor in Party:
                rows = [row for row in declared if row.by in (BOTH, actor.value)]
                while rows and not rows[-1].refused:
                    rows.pop()
                on[names.event(event, actor)] = [self._sent(row, self._standing(row)) for row in rows]
        return {event: rows for event, rows in on.items() if rows}

    def _state(self, lifecycle: Lifecycle, at: At) -> Json:
        declared = lifecycle.states[at.state]
        on = {}
        for actor in Party:
            for event in lifecycle.events:
                on[names.event(event, actor)] = list(self._dispatched(lifecycle, at, event, actor))
            for event in lifecycle.signals:
                found = self.possible.tried(lifecycle, at, event, actor)
                on[names.signal(lifecycle.name, event, actor)] = [self._row(lifecycle, at, each, ()) for each in found]
        return {
            "description": declared.label,
            "tags": [name for name in ("final", "routed") if getattr(declared, name)],
            "meta": {"group": declared.group, "timers": [_timer(wait) for wait in waits(lifecycle, at, self.profile)]},
            "on": {event: rows for event, rows in on.items() if rows},
        }

    def _dispatched(self, lifecycle: Lifecycle, at: At, event: str, actor: Party) -> Iterator[Json]:
        """The rows of a place as far as the dispatch lets the event come there."""
        found = self.possible.tried(lifecycle, at, event, actor)
        rows = self.composition.dispatch[event] if self.composition else (to(lifecycle.name),)
        for row in rows if found else ():
            if row.by not in (BOTH, actor.value) or at.state not in row.while_.get(lifecycle.name, (at.state,)):
                continue
            standing = self._standing(row, lifecycle.name)
            here = row.lifecycle == lifecycle.name
            if here:
                yield from (self._row(lifecycle, at, each, standing) for each in found)
            if row.refused or (standing and not (here and not found[-1].when)):
                yield self._sent(row, standing)
            if not standing:
                return

    def _sent(self, row: Dispatch, standing: tuple[str, ...]) -> Json:
        """A dispatch row that refuses the event, or that keeps it from rows further down."""
        if row.refused:
            return self._refusal(standing, row.id, row.refused, row.instead, row.cites)
        return {**self._guard(standing), "meta": {"row": row.id, "goes": row.lifecycle}}

    def _row(self, lifecycle: Lifecycle, at: At, branch: Branch, standing: tuple[str, ...]) -> Json:
        asked = (*standing, *_names(branch.when))
        if branch.refused:
            instead = lifecycle.rows[branch.row].instead
            return self._refusal(asked, branch.row, branch.refused, instead, branch.cites)
        target: Json = {"target": names.place(branch.to)} if branch.to else {}
        if branch.to == at:
            target["reenter"] = True
        actions = [_action(each) for each in branch.does]
        if branch.to and branch.to.state == at.state:
            actions += [_restart(wait) for wait in waits(lifecycle, branch.to, self.profile)]
        if not actions and not branch.to:
            actions.append({"type": "nothing"})
        does: Json = {"actions": actions} if actions else {}
        return {**self._guard(asked), **target, **does, "meta": {"row": branch.row, "rules": list(branch.cites)}}

    def _refusal(
        self, asked: tuple[str, ...], row: str, rule: str, instead: tuple[str, ...], rules: tuple[str, ...]
    ) -> Json:
        meta = {"row": row, "refused": rule, "instead": list(instead), "rules": list(rules)}
        return {**self._guard(asked), "meta": meta}

    def _guard(self, asked: tuple[str, ...]) -> Json:
        """One guard for all that is asked; a guard of several is one with a name of its own."""
        if not asked:
            return {}
        name = " & ".join(asked)
        if len(asked) > 1:
            self.guards[name] = list(asked)
        return {"guard": name}

    def _standing(self, row: Dispatch, here: str = "") -> tuple[str, ...]:
        """What a dispatch row asks of the siblings of a lifecycle, by name."""
        return tuple(self._sibling(name, states) for name, states in row.while_.items() if name != here)

    def _sibling(self, name: str, states: tuple[str, ...]) -> str:
        assert self.composition is not None
        lifecycle = self.composition.lifecycles[name]
        others = [state for state in lifecycle.states if state not in states]
        few = f"not in {' '.join(others)}" if len(others) < len(states) else f"in {' '.join(states)}"
        asked, places = f"{name} {few}", self.possible.places(lifecycle)
        self.siblings[asked] = [{name: names.place(at)} for at in places if at.state in states]
        return asked


def _names(conditions: tuple[Condition, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.name for each in conditions))


def _action(item: Send | Raise) -> Json:
    if isinstance(item, Send):
        return _where(_names(item.when), {"type": item.effect, "params": {"to": item.to}})
    return {"type": "signal", "params": {"type": names.signal(item.lifecycle, item.event, item.by)}}


def _restart(wait: Wait) -> Json:
    return _where(_names(wait.when), {"type": "restart_timer", "params": _timer(wait._replace(when=()))})


def _where(guards: tuple[str, ...], action: Json) -> Json:
    return {"type": "where", "params": {"guards": list(guards), "action": action}} if guards else action


def _timer(wait: Wait) -> Json:
    return {
        "event": names.event(wait.event, Party.SERVICE),
        "seconds": wait.seconds,
        **({"guards": list(_names(wait.when))} if wait.when else {}),
    }


def _laid_out(value: Any, indent: str, key: str = "") -> str:
    """JSON with everything that fits on a line on one."""
    line = f"{indent}{key}{json.dumps(value)}"
    if len(line) < WIDTH or not value or not isinstance(value, dict | list):
        return line
    if isinstance(value, list):
        return _block(indent, key, "[]", (_laid_out(each, f"{indent} ") for each in value))
    items = (_laid_out(each, f"{indent} ", f"{json.dumps(name)}: ") for name, each in value.items())
    return _block(indent, key, "{}", items)


def _block(indent: str, key: str, brackets: str, items: Iterable[str]) -> str:
    return f"{indent}{key}{brackets[0]}\n" + ",\n".join(items) + f"\n{indent}{brackets[1]}"
