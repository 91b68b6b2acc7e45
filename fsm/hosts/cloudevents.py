"""Effects as CloudEvents 1.0, the shape that brokers, functions and webhooks of many makers take."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fsm.hosts.host import Effect
from fsm.notation.echo import echo

TYPE = "interop-fsm.effect"
"""What the type of each begins with; the name of the effect follows after a dot."""


def cloudevent(effect: Effect, at: float | None, source: str) -> dict[str, Any]:
    """An effect as a CloudEvent, as JSON-able data; the same however often it is delivered.

    Args:
        effect: the effect.
        at: when it was asked for, in seconds since the epoch; None where whoever delivers does not know.
        source: the service that asks, as a URI.

    Raises:
        ValueError: the source is no text, or none.
    """
    return {
        "specversion": "1.0",
        "id": effect.id,
        "source": sourced(source),
        "type": f"{TYPE}.{effect.name}",
        "subject": effect.conversation,
        **({} if at is None else {"time": datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")}),
        "datacontenttype": "application/json",
        "data": {
            "conversation": effect.conversation,
            "seq": effect.seq,
            "n": effect.n,
            "name": effect.name,
            "to": effect.to,
            "answers": list(effect.answers),
        },
    }


def sourced(source: str) -> str:
    """The source of CloudEvents.

    Raises:
        ValueError: it is no text, or none.
    """
    if not isinstance(source, str) or not source or not source.isprintable() or " " in source:
        raise ValueError(f"source: {echo(source)} is not accepted; give a URI, such as https://talks.example/fsm")
    return source
