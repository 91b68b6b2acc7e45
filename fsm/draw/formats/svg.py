"""Makes what the layout engine draws fit to be read: themes, tooltips, links, titles, one font stack."""

from __future__ import annotations

import html
import re

from fsm.draw import style
from fsm.draw.picture import Picture
from fsm.notation.page import escape

THEMES = ("auto", "light", "dark")
EDGE_SPACES = re.compile(r"(?<=>) +(?=[^<]*</text>)|(?<=\S) +(?=</text>)")
"""Spaces at the ends of a text, which not every reader keeps."""
LINK = re.compile(r'<g id="a_([^"]*)"><a [^>]*?xlink:href="([^"]*)"[^>]*?xlink:title="([^"]*)"[^>]*>')
GROUP = re.compile(r'<g id="([^"]*)" class="(\w+)">\n<title>[^<]*</title>\n')


def finish(drawn: str, picture: Picture, theme: str) -> str:
    """The engine's SVG of ``picture``, finished."""
    body = drawn[drawn.index("<g ") : drawn.rindex("</svg>")]
    width, height = re.search(r'viewBox="0.00 0.00 ([\d.]+) ([\d.]+)"', drawn).groups()  # type: ignore[union-attr]
    body = re.sub(r"<!--.*?-->\n", "", body, flags=re.DOTALL)
    body = re.sub(r' font-family="[^"]*"', "", body)
    body = re.sub(r' xml:space="preserve"| text-anchor="start"', "", body)
    body = body.replace(f' font-size="{style.SMALL}.00"', "")
    body = EDGE_SPACES.sub(lambda found: "\u00a0" * len(found[0]), body)
    body = LINK.sub(_link, body)
    titles = {f"state-{node.id}": f"{node.title}: {node.says}" if node.says else node.title for node in picture.nodes}
    titles |= {f"edge-{edge.source}-{edge.target}": f"{edge.source} → {edge.target}" for edge in picture.arrows}
    body = GROUP.sub(lambda found: _group(html.unescape(found[1]), found[2], titles), body)
    says = f"{picture.says}. " if picture.says else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{float(width):.0f}" height="{float(height):.0f}" '
        f'viewBox="0 0 {width} {height}" role="graphics-document" aria-roledescription="state diagram" '
        f'aria-labelledby="title desc" font-family="{style.FONT_STACK}" font-size="{style.SMALL}">\n'
        f'<title id="title">{escape(picture.title)}</title>\n'
        f'<desc id="desc">{escape(says + describe(picture))}</desc>\n'
        f"<style>{sheet(theme)}</style>\n{body}</svg>\n"
    )


def _group(id: str, kind: str, titles: dict[str, str]) -> str:
    title = f"<title>{escape(titles[id])}</title>\n" if id in titles else ""
    return f'<g id="{escape(id)}" class="{kind}">\n{title}'


def _link(found: re.Match[str]) -> str:
    rows = html.unescape(found[1])
    data = f' data-rows="{html.escape(rows)}"' if rows else ""
    return f'<g{data}><a href="{found[2]}"><title>{found[3]}</title>'


def describe(picture: Picture) -> str:
    """The picture in a sentence or two, for those who do not see it."""
    boxes = [node.title for node in picture.nodes if not node.gathers]
    states = f"States: {', '.join(boxes)}. " if boxes else ""
    return f"{states}Picture {picture.stamp}."


def sheet(theme: str) -> str:
    """The style sheet: in "auto", a reader's dark scheme recolours the light drawing on screen, not on paper."""
    base = "a{cursor:pointer}a:hover text{text-decoration:underline}"
    if theme != "auto":
        return base
    dark = "".join(
        f'[{what}="{light}"]{{{what}:{dark}}}' for light, dark in style.INKS.values() for what in ("fill", "stroke")
    )
    return f"{base}@media screen and (prefers-color-scheme:dark){{{dark}}}"
