"""The commands, as each says itself what it does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from docutils import nodes
from typer.main import get_command

from fsm.cli.app import app
from generator.making import section

if TYPE_CHECKING:
    from generator.pages import Generated

WIDTH = 88


def commands(asked: Generated) -> Iterator[nodes.Node]:
    """What ``fsm --help`` says, and ``fsm COMMAND --help`` of each."""
    whole = get_command(app)
    names = ["fsm", *(f"fsm {name}" for name in getattr(whole, "commands"))]
    for name, command in zip(names, [whole, *getattr(whole, "commands").values()], strict=True):
        context = command.context_class(command, info_name=name, terminal_width=WIDTH, **command.context_settings)
        said = nodes.literal_block(command.get_help(context), command.get_help(context), language="text")
        yield section(f"`{name}`", name.replace(" ", "-"), said)
