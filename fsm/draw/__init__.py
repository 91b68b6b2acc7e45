"""Pictures of the specification: DOT, SVG, PNG and Mermaid, from the same tables that run."""

from fsm.draw.exhibits import check_gallery, gallery
from fsm.draw.formats import render
from fsm.draw.layout import NoLayoutEngine
from fsm.draw.lifecycles import lifecycle
from fsm.draw.modes import editions, matrix
from fsm.draw.picture import Picture
from fsm.draw.stories import coverage, difference, for_pairing, path
from fsm.draw.wiring import conversation

__all__ = [
    "NoLayoutEngine",
    "Picture",
    "check_gallery",
    "conversation",
    "coverage",
    "difference",
    "editions",
    "for_pairing",
    "gallery",
    "lifecycle",
    "matrix",
    "path",
    "render",
]
