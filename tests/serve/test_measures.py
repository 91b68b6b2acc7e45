"""Spans carry the rules that decided, and belong to the trace of whoever asked."""

from __future__ import annotations

import importlib.util
import sys

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from fsm.hosts.memory import MemoryHost
from fsm.serve import measures
from tests.serve.conftest import listening

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    """What a service's own set-up would take spans with."""
    found = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(found))
    trace.set_tracer_provider(provider)
    return found


def test_spans_carry_rules(exporter: InMemorySpanExporter) -> None:
    with listening(MemoryHost()) as client:
        client.headers["traceparent"] = f"00-{TRACE}-b7ad6b7169203331-01"
        client.open()
        exporter.clear()
        done = client.fire("call_audio", "originator").json()
        client.fire("accept_call", "recipient", of=1)
        client.fire("add_participant", "originator")
    spans = [span for span in exporter.get_finished_spans() if span.name == "fire"]
    called, _, refused = ({**(span.attributes or {})} for span in spans)
    assert called["fsm.rules"] == tuple(done["rules"])
    assert (called["fsm.event"], called["fsm.seq"], called["fsm.conversation"]) == ("call_audio", 1, "c1")
    assert (refused["fsm.refused"], refused["fsm.rules"]) == ("refused", ("LIM-5", "LIM-8"))
    assert {span.status.status_code for span in spans} == {trace.StatusCode.UNSET}  # a refusal is no error
    assert {f"{span.context.trace_id:032x}" for span in spans if span.context} == {TRACE}


def test_without_the_library_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    alone = importlib.util.module_from_spec(measures.__spec__)
    measures.__spec__.loader.exec_module(alone)  # type: ignore[union-attr]
    with alone.span("fire", {}) as note:
        note({"fsm.event": "hold"})
    assert alone.trace is None
