"""Every host passes the one suite, and the suite finds what is wrong with a host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext

import pytest

from fsm.hosts.conformance import CHECKS, Check, on_a_loop
from fsm.hosts.host import Host
from fsm.hosts.memory import AsyncMemoryHost, MemoryHost
from fsm.hosts.transitions import AsyncTalkHost, TalkHost

HOSTS: dict[str, Callable[[], AbstractContextManager[Host]]] = {
    "memory": lambda: nullcontext(MemoryHost()),
    "asyncio": lambda: on_a_loop(AsyncMemoryHost),
    "transitions": lambda: nullcontext(TalkHost()),
    "asyncio-transitions": lambda: on_a_loop(AsyncTalkHost),
}


@pytest.fixture(params=HOSTS.values(), ids=list(HOSTS))
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    """A host in which there is nothing yet."""
    with request.param() as made:
        yield made


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_host_conforms(check: Check, host: Host) -> None:
    check(host)
