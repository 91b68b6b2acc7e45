"""Transition tests of other implementations, taken from the specification.

``generate`` makes a suite, ``coverage`` says what it goes through, ``write`` and ``read`` put it away as JSON Lines,
and ``stamp`` gives one that was altered on purpose its checksums anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fsm.testing.suite import Expected, Scenario, Step, Suite

if TYPE_CHECKING:
    from fsm.testing.jsonl import SuiteError as SuiteError
    from fsm.testing.jsonl import read as read
    from fsm.testing.jsonl import stamp as stamp
    from fsm.testing.jsonl import write as write
    from fsm.testing.making.covered import Coverage as Coverage
    from fsm.testing.making.covered import coverage as coverage
    from fsm.testing.making.suites import STRENGTHS as STRENGTHS
    from fsm.testing.making.suites import generate as generate

ROOMS = {
    "STRENGTHS": "making.suites",
    "Coverage": "making.covered",
    "SuiteError": "jsonl",
    "coverage": "making.covered",
    "generate": "making.suites",
    "read": "jsonl",
    "stamp": "jsonl",
    "write": "jsonl",
}
"""Where each name lives that is imported when it is asked for."""

__all__ = ["Expected", "Scenario", "Step", "Suite", *ROOMS]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{ROOMS[name]}"), name)
