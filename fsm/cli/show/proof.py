"""Showing what a check of the specification came to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from fsm.cli.ending import InputError
from fsm.cli.show import pictures
from fsm.cli.show.screen import Screen
from fsm.engine import known
from fsm.engine.conversation import Conversation
from fsm.engine.outcome import LostSignal, Outcome
from fsm.notation.echo import echo
from fsm.spec.conversation import CONVERSATION
from fsm.verify import PROPERTIES, Claim, Report, Result, Trace, properties_from

NO_NAME = re.compile(r"[^\w.-]")
"""What no file of a picture is called by."""


def chosen(names: list[str], against: Path | None) -> tuple[Claim, ...]:
    """The properties to check: those named, of the specification and of a file.

    Raises:
        InputError: there is no such property, or the file declares none.
    """
    try:
        own = properties_from(against) if against else ()
    except ValueError as error:
        raise InputError(f"--against: {error}") from None
    known = {each.name: each for each in (*PROPERTIES, *own)}
    for name in names:
        if name not in known:
            raise InputError(f"--property: {echo(name)} is not known; use one of {', '.join(known)}")
    return tuple(known[name] for name in names) or own or PROPERTIES


def summary(screen: Screen, report: Report) -> Iterator[RenderableType]:
    """How much was checked, a line for each property that holds, and the way to break each that does not."""
    failed = [result for result in report.results if not result.ok]
    yield screen.facts(
        ("pairings", f"{report.pairings:,}"),
        ("by edition", ", ".join(f"{count:,} in {name}" for name, count in report.editions.items())),
        ("profiles", f"{report.profiles:,}"),
        ("places", f"{report.places:,}"),
        ("transitions", f"{report.transitions:,}"),
        ("properties", f"{len(report.results)}: {len(report.results) - len(failed)} hold, {len(failed)} do not"),
        ("time", f"{report.seconds:.1f} s"),
        indent=0,
    )
    table = screen.table("", "property")
    for result in report.results:
        table.add_row(Text(*screen.mark(result.ok)), Text.assemble((result.checked.name, "bold"), "\n", _says(result)))
    yield screen.note("")
    yield table
    for result in failed:
        yield screen.heading(f"{result.checked.name}: {result.checked.says}")
        yield screen.note(f"broken in {result.broken} ways; the shortest:")
        yield screen.note(str(result.counterexample))


def _says(result: Result) -> str:
    return f"{result.checked.says} ({' '.join(result.checked.cites)})" if result.checked.cites else result.checked.says


def draw(report: Report, out: Path) -> list[Path]:
    """The shortest way to break each property that fails, as pictures of the lifecycles that it goes through.

    Raises:
        InputError: they cannot be drawn, or not be written there.
    """
    from fsm.draw import path

    written = []
    for result in report.results:
        if result.counterexample and result.counterexample.trace:
            run = list(_replayed(result.counterexample.trace))
            for name in {CONVERSATION.rows[row].lifecycle for outcome in run for row in outcome.rows}:
                file = out / f"{NO_NAME.sub('_', result.checked.name)}-{name}.svg"
                picture = path(CONVERSATION.lifecycles[name], run, title=result.checked.name)
                pictures.put(picture, file, None, "auto", "pure", "--pictures")
                written.append(file)
    return sorted(written)


def _replayed(trace: Trace) -> Iterator[Outcome]:
    conversation = Conversation(trace.pairing)
    for move in trace.moves:
        try:
            if move.pairing:
                yield conversation.change(move.pairing)
            else:
                yield conversation.fire(known.event(move.event), move.by)
        except LostSignal:
            return
