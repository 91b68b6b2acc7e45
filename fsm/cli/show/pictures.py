"""Which picture a command asks for, and putting pictures where they are asked for."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from fsm import draw
from fsm.cli.ask.people import InputError
from fsm.draw.formats import FORMATS
from fsm.draw.picture import Picture
from fsm.engine.outcome import Outcome, Refusal
from fsm.spec.conversation import CONVERSATION, LIFECYCLES
from fsm.spec.editions import Edition
from fsm.spec.parties import IslandsInterop, Pairing, Scope

WHOLE = ("conversation", "matrix")
SUFFIXES = {".mmd": "mermaid", **{f".{name}": name for name in FORMATS}}


def choose(
    what: str,
    pairing: Pairing | None,
    against: Pairing | None,
    run: Iterable[Outcome | Refusal] | None,
    counted: bool,
    detail: str | None,
) -> Picture:
    """The picture of a lifecycle, or of the conversation: whole, for two people, of a run, or of a difference.

    Raises:
        InputError: there is no such picture; the message says what is accepted.
    """
    if what not in (*LIFECYCLES, *WHOLE):
        raise InputError(f"WHAT: {what!r} is not accepted; use one of {', '.join((*LIFECYCLES, *WHOLE))}")
    if what in WHOLE:
        if pairing or run is not None or against:
            raise InputError(f"WHAT: {what!r} is drawn whole; name one of {', '.join(LIFECYCLES)} with these options")
        return draw.conversation()
    lifecycle = CONVERSATION.lifecycles[what]
    if run is not None:
        if counted:
            used = Counter(row for step in run if isinstance(step, Outcome) for row in step.rows)
            return draw.coverage(lifecycle, used)
        return draw.path(lifecycle, run, detail=detail or "brief")
    if pairing and against:
        return draw.difference(pairing, against, lifecycle=what)
    if pairing:
        return draw.for_pairing(lifecycle, pairing, detail=detail or "full")
    return draw.lifecycle(lifecycle, detail=detail or "full")


def modes(scope: Scope | None, islands: IslandsInterop, edition: Edition | None) -> Picture:
    """Every mode against every mode."""
    return draw.matrix(scope=scope or Scope.IN_TENANT, islands_interop=islands, edition=edition)


def put(picture: Picture, out: Path | None, format: str | None, theme: str, engine: str) -> tuple[str, int]:
    """Render a picture to a file or, without one, to standard output; the format in the end, and the bytes written.

    Raises:
        InputError: the format cannot be told or made, or the file cannot be written.
    """
    if format is None:
        suffix = out.suffix if out else ".svg"
        if suffix not in SUFFIXES:
            raise InputError(f"--out: {suffix!r} names no format; use one of {', '.join(SUFFIXES)}, or give --format")
        format = SUFFIXES[suffix]
    try:
        content = draw.render(picture, format, theme=theme, engine=engine)
    except (ValueError, RuntimeError) as error:
        raise InputError(f"--{error}" if isinstance(error, ValueError) else str(error)) from None
    if out is None:
        if format == "png" and sys.stdout.isatty():
            raise InputError("--format: png is not for a terminal; give --out FILE.png, or pipe it on")
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        try:
            out.write_bytes(content)
        except OSError as error:
            raise InputError(f"--out: {out}: {error.strerror}; give a file that can be written") from None
    return format, len(content)
