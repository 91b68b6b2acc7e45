"""A plan as a page: one file, offline. What it shows is worked out here; the page looks it up."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from typing import Any

import msgspec
import numpy as np

from fsm.engine.address import address, of_user
from fsm.notation.page import embedded, filled, sheet
from fsm.plan.groups import groups
from fsm.plan.plan import Plan
from fsm.plan.questions import QUESTIONS
from fsm.plan.report import Report
from fsm.spec.conversation import CONVERSATION
from fsm.spec.facts import facts

PAGE = files("fsm") / "plan" / "page"


def page(plan: Plan, report: Report) -> str:
    """A plan, as HTML; any pair of its people leads to an ``explorer.html`` beside it.

    Args:
        plan: the plan.
        report: what it comes to.
    """
    script = _part("plan.js")
    allowed = f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}"
    parts = {"hash": allowed, "css": sheet() + _part("plan.css"), "js": script}
    parts["data"] = embedded(msgspec.json.encode(_data(plan, report)).decode())
    parts["specification"] = f"specification {report.specification}, edition {report.edition}"
    return filled(_part("plan.html"), parts)


def _part(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")


def _data(plan: Plan, report: Report) -> dict[str, Any]:
    kinds = np.arange(len(plan.kinds.kinds))
    table = plan.kinds.table(kinds, kinds)
    return {
        "questions": [
            {"name": each.name, "says": each.says, "values": each.values, "ranked": each.ranked, "play": each.play}
            for each in QUESTIONS
        ],
        "kinds": [
            {
                "organisation": each.organisation,
                "facts": {name: _text(value) for name, value in facts(each.who).items() if name != "address"},
                "address": of_user(each.who, each.who.address),
            }
            for each in plan.kinds.kinds
        ],
        "cases": [{name: each._asdict() for name, each in case.answers.items()} for case in plan.kinds.cases],
        "table": table.ravel().tolist(),
        "states": len(plan.states),
        "columns": list(plan.people.columns),
        "people": list(_people(plan)),
        "fates": [list(_fates(plan, n)) for n in range(len(plan.stages))],
        "groups": [_groups(plan, n) for n in range(len(plan.states))],
        "labels": {
            f"{name}.{state}": each.states[state].label
            for name, each in CONVERSATION.lifecycles.items()
            for state in each.states
        },
        "around": _around(plan),
        "report": report.as_dict(),
    }


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _people(plan: Plan) -> Iterator[list[Any]]:
    """Each: address, columns, kind at the start, and then every state in which it becomes another, and which."""
    columns = [(each.values, each.codes) for each in plan.people.columns.values()]
    states = [each.tolist() for each in plan.states]
    for n in range(plan.people.home):
        row: list[Any] = [plan.people.addresses[n], *(values[codes[n]] for values, codes in columns), states[0][n]]
        for m in range(1, len(states)):
            if states[m][n] != states[m - 1][n]:
                row += [m, states[m][n]]
        yield row


def _fates(plan: Plan, wave: int) -> Iterator[tuple[tuple[int, int], int]]:
    """The kinds that people of each fate of a wave are of, before and after, and how many they are."""
    step = plan.stages[wave].step
    for n in range(len(step.own)):
        yield step.numbers_of(n), step.size(n)


def _groups(plan: Plan, state: int) -> dict[str, Any]:
    """What a wave changes between groups of people; of none, what changes from start to end."""
    names, between = groups(plan.stages[state - 1].step if state else plan.whole)
    return {"names": list(map(str, names)), "between": {f"{n},{m}": each._asdict() for (n, m), each in between.items()}}


def _around(plan: Plan) -> str:
    """What surrounds two of the organisation, as an address says it."""
    first = next((n for n, each in enumerate(plan.kinds.kinds) if not each.organisation), None)
    pairing = None if first is None else plan.kinds.pairing(first, first)
    parts = [] if pairing is None else address(pairing).split("&")
    return "".join(f"&{each}" for each in parts if not each.startswith(("from=", "to=")))
