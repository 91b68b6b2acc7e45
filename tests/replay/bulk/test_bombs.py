"""A small file that unpacks to very much is refused before it is unpacked."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.dataset as ds  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from fsm.replay import LogError
from fsm.replay.bulk import packed, replay
from tests.replay.bulk.logs import table
from tests.replay.bulk.test_mistakes import GOOD

LOG = table([GOOD] * 50)
LONG = "x" * (packed.VALUE * 3)
HUGE = pa.array(["x" * (packed.MOST_PAGE + 1)])


def parquet(path: Path, log: pa.Table, **how: Any) -> Path:
    pq.write_table(log, path, compression="zstd", **how)
    return path


def arrow(path: Path, log: pa.Table, compression: str | None = "zstd") -> Path:
    with pa.ipc.new_file(path, log.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as file:
        file.write_table(log)
    return path


def with_event(log: pa.Table, events: pa.Array) -> pa.Table:
    return log.set_column(log.column_names.index("event"), "event", events)


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_a_page_of_parquet(tmp_path: Path, version: str) -> None:
    path = parquet(tmp_path / "log", with_event(LOG[:1], HUGE), data_page_version=version, use_dictionary=False)
    assert path.stat().st_size < 100_000
    before = pa.default_memory_pool().max_memory()
    with pytest.raises(LogError, match=rf"^{path}: cannot be read: a page of event unpacks to 67,?\d+.* bytes"):
        replay(path)
    assert pa.default_memory_pool().max_memory() - before < packed.MOST_PAGE


@pytest.mark.parametrize("how", [{"use_dictionary": True}, {"use_dictionary": False}], ids=str)
def test_few_values_of_a_page_of_parquet_are_not_long(tmp_path: Path, how: dict[str, Any]) -> None:
    path = parquet(tmp_path / "log", with_event(LOG, pa.array(["x" * 500_000] * 50)), **how)
    with pytest.raises(LogError, match=r"cannot be read: a page of event unpacks to .* bytes for \d+ values"):
        replay(path)


def test_what_a_page_repeats_without_an_end(tmp_path: Path) -> None:
    path = parquet(tmp_path / "log", LOG, use_dictionary=False, column_encoding={"event": "DELTA_BYTE_ARRAY"})
    with pytest.raises(
        LogError, match=r"cannot be read: a page of event is encoded as DELTA_BYTE_ARRAY, which may unp"
    ):
        replay(path)


def test_values_in_lists(tmp_path: Path) -> None:
    path = parquet(tmp_path / "log", with_event(LOG, pa.array([["a"]] * 50)))
    with pytest.raises(
        LogError, match=r"cannot be read: event has many values in a row; give a column of plain values"
    ):
        replay(path)


def test_a_page_whose_header_makes_no_sense(tmp_path: Path) -> None:
    path = parquet(tmp_path / "log", LOG)
    chunk = pq.ParquetFile(path).metadata.row_group(0).column(LOG.column_names.index("event"))
    data = bytearray(path.read_bytes())
    start = chunk.dictionary_page_offset
    for damage in (b"\xff" * 40, b"\x15" + b"\xff" * 39, bytes(40), b"\x19\xfc" + b"\xff" * 38):
        data[start : start + 40] = damage
        path.write_bytes(data)
        with pytest.raises(LogError, match=r"cannot be read: "):
            replay(path)


@pytest.mark.parametrize("dictionary", [False, True])
def test_a_buffer_of_arrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dictionary: bool) -> None:
    events = pa.array(["x" * 200_000] * 2)
    log = with_event(LOG[:2], events.dictionary_encode() if dictionary else events)
    path = arrow(tmp_path / "log", log)
    monkeypatch.setattr(packed, "MOST_BATCH", 100_000)
    with pytest.raises(LogError, match=rf"^{path}: cannot be read: a batch unpacks to \d.* bytes, and 100,000 are acc"):
        replay(path)
    with pytest.raises(LogError, match=r"^log: cannot be read: a batch unpacks to"):
        replay(ds.dataset(path, format="arrow"))


def test_what_is_not_packed_is_as_large_as_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MOST_BATCH", 100)
    assert replay(arrow(tmp_path / "log", LOG, None)).events == 50


@pytest.mark.parametrize("write", [parquet, arrow])
def test_what_is_packed_as_usual_is_read(tmp_path: Path, write: Callable[[Path, pa.Table], Path]) -> None:
    path = write(tmp_path / "log", LOG)
    assert replay(path).events == 50
    assert replay(ds.dataset(path, format="parquet" if write is parquet else "arrow")).events == 50
    assert replay(ds.dataset(LOG)).events == 50


@pytest.mark.parametrize("dictionary", [True, False])
def test_one_long_id_for_every_row(tmp_path: Path, dictionary: bool) -> None:
    ids = pa.array([*map(str, range(49)), LONG])
    log = LOG.set_column(LOG.column_names.index("conversation"), "conversation", ids)
    for given in (log, parquet(tmp_path / "log", log, use_dictionary=dictionary), arrow(tmp_path / "arrow", log)):
        with pytest.raises(LogError, match=r"conversation: 3,072 bytes of text are not accepted; give 1,024 or less$"):
            replay(given)
    coded = LOG.set_column(LOG.column_names.index("conversation"), "conversation", ids.dictionary_encode())
    with pytest.raises(LogError, match=r"conversation: "):
        replay(coded)


def test_of_a_dictionary_only_what_rows_have_is_unpacked() -> None:
    words = pa.array(["open_chat", "x" * 10_000_000, *map(str, range(200))])
    event = pa.DictionaryArray.from_arrays(pa.array([0] * 49 + [1]), words)
    before = pa.default_memory_pool().max_memory()
    with pytest.raises(LogError, match=r"^log:50: event: "):
        replay(with_event(LOG, event))
    assert pa.default_memory_pool().max_memory() - before < 100_000_000


def test_a_conversation_without_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fsm.replay.bulk.partitions.MOST_EVENTS", 40)
    with pytest.raises(LogError, match=r"^log: more than 40 events .*; replay .* in parts$"):
        replay(table([GOOD] * 50), held=10)


def test_a_footer_that_lies_about_batches_is_not_believed(tmp_path: Path) -> None:
    """The batches are read one after the other, and not where the end of the file says they are."""
    path = arrow(tmp_path / "log", LOG)
    data = bytearray(path.read_bytes())
    (size,) = struct.unpack("<i", data[-10:-6])
    data[-10 - size : -10] = bytes(size)
    path.write_bytes(data)
    assert replay(path).events == 50


def test_a_page_that_is_longer_than_its_column(tmp_path: Path) -> None:
    path = parquet(tmp_path / "log", LOG)
    start = pq.ParquetFile(path).metadata.row_group(0).column(LOG.column_names.index("event")).dictionary_page_offset
    data = bytearray(path.read_bytes())
    header = bytes.fromhex("1504 1510 15feff07 4c 1502 1500 00 00".replace(" ", ""))  # packed: 65,535 bytes
    data[start : start + len(header)] = header
    path.write_bytes(data)
    with pytest.raises(LogError, match=r"cannot be read: a page of event is not as long as its header says"):
        replay(path)


def test_headers_that_nest_without_an_end() -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        packed.Thrift(b"\x1c" * 1000).struct()


def test_a_batch_of_negative_length(tmp_path: Path) -> None:
    path = arrow(tmp_path / "log", LOG)
    data = path.read_bytes()
    (size,) = struct.unpack("<i", data[12:16])
    batch = 16 + size
    (size,) = struct.unpack("<i", data[batch + 4 : batch + 8])
    message = packed.Flat(data[batch + 8 : batch + 8 + size], struct.unpack("<I", data[batch + 8 : batch + 12])[0])
    at = batch + 8 + message.field(3)
    path.write_bytes(data[:at] + struct.pack("<q", -1) + data[at + 8 :])
    with pytest.raises(LogError, match=r"cannot be read: a batch is not as long as its header says"):
        replay(path)


def test_every_cut_and_many_flips_of_a_packed_file_are_told(tmp_path: Path) -> None:
    for write in (parquet, arrow):
        data = write(tmp_path / "log", LOG[:2]).read_bytes()
        for n in range(0, len(data), 7):
            for changed in (data[:n], data[:n] + bytes([data[n] ^ 0xFF]) + data[n + 1 :]):
                (tmp_path / "odd").write_bytes(changed)
                try:
                    replay(tmp_path / "odd")
                except LogError as error:
                    assert str(error).isprintable()  # noqa: PT017


def test_a_data_set_of_text(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("event,by,originator.mode,recipient.mode\nopen_chat,originator,SfBOnly,SfBOnly\n")
    assert replay(ds.dataset(tmp_path / "log.csv", format="csv")).events == 1


def test_words_of_a_type_of_their_own() -> None:
    words = pa.ExtensionArray.from_storage(pa.opaque(pa.string(), "event", "x"), pa.array(["open_chat"]))
    assert replay(with_event(LOG, pa.DictionaryArray.from_arrays(pa.array([0] * 50), words))).events == 50
