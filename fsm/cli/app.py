"""The command line, put together: every command, in the order that help lists them."""

from __future__ import annotations

from typing import Annotated

import typer

import fsm
from fsm.cli.commands import (
    compat,
    conversations,
    explore,
    export,
    pictures,
    plan,
    proofs,
    reference,
    replay,
    serve,
    suites,
)
from fsm.cli.ending import Commands

app = typer.Typer(
    name="fsm",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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


for each in (
    conversations.tour,
    explore.explore,
    conversations.run,
    replay.replay,
    replay.events,
    conversations.route,
    conversations.presence,
    conversations.explain,
    conversations.matrix,
    plan.plan,
    reference.rules,
    reference.source,
    reference.table,
    pictures.draw,
    pictures.diagrams,
    export.export,
    proofs.check,
    compat.compat,
    suites.suite,
    serve.serve,
):
    app.command()(each)
