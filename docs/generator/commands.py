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
    within = whole.make_context("fsm", [], resilient_parsing=True, terminal_width=WIDTH)
    yield _said("fsm", whole.get_help(within))
    for name, command in whole.commands.items():  # type: ignore[attr-defined]  # an app of commands is a group
        yield _said(f"fsm {name}", command.get_help(type(within)(command, info_name=name, parent=within)))


def _said(name: str, text: str) -> nodes.section:
    return section(f"`{name}`", name.replace(" ", "-"), nodes.literal_block(text, text, language="text"))
