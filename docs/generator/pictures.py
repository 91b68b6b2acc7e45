"""The pictures of the gallery, as they are in ``diagrams/``; what they link to is on this site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from fsm.draw.exhibits.gallery import CHAPTERS, Exhibit

DIAGRAMS = Path(__file__).parents[2] / "diagrams"
COPIES = "_pictures"


def picture(exhibit: Exhibit, up: str) -> Iterator[nodes.Node]:
    """A picture with its sentence; ``up`` leads from the page to the front."""
    file = f"{up}{COPIES}/{exhibit.name}.svg"
    html = (
        f'<figure class="picture"><a href="{file}"><img src="{file}" alt="{exhibit.title}" loading="lazy"></a></figure>'
    )
    yield nodes.raw("", html, format="html")


def about(lifecycle: str) -> tuple[Exhibit, ...]:
    """The pictures of one lifecycle."""
    return tuple(each for _, exhibits in CHAPTERS for each in exhibits if lifecycle in each.name.split("-"))


def copy_pictures(app: Sphinx, failed: Exception | None) -> None:
    """Put the pictures where the pages look for them."""
    if failed or app.builder.format != "html":
        return
    copies = app.outdir / COPIES
    copies.mkdir(exist_ok=True)
    for _, exhibits in CHAPTERS:
        for each in exhibits:
            drawn = (DIAGRAMS / f"{each.name}.svg").read_text(encoding="utf-8")
            made = drawn.replace('"RULES.md#', '"../standard/rules.html#')
            (copies / f"{each.name}.svg").write_text(made, encoding="utf-8")
