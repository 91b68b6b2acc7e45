"""The floor of hosts on Temporal: a workflow that does nothing, in a file that the sandbox of a worker can import."""

from __future__ import annotations

from typing import Any

from temporalio import workflow


@workflow.defn
class Floor:
    """A workflow that does nothing."""

    @workflow.run
    async def run(self) -> None:
        """Wait."""
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def nothing(self) -> None:
        """Do nothing."""

    @workflow.update
    async def carry(self, what: Any) -> Any:
        """Do nothing, and give back what was given."""
        return what
