"""What the specification says: rules and tables."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from fsm.cli.ask.options import Output, command
from fsm.cli.ending import InputError, named, writing_to
from fsm.cli.show import data, evidence, statements, values
from fsm.notation.echo import echo
from fsm.notation.files import write
from fsm.spec.conversation import CONVERSATION, LIFECYCLES
from fsm.spec.rules import RULES, Rule


@command
def rules(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID...]", help="Rules, such as LIM-6, or groups, such as LIM.")
    ] = None,
    *,
    output: Output,
) -> None:
    """Every rule: its source, what keeps it, its claims and tests."""
    found = [rule for each in ids for rule in _rules(each.upper())] if ids else list(RULES.values())
    known, claims, screen = evidence.of_rules(), evidence.claims(), output.screen
    details = (part for rule in found for part in values.rule(screen, rule, known[rule.id], claims))
    screen.answer(
        [data.rule(rule, known[rule.id]) for rule in found],
        *(details if ids else [values.rules(screen, {rule: known[rule.id] for rule in found})]),
    )


def _rules(asked: str) -> list[Rule]:
    found = [rule for rule in RULES.values() if asked in (rule.id, rule.group)]
    if not found:
        close = get_close_matches(asked, RULES, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        groups = ", ".join(dict.fromkeys(rule.group for rule in RULES.values()))
        raise InputError(f"{echo(asked)} is not a rule; {hint}use an id such as LIM-6, or a group: {groups}")
    return found


@command
def source(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the page is.")] = Path(statements.FILE),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; say whether it is as it would be now.")
    ] = False,
    *,
    output: Output,
) -> bool:
    """Write the page of the document's statements, or check it.

    Each statement with its rules, and what keeps, proves and exercises them.
    """
    made, screen = statements.page().encode(), output.screen
    with writing_to("FILE", file):
        if not check:
            write(file, made)
        fresh = not check or (file.exists() and file.read_bytes() == made)
    name = named(file)
    told = name if not check else f"{name} is fresh" if fresh else f"{name} is stale; run fsm source"
    screen.answer({"file": str(file), "fresh": fresh}, screen.note(told, indent=0))
    return fresh


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
        raise InputError(f"{echo(lifecycle)} is not a lifecycle; use one of {', '.join(LIFECYCLES)}")
    found, screen = CONVERSATION.lifecycles[lifecycle], output.screen
    if state and state not in found.states:
        raise InputError(f"{echo(state)} is not a state of {lifecycle}; use one of {', '.join(found.states)}")
    screen.answer(data.lifecycle(found, state), *values.lifecycle(screen, found, state))
