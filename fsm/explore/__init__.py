"""The explorer: a page that plays conversations, made of the exported tables and of the gallery's pictures.

What is shown and how is in ``explorer/`` of the repository; it is built into ``fsm/data/explorer.html``, so that it
opens without a server and without node.
"""

from __future__ import annotations

from fsm.explore.html import page
from fsm.explore.way import way_to

__all__ = ["page", "way_to"]
