"""The command line, put together: every command, in the order that help lists them; each is loaded when it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.main import get_command

import fsm
from fsm.cli.ending import Commands

COMMANDS = {
    "tour": "conversations",
    "explore": "explore",
    "run": "conversations",
    "replay": "replay",
    "events": "replay",
    "route": "conversations",
    "presence": "conversations",
    "explain": "conversations",
    "matrix": "conversations",
    "plan": "plan",
    "rules": "reference",
    "source": "reference",
    "table": "reference",
    "draw": "pictures",
    "diagrams": "pictures",
    "export": "export",
    "check": "proofs",
    "compat": "compat",
    "suite": "suites",
    "serve": "serve",
    "worker": "worker",
}
"""In which file of ``fsm.cli.commands`` the function of a command is."""
HOW: dict[str, Any] = {
    "add_completion": False,
    "pretty_exceptions_enable": False,
    "rich_markup_mode": None,
    "context_settings": {"help_option_names": ["-h", "--help"]},
}


class Loaded(Mapping[str, Any]):
    """The commands by name; one is loaded when it is first looked up."""

    def __getitem__(self, name: str) -> Any:
        return _command(name)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


@cache
def _command(name: str) -> Any:
    """A command of its own.

    Raises:
        KeyError: there is none of this name.
    """
    alone = typer.Typer(**HOW)
    alone.command(name)(getattr(import_module(f"fsm.cli.commands.{COMMANDS[name]}"), name))
    return get_command(alone)


class Group(Commands):
    """All of them. Who is only named, in a list or as what was meant, is not loaded."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands: Any = Loaded()

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in order."""
        return list(self.commands)


app = typer.Typer(name="fsm", cls=Group, no_args_is_help=True, **HOW)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"interop-fsm {fsm.__version__}")
        raise typer.Exit


@app.callback()
def _app(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """One-to-one conversations between Teams and Skype for Business (SfB), as state machines that run.

    A user is an address in an export (adele.vance@contoso.com is in the bundled one) or a coexistence mode, followed
    by whatever differs: TeamsOnly,client=teams-mac,allow_private_meet_now=false

    Exit status: 0 fine, 1 the answer is no, 2 there is none: the input cannot be read, or the output not be written.
    """
