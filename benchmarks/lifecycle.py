"""The part of the call lifecycle that every contender runs, as data."""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """One row of the machine: an event leads from a state to a state while its guards hold."""

    source: str
    event: str
    target: str
    guards: tuple[str, ...] = ()


STATES = ("none", "ringing", "connected", "on_hold", "offered", "escalating", "ended")
GUARDS = ("interop", "can_share_content", "may_meet_now")
ROWS = (
    Step("none", "call_audio", "ringing", ("interop",)),
    Step("ringing", "accept_call", "connected"),
    Step("ringing", "decline_call", "ended"),
    Step("ringing", "no_answer", "ended"),
    Step("connected", "hold", "on_hold"),
    Step("connected", "share_desktop", "offered", ("interop", "can_share_content", "may_meet_now")),
    Step("connected", "hang_up", "ended"),
    Step("on_hold", "resume", "connected"),
    Step("on_hold", "hang_up", "ended"),
    Step("offered", "accept_meeting", "escalating"),
    Step("offered", "decline_meeting", "connected"),
    Step("offered", "hold", "on_hold"),
    Step("offered", "hang_up", "ended"),
    Step("escalating", "meeting_failed", "connected"),
    Step("escalating", "meeting_ready", "ended"),
    Step("escalating", "hang_up", "ended"),
)
"""Guards on two rows: interop, and the client and policy of who shares."""

TO_CONNECTED = ("call_audio", "accept_call")
CYCLE = ("hold", "resume", "share_desktop", "decline_meeting", "share_desktop", "hold", "resume")
"""A run of accepted events from connected back to connected."""

REFUSED = "accept_call"
"""An event that nobody may fire while connected."""
