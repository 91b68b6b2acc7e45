"""Suite files: what was altered is refused, and what is stamped can be read."""

from __future__ import annotations

from functools import cache

from fsm.testing import Suite, SuiteError, read, stamp
from fsm.testing.jsonl import lines
from tests.fuzz.doors import Door
from tests.testing.faulty import scenario


@cache
def _suites() -> dict[tuple[bytes, ...], bytes]:
    """Good files, by their lines."""
    call = "call_audio by originator, accept_call by recipient, share_desktop by originator"
    some = (
        (scenario(call), scenario("open_chat by originator, send_text by recipient, teams>teams")),
        (scenario("call_audio by originator, hang_up by recipient", "sfb>teams", "call"),),
        (),
    )
    made = [tuple(lines(Suite("rows", each, ("some goal", "another"), ("another",)))) for each in some]
    return {each: b"\n".join(each) + b"\n" for each in made}


def _lines(data: bytes) -> list[bytes]:
    return data.split(b"\n")


def _read(data: bytes) -> None:
    read(_lines(data))
    there = tuple(line.strip(b" \t\r\n") for line in _lines(data))
    assert tuple(filter(None, there)) in _suites(), "an altered suite was read"


def _stamp(data: bytes) -> None:
    stamped = stamp(_lines(data))
    assert stamp(stamped) == stamped
    assert len(read(stamped).scenarios) == len(stamped) - 1


def _good() -> list[bytes]:
    return list(_suites().values())


DOORS = (
    Door("suite", _read, (SuiteError,), _good),
    Door("suite-stamp", _stamp, (SuiteError,), _good),
)
