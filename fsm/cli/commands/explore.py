"""The explorer: written, and opened in a browser."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterable
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

import typer

from fsm.cli.ask.options import Output, Users, command
from fsm.cli.commands.common import BETWEEN
from fsm.cli.ending import InputError, named
from fsm.engine.address import BASE, address
from fsm.notation.echo import echo
from fsm.notation.files import writing
from fsm.spec.parties import Participant

OPEN = typer.Option("--open", help="Open the explorer there, in a browser.")
Open = Annotated[bool, OPEN]
MOST = 2_000
"""Users of an export that can be chosen from in the page."""


@command
def explore(
    at: Annotated[
        str | None, typer.Argument(metavar="ADDRESS", help="Where it opens: what stands behind the # of a link.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the page there, and open nothing.")] = None,
    between: Annotated[tuple[str, str] | None, BETWEEN] = None,
    *,
    users: Users,
    output: Output,
) -> None:
    """Play conversations in a browser, on one page, offline.

    Choose two people, play events on the pictures of the four lifecycles, let time go by, and see what each of them
    sees, what is refused by which rule, and what to do instead.
    """
    if at and between:
        raise InputError("--between: the address says who the two are; give one of them")
    start = at or ""
    if between:
        start = address(users.pair(*between), edition=users.asked or BASE)
    people: list[Participant] = []
    if users.users:
        people = list(users.directory().tenants[0].values())
    screen = output.screen
    path = _written(out, start, people[:MOST])
    opened = out is None and _opened(path)
    screen.answer(
        {
            "page": str(path),
            "start": start,
            "opened": opened,
            "users": len(people[:MOST]),
            "left_out": len(people[MOST:]),
        },
        screen.facts(
            ("page", named(path)),
            ("users", f"{MOST:,} of {len(people):,}" if len(people) > MOST else ""),
            ("note", "" if opened or out else "no browser was found here: open the page in one"),
            indent=0,
        ),
    )


def see(start: str) -> None:
    """Open the explorer somewhere, beside what a command answers; where there is no browser, say where it is."""
    path = _written(None, start, ())
    if not _opened(path):
        typer.echo(f"no browser was found here: open {named(path)}", err=True)


def _written(out: Path | None, start: str, people: Iterable[Participant]) -> Path:
    from fsm.explore import page

    text = page(people, start)
    path = out or Path(mkdtemp(prefix="fsm-")) / "explorer.html"
    try:
        with writing(path) as file:
            file.write(text.encode())
    except OSError as error:
        raise InputError(f"--out: cannot write to {echo(str(path))}: {error.strerror}; give another file") from None
    return path


def _opened(path: Path) -> bool:
    try:
        return webbrowser.open(path.resolve().as_uri())
    except webbrowser.Error:
        return False
