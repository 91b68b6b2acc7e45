"""A file is of the format that its beginning shows, whatever it is called."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm import Party
from fsm.readers.faults import LogError
from fsm.readers.formats import FORMATS, OWN
from fsm.readers.log import Log
from fsm.readers.signs import Who
from fsm.readers.unsure import FIRED_BY
from fsm.spec.conversation import CONVERSATION
from tests.readers.reading import CASES, Read, of, read

SAMPLES = {
    "csv": "logs/60-pm4py.csv",
    "jsonl": "logs/63-extra-columns.jsonl",
    "ocel": "logs/62-ocel2.json",
    "callrecords": "graph/40-callrecord-interop.json",
    "notifications": "graph/45-bot-notifications.jsonl",
    "cdr": "cdr/50-session-details.csv",
    "sip": "sip/30-client.UccApilog",
}
OPEN = '{"event": "open_chat", "by": "originator"}\n'


@pytest.mark.parametrize(("format", "name"), SAMPLES.items())
def test_what_it_is_called_does_not_matter(format: str, name: str) -> None:
    content = (CASES / name).read_bytes()
    found = read(content, name=".bin")
    assert found.rows
    assert sourceless(read(content, format=format)) == sourceless(found)


def sourceless(found: Read) -> list[dict[str, Any]]:
    """Its rows without where they come from."""
    return [{name: value for name, value in each.items() if name != "source"} for each in found.rows]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("format", ["csv", "jsonl", "cdr", "sip", "callrecords", "notifications"])
def test_its_encoding_does_not_matter(format: str, encoding: str) -> None:
    text = (CASES / SAMPLES[format]).read_text(encoding="utf-8")
    assert sourceless(read(text.encode(encoding))) == sourceless(read(text))


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\0\0",
        b"<html><body>event</body></html>",
        b"hello\nworld\n",
        b"\0\1\2",
        b"a,b\n1,2\n",
        b"%PDF-1.7\n",
    ],
)
def test_what_none_is_is_one_error(content: bytes) -> None:
    with pytest.raises(LogError) as error:
        read(content)
    assert "0log: its format is not known; it is none of jsonl, csv, xes, ocel" in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_what_is_columnar_is_said() -> None:
    with pytest.raises(LogError, match="is columnar; give it alone to fsm replay"):
        read(b"PAR1\0\0")


def test_a_table_without_events_says_so_where_its_name_says_that_it_is_one() -> None:
    with pytest.raises(LogError, match=r"0\.csv:1: column event is missing; found 'a,b'"):
        read("a,b\n", name=".csv")


@pytest.mark.parametrize("content", ["", "\n \n", "{\n"])
def test_what_may_be_one_of_ours_is_read_as_one(content: str) -> None:
    assert read(content).rows == []


def test_of_many_files_each_is_read_as_what_it_is(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.jsonl", OPEN)
        archive.writestr("deep/b.csv", "event,by\nhold,recipient\n")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "logs.zip").write_bytes(made.getvalue())
    (tmp_path / "z.jsonl.gz").write_bytes(gzip.compress(b"\n" + OPEN.encode()))
    log = Log(tmp_path, more=[CASES / SAMPLES["cdr"]])
    where = [log.where(line).rpartition("/")[2] for line, _ in log]
    assert where[:3] == ["z.jsonl.gz:2", "a.jsonl:1", "b.csv:2"]
    assert (
        where[3:]
        == ["50-session-details.csv:2"] * 3 + ["50-session-details.csv:3"] * 2 + ["50-session-details.csv:4"] * 7
    )
    assert [each for each in of(log).bad] == []


def test_bad_lines_of_many_files_say_which(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(f"{OPEN}5\n")
    assert [each.partition(": ")[0] for each in of(Log(tmp_path)).bad] == [
        f"{tmp_path}/a.jsonl:2",
        f"{tmp_path}/b.jsonl:2",
    ]


def test_progress_is_of_all_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(OPEN * 5000)
    total = sum(each.stat().st_size for each in tmp_path.iterdir())
    seen: list[tuple[int, int]] = []
    assert len(list(Log(tmp_path, progress=lambda done, all: seen.append((done, all))))) == 10_000
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert (seen[-1], {each for _, each in seen}) == ((total, total), {total})


def test_every_sign_means_what_may_happen() -> None:
    for format in FORMATS.values():
        names = [each.name for each in format.signs]
        assert len(names) == len(set(names))
        for sign in format.signs:
            for event, by in sign.means:
                assert event in CONVERSATION.events
                assert (by is Who.SERVICE) == (Party.SERVICE in FIRED_BY[event])


def test_our_own_are_not_among_those_of_others() -> None:
    assert not set(OWN) & FORMATS.keys()


@given(st.binary(max_size=400), st.sampled_from([None, *FORMATS, *OWN]))
def test_whatever_it_is_it_is_read_or_refused(content: bytes, format: str | None) -> None:
    try:
        told = json.dumps(read(content, format=format))
    except LogError as error:
        told = str(error)
    assert told.isprintable()
