"""State machines of others kept in a database as their users do it by hand, as safely as a host does.

In one transaction an event locks its row, looks for the key of a retry, sets the machine up where the row says, fires,
and writes the row by its version, a line of history with the key, and what is to be done outside. State is a column,
as the documentation of both has it; the machine is the part of the call in ``lifecycle.py``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from contenders import Contender, PythonStateMachine, Transitions
from lifecycle import CYCLE, TO_CONNECTED

TABLES = (
    "CREATE TABLE IF NOT EXISTS peer_call (id VARCHAR(200) PRIMARY KEY, version INTEGER, state VARCHAR(40))",
    "CREATE TABLE IF NOT EXISTS peer_event (call VARCHAR(200), key VARCHAR(200), seq INTEGER, event VARCHAR(64), "
    "state VARCHAR(40), at DOUBLE PRECISION, PRIMARY KEY (call, key))",
    "CREATE TABLE IF NOT EXISTS peer_outbox (call VARCHAR(200), seq INTEGER, effect VARCHAR(64), "
    "PRIMARY KEY (call, seq))",
)
PEERS = (Transitions, PythonStateMachine)


def standing(peer: Contender, state: str) -> Any:
    """A machine of a peer that stands in a state."""
    if isinstance(peer, PythonStateMachine):
        return peer.create(start_value=state)
    call = peer.create()
    call.state = state
    return call


def event(n: int) -> str:
    """The event of a number: up to connected, and then round and round."""
    return TO_CONNECTED[n] if n < len(TO_CONNECTED) else CYCLE[(n - len(TO_CONNECTED)) % len(CYCLE)]


def by_hand(peer: Contender, connect: Callable[[], Any], sqlite: bool) -> Callable[[], Callable[[str, int], None]]:
    """Events of a peer, each by a connection of the thread's own.

    Args:
        peer: whose machine it is.
        connect: opens a connection of the driver.
        sqlite: whether it is of SQLite.
    """
    begin, lock, mark = ("BEGIN IMMEDIATE", "", "?") if sqlite else ("BEGIN", " FOR UPDATE", "%s")
    statements = [
        each.replace("?", mark)
        for each in (
            f"SELECT version, state FROM peer_call WHERE id = ?{lock}",
            "SELECT state FROM peer_event WHERE call = ? AND key = ?",
            "INSERT INTO peer_call VALUES (?, 0, 'none')",
            "UPDATE peer_call SET version = ?, state = ? WHERE id = ? AND version = ?",
            "INSERT INTO peer_event VALUES (?, ?, ?, ?, ?, ?)",
            "INSERT INTO peer_outbox VALUES (?, ?, ?)",
        )
    ]
    read, again, opening, write, line, outbox = statements

    def made() -> Callable[[str, int], None]:
        connection = connect()
        run = connection.execute

        def fire(name: str, n: int) -> None:
            run(begin)
            row = run(read, (name,)).fetchone()
            if row is None:
                run(opening, (name,))
                row = (0, "none")
            version, state = row
            if run(again, (name, f"k{n}")).fetchone() is None:
                call = standing(peer, state)
                fired = event(n)
                getattr(call, fired)()
                state = peer.state(call)
                run(write, (version + 1, state, name, version))
                run(line, (name, f"k{n}", version + 1, fired, state, time.time()))
                run(outbox, (name, version + 1, fired))
            run("COMMIT")

        return fire

    return made
