"""Who talks to whom, however it is written; who is in no plan is counted and left out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random

import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from pyarrow import feather, parquet

from fsm.plan import ContactsError, Crowd, People, read_contacts
from fsm.plan.contacts import Read
from tests.plan.organisations import KINDS, people

USERS = people(Random(1), 6)
A, B, C = list(USERS)[:3]
EVERYBODY = People(
    USERS,
    [
        Crowd("fabrikam.com", KINDS[0], 9),
        Crowd("adatum.com", KINDS[0], 2),
        Crowd("adatum.com", KINDS[1], 2),
        Crowd("adatum.com", KINDS[1], 1, address="mona@adatum.com"),
    ],
)


def told(read: Read) -> tuple[list[tuple[int, int, float]], int, int]:
    return list(zip(*(each.tolist() for each in read.contacts), strict=True)), read.outside, read.bad


def written(tmp_path: Path, text: str, name: str = "contacts.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        f"a,b,minutes\n{A},{B},7\n{B},{C},2.5\n",
        f'minutes;to;from\r\n7;"{B}";sip:{A.upper()}\r\n2.5;{C};{B}\r\n',
        f"\ufeffcaller\tcallee\tweight\tx\n{A}\t{B}\t 7 \ty\n{B}\t{C}\t2.5\t\n",
    ],
)
def test_a_table_of_any_shape(tmp_path: Path, text: str) -> None:
    assert told(read_contacts(written(tmp_path, text), EVERYBODY)) == ([(0, 1, 7.0), (1, 2, 2.5)], 0, 0)


def test_without_minutes_each_is_one(tmp_path: Path) -> None:
    assert told(read_contacts(written(tmp_path, f"a,b\n{A},{B}\n"), EVERYBODY)) == ([(0, 1, 1.0)], 0, 0)


def test_who_is_in_no_plan_is_counted_and_a_partner_is_known_by_the_domain(tmp_path: Path) -> None:
    others = ["x@fabrikam.com", "y@adatum.com", "Mona@Adatum.com", "z@other.com", A, ""]
    rows = "".join(f"{A},{each},{n}\n" for n, each in enumerate(others, 1))
    path = written(tmp_path, f"a,b,minutes\n{rows}")
    assert told(read_contacts(path, EVERYBODY)) == ([(0, 6, 1.0), (0, 9, 3.0)], 4, 0)


def test_minutes_that_are_none_are_counted(tmp_path: Path) -> None:
    text = f"a,b,minutes\n{A},{B},long\n{A},{B},-1\n{A},{B},\n{A},{B},nan\n{A},{B},3\n{A},{B},1e3\n{A}\n"
    assert told(read_contacts(written(tmp_path, text), EVERYBODY)) == ([(0, 1, 3.0)], 0, 6)


@pytest.mark.parametrize("kind", ["parquet", "arrow", "feather"])
def test_columns_are_read_as_they_are(tmp_path: Path, kind: str) -> None:
    table = pa.table({
        "a": pa.array([A, B, None]).dictionary_encode(),
        "b": [B, C, A],
        "minutes": pa.array([7, 2, 1], pa.int32()),
    })  # fmt: skip
    path = tmp_path / f"contacts.{kind}"
    if kind == "parquet":
        parquet.write_table(table, path)
    else:
        feather.write_feather(table, str(path), compression="uncompressed")
    assert told(read_contacts(path, EVERYBODY)) == ([(0, 1, 7.0), (1, 2, 2.0)], 1, 0)


def test_a_log_tells_how_long_each_conversation_was(tmp_path: Path) -> None:
    two = {
        "originator.address": A,
        "recipient.address": B,
        "originator.mode": "TeamsOnly",
        "recipient.mode": "TeamsOnly",
    }
    rows = [
        {"conversation": 1, "event": "call_audio", "by": "originator", "time": "2026-11-27T10:00:00+00:00", **two},
        {"conversation": 1, "event": "hang_up", "by": "originator", "time": "2026-11-27T10:12:00+00:00"},
        {"conversation": 2, "event": "open_chat", "by": "originator", **two | {"recipient.address": C}},
        {"conversation": 3, "event": "open_chat", "by": "originator", **two | {"recipient.address": "x@other.com"}},
        {"conversation": 4, "event": "open_chat", "by": "originator", "time": "late", **two},
        {"conversation": 5, "event": "open_chat", "by": "originator", "time": 60, **two},
        {"conversation": 5, "event": "close_chat", "by": "originator", "time": 180.0},
    ]
    path = written(tmp_path, "\n".join(map(json.dumps, rows)) + "\n{\n", "log.jsonl")
    assert told(read_contacts(path, EVERYBODY)) == (
        [(0, 1, 12.0), (0, 2, 1.0), (0, 1, 1.0), (0, 1, 2.0)], 1, 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.csv", None, "No such file or directory; give a table of a, b and minutes"),
        ("x.parquet", b"a,b\n", "give a table of a, b and minutes, or a log"),
        ("x.bin", b"\0\1\2", "."),
        ("x.csv", b"a,b,minutes\n\xff\xfe,x,1\n", "give a table of a, b and minutes, or a log"),
    ],
)
def test_a_file_of_no_use_is_an_error(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ContactsError, match=said):
        read_contacts(path, EVERYBODY)


def test_columns_without_two_people_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    parquet.write_table(pa.table({"first": [A], "x": [B]}), path)
    with pytest.raises(ContactsError, match="has no columns a and b; found 'first, x'"):
        read_contacts(path, EVERYBODY)


def test_progress_is_told(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = written(tmp_path, f"a,b,minutes\n{A},{B},7\n")
    read_contacts(path, EVERYBODY, progress=lambda done, total: seen.append((done, total)))
    assert seen
    assert seen[-1][1] == path.stat().st_size


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("above", ["", "#TYPE System.Object\n"])
def test_what_powershell_writes_is_read(tmp_path: Path, encoding: str, above: str) -> None:
    path = tmp_path / "contacts.csv"
    path.write_bytes(f"{above}a,b,minutes\n{A},{B},7\n".encode(encoding))
    assert told(read_contacts(path, EVERYBODY)) == ([(0, 1, 7.0)], 0, 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b,from\n", "'a and from' both say a; give one of them"),
        ("who,whom\n", "has no columns a and b; found 'who, whom'; give a table of a, b and minutes, or a log"),
        ("", "has no columns a and b; found ''"),
    ],
)
def test_a_table_of_something_else_is_an_error(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ContactsError, match=re.escape(said)):
        read_contacts(written(tmp_path, text), EVERYBODY)


def test_minutes_of_another_type_or_without_end_are_none(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    parquet.write_table(pa.table({"a": [A], "b": [B], "minutes": pa.array([7], pa.timestamp("s"))}), path)
    with pytest.raises(ContactsError, match=r"^minutes: a column of timestamp\[ms\] is not accepted; give numbers$"):
        read_contacts(path, EVERYBODY)
    parquet.write_table(pa.table({"a": [A, A], "b": [B, B], "minutes": [1e308, 1e9]}), path)
    assert told(read_contacts(path, EVERYBODY)) == ([(0, 1, 1e9)], 0, 1)
