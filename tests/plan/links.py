"""Reading a conversation in one line back, as the explorer does."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from fsm import Pairing
from fsm.engine.address import Fires, Step
from fsm.spec.facts import KINDS, changed, from_facts, read


def read_link(link: str) -> tuple[Pairing, list[Step]]:
    """The pairing that a link begins with, and what happens."""
    given: dict[str, Any] = {}
    play: list[str] = []
    for part in link.split("&"):
        name, _, text = part.partition("=")
        if name == "play":
            play = text.split(";")
        elif name in ("from", "to"):
            mode, *others = text.split(",")
            party = {"from": "originator", "to": "recipient"}[name]
            given |= {f"{party}.mode": mode, **dict(_fact(f"{party}.{each}") for each in others)}
        else:
            given |= dict([_fact(part)])
    pairing = from_facts(given)
    now, steps = pairing, list[Step]()
    for each in play:
        event, _, rest = each.partition(":")
        if event == "change":
            now = changed(now, dict(_fact(fact) for fact in rest.split(",")))
            steps.append(now)
        else:
            steps.append(Fires(event, rest))
    return pairing, steps


def _fact(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    assert name in KINDS
    return name, read(name, unquote(value))
