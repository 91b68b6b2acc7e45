"""What the tests kill: ``python -m tests.hosts.sql.killed fires ADDRESS NAME`` and ``... works ADDRESS FILE``."""

from __future__ import annotations

import os
import sys
import time
from itertools import count
from typing import TYPE_CHECKING

from fsm.hosts.host import Effect
from fsm.hosts.sql import Host

if TYPE_CHECKING:
    from fsm.spec.names import Event, PartyName

ROUND: tuple[tuple[Event, PartyName], ...] = (
    ("call_audio", "originator"),
    ("accept_call", "recipient"),
    ("hold", "originator"),
    ("resume", "originator"),
    ("hang_up", "recipient"),
)
"""What is fired, again and again; the key is the number of the event."""


def fires(host: Host, name: str) -> None:
    """Fire from the first event on, each said once it is acknowledged."""
    for n in count():
        host.fire(name, *ROUND[n % len(ROUND)], key=f"k{n}")
        print(n, flush=True)


def works(host: Host, file: str) -> None:
    """Deliver to a file, whose lines are there once they are written."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def deliver(effect: Effect) -> None:
        os.write(descriptor, f"{effect.id}\n".encode())

    while True:
        host.work(deliver, lease=0.2)
        time.sleep(0.01)


if __name__ == "__main__":
    what, address, argument = sys.argv[1:]
    {"fires": fires, "works": works}[what](Host(address), argument)
