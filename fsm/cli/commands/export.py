"""The specification in the formats of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fsm.cli.ask.options import Output, Users, command
from fsm.cli.commands.common import BETWEEN
from fsm.cli.ending import InputError, named, writing_to
from fsm.cli.show.screen import raw
from fsm.export import FORMATS
from fsm.notation.echo import echo
from fsm.notation.files import write
from fsm.spec.conversation import CONVERSATION, LIFECYCLES
from fsm.spec.parties import Pairing

EVERY = (*FORMATS, "mermaid")
WHATS = (*LIFECYCLES, "conversation")
GIVEN = {"format": "FORMAT", "what": "WHAT", "pairing": "--between"}
"""What a user gives, by what ``fsm.export`` calls it."""


@command
def export(
    format: Annotated[str, typer.Argument(metavar="FORMAT", help=f"{', '.join(EVERY[:-1])} or {EVERY[-1]}.")],
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help=f"{', '.join(WHATS[:-1])} or {WHATS[-1]}.")
    ] = "conversation",
    between: Annotated[tuple[str, str] | None, BETWEEN] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Default: standard output.")] = None,
    *,
    users: Users,
    output: Output,
) -> None:
    """Write the tables for XState, SCXML, SPIN and others.

    A lifecycle or the conversation, whole or, with --between, what is left for two users.
    """
    if output.json and out is None:
        raise InputError("--json: the export itself goes to standard output; give --out FILE")
    for name, value, accepted in (("FORMAT", format, EVERY), ("WHAT", what, WHATS)):
        if value not in accepted:
            raise InputError(f"{name}: {echo(value)} is not accepted; use one of {', '.join(accepted)}")
    content = _written(format, what, users.pair(*between) if between else None)
    if out is None:
        raw(content)
        return
    with writing_to("--out", out):
        write(out, content)
    answer = {"file": str(out), "format": format, "what": what, "bytes": len(content)}
    output.screen.answer(answer, output.screen.note(f"{what} as {format}: {named(out)}", indent=0))


def _written(format: str, what: str, pairing: Pairing | None) -> bytes:
    if format == "mermaid":
        from fsm import draw
        from fsm.cli.show.pictures import choose

        return draw.render(choose(what, pairing, None, None, False, None), format)
    from fsm.export import export

    try:
        return export(format, CONVERSATION.lifecycles.get(what, CONVERSATION), pairing).encode()
    except ValueError as error:
        given, _, words = str(error).partition(": ")
        raise InputError(f"{GIVEN.get(given, given)}: {words}") from None
