"""The command line: ``fsm tour``, and what ``fsm --help`` lists."""

from __future__ import annotations

import sys

NEEDED = ("typer", "rich")


def main() -> None:
    """Run the command line. Without the libraries of the extra ``cli`` it says how to get them, and exits with 2."""
    try:
        from fsm.cli.app import app
    except ModuleNotFoundError as error:
        missing = str(error.name).partition(".")[0]
        if missing not in NEEDED:
            raise
        print(f"Error: the command line needs {missing}; pip install 'interop-fsm[cli]'", file=sys.stderr)
        raise SystemExit(2) from None
    app(prog_name="fsm")
