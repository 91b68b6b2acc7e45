"""A Sphinx extension that writes the standard from the tables: pages, addresses and links. Nothing it makes is kept."""

from __future__ import annotations

from pygments.lexers.special import TextLexer  # type: ignore[import-untyped]
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from generator.domain import LinkRules, Specification
from generator.pages import PAGES, Count, Generated
from generator.pictures import copy_pictures
from generator.python import aliases_by_name, code_is_indented, fields_told, no_type_before_a_colon, without_ways_back


def setup(app: Sphinx) -> ExtensionMetadata:
    """What Sphinx calls."""
    app.setup_extension("sphinx.ext.autodoc")
    app.add_domain(Specification)
    app.add_transform(LinkRules)
    for name in PAGES:
        app.add_directive(name, Generated)
    app.add_role("count", Count())
    app.add_lexer("mermaid", TextLexer)
    app.connect("autodoc-process-docstring", no_type_before_a_colon, priority=400)
    app.connect("autodoc-process-docstring", code_is_indented)
    app.connect("autodoc-process-signature", aliases_by_name)
    app.connect("autodoc-skip-member", fields_told)
    app.connect("html-page-context", without_ways_back)
    app.connect("build-finished", copy_pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
