"""The specification in the formats of other tools, made of the same tables that run."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from fsm.notation import Composition, Lifecycle
from fsm.spec.parties import Pairing

What = Lifecycle | Composition
"""What can be exported: one lifecycle, or the whole conversation."""
Writer = Callable[[What, Pairing | None], str]


class Format(NamedTuple):
    """A format.

    Args:
        writer: the function that writes it, as "module.function" within this package: what to write and, where its
            guards are to be resolved, the pairing.
        suffix: how its files end.
        lifecycle: whether it can hold a lifecycle.
        conversation: whether it can hold the conversation.
        pairing: whether guards are resolved: "may", "must" or "never".
    """

    writer: str
    suffix: str
    lifecycle: bool = True
    conversation: bool = True
    pairing: str = "may"


FORMATS = {
    "scxml": Format("scxml.text", ".scxml"),
    "xstate": Format("xstate.text", ".json"),
    "typescript": Format("typescript.text", ".ts"),
    "python": Format("python.text", ".py", lifecycle=False, pairing="never"),
    "plantuml": Format("plantuml.text", ".puml"),
    "json": Format("json.write.text", ".json", lifecycle=False),
    "json-schema": Format("json.write.schema", ".schema.json", lifecycle=False, pairing="never"),
    "values-schema": Format("json.values.schema", ".schema.json", lifecycle=False, pairing="never"),
    "promela": Format("promela.text", ".pml", lifecycle=False, pairing="must"),
    "places": Format("places.text", ".places.json", lifecycle=False, pairing="never"),
}
"""Every format by its name."""


def export(format: str, what: What, pairing: Pairing | Any = None) -> str:
    """A lifecycle or the conversation in a format, the same bytes every time.

    Args:
        format: its name in FORMATS.
        what: what to export.
        pairing: resolves the guards, so that only what these two can do is left.

    Raises:
        ValueError: there is no such format, or it cannot hold this; the message says what is accepted.
    """
    if format not in FORMATS:
        raise ValueError(f"format: {format!r} is not accepted; use one of {', '.join(FORMATS)}")
    chosen = FORMATS[format]
    if isinstance(what, Lifecycle) and not chosen.lifecycle:
        raise ValueError(f"what: {format} holds the whole conversation, not {what.name!r} alone; use conversation")
    if isinstance(what, Composition) and not chosen.conversation:
        raise ValueError(f"what: {format} holds one lifecycle; use one of {', '.join(what.lifecycles)}")
    if pairing is None and chosen.pairing == "must":
        raise ValueError(f"pairing: {format} resolves the guards; say between which two users")
    if pairing is not None and chosen.pairing == "never":
        raise ValueError(f"pairing: {format} holds every pairing; leave the two users out")
    module, _, function = chosen.writer.rpartition(".")
    writer: Writer = getattr(import_module(f"{__name__}.{module}"), function)
    return writer(what, pairing)
