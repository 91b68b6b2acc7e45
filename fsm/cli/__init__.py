"""The command line: ``fsm tour``, and what ``fsm --help`` lists."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from contextlib import suppress
from types import FrameType

from fsm.cli.statuses import INTERRUPTED, NONE, STOPPED
from fsm.notation.echo import plain

NEEDED = ("typer", "rich")
"""What the extra ``cli`` brings; commands that need another extra say so themselves."""
SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""What ends it besides an interrupt; files that are being written are taken away first."""
CLOSED = {"stdin": ("r", os.O_WRONLY), "stdout": ("w", os.O_RDONLY), "stderr": ("w", os.O_WRONLY)}
"""How nothing is opened in place of a closed stream: so that to read or write it fails, but to tell an error does not.
Left closed, the next file to be opened would take its place."""


def main() -> None:
    """Run the command line.

    Raises:
        SystemExit: always: with the status of the command; with 2 and how to get them where libraries of an extra are
            missing, and with 2 and a traceback where the fault is this program's.
    """
    before = {each: signal.signal(each, _stop) for each in SIGNALS if signal.getsignal(each) is signal.SIG_DFL}
    _open()
    try:
        from fsm.cli.app import app

        app(prog_name="fsm")
    except KeyboardInterrupt:
        print("Interrupted", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    except Exception as error:
        lines = _missing(error) or traceback.format_exc().splitlines()
        with suppress(OSError):
            print(*map(plain, lines), sep="\n", file=sys.stderr)
        raise SystemExit(NONE) from None
    finally:
        _settle()
        for each, handler in before.items():
            signal.signal(each, handler)


def _missing(error: Exception) -> list[str]:
    """How to get the library that is missing, if that is what is wrong."""
    library = str(error.name).partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    return [f"Error: the command line needs {library}; pip install 'interop-fsm[cli]'"] if library in NEEDED else []


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(STOPPED + number)


def _open() -> None:
    """See that there are standard streams."""
    for name, (mode, how) in CLOSED.items():
        if getattr(sys, name) is None:
            nothing = os.open(os.devnull, how)
            setattr(sys, name, open(nothing, mode, encoding="utf-8", errors="backslashreplace"))  # noqa: SIM115  # to the end


def _settle() -> None:
    """Give up what could not be written: the interpreter would try again as it ends, and fail in its own words."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
