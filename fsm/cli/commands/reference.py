"""What the specification says: rules and tables."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

import typer

from fsm.cli import data, show
from fsm.cli.options import Output, command
from fsm.cli.people import InputError
from fsm.spec.conversation import LIFECYCLES
from fsm.spec.rules import RULES, Rule


@command
def rules(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID...]", help="Rules, such as LIM-6, or groups, such as LIM.")
    ] = None,
    *,
    output: Output,
) -> None:
    """The rules, what keeps each, and which tests exercise it."""
    from fsm.engine.enforcement import enforced_by, tested_by

    found = [rule for each in ids for rule in _rules(each.upper())] if ids else list(RULES.values())
    kept, tested, screen = enforced_by(), tested_by(), output.screen
    details = (part for rule in found for part in show.rule(screen, rule, kept[rule.id], tested[rule.id]))
    screen.answer(
        [{**rule._asdict(), "kept_by": list(kept[rule.id]), "tested_by": list(tested[rule.id])} for rule in found],
        *(details if ids else [show.rules(screen, found, kept, tested)]),
    )


def _rules(asked: str) -> list[Rule]:
    found = [rule for rule in RULES.values() if asked in (rule.id, rule.group)]
    if not found:
        close = get_close_matches(asked, RULES, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        groups = ", ".join(dict.fromkeys(rule.group for rule in RULES.values()))
        raise InputError(f"{asked!r} is not a rule; {hint}use an id such as LIM-6, or a group: {groups}")
    return found


@command
def table(
    lifecycle: Annotated[str, typer.Argument(metavar="LIFECYCLE", help="One of the four.")],
    state: Annotated[str, typer.Argument(metavar="[STATE]", help="One of its states. Default: all.")] = "",
    *,
    output: Output,
) -> None:
    """A lifecycle's table: events, conditions, what comes of them.

    Rows are tried from the top; the first whose conditions hold decides.
    """
    if lifecycle not in LIFECYCLES:
        raise InputError(f"{lifecycle!r} is not a lifecycle; use one of {', '.join(LIFECYCLES)}")
    found, screen = LIFECYCLES[lifecycle], output.screen
    if state and state not in found.states:
        raise InputError(f"{state!r} is not a state of {lifecycle}; use one of {', '.join(found.states)}")
    screen.answer(data.lifecycle(found, state), *show.lifecycle(screen, found, state))
