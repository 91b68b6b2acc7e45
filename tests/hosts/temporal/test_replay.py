"""What was recorded of conversations replays, and by another specification it does not: two are never mixed."""

from __future__ import annotations

import asyncio
import gc
import json

import pytest

pytest.importorskip("temporalio", reason="no temporalio; pip install 'interop-fsm[temporal]'")

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from fsm.engine.fingerprint import fingerprint
from fsm.hosts.temporal import Talk, workflow
from fsm.hosts.temporal.worker import SANDBOX
from tests.engine.test_earlier import RELEASES
from tests.hosts.temporal.record import HERE, runs

pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
"""The SDK's, of a task that fails."""


def replayed(history: WorkflowHistory) -> Exception | None:
    """What stands in the way of replaying a history."""
    replayer = Replayer(workflows=[Talk], workflow_runner=SANDBOX)
    failure = asyncio.run(replayer.replay_workflow(history, raise_on_replay_failure=False)).replay_failure
    gc.collect()  # while it is ignored
    return failure


def specification(history: WorkflowHistory) -> str:
    """The fingerprint that a history names."""
    [named] = [
        each.upsert_workflow_search_attributes_event_attributes.search_attributes
        for each in history.events
        if each.HasField("upsert_workflow_search_attributes_event_attributes")
    ]
    [patch] = json.loads(named.indexed_fields["TemporalChangeVersion"].data)
    return str(patch).removeprefix(f"{workflow.SPECIFICATION} ")


@pytest.mark.parametrize("release", [*RELEASES, HERE])
def test_what_was_recorded_replays_under_its_specification(release: str) -> None:
    """Or else a worker of that specification goes on with it."""
    first, second = runs(release)
    assert "WORKFLOW_EXECUTION_CONTINUED_AS_NEW" in first.to_json()
    for each in (first, second):
        failure = replayed(each)
        if specification(each) == fingerprint():
            assert failure is None
        else:
            assert "by another specification than that of this worker" in str(failure)


@pytest.mark.parametrize("release", [*RELEASES, HERE])
def test_by_another_specification_it_does_not(release: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow, "fingerprint", lambda: "0123456789abcdef")
    for each in runs(release):
        assert "by another specification than that of this worker, 0123456789abcdef" in str(replayed(each))
