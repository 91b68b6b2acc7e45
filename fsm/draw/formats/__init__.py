"""A picture in the format asked for."""

from __future__ import annotations

from fsm.draw.formats import dot, layout, mermaid, svg
from fsm.draw.picture import Picture

FORMATS = ("svg", "png", "dot", "mermaid")


def render(picture: Picture, format: str, *, theme: str = "auto", engine: str = "pure") -> bytes:
    """The picture in a format.

    Args:
        picture: what to draw.
        format: "svg", "png", "dot" or "mermaid".
        theme: "light", "dark", or "auto": an SVG then follows its reader's scheme, and the rest is light.
        engine: who lays out SVG and PNG: "pure" is graphviz-pure, "dot" the Graphviz of the system.

    Raises:
        ValueError: format, theme or engine is not accepted.
        NoLayoutEngine: the engine is not installed; the message says how to install it.
    """
    for name, value, accepted in (("format", format, FORMATS), ("theme", theme, svg.THEMES)):
        if value not in accepted:
            raise ValueError(f"{name}: {value!r} is not accepted; use one of {', '.join(accepted)}")
    if format == "mermaid":
        return mermaid.write(picture).encode()
    source = dot.write(picture, "dark" if theme == "dark" else "light")
    if format == "dot":
        return source.encode()
    drawn = layout.run(source, format, engine)
    return drawn if format == "png" else svg.finish(drawn.decode(), picture, theme).encode()
