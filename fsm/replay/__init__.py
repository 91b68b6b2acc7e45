"""Logs of what a service did, held against the specification.

A log has one event a line, of any number of conversations as they come; for what a line may say, and how CSV says it,
see ``fsm.readers.columns``. In ``examples/conversations.jsonl`` somebody sends a file to an SfB user:

    {"conversation": "files", "event": "open_chat", "by": "megan.bowen@contoso.com", "originator": {...}, ...}
    {"conversation": "files", "event": "send_text", "by": "johanna.lorenz@contoso.com"}
    {"conversation": "files", "event": "send_file", "by": "megan.bowen@contoso.com"}

Every conversation is followed up to the first event of which the log says otherwise than the specification: the service
accepted what is refused, or refused what is accepted, or was seen in another state or with other effects.

    report = replay("examples/conversations.jsonl")
    report.departures[0]  # line 10: send_file was accepted, and should have been refused by LIM-6
    report.by_rule  # {"LIM-6": 1, "DEC-28": 1}
    [each.conversation for each in report if each.follows]  # ["sharing", "policy", "moved"]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fsm.readers.csvfile import Progress
from fsm.readers.faults import Bad, LogError
from fsm.readers.log import Log, Source
from fsm.replay.departure import Departure
from fsm.replay.follow import Follower, followed
from fsm.replay.pairings import Pairings
from fsm.replay.report import Report, Result
from fsm.spec.parties import Pairing, Participant

if TYPE_CHECKING:
    from typing import Unpack

    from fsm.spec.names import Surroundings


__all__ = ["Bad", "Departure", "Log", "LogError", "Report", "Result", "replay"]


def replay(
    log: Source | Log,
    *,
    format: str | None = None,
    name: str = "",
    between: Pairing | None = None,
    users: Mapping[str, Participant] | None = None,
    skip_bad: bool = False,
    progress: Progress | None = None,
    columns: Mapping[str, str] | None = None,
    **surroundings: Unpack[Surroundings],
) -> Report:
    """Follow the conversations of a log.

    A log without times, or in order of time, is read once, and of each conversation only its place is kept. Where time
    goes back within a conversation the log is read again, and the events of such conversations are kept.

    Args:
        log: the path of a file or a folder, of any format in ``fsm.readers.formats``; or lines of JSON, or rows of
            values by column; or a Log, which says the four of ``format``, ``name``, ``progress`` and ``columns``.
        format: how the file is written. Default: as it begins.
        name: what messages call it. Default: the path.
        between: the two where the log names no mode and ``users`` does not have the address that it names.
        users: by address, such as a Tenant.
        skip_bad: pass over lines that cannot be read; the first of them are in the report, and how many there are.
        progress: called with bytes done and bytes in all, every few thousand lines and at the end.
        columns: what the file calls columns of ours, as ``{"event": "activity"}``.
        surroundings: what a Pairing takes besides its two, where neither log nor ``between`` says.

    Raises:
        LogError: the file cannot be read, or lines of it cannot and are not to be passed over; the message has a line
            for each of the first hundred, with where it is, field, value and what is accepted.
        ValueError: there is no such format, or one of the surroundings is not accepted.
    """
    read = log if isinstance(log, Log) else Log(log, format, name, progress, columns)
    pairings = Pairings(between, users or {}, dict(surroundings))
    follower = followed(read, lambda held: Follower(pairings, held), skip_bad)
    return Report(read, follower)
