"""What tasks do, called as the engine calls them: whatever the parts and the buckets, reports add up to the whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm.replay import LogError
from fsm.replay.bulk import Report, replay
from fsm.replay.spark import tasks
from fsm.replay.spark.files import files
from fsm.replay.spark.tasks import Packing, Stepping, Under
from tests.people import PAIRS
from tests.replay.bulk.logs import Event, table
from tests.replay.bulk.test_replay import SOME, logs

NOTHING_ELSE = Under(None, ())
STEPPING = Stepping(NOTHING_ELSE, 1000, ())
LOG = table([event.row() for event in SOME])


def stepped(parcels: list[Any], stepping: Stepping = STEPPING) -> list[dict[str, Any]]:
    """What the buckets of parcels come to, bucket by bucket."""
    rows = pa.Table.from_batches(parcels)
    found = []
    for bucket in sorted(set(rows["bucket"].to_pylist())):
        mine = rows.filter(pa.compute.equal(rows["bucket"], bucket)).sort_by(
            [("part", "ascending"), ("number", "ascending")]
        )
        found += [row for each in tasks.replay_parcels(stepping, mine.to_batches(2)) for row in each.to_pylist()]
    return found


def added(results: list[dict[str, Any]]) -> Report:
    assert [each["error"] for each in results if each["error"]] == []
    return sum((Report.from_dict(json.loads(each["report"])) for each in results), Report())


def ids(*numbers: int) -> Iterator[Any]:
    return iter([pa.record_batch({"id": pa.array(numbers)})])


@given(logs(), st.integers(1, 4), st.sampled_from([1, 3, 1000]), st.data())
@settings(max_examples=10)
def test_any_log(events: list[Event], buckets: int, held: int, data: st.DataObject) -> None:
    log = table([event.row(time=n) for n, event in enumerate(events)])
    numbered = data.draw(st.lists(st.integers(0, 2), min_size=len(events), max_size=len(events)))
    packing, stepping = Packing(buckets, held), Stepping(NOTHING_ELSE, held, ())
    parcels: list[Any] = []
    for n in range(3):
        part = log.filter(pa.array([each == n for each in numbered]))
        parcels += tasks.pack_frame(log.column_names, packing, part.to_batches(2))
    assert added(stepped(parcels, stepping) if parcels else []) == replay(log)


def test_a_bucket_that_holds_most_of_the_log_goes_to_files_of_its_executor() -> None:
    rows = [Event("hot", event, "originator").row() for event in ("send_text", "send_file", "hold") * 50]
    log = table([SOME[0]._replace(conversation="hot").row(), *rows, *(event.row() for event in SOME)])
    parcels = list(tasks.pack_frame(log.column_names, Packing(4, 10), log.to_batches(7)))
    assert added(stepped(parcels, Stepping(NOTHING_ELSE, 10, ()))) == replay(log)


def test_files_are_read_in_parts(tmp_path: Path) -> None:
    pq.write_table(LOG, tmp_path / "log.parquet", row_group_size=3)
    parts = files([tmp_path / "log.parquet"], 3).parts
    parcels = list(tasks.pack_files(parts, Packing(2, 1000), ids(2, 0, 1)))
    assert {row["part"] for each in parcels for row in each.to_pylist()} == {0, 1, 2}
    assert added(stepped(parcels)) == replay(LOG)


def test_whole_conversations_are_not_packed(tmp_path: Path) -> None:
    for name in "ab":
        pq.write_table(LOG.filter(pa.compute.equal(LOG["conversation"], name)), tmp_path / f"{name}.parquet")
    parts = files([tmp_path], 0).parts
    found = [row for each in tasks.replay_files(parts, STEPPING, ids(0, 1)) for row in each.to_pylist()]
    assert [each["place"] for each in found] == [0, 1]
    assert added(found) == replay(LOG)
    (row,) = (each.to_pylist()[0] for each in tasks.replay_frame(LOG.column_names, STEPPING, LOG.to_batches()))
    assert added([row]) == replay(LOG)


def test_who_the_two_are_may_be_known_besides() -> None:
    log = table([{"conversation": 1, "event": "open_chat", "by": "originator"}])
    parcels = list(tasks.pack_frame(log.column_names, Packing(1, 1000), log.to_batches()))
    under = Under(PAIRS["federation off"], (("topology", "hybrid"),))
    whole = replay(log, between=PAIRS["federation off"])
    assert added(stepped(parcels, Stepping(under, 1000, ("rule",)))) == replace(whole, passed_over=("rule",))


@pytest.mark.parametrize(
    ("row", "wrong", "said"),
    [
        (5, {"event": "send_txt"}, "log.parquet:6: event: \"send_txt\" is not known; did you mean 'send_text'? "),
        (7, {"by": None}, "log.parquet:8: by: missing; use one of originator, recipient, service"),
        (2, {"originator.mode": "Skype"}, "log.parquet:3: originator.mode: 'Skype' is not accepted; use one of "),
    ],
)
def test_what_is_wrong_with_a_row_is_said_as_in_one_process(
    tmp_path: Path, row: int, wrong: dict[str, Any], said: str
) -> None:
    rows = LOG.to_pylist()
    rows[row] |= wrong
    pq.write_table(table(rows), tmp_path / "log.parquet", row_group_size=3)
    parts = files([tmp_path / "log.parquet"], 3).parts
    found = stepped(list(tasks.pack_files(parts, Packing(2, 1000), ids(0, 1, 2))))
    first = min((each for each in found if each["error"]), key=lambda each: each["place"])
    assert (first["place"], first["report"]) == (row // 3, None)
    assert first["error"].startswith(f"{tmp_path}/{said}")
    with pytest.raises(LogError, match=f"^{re.escape(first['error'])}$"):
        replay(tmp_path / "log.parquet")
    (whole,) = (each.to_pylist()[0] for each in tasks.replay_files(files([tmp_path], 0).parts, STEPPING, ids(0)))
    assert whole["error"] == first["error"]


def test_what_is_wrong_with_a_row_of_a_frame_is_said_by_partition() -> None:
    log = table([*(event.row() for event in SOME), {"conversation": "a", "event": "send_txt", "by": "originator"}])
    (parcel,) = tasks.pack_frame(log.column_names, Packing(2, 1000), log.to_batches(4))
    assert parcel.to_pylist()[0]["error"].startswith('partition 0:9: event: "send_txt" is not known')


def test_what_is_wrong_with_a_conversation_comes_after_what_is_wrong_with_a_row() -> None:
    log = table([{"conversation": "a", "event": "open_chat", "by": "originator"}])
    bad = list(tasks.pack_frame(log.column_names, Packing(1, 1000), log.to_batches()))
    (result,) = stepped(bad)
    assert result["place"] == tasks.LATER
    assert result["error"].startswith("conversation 'a': originator.mode: missing")


def test_batches_of_the_engine_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "ROWS", 5)
    assert [each.num_rows for each in tasks.gathered(LOG.to_batches(2), LOG.column_names)] == [6, 2]
    assert list(tasks.gathered([], [])) == []
