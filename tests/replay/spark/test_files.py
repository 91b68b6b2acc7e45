"""Logs in files are split into parts, which tasks read by themselves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from fsm.replay import LogError
from fsm.replay.spark.files import Part, files, source
from tests.replay.bulk.logs import table
from tests.replay.bulk.test_replay import SOME

LOG = table([event.row() for event in SOME])


def parquet(path: Path, log: pa.Table = LOG) -> str:
    path.parent.mkdir(exist_ok=True, parents=True)
    pq.write_table(log, path, row_group_size=3)
    return str(path)


def arrow(path: Path, log: pa.Table = LOG) -> str:
    with pa.ipc.new_file(path, log.schema) as file:
        file.write_table(log, 3)
    return str(path)


def rows(part: Part) -> list[dict[str, Any]]:
    read = source(part)
    return [row for batch in read.batches(read.columns) for row in batch.to_pylist()]


def test_a_parquet_file_is_split_by_its_row_groups(tmp_path: Path) -> None:
    path = parquet(tmp_path / "log.parquet")
    log = files([path], 6)
    assert log.parts == [Part(path, (0, 1), 0, 6), Part(path, (2,), 6, 2)]
    assert (log.columns, log.events) == (tuple(LOG.column_names), 8)
    assert [row for part in log.parts for row in rows(part)] == LOG.to_pylist()
    assert files([path], 0).parts == [Part(path, None, 0, 8)]
    assert rows(files([path], 0).parts[0]) == LOG.to_pylist()


def test_an_arrow_file_is_one_part(tmp_path: Path) -> None:
    path = arrow(tmp_path / "log.arrow")
    (part,) = files([path], 1).parts
    assert part == Part(path, None, 0, 8)
    assert rows(part) == LOG.to_pylist()


def test_files_of_a_folder_are_read_by_name(tmp_path: Path) -> None:
    for name in ("b.parquet", "a/z.parquet", "_temporary/0.parquet", ".part.parquet"):
        parquet(tmp_path / name)
    found = [part.path for part in files([tmp_path]).parts]
    assert found == [f"{tmp_path}/a/z.parquet", f"{tmp_path}/b.parquet"]


def test_a_uri_says_where_files_are(tmp_path: Path) -> None:
    parquet(tmp_path / "log" / "a.parquet")
    (part,) = files([(tmp_path / "log").as_uri()]).parts
    assert part.path == f"{(tmp_path / 'log').as_uri()}/a.parquet"
    assert rows(part) == LOG.to_pylist()


def wrong(tmp_path: Path, what: str) -> str:
    path = tmp_path / "log.parquet"
    if what == "text":
        path.write_text("conversation,event,by\n")
    elif what == "cut":
        parquet(path)
        path.write_bytes(path.read_bytes()[:100])
    elif what == "empty folder":
        path.mkdir()
    return str(path)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("text", "this is no Parquet and no Arrow file; fsm.replay reads JSON Lines and CSV"),
        ("cut", "cannot be read: Parquet magic bytes not found in footer"),
        ("missing", "No such file or directory; give Parquet or Arrow files of events"),
        ("empty folder", "there is nothing in it; give Parquet or Arrow files of events"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, what: str, said: str) -> None:
    path = wrong(tmp_path, what)
    with pytest.raises(LogError, match=f"^{re.escape(path)}: .*{re.escape(said)}"):
        files([path])


def test_a_place_that_there_is_not() -> None:
    with pytest.raises(LogError, match=r"^gopher://log: cannot be read: Unrecognized filesystem type in URI"):
        files(["gopher://log"])


@pytest.mark.parametrize(
    "other",
    [LOG.drop_columns("scope"), LOG.set_column(0, "conversation", pa.array(range(8)))],
    ids=["columns", "conversations"],
)
def test_files_that_differ(tmp_path: Path, other: pa.Table) -> None:
    one, two = parquet(tmp_path / "one"), parquet(tmp_path / "two", other)
    with pytest.raises(LogError, match=re.escape(f"{two}: its columns, or the types of conversation or time, are not")):
        files([one, two])
    assert files([one, parquet(tmp_path / "three", LOG.select(LOG.column_names[::-1]))]).events == 16


def test_a_part_that_is_gone_when_its_turn_comes(tmp_path: Path) -> None:
    path = Path(parquet(tmp_path / "log.parquet"))
    (part,) = files([path]).parts
    path.unlink()
    with pytest.raises(LogError, match="No such file"):
        source(part)
