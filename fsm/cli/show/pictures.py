"""Which picture a command asks for, and putting pictures where they are asked for."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from fsm import draw
from fsm.cli.ending import InputError, writing_to
from fsm.cli.show.screen import raw
from fsm.draw.formats import FORMATS
from fsm.draw.picture import Picture
from fsm.engine.outcome import Outcome, Refusal
from fsm.notation.echo import echo
from fsm.notation.files import ready, write
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
        raise InputError(f"WHAT: {echo(what)} is not accepted; use one of {', '.join((*LIFECYCLES, *WHOLE))}")
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


def directory(option: str, out: Path) -> None:
    """See that files can be written to a directory, which is made where there is none.

    Raises:
        InputError: they cannot.
    """
    with writing_to(option, out, give="a directory that can be written"):
        out.mkdir(parents=True, exist_ok=True)
        ready(out / "any")


def format_of(out: Path | None, option: str) -> str:
    """The format that a file is named for.

    Raises:
        InputError: it names none.
    """
    suffix = out.suffix if out else ".svg"
    if suffix not in SUFFIXES:
        raise InputError(
            f"{option}: {echo(suffix)} names no format; use one of {', '.join(SUFFIXES)}, or give --format"
        )
    return SUFFIXES[suffix]


def drawing(draw: Callable[[], list[Path]]) -> tuple[list[Path], InputError | None]:
    """The pictures that go with an answer, or why there are none: the answer is told all the same."""
    try:
        return draw(), None
    except InputError as error:
        return [], error


def after(fine: bool, trouble: InputError | None) -> bool:
    """What the answer was, once it has been told.

    Raises:
        InputError: there are no pictures.
    """
    if trouble:
        raise trouble
    return fine


def rendered(picture: Picture, format: str, theme: str, engine: str) -> bytes:
    """A picture in a format.

    Raises:
        InputError: it cannot be made.
    """
    try:
        return draw.render(picture, format, theme=theme, engine=engine)
    except (ValueError, RuntimeError) as error:
        raise InputError(f"--{error}" if isinstance(error, ValueError) else str(error)) from None


def put(
    picture: Picture, out: Path | None, format: str | None, theme: str, engine: str, option: str = "--out"
) -> tuple[str, int]:
    """Render a picture to a file or, without one, to standard output; the format in the end, and the bytes written.

    Raises:
        InputError: the format cannot be told or made, or the file cannot be written.
    """
    format = format or format_of(out, option)
    content = rendered(picture, format, theme, engine)
    if out is None:
        if format == "png" and sys.stdout.isatty():
            raise InputError("--format: png is not for a terminal; give --out FILE.png, or pipe it on")
        raw(content)
    else:
        with writing_to(option, out):
            write(out, content)
    return format, len(content)
