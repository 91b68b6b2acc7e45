"""SCXML, the W3C's language for statecharts: a lifecycle, or the conversation as regions that signal each other.

A place is a state named lifecycle.place, such as call.ringing_originator. An event is named with its actor, such as
accept_call.recipient, and a signal with the lifecycle that hears it, such as chat.call_placed.originator. In the
conversation a region of its own dispatches: an event that may go to several lifecycles is raised again as a signal to
the one that the others' states choose. Signals are raised too: the internal queue is first in, first out and is
emptied within the step, as the engine does it.

What a step asks of the host goes through ``log``: it is the one instruction by which every interpreter, whatever it is
connected to, hands something to its host in order and without it coming back as an event. The labels are

- row: the row that fired; an event for which no row is logged was refused,
- refused: the rule that refused it, where a declared refusal did,
- effect: an effect with its addressee, such as ring_audio.recipient,
- start_timer: the event that the host is to send, and after how many seconds, counted afresh if the timer runs,
- keep_timer: the same, but a timer that runs goes on; the state before ran it on another condition,
- cancel_timer: the event that the host is not to send any more, if the timer runs,
- signal: what a lifecycle by itself tells its siblings.

Guards are data, false unless the host sets them, named as conditions are: originator_may_chat, interop. With a pairing
they are resolved and no data is left, and of the conversation only what these two can ever bring about. A change of the
pairing is new values, and then the signals that it sends, such as meeting.moved.originator. Timers are the host's, as
everywhere: a delayed ``send`` would start one afresh that goes on in the next state, and keeps an interpreter that has
no clock of its own from returning. States where a lifecycle may rest are not ``final``, because there is a way out of
each.
"""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Comment, Element, SubElement

from fsm.engine.fingerprint import fingerprint
from fsm.engine.profile import Profile
from fsm.export import What
from fsm.export.names import event as named
from fsm.export.names import place, profile, signal, whole
from fsm.export.possible import Possible
from fsm.notation import BOTH, At, Composition, Dispatch, Lifecycle, Party
from fsm.notation.text import printable
from fsm.space.resolved import Condition, Raise, waits
from fsm.spec.parties import Pairing
from fsm.spec.users import whose

NAMESPACE = "http://www.w3.org/2005/07/scxml"


def text(what: What, pairing: Pairing | None = None) -> str:
    """A lifecycle or the conversation as an SCXML document.

    Args:
        what: what to export.
        pairing: resolves the guards.
    """
    writer = Writer(what, profile(pairing, whole(what)))
    root = Element("scxml", {"xmlns": NAMESPACE, "version": "1.0", "datamodel": "ecmascript", "name": writer.name})
    root.append(Comment(f" {_told(title(what, pairing))}, by specification {fingerprint(whole(what))} "))
    root.append(writer.datamodel)
    writer.write(root)
    if not len(writer.datamodel):
        root.remove(writer.datamodel)
    ElementTree.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


class Writer:
    """Writes one document, and declares the guards it asks as data.

    Args:
        what: a lifecycle or the conversation.
        profile: decides the guards.
    """

    def __init__(self, what: What, profile: Profile | None) -> None:
        self.what = what
        self.profile = profile
        self.possible = Possible(what if isinstance(what, Composition) else None, profile)
        self.name = what.name
        self.datamodel = Element("datamodel")
        self._declared: set[str] = set()

    def write(self, root: Element) -> None:
        """Put the states into ``root``."""
        if isinstance(self.what, Lifecycle):
            self._lifecycle(root, self.what)
            return
        root.set("initial", self.name)
        regions = SubElement(root, "parallel", id=self.name)
        self._dispatch(SubElement(regions, "state", id="dispatch"), self.what)
        for lifecycle in self.what.lifecycles.values():
            self._lifecycle(SubElement(regions, "state", id=lifecycle.name), lifecycle)

    def _dispatch(self, region: Element, conversation: Composition) -> None:
        for event, rows in conversation.dispatch.items():
            for row in () if direct(rows) else rows:
                cond = self._standing(conversation, row)
                if cond is None:
                    continue
                if row.refused:
                    anyone = event if row.by is BOTH else f"{event}.{row.by}"
                    log(transition(region, anyone, cond), "refused", row.refused)
                    continue
                for actor in Party:
                    to = transition(region, named(event, actor), cond)
                    SubElement(to, "raise", event=signal(row.lifecycle, event, actor))

    def _standing(self, conversation: Composition, row: Dispatch) -> str | None:
        """That each sibling a dispatch row looks at is in one of the states given; None where one never is."""
        groups = []
        for name, states in row.while_.items():
            places = self.possible.places(conversation.lifecycles[name])
            there = (at for state in states for at in places if at.state == state)
            groups.append(" || ".join(f"In('{identity(name, at)}')" for at in there))
        if not all(groups):
            return None
        return groups[0] if len(groups) == 1 else " && ".join(f"({each})" for each in groups)

    def _lifecycle(self, region: Element, lifecycle: Lifecycle) -> None:
        region.set("initial", identity(lifecycle.name, lifecycle.initial))
        for declared in lifecycle:
            for at in (at for at in self.possible.places(lifecycle) if at.state == declared.name):
                region.append(Comment(f" {_told(declared.label)} "))
                here = SubElement(region, "state", id=identity(lifecycle.name, at))
                for event in dict.fromkeys(row.event for row in declared.rows):
                    for actor in Party:
                        self._rows(here, lifecycle, at, event, actor)

    def _rows(self, here: Element, lifecycle: Lifecycle, at: At, event: str, actor: Party) -> None:
        for branch in self.possible.tried(lifecycle, at, event, actor):
            target = identity(lifecycle.name, branch.to) if branch.to else ""
            to = transition(here, self._heard(lifecycle, event, actor), self._cond(branch.when), target)
            if branch.refused:
                log(to, "refused", branch.refused)
                continue
            log(to, "row", branch.row)
            for item in branch.does:
                if not isinstance(item, Raise):
                    log(self._where(to, item.when), "effect", f"{item.effect}.{item.to}")
                elif isinstance(self.what, Lifecycle):
                    log(to, "signal", signal(*item))
                else:
                    SubElement(to, "raise", event=signal(*item))
            if branch.to:
                self._timers(to, lifecycle, at, branch.to)

    def _heard(self, lifecycle: Lifecycle, event: str, actor: Party) -> str:
        """What a row listens to."""
        fired = event in lifecycle.events
        if fired and (isinstance(self.what, Lifecycle) or direct(self.what.dispatch[event])):
            return named(event, actor)
        return signal(lifecycle.name, event, actor)

    def _timers(self, to: Element, lifecycle: Lifecycle, before: At, after: At) -> None:
        """What a step does to timers: one that both states run goes on, unless the state is entered anew."""
        afresh = before.state == after.state
        ran, runs = ({wait.event: wait.when for wait in waits(lifecycle, at)} for at in (before, after))
        for wait in waits(lifecycle, after, self.profile):
            label = "start_timer" if afresh or wait.event not in ran else "keep_timer"
            if label == "start_timer" or ran[wait.event] != runs[wait.event]:
                log(self._where(to, wait.when), label, f"{named(wait.event, Party.SERVICE)} {wait.seconds}")
        for event in ran:
            if event not in runs:
                log(to, "cancel_timer", named(event, Party.SERVICE))

    def _where(self, to: Element, when: tuple[Condition, ...]) -> Element:
        """Where to put what is done only while conditions hold."""
        return SubElement(to, "if", cond=self._cond(when)) if when else to

    def _cond(self, when: tuple[Condition, ...]) -> str:
        """The conjunction of conditions, each of which is declared as data."""
        names = tuple(each.name for each in when)
        for each in names:
            if each not in self._declared:
                self._declared.add(each)
                SubElement(self.datamodel, "data", id=each, expr="0")
        return " && ".join(names)


def title(what: What, pairing: Pairing | None) -> str:
    """What the document is of."""
    kinds = whose(whole(what)).kinds(pairing) if pairing else ()
    return f"{what.label} between {' and '.join(kinds)}" if kinds else what.label


def _told(text: str) -> str:
    """Text from anywhere, fit for a comment."""
    return re.sub("-(?=-)", "- ", printable(text))


def direct(rows: tuple[Dispatch, ...]) -> bool:
    """Whether an event always goes to one lifecycle, which then listens to it itself."""
    return len(rows) == 1


def identity(lifecycle: str, at: At) -> str:
    """The id of a place."""
    return f"{lifecycle}.{place(at)}"


def transition(where: Element, event: str, cond: str, target: str = "") -> Element:
    """A transition; without a target it stays, and enters nothing anew."""
    given = {"event": event, "cond": cond, "target": target}
    return SubElement(where, "transition", {name: value for name, value in given.items() if value})


def log(to: Element, label: str, text: str) -> None:
    """Tell the host something."""
    SubElement(to, "log", label=label, expr=_string(text))


def _string(text: str) -> str:
    """Text from anywhere as a string of ECMAScript."""
    inner = json.dumps(text)[1:-1].replace("'", "\\'")
    return f"'{inner}'"
