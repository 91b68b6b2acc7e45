"""Words of a specification of somebody's own, on their way into exports and pictures."""

from __future__ import annotations

import ast
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from functools import cache, partial
from zlib import crc32

from fsm import Specification
from fsm.draw import conversation, for_pairing, lifecycle, render
from fsm.export import FORMATS, What, export
from fsm.notation import DeclarationError
from tests.fuzz.doors import Door
from tests.hostile import WORDS, specification

ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What no file has in it: only lines are controlled."""
STRINGS = re.compile(r'"(?:[^"\\\n]|\\.)*"|/\*.*?\*/', re.DOTALL)
"""What holds words in TypeScript."""
FEW = 5
"""One in so many exports and pictures is made of each input; which, is up to the input."""
SHORT = 200
"""Words up to this length leave lines where they are."""
PLAIN = specification(("word",))


def written(of: Specification) -> Iterator[tuple[str, str, Callable[[], str]]]:
    """Every export and picture with words in it: its name, the format, and what makes the text."""
    assert of.pairings
    pairing = of.pairings.every[0]
    for name, format in FORMATS.items():
        two = {"must": [pairing], "may": [None, pairing], "never": [None]}[format.pairing]
        whats: list[What] = [of, *of.lifecycles.values()] if format.lifecycle else [of]
        for what in whats:
            for between in two if name != "json-schema" else ():
                yield f"{name} {what.name} {bool(between)}", name, partial(export, name, what, between)
    pictures = [conversation(of), *map(lifecycle, of.lifecycles.values())]
    pictures += [for_pairing(each, pairing) for each in of.lifecycles.values()]
    for n, picture in enumerate(pictures):
        for kind in ("dot", "mermaid"):
            yield f"picture {n} {kind}", kind, lambda picture=picture, kind=kind: render(picture, kind).decode()  # type: ignore[misc]


def shape(format: str, text: str) -> object:
    """What a text is, whatever its words are."""
    if format == "scxml":
        return [(each.tag, *sorted(each.attrib.keys() - {"name"})) for each in ET.fromstring(text).iter()]
    if format in ("json", "xstate"):
        return json.loads(text) and None
    if format == "python":
        return [type(each) for each in ast.parse(text).body]
    if format == "dot":
        return text.count(" -> "), text.count("<table"), text.count("<script")
    if format == "plantuml":
        return [line.split(" ")[0] for line in text.splitlines() if not line.startswith("title ")]
    if format == "typescript":
        return re.sub(r"[\s|]", "", STRINGS.sub("_", text))
    return text.count("\n")


@cache
def expected() -> dict[str, object]:
    """The shapes, where all words are plain."""
    return {name: shape(format, make()) for name, format, make in written(PLAIN)}


def _write(data: bytes) -> None:
    try:
        words = json.loads(data)
    except (ValueError, RecursionError):
        words = [data.decode(errors="surrogateescape")]
    words = tuple(str(each) for each in words) if isinstance(words, list) else (str(words),)
    every = list(written(specification(words or ("",))))
    for name, format, make in every[crc32(data) % FEW :: FEW]:
        text = make()
        text.encode()
        assert not ODD.search(text), f"{name}: {ODD.findall(text)[:3]}"
        if len(words) == 1 and len(words[0]) < SHORT:
            assert shape(format, text) == expected()[name], f"{name}: another shape"
        else:
            shape(format, text)


def _words() -> list[bytes]:
    return [json.dumps(each).encode() for each in (*([word] for word in WORDS), WORDS, WORDS[::-1])]


DOORS = (Door("writers", _write, (DeclarationError,), _words),)
