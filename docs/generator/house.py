"""The plan of the house: its rooms, what each holds, and which others it may import."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes

from generator.making import row, separated, table, words

if TYPE_CHECKING:
    from generator.pages import Generated

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


def rooms(asked: Generated) -> Iterator[nodes.Node]:
    """A row for each room, from what it may import and what it says of itself."""
    plan = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["tool"]["interop-fsm"]["rooms"]
    yield table(
        "room | what is in it | may import from",
        (
            row([f"`{name}`"], words(_holds(name)), separated(f"`{each}`" for each in may) or ["none of these"])
            for name, may in plan.items()
        ),
        (2, 5, 4),
    )


def _holds(room: str) -> str:
    said = inspect.getdoc(import_module(f"fsm.{room}")) or ""
    return " ".join(said.partition("\n\n")[0].split())
