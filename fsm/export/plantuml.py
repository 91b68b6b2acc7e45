"""PlantUML state diagrams.

A place is a state, and a lifecycle in a conversation is a region. What leads from one place to another is one arrow
with a line for each row; what stays in a place is in its box, as are timers; what is refused is in a note. A comment
before each names the rows of the tables.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import wrap

from fsm.engine.fingerprint import fingerprint
from fsm.engine.profile import Profile
from fsm.export import What, names
from fsm.export.possible import Transition, steps
from fsm.notation import BOTH, At, Composition, Dispatch, Lifecycle
from fsm.notation.text import printable
from fsm.space.resolved import Condition, Raise, Send, waits
from fsm.spec.parties import Pairing

WIDTH = 72
NEWLINE = "\\n"
NEW_LINE = "\n"
NBSP = "\N{NO-BREAK SPACE}"


def text(what: What, pairing: Pairing | None = None) -> str:
    """A lifecycle or the conversation; with a pairing, what is possible between these two."""
    composition = names.whole(what)
    profile = names.profile(pairing, composition)
    happens = steps(composition, profile)
    title = names.title(what, pairing, _plain, _label)
    lines = ["@startuml", f"' specification {fingerprint(composition)}"]
    lines += [*([f"title {title}"] if title.strip() else []), "hide empty description"]
    if isinstance(what, Lifecycle):
        lines += _lifecycle(what, happens[what.name], profile)
    else:
        lines.append(f"state {what.name} {{")
        for n, lifecycle in enumerate(what.lifecycles.values()):
            lines += [
                *(["--"] if n else []),
                f'state "{_label(lifecycle.label) or lifecycle.name}" as {lifecycle.name} {{',
            ]
            lines += [*_lifecycle(lifecycle, happens[lifecycle.name], profile), "}"]
        lines += ["}", *_legend(what)]
    return "\n".join([*lines, "@enduml", ""])


def _plain(text: str) -> str:
    """A name from anywhere, with all that PlantUML could take for syntax as a character code."""
    return re.sub(r"[^A-Za-z0-9@. ]", lambda found: _code(found[0]), text)


def _label(text: str) -> str:
    """A sentence from anywhere, likewise; single marks of punctuation mean nothing."""
    return re.sub(r"[^\w .,;:'()@+/-]|--|//|__", lambda found: "".join(map(_code, found[0])), text)


def _code(character: str) -> str:
    return f"<U+{ord(character if character == NEW_LINE else printable(character)):04X}>"


def _lifecycle(lifecycle: Lifecycle, happens: dict[At, list[Transition]], profile: Profile | None) -> Iterator[str]:
    yield f"[*] --> {_id(lifecycle, lifecycle.initial)}"
    for at in happens:
        declared = lifecycle.states[at.state]
        who = ", ".join(
            f"{_label(called)}: {party}" for called, party in zip(declared.remembers, at.remembered, strict=True)
        )
        label = _wrapped(_label(declared.label))
        yield f'state "{at.state}{f" ({who})" if who else ""}\\n{label}" as {_id(lifecycle, at)}'
        for wait in waits(lifecycle, at, profile):
            yield f"{_id(lifecycle, at)} : after {wait.seconds} s: {wait.event}{_guards(wait.when)}"
        if declared.final:
            yield f"{_id(lifecycle, at)} --> [*]"
    for at, found in happens.items():
        yield from _leads(lifecycle, at, found)


def _leads(lifecycle: Lifecycle, at: At, found: list[Transition]) -> Iterator[str]:
    here = _id(lifecycle, at)
    by_target: dict[At | None, list[Transition]] = defaultdict(list)
    for step in found:
        if not step.branch.refused:
            by_target[step.branch.to].append(step)
    for to, leading in by_target.items():
        yield _rows(leading)
        if to is None:
            yield from (f"{here} : {line}" for line in _lines(leading))
        else:
            yield f"{here} --> {_id(lifecycle, to)} : {NEWLINE.join(_lines(leading))}"
    refused: dict[str, dict[str, None]] = defaultdict(dict)
    for step in found:
        if step.branch.refused:
            refused[step.branch.refused][step.event] = None
    if refused:
        yield _rows(step for step in found if step.branch.refused)
        yield f"note left of {here}"
        yield from (f"refused by {_label(rule)}: {', '.join(events)}" for rule, events in refused.items())
        yield "end note"


def _id(lifecycle: Lifecycle, at: At) -> str:
    return f"{lifecycle.name}_{names.place(at)}"


def _rows(found: Iterable[Transition]) -> str:
    return f"' rows {' '.join(dict.fromkeys(step.branch.row for step in found))}"


def _lines(found: Iterable[Transition]) -> Iterator[str]:
    """Steps in words, one line for those that differ in who acts alone."""
    actors: dict[tuple[str, str], list[str]] = defaultdict(list)
    for step in found:
        does = ", ".join(_whole(words) for words in _does(step.branch.does))
        rest = _guards(step.branch.when) + (f" / {does}" if does else "")
        actors[f"{'signal ' if step.signal else ''}{step.event}", rest].append(step.by)
    for (event, rest), by in actors.items():
        yield _wrapped(_whole(f"{event} by {' or '.join(by)}") + rest)


def _does(items: Iterable[Send | Raise]) -> Iterator[str]:
    """Effects and signals in words, an effect with several addressees once."""
    for (what, only), same in groupby(items, key=_asked):
        to = " and ".join(_label(each.to) for each in same if isinstance(each, Send))
        yield f"{what}{f' to {to}' if to else ''}{f' if {only}' if only else ''}"


def _asked(item: Send | Raise) -> tuple[str, str]:
    if isinstance(item, Raise):
        return f"signal {item.lifecycle}.{item.event}", ""
    return item.effect, " and ".join(each.name for each in item.when)


def _guards(conditions: tuple[Condition, ...]) -> str:
    return f" [{', '.join(dict.fromkeys(each.name for each in conditions))}]" if conditions else ""


def _whole(words: str) -> str:
    """Words that stay on one line."""
    return words.replace(" ", NBSP)


def _wrapped(line: str) -> str:
    return NEWLINE.join(wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False)).replace(NBSP, " ")


def _legend(composition: Composition) -> Iterator[str]:
    """Which lifecycle an event goes to, where that is not said by the one that knows it."""
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for event, rows in composition.dispatch.items():
        alike[tuple(_sent(row) for row in rows)].append(event)
    yield "legend"
    for sent, events in alike.items():
        if len(sent) > 1:
            yield f"{', '.join(events)}:"
            yield from (f"  {words}" for words in sent)
    yield "endlegend"


def _sent(row: Dispatch) -> str:
    goes = f"refused by {_label(row.refused)}" if row.refused else f"to {row.lifecycle}"
    by = "" if row.by is BOTH else f" by {row.by}"
    standing = " and ".join(f"{name} is {' or '.join(states)}" for name, states in row.while_.items())
    return f"{goes}{by}{f' while {standing}' if standing else ''}"
