"""The formats of logs that are read, and what their signs mean, from the readers' own tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from docutils import nodes

from fsm.readers.formats import FORMATS
from fsm.readers.signs import Sign
from generator.making import row, section, separated, table, words

if TYPE_CHECKING:
    from generator.pages import Generated


def formats(asked: Generated) -> Iterator[nodes.Node]:
    """A row for each format; then, for each that has signs, what they mean."""
    yield table(
        "format | what is read | what it does not tell | sample",
        (
            row([f"`{name}`"], words(each.says), words(each.unknown or "-"), [f"`{each.sample}`"])
            for name, each in FORMATS.items()
        ),
        (4, 7, 8, 7),
    )
    for name, each in FORMATS.items():
        if each.signs:
            yield section(each.says, f"signs-{name}", _signs(each.signs))


def _signs(signs: tuple[Sign, ...]) -> nodes.table:
    return table(
        "what it shows | what it means | sure | what stays open",
        (
            row(
                words(each.shows),
                separated([f"`{event}` by {by}"] for event, by in each.means),
                [each.sure if each.accepted else f"{each.sure}; refused"],
                words(each.open or "-"),
            )
            for each in signs
        ),
        (9, 9, 4, 7),
    )
