"""Whatever is killed, what was acknowledged is there, once, and all that it asks for is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hosts.sql.crash import Report, database, run
from tests.hosts.sql.server import programs
from tests.hosts.sql.unsafe import SAFEGUARDS

POSTGRESQL = "postgresql"
FOUND = {"key": "once", "outbox": "delivered", "lock": "replays", "timer": "timers", "commit": "acknowledged"}
"""By what is found that a host is without a safeguard."""
KILLS, SEEDS = 8, 40
"""Within how many kills, in so many runs."""


def killed(kind: str, at: Path, kills: int, seed: int, without: str | None = None) -> Report:
    """What is left of a database after so many kills."""
    if kind == POSTGRESQL and programs() is None:
        pytest.skip("no PostgreSQL on this machine: install Debian's package postgresql, or put initdb on the path")
    with database(kind, at) as (address, server):
        report = run(address, at, kills, seed, without, server)
    print(report)
    return report


@pytest.mark.parametrize(
    ("kind", "kills"),
    [
        ("sqlite", 5),
        pytest.param("sqlite", 100, marks=pytest.mark.slow),
        pytest.param(POSTGRESQL, 100, marks=pytest.mark.slow),
        pytest.param("sqlite", 1000, marks=pytest.mark.exhaustive),
        pytest.param(POSTGRESQL, 1000, marks=pytest.mark.exhaustive),
    ],
)
def test_whatever_is_killed_nothing_is_lost_and_nothing_is_done_twice(kind: str, kills: int, tmp_path: Path) -> None:
    """On 27 November 2026 there were 1,000 kills of each in one run."""
    report = killed(kind, tmp_path, kills, seed=kills)
    assert report.faults == ()
    assert sum(report.kills.values()) == kills
    assert min(report.evidence.events, report.evidence.effects, report.evidence.timers, report.evidence.refusals) > 0


def test_each_safeguard_is_taken_away() -> None:
    assert FOUND.keys() == SAFEGUARDS.keys()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", POSTGRESQL])
@pytest.mark.parametrize("without", FOUND)
def test_a_host_without_a_safeguard_is_found_out(kind: str, without: str, tmp_path: Path) -> None:
    for seed in range(SEEDS):
        at = tmp_path / str(seed)
        at.mkdir()
        report = killed(kind, at, KILLS, seed, without)
        if FOUND[without] in {each.property for each in report.faults}:
            return
    pytest.fail(f"{SEEDS * KILLS} kills, and nobody saw that the host is without {without}")
