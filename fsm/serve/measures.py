"""What is counted for Prometheus, and spans for OpenTelemetry where the library is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

try:
    from opentelemetry import propagate, trace
except ImportError:
    trace = None  # type: ignore[assignment]  # spans are left out

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Bounds of what requests are counted by that take so long."""


class Measures:
    """What a service counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "fsm_request_seconds",
            "How long requests took, until their answer began.",
            ("method", "path", "status"),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.steps = Counter(
            "fsm_steps", "Events, changes and openings that were accepted.", ("event",), registry=self.registry
        )
        self.refusals = Counter("fsm_refusals", "Events that were refused.", ("kind", "rule"), registry=self.registry)
        self.delivered = Counter("fsm_effects_delivered", "Effects that were delivered.", registry=self.registry)
        self.undelivered = Counter(
            "fsm_effects_undelivered", "Attempts to deliver that failed.", registry=self.registry
        )
        self.streams = Gauge("fsm_streams", "Streams that are open.", registry=self.registry)
        self.at_work = Gauge("fsm_requests_at_work", "Requests that are being answered.", registry=self.registry)

    def page(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self.registry)


Note = Callable[[Mapping[str, Any]], None]


@contextmanager
def span(name: str, attributes: Mapping[str, Any], headers: Iterable[tuple[str, str]] = ()) -> Iterator[Note]:
    """A span around what is done, of the trace that the headers name, and how to note more on it."""
    if trace is None:
        yield lambda attributes: None
        return
    tracer = trace.get_tracer("interop-fsm")
    context = propagate.extract(dict(headers))
    with tracer.start_as_current_span(name, context, trace.SpanKind.SERVER, attributes) as found:
        yield lambda attributes: found.set_attributes({**attributes})
