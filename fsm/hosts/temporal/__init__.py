"""Live conversations on a Temporal server: one conversation is one workflow.

    from temporalio.client import Client
    from fsm.hosts.temporal import AsyncHost, working

    client = await Client.connect("localhost:7233")
    async with working(client, deliver):               # a worker; or ``fsm worker``, elsewhere
        host = AsyncHost(client)
        await host.open("c1", pairing, key="o-17")
        done = await host.fire("c1", "call_audio", by="originator", key="req-42")

It takes the extra ``temporal``.

Events and changes of the pairing are updates, and a refusal is the validator's rejection, which leaves no history.
Timers are durable timers, effects are activities. What a conversation does is what ``fsm.hosts.memory`` does with one;
Temporal makes it last, and runs it again from its history where a worker was lost.
"""

from __future__ import annotations

try:
    from fsm.hosts.temporal import needs  # noqa: F401
except ModuleNotFoundError as error:
    raise ImportError(f"a host on Temporal needs {error.name}; pip install 'interop-fsm[temporal]'") from None

from fsm.hosts.temporal.host import AsyncHost
from fsm.hosts.temporal.worker import make_current, worker, working
from fsm.hosts.temporal.workflow import QUEUE, Begun, Talk

__all__ = ["QUEUE", "AsyncHost", "Begun", "Talk", "make_current", "worker", "working"]
