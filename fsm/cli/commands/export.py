"""The specification in the formats of other tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from fsm.cli.ask.options import Output, Users, command
from fsm.cli.ask.people import InputError
from fsm.cli.commands.common import BETWEEN
from fsm.export import FORMATS
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
            raise InputError(f"{name}: {value!r} is not accepted; use one of {', '.join(accepted)}")
    content = _written(format, what, users.pair(*between) if between else None)
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        raise InputError(f"--out: {out}: {error.strerror}; give a file that can be written") from None
    answer = {"file": str(out), "format": format, "what": what, "bytes": len(content)}
    output.screen.answer(answer, output.screen.note(f"{what} as {format}: {out}", indent=0))


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
