"""Pages of the repository that are not part of ``docs/``, with their links led to where they lead on this site."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util import logging

if TYPE_CHECKING:
    from generator.pages import Generated

ROOT = Path(__file__).parents[2]
SHOWN = re.compile(r"^```\{page\} (\S+)$", re.MULTILINE)
LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)#\s]+)((?:#[^)\s]*)?)(?=\))")


def page(asked: Generated) -> Iterator[nodes.Node]:
    """A page of the repository, by its path there."""
    path = ROOT / asked.arguments[0]
    here = Path(asked.env.doc2path(asked.env.docname))
    asked.env.note_dependency(str(path))
    places = {
        ROOT / found[1]: each
        for each in (ROOT / "docs").rglob("*.md")
        for found in SHOWN.finditer(each.read_text(encoding="utf-8"))
    }

    def led(link: re.Match[str]) -> str:
        target = (path.parent / link[1]).resolve()
        if not target.is_file():
            logging.getLogger(__name__).warning("%s: %s is not there", asked.arguments[0], link[1])
        return os.path.relpath(places.get(target, target), here.parent) + link[2]

    text = LINK.sub(led, path.read_text(encoding="utf-8"))
    yield from asked.parse_text_to_nodes(text, allow_section_headings=True)
