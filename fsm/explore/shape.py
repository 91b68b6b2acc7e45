"""The shape of what the explorer knows, besides the specification; the page's own types are made from it."""

from __future__ import annotations

import json
from typing import Annotated

import msgspec
from msgspec import Meta

from fsm.export.json.shape import Shape, Specification, Test, Value

Facts = Annotated[dict[str, Value], Meta(description="Facts by name, as a Pairing or a Participant calls them.")]


class Said(Shape):
    """Words, and of which facts they are true."""

    says: str
    test: Test


class Scene(Shape):
    """Something that happens, and by whom; of a change, the facts that it changes."""

    event: str
    by: str
    changes: Facts


class Story(Shape):
    """A conversation to play."""

    title: str
    people: Facts
    scenes: list[Scene]


class Edition(Shape):
    """The product at a date: what is taken of a user of a mode where nothing is said, and who does not exist."""

    name: str
    since: str
    says: str
    taken: dict[str, Facts]
    nobody: list[Said]


class People(Shape):
    """What a pairing is made of.

    ``user`` and ``around`` are facts and their values; the first of each is taken where nothing is said, but the client
    goes with the mode. ``odd`` is what contradicts, of a user, and ``apart`` of the two.
    """

    user: dict[str, list[Value]]
    around: dict[str, list[Value]]
    clients: dict[str, str]
    odd: list[Said]
    apart: list[Said]
    same: str
    longest: int


class Picture(Shape):
    """A lifecycle, drawn."""

    name: str
    title: str
    svg: str


class Page(Shape):
    """All that the explorer knows.

    ``sentences`` tell events with {who} and {peer}; ``cures`` what helps where there is no route; from ``known`` users
    one chooses.
    """

    version: str
    specification: Specification
    sentences: dict[str, str]
    people: People
    editions: list[Edition]
    cures: list[Said]
    known: list[Facts]
    stories: list[Story]
    pictures: list[Picture]


def schema() -> str:
    """Its JSON Schema, as a description that makers of types read."""
    (_, described) = msgspec.json.schema_components([Page], ref_template="#/components/schemas/{name}")
    for each in described.values():
        each["description"] = " ".join(each.get("description", "").split())
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "What the explorer knows", "version": "1"},
        "paths": {},
        "components": {"schemas": described},
    }
    return json.dumps(whole, indent=1) + "\n"
