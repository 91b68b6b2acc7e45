"""Events come back with all of a conversation together, in the order they came, and leave nothing behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm.replay.bulk.partitions import Partitions, spread

names = st.one_of(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=60), st.lists(st.text(max_size=20), max_size=60))


def batch(conversations: list[Any], first: int = 0) -> pa.RecordBatch:
    column = pa.array(conversations, None if conversations else pa.string())
    place = pa.array(range(first, first + len(conversations)), pa.int64())
    return pa.RecordBatch.from_arrays([column, place], ["conversation", "place"])


@settings(max_examples=20)
@given(names, st.integers(1, 70), st.integers(1, 20), st.one_of(st.none(), st.integers(0, 10_000)))
def test_partitions(conversations: list[Any], held: int, size: int, expected: int | None) -> None:
    found: list[dict[str, Any]] = []
    where: dict[Any, int] = {}
    with Partitions(expected, held) as partitions:
        for low in range(0, len(conversations), size):
            partitions.add(batch(conversations[low : low + size], low))
        for n, table in enumerate(partitions):
            rows = table.to_pylist()
            assert [row["place"] for row in rows] == sorted(row["place"] for row in rows)
            for row in rows:
                assert where.setdefault(row["conversation"], n) == n
            found += rows
    assert sorted(found, key=lambda row: row["place"]) == batch(conversations).to_pylist()


@given(st.lists(st.text(max_size=40), min_size=1, max_size=40, unique=True))
def test_the_same_conversation_is_spread_alike_whatever_stands_beside_it(conversations: list[str]) -> None:
    together = spread(pa.array(conversations))
    alone = [spread(pa.array([name]))[0] for name in conversations]
    assert together.tolist() == alone
    assert spread(pa.array(["", *conversations])[1:]).tolist() == alone
    assert len(set(alone)) == len(conversations)


@pytest.mark.parametrize(
    "conversations",
    [
        np.arange(20_000),
        np.arange(20_000) * 4096,
        -np.arange(20_000),
        [str(n) for n in range(20_000)],
        [f"call-{n:08d}@contoso.com" for n in range(20_000)],
    ],
    ids=["numbers", "multiples", "negative", "digits", "long"],
)
def test_conversations_are_spread_evenly(conversations: Any) -> None:
    parts = np.bincount((spread(pa.array(conversations)) >> np.uint64(58)).astype(int), minlength=64)
    assert parts.min() > 200
    assert parts.max() < 450


KILLED = """
import os, signal, tempfile
import pyarrow as pa
from fsm.replay.bulk.partitions import Partitions
tempfile.tempdir = {directory!r}
with Partitions(100, 2) as partitions:
    partitions.add(pa.RecordBatch.from_pydict({{"conversation": [1, 2, 3, 4]}}))
    assert partitions._files
    {ending}
"""


@pytest.mark.parametrize("ending", ["pass", "raise KeyboardInterrupt", "os.kill(os.getpid(), signal.SIGKILL)"])
@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_nothing_is_left_behind(tmp_path: Path, ending: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", KILLED.format(directory=str(tmp_path), ending=ending)], capture_output=True, check=False
    )
    assert (ended.returncode == 0) == (ending == "pass")
    assert not list(tmp_path.iterdir())
