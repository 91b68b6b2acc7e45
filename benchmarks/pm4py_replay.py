"""Token replay of a log by pm4py, timed: ``python pm4py_replay.py CASE.json``, run by bulk.py with whatever has pm4py.

The case holds an automaton as its rows' transitions, [row, label, row], and traces as lists of labels. The automaton
becomes a Petri net as a state machine does: a place for each row, a transition for each step.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

NOT_THERE = 3


def net_of(steps: list[tuple[int, str, int]]) -> tuple[Any, Any]:
    from pm4py.objects.petri_net.obj import Marking, PetriNet
    from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

    net = PetriNet("profile")
    places = [PetriNet.Place(f"row {n}") for n in range(1 + max(max(low, high) for low, _, high in steps))]
    net.places.update(places)
    for n, (low, label, high) in enumerate(steps):
        transition = PetriNet.Transition(f"step {n}", label)
        net.transitions.add(transition)
        add_arc_from_to(places[low], transition, net)
        add_arc_from_to(transition, places[high], net)
    return net, Marking({places[0]: 1})


def log_of(traces: list[list[str]]) -> Any:
    from pm4py.objects.log.obj import Event, EventLog, Trace

    log, start = EventLog(), datetime(2024, 1, 1, tzinfo=UTC)
    for name, labels in enumerate(traces):
        trace = Trace(attributes={"concept:name": str(name)})
        for n, label in enumerate(labels):
            trace.append(Event({"concept:name": label, "time:timestamp": start + timedelta(seconds=n)}))
        log.append(trace)
    return log


def main() -> None:
    try:
        import pm4py
        from pm4py.algo.conformance.tokenreplay import algorithm
        from pm4py.objects.petri_net.obj import Marking
    except ImportError as error:
        print(error, file=sys.stderr)
        raise SystemExit(NOT_THERE) from None
    case = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    net, start = net_of(case["steps"])
    log = log_of(case["traces"])
    events = sum(map(len, case["traces"]))
    began = time.perf_counter()
    # a conversation may end anywhere: where tokens are left is not held against it
    results = algorithm.apply(log, net, start, Marking(), parameters={"show_progress_bar": False})
    took = time.perf_counter() - began
    # it passes over events that the net nowhere has
    known = {label for _, label, _ in case["steps"]}
    follow = sum(
        not result["missing_tokens"] and known.issuperset(trace)
        for result, trace in zip(results, case["traces"], strict=True)
    )
    print(json.dumps({"version": pm4py.__version__, "seconds": took, "events": events, "follow": follow}))


if __name__ == "__main__":
    main()
