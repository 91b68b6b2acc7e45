"""Pictures of the specification: DOT, SVG, PNG and Mermaid, from the same tables that run."""

from fsm.draw.conversation import conversation
from fsm.draw.exhibits.gallery import check_gallery, gallery
from fsm.draw.formats import render
from fsm.draw.formats.layout import NoLayoutEngine
from fsm.draw.lifecycles import lifecycle
from fsm.draw.matrix import editions, matrix
from fsm.draw.overlays import Edited, coverage, difference, for_pairing, path
from fsm.draw.picture import Picture

__all__ = [
    "Edited",
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
